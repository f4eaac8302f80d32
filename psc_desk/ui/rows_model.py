"""Tables: a model over frozen rows with columns declared as data, and the view that the whole window uses for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from psc_desk.ui import theme

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter

SORT_ROLE = Qt.ItemDataRole.UserRole
"""What the cell sorts by."""
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The frozen row itself."""

_ROOT = QModelIndex()


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column. `value` gives the text; `sort` what to sort by (else the text, accents folded); `status` a status
    whose colour the text takes; `tooltip` the hover text; `bold` rows' weight."""

    title: str
    value: Callable[[R], str]
    align: Qt.AlignmentFlag = LEFT
    sort: Callable[[R], Any] | None = None
    tooltip: Callable[[R], str] | None = None
    status: Callable[[R], str] | None = None
    bold: bool = False
    width: int = 0


class RowsModel(QAbstractTableModel, Generic[R]):
    """Shows rows; sorts by clicking a header. `key` tells which row is which across `set_rows`."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        rows: Sequence[R] = (),
        *,
        key: Callable[[R], Any] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._given: list[R] = list(rows)
        self._rows: list[R] = list(rows)
        self._words: list[str] = []
        self._key = key
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    @property
    def rows(self) -> Sequence[R]:
        """The rows in the order shown."""
        return self._rows

    def narrow(self, text: str) -> None:
        """Show only rows in which each word of `text` stands, until told otherwise."""
        self._words = fold(text).split()
        self.set_rows(self._given)

    def counts(self) -> tuple[int, int]:
        """Return how many rows are shown, and of how many."""
        return len(self._rows), len(self._given)

    def _fits(self, row: R) -> bool:
        said = fold("  ".join(column.value(row) for column in self.columns))
        return all(word in said for word in self._words)

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show these rows instead; a chosen sort order and what they are narrowed to stay."""
        self._given = list(rows)
        new = [row for row in self._given if self._fits(row)] if self._words else list(self._given)
        if self._sorted is not None:
            new = self._in_order(new, *self._sorted)
        if self._key is not None and [*map(self._key, new)] == [*map(self._key, self._rows)]:
            self._replace_changed(new)
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()

    def row(self, index: Index) -> R:
        """Return the row at `index`."""
        return self._rows[index.row()]

    def find(self, key: Any) -> QModelIndex:
        """Return the index of the row with `key`, or an invalid one."""
        for number, row in enumerate(self._rows):
            if self._key is not None and self._key(row) == key:
                return self.index(number, 0)
        return QModelIndex()

    def key_at(self, index: Index) -> Any:
        """Return the key of the row at `index`, or None."""
        return self._key(self.row(index)) if self._key is not None and index.isValid() else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return how many columns are declared."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the columns' titles."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, alignment, tooltip, status colour, sort value (SORT_ROLE) or the row (ROW_ROLE)."""
        if not self.checkIndex(index, QAbstractTableModel.CheckIndexOption.IndexIsValid):
            return None
        give = _ROLES.get(role)
        return None if give is None else give(self.columns[index.column()], self._rows[index.row()])

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by `column`, keeping the selection on its rows."""
        if not 0 <= column < len(self.columns):
            self._sorted = None
            return
        self._sorted = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        self._rows = self._in_order(before, column, order)
        self._move_persistent(before)
        self.layoutChanged.emit()

    def _in_order(self, rows: list[R], column: int, order: Qt.SortOrder) -> list[R]:
        declared = self.columns[column]
        return sorted(rows, key=lambda row: _sort_value(declared, row), reverse=order == Qt.SortOrder.DescendingOrder)

    def _move_persistent(self, before: list[R]) -> None:
        place = {id(row): number for number, row in enumerate(self._rows)}
        old = self.persistentIndexList()
        self.changePersistentIndexList(old, [self.index(place[id(before[i.row()])], i.column()) for i in old])

    def _replace_changed(self, new: list[R]) -> None:
        changed = [number for number, (old, row) in enumerate(zip(self._rows, new, strict=True)) if old != row]
        self._rows = new
        for number in changed:
            self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))


def fold(text: str) -> str:
    """Return `text` for sorting and finding: no accents, no case, đ as d."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def _sort_value(column: Column[R], row: R) -> Any:
    return column.sort(row) if column.sort is not None else fold(column.value(row))


def _tooltip(column: Column[R], row: R) -> str | None:
    return column.tooltip(row) if column.tooltip is not None else None


def _foreground(column: Column[R], row: R) -> QColor | None:
    status = column.status(row) if column.status is not None else ""
    return QColor(theme.status_colors(status)[0]) if status else None


_ROLES: dict[int, Callable[[Column[Any], Any], Any]] = {
    Qt.ItemDataRole.DisplayRole: lambda column, row: column.value(row),
    Qt.ItemDataRole.TextAlignmentRole: lambda column, _row: column.align,
    Qt.ItemDataRole.ToolTipRole: _tooltip,
    Qt.ItemDataRole.ForegroundRole: _foreground,
    Qt.ItemDataRole.FontRole: lambda column, _row: theme.font(bold=True) if column.bold else None,
    SORT_ROLE: _sort_value,
    ROW_ROLE: lambda _column, row: row,
}
