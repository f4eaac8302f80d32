"""Money: the receipts of this drawer, the drawer's history, deposits, what is printed, and money without a charge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import uuid4

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout, QWidget

from psc_desk import events
from psc_desk.dates import format_date
from psc_desk.devices.jobs import JobState
from psc_desk.models.payment import PaymentKind
from psc_desk.money import format_money
from psc_desk.queries.counter import UnappliedRow, own_drawer, receipts_of_drawer, unapplied_money
from psc_desk.queries.deposits import DepositRow, deposits
from psc_desk.queries.money import PaymentRow
from psc_desk.queries.print_jobs import PrintJobRow, print_jobs
from psc_desk.queries.tills import SessionRow, sessions
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.deposit import open_deposit, open_deposit_slip
from psc_desk.ui.dialogs.drawer import open_drawer_dialog
from psc_desk.ui.dialogs.print_queue import PaperText, ask_came_out
from psc_desk.ui.dialogs.refund import open_refund, open_void
from psc_desk.ui.page import Page
from psc_desk.ui.panels import PanelHeader
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.print_queue import cancel_job, reprint_receipt, settle_unknown
from psc_desk.usecases.till import over_short_words, reprint_z_report

_WAITING = (JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE, JobState.UNKNOWN)


class MoneyPage(Page):
    """Five lists; each row says what can be done to it."""

    NAME: ClassVar[str] = "money"
    TITLE: ClassVar[str] = "Money"
    ICON: ClassVar[str] = "coin"
    SHORTCUT: ClassVar[str] = "Alt+4"
    refresh_on = (
        events.PaymentPosted, events.PaymentReversed, events.CreditApplied, events.ChargePosted, events.DrawerOpened,
        events.DrawerClosed, events.DrawerCounted, events.DepositMade, events.PrintJobQueued, events.PrintJobChanged,
    )  # fmt: skip

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.tabs = QTabWidget()
        self.receipts = self._receipts()
        self.history = self._history()
        self.deposits = self._deposits()
        self.queue = self._queue()
        self.unapplied = self._unapplied()
        self._build()
        self.handle("drawer", self.open_drawer)
        self.offer(self.tr("Make a bank deposit"), self.make_deposit, icon="building-bank")
        self.offer(self.tr("Cash drawer"), self.open_drawer, icon="cash-register")

    def reload(self) -> None:
        """Ask for all lists again."""
        for one in (self.receipts, self.history, self.deposits, self.queue, self.unapplied):
            one.reload()

    def remember(self, memory: QSettings) -> None:
        """Write which list is shown."""
        memory.setValue("money/tab", self.tabs.currentIndex())

    def recall(self, memory: QSettings) -> None:
        """Show the list that was shown last."""
        self.tabs.setCurrentIndex(int(str(memory.value("money/tab", 0))))

    def open_drawer(self) -> None:
        """Do what F8 does."""
        self.context.ask(self, own_drawer, then=lambda row: open_drawer_dialog(self.context, self, row.till.till_id))

    def make_deposit(self) -> None:
        """Show the deposit form."""
        open_deposit(self.context, self)

    def reprint(self, row: PaymentRow) -> None:
        """Print a receipt again, marked COPY."""
        words = self.tr("a copy of receipt {0} was sent to the printer").format(row.receipt_no)
        self._do(words, reprint_receipt, row.payment_id)

    def reprint_z(self, row: SessionRow) -> None:
        """Print a Z report again, marked COPY."""
        words = self.tr("a copy of Z report {0} was sent to the printer").format(row.z_no)
        self._do(words, reprint_z_report, row.session_id)

    def settle(self, row: PrintJobRow) -> None:
        """Ask whether a print of unknown fate came out."""
        came_out = ask_came_out(self, row)
        if came_out is not None:
            words = self.tr("{0} is settled") if came_out else self.tr("{0} was sent to the printer again")
            self._do(words.format(row.title), settle_unknown, row.job_id, came_out=came_out)

    def cancel_print(self, row: PrintJobRow) -> None:
        """Take a print out of the queue."""
        self._do(self.tr("{0} will not be printed").format(row.title), cancel_job, row.job_id)

    def apply(self, row: UnappliedRow) -> None:
        """Put a patient's unapplied money against open charges."""

        def say(cents: int) -> None:
            words = self.tr("{0} of {1} was put against open charges")
            self.context.report.done(words.format(format_money(cents), row.name))

        self.context.do(self, apply_credit, row.patient_id, key=uuid4().hex, then=say)

    def _do(self, words: str, usecase: Callable[..., Any], *args: Any, **kw: Any) -> None:
        self.context.do(self, usecase, *args, then=lambda _result: self.context.report.done(words), **kw)

    def _build(self) -> None:
        panel = QFrame()
        theme.set_look(panel, "panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(PanelHeader(self.title(), self.tr("receipts, drawer, deposits, prints")))
        self.tabs.setObjectName("money_tabs")
        self.tabs.setAccessibleName(self.tr("Lists of money"))
        self.tabs.tabBar().setObjectName("money_tab_bar")
        self.tabs.tabBar().setAccessibleName(self.tr("Lists of money"))
        self.tabs.setDocumentMode(True)
        for words, tab in (
            (self.tr("Receipts"), self.receipts),
            (self.tr("Drawer history"), self.history),
            (self.tr("Deposits"), self.deposits),
            (self.tr("Print queue"), self.queue),
            (self.tr("Unapplied money"), self.unapplied),
        ):
            self.tabs.addTab(tab, words)
        inside.addWidget(self.tabs, 1)
        layout = QVBoxLayout(self)
        edge = theme.px(12)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.addWidget(panel)

    def _receipts(self) -> ListTab[PaymentRow]:
        return ListTab(
            self.context,
            [
                Column(
                    self.tr("Receipt"), lambda row: str(row.receipt_no), RIGHT, lambda row: row.receipt_no, width=80
                ),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=-1),
                Column(self.tr("For"), _what, width=220),
                Column(self.tr("Paid by"), lambda row: row.tender, width=220),
                Column(self.tr("Amount"), lambda row: format_money(row.amount_cents), RIGHT, _amount, width=110),
                Column(self.tr("Taken by"), lambda row: row.staff, width=140),
                Column(self.tr("State"), _receipt_state, status=_receipt_status, width=180),
            ],
            lambda row: row.payment_id,
            name="receipts",
            words=self.tr("Receipts of this drawer"),
            ask=receipts_of_drawer,
            empty=self.tr("No receipt in this drawer session yet. F5 takes a payment for the selected patient."),
            actions=[
                RowAction(
                    "open_patient", self.tr("Show patient"), lambda row: self.patient_wanted.emit(row.patient_id)
                ),
                RowAction("reprint", self.tr("Reprint"), self.reprint),
                RowAction("void", self.tr("Void ..."), self._void, _voidable, "danger"),
                RowAction(
                    "refund", self.tr("Refund ..."), self._refund, lambda row: row.refundable_cents > 0, "danger"
                ),
            ],
        )

    def _show(self, row: PaymentRow) -> None:
        self.patient_wanted.emit(row.patient_id)

    def _void(self, row: PaymentRow) -> None:
        open_void(self.context, self, row.payment_id)

    def _refund(self, row: PaymentRow) -> None:
        open_refund(self.context, self, row.payment_id)

    def _history(self) -> ListTab[SessionRow]:
        tab = ListTab(
            self.context,
            [
                Column(self.tr("Day"), _day, sort=lambda row: (row.business_date, row.session_id), width=110),
                Column(self.tr("Drawer"), lambda row: row.till, width=-1),
                Column(self.tr("Z"), lambda row: str(row.z_no or ""), RIGHT, lambda row: row.z_no or 0, width=60),
                Column(self.tr("Opened by"), lambda row: row.opened_by, width=140),
                Column(self.tr("Closed by"), lambda row: row.closed_by or self.tr("still open"), width=140),
                Column(self.tr("Counted"), lambda row: _cents(row.counted_cents), RIGHT, _counted, width=110),
                Column(self.tr("Over or short"), _over_short, RIGHT, status=_over_short_status, width=130),
                Column(self.tr("To the bank"), lambda row: _cents(row.to_bank_cents), RIGHT, width=110),
                Column(self.tr("Reason"), lambda row: row.reason, tooltip=lambda row: row.reason, width=200),
            ],
            lambda row: row.session_id,
            name="sessions",
            words=self.tr("Drawer history"),
            ask=sessions,
            empty=self.tr("No drawer was opened yet. F8 opens it and counts the float."),
            actions=[
                RowAction(
                    "reprint_z", self.tr("Print Z report again"), self.reprint_z, lambda row: row.z_no is not None
                )
            ],
        )
        tab.add_button("money_drawer", self.tr("Cash drawer"), self.open_drawer)
        return tab

    def _deposits(self) -> ListTab[DepositRow]:
        tab = ListTab(
            self.context,
            [
                Column(self.tr("No."), lambda row: str(row.deposit_id), RIGHT, lambda row: row.deposit_id, width=60),
                Column(self.tr("Day"), lambda row: format_date(row.business_date), width=110),
                Column(self.tr("Cash"), lambda row: format_money(row.cash_cents), RIGHT, width=120),
                Column(self.tr("Checks"), lambda row: f"{row.check_count} · {format_money(row.checks_cents)}", RIGHT,
                       width=140),
                Column(self.tr("Total"), _deposited, RIGHT, bold=True, width=120),
                Column(self.tr("Bag"), lambda row: row.bag_no, width=120),
                Column(self.tr("Prepared by"), lambda row: row.prepared_by, width=-1),
            ],
            lambda row: row.deposit_id,
            name="deposits",
            words=self.tr("Bank deposits"),
            ask=deposits,
            empty=self.tr("No deposit yet. Close a drawer, then make the deposit from its cash and checks."),
            actions=[RowAction("show_slip", self.tr("Deposit slip"), self._slip)],
        )  # fmt: skip
        tab.add_button("make_deposit", self.tr("Make a deposit"), self.make_deposit, look="primary")
        return tab

    def _slip(self, row: DepositRow) -> None:
        open_deposit_slip(self.context, self, row.deposit_id)

    def _queue(self) -> ListTab[PrintJobRow]:
        return ListTab(
            self.context,
            [
                Column(self.tr("Print"), lambda row: row.title, bold=True, width=200),
                Column(self.tr("State"), lambda row: row.words, status=_job_status, width=280),
                Column(self.tr("Detail"), lambda row: row.detail, tooltip=lambda row: row.detail, width=-1),
            ],
            lambda row: row.job_id,
            name="print_jobs",
            words=self.tr("Print queue"),
            ask=print_jobs,
            empty=self.tr("Nothing was printed yet. Receipts and drawer slips stand here."),
            actions=[
                RowAction("came_out", self.tr("Did it come out?"), self.settle, _is_unknown, "primary"),
                RowAction("show_print", self.tr("Show"), lambda row: PaperText(self, row).open()),
                RowAction(
                    "cancel_print", self.tr("Do not print"), self.cancel_print, lambda row: row.state in _WAITING
                ),
            ],
        )

    def _unapplied(self) -> ListTab[UnappliedRow]:
        return ListTab(
            self.context,
            [
                Column(self.tr("Patient"), lambda row: row.name, bold=True, width=-1),
                Column(self.tr("Born"), lambda row: format_date(row.birth_date), sort=lambda row: row.birth_date,
                       width=110),
                Column(self.tr("Record"), lambda row: f"#{row.record_no}", width=100),
                Column(self.tr("Unapplied"), lambda row: format_money(row.unapplied_cents), RIGHT,
                       lambda row: row.unapplied_cents, width=130),
                Column(self.tr("Open charges"), lambda row: format_money(row.open_cents), RIGHT,
                       lambda row: row.open_cents, width=130),
            ],
            lambda row: row.patient_id,
            name="unapplied",
            words=self.tr("Unapplied money"),
            ask=unapplied_money,
            empty=self.tr("All money stands against charges."),
            actions=[
                RowAction("unapplied_patient", self.tr("Show patient"),
                          lambda row: self.patient_wanted.emit(row.patient_id)),
                RowAction("apply_credit", self.tr("Put against open charges"), self.apply,
                          lambda row: row.open_cents > 0),
            ],
        )  # fmt: skip


def _what(row: PaymentRow) -> str:
    return row.word if row.of_receipt_no is None else f"{row.word} of receipt {row.of_receipt_no}"


def _amount(row: PaymentRow) -> int:
    return row.amount_cents


def _number(row: PaymentRow) -> int:
    return row.receipt_no


def _refundable(row: PaymentRow) -> bool:
    return row.refundable_cents > 0


def _has_z(row: SessionRow) -> bool:
    return row.z_no is not None


def _waits(row: PrintJobRow) -> bool:
    return row.state in _WAITING


def _voidable(row: PaymentRow) -> bool:
    return row.kind is not PaymentKind.VOID and not row.voided


def _receipt_state(row: PaymentRow) -> str:
    if row.voided:
        return "✕ voided"
    if row.amount_cents > 0 and row.refundable_cents < row.amount_cents:
        return f"▲ {format_money(row.amount_cents - row.refundable_cents)} refunded"
    return ""


def _receipt_status(row: PaymentRow) -> str:
    return "missed" if row.voided else "late" if _receipt_state(row) else ""


def _day(row: SessionRow) -> str:
    return format_date(row.business_date)


def _cents(cents: int | None) -> str:
    return "" if cents is None else format_money(cents)


def _counted(row: SessionRow) -> int:
    return row.counted_cents or 0


def _over_short(row: SessionRow) -> str:
    return "" if row.over_short_cents is None else over_short_words(row.over_short_cents)


def _over_short_status(row: SessionRow) -> str:
    return "" if row.over_short_cents is None else "missed" if row.over_short_cents else "arrived"


def _deposited(row: DepositRow) -> str:
    return format_money(row.cash_cents + row.checks_cents)


def _is_unknown(row: PrintJobRow) -> bool:
    return row.state is JobState.UNKNOWN


def _job_status(row: PrintJobRow) -> str:
    return {JobState.UNKNOWN: "late", JobState.PRINTED: "arrived", JobState.FAILED_BEFORE_FIRST_BYTE: "late"}.get(
        row.state, ""
    )
