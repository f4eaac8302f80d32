"""Cash between drawers: send it, accept or decline it at the other drawer, count declined cash back in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from psc_desk.dates import format_clock
from psc_desk.errors import InputError
from psc_desk.models.till import TransferStatus
from psc_desk.money import Cents, format_money
from psc_desk.queries.transfers import AnswerStart, SendStart, TransferRow, answer_start, send_start
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.count_grid import CountGrid
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import PinEdit
from psc_desk.usecases.staff import Approval, SignInResult, check_witness
from psc_desk.usecases.till import over_short_words
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)


def open_send(context: Context, parent: QWidget, till_id: int) -> None:
    """Send cash from this drawer, when another one is open."""

    def show(start: SendStart) -> None:
        if start.receivers:
            SendDialog(context, parent, start).open()
        else:
            context.report.note(parent.tr("No other drawer is open. Cash can be sent only to an open drawer."))

    context.ask(parent, send_start, till_id, then=show)


def open_transfer(context: Context, parent: QWidget, transfer_id: int) -> None:
    """Do what a transfer waits for: accept or decline it, or count it back in."""

    def show(start: AnswerStart) -> None:
        if start.row.status is TransferStatus.DECLINED:
            TakeBackDialog(context, parent, start.row).open()
        elif start.row.status is TransferStatus.SENT:
            AnswerDialog(context, parent, start).open()
        else:
            context.report.note(parent.tr("This transfer is finished already."))

    context.ask(parent, answer_start, transfer_id, then=show)


class SendDialog(PostingDialog[int]):
    """What goes into the envelope, and to which drawer."""

    def __init__(self, context: Context, parent: QWidget | None, start: SendStart) -> None:
        super().__init__(context, parent, "Send cash to another drawer", verb="Send it")
        self.setWindowTitle("PSC Desk - " + self.tr("Send cash to another drawer"))
        self.sending = start
        head = self.tr("Send cash from {0}").format(start.from_till)
        self.body.insertWidget(0, theme.label(head, "heading", bold=True))
        words = self.tr("{0} · {1}")
        choices: list[tuple[str, object]] = [(words.format(name, who), one) for one, name, who in start.receivers]
        self.target = self.form.choice(self.tr("&To"), "to_till", choices)
        self.comment = self.form.text(self.tr("&What for"), "comment")
        self.grid = CountGrid(self.tr("Cash to send"))
        self.grid.end_here()
        self.body.addWidget(self.grid)
        self.setMinimumWidth(theme.px(480))
        if len(choices) == 1:
            self.comment.setFocus()

    def submit(self) -> None:
        """Take it out of this drawer."""
        till_id, comment = int(self.target.currentData()), self.comment.text()
        sent = TransferInput(self.key, self.sending.from_till_id, till_id, self.grid.pieces(), comment)
        self.post(send_transfer, sent, then=self._sent)

    def _sent(self, transfer_id: int) -> None:
        words = self.tr("{0} is on its way to {1}; it must be accepted there")
        to_till = self.target.currentText().split(" · ")[0]
        self.context.report.done(words.format(format_money(self.grid.total), to_till))
        self.finish(transfer_id)


class AnswerDialog(PostingDialog[None]):
    """Count what came and accept it, or decline it with the reason; somebody else than the sender answers."""

    def __init__(self, context: Context, parent: QWidget | None, start: AnswerStart) -> None:
        super().__init__(context, parent, "Cash from another drawer", verb="Accept it")
        self.setWindowTitle("PSC Desk - " + self.tr("Cash from another drawer"))
        self.start, self.row, self.declining = start, start.row, False
        self.grid = CountGrid(self.tr("Cash counted"))
        self.decline = button("decline", self.tr("&Decline ..."), self._decline, look="danger")
        self._build_words()
        self.reason = self.form.text(self.tr("&Reason"), "reason")
        self.form.show_row(self.reason, shown=start.own and not start.people)
        if start.own and start.people:
            choices: list[tuple[str, object]] = [(one.name, one.id) for one in start.people]
            self.person = self.form.choice(self.tr("&Taken by"), "person", choices)
            self.pin = self.form.add(self.tr("P&IN"), PinEdit("pin", self.tr("PIN of the person who takes it")))
        else:
            self.grid.end_here()
        self.body.addStretch(1)
        self.buttons.insertWidget(0, self.decline)
        self.grid.start()
        self.setMinimumWidth(theme.px(500))

    def submit(self) -> None:
        """Accept or decline."""
        if self.declining and not self.reason.text().strip():
            raise InputError(self.tr("Say why it is declined, for example what you counted."), "reason")
        if not self.declining and not self.grid.pieces():
            raise InputError(self.tr("Count what came: type how many of each note and coin."), "pieces_10000")
        if self.start.own and self.start.people:
            witness = Approval(int(self.person.currentData()), self.pin.pin())
            self.post(check_witness, witness, then=partial(self._known, witness))
        else:
            self._answer(None)

    def _known(self, witness: Approval, result: SignInResult) -> None:
        if result.person is None:
            self.primary.setEnabled(True)
            self.pin.clear()
            self.show_error(InputError(result.sentence, "pin"))
            return
        self._answer(witness)

    def _answer(self, witness: Approval | None) -> None:
        reason, transfer_id = self.reason.text(), self.row.transfer_id
        if self.declining:
            self.post(decline_transfer, transfer_id, reason=reason, witness=witness, then=self._answered)
            return
        self.post(
            accept_transfer, transfer_id, self.grid.pieces(), key=self.key, reason=reason, witness=witness,
            then=self._answered,
        )  # fmt: skip

    def _answered(self, _none: None) -> None:
        words = self.tr("{0} declined, {1} counts it back in") if self.declining else self.tr("{0} is in {2}")
        self.context.report.done(words.format(format_money(self.row.cents), self.row.sent_by, self.row.to_till))
        self.finish(None)

    def _decline(self) -> None:
        self.declining = True
        self.grid.hide()
        self.decline.hide()
        self.primary.setText(self.tr("Decline it"))
        self.primary.setAccessibleName(self.primary.text())
        self.form.show_row(self.reason, shown=True)
        self.reason.setFocus()
        QTimer.singleShot(0, self, self.adjustSize)

    def _build_words(self) -> None:
        words = self.tr("{0} from {1} for {2}")
        head = words.format(format_money(self.row.cents), self.row.from_till, self.row.to_till)
        label = theme.label(self._told(), look="secondary")
        label.setWordWrap(True)
        for place, widget in enumerate((theme.label(head, "heading", bold=True), label, self.grid)):
            self.body.insertWidget(place, widget)

    def _told(self) -> str:
        at = format_clock(self.row.sent_at)
        told = self.tr("Sent by {0} at {1}.").format(self.row.sent_by, at)
        comment = f" “{self.row.comment}”" if self.row.comment else ""
        alone = not (self.start.own and self.start.people)
        return told + comment + ("" if alone else self.tr(" You sent it, so someone else takes it with a PIN."))


class TakeBackDialog(PostingDialog[Cents]):
    """Declined cash is counted back into the drawer it came from."""

    def __init__(self, context: Context, parent: QWidget | None, row: TransferRow) -> None:
        super().__init__(context, parent, "Cash that came back", verb="Count it back in")
        self.setWindowTitle("PSC Desk - " + self.tr("Cash that came back"))
        self.row = row
        head = self.tr("{0} back into {1}").format(format_money(row.cents), row.from_till)
        words = self.tr("{0} declined it at {1}: “{2}”").format(row.answered_by, row.to_till, row.answer)
        why = theme.label(words, look="secondary")
        why.setWordWrap(True)
        self.grid = CountGrid(self.tr("Cash counted"))
        self.grid.end_here()
        for place, widget in enumerate((theme.label(head, "heading", bold=True), why, self.grid)):
            self.body.insertWidget(place, widget)
        self.reason = self.form.text(self.tr("&Why it differs"), "reason")
        self.form.hide()
        self.grid.total_changed.connect(self._compare)
        self.grid.start()
        self.setMinimumWidth(theme.px(480))

    def submit(self) -> None:
        """Book it back."""
        pieces = self.grid.pieces()
        self.post(
            take_back_transfer, self.row.transfer_id, pieces, key=self.key, reason=self.reason.text(), then=self._taken
        )

    def _compare(self, total: Cents) -> None:
        self.form.setVisible(bool(total) and total != self.row.cents)

    def _taken(self, short: Cents) -> None:
        words = self.tr("{0} is back in {1}, {2}")
        counted = format_money(self.grid.total)
        self.context.report.done(words.format(counted, self.row.from_till, over_short_words(short)))
        self.finish(short)
