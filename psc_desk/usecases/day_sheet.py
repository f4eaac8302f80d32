"""Make the day sheet; a list of patients that leaves the program is audited (front-desk.md S1)."""

from __future__ import annotations

from datetime import date

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.events import ListExported
from psc_desk.models.staff import Right
from psc_desk.papers.day_sheet import day_sheet_pdf
from psc_desk.queries.day_sheet import day_sheet_data
from psc_desk.work import Work


def make_day_sheet(work: Work, day: date) -> bytes:
    """Return the day sheet of a day as PDF."""
    work.require(Right.READ_CHART)
    data = day_sheet_data(work, day)
    visits = sum(len(column.rows) for column in data.columns)
    work.announce(ListExported(), f"made the day sheet of {format_date(day)} with {counted(visits, 'visit')}")
    return day_sheet_pdf(data)
