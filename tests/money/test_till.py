"""The drawer from opening to deposit."""

from __future__ import annotations

import pytest

from psc_desk.errors import InputError, RefusedError, SecondPersonNeeded
from psc_desk.queries.deposits import bankable
from psc_desk.queries.tills import sessions, till, till_report
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.payments import void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import (
    begin_count,
    cancel_count,
    close_till,
    drop,
    no_sale,
    open_till,
    pay_in,
    pay_out,
    print_x_report,
    record_count,
)
from tests.money.conftest import FLOAT
from tests.money.support import card, cash, check, key, pay, wrong
from tests.support.clinic import LEO, MANAGER, SmallClinic


def a_day(clinic: SmallClinic) -> None:
    """$25 and $60 cash, a check, a card, a pay-out and a drop: $150 + 85 - 12.50 - 40 = $182.50 in the drawer."""
    pay(clinic, cash(2500, 3000))
    pay(clinic, cash(6000))
    pay(clinic, check(4000))
    pay(clinic, card(1500))
    clinic.desk.do(pay_out, 1, 1250, key=key(), reason="Postage")
    clinic.desk.do(drop, 1, 4000, key=key())


def test_a_day_closes_exact_and_goes_to_the_bank(clinic: SmallClinic) -> None:
    a_day(clinic)
    clinic.desk.do(begin_count, 1)
    counted = clinic.desk.do(record_count, 1, {10000: 1, 5000: 1, 2000: 1, 1000: 1, 200: 1, 50: 1}, checks_cents=4000)
    assert (counted.expected_cents, counted.over_short_cents, counted.needs_reason) == (18250, 0, False)
    done = clinic.desk.do(close_till, 1, float_left_cents=15000)
    assert (done.z_no, done.to_bank_cents) == (1, 3250)
    waiting = clinic.desk.ask(bankable)
    assert [c.cents for c in waiting.cash] == [7250]
    assert [c.cents for c in waiting.checks] == [4000]
    with pytest.raises(InputError, match="You closed this drawer"):
        clinic.desk.do(make_deposit, _deposit(waiting.cash[0].session_id, waiting.checks[0].tender_id))
    clinic.desk.actor_id = LEO
    deposited = clinic.desk.do(make_deposit, _deposit(waiting.cash[0].session_id, waiting.checks[0].tender_id))
    assert deposited.total_cents == 11250
    assert clinic.desk.ask(account_balances)["bank"] == 11250
    with pytest.raises(RefusedError, match="deposited already"):
        clinic.desk.do(make_deposit, _deposit(waiting.cash[0].session_id, waiting.checks[0].tender_id))
    assert wrong(clinic.desk) == []


def _deposit(session_id: int, tender_id: int) -> DepositInput:
    return DepositInput(key(), (session_id,), (tender_id,), {5000: 1, 2000: 1, 100: 2, 50: 1}, bag_no="B-1")


def test_a_difference_needs_a_reason_and_a_large_one_a_second_person(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    result = clinic.desk.do(record_count, 1, {10000: 1, 2000: 2})
    assert (result.over_short_cents, result.needs_approval, result.may_recount) == (-1000, True, True)
    with pytest.raises(InputError, match="Say why"):
        clinic.desk.do(close_till, 1, float_left_cents=14000)
    with pytest.raises(SecondPersonNeeded):
        clinic.desk.do(close_till, 1, float_left_cents=14000, reason="Not known")
    done = clinic.desk.do(close_till, 1, float_left_cents=14000, reason="Not known", approval=Approval(MANAGER, "3456"))
    assert done.over_short_cents == -1000
    assert clinic.desk.ask(account_balances)["cash_over_short"] == 1000
    assert wrong(clinic.desk) == []


def test_one_recount_is_kept_beside_the_first(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, {10000: 1})
    assert clinic.desk.do(record_count, 1, {10000: 1, 5000: 1}).over_short_cents == 0
    with pytest.raises(RefusedError, match="twice"):
        clinic.desk.do(record_count, 1, {10000: 2})


def test_the_next_opening_compares_with_what_the_close_left(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT)
    clinic.desk.do(close_till, 1, float_left_cents=15000)
    assert clinic.desk.ask(till, 1).expected_opening_cents == 15000
    with pytest.raises(InputError, match=r"left \$150.00, you counted \$149.00"):
        clinic.desk.do(open_till, 1, {2000: 5, 500: 8, 100: 9})
    clinic.desk.do(open_till, 1, {2000: 5, 500: 8, 100: 9}, reason="A dollar is missing")
    assert clinic.desk.ask(account_balances)["cash_over_short"] == 100
    assert wrong(clinic.desk) == []


def test_only_one_session_is_open(clinic: SmallClinic) -> None:
    with pytest.raises(RefusedError, match="open already"):
        clinic.desk.do(open_till, 1, FLOAT)


def test_no_more_cash_leaves_than_is_there(clinic: SmallClinic) -> None:
    with pytest.raises(RefusedError, match="not that much cash"):
        clinic.desk.do(pay_out, 1, 15001, key=key(), reason="Courier")
    clinic.desk.do(pay_in, 1, 1, key=key(), reason="Change")
    clinic.desk.do(pay_out, 1, 15001, key=key(), reason="Courier")
    assert clinic.desk.ask(account_balances)["drawer:1"] == 0


def test_a_count_can_be_given_up(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(cancel_count, 1)
    assert pay(clinic, cash(100)).amount_cents == 100


def test_no_sale_needs_a_reason_and_is_counted(clinic: SmallClinic) -> None:
    with pytest.raises(InputError, match="Say why"):
        clinic.desk.do(no_sale, 1, " ")
    clinic.desk.do(no_sale, 1, "Make change")
    session = clinic.desk.ask(sessions)[0]
    assert clinic.desk.ask(till_report, session.session_id, "X").no_sale_count == 1


def test_the_x_report_is_blind_for_the_front_desk_only(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    session = clinic.desk.ask(sessions)[0]
    assert clinic.desk.ask(till_report, session.session_id, "X").expected is None
    clinic.desk.actor_id = LEO
    assert clinic.desk.ask(till_report, session.session_id, "X").expected == 17500
    assert clinic.desk.do(print_x_report, 1) > 0


def test_a_voided_check_does_not_go_to_the_bank(clinic: SmallClinic) -> None:
    done = pay(clinic, check(4000))
    clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong amount")
    assert clinic.desk.ask(bankable).checks == ()


def test_a_closed_session_takes_no_entry(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT)
    clinic.desk.do(close_till, 1, float_left_cents=15000)
    with pytest.raises(RefusedError, match="closed"):
        pay(clinic, cash(100))
