"""Where the arrow keys go: visits and empty slots of the lanes as stops; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SLOT_COLUMN = 99
"""An empty slot comes after every visit of its minute."""


@dataclass(frozen=True)
class Stop:
    """A visit (`visit_id`, at sub-column `column`) or an empty slot (no visit id) of a lane.

    A `freed` visit (cancelled) leaves its time to empty slots.
    """

    lane: int
    minute: int
    end: int
    visit_id: int | None = None
    column: int = 0
    freed: bool = False


def with_slots(lane: int, visits: Sequence[Stop], bounds: tuple[int, int], step: int) -> list[Stop]:
    """Return a lane's visits and, between them, its empty slots of `step` minutes, by time."""
    stops = sorted(visits, key=lambda v: (v.minute, v.column))
    free: list[Stop] = []
    at = bounds[0]
    taken = [(v.minute, v.end) for v in stops if not v.freed]
    for start, end in [*taken, (bounds[1], bounds[1])]:
        free += _slots(lane, at, min(start, bounds[1]), step)
        at = max(at, end)
    return sorted([*stops, *free], key=lambda s: (s.minute, s.column))


def _slots(lane: int, start: int, end: int, step: int) -> list[Stop]:
    slots = []
    while start < end:
        after = min(start // step * step + step, end)
        slots.append(Stop(lane, start, after, column=SLOT_COLUMN))
        start = after
    return slots


def vertical(stops: Sequence[Stop], here: Stop, by: int, *, visits_only: bool = False) -> Stop:
    """Return the stop `by` (+1 or -1) steps further in time in the same lane, or `here` at the edge."""
    ahead = [s for s in stops if _after(s, here, by) and not (visits_only and s.visit_id is None)]
    if not ahead:
        return here
    return ahead[0] if by > 0 else ahead[-1]


def _after(stop: Stop, here: Stop, by: int) -> bool:
    if stop == here:
        return False
    if stop.minute == here.minute:
        return (stop.column - here.column) * by > 0
    return (stop.minute - here.minute) * by > 0


def horizontal(lanes: Sequence[Sequence[Stop]], here: Stop, by: int, minute: int) -> Stop:
    """Return the neighbour beside `here`: an overlapping visit of the lane, else the nearest to `minute` next door."""
    beside = [s for s in lanes[here.lane] if _overlaps(s, here) and (s.column - here.column) * by > 0]
    if here.visit_id is not None and beside:
        return min(beside, key=lambda s: (abs(s.column - here.column), abs(s.minute - minute)))
    lane = here.lane + by
    if not 0 <= lane < len(lanes) or not lanes[lane]:
        return here
    return nearest(lanes[lane], minute, from_right=by < 0)


def nearest(stops: Sequence[Stop], minute: int, *, from_right: bool = False) -> Stop:
    """Return the stop that holds `minute`, else the one closest to it in time."""

    def rank(stop: Stop) -> tuple[int, int, int]:
        away = max(stop.minute - minute, minute - stop.end + 1, 0)
        return away, -stop.column if from_right else stop.column, abs(stop.minute - minute)

    return min(stops, key=rank)


def _overlaps(a: Stop, b: Stop) -> bool:
    return a.visit_id is not None and a.minute < b.end and b.minute < a.end
