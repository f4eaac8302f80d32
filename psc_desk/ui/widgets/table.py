"""The table view of the whole window."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from PySide6.QtCore import QItemSelection, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from psc_desk.ui import theme
from psc_desk.ui.rows_model import RowsModel

R = TypeVar("R")
_LEAST = 150
"""The room that a column which takes what is left should have."""


class RowsTable(QTableView, Generic[R]):
    """Whole rows, sorted by header, Enter or double click opens; Tab leaves it; the selection survives `set_rows`."""

    row_selected = Signal(object)
    """the row, or None"""
    row_opened = Signal(object)
    """the row"""

    def __init__(self, model: RowsModel[R], name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = model
        self._wanted: Any = None
        self._narrow = False
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setModel(model)
        self._set_habits()
        self._set_columns()
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        self.selectionModel().selectionChanged.connect(self._selected)
        self.activated.connect(lambda index: self.row_opened.emit(model.row(index)))

    def current_row(self) -> R | None:
        """Return the selected row, or None."""
        index = self.currentIndex()
        return self.rows.row(index) if index.isValid() else None

    def select_key(self, key: Any) -> bool:
        """Select the row with `key`; return False when it is not there."""
        index = self.rows.find(key)
        if index.isValid():
            self.setCurrentIndex(index)
        return index.isValid()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and the last row; a row has no first cell to go to."""
        edges = {QAbstractItemView.CursorAction.MoveHome: 0, QAbstractItemView.CursorAction.MoveEnd: -1}
        if action not in edges or not self.rows.rowCount():
            return super().moveCursor(action, modifiers)
        return self.rows.index(edges[action] % self.rows.rowCount(), 0)

    def _set_habits(self) -> None:
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(32))

    def _set_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(0)
        header.setStretchLastSection(not any(column.width < 0 for column in self.rows.columns))
        for number, column in enumerate(self.rows.columns):
            if column.width > 0:
                self.setColumnWidth(number, theme.px(column.width))
            elif column.width < 0:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is scarce, columns give what they can spare to the one that takes what is left."""
        super().resizeEvent(event)
        self._share_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Rows that came while the table was hidden were not measured."""
        super().showEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Take what the column in the middle lacks from those wider than their texts, then from long texts."""
        widths = {n: theme.px(column.width) for n, column in enumerate(self.rows.columns) if column.width > 0}
        least = theme.px(_LEAST)
        lacking = least * sum(column.width < 0 for column in self.rows.columns)
        lacking += sum(widths.values()) - self.viewport().width() if lacking else 0
        if lacking <= 0 and not self._narrow:
            return
        self._narrow = lacking > 0
        for needed in (self._needed, lambda _number: least):
            spare = {n: max(0, width - needed(n)) if lacking > 0 else 0 for n, width in widths.items()}
            whole = sum(spare.values())
            given = min(lacking, whole)
            widths = {n: width - -(-spare[n] * given // max(1, whole)) for n, width in widths.items()}
            lacking -= given
        for n, width in widths.items():
            self.setColumnWidth(n, width)

    def _needed(self, number: int) -> int:
        return max(self.sizeHintForColumn(number), self.horizontalHeader().sectionSizeHint(number))

    def _remember(self) -> None:
        self._wanted = self.rows.key_at(self.currentIndex())

    def _restore(self) -> None:
        self._share_room()
        if self._wanted is not None and not self.select_key(self._wanted):
            self.row_selected.emit(None)

    def _selected(self, chosen: QItemSelection, _left: QItemSelection) -> None:
        places = chosen.indexes()
        self.row_selected.emit(self.rows.row(QModelIndex(places[0])) if places else None)
