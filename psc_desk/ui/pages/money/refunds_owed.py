"""Refunds of checks: those still owed stand first, until they are mailed or paid out in cash."""

from __future__ import annotations

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.refunds_owed import RefundOwedRow, refunds_owed
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class RefundsOwedSection(ListTab[RefundOwedRow]):
    """Owed ones first, the oldest on top."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Refunded"), lambda row: format_date(row.refunded_on),
                       sort=lambda row: row.refunded_on, width=110),
                Column(self.tr("Patient"), self._who, bold=True, tooltip=lambda row: row.address, width=-1),
                Column(self.tr("Receipt"), lambda row: str(row.receipt_no), RIGHT,
                       lambda row: row.receipt_no, width=80),
                Column(self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, lambda row: row.cents, width=100),
                Column(self.tr("State"), self._state, status=_status, width=170),
                Column(self.tr("Reason of the refund"), lambda row: row.reason, width=170),
                Column(self.tr("How it was paid"), lambda row: row.how, tooltip=self._paid, width=250),
            ],
            lambda row: row.payment_id,
            name="refunds_owed",
            words=self.tr("Refunds by mail"),
            ask=refunds_owed,
            empty=self.tr("Nothing is owed by mail. What is refunded of a check waits here until it is sent."),
            actions=[
                RowAction("mail_refund", self.tr("Mail or pay out ..."), self.pay, lambda row: row.owed),
                RowAction("mail_back", self.tr("The check came back ..."), self.came_back, lambda row: row.mailed),
                RowAction("owed_patient", self.tr("Show patient"), self._show, lambda row: row.patient_id is not None),
            ],
        )  # fmt: skip

    def pay(self, row: RefundOwedRow) -> None:
        """Note the check that was mailed, or pay cash instead."""
        from psc_desk.ui.dialogs.refund_owed import open_refund_owed

        open_refund_owed(self.context, self, row.payment_id)

    def came_back(self, row: RefundOwedRow) -> None:
        """Ask what became of the mailed check."""
        from psc_desk.ui.dialogs.refund_owed import ask_mail_back

        ask_mail_back(self.context, self, row)

    def _show(self, row: RefundOwedRow) -> None:
        if row.patient_id is not None:
            self.patient_wanted.emit(row.patient_id)

    def _who(self, row: RefundOwedRow) -> str:
        return row.patient or self.tr("a customer")

    def _state(self, row: RefundOwedRow) -> str:
        if row.owed:
            since = self.tr("for {0}").format(counted(row.days, self.tr("day"))) if row.days else self.tr("since today")
            return self.tr("○ owed {0}").format(since)
        return self.tr("✓ mailed") if row.mailed else self.tr("✓ paid in cash")

    def _paid(self, row: RefundOwedRow) -> str:
        return f"{row.how} ({format_date(row.paid_at.date())}, {row.paid_by})" if row.paid_at else ""


def _status(row: RefundOwedRow) -> str:
    return "booked" if row.owed else "arrived"
