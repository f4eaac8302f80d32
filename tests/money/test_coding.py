"""Coding questions are tracked until answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from psc_desk.errors import InputError, RefusedError
from psc_desk.models.clinic import ClinicHours, Holiday
from psc_desk.models.staff import Role, StaffMember
from psc_desk.queries.coding import coding_questions, due_day, patient_questions, visit_questions
from psc_desk.usecases.coding import answer_coding, ask_coding
from psc_desk.work import Work
from tests.money.support import charged_visit
from tests.support.clinic import INES, JONAH, TODAY, SmallClinic


def test_a_question_is_due_after_working_days(clinic: SmallClinic) -> None:
    """2026-03-04 is a Wednesday; the Friday after is made a holiday, the week-end is closed."""
    clinic.desk.do(lambda work: work.session.add(Holiday(day=date(2026, 3, 6), label="Founders")))
    visit_id, _charges = charged_visit(clinic, "OV")
    clinic.desk.do(ask_coding, visit_id, "Level 3 or 4?")
    assert clinic.desk.ask(coding_questions)[0].due_on == date(2026, 3, 10)
    assert clinic.desk.ask(due_day, TODAY, 0) == TODAY


def test_no_question_is_due_on_a_day_on_which_nobody_codes(clinic: SmallClinic) -> None:
    """The clinic opens on Saturdays, too; Monday 2026-05-25 is Memorial Day."""
    clinic.desk.do(lambda work: work.session.add(ClinicHours(weekday=5, open_minute=540, close_minute=720)))
    assert clinic.desk.ask(due_day, date(2026, 3, 5), 2) == date(2026, 3, 9)
    assert clinic.desk.ask(due_day, date(2026, 5, 21), 2) == date(2026, 5, 26)
    assert clinic.desk.ask(due_day, date(2026, 3, 7), 0) == date(2026, 3, 9)


def test_the_open_questions_of_a_patient(clinic: SmallClinic) -> None:
    visit_id, _charges = charged_visit(clinic, "OV")
    later = clinic.desk.do(ask_coding, visit_id, "Level 3 or 4?", due_on=TODAY + timedelta(days=9))
    first = clinic.desk.do(ask_coding, visit_id, "Which side?")
    assert [row.question_id for row in clinic.desk.ask(patient_questions, INES)] == [first, later]
    assert clinic.desk.ask(patient_questions, JONAH) == []
    clinic.desk.do(answer_coding, first, "The left")
    assert [row.question_id for row in clinic.desk.ask(patient_questions, INES)] == [later]


def test_overdue_stands_on_top_and_an_answer_ends_it(clinic: SmallClinic) -> None:
    visit_id, (charge_id,) = charged_visit(clinic, "OV")
    late = clinic.desk.do(ask_coding, visit_id, "Which side?", charge_id=charge_id, due_on=TODAY)
    later = clinic.desk.do(ask_coding, visit_id, "Level 3 or 4?", due_on=TODAY + timedelta(days=9))
    clinic.clock.advance(days=2)
    rows = clinic.desk.ask(coding_questions)
    assert [(row.question_id, row.days_late, row.code) for row in rows] == [(late, 2, "OV"), (later, 0, "")]
    clinic.desk.do(answer_coding, late, "The left")
    rows = clinic.desk.ask(coding_questions)
    assert [(row.question_id, row.answer, row.is_open) for row in rows] == [
        (later, "", True),
        (late, "The left", False),
    ]
    with pytest.raises(RefusedError, match="answered already"):
        clinic.desk.do(answer_coding, late, "The right")
    again = clinic.desk.do(ask_coding, visit_id, "Which side?", charge_id=charge_id)
    assert again not in (late, later)
    assert len(clinic.desk.ask(visit_questions, visit_id)) == 3


def test_the_same_open_question_is_asked_once(clinic: SmallClinic) -> None:
    visit_id, _charges = charged_visit(clinic, "OV")
    first = clinic.desk.do(ask_coding, visit_id, "Level 3 or 4?")
    assert clinic.desk.do(ask_coding, visit_id, "Level 3  or 4?") == first


def test_a_provider_may_answer(clinic: SmallClinic) -> None:
    visit_id, _charges = charged_visit(clinic, "OV")
    asked = clinic.desk.do(ask_coding, visit_id, "Level 3 or 4?")

    def hire(work: Work) -> int:
        made = StaffMember(name="Amara Osei", role=Role.PROVIDER, password_hash="x", pin_hash="x", created_at=work.now)
        work.session.add(made)
        work.session.flush()
        return made.id

    clinic.desk.actor_id = clinic.desk.do(hire)
    clinic.desk.do(answer_coding, asked, "Level 4")
    assert clinic.desk.ask(coding_questions)[0].answered_by == "Amara Osei"


@pytest.mark.parametrize(
    ("words", "days", "field"), [(" ", 1, "question"), ("Why?", -1, "due_on"), ("x" * 501, 1, "question")]
)
def test_what_is_missing_names_its_field(clinic: SmallClinic, words: str, days: int, field: str) -> None:
    visit_id, _charges = charged_visit(clinic, "OV")
    with pytest.raises(InputError) as refused:
        clinic.desk.do(ask_coding, visit_id, words, due_on=TODAY + timedelta(days=days))
    assert refused.value.field == field


def test_a_charge_of_another_visit_is_refused(clinic: SmallClinic) -> None:
    visit_id, _charges = charged_visit(clinic, "OV")
    _other, (charge_id,) = charged_visit(clinic, "LAB")
    with pytest.raises(RefusedError, match="another visit"):
        clinic.desk.do(ask_coding, visit_id, "Which side?", charge_id=charge_id)
