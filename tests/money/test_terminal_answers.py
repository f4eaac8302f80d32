"""A card terminal that answers late or twice (REL-14): never a double posting, and what is pending stays visible."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from psc_desk.errors import ConflictError, OverridableError, RefusedError
from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.plan import Frequency
from psc_desk.queries.cards import open_card_slips, unanswered_here
from psc_desk.queries.closing import OpenItem, open_items
from psc_desk.queries.money import payments
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.card_forms import Typed
from psc_desk.usecases.cards import (
    CardAnswer,
    begin_card,
    finish_card,
    post_late_approval,
    recover_cards,
    void_late_approval,
)
from psc_desk.usecases.ledger import open_session
from psc_desk.usecases.payments import PaymentInput
from psc_desk.usecases.plans import PlanInput
from psc_desk.usecases.retail import SaleInput
from psc_desk.usecases.tenders import TenderInput
from psc_desk.work import Read
from tests.money.support import cash, charged_visit, key, wrong
from tests.money.test_retail import GUIDE, stocked
from tests.support.clinic import INES, SmallClinic
from tests.support.sizes import seed, size

pytestmark = pytest.mark.proof
TIMES = size(5, 20, 20)
ONE = TenderInput(TenderKind.CARD, 1000)
TWO = TenderInput(TenderKind.CARD, 700)
SILENT = CardAnswer(CardState.CHECK_TERMINAL)
NO = CardAnswer(CardState.DECLINED)
YES = CardAnswer(CardState.APPROVED, "Visa", "4242", "A1")


def a_payment(_clinic: SmallClinic) -> Typed:
    return PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (ONE, cash(500)))


def two_cards(_clinic: SmallClinic) -> Typed:
    return PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (ONE, TWO))


def a_sale(_clinic: SmallClinic) -> Typed:
    return SaleInput(key(), 1, {GUIDE: 2}, (ONE,))


def a_plan(clinic: SmallClinic) -> Typed:
    _visit, charge_ids = charged_visit(clinic, "OV")
    due = date(2026, 4, 4)
    return PlanInput(key(), INES, tuple(charge_ids), "Inés", 2, Frequency.MONTHLY, due, till_id=1, down=(ONE,))


FORMS = [a_payment, two_cards, a_sale, a_plan]


@pytest.fixture
def shop(clinic: SmallClinic) -> SmallClinic:
    """The clinic, with much on its shelves."""
    return stocked(clinic)


def pending(clinic: SmallClinic) -> set[int]:
    """The card payments that a person has to settle, as each list tells them: they must agree."""
    found = {row.attempt_id for row in clinic.desk.ask(open_card_slips)}
    blocking = [one for one in clinic.desk.ask(_open_items) if one.kind == "cards"]
    assert clinic.desk.ask(unanswered_here) == len(found)
    assert sum(len(one.details) for one in blocking) == len(found)
    return found


def _open_items(read: Read) -> tuple[OpenItem, ...]:
    session = open_session(read, 1)
    assert session is not None
    return open_items(read, session)


def asked(clinic: SmallClinic, typed: Typed) -> tuple[int, int]:
    """Ask the terminal for the last card of a form; return it and what it will post in cards."""
    row = clinic.desk.do(partial(begin_card, anyway=True), typed).row
    if not isinstance(typed, PaymentInput) or typed.tenders[-1].kind is not TenderKind.CARD:
        return row.attempt_id, ONE.cents
    clinic.desk.do(finish_card, row.attempt_id, YES)
    ways = (replace(ONE, attempt_id=row.attempt_id), TWO)
    return clinic.desk.do(begin_card, replace(typed, key=key(), tenders=ways)).row.attempt_id, ONE.cents + TWO.cents


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_that_comes_late_or_twice_posts_once(shop: SmallClinic, form: Callable[[SmallClinic], Typed]) -> None:
    """In any order of silence, crash, time and repeats the first approval posts, and no later one changes anything."""
    rng, cards = random.Random(seed()), 0
    for _time in range(TIMES):
        receipts = len(shop.desk.ask(payments))
        attempt, cents = asked(shop, form(shop))
        for what in rng.choices(("silent", "crash", "wait"), k=rng.randrange(4)):
            if what == "silent":
                shop.desk.do(finish_card, attempt, SILENT)
            elif what == "crash":
                shop.desk.do(recover_cards)
            else:
                shop.clock.instant += timedelta(seconds=rng.randrange(1, 90))
            assert attempt in pending(shop)
            assert len(shop.desk.ask(payments)) == receipts
        answers = [shop.desk.do(finish_card, attempt, YES) for _ in range(rng.randrange(2, 5))]
        shop.desk.do(finish_card, attempt, SILENT)
        with pytest.raises(RefusedError, match="approved and posted"):
            shop.desk.do(finish_card, attempt, NO)
        cards += cents
        assert all(one == answers[0] for one in answers)
        assert len(shop.desk.ask(payments)) == receipts + 1
        assert shop.desk.ask(account_balances)["card_clearing"] == cards
        assert pending(shop) == set()
    assert wrong(shop.desk) == []


@pytest.mark.parametrize("form", [a_payment, a_sale, a_plan])
def test_an_approval_after_a_refusal_is_settled_once_and_never_posted_by_itself(
    shop: SmallClinic, form: Callable[[SmallClinic], Typed]
) -> None:
    rng, cards = random.Random(seed()), 0
    for _time in range(TIMES):
        attempt, cents = asked(shop, form(shop))
        shop.desk.do(finish_card, attempt, rng.choice((NO, CardAnswer(CardState.CANCELLED))))
        for _ in range(2):
            with pytest.raises(OverridableError, match="Void it at the terminal"):
                shop.desk.do(finish_card, attempt, YES)
        posts = rng.random() < 0.5
        for _ in range(rng.randrange(1, 4)):
            shop.desk.do(partial(post_late_approval, answer=YES) if posts else void_late_approval, attempt)
        cards += cents if posts else 0
        assert shop.desk.ask(account_balances).get("card_clearing", 0) == cards
        assert pending(shop) == set()
    assert wrong(shop.desk) == []


def test_while_one_card_is_pending_no_other_is_asked_for(shop: SmallClinic) -> None:
    for _time in range(TIMES):
        attempt = shop.desk.do(begin_card, a_payment(shop)).row.attempt_id
        for _ in range(2):
            with pytest.raises(ConflictError, match="has no answer yet"):
                shop.desk.do(begin_card, a_payment(shop))
        assert pending(shop) == {attempt}
        shop.desk.do(finish_card, attempt, NO)
    assert shop.desk.ask(payments) == []
    assert wrong(shop.desk) == []
