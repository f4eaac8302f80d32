"""Receipts of the drawers: print again, void, correct, refund."""

from __future__ import annotations

from collections.abc import Sequence

from psc_desk.dates import format_clock
from psc_desk.models.payment import PaymentKind
from psc_desk.money import format_money
from psc_desk.queries.counter import RECEIPT_DAYS, receipts_of_drawers
from psc_desk.queries.money import PaymentRow
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.refund import open_refund, open_void
from psc_desk.ui.dialogs.sale import open_return
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.print_queue import reprint_receipt


class ReceiptsSection(ListTab[PaymentRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Receipt"), _number_words, RIGHT, lambda row: row.receipt_no, width=80),
                Column(self.tr("Taken"), _when, sort=lambda row: row.posted_at, width=128),
                Column(self.tr("Drawer"), lambda row: row.till, width=110),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=-1),
                Column(self.tr("For"), _what, width=240),
                Column(self.tr("Paid by"), lambda row: row.tender, width=200),
                Column(self.tr("Amount"), lambda row: format_money(row.amount_cents), RIGHT, _amount, width=100),
                Column(self.tr("Taken by"), lambda row: row.staff, width=130),
                Column(self.tr("State"), _receipt_state, status=_receipt_status, width=160),
            ],
            lambda row: row.payment_id,
            name="receipts",
            words=self.tr("Receipts of the drawers"),
            ask=receipts_of_drawers,
            empty=self.tr("No receipt in the last {0} days. F5 takes a payment for the selected patient.").format(
                RECEIPT_DAYS
            ),
            actions=[
                RowAction("open_patient", self.tr("Show patient"), self._show, lambda row: row.patient_id is not None),
                RowAction("reprint", self.tr("Reprint"), self.reprint),
                RowAction("void", self.tr("Void ..."), self._void, _voidable, "danger"),
                RowAction("correct", self.tr("Correct ..."), self._correct, _correctable),
                RowAction("refund", self.tr("Refund ..."), self._refund, _refundable, "danger"),
            ],
        )

    def show_rows(self, rows: Sequence[PaymentRow]) -> None:
        """Show the rows; where there is one drawer its name says nothing."""
        self.table.setColumnHidden(2, len({row.till for row in rows}) < 2)
        super().show_rows(rows)

    def reprint(self, row: PaymentRow) -> None:
        """Print a receipt again, marked COPY."""
        words = self.tr("a copy of receipt {0} was sent to the printer")
        self.do_and_say(words.format(row.receipt_no), reprint_receipt, row.payment_id)

    def _show(self, row: PaymentRow) -> None:
        if row.patient_id is not None:
            self.patient_wanted.emit(row.patient_id)

    def _void(self, row: PaymentRow) -> None:
        open_void(self.context, self, row.payment_id)

    def _correct(self, row: PaymentRow) -> None:
        from psc_desk.ui.dialogs.correct import open_correct

        open_correct(self.context, self, row.payment_id)

    def _refund(self, row: PaymentRow) -> None:
        if row.kind is PaymentKind.SALE:
            open_return(self.context, self, row.payment_id)
            return
        open_refund(self.context, self, row.payment_id)


def _when(row: PaymentRow) -> str:
    return f"{row.posted_at:%m/%d} {format_clock(row.posted_at)}"


def _number_words(row: PaymentRow) -> str:
    return str(row.receipt_no)


def _what(row: PaymentRow) -> str:
    return row.word if row.of_receipt_no is None else f"{row.word} of receipt {row.of_receipt_no}"


def _amount(row: PaymentRow) -> int:
    return row.amount_cents


def _refundable(row: PaymentRow) -> bool:
    return row.refundable_cents > 0


def _voidable(row: PaymentRow) -> bool:
    return row.kind not in (PaymentKind.VOID, PaymentKind.RETURNED) and not row.voided


def _correctable(row: PaymentRow) -> bool:
    whole = row.refundable_cents == row.amount_cents
    return whole and row.patient_id is not None and row.kind not in (PaymentKind.VOID, PaymentKind.SALE)


def _receipt_state(row: PaymentRow) -> str:
    if row.voided:
        return "✕ voided"
    if row.amount_cents > 0 and row.refundable_cents < row.amount_cents:
        return f"▲ {format_money(row.amount_cents - row.refundable_cents)} given back"
    return ""


def _receipt_status(row: PaymentRow) -> str:
    return "missed" if row.voided else "late" if _receipt_state(row) else ""
