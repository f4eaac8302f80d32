"""The checks that were taken: which wait, which went to the bank, which came back."""

from __future__ import annotations

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.returned_checks import CheckRow, taken_checks
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction

_STATES = {
    "waiting": ("booked", "○ waits for the bank"),
    "deposited": ("arrived", "✓ deposited"),
    "returned": ("missed", "✕ came back"),
    "voided": ("cancelled", "■ voided"),
}


class ChecksSection(ListTab[CheckRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Taken"), lambda row: format_date(row.taken_on),
                       sort=lambda row: row.taken_on, width=110),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=-1),
                Column(self.tr("Check"), lambda row: row.check_no, RIGHT, width=90),
                Column(self.tr("Bank"), lambda row: row.bank, width=190),
                Column(self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, lambda row: row.cents, width=110),
                Column(self.tr("Receipt"), lambda row: str(row.receipt_no), RIGHT,
                       lambda row: row.receipt_no, width=80),
                Column(self.tr("Deposit"), lambda row: str(row.deposit_id or ""), RIGHT,
                       lambda row: row.deposit_id or 0, width=80),
                Column(self.tr("State"), lambda row: _STATES[row.state][1], status=lambda row: _STATES[row.state][0],
                       width=180),
            ],
            lambda row: row.tender_id,
            name="checks",
            words=self.tr("Checks"),
            ask=taken_checks,
            empty=self.tr("No check was taken yet."),
            actions=[
                RowAction("check_patient", self.tr("Show patient"), self._show, lambda row: row.patient_id is not None),
                RowAction("came_back", self.tr("Came back from the bank ..."), self.came_back,
                          lambda row: row.state == "deposited", "danger"),
            ],
        )  # fmt: skip

    def came_back(self, row: CheckRow) -> None:
        """Book a check that the bank returned."""
        from psc_desk.ui.dialogs.returned_check import open_returned_check

        open_returned_check(self.context, self, row.tender_id)

    def _show(self, row: CheckRow) -> None:
        if row.patient_id is not None:
            self.patient_wanted.emit(row.patient_id)
