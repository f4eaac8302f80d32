"""Bank deposits: make one, show its slip."""

from __future__ import annotations

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.deposits import DepositRow, deposits
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.deposit import open_deposit, open_deposit_slip
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class DepositsSection(ListTab[DepositRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("No."), lambda row: str(row.deposit_id), RIGHT, lambda row: row.deposit_id, width=60),
                Column(self.tr("Day"), lambda row: format_date(row.business_date), width=110),
                Column(self.tr("Cash"), lambda row: format_money(row.cash_cents), RIGHT, width=100),
                Column(
                    self.tr("Checks"),
                    lambda row: f"{row.check_count} · {format_money(row.checks_cents)}",
                    RIGHT,
                    width=120,
                ),
                Column(self.tr("Total"), _deposited, RIGHT, bold=True, width=120),
                Column(self.tr("Bag"), lambda row: row.bag_no, width=120),
                Column(self.tr("Prepared by"), lambda row: row.prepared_by, tooltip=_exception, width=130),
                Column(self.tr("Verified by"), lambda row: row.verified_by or self.tr("nobody"), width=130),
                Column(self.tr("Bank"), _bank, status=_bank_status, width=-1),
            ],
            lambda row: row.deposit_id,
            name="deposits",
            words=self.tr("Bank deposits"),
            ask=deposits,
            empty=self.tr("No deposit yet. Close a drawer, then make the deposit from its cash and checks."),
            actions=[RowAction("show_slip", self.tr("Deposit slip"), self._slip)],
        )
        self.add_button("make_deposit", self.tr("Make a deposit"), self.make_deposit, look="primary")

    def make_deposit(self) -> None:
        """Show the deposit form."""
        open_deposit(self.context, self)

    def _slip(self, row: DepositRow) -> None:
        open_deposit_slip(self.context, self, row.deposit_id)


def _deposited(row: DepositRow) -> str:
    return format_money(row.cash_cents + row.checks_cents)


def _exception(row: DepositRow) -> str:
    return row.exception_reason and f"Also closed a drawer: {row.exception_reason}"


def _bank(row: DepositRow) -> str:
    if row.booked_on is None:
        return "● waits for the bank"
    booked = f"✓ booked {format_date(row.booked_on)}"
    return booked + (f", {format_money(row.variance_cents)} off" if row.variance_cents else "")


def _bank_status(row: DepositRow) -> str:
    return "" if row.booked_on is None else "late" if row.variance_cents else "arrived"
