"""What the schedule knows: the timetable behind every booking, conflicts, and the read-back card (front-desk.md S2)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from psc_desk.dates import format_time
from psc_desk.models.clinic import (
    Clinic,
    ClinicHours,
    Holiday,
    Provider,
    ProviderException,
    ProviderHours,
    Room,
    VisitType,
    VisitTypeProvider,
)
from psc_desk.models.patient import Patient
from psc_desk.models.staff import StaffMember
from psc_desk.models.visit import FREES_SLOT, HERE, Status, Visit, VisitChange
from psc_desk.papers.words import long_date_text
from psc_desk.schedule_rules import (
    BookingInput,
    ConflictRow,
    Hours,
    PatientFacts,
    ProviderRule,
    RoomRule,
    Taken,
    Timetable,
    TypeRule,
    Wish,
    check_time,
)
from psc_desk.schedule_rules import conflicts as conflicts_of
from psc_desk.work import Read

__all__ = [
    "BookedRow",
    "BookingInput",
    "ChangeRow",
    "ConflictRow",
    "conflicts",
    "history",
    "patient_facts",
    "read_back",
    "timetable",
    "type_rule",
    "wish_for",
]

_SEEN = (*HERE, Status.DONE)


@dataclass(frozen=True)
class BookedRow:
    """The read-back card: who, when, whom, where, what to bring, a sentence each in `language` ("en" or "es")."""

    visit_id: int
    patient_id: int
    patient_name: str
    birth_date: date
    day: date
    start_minute: int
    minutes: int
    provider_id: int
    provider_name: str
    room_id: int | None
    room_name: str
    type_name: str
    language: str
    lines: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class ChangeRow:
    """One row of a visit's history; `at` is clinic wall-clock time, `undone` when a later row took it back."""

    change_id: int
    at: datetime
    staff: str
    what: str
    sentence: str
    reason: str
    undone: bool


def timetable(read: Read, first: date, last: date) -> Timetable:
    """Return what decides about time from `first` to `last` (inclusive), visits included."""
    session = read.session
    pattern: dict[tuple[int, int], tuple[Hours, ...]] = {}
    for provider_id, weekday, start, end, kind in session.execute(
        select(
            ProviderHours.provider_id, ProviderHours.weekday, ProviderHours.start_minute, ProviderHours.end_minute,
            ProviderHours.kind,
        ).order_by(ProviderHours.start_minute)
    ):  # fmt: skip
        pattern[provider_id, weekday] = (*pattern.get((provider_id, weekday), ()), Hours(start, end, kind))
    holidays = session.execute(select(Holiday.day, Holiday.label).where(Holiday.day.between(first, last)))
    clinic = session.execute(select(ClinicHours.weekday, ClinicHours.open_minute, ClinicHours.close_minute))
    providers = session.execute(
        select(Provider.id, Provider.name, Provider.short_name, Provider.active).order_by(
            Provider.position, Provider.id
        )
    )
    rooms = session.execute(select(Room.id, Room.name, Room.kind).where(Room.active).order_by(Room.name))
    return Timetable(
        today=read.today,
        minute=read.minute,
        zone=read.zone,
        clinic={weekday: (start, end) for weekday, start, end in clinic},
        holidays={row.day: row.label for row in holidays},
        pattern=pattern,
        exceptions=_exceptions(read, first, last),
        providers={row[0]: ProviderRule(*row) for row in providers},
        rooms=tuple(RoomRule(*row) for row in rooms),
        taken=_taken(read, first, last),
    )


def type_rule(read: Read, type_id: int) -> TypeRule:
    """Return the rules of one visit type."""
    kind = read.get(VisitType, type_id, "visit type")
    given_by = read.session.scalars(
        select(VisitTypeProvider.provider_id).where(VisitTypeProvider.visit_type_id == type_id)
    )
    return TypeRule(
        kind.id, kind.name, kind.minutes, kind.buffer_before, kind.buffer_after, kind.room_kind, kind.patient_rule,
        kind.min_interval_days, frozenset(given_by),
    )  # fmt: skip


def patient_facts(read: Read, patient_id: int, type_id: int, ignoring: int | None = None) -> PatientFacts:
    """Return what the patient rules need, leaving out the visit that is being moved."""
    patient = read.get(Patient, patient_id, "patient")
    rows = read.session.execute(
        select(Visit.day, Visit.status, Visit.type_id).where(
            Visit.patient_id == patient_id, Visit.status.not_in(FREES_SLOT), Visit.id != (ignoring or 0)
        )
    ).all()
    seen = [day for day, status, _ in rows if status in _SEEN]
    same = tuple(day for day, _, kind in rows if kind == type_id)
    return PatientFacts(patient.called, max(seen, default=None), same)


def wish_for(read: Read, booking: BookingInput, ignoring: int | None = None) -> Wish:
    """Settle length and type of what is asked for; InputError for an impossible time or length."""
    kind = type_rule(read, booking.type_id)
    read.get(Provider, booking.provider_id, "provider")
    minutes = kind.minutes if booking.minutes is None else booking.minutes
    check_time(booking.start_minute, minutes)
    return Wish(
        booking.patient_id, booking.provider_id, kind, booking.day, booking.start_minute, minutes, booking.room_id,
        ignoring, booking.walk_in,
    )  # fmt: skip


def conflicts(read: Read, booking: BookingInput, ignoring: int | None = None) -> list[ConflictRow]:
    """Return what stands against a booking, by true cause; `ignoring` is the visit being moved.

    Raises InputError for an impossible time or length.
    """
    wish = wish_for(read, booking, ignoring)
    facts = patient_facts(read, booking.patient_id, booking.type_id, ignoring)
    return conflicts_of(timetable(read, booking.day, booking.day), wish, facts)


def read_back(read: Read, visit_id: int) -> BookedRow:
    """Return the card to read to the patient, in English or Spanish by the patient's language."""
    visit = read.get(Visit, visit_id, "visit")
    patient = visit.patient
    return BookedRow(
        visit_id=visit.id,
        patient_id=patient.id,
        patient_name=patient.sort_name,
        birth_date=patient.birth_date,
        day=visit.day,
        start_minute=visit.start_minute,
        minutes=visit.minutes,
        provider_id=visit.provider_id,
        provider_name=visit.provider.name,
        room_id=visit.room_id,
        room_name=visit.room.name if visit.room else "",
        type_name=visit.type.name,
        language="es" if patient.language == "es" else "en",
        lines=_spanish(read, visit) if patient.language == "es" else _english(read, visit),
        version=visit.version,
    )


def history(read: Read, visit_id: int) -> list[ChangeRow]:
    """Return everything that was changed on a visit, newest first."""
    undoing = aliased(VisitChange)
    rows = read.session.execute(
        select(VisitChange, StaffMember.name, undoing.id)
        .join(StaffMember, StaffMember.id == VisitChange.staff_id)
        .outerjoin(undoing, undoing.undoes_id == VisitChange.id)
        .where(VisitChange.visit_id == visit_id)
        .order_by(VisitChange.id.desc())
    )
    return [
        ChangeRow(
            change.id, change.at.astimezone(read.zone), name, change.what, _said(change), change.reason,
            undone_by is not None,
        )
        for change, name, undone_by in rows
    ]  # fmt: skip


def _said(change: VisitChange) -> str:
    if change.what == "status":
        word = Status(change.after["status"]).word
        return f"Took it back to {word.lower()}" if change.undoes_id else word
    parts = [f"{key.replace('_', ' ')} {change.before.get(key, '')} → {value}" for key, value in change.after.items()]
    return f"{change.what.capitalize()}: {'; '.join(parts)}" if change.before else change.what.capitalize()


def _english(read: Read, visit: Visit) -> tuple[str, ...]:
    lines = [
        f"{visit.patient.full_name}, born {_born(visit)}.",
        f"{long_date_text(visit.day, 'en')}, at {format_time(visit.start_minute)}, for {visit.minutes} minutes.",
        f"With {visit.provider.name}: {visit.type.name}.",
        f"At {_place(read, visit)}.",
        "Please bring a photo ID, your insurance card and a list of your medicines.",
    ]
    return (*lines, visit.type.preparation) if visit.type.preparation else tuple(lines)


def _spanish(read: Read, visit: Visit) -> tuple[str, ...]:
    when = long_date_text(visit.day, "es").capitalize()
    at = "a la" if visit.start_minute // 60 in (1, 13) else "a las"
    lines = [
        f"{visit.patient.full_name}, fecha de nacimiento {_born(visit)} (mes/día/año).",
        f"{when}, {at} {format_time(visit.start_minute)}, {visit.minutes} minutos.",
        f"Con {visit.provider.name}: {visit.type.name_es or visit.type.name}.",
        f"En {_place(read, visit)}.",
        "Por favor traiga una identificación con foto, su tarjeta de seguro y una lista de sus medicinas.",
    ]
    preparation = visit.type.preparation_es or visit.type.preparation
    return (*lines, preparation) if preparation else tuple(lines)


def _born(visit: Visit) -> str:
    born = visit.patient.birth_date
    return f"{born.month:02d}/{born.day:02d}/{born.year:04d}"


def _place(read: Read, visit: Visit) -> str:
    clinic = read.session.get(Clinic, 1)
    parts = [clinic.name, *clinic.address_lines] if clinic else []
    return ", ".join([*parts, *([visit.room.name] if visit.room else [])])


def _exceptions(read: Read, first: date, last: date) -> dict[tuple[int, date], tuple[Hours, ...]]:
    found: dict[tuple[int, date], list[Hours]] = defaultdict(list)
    for provider_id, day, start, end, kind, label in read.session.execute(
        select(
            ProviderException.provider_id, ProviderException.day, ProviderException.start_minute,
            ProviderException.end_minute, ProviderException.kind, ProviderException.label,
        ).where(ProviderException.day.between(first, last))
    ):  # fmt: skip
        found[provider_id, day].append(Hours(start, end, kind, label))
    return {key: tuple(hours) for key, hours in found.items()}


def _taken(read: Read, first: date, last: date) -> dict[date, tuple[Taken, ...]]:
    found: dict[date, list[Taken]] = defaultdict(list)
    for row in read.session.execute(
        select(
            Visit.day, Visit.id, Visit.patient_id, Patient.last_name, Patient.first_name, Visit.provider_id,
            Visit.room_id, Visit.start_minute, Visit.minutes, VisitType.buffer_before, VisitType.buffer_after,
            Visit.booked_by, StaffMember.name, Visit.booked_at,
        )
        .join(Patient, Patient.id == Visit.patient_id)
        .join(VisitType, VisitType.id == Visit.type_id)
        .join(StaffMember, StaffMember.id == Visit.booked_by)
        .where(Visit.day.between(first, last), Visit.status.not_in(FREES_SLOT))
        .order_by(Visit.day, Visit.start_minute, Visit.id)
    ):  # fmt: skip
        day, visit_id, patient_id, family, given, provider_id, room_id, start, minutes, before, after, *booked = row
        found[day].append(
            Taken(
                visit_id, patient_id, f"{family}, {given}", provider_id, room_id, start, start + minutes, before, after,
                *booked,
            )
        )  # fmt: skip
    return {day: tuple(visits) for day, visits in found.items()}
