"""Correct a payment: the receipt is voided and a new one takes its place, in one transaction (complaint 65)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from psc_desk.errors import InputError
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.models.staff import Right
from psc_desk.usecases.payment_rows import PaymentDone, done_before, next_receipt_no
from psc_desk.usecases.payments import PaymentInput, take_payment, void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.work import Work


@dataclass(frozen=True)
class Corrected:
    """The receipt that takes the old one back, and the new one."""

    voided: PaymentDone
    taken: PaymentDone


def correct_payment(
    work: Work, payment_id: int, new: PaymentInput, *, reason: str, approval: Approval | None = None
) -> Corrected:
    """Void a payment of the open drawer session and take it rightly; each receipt names the other.

    The void needs the rights and the second person of any void; only the new receipt is printed with the void's.
    """
    work.require(Right.VOID_OWN)
    again = done_before(work, f"{new.key}:void")
    paid = work.get(Payment, payment_id, "payment")
    if again is None and paid.amount_cents < 0:
        raise InputError("Only a payment can be corrected. Choose the receipt of the payment.", "receipt")
    if not reason.strip():
        raise InputError("Say what was wrong.", "reason")
    number = next_receipt_no(work, paid.till_id) + 1
    voided = again or void_payment(
        work, payment_id, key=f"{new.key}:void", reason=f"Corrected by receipt {number}: {reason.strip()}",
        approval=approval,
    )  # fmt: skip
    note = f"Corrected from receipt {paid.receipt_no}: {reason.strip()}"
    kind = paid.kind if paid.kind is PaymentKind.PLAN else new.kind
    plan_id = paid.plan_id if kind is PaymentKind.PLAN else new.plan_id
    return Corrected(voided, take_payment(work, replace(new, kind=kind, plan_id=plan_id, note=note)))
