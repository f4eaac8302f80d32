"""The two frozen strips of the calendar: who stands over each column, and the hours at the left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from psc_desk.ui.widgets.calendar.geometry import Grid, Lane, clock_text
from psc_desk.ui.widgets.calendar.look import Fonts
from psc_desk.ui.widgets.calendar.look import look as current_look


class LaneHeader(QWidget):
    """Two lines over each column: title and subtitle. Scrolls sideways with the page, never up."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("calendarColumns")
        self._lanes: tuple[Lane, ...] = ()
        self._marked: frozenset[int] = frozenset()
        self._lane_width = 0.0
        self._offset = 0

    def set_lanes(self, lanes: Sequence[Lane], lane_width: float, marked: frozenset[int] = frozenset()) -> None:
        """Show these columns, each `lane_width` pixels wide; `marked` ones (today) stand in the accent colour."""
        self._lanes, self._lane_width, self._marked = tuple(lanes), lane_width, marked
        self.setAccessibleName(self.tr("Columns: {0}").format(", ".join(lane.title for lane in lanes)))
        self.update()

    def set_offset(self, offset: int) -> None:
        """Follow the page's sideways scrolling."""
        self._offset = offset
        self.update()

    def strip_height(self) -> int:
        """Return the height that two lines need."""
        return 2 * self.fontMetrics().height() + 10

    def sizeHint(self) -> QSize:
        """Return the strip's natural size."""
        return QSize(200, self.strip_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the titles and a line under them."""
        look, fonts = current_look(), Fonts(self.font())
        painter = QPainter(self)
        painter.fillRect(event.rect(), look.surface)
        for number, lane in enumerate(self._lanes):
            left = number * self._lane_width - self._offset
            painter.setPen(look.line)
            painter.drawLine(round(left), 0, round(left), self.height())
            room = QRectF(left + 9, 4, self._lane_width - 14, fonts.line)
            painter.setPen(look.accent if number in self._marked else look.text)
            painter.setFont(fonts.bold)
            painter.drawText(room, 0, fonts.elided_bold(lane.title, int(room.width())))
            painter.setPen(look.secondary)
            painter.setFont(fonts.plain)
            below = fonts.metrics.elidedText(lane.subtitle, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room.translated(0, fonts.line), 0, below)
        painter.setPen(QPen(look.line, 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


class TimeRuler(QWidget):
    """The hours at the left of the page and the badge of the now-line. Scrolls up and down, never sideways."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("calendarHours")
        self.setAccessibleName(self.tr("Hours of the day"))
        self._grid: Grid | None = None
        self._offset = 0
        self._now: int | None = None

    def set_grid(self, grid: Grid) -> None:
        """Show the hours of this page."""
        self._grid = grid
        self.update()

    def set_offset(self, offset: int) -> None:
        """Follow the page's scrolling."""
        self._offset = offset
        self.update()

    def set_now(self, minute: int | None) -> None:
        """Put the badge at this minute, or take it away."""
        self._now = minute
        self.update()

    def strip_width(self) -> int:
        """Return the width that the longest hour needs."""
        return self.fontMetrics().horizontalAdvance("12 pm") + 22

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the hours below their lines, and the badge."""
        look = current_look()
        painter = QPainter(self)
        painter.fillRect(event.rect(), look.surface)
        if self._grid is None:
            return
        painter.setPen(look.secondary)
        line = self.fontMetrics().height()
        for minute in range(-(-self._grid.first // 60) * 60, self._grid.last, 60):
            top = self._grid.y(minute) - self._offset
            room = QRectF(0, top + 1, self.width() - 9, line)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight), hour_label(minute, self._grid.first))
        self._paint_badge(painter)

    def _paint_badge(self, painter: QPainter) -> None:
        if self._grid is None or self._now is None or not self._grid.first <= self._now <= self._grid.last:
            return
        look, fonts = current_look(), Fonts(self.font())
        text = clock_text(self._now)
        width, height = fonts.bold_width(text) + 10, fonts.line + 2
        top = self._grid.y(self._now) - self._offset - height / 2
        rect = QRectF(self.width() - width, min(max(top, 0), self.height() - height), width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.now_line)
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(look.on_accent)
        painter.setFont(fonts.bold)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)


def hour_label(minute: int, first: int) -> str:
    """Return "8 am" for the first hour of the page, "12 pm" at noon, the bare hour otherwise."""
    hour = minute // 60 % 24
    bare = str(hour % 12 or 12)
    if hour == 12 or minute - first < 60:
        return f"{bare} {'pm' if hour >= 12 else 'am'}"
    return bare
