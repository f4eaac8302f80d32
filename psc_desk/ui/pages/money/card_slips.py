"""Card payments: those whose answer nobody noted stand first, until somebody looked at the terminal."""

from __future__ import annotations

from psc_desk.dates import format_clock, format_date
from psc_desk.models.card import CardState
from psc_desk.money import format_money
from psc_desk.queries.cards import CardSlipRow, card_slips
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction

_STATES = {
    CardState.ASKED: ("in_room", "▶ asked, no answer yet"),
    CardState.CHECK_TERMINAL: ("late", "▲ check the terminal"),
    CardState.HELD: ("late", "▲ approved, not posted"),
    CardState.APPROVED: ("arrived", "✓ approved"),
    CardState.DECLINED: ("missed", "✕ declined"),
    CardState.CANCELLED: ("cancelled", "■ stopped"),
}


class CardSlipsSection(ListTab[CardSlipRow]):
    """Without an answer first, then newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Asked"), _when, sort=lambda row: row.asked_at, tooltip=_asked_by, width=135),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=190),
                Column(self.tr("For"), lambda row: row.kind.word, width=100),
                Column(self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, lambda row: row.cents, width=90),
                Column(self.tr("State"), lambda row: _STATES[row.state][1], status=lambda row: _STATES[row.state][0],
                       width=175),
                Column(self.tr("Receipt"), lambda row: str(row.receipt_no or ""), RIGHT,
                       lambda row: row.receipt_no or 0, width=70),
                Column(self.tr("What is known"), lambda row: row.detail, tooltip=lambda row: row.detail, width=-1),
            ],
            lambda row: row.attempt_id,
            name="card_slips",
            words=self.tr("Card slips"),
            ask=card_slips,
            empty=self.tr("No card was taken yet. Choose Card in a payment (F5): the terminal is asked next."),
            actions=[
                RowAction("settle_card", self.tr("Settle ..."), self.settle, lambda row: row.open),
                RowAction("late_card", self.tr("Terminal says approved ..."), self.settle, _not_charged),
                RowAction("card_patient", self.tr("Show patient"), self._show, lambda row: row.patient_id is not None),
            ],
        )  # fmt: skip

    def settle(self, row: CardSlipRow) -> None:
        """Ask what the terminal's own list says, and note it."""
        from psc_desk.ui.dialogs.card import open_settle

        open_settle(self.context, self, row)

    def _show(self, row: CardSlipRow) -> None:
        if row.patient_id is not None:
            self.patient_wanted.emit(row.patient_id)


def _when(row: CardSlipRow) -> str:
    return f"{row.asked_at:%m/%d} {format_clock(row.asked_at)}"


def _asked_by(row: CardSlipRow) -> str:
    return f"{format_date(row.asked_at.date())}, {row.till}, {row.asked_by}"


def _not_charged(row: CardSlipRow) -> bool:
    return row.state in (CardState.DECLINED, CardState.CANCELLED)
