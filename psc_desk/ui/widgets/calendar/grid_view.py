"""The page of hours and columns as an item view: visits are items, availability is background."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from psc_desk.queries.calendar_rows import Block, VisitRow
from psc_desk.ui.widgets.calendar.day_model import VisitModel
from psc_desk.ui.widgets.calendar.dragging import Ghost
from psc_desk.ui.widgets.calendar.geometry import (
    SLOT_MINUTES,
    Grid,
    Lane,
    Slot,
    clock_text,
    day_bounds,
)
from psc_desk.ui.widgets.calendar.layout import Place, arrange
from psc_desk.ui.widgets.calendar.look import FREED_STATUSES, Fonts
from psc_desk.ui.widgets.calendar.look import look as current_look
from psc_desk.ui.widgets.calendar.navigation import Stop, nearest, with_slots
from psc_desk.ui.widgets.calendar.page_cache import PageCache
from psc_desk.ui.widgets.calendar.painting import PageContent, Shape
from psc_desk.ui.widgets.calendar.strips import LaneHeader, TimeRuler

MIN_LANE = 130
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _PlacedLane:
    """A lane as it was laid out; it stands while its visits and the page's geometry do."""

    grid: Grid
    shortest: int
    visits: list[VisitRow]
    shapes: list[Shape]
    stops: list[Stop]


class GridView(QListView):
    """Lanes of visits with frozen headers. Knows a current visit or, when there is none, a current empty slot."""

    visit_selected = Signal(int, int)
    slot_selected = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.visits = VisitModel(self)
        self._lanes: tuple[Lane, ...] = ()
        self._blocks: tuple[tuple[int, Block], ...] = ()
        self._grid = Grid(0, 8 * 60, 17 * 60, 1.0, MIN_LANE)
        self._shapes: list[Shape] = []
        self._stops: list[list[Stop]] = []
        self._slot: Slot | None = None
        self._ghost: Ghost | None = None
        self._now: tuple[date, int] | None = None
        self._cache = PageCache()
        self._placed: dict[int, _PlacedLane] = {}
        self._private = False
        self._quiet = False
        self.header = LaneHeader(self)
        self.ruler = TimeRuler(self)
        self._set_up()

    def _set_up(self) -> None:
        self.setObjectName("dayView")
        self.setAccessibleName(self.tr("Day calendar"))
        self.setModel(self.visits)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setProperty("look", "page")
        self.setMinimumSize(MIN_LANE + 60, 160)
        self.viewport().setMouseTracking(True)
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def set_lanes(
        self,
        lanes: Sequence[Lane],
        blocks: Sequence[Block],
        visits: Sequence[VisitRow],
        now: tuple[date, int] | None,
    ) -> None:
        """Show these columns; whatever was current stays current, or its place does when it is gone."""
        visit, slot = self.current_visit(), self.current_slot()
        self._lanes = tuple(lanes)
        self._blocks = tuple((lane, block) for block in blocks for lane in self._lanes_of(block))
        items = [(lane, row) for row in visits for lane in self._lanes_of(row)]
        self._quiet = True
        self.visits.set_items(self._lanes, items)
        self._now = now
        self._lay_out()
        self._restore(visit, slot)
        self._quiet = False

    def set_now(self, now: tuple[date, int] | None) -> None:
        """Move the now-line; cheap enough for every tick of the minute."""
        self._now = now
        self._tell_strips()
        self.viewport().update()

    def set_private(self, private: bool) -> None:
        """Show initials in place of names, or names again."""
        self._private = private
        self._drop_page()

    def current_visit(self) -> VisitRow | None:
        """Return the current visit, None when a slot or nothing is current."""
        return self.visits.visit(self.currentIndex())

    def current_slot(self) -> Slot | None:
        """Return the slot under the cursor; for a current visit, the slot where it starts."""
        visit = self.current_visit()
        if visit is None:
            return self._slot
        return Slot(visit.column_key, visit.day, visit.start_minute)

    def select_visit(self, visit_id: int) -> bool:
        """Make a visit current without telling anybody; False when it is not shown."""
        index = self.visits.index_of(visit_id)
        if not index.isValid():
            return False
        self._quiet = True
        self._make_current(index)
        self._quiet = False
        return True

    def select_nobody(self) -> None:
        """Take the mark off the current visit without telling anybody."""
        if self.current_visit() is not None:
            self._quiet = True
            self.selectionModel().clear()
            self._quiet = False

    def select_slot(self, column_key: str, minute: int, day: date | None = None) -> bool:
        """Make an empty slot current without telling anybody; False when its column is not shown."""
        lane = self._find_lane(column_key, day)
        if lane is None:
            return False
        self._put_slot(lane, minute)
        return True

    def page_grid(self) -> Grid:
        """Return the geometry of the page as it stands."""
        return self._grid

    def _lanes_of(self, row: Block | VisitRow) -> list[int]:
        for_all = not isinstance(row, Block) or row.kind in ("open", "holiday")
        keys = (row.column_key, "") if for_all else (row.column_key,)
        return [n for n, lane in enumerate(self._lanes) if lane.day == row.day and lane.column.key in keys]

    def _find_lane(self, column_key: str, day: date | None) -> int | None:
        same = [n for n, lane in enumerate(self._lanes) if lane.column.key in (column_key, "")]
        exact = [n for n in same if self._lanes[n].day == day]
        alike = [n for n in same if day is not None and self._lanes[n].day.weekday() == day.weekday()]
        return next(iter(exact or alike or same), None)

    def _restore(self, visit: VisitRow | None, slot: Slot | None) -> None:
        self._slot = None
        if visit is not None and self.visits.index_of(visit.visit_id).isValid():
            self._make_current(self.visits.index_of(visit.visit_id), reveal=False)
        elif slot is not None:
            lane = self._find_lane(slot.column_key, slot.day)
            if lane is not None:
                self._put_slot(lane, slot.minute, reveal=False)

    def _lay_out(self) -> None:
        fonts = Fonts(self.font())
        items = self.visits.items()
        first, last = day_bounds([block for _, block in self._blocks], [visit for _, visit in items])
        lowest = (fonts.line + 2) / SLOT_MINUTES
        wanted = min(max(lowest, self.viewport().height() / (last - first)), 3 * lowest)
        scale = max(math.floor(wanted * 30) / 30, 0.5)
        narrowest = max(MIN_LANE, 17 * fonts.metrics.averageCharWidth())
        width = max(narrowest, self.viewport().width() / max(len(self._lanes), 1))
        self._grid = Grid(len(self._lanes), first, last, scale, width)
        shortest = math.ceil((fonts.line + 2) / scale)
        self._shapes, self._stops = [], []
        visits: list[list[VisitRow]] = [[] for _ in self._lanes]
        for lane, visit in items:
            visits[lane].append(visit)
        for lane, rows in enumerate(visits):
            self._place_lane(lane, rows, shortest)
        self._tell_strips()
        self.viewport().update()
        self._set_scroll_ranges()

    def _place_lane(self, lane: int, visits: list[VisitRow], shortest: int) -> None:
        placed = self._placed.get(lane)
        if placed is None or placed.grid != self._grid or placed.shortest != shortest or placed.visits != visits:
            placed = self._placed[lane] = self._newly_placed(lane, visits, shortest)
        self._shapes += placed.shapes
        self._stops.append(placed.stops)

    def _newly_placed(self, lane: int, visits: list[VisitRow], shortest: int) -> _PlacedLane:
        spans = [(v.start_minute, max(v.end_minute, v.start_minute + shortest)) for v in visits]
        freed = [visit.status in FREED_STATUSES for visit in visits]
        places: list[Place] = arrange([*spans, *_room_beside(spans, freed)])[: len(spans)]
        stops, shapes = [], []
        for visit, (start, end), place, free in zip(visits, spans, places, freed, strict=True):
            shapes.append(Shape(visit, lane, self._grid.visit_rect(lane, start, end, place)))
            stops.append(Stop(lane, visit.start_minute, visit.end_minute, visit.visit_id, place.column, free))
        all_stops = with_slots(lane, stops, (self._grid.first, self._grid.last), SLOT_MINUTES)
        return _PlacedLane(self._grid, shortest, visits, shapes, all_stops)

    def _tell_strips(self) -> None:
        today = self._now[0] if self._now else None
        several_days = len({lane.day for lane in self._lanes}) > 1
        marked = frozenset(n for n, lane in enumerate(self._lanes) if several_days and lane.day == today)
        self.header.set_lanes(self._lanes, self._grid.lane_width, marked)
        self.ruler.set_grid(self._grid)
        shown = self._now is not None and any(lane.day == today for lane in self._lanes)
        self.ruler.set_now(self._now[1] if self._now and shown else None)

    def _set_scroll_ranges(self) -> None:
        size = self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, max(math.ceil(self._grid.width) - size.width(), 0))
        across.setPageStep(size.width())
        across.setSingleStep(int(self._grid.lane_width))
        down.setRange(0, max(math.ceil(self._grid.height) - size.height(), 0))
        down.setPageStep(size.height())
        down.setSingleStep(int(self._grid.scale * SLOT_MINUTES))

    def _drop_page(self) -> None:
        self._cache.forget()
        self.viewport().update()

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        visit = self.visits.visit(current)
        if visit is not None:
            self._slot = None
            if not self._quiet:
                self.visit_selected.emit(visit.visit_id, visit.patient_id)
        self.viewport().update()

    def _make_current(self, index: QModelIndex, *, reveal: bool = True) -> None:
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if reveal:
            self.scrollTo(index)

    def _put_slot(self, lane: int, minute: int, *, reveal: bool = True) -> None:
        self.selectionModel().clear()
        at = self._lanes[lane]
        minute = max(self._grid.first, min(minute, self._grid.last - 5))
        self._slot = Slot(at.column.key, at.day, minute)
        if reveal:
            self._reveal(self._slot_rect(self._slot))
        self.viewport().update()

    def _slot_rect(self, slot: Slot) -> QRectF:
        lane = self._find_lane(slot.column_key, slot.day)
        return self._grid.span_rect(lane or 0, slot.minute, slot.minute // SLOT_MINUTES * SLOT_MINUTES + SLOT_MINUTES)

    def _page_point(self, point: QPoint | QPointF) -> QPointF:
        return QPointF(point.x() + self.horizontalOffset(), point.y() + self.verticalOffset())

    def _on_page(self, rect: QRectF) -> QRect:
        return rect.translated(-self.horizontalOffset(), -self.verticalOffset()).toAlignedRect()

    def _reveal(self, rect: QRectF) -> None:
        size = self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(_scrolled(across.value(), int(rect.left()), math.ceil(rect.right()), size.width()))
        down.setValue(_scrolled(down.value(), int(rect.top()), math.ceil(rect.bottom()), size.height()))

    # What an item view must answer.

    def visualRect(self, index: _Index) -> QRect:
        """Return a visit's rectangle in the viewport."""
        if not index.isValid() or index.row() >= len(self._shapes):
            return QRect()
        return self._on_page(self._shapes[index.row()].rect)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the visit under a point of the viewport."""
        at = self._page_point(point)
        for row in range(len(self._shapes) - 1, -1, -1):
            if self._shapes[row].rect.contains(at):
                return self.visits.index(row)
        return QModelIndex()

    def scrollTo(
        self, index: _Index, _hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a visit into view."""
        if index.isValid() and index.row() < len(self._shapes):
            self._reveal(self._shapes[index.row()].rect)

    def horizontalOffset(self) -> int:
        """Return how far the page is scrolled to the right."""
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        """Return how far the page is scrolled down."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: _Index) -> bool:
        """Return False: every visit is shown."""
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the visit at the middle of a rectangle."""
        index = self.indexAt(rect.center())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return the region that a selection covers."""
        region = QRegion()
        for index in selection.indexes():
            region += QRegion(self.visualRect(index).adjusted(-3, -3, 3, 3))
        return region

    def doItemsLayout(self) -> None:
        """Lay out without the list's own flow of items."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        """Place the frozen strips and lay out for the present size."""
        left, top = self.ruler.strip_width(), self.header.strip_height()
        margins = self.viewportMargins()
        if (margins.left(), margins.top()) != (left, top):
            self.setViewportMargins(left, top, 0, 0)
        inside = self.viewport().geometry()
        self.header.setGeometry(inside.left(), inside.top() - top, inside.width(), top)
        self.ruler.setGeometry(inside.left() - left, inside.top(), left, inside.height())
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out again."""
        QAbstractItemView.resizeEvent(self, event)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Repaint from the cached page; the strips follow."""
        self.header.set_offset(self.horizontalOffset())
        self.ruler.set_offset(self.verticalOffset())
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Forget the painted page when the theme or the font changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._drop_page()
            self.updateGeometries()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus without choosing a visit on the person's behalf."""
        QWidget.focusInEvent(self, event)
        by_key = event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason)
        if by_key and self.current_slot() is None:
            free = [stop for lane in self._stops[:1] for stop in lane if stop.visit_id is None]
            if free:
                self._put_slot(0, nearest(free, self._now[1] if self._now else self._grid.first).minute)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Return a size that shows four columns of a day."""
        return QSize(4 * MIN_LANE + 60, 640)

    # Painting: the page from its cache, then what moves.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cached page, then the selection, the slot, the ghost and the now-line."""
        look = current_look()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), look.surface)
        painter.translate(-self.horizontalOffset(), -self.verticalOffset())
        painter.drawPixmap(QPointF(0, 0), self._painted_page())
        self._paint_now(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_current(painter)
        self._paint_ghost(painter)

    def _painted_page(self) -> QPixmap:
        content = PageContent(self._grid, self._blocks, self._shapes, self._private)
        return self._cache.picture(content, self.font(), self.devicePixelRatioF())

    def _paint_now(self, painter: QPainter) -> None:
        if self._now is None or not self._grid.first <= self._now[1] <= self._grid.last:
            return
        painter.setPen(QPen(current_look().now_line, 2))
        y = round(self._grid.y(self._now[1]))
        for number, lane in enumerate(self._lanes):
            if lane.day == self._now[0]:
                left = number * self._grid.lane_width
                painter.drawLine(QPointF(left, y), QPointF(left + self._grid.lane_width, y))

    def _paint_current(self, painter: QPainter) -> None:
        look = current_look()
        index = self.currentIndex()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if index.isValid() and index.row() < len(self._shapes):
            painter.setPen(QPen(look.accent, 3 if self.hasFocus() else 2))
            painter.drawRoundedRect(self._shapes[index.row()].rect.adjusted(-0.5, -0.5, 0.5, 0.5), 4, 4)
        elif self._slot is not None:
            rect = self._slot_rect(self._slot).adjusted(2, 1, -2, -1)
            painter.setPen(QPen(look.accent, 2, Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DashLine))
            painter.setBrush(look.accent_tint)
            painter.drawRoundedRect(rect, 4, 4)
            painter.drawText(rect.adjusted(8, 0, -4, 0), int(_LEFT), self._slot_text(self._slot))

    def _slot_text(self, slot: Slot) -> str:
        return self.tr("{0} · N books").format(clock_text(slot.minute))

    def _paint_ghost(self, painter: QPainter) -> None:
        if self._ghost is None:
            return
        look, ghost = current_look(), self._ghost
        end = ghost.start + ghost.minutes
        rect = self._grid.span_rect(ghost.lane, ghost.start, end).adjusted(3, 1, -4, -1)
        tint = QColor(look.accent_tint)
        tint.setAlpha(225)
        painter.setBrush(tint)
        painter.setPen(QPen(look.accent, 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(look.text)
        painter.setFont(Fonts(self.font()).bold)
        painter.drawText(rect.adjusted(10, 2, -4, 0), 0, f"{clock_text(ghost.start)} – {clock_text(end)}")


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _room_beside(spans: Sequence[tuple[int, int]], freed: Sequence[bool]) -> list[tuple[int, int]]:
    """Return a stand-in for each freed span that has its time to itself, so that it keeps to half the width."""
    return [
        span
        for n, (span, is_free) in enumerate(zip(spans, freed, strict=True))
        if is_free and not any(m != n and o[0] < span[1] and span[0] < o[1] for m, o in enumerate(spans))
    ]


def _scrolled(value: int, start: int, end: int, room: int) -> int:
    if start < value:
        return start
    if end > value + room:
        return min(start, end - room)
    return value
