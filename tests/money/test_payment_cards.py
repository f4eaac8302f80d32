"""A card payment between the question and the answer of the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from psc_desk.errors import ConflictError, InputError, OverridableError, RefusedError
from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.queries.cards import card_slips, open_card_slips, unanswered_here
from psc_desk.queries.money import balance, payments
from psc_desk.queries.tills import till
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.cards import (
    CardAnswer,
    begin_card,
    finish_card,
    post_late_approval,
    recover_cards,
    void_late_approval,
)
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment
from psc_desk.usecases.till import begin_count, close_till, open_till, record_count
from tests.money.conftest import FLOAT
from tests.money.support import cash, charged_visit, check, key, wrong
from tests.support.clinic import INES, JONAH, SmallClinic

YES = CardAnswer(CardState.APPROVED, "Visa", "4242", "A8812")
NO = CardAnswer(CardState.DECLINED)
STOPPED = CardAnswer(CardState.CANCELLED)
SILENT = CardAnswer(CardState.CHECK_TERMINAL)
CARD = TenderInput(TenderKind.CARD, 2500)


def asked(*tenders: TenderInput, patient_id: int = INES, with_key: str = "") -> PaymentInput:
    """A payment as typed, before the terminal was asked."""
    return PaymentInput(with_key or key(), 1, patient_id, PaymentKind.BALANCE, tenders or (CARD,))


def test_an_approved_card_is_posted_once_under_its_own_key(clinic: SmallClinic) -> None:
    typed = asked(CARD, cash(1000, 2000))
    begun = clinic.desk.do(begin_card, typed)
    assert (begun.row.state, begun.row.cents, begun.payment) == (CardState.ASKED, 2500, None)
    assert clinic.desk.ask(payments) == []
    assert clinic.desk.do(begin_card, typed).row.attempt_id == begun.row.attempt_id
    done = clinic.desk.do(finish_card, begun.row.attempt_id, YES)
    assert done.payment is not None
    assert (done.payment.amount_cents, done.payment.change_cents, done.payment.receipt_no) == (3500, 1000, 1001)
    assert clinic.desk.do(finish_card, begun.row.attempt_id, YES) == done
    assert clinic.desk.do(begin_card, typed) == done
    assert [row.tender for row in clinic.desk.ask(payments)] == ["Visa ····4242 ref A8812, cash"]
    assert clinic.desk.ask(account_balances)["card_clearing"] == 2500
    assert wrong(clinic.desk) == []


@pytest.mark.parametrize("answer", [NO, STOPPED])
def test_a_card_that_was_not_charged_posts_nothing(clinic: SmallClinic, answer: CardAnswer) -> None:
    attempt = clinic.desk.do(begin_card, asked()).row.attempt_id
    done = clinic.desk.do(finish_card, attempt, answer)
    assert (done.row.state, done.payment) == (answer.state, None)
    assert clinic.desk.do(finish_card, attempt, answer) == done
    assert clinic.desk.ask(payments) == []
    assert wrong(clinic.desk) == []


def test_no_answer_waits_for_a_person_and_is_never_charged_again(clinic: SmallClinic) -> None:
    attempt = clinic.desk.do(begin_card, asked()).row.attempt_id
    clinic.desk.do(finish_card, attempt, SILENT)
    assert clinic.desk.do(finish_card, attempt, SILENT).row.state is CardState.CHECK_TERMINAL
    with pytest.raises(ConflictError, match=r"\$25.00 asked for at 12:00 pm has no answer yet"):
        clinic.desk.do(begin_card, asked())
    clinic.desk.do(begin_card, asked(patient_id=JONAH))
    assert [row.attempt_id for row in clinic.desk.ask(open_card_slips, 1)] == [attempt, attempt + 1]
    done = clinic.desk.do(finish_card, attempt, YES)
    assert done.row.receipt_no == 1001
    assert wrong(clinic.desk) == []


def test_what_was_open_when_the_program_stopped_must_be_looked_up(clinic: SmallClinic) -> None:
    attempt = clinic.desk.do(begin_card, asked()).row.attempt_id
    assert clinic.desk.do(recover_cards) == 1
    assert clinic.desk.do(recover_cards) == 0
    row = clinic.desk.ask(card_slips)[0]
    assert (row.state, row.open) == (CardState.CHECK_TERMINAL, True)
    assert "Look at the terminal" in row.detail
    assert clinic.desk.ask(unanswered_here) == 1
    clinic.desk.do(finish_card, attempt, NO)
    assert clinic.desk.ask(unanswered_here) == 0


@pytest.mark.parametrize("first", [NO, STOPPED])
def test_a_late_approval_is_posted_or_voided_at_the_terminal_once(clinic: SmallClinic, first: CardAnswer) -> None:
    for settle, posted in ((True, 1), (False, 1)):
        attempt = clinic.desk.do(begin_card, asked()).row.attempt_id
        clinic.desk.do(finish_card, attempt, first)
        with pytest.raises(OverridableError, match="Void it at the terminal, or post it"):
            clinic.desk.do(finish_card, attempt, YES)
        for _ in range(2):
            if settle:
                clinic.desk.do(post_late_approval, attempt, YES)
            else:
                clinic.desk.do(void_late_approval, attempt)
        clinic.desk.do(finish_card, attempt, YES)
        assert len(clinic.desk.ask(payments)) == posted
    assert [row.state for row in clinic.desk.ask(card_slips)].count(first.state) >= 2
    assert wrong(clinic.desk) == []


def test_a_posted_card_payment_is_not_declined_afterwards(clinic: SmallClinic) -> None:
    attempt = clinic.desk.do(begin_card, asked()).row.attempt_id
    clinic.desk.do(finish_card, attempt, YES)
    with pytest.raises(RefusedError, match="posted as receipt 1001"):
        clinic.desk.do(finish_card, attempt, NO)
    with pytest.raises(RefusedError, match="was not declined or cancelled"):
        clinic.desk.do(void_late_approval, attempt)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (asked(cash(100)), "tender"),
        (asked(CARD, replace(CARD, cents=-1)), "amount"),
        (asked(CARD, TenderInput(TenderKind.CHECK, 100)), "check_no"),
        (asked(CARD, cash(500, 400)), "tendered"),
        (asked(replace(CARD, cents=0)), "amount"),
    ],
)
def test_what_could_not_be_posted_is_said_before_the_terminal_is_asked(
    clinic: SmallClinic, typed: PaymentInput, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        clinic.desk.do(begin_card, typed)
    assert refused.value.field == field
    assert clinic.desk.ask(card_slips) == []


@pytest.mark.parametrize(("change", "field"), [({"last4": "424"}, "card_last4"), ({"ref": ""}, "terminal_ref")])
def test_a_wrong_digit_leaves_the_question_open(clinic: SmallClinic, change: dict[str, str], field: str) -> None:
    attempt = clinic.desk.do(begin_card, asked()).row.attempt_id
    with pytest.raises(InputError) as refused:
        clinic.desk.do(finish_card, attempt, replace(YES, **change))
    assert refused.value.field == field
    assert clinic.desk.ask(card_slips)[0].state is CardState.ASKED
    assert clinic.desk.ask(payments) == []


def test_an_answer_after_the_close_goes_into_the_next_session(clinic: SmallClinic) -> None:
    charged_visit(clinic, "INJ")
    attempt = clinic.desk.do(begin_card, asked(CARD, check(500))).row.attempt_id
    clinic.desk.do(finish_card, attempt, SILENT)
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT)
    clinic.desk.do(close_till, 1, float_left_cents=15000)
    with pytest.raises(RefusedError, match="drawer is closed"):
        clinic.desk.do(finish_card, attempt, YES)
    clinic.desk.do(open_till, 1, FLOAT)
    clinic.desk.do(finish_card, attempt, YES)
    assert clinic.desk.ask(payments)[0].session_id == clinic.desk.ask(till, 1).session_id
    assert clinic.desk.ask(balance, INES) == 0
    clinic.desk.do(refund_payment, 1, 3000, key=key(), reason="Overpaid")
    assert wrong(clinic.desk) == []
