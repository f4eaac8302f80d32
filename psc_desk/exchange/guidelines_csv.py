"""Poverty guidelines as CSV: region, effective date, yearly dollars for one person and for each more, source.

A file from the clinic is read line by line; a line that cannot be is named in a sentence and the others still count.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from psc_desk.errors import DeskError, InputError
from psc_desk.money import Cents, parse_money

COLUMNS = ("region", "effective_from", "first_person", "each_more", "source")
_REGIONS = {"48": "48", "48DC": "48", "US": "48", "AK": "AK", "ALASKA": "AK", "HI": "HI", "HAWAII": "HI"}
_MOST_LINES = 500


@dataclass(frozen=True)
class GuidelineLine:
    """A guideline as read: region is "48", "AK" or "HI"; amounts are yearly cents."""

    region: str
    effective_from: date
    base_cents: Cents
    per_person_cents: Cents
    source: str


@dataclass(frozen=True)
class GuidelineFile:
    """What a file says: the lines that can be taken, and a sentence for each that cannot."""

    lines: tuple[GuidelineLine, ...]
    problems: tuple[str, ...]


def read_guidelines(data: bytes) -> GuidelineFile:
    """Return the guidelines of a file. Raises InputError when it is no CSV in UTF-8 or has other columns."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError("The file is not CSV in UTF-8. Save it as “CSV UTF-8” and try again.", "file") from error
    if not rows or tuple(cell.strip().lower() for cell in rows[0]) != COLUMNS:
        raise InputError(f"The first line must name the columns: {', '.join(COLUMNS)}.", "file")
    if len(rows) > _MOST_LINES:
        raise InputError(f"The file has more than {_MOST_LINES} lines. Take the ones you need into one file.", "file")
    return _sorted_out(rows[1:])


def _sorted_out(rows: list[list[str]]) -> GuidelineFile:
    lines: dict[tuple[str, date], GuidelineLine] = {}
    problems: list[str] = []
    for number, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            line = _line([cell.strip() for cell in cells])
        except DeskError as error:
            problems.append(f"Line {number}: {error}")
            continue
        place = (line.region, line.effective_from)
        if place in lines:
            problems.append(f"Line {number}: this region and date stand in a line above. Keep one of them.")
            continue
        lines[place] = line
    return GuidelineFile(tuple(lines.values()), tuple(problems))


def _line(cells: list[str]) -> GuidelineLine:
    if len(cells) != len(COLUMNS):
        raise InputError(f"There are {len(cells)} columns instead of {len(COLUMNS)}. Correct it.")
    region = _REGIONS.get(cells[0].upper().replace(" ", ""))
    if region is None:
        raise InputError(f"“{cells[0]}” is no region. Write 48, AK or HI.")
    try:
        day = date.fromisoformat(cells[1])
    except ValueError as error:
        raise InputError(f"“{cells[1]}” is not a date. Write it as 2026-01-13.") from error
    return GuidelineLine(region, day, _amount(cells[2]), _amount(cells[3]), cells[4] or "Imported")


def _amount(text: str) -> Cents:
    cents = parse_money(text)
    if not cents:
        raise InputError("An amount is 0. Write the dollars of a year.")
    return cents
