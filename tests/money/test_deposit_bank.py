"""What leaves for the bank: master deposits, locked items, card batches, and the bank's own word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from psc_desk.engine import raw_connect
from psc_desk.errors import AccessError, DeskError, InputError, RefusedError, SecondPersonNeeded
from psc_desk.models.payment import PaymentKind
from psc_desk.models.till import Till, count_total
from psc_desk.queries.bank import BankRow, bank_list
from psc_desk.queries.deposits import bankable, deposit_slip_data, deposits
from psc_desk.queries.verify import account_balances, book_checks
from psc_desk.queries.verify_bank import CHECKS
from psc_desk.usecases.bank import BankWord, confirm_card_batch, confirm_deposit, record_card_batch
from psc_desk.usecases.deposits import DepositInput, deposit_slip, make_deposit
from psc_desk.usecases.payments import PaymentInput, refund_payment, take_payment, void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, close_till, drop, open_till, record_count
from psc_desk.work import Desk, Work
from tests.money.conftest import FLOAT
from tests.money.support import card, cash, check, key, pay, wrong
from tests.money.test_machine import pieces_for
from tests.papers.pdf_samples import read as read_pdf
from tests.support.clinic import INES, KEY, LEO, MANAGER, MAYA, TODAY, SmallClinic

LEAD = Approval(LEO, "2345")


def close(desk: Desk, till_id: int, cents: int, left: int = 15000) -> int:
    """Count `cents`, leave $150 or `left`, return the session."""
    desk.do(begin_count, till_id)
    desk.do(record_count, till_id, pieces_for(cents))
    return desk.do(close_till, till_id, float_left_cents=left, reason="Not known").session_id


def deposit_all(clinic: SmallClinic, *, actor: int = LEO, reason: str = "") -> int:
    """Put everything that waits into one bag."""
    waiting = clinic.desk.ask(bankable)
    clinic.desk.actor_id = actor
    bag = DepositInput(
        key(), tuple(c.session_id for c in waiting.cash), tuple(c.tender_id for c in waiting.checks),
        pieces_for(sum(c.cents for c in waiting.cash)), bag_no="B-7", exception_reason=reason,
    )  # fmt: skip
    return clinic.desk.do(make_deposit, bag).deposit_id


def second_drawer(work: Work) -> int:
    """Add Drawer 2."""
    till = Till(name="Drawer 2", float_cents=15000)
    work.session.add(till)
    work.session.flush()
    return till.id


def find(clinic: SmallClinic, kind: str) -> BankRow:
    """The one row of a kind."""
    return next(row for row in clinic.desk.ask(bank_list) if row.kind == kind)


def test_one_deposit_takes_the_cash_and_checks_of_several_drawers_and_days(clinic: SmallClinic) -> None:
    other = clinic.desk.do(second_drawer)
    pay(clinic, cash(2500), check(4000, "1042"))
    close(clinic.desk, 1, 17500)
    clinic.desk.do(open_till, other, FLOAT)
    clinic.desk.do(take_payment, PaymentInput(key(), other, INES, PaymentKind.BALANCE, (cash(1000),)))
    close(clinic.desk, other, 16000)
    clinic.clock.advance(days=1)
    clinic.desk.do(open_till, 1, FLOAT)
    pay(clinic, check(999, "1043"))
    close(clinic.desk, 1, 15000)
    made = deposit_all(clinic)
    slip = clinic.desk.ask(deposit_slip_data, made)
    assert [(s.drawer, s.day, s.cash, s.checks) for s in slip.sources] == [
        ("Drawer 1", TODAY, 2500, 4000), ("Drawer 2", TODAY, 1000, 0), ("Drawer 1", TODAY + timedelta(days=1), 0, 999),
    ]  # fmt: skip
    assert slip.total_cents == 8499
    assert {c.check_no for c in slip.checks} == {"1042", "1043"}
    assert not clinic.desk.ask(bankable).cash
    assert wrong(clinic.desk) == []


def test_the_notes_and_coin_that_wait_for_the_bank_are_known_from_the_close_and_the_drops(clinic: SmallClinic) -> None:
    pay(clinic, cash(20037))
    clinic.desk.do(drop, 1, 10000, key=key(), pieces={2000: 5})
    clinic.desk.do(drop, 1, 4000, key=key())
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, {2000: 3, 1000: 1, 500: 20, 100: 40, 25: 1, 10: 1, 1: 2})
    done = clinic.desk.do(close_till, 1, float_left_cents=15000)
    (waiting,) = clinic.desk.ask(bankable).cash
    bag = {2000: 5 + done.plan.bank.pop(2000, 0)} | done.plan.bank
    assert waiting.pieces == bag
    assert (waiting.cents, count_total(bag)) == (20037, 16037)
    assert wrong(clinic.desk) == []


def test_a_float_that_the_pieces_cannot_make_leaves_the_bag_unknown(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, {2000: 8, 1000: 1, 500: 1})
    assert not clinic.desk.do(close_till, 1, float_left_cents=15001).plan.exact
    assert clinic.desk.ask(bankable).cash[0].pieces == {}


def test_the_notes_of_a_drop_must_come_to_it(clinic: SmallClinic) -> None:
    with pytest.raises(InputError, match=r"The notes come to \$40.00, the drop is \$50.00"):
        clinic.desk.do(drop, 1, 5000, key=key(), pieces={2000: 2})
    twice = key()
    for _ in range(2):
        clinic.desk.do(drop, 1, 4000, key=twice, pieces={2000: 2})
    close(clinic.desk, 1, 11000, 11000)
    assert clinic.desk.ask(bankable).cash[0].pieces == {2000: 2}


def test_a_check_of_an_open_drawer_does_not_leave_because_it_may_still_be_voided(clinic: SmallClinic) -> None:
    done = pay(clinic, check(4000))
    assert clinic.desk.ask(bankable).checks == ()
    with pytest.raises(RefusedError, match="deposited already or its drawer is still open"):
        clinic.desk.do(make_deposit, DepositInput(key(), (), (1,), {}))
    clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong patient")
    close(clinic.desk, 1, 15000)
    assert clinic.desk.ask(bankable).checks == ()
    assert wrong(clinic.desk) == []


def test_what_was_deposited_stays_deposited(clinic: SmallClinic) -> None:
    done = pay(clinic, check(4000))
    close(clinic.desk, 1, 15000)
    deposit_all(clinic)
    clinic.desk.actor_id = MAYA
    with pytest.raises(DeskError):
        clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong patient")
    clinic.desk.do(open_till, 1, FLOAT)
    with pytest.raises(RefusedError, match="session that is closed"):
        clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong patient")
    clinic.desk.do(refund_payment, done.payment_id, 4000, key=key(), reason="Overpaid")
    balances = clinic.desk.ask(account_balances)
    assert (balances["bank"], balances["refunds_payable"]) == (4000, -4000)
    assert balances["undeposited_checks"] == 0
    assert wrong(clinic.desk) == []


def test_who_closed_and_deposits_anyway_says_why_and_it_stands_in_the_list(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    close(clinic.desk, 1, 17500)
    with pytest.raises(InputError, match="You closed this drawer"):
        deposit_all(clinic, actor=MAYA)
    deposit_all(clinic, actor=MAYA, reason="Alone until noon")
    assert clinic.desk.ask(deposits)[0].exception_reason == "Alone until noon"


def test_the_bank_books_less_and_the_difference_is_posted_once(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    close(clinic.desk, 1, 17500)
    made = deposit_all(clinic)
    clinic.desk.actor_id = MAYA
    word = BankWord(TODAY, 2400)
    with pytest.raises(AccessError):
        clinic.desk.do(confirm_deposit, made, word, key=key())
    clinic.desk.actor_id = MANAGER
    with pytest.raises(InputError, match=r"\$1.00 less"):
        clinic.desk.do(confirm_deposit, made, word, key=key())
    word, again = replace(word, reason="Torn note"), key()
    first = clinic.desk.do(confirm_deposit, made, word, key=again)
    assert clinic.desk.do(confirm_deposit, made, word, key=again) == first
    with pytest.raises(RefusedError, match="already"):
        clinic.desk.do(confirm_deposit, made, BankWord(TODAY, 2500), key=key())
    balances = clinic.desk.ask(account_balances)
    assert (balances["bank"], balances["cash_over_short"]) == (2400, 100)
    row = find(clinic, "deposit")
    assert (row.booked_cents, row.variance_cents, row.waiting) == (2400, -100, False)
    slip = clinic.desk.ask(deposit_slip_data, made)
    assert (slip.booked_on, slip.booked_cents, slip.bank_reason) == (TODAY, 2400, "Torn note")
    assert wrong(clinic.desk) == []


def test_an_exact_word_of_the_bank_posts_nothing_and_is_still_one_word(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    close(clinic.desk, 1, 17500)
    made = deposit_all(clinic)
    with pytest.raises(InputError, match="You prepared this deposit"):
        clinic.desk.do(confirm_deposit, made, BankWord(TODAY, 2500), key=key())
    clinic.desk.actor_id = MANAGER
    before = clinic.desk.ask(account_balances)
    clinic.desk.do(confirm_deposit, made, BankWord(TODAY, 2500), key=key())
    assert clinic.desk.ask(account_balances) == before
    assert wrong(clinic.desk) == []


def test_a_large_difference_needs_a_second_person(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    close(clinic.desk, 1, 17500)
    made = deposit_all(clinic)
    clinic.desk.actor_id = MANAGER
    word = BankWord(TODAY, 500, reason="Bank counts again")
    with pytest.raises(SecondPersonNeeded, match="difference"):
        clinic.desk.do(confirm_deposit, made, word, key=key())
    clinic.desk.do(confirm_deposit, made, word, key=key(), approval=LEAD)
    assert wrong(clinic.desk) == []


@pytest.mark.parametrize("when", [timedelta(days=1), timedelta(days=-1)])
def test_the_bank_books_neither_before_the_deposit_nor_in_the_future(clinic: SmallClinic, when: timedelta) -> None:
    pay(clinic, cash(2500))
    close(clinic.desk, 1, 17500)
    made = deposit_all(clinic)
    clinic.desk.actor_id = MANAGER
    with pytest.raises(InputError, match="cannot have booked"):
        clinic.desk.do(confirm_deposit, made, BankWord(TODAY + when, 2500), key=key())


def test_cards_lie_in_clearing_until_the_bank_books_them_less_its_fee(clinic: SmallClinic) -> None:
    pay(clinic, card(6000))
    pay(clinic, card(4000))
    with pytest.raises(RefusedError, match="still open"):
        clinic.desk.do(record_card_batch, 1, "118", 10000)
    session_id = close(clinic.desk, 1, 15000)
    assert find(clinic, "unbatched").cents == 10000
    with pytest.raises(InputError, match=r"settled \$99.00, the desk recorded \$100.00"):
        clinic.desk.do(record_card_batch, session_id, "118", 9900)
    batch = clinic.desk.do(record_card_batch, session_id, "118", 9900, reason="Typed 60, ran 59")
    assert clinic.desk.do(record_card_batch, session_id, "118", 9900) == batch
    with pytest.raises(RefusedError, match="already"):
        clinic.desk.do(record_card_batch, session_id, "118", 10000)
    clinic.clock.advance(days=4)
    row = find(clinic, "batch")
    assert (row.cents, row.recorded_cents, row.age, row.late) == (9900, 10000, 4, True)
    clinic.desk.actor_id = LEO
    clinic.desk.do(confirm_card_batch, batch, BankWord(TODAY, 9650, 250, "Typed 60, ran 59"), key=key())
    balances = clinic.desk.ask(account_balances)
    assert (balances["card_clearing"], balances["bank"]) == (0, 9650)
    assert (balances["card_fees"], balances["cash_over_short"]) == (250, 100)
    row = find(clinic, "batch")
    assert (row.fee_cents, row.variance_cents, row.late) == (250, -100, False)
    assert wrong(clinic.desk) == []


def test_a_day_with_more_card_refunds_than_payments_settles_negative(clinic: SmallClinic) -> None:
    paid = pay(clinic, card(5000))
    clinic.desk.do(record_card_batch, close(clinic.desk, 1, 15000), "1", 5000)
    clinic.desk.do(open_till, 1, FLOAT)
    clinic.desk.do(refund_payment, paid.payment_id, 3000, key=key(), reason="Overpaid")
    batch = clinic.desk.do(record_card_batch, close(clinic.desk, 1, 15000), "2", -3000)
    clinic.desk.actor_id = LEO
    clinic.desk.do(confirm_card_batch, batch, BankWord(TODAY, -3000), key=key())
    assert clinic.desk.ask(account_balances)["card_clearing"] == 5000
    assert wrong(clinic.desk) == []


def test_the_checks_of_the_bank_stand_in_the_books() -> None:
    from psc_desk.queries import verify

    assert set(CHECKS) <= set(verify._CHECKS)
    assert callable(book_checks)


DAMAGE = {
    "card batches equal their sessions": "UPDATE card_batch SET expected_cents = expected_cents + 1",
    "cards not yet at the bank lie in clearing": "DELETE FROM bank_confirmation WHERE card_batch_id IS NOT NULL",
    "checks not yet at the bank are held": "DELETE FROM deposit_item WHERE tender_id IS NOT NULL",
    "the bank's word agrees with its entry": "UPDATE bank_confirmation SET cents = cents + 1",
    "no deposited check was taken back in its session": "UPDATE payment SET kind = 'void', of_payment_id ="
    " (SELECT payment_id FROM tender WHERE kind = 'check') WHERE id ="
    " (SELECT payment_id FROM tender WHERE kind = 'card')",
    "what was deposited came from closed drawers": "UPDATE deposit SET made_at = '2026-03-01T00:00:00.000000Z'",
}
"""For each check, what somebody with the key and a tool could do to the tables once the triggers are gone."""


@pytest.mark.parametrize("name", DAMAGE)
def test_each_check_of_the_bank_finds_its_damage(clinic: SmallClinic, name: str) -> None:
    pay(clinic, cash(2500))
    pay(clinic, check(4000))
    pay(clinic, card(6000))
    batch = clinic.desk.do(record_card_batch, close(clinic.desk, 1, 17500), "118", 6000)
    made = deposit_all(clinic)
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(confirm_card_batch, batch, BankWord(TODAY, 5900, 100), key=key())
    clinic.desk.do(confirm_deposit, made, BankWord(TODAY, 6500), key=key())
    assert set(DAMAGE) == set(CHECKS)
    assert wrong(clinic.desk) == []
    connection = raw_connect(clinic.folder / "desk.db", KEY)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    assert connection.execute(DAMAGE[name]).rowcount > 0
    connection.commit()
    connection.close()
    assert name in {one.name for one in wrong(clinic.desk)}


def test_the_slip_of_a_master_deposit_with_many_checks_takes_a_second_page(clinic: SmallClinic) -> None:
    for number in range(34):
        pay(clinic, check(1000 + number, str(3000 + number)))
    pay(clinic, card(5000))
    clinic.desk.do(record_card_batch, close(clinic.desk, 1, 15000), "119", 5000)
    made = deposit_all(clinic)
    pages = read_pdf(clinic.desk.do(deposit_slip, made))
    assert len(pages) == 2
    text = " ".join(page.text for page in pages)
    said = ("34 checks", "$345.61", "3033", "Batch 119", "Not in this deposit", "Verified by", "Bank-validated date")
    assert [words for words in said if words not in text] == []
    assert clinic.desk.do(deposit_slip, made) == clinic.desk.do(deposit_slip, made)
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(confirm_deposit, made, BankWord(TODAY, 34561), key=key())
    confirmed = " ".join(page.text for page in read_pdf(clinic.desk.do(deposit_slip, made)))
    assert "Bank-validated amount Difference 03/04/2026 $345.61 $0.00" in confirmed
