"""What is booked: the type, its length, with whom, in which room, why, and at what time."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.queries.booking import BookingStart, VisitTypeRow
from psc_desk.queries.openings import OpeningRow
from psc_desk.ui import theme
from psc_desk.ui.dialogs.booking_parts import swatch
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import DateEdit, TimeEdit


class BookingFields(QWidget):
    """The left side of the booking dialog. `exact` is True once a date and time are typed by hand."""

    search_changed = Signal()
    """something that decides which openings fit"""
    time_typed = Signal()
    left = Signal()
    """a date or time is complete"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exact = False
        self.start: BookingStart | None = None
        self.form = Form()
        self._build()
        self._connect()

    def _build(self) -> None:
        form = self.form
        self.type = form.add(self.tr("Visit &type"), _combo(), "visit_type")
        self.minutes = form.text(self.tr("&Minutes"), "minutes")
        self.provider = form.add(self.tr("&With"), _combo(), "provider")
        self.room = form.add(self.tr("R&oom"), _combo(), "room")
        self.reason = form.text(self.tr("&Reason"), "visit_reason")
        self.reason.setPlaceholderText(self.tr("what the patient comes for"))
        form.wide(theme.label(self.tr("The chosen time, or type another one:"), look="secondary"))
        self.day = form.add(self.tr("&Date"), DateEdit("day", self.tr("Date of the visit"), self.today))
        self.time = form.add(self.tr("T&ime"), TimeEdit("time", self.tr("Time of the visit")))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(form)
        layout.addStretch()

    def _connect(self) -> None:
        self.type.currentIndexChanged.connect(lambda _row: self._type_chosen())
        for box in (self.provider, self.room):
            box.currentIndexChanged.connect(lambda _row: self.search_changed.emit())
        self.minutes.editingFinished.connect(self._minutes_typed)
        for field in (self.day, self.time):
            field.textEdited.connect(lambda _text: self._time_typed())
            field.editingFinished.connect(self.left)

    def fill(self, start: BookingStart, provider_id: int | None, day: date | None, minute: int | None) -> None:
        """Offer what can be chosen and show what is known to begin with."""
        self.start = start
        for box in (self.type, self.provider, self.room):
            box.blockSignals(True)
        for kind in start.types:
            self.type.addItem(swatch(kind.color), self.tr("{0} · {1} min").format(kind.name, kind.minutes), kind.id)
        self.provider.addItem(self.tr("Anyone"), None)
        for one in start.providers:
            self.provider.addItem(one.name, one.id)
        self.room.addItem(self.tr("As needed"), None)
        for place in start.rooms:
            self.room.addItem(place.name, place.id)
        self.provider.setCurrentIndex(max(self.provider.findData(provider_id), 0))
        for box in (self.type, self.provider, self.room):
            box.blockSignals(False)
        self.exact = day is not None and minute is not None
        self.day.set_day(day)
        self.time.set_minute(minute)

    def set_type(self, type_id: int | None, minutes: int | None = None) -> None:
        """Choose a type without telling anybody; its own length unless `minutes` is given."""
        self.type.blockSignals(True)
        self.type.setCurrentIndex(max(self.type.findData(type_id), 0) if self.type.count() else -1)
        self.type.blockSignals(False)
        kind = self.kind()
        self.minutes.setText(str(minutes or (kind.minutes if kind else "")))

    def show_opening(self, row: OpeningRow) -> None:
        """Show the time of an opening that was chosen."""
        self.exact = False
        self.day.set_day(row.day)
        self.time.set_minute(row.start_minute)

    def clear_time(self) -> None:
        """Show no time: there is no opening."""
        self.day.set_day(None)
        self.time.set_minute(None)

    def today(self) -> date:
        """Return the clinic's today."""
        return self.start.today if self.start is not None else date(2000, 1, 1)

    def kind(self) -> VisitTypeRow | None:
        """Return the chosen type."""
        chosen = self.type.currentData()
        return next((kind for kind in self.start.types if kind.id == chosen), None) if self.start else None

    def length(self) -> int:
        """Return the minutes typed, or raise InputError."""
        text = self.minutes.text().strip()
        if not text.isascii() or not text.isdigit() or not 5 <= int(text) <= 600:
            raise InputError(self.tr("Type the length in minutes, from 5 to 600, such as 30."), "minutes")
        return int(text)

    def provider_id(self) -> int:
        """Return with whom an exact time is booked; InputError when nobody is chosen."""
        chosen = self.provider.currentData()
        everyone = self.start.providers if self.start else ()
        if chosen is None and len(everyone) == 1:
            return everyone[0].id
        if chosen is None:
            raise InputError(self.tr("Choose with whom: an exact time needs a provider."), "provider")
        return int(chosen)

    def provider_name(self, provider_id: int) -> str:
        """Return the name of a provider."""
        everyone = self.start.providers if self.start else ()
        return next((one.name for one in everyone if one.id == provider_id), "")

    def room_kind(self) -> str:
        """Return the kind of the chosen room, "" for any."""
        chosen = self.room.currentData()
        places = self.start.rooms if self.start else ()
        return next((place.kind for place in places if place.id == chosen), "")

    def narrows(self, field: QWidget | None) -> bool:
        """Tell whether `field` decides about the search, so that Enter goes on to the openings."""
        return field in (self.type, self.provider, self.room, self.minutes)

    def _type_chosen(self) -> None:
        kind = self.kind()
        if kind is not None:
            self.minutes.setText(str(kind.minutes))
        self.search_changed.emit()

    def _minutes_typed(self) -> None:
        if self.minutes.isModified():
            self.minutes.setModified(False)
            self.search_changed.emit()

    def _time_typed(self) -> None:
        self.exact = True
        self.time_typed.emit()


def _combo() -> QComboBox:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(16)
    return box
