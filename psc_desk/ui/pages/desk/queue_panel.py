"""The queue panel: the waiting room of today with live timers; every step is one key and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from psc_desk.events import (
    ChargePosted,
    CheckInSaved,
    CoverageChanged,
    CreditApplied,
    PatientChanged,
    PaymentPosted,
    PaymentReversed,
    SettingChanged,
    VisitBooked,
    VisitChanged,
    VisitMoved,
    VisitStatusChanged,
)
from psc_desk.models.visit import Status
from psc_desk.queries.queue import QueueRow, queue, queue_summary
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.panels import PanelHeader
from psc_desk.ui.visit_steps import STEPS, VisitSteps
from psc_desk.ui.widgets.basic import EmptyState, button, line
from psc_desk.ui.widgets.queue_list import QueueModel, QueueView

STALE_ON = (
    VisitStatusChanged, VisitBooked, VisitMoved, VisitChanged, CheckInSaved, PaymentPosted, PaymentReversed,
    ChargePosted, CreditApplied, CoverageChanged, PatientChanged, SettingChanged,
)  # fmt: skip
TICK_MS = 15_000
NEAR_MINUTES = 60
"""Who is booked within this time stands in the list; later visits are folded away."""
LEAST_COMING = 3
_ORDERS: dict[str, Callable[[QueueRow], tuple[object, ...]] | None] = {
    "wait": None,
    "time": lambda row: (row.start_minute, row.visit_id),
    "provider": lambda row: (row.provider_short.casefold(), row.start_minute),
}
_KEYS = {one.key: one.name for one in STEPS if len(one.key) == 1}


class QueuePanel(QWidget):
    """Emits what the person selects; `show_visit` and `show_patient` select without emitting."""

    patient_selected = Signal(int)
    visit_selected = Signal(int, int)
    """visit id, patient id"""
    opened = Signal(int, int)
    """visit id, patient id: Enter on a visit that has no next step here"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.rows: list[QueueRow] = []
        self.order = "wait"
        self._unfolded = self._quiet = self._asked = False
        self._stale = True
        self._wanted: int | None = None
        self.steps = VisitSteps(context, self)
        self.model = QueueModel(self)
        self.view = QueueView(self.model)
        self.header = PanelHeader(self.tr("Queue"))
        self.sorter = QToolButton()
        self.fold = button("queue_fold", "", self._toggle_fold, look="link")
        self.pages = QStackedWidget()
        self.setObjectName("queue_panel")
        self.setAccessibleName(self.tr("Queue"))
        self._build()
        self._connect()

    def current(self) -> QueueRow | None:
        """Return the selected visit, or None."""
        return self.view.row()

    def show_visit(self, visit_id: int) -> None:
        """Select a visit, unfolding the list when it lies in the fold."""
        self._wanted = visit_id
        row = next((row for row in self.rows if row.visit_id == visit_id), None)
        if row is None:
            self._select(None)
            return
        if not self.model.find(visit_id).isValid():
            self._unfolded = True
            self._show_rows()
        self._select(visit_id)

    def show_patient(self, patient_id: int) -> None:
        """Select the patient's visit of today, the one that is not over first; nobody when there is none."""
        mine = [row for row in self.rows if row.patient_id == patient_id]
        now = self.current()
        if now is not None and now in mine:
            return
        best = min(mine, key=_likely, default=None)
        self.show_visit(best.visit_id if best is not None else 0)

    def visit_of(self, patient_id: int) -> QueueRow | None:
        """Return the patient's selected or next visit of today, if any."""
        now = self.current()
        if now is not None and now.patient_id == patient_id:
            return now
        return min((row for row in self.rows if row.patient_id == patient_id), key=_likely, default=None)

    def sort_by(self, order: str) -> None:
        """Sort by "wait", "time" or "provider"."""
        self.order = order
        self.sorter.setText(self._order_words(order) + " ▾")
        self._show_rows()

    def take(self, name: str) -> None:
        """Take the step `name` ("arrive", "room", ...) with the selected visit."""
        row = self.current()
        if row is None:
            self.context.report.note(self.tr("Choose a visit in the queue first: arrow keys, then the step's key."))
            return
        self.steps.take(name, row)

    def reload(self) -> None:
        """Ask for the rows again; one question at a time."""
        if self._asked:
            self._stale = True
            return
        self._asked, self._stale = True, False
        self.context.ask(self, queue, then=self._answered, failed=self._failed)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self.reload()

    def _changed(self, _event: object) -> None:
        self._stale = True
        if self.isVisible():
            self._soon.start()

    def _tick(self) -> None:
        if self.isVisible():
            self.reload()

    def _failed(self, error: Exception) -> None:
        self._asked = False
        self.context.report(error)

    def _answered(self, rows: list[QueueRow]) -> None:
        self._asked = False
        self.rows = rows
        self._show_rows()
        if self._stale:
            self.reload()

    def _show_rows(self) -> None:
        chosen = self._wanted
        near = self.rows if self._unfolded else _near(self.rows)
        order = _ORDERS[self.order]
        self._quiet = True
        self.model.set_rows(near if order is None else sorted(near, key=order))
        self._quiet = False
        if chosen is not None:
            self._select(chosen)
        self._show_counts(len(self.rows) - len(near))

    def _show_counts(self, folded: int) -> None:
        counts = queue_summary(self.rows)
        wait = self.tr(" · longest wait {0} min").format(counts.longest_wait_minutes) if counts.waiting else ""
        self.header.subtitle.setText(self.tr("{0} here").format(counts.here) + wait)
        self.fold.setText(self.tr("{0} more today").format(folded) if folded else self.tr("Show fewer"))
        self.fold.setAccessibleName(self.fold.text())
        self.fold.setVisible(folded > 0 or (self._unfolded and len(_near(self.rows)) < len(self.rows)))
        self.pages.setCurrentIndex(0 if self.rows else 1)

    def _toggle_fold(self) -> None:
        self._unfolded = not self._unfolded
        self._show_rows()

    def _select(self, visit_id: int | None) -> None:
        index = self.model.find(visit_id or 0)
        self._quiet = True
        if index.isValid():
            self.view.setCurrentIndex(index)
        else:
            self.view.selectionModel().clear()
        self._quiet = False

    def _selected(self) -> None:
        row = self.current()
        if self._quiet or row is None:
            return
        self._wanted = row.visit_id
        self.visit_selected.emit(row.visit_id, row.patient_id)
        self.patient_selected.emit(row.patient_id)

    def _key(self, key: str) -> None:
        row = self.current()
        if key != "Enter":
            if key in _KEYS:
                self.take(_KEYS[key])
            return
        if row is None:
            return
        name = {Status.BOOKED: "check_in", Status.ARRIVED: "check_in", Status.CHECKOUT: "check_out"}.get(row.status)
        if name is None:
            self.opened.emit(row.visit_id, row.patient_id)
        else:
            self.take(name)

    def _menu(self, place: QPoint) -> None:
        row = self.current()
        if row is None:
            return
        menu = QMenu(self)
        menu.setObjectName("queue_menu")
        menu.setAccessibleName(row.name)
        for one in self.steps.offered(row.status):
            action = menu.addAction(theme.icon(one.icon), f"{one.title()}\t{one.key}".strip())
            action.setObjectName(f"step_{one.name}")
            action.triggered.connect(lambda _checked=False, name=one.name: self.take(name))
        menu.addSeparator()
        chart = menu.addAction(self.tr("Open the chart"))
        chart.triggered.connect(lambda _checked=False: self.opened.emit(row.visit_id, row.patient_id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _connect(self) -> None:
        self.view.selectionModel().selectionChanged.connect(lambda _new, _old: self._selected())
        self.view.key_pressed.connect(self._key)
        self.view.menu_wanted.connect(self._menu)
        self.context.bus.subscribe(self, STALE_ON, self._changed)
        self._soon = QTimer(self, interval=30, singleShot=True)
        self._soon.timeout.connect(self.reload)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _build(self) -> None:
        self.sorter.setObjectName("queue_sort")
        self.sorter.setAccessibleName(self.tr("Sort the queue"))
        self.sorter.clicked.connect(lambda _checked=False: self._offer_orders())
        theme.style(self.sorter, "small", look="segment")
        self.sort_by("wait")
        self.header.add(self.sorter)
        empty = self.tr("Nobody is booked for today. Book a visit with F3, or find the patient with F2.")
        self.pages.addWidget(self.view)
        self.pages.addWidget(EmptyState(empty))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(line())
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.fold, alignment=Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.view)

    def _offer_orders(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("queue_orders")
        for order in _ORDERS:
            action = menu.addAction(self._order_words(order))
            action.setCheckable(True)
            action.setChecked(order == self.order)
            action.triggered.connect(partial(self._sort_chosen, order))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.sorter.mapToGlobal(self.sorter.rect().bottomLeft()))

    def _order_words(self, order: str) -> str:
        return {"wait": self.tr("by wait"), "time": self.tr("by time")}.get(order, self.tr("by provider"))

    def _sort_chosen(self, order: str, _checked: bool = False) -> None:
        self.sort_by(order)


def _near(rows: Sequence[QueueRow]) -> list[QueueRow]:
    """Return who is here, who is late and who comes soon; of the coming at least the next three."""
    coming = [row for row in rows if row.status is Status.BOOKED and not row.late]
    soon = {row.visit_id for n, row in enumerate(coming) if n < LEAST_COMING or row.minutes_until <= NEAR_MINUTES}
    return [row for row in rows if row.here or row.late or row.visit_id in soon]


def _likely(row: QueueRow) -> tuple[bool, bool, int]:
    """Order a patient's visits of today by which one is meant: here, then booked, then the earliest."""
    return not row.here, row.status is not Status.BOOKED, row.start_minute
