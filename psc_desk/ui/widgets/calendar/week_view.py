"""The work week: the day's view with a column for each day, for one provider or for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from psc_desk.queries.calendar_rows import Block, CalendarColumn, VisitRow
from psc_desk.ui.widgets.calendar.day_view import DayView
from psc_desk.ui.widgets.calendar.geometry import Lane

EVERYBODY = CalendarColumn("", "Everybody")


class WeekView(DayView):
    """Five to seven days side by side. In a week of everybody a booking is asked for with an empty column key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weekView")
        self.setAccessibleName(self.tr("Week calendar"))

    def set_week(
        self,
        days: Sequence[date],
        blocks: Sequence[Block],
        visits: Sequence[VisitRow],
        *,
        column: CalendarColumn = EVERYBODY,
        now: tuple[date, int] | None = None,
    ) -> None:
        """Show these days of `column`; `now` is today and the minute of the day."""
        shown = [v for v in visits if not column.key or v.column_key == column.key]
        lanes = [Lane(column, day, f"{day:%a} {day.day}", self._count(day, shown)) for day in days]
        self.set_lanes(lanes, blocks, shown, now)

    def _count(self, day: date, visits: Sequence[VisitRow]) -> str:
        count = sum(visit.day == day for visit in visits)
        return self.tr("1 visit") if count == 1 else self.tr("{0} visits").format(count)

    def page_days(self, by: int) -> int:
        """Return how many days a page is: a week."""
        return 7 * by
