"""The check of the books that nobody has to think of: after closing, or at the start when it was missed (REL-27)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from psc_desk.dates import format_moment
from psc_desk.ui.context import Context

if TYPE_CHECKING:
    from psc_desk.queries.books import BooksRow
    from psc_desk.work import Desk

FIRST_AFTER_MS = 60_000
EVERY_MS = 10 * 60_000
Show = Callable[[str, str, str, str], None]
"""set_device(key, state, words, advice) of the device bar."""


class BooksWatch(QObject):
    """Asks every ten minutes whether the check is due and runs it in the lane for long work; the window never waits.

    `desk` is one of its own with nobody signed in. A failure stands in the device bar until a later check holds.
    """

    def __init__(
        self, context: Context, desk: Desk, show: Show, parent: QObject, *, first_after: int = FIRST_AFTER_MS
    ) -> None:
        super().__init__(parent)
        self.context, self._desk, self._show = context, desk, show
        self._under_way = False
        self._told: int | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(first_after)

    def look(self) -> None:
        """Run the check when it is due, else show the newest."""
        self._timer.setInterval(EVERY_MS)
        if self._under_way:
            return
        self._under_way = True
        self.context.run(self, "reports", partial(_check, self._desk), then=self._shown, failed=self._failed)

    def _shown(self, row: BooksRow | None) -> None:
        self._under_way = False
        if row is None:
            return
        when = format_moment(row.at)
        if row.ok:
            self._show("books", "ok", self.tr("Books checked"), self.tr("{0} on {1}").format(row.words, when))
        else:
            self._show("books", "bad", self.tr("Books: {0} checks failed").format(len(row.failed)), self._to_do(row))
        if not row.ok and row.run_id != self._told:
            self.context.report.not_done(self._to_do(row))
        self._told = row.run_id

    def _failed(self, error: Exception) -> None:
        self._under_way = False
        self._show("books", "bad", self.tr("Books could not be checked"), str(error))
        self.context.report(error)

    def _to_do(self, row: BooksRow) -> str:
        words = self.tr(
            "{0} Take no more money until it is explained: call whoever looks after PSC Desk. "
            "Do not post entries to make it fit. Money, Books names each."
        )
        return words.format(row.words)


def _check(desk: Desk) -> BooksRow | None:
    from psc_desk.usecases.books import check_books_when_due

    return check_books_when_due(desk)
