"""Find an opening (front-desk.md S2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from psc_desk.errors import InputError, RefusedError
from psc_desk.queries.schedule import patient_facts, timetable, type_rule
from psc_desk.schedule_rules import (
    DAY_MINUTES,
    Cause,
    PatientFacts,
    Search,
    Slot,
    Timetable,
    TypeRule,
    check_time,
    openings_of,
    patient_rules,
)
from psc_desk.work import Read

SEARCH_DAYS = 180
SPANS = (14, 56, SEARCH_DAYS)


@dataclass(frozen=True)
class OpeningsQuery:
    """What to look for. Empty `provider_ids` and `weekdays` (0 is Monday) mean any.

    `earliest` None is today, `minutes` None the length of the type. The whole visit lies between
    `from_minute` and `to_minute`.
    """

    type_id: int
    provider_ids: tuple[int, ...] = ()
    room_kind: str = ""
    weekdays: tuple[int, ...] = ()
    from_minute: int = 0
    to_minute: int = DAY_MINUTES
    earliest: date | None = None
    minutes: int | None = None
    limit: int = 20
    patient_id: int | None = None


@dataclass(frozen=True)
class OpeningRow:
    """A time that can be booked as it stands; `room_id` is set when the visit needs a room."""

    day: date
    start_minute: int
    minutes: int
    provider_id: int
    provider_name: str
    room_id: int | None
    room_name: str


def openings(read: Read, query: OpeningsQuery) -> list[OpeningRow]:
    """Return the first openings of the next 180 days, in order of day and time.

    Raises RefusedError when the visit type is not for this patient, InputError for an impossible wish.
    """
    kind = type_rule(read, query.type_id)
    search = _search(query, kind)
    first = max(query.earliest or read.today, read.today)
    facts = None if query.patient_id is None else patient_facts(read, query.patient_id, query.type_id)
    if facts is not None:
        _check_patient(kind, facts, first)
    found: list[OpeningRow] = []
    for table, day in _days(read, first):
        if query.weekdays and day.weekday() not in query.weekdays:
            continue
        if facts is not None and patient_rules(kind, facts, day):
            continue
        here = replace(search, provider_ids=_providers(table, query, kind))
        found += [_row(table, day, here.minutes, slot) for slot in openings_of(table, here, day)]
        if len(found) >= query.limit:
            break
    return found[: query.limit]


def _search(query: OpeningsQuery, kind: TypeRule) -> Search:
    minutes = kind.minutes if query.minutes is None else query.minutes
    check_time(0, minutes)
    if query.to_minute - query.from_minute < minutes:
        raise InputError(
            f"A visit of {minutes} minutes does not fit between these times. Widen the time window.", "window"
        )
    return Search(kind, minutes, (), query.room_kind, query.from_minute, query.to_minute, query.patient_id)


def _check_patient(kind: TypeRule, facts: PatientFacts, first: date) -> None:
    for row in patient_rules(kind, facts, first):
        if row.cause is not Cause.TOO_SOON:
            raise RefusedError(f"{row.sentence} Choose another visit type.")


def _providers(table: Timetable, query: OpeningsQuery, kind: TypeRule) -> tuple[int, ...]:
    return tuple(
        provider.id
        for provider in table.providers.values()
        if provider.active
        and (not query.provider_ids or provider.id in query.provider_ids)
        and (not kind.provider_ids or provider.id in kind.provider_ids)
    )


def _days(read: Read, first: date) -> Iterator[tuple[Timetable, date]]:
    """Yield each day with the timetable that holds it; the spans grow, since most searches end within two weeks."""
    begun = 0
    for end in SPANS:
        start = first + timedelta(days=begun)
        table = timetable(read, start, first + timedelta(days=end - 1))
        for offset in range(end - begun):
            yield table, start + timedelta(days=offset)
        begun = end


def _row(table: Timetable, day: date, minutes: int, slot: Slot) -> OpeningRow:
    start, provider_id, room_id = slot
    room_name = next((room.name for room in table.rooms if room.id == room_id), "")
    return OpeningRow(day, start, minutes, provider_id, table.providers[provider_id].name, room_id, room_name)
