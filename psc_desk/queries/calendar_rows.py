"""What the calendar shows, as frozen rows: columns, availability, visits, days of a month, parked visits.

Days are local dates of the clinic; minutes count from local midnight (wall clock), so no row knows a time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

BlockKind = Literal["open", "lunch", "blocked", "holiday", "absent"]


@dataclass(frozen=True)
class CalendarColumn:
    """A provider or a room of the day view; `key` is "provider:3" or "room:2"."""

    key: str
    title: str
    subtitle: str = ""
    provider_id: int | None = None
    room_id: int | None = None


@dataclass(frozen=True)
class Block:
    """A stretch of a column's availability, [start_minute, end_minute)."""

    day: date
    column_key: str
    start_minute: int
    end_minute: int
    kind: BlockKind
    label: str = ""


@dataclass(frozen=True)
class VisitRow:
    """One visit as the calendar shows it; `patient_name` is "Castillo, Inés", `type_color` "#rrggbb".

    `status` is one of booked, arrived, checked_in, in_room, with_provider, checkout, done, cancelled,
    late_cancelled, missed, left. Confirmation and lateness are facts of their own.
    """

    visit_id: int
    patient_id: int
    day: date
    column_key: str
    start_minute: int
    minutes: int
    patient_name: str
    type_name: str
    type_color: str
    status: str
    confirmed: bool = False
    late: bool = False
    version: int = 1
    note: str = ""
    birth_date: date | None = None
    record_no: str = ""
    double_booked: bool = False

    @property
    def end_minute(self) -> int:
        """Return the minute at which the visit ends."""
        return self.start_minute + self.minutes


@dataclass(frozen=True)
class MonthDay:
    """One day of the month view; `label` names a holiday or "Closed", `is_open` is False when nobody works."""

    day: date
    visits: int
    openings: int
    label: str = ""
    is_open: bool = True


@dataclass(frozen=True)
class ParkedRow:
    """A visit on the shelf: `detail` is "Follow-up · 30 min · Reyes", `copied` when the original stays."""

    visit_id: int
    patient_id: int
    patient_name: str
    detail: str
    copied: bool = False
