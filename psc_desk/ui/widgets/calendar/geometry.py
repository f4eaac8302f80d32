"""From minutes and columns to pixels and back; pure numbers, no widget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QRectF

from psc_desk.queries.calendar_rows import Block, CalendarColumn, VisitRow
from psc_desk.ui.widgets.calendar.layout import Place

DAY_MINUTES = 24 * 60
SLOT_MINUTES = 15
SNAP_MINUTES = 5
_DEFAULT_HOURS = (8 * 60, 17 * 60)


@dataclass(frozen=True)
class Lane:
    """One column on screen: a provider or room on one day. A week has a lane for each day."""

    column: CalendarColumn
    day: date
    title: str
    subtitle: str = ""


@dataclass(frozen=True)
class Slot:
    """A place to put a visit: column key (empty in a week of everybody), day, minute of the day."""

    column_key: str
    day: date
    minute: int


@dataclass(frozen=True)
class Grid:
    """The page: `lanes` columns of `lane_width` pixels, `first` to `last` minute at `scale` pixels a minute."""

    lanes: int
    first: int
    last: int
    scale: float
    lane_width: float

    @property
    def width(self) -> float:
        """Return the page's width in pixels."""
        return self.lanes * self.lane_width

    @property
    def height(self) -> float:
        """Return the page's height in pixels."""
        return (self.last - self.first) * self.scale

    def y(self, minute: float) -> float:
        """Return the page's y of a minute of the day."""
        return (minute - self.first) * self.scale

    def minute_at(self, y: float, snap: int = 1) -> int:
        """Return the minute at a page's y, rounded down to `snap`, inside the page."""
        minute = self.first + int(y / self.scale) if self.scale else self.first
        return max(self.first, min(minute // snap * snap, self.last - snap))

    def lane_at(self, x: float) -> int:
        """Return the lane at a page's x; the first or last when outside."""
        lane = int(x / self.lane_width) if self.lane_width else 0
        return max(0, min(lane, self.lanes - 1))

    def contains(self, x: float, y: float) -> bool:
        """Tell whether a point of the page lies on a lane."""
        return 0 <= x < self.width and 0 <= y < self.height

    def span_rect(self, lane: int, start: int, end: int) -> QRectF:
        """Return the rectangle of a stretch of time over the whole width of a lane, cut to the page."""
        top = max(self.y(start), 0.0)
        bottom = min(self.y(end), self.height)
        return QRectF(lane * self.lane_width, top, self.lane_width, max(bottom - top, 0.0))

    def visit_rect(self, lane: int, start: int, end: int, place: Place) -> QRectF:
        """Return the rectangle of a visit at its place inside a lane, with the gaps around it."""
        whole = self.span_rect(lane, start, end)
        inner = self.lane_width - 7
        step = inner / place.of
        return QRectF(whole.x() + 3 + place.column * step, whole.y() + 1, step * place.span - 2, whole.height() - 2)


def day_bounds(blocks: Iterable[Block], visits: Iterable[VisitRow]) -> tuple[int, int]:
    """Return the first and last minute to show: opening hours and every visit, in whole hours."""
    spans = [(b.start_minute, b.end_minute) for b in blocks if b.kind == "open"] or [_DEFAULT_HOURS]
    spans += [(v.start_minute, v.end_minute) for v in visits]
    first = max(min(start for start, _ in spans), 0)
    last = min(max(end for _, end in spans), DAY_MINUTES)
    return first // 60 * 60, max(-(-last // 60) * 60, first // 60 * 60 + 60)


def day_lanes(columns: Sequence[CalendarColumn], day: date) -> tuple[Lane, ...]:
    """Return one lane for each provider or room of a day."""
    return tuple(Lane(column, day, column.title, column.subtitle) for column in columns)


def clock_text(minute: int) -> str:
    """Return a minute of the day as the face of a twelve-hour clock: "9:30", "1:05"."""
    hour = minute // 60 % 12 or 12
    return f"{hour}:{minute % 60:02d}"


def spoken_time(minute: int) -> str:
    """Return a minute of the day for a reader: "9:30" before noon, "1:05 pm" after."""
    return clock_text(minute) + (" pm" if minute // 60 % 24 >= 12 else "")
