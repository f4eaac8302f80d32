"""The bank: what it has not booked yet, with its age, and what it booked."""

from __future__ import annotations

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.bank import BankRow, bank_list
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.bank_confirmation import open_bank_confirmation, open_batch
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class BankSection(ListTab[BankRow]):
    """Waiting first, oldest on top; then what was booked in the last 30 days."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("What"), lambda row: row.name, bold=True, width=-1),
                Column(self.tr("Made on"), lambda row: format_date(row.day), sort=lambda row: row.day, width=104),
                Column(self.tr("Age"), _age, RIGHT, lambda row: row.age, status=_age_status, width=80),
                Column(self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, lambda row: row.cents, width=104),
                Column(self.tr("State"), _state, status=_status, tooltip=lambda row: row.reason, width=190),
                Column(self.tr("Bank booked"), _booked, RIGHT, lambda row: row.booked_cents, width=110),
                Column(self.tr("Fee"), _fee, RIGHT, lambda row: row.fee_cents, width=80),
                Column(self.tr("Difference"), _difference, RIGHT, lambda row: row.variance_cents, status=_off,
                       tooltip=lambda row: row.bank_reason, width=100),
            ],
            lambda row: row.key,
            name="bank",
            words=self.tr("Deposits and card batches at the bank"),
            ask=bank_list,
            empty=self.tr("Nothing is on its way to the bank. Deposits and card batches appear here."),
            actions=[
                RowAction("confirm_bank", self.tr("Bank booked it ..."), self._confirm, _confirmable, "primary"),
                RowAction("record_batch", self.tr("Record the batch ..."), self._batch, _unbatched),
            ],
        )  # fmt: skip

    def _confirm(self, row: BankRow) -> None:
        open_bank_confirmation(self.context, self, row)

    def _batch(self, row: BankRow) -> None:
        open_batch(self.context, self, row)


def _confirmable(row: BankRow) -> bool:
    return row.waiting and row.kind != "unbatched"


def _unbatched(row: BankRow) -> bool:
    return row.kind == "unbatched"


def _age(row: BankRow) -> str:
    return "" if not row.waiting else "today" if row.age == 0 else "1 day" if row.age == 1 else f"{row.age} days"


def _age_status(row: BankRow) -> str:
    return "missed" if row.late else ""


def _state(row: BankRow) -> str:
    if row.booked_on is not None:
        return f"✓ booked {format_date(row.booked_on)}"
    if row.kind == "unbatched":
        return "▲ batch not recorded"
    return "✕ late: call the bank" if row.late else "● waits for the bank"


def _status(row: BankRow) -> str:
    if row.booked_on is not None:
        return "arrived"
    return "missed" if row.late else "late" if row.kind == "unbatched" else ""


def _booked(row: BankRow) -> str:
    return "" if row.waiting else format_money(row.booked_cents)


def _fee(row: BankRow) -> str:
    return format_money(row.fee_cents) if row.fee_cents else ""


def _difference(row: BankRow) -> str:
    return "" if row.waiting else format_money(row.variance_cents)


def _off(row: BankRow) -> str:
    return "missed" if row.variance_cents else ""
