"""The clinic as it is set up: hours, providers, rooms, visit types, the fee schedule, days off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from psc_desk.errors import NotFoundError
from psc_desk.models.clinic import (
    Clinic,
    ClinicHours,
    Fee,
    Holiday,
    Provider,
    ProviderException,
    Room,
    VisitType,
    VisitTypeCode,
    VisitTypeProvider,
)
from psc_desk.models.till import Till
from psc_desk.work import Read

STANDARD = "Standard"
"""The fee schedule that every code is looked for in at last."""


@dataclass(frozen=True)
class HoursRow:
    """A stretch of a weekday (0 is Monday), minutes after local midnight; `kind` is open, work or lunch."""

    weekday: int
    start_minute: int
    end_minute: int
    kind: str = "open"


@dataclass(frozen=True)
class ClinicRow:
    """The clinic; `kind` is real, demo or training; no hours on a weekday means closed."""

    kind: str
    name: str
    address_lines: tuple[str, ...]
    phone: str
    fax: str
    tax_id: str
    time_zone: str
    bank_name: str
    bank_account_ending: str
    hours: tuple[HoursRow, ...]
    version: int


@dataclass(frozen=True)
class ProviderRow:
    """Someone who sees patients; `hours` is the weekly pattern, work and lunch."""

    id: int
    name: str
    short_name: str
    specialty: str
    npi: str
    position: int
    active: bool
    hours: tuple[HoursRow, ...] = ()


@dataclass(frozen=True)
class RoomRow:
    """A room; `column` says that the calendar shows it beside the providers."""

    id: int
    name: str
    kind: str
    column: bool
    active: bool


@dataclass(frozen=True)
class VisitTypeRow:
    """What a visit is for; no `provider_ids` means that anyone may give it."""

    id: int
    name: str
    name_es: str
    minutes: int
    buffer_before: int
    buffer_after: int
    color: str
    room_kind: str
    patient_rule: str
    min_interval_days: int
    preparation: str
    preparation_es: str
    active: bool
    provider_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class FeeRow:
    """The price of a code in force on the day asked for; `effective_to` is its last day, when it was ended."""

    fee_id: int
    code: str
    label: str
    label_es: str
    cents: int
    effective_from: date
    effective_to: date | None = None
    needs_diagnosis: bool = False
    schedule: str = STANDARD


@dataclass(frozen=True)
class CodeRow:
    """A code that the encounter form of a visit type offers; `usual` ones are ticked to begin with."""

    code: str
    label: str
    label_es: str
    cents: int
    usual: bool
    needs_diagnosis: bool = False


@dataclass(frozen=True)
class HolidayRow:
    """A day on which the clinic is closed."""

    day: date
    label: str


@dataclass(frozen=True)
class ExceptionRow:
    """A dated exception of a provider; `kind` is absent, blocked or extra."""

    id: int
    provider_id: int
    provider_name: str
    day: date
    start_minute: int
    end_minute: int
    kind: str
    label: str


@dataclass(frozen=True)
class TillRow:
    """A cash drawer and what it should hold in the morning."""

    id: int
    name: str
    float_cents: int
    active: bool


def has_clinic(read: Read) -> bool:
    """Say whether the clinic was set up."""
    return read.session.scalar(select(func.count()).select_from(Clinic)) != 0


def clinic(read: Read) -> ClinicRow:
    """Return the clinic; NotFoundError before the first set-up."""
    found = read.session.scalar(select(Clinic))
    if found is None:
        raise NotFoundError("This data holds no clinic yet. Set the clinic up first.")
    hours = read.session.scalars(select(ClinicHours).order_by(ClinicHours.weekday))
    return ClinicRow(
        found.kind,
        found.name,
        found.address_lines,
        found.phone,
        found.fax,
        found.tax_id,
        found.time_zone,
        found.bank_name,
        found.bank_account_ending,
        tuple(HoursRow(h.weekday, h.open_minute, h.close_minute) for h in hours),
        found.version,
    )


def providers(read: Read, *, ended: bool = False) -> list[ProviderRow]:
    """Return the providers in the calendar's order; with `ended` also those who left."""
    chosen = select(Provider).order_by(Provider.position, Provider.id)
    if not ended:
        chosen = chosen.where(Provider.active)
    return [_provider(found) for found in read.session.scalars(chosen)]


def _provider(found: Provider) -> ProviderRow:
    hours = sorted((h.weekday, h.start_minute, h.end_minute, h.kind) for h in found.hours)
    return ProviderRow(
        found.id,
        found.name,
        found.short_name,
        found.specialty,
        found.npi,
        found.position,
        found.active,
        tuple(HoursRow(*h) for h in hours),
    )


def rooms(read: Read, *, ended: bool = False) -> list[RoomRow]:
    """Return the rooms by name."""
    found = read.session.scalars(select(Room).order_by(Room.name))
    return [RoomRow(r.id, r.name, r.kind, r.column, r.active) for r in found if r.active or ended]


def visit_types(read: Read, *, ended: bool = False) -> list[VisitTypeRow]:
    """Return the visit types by name."""
    givers: dict[int, list[int]] = {}
    pairs = select(VisitTypeProvider.visit_type_id, VisitTypeProvider.provider_id).order_by(
        VisitTypeProvider.provider_id
    )
    for type_id, provider_id in read.session.execute(pairs):
        givers.setdefault(type_id, []).append(provider_id)
    found = read.session.scalars(select(VisitType).order_by(VisitType.name))
    return [_visit_type(kind, tuple(givers.get(kind.id, ()))) for kind in found if kind.active or ended]


def _visit_type(kind: VisitType, provider_ids: tuple[int, ...]) -> VisitTypeRow:
    return VisitTypeRow(
        kind.id,
        kind.name,
        kind.name_es,
        kind.minutes,
        kind.buffer_before,
        kind.buffer_after,
        kind.color,
        kind.room_kind,
        kind.patient_rule,
        kind.min_interval_days,
        kind.preparation,
        kind.preparation_es,
        kind.active,
        provider_ids,
    )


def fee_schedule(read: Read, day: date, schedule: str = "") -> list[FeeRow]:
    """Return the price of every code in force on `day`, by code: that of `schedule` where it has one, else Standard."""
    in_force: dict[str, Fee] = {}
    for name in dict.fromkeys((STANDARD, schedule or STANDARD)):
        in_force |= _newest(read, day, Fee.schedule == name)
    return [_fee(fee) for _code, fee in sorted(in_force.items())]


def fee_on(read: Read, code: str, day: date, schedule: str = "") -> FeeRow | None:
    """Return the price of `code` on `day`, that of `schedule` where it has one; None when it has none."""
    for name in dict.fromkeys((schedule or STANDARD, STANDARD)):
        fee = _newest(read, day, Fee.schedule == name, Fee.code == code).get(code)
        if fee is not None:
            return _fee(fee)
    return None


def _newest(read: Read, day: date, *which: ColumnElement[bool]) -> dict[str, Fee]:
    """Return the fee of each code that began last, unless it was ended before `day`."""
    found = read.session.scalars(select(Fee).where(Fee.effective_from <= day, *which).order_by(Fee.effective_from))
    newest = {fee.code: fee for fee in found}
    return {code: fee for code, fee in newest.items() if fee.effective_to is None or day <= fee.effective_to}


def _fee(fee: Fee) -> FeeRow:
    return FeeRow(
        fee.id, fee.code, fee.label, fee.label_es, fee.cents, fee.effective_from, fee.effective_to,
        fee.needs_diagnosis, fee.schedule,
    )  # fmt: skip


def encounter_codes(read: Read, visit_type_id: int, day: date, schedule: str = "") -> list[CodeRow]:
    """Return the codes that the encounter form of a visit type offers, in order, at their price of `day`."""
    prices = {fee.code: fee for fee in fee_schedule(read, day, schedule)}
    offered = read.session.scalars(
        select(VisitTypeCode)
        .where(VisitTypeCode.visit_type_id == visit_type_id)
        .order_by(VisitTypeCode.position, VisitTypeCode.code)
    )
    return [
        CodeRow(fee.code, fee.label, fee.label_es, fee.cents, line.usual, fee.needs_diagnosis)
        for line in offered
        if (fee := prices.get(line.code)) is not None
    ]


def holidays(read: Read, first: date, last: date) -> list[HolidayRow]:
    """Return the holidays from `first` to `last`."""
    chosen = select(Holiday).where(Holiday.day.between(first, last)).order_by(Holiday.day)
    return [HolidayRow(found.day, found.label) for found in read.session.scalars(chosen)]


def exceptions(read: Read, first: date, last: date) -> list[ExceptionRow]:
    """Return absences, blocks and extra hours from `first` to `last`."""
    chosen = (
        select(ProviderException, Provider.name)
        .join(Provider, Provider.id == ProviderException.provider_id)
        .where(ProviderException.day.between(first, last))
        .order_by(ProviderException.day, ProviderException.start_minute)
    )
    return [
        ExceptionRow(e.id, e.provider_id, name, e.day, e.start_minute, e.end_minute, e.kind, e.label)
        for e, name in read.session.execute(chosen)
    ]


def tills(read: Read) -> list[TillRow]:
    """Return the cash drawers in use."""
    found = read.session.scalars(select(Till).where(Till.active).order_by(Till.id))
    return [TillRow(t.id, t.name, t.float_cents, t.active) for t in found]
