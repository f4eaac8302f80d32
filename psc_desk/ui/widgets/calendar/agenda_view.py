"""The agenda: the visits of one or more days as a plain table, by time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from psc_desk.queries.calendar_rows import CalendarColumn, VisitRow
from psc_desk.ui import theme
from psc_desk.ui.rows_model import Column, RowsModel
from psc_desk.ui.tokens import glyph
from psc_desk.ui.widgets.calendar.geometry import spoken_time
from psc_desk.ui.widgets.calendar.keys import CalendarKeys
from psc_desk.ui.widgets.calendar.look import status_words, tone_of


class AgendaView(QTableView):
    """Enter or a double click opens a visit; the calendar's letters work as in the day."""

    visit_activated = Signal(int)
    visit_selected = Signal(int, int)
    key_action = Signal(str, int)
    view_requested = Signal(str)
    go_today = Signal()
    go_date_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: dict[str, str] = {}
        self._quiet = False
        self._keys = CalendarKeys(self)
        self.visits: RowsModel[VisitRow] = RowsModel(self._columns(), key=lambda row: row.visit_id, parent=self)
        self._set_up()

    def _columns(self) -> tuple[Column[VisitRow], ...]:
        return (
            Column(
                self.tr("Day"),
                lambda row: f"{row.day:%a %m/%d}",
                sort=lambda row: (row.day, row.start_minute),
                width=85,
            ),
            Column(self.tr("Time"), lambda row: spoken_time(row.start_minute), sort=_when, width=75),
            Column(self.tr("Patient"), lambda row: row.patient_name, bold=True, width=160),
            Column(self.tr("Visit"), lambda row: row.type_name, width=150),
            Column(self.tr("With"), lambda row: self._titles.get(row.column_key, ""), width=150),
            Column(
                self.tr("Status"), lambda row: f"{glyph(tone_of(row))} {status_words(row)}", status=tone_of, width=120
            ),
            Column(self.tr("Born"), lambda row: f"{row.birth_date:%m/%d/%Y}" if row.birth_date else "", width=100),
            Column(self.tr("Note"), lambda row: row.note),
        )

    def _set_up(self) -> None:
        self.setObjectName("agendaView")
        self.setAccessibleName(self.tr("Agenda"))
        self.setModel(self.visits)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        for number, column in enumerate(self.visits.columns):
            self.setColumnWidth(number, theme.px(column.width or 90))
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.doubleClicked.connect(lambda index: self.visit_activated.emit(self.visits.row(index).visit_id))

    def set_data(self, columns: Sequence[CalendarColumn], visits: Sequence[VisitRow]) -> None:
        """Show these visits by day and time; the current one stays current."""
        current = self.current_visit()
        self._titles = {column.key: column.title for column in columns}
        self._quiet = True
        self.visits.set_rows(sorted(visits, key=lambda row: (row.day, row.start_minute, row.patient_name)))
        self.setColumnHidden(0, len({row.day for row in visits}) < 2)
        if current is not None:
            self.setCurrentIndex(self.visits.find(current.visit_id).siblingAtColumn(1))
        self._quiet = False

    def current_visit(self) -> VisitRow | None:
        """Return the current visit."""
        index = self.currentIndex()
        return self.visits.row(index) if index.isValid() else None

    def page_days(self, by: int) -> int:
        """Return how many days PgUp and PgDn go."""
        return by

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the visit; the calendar's letters; the rest is the table's."""
        visit = self.current_visit()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and visit is not None:
            self.visit_activated.emit(visit.visit_id)
        elif not self._keys.take(event):
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Do nothing: letters are commands here."""

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            visit = self.visits.row(current)
            self.visit_selected.emit(visit.visit_id, visit.patient_id)


def _when(row: VisitRow) -> tuple[date, int]:
    return row.day, row.start_minute
