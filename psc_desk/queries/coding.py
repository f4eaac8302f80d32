"""Coding questions, the overdue ones first (front-desk.md M1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased

from psc_desk.clock import local
from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.models.charging import CodingQuestion
from psc_desk.models.clinic import ClinicHours, Holiday, Provider
from psc_desk.models.estimate import is_business_day
from psc_desk.models.ledger import Charge
from psc_desk.models.patient import Patient
from psc_desk.models.staff import StaffMember
from psc_desk.models.visit import Visit
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.money import ChargeRow, visit_charges
from psc_desk.settings import CODING_DUE_DAYS
from psc_desk.work import Read

_LOOKED_AHEAD = 400
_ANSWERED_SHOWN = timedelta(days=60)


@dataclass(frozen=True)
class QuestionRow:
    """A coding question; `days_late` counts from its due day, 0 when it is not late; `code` is empty for a visit."""

    question_id: int
    visit_id: int
    patient_id: int
    patient: str
    birth_date: date
    visit_day: date
    provider: str
    code: str
    question: str
    asked_on: date
    asked_by: str
    due_on: date
    days_late: int
    answer: str
    answered_by: str
    answered_on: date | None

    @property
    def is_open(self) -> bool:
        """Say whether it waits for its answer."""
        return self.answered_on is None

    @property
    def due_words(self) -> str:
        """ "2 days late" or "due 03/09/2026"."""
        if self.days_late:
            return f"{counted(self.days_late, 'day')} late"
        return f"due {format_date(self.due_on)}"


@dataclass(frozen=True)
class AskStart:
    """What the form of a question begins with."""

    visit_id: int
    who: PersonAtCounter
    visit_words: str
    provider: str
    charges: tuple[ChargeRow, ...]
    asked: tuple[QuestionRow, ...]
    due_on: date


def due_day(read: Read, first: date, working_days: int) -> date:
    """Return the day so many working days after `first`, itself a working day.

    That is a Monday to Friday on which the clinic is open, and neither a federal nor one of its own holidays.
    """
    weekdays = set(read.session.scalars(select(ClinicHours.weekday))) & set(range(5)) or set(range(5))
    holidays = set(read.session.scalars(select(Holiday.day).where(Holiday.day >= first)))

    def works(day: date) -> bool:
        return day.weekday() in weekdays and day not in holidays and is_business_day(day)

    day, left = first, working_days
    for _ in range(_LOOKED_AHEAD):
        if left <= 0 and works(day):
            break
        day += timedelta(days=1)
        left -= works(day)
    return day


def coding_questions(read: Read) -> list[QuestionRow]:
    """Return the open questions, most overdue first, then those answered in the last 60 days."""
    recent = read.now - _ANSWERED_SHOWN
    chosen = _rows().where(CodingQuestion.answered_at.is_(None) | (CodingQuestion.answered_at >= recent))
    return sorted(
        (_row(read, found) for found in read.session.execute(chosen)),
        key=lambda row: (not row.is_open, -row.days_late, row.due_on, row.question_id),
    )


def patient_questions(read: Read, patient_id: int) -> list[QuestionRow]:
    """Return the open questions about a patient's visits, the one due first on top."""
    return [_row(read, found) for found in read.session.execute(_OPEN_OF_PATIENT, {"whose": patient_id})]


def visit_questions(read: Read, visit_id: int) -> list[QuestionRow]:
    """Return the questions about one visit, in the order asked."""
    chosen = _rows().where(CodingQuestion.visit_id == visit_id).order_by(CodingQuestion.id)
    return [_row(read, found) for found in read.session.execute(chosen)]


def ask_start(read: Read, visit_id: int) -> AskStart:
    """Return the visit, its charges and what was asked about it before."""
    visit = read.get(Visit, visit_id, "visit")
    return AskStart(
        visit_id, person_at_counter(read, visit.patient_id), f"{format_date(visit.day)} · {visit.type.name}",
        visit.provider.name, tuple(visit_charges(read, visit_id)), tuple(visit_questions(read, visit_id)),
        due_day(read, read.today, read.setting(CODING_DUE_DAYS)),
    )  # fmt: skip


def _rows() -> Select[*tuple[Any, ...]]:
    answering = aliased(StaffMember)
    return (
        select(
            CodingQuestion, Patient.id.label("patient_id"), Patient.last_name, Patient.first_name, Patient.birth_date,
            Visit.day, Provider.name.label("provider"), Charge.code, StaffMember.name.label("asker"),
            answering.name.label("answerer"),
        )
        .join(Visit, Visit.id == CodingQuestion.visit_id)
        .join(Patient, Patient.id == Visit.patient_id)
        .join(Provider, Provider.id == CodingQuestion.provider_id)
        .join(StaffMember, StaffMember.id == CodingQuestion.asked_by)
        .outerjoin(answering, answering.id == CodingQuestion.answered_by)
        .outerjoin(Charge, Charge.id == CodingQuestion.charge_id)
    )  # fmt: skip


def _row(read: Read, found: Any) -> QuestionRow:
    asked: CodingQuestion = found[0]
    answered = asked.answered_at
    late = 0 if answered is not None else max(0, (read.today - asked.due_on).days)
    return QuestionRow(
        asked.id, asked.visit_id, found.patient_id, f"{found.last_name}, {found.first_name}", found.birth_date,
        found.day, found.provider, found.code or "", asked.question, local(asked.asked_at, read.zone).date(),
        found.asker, asked.due_on, late, asked.answer, found.answerer or "",
        local(answered, read.zone).date() if answered is not None else None,
    )  # fmt: skip


_OPEN_OF_PATIENT = (
    _rows()
    .where(Visit.patient_id == bindparam("whose"), CodingQuestion.answered_at.is_(None))
    .order_by(CodingQuestion.due_on, CodingQuestion.id)
)
"""Part of every chart, so it is built once."""
