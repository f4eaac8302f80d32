"""Correct a payment: the receipt is voided and the right one taken, in one form and one step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from psc_desk.errors import RefusedError
from psc_desk.money import format_money
from psc_desk.queries.correction import CorrectionStart, correction
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.payment import PaymentDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.usecases.payment_change import Corrected, correct_payment
from psc_desk.usecases.payments import PaymentInput

Then = Callable[[Corrected], Any]


def open_correct(context: Context, parent: QWidget, payment_id: int) -> None:
    """Open the form over `parent`, filled in as the payment had been taken."""

    def show(start: CorrectionStart) -> None:
        if not start.receipt.same_session:
            words = "The drawer session of this receipt is closed. Give a refund, then take the payment again."
            context.report(RefusedError(words))
            return
        CorrectDialog(context, parent, start).open()

    context.ask(parent, correction, payment_id, then=show)


class CorrectDialog(PaymentDialog):
    """The payment form again, with the reason. A card is typed from its slip: the terminal was asked already."""

    ASKS_TERMINAL = False

    def __init__(self, context: Context, parent: QWidget | None, start: CorrectionStart) -> None:
        paid = start.receipt.payment
        super().__init__(context, parent, start.counter, kind=paid.kind, cents=paid.amount_cents)
        self.start = start
        self.setWindowTitle("PSC Desk - " + self.tr("Correct a payment"))
        self.primary.setText(self.tr("Void and take again"))
        self.primary.setAccessibleName(self.primary.text())
        line = self.tr("Receipt {0}: {1}, {2}").format(paid.receipt_no, format_money(paid.amount_cents), paid.tender)
        words = theme.label(line, bold=True)
        words.setObjectName("receipt_line")
        words.setWordWrap(True)
        self.body.insertWidget(0, words)
        self.reason = ReasonField(
            self.form, start.receipt.void_reasons, self.tr("&Reason"), self.tr("In your &words")
        )  # fmt: skip
        for part in (self.summary, self.charges, self.use_credit):
            part.hide()
        self._fill()

    def send(self, payment: PaymentInput) -> None:
        """Void the old receipt and post the new one."""
        reason = self.reason.sentence(self.tr("Say in a few words what was wrong."))
        self.post(
            correct_payment, self.start.receipt.payment.payment_id, payment, reason=reason, then=self._corrected
        )  # fmt: skip

    def _corrected(self, done: Corrected) -> None:
        self.posted(done.taken)
        words = self.tr("receipt {0} voided with {1} and corrected with receipt {2}, {3} from {4}")
        old, amount = self.start.receipt.payment.receipt_no, format_money(done.taken.amount_cents)
        name = self.row.who.name
        self.context.report.done(words.format(old, done.voided.receipt_no, done.taken.receipt_no, amount, name))

    def _fill(self) -> None:
        """Show the tenders as they were taken."""
        while len(self.tenders.boxes) < len(self.start.tenders):
            self.tenders.add()
        for box, was in zip(self.tenders.boxes, self.start.tenders, strict=True):
            box.choose(was.kind)
            box.amount.set_cents(was.cents)
            box.check_no.setText(was.check_no)
            box.bank.setText(was.bank)
            box.brand.setCurrentIndex(max(0, box.brand.findText(was.card_brand)))
            box.last4.setText(was.card_last4)
            box.ref.setText(was.terminal_ref)
        self.amount.selectAll()
        self.amount.setFocus()
