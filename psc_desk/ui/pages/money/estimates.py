"""Good-faith estimates that are owed: until when, to whom, and what was given."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from psc_desk.dates import format_date
from psc_desk.models.estimate import EstimateCause
from psc_desk.money import format_money
from psc_desk.queries.estimates import EstimateRow, estimates
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class EstimatesSection(ListTab[EstimateRow]):
    """The most overdue first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Due"), _due, status=_status, sort=lambda row: row.due_on, width=165),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=-1),
                Column(self.tr("Born"), lambda row: format_date(row.birth_date), sort=lambda row: row.birth_date,
                       width=95),
                Column(self.tr("Phone"), lambda row: row.phone, width=115),
                Column(self.tr("Service"), _service, tooltip=_service, width=185),
                Column(self.tr("Because"), _cause, tooltip=_cause, width=90),
                Column(self.tr("Given"), _given, width=105),
                Column(self.tr("Estimate"), _total, RIGHT, lambda row: row.total_cents or 0, width=85),
            ],
            lambda row: row.request_id,
            name="estimates",
            words=self.tr("Good-faith estimates"),
            ask=estimates,
            empty=self.tr(
                "No estimate is owed. Booking a visit without coverage three business days ahead makes one due, and "
                "so does a patient who asks what it costs: chart, tab Money, “Cost estimate”."
            ),
            actions=[
                RowAction("estimate_give", self.tr("Make the estimate"), self._give, _is_owed, "primary"),
                RowAction("estimate_show", self.tr("Show the last"), self._show, lambda row: bool(row.document_id)),
                RowAction("estimate_patient", self.tr("Show patient"), self._patient),
                RowAction("estimate_withdraw", self.tr("Not owed ..."), self._withdraw, lambda row: row.is_open),
            ],
        )  # fmt: skip
        self.everything = QCheckBox(self.tr("&Given and withdrawn, too"))
        self.everything.setObjectName("estimates_everything")
        self.everything.toggled.connect(lambda _on: self.reload())
        self.head.addWidget(self.everything)

    def reload(self) -> None:
        """Ask for the estimates again."""
        self.context.ask(self, estimates, everything=self.everything.isChecked(), then=self.show_rows)

    def _give(self, row: EstimateRow) -> None:
        from psc_desk.ui.dialogs.estimate import open_estimate

        open_estimate(self.context, self, row.request_id)

    def _show(self, row: EstimateRow) -> None:
        from psc_desk.ui.dialogs.document import open_paper

        if row.document_id is not None:
            who = BannerData(row.patient_id, row.patient, row.birth_date, row.record_no, row.today)
            open_paper(self.context, self, who, row.document_id)

    def _patient(self, row: EstimateRow) -> None:
        self.patient_wanted.emit(row.patient_id)

    def _withdraw(self, row: EstimateRow) -> None:
        from psc_desk.ui.dialogs.estimate import ask_withdraw

        ask_withdraw(self.context, self, row)


def _is_owed(row: EstimateRow) -> bool:
    return not row.withdrawn_reason


def _due(row: EstimateRow) -> str:
    if row.withdrawn_reason:
        return "Not owed"
    if not row.is_open:
        return "✓ Given"
    if row.days_late:
        return f"▲ {row.due_on:%m/%d}, {row.days_late} {'day' if row.days_late == 1 else 'days'} late"
    return "● Today" if row.due_on == row.today else format_date(row.due_on)


def _status(row: EstimateRow) -> str:
    if row.withdrawn_reason:
        return "done"
    if not row.is_open:
        return "ok"
    return "missed" if row.days_late else "late" if row.due_on == row.today else ""


def _service(row: EstimateRow) -> str:
    day = format_date(row.service_on) if row.service_on else ""
    return " ".join(filter(None, (day, row.service)))


def _cause(row: EstimateRow) -> str:
    if row.withdrawn_reason:
        return row.withdrawn_reason
    if row.version and row.is_open:
        return "It changed"
    return "Booked" if row.cause is EstimateCause.SCHEDULED else "Asked"


def _given(row: EstimateRow) -> str:
    if row.given_at is None:
        return ""
    version = f" · {row.version}" if row.version > 1 else ""
    return f"{format_date(row.given_at.date())}{version}"


def _total(row: EstimateRow) -> str:
    return "" if row.total_cents is None else format_money(row.total_cents)
