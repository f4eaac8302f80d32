"""Charges to do: visits that took place without charges, and charges without a visit."""

from __future__ import annotations

from collections.abc import Sequence

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.charge_lists import TodoRow, charges_to_do
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import ReasonDialog
from psc_desk.ui.dialogs.coding import open_ask_coding
from psc_desk.ui.dialogs.encounter import open_charge_account, open_encounter, open_no_charge
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.charges import void_charge


class ChargesToDoSection(ListTab[TodoRow]):
    """Visits first, the oldest on top."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("What"), lambda row: row.why, status=_status, width=210),
                Column(self.tr("Day"), lambda row: format_date(row.visit_day), sort=lambda row: row.visit_day,
                       width=110),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=170),
                Column(self.tr("Born"), lambda row: format_date(row.birth_date), sort=lambda row: row.birth_date,
                       width=110),
                Column(self.tr("Visit or charge"), lambda row: row.what, tooltip=lambda row: row.what, width=-1),
                Column(self.tr("Provider"), lambda row: row.provider, width=160),
                Column(self.tr("Amount"), _amount, RIGHT, lambda row: row.cents or 0, width=100),
            ],
            lambda row: row.key,
            name="charges_to_do",
            words=self.tr("Charges to do"),
            ask=charges_to_do,
            empty=self.tr("Every visit is charged or explained, and every charge has its visit."),
            actions=[
                RowAction("todo_charge", self.tr("Charge ..."), self._charge, _is_visit, "primary"),
                RowAction("todo_no_charge", self.tr("Nothing to charge ..."), self._no_charge, _is_visit),
                RowAction("todo_ask", self.tr("Ask the provider ..."), self._ask_provider,
                          lambda row: row.visit_id is not None),
                RowAction("todo_patient", self.tr("Show patient"),
                          lambda row: self.patient_wanted.emit(row.patient_id)),
                RowAction("todo_take_back", self.tr("Take charge back ..."), self.take_back,
                          lambda row: row.charge_id is not None, "danger"),
            ],
        )  # fmt: skip
        self.add_button("charge_account", self.tr("Charge an account ..."), self._charge_account)
        self.counts = theme.label(look="secondary")
        self.counts.setObjectName("todo_counts")
        self.counts.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.counts)

    def show_rows(self, rows: Sequence[TodoRow]) -> None:
        """Show these rows, and how many there are of each kind."""
        visits = sum(_is_visit(row) for row in rows)
        words = self.tr("Visits without charges: {0} · Charges without a visit: {1}")
        self.counts.setText(words.format(visits, len(rows) - visits))
        super().show_rows(rows)

    def take_back(self, row: TodoRow) -> None:
        """Ask why, and take the charge back."""
        assert row.charge_id is not None
        reasons = [("wrong", self.tr("Wrong service")), ("patient", self.tr("Wrong patient")),
                   ("other", self.tr("Other"))]  # fmt: skip
        answer = ReasonDialog.ask(
            self, self.tr("Take a charge back"), self.tr("Why is {0} of {1} taken back?").format(row.what, row.patient),
            reasons=reasons, verb=self.tr("Take back"),
        )  # fmt: skip
        if answer is not None:
            words = self.tr("{0} of {1} was taken back").format(row.what, row.patient)
            self.do_and_say(words, void_charge, row.charge_id, key=f"todo-void-{row.charge_id}", reason=answer.sentence)

    def _charge(self, row: TodoRow) -> None:
        if row.visit_id is not None:
            open_encounter(self.context, self, row.visit_id)

    def _no_charge(self, row: TodoRow) -> None:
        if row.visit_id is not None:
            open_no_charge(self.context, self, row.visit_id)

    def _ask_provider(self, row: TodoRow) -> None:
        if row.visit_id is not None:
            open_ask_coding(self.context, self, row.visit_id)

    def _charge_account(self) -> None:
        open_charge_account(self.context, self)


def _is_visit(row: TodoRow) -> bool:
    return row.charge_id is None


def _amount(row: TodoRow) -> str:
    return "" if row.cents is None else format_money(row.cents)


def _status(row: TodoRow) -> str:
    return "late" if _is_visit(row) else "missed" if row.visit_id is not None else ""
