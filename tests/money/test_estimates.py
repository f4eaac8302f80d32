"""Good-faith estimates: their clocks, their versions, their paper, and the warning before a dispute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from psc_desk.errors import ConflictError, InputError, RefusedError
from psc_desk.models.clinic import Clinic, Provider
from psc_desk.models.estimate import (
    EstimateCause,
    business_days_ahead,
    business_days_later,
    estimate_due,
    is_business_day,
)
from psc_desk.models.visit import Visit
from psc_desk.queries.coverage import coverages
from psc_desk.queries.estimates import EstimateRow, estimate, estimate_form, estimate_warning, estimates
from psc_desk.schedule_rules import BookingInput
from psc_desk.usecases.coverage import CoverageInput, add_coverage, change_coverage, end_coverage
from psc_desk.usecases.documents import open_document
from psc_desk.usecases.estimates import (
    EstimateDone,
    EstimateInput,
    EstimateLineInput,
    ask_estimate,
    give_estimate,
    withdraw_estimate,
)
from psc_desk.usecases.schedule import book, cancel, move
from psc_desk.usecases.visits import undo_status
from psc_desk.work import Read, Work
from tests.money.support import charged_visit, key, wrong
from tests.support.clinic import BRANDT, INES, JONAH, OFFICE_VISIT, OSEI, TODAY, SmallClinic

days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
SCHEDULED, REQUESTED = EstimateCause.SCHEDULED, EstimateCause.REQUESTED

PLAN = CoverageInput(date(2026, 1, 1), "Blue Harbor", "PPO", member_id="BH77")


def booked(clinic: SmallClinic, day: date, patient_id: int = JONAH, minute: int = 540) -> int:
    return clinic.desk.do(book, BookingInput(patient_id, OSEI, OFFICE_VISIT, day, minute)).visit_id


def owed(clinic: SmallClinic) -> list[EstimateRow]:
    return clinic.desk.ask(estimates)


def hand(clinic: SmallClinic, row: EstimateRow, *amounts: int, **more: object) -> EstimateDone:
    lines = tuple(EstimateLineInput("OV", "Office visit", cents) for cents in amounts or (12000,))
    version = EstimateInput(key(), row.request_id, OSEI, row.service_on, lines)
    return clinic.desk.do(give_estimate, replace(version, **more))  # type: ignore[arg-type]


def paper(clinic: SmallClinic, document_id: int) -> str:
    document = pypdfium2.PdfDocument(clinic.desk.do(open_document, document_id).content)
    try:
        return " ".join("\n".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


@pytest.mark.parametrize(
    ("asked", "service", "ahead", "due"),
    [
        # Wednesday 03/04/2026: no holiday near
        (date(2026, 3, 4), date(2026, 3, 6), 2, None),
        (date(2026, 3, 4), date(2026, 3, 9), 3, date(2026, 3, 5)),
        (date(2026, 3, 4), date(2026, 3, 17), 9, date(2026, 3, 5)),
        (date(2026, 3, 4), date(2026, 3, 18), 10, date(2026, 3, 9)),
        # across Juneteenth, Friday 06/19/2026
        (date(2026, 6, 17), date(2026, 6, 22), 2, None),
        (date(2026, 6, 17), date(2026, 6, 23), 3, date(2026, 6, 18)),
        (date(2026, 6, 18), date(2026, 6, 24), 3, date(2026, 6, 22)),
        (date(2026, 6, 18), date(2026, 7, 2), 9, date(2026, 6, 22)),
        # Independence Day 2026 is a Saturday, observed on Friday 07/03
        (date(2026, 6, 18), date(2026, 7, 6), 10, date(2026, 6, 24)),
        # over Christmas and New Year
        (date(2026, 12, 24), date(2026, 12, 29), 2, None),
        (date(2026, 12, 24), date(2027, 1, 12), 11, date(2026, 12, 30)),
        # asked on a Sunday; seen on a Saturday
        (date(2026, 3, 8), date(2026, 3, 11), 2, None),
        (date(2026, 3, 4), date(2026, 3, 7), 3, date(2026, 3, 5)),
    ],
)
def test_the_clock_by_business_days(asked: date, service: date, ahead: int, due: date | None) -> None:
    assert business_days_ahead(asked, service) == ahead
    assert estimate_due(SCHEDULED, asked, service) == due
    assert estimate_due(REQUESTED, asked, service) == business_days_later(asked, 3)


@given(days, st.integers(1, 30))
def test_business_days_there_and_back(day: date, count: int) -> None:
    later = business_days_later(day, count)
    assert is_business_day(later)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(map(is_business_day, between)) == count
    if is_business_day(day):
        assert business_days_later(later, -count) == day
        assert business_days_ahead(day, later) == count


def test_new_years_day_on_a_saturday_is_kept_the_year_before() -> None:
    assert not is_business_day(date(2027, 12, 31))
    assert is_business_day(date(2026, 12, 31))


def test_booking_a_patient_without_coverage_makes_an_estimate_due(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 6))
    assert owed(clinic) == []
    booked(clinic, date(2026, 3, 9))
    (row,) = owed(clinic)
    assert (row.cause, row.due_on, row.version, row.days_late) == (SCHEDULED, date(2026, 3, 5), 0, 0)
    booked(clinic, date(2026, 3, 18), patient_id=INES)
    assert len(owed(clinic)) == 1
    clinic.clock.advance(days=3)
    assert owed(clinic)[0].days_late == 2


def test_a_visit_after_the_coverage_ended_makes_one_due(clinic: SmallClinic) -> None:
    clinic.desk.do(lambda work: work.session.execute(text("UPDATE coverage SET ends_on = '2026-03-15'")))
    booked(clinic, date(2026, 3, 11), patient_id=INES)
    assert owed(clinic) == []
    booked(clinic, date(2026, 3, 18), patient_id=INES, minute=600)
    assert [row.due_on for row in owed(clinic)] == [date(2026, 3, 9)]


def plan_of(clinic: SmallClinic, patient_id: int) -> int:
    return clinic.desk.ask(coverages, patient_id)[0].id


def test_a_plan_that_ends_before_the_booked_visit_makes_one_due_from_today(clinic: SmallClinic) -> None:
    visit_id = booked(clinic, date(2026, 3, 23), patient_id=INES)
    booked(clinic, date(2026, 3, 12), patient_id=INES)
    clinic.clock.advance(days=1)
    clinic.desk.do(end_coverage, plan_of(clinic, INES), date(2026, 3, 15))
    (row,) = owed(clinic)
    assert (row.visit_id, row.cause, row.asked_on, row.due_on) == (
        visit_id, SCHEDULED, date(2026, 3, 5), date(2026, 3, 10),
    )  # fmt: skip
    clinic.desk.do(end_coverage, plan_of(clinic, INES), date(2026, 3, 14))
    assert len(owed(clinic)) == 1


def test_a_plan_that_covers_the_visit_ends_what_the_booking_made_due(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 23))
    asked = clinic.desk.do(ask_estimate, JONAH, service="Knee X-ray")
    added = clinic.desk.do(add_coverage, JONAH, PLAN)
    assert [row.request_id for row in owed(clinic)] == [asked]
    withdrawn = clinic.desk.ask(estimates, everything=True)[-1]
    assert withdrawn.withdrawn_reason == "A plan covers the day of the visit"
    clinic.clock.advance(days=9)
    shorter = replace(PLAN, ends_on=date(2026, 3, 20))
    clinic.desk.do(change_coverage, added, shorter, 1)
    again = owed(clinic)[-1]
    assert (again.request_id, again.asked_on, again.due_on) == (
        withdrawn.request_id, date(2026, 3, 13), date(2026, 3, 16),
    )  # fmt: skip


def test_a_plan_that_ends_the_day_before_the_visit_makes_what_was_owed_due_at_once(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 11))
    added = clinic.desk.do(add_coverage, JONAH, PLAN)
    assert owed(clinic) == []
    clinic.clock.advance(days=6)
    clinic.desk.do(end_coverage, added, date(2026, 3, 8))
    assert [row.due_on for row in owed(clinic)] == [date(2026, 3, 10)]


def test_an_estimate_that_was_given_stays_when_a_plan_comes(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 23))
    given = hand(clinic, owed(clinic)[0])
    added = clinic.desk.do(add_coverage, JONAH, PLAN)
    clinic.desk.do(end_coverage, added, date(2026, 3, 15))
    assert owed(clinic) == []
    assert [row.version for row in clinic.desk.ask(estimates, everything=True)] == [given.version]


def test_a_visit_moved_under_a_plan_owes_none_and_one_moved_behind_its_end_does(clinic: SmallClinic) -> None:
    clinic.desk.do(end_coverage, plan_of(clinic, INES), date(2026, 3, 15))
    visit_id = booked(clinic, date(2026, 3, 23), patient_id=INES)
    assert len(owed(clinic)) == 1
    clinic.desk.do(move, visit_id, date(2026, 3, 12), 540)
    assert owed(clinic) == []
    clinic.desk.do(move, visit_id, date(2026, 3, 24), 540)
    assert [row.due_on for row in owed(clinic)] == [date(2026, 3, 9)]


def test_a_visit_moved_twice_before_it_was_given_never_gets_more_time(clinic: SmallClinic) -> None:
    visit_id = booked(clinic, date(2026, 3, 9))
    clinic.clock.advance(days=1)
    clinic.desk.do(move, visit_id, date(2026, 3, 23), 540)
    assert [row.due_on for row in owed(clinic)] == [date(2026, 3, 5)]
    clinic.desk.do(move, visit_id, date(2026, 3, 6), 540)
    (row,) = owed(clinic)
    assert (row.due_on, row.service_on) == (date(2026, 3, 5), date(2026, 3, 6))


def test_a_visit_moved_nearer_is_due_sooner(clinic: SmallClinic) -> None:
    visit_id = booked(clinic, date(2026, 3, 23))
    assert [row.due_on for row in owed(clinic)] == [date(2026, 3, 9)]
    clinic.desk.do(move, visit_id, date(2026, 3, 10), 540)
    assert [row.due_on for row in owed(clinic)] == [date(2026, 3, 5)]


def test_a_visit_moved_twice_after_it_was_given_needs_a_new_version_which_keeps_the_first(clinic: SmallClinic) -> None:
    visit_id = booked(clinic, date(2026, 3, 23))
    first = hand(clinic, owed(clinic)[0])
    assert owed(clinic) == []
    clinic.desk.do(move, visit_id, date(2026, 3, 23), 600)
    assert owed(clinic) == []
    clinic.desk.do(move, visit_id, date(2026, 3, 24), 540)
    assert [(row.due_on, row.version) for row in owed(clinic)] == [(date(2026, 3, 9), 1)]
    clinic.desk.do(move, visit_id, date(2026, 3, 6), 540)
    (row,) = owed(clinic)
    assert row.due_on == date(2026, 3, 5)
    second = hand(clinic, row, 9000)
    assert (first.version, second.version) == (1, 2)
    assert owed(clinic) == []
    both = clinic.desk.ask(lambda read: read.session.execute(text(
        "SELECT version, total_cents, service_on FROM estimate ORDER BY version")).all())  # fmt: skip
    assert [tuple(one) for one in both] == [(1, 12000, "2026-03-23"), (2, 9000, "2026-03-06")]
    assert "version 1" in paper(clinic, first.document_id)
    assert "version 2" in paper(clinic, second.document_id)
    assert wrong(clinic.desk) == []


def test_a_visit_given_to_another_provider_needs_a_new_version(clinic: SmallClinic) -> None:
    visit_id = booked(clinic, date(2026, 3, 23))
    hand(clinic, owed(clinic)[0])
    clinic.desk.do(move, visit_id, date(2026, 3, 23), 540, provider_id=BRANDT)
    assert [row.version for row in owed(clinic)] == [1]


def test_cancelling_withdraws_and_undoing_takes_it_up_again(clinic: SmallClinic) -> None:
    visit_id = booked(clinic, date(2026, 3, 9))
    change_id = clinic.desk.do(cancel, visit_id, "Patient called")
    assert owed(clinic) == []
    assert clinic.desk.ask(estimates, everything=True)[0].withdrawn_reason == "The visit is cancelled"
    clinic.desk.do(undo_status, change_id)
    assert [row.due_on for row in owed(clinic)] == [date(2026, 3, 5)]


def test_nothing_is_owed_of_a_visit_that_is_past(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 9))
    clinic.clock.advance(days=6)
    assert owed(clinic) == []


def test_a_question_is_a_request_once(clinic: SmallClinic) -> None:
    first = clinic.desk.do(ask_estimate, JONAH, service="Knee  X-ray")
    assert clinic.desk.do(ask_estimate, JONAH, service="Knee X-ray") == first
    (row,) = owed(clinic)
    assert (row.cause, row.due_on, row.service) == (REQUESTED, date(2026, 3, 9), "Knee X-ray")
    hand(clinic, row, service_on=None)
    assert owed(clinic) == []
    assert clinic.desk.do(ask_estimate, JONAH, service="Knee X-ray") != first
    with pytest.raises(InputError, match="asks a price for"):
        clinic.desk.do(ask_estimate, JONAH)
    with pytest.raises(InputError, match="another patient"):
        clinic.desk.do(ask_estimate, JONAH, visit_id=clinic.visit(INES))


def test_a_question_about_a_booked_visit_is_the_request_that_the_booking_made(clinic: SmallClinic) -> None:
    visit_id = booked(clinic, date(2026, 3, 18))
    row = owed(clinic)[0]
    assert clinic.desk.do(ask_estimate, JONAH, visit_id=visit_id) == row.request_id


def test_the_form_begins_with_the_usual_codes_then_with_the_last_version(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 18))
    row = owed(clinic)[0]
    form = clinic.desk.ask(estimate_form, row.request_id)
    assert [(line.code, line.cents) for line in form.lines] == [("OV", 12000)]
    assert (form.provider_id, form.missing) == (OSEI, ("the clinic's tax number",))
    hand(clinic, row, 8000, separately="Blood test at the lab")
    form = clinic.desk.ask(estimate_form, row.request_id)
    assert [(line.code, line.cents) for line in form.lines] == [("OV", 8000)]
    assert form.separately == "Blood test at the lab"


def test_a_type_of_visit_that_is_not_booked_gives_its_codes(clinic: SmallClinic) -> None:
    request_id = clinic.desk.do(ask_estimate, JONAH, service="Office visit")
    assert [line.code for line in clinic.desk.ask(estimate_form, request_id).lines] == ["OV"]
    other = clinic.desk.do(ask_estimate, JONAH, service="Something else")
    assert clinic.desk.ask(estimate_form, other).lines == ()


def test_the_self_pay_schedule_and_the_sliding_fee_are_used(clinic: SmallClinic) -> None:
    def prices(work: Work) -> None:
        work.session.execute(text("INSERT INTO setting VALUES ('money.self_pay_schedule', '', '{\"v\": \"Cash\"}')"))
        work.session.execute(text(
            "INSERT INTO fee (schedule, code, label, label_es, cents, effective_from, needs_diagnosis)"
            " VALUES ('Cash', 'OV', 'Office visit', '', 9000, '2026-01-01', 0)"))  # fmt: skip

    clinic.desk.do(prices)
    booked(clinic, date(2026, 3, 18))
    form = clinic.desk.ask(estimate_form, owed(clinic)[0].request_id)
    assert [line.cents for line in form.lines] == [9000]


def test_the_paper_has_what_the_rule_asks_for(clinic: SmallClinic) -> None:
    def identify(work: Work) -> None:
        work.get(Clinic, 1).tax_id = "12-3456789"
        work.get(Provider, OSEI).npi = "1234567893"

    clinic.desk.do(identify)
    booked(clinic, date(2026, 3, 18))
    lines = (
        EstimateLineInput("OV", "Office visit", 12000, diagnoses="M25.561"),
        EstimateLineInput("LAB", "Blood test", 4550),
    )
    done = hand(clinic, owed(clinic)[0], lines=lines, separately="MRI of the knee")
    said = paper(clinic, done.document_id)
    for part in ("Jonah Whitfield", "11/02/1964", "Office visit", "Wednesday, 03/18/2026", "Dr. Amara Osei",
                 "1234567893", "12-3456789", "12 River Rd", "M25.561", "not known yet", "$165.50", "MRI of the knee",
                 "$400 or more", "120 calendar days", "1-800-985-3059", "no contract", "may differ"):  # fmt: skip
        assert part in said, part


def test_the_paper_is_spanish_for_who_speaks_spanish(clinic: SmallClinic) -> None:
    request_id = clinic.desk.do(ask_estimate, INES, service="Radiografía")
    row = clinic.desk.ask(estimate, request_id)
    said = paper(clinic, hand(clinic, row, service_on=None).document_id)
    assert "Estimación de buena fe" in said
    assert "Aún sin fecha" in said
    assert "dentro de los 120 días" in said


def test_the_same_form_gives_one_version(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 18))
    row = owed(clinic)[0]
    first = hand(clinic, row, key="once")
    assert hand(clinic, row, key="once") == first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": ()}, "lines"),
        ({"lines": (EstimateLineInput("OV", " ", 100),)}, "label_1"),
        ({"lines": (EstimateLineInput("OV", "Visit", 100, 0),)}, "units_1"),
        ({"lines": (EstimateLineInput("OV", "Visit", -1),)}, "amount_1"),
        ({"given_how": "By pigeon"}, "given_how"),
        ({"service_on": date(2026, 3, 3)}, "service_on"),
    ],
)
def test_what_is_refused_names_its_field(clinic: SmallClinic, change: dict[str, object], field: str) -> None:
    booked(clinic, date(2026, 3, 18))
    with pytest.raises(InputError) as caught:
        hand(clinic, owed(clinic)[0], **change)
    assert caught.value.field == field


def test_withdrawing_needs_a_reason_and_ends_it(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 18))
    row = owed(clinic)[0]
    with pytest.raises(InputError, match="Say why"):
        clinic.desk.do(withdraw_estimate, row.request_id, "")
    clinic.desk.do(withdraw_estimate, row.request_id, "Has coverage after all")
    assert owed(clinic) == []
    with pytest.raises(RefusedError, match="no longer owed"):
        clinic.desk.do(withdraw_estimate, row.request_id, "Again")
    with pytest.raises(RefusedError, match="new request"):
        hand(clinic, row)


def test_a_version_cannot_be_changed_and_a_damaged_one_is_found(clinic: SmallClinic) -> None:
    booked(clinic, date(2026, 3, 18))
    hand(clinic, owed(clinic)[0])
    for statement in ("UPDATE estimate SET total_cents = 1", "DELETE FROM estimate_line"):
        with pytest.raises((RefusedError, ConflictError)):
            clinic.desk.do(lambda work, sql=statement: work.session.execute(text(sql)))

    def damage(work: Work) -> None:
        work.session.execute(text("DROP TRIGGER estimate_no_update"))
        work.session.execute(text("UPDATE estimate SET total_cents = 1"))

    clinic.desk.do(damage)
    assert [one.name for one in wrong(clinic.desk)] == ["estimates equal their lines"]


def test_charges_near_the_dispute_limit_warn(clinic: SmallClinic) -> None:
    visit_id, _ = charged_visit(clinic, "OV", patient_id=JONAH)

    def of_visit(read: Read, cents: int) -> str:
        found = estimate_warning(read, visit_id, cents)
        return found.sentence if found else ""

    assert clinic.desk.ask(of_visit, 999_999) == ""
    request_id = clinic.desk.do(ask_estimate, JONAH, visit_id=visit_id)
    row = clinic.desk.ask(estimate, request_id)
    assert row.service_on == TODAY
    hand(clinic, row)
    assert clinic.desk.ask(of_visit, 12000 + 34_999) == ""
    said = clinic.desk.ask(of_visit, 12000 + 35_000)
    assert "$470.00 is $350.00 above the estimate of $120.00 given on 03/04/2026" in said
    assert clinic.desk.ask(lambda read: read.get(Visit, visit_id).patient_id) == JONAH
