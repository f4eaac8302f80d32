"""A card payment is bracketed by two steps that can be repeated: the terminal is asked, then its answer is noted.

In between the payment is a row, so that neither a crash nor a terminal that stays silent loses it or takes it twice.
An unknown answer waits for a person who looks at the terminal; nothing is ever charged again by itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import select

from psc_desk.clock import local
from psc_desk.dates import format_time
from psc_desk.errors import ConflictError, InputError, OverridableError, RefusedError
from psc_desk.events import CardAttemptChanged
from psc_desk.models.card import CardAttempt, CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.staff import Right
from psc_desk.money import format_money
from psc_desk.queries.cards import OPEN, CardSlipRow, card_slip
from psc_desk.settings import TILL_ID
from psc_desk.usecases.payment_rows import done_before
from psc_desk.usecases.payments import PaymentDone, PaymentInput, TenderInput, check_payment, take_payment
from psc_desk.usecases.retail import PricedSale, SaleInput, check_sale, post_sale, price_sale, priced_of
from psc_desk.usecases.tenders import checked
from psc_desk.work import Work

P = TypeVar("P", PaymentInput, SaleInput)


@dataclass(frozen=True)
class CardAnswer:
    """What the terminal said; brand, last four digits and reference only when it approved."""

    state: CardState
    brand: str = ""
    last4: str = ""
    ref: str = ""


APPROVED, DECLINED, CANCELLED, UNKNOWN = (
    CardState.APPROVED, CardState.DECLINED, CardState.CANCELLED, CardState.CHECK_TERMINAL,
)  # fmt: skip


@dataclass(frozen=True)
class CardDone:
    """Where a card payment stands now; `payment` when it was approved."""

    row: CardSlipRow
    payment: PaymentDone | None = None


def begin_card(work: Work, payment: PaymentInput | SaleInput, *, anyway: bool = False) -> CardDone:
    """Store the payment as typed before the terminal is asked; the same key gives the same card payment again.

    Everything but the card itself is checked now, so that an approved card is never refused by the desk; a sale keeps
    the prices of now. Exactly one tender is a card. Refused while an earlier card payment of the patient (of a sale to
    nobody known: of the drawer) waits for its answer. A sale of more than is left raises OverridableError unless
    `anyway`.
    """
    person = work.require(Right.TAKE_MONEY)
    known = _by_key(work, payment.key)
    if known is not None:
        return _done(work, known)
    cards = [tender for tender in payment.tenders if tender.kind is TenderKind.CARD]
    if len(cards) != 1:
        raise InputError("Take one card at a time: the rest of the amount is a second payment.", "tender")
    for tender in payment.tenders:
        checked(replace(tender, card_last4="0000", terminal_ref="0") if tender is cards[0] else tender)
    typed = payment if isinstance(payment, PaymentInput) else price_sale(work, payment, anyway=anyway)
    session = check_payment(work, typed) if isinstance(typed, PaymentInput) else check_sale(work, typed)
    _check_none_waits(work, payment)
    attempt = CardAttempt(
        idempotency_key=payment.key, till_id=payment.till_id, session_id=session.id, patient_id=payment.patient_id,
        visit_id=payment.visit_id, cents=cards[0].cents, payment=_stored(typed), asked_at=work.now,
        asked_by=person.id, state=CardState.ASKED, detail="",
    )  # fmt: skip
    work.session.add(attempt)
    work.session.flush()
    _announce(work, attempt, f"asked the card terminal for {format_money(attempt.cents)}")
    return _done(work, attempt)


def finish_card(work: Work, attempt_id: int, answer: CardAnswer) -> CardDone:
    """Note what the terminal said. Approved posts the payment under the card payment's own key, exactly once.

    The same answer again changes nothing. An approval after the card payment was marked declined or cancelled raises
    OverridableError: it is voided at the terminal (`void_late_approval`) or posted (`post_late_approval`).
    """
    person = work.require(Right.TAKE_MONEY)
    attempt = work.get(CardAttempt, attempt_id, "card payment")
    if attempt.state not in OPEN:
        return _answered_before(work, attempt, answer)
    if answer.state in OPEN:
        if attempt.state is not UNKNOWN:
            attempt.state = UNKNOWN
            attempt.detail = "The terminal gave no answer. Look at it, then settle this."
            _announce(work, attempt, f"got no answer for a card payment of {format_money(attempt.cents)}")
        return _done(work, attempt)
    done = _post(work, attempt, answer, attempt.idempotency_key) if answer.state is APPROVED else None
    attempt.state, attempt.ended_at, attempt.ended_by = answer.state, work.now, person.id
    attempt.payment_id = done.payment_id if done else None
    attempt.detail = _words(attempt, answer)
    _announce(work, attempt, f"noted a card payment of {format_money(attempt.cents)} as {answer.state.value}")
    return _done(work, attempt)


def post_late_approval(work: Work, attempt_id: int, answer: CardAnswer) -> CardDone:
    """Post a card payment that the terminal approved after it was marked declined or cancelled; once, however often."""
    attempt = _ended_unpaid(work, attempt_id)
    return _late(work, attempt, answer, f"Approved late; first marked {attempt.state.value}.")


def void_late_approval(work: Work, attempt_id: int) -> CardDone:
    """Note that a late approval was voided at the terminal: no money was taken."""
    attempt = _ended_unpaid(work, attempt_id)
    return _late(work, attempt, CardAnswer(CANCELLED), "Approved late, then voided at the terminal.")


def recover_cards(work: Work) -> int:
    """At start: card payments under way at this desk's drawer must be looked up at the terminal; return how many."""
    found = work.session.scalars(
        select(CardAttempt).where(CardAttempt.state == CardState.ASKED, CardAttempt.till_id == work.setting(TILL_ID))
    ).all()
    for attempt in found:
        attempt.state = UNKNOWN
        attempt.detail = "The program stopped before the terminal's answer was noted. Look at the terminal."
        _announce(work, attempt, "found a card payment without an answer")
    return len(found)


def payment_of(attempt: CardAttempt) -> PaymentInput | PricedSale:
    """Return the payment or sale as it was typed; the card's own fields are empty."""
    typed: dict[str, Any] = dict(attempt.payment)
    if typed["kind"] == PaymentKind.SALE:
        return priced_of(typed)
    tenders = tuple(TenderInput(**{**one, "kind": TenderKind(one["kind"])}) for one in typed.pop("tenders"))
    charge_ids = typed.pop("charge_ids")
    return PaymentInput(
        **{**typed, "kind": PaymentKind(typed["kind"])},
        tenders=tenders,
        charge_ids=None if charge_ids is None else tuple(charge_ids),
    )


def _stored(payment: PaymentInput | PricedSale) -> dict[str, Any]:
    if isinstance(payment, PricedSale):
        return payment.stored()
    return {**asdict(payment), "tenders": [asdict(tender) for tender in payment.tenders]}


def _check_none_waits(work: Work, payment: PaymentInput | SaleInput) -> None:
    chosen = select(CardAttempt).where(CardAttempt.state.in_(OPEN), CardAttempt.patient_id == payment.patient_id)
    if payment.patient_id is None:
        chosen = chosen.where(CardAttempt.till_id == payment.till_id)
    waiting = work.session.scalar(chosen.limit(1))
    if waiting is not None:
        raise ConflictError(
            f"The card payment of {format_money(waiting.cents)} asked for at {_time(work, waiting)} has no answer yet. "
            "Look at the terminal and settle it under Money, Card slips, before another card is tried."
        )


def _answered_before(work: Work, attempt: CardAttempt, answer: CardAnswer) -> CardDone:
    if attempt.state is APPROVED and answer.state is not APPROVED and answer.state not in OPEN:
        receipt = card_slip(work, attempt.id).receipt_no
        raise RefusedError(
            f"This card payment was approved and posted as receipt {receipt}. "
            "If the terminal took it back, void that receipt."
        )
    if attempt.state is not APPROVED and answer.state is APPROVED and _by_key(work, _late_key(attempt)) is None:
        raise OverridableError(
            f"This card payment was marked {attempt.state.value} at {_time(work, attempt)}, now the terminal says "
            "approved. Void it at the terminal, or post it if the patient was charged."
        )
    return _done(work, attempt)


def _ended_unpaid(work: Work, attempt_id: int) -> CardAttempt:
    work.require(Right.TAKE_MONEY)
    attempt = work.get(CardAttempt, attempt_id, "card payment")
    if attempt.state not in (DECLINED, CANCELLED):
        raise RefusedError("This card payment was not declined or cancelled. Settle it with what the terminal says.")
    return attempt


def _late(work: Work, attempt: CardAttempt, answer: CardAnswer, detail: str) -> CardDone:
    """Write the late answer as a card payment of its own, because the ended one is never changed."""
    key = _late_key(attempt)
    known = _by_key(work, key)
    if known is not None:
        return _done(work, known)
    done = _post(work, attempt, answer, key) if answer.state is APPROVED else None
    late = CardAttempt(
        idempotency_key=key, till_id=attempt.till_id, session_id=attempt.session_id, patient_id=attempt.patient_id,
        visit_id=attempt.visit_id, cents=attempt.cents, payment=attempt.payment, asked_at=attempt.asked_at,
        asked_by=attempt.asked_by, state=answer.state, ended_at=work.now, ended_by=work.actor.id, detail=detail,
        payment_id=done.payment_id if done else None,
    )  # fmt: skip
    work.session.add(late)
    work.session.flush()
    _announce(work, late, f"settled a late approval of {format_money(late.cents)}", reason=detail)
    return _done(work, late)


def _post(work: Work, attempt: CardAttempt, answer: CardAnswer, key: str) -> PaymentDone:
    """Post the payment; when its drawer session was closed meanwhile, into the one that is open now."""
    typed = payment_of(attempt)
    if isinstance(typed, PricedSale):
        return post_sale(work, replace(typed, sale=_answered(typed.sale, answer, key)))
    return take_payment(work, _answered(typed, answer, key))


def _answered(typed: P, answer: CardAnswer, key: str) -> P:
    tenders = tuple(
        replace(tender, card_brand=answer.brand, card_last4=answer.last4, terminal_ref=answer.ref)
        if tender.kind is TenderKind.CARD else tender
        for tender in typed.tenders
    )  # fmt: skip
    return replace(typed, key=key, tenders=tenders)


def _words(attempt: CardAttempt, answer: CardAnswer) -> str:
    if answer.state is APPROVED:
        return f"{answer.brand} ····{answer.last4} ref {answer.ref}".strip()
    return "Declined by the terminal." if answer.state is DECLINED else "Cancelled before the card was charged."


def _by_key(work: Work, key: str) -> CardAttempt | None:
    if not key:
        raise ValueError("a posting needs an idempotency key")
    return work.session.scalar(select(CardAttempt).where(CardAttempt.idempotency_key == key))


def _late_key(attempt: CardAttempt) -> str:
    return f"{attempt.idempotency_key}:late"


def _done(work: Work, attempt: CardAttempt) -> CardDone:
    work.session.flush()
    paid = done_before(work, attempt.idempotency_key) if attempt.payment_id is not None else None
    return CardDone(card_slip(work, attempt.id), paid)


def _announce(work: Work, attempt: CardAttempt, did: str, *, reason: str = "") -> None:
    work.announce(
        CardAttemptChanged(attempt_id=attempt.id, patient_id=attempt.patient_id, visit_id=attempt.visit_id), did,
        reason=reason, after={"attempt_id": attempt.id, "state": attempt.state.value, "cents": attempt.cents},
    )  # fmt: skip


def _time(work: Work, attempt: CardAttempt) -> str:
    at = local(attempt.ended_at or attempt.asked_at, work.zone)
    return format_time(at.hour * 60 + at.minute)
