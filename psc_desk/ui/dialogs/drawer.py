"""The cash drawer (F8): open it with a counted float, move cash, open without a sale, X report, close."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.money import format_money
from psc_desk.queries.counter import DrawerRow, drawer
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.close_drawer import open_close_drawer
from psc_desk.ui.dialogs.count_grid import CountGrid
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.ui.widgets.key_button import KeyButton
from psc_desk.usecases.till import drop, no_sale, open_till, pay_in, pay_out, print_x_report


def open_drawer_dialog(context: Context, parent: QWidget, till_id: int) -> None:
    """Show what can be done with the drawer as it stands: open it, work it, or go on with its close."""

    def show(row: DrawerRow) -> None:
        if row.till.status == "closed":
            OpenDrawerDialog(context, parent, row).open()
        elif row.till.status == "counting":
            open_close_drawer(context, parent, till_id)
        else:
            DrawerMenu(context, parent, row).open()

    context.ask(parent, drawer, till_id, then=show)


def open_move(context: Context, parent: QWidget, till_id: int, kind: str) -> None:
    """Show the form of a "pay_in", "pay_out", "drop" or "no_sale"."""
    form = NoSaleDialog if kind == "no_sale" else partial(MoveDialog, kind=kind)
    context.ask(parent, drawer, till_id, then=lambda row: form(context, parent, row).open())


def print_x(context: Context, parent: QWidget, till_id: int) -> None:
    """Print an X report."""
    words = parent.tr("the X report was sent to the printer")
    context.do(parent, print_x_report, till_id, then=lambda _job: context.report.done(words))


class OpenDrawerDialog(PostingDialog[int]):
    """Counts the float; a difference to what the last close left is shown at once and needs a reason."""

    def __init__(self, context: Context, parent: QWidget | None, row: DrawerRow) -> None:
        super().__init__(context, parent, "Open the drawer", verb="Open the drawer")
        self.setWindowTitle("PSC Desk - " + self.tr("Open the drawer"))
        self.row = row
        self.grid = CountGrid(self.tr("Float counted"))
        self.compare = theme.label(look="secondary")
        self.compare.setObjectName("compare")
        self.compare.setWordWrap(True)
        head = theme.label(self.tr("Count the float of {0}").format(row.till.name), "heading", bold=True)
        for place, widget in enumerate((head, self.grid, self.compare)):
            self.body.insertWidget(place, widget)
        self.reason = self.form.text(self.tr("Why it differs"), "reason")
        self.grid.total_changed.connect(self._compare)
        self.grid.end_here()
        self._compare(0)
        self.grid.start()
        self.setMinimumWidth(theme.px(480))

    def submit(self) -> None:
        """Open it."""
        pieces = self.grid.pieces()
        if not pieces:
            raise InputError(self.tr("Count the float: type how many of each note and coin."), "pieces_10000")
        self.post(open_till, self.row.till.till_id, pieces, reason=self.reason.text(), then=self._opened)

    def _opened(self, session_id: int) -> None:
        words = self.tr("{0} is open with a float of {1}")
        self.context.report.done(words.format(self.row.till.name, format_money(self.grid.total)))
        self.finish(session_id)

    def _compare(self, total: int) -> None:
        expected = self.row.till.expected_opening_cents
        if not self.row.ever_opened:
            words = self.tr("The first opening: the float should be {0}.")
            self.compare.setText(words.format(format_money(self.row.till.standard_float_cents)))
            self.form.hide()
            return
        differs = total != expected
        self.form.setVisible(bool(total) and differs)
        left = self.tr("The last close left {0}.").format(format_money(expected))
        verdict = (
            self.tr(" It agrees.")
            if not differs
            else self.tr(" {0} difference: count again or say why.").format(format_money(total - expected))
            if total
            else ""
        )
        self.compare.setText(left + verdict)
        theme.set_look(self.compare, "warning" if total and differs else "good" if total else "secondary")


class DrawerMenu(DeskDialog[None]):
    """What can be done with an open drawer: one letter each."""

    def __init__(self, context: Context, parent: QWidget, row: DrawerRow) -> None:
        super().__init__(parent, "Cash drawer", verb="Close the drawer")
        self.setWindowTitle("PSC Desk - " + self.tr("Cash drawer"))
        self.context, self.over, self.till_id = context, parent, row.till.till_id
        self._letters: dict[str, KeyButton] = {}
        self.body.addWidget(theme.label(row.till.name, "heading", bold=True))
        if row.till.stale and row.till.business_date is not None:
            words = self.tr("It is still open since {0}. Close that day before you take money for today.")
            warning = theme.label(words.format(format_date(row.till.business_date)), look="warning")
            warning.setWordWrap(True)
            self.body.addWidget(warning)
        self._build_actions()
        self.form.hide()
        self.primary.hide()
        self.finished.connect(self.deleteLater)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter runs its action."""
        action = self._letters.get(event.text().upper())
        if action is not None:
            action.click()
            return
        super().keyPressEvent(event)

    def _build_actions(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        move = partial(open_move, self.context, self.over, self.till_id)
        close = partial(open_close_drawer, self.context, self.over, self.till_id)
        actions: tuple[tuple[str, str, str, Callable[[], Any]], ...] = (
            ("no_sale", self.tr("No sale"), "N", partial(move, "no_sale")),
            ("pay_in", self.tr("Pay in"), "I", partial(move, "pay_in")),
            ("pay_out", self.tr("Pay out"), "O", partial(move, "pay_out")),
            ("drop", self.tr("Drop to the safe"), "D", partial(move, "drop")),
            ("x_report", self.tr("X report"), "X", partial(print_x, self.context, self.over, self.till_id)),
            ("close_drawer", self.tr("Count and close"), "C", close),
        )
        for number, (name, words, letter, run) in enumerate(actions):
            button = KeyButton(name, words, letter, partial(self._run, run))
            self._letters[letter] = button
            grid.addWidget(button, number // 2, number % 2)
        self.body.addLayout(grid)
        self._letters["N"].setFocus(Qt.FocusReason.TabFocusReason)

    def _run(self, run: Callable[[], Any]) -> None:
        self.accept()
        run()


_MOVES: dict[str, Callable[..., None]] = {"pay_in": pay_in, "pay_out": pay_out, "drop": drop}


class MoveDialog(PostingDialog[None]):
    """Cash in, out, or to the safe, with what it is for."""

    def __init__(self, context: Context, parent: QWidget | None, row: DrawerRow, *, kind: str) -> None:
        words = {"pay_in": "Pay in", "pay_out": "Pay out", "drop": "Drop to the safe"}[kind]
        super().__init__(context, parent, words, verb=words)
        self.row, self.kind, self.word = row, kind, words
        self.body.insertWidget(0, theme.label(f"{words} · {row.till.name}", "heading", bold=True))
        self.amount = self.form.add(self.tr("&Amount"), MoneyEdit("amount", self.tr("Amount")))
        reasons = {
            "pay_in": (self.tr("Change for the drawer"), self.tr("Other")),
            "pay_out": row.pay_out_reasons,
            "drop": (self.tr("Safe drop"), self.tr("Other")),
        }[kind]
        self.reason = ReasonField(self.form, reasons, self.tr("&Reason"), self.tr("In your &words"))

    def submit(self) -> None:
        """Post it."""
        cents = self.amount.cents()
        reason = self.reason.sentence(self.tr("Say in a few words what the cash is for."))
        then = partial(self._moved, cents)
        self.post(_MOVES[self.kind], self.row.till.till_id, cents, key=self.key, reason=reason, then=then)

    def _moved(self, cents: int, _none: None) -> None:
        self.context.report.done(f"{self.word.lower()}, {format_money(cents)}, {self.row.till.name}")
        self.finish(None)


class NoSaleDialog(PostingDialog[None]):
    """Opens the drawer without a sale; the reason is logged and counted on the reports."""

    def __init__(self, context: Context, parent: QWidget | None, row: DrawerRow) -> None:
        super().__init__(context, parent, "No sale", verb="Open the drawer")
        self.setWindowTitle("PSC Desk - " + self.tr("No sale"))
        self.row = row
        head = theme.label(self.tr("Open {0} without a sale").format(row.till.name), "heading", bold=True)
        self.body.insertWidget(0, head)
        self.reason = ReasonField(self.form, row.no_sale_reasons, self.tr("&Reason"), self.tr("In your &words"))

    def submit(self) -> None:
        """Open it."""
        reason = self.reason.sentence(self.tr("Say in a few words why the drawer is opened."))
        self.post(no_sale, self.row.till.till_id, reason, then=partial(self._opened, reason))

    def _opened(self, reason: str, _none: None) -> None:
        self.context.report.done(self.tr("the drawer was told to open: {0}").format(reason))
        self.finish(None)
