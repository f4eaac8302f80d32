"""Set the clinic up and keep its address, hours, providers, rooms, visit types, fees and days off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, func, select

from psc_desk.dates import format_date, format_time
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import SettingChanged
from psc_desk.models.clinic import (
    Clinic,
    ClinicHours,
    Fee,
    Holiday,
    Provider,
    ProviderException,
    ProviderHours,
    Room,
    VisitType,
    VisitTypeCode,
    VisitTypeProvider,
)
from psc_desk.models.patient_input import normal_phone
from psc_desk.models.search_words import fold
from psc_desk.models.staff import Right, Role
from psc_desk.models.till import Till
from psc_desk.queries.clinic import HoursRow
from psc_desk.usecases.sliding import add_shipped_guidelines
from psc_desk.usecases.staff import PersonInput, make_person
from psc_desk.work import Work

KINDS = ("real", "demo", "training")
PATIENT_RULES = ("any", "new", "established")
EXCEPTION_KINDS = ("absent", "blocked", "extra")
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_Named = TypeVar("_Named", Provider, Room, VisitType)


@dataclass(frozen=True)
class ClinicInput:
    """What the first run asks. `hours` holds a HoursRow per open weekday; `person` becomes the manager."""

    name: str
    address: str
    time_zone: str
    hours: tuple[HoursRow, ...]
    person: PersonInput
    phone: str = ""
    kind: str = "real"
    till_name: str = "Drawer 1"
    float_cents: int = 15000


@dataclass(frozen=True)
class ClinicDetails:
    """What can be changed later; the time zone cannot, because visits keep wall-clock time."""

    name: str
    address: str = ""
    phone: str = ""
    fax: str = ""
    tax_id: str = ""
    bank_name: str = ""
    bank_account_ending: str = ""


@dataclass(frozen=True)
class ProviderInput:
    """A provider; `hours` are weekly stretches of kind work or lunch. An NPI has ten digits or is left empty."""

    name: str
    short_name: str
    specialty: str = ""
    npi: str = ""
    position: int = 0
    active: bool = True
    hours: tuple[HoursRow, ...] = ()


@dataclass(frozen=True)
class RoomInput:
    """A room; `column` shows it in the calendar."""

    name: str
    kind: str = "exam"
    column: bool = False
    active: bool = True


@dataclass(frozen=True)
class VisitTypeInput:
    """A visit type; empty `provider_ids` lets anyone give it; `patient_rule` is any, new or established."""

    name: str
    minutes: int
    name_es: str = ""
    buffer_before: int = 0
    buffer_after: int = 0
    color: str = "#0B5CAD"
    room_kind: str = ""
    patient_rule: str = "any"
    min_interval_days: int = 0
    preparation: str = ""
    preparation_es: str = ""
    active: bool = True
    provider_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class ExceptionInput:
    """A dated exception of a provider: absent or blocked closes, extra opens."""

    provider_id: int
    day: date
    start_minute: int
    end_minute: int
    kind: str = "absent"
    label: str = ""


def set_up_clinic(work: Work, typed: ClinicInput) -> int:
    """Make the clinic, its hours, first drawer, starting visit types and manager; return the manager's id."""
    if work.session.scalar(select(func.count()).select_from(Clinic)):
        raise RefusedError("This data already holds a clinic. Open it, or choose a new folder for another one.")
    if typed.kind not in KINDS:
        raise InputError("Choose a real, demo or training clinic.", "kind")
    name = _required(typed.name, "name", "Type the clinic's name as it stands on receipts.")
    phone = normal_phone(typed.phone, "phone") if typed.phone.strip() else ""
    work.session.add(
        Clinic(
            id=1,
            kind=typed.kind,
            name=name,
            address=_lines(typed.address),
            phone=phone,
            time_zone=_zone(typed.time_zone),
        )
    )
    _put_clinic_hours(work, typed.hours)
    work.session.add(
        Till(name=_required(typed.till_name, "till_name", "Name the drawer."), float_cents=typed.float_cents)
    )
    work.session.add(VisitType(name="Office visit", name_es="Consulta", minutes=30))
    work.session.add(VisitType(name="New patient", name_es="Paciente nuevo", minutes=60, patient_rule="new"))
    add_shipped_guidelines(work)
    manager = PersonInput(typed.person.name, Role.MANAGER, typed.person.password, typed.person.pin)
    person_id = make_person(work, manager)
    work.announce(SettingChanged(), f"set up the clinic {name}")
    return person_id


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError("Choose the clinic's time zone from the list.", "time_zone") from error
    return name


def change_clinic(work: Work, typed: ClinicDetails, seen_version: int) -> None:
    """Change name, address and numbers; ConflictError when someone else saved meanwhile."""
    work.require(Right.SETTINGS)
    clinic = work.get(Clinic, 1, "clinic")
    clinic.check_version(seen_version)
    clinic.name = _required(typed.name, "name", "Type the clinic's name as it stands on receipts.")
    clinic.address = _lines(typed.address)
    clinic.phone = normal_phone(typed.phone, "phone") if typed.phone.strip() else ""
    clinic.fax = normal_phone(typed.fax, "fax") if typed.fax.strip() else ""
    if not re.fullmatch(r"\d{0,4}", typed.bank_account_ending, re.ASCII):
        raise InputError("Type only the last four digits of the bank account.", "bank_account_ending")
    clinic.tax_id, clinic.bank_name = typed.tax_id.strip(), typed.bank_name.strip()
    clinic.bank_account_ending = typed.bank_account_ending
    work.announce(SettingChanged(), "changed the clinic's details", after=asdict(typed))


def set_clinic_hours(work: Work, hours: tuple[HoursRow, ...]) -> None:
    """Replace the opening hours; a weekday without a row is closed."""
    work.require(Right.SETTINGS)
    work.session.execute(delete(ClinicHours))
    _put_clinic_hours(work, hours)
    work.announce(SettingChanged(), "changed the opening hours", after={"hours": [asdict(row) for row in hours]})


def _put_clinic_hours(work: Work, hours: tuple[HoursRow, ...]) -> None:
    _check_hours(hours)
    if not hours:
        raise InputError("The clinic is never open. Give the hours of at least one weekday.", "hours")
    if len({row.weekday for row in hours}) < len(hours):
        raise InputError("A weekday has two opening hours. Keep one for each day.", "hours")
    for row in hours:
        work.session.add(ClinicHours(weekday=row.weekday, open_minute=row.start_minute, close_minute=row.end_minute))


def _check_hours(hours: Sequence[HoursRow]) -> None:
    for row in hours:
        if not 0 <= row.weekday <= 6:
            raise InputError("Choose a weekday.", "hours")
        _check_span(row.start_minute, row.end_minute, f"{_DAY_NAMES[row.weekday]} ", "hours")
    ordered = sorted(hours, key=lambda row: (row.weekday, row.start_minute))
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and other.start_minute < one.end_minute:
            raise InputError(f"Two stretches of {_DAY_NAMES[one.weekday]} overlap. Correct one of them.", "hours")


def _check_span(start: int, end: int, what: str, field: str) -> None:
    if not 0 <= start < end <= 24 * 60:
        raise InputError(f"{what}begins after it ends. Correct the times.", field)


def add_provider(work: Work, typed: ProviderInput) -> int:
    """Add a provider with the weekly pattern and return the id."""
    work.require(Right.SETTINGS)
    provider = Provider()
    _put_provider(work, provider, typed)
    work.session.add(provider)
    work.announce(SettingChanged(), f"added the provider {provider.name}")
    return provider.id


def change_provider(work: Work, provider_id: int, typed: ProviderInput) -> None:
    """Change a provider, the pattern included; with `active` False the provider leaves the calendar."""
    work.require(Right.SETTINGS)
    provider = work.get(Provider, provider_id, "provider")
    _put_provider(work, provider, typed)
    work.announce(SettingChanged(), f"changed the provider {provider.name}", after=asdict(typed))


def _put_provider(work: Work, provider: Provider, typed: ProviderInput) -> None:
    name = _required(typed.name, "name", "Type the provider's name as patients know it.")
    _check_unique(work, provider, name)
    if typed.npi and not _is_npi(typed.npi):
        raise InputError("This is not an NPI: its check digit does not fit. Copy the ten digits again.", "npi")
    for kind in ("work", "lunch"):
        _check_hours([row for row in typed.hours if row.kind == kind])
    if any(row.kind not in ("work", "lunch") for row in typed.hours):
        raise InputError("A stretch of a provider's week is work or lunch. Choose one.", "hours")
    provider.name, provider.npi, provider.specialty = name, typed.npi, typed.specialty.strip()
    provider.short_name = typed.short_name.strip() or name.split()[-1]
    provider.position, provider.active = typed.position, typed.active
    provider.hours = [ProviderHours(**asdict(row)) for row in typed.hours]


def _is_npi(text: str) -> bool:
    """Check ten digits by Luhn with the prefix 80840 (45 CFR 162.406)."""
    if not re.fullmatch(r"\d{10}", text, re.ASCII):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed("80840" + text))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def add_exception(work: Work, typed: ExceptionInput) -> int:
    """Enter an absence, a block or extra hours; visits already booked stay and are shown as conflicts."""
    work.require(Right.SCHEDULE)
    provider = work.get(Provider, typed.provider_id, "provider")
    if typed.kind not in EXCEPTION_KINDS:
        raise InputError("Choose absent, blocked or extra hours.", "kind")
    if typed.day < work.today:
        raise InputError(f"{format_date(typed.day)} is past. Choose today or a later day.", "day")
    _check_span(typed.start_minute, typed.end_minute, "The stretch ", "start_minute")
    exception = ProviderException(**asdict(typed))
    work.session.add(exception)
    span = f"{format_time(typed.start_minute)} to {format_time(typed.end_minute)}"
    work.announce(
        SettingChanged(),
        f"entered {typed.kind} for {provider.name} on {format_date(typed.day)}, {span}",
        reason=typed.label,
    )
    return exception.id


def add_exceptions(work: Work, typed: ExceptionInput, last: date) -> list[int]:
    """Enter the same for each day from `typed.day` to `last`, a year at most; all days or none."""
    if not typed.day <= last < typed.day + timedelta(days=366):
        raise InputError("The last day lies after the first one, within a year. Correct it.", "last")
    days = [typed.day + timedelta(days=n) for n in range((last - typed.day).days + 1)]
    return [add_exception(work, replace(typed, day=day)) for day in days]


def remove_exception(work: Work, exception_id: int) -> None:
    """Take back an absence, a block or extra hours."""
    work.require(Right.SCHEDULE)
    exception = work.get(ProviderException, exception_id, "entry")
    provider = work.get(Provider, exception.provider_id, "provider")
    work.session.delete(exception)
    work.announce(SettingChanged(), f"took back {exception.kind} of {provider.name} on {format_date(exception.day)}")


def add_holiday(work: Work, day: date, label: str) -> None:
    """Close the clinic for a day."""
    work.require(Right.SETTINGS)
    if work.session.get(Holiday, day) is not None:
        raise InputError(f"{format_date(day)} is already a holiday. Choose another day.", "day")
    named = _required(label, "label", "Name the holiday.")
    work.session.add(Holiday(day=day, label=named))
    work.announce(SettingChanged(), f"closed the clinic on {format_date(day)} for {named}")


def remove_holiday(work: Work, day: date) -> None:
    """Open the clinic again on a day that was a holiday."""
    work.require(Right.SETTINGS)
    holiday = work.get(Holiday, day, "holiday")
    work.session.delete(holiday)
    work.announce(SettingChanged(), f"opened the clinic on {format_date(day)}, no longer {holiday.label}")


def add_room(work: Work, typed: RoomInput) -> int:
    """Add a room and return its id."""
    work.require(Right.SETTINGS)
    room = Room()
    _put_room(work, room, typed)
    work.session.add(room)
    work.announce(SettingChanged(), f"added the room {room.name}")
    return room.id


def change_room(work: Work, room_id: int, typed: RoomInput) -> None:
    """Change a room; with `active` False it is no longer offered."""
    work.require(Right.SETTINGS)
    room = work.get(Room, room_id, "room")
    _put_room(work, room, typed)
    work.announce(SettingChanged(), f"changed the room {room.name}", after=asdict(typed))


def _put_room(work: Work, room: Room, typed: RoomInput) -> None:
    name = _required(typed.name, "name", "Name the room.")
    _check_unique(work, room, name)
    room.name, room.kind = name, typed.kind.strip() or "exam"
    room.column, room.active = typed.column, typed.active


def add_visit_type(work: Work, typed: VisitTypeInput) -> int:
    """Add a visit type and return its id."""
    work.require(Right.SETTINGS)
    kind = VisitType()
    _put_visit_type(work, kind, typed)
    work.session.add(kind)
    work.session.flush()
    _put_givers(work, kind, typed)
    work.announce(SettingChanged(), f"added the visit type {kind.name}")
    return kind.id


def change_visit_type(work: Work, visit_type_id: int, typed: VisitTypeInput) -> None:
    """Change a visit type; visits already booked keep their length."""
    work.require(Right.SETTINGS)
    kind = work.get(VisitType, visit_type_id, "visit type")
    _put_visit_type(work, kind, typed)
    _put_givers(work, kind, typed)
    work.announce(SettingChanged(), f"changed the visit type {kind.name}", after=asdict(typed))


def _put_visit_type(work: Work, kind: VisitType, typed: VisitTypeInput) -> None:
    name = _required(typed.name, "name", "Name the visit type.")
    _check_unique(work, kind, name)
    if not 5 <= typed.minutes <= 600:
        raise InputError("A visit takes 5 to 600 minutes. Correct the length.", "minutes")
    if not (
        0 <= typed.buffer_before <= 120 and 0 <= typed.buffer_after <= 120 and 0 <= typed.min_interval_days <= 3650
    ):
        raise InputError("The time before, after or between visits cannot be that long. Correct it.", "buffer_before")
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", typed.color):
        raise InputError("Choose a colour from the list.", "color")
    if typed.patient_rule not in PATIENT_RULES:
        raise InputError("Choose any, new or established patients.", "patient_rule")
    for field in fields(VisitTypeInput):
        if field.name not in ("name", "provider_ids"):
            setattr(kind, field.name, getattr(typed, field.name))
    kind.name = name


def _put_givers(work: Work, kind: VisitType, typed: VisitTypeInput) -> None:
    work.session.execute(delete(VisitTypeProvider).where(VisitTypeProvider.visit_type_id == kind.id))
    for provider_id in sorted(set(typed.provider_ids)):
        work.get(Provider, provider_id, "provider")
        work.session.add(VisitTypeProvider(visit_type_id=kind.id, provider_id=provider_id))


def set_encounter_codes(work: Work, visit_type_id: int, codes: tuple[str, ...], usual: tuple[str, ...] = ()) -> None:
    """Say which codes the encounter form of a visit type offers, in order, and which are ticked to begin with."""
    work.require(Right.SETTINGS)
    kind = work.get(VisitType, visit_type_id, "visit type")
    known = set(work.session.scalars(select(Fee.code)))
    for code in codes:
        if code not in known:
            raise InputError(f"The fee schedule has no code {code}. Add its fee first.", "codes")
    work.session.execute(delete(VisitTypeCode).where(VisitTypeCode.visit_type_id == visit_type_id))
    for position, code in enumerate(dict.fromkeys(codes)):
        work.session.add(VisitTypeCode(visit_type_id=visit_type_id, code=code, position=position, usual=code in usual))
    work.announce(SettingChanged(), f"changed the codes offered for {kind.name}", after={"codes": list(codes)})


def _check_unique(work: Work, row: _Named, name: str) -> None:
    with work.session.no_autoflush:
        for other in work.session.scalars(select(type(row))):
            if other is not row and fold(other.name) == fold(name):
                raise InputError(f"{other.name} already exists. Choose another name.", "name")


def _required(text: str, field: str, missing: str) -> str:
    tidy = " ".join(text.split())
    if not tidy:
        raise InputError(missing, field)
    if len(tidy) > 100:
        raise InputError("This is longer than 100 letters. Shorten it.", field)
    return tidy


def _lines(text: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))
