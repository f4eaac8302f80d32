"""Payment plans: what was agreed, what of it is paid, and what was missed (front-desk.md M5).

A plan covers charges. What is paid of it is what no longer stands open on them, whoever paid it and however.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from psc_desk.models.ledger import Account, JournalLine
from psc_desk.models.patient import Patient, PatientPhone
from psc_desk.models.patient_input import format_phone
from psc_desk.models.plan import Frequency, PaymentPlan, PlanCharge, PlanInstalment, PlanStatus
from psc_desk.money import Cents, share_out
from psc_desk.work import Read


@dataclass(frozen=True)
class InstalmentRow:
    """An instalment and what of it is paid: payments fill the instalments from the first on."""

    number: int
    due_on: date
    cents: Cents
    paid_cents: Cents

    @property
    def open_cents(self) -> Cents:
        """What of it is still to pay."""
        return self.cents - self.paid_cents


@dataclass(frozen=True)
class PaymentPlanRow:
    """A plan as of `today`. `patient` is the name in sorting order, `phone` the first that is known."""

    plan_id: int
    patient_id: int
    patient: str
    birth_date: date
    record_no: str
    phone: str
    guarantor: str
    status: PlanStatus
    total_cents: Cents
    left_cents: Cents
    frequency: Frequency
    agreed_on: date
    document_id: int | None
    status_reason: str
    instalments: tuple[InstalmentRow, ...]
    today: date

    @property
    def paid_cents(self) -> Cents:
        """What was paid of it, or taken off its charges."""
        return self.total_cents - self.left_cents

    @property
    def late_cents(self) -> Cents:
        """What fell due before today and is not paid."""
        return sum(one.open_cents for one in self.instalments if one.due_on < self.today)

    @property
    def due_cents(self) -> Cents:
        """What fell due until today and is not paid."""
        return sum(one.open_cents for one in self.instalments if one.due_on <= self.today)

    @property
    def days_late(self) -> int:
        """Days since the oldest missed instalment fell due; 0 when none was missed."""
        first = next((one for one in self.instalments if one.open_cents), None)
        return max(0, (self.today - first.due_on).days) if first else 0

    @property
    def next_due(self) -> InstalmentRow | None:
        """The first instalment from today on that is not paid in full."""
        return next((one for one in self.instalments if one.open_cents and one.due_on >= self.today), None)

    @property
    def to_pay_cents(self) -> Cents:
        """What to ask for at the counter: what is due, else the next instalment."""
        following = self.next_due
        return self.due_cents or (following.open_cents if following else 0)


def payment_plans(read: Read, *, ended: bool = False) -> list[PaymentPlanRow]:
    """Return the active plans, the latest payer first, then by next due date; with `ended` the others after them."""
    which = [] if ended else [PaymentPlan.status == PlanStatus.ACTIVE]
    rows = _rows(read, *which)
    return sorted(rows, key=_urgency)


def plans_of(read: Read, patient_id: int) -> list[PaymentPlanRow]:
    """Return a patient's plans, active ones first, then the newest."""
    rows = _rows(read, PaymentPlan.patient_id == patient_id)
    return sorted(rows, key=lambda row: (row.status is not PlanStatus.ACTIVE, -row.plan_id))


def active_plans(read: Read, patient_id: int) -> list[PaymentPlanRow]:
    """Return a patient's active plans, the most urgent first."""
    found = _rows(read, PaymentPlan.patient_id == patient_id, PaymentPlan.status == PlanStatus.ACTIVE)
    return sorted(found, key=_urgency)


def payment_plan(read: Read, plan_id: int) -> PaymentPlanRow:
    """Return one plan, or raise NotFoundError."""
    read.get(PaymentPlan, plan_id, "plan")
    return _rows(read, PaymentPlan.id == plan_id)[0]


def left_of(read: Read, plan_ids: Iterable[int]) -> dict[int, Cents]:
    """Return what is still open of each plan: of each charge no more than was agreed."""
    opened = (
        select(JournalLine.charge_id, func.sum(JournalLine.cents).label("cents"))
        .where(JournalLine.account == Account.PATIENT_AR)
        .where(JournalLine.charge_id.in_(select(PlanCharge.charge_id).where(PlanCharge.plan_id.in_(plan_ids))))
        .group_by(JournalLine.charge_id)
        .subquery()
    )
    left = func.sum(func.max(0, func.min(PlanCharge.cents, func.coalesce(opened.c.cents, 0))))
    rows = read.session.execute(
        select(PlanCharge.plan_id, left)
        .outerjoin(opened, opened.c.charge_id == PlanCharge.charge_id)
        .where(PlanCharge.plan_id.in_(plan_ids))
        .group_by(PlanCharge.plan_id)
    )
    return {plan_id: cents for plan_id, cents in rows}  # noqa: C416 - rows, not pairs


def first_phones(read: Read, patient_ids: list[int]) -> dict[int, str]:
    """Return the first phone number of each patient as people read it; those without one are absent."""
    rows = read.session.execute(
        select(PatientPhone.patient_id, PatientPhone.digits)
        .where(PatientPhone.patient_id.in_(patient_ids))
        .order_by(PatientPhone.position.desc(), PatientPhone.id.desc())
    )
    return {patient_id: format_phone(digits) for patient_id, digits in rows}


def _rows(read: Read, *which: ColumnElement[bool]) -> list[PaymentPlanRow]:
    found = read.session.execute(
        select(PaymentPlan, Patient)
        .join(Patient, Patient.id == PaymentPlan.patient_id)
        .where(*which)
        .order_by(PaymentPlan.id)
    ).all()
    left = left_of(read, [plan.id for plan, _ in found])
    due = _instalments(read, [plan.id for plan, _ in found])
    phones = first_phones(read, [patient.id for _, patient in found])
    return [
        _row(read, plan, patient, phones.get(patient.id, ""), (left.get(plan.id, 0), due[plan.id]))
        for plan, patient in found
    ]


def _row(
    read: Read, plan: PaymentPlan, patient: Patient, phone: str, state: tuple[Cents, list[PlanInstalment]]
) -> PaymentPlanRow:
    left, due = state
    paid = share_out(plan.total_cents - left, [one.cents for one in due])
    return PaymentPlanRow(
        plan.id, patient.id, patient.sort_name, patient.birth_date, str(patient.record_no), phone, plan.guarantor,
        plan.status, plan.total_cents, left, plan.frequency, plan.agreed_on, plan.document_id, plan.status_reason,
        tuple(InstalmentRow(one.number, one.due_on, one.cents, cents) for one, cents in zip(due, paid, strict=True)),
        read.today,
    )  # fmt: skip


def _instalments(read: Read, plan_ids: list[int]) -> dict[int, list[PlanInstalment]]:
    by_plan: dict[int, list[PlanInstalment]] = {plan_id: [] for plan_id in plan_ids}
    for one in read.session.scalars(
        select(PlanInstalment).where(PlanInstalment.plan_id.in_(plan_ids)).order_by(PlanInstalment.number)
    ):
        by_plan[one.plan_id].append(one)
    return by_plan


def _urgency(row: PaymentPlanRow) -> tuple[bool, int, date, int]:
    following = row.next_due
    due_on = following.due_on if following else row.agreed_on
    return row.status is not PlanStatus.ACTIVE, -row.days_late, due_on, row.plan_id
