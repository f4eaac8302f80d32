"""Hand the drawer over at shift change: the giver counts blind, the receiver confirms with a PIN."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from psc_desk.errors import DeskError, InputError
from psc_desk.money import format_money
from psc_desk.queries.counter import DrawerRow
from psc_desk.queries.staff import PersonRow
from psc_desk.queries.transfers import others_at_the_drawer
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.count_grid import CountGrid
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import PinEdit
from psc_desk.usecases.handover import HandoverCount, HandoverDone, count_for_handover, counted_for_handover, hand_over
from psc_desk.usecases.staff import Approval, SignInResult, check_witness
from psc_desk.usecases.till import open_for_count, over_short_words


def open_handover(context: Context, parent: QWidget, row: DrawerRow) -> None:
    """Begin, or go on with a count that still holds; the drawer springs open for the count."""
    till_id = row.till.till_id

    def show(people: Sequence[PersonRow], count: HandoverCount | None) -> None:
        dialog = HandoverDialog(context, parent, row, people)
        if count is None:
            context.do(parent, open_for_count, till_id, "Hand-over")
        else:
            dialog.show_count(count)
        dialog.open()

    def with_people(people: Sequence[PersonRow]) -> None:
        context.ask(parent, counted_for_handover, till_id, then=partial(show, people))

    context.ask(parent, others_at_the_drawer, row.till.holder_id or 0, then=with_people)


class HandoverDialog(PostingDialog[HandoverDone]):
    """Two steps: the count; then what it shows, why, and who takes it."""

    def __init__(self, context: Context, parent: QWidget | None, row: DrawerRow, people: Sequence[PersonRow]) -> None:
        super().__init__(context, parent, "Hand over the drawer", verb="Record the count")
        self.setWindowTitle("PSC Desk - " + self.tr("Hand over the drawer"))
        self.row = row
        self.count: HandoverCount | None = None
        self.head = theme.label("", "heading", bold=True)
        self.words = theme.label("", look="secondary")
        self.words.setWordWrap(True)
        self.grid = CountGrid(self.tr("Cash counted"))
        self.grid.end_here()
        self.recount = button("recount", self.tr("Count once &more"), self._again)
        self.outcome, self.verdict = QWidget(), theme.label("", "big", bold=True)
        self.verdict.setObjectName("verdict")
        self.taker = Form()
        self.reason = ReasonField(
            self.taker, row.variance_reasons, self.tr("&Reason"), self.tr("In your &words"),
            unsaid=self.tr("Choose"),
        )  # fmt: skip
        choices: list[tuple[str, object]] = [(self.tr("Choose"), 0), *((one.name, one.id) for one in people)]
        self.person = self.taker.choice(self.tr("&Taken by"), "person", choices)
        self.pin = self.taker.add(self.tr("P&IN"), PinEdit("pin", self.tr("PIN of the person who takes it")))
        self._build_parts()
        self._step_count()
        self.setMinimumWidth(theme.px(520))

    def show_count(self, count: HandoverCount) -> None:
        """Show the count and ask who takes the drawer."""
        self.count = count
        self.primary.setEnabled(True)
        self.head.setText(self.tr("Hand over {0}").format(self.row.till.name))
        words = self.tr("Counted {0}, expected {1}. A difference is {2}'s and is booked at once.")
        counted, expected = format_money(count.counted_cents), format_money(count.expected_cents)
        self.words.setText(words.format(counted, expected, self.row.till.holder))
        self.verdict.setText(over_short_words(count.over_short_cents))
        theme.set_look(self.verdict, "error" if count.over_short_cents else "good")
        self._show(self.outcome, self.tr("Hand it over"))
        for field in (self.reason.list, self.reason.text):
            self.taker.show_row(field, shown=count.needs_reason)
        self.recount.setVisible(count.may_recount)
        first: QWidget = self.reason.list if count.needs_reason else self.person
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def submit(self) -> None:
        """Record the count, then hand it over."""
        if self.count is None:
            pieces = self.grid.pieces()
            if not pieces:
                raise InputError(self.tr("Count the drawer: type how many of each note and coin."), "pieces_10000")
            self.post(count_for_handover, self.row.till.till_id, pieces, then=self.show_count)
            return
        reason = ""
        if self.count.needs_reason:
            reason = self.reason.sentence(self.tr("Say in a few words why it differs."))
        if not self.person.currentData():
            raise InputError(self.tr("Choose who takes the drawer."), "person")
        taker = Approval(int(self.person.currentData()), self.pin.pin())
        self.post(check_witness, taker, then=partial(self._known, taker, reason))

    def _known(self, taker: Approval, reason: str, result: SignInResult) -> None:
        if self.count is None:
            return
        if result.person is None:
            self.primary.setEnabled(True)
            self.pin.clear()
            self.show_error(InputError(result.sentence, "pin"))
            return
        self.post(hand_over, self.count.count_id, taker, reason=reason, then=self._handed)

    def _handed(self, done: HandoverDone) -> None:
        words = self.tr("{0} took {1} with {2}, {3}")
        difference = over_short_words(done.over_short_cents)
        sentence = words.format(done.receiver, self.row.till.name, format_money(done.counted_cents), difference)
        self.context.report.done(sentence)
        self.finish(done)

    def show_error(self, error: Exception) -> None:
        """A count that no longer holds is taken again."""
        if isinstance(error, DeskError) and "Count it again" in str(error):
            self._again()
        super().show_error(error)

    def _again(self) -> None:
        self.grid.set_pieces({})
        self._step_count()

    def _step_count(self) -> None:
        self.count = None
        self.head.setText(self.tr("Count {0} to hand it over").format(self.row.till.name))
        words = self.tr("{0} answers for its cash and counts it; what should be there is told afterwards.")
        self.words.setText(words.format(self.row.till.holder))
        self._show(self.grid, self.tr("Record the count"))
        self.recount.hide()
        self.grid.start()

    def _show(self, part: QWidget, verb: str) -> None:
        for one in (self.grid, self.outcome):
            one.setVisible(one is part)
        self.primary.setText(verb)
        self.primary.setAccessibleName(verb)
        QTimer.singleShot(0, self, self.adjustSize)

    def _build_parts(self) -> None:
        self.form.hide()
        inside = QVBoxLayout(self.outcome)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.px(10))
        for part in (self.verdict, self.taker):
            inside.addWidget(part)
        for widget in (self.head, self.words, self.grid, self.outcome):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.buttons.insertWidget(1, self.recount)
