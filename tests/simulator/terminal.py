"""The card terminal of a simulated shift: it answers late, twice, or not at all until somebody looks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psc_desk.models.card import CardState
from psc_desk.models.payment import TenderKind
from psc_desk.usecases.cards import (
    CardAnswer,
    CardDone,
    begin_card,
    finish_card,
    post_held,
    post_late_approval,
    take_back_held,
    void_late_approval,
)
from psc_desk.usecases.payments import PaymentDone, PaymentInput
from psc_desk.usecases.retail import SaleInput
from psc_desk.usecases.tenders import TenderInput

if TYPE_CHECKING:
    from tests.simulator.shift import Shift

ENDS = (CardState.APPROVED, CardState.APPROVED, CardState.APPROVED, CardState.DECLINED, CardState.CANCELLED)


class Terminal:
    """Each card of a payment is asked for by itself; what is then paid is noted by the shift."""

    def __init__(self, shift: Shift) -> None:
        self.shift = shift

    def pay(self, typed: PaymentInput | SaleInput) -> PaymentDone | None:
        """Ask for card after card; return what was posted, None when nothing or only a part was."""
        named = {"anyway": True} if isinstance(typed, SaleInput) else {}
        while True:
            done: CardDone = self._do(begin_card, typed, **named)
            if done.payment is None:
                done = self._answer(done.row.attempt_id)
            if done.payment is not None:
                self.shift.took(typed, typed.tenders)
                return done.payment
            if done.row.state is not CardState.HELD:
                self._otherwise(typed, done.row.attempt_id)
                return None
            typed = replace(typed, key=self.shift.key(), tenders=_held(typed.tenders, done.row.attempt_id))

    def _answer(self, attempt_id: int) -> CardDone:
        """The answer comes at once, after a crash, or after a silence in which somebody looks."""
        rng = self.shift.rng
        if rng.random() < 0.1:
            self.shift.crash()
        if rng.random() < 0.3:
            self._do(finish_card, attempt_id, CardAnswer(CardState.CHECK_TERMINAL))
        answer = CardAnswer(rng.choice(ENDS), "Visa", "4242", f"T{attempt_id}")
        done: CardDone = self._do(finish_card, attempt_id, answer)
        return done

    def _otherwise(self, typed: PaymentInput | SaleInput, attempt_id: int) -> None:
        """A card was not charged: those held before it are taken back, posted alone, or the rest is cash."""
        shift, sale = self.shift, isinstance(typed, SaleInput)
        held = [one for one in typed.tenders if one.attempt_id]
        how = shift.rng.choice(("back", "cash") if sale else ("back", "cash", "alone"))
        if held and how == "cash":
            ways = tuple(_cash(one) if one.kind is TenderKind.CARD and not one.attempt_id else one
                         for one in typed.tenders)  # fmt: skip
            self._do(begin_card, replace(typed, key=shift.key(), tenders=ways), **({"anyway": True} if sale else {}))
            shift.took(typed, ways)
        for one in held if how != "cash" else []:
            self._do(post_held if how == "alone" else take_back_held, one.attempt_id)
            if how == "alone":
                shift.took(typed, (one,))
        if shift.rng.random() < 0.4 and (not sale or len(typed.tenders) == 1):
            self._late(typed, attempt_id)

    def _late(self, typed: PaymentInput | SaleInput, attempt_id: int) -> None:
        """The terminal says approved after all."""
        answer = CardAnswer(CardState.APPROVED, "Visa", "4242", f"L{attempt_id}")
        self.shift.refused(finish_card, attempt_id, answer)
        if self.shift.rng.random() < 0.5:
            self._do(void_late_approval, attempt_id)
            return
        self._do(post_late_approval, attempt_id, answer)
        self.shift.took(typed, (next(one for one in typed.tenders if _unasked(one)),))

    def _do(self, usecase: Any, *args: Any, **named: Any) -> Any:
        return self.shift.twice_at_most(usecase, *args, desk=self.shift.desks[0], **named)


def _unasked(one: TenderInput) -> bool:
    return one.kind is TenderKind.CARD and not one.attempt_id


def _held(ways: tuple[TenderInput, ...], attempt_id: int) -> tuple[TenderInput, ...]:
    at = next(place for place, one in enumerate(ways) if _unasked(one))
    return (*ways[:at], replace(ways[at], attempt_id=attempt_id), *ways[at + 1 :])


def _cash(one: TenderInput) -> TenderInput:
    return TenderInput(TenderKind.CASH, one.cents)
