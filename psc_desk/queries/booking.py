"""What the booking dialog and the break dialog begin with, and why a search found no opening (front-desk.md S2, S5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from psc_desk.clock import wall_clock
from psc_desk.dates import format_day, format_time
from psc_desk.models.clinic import VisitType
from psc_desk.models.visit import HERE, Status, Visit
from psc_desk.queries.clinic import ProviderRow, RoomRow, VisitTypeRow, providers, rooms, visit_types
from psc_desk.queries.openings import SEARCH_DAYS, OpeningsQuery, openings
from psc_desk.queries.patients import BannerRow, banner
from psc_desk.queries.schedule import patient_facts, type_rule
from psc_desk.schedule_rules import DAY_MINUTES, patient_rules
from psc_desk.settings import CANCEL_REASONS, LATE_CANCEL_HOURS, MISSED_REASONS
from psc_desk.work import Read

__all__ = ["BookingStart", "BreakRow", "ProviderRow", "RoomRow", "VisitFacts", "VisitTypeRow", "booking_start",
           "break_row", "no_openings_because", "visit_facts"]  # fmt: skip


@dataclass(frozen=True)
class VisitFacts:
    """A visit as dialogs about it show it; `open` while it may still be moved."""

    visit_id: int
    patient: BannerRow
    day: date
    start_minute: int
    minutes: int
    provider_id: int
    provider_name: str
    room_id: int | None
    type_id: int
    type_name: str
    status: Status
    status_word: str
    open: bool
    confirmation: str
    reason: str
    version: int
    today: date


@dataclass(frozen=True)
class BookingStart:
    """Today, what can be chosen, and what is chosen to begin with; `visit` is the one being moved or booked again."""

    today: date
    types: tuple[VisitTypeRow, ...]
    providers: tuple[ProviderRow, ...]
    rooms: tuple[RoomRow, ...]
    type_id: int | None
    patient: BannerRow | None = None
    visit: VisitFacts | None = None


@dataclass(frozen=True)
class BreakRow:
    """How a visit may be broken off: `begun` once its time has come, `short_notice` within `notice_hours` of it."""

    visit: VisitFacts
    begun: bool
    here: bool
    short_notice: bool
    notice_hours: int
    cancel_reasons: tuple[str, ...]
    missed_reasons: tuple[str, ...]


def booking_start(read: Read, patient_id: int | None = None, visit_id: int | None = None) -> BookingStart:
    """Return what the booking dialog begins with; the type is the likeliest one for this patient."""
    visit = None if visit_id is None else visit_facts(read, visit_id)
    who = visit.patient.patient_id if visit else patient_id
    types = tuple(visit_types(read))
    return BookingStart(
        today=read.today,
        types=types,
        providers=tuple(providers(read)),
        rooms=tuple(rooms(read)),
        type_id=visit.type_id if visit else _likely_type(read, types, who),
        patient=None if who is None else banner(read, who),
        visit=visit,
    )


def visit_facts(read: Read, visit_id: int) -> VisitFacts:
    """Return one visit with its patient's banner."""
    visit = read.get(Visit, visit_id, "visit")
    return VisitFacts(
        visit.id, banner(read, visit.patient_id), visit.day, visit.start_minute, visit.minutes, visit.provider_id,
        visit.provider.name, visit.room_id, visit.type_id, visit.type.name, visit.status, visit.status.word,
        visit.status is Status.BOOKED or visit.status in HERE, visit.confirmation, visit.reason, visit.version,
        read.today,
    )  # fmt: skip


def break_row(read: Read, visit_id: int) -> BreakRow:
    """Return what the dialog needs that cancels a visit or marks it as missed or left."""
    visit = visit_facts(read, visit_id)
    notice = read.setting(LATE_CANCEL_HOURS)
    starts = wall_clock(visit.day, visit.start_minute, read.zone)
    return BreakRow(
        visit=visit,
        begun=(visit.day, visit.start_minute) <= (read.today, read.minute),
        here=visit.status in HERE,
        short_notice=starts - read.now < timedelta(hours=notice),
        notice_hours=notice,
        cancel_reasons=tuple(read.setting(CANCEL_REASONS)),
        missed_reasons=tuple(read.setting(MISSED_REASONS)),
    )


def no_openings_because(read: Read, query: OpeningsQuery) -> str:
    """Return why `query` finds nothing and what would find something; asked only when it found nothing."""
    for wish, cause in _eased(query):
        found = openings(read, replace(wish, limit=1))
        if found:
            first = found[0]
            when = f"{format_day(first.day)} at {format_time(first.start_minute)} with {first.provider_name}"
            return f"{cause} Without that, the first opening is {when}."
    too_soon = _too_soon(read, query)
    if too_soon:
        return f"{too_soon} Choose another type, or type a date and time and give a reason."
    kind = read.get(VisitType, query.type_id, "visit type")
    minutes = query.minutes or kind.minutes
    room = f" and a free {kind.room_kind} room" if kind.room_kind else ""
    return (
        f"Nobody who gives “{kind.name}” has {minutes} free minutes{room} in the next {SEARCH_DAYS} days. "
        "Look at the hours in Settings, or type a date and time and give a reason."
    )


def _too_soon(read: Read, query: OpeningsQuery) -> str:
    """Say which rule about the patient keeps them from what is free for others; empty when none does."""
    free = [] if query.patient_id is None else openings(read, replace(query, patient_id=None, limit=1))
    if query.patient_id is None or not free:
        return ""
    facts = patient_facts(read, query.patient_id, query.type_id)
    return next((row.sentence for row in patient_rules(type_rule(read, query.type_id), facts, free[0].day)), "")


def _eased(query: OpeningsQuery) -> Iterator[tuple[OpeningsQuery, str]]:
    """Yield the wish with one narrowing after another taken away, and what that narrowing keeps out."""
    anytime = replace(query, weekdays=(), from_minute=0, to_minute=DAY_MINUTES)
    if query.from_minute > 0 or query.to_minute < DAY_MINUTES:
        yield replace(anytime, weekdays=query.weekdays), "Nothing is free between these times of day."
    if query.weekdays:
        yield anytime, "Nothing is free on these weekdays and times."
    if query.provider_ids:
        yield replace(query, provider_ids=()), "The chosen provider has no such opening, or does not give this visit."
        yield replace(anytime, provider_ids=()), "The chosen provider has no such opening at these times."
    if query.room_kind:
        yield replace(query, room_kind=""), "No such room is free."


def _likely_type(read: Read, types: tuple[VisitTypeRow, ...], patient_id: int | None) -> int | None:
    """Return the type for new patients, or what an established patient came for last."""
    if patient_id is None or not types:
        return types[0].id if types else None
    new = patient_facts(read, patient_id, 0).is_new(read.today)
    fitting = [kind for kind in types if kind.patient_rule in ("any", "new" if new else "established")]
    if new:
        return next((kind.id for kind in fitting if kind.patient_rule == "new"), (fitting or types)[0].id)
    last = read.session.scalar(
        select(Visit.type_id)
        .where(Visit.patient_id == patient_id, Visit.status.in_([*sorted(HERE), Status.DONE]))
        .order_by(Visit.day.desc(), Visit.start_minute.desc())
        .limit(1)
    )
    kinds = [kind.id for kind in fitting]
    return last if last in kinds else (kinds or [types[0].id])[0]
