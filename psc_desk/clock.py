"""The only source of the current time. Everything else receives a `Clock`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the current instant."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until told to move; for the demo day and for tests."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant it stands at (UTC)."""
        return self.instant

    def advance(self, **by: float) -> None:
        """Move forward by `timedelta(**by)`, e.g. `minutes=5`."""
        self.instant += timedelta(**by)


@dataclass(frozen=True)
class ShiftedClock:
    """The computer's clock moved to another day: the demo clinic's "today" (PSC_DESK_TODAY)."""

    shift: timedelta

    def now(self) -> datetime:
        """Return the current instant moved by `shift`, in UTC."""
        return datetime.now(UTC) + self.shift


def clock_for_day(today: date, zone: ZoneInfo) -> ShiftedClock:
    """Return a clock on which the local date in `zone` is now `today`, at the present time of day."""
    local = datetime.now(zone)
    wanted = local.replace(year=today.year, month=today.month, day=today.day)
    return ShiftedClock(wanted - local)


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an aware UTC instant as clinic wall-clock time."""
    return instant.astimezone(zone)


def wall_clock(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of `minute` minutes after local midnight of `day` (wall clock) in `zone`."""
    naive = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    return naive.replace(tzinfo=zone).astimezone(UTC)
