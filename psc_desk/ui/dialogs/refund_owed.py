"""Pay a refund out that is owed: the clinic's check by mail, or cash from the drawer."""

from __future__ import annotations

from uuid import uuid4

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from psc_desk.money import format_money
from psc_desk.queries.refunds_owed import RefundForm, RefundOwedRow, refund_form
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import ReasonDialog
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.widgets.inputs import TypedEdit
from psc_desk.usecases.refunds_owed import mail_refund, pay_refund_in_cash, take_mailed_back


def open_refund_owed(context: Context, parent: QWidget, payment_id: int) -> None:
    """Ask for the number of the check that is mailed, or pay cash."""

    def show(form: RefundForm) -> None:
        RefundOwedDialog(context, parent, form).open()

    context.ask(parent, refund_form, payment_id, then=show)


def ask_mail_back(context: Context, parent: QWidget, row: RefundOwedRow) -> None:
    """Ask what became of a mailed check, and owe the refund again."""
    tr = QCoreApplication.translate
    question = tr("RefundOwedDialog", "{0} for refund {1} will be owed again. What became of the check?")
    reasons = [
        ("back", tr("RefundOwedDialog", "It came back from the mail")),
        ("stopped", tr("RefundOwedDialog", "It was lost, and stopped at the bank")),
        ("other", tr("RefundOwedDialog", "Other")),
    ]
    answer = ReasonDialog.ask(
        parent, tr("RefundOwedDialog", "A mailed check came back"),
        question.format(format_money(row.cents), row.receipt_no), reasons=reasons,
        verb=tr("RefundOwedDialog", "Owe it again"),
    )  # fmt: skip
    if answer is not None:
        said = tr("RefundOwedDialog", "{0} for refund {1} is owed again").format(
            format_money(row.cents), row.receipt_no
        )
        context.do(
            parent, take_mailed_back, row.payment_id, key=uuid4().hex, reason=answer.sentence,
            then=lambda _entry: context.report.done(said),
        )  # fmt: skip


class RefundOwedDialog(PostingDialog[int]):
    """One way or the other; cash needs the open drawer of this desk."""

    def __init__(self, context: Context, parent: QWidget | None, facts: RefundForm) -> None:
        super().__init__(context, parent, "Refund by mail", verb="Note it as mailed", who=facts.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Refund by mail"))
        self.facts, row = facts, facts.refund
        head = theme.label(
            self.tr("{0} for refund {1}: {2}").format(format_money(row.owed_cents), row.receipt_no, row.reason),
            bold=True,
        )
        head.setObjectName("refund_line")
        head.setWordWrap(True)
        self.form.wide(head)
        address = theme.label(row.address or self.tr("No address is on file."), look="secondary")
        address.setObjectName("address")
        address.setWordWrap(True)
        self.form.wide(address)
        ways: list[tuple[str, object]] = [(self.tr("The clinic's check"), "mail"), (self.tr("Cash"), "cash")]
        self.way = self.form.choice(self.tr("&Paid by"), "way", ways)
        self.check_no = self.form.add(self.tr("Check &number"), TypedEdit("check_no", self.tr("Check number")))
        self.reason = ReasonField(self.form, facts.reasons, self.tr("&How"), self.tr("In your &words"))
        self.way.currentIndexChanged.connect(self._way_changed)
        self.check_no.setFocus(Qt.FocusReason.TabFocusReason)
        self.setMinimumWidth(theme.px(480))

    @property
    def in_cash(self) -> bool:
        """True when cash is paid instead."""
        return bool(self.way.currentData() == "cash")

    def submit(self) -> None:
        """Post it."""
        refund_id = self.facts.refund.payment_id
        if self.in_cash:
            reason = self.reason.text.text().strip() or self.tr("Handed over at the desk")
            self.post(pay_refund_in_cash, refund_id, key=self.key, reason=reason, then=self._paid)
        else:
            number = self.check_no.text()
            reason = self.reason.sentence(self.tr("Say in a few words how it reaches the patient."))
            self.post(mail_refund, refund_id, number, key=self.key, reason=reason, then=self._paid)

    def _paid(self, entry_id: int) -> None:
        row = self.facts.refund
        words = self.tr("{0} for refund {1} is noted as mailed")
        if self.in_cash:
            words = self.tr("{0} for refund {1} is paid out in cash")
        self.context.report.done(words.format(format_money(row.owed_cents), row.receipt_no))
        self.finish(entry_id)

    def _way_changed(self) -> None:
        """Cash is handed over: it needs no number, and is not mailed anywhere."""
        for one in (self.check_no, self.reason.list):
            one.setEnabled(not self.in_cash)
        self.primary.setText(self.tr("Pay it out") if self.in_cash else self.tr("Note it as mailed"))
        self.primary.setAccessibleName(self.primary.text())
