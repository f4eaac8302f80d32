"""The fee schedules: prices with the day from which they hold, import from and export to CSV."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QFileDialog

from psc_desk.dates import format_date
from psc_desk.exchange.saved_file import save_file
from psc_desk.money import format_money
from psc_desk.queries.clinic import STANDARD, FeeRow
from psc_desk.queries.fees import ScheduleList, fees_file, schedule_list
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.import_fees import choose_fees_file
from psc_desk.ui.pages.settings.fields import Field, FieldsDialog, Values
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.fees import FeeInput, add_fee, end_fee


class FeesSection(ListTab[FeeRow]):
    """Prices of one schedule; a new price has a day from which it holds."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Code"), lambda row: row.code, bold=True, width=110),
                Column(self.tr("Service"), lambda row: row.label, tooltip=lambda row: row.label_es, width=-1),
                Column(self.tr("Price"), self._price, RIGHT, lambda row: row.cents, width=120),
                Column(self.tr("From"), lambda row: format_date(row.effective_from),
                       sort=lambda row: row.effective_from, status=self._status, width=110),
                Column(self.tr("Last day"), _last, width=110),
                Column(self.tr("Diagnosis"), lambda row: self.tr("needed") if row.needs_diagnosis else "", width=100),
            ],
            lambda row: row.fee_id,
            name="fees",
            words=self.tr("Fee schedule"),
            ask=lambda read: schedule_list(read, STANDARD).rows,
            empty=self.tr("Add the services that are charged, or import them from a CSV file."),
            actions=[
                RowAction("new_price", self.tr("New price ..."), self._change),
                RowAction("end_fee", self.tr("End ..."), self._end, look="danger"),
            ],
        )  # fmt: skip
        self.today = date.min
        self.schedule = QComboBox()
        self.schedule.setObjectName("fee_schedule")
        self.schedule.setAccessibleName(self.tr("Fee schedule"))
        self.schedule.addItem(STANDARD)
        self.schedule.currentIndexChanged.connect(lambda _place: self.reload())
        self.head.addWidget(self.schedule)
        self.add_button("add_fee", self.tr("Add a service"), lambda: self._change(None), look="primary")
        self.add_button("import_fees", self.tr("Import ..."), self._import)
        self.add_button("export_fees", self.tr("Export ..."), self._export)

    def reload(self) -> None:
        """Ask for the chosen schedule again."""
        self.context.ask(self, schedule_list, self.schedule.currentText(), then=self._show_list)

    def save_to(self, path: Path) -> None:
        """Write the schedule as CSV; say where, or why not."""
        words = self.tr("the fee schedule was saved as {0}").format(path.name)

        def write(content: bytes) -> None:
            keep = partial(save_file, path, content)
            self.context.run(self, "reports", keep, then=lambda _none: self.context.report.done(words))

        self.context.ask(self, fees_file, self.schedule.currentText(), then=write)

    def _show_list(self, found: ScheduleList) -> None:
        self.today = found.today
        here = self.schedule.currentText()
        with QSignalBlocker(self.schedule):
            self.schedule.clear()
            self.schedule.addItems(found.names)
            self.schedule.setCurrentIndex(max(self.schedule.findText(here), 0))
        self.show_rows(found.rows)

    def _price(self, row: FeeRow) -> str:
        return format_money(row.cents) if row.cents else self.tr("on request")

    def _status(self, row: FeeRow) -> str:
        return "arrived" if row.effective_from > self.today else ""

    def _change(self, row: FeeRow | None) -> None:
        fields = [
            Field("schedule", self.tr("Schedu&le"), self.schedule.currentText()),
            Field("code", self.tr("&Code"), row.code if row else ""),
            Field("label", self.tr("&Service"), row.label if row else ""),
            Field("label_es", self.tr("Service in S&panish"), row.label_es if row else ""),
            Field("cents", self.tr("P&rice"), row.cents if row else None, "money"),
            Field("effective_from", self.tr("&From"), self.today, "date"),
            Field("needs_diagnosis", self.tr("Needs a &diagnosis"), row.needs_diagnosis if row else False, "yes"),
        ]
        title = self.tr("New price of {0}").format(row.code) if row is not None else self.tr("Add a service")
        note = self.tr("A price of $0.00 is asked for when the service is charged.")
        FieldsDialog(
            self.context, self, title, fields, _fee_call, said=self.tr("the price was saved"),
            today=lambda: self.today, note=note,
        ).open()  # fmt: skip

    def _end(self, row: FeeRow) -> None:
        fields = [Field("last_day", self.tr("&Last day"), max(self.today, row.effective_from), "date")]

        def call(typed: Values) -> tuple[Any, ...]:
            return end_fee, row.fee_id, typed["last_day"]

        FieldsDialog(
            self.context, self, self.tr("End {0}").format(row.code), fields, call,
            said=self.tr("{0} is not charged after its last day").format(row.code), today=lambda: self.today,
            verb=self.tr("End"),
        ).open()  # fmt: skip

    def _import(self) -> None:
        choose_fees_file(self.context, self, self.schedule.currentText(), self.today)

    def _export(self) -> None:
        proposal = f"fees-{self.schedule.currentText().lower()}.csv"
        name, _kind = QFileDialog.getSaveFileName(self, self.tr("PSC Desk - Save"), proposal, "CSV (*.csv)")
        if name:
            self.save_to(Path(name).with_suffix(".csv"))


def _fee_call(typed: Values) -> tuple[Any, ...]:
    return add_fee, FeeInput(**typed)


def _last(row: FeeRow) -> str:
    return "" if row.effective_to is None else format_date(row.effective_to)
