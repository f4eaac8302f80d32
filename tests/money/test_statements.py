"""How often a posting asks the database: what is repeated would be noticed here before it is felt at the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from psc_desk.models.payment import PaymentKind
from psc_desk.usecases.payments import refund_payment, void_payment
from tests.money.support import cash, charged_visit, key, pay
from tests.support.clinic import SmallClinic


def co_pay(clinic: SmallClinic) -> Callable[[], Any]:
    visit_id, _charges = charged_visit(clinic, "OV", "LAB")
    return lambda: pay(clinic, cash(2500, 3000), kind=PaymentKind.COPAY, visit_id=visit_id)


def refund(clinic: SmallClinic) -> Callable[[], Any]:
    paid = co_pay(clinic)()
    return lambda: clinic.desk.do(refund_payment, paid.payment_id, 500, key=key(), reason="Overpaid")


def void(clinic: SmallClinic) -> Callable[[], Any]:
    paid = co_pay(clinic)()
    return lambda: clinic.desk.do(void_payment, paid.payment_id, key=key(), reason="Twice")


@pytest.mark.parametrize(("ready", "most"), [(co_pay, 26), (refund, 36), (void, 34)])
def test_a_posting_with_its_receipt_takes_so_many_statements(
    clinic: SmallClinic, ready: Callable[[SmallClinic], Callable[[], Any]], most: int
) -> None:
    post = ready(clinic)
    seen: list[str] = []
    event.listen(clinic.desk.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: seen.append(statement))
    post()
    assert len(seen) <= most, "\n".join(seen)
