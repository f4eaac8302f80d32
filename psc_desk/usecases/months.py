"""Close a month: afterwards its books take only correcting entries, dated in a later month (front-desk.md M3)."""

from __future__ import annotations

import re
from datetime import date

from psc_desk.dates import add_months, format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import MonthClosed
from psc_desk.models.charging import ClosedMonth
from psc_desk.models.staff import Right
from psc_desk.queries.months import entries_in, open_drawers
from psc_desk.queries.verify import book_checks
from psc_desk.work import Work

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


def close_month(work: Work, month: str) -> None:
    """Close the books of a month such as "2026-03": it is over, its drawers are closed and the books prove themselves.

    A closed month is never opened again.
    """
    work.require(Right.CLOSE_MONTH)
    first = _first_day(month)
    if work.session.get(ClosedMonth, month) is not None:
        raise RefusedError(f"{first:%B %Y} is closed already.")
    if work.today < add_months(first, 1):
        raise RefusedError(f"{first:%B %Y} is not over. Close it from {format_date(add_months(first, 1))} on.")
    still = open_drawers(work, month)
    if still:
        raise RefusedError(f"{still[0]} was not closed. Count it and close it first, then close the month.")
    if not entries_in(work, month):
        raise RefusedError(f"{first:%B %Y} has no entries. There is nothing to close.")
    wrong = [check for check in book_checks(work) if not check.ok]
    if wrong:
        raise RefusedError(
            f"The books do not prove themselves: {wrong[0].name} ({wrong[0].detail}). Run “psc-desk verify” and have "
            "it looked into before the month is closed."
        )
    work.session.add(ClosedMonth(month=month, closed_at=work.now, closed_by=work.actor.id))
    work.announce(MonthClosed(), f"closed the books of {first:%B %Y}", after={"month": month})


def _first_day(month: str) -> date:
    if _MONTH.fullmatch(month.strip()) is None:
        raise InputError("That is no month. Type the year and the month, such as 2026-03.", "month")
    return date.fromisoformat(f"{month.strip()}-01")
