"""The limits of the house hold in every file; when one hurts, split the code and leave the limit alone."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.quality import limits
from tests.quality.limits import Finding

ROOT = Path(__file__).resolve().parents[2]
CATCH_ALL = {"psc_desk/ui/lanes.py", "psc_desk/ui/bus.py", "psc_desk/ui/report.py"}
MONEY_WORDS = {"money", "ledger", "payment", "payments", "till", "charge", "charges", "allocation", "refund", "deposit"}
STYLE_SHEETS_IN_CODE = 5


def files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations/versions" not in path.as_posix()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def broken(check: Callable[[str], list[Finding]], paths: list[Path]) -> list[str]:
    assert paths, "nothing was looked at"
    return [
        f"{name_of(path)}:{finding.line}: {finding.what}"
        for path in paths
        for finding in check(path.read_text(encoding="utf-8"))
    ]


LIMITS = [limits.long_functions, limits.long_classes, limits.long_file, limits.many_parameters]


@pytest.mark.parametrize("check", LIMITS)
def test_code_stays_within_the_limits(check):
    assert broken(check, files("psc_desk", "installer", "tests")) == []


def test_everything_is_caught_only_in_the_lane_the_bus_and_the_report():
    elsewhere = [path for path in files("psc_desk", "installer", "tests") if name_of(path) not in CATCH_ALL]
    assert broken(limits.broad_excepts, elsewhere) == []


def test_only_the_clock_reads_the_clock():
    assert broken(limits.clock_readings, [p for p in files("psc_desk") if name_of(p) != "psc_desk/clock.py"]) == []


def test_no_float_comes_near_money():
    layers = files("psc_desk/models", "psc_desk/usecases", "psc_desk/queries")
    money = [path for path in layers if MONEY_WORDS & set(path.stem.split("_"))]
    assert broken(limits.floats, [ROOT / "psc_desk/money.py", *money]) == []


def test_the_window_uses_models_and_lanes():
    assert broken(limits.window_smells, files("psc_desk/ui")) == []


def test_qt_stays_in_the_window():
    window = ("psc_desk/ui/", "psc_desk/app.py", "psc_desk/screens.py", "psc_desk/bench_window.py")
    outside = [p for p in files("psc_desk") if not name_of(p).startswith(window)]
    assert broken(limits.qt_imports, outside) == []


def test_style_stands_in_the_stylesheet():
    used = sum(path.read_text(encoding="utf-8").count(".setStyleSheet(") for path in files("psc_desk"))
    assert used <= STYLE_SHEETS_IN_CODE


def test_no_test_sleeps_or_mocks():
    assert broken(limits.test_smells, files("tests")) == []


def test_nothing_is_left_to_do():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    texts = [*files("psc_desk", "installer", "tests"), *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    assert [name_of(path) for path in texts if marks.search(path.read_text(encoding="utf-8"))] == []


def test_the_usual_function_is_short():
    sizes = [
        limits.length(node)
        for path in files("psc_desk")
        for node in limits.functions(limits.ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert statistics.median(sizes) <= 8


MANY_LINES = "\n".join(["    x = 1"] * 60)


@pytest.mark.parametrize(
    ("check", "source", "line"),
    [
        (limits.long_functions, "\ndef late():\n" + MANY_LINES, 2),
        (limits.long_functions, "def _build_rows(self):\n" + "\n".join(["    x = 1"] * 25), 1),
        (limits.long_classes, "class Big:\n" + "\n".join(["    x = 1"] * 400), 1),
        (limits.long_file, "x = 1\n" * 601, 1),
        (limits.many_parameters, "class A:\n    def f(self, a, b, c, d, e, f): pass\n", 2),
        (limits.broad_excepts, "try:\n    f()\nexcept (OSError, Exception):\n    pass\n", 3),
        (limits.broad_excepts, "try:\n    f()\nexcept:\n    pass\n", 3),
        (limits.clock_readings, "import datetime\nx = datetime.datetime.now(UTC)\n", 2),
        (limits.clock_readings, "x = QDate.currentDate()\n", 1),
        (limits.clock_readings, "x = text(\"SELECT datetime('now')\")\n", 1),
        (limits.floats, "x = cents / 2\n", 1),
        (limits.floats, "x = cents * 1.07\n", 1),
        (limits.window_smells, "from PySide6.QtWidgets import QTableWidget\n", 1),
        (limits.qt_imports, "def f():\n    from PySide6.QtCore import QDate\n", 2),
        (limits.test_smells, "import time\ntime.sleep(1)\n", 2),
        (limits.test_smells, "from unittest import mock\n", 1),
    ],
)
def test_a_broken_limit_is_found(check, source, line):
    assert [finding.line for finding in check(source)] == [line]


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (limits.long_functions, "def fits():\n" + "\n".join(["    x = 1"] * 59)),
        (limits.many_parameters, "class A:\n    def f(self, a, b, c, d, e, *, f, g): pass\n"),
        (limits.broad_excepts, "try:\n    f()\nexcept OSError:\n    pass\n"),
        (limits.clock_readings, "x = clock.now()\ny = time.monotonic()\n"),
        (limits.floats, "x = cents // 2\n"),
    ],
)
def test_what_keeps_a_limit_is_left_alone(check, source):
    assert check(source) == []
