"""A check that the bank sends back after its deposit."""

from __future__ import annotations

import pytest

from psc_desk.errors import InputError, RefusedError
from psc_desk.models.payment import PaymentKind
from psc_desk.queries.chart import banner
from psc_desk.queries.deposits import bankable
from psc_desk.queries.money import account, balance, payments
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.tills import till_report
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.payments import refund_payment, void_payment
from psc_desk.usecases.returned_checks import ReturnedCheck, return_check
from psc_desk.usecases.till import begin_count, close_till, open_till, record_count
from tests.money.support import cash, charged_visit, check, key, pay, wrong
from tests.money.test_machine import pieces_for
from tests.support.clinic import INES, LEO, MAYA, SmallClinic


def deposited(clinic: SmallClinic) -> list[int]:
    """Close the drawer, bring every check to the bank and open the next session; return the checks' tender ids."""
    pieces = pieces_for(clinic.desk.ask(account_balances)["drawer:1"])
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, pieces)
    clinic.desk.do(close_till, 1, float_left_cents=sum(piece * n for piece, n in pieces.items()))
    ids = [row.tender_id for row in clinic.desk.ask(bankable).checks]
    clinic.desk.actor_id = LEO
    clinic.desk.do(make_deposit, DepositInput(key(), (), tuple(ids), {}))
    clinic.desk.actor_id = MAYA
    clinic.desk.do(open_till, 1, pieces)
    return ids


def test_a_returned_check_opens_the_charge_again_and_leaves_the_bank(clinic: SmallClinic) -> None:
    charged_visit(clinic, "LAB")
    paid = pay(clinic, check(4550), cash(1000))
    (tender_id,) = deposited(clinic)
    returned = ReturnedCheck(tender_id, key(), "Insufficient funds", fee_cents=2000)
    done = clinic.desk.do(return_check, returned)
    assert (done.amount_cents, done.receipt_no) == (-4550, 1002)
    assert clinic.desk.do(return_check, returned) == done
    sums = clinic.desk.ask(account_balances)
    assert (sums["bank"], sums["undeposited_checks"], sums["drawer:1"]) == (0, 0, 16000)
    assert clinic.desk.ask(balance, INES) == 4550 - 1000 + 2000
    rows = clinic.desk.ask(payments)
    assert [(row.kind, row.of_receipt_no) for row in rows] == [
        (PaymentKind.RETURNED, 1001),
        (PaymentKind.BALANCE, None),
    ]
    assert rows[1].refundable_cents == 1000
    assert {row.code: row.open_cents for row in clinic.desk.ask(account, INES).charges} == {
        "LAB": 3550,
        "RETURNED": 2000,
    }
    assert [alert.text for alert in clinic.desk.ask(banner, INES).alerts] == ["No checks: check 1042 came back"]
    text = next(job.text for job in clinic.desk.ask(print_jobs) if job.job_id == done.job_id)
    assert "CHEQUE DEVUELTO" in text
    assert paid.receipt_no == 1001
    assert wrong(clinic.desk) == []


def test_the_count_of_the_checks_in_the_drawer_is_not_moved_by_it(clinic: SmallClinic) -> None:
    pay(clinic, check(4000))
    (tender_id,) = deposited(clinic)
    pay(clinic, check(700, "8"))
    session_id = clinic.desk.ask(payments)[0].session_id

    def checks() -> int | None:
        report = clinic.desk.ask(till_report, session_id, "Z")
        return next(total.cents for total in report.tenders if total.word == "Check")

    assert checks() == 700
    clinic.desk.do(return_check, ReturnedCheck(tender_id, key(), "Stop payment"))
    assert checks() == 700


def test_only_a_deposited_check_comes_back_and_only_once(clinic: SmallClinic) -> None:
    pay(clinic, check(4000))
    pay(clinic, cash(1000))
    with pytest.raises(RefusedError, match="not deposited yet"):
        clinic.desk.do(return_check, ReturnedCheck(1, key(), "Insufficient funds"))
    with pytest.raises(RefusedError, match="Only a check"):
        clinic.desk.do(return_check, ReturnedCheck(2, key(), "Insufficient funds"))
    deposited(clinic)
    with pytest.raises(InputError, match="Say why"):
        clinic.desk.do(return_check, ReturnedCheck(1, key(), " "))
    first = clinic.desk.do(return_check, ReturnedCheck(1, key(), "Insufficient funds"))
    with pytest.raises(RefusedError, match="came back or was refunded already"):
        clinic.desk.do(return_check, ReturnedCheck(1, key(), "Insufficient funds"))
    with pytest.raises(RefusedError, match="cannot be voided"):
        clinic.desk.do(void_payment, first.payment_id, key=key(), reason="Wrong check")
    assert wrong(clinic.desk) == []


def test_a_deposited_check_is_locked_and_a_refunded_one_does_not_come_back(clinic: SmallClinic) -> None:
    paid = pay(clinic, check(4000))
    (tender_id,) = deposited(clinic)
    with pytest.raises(RefusedError, match="session that is closed"):
        clinic.desk.do(void_payment, paid.payment_id, key=key(), reason="Wrong amount")
    clinic.desk.do(refund_payment, paid.payment_id, 1000, key=key(), reason="Overpaid")
    with pytest.raises(RefusedError, match="refunded already"):
        clinic.desk.do(return_check, ReturnedCheck(tender_id, key(), "Insufficient funds"))
    assert wrong(clinic.desk) == []


def test_of_two_checks_only_the_one_that_came_back_is_taken_back(clinic: SmallClinic) -> None:
    charged_visit(clinic, "OV")
    paid = pay(clinic, check(5000, "77"), check(5000, "78"), cash(2000))
    _first, second = deposited(clinic)
    clinic.desk.do(return_check, ReturnedCheck(second, key(), "Account closed"))
    clinic.desk.do(refund_payment, paid.payment_id, 3000, key=key(), reason="Overpaid")
    kinds = {row.tender for row in clinic.desk.ask(payments)}
    assert kinds == {"check 77, check 78, cash", "check 78", "cash, check 77"}
    assert clinic.desk.ask(payments)[-1].refundable_cents == 4000
    assert wrong(clinic.desk) == []
    clinic.desk.do(refund_payment, paid.payment_id, 4000, key=key(), reason="Overpaid")
    assert wrong(clinic.desk) == []
