"""The sliding fee: which right each use case takes, and how to call it so that it would succeed."""

from __future__ import annotations

from datetime import date
from typing import Any

from psc_desk.exchange.guidelines_csv import GuidelineLine
from psc_desk.models.sliding import EXAMPLE_TIERS
from psc_desk.models.staff import Right
from psc_desk.queries.sliding import guidelines
from psc_desk.usecases import sliding
from psc_desk.usecases.sliding import AssessmentInput, ScheduleInput
from tests.money.support import key
from tests.safety.calls import Call, call
from tests.support.clinic import JONAH, SmallClinic

NEW_YEAR = date(2026, 1, 1)
SCHEDULE = ScheduleInput("2026", NEW_YEAR, NEW_YEAR, 12, EXAMPLE_TIERS)
ALASKA = GuidelineLine("AK", NEW_YEAR, 1_995_000, 710_000, "HHS")


def set_up(clinic: SmallClinic) -> int:
    """Load the guidelines, add a schedule and return its id."""
    clinic.desk.do(sliding.load_shipped_guidelines)
    return clinic.desk.do(sliding.add_schedule, SCHEDULE)


def to_assess(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    set_up(clinic)
    return (AssessmentInput(JONAH, 2, 100_000, "monthly"),), {"key": key()}


def assessed(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    args, named = to_assess(clinic)
    return (clinic.desk.do(sliding.assess, *args, **named).id,), {}


def a_guideline(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    clinic.desk.do(sliding.load_shipped_guidelines)
    return (clinic.desk.ask(guidelines)[0].id,), {}


CALLS = [
    call(sliding.load_shipped_guidelines, Right.SETTINGS),
    call(sliding.add_guideline, Right.SETTINGS, ALASKA),
    call(sliding.import_guidelines, Right.SETTINGS, [ALASKA]),
    Call(sliding.remove_guideline, Right.SETTINGS, a_guideline),
    call(sliding.add_schedule, Right.SETTINGS, SCHEDULE),
    Call(sliding.remove_schedule, Right.SETTINGS, lambda clinic: ((set_up(clinic),), {})),
    Call(sliding.assess, Right.REGISTER, to_assess, JONAH),
    Call(sliding.print_sliding_card, Right.REGISTER, assessed, JONAH),
    Call(sliding.make_sliding_card, Right.REGISTER, assessed, JONAH),
]
INNER = {
    "sliding.add_shipped_guidelines": "part of set_up_clinic and of load_shipped_guidelines",
    "sliding.apply_sliding_fee": "part of post_charges, void_charge and assess",
}
