"""The whole calendar: bar, view and shelf, and what each key, click and drag does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from psc_desk.events import PatientChanged, SettingChanged, VisitBooked, VisitChanged, VisitMoved, VisitStatusChanged
from psc_desk.models.visit import Status
from psc_desk.queries.calendar_board import BoardQuery, BoardRow, View, board
from psc_desk.queries.calendar_rows import VisitRow
from psc_desk.queries.schedule import BookedRow
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.visit_actions import Spot, VisitActions
from psc_desk.ui.widgets.basic import EmptyState
from psc_desk.ui.widgets.calendar.agenda_view import AgendaView
from psc_desk.ui.widgets.calendar.board_menu import open_menu
from psc_desk.ui.widgets.calendar.board_words import stepped, title_of
from psc_desk.ui.widgets.calendar.day_view import DayView
from psc_desk.ui.widgets.calendar.headers import CalendarHeader
from psc_desk.ui.widgets.calendar.month_view import MonthView
from psc_desk.ui.widgets.calendar.parked import ParkedShelf
from psc_desk.ui.widgets.calendar.parking import Parking
from psc_desk.ui.widgets.calendar.week_view import EVERYBODY, WeekView

AnyView = DayView | MonthView | AgendaView
_KINDS: dict[View, Callable[[], AnyView]] = {
    "day": DayView, "week": WeekView, "month": MonthView, "agenda": AgendaView,
}  # fmt: skip
_STALE = (VisitBooked, VisitMoved, VisitStatusChanged, VisitChanged, SettingChanged, PatientChanged)
_MINUTE = 60_000


class CalendarBoard(QWidget):
    """Shows today until told otherwise. Book takes `patient_id` along when it is set; its dialog says for whom."""

    visit_selected = Signal(int, int)
    """visit id, patient id"""
    patient_selected = Signal(int)
    """patient id: the visit was opened"""
    loaded = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.actions_on = VisitActions(context, self)
        self.row: BoardRow | None = None
        self.patient_id: int | None = None
        self._query = BoardQuery()
        self._asked = 0
        self._wanted: int | None = None
        self._stale = True
        self.header = CalendarHeader()
        self.stack = QStackedWidget()
        self.shelf = ParkedShelf()
        self.parking = Parking(self.shelf, context.shelf)
        self.empty = EmptyState(self.tr("There are no providers yet. Add one in Settings, then visits can be booked."))
        self.views: dict[View, AnyView] = {}
        self._build()
        self._connect()

    # What it is made of

    def _build(self) -> None:
        self.setObjectName("calendar_board")
        self.setAccessibleName(self.tr("Calendar"))
        self.stack.addWidget(self.view("day"))
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.shelf)
        self.setFocusProxy(self.view("day"))

    def _connect(self) -> None:
        self.header.go_today.connect(self.go_today)
        self.header.step_requested.connect(self.step)
        self.header.view_requested.connect(self.show_view)
        self.header.book_requested.connect(self.book)
        self.shelf.paste_requested.connect(self.paste)
        self.shelf.unpark_requested.connect(self.parking.take_off)
        self.actions_on.stale.connect(self._refresh)
        self.context.bus.subscribe(self, _STALE, self._changed)
        self._clock = QTimer(self, interval=_MINUTE)
        self._clock.timeout.connect(self._refresh)
        self._clock.start()

    def view(self, kind: View) -> AnyView:
        """Return a view, building it when it was not needed before."""
        if kind not in self.views:
            made = _KINDS[kind]()
            self.views[kind] = made
            self._connect_view(made)
            self.stack.addWidget(made)
        return self.views[kind]

    def _connect_view(self, view: AnyView) -> None:
        view.key_action.connect(self._key)
        view.view_requested.connect(self.show_view)
        view.go_today.connect(self.go_today)
        view.go_date_requested.connect(self.ask_date)
        view.step_requested.connect(self._step_days)
        if isinstance(view, MonthView):
            view.day_activated.connect(self._open_day)
            return
        view.visit_activated.connect(self._open_visit)
        view.visit_selected.connect(self.visit_selected)
        if isinstance(view, AgendaView):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(lambda at: self._menu(view.viewport().mapToGlobal(at)))
            return
        view.book_requested.connect(self._book_at)
        view.move_requested.connect(self._drag)
        view.resize_requested.connect(self._resize)
        view.context_requested.connect(self._menu)

    # Where it is

    @property
    def here(self) -> AnyView:
        """The view that is shown."""
        return self.view(self._query.view)

    @property
    def day(self) -> date | None:
        """The day that is shown, None until the first answer."""
        return self.row.day if self.row is not None else self._query.day

    def show_view(self, kind: str) -> None:
        """Show the day, week, month or agenda."""
        chosen: View = next((name for name in _KINDS if name == kind), "day")
        self._go(chosen, self._shown_day())

    def show_day(self, day: date | None) -> None:
        """Show a day, None for today, in the view that is chosen."""
        self._go(self._query.view, day)

    def show_provider(self, provider_id: int | None) -> None:
        """Show one provider only, None for everybody."""
        if provider_id != self._query.provider_id:
            self._query = BoardQuery(self._query.view, self._query.day, provider_id)
            self.reload()

    def go_today(self) -> None:
        """Show today."""
        self.show_day(None)

    def step(self, by: int) -> None:
        """Turn pages: days, weeks or months."""
        if self.row is not None:
            self.show_day(stepped(self._query.view, self.row.day, by))

    def ask_date(self) -> None:
        """Ask which date to go to."""
        if self.row is not None:
            from psc_desk.ui.dialogs.go_to_date import open_go_to_date

            open_go_to_date(self, self.row.today, self.row.day, then=self.show_day)

    def show_visit(self, visit_id: int) -> None:
        """Make a visit current if it is on the page."""
        view = self.here
        if isinstance(view, DayView):
            view.select_visit(visit_id)

    def show_patient(self, patient_id: int) -> None:
        """Book for this patient from now on, and make the patient's visit on the page current."""
        self.patient_id = patient_id
        current = self.here.current_visit()
        if current is not None and current.patient_id == patient_id:
            return
        for visit in self.row.visits if self.row is not None else ():
            if visit.patient_id == patient_id:
                self.show_visit(visit.visit_id)
                return
        if isinstance(self.here, DayView):
            self.here.select_nobody()

    def remember(self, memory: QSettings, key: str) -> None:
        """Write which view is chosen."""
        memory.setValue(f"{key}/view", self._query.view)

    def recall(self, memory: QSettings, key: str) -> None:
        """Show the view that was chosen last."""
        self.show_view(str(memory.value(f"{key}/view", "day")))

    def reload(self) -> None:
        """Ask for the page again; only the newest answer is shown."""
        self._stale = False
        self._asked += 1
        asked = self._asked

        def show(row: BoardRow) -> None:
            if asked == self._asked:
                self._show(row)

        self.context.ask(self, board, self._query, then=show)

    def showEvent(self, event: QShowEvent) -> None:
        """Reload what went stale while hidden."""
        super().showEvent(event)
        if self._stale:
            self.reload()

    def _go(self, kind: View, day: date | None) -> None:
        had_focus = self.stack.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self._query = BoardQuery(kind, day, self._query.provider_id)
        self.header.set_view(kind)
        self.setFocusProxy(self.here)
        if self.stack.currentWidget() is not self.empty:
            self.stack.setCurrentWidget(self.here)
        if had_focus:
            self.here.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reload()

    def _shown_day(self) -> date | None:
        view = self.here
        day = view.current_day() if isinstance(view, MonthView) else self._query.day
        return None if self.row is not None and day == self.row.today else day

    def _step_days(self, by: int) -> None:
        if self.row is not None:
            self.show_day(date.fromordinal(self.row.day.toordinal() + by))

    def _open_day(self, day: date) -> None:
        self._go("day", day)

    def _changed(self, _event: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self._stale = True
        if self.isVisible():
            self.reload()

    def _show(self, row: BoardRow) -> None:
        self.row = row
        self.header.set_title(title_of(row))
        self.header.set_counts(row.visit_count, row.opening_count)
        self.stack.setCurrentWidget(self.here if row.columns or row.view == "month" else self.empty)
        self._fill_view(row)
        if self._wanted is not None and any(visit.visit_id == self._wanted for visit in row.visits):
            self.show_visit(self._wanted)
            self._wanted = None
        self.loaded.emit()

    def _fill_view(self, row: BoardRow) -> None:
        view = self.here
        if isinstance(view, MonthView):
            view.set_month(row.day, row.month, row.today)
        elif isinstance(view, AgendaView):
            view.set_data(row.columns, row.visits)
        elif isinstance(view, WeekView):
            column = row.columns[0] if row.provider_id is not None and row.columns else EVERYBODY
            view.set_week(row.days, row.blocks, row.visits, column=column, now=row.now)
        else:
            view.set_data(row.columns, row.blocks, row.visits, row.day, row.minute if row.day == row.today else None)

    # Booking

    def book(self) -> None:
        """Find the first opening, from the day that is shown."""
        later = self.row is not None and self.row.day > self.row.today
        self._book(day=self.row.day if later and self.row is not None else None)

    def _book_at(self, column_key: str, day: date, minute: int) -> None:
        self._book(provider_id=_ids(column_key)[0], day=day, minute=minute)

    def _book(self, **wish: Any) -> None:
        from psc_desk.ui.dialogs.booking import open_booking

        wish.setdefault("patient_id", self.patient_id)
        open_booking(self.context, self, then=self._booked, **wish)

    def _booked(self, booked: BookedRow) -> None:
        self._wanted = booked.visit_id
        self._refresh()

    # Keys, drags and the menu

    def _visit(self, visit_id: int) -> VisitRow | None:
        return next((one for one in self.row.visits if one.visit_id == visit_id), None) if self.row else None

    def _key(self, letter: str, visit_id: int) -> None:
        name = {"A": "arrive", "B": "break", "X": "cut", "C": "copy", "V": "paste"}[letter]
        self.run(name, self._visit(visit_id))

    def _menu(self, at: QPoint) -> None:
        visit = self.here.current_visit()
        open_menu(self, at, visit, bool(self.parking.rows), lambda name: self.run(name, visit))

    def run(self, name: str, visit: VisitRow | None = None) -> None:
        """Do what a key or a line of the menu stands for, to the current visit unless one is given."""
        visit = visit or self.here.current_visit()
        if name == "paste":
            self.paste()
        elif name == "book":
            self._book_here()
        elif visit is None:
            self.context.report.note(self.tr("Choose a visit first."))
        else:
            self._verbs()[name](visit)

    def _verbs(self) -> dict[str, Callable[[VisitRow], Any]]:
        do = self.actions_on
        return {
            "open": lambda visit: self.patient_selected.emit(visit.patient_id),
            "arrive": lambda visit: do.arrive(visit.visit_id, visit.patient_name),
            "check_in": lambda visit: self._check_in(visit.visit_id),
            "check_out": lambda visit: self._check_out(visit.visit_id),
            "pay": self._pay,
            "in_room": lambda visit: do.set_status(visit.visit_id, visit.patient_name, Status.IN_ROOM),
            "with_provider": lambda visit: do.set_status(visit.visit_id, visit.patient_name, Status.WITH_PROVIDER),
            "checkout": lambda visit: do.set_status(visit.visit_id, visit.patient_name, Status.CHECKOUT),
            "confirm": lambda visit: do.confirm(visit.visit_id),
            "card": lambda visit: do.show_card(visit.visit_id),
            "break": lambda visit: do.break_off(visit.visit_id),
            "find": lambda visit: self._book(visit_id=visit.visit_id),
            "again": lambda visit: self._book(visit_id=visit.visit_id),
            "cut": lambda visit: self._park(visit, copied=False),
            "copy": lambda visit: self._park(visit, copied=True),
        }

    def paste(self, visit_id: int | None = None) -> None:
        """Put a parked visit down at the current slot: move what was cut, book what was copied once more."""
        parked = self.parking.current(visit_id)
        spot = self._spot(parked.start_minute if parked is not None else 0)
        if parked is None or spot is None:
            words = self.tr("Nothing is parked. Cut a visit with X or copy it with C first.")
            self.context.report.note(words if parked is None else self.tr("Choose a place in the calendar first."))
            return
        if self.parking.is_copy(parked.visit_id):
            self.actions_on.copy(parked.visit_id, spot, then=self._booked)
            return

        def put_down(booked: BookedRow) -> None:
            self.parking.take_off(booked.visit_id)
            self._booked(booked)

        self.actions_on.move(parked.visit_id, spot, back=_home(parked), then=put_down)

    def _park(self, visit: VisitRow, *, copied: bool) -> None:
        column = next((one for one in self.row.columns if one.key == visit.column_key), None) if self.row else None
        self.parking.put(visit, column.title if column is not None else "", copied=copied)
        words = (
            self.tr("{0} is copied: choose a place and press V.")
            if copied
            else self.tr("{0} is parked and keeps its time until you choose another place and press V.")
        )
        self.context.report.note(words.format(visit.patient_name))

    def _spot(self, own_minute: int) -> Spot | None:
        view = self.here
        if isinstance(view, MonthView):
            day = view.current_day()
            return None if day is None else Spot(day, own_minute)
        slot = view.current_slot() if isinstance(view, DayView) else None
        return None if slot is None else Spot(slot.day, slot.minute, *_ids(slot.column_key))

    def _book_here(self) -> None:
        view = self.here
        slot = view.current_slot() if isinstance(view, DayView) else None
        if slot is None:
            self.book()
            return
        visit = view.current_visit()
        self._book_at(slot.column_key, slot.day, visit.end_minute if visit is not None else slot.minute)

    def _drag(self, visit_id: int, column_key: str, day: date, minute: int) -> None:
        visit = self._visit(visit_id)
        if visit is not None:
            spot = Spot(day, minute, *_ids(column_key))
            self.actions_on.move(visit_id, spot, back=_home(visit), seen_version=visit.version)

    def _resize(self, visit_id: int, minutes: int) -> None:
        visit = self._visit(visit_id)
        if visit is not None:
            self.actions_on.resize(visit_id, minutes, back=visit.minutes, seen_version=visit.version)

    def _open_visit(self, visit_id: int) -> None:
        self.run("open", self._visit(visit_id))

    def _check_in(self, visit_id: int) -> None:
        from psc_desk.ui.dialogs.check_in import open_check_in

        open_check_in(self.context, self, visit_id)

    def _check_out(self, visit_id: int) -> None:
        from psc_desk.ui.dialogs.check_out import open_check_out

        open_check_out(self.context, self, visit_id)

    def _pay(self, visit: VisitRow) -> None:
        from psc_desk.ui.dialogs.payment import open_payment

        open_payment(self.context, self, visit.patient_id, visit.visit_id)


def _ids(column_key: str) -> tuple[int | None, int | None]:
    """Return (provider id, room id) of a column; None keeps what a visit has."""
    kind, _, number = column_key.partition(":")
    if not number:
        return None, None
    return (int(number), None) if kind == "provider" else (None, int(number))


def _home(visit: VisitRow) -> Spot:
    return Spot(visit.day, visit.start_minute, *_ids(visit.column_key))
