"""The day, worked by keyboard and by mouse: it asks for changes through signals and changes nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from psc_desk.queries.calendar_rows import Block, CalendarColumn, VisitRow
from psc_desk.ui.widgets.calendar.dragging import Drag
from psc_desk.ui.widgets.calendar.geometry import (
    SLOT_MINUTES,
    SNAP_MINUTES,
    Slot,
    day_lanes,
    spoken_time,
)
from psc_desk.ui.widgets.calendar.grid_view import GridView
from psc_desk.ui.widgets.calendar.keys import CalendarKeys
from psc_desk.ui.widgets.calendar.navigation import SLOT_COLUMN, Stop, horizontal, nearest, vertical

_EDGE = 6
_NONE = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_CTRL_SHIFT = _CTRL | Qt.KeyboardModifier.ShiftModifier


class DayView(GridView):
    """One column for each provider or room.

    `move_requested` and `resize_requested` are wishes: the view shows the change when the next `set_data` brings it.
    `key_action` carries A, B, X, C or V and the current visit's id (0 for V on an empty slot; ask `current_slot`).
    """

    visit_activated = Signal(int)
    book_requested = Signal(str, object, int)
    move_requested = Signal(int, str, object, int)
    resize_requested = Signal(int, int)
    key_action = Signal(str, int)
    view_requested = Signal(str)
    go_today = Signal()
    go_date_requested = Signal()
    step_requested = Signal(int)
    context_requested = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag: Drag | None = None
        self._minute = 0
        self._shown_now = False
        self._keys = CalendarKeys(self)

    def set_data(
        self,
        columns: Sequence[CalendarColumn],
        blocks: Sequence[Block],
        visits: Sequence[VisitRow],
        day: date,
        now_minute: int | None = None,
    ) -> None:
        """Show a day; `now_minute` only when it is today. The selection stays where it was."""
        self.set_lanes(day_lanes(columns, day), blocks, visits, None if now_minute is None else (day, now_minute))
        if now_minute is not None and not self._shown_now:
            self._shown_now = True
            self._reveal(self._grid.span_rect(0, now_minute - 60, now_minute + 120))

    def page_days(self, by: int) -> int:
        """Return how many days a page is."""
        return by

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk through visits and slots, letters act; what is not ours goes to the window."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        action = self._key_table().get((Qt.Key(event.key()), modifiers))
        if action is None and not self._keys.take(event):
            event.ignore()
            return
        if action is not None:
            action()
        event.accept()

    def keyboardSearch(self, _search: str) -> None:
        """Do nothing: letters are commands here."""

    def _key_table(self) -> dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], None]]:
        key = Qt.Key
        return {
            (key.Key_Down, _NONE): lambda: self._walk(1),
            (key.Key_Up, _NONE): lambda: self._walk(-1),
            (key.Key_Down, _CTRL): lambda: self._walk(1, visits_only=True),
            (key.Key_Up, _CTRL): lambda: self._walk(-1, visits_only=True),
            (key.Key_Right, _NONE): lambda: self._step_aside(1),
            (key.Key_Left, _NONE): lambda: self._step_aside(-1),
            (key.Key_Home, _NONE): lambda: self._to_edge(0),
            (key.Key_End, _NONE): lambda: self._to_edge(-1),
            (key.Key_Down, _CTRL_SHIFT): lambda: self._stretch(SNAP_MINUTES),
            (key.Key_Up, _CTRL_SHIFT): lambda: self._stretch(-SNAP_MINUTES),
            (key.Key_Return, _NONE): self._open,
            (key.Key_Enter, _NONE): self._open,
            (key.Key_N, _NONE): self._book_here,
            (key.Key_Insert, _NONE): self._book_here,
            (key.Key_Escape, _NONE): self._drop_drag,
        }

    def _here(self) -> Stop | None:
        visit = self.current_visit()
        if visit is not None:
            return next((s for lane in self._stops for s in lane if s.visit_id == visit.visit_id), None)
        if self._slot is None:
            return None
        lane = self._find_lane(self._slot.column_key, self._slot.day)
        if lane is None:
            return None
        return Stop(lane, self._slot.minute, self._slot.minute + SLOT_MINUTES, column=SLOT_COLUMN)

    def _walk(self, by: int, *, visits_only: bool = False) -> None:
        here = self._here()
        if here is None:
            self._start_somewhere()
            return
        stop = vertical(self._stops[here.lane], here, by, visits_only=visits_only)
        self._minute = stop.minute
        self._go(stop)

    def _step_aside(self, by: int) -> None:
        here = self._here()
        if here is None:
            self._start_somewhere()
            return
        if not here.minute <= self._minute < max(here.end, here.minute + 1):
            self._minute = here.minute
        self._go(horizontal(self._stops, here, by, self._minute))

    def _to_edge(self, which: int) -> None:
        here = self._here()
        if here is not None and self._stops[here.lane]:
            self._minute = self._stops[here.lane][which].minute
            self._go(self._stops[here.lane][which])

    def _start_somewhere(self) -> None:
        if self._stops:
            minute = self._now[1] if self._now else self._grid.first
            stop = nearest(self._stops[0], minute)
            self._minute = stop.minute
            self._go(stop)

    def _go(self, stop: Stop) -> None:
        if stop.visit_id is not None:
            self._make_current(self.visits.index_of(stop.visit_id))
        else:
            self._choose_slot(stop.lane, stop.minute)

    def _choose_slot(self, lane: int, minute: int) -> None:
        self._put_slot(lane, minute)
        slot = self._slot
        if slot is not None:
            self._announce(slot, self._lanes[lane].title)
            self.slot_selected.emit(slot.column_key, slot.minute)

    def _announce(self, slot: Slot, where: str) -> None:
        if QAccessible.isActive():
            text = self.tr("{0}, {1}, open slot").format(spoken_time(slot.minute), where)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _open(self) -> None:
        visit = self.current_visit()
        if visit is not None:
            self.visit_activated.emit(visit.visit_id)
        else:
            self._book_here()

    def _book_here(self) -> None:
        visit, slot = self.current_visit(), self.current_slot()
        if visit is not None:
            self.book_requested.emit(visit.column_key, visit.day, visit.end_minute)
        elif slot is not None:
            self.book_requested.emit(slot.column_key, slot.day, slot.minute)

    def _stretch(self, by: int) -> None:
        visit = self.current_visit()
        if visit is not None and visit.minutes + by >= SNAP_MINUTES:
            self.resize_requested.emit(visit.visit_id, visit.minutes + by)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the visit or the slot under the mouse; a visit may now be dragged."""
        point = event.position()
        index = self.indexAt(point.toPoint())
        if index.isValid():
            self._press_visit(index, point, event.button() == Qt.MouseButton.LeftButton)
        else:
            self._press_slot(point)
        event.accept()

    def _press_visit(self, index: QModelIndex, point: QPointF, may_drag: bool) -> None:
        shape, at = self._shapes[index.row()], self._page_point(point)
        again = index == self.currentIndex()
        self._make_current(index)
        self._minute = shape.visit.start_minute
        if again:
            self.visit_selected.emit(shape.visit.visit_id, shape.visit.patient_id)
        if may_drag:
            self._drag = Drag(shape.visit, shape.lane, at.x(), at.y(), self._at_bottom(index, at))

    def _press_slot(self, point: QPointF) -> None:
        at = self._page_point(point)
        if not self._grid.contains(at.x(), at.y()):
            return
        lane, minute = self._grid.lane_at(at.x()), self._grid.minute_at(at.y())
        hit = next((s for s in self._stops[lane] if s.visit_id is None and s.minute <= minute < s.end), None)
        self._minute = hit.minute if hit else minute // SLOT_MINUTES * SLOT_MINUTES
        self._choose_slot(lane, self._minute)

    def _at_bottom(self, index: QModelIndex, at: QPointF) -> bool:
        return self._shapes[index.row()].rect.bottom() - at.y() <= _EDGE

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show where a dragged visit would land, else the pointer that tells what a drag would do."""
        at = self._page_point(event.position())
        if self._drag is None:
            index = self.indexAt(event.position().toPoint())
            resize = index.isValid() and self._at_bottom(index, at)
            self.viewport().setCursor(Qt.CursorShape.SizeVerCursor if resize else Qt.CursorShape.ArrowCursor)
            return
        far = abs(at.x() - self._drag.x) + abs(at.y() - self._drag.y)
        if self._ghost is not None or far >= QApplication.startDragDistance():
            self._scroll_towards(event.position())
            at = self._page_point(event.position())
            self._ghost = self._drag.ghost(self._grid, at.x(), at.y())
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the move or the new length that the drag has drawn."""
        drag, ghost = self._drag, self._ghost
        self._drop_drag()
        event.accept()
        if drag is None or ghost is None or ghost == drag.home():
            return
        if drag.resize:
            self.resize_requested.emit(drag.visit.visit_id, ghost.minutes)
        else:
            lane = self._lanes[ghost.lane]
            key = lane.column.key or drag.visit.column_key
            self.move_requested.emit(drag.visit.visit_id, key, lane.day, ghost.start)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the visit, or book at the slot."""
        self._drop_drag()
        on_page = self._page_point(event.position())
        if self.indexAt(event.position().toPoint()).isValid() or self._grid.contains(on_page.x(), on_page.y()):
            self._open()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu on what is current, at the mouse or, from the Menu key, in the middle of it."""
        self._drop_drag()
        point = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            slot = self._slot_rect(self._slot) if self._slot else None
            rect = self.visualRect(index) if index.isValid() else self._on_page(slot) if slot else self.rect()
            point = self.viewport().mapToGlobal(rect.center())
        self.context_requested.emit(point)
        event.accept()

    def _scroll_towards(self, point: QPointF) -> None:
        size = self.viewport().size()
        for bar, value, room in (
            (self.horizontalScrollBar(), point.x(), size.width()),
            (self.verticalScrollBar(), point.y(), size.height()),
        ):
            over = min(value, 0) or max(value - room, 0)
            bar.setValue(bar.value() + int(over))

    def _drop_drag(self) -> None:
        self._drag = self._ghost = None
        self.viewport().update()

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return the next visit in reading order; the arrow keys do not come through here."""
        back = action in (QAbstractItemView.CursorAction.MovePrevious, QAbstractItemView.CursorAction.MoveUp)
        row = self.currentIndex().row() + (-1 if back else 1)
        return self.visits.index(max(0, min(row, self.visits.rowCount() - 1)))
