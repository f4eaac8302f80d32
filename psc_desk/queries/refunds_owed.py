"""Refunds of checks are owed until they are mailed or paid out: what is owed to whom, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased

from psc_desk.clock import local
from psc_desk.models.ledger import Account, JournalEntry, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, TenderKind
from psc_desk.models.staff import StaffMember
from psc_desk.money import Cents
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.tills import TillRow, till
from psc_desk.settings import REFUND_PAID_REASONS, SECOND_PERSON_CENTS, TILL_ID
from psc_desk.work import Read

MAILED = "refund_mailed"
"""The kind of entry that mails a refund; cash is a pay-out of the drawer."""


@dataclass(frozen=True)
class RefundOwedRow:
    """A refund of a check. `how` is "" while it is owed, then the words of whoever paid it out."""

    payment_id: int
    receipt_no: int
    patient_id: int | None
    patient: str
    address: str
    cents: Cents
    owed_cents: Cents
    refunded_on: date
    days: int
    reason: str
    how: str
    mailed: bool
    paid_at: datetime | None
    paid_by: str

    @property
    def owed(self) -> bool:
        """True until it is mailed or paid out."""
        return self.owed_cents > 0


@dataclass(frozen=True)
class RefundForm:
    """What the form begins with that pays a refund out."""

    refund: RefundOwedRow
    who: PersonAtCounter | None
    till: TillRow
    reasons: tuple[str, ...]
    second_person_cents: Cents


def refunds_owed(read: Read, limit: int = 300) -> list[RefundOwedRow]:
    """Return the refunds of checks: those still owed first, the oldest on top, then the newest paid ones."""
    return _rows(read, limit)


def refund_form(read: Read, payment_id: int) -> RefundForm:
    """Return a refund about to be mailed or paid out in cash."""
    row = next(row for row in _rows(read, None) if row.payment_id == payment_id)
    return RefundForm(
        row, None if row.patient_id is None else person_at_counter(read, row.patient_id),
        till(read, read.setting(TILL_ID)), tuple(read.setting(REFUND_PAID_REASONS)), read.setting(SECOND_PERSON_CENTS),
    )  # fmt: skip


def owed_of(read: Read, payment_id: int) -> Cents:
    """Return what of a refund is owed by mail; 0 when it is paid out, went back otherwise, or was voided."""
    owed = _owed().where(payment_id == _REFUND)
    return read.session.scalar(select(owed.subquery().c.owed)) or 0


_REFUND = case((Payment.kind == PaymentKind.VOID, Payment.of_payment_id), else_=Payment.id)
"""The refund that a line on the account belongs to: its own, and the void of it."""


def _owed() -> Any:
    return (
        select(_REFUND.label("refund_id"), func.sum(-JournalLine.cents).label("owed"))
        .join(Payment, Payment.id == JournalLine.payment_id)
        .where(JournalLine.account == Account.REFUNDS_PAYABLE)
        .group_by(_REFUND)
    )


def _rows(read: Read, limit: int | None) -> list[RefundOwedRow]:
    owed = _owed().subquery()
    found = read.session.execute(
        select(Payment, Patient, JournalEntry.business_date, owed.c.owed)
        .join(owed, owed.c.refund_id == Payment.id)
        .join(JournalEntry, JournalEntry.id == Payment.entry_id)
        .outerjoin(Patient, Patient.id == Payment.patient_id)
        .order_by(owed.c.owed == 0, case((owed.c.owed == 0, -Payment.id), else_=Payment.id))
        .limit(limit)
    ).all()
    paid = _paid(read, [row.Payment.id for row in found])
    rows = [_row(read, one, paid.get(one.Payment.id)) for one in found]
    return [row for row in rows if row.owed or row.how]


def _paid(read: Read, payment_ids: list[int]) -> dict[int, tuple[JournalEntry, str]]:
    """Return the entry that paid each of these refunds out, and who did it."""
    back = aliased(JournalEntry)
    found = read.session.execute(
        select(JournalLine.payment_id, JournalEntry, StaffMember.name)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .join(StaffMember, StaffMember.id == JournalEntry.staff_id)
        .where(JournalLine.account == Account.REFUNDS_PAYABLE, JournalLine.payment_id.in_(payment_ids))
        .where(JournalLine.cents > 0, JournalEntry.kind.in_((MAILED, "pay_out")))
        .where(~exists().where(back.reverses_id == JournalEntry.id))
    )
    return {payment_id: (entry, name) for payment_id, entry, name in found if payment_id is not None}


def _row(read: Read, found: Any, out: tuple[JournalEntry, str] | None) -> RefundOwedRow:
    paid, patient, day, owed = found
    entry, by = out if out is not None and not owed else (None, "")
    checks = -sum(tender.cents for tender in paid.tenders if tender.kind is TenderKind.CHECK)
    return RefundOwedRow(
        payment_id=paid.id, receipt_no=paid.receipt_no, patient_id=paid.patient_id,
        patient=patient.sort_name if patient else "", address=_address(patient), cents=checks, owed_cents=owed,
        refunded_on=day, days=(read.today - day).days, reason=paid.reason, how=entry.reason if entry else "",
        mailed=entry is not None and entry.kind == MAILED,
        paid_at=local(entry.posted_at, read.zone) if entry else None, paid_by=by,
    )  # fmt: skip


def _address(patient: Patient | None) -> str:
    if patient is None:
        return ""
    town = " ".join(part for part in (patient.city, patient.state, patient.zip) if part)
    return ", ".join(part for part in (patient.street, patient.street2, town) if part)
