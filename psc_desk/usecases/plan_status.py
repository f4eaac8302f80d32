"""A payment plan follows its charges: completed when nothing is open on them, active again when something is."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import PlanChanged
from psc_desk.models.plan import PaymentPlan, PlanCharge, PlanStatus
from psc_desk.queries.plans import left_of
from psc_desk.work import Work

_PLANS_OF = (
    select(PaymentPlan)
    .where(
        PaymentPlan.id.in_(
            select(PlanCharge.plan_id).where(PlanCharge.charge_id.in_(bindparam("charge_ids", expanding=True)))
        ),
        PaymentPlan.status != PlanStatus.CLOSED,
    )
    .order_by(PaymentPlan.id)
)


def follow_charges(work: Work, charge_ids: Collection[int]) -> None:
    """Complete or take up again the plans of charges on which something moved; a closed plan stays closed."""
    found = work.session.scalars(_PLANS_OF, {"charge_ids": list(charge_ids)}).all() if charge_ids else []
    left = left_of(work, [plan.id for plan in found]) if found else {}
    for plan in found:
        paid = not left.get(plan.id)
        if paid == (plan.status is PlanStatus.COMPLETED):
            continue
        plan.status = PlanStatus.COMPLETED if paid else PlanStatus.ACTIVE
        plan.status_reason, plan.status_at = "", work.now
        work.announce(
            PlanChanged(patient_id=plan.patient_id, plan_id=plan.id),
            f"completed payment plan {plan.id}" if paid else f"took up payment plan {plan.id} again",
            after={"status": plan.status.value},
        )


def check_plan_payable(work: Work, plan_id: int | None, patient_id: int) -> None:
    """Refuse an instalment without a plan, on another patient's plan, or on one that is not active."""
    if plan_id is None:
        raise InputError("Choose the payment plan that the installment belongs to.", "kind")
    plan = work.get(PaymentPlan, plan_id, "payment plan")
    if plan.patient_id != patient_id:
        raise RefusedError("The payment plan belongs to another patient. Choose the patient again.")
    if plan.status is not PlanStatus.ACTIVE:
        raise RefusedError(f"Payment plan {plan.id} is {plan.status.value}. Take a balance payment instead.")
