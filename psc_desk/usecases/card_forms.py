"""What can be paid by card: a payment, a sale, the down payment of a plan; each is checked, kept and posted alike."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from psc_desk.errors import RefusedError
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.plan import PaymentPlan, PlanStatus
from psc_desk.models.till import TillSession
from psc_desk.usecases.payment_rows import PaymentDone
from psc_desk.usecases.payments import PaymentInput, check_payment, take_payment
from psc_desk.usecases.plans import CheckedPlan, PlanInput, check_plan, plan_of, post_with_plan
from psc_desk.usecases.retail import PricedSale, SaleInput, check_sale, post_sale, price_sale, priced_of
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.tenders import TenderInput, tenders_of
from psc_desk.work import Work

Typed = PaymentInput | SaleInput | PlanInput
"""As it comes from a form."""
Ready = PaymentInput | PricedSale | CheckedPlan
"""Checked, with what must not change until the terminal has answered: prices, and who approved."""
Tenders = tuple[TenderInput, ...]


def make_ready(work: Work, typed: Typed, *, anyway: bool, approval: Approval | None) -> tuple[Ready, TillSession]:
    """Check everything but how it is paid; return it with the drawer session that is to take it."""
    match typed:
        case SaleInput():
            sale = price_sale(work, typed, anyway=anyway)
            return sale, check_sale(work, sale)
        case PlanInput():
            return check_plan(work, typed, approval=approval), check_payment(work, typed.down_payment)
        case PaymentInput():
            return typed, check_payment(work, typed)


def typed_of(ready: Ready) -> Typed:
    """Return what was typed."""
    match ready:
        case PricedSale():
            return ready.sale
        case CheckedPlan():
            return ready.plan
        case PaymentInput():
            return ready


def tenders(typed: Typed) -> Tenders:
    """Return the ways to pay."""
    return typed.down if isinstance(typed, PlanInput) else typed.tenders


def paid_by(ready: Ready, ways: Tenders, key: str) -> Ready:
    """Return the same, paid in these ways, to be posted under `key`."""
    match ready:
        case PricedSale():
            return replace(ready, sale=replace(ready.sale, tenders=ways, key=key))
        case CheckedPlan():
            return replace(ready, plan=replace(ready.plan, down=ways, key=key))
        case PaymentInput():
            return replace(ready, tenders=ways, key=key)


def in_part(ready: Ready, way: TenderInput, key: str) -> Ready:
    """Return what one card alone pays of it; RefusedError for a sale, which is paid whole or not at all."""
    if isinstance(ready, PricedSale) and ready.sums.total_cents != way.cents:
        raise RefusedError(
            "This card paid only a part of a sale, so it cannot be posted alone. Void it at the terminal, note that "
            "here, and sell the items again."
        )
    return paid_by(ready.plan.down_payment if isinstance(ready, CheckedPlan) else ready, (way,), key)


def to_ask(ways: Tenders) -> Tenders:
    """Return the cards that the terminal did not approve yet."""
    return tuple(way for way in ways if way.kind is TenderKind.CARD and not way.attempt_id)


def post_ready(work: Work, ready: Ready) -> PaymentDone:
    """Post it."""
    match ready:
        case PricedSale():
            return post_sale(work, ready)
        case CheckedPlan():
            return post_with_plan(work, ready)
        case PaymentInput():
            return take_payment(work, _still_payable(work, ready))


def _still_payable(work: Work, payment: PaymentInput) -> PaymentInput:
    """Return an instalment whose plan ended since the terminal was asked as a payment on the balance."""
    if payment.plan_id is None or work.get(PaymentPlan, payment.plan_id).status is PlanStatus.ACTIVE:
        return payment
    return replace(payment, kind=PaymentKind.BALANCE, plan_id=None)


def as_stored(ready: Ready) -> dict[str, Any]:
    """Return it as JSON."""
    return asdict(ready) if isinstance(ready, PaymentInput) else ready.stored()


def ready_of(stored: dict[str, Any]) -> Ready:
    """Return what `as_stored` gave."""
    if "plan" in stored:
        return plan_of(stored)
    if stored["kind"] == PaymentKind.SALE:
        return priced_of(stored)
    chosen = stored["charge_ids"]
    known = {"kind": PaymentKind(stored["kind"]), "tenders": tenders_of(stored["tenders"])}
    return PaymentInput(**{**stored, **known, "charge_ids": None if chosen is None else tuple(chosen)})
