"""Payment plans: who missed an installment, who is due next, what is left."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from psc_desk.dates import format_date
from psc_desk.models.payment import PaymentKind
from psc_desk.models.plan import PlanStatus
from psc_desk.money import format_money
from psc_desk.queries.plans import PaymentPlanRow, payment_plans
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class PlansSection(ListTab[PaymentPlanRow]):
    """The latest payer first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("State"), _state, status=_status, sort=lambda row: -row.days_late, width=130),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=-1),
                Column(self.tr("Born"), lambda row: format_date(row.birth_date), sort=lambda row: row.birth_date,
                       width=100),
                Column(self.tr("Phone"), lambda row: row.phone, width=130),
                Column(self.tr("Missed"), _missed, RIGHT, lambda row: row.late_cents, width=90),
                Column(self.tr("Next due"), _next, sort=_next_day, width=180),
                Column(self.tr("Left"), lambda row: format_money(row.left_cents), RIGHT, lambda row: row.left_cents,
                       width=100),
                Column(self.tr("Of"), lambda row: format_money(row.total_cents), RIGHT, lambda row: row.total_cents,
                       width=100),
            ],
            lambda row: row.plan_id,
            name="plans",
            words=self.tr("Payment plans"),
            ask=payment_plans,
            empty=self.tr("No payment plan. Agree on one from the chart: tab Money, “Payment plan”."),
            actions=[
                RowAction("plan_pay", self.tr("Take payment"), self._pay, _active, "primary"),
                RowAction("plan_patient", self.tr("Show patient"), self._show),
                RowAction("plan_agreement", self.tr("Agreement"), self._agreement, lambda row: bool(row.document_id)),
                RowAction("plan_close", self.tr("Close plan ..."), self._close, _active, "danger"),
                RowAction("plan_reopen", self.tr("Open again ..."), self._reopen, _closed),
            ],
        )  # fmt: skip
        self.ended = QCheckBox(self.tr("&Completed and closed, too"))
        self.ended.setObjectName("plans_ended")
        self.ended.toggled.connect(lambda _on: self.reload())
        self.head.addWidget(self.ended)

    def reload(self) -> None:
        """Ask for the plans again."""
        self.context.ask(self, payment_plans, ended=self.ended.isChecked(), then=self.show_rows)

    def _show(self, row: PaymentPlanRow) -> None:
        self.patient_wanted.emit(row.patient_id)

    def _pay(self, row: PaymentPlanRow) -> None:
        from psc_desk.ui.dialogs.payment import open_payment

        open_payment(self.context, self, row.patient_id, kind=PaymentKind.PLAN, plan_id=row.plan_id)

    def _agreement(self, row: PaymentPlanRow) -> None:
        from psc_desk.ui.dialogs.document import open_paper

        if row.document_id is not None:
            who = BannerData(row.patient_id, row.patient, row.birth_date, row.record_no, row.today)
            open_paper(self.context, self, who, row.document_id)

    def _close(self, row: PaymentPlanRow) -> None:
        from psc_desk.ui.dialogs.plan import ask_close_plan

        ask_close_plan(self.context, self, row)

    def _reopen(self, row: PaymentPlanRow) -> None:
        from psc_desk.ui.dialogs.plan import ask_reopen_plan

        ask_reopen_plan(self.context, self, row)


def _active(row: PaymentPlanRow) -> bool:
    return row.status is PlanStatus.ACTIVE


def _closed(row: PaymentPlanRow) -> bool:
    return row.status is PlanStatus.CLOSED


def _state(row: PaymentPlanRow) -> str:
    if row.status is not PlanStatus.ACTIVE:
        return row.status.value.capitalize()
    if row.days_late:
        return f"▲ {row.days_late} {'day' if row.days_late == 1 else 'days'} late"
    return "● Due today" if row.due_cents else "✓ On time"


def _status(row: PaymentPlanRow) -> str:
    if row.status is not PlanStatus.ACTIVE:
        return "done"
    return "missed" if row.days_late else "late" if row.due_cents else "ok"


def _missed(row: PaymentPlanRow) -> str:
    return format_money(row.late_cents) if row.late_cents and _active(row) else ""


def _next(row: PaymentPlanRow) -> str:
    following = row.next_due if _active(row) else None
    return f"{format_money(following.open_cents)} on {format_date(following.due_on)}" if following else ""


def _next_day(row: PaymentPlanRow) -> int:
    following = row.next_due if _active(row) else None
    return following.due_on.toordinal() if following else 0
