"""The months of the books: what moved in each, what keeps it open, and who closed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from psc_desk.clock import local
from psc_desk.dates import add_months, format_date
from psc_desk.models.charging import AdjustmentKind, ClosedMonth
from psc_desk.models.ledger import Account, JournalEntry, JournalLine
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import SessionStatus, Till, TillSession
from psc_desk.money import Cents
from psc_desk.queries.charge_lists import uncharged_visits
from psc_desk.work import Read

_ADJUSTING = tuple(dict.fromkeys(kind.account.value for kind in AdjustmentKind))


@dataclass(frozen=True)
class MonthRow:
    """A month; `holds_up` says in words what keeps it from being closed, empty when nothing does."""

    month: str
    first: date
    entries: int
    charges_cents: Cents
    received_cents: Cents
    adjustments_cents: Cents
    uncharged: int
    closed_on: date | None
    closed_by: str
    holds_up: str


def months(read: Read) -> list[MonthRow]:
    """Return every month that has entries, newest first."""
    month = func.substr(JournalEntry.business_date, 1, 7)
    received = case((JournalEntry.kind.in_(("payment", "refund", "void", "returned")), JournalLine.cents), else_=0)
    sums = (
        select(
            month.label("month"), func.count(JournalEntry.id.distinct()).label("entries"),
            func.sum(case((JournalLine.account == Account.CHARGES, -JournalLine.cents), else_=0)).label("charges"),
            func.sum(case((JournalLine.account.in_(_ADJUSTING), JournalLine.cents), else_=0)).label("adjusted"),
            func.sum(case((JournalLine.account.in_((Account.PATIENT_AR.value, Account.UNAPPLIED.value)), -received),
                          else_=0)).label("received"),
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .group_by(month)
        .order_by(month.desc())
    )  # fmt: skip
    closed = {row.month: (row, name) for row, name in read.session.execute(
        select(ClosedMonth, StaffMember.name).join(StaffMember, StaffMember.id == ClosedMonth.closed_by))}  # fmt: skip
    todo = [row.visit_day for row in uncharged_visits(read)]
    return [_row(read, found, closed.get(found.month), todo) for found in read.session.execute(sums)]


def open_drawers(read: Read, month: str) -> list[str]:
    """Name the drawer sessions of a month that are not closed: "Drawer 1 of 03/04/2026"."""
    found = read.session.execute(
        select(Till.name, TillSession.business_date)
        .join(Till, Till.id == TillSession.till_id)
        .where(TillSession.status != SessionStatus.CLOSED, func.substr(TillSession.business_date, 1, 7) == month)
        .order_by(TillSession.business_date, Till.name)
    )
    return [f"{name} of {format_date(day)}" for name, day in found]


def entries_in(read: Read, month: str) -> int:
    """Return how many entries a month has."""
    chosen = select(func.count()).where(func.substr(JournalEntry.business_date, 1, 7) == month)
    return read.session.scalar(chosen) or 0


def _row(read: Read, found: object, closed: tuple[ClosedMonth, str] | None, todo: list[date]) -> MonthRow:
    first = date.fromisoformat(f"{found.month}-01")  # type: ignore[attr-defined]  # a SQLAlchemy row with this name
    holds_up = ""
    if closed is None:
        still = open_drawers(read, f"{first:%Y-%m}")
        if read.today < add_months(first, 1):
            holds_up = "not over"
        elif still:
            holds_up = f"{still[0]} is not closed"
    return MonthRow(
        f"{first:%Y-%m}", first, found.entries, found.charges, found.received, found.adjusted,  # type: ignore[attr-defined]  # the same row
        sum(f"{day:%Y-%m}" == f"{first:%Y-%m}" for day in todo),
        local(closed[0].closed_at, read.zone).date() if closed else None, closed[1] if closed else "", holds_up,
    )  # fmt: skip
