"""Paints the page of the calendar: availability behind, visits in front. Called only when the page changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from psc_desk.queries.calendar_rows import Block, VisitRow
from psc_desk.ui.tokens import glyph as glyph_of
from psc_desk.ui.widgets.calendar.geometry import Grid
from psc_desk.ui.widgets.calendar.look import OFF_STATUSES, Fonts, Look, tone_of

_BAR = 4.0
_RADIUS = 3.0


@dataclass(frozen=True)
class Shape:
    """A visit with its rectangle on the page."""

    visit: VisitRow
    lane: int
    rect: QRectF


@dataclass(frozen=True)
class PageContent:
    """All that the page shows; `blocks` are pairs of lane number and block."""

    grid: Grid
    blocks: Sequence[tuple[int, Block]]
    shapes: Sequence[Shape]
    private: bool = False


class PagePainter:
    """Paints page contents with one look and one set of fonts."""

    def __init__(self, look: Look, fonts: Fonts) -> None:
        self._look = look
        self._fonts = fonts

    def paint(self, painter: QPainter, page: PageContent) -> None:
        """Paint the whole page from its top left corner."""
        self._paint_availability(painter, page)
        self._paint_lines(painter, page.grid)
        self._paint_blocks(painter, page)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for shape in page.shapes:
            self.paint_visit(painter, shape, private=page.private)

    def _paint_availability(self, painter: QPainter, page: PageContent) -> None:
        grid = page.grid
        hours_known = any(block.kind == "open" for _, block in page.blocks)
        painter.fillRect(
            QRectF(0, 0, grid.width, grid.height), self._look.raised if hours_known else self._look.surface
        )
        for lane, block in page.blocks:
            if block.kind == "open":
                rect = grid.span_rect(lane, block.start_minute, block.end_minute)
                painter.fillRect(rect, self._look.surface)

    def _paint_lines(self, painter: QPainter, grid: Grid) -> None:
        painter.setPen(QPen(self._look.line, 1))
        for minute in range(grid.first, grid.last + 1, 30):
            y = min(round(grid.y(minute)), int(grid.height) - 1)
            painter.drawLine(0, y, int(grid.width), y)
        for lane in range(grid.lanes + 1):
            x = min(round(lane * grid.lane_width), int(grid.width) - 1)
            painter.drawLine(x, 0, x, int(grid.height))

    def _paint_blocks(self, painter: QPainter, page: PageContent) -> None:
        for lane, block in page.blocks:
            if block.kind != "open":
                self._paint_block(painter, page.grid.span_rect(lane, block.start_minute, block.end_minute), block)

    def _paint_block(self, painter: QPainter, rect: QRectF, block: Block) -> None:
        inner = rect.adjusted(1, 1, 0, 0)
        painter.fillRect(inner, self._look.blocked)
        if block.kind != "lunch":
            painter.fillRect(inner, _hatch(self._look.line))
        label = block.label or block.kind.capitalize()
        painter.setFont(self._fonts.plain)
        painter.setPen(self._look.secondary)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inner.adjusted(4, 0, -4, 0), int(flags), label)

    def paint_visit(self, painter: QPainter, shape: Shape, *, private: bool = False) -> None:
        """Paint one visit: tint, bar, glyph and name, then type and what else there is room for."""
        text, tint = self._look.tones[tone_of(shape.visit)]
        rect = shape.rect
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
        painter.setBrush(text)
        painter.drawRoundedRect(QRectF(rect.x(), rect.y(), _BAR, rect.height()), 2, 2)
        self._paint_words(painter, rect, shape.visit, private)

    def _paint_type_mark(self, painter: QPainter, room: QRectF, visit: VisitRow) -> QRectF:
        if not visit.type_color or room.width() < 100:
            return room
        color = QColor(visit.type_color)
        painter.setBrush(color.lighter(160) if self._look.surface.lightness() < 128 else color)
        painter.drawEllipse(QPointF(room.right() - 3, room.center().y()), 3, 3)
        return room.adjusted(0, 0, -10, 0)

    def _paint_words(self, painter: QPainter, rect: QRectF, visit: VisitRow, private: bool) -> None:
        fonts, line = self._fonts, self._fonts.line
        room = rect.adjusted(_BAR + 6, 0, -5, 0)
        if room.width() < 8:
            return
        tall = rect.height() >= 2 * line + 2
        spare = rect.height() - (2 * line if tall else line)
        top = rect.y() + min(max(spare / 2, -1), 3 if tall else spare)
        room = QRectF(room.x(), top, room.width(), line)
        room = self._paint_type_mark(painter, room, visit)
        if visit.double_booked:
            room = self._paint_double_mark(painter, room)
        name = initials(visit.patient_name) if private else visit.patient_name
        used = self._paint_name(painter, room, name, visit)
        if tall:
            self._paint_secondary(painter, room.translated(0, line), visit.type_name)
        elif room.width() - used > 3 * fonts.metrics.averageCharWidth():
            self._paint_secondary(painter, room.adjusted(used, 0, 0, 0), f" · {visit.type_name}")

    def _paint_name(self, painter: QPainter, room: QRectF, name: str, visit: VisitRow) -> float:
        tone = tone_of(visit)
        glyph = glyph_of(tone) + " "
        painter.setFont(self._fonts.bold)
        painter.setPen(self._look.tones[tone][0])
        glyph_width = self._fonts.bold_width(glyph)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), glyph)
        painter.setPen(self._look.secondary if visit.status in OFF_STATUSES else self._look.text)
        name_room = room.adjusted(glyph_width, 0, 0, 0)
        width = self._fonts.bold_width(name)
        if width > name_room.width() > 0:
            name = self._fonts.elided_bold(name, int(name_room.width()))
        painter.drawText(name_room, int(Qt.AlignmentFlag.AlignVCenter), name)
        if visit.status in OFF_STATUSES and visit.status != "missed":
            self._strike(painter, name_room, min(width, int(name_room.width())))
        return glyph_width + width

    @staticmethod
    def _strike(painter: QPainter, room: QRectF, width: int) -> None:
        y = room.center().y() + 1
        painter.drawLine(QPointF(room.x(), y), QPointF(room.x() + width, y))

    def _paint_secondary(self, painter: QPainter, room: QRectF, text: str) -> None:
        painter.setFont(self._fonts.plain)
        painter.setPen(self._look.secondary)
        if self._fonts.metrics.horizontalAdvance(text) > room.width():
            text = self._fonts.metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_double_mark(self, painter: QPainter, room: QRectF) -> QRectF:
        mark = "2×"
        width = self._fonts.bold_width(mark)
        painter.setFont(self._fonts.bold)
        painter.setPen(self._look.tones["late"][0])
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), mark)
        return room.adjusted(0, 0, -width - 4, 0)


def initials(name: str) -> str:
    """Return a name as initials for the private view: "Castillo, Inés" becomes "C. I."."""
    return " ".join(f"{part[0]}." for part in name.replace(",", " ").split())


def _hatch(color: QColor) -> QBrush:
    return QBrush(color, Qt.BrushStyle.BDiagPattern)
