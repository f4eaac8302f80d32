"""A check that had paid a sale, or a part of it, and came back from the bank."""

from __future__ import annotations

import pytest

from psc_desk.errors import InputError, RefusedError
from psc_desk.queries.agreement import agreement
from psc_desk.queries.money import account, balance
from psc_desk.queries.receipts import receipt_data
from psc_desk.queries.retail import sale_lines
from psc_desk.usecases.retail import return_items, sell
from psc_desk.usecases.returned_checks import ReturnedCheck, return_check
from psc_desk.work import Work
from tests.money.support import cash, key, pay, wrong
from tests.money.support import check as by_check
from tests.money.test_payment_returned import deposited
from tests.money.test_retail import BRACE, GUIDE, basket, held, left, shop
from tests.support.clinic import INES, SmallClinic

__all__ = ["shop"]


@pytest.mark.parametrize("patient_id", [None, INES])
def test_a_returned_check_takes_the_sale_back_that_it_paid(shop: SmallClinic, patient_id: int | None) -> None:
    shop.desk.do(sell, basket({BRACE: 2, GUIDE: 1}, by_check(4535), patient_id=patient_id))
    (tender_id,) = deposited(shop)
    done = shop.desk.do(return_check, ReturnedCheck(tender_id, key(), "Insufficient funds"))
    assert (done.amount_cents, done.receipt_no) == (-4535, 1002)
    assert [held(shop, name) for name in ("bank", "retail_sales", "sales_tax_payable", "refunds_payable")] == [0] * 4
    assert left(shop) == [10, 10, 10]
    assert [line.left for line in shop.desk.ask(sale_lines, 1)] == [0, 0]
    paper = shop.desk.ask(receipt_data, done.payment_id)
    assert (paper.kind.value, len(paper.lines), paper.tax) == ("returned", 2, 237)
    assert [day.differences for day in shop.desk.ask(agreement)] == [[]]
    assert wrong(shop.desk) == []
    with pytest.raises(RefusedError, match="came back or was refunded already"):
        shop.desk.do(return_check, ReturnedCheck(tender_id, key(), "Insufficient funds"))


def test_a_check_of_a_sale_that_was_taken_back_or_of_nobody_known_with_a_fee_does_not_come_back(
    shop: SmallClinic,
) -> None:
    whole = shop.desk.do(sell, basket({GUIDE: 2}, by_check(1000, "9")))
    (tender_id,) = deposited(shop)
    with pytest.raises(InputError, match="no account to charge the fee to"):
        shop.desk.do(return_check, ReturnedCheck(tender_id, key(), "Insufficient funds", fee_cents=2500))
    shop.desk.do(return_items, whole.payment_id, {GUIDE: 1}, key=key(), reason="Wrong book")
    with pytest.raises(RefusedError, match="refunded already"):
        shop.desk.do(return_check, ReturnedCheck(tender_id, key(), "Insufficient funds"))
    assert wrong(shop.desk) == []


def kept(shop: SmallClinic) -> list[int]:
    """Bank, sales, tax, what is owed and charges."""
    return [held(shop, name) for name in ("bank", "retail_sales", "sales_tax_payable", "patient_ar", "charges")]


def test_a_check_that_paid_a_part_of_a_sale_to_nobody_known_lowers_sale_and_tax_by_it(shop: SmallClinic) -> None:
    paid = shop.desk.do(sell, basket({BRACE: 2}, by_check(3035), cash(1000)))
    assert kept(shop)[1:3] == [-3798, -237]
    (tender_id,) = deposited(shop)
    done = shop.desk.do(return_check, ReturnedCheck(tender_id, key(), "Insufficient funds"))
    assert kept(shop) == [0, -3798 + 2857, -237 + 178, 0, 0]
    assert left(shop) == [8, 10, 10]
    paper = shop.desk.ask(receipt_data, done.payment_id)
    assert [(line.label, line.cents) for line in paper.lines] == [("Payment taken back", 3035)]
    with pytest.raises(RefusedError, match=r"only \$10.00 of it is paid"):
        shop.desk.do(return_items, paid.payment_id, {BRACE: 1}, key=key(), reason="Wrong size")
    assert [day.differences for day in shop.desk.ask(agreement)] == [[]]
    assert wrong(shop.desk) == []


def test_two_checks_of_one_sale_take_all_of_it_and_its_tax_to_the_cent(shop: SmallClinic) -> None:
    shop.desk.do(sell, basket({BRACE: 2}, by_check(3035, "7"), by_check(1000, "8")))
    for tender_id in deposited(shop):
        shop.desk.do(return_check, ReturnedCheck(tender_id, key(), "Insufficient funds"))
    assert kept(shop) == [0] * 5
    assert [day.differences for day in shop.desk.ask(agreement)] == [[]]
    assert wrong(shop.desk) == []


def test_a_patient_owes_what_a_returned_check_left_unpaid_of_a_sale_and_the_tax_stays_due(shop: SmallClinic) -> None:
    paid = shop.desk.do(sell, basket({BRACE: 2}, by_check(3035), cash(1000), patient_id=INES))
    (tender_id,) = deposited(shop)
    returned = ReturnedCheck(tender_id, key(), "Insufficient funds", fee_cents=2500)
    done = shop.desk.do(return_check, returned)
    assert shop.desk.do(return_check, returned) == done
    assert kept(shop) == [0, -3798 + 3035, -237, 3035 + 2500, -3035 - 2500]
    assert [(row.label, row.open_cents) for row in shop.desk.ask(account, INES).charges] == [
        ("Returned check fee", 2500), ("Sale of receipt 1001, check came back", 3035),
    ]  # fmt: skip
    assert shop.desk.ask(receipt_data, done.payment_id).balance_after == 5535
    pay(shop, cash(5535))
    assert shop.desk.ask(balance, INES) == 0
    with pytest.raises(RefusedError, match=r"only \$10.00 of it is paid"):
        shop.desk.do(return_items, paid.payment_id, {BRACE: 1}, key=key(), reason="Wrong size")
    assert [day.differences for day in shop.desk.ask(agreement)] == [[]]
    assert wrong(shop.desk) == []


def test_the_books_notice_a_check_that_took_something_else_off_its_sale(shop: SmallClinic) -> None:
    shop.desk.do(sell, basket({GUIDE: 2}, by_check(600), cash(400)))
    shop.desk.do(return_check, ReturnedCheck(deposited(shop)[0], key(), "Insufficient funds"))
    assert wrong(shop.desk) == []

    def harm(work: Work) -> None:
        run = work.session.connection().exec_driver_sql
        run("DROP TRIGGER payment_no_update")
        run("UPDATE payment SET amount_cents = amount_cents - 1 WHERE kind = 'returned'")

    shop.desk.do(harm)
    assert any("takes its part off" in one.name for one in wrong(shop.desk))
