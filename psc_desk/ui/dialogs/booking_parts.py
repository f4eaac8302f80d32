"""The parts of the booking dialog: who, and the list of openings with what narrows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from psc_desk.dates import format_date, format_time
from psc_desk.errors import InputError
from psc_desk.queries.openings import OpeningRow, OpeningsQuery
from psc_desk.queries.search import HitRow, find_patients
from psc_desk.schedule_rules import DAY_MINUTES
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import Column, RowsModel
from psc_desk.ui.widgets.basic import EmptyState, button
from psc_desk.ui.widgets.inputs import DateEdit, TimeEdit
from psc_desk.ui.widgets.table import RowsTable

_WEEKDAYS = (("Mo", "Monday"), ("Tu", "Tuesday"), ("We", "Wednesday"), ("Th", "Thursday"), ("Fr", "Friday"),
             ("Sa", "Saturday"), ("Su", "Sunday"))  # fmt: skip
_MORE = 20


class PatientPicker(QWidget):
    """Finds the patient while typing: Down chooses, Enter takes."""

    picked = Signal(int)
    register_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._asked = 0
        self.box = _PickerLine(self.tr("Patient: name, birth date, phone or record number"))
        self.hits: RowsModel[HitRow] = RowsModel(
            (
                Column(self.tr("Patient"), lambda row: row.name, bold=True, width=230),
                Column(self.tr("Born"), lambda row: format_date(row.birth_date), width=110),
                Column(self.tr("Number"), lambda row: f"#{row.record_no}", width=90),
                Column(self.tr("Phone"), lambda row: row.phone, width=-1),
            ),
            key=lambda row: row.patient_id,
        )
        self.table = RowsTable(self.hits, "booking_patients", self.tr("Patients found"))
        self.none = theme.label("", look="secondary")
        self._build()
        self._connect()

    def _build(self) -> None:
        across = QHBoxLayout()
        across.addWidget(self.box, 1)
        across.addWidget(button("booking_register", self.tr("Register a new patient"), self.register_wanted.emit))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(theme.label(self.tr("Who is the visit for?"), "heading", bold=True))
        layout.addLayout(across)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.none)

    def _connect(self) -> None:
        self.box.textChanged.connect(self._ask)
        self.box.stepped.connect(self._step)
        self.table.doubleClicked.connect(lambda _index: self.take())

    def take(self) -> None:
        """Take the current patient; InputError when there is none."""
        row = self.table.current_row()
        if row is None:
            raise InputError(self.tr("Type a name or birth date and choose the patient."), self.box.objectName())
        self.picked.emit(row.patient_id)

    def _ask(self, text: str) -> None:
        self._asked += 1
        asked = self._asked

        def show(rows: list[HitRow]) -> None:
            if asked == self._asked:
                self._show(rows)

        self.context.ask(self, find_patients, text.strip(), then=show)

    def _show(self, rows: list[HitRow]) -> None:
        self.hits.set_rows(rows)
        if rows:
            self.table.setCurrentIndex(self.hits.index(0, 0))
        nobody = self.tr("Nobody by that name, date or number. Check the spelling, or register a new patient.")
        self.none.setText(nobody if not rows and self.box.text().strip() else "")

    def _step(self, by: int) -> None:
        row = min(max(self.table.currentIndex().row() + by, 0), self.hits.rowCount() - 1)
        self.table.setCurrentIndex(self.hits.index(row, 0))


class _PickerLine(QLineEdit):
    stepped = Signal(int)

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setObjectName("booking_patient")
        self.setAccessibleName(words)
        self.setPlaceholderText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk in the list below."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class Narrowing(QWidget):
    """Not before, between two times of day, on which weekdays."""

    changed = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.earliest = DateEdit("earliest", self.tr("Not before"), today)
        self.begin = TimeEdit("window", self.tr("From this time of day"))
        self.end = TimeEdit("window_end", self.tr("Until this time of day"))
        self.days = [self._day_button(number, *words) for number, words in enumerate(_WEEKDAYS)]
        self.begin.setPlaceholderText(self.tr("8:00 am"))
        self.end.setPlaceholderText(self.tr("5:00 pm"))
        self._build()
        for field in (self.earliest, self.begin, self.end):
            field.editingFinished.connect(self._tell)
        self._told = self._typed()

    def _day_button(self, number: int, short: str, name: str) -> QToolButton:
        day = QToolButton(self)
        day.setObjectName(f"weekday_{number}")
        day.setText(short)
        day.setCheckable(True)
        day.setAccessibleName(self.tr("Only on {0}").format(name))
        day.setToolTip(day.accessibleName())
        day.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.set_look(day, "segment")
        day.clicked.connect(lambda _checked: self._tell())
        return day

    def _build(self) -> None:
        row, days = QHBoxLayout(), QHBoxLayout()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        for words, field, width in (
            (self.tr("Not before"), self.earliest, 120),
            (self.tr("from"), self.begin, 96),
            (self.tr("to"), self.end, 96),
        ):
            label = theme.label(words, look="secondary")
            label.setBuddy(field)
            row.addWidget(label)
            field.setFixedWidth(theme.px(width))
            row.addWidget(field)
        row.addStretch()
        days.addWidget(theme.label(self.tr("Only on"), look="secondary"))
        for day in self.days:
            days.addWidget(day)
        days.addStretch()
        whole.addLayout(row)
        whole.addLayout(days)

    def narrow(self, type_id: int) -> OpeningsQuery:
        """Return the query as far as it is known here; InputError names the field that cannot be read."""
        begin = self.begin.minute() if self.begin.text().strip() else 0
        end = self.end.minute() if self.end.text().strip() else DAY_MINUTES
        return OpeningsQuery(
            type_id=type_id,
            weekdays=tuple(number for number, day in enumerate(self.days) if day.isChecked()),
            from_minute=begin,
            to_minute=end,
            earliest=self.earliest.day_or_none(),
        )

    def show_weekend(self, shown: bool) -> None:
        """Offer Saturday and Sunday only where somebody works then."""
        for day in self.days[5:]:
            day.setVisible(shown)

    def _typed(self) -> tuple[object, ...]:
        return self.earliest.text(), self.begin.text(), self.end.text(), *(day.isChecked() for day in self.days)

    def _tell(self) -> None:
        if self._typed() != self._told:
            self._told = self._typed()
            self.changed.emit()


class OpeningsList(QWidget):
    """The first openings, found at once; "More" brings the next ones."""

    chosen = Signal(object)
    """OpeningRow, when the person picks another one"""
    taken = Signal()
    """double click"""
    more_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limit = _MORE
        self.searching = True
        self.rows: RowsModel[OpeningRow] = RowsModel(
            (
                Column(self.tr("Day"), day_words, bold=True, width=132, sort=lambda row: (row.day, row.start_minute)),
                Column(self.tr("Time"), lambda row: format_time(row.start_minute), width=88, sort=_time_first),
                Column(self.tr("With"), lambda row: row.provider_name, width=-1),
                Column(self.tr("Room"), lambda row: row.room_name, width=110),
            ),
            key=lambda row: (row.day, row.start_minute, row.provider_id),
        )
        self.table = RowsTable(self.rows, "openings", self.tr("First openings"))
        self.why = EmptyState(self.tr("Looking for the first openings…"))
        self.stack = QStackedWidget()
        self.more = button("more_openings", self.tr("More openings"), self._more, look="link")
        self._build()
        self.table.row_selected.connect(lambda row: self.chosen.emit(row) if row is not None else None)
        self.table.doubleClicked.connect(lambda _index: self.taken.emit())

    def _build(self) -> None:
        self.why.words.setObjectName("no_openings")
        self.stack.addWidget(self.why)
        self.stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)

    def current(self) -> OpeningRow | None:
        """Return the opening that is chosen."""
        return self.table.current_row() if self.stack.currentWidget() is self.table else None

    def begin(self) -> None:
        """Say that the search is on, without taking the old rows away before the new ones are there."""
        self.searching = True
        self.more.hide()

    def show_rows(self, rows: Sequence[OpeningRow], *, choose: bool) -> None:
        """Show what was found; `choose` the first one."""
        self.searching = False
        grown = len(rows) > self.rows.rowCount() and self.limit > _MORE
        place = self.rows.rowCount() if grown else 0
        self.rows.set_rows(rows)
        self.table.setColumnHidden(3, not any(row.room_name for row in rows))
        self.stack.setCurrentWidget(self.table if rows else self.why)
        self.more.setVisible(len(rows) >= self.limit)
        if choose and rows:
            self.table.setCurrentIndex(self.rows.index(min(place, len(rows) - 1), 0))

    def say(self, why: str) -> None:
        """Say why there is nothing to show."""
        self.searching = False
        self.rows.set_rows([])
        self.why.words.setText(why)
        self.stack.setCurrentWidget(self.why)
        self.more.hide()

    def unchoose(self) -> None:
        """Choose none of them: an exact time is typed."""
        self.table.clearSelection()
        self.table.selectionModel().clearCurrentIndex()

    def focus(self) -> bool:
        """Go to the list; False when there is nothing to choose."""
        if self.stack.currentWidget() is not self.table:
            return False
        if not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.rows.index(0, 0))
        self.table.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _more(self) -> None:
        self.limit += _MORE
        self.more_wanted.emit()


def day_words(row: OpeningRow) -> str:
    """Return "Thu 03/05/2026"."""
    return f"{_WEEKDAYS[row.day.weekday()][1][:3]} {format_date(row.day)}"


def _time_first(row: OpeningRow) -> tuple[int, date]:
    return row.start_minute, row.day


def swatch(color: str) -> QIcon:
    """Return a small square of a visit type's colour."""
    side = theme.px(12)
    picture = QPixmap(side, side)
    picture.fill(QColor(color))
    return QIcon(picture)
