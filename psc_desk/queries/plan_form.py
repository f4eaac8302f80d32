"""What the form of a new payment plan begins with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from psc_desk.models.patient import Patient
from psc_desk.models.plan import FREE_OF_DISCLOSURE, Frequency, PaymentPlan, PlanInstalment, due_after
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.money import ChargeRow, open_charges
from psc_desk.queries.tills import TillRow, till
from psc_desk.settings import TILL_ID
from psc_desk.work import Read


@dataclass(frozen=True)
class YearOfPlans:
    """Plans agreed in a calendar year, and those among them of more than four instalments (Regulation Z)."""

    year: int
    plans: int
    above_four: int


@dataclass(frozen=True)
class PlanForm:
    """What the form of a new plan begins with."""

    who: PersonAtCounter
    till: TillRow
    guarantor: str
    charges: tuple[ChargeRow, ...]
    in_plans: int
    year: YearOfPlans
    first_due: date


def plan_form(read: Read, patient_id: int) -> PlanForm:
    """Return what the form of a new plan begins with; charges in an active plan are not offered again."""
    patient = read.get(Patient, patient_id, "patient")
    charges = open_charges(read, patient_id)
    free = tuple(row for row in charges if row.plan_id is None)
    return PlanForm(
        who=person_at_counter(read, patient_id),
        till=till(read, read.setting(TILL_ID)),
        guarantor=patient.guarantor or patient.full_name,
        charges=free,
        in_plans=len(charges) - len(free),
        year=plans_of_year(read, read.today.year),
        first_due=due_after(read.today, Frequency.MONTHLY, 1),
    )


def plans_of_year(read: Read, year: int) -> YearOfPlans:
    """Return how many plans were agreed in a calendar year."""
    counts = (
        select(func.count().label("parts"))
        .select_from(PlanInstalment)
        .join(PaymentPlan, PaymentPlan.id == PlanInstalment.plan_id)
        .where(PaymentPlan.agreed_on.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(PaymentPlan.id)
        .subquery()
    )
    long = func.sum(case((counts.c.parts > FREE_OF_DISCLOSURE, 1), else_=0))
    plans, above = read.session.execute(select(func.count(), func.coalesce(long, 0)).select_from(counts)).one()
    return YearOfPlans(year, plans, above)
