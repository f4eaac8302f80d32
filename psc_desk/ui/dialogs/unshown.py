"""At start, after a crash: what was posted and not shown. Each row is dealt with here or later in Money."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from psc_desk.queries.unshown import UnshownRow
from psc_desk.ui import theme
from psc_desk.ui.alt_keys import give_alt_keys
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.pages.money.unshown import UnshownSection


class UnshownDialog(DeskDialog[bool]):
    """Closes by itself once nothing is left."""

    def __init__(self, context: Context, parent: QWidget | None, rows: Sequence[UnshownRow]) -> None:
        super().__init__(parent, "Before the program stopped", verb="Later")
        self.setWindowTitle("PSC Desk - " + self.tr("Before the program stopped"))
        words = self.tr(
            "The program stopped before it could tell you the end of this. Each line is posted, once. "
            "Look whether the patient got a receipt and the right change, then choose."
        )
        told = theme.label(words)
        told.setWordWrap(True)
        self.list = UnshownSection(context)
        self.list.buttons["unshown_patient"].hide()
        give_alt_keys(self.list)
        self.form.hide()
        self.body.addWidget(told)
        self.body.addWidget(self.list, 1)
        self.cancel.hide()
        self.finished.connect(self.deleteLater)
        self.resize(theme.px(1040), theme.px(460))
        self.list.table.rows.modelReset.connect(self._close_when_done)
        self.list.show_rows(rows)
        self.list.table.setFocus()

    def value(self) -> bool:
        """Return yes: what is left stays in Money, After a crash."""
        return True

    def _close_when_done(self) -> None:
        if self.isVisible() and not self.list.table.rows.rowCount():
            self.accept()
