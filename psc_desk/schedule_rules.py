"""When a visit can be booked, and if not, why not: pure rules over one timetable (front-desk.md S1, S2).

Minutes count from local midnight on the clinic's wall clock; a stretch is [start, end). A timetable is read once for
a span of days; availability, conflicts and openings are all worked out from it, so that they can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from psc_desk.dates import format_date, format_day, format_time
from psc_desk.errors import InputError

Stretch = tuple[int, int]
DAY_MINUTES = 24 * 60
NEW_AFTER = timedelta(days=3 * 365)
"""A patient not seen for three years counts as new again (CPT, evaluation and management guidelines)."""
FARTHEST = timedelta(days=2 * 365)
"""A booking farther ahead than this is more likely a mistyped year."""


class Cause(StrEnum):
    """Why a time cannot be had."""

    PAST = "past"
    TOO_FAR = "too_far"
    NO_SUCH_TIME = "no_such_time"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    ABSENT = "absent"
    BLOCKED = "blocked"
    NOT_WORKING = "not_working"
    LUNCH = "lunch"
    BOOKED = "booked"
    ROOM_TAKEN = "room_taken"
    NO_ROOM = "no_room"
    PATIENT_BUSY = "patient_busy"
    NEW_ONLY = "new_only"
    ESTABLISHED_ONLY = "established_only"
    TOO_SOON = "too_soon"
    NOT_GIVEN = "not_given"


@dataclass(frozen=True)
class ConflictRow:
    """One true cause, as a sentence. `overridable`: a reason lets it be booked; `visit_id`: what is in the way."""

    cause: Cause
    sentence: str
    overridable: bool = True
    visit_id: int | None = None


@dataclass(frozen=True)
class BookingInput:
    """What is asked for. `minutes` None is the type's length; `room_id` None takes a free room of the needed kind."""

    patient_id: int
    provider_id: int
    type_id: int
    day: date
    start_minute: int
    minutes: int | None = None
    room_id: int | None = None
    reason: str = ""
    note: str = ""
    walk_in: bool = False


@dataclass(frozen=True)
class Hours:
    """A stretch of a provider's pattern or a dated exception: work, lunch, absent, blocked or extra."""

    start: int
    end: int
    kind: str
    label: str = ""


@dataclass(frozen=True)
class ProviderRule:
    """A provider as the rules see one."""

    id: int
    name: str
    short_name: str
    active: bool = True


@dataclass(frozen=True)
class RoomRule:
    """A room in use."""

    id: int
    name: str
    kind: str


@dataclass(frozen=True)
class TypeRule:
    """A visit type; `provider_ids` empty means that anyone may give it."""

    id: int
    name: str
    minutes: int
    before: int = 0
    after: int = 0
    room_kind: str = ""
    patient_rule: str = "any"
    min_interval_days: int = 0
    provider_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Taken:
    """A visit that holds its time; `before` and `after` are the buffers of its type."""

    visit_id: int
    patient_id: int
    patient_name: str
    provider_id: int
    room_id: int | None
    start: int
    end: int
    before: int
    after: int
    booked_by_id: int
    booked_by: str
    booked_at: datetime

    @property
    def held(self) -> Stretch:
        """The visit with its buffers."""
        return self.start - self.before, self.end + self.after


@dataclass(frozen=True)
class PatientFacts:
    """What the patient rules need: name, the day last seen, and the days of other visits of the wished type."""

    name: str
    last_seen: date | None = None
    same_type_days: tuple[date, ...] = ()

    def is_new(self, day: date) -> bool:
        """Say whether the patient counts as new on `day`."""
        return self.last_seen is None or day - self.last_seen > NEW_AFTER


@dataclass(frozen=True)
class Timetable:
    """Everything that decides about time, for a span of days. `taken` holds visits of the span only."""

    today: date
    minute: int
    zone: ZoneInfo
    clinic: Mapping[int, Stretch]
    holidays: Mapping[date, str]
    pattern: Mapping[tuple[int, int], tuple[Hours, ...]]
    exceptions: Mapping[tuple[int, date], tuple[Hours, ...]]
    providers: Mapping[int, ProviderRule]
    rooms: tuple[RoomRule, ...]
    taken: Mapping[date, tuple[Taken, ...]] = field(default_factory=dict)

    def exceptions_of(self, provider_id: int, day: date, *kinds: str) -> list[Hours]:
        """Return the dated exceptions of these kinds."""
        return [hours for hours in self.exceptions.get((provider_id, day), ()) if hours.kind in kinds]

    def pattern_of(self, provider_id: int, day: date, kind: str) -> list[Stretch]:
        """Return the weekly pattern of one kind on this weekday."""
        hours = self.pattern.get((provider_id, day.weekday()), ())
        return [(h.start, h.end) for h in hours if h.kind == kind]


@dataclass(frozen=True)
class Wish:
    """A time asked for, with its length and type settled. `ignoring` is the visit being moved."""

    patient_id: int
    provider_id: int
    type: TypeRule
    day: date
    start: int
    minutes: int
    room_id: int | None = None
    ignoring: int | None = None
    walk_in: bool = False

    @property
    def end(self) -> int:
        """First minute after the visit."""
        return self.start + self.minutes

    @property
    def held(self) -> Stretch:
        """The visit with its buffers."""
        return self.start - self.type.before, self.end + self.type.after


# --- stretches -------------------------------------------------------------------------------------------------------


def overlap(one: Stretch, other: Stretch) -> bool:
    """Say whether two stretches share a minute."""
    return one[0] < other[1] and other[0] < one[1]


def merge(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same minutes as sorted stretches that do not touch."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def subtract(stretches: Iterable[Stretch], cuts: Iterable[Stretch]) -> list[Stretch]:
    """Return what is left of `stretches` without the minutes of `cuts`."""
    left = merge(stretches)
    for start, end in cuts:
        left = [piece for s, e in left for piece in ((s, min(e, start)), (max(s, end), e)) if piece[0] < piece[1]]
    return left


def clip(stretches: Iterable[Stretch], bounds: Stretch) -> list[Stretch]:
    """Return the parts of `stretches` inside `bounds`."""
    cut = [(max(start, bounds[0]), min(end, bounds[1])) for start, end in stretches]
    return [(start, end) for start, end in cut if start < end]


def exists(day: date, minute: int, zone: ZoneInfo) -> bool:
    """Say whether the wall clock shows this minute on that day (it skips an hour when summer time begins)."""
    naive = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - wall clock
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive


def check_time(start: int, minutes: int) -> None:
    """Raise InputError when this is no time of day or no length of a visit."""
    if not 0 <= start < DAY_MINUTES:
        raise InputError("That is not a time of day. Type a time such as 9:30 am.", "time")
    if not 5 <= minutes <= 600:
        raise InputError("A visit lasts from 5 minutes to 10 hours. Type its length in minutes, such as 30.", "minutes")
    if start + minutes > DAY_MINUTES:
        raise InputError("The visit would end after midnight. Choose an earlier time or a shorter visit.", "time")


# --- availability ----------------------------------------------------------------------------------------------------


def available(table: Timetable, provider_id: int, day: date) -> list[Stretch]:
    """Return when the provider sees patients that day, visits not regarded.

    Pattern without lunch, inside the clinic's hours, plus extra hours, less absences and blocks; nothing on a holiday.
    """
    if day in table.holidays:
        return []
    pattern = subtract(table.pattern_of(provider_id, day, "work"), table.pattern_of(provider_id, day, "lunch"))
    clinic = table.clinic.get(day.weekday())
    inside = clip(pattern, clinic) if clinic else []
    extra = [(h.start, h.end) for h in table.exceptions_of(provider_id, day, "extra")]
    closed = [(h.start, h.end) for h in table.exceptions_of(provider_id, day, "absent", "blocked")]
    return subtract([*inside, *extra], closed)


def free(table: Timetable, provider_id: int, day: date) -> list[Stretch]:
    """Return what is available and not held by a visit."""
    return subtract(
        available(table, provider_id, day),
        [taken.held for taken in table.taken.get(day, ()) if taken.provider_id == provider_id],
    )


def free_rooms(table: Timetable, kind: str, day: date, held: Stretch, ignoring: int | None = None) -> list[RoomRule]:
    """Return the rooms of a kind ("" for any) that nobody holds then."""
    busy = {
        taken.room_id for taken in table.taken.get(day, ()) if overlap(taken.held, held) and taken.visit_id != ignoring
    }
    return [room for room in table.rooms if room.id not in busy and kind in ("", room.kind)]


# --- conflicts -------------------------------------------------------------------------------------------------------


def conflicts(table: Timetable, wish: Wish, patient: PatientFacts) -> list[ConflictRow]:
    """Return every true cause against `wish`, the hardest first; empty when it can be booked."""
    checks: tuple[Callable[[Timetable, Wish], Iterator[ConflictRow]], ...] = (
        _clock, _closed_days, _provider_hours, _given, _booked, _rooms, _patient_busy,
    )  # fmt: skip
    found = [row for check in checks for row in check(table, wish)]
    found += patient_rules(wish.type, patient, wish.day)
    return sorted(found, key=lambda row: row.overridable)


def patient_rules(kind: TypeRule, patient: PatientFacts, day: date) -> list[ConflictRow]:
    """Return what the visit type's own rules say about this patient on that day."""
    found = []
    if kind.patient_rule == "new" and not patient.is_new(day):
        found.append(ConflictRow(Cause.NEW_ONLY, f"“{kind.name}” is for new patients; {patient.name} was seen before."))
    if kind.patient_rule == "established" and patient.is_new(day):
        found.append(
            ConflictRow(
                Cause.ESTABLISHED_ONLY,
                f"“{kind.name}” is for established patients; {patient.name} was not seen here in the last three years.",
            )
        )
    near = [other for other in patient.same_type_days if abs((other - day).days) < kind.min_interval_days]
    if near:
        closest = min(near, key=lambda other: abs((other - day).days))
        found.append(
            ConflictRow(
                Cause.TOO_SOON,
                f"“{kind.name}” needs {kind.min_interval_days} days between visits; "
                f"{patient.name} has one on {format_date(closest)}.",
            )
        )
    return found


def _clock(table: Timetable, wish: Wish) -> Iterator[ConflictRow]:
    if not exists(wish.day, wish.start, table.zone):
        yield ConflictRow(
            Cause.NO_SUCH_TIME,
            f"There is no {format_time(wish.start)} on {format_date(wish.day)}: the clocks go forward. "
            "Choose another time.",
            overridable=False,
        )
    if wish.day < table.today:
        yield ConflictRow(
            Cause.PAST, f"{format_date(wish.day)} is in the past. Choose today or a later day.", overridable=False
        )
    elif wish.day == table.today and wish.start < table.minute and not wish.walk_in:
        yield ConflictRow(
            Cause.PAST, f"It is {format_time(table.minute)} now; {format_time(wish.start)} today has passed."
        )
    elif wish.day - table.today > FARTHEST:
        yield ConflictRow(Cause.TOO_FAR, f"{format_date(wish.day)} is more than two years ahead. Check the year.")


def _closed_days(table: Timetable, wish: Wish) -> Iterator[ConflictRow]:
    if wish.day in table.holidays:
        label = table.holidays[wish.day]
        yield ConflictRow(Cause.HOLIDAY, f"The clinic is closed on {format_date(wish.day)}: {label}.")
        return
    extra = [(h.start, h.end) for h in table.exceptions_of(wish.provider_id, wish.day, "extra")]
    clinic = table.clinic.get(wish.day.weekday())
    if not subtract([(wish.start, wish.end)], [*extra, *([clinic] if clinic else [])]):
        return
    when = f"open from {_span(clinic)}" if clinic else "closed all day"
    yield ConflictRow(Cause.CLOSED, f"The clinic is {when} on {format_day(wish.day)}.")


def _provider_hours(table: Timetable, wish: Wish) -> Iterator[ConflictRow]:
    provider = table.providers[wish.provider_id]
    if not provider.active:
        yield ConflictRow(
            Cause.NOT_WORKING, f"{provider.name} no longer sees patients here. Choose someone else.", overridable=False
        )
        return
    if wish.day in table.holidays:
        return
    span = (wish.start, wish.end)
    for hours in table.exceptions_of(wish.provider_id, wish.day, "absent", "blocked"):
        if overlap((hours.start, hours.end), span):
            cause = Cause.ABSENT if hours.kind == "absent" else Cause.BLOCKED
            word = "is absent" if cause is Cause.ABSENT else "has this time blocked"
            why = f" ({hours.label})" if hours.label else ""
            yield ConflictRow(cause, f"{provider.name} {word} {_span((hours.start, hours.end))}{why}.")
    yield from _pattern(table, wish, provider)


def _pattern(table: Timetable, wish: Wish, provider: ProviderRule) -> Iterator[ConflictRow]:
    extra = [(h.start, h.end) for h in table.exceptions_of(wish.provider_id, wish.day, "extra")]
    work = table.pattern_of(wish.provider_id, wish.day, "work")
    lunch = table.pattern_of(wish.provider_id, wish.day, "lunch")
    uncovered = subtract([(wish.start, wish.end)], extra)
    for stretch in lunch:
        if any(overlap(stretch, piece) for piece in uncovered):
            yield ConflictRow(Cause.LUNCH, f"{provider.name} is at lunch {_span(stretch)}.")
    if subtract(uncovered, [*work, *lunch]):
        hours = merge([*subtract(work, lunch), *extra])
        when = " and ".join(_span(stretch) for stretch in hours)
        works = f"works {when}" if when else "does not work"
        yield ConflictRow(Cause.NOT_WORKING, f"{provider.name} {works} on {format_day(wish.day)}.")


def _given(table: Timetable, wish: Wish) -> Iterator[ConflictRow]:
    allowed = wish.type.provider_ids
    if allowed and wish.provider_id not in allowed:
        names = ", ".join(table.providers[i].name for i in sorted(allowed) if i in table.providers)
        name = table.providers[wish.provider_id].name
        yield ConflictRow(Cause.NOT_GIVEN, f"{name} does not give “{wish.type.name}”. It is given by {names}.")


def _booked(table: Timetable, wish: Wish) -> Iterator[ConflictRow]:
    for taken in table.taken.get(wish.day, ()):
        if taken.provider_id != wish.provider_id or taken.visit_id == wish.ignoring:
            continue
        if not overlap(taken.held, wish.held):
            continue
        name = table.providers[wish.provider_id].name
        buffer = "" if overlap((taken.start, taken.end), (wish.start, wish.end)) else " and needs time before and after"
        yield ConflictRow(
            Cause.BOOKED,
            f"{name} is booked {_span((taken.start, taken.end))} with {taken.patient_name}{buffer}.",
            visit_id=taken.visit_id,
        )


def _rooms(table: Timetable, wish: Wish) -> Iterator[ConflictRow]:
    spare = free_rooms(table, "", wish.day, wish.held, wish.ignoring)
    if wish.room_id is not None:
        room = next((room for room in table.rooms if room.id == wish.room_id), None)
        if room is None:
            yield ConflictRow(Cause.NO_ROOM, "That room is no longer in use. Choose another room.", overridable=False)
        elif wish.type.room_kind not in ("", room.kind):
            yield ConflictRow(
                Cause.NO_ROOM, f"“{wish.type.name}” needs a {wish.type.room_kind} room; {room.name} is not one."
            )
        elif room not in spare:
            yield from _room_taken(table, wish, room)
    elif wish.type.room_kind and not any(room.kind == wish.type.room_kind for room in spare):
        yield ConflictRow(Cause.NO_ROOM, f"No {wish.type.room_kind} room is free {_span((wish.start, wish.end))}.")


def _room_taken(table: Timetable, wish: Wish, room: RoomRule) -> Iterator[ConflictRow]:
    for taken in table.taken.get(wish.day, ()):
        if taken.room_id == room.id and taken.visit_id != wish.ignoring and overlap(taken.held, wish.held):
            yield ConflictRow(
                Cause.ROOM_TAKEN,
                f"{room.name} is taken {_span((taken.start, taken.end))} by {taken.patient_name}.",
                visit_id=taken.visit_id,
            )


def _patient_busy(table: Timetable, wish: Wish) -> Iterator[ConflictRow]:
    for taken in table.taken.get(wish.day, ()):
        mine = taken.patient_id == wish.patient_id and taken.visit_id != wish.ignoring
        if mine and overlap((taken.start, taken.end), (wish.start, wish.end)):
            name = table.providers[taken.provider_id].name
            yield ConflictRow(
                Cause.PATIENT_BUSY,
                f"{taken.patient_name} already has a visit {_span((taken.start, taken.end))} with {name}.",
                visit_id=taken.visit_id,
            )


def _span(stretch: Stretch) -> str:
    return f"{format_time(stretch[0])} to {format_time(stretch[1] % DAY_MINUTES)}"


# --- openings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """What to look for on each day; the visit lies wholly between `from_minute` and `to_minute`."""

    type: TypeRule
    minutes: int
    provider_ids: tuple[int, ...]
    room_kind: str = ""
    from_minute: int = 0
    to_minute: int = DAY_MINUTES
    patient_id: int | None = None


Slot = tuple[int, int, int | None]
"""Start minute, provider id, room id."""


def openings_of(table: Timetable, search: Search, day: date) -> list[Slot]:
    """Return the day's openings in order of time, then of `provider_ids`; those of one provider do not overlap."""
    slots = [
        (place, slot)
        for place, provider in enumerate(search.provider_ids)
        for slot in _slots(table, search, day, provider)
    ]
    return [slot for _, slot in sorted(slots, key=lambda item: (item[1][0], item[0]))]


def _slots(table: Timetable, search: Search, day: date, provider_id: int) -> Iterator[Slot]:
    for gap in _gaps(table, search, day, provider_id):
        start = _first_start(gap, search.minutes)
        while start + search.minutes <= gap[1]:
            room = _room_for(table, search, day, start)
            if room is False or not exists(day, start, table.zone):
                start += 5
                continue
            yield start, provider_id, room
            start += _up(max(search.minutes, search.minutes + search.type.before + search.type.after), 5)


def _gaps(table: Timetable, search: Search, day: date, provider_id: int) -> list[Stretch]:
    earliest = table.minute if day == table.today else 0
    bounds = (max(search.from_minute, earliest), min(search.to_minute, DAY_MINUTES))
    kind = search.type
    held = [
        (taken.held[0] - kind.after, taken.held[1] + kind.before)
        for taken in table.taken.get(day, ())
        if taken.provider_id == provider_id
    ]
    own = [(t.start, t.end) for t in table.taken.get(day, ()) if t.patient_id == search.patient_id]
    return subtract(clip(available(table, provider_id, day), bounds), [*held, *own])


def _first_start(gap: Stretch, minutes: int) -> int:
    quarter = _up(gap[0], 15)
    return quarter if quarter + minutes <= gap[1] else _up(gap[0], 5)


def _room_for(table: Timetable, search: Search, day: date, start: int) -> int | bool | None:
    """Return a free room's id, None when none is needed, False when none is free."""
    kind = search.type.room_kind or search.room_kind
    if not kind:
        return None
    held = (start - search.type.before, start + search.minutes + search.type.after)
    rooms = free_rooms(table, kind, day, held)
    return rooms[0].id if rooms else False


def _up(minute: int, step: int) -> int:
    return -(-minute // step) * step
