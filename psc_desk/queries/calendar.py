"""What the calendar shows: a day by provider, a span of days, a month in numbers (front-desk.md S1)."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from psc_desk.models.clinic import Provider, Room, VisitType
from psc_desk.models.patient import Patient
from psc_desk.models.visit import FREES_SLOT, Status, Visit
from psc_desk.queries.calendar_rows import Block, BlockKind, CalendarColumn, MonthDay, VisitRow
from psc_desk.queries.schedule import timetable
from psc_desk.schedule_rules import DAY_MINUTES, Hours, Timetable, available, free, overlap
from psc_desk.settings import LATE_AFTER_MINUTES
from psc_desk.work import Read

OPENING_MINUTES = 30
"""What counts as one opening: half an hour in which a provider is free."""
_HIDDEN = (Status.CANCELLED, Status.LATE_CANCELLED)


@dataclass(frozen=True)
class DayCalendar:
    """One day, a column for each provider and for each room that has one. `now_minute` is None on other days."""

    day: date
    columns: tuple[CalendarColumn, ...]
    blocks: tuple[Block, ...]
    visits: tuple[VisitRow, ...]
    visit_count: int
    opening_count: int
    now_minute: int | None
    holiday: str = ""


@dataclass(frozen=True)
class RangeCalendar:
    """Several days, of one provider or of all; `now` is today and the minute of the day when today is among them."""

    days: tuple[date, ...]
    columns: tuple[CalendarColumn, ...]
    blocks: tuple[Block, ...]
    visits: tuple[VisitRow, ...]
    visit_count: int
    opening_count: int
    now: tuple[date, int] | None


def day_calendar(read: Read, day: date) -> DayCalendar:
    """Return a day. A visit in a room that has a column stands in its provider's column and in the room's.

    A provider who neither works nor has anything that day has no column, unless nobody has.
    """
    table = timetable(read, day, day)
    everyone, rooms = _columns(read)
    visits = _visits(read, day, day, {column.room_id for column in rooms})
    blocks = [block for column in everyone for block in _blocks(table, column, day)]
    busy = {row.column_key for row in visits} | {block.column_key for block in blocks if block.kind != "holiday"}
    shown = [column for column in everyone if column.key in busy] or everyone
    keys = {column.key for column in shown}
    return DayCalendar(
        day=day,
        columns=(*shown, *rooms),
        blocks=tuple(block for block in blocks if block.column_key in keys),
        visits=tuple(visits),
        visit_count=_count(visits),
        opening_count=_openings(table, day),
        now_minute=read.minute if day == read.today else None,
        holiday=table.holidays.get(day, ""),
    )


def range_calendar(read: Read, first: date, last: date, provider_id: int | None = None) -> RangeCalendar:
    """Return the days from `first` to `last` (inclusive)."""
    table = timetable(read, first, last)
    columns = [column for column in _columns(read)[0] if provider_id in (None, column.provider_id)]
    days = tuple(_days(first, last))
    visits = [row for row in _visits(read, first, last, ()) if row.column_key in {column.key for column in columns}]
    providers = {column.provider_id for column in columns if column.provider_id is not None}
    return RangeCalendar(
        days=days,
        columns=tuple(columns),
        blocks=tuple(block for day in days for column in columns for block in _blocks(table, column, day)),
        visits=tuple(visits),
        visit_count=_count(visits),
        opening_count=sum(_openings(table, day, providers) for day in days),
        now=(read.today, read.minute) if first <= read.today <= last else None,
    )


def month_counts(read: Read, year: int, month: int) -> list[MonthDay]:
    """Return each day of a month with its visits and openings left; days gone by have no openings."""
    first = date(year, month, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    table = timetable(read, first, last)
    return [_month_day(table, day) for day in _days(first, last)]


def _month_day(table: Timetable, day: date) -> MonthDay:
    working = any(available(table, provider.id, day) for provider in table.providers.values() if provider.active)
    label = table.holidays.get(day, "") or ("" if working else "Closed")
    return MonthDay(day, len(table.taken.get(day, ())), _openings(table, day), label, working)


def _columns(read: Read) -> tuple[list[CalendarColumn], list[CalendarColumn]]:
    providers = read.session.execute(
        select(Provider.id, Provider.name, Provider.specialty)
        .where(Provider.active)
        .order_by(Provider.position, Provider.id)
    )
    rooms = read.session.execute(
        select(Room.id, Room.name, Room.kind).where(Room.active, Room.column).order_by(Room.name)
    )
    return (
        [CalendarColumn(f"provider:{i}", name, specialty, provider_id=i) for i, name, specialty in providers],
        [CalendarColumn(f"room:{i}", name, kind.capitalize(), room_id=i) for i, name, kind in rooms],
    )


def _visits(read: Read, first: date, last: date, room_columns: Collection[int | None]) -> list[VisitRow]:
    late_before = read.minute - read.setting(LATE_AFTER_MINUTES)
    found = read.session.execute(
        select(
            Visit.id, Visit.patient_id, Visit.day, Visit.provider_id, Visit.room_id, Visit.start_minute, Visit.minutes,
            Visit.status, Visit.confirmation, Visit.version, Visit.note, Patient.last_name, Patient.first_name,
            Patient.birth_date, Patient.record_no, VisitType.name, VisitType.color,
        )
        .join(Patient, Patient.id == Visit.patient_id)
        .join(VisitType, VisitType.id == Visit.type_id)
        .where(Visit.day.between(first, last), Visit.status.not_in(_HIDDEN))
        .order_by(Visit.day, Visit.start_minute, Visit.id)
    )  # fmt: skip
    rows: list[VisitRow] = []
    for row in found:
        late = row.status is Status.BOOKED and row.day == read.today and row.start_minute < late_before
        shown = VisitRow(
            row.id, row.patient_id, row.day, f"provider:{row.provider_id}", row.start_minute, row.minutes,
            f"{row.last_name}, {row.first_name}", row.name, row.color, row.status.value, bool(row.confirmation), late,
            row.version, row.note, row.birth_date, str(row.record_no),
        )  # fmt: skip
        rows.append(shown)
        if row.room_id in room_columns:
            rows.append(replace(shown, column_key=f"room:{row.room_id}"))
    return _marked(rows)


def _marked(rows: Sequence[VisitRow]) -> list[VisitRow]:
    """Return the rows with those marked that share time with another one of their column."""
    columns: dict[tuple[str, date], list[VisitRow]] = defaultdict(list)
    for row in rows:
        if Status(row.status) not in FREES_SLOT:
            columns[row.column_key, row.day].append(row)
    double = {
        (row.column_key, row.visit_id)
        for column in columns.values()
        for one, other in _overlapping(column)
        for row in (one, other)
    }
    return [replace(row, double_booked=(row.column_key, row.visit_id) in double) for row in rows]


def _overlapping(column: Sequence[VisitRow]) -> Iterator[tuple[VisitRow, VisitRow]]:
    for place, one in enumerate(column):
        for other in column[place + 1 :]:
            if other.start_minute >= one.end_minute:
                break
            yield one, other


def _blocks(table: Timetable, column: CalendarColumn, day: date) -> list[Block]:
    """Return a provider's availability, then what closes parts of it."""
    if column.provider_id is None:
        return []
    if day in table.holidays:
        return [Block(day, column.key, 0, DAY_MINUTES, "holiday", table.holidays[day])]
    found = [Block(day, column.key, s, e, "open") for s, e in available(table, column.provider_id, day)]
    worked = table.pattern_of(column.provider_id, day, "work")
    for start, end in table.pattern_of(column.provider_id, day, "lunch"):
        if any(start <= e and s <= end for s, e in worked):
            found.append(Block(day, column.key, start, end, "lunch", "Lunch"))
    closed = table.exceptions_of(column.provider_id, day, "absent", "blocked")
    return [*found, *(_closed(column, day, hours) for hours in closed)]


def _closed(column: CalendarColumn, day: date, hours: Hours) -> Block:
    kind: BlockKind = "absent" if hours.kind == "absent" else "blocked"
    return Block(day, column.key, hours.start, hours.end, kind, hours.label or kind.capitalize())


def _openings(table: Timetable, day: date, provider_ids: Collection[int] | None = None) -> int:
    if day < table.today:
        return 0
    passed = (0, table.minute) if day == table.today else (0, 0)
    return sum(
        _halves(start, end, passed)
        for provider in table.providers.values()
        if provider.active and (provider_ids is None or provider.id in provider_ids)
        for start, end in free(table, provider.id, day)
    )


def _halves(start: int, end: int, passed: tuple[int, int]) -> int:
    begin = max(start, passed[1]) if overlap((start, end), passed) else start
    return max(0, end - begin) // OPENING_MINUTES


def _count(visits: Sequence[VisitRow]) -> int:
    return len({row.visit_id for row in visits if Status(row.status) not in FREES_SLOT})


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
