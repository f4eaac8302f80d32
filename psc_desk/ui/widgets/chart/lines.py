"""A list of two-line rows for narrow panels: title and facts at the left, figure and status at the right."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from psc_desk.ui import theme
from psc_desk.ui.rows_model import ROW_ROLE, Column, RowsModel
from psc_desk.ui.tokens import glyph

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
_WRAP = Qt.TextFlag.TextWordWrap


@dataclass(frozen=True)
class Line:
    """What one row shows. `word` is drawn in the colour and with the sign of `status`; texts at the left wrap."""

    title: str = ""
    detail: str = ""
    right: str = ""
    status: str = ""
    word: str = ""

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        return ", ".join(part for part in (self.title, self.detail, self.right, self.word) if part)


class LineList(QListView, Generic[R]):
    """Rows drawn as `line(row)`; arrows choose, Enter or a double click opens, and the choice survives `set_rows`."""

    chosen = Signal(object)
    """the row, or None"""
    opened = Signal(object)
    """the row"""

    def __init__(self, name: str, words: str, line: Callable[[R], Line], key: Callable[[R], Hashable]) -> None:
        super().__init__()
        self.rows: RowsModel[R] = RowsModel([Column(words, lambda row: line(row).spoken)], key=key, parent=self)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setModel(self.rows)
        self.setItemDelegate(LineDelegate(self, line))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(lambda new, _old: self.chosen.emit(self._row(new)))
        self.doubleClicked.connect(lambda index: self.opened.emit(self._row(index)))

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show these rows; the chosen one stays chosen while it is among them."""
        kept = self.rows.key_at(self.currentIndex())
        self.rows.set_rows(rows)
        found = self.rows.find(kept) if kept is not None else QModelIndex()
        if found.isValid() and found != self.currentIndex():
            self.setCurrentIndex(found)
        self.scheduleDelayedItemsLayout()

    def current_row(self) -> R | None:
        """Return the chosen row, or None."""
        return self._row(self.currentIndex())

    def choose(self, key: Any) -> bool:
        """Choose the row with `key`; False when it is not there."""
        index = self.rows.find(key)
        if index.isValid():
            self.setCurrentIndex(index)
        return index.isValid()

    def step(self, by: int) -> None:
        """Choose the next (1) or previous (-1) row."""
        last = self.rows.rowCount() - 1
        if last >= 0:
            self.setCurrentIndex(self.rows.index(min(max(self.currentIndex().row() + by, 0), last), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens here and goes no further, so that it never presses a dialog's button."""
        row = self.current_row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            self.opened.emit(row)
            event.accept()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again at another scale."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.scheduleDelayedItemsLayout()

    def _row(self, index: Index) -> R | None:
        return self.rows.row(index) if index.isValid() else None


class LineDelegate(QStyledItemDelegate):
    """Paints a `Line`."""

    def __init__(self, view: QListView, line: Callable[[Any], Line]) -> None:
        super().__init__(view)
        self._view = view
        self._line = line

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as the wrapped texts need."""
        width = self._view.viewport().width()
        line = self._line(index.data(ROW_ROLE))
        left = _room(line, width)
        high = _height(line.title, theme.font(bold=True), left) + _height(line.detail, theme.font("small"), left)
        beside = bool(line.right) * _one(theme.font(bold=True)) + bool(line.word) * _one(theme.font("small"))
        return QSize(width, max(high, beside) + theme.px(15))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row: ground, status edge, texts, rule."""
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        line, tokens = self._line(index.data(ROW_ROLE)), theme.current()
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.accent_tint))
        if line.status:
            edge = QRect(rect.left(), rect.top() + theme.px(6), theme.px(3), rect.height() - theme.px(12))
            painter.fillRect(edge, QColor(theme.status_colors(line.status)[0]))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))
        self._left(painter, line, rect)
        self._right(painter, line, rect)
        painter.restore()

    def _left(self, painter: QPainter, line: Line, rect: QRect) -> None:
        room, tokens = _room(line, rect.width()), theme.current()
        top = rect.top() + theme.px(7)
        bold, small = theme.font(bold=True), theme.font("small")
        high = _height(line.title, bold, room)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        painter.drawText(QRect(rect.left() + theme.px(12), top, room, high), align | _WRAP, line.title)
        painter.setFont(small)
        painter.setPen(QColor(tokens.secondary if line.title else tokens.text))
        below = QRect(rect.left() + theme.px(12), top + high, room, _height(line.detail, small, room))
        painter.drawText(below, align | _WRAP, line.detail)

    def _right(self, painter: QPainter, line: Line, rect: QRect) -> None:
        box = rect.adjusted(0, theme.px(7), -theme.px(10), -theme.px(7))
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.setFont(theme.font(bold=True))
        painter.setPen(QColor(theme.current().text))
        painter.drawText(box, align, line.right)
        if line.word:
            painter.setFont(theme.font("small"))
            painter.setPen(QColor(theme.status_colors(line.status)[0]))
            down = _one(theme.font(bold=True)) if line.right else theme.px(2)
            painter.drawText(box.adjusted(0, down, 0, 0), align, _signed(line))


def _signed(line: Line) -> str:
    return f"{glyph(line.status)} {line.word}" if line.status else line.word


def _one(font: QFont) -> int:
    return QFontMetrics(font).height()


def _room(line: Line, width: int) -> int:
    figure = QFontMetrics(theme.font(bold=True)).horizontalAdvance(line.right)
    word = QFontMetrics(theme.font("small")).horizontalAdvance(_signed(line)) if line.word else 0
    beside = max(figure, word)
    return max(theme.px(80), width - theme.px(22) - (beside + theme.px(10) if beside else 0))


def _height(text: str, font: QFont, width: int) -> int:
    if not text:
        return 0
    return QFontMetrics(font).boundingRect(QRect(0, 0, width, 100_000), _WRAP, text).height()
