"""What the agreement of a payment plan says."""

from __future__ import annotations

from sqlalchemy import select

from psc_desk.models.clinic import Fee
from psc_desk.models.ledger import Charge
from psc_desk.models.patient import Patient
from psc_desk.models.plan import PaymentPlan, PlanCharge
from psc_desk.money import Cents
from psc_desk.papers.plan_agreement import AgreementCharge, AgreementInstalment, PlanAgreementData
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.queries.plans import payment_plan
from psc_desk.queries.staff import name_of
from psc_desk.settings import PLAN_LATE_DAYS
from psc_desk.work import Read


def plan_agreement_data(read: Read, plan_id: int, paid_down: dict[int, Cents]) -> PlanAgreementData:
    """Return the agreement, in Spanish for a patient whose language is Spanish, else in English.

    `paid_down` says what of each charge, by id, the down payment has paid.
    """
    plan = read.get(PaymentPlan, plan_id, "payment plan")
    patient = read.get(Patient, plan.patient_id, "patient")
    spanish = patient.language == "es"
    covered = dict.fromkeys(paid_down, 0) | {
        row.charge_id: row.cents
        for row in read.session.scalars(select(PlanCharge).where(PlanCharge.plan_id == plan_id))
    }
    return PlanAgreementData(
        clinic=clinic_block(read),
        mark=print_mark(read),
        language="es" if spanish else "en",
        plan_no=plan.id,
        agreed_on=plan.agreed_on,
        patient_name=patient.full_name,
        birth_date=patient.birth_date,
        record_no=str(patient.record_no),
        guarantor=plan.guarantor,
        frequency=plan.frequency.value,
        charges=tuple(_charges(read, covered, paid_down, spanish)),
        down_cents=sum(paid_down.values()),
        instalments=tuple(
            AgreementInstalment(one.number, one.due_on, one.cents) for one in payment_plan(read, plan_id).instalments
        ),
        late_days=read.setting(PLAN_LATE_DAYS),
        agreed_with=name_of(read, plan.agreed_by),
    )


def _charges(
    read: Read, covered: dict[int, Cents], paid_down: dict[int, Cents], spanish: bool
) -> list[AgreementCharge]:
    found = read.session.scalars(
        select(Charge).where(Charge.id.in_(covered)).order_by(Charge.service_date, Charge.id)
    ).all()
    codes = {charge.code for charge in found}
    labels = {
        fee.code: fee.label_es
        for fee in read.session.scalars(select(Fee).where(Fee.code.in_(codes)).order_by(Fee.effective_from))
        if spanish
    }
    return [
        AgreementCharge(
            charge.service_date,
            labels.get(charge.code) or charge.label,
            covered[charge.id] + paid_down.get(charge.id, 0),
        )
        for charge in found
    ]
