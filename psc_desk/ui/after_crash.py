"""What the window asks right after its first sign-in: postings not shown, and cards that are not settled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from psc_desk.queries.cards import unanswered_here
from psc_desk.queries.unshown import UnshownRow, unshown_postings
from psc_desk.ui.context import Context


def look_back(context: Context, window: QWidget) -> None:
    """Show what the program could not say before it stopped, and name card payments that are not settled."""

    def show(rows: Sequence[UnshownRow]) -> None:
        if rows:
            from psc_desk.ui.dialogs.unshown import UnshownDialog

            UnshownDialog(context, window, rows).open()

    def warn(count: int) -> None:
        if count == 1:
            context.report.note(_tr("A card payment is not settled: look at the terminal, then settle it in Money."))
        elif count:
            words = _tr("{0} card payments are not settled: look at the terminal, then settle them in Money.")
            context.report.note(words.format(count))

    context.ask(window, unshown_postings, then=show)
    context.ask(window, unanswered_here, then=warn)


def _tr(text: str) -> str:
    return QCoreApplication.translate("LookBack", text)
