"""The bank deposit: which closed drawers and checks go, the cash counted once more, and the slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.models.till import count_total
from psc_desk.money import Cents, format_money
from psc_desk.queries.deposits import BankableCash, BankableCheck, DepositStart, deposit_start
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.count_grid import CountGrid
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.print_preview import open_print
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.inputs import PinEdit, TypedEdit
from psc_desk.ui.widgets.tick_table import TickTable
from psc_desk.usecases.deposits import DepositDone, DepositInput, deposit_slip, make_deposit
from psc_desk.usecases.staff import Approval, SignInResult, check_approval

Then = Callable[[DepositDone], Any]


def open_deposit(context: Context, parent: QWidget) -> None:
    """Open the deposit form; afterwards the slip is shown."""

    def show(start: DepositStart) -> None:
        if not start.waiting.cash and not start.waiting.checks:
            words = "Nothing waits for the bank. Close a drawer first; its cash and checks come here."
            context.report(RefusedError(words))
            return
        slip = partial(_show_slip, context, parent)
        DepositDialog(context, parent, start, then=slip).open()

    context.ask(parent, deposit_start, then=show)


def open_deposit_slip(context: Context, parent: QWidget, deposit_id: int) -> None:
    """Show the slip of a deposit, to print or save."""
    title = parent.tr("Deposit slip {0}").format(deposit_id)
    show = partial(open_print, context, parent, title=title, kind="deposit_slip")
    context.do(parent, deposit_slip, deposit_id, then=show)


def _show_slip(context: Context, parent: QWidget, done: DepositDone) -> None:
    open_deposit_slip(context, parent, done.deposit_id)


class DepositDialog(PostingDialog[DepositDone]):
    """Everything that waits is ticked, and the bag filled in as the closes left it; it must equal what they left."""

    def __init__(
        self, context: Context, parent: QWidget | None, start: DepositStart, *, then: Then | None = None
    ) -> None:
        super().__init__(context, parent, "Bank deposit", verb="Make the deposit")
        self.setWindowTitle("PSC Desk - " + self.tr("Bank deposit"))
        self.own_id, self._then = start.own_id, then
        self.cash = TickTable(self._cash_columns(), lambda row: row.session_id, "deposit_cash", self.tr("Drawers"))
        self.checks = TickTable(self._check_columns(), lambda row: row.tender_id, "deposit_checks", self.tr("Checks"))
        self.cash.show_rows(start.waiting.cash, ticked=True)
        self.checks.show_rows(start.waiting.checks, ticked=True)
        self.grid = CountGrid(self.tr("Cash in the bag"))
        self._filled_in = Counter[int]()
        self.summary = theme.label(bold=True)
        self.summary.setObjectName("deposit_summary")
        self.bag = TypedEdit("bag_no", self.tr("Bag number"))
        self.why = TypedEdit("exception_reason", self.tr("Why you prepare it yourself"))
        self.pin = PinEdit("verifier_pin", self.tr("PIN of the person who verifies"))
        self._build_deposit(start)
        self.cash.ticks_changed.connect(self._fill_in)
        for signal in (self.cash.ticks_changed, self.checks.ticks_changed, self.grid.total_changed):
            signal.connect(self._sum_up)
        self._fill_in()
        self._sum_up()
        if _unknown(start):
            self.grid.start()

    def submit(self) -> None:
        """Make it."""
        deposit = DepositInput(
            self.key,
            tuple(row.session_id for row in self.cash.ticked()),
            tuple(row.tender_id for row in self.checks.ticked()),
            self.grid.pieces(),
            bag_no=self.bag.text(),
            exception_reason=self.why.text() if self.why.isVisibleTo(self) else "",
            verified_by=self._verifier(),
        )
        if deposit.verified_by is None:
            self.post(make_deposit, deposit, then=self._made)
        else:
            self.post(check_approval, deposit.verified_by, then=partial(self._verified, deposit))

    def _verified(self, deposit: DepositInput, result: SignInResult) -> None:
        if result.person is None:
            self.primary.setEnabled(True)
            self.show_error(InputError(result.sentence, "verifier_pin"))
            return
        self.post(make_deposit, deposit, then=self._made)

    def _verifier(self) -> Approval | None:
        staff_id = self.verifier.currentData()
        return None if staff_id is None else Approval(int(staff_id), self.pin.pin())

    def _made(self, done: DepositDone) -> None:
        words = self.tr("deposit {0} of {1} is ready for the bank")
        self.context.report.done(words.format(done.deposit_id, format_money(done.total_cents)))
        self.finish(done)
        if self._then is not None:
            self._then(done)

    def _fill_in(self) -> None:
        """Put the pieces of the ticked drawers into the bag and take those of the others out; what was typed stays."""
        known = sum((Counter(row.pieces) for row in self.cash.ticked()), Counter[int]())
        bag = Counter(self.grid.pieces())
        bag.update(known)
        bag.subtract(self._filled_in)
        self.grid.set_pieces(+bag)
        self._filled_in = known

    def _sum_up(self) -> None:
        cash: Cents = sum(row.cents for row in self.cash.ticked())
        checks: Cents = sum(row.cents for row in self.checks.ticked())
        sums = self.tr("Cash {0} · checks {1} · deposit {2}")
        self.summary.setText(sums.format(format_money(cash), format_money(checks), format_money(cash + checks)))
        self.form.show_row(self.why, shown=any(row.closed_by_id == self.own_id for row in self.cash.ticked()))
        rest = self.grid.total - cash
        agrees = self.tr("The bag agrees with the drawers.")
        words = self.tr("{0} is missing.") if rest < 0 else self.tr("{0} is too much.")
        differs = words.format(format_money(abs(rest)))
        self.verdict.setText(differs if rest else agrees)
        theme.set_look(self.verdict, "warning" if rest else "good")

    def _cash_columns(self) -> list[Column[BankableCash]]:
        return [
            Column(self.tr("Drawer"), lambda row: row.till, width=-1),
            Column(
                self.tr("Day"),
                lambda row: format_date(row.business_date),
                sort=lambda row: row.business_date,
                width=100,
            ),
            Column(self.tr("Z"), lambda row: str(row.z_no), RIGHT, sort=lambda row: row.z_no, width=50),
            Column(self.tr("Cash"), lambda row: format_money(row.cents), RIGHT, sort=_cents, width=100),
        ]

    def _check_columns(self) -> list[Column[BankableCheck]]:
        return [
            Column(self.tr("From"), lambda row: row.payer, width=-1),
            Column(self.tr("Check"), lambda row: row.check_no, tooltip=_receipt, width=70),
            Column(self.tr("Drawer"), lambda row: row.till, width=84),
            Column(self.tr("Day"), lambda row: format_date(row.business_date), sort=_check_day, width=100),
            Column(
                self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, sort=lambda row: row.cents, width=100
            ),
        ]

    def _build_deposit(self, start: DepositStart) -> None:
        left, right, across = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        for column in (left, right):
            column.setSpacing(theme.px(6))
        for title, table in ((self.tr("Closed drawers"), self.cash), (self.tr("Checks"), self.checks)):
            left.addWidget(theme.label(title, "heading", bold=True))
            left.addWidget(table)
        left.addWidget(self.summary)
        self.verdict = theme.label()
        right.addWidget(theme.label(self.tr("Count the bag"), "heading", bold=True))
        right.addWidget(theme.label(_how_to_count(start, self.tr), look="secondary"))
        right.addWidget(self.grid)
        right.addWidget(self.verdict)
        right.addWidget(self._build_fields(start))
        right.addStretch()
        across.setSpacing(theme.px(24))
        across.addLayout(left, 1)
        across.addLayout(right)
        self.body.insertLayout(0, across, 1)
        self.resize(theme.px(1080), theme.px(560))

    def _build_fields(self, start: DepositStart) -> QWidget:
        form = self.form
        form.add(self.tr("&Bag number"), self.bag, "bag_no")
        form.add(self.tr("Why &you do it"), self.why, "exception_reason")
        self.why.setPlaceholderText(self.tr("you closed a drawer of this bag"))
        people: list[tuple[str, object]] = [(row.name, row.id) for row in start.verifiers]
        self.verifier = form.choice(self.tr("&Verified by"), "verifier", [(self.tr("Nobody"), None), *people])
        form.add(self.tr("P&IN"), self.pin, "verifier_pin")
        form.show_row(self.pin, shown=False)
        self.verifier.currentIndexChanged.connect(lambda place: form.show_row(self.pin, shown=place > 0))
        return form


def _unknown(start: DepositStart) -> Cents:
    return sum(row.cents - count_total(row.pieces) for row in start.waiting.cash)


def _how_to_count(start: DepositStart, tr: Callable[..., str]) -> str:
    """Say where the numbers come from, and what nobody wrote down."""
    if not _unknown(start):
        return tr("Filled in as the closes left it. Count, and correct what differs.")
    return tr("Filled in as the closes left it, but for {0} of drops.\nCount, and add their notes.").format(
        format_money(_unknown(start))
    )


def _cents(row: BankableCash | BankableCheck) -> Cents:
    return row.cents


def _receipt(row: BankableCheck) -> str:
    return f"Receipt {row.receipt_no}"


def _check_day(row: BankableCheck) -> tuple[date, int]:
    return row.business_date, row.tender_id
