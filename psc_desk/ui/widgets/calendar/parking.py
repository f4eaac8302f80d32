"""Which visits are parked: cut ones keep their time until they are put down, copied ones stay on the shelf."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from psc_desk.queries.calendar_rows import ParkedRow, VisitRow
from psc_desk.ui.shelf import Shelf
from psc_desk.ui.widgets.calendar.parked import ParkedShelf


class Parking(QObject):
    """What lies on the shelf, with the rows that putting down needs; every calendar shows the same."""

    def __init__(self, shelf: ParkedShelf, visits: Shelf) -> None:
        super().__init__(shelf)
        self.shelf = shelf
        self._visits = visits
        self.rows = visits.rows
        visits.put.connect(self._show_newest)
        visits.taken_off.connect(self._show)
        self._show()

    def put(self, visit: VisitRow, who: str, *, copied: bool) -> None:
        """Put a visit on the shelf; the newest is the one that V puts down."""
        minutes = QCoreApplication.translate("Calendar", "{0} min").format(visit.minutes)
        verb = QCoreApplication.translate("Calendar", "copied") if copied else ""
        detail = " · ".join(part for part in (visit.type_name, minutes, who, verb) if part)
        parked = ParkedRow(visit.visit_id, visit.patient_id, visit.patient_name, detail, copied)
        self.rows.pop(visit.visit_id, None)
        self.rows[visit.visit_id] = (visit, parked)
        self._visits.put.emit()

    def take_off(self, visit_id: int) -> None:
        """Take a visit off the shelf; it stands where it stood."""
        self.rows.pop(visit_id, None)
        self._visits.taken_off.emit()

    def current(self, visit_id: int | None = None) -> VisitRow | None:
        """Return the visit that V puts down, or the one with `visit_id`."""
        chosen = self.shelf.current()
        wanted = visit_id or (chosen.visit_id if chosen is not None else None)
        return self.rows[wanted][0] if wanted in self.rows else None

    def is_copy(self, visit_id: int) -> bool:
        """Tell whether the original stays where it is."""
        return visit_id in self.rows and self.rows[visit_id][1].copied

    def _show_newest(self) -> None:
        self.shelf.set_rows(())
        self._show()

    def _show(self) -> None:
        self.shelf.set_rows([parked for _, parked in self.rows.values()])
