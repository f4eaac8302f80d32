"""Receipts that were given out and are not in the books."""

from __future__ import annotations

from psc_desk.dates import format_date
from psc_desk.queries.lost_receipts import LostRow, lost_receipts
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.lost_receipts import LostReceiptsDialog
from psc_desk.ui.rows_model import Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class LostReceiptsSection(ListTab[LostRow]):
    """What is not settled comes first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Drawer"), lambda row: row.till, width=140),
                Column(self.tr("Receipts"), _numbers, bold=True, width=140),
                Column(self.tr("Found missing"), lambda row: format_date(row.noted_on), width=130),
                Column(self.tr("What became of them"), _outcome, status=_status, tooltip=_outcome, width=-1),
            ],
            lambda row: row.lost_id,
            name="lost_receipts",
            words=self.tr("Lost receipts"),
            ask=lost_receipts,
            empty=self.tr("Every receipt that was given out is in the books."),
            actions=[RowAction("settle_lost", self.tr("Settle ..."), self._settle, lambda row: not row.outcome)],
        )

    def _settle(self, row: LostRow) -> None:
        LostReceiptsDialog(self.context, self, row).open()


def _numbers(row: LostRow) -> str:
    return str(row.first_no) if row.first_no == row.last_no else f"{row.first_no} to {row.last_no}"


def _outcome(row: LostRow) -> str:
    return row.outcome or row.sentence


def _status(row: LostRow) -> str:
    return "" if row.outcome else "late"
