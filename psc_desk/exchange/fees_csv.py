"""A fee schedule as CSV: written in UTF-8, read as spreadsheets leave it (UTF-8, UTF-16 or Windows-1252; , ; tab |).

The columns are named in the first line, in any order; code and price are needed. A cell beginning with = + - @ tab
or ' is written with ' before it (OWASP, CSV injection) and read back without.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from psc_desk.dates import parse_date
from psc_desk.errors import InputError
from psc_desk.money import Cents, parse_money, plain_money

MOST_BYTES = 4_000_000
MOST_LINES = 20_000
_LONGEST_LABEL = 100
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._\-]{0,11}", re.ASCII)
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms run too
_DELIMITERS = ",;\t|"
_NAMES = {
    "code": ("code", "service code", "procedure code", "proc code", "procedure"),
    "label": ("label", "service", "description", "name", "wording", "text"),
    "label_es": ("label_es", "spanish", "service in spanish", "description in spanish", "label es"),
    "price": ("price", "fee", "amount", "charge", "unit price", "cost"),
    "from": ("from", "effective from", "effective_from", "effective", "start", "valid from"),
    "to": ("to", "effective to", "effective_to", "last day", "end", "valid to"),
    "needs_diagnosis": ("needs_diagnosis", "needs diagnosis", "diagnosis", "diagnosis needed"),
}
_YES = frozenset({"yes", "y", "true", "1", "x", "sí", "si"})
_NO = frozenset({"no", "n", "false", "0"})


@dataclass(frozen=True)
class FeeLine:
    """A line that can be read. What the file does not say is None or empty: then it stays as it was."""

    line_no: int
    code: str
    label: str
    label_es: str
    cents: Cents
    effective_from: date | None = None
    effective_to: date | None = None
    needs_diagnosis: bool | None = None


@dataclass(frozen=True)
class WrongLine:
    """A line that cannot be read, and why, in a sentence."""

    line_no: int
    text: str
    sentence: str


@dataclass(frozen=True)
class FeesFile:
    """What a file says, line by line."""

    lines: tuple[FeeLine, ...]
    wrong: tuple[WrongLine, ...]


def read_fees(data: bytes, today: date) -> FeesFile:
    """Read a file; InputError (field "file") when it is no such file at all. `today` reads dates without a century."""
    if len(data) > MOST_BYTES:
        raise InputError("This file is larger than 4 MB, too large for a fee schedule. Choose another.", "file")
    text = _decoded(data)
    rows = _rows(text, _delimiter(text))
    head = next(rows, None)
    if head is None:
        raise InputError("The file is empty. Choose a file with a line for each service.", "file")
    places = _places(head[1])
    lines: list[FeeLine] = []
    wrong: list[WrongLine] = []
    for number, cells in rows:
        if number > MOST_LINES + 1:
            raise InputError(f"The file has more than {MOST_LINES:,} lines. Split it.", "file")
        if not any(cell.strip() for cell in cells):
            continue
        try:
            lines.append(_line(number, cells, places, today))
        except InputError as error:
            wrong.append(WrongLine(number, " ".join(", ".join(cells).split())[:80], str(error)))
    return _without_twice(lines, wrong)


def write_fees(lines: Iterable[FeeLine]) -> bytes:
    """Return the file: UTF-8 with the mark that spreadsheets look for, CRLF, one line a service."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("code", "label", "label_es", "price", "from", "to", "needs_diagnosis"))
    for line in lines:
        first = line.effective_from.isoformat() if line.effective_from else ""
        last = line.effective_to.isoformat() if line.effective_to else ""
        needs = "yes" if line.needs_diagnosis else "no"
        words = (_safe(line.code), _safe(line.label), _safe(line.label_es))
        writer.writerow((*words, plain_money(line.cents), first, last, needs))
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried: Sequence[str] = ("utf-16",)
    else:
        tried = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in tried:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
        break
    raise InputError("This is not a text file. Save the fee schedule as CSV and choose that file.", "file")


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Number the rows as a spreadsheet does; a quote that never ends is refused, not swallowed."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                f"Line {number + 1} has a quotation mark out of place. Correct the file.", "file"
            ) from error
        number += 1
        if cells or number > 1:
            yield number, cells


def _places(head: Sequence[str]) -> dict[str, int]:
    named = [" ".join(cell.lower().split()) for cell in head]
    places = {
        name: next(n for n, cell in enumerate(named) if cell in words)
        for name, words in _NAMES.items()
        if any(cell in words for cell in named)
    }
    if "code" not in places or "price" not in places:
        raise InputError("The first line must name the columns, at least “code” and “price”. Correct the file.", "file")
    return places


def _line(number: int, cells: Sequence[str], places: dict[str, int], today: date) -> FeeLine:
    cell = {name: _plain(cells[place]) if place < len(cells) else "" for name, place in places.items()}
    code = cell["code"].upper()
    if _CODE.fullmatch(code) is None:
        raise InputError("The code has up to 12 letters and digits.")
    if not cell["price"]:
        raise InputError("The price is missing.")
    first, last = _day(cell.get("from", ""), today), _day(cell.get("to", ""), today)
    if first and last and last < first:
        raise InputError("The last day lies before the first.")
    label, label_es = cell.get("label", ""), cell.get("label_es", "")
    if max(len(label), len(label_es)) > _LONGEST_LABEL:
        raise InputError(f"The wording is longer than {_LONGEST_LABEL} letters.")
    return FeeLine(number, code, label, label_es, parse_money(cell["price"]), first, last, _yes(cell))


def _yes(cell: dict[str, str]) -> bool | None:
    word = cell.get("needs_diagnosis", "").lower()
    if word and word not in _YES | _NO:
        raise InputError("“Needs diagnosis” is yes or no.")
    return word in _YES if word else None


def _day(text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return parse_date(text, today)


def _plain(cell: str) -> str:
    tidy = " ".join(cell.split())
    return tidy[1:].strip() if tidy.startswith("'") else tidy


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _without_twice(lines: list[FeeLine], wrong: list[WrongLine]) -> FeesFile:
    seen: dict[tuple[str, date | None], int] = {}
    kept: list[FeeLine] = []
    for line in lines:
        first = seen.setdefault((line.code, line.effective_from), line.line_no)
        if first == line.line_no:
            kept.append(line)
        else:
            wrong.append(WrongLine(line.line_no, line.code, f"{line.code} stands in line {first} already."))
    return FeesFile(tuple(kept), tuple(sorted(wrong, key=lambda one: one.line_no)))
