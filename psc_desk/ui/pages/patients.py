"""Patients: find while typing, the chart beside the list, register with search first (front-desk.md P1, P2, P4)."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from psc_desk import events
from psc_desk.queries.search import HitRow, find_patients
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.patient_form import open_registration
from psc_desk.ui.page import Page
from psc_desk.ui.panels import PanelHeader
from psc_desk.ui.widgets.basic import EmptyState
from psc_desk.ui.widgets.chart.lines import LineList
from psc_desk.ui.widgets.chart.panel import ChartPanel
from psc_desk.ui.widgets.chart.words import hit_line
from psc_desk.ui.widgets.key_button import KeyButton

_MOST = 50


class PatientsPage(Page):
    """Type, walk down, Enter: the chart is open."""

    NAME: ClassVar[str] = "patients"
    TITLE: ClassVar[str] = "Patients"
    ICON: ClassVar[str] = "users"
    SHORTCUT: ClassVar[str] = "Alt+3"
    refresh_on = (events.PatientRegistered, events.PatientChanged, events.VisitBooked, events.VisitMoved)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._asked = 0
        self.search = SearchLine(self.tr("Name, birth date, phone, record number or member ID"))
        self.list: LineList[HitRow] = LineList(
            "patients_found", self.tr("Patients found"), hit_line, lambda row: row.patient_id
        )
        self.chart = ChartPanel(context)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._build()
        self._connect()

    def show_patient(self, patient_id: int) -> bool:
        """Show this chart."""
        self.chart.show_patient(patient_id)
        self.list.choose(patient_id)
        return True

    def reload(self) -> None:
        """Ask again for what is typed."""
        self._ask()

    def register(self) -> None:
        """Register a patient, beginning with what was searched for."""
        found = self.list.rows.rowCount() > 0
        open_registration(self.context, self, typed="" if found else self.search.text(), then=self.show_patient)

    def remember(self, memory: QSettings) -> None:
        """Keep the split."""
        memory.setValue("patients/split", self.splitter.saveState())

    def recall(self, memory: QSettings) -> None:
        """Bring the split back."""
        state = memory.value("patients/split")
        if state is not None:
            self.splitter.restoreState(state)

    def _build(self) -> None:
        self.splitter.setObjectName("patients_split")
        theme.set_look(self.splitter, "window")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.px(12))
        self.splitter.addWidget(self._build_left())
        right = _panel()
        right.layout().addWidget(self.chart)  # type: ignore[union-attr]
        right.setMinimumWidth(theme.px(390))
        self.splitter.addWidget(right)
        self.splitter.setSizes([theme.px(620), theme.px(760)])
        layout = QHBoxLayout(self)
        edge = theme.px(12)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.addWidget(self.splitter)

    def _build_left(self) -> QWidget:
        left = _panel()
        self.header = PanelHeader(self.tr("Patients"))
        self.header.add(KeyButton("register", self.tr("Register"), "F2", self.register, look="primary"))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        empty = self.tr("Type the first letters of a name, a birth date, the end of a phone number or a record number.")
        self.stack.addWidget(EmptyState(empty))
        nobody = self.tr("Nobody like that is here. Try the birth date or the phone, or register a new patient.")
        self.stack.addWidget(EmptyState(nobody, self.tr("Register a patient  F2"), self.register))
        self.stack.setCurrentIndex(1)
        box = QVBoxLayout()
        box.setContentsMargins(theme.px(14), 0, theme.px(14), theme.px(12))
        box.addWidget(self.search)
        inside = left.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(self.header)
        inside.addLayout(box)
        inside.addWidget(self.stack, 1)
        left.setMinimumWidth(theme.px(360))
        return left

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._ask())
        self.search.stepped.connect(self.list.step)
        self.search.taken.connect(self._take)
        self.list.opened.connect(self._open)
        self.list.chosen.connect(lambda row: self._open(row) if self.list.hasFocus() else None)
        for job, run in (
            ("find", self.register), ("book", self.chart.book), ("check_in", self.chart.check_in),
            ("check_out", self.chart.check_out), ("pay", self.chart.pay),
        ):  # fmt: skip
            self.handle(job, run)
        self.offer(self.tr("Register a patient"), self.register, icon="user-plus")
        self.offer(self.tr("Change patient"), self.chart.edit, "Ctrl+E", "pencil")
        self.offer(self.tr("Find a patient"), self._focus_search, "Ctrl+F", "user-search")
        QTimer.singleShot(0, self, self._focus_search)

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _ask(self) -> None:
        self._asked += 1
        number, text = self._asked, self.search.text().strip()
        if not text:
            self._show("", [])
            return

        def show(rows: list[HitRow]) -> None:
            if number == self._asked:
                self._show(text, rows)

        self.context.ask(self, find_patients, text, _MOST, then=show)

    def _show(self, text: str, rows: list[HitRow]) -> None:
        self.list.set_rows(rows)
        self.stack.setCurrentIndex(0 if rows else 2 if text else 1)
        many = len(rows) >= _MOST
        found = (
            self.tr("the first {0}; type more to narrow it").format(_MOST)
            if many
            else self.tr("{0} found").format(len(rows))
        )
        self.header.subtitle.setText(found if text else "")
        if rows and self.list.current_row() is None:
            self.list.choose(rows[0].patient_id)

    def _take(self) -> None:
        row = self.list.current_row()
        if row is not None:
            self._open(row)

    def _open(self, row: HitRow | None) -> None:
        if row is not None:
            self.chart.show_patient(row.patient_id)


class SearchLine(QLineEdit):
    """Down and Up walk in the list below, Enter opens, Esc empties."""

    stepped = Signal(int)
    taken = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setObjectName("patients_search")
        self.setAccessibleName(words)
        self.setPlaceholderText(words)
        self.setClearButtonEnabled(True)
        theme.style(self, "heading", look="search")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrows and Enter to the list."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


def _panel() -> QFrame:
    frame = QFrame()
    theme.set_look(frame, "panel")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(1, 1, 1, 1)
    layout.setSpacing(0)
    return frame
