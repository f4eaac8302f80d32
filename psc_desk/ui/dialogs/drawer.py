"""The cash drawer (F8): open it with a counted float, move cash, open without a sale, X report, close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.models.till import TransferStatus
from psc_desk.money import Cents, format_money
from psc_desk.queries.counter import DrawerRow, drawer
from psc_desk.queries.float_helper import pieces_words
from psc_desk.queries.tills import TillRow, other_tills
from psc_desk.queries.transfers import TransferRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.close_drawer import open_close_drawer
from psc_desk.ui.dialogs.count_grid import CountGrid
from psc_desk.ui.dialogs.drawer_stale import StaleDrawerDialog
from psc_desk.ui.dialogs.handover import open_handover
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.dialogs.spot_check import open_spot_check
from psc_desk.ui.dialogs.transfer import open_send, open_transfer
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.ui.widgets.key_button import KeyButton
from psc_desk.usecases.till import (
    drop,
    no_sale,
    open_for_float,
    open_till,
    over_short_words,
    pay_in,
    pay_out,
    print_x_report,
)


def open_drawer_dialog(context: Context, parent: QWidget, till_id: int) -> None:
    """Show what can be done with the drawer as it stands: open it, work it, or go on with its close."""

    def show(row: DrawerRow) -> None:
        if row.till.status == "closed":
            context.do(
                parent, open_for_float, till_id, then=lambda _none: OpenDrawerDialog(context, parent, row).open()
            )
        elif row.till.status == "counting":
            open_close_drawer(context, parent, till_id)
        elif row.till.stale:
            StaleDrawerDialog(context, parent, row).open()
        else:
            DrawerMenu(context, parent, row).open()

    context.ask(parent, drawer, till_id, then=show)


def open_move(context: Context, parent: QWidget, till_id: int, kind: str) -> None:
    """Show the form of a "pay_in", "pay_out", "drop" or "no_sale"."""
    form = {"no_sale": NoSaleDialog, "drop": DropDialog}.get(kind, partial(MoveDialog, kind=kind))
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
        self.row, self.counted = row, False
        self.grid = CountGrid(self.tr("Float counted"))
        self.compare = theme.label(look="secondary")
        self.compare.setObjectName("compare")
        self.compare.setWordWrap(True)
        head = theme.label(self.tr("Count the float of {0}").format(row.till.name), "heading", bold=True)
        for place, widget in enumerate((head, self.grid, self.compare)):
            self.body.insertWidget(place, widget)
        self.reason = self.form.text(self.tr("&Why it differs"), "reason")
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
        self.counted = True
        self._compare(self.grid.total)
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
        words = self.tr("The last close left {0}.").format(format_money(expected))
        if total and differs:
            words = self._what_differs(total - expected)
        elif total:
            words += self.tr(" It agrees.")
        self.compare.setText(words)
        theme.set_look(self.compare, "warning" if total and differs else "good" if total else "secondary")

    def _what_differs(self, cents: Cents) -> str:
        """Name the pieces that were left only after the count, so that nobody copies them."""
        left = format_money(self.row.till.expected_opening_cents)
        if self.row.float_pieces and self.counted:
            left += f" ({pieces_words(self.row.float_pieces)})"
        words = self.tr("{0}: the last close left {1}. Count again, or say why.")
        return words.format(over_short_words(cents), left)


class DrawerMenu(DeskDialog[None]):
    """What can be done with an open drawer: one letter each."""

    def __init__(self, context: Context, parent: QWidget, row: DrawerRow) -> None:
        super().__init__(parent, "Cash drawer", verb="Close the drawer")
        self.setWindowTitle("PSC Desk - " + self.tr("Cash drawer"))
        self.context, self.over, self.row, self.till_id = context, parent, row, row.till.till_id
        self._letters: dict[str, KeyButton] = {}
        self.body.addWidget(theme.label(row.till.name, "heading", bold=True))
        holder = theme.label(self.tr("{0} answers for its cash").format(row.till.holder), look="secondary")
        holder.setObjectName("holder")
        self.body.addWidget(holder)
        self._build_pending(row.till.pending)
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

    def _build_pending(self, pending: Sequence[TransferRow]) -> None:
        """A line for each transfer under way, with what to do about it."""
        for number, one in enumerate(pending[:3]):
            words = theme.label(f"▲ {one.waits_for}", look="warning")
            words.setWordWrap(True)
            self.body.addWidget(words)
            verb = (
                self.tr("Count it back in") if one.status is TransferStatus.DECLINED else self.tr("Accept or decline")
            )
            run = partial(self._run, partial(open_transfer, self.context, self.over, one.transfer_id))
            letter = str(number + 1)
            self._letters[letter] = KeyButton(f"transfer_{letter}", verb, letter, run)
            self.body.addWidget(self._letters[letter])

    def _build_actions(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        for number, (name, words, letter, run) in enumerate(self._actions()):
            button = KeyButton(name, words, letter, partial(self._run, run))
            self._letters[letter] = button
            grid.addWidget(button, number // 2, number % 2)
        self.body.addLayout(grid)
        self._letters["N"].setFocus(Qt.FocusReason.TabFocusReason)

    def _actions(self) -> tuple[tuple[str, str, str, Callable[[], Any]], ...]:
        here = (self.context, self.over, self.till_id)
        move = partial(open_move, *here)
        return (
            ("no_sale", self.tr("No sale"), "N", partial(move, "no_sale")),
            ("pay_in", self.tr("Pay in"), "I", partial(move, "pay_in")),
            ("pay_out", self.tr("Pay out"), "O", partial(move, "pay_out")),
            ("drop", self.tr("Drop to the safe"), "D", partial(move, "drop")),
            ("spot_check", self.tr("Spot check"), "S", partial(open_spot_check, *here)),
            ("hand_over", self.tr("Hand over"), "H", partial(open_handover, *here[:2], self.row)),
            ("send", self.tr("Send to a drawer"), "T", partial(open_send, *here)),
            ("other_drawers", self.tr("Other drawers"), "L", partial(open_other_drawers, *here)),
            ("x_report", self.tr("X report"), "X", partial(print_x, *here)),
            ("close_drawer", self.tr("Count and close"), "C", partial(open_close_drawer, *here)),
        )

    def _run(self, run: Callable[[], Any]) -> None:
        self.accept()
        run()


def open_other_drawers(context: Context, parent: QWidget, till_id: int) -> None:
    """Show the clinic's other drawers, for those who may see them."""

    def show(rows: Sequence[TillRow]) -> None:
        if rows:
            OtherDrawersDialog(context, parent, rows).open()
        else:
            context.report.note(parent.tr("This is the only drawer. More are added in Settings, Cash drawers."))

    context.ask(parent, other_tills, till_id, then=show)


class OtherDrawersDialog(DeskDialog[None]):
    """Each other drawer as it stands; its number opens it."""

    def __init__(self, context: Context, parent: QWidget, rows: Sequence[TillRow]) -> None:
        super().__init__(parent, "Other drawers", verb="Close")
        self.setWindowTitle("PSC Desk - " + self.tr("Other drawers"))
        self._numbers: dict[str, KeyButton] = {}
        self.body.addWidget(theme.label(self.tr("Look at another drawer"), "heading", bold=True))
        for number, row in enumerate(rows[:9], 1):
            run = partial(self._open, partial(open_drawer_dialog, context, parent, row.till_id))
            button = KeyButton(f"drawer_{row.till_id}", _till_words(row, self.tr), str(number), run)
            self._numbers[str(number)] = button
            self.body.addWidget(button)
        self.form.hide()
        self.primary.hide()
        self._numbers["1"].setFocus(Qt.FocusReason.TabFocusReason)
        self.finished.connect(self.deleteLater)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A number opens its drawer."""
        button = self._numbers.get(event.text())
        if button is not None:
            button.click()
            return
        super().keyPressEvent(event)

    def _open(self, run: Callable[[], Any]) -> None:
        self.accept()
        run()


def _till_words(row: TillRow, tr: Callable[..., str]) -> str:
    if row.status == "closed":
        return f"{row.name} · {tr('closed')}"
    state = tr("left open") if row.stale else tr("being counted") if row.status == "counting" else tr("open")
    return f"{row.name} · {state} · {row.holder}"


_MOVES: dict[str, Callable[..., None]] = {"pay_in": pay_in, "pay_out": pay_out, "drop": drop}


class MoveDialog(PostingDialog[None]):
    """Cash in, out, or to the safe, with what it is for."""

    def __init__(self, context: Context, parent: QWidget | None, row: DrawerRow, *, kind: str) -> None:
        words = {"pay_in": "Pay in", "pay_out": "Pay out", "drop": "Drop to the safe"}[kind]
        super().__init__(context, parent, words, verb=words)
        self.row, self.kind = row, kind
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
        move, till_id = _MOVES[self.kind], self.row.till.till_id
        self.post(move, till_id, cents, key=self.key, reason=reason, then=then, **self.more())

    def more(self) -> dict[str, Any]:
        """Return what else this kind posts."""
        return {}

    def _moved(self, cents: int, _none: None) -> None:
        words = {
            "pay_in": self.tr("{0} paid into {1}"),
            "pay_out": self.tr("{0} paid out of {1}"),
            "drop": self.tr("{0} dropped from {1} to the safe"),
        }[self.kind]
        self.context.report.done(words.format(format_money(cents), self.row.till.name))
        self.finish(None)


class DropDialog(MoveDialog):
    """A drop may say which notes went; the deposit is then filled in with them."""

    def __init__(self, context: Context, parent: QWidget | None, row: DrawerRow) -> None:
        super().__init__(context, parent, row, kind="drop")
        self.grid = CountGrid(self.tr("Notes that go"))
        self.grid.total_changed.connect(self.amount.set_cents)
        self.grid.end_here()
        words = self.tr("Type the notes, if you can: the deposit is then filled in with them.")
        self.body.addWidget(theme.label(words, look="secondary"))
        self.body.addWidget(self.grid)

    def more(self) -> dict[str, Any]:
        """Return the notes typed."""
        return {"pieces": self.grid.pieces()}


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
