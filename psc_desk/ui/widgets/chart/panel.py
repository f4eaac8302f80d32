"""The patient chart: banner, what to do next, and tabs. Opening it is recorded; it stays true while it is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QTabWidget, QToolButton, QVBoxLayout, QWidget

from psc_desk import events
from psc_desk.models.visit import Status
from psc_desk.queries.chart import ChartRow, chart
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.widgets.banner import PatientBanner
from psc_desk.ui.widgets.basic import EmptyState, line
from psc_desk.ui.widgets.chart.tabs import AuditTab, CoverageTab, ListTab, MoneyTab, NotesTab, PapersTab, VisitsTab
from psc_desk.ui.widgets.chart.today import TodayTab
from psc_desk.ui.widgets.chart.words import chart_banner
from psc_desk.ui.widgets.flow import FlowLayout
from psc_desk.ui.widgets.key_button import KeyButton
from psc_desk.usecases.chart import open_chart, open_chart_of_visit

STALE_ON = (
    events.PatientChanged, events.CoverageChanged, events.DocumentFiled, events.VisitBooked, events.VisitMoved,
    events.VisitChanged, events.VisitStatusChanged, events.CheckInSaved, events.ChargePosted, events.PaymentPosted,
    events.PaymentReversed, events.AdjustmentPosted, events.CreditApplied, events.PlanChanged, events.EstimateOwed,
    events.EstimateGiven, events.CodingAsked, events.IncomeAssessed,
)  # fmt: skip
_PAUSE_MS = 120
"""Walking through a list with the arrows opens the chart where one stops, not every chart on the way."""
_CHECK_IN = (Status.BOOKED, Status.ARRIVED)
_CHECK_OUT = (Status.IN_ROOM, Status.WITH_PROVIDER, Status.CHECKOUT)


class ChartPanel(QWidget):
    """`show_patient` and `show_visit` open a chart; `check_in`, `check_out`, `pay`, `book` work on who is shown."""

    patient_selected = Signal(int)
    """patient id: this chart is now shown"""
    visit_selected = Signal(int, int)
    """visit id, patient id: the chart is seen from this visit"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.row: ChartRow | None = None
        self._wanted: tuple[int | None, int | None] = (None, None)
        self._asked = 0
        self._reader_changed = False
        self.setObjectName("chart_panel")
        self.setAccessibleName(self.tr("Patient chart"))
        self.banner, self.today = PatientBanner(), TodayTab()
        self.tabs = QTabWidget()
        self.visits, self.coverage, self.money = VisitsTab(context), CoverageTab(context), MoneyTab(context)
        self.papers, self.notes, self.audit = PapersTab(context), NotesTab(context), AuditTab(context)
        self.lists: tuple[ListTab[Any], ...] = (
            self.visits, self.coverage, self.money, self.papers, self.notes, self.audit,
        )  # fmt: skip
        self.stack = QStackedWidget(self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._jobs = {"F3": self.book, "F4": self.check_in, "F6": self.check_out}
        self._build()
        self._connect()

    @property
    def patient_id(self) -> int | None:
        """Whose chart is shown, or being opened."""
        return self._wanted[0]

    @property
    def visit_id(self) -> int | None:
        """The visit at hand: the one asked for, else the one of today."""
        return self.row.visit.visit_id if self.row is not None and self.row.visit is not None else None

    def show_patient(self, patient_id: int) -> None:
        """Open a chart; the same one again changes nothing."""
        if self.patient_id != patient_id:
            self._want(patient_id, None)

    def show_visit(self, visit_id: int, patient_id: int | None = None) -> None:
        """Open the chart of a visit's patient, seen from that visit."""
        if self._wanted[1] == visit_id and self._wanted[0] is not None:
            return
        if self.row is not None and visit_id in {row.visit_id for row in self.row.all_visits}:
            self._wanted = (self.row.banner.patient_id, visit_id)
            self.refresh()
            return
        self._want(patient_id, visit_id)

    def clear(self) -> None:
        """Show nobody."""
        self._asked += 1
        self._pause.stop()
        self._wanted, self.row = (None, None), None
        self.banner.show_patient(None)
        self.stack.setCurrentIndex(0)

    def check_in(self) -> None:
        """Check in the visit at hand."""
        from psc_desk.ui.dialogs.check_in import open_check_in

        if self.visit_id is None:
            self._nothing(self.tr("There is no visit to check in. Press F3 to book one."))
            return
        open_check_in(self.context, self.window(), self.visit_id)

    def check_out(self) -> None:
        """Check out the visit at hand."""
        from psc_desk.ui.dialogs.check_out import open_check_out

        if self.visit_id is None:
            self._nothing(self.tr("There is no visit to check out."))
            return
        open_check_out(self.context, self.window(), self.visit_id)

    def pay(self) -> None:
        """Take a payment from whoever is shown."""
        from psc_desk.ui.dialogs.payment import open_payment

        if self.row is None:
            self._nothing(self.tr("Nobody is on screen. Choose a patient first."))
            return
        open_payment(self.context, self.window(), self.row.banner.patient_id, self.visit_id)

    def book(self) -> None:
        """Book a visit for whoever is shown."""
        from psc_desk.ui.dialogs.booking import open_booking

        open_booking(self.context, self.window(), patient_id=self.patient_id)

    def walk_in(self) -> None:
        """Take whoever is shown, who is here without an appointment."""
        from psc_desk.ui.dialogs.walk_in import open_walk_in

        if self.patient_id is not None:
            open_walk_in(
                self.context, self, self.patient_id, lambda made: self.show_visit(made.visit_id, made.patient_id)
            )

    def edit(self) -> None:
        """Change what is known about the patient."""
        from psc_desk.ui.dialogs.patient_form import open_patient_form

        if self.row is not None:
            open_patient_form(self.context, self.window(), self.row.banner.patient_id)

    def tab_names(self) -> list[tuple[str, str]]:
        """Return the name of each tab for `show_tab`, and its title, in order."""
        tabs = (self.today, *self.lists)
        return [(tab.objectName().removeprefix("chart_"), self.tabs.tabText(n)) for n, tab in enumerate(tabs)]

    def show_tab(self, name: str) -> None:
        """Go to the tab "today", "visits", "coverage", "money", "papers", "notes" or "audit"."""
        wanted = next((tab for tab in (self.today, *self.lists) if tab.objectName() == f"chart_{name}"), self.today)
        self.tabs.setCurrentWidget(wanted)

    def refresh(self) -> None:
        """Read again what is shown; the opening was recorded before."""
        patient_id, visit_id = self._wanted
        if self.row is None or patient_id != self.row.banner.patient_id or self._pause.isActive():
            return
        self._asked += 1
        self.context.ask(self, chart, self.row.banner.patient_id, visit_id, then=partial(self._answered, self._asked))

    def showEvent(self, event: QShowEvent) -> None:
        """Record it when somebody else looks now."""
        super().showEvent(event)
        if self._reader_changed:
            self._open()

    def changeEvent(self, event: QEvent) -> None:
        """Paint the tabs of the new scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def _build(self) -> None:
        empty = self.tr("Choose a patient in the list, or press Ctrl+K and type a name, birth date or phone.")
        self.stack.addWidget(EmptyState(empty))
        self.stack.addWidget(self._build_content())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _build_content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, theme.px(8), 0)
        top.addWidget(self.banner, 1)
        top.addWidget(self._build_more(), alignment=Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        column.addWidget(line())
        column.addWidget(self._build_jobs())
        column.addWidget(self._build_tabs(), 1)
        return content

    def _build_more(self) -> QWidget:
        self.more = QToolButton()
        self.more.setObjectName("chart_more")
        self.more.setAccessibleName(self.tr("More about this patient"))
        self.more.setToolTip(self.tr("More: change patient, papers, alerts"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        theme.set_icon(self.more, "dots", "secondary")
        self.menu = QMenu(self)
        self.menu.setObjectName("chart_menu")
        for name, words, run in self._menu_items():
            self._add(name, words, run)
        self.more.setMenu(self.menu)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, theme.px(10), 0, 0)
        column.addWidget(self.more)
        return holder

    def _menu_items(self) -> list[tuple[str, str, Callable[[], Any]]]:
        return [
            ("walk_in", self.tr("&Here without an appointment …"), self.walk_in),
            ("edit", self.tr("&Change patient …"), self.edit),
            ("note", self.tr("New &note …"), self.notes.add_note),
            ("alert", self.tr("New &alert …"), self.notes.add_alert),
            ("coverage", self.tr("Add co&verage …"), self.coverage.add),
            ("paper", self.tr("Attach a &paper …"), self.papers.attach),
            ("readers", self.tr("&Who saw this chart"), partial(self.show_tab, "audit")),
        ]

    def _add(self, name: str, words: str, run: Callable[[], Any]) -> None:
        action = QAction(words, self.menu)
        action.setObjectName(f"chart_action_{name}")
        action.triggered.connect(lambda _checked=False: run())
        self.menu.addAction(action)

    def _build_jobs(self) -> QWidget:
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(theme.px(14), theme.px(12), theme.px(14), theme.px(8))
        flow = FlowLayout()
        around.addLayout(flow)
        flow.setSpacing(theme.px(8))
        self.primary = KeyButton("chart_primary", "", "", self._do_primary, look="primary")
        self.payment = KeyButton("chart_pay", self.tr("Payment"), "F5", self.pay)
        self.booking = KeyButton("chart_book", self.tr("Book"), "F3", self.book)
        for job in (self.primary, self.payment, self.booking):
            flow.addWidget(job)
        return holder

    def _build_tabs(self) -> QWidget:
        self.tabs.setObjectName("chart_tabs")
        self.tabs.setAccessibleName(self.tr("Parts of the chart"))
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        bar = self.tabs.tabBar()
        bar.setExpanding(False)
        bar.setAccessibleName(self.tr("Parts of the chart"))
        theme.set_look(bar, "dense")
        theme.set_look(self.tabs, "dense")
        titles = ("Visits", "Coverage", "Money", "Papers", "Notes", "Audit")
        self.tabs.addTab(self.today, self.tr("Today"))
        for tab, title in zip(self.lists, titles, strict=True):
            self.tabs.addTab(tab, self.tr(title))
        return self.tabs

    def _connect(self) -> None:
        self._pause.timeout.connect(self._open)
        self._soon.timeout.connect(self.refresh)
        self.context.bus.subscribe(self, STALE_ON, self._happened)
        self.context.bus.subscribe(self, (events.SignedIn,), self._signed_in)
        self.visits.visit_wanted.connect(self._look_from)
        self.visits.book_wanted.connect(self.book)
        self.money.pay_wanted.connect(self.pay)
        self.tabs.currentChanged.connect(lambda _place: self.audit.ask() if self.audit.isVisible() else None)

    def _look_from(self, visit_id: int) -> None:
        self.show_visit(visit_id)
        self.show_tab("today")

    def _want(self, patient_id: int | None, visit_id: int | None) -> None:
        self._wanted = (patient_id, visit_id)
        self._asked += 1
        self._pause.start()

    def _open(self) -> None:
        patient_id, visit_id = self._wanted
        self._asked += 1
        self._reader_changed = False
        then, failed = partial(self._answered, self._asked), partial(self._refused, self._asked)
        if patient_id is not None:
            self.context.do(self, open_chart, patient_id, visit_id=visit_id, then=then, failed=failed)
        elif visit_id is not None:
            self.context.do(self, open_chart_of_visit, visit_id, then=then, failed=failed)

    def _answered(self, number: int, row: ChartRow) -> None:
        if number != self._asked:
            return
        before = None if self.row is None else (self.row.banner.patient_id, self.visit_id)
        self.row = row
        self._wanted = (row.banner.patient_id, self._wanted[1])
        self._show(row)
        now = (row.banner.patient_id, self.visit_id)
        if before is None or before[0] != now[0]:
            self.patient_selected.emit(now[0])
        if now[1] is not None and before != now:
            self.visit_selected.emit(now[1], now[0])

    def _refused(self, number: int, error: Exception) -> None:
        if number == self._asked:
            self.clear()
        self.context.report(error)

    def _show(self, row: ChartRow) -> None:
        self.banner.show_patient(chart_banner(row.banner, row.today))
        self._show_jobs(row.visit.status if row.visit is not None else None)
        self.today.show_chart(row)
        for tab in self.lists:
            tab.show_chart(row)
        self.stack.setCurrentIndex(1)

    def _do_primary(self) -> None:
        self._jobs[self.primary.key]()

    def _show_jobs(self, status: Status | None) -> None:
        words, key = self.tr("Book"), "F3"
        if status in _CHECK_IN:
            words, key = self.tr("Check in"), "F4"
        elif status in _CHECK_OUT:
            words, key = self.tr("Check out"), "F6"
        self.primary.key = key
        self.primary.setText(words)
        self.primary.setAccessibleName(f"{words} {key}")
        self.primary.updateGeometry()
        self.booking.setVisible(key != "F3")

    def _happened(self, event: events.Event) -> None:
        if self.row is not None and event.patient_id in (None, self.row.banner.patient_id):
            self._soon.start()

    def _signed_in(self, _event: events.Event) -> None:
        """Whoever signs in now sees what is on screen: that is an opening."""
        if self.row is None:
            return
        self._reader_changed = True
        if self.isVisible():
            self._open()

    def _nothing(self, sentence: str) -> None:
        self.context.report.not_done(sentence)
