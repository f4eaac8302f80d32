"""What became of receipts that are not in the books."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from psc_desk.queries.lost_receipts import LostRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.usecases.lost_receipts import settle_lost_receipts


class LostReceiptsDialog(PostingDialog[None]):
    """Asks a lead or manager for one sentence."""

    def __init__(self, context: Context, parent: QWidget | None, row: LostRow) -> None:
        super().__init__(context, parent, "Lost receipts", verb="Settle")
        self.setWindowTitle("PSC Desk - " + self.tr("Lost receipts"))
        self.row = row
        words = theme.label(row.sentence)
        words.setWordWrap(True)
        self.body.insertWidget(0, words)
        self.outcome = self.form.text(self.tr("What became of them"), "outcome")
        self.setMinimumWidth(theme.px(520))

    def submit(self) -> None:
        """Write it down."""
        self.post(settle_lost_receipts, self.row.lost_id, self.outcome.text(), then=self._settled)

    def _settled(self, _result: None) -> None:
        self.context.report.done(self.tr("the lost receipts of {0} are settled").format(self.row.till))
        self.finish(None)
