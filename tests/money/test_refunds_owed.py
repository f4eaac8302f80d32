"""Refunds of checks: owed until they are mailed or paid out in cash, each once."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from psc_desk.errors import InputError, RefusedError, SecondPersonNeeded
from psc_desk.queries.agreement import agreement
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.refunds_owed import RefundOwedRow, refund_form, refunds_owed
from psc_desk.queries.tills import till_report
from psc_desk.queries.verify import account_balances
from psc_desk.queries.verify_refunds import CHECKS
from psc_desk.usecases.payments import refund_payment, void_payment
from psc_desk.usecases.refunds_owed import mail_refund, pay_refund_in_cash, take_mailed_back
from psc_desk.usecases.retail import return_items, sell
from psc_desk.usecases.staff import Approval
from psc_desk.work import Work
from tests.money.support import cash, check, key, pay, wrong
from tests.money.test_retail import GUIDE, basket, stocked
from tests.support.clinic import LEO, SmallClinic

LEAD = Approval(LEO, "2345")
ADDRESS = "Mailed to the address on file"


def owed(clinic: SmallClinic, cents: int = 3000) -> int:
    """Refund so much of a check of $40.00; return the refund."""
    paid = pay(clinic, check(4000), cash(1000))
    return clinic.desk.do(refund_payment, paid.payment_id, cents, key=key(), reason="Overpaid").payment_id


def row(clinic: SmallClinic) -> RefundOwedRow:
    return clinic.desk.ask(refunds_owed)[0]


def sums(clinic: SmallClinic) -> tuple[int, ...]:
    """What is owed, the bank and the drawer."""
    held = clinic.desk.ask(account_balances)
    return tuple(held.get(name, 0) for name in ("refunds_payable", "bank", "drawer:1"))


def test_a_refund_of_a_check_is_listed_and_mailed_once(clinic: SmallClinic) -> None:
    refund_id = owed(clinic)  # $10.00 of it in cash, the rest by mail
    listed = row(clinic)
    assert (listed.patient, listed.owed_cents, listed.cents, listed.days, listed.owed) == (
        "Castillo, Inés", 2000, 2000, 0, True,
    )  # fmt: skip
    again = key()
    first = clinic.desk.do(mail_refund, refund_id, " 5012 ", key=again, reason=ADDRESS)
    assert clinic.desk.do(mail_refund, refund_id, "5012", key=again, reason=ADDRESS) == first
    assert sums(clinic) == (0, -2000, 15000)
    with pytest.raises(RefusedError, match="Nothing is owed"):
        clinic.desk.do(mail_refund, refund_id, "5013", key=key(), reason=ADDRESS)
    listed = row(clinic)
    assert (listed.owed, listed.mailed, listed.how, listed.paid_by) == (
        False, True, "Check 5012: Mailed to the address on file", "Maya Okafor",
    )  # fmt: skip
    assert [day.differences for day in clinic.desk.ask(agreement)] == [[]]
    assert wrong(clinic.desk) == []


def test_cash_instead_comes_out_of_the_drawer_with_a_slip_to_sign(clinic: SmallClinic) -> None:
    refund_id, again = owed(clinic), key()
    for _ in range(2):
        clinic.desk.do(pay_refund_in_cash, refund_id, key=again, reason="Asked for it")
    assert sums(clinic) == (0, 0, 13000)
    assert (row(clinic).mailed, row(clinic).how) == (False, "Cash for refund 1002: Asked for it")
    (slip,) = [job for job in clinic.desk.ask(print_jobs) if job.kind == "slip"]
    assert "Received by" in slip.text
    moved = clinic.desk.ask(till_report, 1, "Z").movements
    assert [(one.word, one.cents) for one in moved] == [("Cash", 0), ("Pay-out", -2000)]
    with pytest.raises(RefusedError, match="No check is on its way"):
        clinic.desk.do(take_mailed_back, refund_id, key=key(), reason="Came back")
    assert [day.differences for day in clinic.desk.ask(agreement)] == [[]]
    assert wrong(clinic.desk) == []


def test_a_mailed_check_that_comes_back_is_owed_again(clinic: SmallClinic) -> None:
    refund_id = owed(clinic)
    for number in ("5012", "5013"):
        clinic.desk.do(mail_refund, refund_id, number, key=key(), reason=ADDRESS)
        again = key()
        for _ in range(2):
            clinic.desk.do(take_mailed_back, refund_id, key=again, reason="Address unknown")
        assert (row(clinic).owed_cents, sums(clinic)) == (2000, (-2000, 0, 15000))
    clinic.desk.do(pay_refund_in_cash, refund_id, key=key(), reason="Came by")
    assert wrong(clinic.desk) == []


def test_what_is_paid_out_cannot_be_voided_and_what_is_voided_is_not_owed(clinic: SmallClinic) -> None:
    first, second = owed(clinic), owed(clinic)
    clinic.desk.do(mail_refund, first, "5012", key=key(), reason=ADDRESS)
    with pytest.raises(RefusedError, match="mailed or paid out"):
        clinic.desk.do(void_payment, first, key=key(), reason="Wrong")
    clinic.desk.do(void_payment, second, key=key(), reason="Wrong")
    assert [one.payment_id for one in clinic.desk.ask(refunds_owed)] == [first]
    with pytest.raises(RefusedError, match="Nothing is owed"):
        clinic.desk.do(mail_refund, second, "5013", key=key(), reason=ADDRESS)
    clinic.desk.do(take_mailed_back, first, key=key(), reason="Stopped")
    clinic.desk.do(void_payment, first, key=key(), reason="Wrong")
    assert (clinic.desk.ask(refunds_owed), sums(clinic)) == ([], (0, 0, 17000))
    assert wrong(clinic.desk) == []


def test_what_is_wrong_is_said_at_its_field_and_a_large_one_takes_two(clinic: SmallClinic) -> None:
    paid = pay(clinic, check(9000))
    refund_id = clinic.desk.do(
        refund_payment, paid.payment_id, 9000, key=key(), reason="Overpaid", approval=LEAD
    ).payment_id  # fmt: skip
    for number, reason, field in (("", ADDRESS, "check_no"), ("50a", ADDRESS, "check_no"), ("5012", " ", "reason")):
        with pytest.raises(InputError) as refused:
            clinic.desk.do(mail_refund, refund_id, number, key=key(), reason=reason)
        assert refused.value.field == field
    for verb, args in ((mail_refund, ("5012",)), (pay_refund_in_cash, ())):
        with pytest.raises(SecondPersonNeeded):
            clinic.desk.do(verb, refund_id, *args, key=key(), reason=ADDRESS)  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="Only a refund"):
        clinic.desk.do(mail_refund, paid.payment_id, "5012", key=key(), reason=ADDRESS)
    clinic.desk.do(mail_refund, refund_id, "5012", key=key(), reason=ADDRESS, approval=LEAD)
    assert wrong(clinic.desk) == []


def test_the_drawer_pays_no_more_than_it_holds(clinic: SmallClinic) -> None:
    paid = pay(clinic, check(16000))
    refund_id = clinic.desk.do(
        refund_payment, paid.payment_id, 16000, key=key(), reason="Overpaid", approval=LEAD
    ).payment_id  # fmt: skip
    with pytest.raises(RefusedError, match="not that much cash"):
        clinic.desk.do(pay_refund_in_cash, refund_id, key=key(), reason="Came by", approval=LEAD)


def test_items_that_came_back_are_owed_to_who_is_no_patient_too(clinic: SmallClinic) -> None:
    stocked(clinic)
    sold = clinic.desk.do(sell, basket({GUIDE: 2}, check(1000)))
    refund_id = clinic.desk.do(return_items, sold.payment_id, {GUIDE: 1}, key=key(), reason="Wrong book").payment_id
    assert (row(clinic).patient, row(clinic).owed_cents, clinic.desk.ask(refund_form, refund_id).who) == ("", 500, None)
    clinic.desk.do(pay_refund_in_cash, refund_id, key=key(), reason="Handed over")
    assert wrong(clinic.desk) == []


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("refunds are paid out once", "UPDATE journal_line SET cents = cents * 2 WHERE account = 'refunds_payable'"),
        ("what is owed by mail belongs to a refund",
         "UPDATE journal_line SET payment_id = 1 WHERE account = 'refunds_payable'"),
    ],
)  # fmt: skip
def test_each_check_finds_its_damage(clinic: SmallClinic, name: str, damage: str) -> None:
    owed(clinic)
    assert name in CHECKS
    assert wrong(clinic.desk) == []

    def harm(work: Work) -> None:
        work.session.execute(text("DROP TRIGGER journal_line_no_update"))
        work.session.execute(text(damage))

    clinic.desk.do(harm)
    assert name in {one.name for one in wrong(clinic.desk)}
