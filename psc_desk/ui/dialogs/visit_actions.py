"""What can be done to a booked visit from the calendar, the queue or the chart (front-desk.md S1, S5, Q2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from psc_desk.dates import format_day, format_time
from psc_desk.errors import ConflictError, InputError, OverridableError
from psc_desk.models.visit import Status
from psc_desk.queries.booking import BreakRow, VisitFacts, break_row, visit_facts
from psc_desk.queries.schedule import BookedRow, read_back
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.read_back import banner_data, open_read_back
from psc_desk.usecases.schedule import (
    NOT_THE_PATIENT,
    cancel,
    confirm,
    copy,
    copy_anyway,
    mark_missed,
    move,
    move_anyway,
    resize,
    resize_anyway,
)
from psc_desk.usecases.visits import arrive, left_unseen, set_status, undo_status

Then = Callable[[BookedRow], Any]


@dataclass(frozen=True)
class Spot:
    """Where a visit goes; None keeps the provider or the room."""

    day: date
    minute: int
    provider_id: int | None = None
    room_id: int | None = None


class VisitActions(QObject):
    """Does one thing to one visit and says so in the message bar; status changes can be undone for ten minutes.

    `over` is the widget that its dialogs lie over.
    """

    stale = Signal()
    """someone else changed the visit meanwhile: what is on the screen is old"""

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__(over)
        self.context = context
        self.over = over

    def arrive(self, visit_id: int, name: str) -> None:
        """Mark the patient as here."""
        self._change(self.tr("{0} has arrived.").format(name), arrive, visit_id)

    def set_status(self, visit_id: int, name: str, status: Status) -> None:
        """Take the visit on: in room, with provider, check-out."""
        words = {
            Status.IN_ROOM: self.tr("{0} is in the room."),
            Status.WITH_PROVIDER: self.tr("{0} is with the provider."),
            Status.CHECKOUT: self.tr("{0} is at check-out."),
        }
        self._change(words.get(status, "{0}: " + status.word).format(name), set_status, visit_id, status)

    def break_off(self, visit_id: int) -> None:
        """Ask how the visit ends before it began: cancelled, missed, or left unseen."""
        self.context.ask(self, break_row, visit_id, then=self._ask_break)

    def confirm(self, visit_id: int) -> None:
        """Ask how and with whom the visit was confirmed."""
        self.context.ask(self, visit_facts, visit_id, then=self._ask_confirm)

    def move(
        self,
        visit_id: int,
        spot: Spot,
        *,
        back: Spot | None = None,
        seen_version: int | None = None,
        then: Then | None = None,
    ) -> None:
        """Move a visit; what stands against it can be overridden with a reason. `back` is where undo takes it."""
        place = {"provider_id": spot.provider_id, "room_id": spot.room_id, "seen_version": seen_version}
        undo = None if back is None else partial(self.move, visit_id, back)

        def say(booked: BookedRow) -> None:
            self.context.report.done(self.tr("{0} moved to {1}.").format(booked.patient_name, _when(booked)), undo=undo)

        self._place(_Attempt(move, move_anyway, (visit_id, spot.day, spot.minute), place), say, then)

    def resize(self, visit_id: int, minutes: int, *, back: int | None = None, seen_version: int | None = None) -> None:
        """Give a visit another length; `back` is the length that undo gives it again."""
        undo = None if back is None else partial(self.resize, visit_id, back)

        def say(booked: BookedRow) -> None:
            words = self.tr("the visit of {0} now lasts {1} minutes.").format(booked.patient_name, booked.minutes)
            self.context.report.done(words, undo=undo)

        self._place(_Attempt(resize, resize_anyway, (visit_id, minutes), {"seen_version": seen_version}), say)

    def copy(self, visit_id: int, spot: Spot, *, then: Then | None = None) -> None:
        """Book the same visit once more, and show the card to read back."""
        place = {"provider_id": spot.provider_id}
        self._place(_Attempt(copy, copy_anyway, (visit_id, spot.day, spot.minute), place), self._copied, then)

    def show_card(self, visit_id: int) -> None:
        """Show the read-back card of a visit, from where its slip is printed."""
        self.context.ask(self, read_back, visit_id, then=self._show_card)

    # Status changes

    def _change(self, words: str, usecase: Callable[..., int], visit_id: int, *args: Any) -> None:
        def done(change_id: int) -> None:
            self.context.report.done(words, undo=partial(self._undo, change_id, words))

        self.context.do(self, usecase, visit_id, *args, then=done)

    def _undo(self, change_id: int, words: str) -> None:
        taken_back = self.tr("taken back: {0}").format(words)
        self.context.do(self, undo_status, change_id, then=lambda _id: self.context.report.done(taken_back))

    def _ask_break(self, row: BreakRow) -> None:
        if not (row.visit.open and row.visit.status not in _PAST_LEAVING):
            words = self.tr("This visit is {0}. Undo that first if it was a mistake.")
            self.context.report.not_done(words.format(row.visit.status_word.lower()))
            return
        _open(BreakDialog(self.context, self.over, row, self._broken))

    def _broken(self, words: str, change_id: int) -> None:
        self.context.report.done(words, undo=partial(self._undo, change_id, words))

    def _ask_confirm(self, visit: VisitFacts) -> None:
        _open(ConfirmVisitDialog(self.context, self.over, visit))

    # Place and length

    def _place(self, attempt: _Attempt, say: Callable[[BookedRow], Any], then: Then | None = None) -> None:
        def done(booked: BookedRow) -> None:
            say(booked)
            if then is not None:
                then(booked)

        def failed(error: Exception) -> None:
            if not isinstance(error, OverridableError):
                self.context.report(error)
                if isinstance(error, ConflictError):
                    self.stale.emit()
                return

            def offer(visit: VisitFacts) -> None:
                _open(AnywayDialog(self.context, self.over, attempt, Stop(str(error), visit, done)))

            self.context.ask(self, visit_facts, attempt.args[0], then=offer)

        self.context.do(self, attempt.verb, *attempt.args, then=done, failed=failed, **attempt.place)

    def _copied(self, booked: BookedRow) -> None:
        self.context.report.done(self.tr("{0} booked for {1}.").format(booked.patient_name, _when(booked)))
        self._show_card(booked)

    def _show_card(self, booked: BookedRow) -> None:
        def show(visit: VisitFacts) -> None:
            open_read_back(self.context, self.over, booked, banner_data(visit.patient, visit.today))

        self.context.ask(self, visit_facts, booked.visit_id, then=show)


_PAST_LEAVING = (Status.WITH_PROVIDER, Status.CHECKOUT)
"""Too far on to be cancelled, missed or left."""


@dataclass(frozen=True)
class _Attempt:
    """A verb with its twin that takes a reason, and what both are called with."""

    verb: Callable[..., BookedRow]
    anyway: Callable[..., BookedRow]
    args: tuple[Any, ...]
    place: dict[str, Any]


@dataclass(frozen=True)
class Stop:
    """What stopped an attempt, whose visit it is, and who is told when it went through all the same."""

    sentences: str
    visit: VisitFacts
    done: Callable[[BookedRow], Any]


class AnywayDialog(DeskDialog[BookedRow]):
    """Says what stands against a place and takes the reason to use it anyway."""

    def __init__(self, context: Context, parent: QWidget, attempt: _Attempt, stop: Stop) -> None:
        patient = banner_data(stop.visit.patient, stop.visit.today)
        super().__init__(parent, self.tr("Book anyway?"), verb=self.tr("Book anyway"), patient=patient)
        self.context = context
        self._attempt = attempt
        self._done = stop.done
        words = theme.label(stop.sentences, look="warning")
        words.setObjectName("booking_conflicts")
        words.setWordWrap(True)
        words.setMinimumWidth(theme.px(420))
        self.form.wide(words)
        self.because = self.form.text(self.tr("Book &anyway, because"), "override_reason")

    def submit(self) -> None:
        """Do it with the reason."""
        reason = self.because.text().strip()
        if not reason:
            raise InputError(self.tr("Give a reason, or press Esc and choose another time."), "override_reason")
        self.run(self.context, self._attempt.anyway, *self._attempt.args, reason=reason, **self._attempt.place)

    def finish(self, answer: BookedRow) -> None:
        """Close and tell."""
        super().finish(answer)
        self._done(answer)


class BreakDialog(DeskDialog[int]):
    """Cancelled, missed or left unseen, with a reason; says when it counts as a late cancellation."""

    def __init__(self, context: Context, parent: QWidget, row: BreakRow, told: Callable[[str, int], Any]) -> None:
        patient = banner_data(row.visit.patient, row.visit.today)
        super().__init__(parent, self.tr("Break off a visit"), verb=self.tr("Cancel the visit"), patient=patient)
        self.context = context
        self.row = row
        self._told = told
        self.how = QButtonGroup(self)
        self.cancelled = self._way("break_cancel", self.tr("&Cancelled"), not row.here)
        self.missed = self._way("break_missed", self.tr("&Missed"), not row.here and row.begun)
        self.left = self._way("break_left", self.tr("&Left unseen"), row.here)
        self._build_form()
        (self.left if row.here else self.missed if row.begun else self.cancelled).setChecked(True)
        self.how.buttonToggled.connect(lambda _button, checked: self._show_way() if checked else None)
        self.reason.currentIndexChanged.connect(lambda _row: self._show_notice())
        self._show_way()
        self.reason.setFocus()

    def _way(self, name: str, words: str, possible: bool) -> QRadioButton:
        way = QRadioButton(words)
        way.setObjectName(name)
        way.setAccessibleName(words.replace("&", ""))
        way.setVisible(possible)
        self.how.addButton(way)
        return way

    def _build_form(self) -> None:
        ways = QWidget()
        across = QHBoxLayout(ways)
        across.setContentsMargins(0, 0, 0, 0)
        for way in (self.cancelled, self.missed, self.left):
            across.addWidget(way)
        across.addStretch()
        visit = self.row.visit
        when = f"{format_day(visit.day)}, {format_time(visit.start_minute)} · {visit.provider_name} · {visit.type_name}"
        self.form.wide(theme.label(when, bold=True))
        self.form.wide(ways)
        self.reason = self.form.choice(self.tr("&Reason"), "reason", [])
        self.note = self.form.text(self.tr("&Note"), "note")
        self.notice = theme.label(look="warning")
        self.notice.setObjectName("late_notice")
        self.notice.setWordWrap(True)
        self.form.wide(self.notice)
        self.cancel.setText(self.tr("Keep the visit"))
        self.cancel.setAccessibleName(self.cancel.text())

    def _show_way(self) -> None:
        verb = self.tr("Cancel the visit")
        reasons: tuple[str, ...] = self.row.cancel_reasons
        if self.missed.isChecked():
            verb, reasons = self.tr("Mark as missed"), self.row.missed_reasons
        elif self.left.isChecked():
            verb = self.tr("Mark as left")
            reasons = (self.tr("Waited too long"), self.tr("Felt worse"), self.tr("Had to go"), self.tr("Other"))
        self.primary.setText(verb)
        self.reason.clear()
        self.reason.addItems(list(reasons))
        self._show_notice()

    def _show_notice(self) -> None:
        late = self.row.short_notice and self.reason.currentText() not in NOT_THE_PATIENT
        words = self.tr("▲ Less than {0} hours ahead: this counts as a late cancellation.")
        self.notice.setText(words.format(self.row.notice_hours) if late else "")
        self.notice.setVisible(late and self.cancelled.isChecked())

    def submit(self) -> None:
        """Do what is chosen."""
        reason, note, visit = self.reason.currentText(), self.note.text().strip(), self.row.visit
        if reason == "Other" and not note:
            raise InputError(self.tr("Say why in a few words, so that others understand it later."), "note")
        seen: dict[str, Any] = {"seen_version": visit.version}
        if self.left.isChecked():
            self.run(self.context, left_unseen, visit.visit_id, f"{reason}: {note}" if note else reason, **seen)
        else:
            verb = mark_missed if self.missed.isChecked() else cancel
            self.run(self.context, verb, visit.visit_id, reason, note, **seen)

    def finish(self, answer: int) -> None:
        """Close and tell, so that it can be undone."""
        name, day = self.row.visit.patient.name, format_day(self.row.visit.day)
        words = self.tr("the visit of {0} on {1} is cancelled.")
        if self.missed.isChecked():
            words = self.tr("the visit of {0} on {1} is marked as missed.")
        elif self.left.isChecked():
            words = self.tr("{0} left unseen on {1}.")
        super().finish(answer)
        self._told(words.format(name, day), answer)


class ConfirmVisitDialog(DeskDialog[None]):
    """How and with whom a visit was confirmed: a fact of its own, not a status."""

    def __init__(self, context: Context, parent: QWidget, visit: VisitFacts) -> None:
        super().__init__(
            parent, self.tr("Confirm a visit"), verb=self.tr("Confirm"), patient=banner_data(visit.patient, visit.today)
        )
        self.context = context
        self.visit = visit
        when = f"{format_day(visit.day)}, {format_time(visit.start_minute)} · {visit.provider_name} · {visit.type_name}"
        self.form.wide(theme.label(when, bold=True))
        if visit.confirmation:
            self.form.wide(theme.label(self.tr("Confirmed before: {0}").format(visit.confirmation), look="secondary"))
        ways = (
            self.tr("by phone, with the patient"),
            self.tr("by phone, with the family"),
            self.tr("in person"),
            self.tr("by text message"),
            self.tr("by e-mail"),
        )
        self.how = self.form.choice(self.tr("&How"), "how", [(way, way) for way in ways])
        self.how.setEditable(True)

    def submit(self) -> None:
        """Save how."""
        self.run(self.context, confirm, self.visit.visit_id, self.how.currentText())

    def finish(self, answer: None) -> None:
        """Close and tell."""
        super().finish(answer)
        words = self.tr("the visit of {0} is confirmed {1}.")
        self.context.report.done(words.format(self.visit.patient.name, self.how.currentText().strip()))


def _open(dialog: DeskDialog[Any]) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _when(booked: BookedRow) -> str:
    return f"{format_day(booked.day)} at {format_time(booked.start_minute)} with {booked.provider_name}"
