"""Book, move, resize, copy, cancel, miss and confirm visits (front-desk.md S1, S2, S5).

Every verb that a conflict can stop has a twin `..._anyway` that takes a reason. Conflicts are worked out again inside
the transaction, so that of two people taking the last opening the second is told who took it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from psc_desk.clock import wall_clock
from psc_desk.dates import format_date, format_time
from psc_desk.errors import ConflictError, InputError, OverridableError, RefusedError
from psc_desk.events import VisitBooked, VisitChanged, VisitMoved
from psc_desk.models.patient import Patient
from psc_desk.models.staff import Right
from psc_desk.models.visit import HERE, Status, Visit
from psc_desk.queries.schedule import BookedRow, patient_facts, read_back, timetable, wish_for
from psc_desk.schedule_rules import (
    BookingInput,
    Cause,
    ConflictRow,
    Taken,
    Timetable,
    Wish,
    conflicts,
    free_rooms,
)
from psc_desk.settings import LATE_CANCEL_HOURS
from psc_desk.usecases.estimate_clock import follow_booking, follow_move
from psc_desk.usecases.visit_history import become, named, record
from psc_desk.work import Work

__all__ = [
    "NOT_THE_PATIENT",
    "BookedRow",
    "BookingInput",
    "ConflictRow",
    "Place",
    "book",
    "book_anyway",
    "cancel",
    "change_visit",
    "confirm",
    "copy",
    "copy_anyway",
    "mark_missed",
    "move",
    "move_anyway",
    "resize",
    "resize_anyway",
]

NOT_THE_PATIENT = ("Provider absent", "Weather")
"""Reasons for a cancellation that never count against the patient, however late."""
JUST_NOW = timedelta(minutes=2)


@dataclass(frozen=True)
class Place:
    """Where a visit goes; None keeps what it has (for the room: or finds another free one of the needed kind)."""

    day: date
    start_minute: int
    provider_id: int | None = None
    room_id: int | None = None


def book(work: Work, booking: BookingInput) -> BookedRow:
    """Book a visit and return its read-back card.

    Raises OverridableError naming every cause when the time cannot be had, ConflictError when someone else took it a
    moment ago, RefusedError when no reason could make it possible.
    """
    return _book(work, booking, "")


def book_anyway(work: Work, booking: BookingInput, reason: str) -> BookedRow:
    """Book over conflicts that a reason may override."""
    return _book(work, booking, _reason(reason))


def move(
    work: Work,
    visit_id: int,
    day: date,
    start_minute: int,
    *,
    provider_id: int | None = None,
    room_id: int | None = None,
    seen_version: int | None = None,
) -> BookedRow:
    """Move a visit; None keeps provider and, where it is free, room. Conflicts as for `book`."""
    return _move(work, visit_id, Place(day, start_minute, provider_id, room_id), seen_version, "")


def move_anyway(
    work: Work,
    visit_id: int,
    day: date,
    start_minute: int,
    *,
    reason: str,
    provider_id: int | None = None,
    room_id: int | None = None,
    seen_version: int | None = None,
) -> BookedRow:
    """Move a visit over conflicts that a reason may override."""
    return _move(work, visit_id, Place(day, start_minute, provider_id, room_id), seen_version, _reason(reason))


def resize(work: Work, visit_id: int, minutes: int, *, seen_version: int | None = None) -> BookedRow:
    """Give a visit another length. Conflicts as for `book`."""
    return _resize(work, visit_id, minutes, seen_version, "")


def resize_anyway(
    work: Work, visit_id: int, minutes: int, *, reason: str, seen_version: int | None = None
) -> BookedRow:
    """Give a visit another length over conflicts that a reason may override."""
    return _resize(work, visit_id, minutes, seen_version, _reason(reason))


def copy(work: Work, visit_id: int, day: date, start_minute: int, *, provider_id: int | None = None) -> BookedRow:
    """Book the same visit once more at another time."""
    return book(work, _same(work, visit_id, Place(day, start_minute, provider_id)))


def copy_anyway(
    work: Work, visit_id: int, day: date, start_minute: int, *, reason: str, provider_id: int | None = None
) -> BookedRow:
    """Book the same visit once more over conflicts that a reason may override."""
    return book_anyway(work, _same(work, visit_id, Place(day, start_minute, provider_id)), reason)


def cancel(work: Work, visit_id: int, reason: str, note: str = "", *, seen_version: int | None = None) -> int:
    """Cancel a booked visit and free its time; late within the clinic's notice. Return the change's id, for undo.

    Reasons that are the clinic's own never make a late cancellation.
    """
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    _need(reason, "Say why the visit is cancelled.")
    notice = wall_clock(visit.day, visit.start_minute, work.zone) - work.now
    late = notice < timedelta(hours=work.setting(LATE_CANCEL_HOURS)) and reason not in NOT_THE_PATIENT
    _add_note(visit, note)
    status = Status.LATE_CANCELLED if late else Status.CANCELLED
    return become(work, visit, status, reason=reason, seen_version=seen_version)


def mark_missed(work: Work, visit_id: int, reason: str, note: str = "", *, seen_version: int | None = None) -> int:
    """Mark a booked visit as missed once its time has come; return the change's id, for undo."""
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    _need(reason, "Say why the visit was missed.")
    if visit.status is Status.BOOKED and (visit.day, visit.start_minute) > (work.today, work.minute):
        raise RefusedError(
            f"This visit is on {format_date(visit.day)} at {format_time(visit.start_minute)} and has not begun. "
            "Cancel it if it will not take place."
        )
    _add_note(visit, note)
    return become(work, visit, Status.MISSED, reason=reason, seen_version=seen_version)


def confirm(work: Work, visit_id: int, how: str) -> None:
    """Record that the patient confirmed, how and with whom ("by phone, with the patient")."""
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    visit.check_open()
    _need(how, "Say how and with whom the visit was confirmed, such as “by phone, with the patient”.")
    before = {"confirmation": visit.confirmation}
    visit.confirmation, visit.confirmed_at = how.strip(), work.now
    visit.check_version(None)
    _changed(work, visit, "confirmed", before, {"confirmation": visit.confirmation})


def change_visit(
    work: Work, visit_id: int, *, reason: str | None = None, note: str | None = None, seen_version: int | None = None
) -> None:
    """Change the reason for the visit or its note; None leaves it as it is."""
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    visit.check_version(seen_version)
    before, after = {}, {}
    for key, value in (("reason", reason), ("note", note)):
        if value is not None and value != getattr(visit, key):
            before[key], after[key] = getattr(visit, key), value
            setattr(visit, key, value)
    if after:
        _changed(work, visit, "edited", before, after)


def _book(work: Work, booking: BookingInput, override: str) -> BookedRow:
    work.require(Right.SCHEDULE)
    patient = work.get(Patient, booking.patient_id, "patient")
    wish, table = _cleared(work, wish_for(work, booking), override)
    visit = Visit(
        patient_id=patient.id, provider_id=wish.provider_id, type_id=wish.type.id, day=wish.day,
        start_minute=wish.start, minutes=wish.minutes, room_id=_room(table, wish), status=Status.BOOKED,
        status_since=work.now, reason=booking.reason.strip(), note=booking.note.strip(), walk_in=booking.walk_in,
        override_reason=override, booked_at=work.now, booked_by=work.actor.id,
    )  # fmt: skip
    work.session.add(visit)
    work.session.flush()
    after = _where(visit)
    record(work, visit, "booked", before={}, after=after, reason=override)
    work.announce(
        VisitBooked(patient_id=patient.id, visit_id=visit.id), f"booked {named(visit)}", reason=override, after=after
    )
    follow_booking(work, visit)
    return read_back(work, visit.id)


def _move(work: Work, visit_id: int, place: Place, seen_version: int | None, override: str) -> BookedRow:
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    visit.check_version(seen_version)
    visit.check_open()
    if visit.status in HERE and place.day != visit.day:
        raise RefusedError(f"{visit.patient.called} is here now. Move this visit within today, or book another one.")
    booking = replace(
        _as_booked(visit),
        day=place.day,
        start_minute=place.start_minute,
        provider_id=visit.provider_id if place.provider_id is None else place.provider_id,
        room_id=place.room_id,
        walk_in=(place.day, place.start_minute) == (visit.day, visit.start_minute),
    )
    return _replace(work, visit, wish_for(work, booking, visit.id), override)


def _resize(work: Work, visit_id: int, minutes: int, seen_version: int | None, override: str) -> BookedRow:
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    visit.check_version(seen_version)
    visit.check_open()
    booking = replace(_as_booked(visit), minutes=minutes, room_id=None, walk_in=True)
    return _replace(work, visit, wish_for(work, booking, visit.id), override)


def _replace(work: Work, visit: Visit, wish: Wish, override: str) -> BookedRow:
    """Put the visit where `wish` says, keeping its room where that is free."""
    wish, table = _cleared(work, _keeping_room(work, visit, wish), override)
    before, from_where = _where(visit), named(visit)
    visit.day, visit.start_minute, visit.minutes = wish.day, wish.start, wish.minutes
    visit.provider_id, visit.room_id = wish.provider_id, _room(table, wish)
    visit.override_reason = override or visit.override_reason
    work.session.flush()
    work.session.refresh(visit)
    after = {key: value for key, value in _where(visit).items() if before[key] != value}
    if after:
        before = {key: before[key] for key in after}
        record(work, visit, "moved", before=before, after=after, reason=override)
        work.announce(
            VisitMoved(patient_id=visit.patient_id, visit_id=visit.id),
            f"moved {from_where} to {_to(visit)}",
            reason=override,
            before=before,
            after=after,
        )
        follow_move(work, visit)
    return read_back(work, visit.id)


def _keeping_room(work: Work, visit: Visit, wish: Wish) -> Wish:
    if wish.room_id is not None or visit.room_id is None:
        return wish
    table = timetable(work, wish.day, wish.day)
    free = {room.id for room in free_rooms(table, wish.type.room_kind, wish.day, wish.held, wish.ignoring)}
    needs_another = visit.room_id not in free and bool(wish.type.room_kind)
    return wish if needs_another else replace(wish, room_id=visit.room_id)


def _cleared(work: Work, wish: Wish, override: str) -> tuple[Wish, Timetable]:
    """Return the wish and its timetable when nothing, or nothing that `override` may not pass, stands against it."""
    table = timetable(work, wish.day, wish.day)
    rows = conflicts(table, wish, patient_facts(work, wish.patient_id, wish.type.id, wish.ignoring))
    hard = [row for row in rows if not row.overridable]
    if hard:
        raise RefusedError(_sentences(hard))
    if rows and not override:
        taker = _just_taken(work, table, wish, rows)
        if taker is not None:
            name = table.providers[wish.provider_id].name
            raise ConflictError(
                f"{format_time(wish.start)} on {format_date(wish.day)} with {name} was just taken by {taker.booked_by} "
                f"for {taker.patient_name}. Choose another time; nothing was saved."
            )
        raise OverridableError(f"{_sentences(rows)} Choose another time, or give a reason to book it anyway.")
    return wish, table


def _just_taken(work: Work, table: Timetable, wish: Wish, rows: Iterable[ConflictRow]) -> Taken | None:
    """Return the visit in the way when someone else booked it a moment ago."""
    in_the_way = {row.visit_id for row in rows if row.cause in (Cause.BOOKED, Cause.ROOM_TAKEN)}
    for taken in table.taken.get(wish.day, ()):
        fresh = work.now - taken.booked_at <= JUST_NOW and taken.booked_by_id != work.actor_id
        if taken.visit_id in in_the_way and fresh:
            return taken
    return None


def _room(table: Timetable, wish: Wish) -> int | None:
    """Return the wished room, else the first free room of the needed kind."""
    if wish.room_id is not None or not wish.type.room_kind:
        return wish.room_id
    rooms = free_rooms(table, wish.type.room_kind, wish.day, wish.held, wish.ignoring)
    return rooms[0].id if rooms else None


def _as_booked(visit: Visit) -> BookingInput:
    return BookingInput(
        visit.patient_id, visit.provider_id, visit.type_id, visit.day, visit.start_minute, visit.minutes, visit.room_id
    )


def _same(work: Work, visit_id: int, place: Place) -> BookingInput:
    visit = work.get(Visit, visit_id, "visit")
    return replace(
        _as_booked(visit),
        day=place.day,
        start_minute=place.start_minute,
        provider_id=visit.provider_id if place.provider_id is None else place.provider_id,
        room_id=None if visit.type.room_kind else visit.room_id,
        reason=visit.reason,
        note=visit.note,
    )


def _where(visit: Visit) -> dict[str, Any]:
    return {
        "day": visit.day.isoformat(),
        "time": format_time(visit.start_minute),
        "minutes": visit.minutes,
        "provider_id": visit.provider_id,
        "room_id": visit.room_id,
        "type_id": visit.type_id,
    }


def _to(visit: Visit) -> str:
    length = f"for {visit.minutes} minutes with {visit.provider.name}"
    return f"{format_date(visit.day)} at {format_time(visit.start_minute)} {length}"


def _changed(work: Work, visit: Visit, what: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    record(work, visit, what, before=before, after=after)
    work.announce(
        VisitChanged(patient_id=visit.patient_id, visit_id=visit.id),
        f"{what} {named(visit)}",
        before=before,
        after=after,
    )


def _add_note(visit: Visit, note: str) -> None:
    if note.strip():
        visit.note = "\n".join(filter(None, (visit.note, note.strip())))


def _need(text: str, sentence: str) -> None:
    if not text.strip():
        raise InputError(sentence, "reason")


def _reason(reason: str) -> str:
    _need(reason, "Give a reason to book it anyway.")
    return reason.strip()


def _sentences(rows: Iterable[ConflictRow]) -> str:
    return " ".join(dict.fromkeys(row.sentence for row in rows))
