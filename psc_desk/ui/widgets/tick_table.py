"""A table whose rows are ticked with Space or a click on the box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from psc_desk.ui.rows_model import CENTER, Column, RowsModel
from psc_desk.ui.widgets.table import RowsTable

R = TypeVar("R")


class TickTable(RowsTable[R], Generic[R]):
    """`TickTable(columns, key, "charges", "Open charges")`; `ticked()` gives the ticked rows."""

    ticks_changed = Signal()

    def __init__(
        self,
        columns: Sequence[Column[R]],
        key: Callable[[R], Any],
        name: str,
        words: str,
        parent: QWidget | None = None,
    ) -> None:
        keys: set[Any] = set()
        box = Column[R]("", lambda row: "☑" if key(row) in keys else "☐", CENTER, width=40)
        super().__init__(RowsModel([box, *columns], key=key), name, words, parent)
        self._keys, self._key = keys, key
        self.setAccessibleDescription(self.tr("Space ticks a row"))
        self.clicked.connect(self._clicked)

    def show_rows(self, rows: Sequence[R], *, ticked: bool = False) -> None:
        """Show these rows, all ticked or none."""
        self._keys.clear()
        if ticked:
            self._keys.update(map(self._key, rows))
        self.rows.set_rows(rows)
        self.repaint_rows()

    def ticked(self) -> list[R]:
        """Return the ticked rows in the order shown."""
        return [row for row in self.rows.rows if self._key(row) in self._keys]

    def toggle(self, row: R) -> None:
        """Tick a row, or take the tick away."""
        self._keys ^= {self._key(row)}
        self.repaint_rows()
        self.ticks_changed.emit()

    def repaint_rows(self) -> None:
        """Show again what the columns say."""
        last = self.rows.index(self.rows.rowCount() - 1, self.rows.columnCount() - 1)
        self.rows.dataChanged.emit(self.rows.index(0, 0), last)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks."""
        row = self.current_row()
        if event.key() == Qt.Key.Key_Space and row is not None:
            self.toggle(row)
            return
        super().keyPressEvent(event)

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self.toggle(self.rows.row(index))
