"""Lost receipts."""

from __future__ import annotations

from typing import Any

from psc_desk.models.staff import Right
from psc_desk.usecases import lost_receipts
from tests.safety.calls import Call
from tests.support.clinic import SmallClinic


def _lost(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    clinic.desk.do(lost_receipts.note_lost_receipts, {1: 1003})
    return (1, "Taken again as 1004"), {}


CALLS = [Call(lost_receipts.settle_lost_receipts, Right.APPROVE, _lost)]
INNER = {"lost_receipts.note_lost_receipts": "at the start, before anybody signs in"}
