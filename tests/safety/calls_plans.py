"""Payment plans and good-faith estimates; see calls.py."""

from __future__ import annotations

from datetime import date
from typing import Any

from psc_desk.models.plan import Frequency
from psc_desk.models.staff import Right
from psc_desk.usecases import estimates, plans
from tests.money.support import charged_visit, key
from tests.safety.calls import Call, call
from tests.support.clinic import INES, OSEI, SmallClinic


def _terms(clinic: SmallClinic) -> plans.PlanInput:
    _visit, charge_ids = charged_visit(clinic, "OV")
    return plans.PlanInput(key(), INES, tuple(charge_ids), "Inés Castillo", 3, Frequency.MONTHLY, date(2026, 4, 4))


def _agreed(clinic: SmallClinic) -> int:
    return clinic.desk.do(plans.agree_plan, _terms(clinic)).plan_id


def _closed(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    plan_id = _agreed(clinic)
    clinic.desk.do(plans.close_plan, plan_id, "Lost the job")
    return (plan_id, "Found one"), {}


def _asked(clinic: SmallClinic) -> int:
    return clinic.desk.do(estimates.ask_estimate, INES, service="Knee X-ray")


def _version(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    lines = (estimates.EstimateLineInput("LAB", "Blood test", 4550),)
    return (estimates.EstimateInput(key(), _asked(clinic), OSEI, None, lines),), {}


CALLS = [
    Call(plans.agree_plan, Right.TAKE_MONEY, lambda c: ((_terms(c),), {}), INES),
    Call(plans.close_plan, Right.TAKE_MONEY, lambda c: ((_agreed(c), "Lost the job"), {}), INES),
    Call(plans.reopen_plan, Right.TAKE_MONEY, _closed, INES),
    call(estimates.ask_estimate, Right.REGISTER, INES, service="Knee X-ray", patient=INES),
    Call(estimates.withdraw_estimate, Right.REGISTER, lambda c: ((_asked(c), "Asks no more"), {}), INES),
    Call(estimates.give_estimate, Right.REGISTER, _version, INES),
]

INNER = {
    "estimate_clock.follow_booking": "part of booking a visit",
    "estimate_clock.follow_move": "part of moving a visit",
    "estimate_clock.follow_coverage": "part of every change of a patient's coverage",
    "estimate_clock.follow_status": "part of every change of a visit's status",
    "estimate_clock.withdraw": "part of withdraw_estimate and of calling a visit off",
    "estimate_clock.owe": "part of whatever makes an estimate due",
    "plan_status.follow_charges": "part of every posting on a charge",
    "plan_status.check_plan_payable": "part of take_payment",
}
