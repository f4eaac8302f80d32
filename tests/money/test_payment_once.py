"""Every posting use case posts once under its key, however often and from however many windows (REL-15)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from psc_desk.errors import DeskError, InputError, RefusedError
from psc_desk.models.audit import AuditRow
from psc_desk.models.card import CardState
from psc_desk.models.ledger import JournalEntry
from psc_desk.models.payment import Payment, PaymentKind, TenderKind
from psc_desk.models.print_job import PrintJob
from psc_desk.queries.deposits import bankable
from psc_desk.queries.money import payments
from psc_desk.usecases import cards, charges, deposits, payment_change, refunds_owed, returned_checks, till
from psc_desk.usecases import payments as door
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment, take_payment, void_payment
from psc_desk.work import Desk, Read
from tests.money.conftest import FLOAT
from tests.money.support import card, cash, charged_visit, check, key, pay, wrong
from tests.support.clinic import INES, MAYA, SmallClinic
from tests.support.sizes import size

REPEATS = size(120, 1000, 1000)
WINDOWS = 4
pytestmark = pytest.mark.proof
Doing = Callable[[Desk], Any]


def books(read: Read) -> tuple[int, ...]:
    """How many entries, receipts, prints and audit rows there are."""
    tables = (JournalEntry, Payment, PrintJob, AuditRow)
    return tuple(read.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def taken(clinic: SmallClinic) -> Doing:
    typed = PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (cash(2500, 4000), check(100), card(700)))
    return lambda desk: desk.do(take_payment, typed)


def voided(clinic: SmallClinic) -> Doing:
    paid, again = pay(clinic, cash(2500)), key()
    return lambda desk: desk.do(void_payment, paid.payment_id, key=again, reason="Twice")


def refunded(clinic: SmallClinic) -> Doing:
    paid, again = pay(clinic, cash(2500)), key()
    return lambda desk: desk.do(refund_payment, paid.payment_id, 700, key=again, reason="Overpaid")


def corrected(clinic: SmallClinic) -> Doing:
    paid = pay(clinic, cash(2500))
    typed = PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (cash(2000),))
    return lambda desk: desk.do(payment_change.correct_payment, paid.payment_id, typed, reason="Wrong amount")


def applied(clinic: SmallClinic) -> Doing:
    pay(clinic, cash(2500), kind=PaymentKind.PREPAYMENT)
    charged_visit(clinic, "LAB")
    again = key()
    return lambda desk: desk.do(apply_credit, INES, key=again)


def charged(clinic: SmallClinic) -> Doing:
    visit_id, _ids = charged_visit(clinic, "OV")
    again = key()
    return lambda desk: desk.do(charges.post_charges, visit_id, [charges.ChargeInput("LAB")], key=again)


def charge_taken_back(clinic: SmallClinic) -> Doing:
    _visit_id, (charge_id,) = charged_visit(clinic, "LAB")
    again = key()
    return lambda desk: desk.do(charges.void_charge, charge_id, key=again, reason="Not done")


def moved(verb: Callable[..., Any]) -> Callable[[SmallClinic], Doing]:
    def ready(_clinic: SmallClinic) -> Doing:
        again = key()
        return lambda desk: desk.do(verb, 1, 500, key=again, reason="Change")

    return ready


def card_begun(_clinic: SmallClinic) -> Doing:
    typed = PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (TenderInput(TenderKind.CARD, 2500),))
    return lambda desk: desk.do(cards.begin_card, typed)


def card_approved(clinic: SmallClinic) -> Doing:
    attempt = card_begun(clinic)(clinic.desk).row.attempt_id
    return lambda desk: desk.do(cards.finish_card, attempt, cards.CardAnswer(CardState.APPROVED, "Visa", "4242", "A1"))


def card_late(clinic: SmallClinic) -> Doing:
    attempt = card_begun(clinic)(clinic.desk).row.attempt_id
    clinic.desk.do(cards.finish_card, attempt, cards.CardAnswer(CardState.DECLINED))
    answer = cards.CardAnswer(CardState.APPROVED, "Visa", "4242", "A1")
    return lambda desk: desk.do(cards.post_late_approval, attempt, answer)


def closed_with_check(clinic: SmallClinic) -> tuple[int, ...]:
    pay(clinic, check(4000))
    clinic.desk.do(till.begin_count, 1)
    clinic.desk.do(till.record_count, 1, FLOAT)
    clinic.desk.do(till.close_till, 1, float_left_cents=15000)
    clinic.desk.do(till.open_till, 1, FLOAT)
    return tuple(row.tender_id for row in clinic.desk.ask(bankable).checks)


def deposited(clinic: SmallClinic) -> Doing:
    typed = deposits.DepositInput(key(), (), closed_with_check(clinic), {}, exception_reason="Alone")
    return lambda desk: desk.do(deposits.make_deposit, typed)


def returned(clinic: SmallClinic) -> Doing:
    deposited(clinic)(clinic.desk)
    typed = returned_checks.ReturnedCheck(1, key(), "Insufficient funds", fee_cents=2500)
    return lambda desk: desk.do(returned_checks.return_check, typed)


def refund_of_check(clinic: SmallClinic) -> int:
    paid = pay(clinic, check(4000))
    return clinic.desk.do(refund_payment, paid.payment_id, 1500, key=key(), reason="Overpaid").payment_id


def refund_mailed(clinic: SmallClinic) -> Doing:
    refund_id, again = refund_of_check(clinic), key()
    return lambda desk: desk.do(refunds_owed.mail_refund, refund_id, "5012", key=again, reason="Mailed")


def refund_in_cash(clinic: SmallClinic) -> Doing:
    refund_id, again = refund_of_check(clinic), key()
    return lambda desk: desk.do(refunds_owed.pay_refund_in_cash, refund_id, key=again, reason="Handed over")


def mail_taken_back(clinic: SmallClinic) -> Doing:
    refund_mailed(clinic)(clinic.desk)
    again = key()
    return lambda desk: desk.do(refunds_owed.take_mailed_back, 2, key=again, reason="Came back")


EVERY = {
    "take": taken, "void": voided, "refund": refunded, "correct": corrected, "apply": applied, "charge": charged,
    "void charge": charge_taken_back, "pay in": moved(till.pay_in), "pay out": moved(till.pay_out),
    "drop": moved(till.drop), "begin card": card_begun, "approve card": card_approved, "late card": card_late,
    "deposit": deposited, "returned check": returned, "mail a refund": refund_mailed, "refund in cash": refund_in_cash,
    "take mail back": mail_taken_back,
}  # fmt: skip


def other_window(clinic: SmallClinic) -> Desk:
    """Another desk on the same database."""
    desk = Desk(clinic.desk.engine, clinic.clock, name="Desk 2")
    desk.actor_id = MAYA
    return desk


@pytest.mark.parametrize("name", EVERY)
def test_every_posting_is_the_same_posting_under_its_key(clinic: SmallClinic, name: str) -> None:
    do = EVERY[name](clinic)
    before = clinic.desk.ask(books)
    first = do(clinic.desk)
    once = clinic.desk.ask(books)
    assert once > before
    for desk in (clinic.desk, other_window(clinic), clinic.desk):
        assert do(desk) == (0 if name == "apply" else first)
    assert clinic.desk.ask(books) == once
    assert wrong(clinic.desk) == []


@pytest.mark.parametrize("name", ["take", "void", "refund", "correct", "approve card", "late card", "returned check"])
def test_two_windows_at_the_same_moment_post_once(clinic: SmallClinic, name: str) -> None:
    do = EVERY[name](clinic)
    before = clinic.desk.ask(books)
    answers = at_once([other_window(clinic) for _ in range(WINDOWS)], do, REPEATS // 40)
    assert len({repr(one) for one in answers}) == 1
    entries, receipts, *_rest = (now - was for now, was in zip(clinic.desk.ask(books), before, strict=True))
    assert receipts == (2 if name == "correct" else 1)
    assert receipts <= entries <= receipts + 2
    assert wrong(clinic.desk) == []


def test_enter_held_in_two_windows_takes_the_money_once(clinic: SmallClinic) -> None:
    do = taken(clinic)
    answers = at_once([other_window(clinic), other_window(clinic)], do, REPEATS // 2)
    assert len(answers) == REPEATS // 2 * 2
    assert len(set(answers)) == 1
    assert [row.amount_cents for row in clinic.desk.ask(payments)] == [3300]
    assert wrong(clinic.desk) == []


def test_a_payment_is_given_back_once_whoever_is_faster(clinic: SmallClinic) -> None:
    """Different keys: two people refund or void the same receipt at the same moment."""
    for _round in range(max(3, REPEATS // 40)):
        paid = pay(clinic, card(2000), cash(1000))
        verbs: list[Doing] = [
            lambda desk, p=paid: desk.do(refund_payment, p.payment_id, 3000, key=key(), reason="Overpaid"),
            lambda desk, p=paid: desk.do(refund_payment, p.payment_id, 3000, key=key(), reason="Overpaid"),
            lambda desk, p=paid: desk.do(void_payment, p.payment_id, key=key(), reason="Twice"),
        ]  # fmt: skip
        done, refused = race(clinic, verbs)
        assert (len(done), len(refused)) == (1, 2)
        assert all(isinstance(one, (InputError, RefusedError)) for one in refused)
    assert wrong(clinic.desk) == []


def test_parts_given_back_at_the_same_moment_never_exceed_what_was_paid(clinic: SmallClinic) -> None:
    paid = pay(clinic, card(2000), cash(1000))

    def part(desk: Desk) -> Any:
        return desk.do(refund_payment, paid.payment_id, 800, key=key(), reason="Overpaid")

    done, refused = race(clinic, [part] * 6)
    assert (len(done), len(refused)) == (3, 3)
    assert clinic.desk.ask(payments)[-1].refundable_cents == 600
    assert wrong(clinic.desk) == []


def at_once(desks: list[Desk], do: Doing, times: int) -> list[Any]:
    """Do the same thing in each window `times` times, all beginning together; return every answer."""
    answers: list[Any] = []
    start = threading.Barrier(len(desks))

    def hold_enter(desk: Desk) -> None:
        start.wait()
        answers.extend(do(desk) for _ in range(times))

    threads = [threading.Thread(target=hold_enter, args=(desk,)) for desk in desks]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def race(clinic: SmallClinic, verbs: list[Doing]) -> tuple[list[Any], list[DeskError]]:
    """Do each thing in a window of its own at the same moment; return what was done and what was refused."""
    done: list[Any] = []
    refused: list[DeskError] = []
    start = threading.Barrier(len(verbs))

    def run(do: Doing) -> None:
        desk = other_window(clinic)
        start.wait()
        try:
            done.append(do(desk))
        except DeskError as error:
            refused.append(error)

    threads = [threading.Thread(target=run, args=(do,)) for do in verbs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return done, refused


def test_every_verb_of_the_one_door_is_in_the_table() -> None:
    """A new posting verb of the payments must be added above."""
    keyed = {name for name in door.__all__ if name.endswith("_payment")}
    assert keyed == {"take_payment", "void_payment", "refund_payment"}
