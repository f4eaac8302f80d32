"""Who pays, and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from psc_desk.errors import ConflictError, InputError, RefusedError
from psc_desk.queries.coverage import coverage, coverage_on, coverages, plans
from psc_desk.queries.patients import banner
from psc_desk.queries.search import find_patients
from psc_desk.usecases.coverage import CoverageInput, add_coverage, change_coverage, end_coverage, verify_coverage
from tests.support.clinic import INES, JONAH, TODAY, SmallClinic

CARD = CoverageInput(date(2026, 2, 1), "blue  harbor", "ppo", member_id="jw 77 01", copay_cents=3000)


def test_a_plan_outranks_self_pay_and_is_found_by_member_id(clinic: SmallClinic):
    made = clinic.desk.do(add_coverage, JONAH, CARD)
    row = clinic.desk.ask(coverage_on, JONAH, TODAY)
    assert row is not None
    assert (row.id, row.title, row.member_id, row.due_copay_cents) == (made, "Blue Harbor PPO", "JW7701", 3000)
    assert len(clinic.desk.ask(plans)) == 1, "payer and plan were found, not made again"
    assert [hit.patient_id for hit in clinic.desk.ask(find_patients, "jw7701")] == [JONAH]
    before = clinic.desk.ask(coverage_on, JONAH, date(2026, 1, 31))
    assert before is not None
    assert before.self_pay


def test_two_plans_need_two_places(clinic: SmallClinic):
    clinic.desk.do(add_coverage, JONAH, CARD)
    with pytest.raises(RefusedError, match="Blue Harbor PPO is already in this place since 02/01/2026"):
        clinic.desk.do(add_coverage, JONAH, replace(CARD, payer="Cedar", member_id="C1"))
    second = clinic.desk.do(add_coverage, JONAH, replace(CARD, payer="Cedar", member_id="C1", position=2))
    assert clinic.desk.ask(coverage, second).position_word == "Secondary"


def test_end_is_inclusive_and_frees_the_place(clinic: SmallClinic):
    first = clinic.desk.do(add_coverage, JONAH, CARD)
    clinic.desk.do(end_coverage, first, TODAY, "Changed jobs")
    assert clinic.desk.ask(coverage_on, JONAH, TODAY).id == first
    with pytest.raises(RefusedError):
        clinic.desk.do(add_coverage, JONAH, replace(CARD, effective_on=TODAY))
    second = clinic.desk.do(add_coverage, JONAH, replace(CARD, effective_on=TODAY + timedelta(days=1)))
    assert clinic.desk.ask(coverage_on, JONAH, TODAY + timedelta(days=1)).id == second
    with pytest.raises(InputError, match="cannot end before"):
        clinic.desk.do(end_coverage, second, TODAY)


def test_change_with_version(clinic: SmallClinic):
    made = clinic.desk.do(add_coverage, JONAH, CARD)
    seen = clinic.desk.ask(coverage, made).version
    clinic.desk.do(change_coverage, made, replace(CARD, copay_cents=4000), seen)
    assert clinic.desk.ask(coverage, made).copay_cents == 4000
    with pytest.raises(ConflictError):
        clinic.desk.do(change_coverage, made, CARD, seen)
    assert clinic.desk.ask(coverage, made).copay_cents == 4000


def test_verified_goes_stale_after_ninety_days(clinic: SmallClinic):
    row = clinic.desk.ask(coverages, INES)[0]
    assert row.stale
    clinic.desk.do(verify_coverage, row.id, "phone")
    assert not clinic.desk.ask(banner, INES).coverage_stale
    clinic.clock.advance(days=91)
    assert clinic.desk.ask(banner, INES).coverage_stale
    with pytest.raises(InputError):
        clinic.desk.do(verify_coverage, row.id, "guess")


def test_no_copay_where_the_law_forbids_it(clinic: SmallClinic):
    made = clinic.desk.do(add_coverage, JONAH, replace(CARD, cost_share_forbidden=True))
    assert clinic.desk.ask(coverage, made).due_copay_cents == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"plan": ""}, "plan"),
        ({"member_id": " "}, "member_id"),
        ({"relation": "child"}, "subscriber_name"),
        ({"relation": "uncle"}, "relation"),
        ({"copay_cents": -1}, "copay_cents"),
        ({"ends_on": date(2026, 1, 31)}, "ends_on"),
        ({"position": 4}, "position"),
        ({"plan_kind": "XYZ"}, "plan_kind"),
        ({"effective_on": date(1066, 1, 1)}, "effective_on"),
        ({"subscriber_birth_date": TODAY + timedelta(days=1)}, "subscriber_birth_date"),
        ({"subscriber_name": "4111 1111 1111 1111"}, "subscriber_name"),
    ],
)
def test_what_is_refused(clinic: SmallClinic, change: dict[str, object], field: str):
    with pytest.raises(InputError) as refused:
        clinic.desk.do(add_coverage, JONAH, replace(CARD, **change))
    assert refused.value.field == field
    assert len(clinic.desk.ask(coverages, JONAH)) == 1
