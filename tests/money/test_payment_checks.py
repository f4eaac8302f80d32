"""Each check of payments finds the damage it is there for."""

from __future__ import annotations

import pytest

from psc_desk.engine import raw_connect
from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.queries.verify import book_checks
from psc_desk.queries.verify_payments import CHECKS
from psc_desk.usecases.cards import CardAnswer, begin_card, finish_card
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment, void_payment
from psc_desk.usecases.returned_checks import ReturnedCheck, return_check
from tests.money.support import cash, check, key, pay, wrong
from tests.money.test_payment_returned import deposited
from tests.support.clinic import INES, KEY, SmallClinic

DAMAGE = {
    "card payments equal their receipts": "UPDATE card_attempt SET cents = cents + 1 WHERE state = 'approved'",
    "returned checks had been deposited": "DELETE FROM deposit_item WHERE tender_id IS NOT NULL",
    "money goes back the way it came": "UPDATE tender SET kind = 'cash' WHERE kind = 'card' AND cents < 0",
    "a receipt is voided once": "UPDATE payment SET of_payment_id = (SELECT of_payment_id FROM payment"
    " WHERE kind = 'void') WHERE kind IN ('void', 'refund'); UPDATE payment SET kind = 'void' WHERE kind = 'refund'",
}


@pytest.fixture
def busy(clinic: SmallClinic) -> SmallClinic:
    """A card approved and partly refunded, one waiting, one declined, a void, and a check that came back."""
    desk = clinic.desk
    pay(clinic, check(4000))
    desk.do(return_check, ReturnedCheck(deposited(clinic)[0], key(), "Insufficient funds"))
    for state in (CardState.APPROVED, CardState.DECLINED, CardState.CHECK_TERMINAL):
        typed = PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (TenderInput(TenderKind.CARD, 2500), cash(100)))
        attempt = desk.do(begin_card, typed).row.attempt_id
        done = desk.do(finish_card, attempt, CardAnswer(state, "Visa", "4242", "A1"))
        if done.payment is not None:
            desk.do(refund_payment, done.payment.payment_id, 700, key=key(), reason="Overpaid")
    desk.do(void_payment, pay(clinic, cash(500)).payment_id, key=key(), reason="Twice")
    return clinic


def test_every_check_has_its_damage_and_a_sound_book_has_none(busy: SmallClinic) -> None:
    assert set(DAMAGE) == set(CHECKS)
    assert wrong(busy.desk) == []


@pytest.mark.parametrize("name", DAMAGE)
def test_a_check_finds_its_damage(busy: SmallClinic, name: str) -> None:
    busy.desk.engine.dispose()
    connection = raw_connect(busy.folder / "desk.db", KEY)
    triggers = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    for trigger in triggers:
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.executescript(DAMAGE[name])
    connection.commit()
    connection.close()
    assert name in {one.name for one in busy.desk.ask(book_checks) if not one.ok}
