"""A card payment is bracketed by two steps that can be repeated: the terminal is asked, then its answer is noted.

In between the payment is a row, so that neither a crash nor a terminal that stays silent loses it or takes it twice.
An unknown answer waits for a person who looks at the terminal; nothing is ever charged again by itself. Of several
cards each is asked for by itself: those approved are held until the last one is settled, then all are posted as one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from psc_desk.clock import local
from psc_desk.dates import format_time
from psc_desk.errors import ConflictError, InputError, OverridableError, RefusedError
from psc_desk.events import CardAttemptChanged
from psc_desk.models.card import CardAttempt, CardState
from psc_desk.models.payment import Payment
from psc_desk.models.staff import Right
from psc_desk.money import format_money
from psc_desk.queries.cards import OPEN, CardSlipRow, card_slip
from psc_desk.settings import TILL_ID
from psc_desk.usecases.card_forms import (
    Ready,
    Typed,
    as_stored,
    in_part,
    make_ready,
    paid_by,
    post_ready,
    ready_of,
    tenders,
    to_ask,
    typed_of,
)
from psc_desk.usecases.payment_rows import PaymentDone, done_before, payment_done
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.tenders import TenderInput, checked
from psc_desk.work import Work


@dataclass(frozen=True)
class CardAnswer:
    """What the terminal said; brand, last four digits and reference only when it approved."""

    state: CardState
    brand: str = ""
    last4: str = ""
    ref: str = ""


APPROVED, DECLINED, CANCELLED, UNKNOWN, HELD = (
    CardState.APPROVED, CardState.DECLINED, CardState.CANCELLED, CardState.CHECK_TERMINAL, CardState.HELD,
)  # fmt: skip
_ASKED = (CardState.ASKED, UNKNOWN)


@dataclass(frozen=True)
class CardDone:
    """Where a card payment stands now; `payment` when it was posted."""

    row: CardSlipRow
    payment: PaymentDone | None = None


def begin_card(work: Work, typed: Typed, *, anyway: bool = False, approval: Approval | None = None) -> CardDone:
    """Store the payment as typed before the terminal is asked for the first of its cards that is not approved yet.

    The same key gives the same card payment again. Everything but the card itself is checked now, so that an approved
    card is never refused by the desk; a sale keeps the prices of now. When every card is approved already, the payment
    is posted. Refused while another card payment of the patient (of a sale to nobody known: of the drawer) waits. A
    sale of more than is left raises OverridableError unless `anyway`; a plan may need a second person.
    """
    work.require(Right.TAKE_MONEY)
    known = _by_key(work, typed.key) or _paid_with(work, typed.key)
    if known is not None:
        return _done(work, known)
    held = {way.attempt_id: _held_for(work, typed, way) for way in tenders(typed) if way.attempt_id}
    ways = tuple(_own(held[way.attempt_id], way.attempt_id) if way.attempt_id else way for way in tenders(typed))
    ask = to_ask(ways)
    if not ask and not held:
        raise InputError("No card is among the ways to pay. Choose Card for what is paid by card.", "tender")
    for way in ways:
        checked(replace(way, card_last4="0000", terminal_ref="0") if way in ask else way)
    ready, session = make_ready(work, typed, anyway=anyway, approval=approval)
    _check_none_waits(work, typed, held)
    ready = paid_by(ready, ways, typed.key)
    if not ask:
        return _post(work, ready, [*held.values()])
    attempt = CardAttempt(
        idempotency_key=typed.key, till_id=typed.till_id, session_id=session.id, patient_id=typed.patient_id,
        visit_id=typed.visit_id, cents=ask[0].cents, payment=as_stored(ready), asked_at=work.now,
        asked_by=work.actor.id, state=CardState.ASKED, detail="",
    )  # fmt: skip
    work.session.add(attempt)
    work.session.flush()
    _announce(work, attempt, f"asked the card terminal for {format_money(attempt.cents)}")
    return _done(work, attempt)


def finish_card(work: Work, attempt_id: int, answer: CardAnswer) -> CardDone:
    """Note what the terminal said. Approved posts the payment, exactly once, or holds it while other cards are asked.

    The same answer again changes nothing. An approval after the card payment was marked declined or cancelled raises
    OverridableError: it is voided at the terminal (`void_late_approval`) or posted (`post_late_approval`).
    """
    work.require(Right.TAKE_MONEY)
    attempt = work.get(CardAttempt, attempt_id, "card payment")
    if attempt.state not in _ASKED:
        return _answered_before(work, attempt, answer)
    if answer.state is APPROVED:
        return _approve(work, attempt, answer)
    if answer.state not in OPEN:
        words = {DECLINED: "Declined by the terminal.", CANCELLED: "Cancelled before the card was charged."}
        _end(work, attempt, answer.state, words[answer.state])
    elif attempt.state is not UNKNOWN:
        attempt.state = UNKNOWN
        attempt.detail = "The terminal gave no answer. Look at it, then settle this."
        _announce(work, attempt, f"got no answer for a card payment of {format_money(attempt.cents)}")
    return _done(work, attempt)


def post_held(work: Work, attempt_id: int) -> CardDone:
    """Post a card that was approved for a payment whose rest was not paid, as a payment of its own."""
    attempt = _to_settle(work, attempt_id, APPROVED)
    if attempt.state is HELD:
        return _post(work, in_part(ready_of(attempt.payment), _own(attempt), attempt.idempotency_key), [attempt])
    return _done(work, attempt)


def take_back_held(work: Work, attempt_id: int) -> CardDone:
    """Note that a card that was approved and not posted yet was voided at the terminal: no money was taken."""
    attempt = _to_settle(work, attempt_id, CANCELLED)
    if attempt.state is HELD:
        _end(work, attempt, CANCELLED, f"Approved, then voided at the terminal: {attempt.detail}")
    return _done(work, attempt)


def post_late_approval(work: Work, attempt_id: int, answer: CardAnswer) -> CardDone:
    """Post what a card paid that the terminal approved after it was marked declined or cancelled; once, however often.

    Only the card's own amount: the rest of that payment was paid otherwise since, or not at all.
    """
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


def _held_for(work: Work, typed: Typed, way: TenderInput) -> CardAttempt:
    found = work.get(CardAttempt, way.attempt_id, "card payment")
    if found.state is not HELD or (found.patient_id, found.till_id) != (typed.patient_id, typed.till_id):
        raise RefusedError(
            "A card of this payment was settled otherwise meanwhile. Look at Money, Card slips, and begin again."
        )
    if way.cents != found.cents:
        raise InputError(f"The card was approved for {format_money(found.cents)}, no other amount.", "tender_amount")
    return found


def _own(attempt: CardAttempt, attempt_id: int = 0) -> TenderInput:
    """Return the way to pay that this attempt is; those before it name the attempts that they are."""
    return replace(to_ask(tenders(typed_of(ready_of(attempt.payment))))[0], attempt_id=attempt_id)


def _approve(work: Work, attempt: CardAttempt, answer: CardAnswer) -> CardDone:
    """Hold the card while others are to be asked; after the last one post the payment.

    When a card that was held was settled by itself meanwhile, this one is posted by itself too.
    """
    ready = ready_of(attempt.payment)
    own, ways = _answered(attempt, answer), tenders(typed_of(ready))
    at = ways.index(_own(attempt))
    ready = paid_by(ready, (*ways[:at], own, *ways[at + 1 :]), attempt.idempotency_key)
    attempt.detail = f"{own.card_brand} ····{own.card_last4} ref {own.terminal_ref}".strip()
    if len(to_ask(ways)) > 1:
        attempt.state, attempt.payment = HELD, as_stored(ready)
        _announce(work, attempt, f"held an approved card of {format_money(attempt.cents)} for the rest of its payment")
        return _done(work, attempt)
    held = [work.get(CardAttempt, way.attempt_id, "card payment") for way in ways if way.attempt_id]
    if all(one.state is HELD for one in held):
        return _post(work, ready, [*held, attempt])
    return _post(work, in_part(ready, own, attempt.idempotency_key), [attempt])


def _answered(attempt: CardAttempt, answer: CardAnswer) -> TenderInput:
    """Return the way to pay as the terminal's slip says, or raise InputError naming the field that is wrong."""
    return checked(
        replace(_own(attempt), card_brand=answer.brand, card_last4=answer.last4, terminal_ref=answer.ref)
    )  # fmt: skip


def _post(work: Work, ready: Ready, attempts: Sequence[CardAttempt]) -> CardDone:
    """Post the payment of these cards; when its drawer session was closed meanwhile, into the one that is open now."""
    done = post_ready(work, ready)
    for attempt in attempts:
        _end(work, attempt, APPROVED, attempt.detail, done.payment_id)
    return _done(work, attempts[-1])


def _end(work: Work, attempt: CardAttempt, state: CardState, detail: str, payment_id: int | None = None) -> None:
    attempt.state, attempt.detail, attempt.payment_id = state, detail, payment_id
    attempt.ended_at, attempt.ended_by = work.now, work.actor.id
    _announce(work, attempt, f"noted a card payment of {format_money(attempt.cents)} as {state.value}")


def _check_none_waits(work: Work, typed: Typed, held: Collection[int]) -> None:
    chosen = select(CardAttempt).where(CardAttempt.state.in_(OPEN), CardAttempt.patient_id == typed.patient_id)
    if typed.patient_id is None:
        chosen = chosen.where(CardAttempt.till_id == typed.till_id)
    waiting = work.session.scalar(chosen.where(CardAttempt.id.not_in(held)).limit(1))
    if waiting is not None:
        why = "was approved and is not posted yet" if waiting.state is HELD else "has no answer yet"
        raise ConflictError(
            f"The card payment of {format_money(waiting.cents)} asked for at {_time(work, waiting)} {why}. "
            "Look at the terminal and settle it under Money, Card slips, before another card is tried."
        )


def _answered_before(work: Work, attempt: CardAttempt, answer: CardAnswer) -> CardDone:
    approved = attempt.state in (APPROVED, HELD)
    if approved and answer.state in (DECLINED, CANCELLED):
        receipt = card_slip(work, attempt.id).receipt_no
        raise RefusedError(
            f"This card payment was approved and posted as receipt {receipt}. "
            "If the terminal took it back, void that receipt."
            if receipt
            else "This card was approved and waits for the rest of its payment. If the terminal took it back, take it "
            "back under Money, Card slips."
        )
    if not approved and answer.state is APPROVED and _by_key(work, _late_key(attempt)) is None:
        raise OverridableError(
            f"This card payment was marked {attempt.state.value} at {_time(work, attempt)}, now the terminal says "
            "approved. Void it at the terminal, or post it if the patient was charged."
        )
    return _done(work, attempt)


def _to_settle(work: Work, attempt_id: int, state: CardState) -> CardAttempt:
    """Return a card that is held, or was settled in this way already."""
    work.require(Right.TAKE_MONEY)
    attempt = work.get(CardAttempt, attempt_id, "card payment")
    if attempt.state not in (HELD, state):
        raise RefusedError("This card is not held for a payment. Look at the list again.")
    return attempt


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
    done = None
    if answer.state is APPROVED:
        done = post_ready(work, in_part(ready_of(attempt.payment), _answered(attempt, answer), key))
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


def _by_key(work: Work, key: str) -> CardAttempt | None:
    if not key:
        raise ValueError("a posting needs an idempotency key")
    return work.session.scalar(select(CardAttempt).where(CardAttempt.idempotency_key == key))


def _paid_with(work: Work, key: str) -> CardAttempt | None:
    """Return the last card of a payment that was posted under this key after every card was approved."""
    paid = done_before(work, key)
    cards = select(CardAttempt).where(CardAttempt.payment_id == (paid.payment_id if paid else None))
    return work.session.scalar(cards.order_by(CardAttempt.id.desc()).limit(1)) if paid else None


def _late_key(attempt: CardAttempt) -> str:
    return f"{attempt.idempotency_key}:late"


def _done(work: Work, attempt: CardAttempt) -> CardDone:
    work.session.flush()
    row = card_slip(work, attempt.id)
    if attempt.payment_id is None:
        return CardDone(row)
    return CardDone(row, payment_done(work, work.get(Payment, attempt.payment_id, "receipt")))


def _announce(work: Work, attempt: CardAttempt, did: str, *, reason: str = "") -> None:
    work.announce(
        CardAttemptChanged(attempt_id=attempt.id, patient_id=attempt.patient_id, visit_id=attempt.visit_id), did,
        reason=reason, after={"attempt_id": attempt.id, "state": attempt.state.value, "cents": attempt.cents},
    )  # fmt: skip


def _time(work: Work, attempt: CardAttempt) -> str:
    at = local(attempt.ended_at or attempt.asked_at, work.zone)
    return format_time(at.hour * 60 + at.minute)
