"""After a played day nothing of a patient stands in any file, log line, report or window title."""

from __future__ import annotations

import logging
import os
import tempfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from psc_desk.backup import backup
from psc_desk.demo.clinic import DemoSize, make_demo
from psc_desk.demo.day import play_day
from psc_desk.models.patient_input import ContactInput, PatientInput, PhoneInput
from psc_desk.opening import open_desk
from psc_desk.usecases.coverage import CoverageInput, add_coverage
from psc_desk.usecases.documents import file_document
from psc_desk.usecases.patients import add_alert, add_note, register_patient
from psc_desk.vault import open_vault
from psc_desk.work import Desk, Read

TODAY = date(2026, 3, 4)
SEEDS = (
    "Zyxelia", "Quorvath", "Marrowgate", "Wobblethorne", "Fizzlewick", "Brindlemoor", "xq.quorvath@example.org",
    "Penicillinum-77", "Hushed worry about sleep", "QV99887766", "6178675309", "Snickerdoodle Works",
)  # fmt: skip
"""Words that stand nowhere but in one patient's record."""


def seed(desk: Desk) -> None:
    """Register a patient whose every field is one of the seeds."""
    typed = PatientInput(
        "Zyxelia", "Quorvath", date(1971, 5, 17), middle_name="Marrowgate", street="9 Wobblethorne Way",
        city="Fizzlewick", state="MA", zip="01970", email="xq.quorvath@example.org", employer="Snickerdoodle Works",
        phones=(PhoneInput("6178675309"),), contacts=(ContactInput("Brindlemoor Quorvath"),),
    )  # fmt: skip
    patient_id = desk.do(register_patient, typed)
    desk.do(add_alert, patient_id, "Penicillinum-77", danger=True)
    desk.do(add_note, patient_id, "Hushed worry about sleep")
    desk.do(add_coverage, patient_id, CoverageInput(TODAY, payer="Elm", plan="HMO", member_id="QV99887766"))
    paper = b"%PDF-1.4\n% Zyxelia Quorvath QV99887766\n%%EOF\n"
    desk.do(file_document, patient_id, "other", "Letter of Quorvath", paper, media_type="application/pdf")


def words_of(read: Read) -> set[bytes]:
    """Names, streets, e-mails and member numbers of everybody in the clinic that are long enough to tell."""
    found: set[bytes] = set()
    for sql in (
        "SELECT first_name || ' ' || last_name FROM patient", "SELECT last_name || ', ' || first_name FROM patient",
        "SELECT street FROM patient", "SELECT email FROM patient", "SELECT member_id FROM coverage",
        "SELECT digits FROM patient_phone", "SELECT text FROM patient_note",
    ):  # fmt: skip
        found |= {word.encode() for (word,) in read.session.execute(text(sql)) if word and len(word) > 6}
    return found


def found_in(folders: list[Path], words: set[bytes]) -> list[str]:
    """Name each file, or file name, in which a word stands, in UTF-8 or UTF-16."""
    hits = []
    for folder in folders:
        for path in folder.rglob("*"):
            content = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
            hits += [f"{path.name}: {word!r}" for word in words if word in content or _wide(word) in content]
    return hits


def _wide(word: bytes) -> bytes:
    return word.decode().encode("utf-16-le")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for whatever is written as a temporary file."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.mark.slow
def test_a_played_day_leaves_nothing_readable(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PSC_DESK_TODAY", TODAY.isoformat())
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "demo"
    make_demo(folder, size=DemoSize(30, 1), today=TODAY)
    vault = open_vault(folder)
    play_day(vault, tmp_path / "papers")
    with open_desk(vault) as opened:
        opened.desk.actor_id = 1
        seed(opened.desk)
        words = {word.encode() for word in SEEDS} | opened.desk.ask(words_of)
        assert len(words) > 60
        written_ahead = folder / "desk.db-wal"
        assert written_ahead.stat().st_size > 0
        backup(vault, tmp_path / "backups")
        assert found_in([folder, tmp_path / "backups", temporary], words) == []
    assert {path.name for path in folder.iterdir()} >= {"desk.db", "vault.json", "audit.head"}
    told = caplog.text.encode()
    assert [word for word in words if word in told] == []
    if os.name == "posix":
        assert [path.name for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []


def test_the_search_does_find_what_is_readable(tmp_path: Path) -> None:
    (tmp_path / "leak.ini").write_bytes(b"last=Zyxelia")
    (tmp_path / "Quorvath.pdf").write_bytes("x Brindlemoor".encode("utf-16-le"))
    words = {word.encode() for word in SEEDS}
    assert len(found_in([tmp_path], words)) == 3
