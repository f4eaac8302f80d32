"""The chart of a patient in one answer. Read it through the use case `open_chart`, which leaves a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from psc_desk.clock import local
from psc_desk.models.clinic import Provider, Room, VisitType
from psc_desk.models.patient import PatientNote
from psc_desk.models.staff import StaffMember
from psc_desk.models.visit import OVER, Visit
from psc_desk.queries.check_in import CheckInRow, check_in
from psc_desk.queries.coding import QuestionRow, patient_questions
from psc_desk.queries.coverage import CoverageRow, PlanRow, coverage, coverages, plans
from psc_desk.queries.documents import DocumentRow, documents
from psc_desk.queries.estimates import EstimateRow, owed_to
from psc_desk.queries.money import AccountRow, account
from psc_desk.queries.patients import BannerRow, PatientForm, banner, patient_form
from psc_desk.queries.plans import PaymentPlanRow, active_plans
from psc_desk.queries.sliding import AssessmentRow, newest_assessment
from psc_desk.work import Read


@dataclass(frozen=True)
class ChartVisitRow:
    """A visit in the chart; `status_word` as the desk says it, `coming` when it still lies ahead."""

    visit_id: int
    day: date
    start_minute: int
    minutes: int
    type_name: str
    provider_name: str
    room_name: str
    status: str
    status_word: str
    reason: str
    note: str
    confirmed: bool
    coming: bool
    version: int
    confirmation: str = ""


@dataclass(frozen=True)
class NoteRow:
    """A dated note; `at` is the clinic's wall clock."""

    id: int
    at: datetime
    author: str
    text: str
    visit_id: int | None


@dataclass(frozen=True)
class ChartRow:
    """Everything the chart shows. `visits_ahead` is soonest first, `visits_before` newest first.

    `visit` is the visit asked for, else the one of today that matters now; None when there is none.
    """

    banner: BannerRow
    form: PatientForm
    visits_ahead: tuple[ChartVisitRow, ...]
    visits_before: tuple[ChartVisitRow, ...]
    coverages: tuple[CoverageRow, ...]
    account: AccountRow
    documents: tuple[DocumentRow, ...]
    notes: tuple[NoteRow, ...]
    today: date
    visit: CheckInRow | None
    plans: tuple[PaymentPlanRow, ...] = ()
    """active payment plans, the most urgent first"""
    questions: tuple[QuestionRow, ...] = ()
    """coding questions that wait for their answer, the one due first on top"""
    sliding: AssessmentRow | None = None
    """the newest income assessment for the sliding fee, which may have ended"""
    estimates: tuple[EstimateRow, ...] = ()
    """good-faith estimates that are owed, the one due first on top"""

    @property
    def all_visits(self) -> tuple[ChartVisitRow, ...]:
        """Every visit, those ahead first."""
        return self.visits_ahead + self.visits_before

    @property
    def visit_row(self) -> ChartVisitRow | None:
        """The row of `visit` among the visits."""
        wanted = self.visit.visit_id if self.visit else None
        return next((row for row in self.all_visits if row.visit_id == wanted), None)

    @property
    def self_pay(self) -> bool:
        """Say whether no plan is in force today."""
        return not any(one.in_force and not one.self_pay for one in self.coverages)

    @property
    def last_seen(self) -> date | None:
        """The day of the newest visit that took place."""
        return next((visit.day for visit in self.visits_before if visit.status == "done"), None)


def chart(read: Read, patient_id: int, visit_id: int | None = None) -> ChartRow:
    """Return the chart of a patient, seen from one visit."""
    seen = visits(read, patient_id)
    chosen = visit_id if any(row.visit_id == visit_id for row in seen) else _visit_of(seen, read.today)
    return ChartRow(
        banner=banner(read, patient_id),
        form=patient_form(read, patient_id),
        visits_ahead=tuple(reversed([visit for visit in seen if visit.coming])),
        visits_before=tuple(visit for visit in seen if not visit.coming),
        coverages=tuple(coverages(read, patient_id)),
        account=account(read, patient_id),
        documents=tuple(documents(read, patient_id)),
        notes=tuple(notes(read, patient_id)),
        today=read.today,
        visit=check_in(read, chosen) if chosen is not None else None,
        plans=tuple(active_plans(read, patient_id)),
        questions=tuple(patient_questions(read, patient_id)),
        sliding=newest_assessment(read, patient_id),
        estimates=tuple(owed_to(read, patient_id)),
    )


def _visit_of(seen: list[ChartVisitRow], day: date) -> int | None:
    """Return the visit of the day that is not over and soonest, else the last one that took place."""
    of_day = [row for row in reversed(seen) if row.day == day]
    still_open = [row.visit_id for row in of_day if row.coming]
    done = [row.visit_id for row in of_day if row.status == "done"]
    return next(iter(still_open or done[-1:]), None)


def visits(read: Read, patient_id: int) -> list[ChartVisitRow]:
    """Return all visits of a patient, newest first."""
    chosen = (
        select(
            Visit.id, Visit.day, Visit.start_minute, Visit.minutes, VisitType.name, Provider.name, Room.name,
            Visit.status, Visit.reason, Visit.note, Visit.confirmed_at, Visit.version,
            Visit.confirmation,
        )
        .join(VisitType, VisitType.id == Visit.type_id)
        .join(Provider, Provider.id == Visit.provider_id)
        .outerjoin(Room, Room.id == Visit.room_id)
        .where(Visit.patient_id == patient_id)
        .order_by(Visit.day.desc(), Visit.start_minute.desc(), Visit.id.desc())
    )  # fmt: skip
    return [
        ChartVisitRow(
            visit_id=row[0],
            day=row[1],
            start_minute=row[2],
            minutes=row[3],
            type_name=row[4],
            provider_name=row[5],
            room_name=row[6] or "",
            status=row[7].value,
            status_word=row[7].word,
            reason=row[8],
            note=row[9],
            confirmed=row[10] is not None,
            coming=row[7] not in OVER and row[1] >= read.today,
            version=row[11],
            confirmation=row[12],
        )
        for row in read.session.execute(chosen)
    ]


def notes(read: Read, patient_id: int) -> list[NoteRow]:
    """Return the notes of a patient, newest first."""
    chosen = (
        select(PatientNote.id, PatientNote.created_at, StaffMember.name, PatientNote.text, PatientNote.visit_id)
        .join(StaffMember, StaffMember.id == PatientNote.created_by)
        .where(PatientNote.patient_id == patient_id)
        .order_by(PatientNote.created_at.desc(), PatientNote.id.desc())
    )
    return [
        NoteRow(note_id, local(at, read.zone), author, text, visit_id)
        for note_id, at, author, text, visit_id in read.session.execute(chosen)
    ]


@dataclass(frozen=True)
class CoverageForm:
    """What the coverage form begins with; `row` is the coverage to change, None for a new one."""

    today: date
    banner: BannerRow
    plans: tuple[PlanRow, ...]
    row: CoverageRow | None


def coverage_form(read: Read, patient_id: int, coverage_id: int | None = None) -> CoverageForm:
    """Return who it is about, the plans to choose from, and the coverage to change."""
    row = coverage(read, coverage_id) if coverage_id is not None else None
    return CoverageForm(read.today, banner(read, patient_id), tuple(plans(read)), row)
