"""Short words for putting things into the schedule."""

from __future__ import annotations

from datetime import date
from typing import Any

from psc_desk.models.base import Base
from psc_desk.models.clinic import Room, VisitType
from psc_desk.models.patient import Patient
from psc_desk.schedule_rules import BookingInput
from psc_desk.work import Work
from tests.support.clinic import INES, OFFICE_VISIT, OSEI, SmallClinic

THURSDAY = date(2026, 3, 5)
MONDAY = date(2026, 3, 9)


def wish(day: date = THURSDAY, start: int = 540, **other: Any) -> BookingInput:
    """Inés with Dr. Osei for an office visit, unless told otherwise."""
    fields = {"patient_id": INES, "provider_id": OSEI, "type_id": OFFICE_VISIT, "day": day, "start_minute": start}
    return BookingInput(**{**fields, **other})


def put(clinic: SmallClinic, row: Base) -> int:
    """Put a row straight into the database and return its id (None where it has none)."""

    def insert(work: Work) -> int:
        work.session.add(row)
        work.session.flush()
        return getattr(row, "id", 0)

    return clinic.desk.do(insert)


def ultrasound(clinic: SmallClinic) -> tuple[int, int]:
    """A room of its own kind and a visit type that needs it; return type and room."""
    room_id = put(clinic, Room(name="Ultrasound", kind="ultrasound", column=True))
    type_id = put(clinic, VisitType(name="Ultrasound scan", minutes=30, room_kind="ultrasound"))
    return type_id, room_id


def language(clinic: SmallClinic, patient_id: int, code: str) -> None:
    """Change the language of a patient."""

    def change(work: Work) -> None:
        work.get(Patient, patient_id).language = code

    clinic.desk.do(change)
