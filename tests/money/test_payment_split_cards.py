"""Several cards in one payment: each is asked for by itself, the approved ones are held until all is settled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from psc_desk.errors import ConflictError, InputError, OverridableError, RefusedError
from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.queries.cards import card_slips, open_card_slips
from psc_desk.queries.money import balance, payments
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.cards import (
    CardAnswer,
    CardDone,
    begin_card,
    finish_card,
    post_held,
    post_late_approval,
    recover_cards,
    take_back_held,
)
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment
from psc_desk.usecases.retail import SaleInput
from tests.money.support import cash, key, wrong
from tests.money.test_payment_cards import CARD, NO, SILENT, YES, asked
from tests.money.test_retail import GUIDE, stocked
from tests.support.clinic import INES, JONAH, SmallClinic

OTHER = TenderInput(TenderKind.CARD, 1500)
ALSO = CardAnswer(CardState.APPROVED, "Mastercard", "1881", "B7")


def first_held(clinic: SmallClinic, *tenders: TenderInput) -> TenderInput:
    """Ask for the first card of a payment, which the terminal approves; return it as the form sends it then."""
    typed = asked(*(tenders or (CARD, OTHER)))
    done = clinic.desk.do(finish_card, clinic.desk.do(begin_card, typed).row.attempt_id, YES)
    assert (done.row.state, done.payment) == (CardState.HELD, None)
    return replace(typed.tenders[0], attempt_id=done.row.attempt_id)


def ask_next(clinic: SmallClinic, *tenders: TenderInput) -> CardDone:
    """Send the form again, with the card that is held, under the key that it has by then."""
    return clinic.desk.do(begin_card, asked(*tenders))


def states(clinic: SmallClinic) -> list[CardState]:
    """Of the card payments, the oldest first."""
    return [row.state for row in sorted(clinic.desk.ask(card_slips), key=lambda row: row.attempt_id)]


@pytest.mark.parametrize("second", [OTHER, CARD])
def test_two_approved_cards_and_cash_are_one_receipt(clinic: SmallClinic, second: TenderInput) -> None:
    held = first_held(clinic, CARD, second, cash(1000, 2000))
    assert clinic.desk.ask(payments) == []
    begun = ask_next(clinic, held, second, cash(1000, 2000))
    assert begun.row.cents == second.cents
    done = clinic.desk.do(finish_card, begun.row.attempt_id, ALSO)
    assert done.payment is not None
    assert (done.payment.amount_cents, done.payment.change_cents) == (2500 + second.cents + 1000, 1000)
    assert clinic.desk.do(finish_card, begun.row.attempt_id, ALSO) == done
    assert [row.tender for row in clinic.desk.ask(payments)] == [
        "Visa ····4242 ref A8812, Mastercard ····1881 ref B7, cash"
    ]
    assert [row.receipt_no for row in clinic.desk.ask(card_slips)] == [1001, 1001]
    assert clinic.desk.ask(account_balances)["card_clearing"] == 2500 + second.cents
    clinic.desk.do(refund_payment, done.payment.payment_id, 3000, key=key(), reason="Overpaid")
    assert wrong(clinic.desk) == []


def test_after_a_declined_second_card_the_first_is_held_and_the_rest_is_paid_in_cash(clinic: SmallClinic) -> None:
    held = first_held(clinic)
    clinic.desk.do(finish_card, ask_next(clinic, held, OTHER).row.attempt_id, NO)
    assert states(clinic) == [CardState.HELD, CardState.DECLINED]
    assert [row.cents for row in clinic.desk.ask(open_card_slips)] == [2500]
    typed = asked(held, cash(1500))
    done = clinic.desk.do(begin_card, typed)
    assert done.payment is not None
    assert (done.payment.amount_cents, done.row.state) == (4000, CardState.APPROVED)
    assert clinic.desk.do(begin_card, typed) == done
    assert [row.tender for row in clinic.desk.ask(payments)] == ["Visa ····4242 ref A8812, cash"]
    with pytest.raises(RefusedError, match="settled otherwise"):
        ask_next(clinic, held, cash(1500))
    assert wrong(clinic.desk) == []


def test_a_held_card_is_taken_back_at_the_terminal_and_nothing_is_posted(clinic: SmallClinic) -> None:
    held = first_held(clinic)
    with pytest.raises(RefusedError, match="waits for the rest of its payment"):
        clinic.desk.do(finish_card, held.attempt_id, NO)
    for _ in range(2):
        assert clinic.desk.do(take_back_held, held.attempt_id).row.state is CardState.CANCELLED
    with pytest.raises(RefusedError, match="not held"):
        clinic.desk.do(post_held, held.attempt_id)
    with pytest.raises(OverridableError, match="now the terminal says approved"):
        clinic.desk.do(finish_card, held.attempt_id, YES)
    assert (clinic.desk.ask(payments), clinic.desk.ask(open_card_slips)) == ([], [])
    assert clinic.desk.ask(balance, INES) == 0
    assert wrong(clinic.desk) == []


def test_what_was_held_when_the_program_stopped_is_listed_and_posted_alone(clinic: SmallClinic) -> None:
    held = first_held(clinic, CARD, OTHER, cash(700))
    second = ask_next(clinic, held, OTHER, cash(700)).row.attempt_id
    clinic.desk.do(recover_cards)
    assert states(clinic) == [CardState.HELD, CardState.CHECK_TERMINAL]
    with pytest.raises(ConflictError, match="was approved and is not posted yet"):
        clinic.desk.do(begin_card, asked())
    clinic.desk.do(begin_card, asked(patient_id=JONAH))
    done = clinic.desk.do(post_held, held.attempt_id)
    assert clinic.desk.do(post_held, held.attempt_id) == done
    assert done.payment is not None
    assert done.payment.amount_cents == 2500
    late = clinic.desk.do(finish_card, second, ALSO)
    assert late.payment is not None
    assert late.payment.amount_cents == 1500
    assert clinic.desk.ask(balance, INES) == -4000
    assert wrong(clinic.desk) == []


def test_a_second_card_without_an_answer_finishes_the_payment_when_it_was_approved(clinic: SmallClinic) -> None:
    held = first_held(clinic)
    second = ask_next(clinic, held, OTHER).row.attempt_id
    clinic.desk.do(finish_card, second, SILENT)
    assert states(clinic) == [CardState.HELD, CardState.CHECK_TERMINAL]
    done = clinic.desk.do(finish_card, second, ALSO)
    assert done.payment is not None
    assert done.payment.amount_cents == 4000
    assert states(clinic) == [CardState.APPROVED, CardState.APPROVED]
    assert wrong(clinic.desk) == []


def test_a_held_card_keeps_its_amount_and_its_patient(clinic: SmallClinic) -> None:
    held = first_held(clinic)
    with pytest.raises(InputError, match=r"approved for \$25.00") as refused:
        ask_next(clinic, replace(held, cents=2600), OTHER)
    assert refused.value.field == "tender_amount"
    with pytest.raises(RefusedError, match="settled otherwise"):
        clinic.desk.do(begin_card, asked(held, OTHER, patient_id=JONAH))
    assert states(clinic) == [CardState.HELD]


def test_a_late_approval_posts_the_card_and_not_the_cash_that_was_typed_beside_it(clinic: SmallClinic) -> None:
    attempt = clinic.desk.do(begin_card, asked(CARD, cash(1000))).row.attempt_id
    clinic.desk.do(finish_card, attempt, NO)
    clinic.desk.do(post_late_approval, attempt, YES)
    assert [row.tender for row in clinic.desk.ask(payments)] == ["Visa ····4242 ref A8812"]
    assert clinic.desk.ask(account_balances)["drawer:1"] == 15000
    assert wrong(clinic.desk) == []


def test_a_sale_on_two_cards_is_posted_whole_or_taken_back(clinic: SmallClinic) -> None:
    stocked(clinic)
    for last in (ALSO, NO):
        sale = SaleInput(key(), 1, {GUIDE: 2}, (replace(CARD, cents=600), replace(CARD, cents=400)))
        one = clinic.desk.do(finish_card, clinic.desk.do(begin_card, sale).row.attempt_id, YES).row
        held = replace(sale.tenders[0], attempt_id=one.attempt_id)
        two = clinic.desk.do(begin_card, replace(sale, key=key(), tenders=(held, sale.tenders[1]))).row.attempt_id
        clinic.desk.do(finish_card, two, last)
    assert [(row.kind, row.amount_cents) for row in clinic.desk.ask(payments)] == [(PaymentKind.SALE, 1000)]
    with pytest.raises(RefusedError, match="Void it at the terminal"):
        clinic.desk.do(post_held, one.attempt_id)
    with pytest.raises(RefusedError, match="Void it at the terminal"):
        clinic.desk.do(post_late_approval, two, ALSO)
    clinic.desk.do(take_back_held, one.attempt_id)
    assert clinic.desk.ask(open_card_slips) == []
    assert wrong(clinic.desk) == []


def test_three_cards_are_asked_for_one_after_the_other(clinic: SmallClinic) -> None:
    cards = [replace(CARD, cents=cents) for cents in (100, 200, 300)]
    sent: list[TenderInput] = list(cards)
    for number in range(3):
        typed = PaymentInput(key(), 1, INES, PaymentKind.BALANCE, tuple(sent))
        row = clinic.desk.do(begin_card, typed).row
        assert row.cents == cards[number].cents
        done = clinic.desk.do(finish_card, row.attempt_id, YES)
        sent[number] = replace(cards[number], attempt_id=row.attempt_id)
    assert done.payment is not None
    assert done.payment.amount_cents == 600
    assert states(clinic) == [CardState.APPROVED] * 3
    assert wrong(clinic.desk) == []
