"""A count during the day: blind, with the reason; no money moves."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from psc_desk.errors import InputError
from psc_desk.money import format_money
from psc_desk.queries.counter import DrawerRow, drawer
from psc_desk.queries.settings import spot_check_reasons
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.count_grid import CountGrid
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.usecases.till import SpotCheck, open_for_count, over_short_words, spot_check


def open_spot_check(context: Context, parent: QWidget, till_id: int) -> None:
    """Spring the drawer and show the form."""

    def show(row: DrawerRow, reasons: tuple[str, ...]) -> None:
        SpotCheckDialog(context, parent, row, reasons).open()

    def with_reasons(row: DrawerRow) -> None:
        context.ask(parent, spot_check_reasons, then=lambda reasons: show(row, reasons))

    def opened(_none: None) -> None:
        context.ask(parent, drawer, till_id, then=with_reasons)

    context.do(parent, open_for_count, till_id, "Spot check", then=opened)


class SpotCheckDialog(PostingDialog[SpotCheck]):
    """The count, why now, and afterwards what it showed, to whom may see it."""

    def __init__(self, context: Context, parent: QWidget | None, row: DrawerRow, reasons: tuple[str, ...]) -> None:
        super().__init__(context, parent, "Spot check", verb="Record the count")
        self.setWindowTitle("PSC Desk - " + self.tr("Spot check"))
        self.row, self.counted = row, False
        self.head = theme.label(self.tr("Count {0} during the day").format(row.till.name), "heading", bold=True)
        self.outcome = theme.label("", bold=True)
        self.outcome.setObjectName("outcome")
        self.outcome.setWordWrap(True)
        self.outcome.hide()
        self.drop_due = theme.label(self.tr("▲ There is much cash in it: drop some into the safe."), look="warning")
        self.drop_due.hide()
        self.grid = CountGrid(self.tr("Cash counted"))
        for place, widget in enumerate((self.head, self.grid)):
            self.body.insertWidget(place, widget)
        self.body.addWidget(self.outcome)
        self.body.addWidget(self.drop_due)
        self.reason = ReasonField(self.form, reasons, self.tr("&Reason"), self.tr("In your &words"))
        self.grid.start()
        self.setMinimumWidth(theme.px(480))

    def submit(self) -> None:
        """Record it; once more to close."""
        if self.counted:
            self.accept()
            return
        pieces = self.grid.pieces()
        if not pieces:
            raise InputError(self.tr("Count the drawer: type how many of each note and coin."), "pieces_10000")
        reason = self.reason.sentence(self.tr("Say in a few words why the drawer is counted now."))
        self.post(spot_check, self.row.till.till_id, pieces, reason=reason, then=self._counted)

    def reject(self) -> None:
        """Nothing is lost once it is recorded."""
        if self.counted:
            self.accept()
            return
        super().reject()

    def _counted(self, seen: SpotCheck) -> None:
        self.counted, self.answer = True, seen
        words = self.tr("{0} counted, {1}").format(self.row.till.name, format_money(seen.counted_cents))
        self.context.report.done(words)
        if seen.expected_cents is None and not seen.drop_due:
            self.finish(seen)
            return
        self.outcome.setText(self._words(seen))
        self.outcome.show()
        self.drop_due.setVisible(seen.drop_due)
        for part in (self.grid, self.form):
            part.setEnabled(False)
        self.primary.setEnabled(True)
        self.primary.setText(self.tr("Done"))
        self.primary.setFocus()
        self.cancel.hide()

    def _words(self, seen: SpotCheck) -> str:
        if seen.expected_cents is None or seen.over_short_cents is None:
            return self.tr("Recorded. A lead sees how it compares.")
        theme.set_look(self.outcome, "error" if seen.over_short_cents else "good")
        words = self.tr("Counted {0} of {1}: {2}. Nothing was booked.")
        counted, expected = format_money(seen.counted_cents), format_money(seen.expected_cents)
        return words.format(counted, expected, over_short_words(seen.over_short_cents))
