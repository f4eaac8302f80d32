"""Runs every check of PSC Desk: `python3 installer/test.py`.

`--quick` leaves out the slow tests, the tests in a real window and the coverage. `--proofs` runs the long proofs alone
(machines, crashes, faults, simulated shifts) in their CI size; with PSC_DESK_PROOFS=full, in full. Other arguments go
to pytest.
Exit code 0: everything passed; 1: something failed, named in the last line; 2: the set-up could not be made.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Sequence

import coverage_areas
import setup_venv as setup

COVERAGE = setup.ROOT / "out" / "coverage.json"
KINDS = ("--quick", "--proofs")
SOURCES = ["psc_desk", "tests", "installer"]


def gates(python: str) -> list[tuple[str, list[str]]]:
    """Return the checks that read the source: their names and commands."""
    layers = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    return [
        ("ruff check", [python, "-m", "ruff", "check", *SOURCES]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", *SOURCES]),
        ("mypy --strict", [python, "-m", "mypy", "--strict", "psc_desk"]),
        ("layers", [python, "-c", layers]),
    ]


def passes(name: str, command: Sequence[str]) -> bool:
    """Run one check; say in one line that it passed, or print what it found."""
    started = time.monotonic()
    code, log = setup.run_logged(command)
    seconds = time.monotonic() - started
    setup.say(f"{name:<14} {'ok' if code == 0 else 'FAILED'}  ({seconds:.1f} s)")
    if code != 0:
        setup.say(setup.tail(log, 60))
    return code == 0


def pytest_command(python: str, kind: str, args: Sequence[str]) -> list[str]:
    """Return the one pytest run; `kind` is "--quick", "--proofs" or empty."""
    command = [python, "-m", "pytest", "-q", "-n", "auto", "--dist"]
    if kind == "--proofs":  # one at a time, the longest first, so that no core waits long for another
        return [*command, "load", "--maxschedchunk", "1", "-m", "proof", "-o", "faulthandler_timeout=1500", *args]
    command.append("loadfile")
    if kind == "--quick":
        return [*command, "-m", "not slow and not e2e", *args]
    return [*command, "--cov", "--cov-report=", f"--cov-report=json:{COVERAGE}", *args]


def pytest_environment(kind: str) -> dict[str, str]:
    """Return the environment of the tests: no screen is used unless a test makes its own."""
    made = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONDEVMODE="0")
    if kind == "--proofs":
        made.setdefault("PSC_DESK_PROOFS", "ci")
    return made


def prepare() -> Path:
    """Set up what the checks need; return the interpreter to use."""
    setup.ensure_python()
    setup.require_system(setup.OFFSCREEN_LIBRARIES)
    lacking = setup.ensure_system(setup.WINDOW_LIBRARIES, setup.TEST_PROGRAMS)
    python = setup.ensure_venv()
    if lacking:
        setup.say(f"The tests in a real window will be skipped. {setup.advice(lacking)}")
    return python


def run_tests(python: str, kind: str, args: Sequence[str]) -> list[str]:
    """Run the tests and print the coverage by area; return the names of what failed."""
    COVERAGE.parent.mkdir(exist_ok=True)
    if COVERAGE.exists():
        COVERAGE.unlink()
    failed = []
    if subprocess.call(pytest_command(python, kind, args), cwd=str(setup.ROOT), env=pytest_environment(kind)) != 0:
        failed.append("tests")
    if COVERAGE.exists():
        areas = coverage_areas.read(COVERAGE)
        setup.say(coverage_areas.table(areas))
        if not args and coverage_areas.below_floor(areas):
            failed.append("coverage")
    return failed


def main(args: Sequence[str]) -> int:
    """Run every check, also after one has failed; return the exit code."""
    started = time.monotonic()
    kind = next((arg for arg in args if arg in KINDS), "")
    python = str(prepare())
    failed = [name for name, command in gates(python) if kind != "--proofs" and not passes(name, command)]
    failed += run_tests(python, kind, [arg for arg in args if arg not in KINDS])
    seconds = time.monotonic() - started
    if failed:
        setup.say(f"PSC Desk: FAILED: {', '.join(failed)} ({seconds:.0f} s). Read what is said above.")
        return 1
    what = {"--quick": "quick check", "--proofs": "proof"}.get(kind, "check")
    setup.say(f"PSC Desk: every {what} passed ({seconds:.0f} s).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
