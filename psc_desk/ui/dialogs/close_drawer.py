"""The close of the drawer: count blind, see over or short, leave the float, bank the rest, print the Z report.

What was done is in the database at each step, so that the close goes on where it stopped, also after a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.models.till import DENOMINATIONS
from psc_desk.money import Cents, format_money
from psc_desk.queries.counter import DrawerRow, drawer, leave_pieces
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.count_grid import CountGrid
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.widgets.basic import button, line
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.usecases.till import (
    CloseDone,
    CountDone,
    begin_count,
    cancel_count,
    close_till,
    count_result,
    over_short_words,
    record_count,
)


def open_close_drawer(context: Context, parent: QWidget, till_id: int) -> None:
    """Begin the close, or go on with it."""

    def show(row: DrawerRow) -> None:
        dialog = CloseDrawerDialog(context, parent, row)
        if not row.counted:
            dialog.open()
            return
        context.ask(parent, count_result, till_id, then=lambda count: dialog.go_on(count, row.counted_pieces))

    def begun(_session_id: int) -> None:
        context.ask(parent, drawer, till_id, then=show)

    context.do(parent, begin_count, till_id, then=begun)


class CloseDrawerDialog(PostingDialog[CloseDone]):
    """Three steps in one dialog: count, result with the float, done."""

    def __init__(self, context: Context, parent: QWidget | None, row: DrawerRow) -> None:
        super().__init__(context, parent, "Close the drawer", verb="Record the count")
        self.setWindowTitle("PSC Desk - " + self.tr("Close the drawer"))
        self.row = row
        self.count: CountDone | None = None
        self.pieces: dict[int, int] = {}
        self.head = theme.label("", "heading", bold=True)
        self.stale = theme.label(look="warning")
        self.stale.setWordWrap(True)
        self.give_up = button("give_up_count", self.tr("Go on with the day"), self._give_up, look="link")
        self.recount = button("recount", self.tr("Count once more"), self._count_again)
        self.counting, self.outcome = QWidget(), ResultPart(row)
        self._build_steps()
        self._step_count()
        self.setMinimumWidth(theme.px(620))

    def go_on(self, count: CountDone, pieces: dict[int, int]) -> None:
        """Show what was counted before the dialog was left."""
        self.pieces = pieces
        self._step_result(count)
        self.open()

    def submit(self) -> None:
        """Do the step."""
        if self.answer is not None:
            self.accept()
        elif self.count is None:
            self._record()
        else:
            self._close(self.count)

    def reject(self) -> None:
        """Leave it half done: it goes on with F8. What was typed for a count is asked for once."""
        if self.answer is not None:
            self.accept()
            return
        super().reject()

    def _record(self) -> None:
        self.pieces = self.grid.pieces()
        if not self.pieces:
            raise InputError(self.tr("Count the drawer: type how many of each note and coin."), "pieces_10000")
        checks, cards = self.checks.cents_or_none() or 0, self.cards.cents_or_none() or 0
        self.post(
            record_count, self.row.till.till_id, self.pieces, checks_cents=checks, cards_cents=cards,
            then=self._step_result,
        )  # fmt: skip

    def _close(self, count: CountDone) -> None:
        reason = self.outcome.reason_typed(count)
        left = self.outcome.float_left.cents()
        self.post(close_till, self.row.till.till_id, float_left_cents=left, reason=reason, then=self._step_done)

    def _step_count(self) -> None:
        self.count = None
        self.head.setText(self.tr("Count {0}").format(self.row.till.name))
        self._show_step(self.counting, self.tr("Record the count"))
        self.grid.start()

    def _step_result(self, count: CountDone) -> None:
        self.count = count
        self.primary.setEnabled(True)
        self.head.setText(self.tr("{0}: {1}").format(self.row.till.name, over_short_words(count.over_short_cents)))
        self.outcome.show_count(count, self.pieces)
        self._show_step(self.outcome, self.tr("Close the drawer"))
        self.recount.setVisible(count.may_recount)
        self.outcome.start(count)

    def _step_done(self, done: CloseDone) -> None:
        self.answer = done
        self.primary.setEnabled(True)
        words = self.tr("{0} closed, {1}, Z report {2}")
        sentence = words.format(self.row.till.name, over_short_words(done.over_short_cents), done.z_no)
        self.context.report.done(sentence)
        self.head.setText(self.tr("Closed. Z report {0} is being printed.").format(done.z_no))
        self._show_step(None, self.tr("Done"))
        self.give_up.hide()
        self.cancel.hide()
        self.body.insertWidget(self.body.count() - 1, _done_part(done, self.tr))

    def _show_step(self, part: QWidget | None, verb: str) -> None:
        for one in (self.counting, self.outcome):
            one.setVisible(one is part)
        self.recount.hide()
        self.primary.setText(verb)
        self.primary.setAccessibleName(verb)
        QTimer.singleShot(0, self, self.adjustSize)

    def _count_again(self) -> None:
        self.grid.set_pieces({})
        self._step_count()

    def _give_up(self) -> None:
        self.post(cancel_count, self.row.till.till_id, then=self._given_up)

    def _given_up(self, _none: None) -> None:
        self.context.report.done(self.tr("{0} takes money again").format(self.row.till.name))
        self.accept()

    def _build_steps(self) -> None:
        self.grid = CountGrid(self.tr("Cash counted"))
        self.sums = Form()
        self.checks = self.sums.add(self.tr("Checks, total"), MoneyEdit("checks", self.tr("Checks, total")))
        self.cards = self.sums.add(self.tr("Card slips, total"), MoneyEdit("cards", self.tr("Card slips, total")))
        inside = QVBoxLayout(self.counting)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.grid)
        inside.addWidget(self.sums)
        self.form.hide()
        for widget in (self.head, self.stale, self.counting, self.outcome):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.buttons.insertWidget(0, self.give_up)
        self.buttons.insertWidget(2, self.recount)
        till = self.row.till
        self.stale.setVisible(till.stale)
        if till.stale and till.business_date is not None:
            words = self.tr("This is still the drawer of {0}. Close it before you take money for today.")
            self.stale.setText(words.format(format_date(till.business_date)))


class ResultPart(QWidget):
    """Counted against expected, the reason, the float to leave and what goes to the bank."""

    def __init__(self, row: DrawerRow) -> None:
        super().__init__()
        self._row = row
        self._pieces: dict[int, int] = {}
        self._counted = 0
        self.facts = {
            name: theme.label("", bold=True) for name in ("expected", "counted", "over_short", "checks", "cards")
        }
        self.form = Form()
        self.reason_form = Form()
        self.reason = ReasonField(
            self.reason_form,
            row.variance_reasons,
            self.tr("&Reason"),
            self.tr("In your &words"),
            unsaid=self.tr("Choose"),
        )
        self.float_left = self.form.add(self.tr("&Float to leave"), MoneyEdit("float", self.tr("Float to leave")))
        self.to_bank = theme.label("", "big", bold=True)
        self.to_bank.setObjectName("to_bank")
        self.leave = theme.label("", "small", look="secondary")
        self.leave.setObjectName("leave_pieces")
        self.leave.setWordWrap(True)
        self._build()
        self.float_left.textChanged.connect(self._show_bank)

    def show_count(self, count: CountDone, pieces: dict[int, int]) -> None:
        """Show what the count says; the float is preset."""
        self._pieces, self._counted = pieces, count.counted_cents
        checks = self.tr("{0} of {1} ({2})")
        texts = {
            "expected": format_money(count.expected_cents),
            "counted": format_money(count.counted_cents),
            "over_short": over_short_words(count.over_short_cents),
            "checks": checks.format(
                format_money(count.checks_cents), format_money(count.checks_expected_cents), count.checks_expected
            ),
            "cards": self.tr("{0} of {1}").format(
                format_money(count.cards_cents), format_money(count.cards_expected_cents)
            ),
        }
        for name, text in texts.items():
            self.facts[name].setText(text)
        theme.set_look(self.facts["over_short"], "error" if count.over_short_cents else "good")
        theme.set_look(self.facts["checks"], _verdict(count.checks_cents, count.checks_expected_cents))
        theme.set_look(self.facts["cards"], _verdict(count.cards_cents, count.cards_expected_cents))
        self.reason_form.setVisible(count.needs_reason)
        self.float_left.set_cents(min(self._row.till.standard_float_cents, count.counted_cents))
        self._show_bank()

    def start(self, count: CountDone) -> None:
        """Put the focus where something is missing."""
        field: QWidget = self.reason.list if count.needs_reason else self.float_left
        field.setFocus(Qt.FocusReason.TabFocusReason)

    def reason_typed(self, count: CountDone) -> str:
        """Return the reason where one is needed."""
        return self.reason.sentence(self.tr("Say in a few words why it differs.")) if count.needs_reason else ""

    def _show_bank(self) -> None:
        try:
            left = self.float_left.cents_or_none() or 0
        except InputError:
            return
        self.to_bank.setText(format_money(self._counted - left))
        stay = leave_pieces(self._pieces, left) if left <= self._counted else None
        if stay is None:
            self.leave.setText(self.tr("The pieces counted cannot make this float exactly. Choose another amount."))
            return
        names = [f"{stay[cents]} × {word}" for word, cents in DENOMINATIONS if cents in stay]
        self.leave.setText(self.tr("Leave {0}").format(", ".join(names)) if names else self.tr("Leave nothing"))

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        titles = (
            ("expected", self.tr("Cash expected")),
            ("counted", self.tr("Cash counted")),
            ("over_short", self.tr("Over or short")),
            ("checks", self.tr("Checks")),
            ("cards", self.tr("Cards")),
        )
        for name, title in titles:
            self.facts[name].setObjectName(f"fact_{name}")
            layout.addLayout(_pair(title, self.facts[name]))
        layout.addWidget(line())
        layout.addWidget(self.reason_form)
        layout.addWidget(self.form)
        layout.addWidget(self.leave)
        layout.addLayout(_pair(self.tr("Cash to the bank"), self.to_bank))


def _verdict(counted: Cents, expected: Cents) -> str:
    return "good" if counted == expected else "error"


def _pair(title: str, value: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(theme.label(title, look="secondary"))
    row.addStretch()
    row.addWidget(value)
    return row


def _done_part(done: CloseDone, tr: Callable[..., Any]) -> QWidget:
    part = QWidget()
    layout = QVBoxLayout(part)
    layout.setContentsMargins(0, 0, 0, 0)
    rows = (
        (tr("Cash to the bank"), format_money(done.to_bank_cents)),
        (tr("Float left in the drawer"), format_money(done.float_left_cents)),
        (tr("Over or short"), over_short_words(done.over_short_cents)),
    )
    for title, value in rows:
        layout.addLayout(_pair(title, theme.label(value, "big", bold=True)))
    return part
