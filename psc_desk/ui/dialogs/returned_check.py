"""A check that the bank sent back: why, and the clinic's fee if there is one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from psc_desk.money import format_money
from psc_desk.queries.returned_checks import ReturnStart, return_start
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.usecases.payments import PaymentDone
from psc_desk.usecases.returned_checks import ReturnedCheck, return_check


def open_returned_check(context: Context, parent: QWidget, tender_id: int) -> None:
    """Ask why a deposited check came back, and book it."""

    def show(start: ReturnStart) -> None:
        ReturnedCheckDialog(context, parent, start).open()

    context.ask(parent, return_start, tender_id, then=show)


class ReturnedCheckDialog(PostingDialog[PaymentDone]):
    """Says what will happen before it does."""

    def __init__(self, context: Context, parent: QWidget | None, start: ReturnStart) -> None:
        super().__init__(context, parent, "Returned check", verb="Book as returned", who=start.who, look="danger")
        self.setWindowTitle("PSC Desk - " + self.tr("Returned check"))
        self.start = start
        check = start.check
        line = self.tr("Check {0} of {1}, receipt {2}, deposit {3}")
        words = line.format(check.check_no, format_money(check.cents), check.receipt_no, check.deposit_id)
        self._wide(words, bold=True)
        self.reason = ReasonField(self.form, start.reasons, self.tr("&Reason"), self.tr("In your &words"))
        self.fee = self.form.add(self.tr("&Fee to charge"), MoneyEdit("fee", self.tr("Fee to charge")))
        self.fee.set_cents(start.fee_cents if start.who else 0)
        self.fee.setEnabled(start.who is not None)
        self._wide(self._what_happens())

    @property
    def _of_a_part(self) -> bool:
        """Whether it paid a part of a sale."""
        return self.start.check.of_sale > self.start.check.cents

    def _what_happens(self) -> str:
        if self._of_a_part:
            return self.tr(
                "The amount leaves the bank's account. The items stay sold; what is unpaid of them is charged to the "
                "account, and the banner says “No checks”."
            ) if self.start.who else self.tr(
                "The amount leaves the bank's account, and sale and tax are lower by it: without a patient there is no "
                "account to charge it to. The items stay sold."
            )  # fmt: skip
        if self.start.check.of_sale:
            return self.tr(
                "The amount leaves the bank's account and the sale is taken back. Its items count as stock again: if "
                "they do not come back, take them out of the stock under Money, Retail."
            )
        return self.tr(
            "The amount leaves the bank's account, what it paid is open again, and the banner says “No checks”. "
            "The first receipt stays as it was."
        )

    def submit(self) -> None:
        """Post it."""
        reason = self.reason.sentence(self.tr("Say in a few words why the bank sent it back."))
        returned = ReturnedCheck(self.start.check.tender_id, self.key, reason, self.fee.cents_or_none() or 0)
        self.post(return_check, returned, then=self._told)

    def _told(self, done: PaymentDone) -> None:
        check = self.start.check
        words = self.tr("check {0} booked as returned with receipt {1}, {2} is open again")
        if self._of_a_part:
            words = self.tr("check {0} booked as returned with receipt {1}, {2} of its sale is unpaid")
        elif check.of_sale:
            words = self.tr("check {0} booked as returned with receipt {1}, the sale of {2} is taken back")
        self.context.report.done(words.format(check.check_no, done.receipt_no, format_money(-done.amount_cents)))
        self.finish(done)

    def _wide(self, text: str, *, bold: bool = False) -> None:
        words = theme.label(text, bold=bold, look="" if bold else "secondary")
        words.setWordWrap(True)
        self.form.wide(words)
