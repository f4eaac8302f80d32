"""What must hold of payment plans and estimates (see verify.py)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from psc_desk.models.plan import PaymentPlan, PlanStatus
from psc_desk.queries.check import none
from psc_desk.queries.plans import left_of
from psc_desk.work import Read


def _status(read: Read) -> str:
    """Return the plans that are completed though something is open on their charges, or the other way round."""
    status = {row.id: row.status for row in read.session.execute(select(PaymentPlan.id, PaymentPlan.status))}
    left = left_of(read, status) if status else {}
    wrong = {PlanStatus.COMPLETED: True, PlanStatus.ACTIVE: False}
    found = [str(one) for one, how in status.items() if wrong.get(how) is bool(left.get(one))]
    return f"{len(found)} plans whose status differs from what is paid: {', '.join(found[:10])}" if found else ""


CHECKS: dict[str, Callable[[Read], str]] = {
    "instalments sum to their plan": none(
        "plans whose instalments differ from the total",
        "SELECT p.id FROM payment_plan p WHERE p.total_cents <>"
        " COALESCE((SELECT SUM(i.cents) FROM plan_instalment i WHERE i.plan_id = p.id), 0)",
    ),
    "the charges of a plan sum to it": none(
        "plans whose charges differ from the total",
        "SELECT p.id FROM payment_plan p WHERE p.total_cents <>"
        " COALESCE((SELECT SUM(c.cents) FROM plan_charge c WHERE c.plan_id = p.id), 0)",
    ),
    "payments of a plan are its patient's": none(
        "payments on a plan of another patient",
        "SELECT m.id FROM payment m JOIN payment_plan p ON p.id = m.plan_id WHERE m.patient_id IS NOT p.patient_id",
    ),
    "charges of a plan are its patient's": none(
        "charges in a plan of another patient",
        "SELECT c.id FROM charge c JOIN plan_charge x ON x.charge_id = c.id JOIN payment_plan p ON p.id = x.plan_id"
        " WHERE c.patient_id <> p.patient_id",
    ),
    "a charge is in one active plan": none(
        "charges in two active plans",
        "SELECT x.charge_id FROM plan_charge x JOIN payment_plan p ON p.id = x.plan_id WHERE p.status = 'active'"
        " GROUP BY x.charge_id HAVING COUNT(*) > 1",
    ),
    "completed plans are paid, active ones are not": _status,
    "estimates equal their lines": none(
        "estimates that differ from their lines",
        "SELECT e.id FROM estimate e WHERE e.total_cents <>"
        " COALESCE((SELECT SUM(l.cents) FROM estimate_line l WHERE l.estimate_id = e.id), 0)",
    ),
}
