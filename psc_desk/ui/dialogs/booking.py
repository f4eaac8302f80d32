"""Book a visit: the first openings found at once, or an exact time with everything that stands against it (S2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from psc_desk.dates import format_day, format_time
from psc_desk.errors import ConflictError, DeskError, InputError, OverridableError
from psc_desk.queries.booking import BookingStart, VisitFacts, booking_start, no_openings_because
from psc_desk.queries.openings import OpeningRow, OpeningsQuery, openings
from psc_desk.queries.schedule import BookedRow, BookingInput, ConflictRow, conflicts
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.booking_fields import BookingFields
from psc_desk.ui.dialogs.booking_parts import Narrowing, OpeningsList, PatientPicker
from psc_desk.ui.dialogs.read_back import banner_data, open_read_back
from psc_desk.ui.tokens import glyph
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.usecases.schedule import book, book_anyway, move, move_anyway

Then = Callable[[BookedRow], Any]


@dataclass(frozen=True)
class BookingWish:
    """What is known when the dialog opens. With `visit_id` that visit is moved, or booked again when it is over."""

    patient_id: int | None = None
    provider_id: int | None = None
    day: date | None = None
    minute: int | None = None
    visit_id: int | None = None


def open_booking(
    context: Context,
    parent: QWidget | None,
    *,
    patient_id: int | None = None,
    provider_id: int | None = None,
    day: date | None = None,
    minute: int | None = None,
    visit_id: int | None = None,
    then: Then | None = None,
) -> BookingDialog:
    """Show the booking dialog over `parent`; `then` is told the read-back card of what was booked."""
    dialog = BookingDialog(context, parent, BookingWish(patient_id, provider_id, day, minute, visit_id), then)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class BookingDialog(DeskDialog[BookedRow]):
    """Enter goes on from the type to the openings, and books the one that is chosen."""

    def __init__(self, context: Context, parent: QWidget | None, wish: BookingWish, then: Then | None = None) -> None:
        super().__init__(parent, self.tr("Book a visit"), verb=self.tr("Book"))
        self.context = context
        self.wish = wish
        self.then = then
        self._start: BookingStart | None = None
        self._patient_id: int | None = None
        self._sought = self._checked = 0
        self._opening: OpeningRow | None = None
        self._build_parts()
        self._connect_parts()
        self._load(wish.patient_id)

    # What it looks like

    def _build_parts(self) -> None:
        self.fields = BookingFields()
        self.picker = PatientPicker(self.context)
        self.narrowing = Narrowing(self.fields.today)
        self.list = OpeningsList()
        self.pages = QStackedWidget()
        self.pages.addWidget(self._build_booking())
        self.pages.addWidget(self.picker)
        self.form.hide()
        self.body.addWidget(self.pages, 1)
        self.body.addWidget(self._build_foot())
        parent = self.parentWidget()
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        self.resize(min(theme.px(1000), room.width() - 40), min(theme.px(620), room.height() - 60))

    def _build_booking(self) -> QWidget:
        right = QVBoxLayout()
        right.addWidget(theme.label(self.tr("First openings"), "heading", bold=True))
        right.addWidget(self.narrowing)
        right.addWidget(self.list, 1)
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(20))
        across.addWidget(self.fields, 2)
        across.addLayout(right, 5)
        return page

    def _build_foot(self) -> QWidget:
        foot = QWidget()
        layout = QVBoxLayout(foot)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        self.target = theme.label("", "heading", bold=True)
        self.target.setObjectName("booking_target")
        self.against = theme.label("", look="warning")
        self.against.setObjectName("booking_conflicts")
        self.against.setWordWrap(True)
        self.anyway = Form()
        self.because = self.anyway.text(self.tr("Book &anyway, because"), "override_reason")
        self.other = button("other_patient", self.tr("Another patient"), self._pick_patient, look="link")
        self.buttons.insertWidget(0, self.other)
        for line in (self.target, self.against, self.anyway):
            layout.addWidget(line)
        for hidden in (self.anyway, self.against, self.other):
            hidden.hide()
        return foot

    def _connect_parts(self) -> None:
        self.picker.picked.connect(self._load)
        self.picker.register_wanted.connect(self._register)
        self.list.chosen.connect(self._choose)
        self.list.taken.connect(self._press)
        self.list.more_wanted.connect(self._search)
        self.narrowing.changed.connect(self._search)
        self.fields.search_changed.connect(self._search)
        self.fields.search_changed.connect(self._check)
        self.fields.time_typed.connect(self._time_typed)
        self.fields.left.connect(self._check)

    # Who, and with what to begin

    def _load(self, patient_id: int | None) -> None:
        self.context.ask(self, booking_start, patient_id, self.wish.visit_id, then=self._fill)

    def _fill(self, start: BookingStart) -> None:
        first, self._start = self._start is None, start
        visit, self._patient_id = start.visit, start.patient.patient_id if start.patient else None
        self.banner.show_patient(banner_data(start.patient, start.today) if start.patient else None)
        self.pages.setCurrentIndex(0 if start.patient else 1)
        self.other.setVisible(start.patient is not None and visit is None)
        self.primary.setText(self.tr("Book") if start.patient else self.tr("Choose"))
        if first:
            provider = self.wish.provider_id or (visit.provider_id if visit else None)
            self.fields.fill(start, provider, self.wish.day, self.wish.minute)
            self.narrowing.earliest.set_day(None if self.fields.exact else self.wish.day)
            self.narrowing.show_weekend(any(h.weekday > 4 for one in start.providers for h in one.hours))
        if start.patient is None:
            self.picker.box.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.fields.set_type(start.type_id, visit.minutes if visit else None)
        if visit is not None:
            self._fill_visit(visit)
        field = self.fields.type if self.fields.type.isEnabled() else self.fields.provider
        field.setFocus(Qt.FocusReason.TabFocusReason)
        self._search()
        self._check()

    def _fill_visit(self, visit: VisitFacts) -> None:
        self.fields.reason.setText(visit.reason)
        if visit.open:
            for field in (self.fields.type, self.fields.minutes, self.fields.reason):
                field.setEnabled(False)
            self.primary.setText(self.tr("Move"))
            self.setWindowTitle(self.tr("PSC Desk - Move a visit"))
            self.setAccessibleName(self.tr("Move a visit"))

    def _moved(self) -> VisitFacts | None:
        visit = self._start.visit if self._start else None
        return visit if visit is not None and visit.open else None

    def _pick_patient(self) -> None:
        self._patient_id = None
        self.pages.setCurrentIndex(1)
        self.banner.show_patient(None)
        self.other.hide()
        self.primary.setText(self.tr("Choose"))
        self.target.setText("")
        self._show_conflicts([])
        self.picker.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _register(self) -> None:
        from psc_desk.ui.dialogs.patient_form import open_registration

        open_registration(self.context, self, then=self._load)

    # What is looked for and found

    def _query(self) -> OpeningsQuery | None:
        kind = self.fields.kind()
        if kind is None or self._patient_id is None:
            return None
        provider = self.fields.provider.currentData()
        return replace(
            self.narrowing.narrow(kind.id),
            provider_ids=(provider,) if provider else (),
            room_kind=self.fields.room_kind(),
            minutes=self.fields.length(),
            limit=self.list.limit,
            patient_id=self._patient_id if self._moved() is None else None,
        )

    def _search(self) -> None:
        self._sought += 1
        self.error_line.hide()
        try:
            query = self._query()
        except InputError as error:
            self.show_error(error)
            return
        if query is None:
            if self._start is not None and not self._start.types:
                self.list.say(self.tr("There are no visit types yet. Add one in Settings first."))
            return
        self.list.begin()
        number = self._sought
        self.context.ask(
            self, openings, query, then=partial(self._found, number, query), failed=partial(self._not_found, number)
        )

    def _found(self, number: int, query: OpeningsQuery, rows: list[OpeningRow]) -> None:
        if number != self._sought:
            return
        if rows:
            self.list.show_rows(rows, choose=not self.fields.exact)
            return
        self._no_opening()

        def say(why: str) -> None:
            if number == self._sought:
                self.list.say(why)

        self.context.ask(self, no_openings_because, query, then=say)

    def _not_found(self, number: int, error: Exception) -> None:
        if number != self._sought:
            return
        if not isinstance(error, DeskError):
            self.context.report(error)
            return
        self._no_opening()
        self.list.say(str(error))
        if isinstance(error, InputError):
            self.show_error(error)

    # The time that is chosen

    def _no_opening(self) -> None:
        self._opening = None
        if not self.fields.exact:
            self.fields.clear_time()
        self._check()

    def _choose(self, row: OpeningRow) -> None:
        self._opening = row
        self.fields.show_opening(row)
        self._check()

    def _time_typed(self) -> None:
        self._opening = None
        self.list.unchoose()
        self._check()

    def _booking(self) -> BookingInput:
        if self._patient_id is None:
            raise InputError(self.tr("Choose the patient first."), "booking_patient")
        fields, opening = self.fields, None if self.fields.exact else self._opening
        kind = fields.kind()
        if kind is None:
            raise InputError(self.tr("Choose the visit type."), "visit_type")
        if opening is None and not fields.exact:
            raise InputError(self.tr("Choose an opening, or type a date and time."), "day")
        return BookingInput(
            self._patient_id,
            opening.provider_id if opening else fields.provider_id(),
            kind.id,
            opening.day if opening else fields.day.day(),
            opening.start_minute if opening else fields.time.minute(),
            fields.length(),
            fields.room.currentData() or (opening.room_id if opening else None),
            fields.reason.text(),
        )

    def _check(self) -> None:
        """Show what would be booked, and everything that stands against it."""
        self._checked += 1
        try:
            booking = self._booking()
        except InputError as error:
            self.target.setText("")
            self._show_conflicts([])
            typed = self.fields.exact and bool(self.fields.day.text().strip() and self.fields.time.text().strip())
            self.against.setText(str(error))
            self.against.setVisible(typed and self._patient_id is not None)
            return
        self.target.setText(self._words(booking))
        if not self.fields.exact:
            self._show_conflicts([])
            return
        number, moved = self._checked, self._moved()

        def show(rows: list[ConflictRow]) -> None:
            if number == self._checked:
                self._show_conflicts(rows)

        visit_id = moved.visit_id if moved else None
        self.context.ask(self, conflicts, booking, visit_id, then=show, failed=self._cannot)

    def _cannot(self, error: Exception) -> None:
        if isinstance(error, DeskError):
            self._show_conflicts([])
            self.against.setText(str(error))
            self.against.show()
        else:
            self.context.report(error)

    def _words(self, booking: BookingInput) -> str:
        today = self.fields.today()
        year = "" if booking.day.year == today.year else f", {booking.day.year}"
        day = self.tr("Today") if booking.day == today else format_day(booking.day) + year
        minutes = self.tr("{0} min").format(booking.minutes)
        who = self.fields.provider_name(booking.provider_id)
        return " · ".join((f"{day}, {format_time(booking.start_minute)}", minutes, who))

    def _show_conflicts(self, rows: list[ConflictRow]) -> None:
        lines = [f"{glyph('late' if row.overridable else 'missed')} {row.sentence}" for row in rows]
        hard = any(not row.overridable for row in rows)
        theme.set_look(self.against, "error" if hard else "warning")
        self.against.setText("\n".join(dict.fromkeys(lines)))
        self.against.setVisible(bool(rows))
        self.anyway.setVisible(bool(rows) and not hard)

    # Doing it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes from what narrows the search to the openings, and from there on books."""
        here = self._focused()
        searching = self.fields.narrows(here) or (here is not None and self.narrowing.isAncestorOf(here))
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and searching and self._patient_id is not None and not self.fields.exact and self.list.focus():
            return
        super().keyPressEvent(event)

    def _focused(self) -> QWidget | None:
        return self.focusWidget()

    def submit(self) -> None:
        """Take the patient, or book what is chosen."""
        if self._start is None:
            return
        if self.pages.currentIndex() == 1:
            self.picker.take()
            return
        if self.list.searching and not self.fields.exact:
            return
        booking = self._booking()
        reason = "" if self.anyway.isHidden() else self.because.text().strip()
        if not self.anyway.isHidden() and not reason:
            words = self.tr("Give a reason to book it anyway, or choose another time.")
            raise InputError(words, self.because.objectName())
        self._send(booking, reason)

    def _send(self, booking: BookingInput, reason: str) -> None:
        visit = self._moved()
        if visit is None:
            given = (booking, reason) if reason else (booking,)
            self.run(self.context, book_anyway if reason else book, *given)
            return
        place: dict[str, Any] = {"provider_id": booking.provider_id, "room_id": self.fields.room.currentData()}
        place |= {"seen_version": visit.version} | ({"reason": reason} if reason else {})
        verb: Callable[..., BookedRow] = move_anyway if reason else move
        self.run(self.context, verb, visit.visit_id, booking.day, booking.start_minute, **place)

    def refused(self, error: DeskError) -> bool:
        """Offer a reason where one helps; look again where someone was quicker."""
        if isinstance(error, OverridableError):
            self.anyway.show()
            self.show_error(InputError(str(error), self.because.objectName()))
            return True
        if isinstance(error, ConflictError):
            self._search()
            self.show_error(error)
            return True
        return False

    def finish(self, answer: BookedRow) -> None:
        """Say what was done and show the card to read back."""
        moved = self._moved() is not None
        words = (
            self.tr("{0} moved to {1} at {2} with {3}.") if moved else self.tr("{0} booked for {1} at {2} with {3}.")
        )
        when = format_day(answer.day), format_time(answer.start_minute)
        self.context.report.done(words.format(answer.patient_name, *when, answer.provider_name))
        data, parent = self.banner.data, self.parentWidget()
        super().finish(answer)
        if data is not None:
            open_read_back(self.context, parent, answer, data)
        if self.then is not None:
            self.then(answer)

    def _typed(self) -> list[object]:
        fields = self.fields
        return [fields.reason.text(), self.because.text(), fields.exact and (fields.day.text(), fields.time.text())]


__all__ = ["BookingDialog", "BookingWish", "open_booking"]
