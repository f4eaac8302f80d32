"""The checks that were taken, where each of them is now, and what a returned one needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, exists, select
from sqlalchemy.orm import aliased

from psc_desk.models.ledger import JournalEntry
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.till import DepositItem
from psc_desk.money import Cents
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.settings import RETURNED_CHECK_FEE_CENTS, RETURNED_CHECK_REASONS
from psc_desk.work import Read


@dataclass(frozen=True)
class CheckRow:
    """A check. `state` is waiting, deposited, returned or voided."""

    tender_id: int
    patient_id: int | None
    patient: str
    check_no: str
    bank: str
    cents: Cents
    receipt_no: int
    taken_on: date
    deposit_id: int | None
    state: str
    of_sale: Cents
    """what the sale comes to that it paid; 0 for other payments"""


@dataclass(frozen=True)
class ReturnStart:
    """What the form for a returned check begins with."""

    check: CheckRow
    who: PersonAtCounter | None
    reasons: tuple[str, ...]
    fee_cents: Cents


def taken_checks(read: Read, limit: int = 400) -> list[CheckRow]:
    """Return the checks taken, newest first."""
    return [_row(row) for row in read.session.execute(_checks().order_by(Tender.id.desc()).limit(limit))]


def return_start(read: Read, tender_id: int) -> ReturnStart:
    """Return a check about to be booked as returned, and the clinic's reasons and fee."""
    row = _row(read.session.execute(_checks().where(Tender.id == tender_id)).one())
    who = None if row.patient_id is None else person_at_counter(read, row.patient_id)
    return ReturnStart(
        row, who, tuple(read.setting(RETURNED_CHECK_REASONS)), read.setting(RETURNED_CHECK_FEE_CENTS)
    )  # fmt: skip


def _checks() -> Any:
    """Checks taken, with whether their payment was voided and whether this check came back."""
    void, back, paper = aliased(Payment), aliased(Payment), aliased(Tender)
    voided = exists().where(void.of_payment_id == Payment.id, void.kind == PaymentKind.VOID)
    returned = exists().where(
        back.of_payment_id == Payment.id, back.kind == PaymentKind.RETURNED, paper.payment_id == back.id,
        paper.check_no == Tender.check_no, paper.bank == Tender.bank, paper.cents == -Tender.cents,
    )  # fmt: skip
    return (
        select(
            Tender.id, Payment.patient_id, Patient.last_name, Patient.first_name, Tender.check_no, Tender.bank,
            Tender.cents, Payment.receipt_no, JournalEntry.business_date, DepositItem.deposit_id, voided, returned,
            case((Payment.kind == PaymentKind.SALE, Payment.amount_cents), else_=0),
        )
        .join(Payment, Payment.id == Tender.payment_id)
        .join(JournalEntry, JournalEntry.id == Payment.entry_id)
        .outerjoin(Patient, Patient.id == Payment.patient_id)
        .outerjoin(DepositItem, DepositItem.tender_id == Tender.id)
        .where(Tender.kind == TenderKind.CHECK, Tender.cents > 0, Payment.kind != PaymentKind.VOID)
    )  # fmt: skip


def _row(found: Any) -> CheckRow:
    tender_id, patient_id, last, first, number, bank, cents, receipt_no, day, deposit_id, voided, returned, of_sale = (
        found
    )
    state = "returned" if returned else "deposited" if deposit_id else "voided" if voided else "waiting"
    name = f"{last}, {first}" if last is not None else ""
    return CheckRow(tender_id, patient_id, name, number, bank, cents, receipt_no, day, deposit_id, state, of_sale)
