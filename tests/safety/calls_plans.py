"""Payment plans and good-faith estimates; see calls.py."""

from __future__ import annotations

from datetime import date
from typing import Any

from psc_desk.models.plan import Frequency
from psc_desk.models.staff import Right
from psc_desk.usecases import plans
from tests.money.support import charged_visit, key
from tests.safety.calls import Call
from tests.support.clinic import INES, SmallClinic


def _terms(clinic: SmallClinic) -> plans.PlanInput:
    _visit, charge_ids = charged_visit(clinic, "OV")
    return plans.PlanInput(key(), INES, tuple(charge_ids), "Inés Castillo", 3, Frequency.MONTHLY, date(2026, 4, 4))


def _agreed(clinic: SmallClinic) -> int:
    return clinic.desk.do(plans.agree_plan, _terms(clinic)).plan_id


def _closed(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    plan_id = _agreed(clinic)
    clinic.desk.do(plans.close_plan, plan_id, "Lost the job")
    return (plan_id, "Found one"), {}


CALLS = [
    Call(plans.agree_plan, Right.TAKE_MONEY, lambda c: ((_terms(c),), {}), INES),
    Call(plans.close_plan, Right.TAKE_MONEY, lambda c: ((_agreed(c), "Lost the job"), {}), INES),
    Call(plans.reopen_plan, Right.TAKE_MONEY, _closed, INES),
]

INNER = {
    "plan_status.follow_charges": "part of every posting on a charge",
    "plan_status.check_plan_payable": "part of take_payment",
}
