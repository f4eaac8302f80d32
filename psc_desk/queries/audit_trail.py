"""The audit trail of a day: every event of money and drawers from the audit, beside the journal's own sums."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from psc_desk.clock import local, wall_clock
from psc_desk.errors import InputError
from psc_desk.models.audit import AuditRow
from psc_desk.models.ledger import JournalEntry, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.staff import Right
from psc_desk.models.till import Till
from psc_desk.papers.audit_trail import AccountMoves, AuditTrailData, TrailRow
from psc_desk.queries.audit import check_chain
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.work import Read

MONEY_EVENTS = (
    "ChargePosted", "AdjustmentPosted", "PaymentPosted", "PaymentReversed", "CreditApplied", "CardAttemptChanged",
    "DrawerOpened", "DrawerMoved", "DrawerKicked", "DrawerCounted", "DrawerClosed", "DrawerHandedOver",
    "CashTransferred", "InvestigationEnded", "DepositMade", "CardBatchRecorded", "BankConfirmed", "BooksChecked",
    "PlanChanged", "RefundPaidOut", "StockChanged", "MonthClosed", "ReceiptsLost",
)  # fmt: skip
"""Names of the events that concern money and drawers."""
_AMOUNTS = ("cents", "booked", "terminal", "counted")


def audit_trail_data(read: Read, day: date) -> AuditTrailData:
    """Return the audit trail of a day on the clinic's wall clock; the whole chain is verified with it."""
    read.require(Right.READ_AUDIT)
    checked, last_hash = read.session.execute(select(func.count(), func.max(AuditRow.seq))).one()
    newest = read.session.get(AuditRow, last_hash) if last_hash else None
    entries = read.session.scalar(select(func.count()).where(*_of_day(read, JournalEntry.posted_at, day))) or 0
    return AuditTrailData(
        clinic=clinic_block(read), mark=print_mark(read), day=day, rows=tuple(_rows(read, day)),
        accounts=tuple(_accounts(read, day)), entries=entries, rows_checked=checked,
        last_hash=newest.hash if newest else "", faults=tuple(check_chain(read)),
    )  # fmt: skip


def patient_by_record(read: Read, number: str) -> int:
    """Return whose record number that is; InputError when there is none."""
    found = (
        read.session.scalar(select(Patient.id).where(Patient.record_no == int(number))) if number.isdigit() else None
    )
    if found is None:
        raise InputError("No patient has this record number. Type the number behind the #.", "audit_patient")
    return found


def _of_day(read: Read, column: Any, day: date) -> tuple[Any, Any]:
    return column >= wall_clock(day, 0, read.zone), column < wall_clock(day + timedelta(days=1), 0, read.zone)


def _rows(read: Read, day: date) -> Iterator[TrailRow]:
    rows = read.session.execute(
        select(AuditRow, Patient.last_name, Patient.first_name, Patient.record_no)
        .outerjoin(Patient, Patient.id == AuditRow.patient_id)
        .where(*_of_day(read, AuditRow.at, day), AuditRow.event.in_(MONEY_EVENTS))
        .order_by(AuditRow.seq)
    )
    for row, last, first, number in rows:
        what = row.sentence.removeprefix(row.staff_name).strip()
        yield TrailRow(
            row.seq, local(row.at, read.zone), row.staff_name, what[:1].upper() + what[1:],
            f"{last}, {first} #{number}" if last else "", _amount(row.data), row.reason, row.desk,
        )  # fmt: skip


def _amount(data: dict[str, Any]) -> int | None:
    after = data.get("after") or {}
    if "checks" in after and "cash" in after:
        return int(after["cash"]) + int(after["checks"])
    return next((int(after[name]) for name in _AMOUNTS if isinstance(after.get(name), int)), None)


def _accounts(read: Read, day: date) -> Iterator[AccountMoves]:
    rows = read.session.execute(
        select(
            JournalLine.account,
            func.sum(func.max(JournalLine.cents, 0)),
            func.sum(func.max(-JournalLine.cents, 0)),
        )
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(*_of_day(read, JournalEntry.posted_at, day))
        .group_by(JournalLine.account)
        .order_by(JournalLine.account)
    )
    tills = {row.id: row.name for row in read.session.execute(select(Till.id, Till.name))}
    for account, debits, credited in rows:
        yield AccountMoves(account_words(account, tills), debits, credited)


def account_words(account: str, tills: dict[int, str]) -> str:
    """Return an account's name as people say it: "Drawer 1", "Patient ar" as "What patients owe"."""
    kind, _, number = account.partition(":")
    if number:
        return tills.get(int(number), account)
    return _ACCOUNTS.get(kind, kind.replace("_", " ").capitalize())


_ACCOUNTS = {
    "patient_ar": "What patients owe",
    "insurance_ar": "What insurances owe",
    "unapplied_credit": "Unapplied money of patients",
    "card_clearing": "Cards on their way to the bank",
    "undeposited_checks": "Checks not yet deposited",
    "cash_over_short": "Over or short",
    "cash_in_transit": "Cash between drawers",
    "refunds_payable": "Refunds to be mailed",
    "charges": "Charges",
    "sales_tax_payable": "Sales tax to be paid",
}
