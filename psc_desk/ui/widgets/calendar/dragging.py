"""A visit under the mouse: where it would land if it were let go now; pure."""

from __future__ import annotations

from dataclasses import dataclass

from psc_desk.queries.calendar_rows import VisitRow
from psc_desk.ui.widgets.calendar.geometry import SNAP_MINUTES, Grid


@dataclass(frozen=True)
class Ghost:
    """Where a dragged visit would stand."""

    lane: int
    start: int
    minutes: int


@dataclass(frozen=True)
class Drag:
    """A drag that began at (`x`, `y`) of the page on a visit of `lane`; `resize` when at its bottom edge."""

    visit: VisitRow
    lane: int
    x: float
    y: float
    resize: bool

    def home(self) -> Ghost:
        """Return the visit's place before the drag."""
        return Ghost(self.lane, self.visit.start_minute, self.visit.minutes)

    def ghost(self, grid: Grid, x: float, y: float) -> Ghost:
        """Return the place for the mouse at (`x`, `y`), in steps of five minutes, inside the page."""
        by = round((y - self.y) / grid.scale / SNAP_MINUTES) * SNAP_MINUTES
        start, minutes = self.visit.start_minute, self.visit.minutes
        if self.resize:
            return Ghost(self.lane, start, max(SNAP_MINUTES, min(minutes + by, grid.last - start)))
        moved = start + by if by else start
        moved = max(grid.first, min(moved, max(grid.last - minutes, grid.first)))
        return Ghost(grid.lane_at(x), moved if by else start, minutes)
