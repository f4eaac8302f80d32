"""The queue as a list: who, when, what is missing, how long, how much; drawn row by row, read out as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from psc_desk.dates import format_date, format_time
from psc_desk.models.visit import Status
from psc_desk.queries.queue import Badge, QueueRow
from psc_desk.ui import theme
from psc_desk.ui.strings import status_word
from psc_desk.ui.tokens import glyph

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
QUEUE_ROLE = Qt.ItemDataRole.UserRole
"""The `QueueRow` of an item."""
_SOON = 100
"""Minutes before a visit within which the time is said as "in 48 min"."""
_BADGES = {"ok": "arrived", "warn": "late", "bad": "missed", "info": "booked"}
_TIMERS = {
    Status.ARRIVED: "waiting {0} min",
    Status.CHECKED_IN: "waiting {0} min",
    Status.IN_ROOM: "in room {0} min",
    Status.WITH_PROVIDER: "with provider {0} min",
    Status.CHECKOUT: "check-out {0} min",
}


def shown_status(row: QueueRow) -> str:
    """Return the status as it is coloured: late and confirmed are told apart from booked."""
    if row.status is Status.BOOKED:
        return "late" if row.late else "confirmed" if row.confirmed else "booked"
    return row.status.value


def timer_words(row: QueueRow) -> str:
    """Return "waiting 12 min", "72 min late", "in 18 min", or nothing."""
    if row.here:
        return _tr(_TIMERS[row.status]).format(row.minutes_in_state)
    if row.status is not Status.BOOKED:
        return ""
    if row.minutes_late:
        return _tr("{0} min late").format(row.minutes_late)
    return _tr("in {0} min").format(row.minutes_until) if row.minutes_until < _SOON else ""


def spoken(row: QueueRow) -> str:
    """Return the row as a sentence for a screen reader."""
    parts = [
        format_time(row.start_minute), row.name, _tr("born {0}").format(format_date(row.birth_date)),
        _tr("record {0}").format(row.record_no), row.provider_short, row.type_name, status_word(shown_status(row)),
        timer_words(row), row.amount_text, *(badge.text.removesuffix(" ✓") for badge in row.badges),
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


class QueueModel(QAbstractListModel):
    """One item for each visit of the queue."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[QueueRow] = []

    def set_rows(self, rows: Sequence[QueueRow]) -> None:
        """Show these rows; where only their content changed, selection and scrolling stay."""
        new = list(rows)
        if [row.visit_id for row in new] == [row.visit_id for row in self.rows]:
            self.rows = new
            if new:
                self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self.rows = new
        self.endResetModel()

    def find(self, visit_id: int) -> QModelIndex:
        """Return the index of a visit, or an invalid one."""
        place = next((n for n, row in enumerate(self.rows) if row.visit_id == visit_id), -1)
        return self.index(place) if place >= 0 else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many visits are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return name, sentence or row of an item."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return spoken(row)
        return row if role == QUEUE_ROLE else None


@dataclass(frozen=True)
class _Mark:
    """A tinted word and where it stands."""

    status: str
    text: str
    box: QRectF


class QueueDelegate(QStyledItemDelegate):
    """Draws a row as the picture of the Desk has it; the height follows from how the badges wrap."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height that the badges need at the list's width."""
        width = option.rect.width() or _width_of(option)
        row = index.data(QUEUE_ROLE)
        if not isinstance(row, QueueRow):
            return QSize(0, 0)
        marks = list(_badge_marks(row, width))
        bottom = max((mark.box.bottom() for mark in marks), default=0.0)
        return QSize(width, round(max(bottom, _line(2) + _line_height()) + theme.px(11)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        row = index.data(QUEUE_ROLE)
        if not isinstance(row, QueueRow):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(option.rect.topLeft())
        _draw_ground(painter, option, row)
        _draw_left(painter, row, option.rect.width())
        _draw_right(painter, row, option.rect.width())
        for mark in _badge_marks(row, option.rect.width()):
            _draw_mark(painter, mark, theme.px(4))
        if option.state & QStyle.StateFlag.State_HasFocus:
            _draw_ring(painter, option.rect.size())
        painter.restore()


_WALK = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End)


class QueueView(QListView):
    """The list. Letters are keys of the desk, so there is no search by typing; Enter and double click go on."""

    key_pressed = Signal(str)
    """A, R, P, O, D, L or Enter"""
    menu_wanted = Signal(object)
    """QPoint, global"""

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_list")
        self.setAccessibleName(self.tr("Queue of today"))
        self.setModel(model)
        theme.set_look(self, "page")
        self.setItemDelegate(QueueDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.doubleClicked.connect(lambda _index: self.key_pressed.emit("Enter"))

    def row(self) -> QueueRow | None:
        """Return the selected visit, or None."""
        chosen = self.selectedIndexes()
        found = chosen[0].data(QUEUE_ROLE) if chosen else None
        return found if isinstance(found, QueueRow) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn plain letters and Enter into keys of the desk."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.key_pressed.emit("Enter")
            return
        if event.key() in _WALK and not self.selectedIndexes():
            last = event.key() == Qt.Key.Key_End
            self.setCurrentIndex(self.model().index(self.model().rowCount() - 1 if last else 0, 0))
            self.selectionModel().select(self.currentIndex(), QItemSelectionModel.SelectionFlag.ClearAndSelect)
            return
        if not event.modifiers() and event.text().strip():
            self.key_pressed.emit(event.text().upper())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Put no frame around a visit that is not the selected one: the keys work on the selected one."""
        super().focusInEvent(event)
        if not self.selectedIndexes():
            self.selectionModel().clearCurrentIndex()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu at the mouse, or under the selected row when the menu key was pressed."""
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        self.menu_wanted.emit(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the badges wrap anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Queue", text)


def _width_of(option: QStyleOptionViewItem) -> int:
    view = option.widget
    return view.viewport().width() if isinstance(view, QListView) else theme.px(330)


def _metrics(size: str = "base", bold: bool = False) -> QFontMetricsF:
    return QFontMetricsF(theme.font(size, bold))


def _line_height() -> float:
    return _metrics(bold=True).height()


def _line(number: int) -> float:
    """Return the top of a line of text in the row."""
    return theme.px(10) + number * (_line_height() + theme.px(3))


def _right_width(row: QueueRow) -> float:
    small = _metrics("small")
    timer = _metrics("small", bold=True) if row.long else small
    chip = small.horizontalAdvance(_chip_text(row)) + theme.px(16)
    return max(chip, timer.horizontalAdvance(timer_words(row)), _metrics(bold=True).horizontalAdvance(row.amount_text))


def _left_edge() -> float:
    return theme.px(14) + max(_metrics(bold=True).horizontalAdvance("12:30"), theme.px(50)) + theme.px(12)


def _chip_text(row: QueueRow) -> str:
    status = shown_status(row)
    return f"{glyph(status)} {status_word(status)}"


def _badge_marks(row: QueueRow, width: float) -> Iterator[_Mark]:
    """Yield the badges from the third line on; beside the amount they are narrow, below it they may be wide."""
    small, left, edge = _metrics("small"), _left_edge(), theme.px(12)
    height, gap = small.height() + theme.px(3), theme.px(5)
    x, y = left, _line(2)
    for badge in row.badges:
        text = _badge_text(badge)
        wide = small.horizontalAdvance(text) + theme.px(11)
        beside = y < _line(2) + _line_height() and bool(row.amount_text)
        end = width - edge - (_metrics(bold=True).horizontalAdvance(row.amount_text) + gap if beside else 0)
        if x > left and x + wide > end:
            x, y = left, y + height + gap
        yield _Mark(_BADGES[badge.kind], text, QRectF(x, y, wide, height))
        x += wide + gap


def _badge_text(badge: Badge) -> str:
    return f"{glyph(_BADGES[badge.kind])} {badge.text.removesuffix(' ✓')}"


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem, row: QueueRow) -> None:
    tokens, height, width = theme.current(), option.rect.height(), option.rect.width()
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(QRectF(0, 0, width, height), QColor(tokens.accent_tint))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(QRectF(0, 0, width, height), QColor(tokens.raised))
    painter.fillRect(QRectF(0, height - 1, width, 1), QColor(tokens.line))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.status_colors(shown_status(row))[0]))
    edge = theme.px(9)
    painter.drawRoundedRect(QRectF(0, edge, theme.px(4), height - 2 * edge), theme.px(2), theme.px(2))


def _draw_ring(painter: QPainter, size: QSize) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.current().accent), theme.px(2)))
    painter.drawRoundedRect(QRectF(1, 1, size.width() - 2, size.height() - 3), theme.px(3), theme.px(3))


def _draw_left(painter: QPainter, row: QueueRow, width: int) -> None:
    left, edge = _left_edge(), theme.px(14)
    room = width - left - _right_width(row) - theme.px(20)
    _draw_text(painter, QRectF(edge, _line(0), left - edge, 0), format_time(row.start_minute, half=False), bold=True)
    _draw_text(painter, QRectF(left, _line(0), room, 0), row.name, bold=True)
    facts = f"{format_date(row.birth_date)} · #{row.record_no}"
    for x, text, wide in ((float(edge), row.provider_short, left - edge - theme.px(4)), (left, facts, room)):
        _draw_text(painter, QRectF(x, _line(1), wide, 0), text, size="small", tint=theme.current().secondary)


def _draw_right(painter: QPainter, row: QueueRow, width: int) -> None:
    small, text = _metrics("small"), _chip_text(row)
    wide = small.horizontalAdvance(text) + theme.px(16)
    height = small.height() + theme.px(3)
    edge = width - theme.px(12)
    _draw_mark(painter, _Mark(shown_status(row), text, QRectF(edge - wide, _line(0) - 1, wide, height)), height / 2)
    tint = theme.status_colors("missed")[0] if row.long else theme.current().secondary
    place = QRectF(0, _line(1), edge, 0)
    _draw_text(painter, place, timer_words(row), size="small", bold=row.long, tint=tint, right=True)
    _draw_text(painter, QRectF(0, _line(2), edge, 0), row.amount_text, bold=True, right=True)


def _draw_mark(painter: QPainter, mark: _Mark, radius: float) -> None:
    ink, tint = theme.status_colors(mark.status)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint))
    painter.drawRoundedRect(mark.box, radius, radius)
    painter.setPen(QColor(ink))
    painter.setFont(theme.font("small"))
    painter.drawText(mark.box, Qt.AlignmentFlag.AlignCenter, mark.text)


def _draw_text(
    painter: QPainter,
    place: QRectF,
    text: str,
    *,
    size: str = "base",
    bold: bool = False,
    tint: str = "",
    right: bool = False,
) -> None:
    painter.setPen(QColor(tint or theme.current().text))
    painter.setFont(theme.font(size, bold))
    metrics = _metrics(size, bold)
    place.setHeight(_line_height())
    align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, shown)
