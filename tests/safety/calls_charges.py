"""The use cases of charges, adjustments, coding and fees (see calls.py)."""

from __future__ import annotations

from typing import Any

from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.staff import Right
from psc_desk.models.visit import Status
from psc_desk.usecases import adjustments, charges, coding, encounter, fees, months
from psc_desk.usecases.charges import ChargeInput
from psc_desk.usecases.till import begin_count, close_till, record_count
from tests.money.support import cash, charged_visit, key, pay
from tests.safety.calls import FLOAT, Call, call, of_visit
from tests.support.clinic import INES, TODAY, SmallClinic


def _adjust(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    return (charge_id, 2000, AdjustmentKind.COURTESY), {"key": key(), "reason": "Hardship"}


def _adjusted(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    args, named = _adjust(clinic)
    return (clinic.desk.do(adjustments.adjust, *args, **named),), {"key": key(), "reason": "Wrong charge"}


def _small(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    visit_id, _charges = charged_visit(clinic, "OV")
    pay(clinic, cash(11800), visit_id=visit_id)
    return ([INES],), {"key": key(), "reason": "Too small to bill"}


def _asked(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    visit_id, _charges = charged_visit(clinic, "OV")
    return (clinic.desk.do(coding.ask_coding, visit_id, "Which level?"), "Level 3"), {}


def _month(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT)
    clinic.desk.do(close_till, 1, float_left_cents=15000)
    clinic.clock.advance(days=28)
    return ("2026-03",), {}


CALLS = [
    Call(adjustments.adjust, Right.ADJUST, _adjust, INES),
    Call(adjustments.take_back_adjustment, Right.ADJUST, _adjusted, INES),
    Call(adjustments.write_off_small_balances, Right.ADJUST, _small, INES),
    call(adjustments.make_adjustment_journal, Right.ADJUST, TODAY, TODAY),
    of_visit(coding.ask_coding, Right.CHARGE, Status.CHECKOUT, "Which level?"),
    Call(coding.answer_coding, Right.READ_CHART, _asked, INES),
    Call(months.close_month, Right.CLOSE_MONTH, _month),
    call(charges.charge_account, Right.CHARGE, INES, ChargeInput("LAB"), key="a1", patient=INES),
    of_visit(encounter.save_diagnoses, Right.CHARGE, Status.CHECKOUT, ["J06.9"]),
    call(fees.add_fee, Right.SETTINGS, fees.FeeInput("EKG", "Heart test", 9000, TODAY)),
    call(fees.end_fee, Right.SETTINGS, 1, TODAY),
    call(fees.import_fees, Right.SETTINGS, b"code,label,price\nEKG,Heart test,90", "Standard", TODAY),
    call(fees.import_fees_without_wrong, Right.SETTINGS, b"code,label,price\nEKG,Heart test,90", "Standard", TODAY),
]
INNER = {"adjustments.take_back_all": "part of void_charge"}
