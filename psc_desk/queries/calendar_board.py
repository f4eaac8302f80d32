"""One view of the calendar in one answer: what the board shows, whatever the view (front-desk.md S1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from psc_desk.queries.calendar import day_calendar, month_counts, range_calendar
from psc_desk.queries.calendar_rows import Block, CalendarColumn, MonthDay, VisitRow
from psc_desk.work import Read

View = Literal["day", "week", "month", "agenda"]


@dataclass(frozen=True)
class BoardQuery:
    """What to show; `day` None is today, `provider_id` None is everybody."""

    view: View = "day"
    day: date | None = None
    provider_id: int | None = None


@dataclass(frozen=True)
class BoardRow:
    """What is shown. `days` are those of the view, `month` is filled for the month view only."""

    view: View
    day: date
    today: date
    minute: int
    provider_id: int | None
    days: tuple[date, ...]
    columns: tuple[CalendarColumn, ...]
    blocks: tuple[Block, ...]
    visits: tuple[VisitRow, ...]
    month: tuple[MonthDay, ...]
    visit_count: int
    opening_count: int
    holiday: str = ""

    @property
    def now(self) -> tuple[date, int]:
        """Today and the minute of the day."""
        return self.today, self.minute


def board(read: Read, query: BoardQuery) -> BoardRow:
    """Return a day, its work week, its month, or its agenda."""
    day = query.day or read.today
    make = {"week": _week, "month": _month}.get(query.view, _day)
    return make(read, query, day)


def _day(read: Read, query: BoardQuery, day: date) -> BoardRow:
    if query.provider_id is not None:
        return _span(read, query, day, (day, day))
    shown = day_calendar(read, day)
    return BoardRow(
        query.view, day, read.today, read.minute, None, (day,), shown.columns, shown.blocks, shown.visits, (),
        shown.visit_count, shown.opening_count, shown.holiday,
    )  # fmt: skip


def _week(read: Read, query: BoardQuery, day: date) -> BoardRow:
    monday = day - timedelta(days=day.weekday())
    return _span(read, query, day, (monday, monday + timedelta(days=6)))


def _span(read: Read, query: BoardQuery, day: date, span: tuple[date, date]) -> BoardRow:
    """Return the days of a span; Saturday and Sunday only where somebody works or is booked."""
    shown = range_calendar(read, *span, query.provider_id)
    busy = {block.day for block in shown.blocks if block.kind == "open"} | {visit.day for visit in shown.visits}
    days = tuple(one for one in shown.days if one.weekday() < 5 or one in busy or len(shown.days) == 1)
    return BoardRow(
        query.view, day, read.today, read.minute, query.provider_id, days, shown.columns, shown.blocks, shown.visits,
        (), shown.visit_count, shown.opening_count,
    )  # fmt: skip


def _month(read: Read, query: BoardQuery, day: date) -> BoardRow:
    days = tuple(month_counts(read, day.year, day.month))
    visits, free = sum(one.visits for one in days), sum(one.openings for one in days)
    return BoardRow(
        "month", day, read.today, read.minute, query.provider_id, tuple(one.day for one in days), (), (), (), days,
        visits, free,
    )  # fmt: skip
