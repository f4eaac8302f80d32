"""Card payments on their way: asked at the terminal and not yet answered, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from psc_desk.clock import local
from psc_desk.models.card import CardAttempt, CardState
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import Till
from psc_desk.money import Cents
from psc_desk.settings import TILL_ID
from psc_desk.work import Read

OPEN = (CardState.ASKED, CardState.CHECK_TERMINAL, CardState.HELD)
"""States that a person has to settle."""


@dataclass(frozen=True)
class CardSlipRow:
    """A card payment from the question to the answer. `asked_at` is the clinic's wall clock."""

    attempt_id: int
    till_id: int
    till: str
    patient_id: int | None
    patient: str
    cents: Cents
    kind: PaymentKind
    state: CardState
    asked_at: datetime
    asked_by: str
    detail: str
    receipt_no: int | None

    @property
    def open(self) -> bool:
        """True while somebody must settle it."""
        return self.state in OPEN


def card_slips(read: Read, limit: int = 200) -> list[CardSlipRow]:
    """Return the card payments of every drawer: those that are not settled first, then the newest."""
    return _rows(read, select(CardAttempt.id).order_by(CardAttempt.id.desc()).limit(limit))


def open_card_slips(read: Read, till_id: int | None = None) -> list[CardSlipRow]:
    """Return the card payments that are not settled, of one drawer or of all, oldest first."""
    chosen = select(CardAttempt.id).where(CardAttempt.state.in_(OPEN))
    if till_id is not None:
        chosen = chosen.where(CardAttempt.till_id == till_id)
    return sorted(_rows(read, chosen), key=lambda row: row.attempt_id)


def card_slip(read: Read, attempt_id: int) -> CardSlipRow:
    """Return one card payment, or raise NotFoundError."""
    read.get(CardAttempt, attempt_id, "card payment")
    return _rows(read, select(CardAttempt.id).where(CardAttempt.id == attempt_id))[0]


def unanswered_here(read: Read) -> int:
    """Return how many card payments of this desk's drawer are not settled."""
    till_id = read.setting(TILL_ID)
    chosen = select(func.count()).where(CardAttempt.till_id == till_id, CardAttempt.state.in_(OPEN))
    return read.session.scalar(chosen) or 0


def _rows(read: Read, ids: Any) -> list[CardSlipRow]:
    found = read.session.execute(
        select(CardAttempt, Till.name, Patient.last_name, Patient.first_name, StaffMember.name, Payment.receipt_no)
        .join(Till, Till.id == CardAttempt.till_id)
        .join(StaffMember, StaffMember.id == CardAttempt.asked_by)
        .outerjoin(Patient, Patient.id == CardAttempt.patient_id)
        .outerjoin(Payment, Payment.id == CardAttempt.payment_id)
        .where(CardAttempt.id.in_(ids))
        .order_by(CardAttempt.state.not_in(OPEN), CardAttempt.id.desc())
    )
    return [_row(read, row) for row in found]


def _row(read: Read, row: Any) -> CardSlipRow:
    one, till, last, first, asked_by, receipt_no = row
    return CardSlipRow(
        attempt_id=one.id, till_id=one.till_id, till=till, patient_id=one.patient_id,
        patient=f"{last}, {first}" if last is not None else "", cents=one.cents,
        kind=PaymentKind(one.payment["kind"]), state=one.state, asked_at=local(one.asked_at, read.zone),
        asked_by=asked_by, detail=one.detail, receipt_no=receipt_no,
    )  # fmt: skip
