"""Cash between drawers: what is on its way, and all that was sent."""

from __future__ import annotations

from psc_desk.dates import format_moment
from psc_desk.models.till import TransferStatus
from psc_desk.money import format_money
from psc_desk.queries.counter import own_drawer
from psc_desk.queries.transfers import TransferRow, transfers
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.transfer import open_send, open_transfer
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class TransfersSection(ListTab[TransferRow]):
    """Those under way first, then newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Sent"), _sent, sort=lambda row: row.sent_at, width=160),
                Column(self.tr("From"), lambda row: row.from_till, width=120),
                Column(self.tr("To"), lambda row: row.to_till, width=120),
                Column(self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, lambda row: row.cents, width=100),
                Column(self.tr("Sent by"), lambda row: row.sent_by, width=130),
                Column(self.tr("State"), _state, status=_status, tooltip=_state, width=-1),
            ],
            lambda row: row.transfer_id,
            name="transfers",
            words=self.tr("Transfers between drawers"),
            ask=transfers,
            empty=self.tr("No cash was sent between drawers yet. F8 and T send some to another open drawer."),
            actions=[
                RowAction("answer_transfer", self.tr("Accept or decline ..."), self._open, _is_sent, "primary"),
                RowAction("take_back", self.tr("Count it back in ..."), self._open, _is_declined, "primary"),
            ],
        )
        self.add_button("send_cash", self.tr("Send cash ..."), self._send)

    def _open(self, row: TransferRow) -> None:
        open_transfer(self.context, self, row.transfer_id)

    def _send(self) -> None:
        self.context.ask(self, own_drawer, then=lambda row: open_send(self.context, self, row.till.till_id))


def _sent(row: TransferRow) -> str:
    return format_moment(row.sent_at)


def _is_sent(row: TransferRow) -> bool:
    return row.status is TransferStatus.SENT


def _is_declined(row: TransferRow) -> bool:
    return row.status is TransferStatus.DECLINED


def _state(row: TransferRow) -> str:
    if row.status is TransferStatus.SENT:
        return "▲ on its way"
    if row.status is TransferStatus.DECLINED:
        return f"▲ declined by {row.answered_by}: {row.answer}"
    if row.status is TransferStatus.ACCEPTED:
        return f"✓ accepted by {row.answered_by}"
    counted = row.returned_cents or 0
    short = "" if counted == row.cents else f", {format_money(counted)} counted: {row.return_reason}"
    return f"↺ declined, back with {row.returned_by}{short}"


def _status(row: TransferRow) -> str:
    return "late" if row.status.pending else "arrived" if row.status is TransferStatus.ACCEPTED else "done"
