"""What the form begins with that corrects a payment: the receipt, the counter, and how it had been paid."""

from __future__ import annotations

from dataclasses import dataclass

from psc_desk.models.payment import Payment, TenderKind
from psc_desk.money import Cents
from psc_desk.queries.counter import CounterRow, ReversalRow, counter, reversal
from psc_desk.work import Read


@dataclass(frozen=True)
class TenderRow:
    """How one part of a payment was made."""

    kind: TenderKind
    cents: Cents
    tendered_cents: Cents
    check_no: str
    bank: str
    card_brand: str
    card_last4: str
    terminal_ref: str


@dataclass(frozen=True)
class CorrectionStart:
    """A payment about to be corrected."""

    receipt: ReversalRow
    counter: CounterRow
    tenders: tuple[TenderRow, ...]


def correction(read: Read, payment_id: int) -> CorrectionStart:
    """Return a patient's payment as it was taken, ready to be typed anew."""
    paid = read.get(Payment, payment_id, "payment")
    assert paid.patient_id is not None, "a sale is corrected by its own form"
    tenders = tuple(
        TenderRow(
            one.kind, one.cents, one.tendered_cents, one.check_no, one.bank, one.card_brand, one.card_last4,
            one.terminal_ref,
        )
        for one in paid.tenders
    )  # fmt: skip
    return CorrectionStart(reversal(read, payment_id), counter(read, paid.patient_id, paid.visit_id), tenders)
