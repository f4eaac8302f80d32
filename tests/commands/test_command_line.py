"""Each command in a process of its own: exit code, one JSON object, and a sentence instead of a traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from psc_desk.__main__ import COMMANDS
from psc_desk.engine import raw_connect
from psc_desk.vault import open_vault
from tests.commands.conftest import Run


def test_verify_finds_nothing_wrong_in_a_fresh_demo_clinic(run: Run, made: Path) -> None:
    done = run("verify", made, "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["ok"]
    assert len(answer["checks"]) > 20
    assert all(check["ok"] and not check["detail"] for check in answer["checks"])


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (("DROP TRIGGER tender_no_update", "UPDATE tender SET cents = cents + 1 WHERE id = 1"), "tenders"),
        (("DROP TRIGGER audit_row_no_update", "UPDATE audit_row SET sentence = 'x' WHERE seq = 7"), "Row 7"),
        (("DROP TRIGGER audit_row_no_delete", "DELETE FROM audit_row WHERE seq > 9"), "cut off"),
        (("UPDATE document SET content = X'00' WHERE id = 2",), "Paper 2"),
        (("DELETE FROM patient_search WHERE rowid = 1",), "#10442"),
        (("DROP TRIGGER journal_line_no_update", "UPDATE journal_line SET cents = cents + 5 WHERE id = 3"), "balance"),
    ],
)  # fmt: skip
def test_verify_names_what_was_tampered_with(run: Run, demo: Path, statements: tuple[str, ...], named: str) -> None:
    connection = raw_connect(demo / "desk.db", open_vault(demo).key)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    done = run("verify", demo)
    assert done.returncode == 1
    assert any(line.startswith("WRONG") and named in line for line in done.stdout.splitlines()), done.stdout


def test_verify_names_an_edited_note_of_the_audits_end(run: Run, demo: Path) -> None:
    head = demo / "audit.head"
    noted = json.loads(head.read_text())
    head.write_text(json.dumps({**noted, "seq": noted["seq"] - 1}))
    done = run("verify", demo)
    assert done.returncode == 1
    assert "seal" in done.stdout


def test_verify_names_a_damaged_database(run: Run, demo: Path) -> None:
    file = demo / "desk.db"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(bytes(data))
    done = run("verify", demo)
    assert done.returncode in (1, 2)
    assert (done.stdout + done.stderr).strip()


def test_the_day_is_played_once_and_its_second_time_is_refused_in_a_sentence(
    run: Run, demo: Path, tmp_path: Path
) -> None:
    done = run("day", demo, "--out", tmp_path / "out", "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert answer["balanced"]
    assert answer["visits"] >= 20
    drawer = answer["drawer"]
    assert drawer["over_short"] == drawer["counted"] - drawer["expected"]
    assert answer["papers"]
    assert all(Path(paper).stat().st_size > 50 for paper in answer["papers"])
    assert run("verify", demo).returncode == 0
    again = run("day", demo, "--out", tmp_path / "again", "--json")
    assert again.returncode == 2
    assert "PSC_DESK_TODAY" in json.loads(again.stdout)["error"]


def test_backup_and_restore_carry_the_books(run: Run, made: Path, tmp_path: Path) -> None:
    file = tmp_path / "clinic.pscbackup"
    saved = json.loads(run("backup", made, file, "--json").stdout)
    assert saved["bytes"] == file.stat().st_size
    assert len(saved["sha256"]) == 64
    back = run("restore", file, tmp_path / "back", "--json")
    answer = json.loads(back.stdout)
    assert back.returncode == 0
    assert answer["sha256"] == saved["sha256"]
    assert answer["problems"] == []
    assert run("verify", tmp_path / "back").returncode == 0


def test_restore_proves_the_books_and_names_what_is_wrong(run: Run, demo: Path, tmp_path: Path) -> None:
    connection = raw_connect(demo / "desk.db", open_vault(demo).key)
    connection.execute("DELETE FROM patient_search WHERE rowid = 1")
    connection.commit()
    connection.close()
    assert run("backup", demo, tmp_path / "b").returncode == 0
    back = run("restore", tmp_path / "b", tmp_path / "back")
    assert back.returncode == 1
    assert "#10442" in back.stderr


def test_export_writes_every_patient(run: Run, demo: Path, tmp_path: Path) -> None:
    done = run("export", "patients", tmp_path / "list.csv", "--data", demo, "--json")
    assert json.loads(done.stdout)["patients"] == 30
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 31
    assert any("Castillo" in line for line in lines)


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",), ("verify",), ("verify", "/nowhere/at/all"), ("demo", "/proc/no"), ("--data",),
        ("demo", "x", "--patients", "many"), ("demo", "x", "--patients", "0"), ("demo", "x", "--days", "-1"),
        ("day", "/nowhere"), ("export", "patients", "/tmp/x.csv"), ("restore", "/nowhere", "/tmp/nowhere-too"),
        ("printer", "nonsense", "status"), ("virtual-printer", "--port", "99999"), ("backup", "/nowhere", "/tmp/b"),
        ("--demo", "--training"), ("bench", "--patients", "1"),
    ],
)  # fmt: skip
def test_what_cannot_run_exits_with_2_and_a_sentence(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(".")


def test_a_wrong_date_is_named(run: Run, tmp_path: Path) -> None:
    done = run("demo", tmp_path / "d", today="soon")
    assert done.returncode == 2
    assert "PSC_DESK_TODAY" in done.stderr
    assert not (tmp_path / "d").exists()


def test_a_demo_is_not_made_over_something(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert run("demo", tmp_path, "--json").returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_help_names_every_command(run: Run) -> None:
    text = run("--help").stdout
    assert all(f"\n    {name}" in text for name in COMMANDS)


def test_nobody_reading_is_no_error(made: Path) -> None:
    head = shutil.which("head")
    assert head
    words = f"{sys.executable} -m psc_desk verify {made} | {head} -c 1"
    done = subprocess.run(["/bin/sh", "-c", words], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout == "o"


def test_the_window_starts_without_the_commands(run: Run) -> None:
    code = (
        "import sys, psc_desk.__main__ as m; m.make_parser(['--demo']); "
        "print([n for n in sys.modules if n.startswith(('sqlalchemy', 'PySide6', 'psc_desk.commands.'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_bench_measures_each_figure_beside_its_limit(run: Run) -> None:
    done = run("bench", "--patients", 60, "--appointments", 50, "--json")
    figures = json.loads(done.stdout)["figures"]
    assert len(figures) == 6
    for figure in figures:
        assert figure["value"] > 0
        assert figure["ratio"] == pytest.approx(figure["value"] / figure["limit"])
    assert done.returncode == int(any(figure["ratio"] > figure["aim"] for figure in figures))
