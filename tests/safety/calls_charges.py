"""The use cases of charges, adjustments, coding and fees (see calls.py)."""

from __future__ import annotations

from typing import Any

from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.staff import Right
from psc_desk.usecases import adjustments
from tests.money.support import cash, charged_visit, key, pay
from tests.safety.calls import Call
from tests.support.clinic import INES, SmallClinic


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
]
INNER = {"adjustments.take_back_all": "part of void_charge"}
