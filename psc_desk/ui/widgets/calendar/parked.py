"""The shelf under the calendar: visits cut or copied while a new place is looked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from psc_desk.queries.calendar_rows import ParkedRow
from psc_desk.ui import theme
from psc_desk.ui.widgets.calendar.look import Fonts, look

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
PARKED_ROLE = Qt.ItemDataRole.UserRole
"""The `ParkedRow` of an item."""


class ParkedModel(QAbstractListModel):
    """One item for each parked visit."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ParkedRow] = []

    def set_rows(self, rows: Sequence[ParkedRow]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of parked visits."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a parked visit's texts."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        verb = self.tr("copied") if row.copied else self.tr("cut")
        plain: dict[int, object] = {
            int(Qt.ItemDataRole.DisplayRole): f"{row.patient_name} {row.detail}",
            int(Qt.ItemDataRole.AccessibleTextRole): f"{row.patient_name}, {row.detail}, {verb}",
            int(PARKED_ROLE): row,
        }
        return plain.get(int(role))


class _ChipDelegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the room that both texts need."""
        fonts, row = Fonts(self._view.font()), index.data(PARKED_ROLE)
        wide = fonts.bold_width(row.patient_name + " ") + fonts.metrics.horizontalAdvance(row.detail)
        return QSize(wide + 30, fonts.line + 18)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one dashed chip."""
        fonts, colors, row = Fonts(self._view.font()), look(), index.data(PARKED_ROLE)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        chip = QRectF(option.rect).adjusted(2, 3, -4, -3)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(colors.accent_tint if chosen else colors.surface)
        pen = QPen(colors.accent if chosen else colors.control, (3 if self._view.hasFocus() else 2) if chosen else 1)
        pen.setStyle(Qt.PenStyle.SolidLine if row.copied else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(chip, 4, 4)
        room = chip.adjusted(11, 0, -6, 0)
        painter.setFont(fonts.bold)
        painter.setPen(colors.text)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), row.patient_name)
        painter.setFont(fonts.plain)
        painter.setPen(colors.secondary)
        shifted = room.adjusted(fonts.bold_width(row.patient_name + " "), 0, 0, 0)
        painter.drawText(shifted, int(Qt.AlignmentFlag.AlignVCenter), row.detail)
        painter.restore()


class _ShelfList(QListView):
    key_pressed = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on V, Enter and Delete; the rest is the list's."""
        if event.key() in (Qt.Key.Key_V, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete):
            self.key_pressed.emit(event.key())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Do nothing: letters are commands here."""


class ParkedShelf(QFrame):
    """Hides itself while empty. V or Enter asks to put the current one down, Delete to take it off the shelf."""

    paste_requested = Signal(int)
    unpark_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("parkedShelf")
        self.setAccessibleName(self.tr("Parked visits"))
        theme.set_look(self, "raised")
        self.parked = ParkedModel(self)
        self.list = _ShelfList(self)
        self._build()
        self.hide()

    def _build(self) -> None:
        self.list.setObjectName("parkedList")
        self.list.setAccessibleName(self.tr("Parked visits"))
        self.list.setModel(self.parked)
        self.list.setItemDelegate(_ChipDelegate(self.list))
        self.list.setProperty("look", "bare")
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedHeight(Fonts(theme.font()).line + 20)
        self.list.key_pressed.connect(self._on_key)
        self.list.doubleClicked.connect(lambda _index: self._on_key(Qt.Key.Key_V))
        words = QHBoxLayout()
        words.addWidget(theme.label(self.tr("Parked"), bold=True))
        hint = self.tr("visits cut while you look for a new place · V puts one down")
        words.addWidget(theme.label(hint, look="secondary"), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 6)
        whole.addLayout(words)
        whole.addWidget(self.list)

    def set_rows(self, rows: Sequence[ParkedRow]) -> None:
        """Show these; the current one stays, else the last parked becomes current."""
        current = self.current()
        self.parked.set_rows(rows)
        kept = [n for n, row in enumerate(rows) if current is not None and row.visit_id == current.visit_id]
        self.list.setCurrentIndex(self.parked.index(kept[0] if kept else len(rows) - 1))
        self.setVisible(bool(rows))

    def current(self) -> ParkedRow | None:
        """Return the parked visit that V puts down."""
        index = self.list.currentIndex()
        return self.parked.rows[index.row()] if index.isValid() else None

    def _on_key(self, key: int) -> None:
        row = self.current()
        if row is not None:
            signal = self.unpark_requested if key == Qt.Key.Key_Delete else self.paste_requested
            signal.emit(row.visit_id)
