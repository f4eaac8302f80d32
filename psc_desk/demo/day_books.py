"""Whether a day's reports tell the same story: receipts, drawer, ledger, receivables, deposit and day sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from psc_desk.models.ledger import Account, Charge, JournalEntry, JournalLine, drawer_account
from psc_desk.models.payment import Payment, Tender, TenderKind
from psc_desk.models.till import DepositItem, TillSession
from psc_desk.models.visit import Status, Visit
from psc_desk.money import Cents
from psc_desk.papers.till_slips import TillReportData
from psc_desk.queries.day_sheet import day_sheet_data
from psc_desk.queries.money import payments
from psc_desk.queries.tills import till_report
from psc_desk.queries.verify import Check
from psc_desk.work import Read


@dataclass(frozen=True)
class _Day:
    read: Read
    session: TillSession
    report: TillReportData
    received: Cents
    """What the list of receipts comes to, refunds and voids taken off."""

    def tender(self, kind: TenderKind) -> Cents:
        """The Z report's total of a way of paying."""
        return next(row.cents or 0 for row in self.report.tenders if row.word == kind.value.capitalize())

    def moved(self, *accounts: str) -> Cents:
        """What the entries of this drawer session, or without a session of this day, moved on accounts."""
        mine = (JournalEntry.session_id == self.session.id) | (
            JournalEntry.session_id.is_(None) & (JournalEntry.business_date == self.session.business_date)
        )
        return self.read.session.scalar(
            select(func.coalesce(func.sum(JournalLine.cents), 0))
            .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
            .where(JournalLine.account.in_(accounts), JournalEntry.kind != "deposit", mine)
        ) or 0  # fmt: skip


def report_checks(read: Read, session_id: int) -> list[Check]:
    """Return whether the reports of a closed drawer session and its day agree to the cent."""
    session = read.get(TillSession, session_id, "drawer session")
    received = sum(row.amount_cents for row in payments(read, session_id=session_id))
    day = _Day(read, session, till_report(read, session_id, "Z"), received)
    return [_check(name, *find(day)) for name, find in _REPORTS.items()]


Figures = tuple[int, ...]
"""Amounts in cents, and counts."""


def _check(name: str, one: Figures, other: Figures) -> Check:
    return Check(name, one == other, "" if one == other else f"{one} against {other}, in cents")


def _receipts(day: _Day) -> tuple[Figures, Figures]:
    return (day.received,), (sum(day.tender(kind) for kind in TenderKind),)


def _drawer(day: _Day) -> tuple[Figures, Figures]:
    moved = sum(row.cents for row in day.report.movements)
    return (day.session.opening_cents + moved,), (day.session.expected_cents or 0,)


def _ledger(day: _Day) -> tuple[Figures, Figures]:
    left = (day.session.float_left_cents or 0) - day.session.opening_expected_cents
    cash = day.moved(drawer_account(day.session.till_id))
    booked = cash, day.moved(Account.CARDS), day.moved(Account.CHECKS, Account.REFUNDS_PAYABLE)
    return booked, (left, day.tender(TenderKind.CARD), day.tender(TenderKind.CHECK))


def _receivables(day: _Day) -> tuple[Figures, Figures]:
    charged = -day.moved(Account.CHARGES)
    return (day.moved(Account.PATIENT_AR, Account.UNAPPLIED),), (charged - day.received,)


def _deposited(day: _Day) -> tuple[Figures, Figures]:
    drops = -sum(row.cents for row in day.report.movements if row.word == "Drop")
    cash = select(func.coalesce(func.sum(DepositItem.cents), 0)).where(DepositItem.session_id == day.session.id)
    checks = (
        select(func.coalesce(func.sum(DepositItem.cents), 0))
        .join(Tender, Tender.id == DepositItem.tender_id)
        .join(Payment, Payment.id == Tender.payment_id)
        .where(Payment.session_id == day.session.id)
    )
    deposited = (day.read.session.scalar(cash) or 0) + (day.read.session.scalar(checks) or 0)
    return (deposited,), ((day.session.to_bank_cents or 0) + drops + day.tender(TenderKind.CHECK),)


def _day_sheet(day: _Day) -> tuple[Figures, Figures]:
    """What the visits that the day sheet shows as done were charged is what the ledger charged."""
    sheet = day_sheet_data(day.read, day.session.business_date)
    done = sum(row.status == Status.DONE.word for column in sheet.columns for row in column.rows)
    chosen = (
        select(func.count(Visit.id.distinct()), func.coalesce(func.sum(Charge.amount_cents), 0))
        .outerjoin(Charge, Charge.visit_id == Visit.id)
        .where(Visit.day == day.session.business_date, Visit.status == Status.DONE)
    )
    visits, charged = day.read.session.execute(chosen).one()
    return (visits, charged), (done, -day.moved(Account.CHARGES))


_REPORTS: dict[str, Callable[[_Day], tuple[Figures, Figures]]] = {
    "the receipts equal the drawer report": _receipts,
    "the drawer report explains the expected cash": _drawer,
    "the ledger by account equals the drawer report": _ledger,
    "receivables moved by charges less receipts": _receivables,
    "the deposit equals the drawer report": _deposited,
    "the day sheet equals what was charged": _day_sheet,
}
