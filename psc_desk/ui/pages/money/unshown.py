"""Postings made but not shown, or of which the paper may be missing, after the program stopped."""

from __future__ import annotations

from functools import partial

from psc_desk.dates import format_moment
from psc_desk.money import format_money
from psc_desk.queries.unshown import UnshownRow, unshown_postings
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.unshown import accept_unshown, mark_shown, print_unshown

_PAPERS = {
    "printed": ("arrived", "✓ printed"),
    "sent": ("arrived", "✓ sent, not confirmed"),
    "waiting": ("booked", "○ will be printed"),
    "unknown": ("late", "▲ did it come out?"),
    "": ("late", "▲ not printed"),
}


class UnshownSection(ListTab[UnshownRow]):
    """Oldest first; each row is dealt with once and then gone."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Posted"), lambda row: format_moment(row.posted_at),
                       sort=lambda row: row.entry_id, width=155),
                Column(self.tr("What"), _what, bold=True, width=-1),
                Column(self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, lambda row: row.cents, width=90),
                Column(self.tr("Change"), lambda row: format_money(row.change_cents) if row.change_cents else "", RIGHT,
                       lambda row: row.change_cents, bold=True, width=80),
                Column(self.tr("Paid by"), lambda row: row.tender, width=120),
                Column(self.tr("By"), lambda row: row.staff, width=110),
                Column(self.tr("Paper"), _paper, status=_paper_status, width=175),
            ],
            lambda row: row.entry_id,
            name="unshown",
            words=self.tr("Postings not shown"),
            ask=unshown_postings,
            empty=self.tr("Everything that was posted at this desk was shown. Nothing is left to look at."),
            actions=[
                RowAction("unshown_fine", self.tr("It is fine"), self.fine),
                RowAction("unshown_print", self.tr("Print again"), self.print_again, lambda row: row.can_print),
                RowAction("unshown_void", self.tr("Void ..."), self._void, lambda row: row.can_void, "danger"),
                RowAction("unshown_refund", self.tr("Refund ..."), self._refund, lambda row: row.can_refund, "danger"),
                RowAction("unshown_patient", self.tr("Show patient"), self._show,
                          lambda row: row.patient_id is not None),
            ],
        )  # fmt: skip

    def fine(self, row: UnshownRow) -> None:
        """Leave the posting as it is."""
        self._do(row, self.tr("{0} stays as it is"), accept_unshown)

    def print_again(self, row: UnshownRow) -> None:
        """Print its receipt, marked COPY."""
        self._do(row, self.tr("{0}: a copy was sent to the printer"), print_unshown)

    def _do(self, row: UnshownRow, words: str, usecase: object) -> None:
        assert callable(usecase)

        def said(_result: object) -> None:
            self.context.report.done(words.format(_what(row)))
            self.reload()

        self.context.do(self, usecase, row.entry_id, then=said)

    def _void(self, row: UnshownRow) -> None:
        from psc_desk.ui.dialogs.refund import open_void

        if row.payment_id is not None:
            open_void(self.context, self.window(), row.payment_id, then=partial(self._given_back, row))

    def _refund(self, row: UnshownRow) -> None:
        from psc_desk.ui.dialogs.refund import open_refund

        if row.payment_id is not None:
            open_refund(self.context, self.window(), row.payment_id, then=partial(self._given_back, row))

    def _given_back(self, row: UnshownRow, _done: object) -> None:
        self.context.do(self, mark_shown, [row.entry_id], then=lambda _nothing: self.reload())

    def _show(self, row: UnshownRow) -> None:
        if row.patient_id is not None:
            self.patient_wanted.emit(row.patient_id)


def _what(row: UnshownRow) -> str:
    if row.receipt_no is None:
        return row.word
    whom = f", {row.patient}" if row.patient else ""
    return f"Receipt {row.receipt_no}, {row.word.lower()}{whom}"


def _paper(row: UnshownRow) -> str:
    return "" if row.payment_id is None else _PAPERS[row.paper][1]


def _paper_status(row: UnshownRow) -> str:
    return "" if row.payment_id is None else _PAPERS[row.paper][0]
