"""The patient list as CSV (RFC 4180): UTF-8, CRLF, header line; text that a spreadsheet would run is neutralised.

A cell beginning with = + - @ tab or ' is written with ' before it (OWASP, CSV injection) and read back without.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date

from psc_desk.errors import InputError

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms run too
_BOM = "\ufeff"


@dataclass(frozen=True)
class PatientCsvRow:
    """A line of the file; the columns are the fields, in this order."""

    record_no: str
    last_name: str
    first_name: str
    middle_name: str
    suffix: str
    preferred_name: str
    birth_date: date
    sex: str
    language: str
    phone: str
    phone2: str
    email: str
    street: str
    street2: str
    city: str
    state: str
    zip: str
    coverage: str
    member_id: str
    active: bool


COLUMNS = tuple(field.name for field in fields(PatientCsvRow))


def write_csv(rows: Iterable[PatientCsvRow], *, bom: bool = False) -> bytes:
    """Return the file; `bom` puts the mark before it that some spreadsheets need to see UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(_cell(value) for value in astuple(row))
    return ((_BOM if bom else "") + out.getvalue()).encode()


def read_csv(data: bytes) -> list[PatientCsvRow]:
    """Return the rows of a file that `write_csv` wrote; InputError names the line that cannot be read."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError("The file is not CSV in UTF-8. Save it as “CSV UTF-8” and try again.", "file") from error
    if not lines or tuple(lines[0]) != COLUMNS:
        raise InputError(f"The first line must name the columns: {', '.join(COLUMNS)}.", "file")
    return [_row(number, cells) for number, cells in enumerate(lines[1:], 2) if cells]


def _cell(value: str | date | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return f"'{value}" if value.startswith(_RISKY) else value


def _row(number: int, cells: list[str]) -> PatientCsvRow:
    if len(cells) != len(COLUMNS):
        raise InputError(f"Line {number} has {len(cells)} columns instead of {len(COLUMNS)}. Correct it.", "file")
    named = dict(zip(COLUMNS, (_plain(cell) for cell in cells), strict=True))
    born, active = named.pop("birth_date"), named.pop("active")
    try:
        return PatientCsvRow(**named, birth_date=date.fromisoformat(born), active=active == "yes")
    except ValueError as error:
        raise InputError(f"Line {number}: {born} is not a date. Write it as 1987-04-18.", "file") from error


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
