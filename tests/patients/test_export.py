"""The patient list as CSV: round trip, spreadsheet traps, the command."""

from __future__ import annotations

import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from psc_desk.clock import ShiftedClock, SystemClock
from psc_desk.commands import export
from psc_desk.errors import AccessError, InputError
from psc_desk.exchange.patients_csv import COLUMNS, PatientCsvRow, read_csv, write_csv
from psc_desk.models.audit import AuditRow
from psc_desk.models.staff import Role
from psc_desk.opening import business_clock, open_desk
from psc_desk.queries.clinic import HoursRow
from psc_desk.usecases.clinic import ClinicInput, set_up_clinic
from psc_desk.usecases.patients import PatientInput, PhoneInput, export_patients, register_patient
from psc_desk.usecases.staff import PersonInput
from psc_desk.vault import ClinicKind, create, open_vault
from tests.support.audit import audit_lines
from tests.support.clinic import MANAGER, SmallClinic

ANA = PersonInput("Ana Ruiz", Role.MANAGER, "quiet lantern orchard", "7391")
ROW = PatientCsvRow(
    "10001", "Castillo", "Inés", "", "", "", date(1987, 4, 18), "female", "es", "9785550100", *[""] * 7,
    "Blue Harbor PPO", "BH1234567", True,
)  # fmt: skip


@given(st.lists(st.builds(PatientCsvRow, birth_date=st.dates())))
def test_what_is_written_is_read_back(rows: list[PatientCsvRow]):
    assert read_csv(write_csv(rows)) == rows
    assert read_csv(write_csv(rows, bom=True)) == rows


@given(st.sampled_from("=+-@\t\r"), st.text(max_size=10))
def test_no_cell_is_a_formula(sign: str, rest: str):
    row = PatientCsvRow(**{**dict.fromkeys(COLUMNS, sign + rest), "birth_date": date(2000, 1, 1), "active": True})
    cells = write_csv([row]).decode().split("\r\n", 1)[1]
    assert cells.lstrip('"').startswith("'")
    assert read_csv(write_csv([row])) == [row]


def test_rfc_4180(clinic: SmallClinic):
    data = write_csv([PatientCsvRow(**{**ROW.__dict__, "street": 'Apt 1, "rear"\nElm St'})])
    assert data.startswith(b"record_no,last_name,first_name,")
    assert b'"Apt 1, ""rear""\nElm St"' in data
    assert data.endswith(b",yes\r\n")
    assert not data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "data",
    [b"", b"a,b\r\n", b"\xff\xfe", write_csv([ROW])[:-8], write_csv([ROW]).replace(b"1987-04-18", b"04/18/1987")],
)
def test_a_foreign_or_broken_file_is_a_sentence(data: bytes):
    with pytest.raises(InputError):
        read_csv(data)


def test_the_list_is_recorded_and_takes_the_right(clinic: SmallClinic):
    with pytest.raises(AccessError):
        clinic.desk.do(export_patients)
    clinic.desk.actor_id = MANAGER
    rows = clinic.desk.do(export_patients)
    assert [(row.last_name, row.coverage) for row in rows][:2] == [
        ("Castillo", "Blue Harbor PPO"),
        ("Whitfield", "Self-pay"),
    ]
    assert "exported the list of 3 patients" in audit_lines(clinic.desk)[0].sentence


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A demo folder with a clinic and one patient."""
    folder = create(tmp_path / "clinic", ClinicKind.DEMO).vault.folder
    with open_desk(open_vault(folder)) as opened:
        hours = (HoursRow(0, 480, 1020),)
        opened.desk.actor_id = opened.desk.do(
            set_up_clinic, ClinicInput("Elm", "", "America/New_York", hours, ANA, kind="demo")
        )
        opened.desk.do(
            register_patient,
            PatientInput("=HYPERLINK(1)", "Díaz", date(1990, 1, 2), phones=(PhoneInput("+44 20 7946 0958"),)),
        )
    return folder


def run(*arguments: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    export.add_parser(parser.add_subparsers())
    args = parser.parse_args(["export", *arguments])
    return int(args.run(args))


def test_command(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "list.csv"
    assert run("patients", str(out), "--data", str(data), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"kind": "patients", "path": str(out), "patients": 1}
    assert read_csv(out.read_bytes())[0].phone == "+442079460958"
    assert b"\n=" not in out.read_bytes()
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with open_desk(open_vault(data)) as opened:
        newest = select(AuditRow.sentence, AuditRow.desk).order_by(AuditRow.seq.desc())
        said = opened.desk.ask(lambda read: tuple(read.session.execute(newest).first() or ()))
    assert said == ("PSC Desk exported the list of 1 patient to a file", "Command line")


def test_command_says_why_not(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run("patients", str(tmp_path / "x.csv"), "--data", str(tmp_path / "nowhere"), "--json") == 2
    assert "does not exist" in json.loads(capsys.readouterr().out)["error"]
    assert run("patients", str(tmp_path / "no" / "x.csv"), "--data", str(data)) == 2
    assert "cannot be written" in capsys.readouterr().err
    with open_desk(open_vault(data)):
        assert run("patients", str(tmp_path / "x.csv"), "--data", str(data)) == 0


def test_today_is_set_for_demo_only(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PSC_DESK_TODAY", "2026-03-04")
    with open_desk(open_vault(data)) as opened:
        assert opened.desk.ask(lambda read: read.today) == date(2026, 3, 4)
        assert isinstance(opened.desk.clock, ShiftedClock)
        assert isinstance(business_clock(ClinicKind.REAL, opened.desk.zone), SystemClock)
    monkeypatch.setenv("PSC_DESK_TODAY", "03/04/2026")
    with pytest.raises(InputError, match="2026-03-04"), open_desk(open_vault(data)):
        pass
