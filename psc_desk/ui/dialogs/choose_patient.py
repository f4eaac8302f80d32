"""Choose a patient where none is selected yet: find while typing, Up and Down walk, Enter takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.queries.search import HitRow, find_patients
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.rows_model import Column, RowsModel
from psc_desk.ui.widgets.inputs import TypedEdit
from psc_desk.ui.widgets.table import RowsTable


def choose_patient(context: Context, parent: QWidget, title: str, then: Callable[[int], Any]) -> None:
    """Ask whom it concerns; `then` is told the patient's id."""
    dialog = ChoosePatientDialog(context, parent, title)
    dialog.accepted.connect(lambda: then(dialog.answer or 0))
    dialog.open()


class ChoosePatientDialog(DeskDialog[int]):
    """Two identifiers on every hit."""

    def __init__(self, context: Context, parent: QWidget | None, title: str) -> None:
        super().__init__(parent, title, verb="Choose")
        self.setWindowTitle(f"PSC Desk - {title}")
        self.primary.setText(self.tr("Choose"))
        self.context = context
        self._asked = 0
        self.line = _Line(self.tr("Patient: name, birth date, phone or record number"))
        self.table = RowsTable(self._hits(), "patients_found", self.tr("Patients found"))
        self.none = theme.label(look="secondary")
        self.form.wide(theme.label(title, "heading", bold=True))
        self.form.wide(self.line)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.none)
        self.line.textChanged.connect(self._ask)
        self.line.stepped.connect(self._step)
        self.table.row_opened.connect(lambda _row: self.primary.click())
        self.finished.connect(self.deleteLater)
        self.resize(theme.px(640), theme.px(420))

    def value(self) -> int:
        """Return the patient; InputError when nobody is chosen."""
        row = self.table.current_row() if self.table.rows.rowCount() else None
        if row is None:
            raise InputError(self.tr("Type a name or birth date and choose the patient."), self.line.objectName())
        return row.patient_id

    def _hits(self) -> RowsModel[HitRow]:
        return RowsModel(
            (
                Column(self.tr("Patient"), lambda row: row.name, bold=True, width=-1),
                Column(self.tr("Born"), lambda row: format_date(row.birth_date), width=110),
                Column(self.tr("Number"), lambda row: f"#{row.record_no}", width=90),
                Column(self.tr("Phone"), lambda row: row.phone, width=140),
            ),
            key=lambda row: row.patient_id,
        )

    def _ask(self, text: str) -> None:
        self._asked += 1
        asked = self._asked

        def show(rows: list[HitRow]) -> None:
            if asked == self._asked:
                self._show(rows)

        self.context.ask(self, find_patients, text.strip(), then=show)

    def _show(self, rows: list[HitRow]) -> None:
        self.table.rows.set_rows(rows)
        if rows:
            self.table.setCurrentIndex(self.table.rows.index(0, 0))
        nobody = self.tr("Nobody by that name, date or number. Check the spelling.")
        self.none.setText(nobody if not rows and self.line.text().strip() else "")

    def _step(self, by: int) -> None:
        place = min(max(self.table.currentIndex().row() + by, 0), self.table.rows.rowCount() - 1)
        self.table.setCurrentIndex(self.table.rows.index(place, 0))


class _Line(TypedEdit):
    stepped = Signal(int)

    def __init__(self, words: str) -> None:
        super().__init__("find_patient", words)
        self.setPlaceholderText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk in the list below."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)
