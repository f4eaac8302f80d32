"""Money that stands against no charge yet."""

from __future__ import annotations

from uuid import uuid4

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.counter import UnappliedRow, unapplied_money
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.allocation import apply_credit


class UnappliedSection(ListTab[UnappliedRow]):
    """Largest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Patient"), lambda row: row.name, bold=True, width=-1),
                Column(self.tr("Born"), lambda row: format_date(row.birth_date), sort=lambda row: row.birth_date,
                       width=110),
                Column(self.tr("Record"), lambda row: f"#{row.record_no}", width=100),
                Column(self.tr("Unapplied"), lambda row: format_money(row.unapplied_cents), RIGHT,
                       lambda row: row.unapplied_cents, width=130),
                Column(self.tr("Open charges"), lambda row: format_money(row.open_cents), RIGHT,
                       lambda row: row.open_cents, width=130),
            ],
            lambda row: row.patient_id,
            name="unapplied",
            words=self.tr("Unapplied money"),
            ask=unapplied_money,
            empty=self.tr("All money stands against charges."),
            actions=[
                RowAction("unapplied_patient", self.tr("Show patient"),
                          lambda row: self.patient_wanted.emit(row.patient_id)),
                RowAction("apply_credit", self.tr("Put against open charges"), self.apply,
                          lambda row: row.open_cents > 0),
            ],
        )  # fmt: skip

    def apply(self, row: UnappliedRow) -> None:
        """Put a patient's unapplied money against open charges."""

        def say(cents: int) -> None:
            words = self.tr("{0} of {1} was put against open charges")
            self.context.report.done(words.format(format_money(cents), row.name))

        self.context.do(self, apply_credit, row.patient_id, key=uuid4().hex, then=say)
