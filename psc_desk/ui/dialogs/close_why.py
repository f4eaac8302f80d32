"""Why is it off? The likeliest explanations of a drawer's difference, with the entries they point to."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from psc_desk.money import format_money
from psc_desk.queries.why_off import Explanation, WhyOff, why_off
from psc_desk.queries.why_off_ways import Moved
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.close_parts import sentence
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.till import over_short_words


def open_why_off(context: Context, parent: QWidget, session_id: int) -> None:
    """Show the explanations for a session that was counted."""

    def show(why: WhyOff) -> None:
        WhyDialog(parent, why).open()

    context.ask(parent, why_off, session_id, then=show)


class WhyDialog(DeskDialog[bool]):
    """Explanations above, likeliest first; what to do and the entries of the chosen one below."""

    def __init__(self, parent: QWidget | None, why: WhyOff) -> None:
        super().__init__(parent, "Why is it off?", verb="Done")
        self.setWindowTitle("PSC Desk - " + self.tr("Why is it off?"))
        self.why = why
        self.head = theme.label(self._title(), "heading", bold=True)
        self.lead = sentence(self._lead(), "secondary")
        self.table: RowsTable[Explanation] = RowsTable(
            RowsModel(self._columns(), key=lambda row: row.sentence), "explanations", self.tr("Likely reasons")
        )
        self.entries: RowsTable[Moved] = RowsTable(
            RowsModel(self._entry_columns(), key=lambda row: (row.entry_id, row.tender)),
            "explained_by",
            self.tr("Entries it points to"),
        )
        self.to_do = sentence(bold=True)
        self.to_do.setObjectName("what_to_do")
        self._build_why()
        self.table.row_selected.connect(self._chosen)
        self.table.rows.set_rows(why.explanations)
        self.table.resizeRowsToContents()
        if why.explanations:
            self.table.selectRow(0)
            QTimer.singleShot(0, self.table, self.table.setFocus)

    def value(self) -> bool:
        """Return yes."""
        return True

    def _title(self) -> str:
        return self.tr("The drawer is {0}").format(over_short_words(self.why.difference_cents))

    def _lead(self) -> str:
        if not self.why.explanations:
            return self.tr("Nothing in this session's entries makes exactly this difference. Count once more.")
        return self.tr("What makes just this difference stands here, the likeliest first. None of it is proof: look.")

    def _chosen(self, row: Explanation | None) -> None:
        self.to_do.setText(row.what_to_do if row else "")
        self.entries.rows.set_rows(row.entries if row else ())
        self.entries.setVisible(bool(row and row.entries))

    def _columns(self) -> list[Column[Explanation]]:
        return [
            Column("", lambda row: str(self.why.explanations.index(row) + 1), RIGHT, width=36),
            Column(self.tr("It may be"), lambda row: row.sentence, tooltip=lambda row: row.sentence, width=-1),
        ]

    def _entry_columns(self) -> list[Column[Moved]]:
        return [
            Column(self.tr("At"), lambda row: row.at, sort=lambda row: row.minute, width=90),
            Column(self.tr("Receipt"), lambda row: str(row.receipt_no or ""), RIGHT, width=80),
            Column(self.tr("What"), lambda row: row.what.replace("_", "-").capitalize(), width=100),
            Column(self.tr("Reason"), lambda row: row.reason, width=-1),
            Column(self.tr("Paid by"), lambda row: row.tender.value, width=80),
            Column(
                self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, sort=lambda row: row.cents, width=100
            ),
        ]

    def _build_why(self) -> None:
        self.form.hide()
        self.banner.hide()
        self.cancel.hide()
        self.table.setWordWrap(True)
        self.table.horizontalHeader().setVisible(False)
        self.entries.setMinimumHeight(theme.px(120))
        self.entries.setMaximumHeight(theme.px(170))
        self.body.addWidget(self.head)
        self.body.addWidget(self.lead)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.to_do)
        self.body.addWidget(self.entries)
        self.resize(theme.px(800), theme.px(560))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each sentence the lines it needs at this width."""
        super().resizeEvent(event)
        self.table.resizeRowsToContents()
