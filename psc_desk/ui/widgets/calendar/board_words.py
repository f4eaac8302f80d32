"""The words over the calendar, and steps from one view's page to the next."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from psc_desk.dates import format_day
from psc_desk.queries.calendar_board import BoardRow
from psc_desk.ui.widgets.calendar.month_view import same_day_in_month


def title_of(row: BoardRow) -> str:
    """Return "Wednesday, March 4", "March 2 – 6" or "March 2026"; the year where it is not this one."""
    year = "" if row.day.year == row.today.year else f", {row.day.year}"
    if row.view == "month":
        return f"{calendar.month_name[row.day.month]} {row.day.year}"
    if row.view == "week":
        return _span(row.days[0], row.days[-1]) + year
    holiday = f" · {row.holiday}" if row.holiday else ""
    return format_day(row.day) + year + holiday


def stepped(view: str, day: date, by: int) -> date:
    """Return the day `by` pages on: days, weeks or months."""
    if view == "month":
        return same_day_in_month(day, by)
    return day + timedelta(days=by * (7 if view == "week" else 1))


def _span(first: date, last: date) -> str:
    month = calendar.month_name
    end = f"{last.day}" if first.month == last.month else f"{month[last.month]} {last.day}"
    return f"{month[first.month]} {first.day} – {end}"
