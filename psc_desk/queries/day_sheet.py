"""The day sheet: one day's visits by provider, for when the screen is dark (front-desk.md S1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from psc_desk.dates import format_time
from psc_desk.models.clinic import Provider, VisitType
from psc_desk.models.patient import Patient, PatientPhone
from psc_desk.models.patient_input import format_phone
from psc_desk.models.visit import CheckIn, Status, Visit
from psc_desk.papers.day_sheet import DaySheetColumn, DaySheetData, DaySheetRow
from psc_desk.queries.check_in import copay_facts, in_force_on
from psc_desk.queries.coverage import CoverageRow
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.queries.schedule import timetable
from psc_desk.schedule_rules import Timetable, available
from psc_desk.work import Read


def day_sheet_data(read: Read, day: date) -> DaySheetData:
    """Return the visits of a day by provider; cancelled ones are left out."""
    found = _visits(read, day)
    patient_ids = {row.patient_id for row in found}
    covered = in_force_on(read, patient_ids, day)
    phones = _phones(read, patient_ids)
    rows: dict[int, list[DaySheetRow]] = defaultdict(list)
    for row in found:
        rows[row.provider_id].append(_row(row, covered.get(row.patient_id, []), phones.get(row.patient_id, "")))
    table = timetable(read, day, day)
    return DaySheetData(
        clinic=clinic_block(read),
        mark=print_mark(read),
        day=day,
        columns=tuple(
            DaySheetColumn(provider.name, tuple(rows[provider.id]), _hours(table, provider.id, day))
            for provider in table.providers.values()
            if rows[provider.id] or (provider.active and available(table, provider.id, day))
        ),
    )


def _visits(read: Read, day: date) -> Sequence[Any]:
    return read.session.execute(
        select(
            Visit.provider_id, Visit.patient_id, Visit.start_minute, Visit.minutes, Visit.status, Visit.confirmation,
            Visit.note, Visit.reason, Patient.last_name, Patient.first_name, Patient.birth_date, Patient.record_no,
            VisitType.name.label("type_name"), CheckIn,
        )
        .join(Patient, Patient.id == Visit.patient_id)
        .join(Provider, Provider.id == Visit.provider_id)
        .join(VisitType, VisitType.id == Visit.type_id)
        .outerjoin(CheckIn, CheckIn.visit_id == Visit.id)
        .where(Visit.day == day, Visit.status.not_in((Status.CANCELLED, Status.LATE_CANCELLED)))
        .order_by(Visit.start_minute, Visit.id)
    ).all()  # fmt: skip


def _phones(read: Read, patient_ids: set[int]) -> dict[int, str]:
    found = read.session.execute(
        select(PatientPhone.patient_id, PatientPhone.digits)
        .where(PatientPhone.patient_id.in_(patient_ids))
        .order_by(PatientPhone.position.desc(), PatientPhone.id.desc())
    )
    return {patient_id: format_phone(digits) for patient_id, digits in found}


def _row(row: Any, covered: list[CoverageRow], phone: str) -> DaySheetRow:
    copay = copay_facts(covered, row.CheckIn, (0, None))
    return DaySheetRow(
        minute=row.start_minute,
        minutes=row.minutes,
        patient=f"{row.last_name}, {row.first_name}",
        birth_date=row.birth_date,
        record_no=str(row.record_no),
        phone=phone,
        visit_type=row.type_name,
        status=row.status.word,
        confirmation=f"Confirmed {row.confirmation}" if row.confirmation else "Not confirmed",
        coverage=copay.coverage.title if copay.coverage else "None",
        copay=copay.due_cents or None,
        note="; ".join(filter(None, (row.reason, row.note))),
    )


def _hours(table: Timetable, provider_id: int, day: date) -> str:
    spans = [f"{format_time(start)} to {format_time(end)}" for start, end in available(table, provider_id, day)]
    return ", ".join(spans)
