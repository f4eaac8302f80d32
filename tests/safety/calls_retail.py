"""Retail: which right each use case takes, and how to call it so that it would succeed."""

from __future__ import annotations

from typing import Any

from psc_desk.models.staff import Right
from psc_desk.usecases import retail
from psc_desk.usecases.retail import ItemInput, SaleInput
from tests.money.support import cash, key
from tests.safety.calls import Call
from tests.support.clinic import INES, SmallClinic

ITEM = ItemInput("BK", "Diabetes guide", 500, taxable=False)


def stocked(clinic: SmallClinic) -> int:
    """Add an item, ten of it, and return its id."""
    item_id = clinic.desk.do(retail.add_item, ITEM)
    clinic.desk.do(retail.receive_stock, item_id, 10)
    return item_id


def to_sell(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return (SaleInput(key(), 1, {stocked(clinic): 1}, (cash(500),), INES),), {}


def to_return(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    (sale,), _named = to_sell(clinic)
    done = clinic.desk.do(retail.sell, sale)
    return (done.payment_id, dict(sale.units)), {"key": key(), "reason": "Wrong size"}


CALLS = [
    Call(retail.add_item, Right.SETTINGS, lambda _clinic: ((ITEM,), {})),
    Call(retail.change_item, Right.SETTINGS, lambda clinic: ((stocked(clinic), ITEM, 1), {})),
    Call(retail.receive_stock, Right.TAKE_MONEY, lambda clinic: ((stocked(clinic), 5), {})),
    Call(retail.use_stock, Right.TAKE_MONEY, lambda clinic: ((stocked(clinic), 5), {"reason": "Expired"})),
    Call(retail.count_stock, Right.TAKE_MONEY, lambda clinic: ((stocked(clinic), 9), {"reason": "One is missing"})),
    Call(retail.sell, Right.TAKE_MONEY, to_sell, INES),
    Call(retail.sell_anyway, Right.TAKE_MONEY, to_sell, INES),
    Call(retail.return_items, Right.REFUND, to_return, INES),
]
INNER = {
    "retail.check_sale": "part of sales and of begin_card",
    "retail.post_sale": "part of sales and of finish_card",
    "retail.price_sale": "part of sales and of begin_card",
    "retail_rows.add_lines": "part of sales and returns",
    "retail_rows.take_lines_back": "part of void_payment and return_check",
}
