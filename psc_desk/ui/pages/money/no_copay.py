"""Co-pays not taken: by month and reason above, the visits of the chosen line below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.no_copay import NoCopayRow, NoCopaySum, by_month_and_reason, no_copays
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class NoCopaySection(QWidget):
    """Choosing a line above shows its visits below."""

    patient_wanted = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._rows: Sequence[NoCopayRow] = ()
        self.sums = self._build_sums()
        self.visits = self._build_visits()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.sums, 2)
        layout.addWidget(self.visits, 3)
        self.visits.patient_wanted.connect(self.patient_wanted)
        self.sums.table.row_selected.connect(self._show_visits)

    def reload(self) -> None:
        """Ask for the visits again."""
        self.context.ask(self, no_copays, then=self.show_rows)

    def show_rows(self, rows: Sequence[NoCopayRow]) -> None:
        """Show these visits and their sums."""
        self._rows = rows
        sums = by_month_and_reason(rows)
        self.visits.setVisible(bool(sums))
        self.sums.show_rows(sums)
        self._show_visits(self.sums.table.current_row() if sums else None)

    def _show_visits(self, chosen: NoCopaySum | None) -> None:
        if chosen is not None:
            of = (chosen.month, chosen.reason)
            self.visits.show_rows([row for row in self._rows if (row.month, row.reason) == of])

    def _build_sums(self) -> ListTab[NoCopaySum]:
        return ListTab(
            self.context,
            [
                Column(self.tr("Month"), lambda row: f"{row.month[5:]}/{row.month[:4]}", sort=lambda row: row.month,
                       width=110),
                Column(self.tr("Reason"), lambda row: row.reason, bold=True, width=-1),
                Column(self.tr("Visits"), lambda row: str(row.visits), RIGHT, lambda row: row.visits, width=90),
                Column(self.tr("Not taken"), lambda row: format_money(row.missing_cents), RIGHT,
                       lambda row: row.missing_cents, width=120),
            ],
            lambda row: (row.month, row.reason),
            name="no_copay_sums",
            words=self.tr("Co-pays not taken, by month and reason"),
            ask=lambda read: by_month_and_reason(no_copays(read)),
            empty=self.tr("Every co-pay that was due has been taken."),
        )  # fmt: skip

    def _build_visits(self) -> ListTab[NoCopayRow]:
        tab = ListTab[NoCopayRow](
            self.context,
            [
                Column(self.tr("Day"), lambda row: format_date(row.day), sort=lambda row: row.day, width=110),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=-1),
                Column(self.tr("Provider"), lambda row: row.provider, width=140),
                Column(self.tr("Due"), lambda row: format_money(row.due_cents), RIGHT, width=100),
                Column(self.tr("Taken"), lambda row: format_money(row.taken_cents), RIGHT, width=100),
                Column(self.tr("Not taken"), lambda row: format_money(row.missing_cents), RIGHT,
                       lambda row: row.missing_cents, width=110),
            ],
            lambda row: row.visit_id,
            name="no_copay_visits",
            words=self.tr("Visits whose co-pay was not taken"),
            ask=no_copays,
            empty=self.tr("Choose a month and reason above."),
            actions=[
                RowAction("no_copay_patient", self.tr("Show patient"),
                          lambda row: tab.patient_wanted.emit(row.patient_id)),
            ],
        )  # fmt: skip
        return tab
