"""The Desk: queue, calendar, chart and drawer side by side; who is selected in one is selected in all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QT_TRANSLATE_NOOP, QSettings, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from psc_desk.queries.queue import QueueRow
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.walk_in import open_walk_in
from psc_desk.ui.page import Page
from psc_desk.ui.pages.desk.calendar_panel import CalendarPanel
from psc_desk.ui.pages.desk.chart_panel import ChartPanel
from psc_desk.ui.pages.desk.drawer_strip import DrawerStrip
from psc_desk.ui.pages.desk.queue_panel import QueuePanel
from psc_desk.ui.panels import Panel, Panels


class DeskPage(Page):
    """Where the day is spent. The F-keys work on the visit and patient selected last, in whichever panel."""

    NAME = "desk"
    TITLE = str(QT_TRANSLATE_NOOP("DeskPage", "Desk"))
    ICON = "layout-dashboard"
    SHORTCUT = "Alt+1"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.patient_id: int | None = None
        self.visit_id: int | None = None
        self.queue, self.calendar = QueuePanel(context), CalendarPanel(context)
        self.chart, self.drawer = ChartPanel(context), DrawerStrip(context)
        self.panels = Panels(
            Panel("queue", self.tr("Queue"), self.queue, "users"),
            Panel("calendar", self.tr("Calendar"), self.calendar, "calendar-event"),
            [
                Panel("chart", self.tr("Chart"), self.chart, "user"),
                Panel("drawer", self.tr("Drawer"), self.drawer, "cash-register"),
            ],
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.panels)
        self.setFocusProxy(self.queue)
        self._connect()
        self._offer()

    def show_patient(self, patient_id: int) -> bool:
        """Select a patient everywhere, with the visit of today if there is one, and bring the chart into view."""
        self._choose_patient(patient_id)
        self.panels.show_panel("chart")
        return True

    def remember(self, memory: QSettings) -> None:
        """Write sizes and the calendar's view."""
        self.panels.remember(memory)
        self.calendar.remember(memory, "desk/calendar")

    def recall(self, memory: QSettings) -> None:
        """Bring them back."""
        self.panels.recall(memory)
        self.calendar.recall(memory, "desk/calendar")

    def visit_today(self) -> QueueRow | None:
        """Return the selected visit if it is one of today, else the patient's visit of today, if any."""
        chosen = next((row for row in self.queue.rows if row.visit_id == self.visit_id), None)
        if chosen is not None or self.patient_id is None:
            return chosen
        return self.queue.visit_of(self.patient_id)

    def check_in(self) -> None:
        """Open the check-in of the selected visit."""
        from psc_desk.ui.dialogs.check_in import open_check_in

        self._with_visit(lambda visit_id: open_check_in(self.context, self, visit_id))

    def check_out(self) -> None:
        """Open the check-out of the selected visit."""
        from psc_desk.ui.dialogs.check_out import open_check_out

        self._with_visit(lambda visit_id: open_check_out(self.context, self, visit_id))

    def pay(self) -> None:
        """Take a payment from the selected patient."""
        if self.patient_id is None:
            self.context.report.note(self.tr("Choose who pays first: in the queue, the calendar, or with F2."))
            return
        from psc_desk.ui.dialogs.payment import open_payment

        row = self.visit_today()
        open_payment(self.context, self, self.patient_id, row.visit_id if row is not None else None)

    def book(self) -> None:
        """Book for the selected patient, or for one to be found."""
        self.calendar.patient_id = self.patient_id
        self.calendar.book()

    def walk_in(self) -> None:
        """Take the selected patient, who is here without an appointment."""
        if self.patient_id is None:
            self.context.report.note(self.tr("Choose who is here first: find or register the patient with F2."))
            return
        open_walk_in(
            self.context, self, self.patient_id, lambda booked: self._choose(booked.visit_id, booked.patient_id)
        )

    def sell(self) -> None:
        """Sell items over the counter, to anyone."""
        from psc_desk.ui.dialogs.sale import open_sale

        open_sale(self.context, self)

    def charge(self) -> None:
        """Open the encounter form of the selected visit."""
        from psc_desk.ui.dialogs.encounter import open_encounter

        self._with_visit(lambda visit_id: open_encounter(self.context, self, visit_id))

    def ask_coding(self) -> None:
        """Ask the provider about the coding of the selected visit."""
        from psc_desk.ui.dialogs.coding import open_ask_coding

        self._with_visit(lambda visit_id: open_ask_coding(self.context, self, visit_id))

    def assess(self) -> None:
        """Assess the selected patient's household for the sliding fee."""
        from psc_desk.ui.dialogs.assessment import open_assessment

        self._with_patient(lambda patient_id: open_assessment(self.context, self, patient_id))

    def agree_plan(self) -> None:
        """Agree on a payment plan with the selected patient."""
        from psc_desk.ui.dialogs.plan import open_plan

        self._with_patient(lambda patient_id: open_plan(self.context, self, patient_id))

    def ask_estimate(self) -> None:
        """Note that the selected patient asks what it costs."""
        from psc_desk.ui.dialogs.estimate import open_ask_estimate

        self._with_patient(lambda patient_id: open_ask_estimate(self.context, self, patient_id))

    def _show_tab(self, name: str) -> None:
        self.panels.show_panel("chart")
        self.chart.show_tab(name)
        self.chart.tabs.currentWidget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _with_patient(self, run: Callable[[int], None]) -> None:
        if self.patient_id is None:
            self.context.report.note(self.tr("Choose a patient first: in the queue, or with F2."))
        else:
            run(self.patient_id)

    def _with_visit(self, run: Callable[[int], None]) -> None:
        row = self.visit_today()
        if row is not None:
            run(row.visit_id)
        elif self.visit_id is not None:
            run(self.visit_id)
        else:
            words = self.tr("There is no visit of today to work on. Choose one in the queue, or book one with F3.")
            self.context.report.note(words)

    def _choose(self, visit_id: int | None, patient_id: int) -> None:
        if (visit_id, patient_id) == (self.visit_id, self.patient_id):
            return
        self.visit_id, self.patient_id = visit_id, patient_id
        if visit_id is None:
            self.queue.show_patient(patient_id)
            self.calendar.show_patient(patient_id)
            self.chart.show_patient(patient_id)
            return
        self.queue.show_visit(visit_id)
        self.calendar.show_visit(visit_id)
        self.calendar.patient_id = patient_id
        self.chart.show_visit(visit_id, patient_id)

    def _choose_patient(self, patient_id: int) -> None:
        if patient_id != self.patient_id:
            row = self.queue.visit_of(patient_id)
            self._choose(row.visit_id if row is not None else None, patient_id)

    def _open(self, visit_id: int, patient_id: int) -> None:
        self._choose(visit_id, patient_id)
        self.panels.show_panel("chart")

    def _connect(self) -> None:
        self.queue.visit_selected.connect(self._choose)
        self.queue.opened.connect(self._open)
        self.calendar.visit_selected.connect(self._choose)
        self.calendar.patient_selected.connect(self.show_patient)
        self.chart.patient_selected.connect(self._choose_patient)
        self.chart.visit_selected.connect(self._choose)
        for job, run in (
            ("book", self.book), ("check_in", self.check_in), ("pay", self.pay), ("check_out", self.check_out),
            ("drawer", self.drawer.open_dialog),
        ):  # fmt: skip
            self.handle(job, run)

    def _offer(self) -> None:
        for key, words, shortcut in (
            ("queue", self.tr("Go to the queue"), "Alt+Q"),
            ("calendar", self.tr("Go to the calendar of today"), "Alt+C"),
            ("chart", self.tr("Go to the chart"), "Alt+H"),
            ("drawer", self.tr("Go to the drawer"), "Alt+D"),
        ):
            self.offer(words, partial(self.panels.show_panel, key), shortcut)
        self.offer(self.tr("Take a walk-in"), self.walk_in, "Shift+F3", icon="door-enter")
        self.offer(self.tr("Sell an item"), self.sell, icon="cash-register")
        self.offer(self.tr("Charges of the visit"), self.charge, icon="coin")
        self.offer(self.tr("Ask the provider about the coding"), self.ask_coding, icon="message")
        self.offer(self.tr("Assess the sliding fee"), self.assess, icon="coin")
        self.offer(self.tr("Agree on a payment plan"), self.agree_plan, icon="coin")
        self.offer(self.tr("Make a cost estimate"), self.ask_estimate, icon="coin")
        for number, (tab, words) in enumerate(self.chart.tab_names(), 1):
            self.offer(self.tr("Chart: {0}").format(words), partial(self._show_tab, tab), f"Ctrl+{number}", icon="user")
        for order, words in (
            ("wait", self.tr("Sort the queue by wait")),
            ("time", self.tr("Sort the queue by time")),
            ("provider", self.tr("Sort the queue by provider")),
        ):
            self.offer(words, partial(self.queue.sort_by, order), icon="users")
