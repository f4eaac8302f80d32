"""The item model behind the calendar: one row for each visit, in reading order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from psc_desk.queries.calendar_rows import VisitRow
from psc_desk.ui.widgets.calendar.geometry import Lane, spoken_time
from psc_desk.ui.widgets.calendar.look import status_words

VISIT_ROLE = Qt.ItemDataRole.UserRole
LANE_ROLE = Qt.ItemDataRole.UserRole + 1


class VisitModel(QAbstractListModel):
    """Visits sorted by lane and time. Accessible text: "Castillo, Inés, 9:30, Dr. Osei, arrived"."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[tuple[int, VisitRow]] = []
        self._lanes: tuple[Lane, ...] = ()
        self._rows: dict[int, int] = {}

    def set_items(self, lanes: Sequence[Lane], items: Sequence[tuple[int, VisitRow]]) -> None:
        """Replace everything; `items` are pairs of lane number and visit."""
        self.beginResetModel()
        self._lanes = tuple(lanes)
        self._items = sorted(items, key=lambda item: (item[0], item[1].start_minute, item[1].visit_id))
        self._rows = {visit.visit_id: row for row, (_, visit) in enumerate(self._items)}
        self.endResetModel()

    def items(self) -> list[tuple[int, VisitRow]]:
        """Return the pairs of lane number and visit, in row order."""
        return self._items

    def visit(self, index: QModelIndex | QPersistentModelIndex) -> VisitRow | None:
        """Return the visit of an index, None when the index is not valid."""
        return self._items[index.row()][1] if index.isValid() else None

    def index_of(self, visit_id: int) -> QModelIndex:
        """Return the index of a visit, an invalid one when it is not shown."""
        row = self._rows.get(visit_id)
        return QModelIndex() if row is None else self.index(row)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return the number of visits."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a visit's texts; `VISIT_ROLE` and `LANE_ROLE` return the row and the lane number."""
        if not index.isValid():
            return None
        lane, visit = self._items[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(lane, visit)
        if role in (Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole):
            return describe(visit)
        plain: dict[int, object] = {
            int(Qt.ItemDataRole.DisplayRole): visit.patient_name,
            int(VISIT_ROLE): visit,
            int(LANE_ROLE): lane,
        }
        return plain.get(int(role))

    def _spoken(self, lane: int, visit: VisitRow) -> str:
        where = self._lanes[lane].title
        return f"{visit.patient_name}, {spoken_time(visit.start_minute)}, {where}, {status_words(visit)}"


def describe(visit: VisitRow) -> str:
    """Return what the block has no room for, one fact to a line."""
    span = QCoreApplication.translate("Calendar", "{0} to {1}, {2} min")
    times = span.format(spoken_time(visit.start_minute), spoken_time(visit.end_minute), visit.minutes)
    who = [f"{visit.birth_date:%m/%d/%Y}" if visit.birth_date else "", visit.record_no and f"#{visit.record_no}"]
    lines = [
        f"{visit.patient_name} · {status_words(visit)}",
        " · ".join(part for part in who if part),
        f"{visit.type_name} · {times}",
        QCoreApplication.translate("Calendar", "Double-booked") if visit.double_booked else "",
        visit.note,
    ]
    return "\n".join(line for line in lines if line)
