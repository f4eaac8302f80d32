"""Who read and changed what, in plain sentences, and whether the audit is whole (front-desk.md A3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from psc_desk.clock import local, wall_clock
from psc_desk.dates import format_clock, format_date
from psc_desk.models.audit import GENESIS, AuditRow
from psc_desk.models.staff import Right
from psc_desk.work import Read

_RUN = timedelta(minutes=10)
_PAGE = 100
_BATCH = 2000


@dataclass(frozen=True)
class AuditLine:
    """A sentence about something that happened; `at` is the clinic's wall clock, `times` how often in a row."""

    at: datetime
    sentence: str
    reason: str = ""
    staff_name: str = ""
    event: str = ""
    patient_id: int | None = None
    visit_id: int | None = None
    seq: int = 0
    times: int = 1
    data: tuple[tuple[str, str, str], ...] = ()
    """What changed: field, before, after."""


@dataclass(frozen=True)
class AuditFilters:
    """Which rows to show; empty means all. `event` is the name of an event such as ChartOpened."""

    first: date | None = None
    last: date | None = None
    staff_id: int | None = None
    patient_id: int | None = None
    event: str = ""
    words: str = ""


def chart_readers(read: Read, patient_id: int, since: date | None = None) -> list[AuditLine]:
    """Return who read or changed this chart, newest first; what one person repeats within ten minutes is one line.

    It is a part of the chart, whose opening was recorded.
    """
    read.require(Right.READ_CHART)
    chosen = select(AuditRow).where(AuditRow.patient_id == patient_id).order_by(AuditRow.seq.desc())
    if since is not None:
        chosen = chosen.where(AuditRow.at >= wall_clock(since, 0, read.zone))
    merged: list[list[AuditRow]] = []
    for row in read.session.scalars(chosen.limit(1000)):
        if merged and _continues(merged[-1], row):
            merged[-1].append(row)
        else:
            merged.append([row])
    return [_line(read, run[-1], len(run)) for run in merged]


def _continues(run: list[AuditRow], older: AuditRow) -> bool:
    newer = run[-1]
    return (
        (newer.sentence, newer.desk, newer.reason) == (older.sentence, older.desk, older.reason)
        and not older.data
        and newer.at - older.at <= _RUN
    )


def audit_rows(read: Read, filters: AuditFilters, page: int = 0) -> list[AuditLine]:
    """Return a page of 100 lines, newest first. Read it through the use case `look_at_audit`, which leaves a trace."""
    read.require(Right.READ_AUDIT)
    chosen = select(AuditRow).where(*_where(read, filters)).order_by(AuditRow.seq.desc())
    return [_line(read, row) for row in read.session.scalars(chosen.limit(_PAGE).offset(page * _PAGE))]


def _where(read: Read, filters: AuditFilters) -> Iterator[ColumnElement[bool]]:
    if filters.first is not None:
        yield AuditRow.at >= wall_clock(filters.first, 0, read.zone)
    if filters.last is not None:
        yield AuditRow.at < wall_clock(filters.last + timedelta(days=1), 0, read.zone)
    if filters.staff_id is not None:
        yield AuditRow.staff_id == filters.staff_id
    if filters.patient_id is not None:
        yield AuditRow.patient_id == filters.patient_id
    if filters.event:
        yield AuditRow.event == filters.event
    if filters.words:
        yield AuditRow.sentence.icontains(filters.words, autoescape=True)


def _line(read: Read, row: AuditRow, times: int = 1) -> AuditLine:
    at = local(row.at, read.zone)
    often = "" if times == 1 else f" {times} times"
    when = f"on {format_date(at.date())} at {format_clock(at)}"
    return AuditLine(
        at,
        f"{row.sentence}{often} {when} from {row.desk}.",
        row.reason,
        row.staff_name,
        row.event,
        row.patient_id,
        row.visit_id,
        row.seq,
        times,
        tuple(_changes(row.data)),
    )


def _changes(data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    before, after = data.get("before") or {}, data.get("after") or {}
    for field in dict.fromkeys([*before, *after]):
        yield field.replace("_", " "), _word(before.get(field)), _word(after.get(field))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def check_chain(read: Read, head: tuple[int, str] | None = None) -> list[str]:
    """Return what is wrong with the audit, a sentence each, naming rows: edited, removed, reordered, cut off.

    `head` is the number and hash of the newest row as noted beside the database.
    """
    found: list[str] = []
    number, digest = 0, GENESIS
    noted: str | None = None
    for row in _rows(read):
        found += _faults(row, number, digest)
        number, digest = row.seq, row.hash
        if head is not None and row.seq == head[0]:
            noted = row.hash
    return found + _end_faults(head, number, noted)


def _rows(read: Read) -> Iterator[AuditRow]:
    chosen = select(AuditRow).order_by(AuditRow.seq)
    last = 0
    while batch := list(read.session.scalars(chosen.where(AuditRow.seq > last).limit(_BATCH))):
        yield from batch
        last = batch[-1].seq
        read.session.expunge_all()


def _faults(row: AuditRow, number: int, digest: str) -> Iterator[str]:
    if row.digest() != row.hash:
        yield f"Row {row.seq} of the audit was edited."
    if row.seq != number + 1:
        missing = f"Row {number + 1}" if row.seq == number + 2 else f"Rows {number + 1} to {row.seq - 1}"
        yield f"{missing} of the audit {'was' if missing.startswith('Row ') else 'were'} removed."
    elif row.prev_hash != digest:
        yield f"Row {row.seq} of the audit does not follow row {number}: rows were replaced or reordered."


def _end_faults(head: tuple[int, str] | None, number: int, noted: str | None) -> list[str]:
    if head is None:
        return []
    if number < head[0]:
        cut = f"Row {head[0]}" if number + 1 == head[0] else f"Rows {number + 1} to {head[0]}"
        return [f"{cut} of the audit {'was' if cut.startswith('Row ') else 'were'} cut off its end."]
    if noted != head[1]:
        return [f"Row {head[0]} of the audit is not the one noted beside the data: it was replaced."]
    return []
