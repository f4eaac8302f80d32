"""The use cases of charges, adjustments, coding and fees (see calls.py)."""

from __future__ import annotations

from typing import Any

from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.staff import Right
from psc_desk.models.visit import Status
from psc_desk.usecases import adjustments, charges, encounter, fees
from psc_desk.usecases.charges import ChargeInput
from tests.money.support import cash, charged_visit, key, pay
from tests.safety.calls import Call, call, of_visit
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


CALLS = [
    Call(adjustments.adjust, Right.ADJUST, _adjust, INES),
    Call(adjustments.take_back_adjustment, Right.ADJUST, _adjusted, INES),
    Call(adjustments.write_off_small_balances, Right.ADJUST, _small, INES),
    call(charges.charge_account, Right.CHARGE, INES, ChargeInput("LAB"), key="a1", patient=INES),
    of_visit(encounter.save_diagnoses, Right.CHARGE, Status.CHECKOUT, ["J06.9"]),
    call(fees.add_fee, Right.SETTINGS, fees.FeeInput("EKG", "Heart test", 9000, TODAY)),
    call(fees.end_fee, Right.SETTINGS, 1, TODAY),
    call(fees.import_fees, Right.SETTINGS, b"code,label,price\nEKG,Heart test,90", "Standard", TODAY),
    call(fees.import_fees_without_wrong, Right.SETTINGS, b"code,label,price\nEKG,Heart test,90", "Standard", TODAY),
]
INNER = {"adjustments.take_back_all": "part of void_charge"}
