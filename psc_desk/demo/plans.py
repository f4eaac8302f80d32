"""Payment plans and good-faith estimates of the demo clinic: some on time, one late, some estimates still owed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from psc_desk.models.ledger import Account, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.plan import Frequency
from psc_desk.models.visit import Status, Visit
from psc_desk.money import Cents
from psc_desk.queries.estimates import estimate_form
from psc_desk.queries.money import open_charges
from psc_desk.usecases.estimate_clock import follow_booking
from psc_desk.usecases.estimates import EstimateInput, EstimateLineInput, give_estimate
from psc_desk.usecases.plans import PlanInput, agree_plan
from psc_desk.work import Work

_AGREED = {20: (Frequency.WEEKLY, 4, 7), 9: (Frequency.BIWEEKLY, 3, 10), 4: (Frequency.MONTHLY, 4, 28)}
"""Days back: how often, how many installments, days until the first."""
_LEAST: Cents = 6_000
_OWED, _GIVEN = 5, 2


def agree_plans(work: Work, back: int) -> None:
    """Agree on a plan with who owes most, on the days that have one; `back` counts the days before today."""
    if back not in _AGREED:
        return
    often, count, days = _AGREED[back]
    owes = func.sum(JournalLine.cents)
    debtors = work.session.execute(
        select(JournalLine.patient_id, owes)
        .where(JournalLine.account == Account.PATIENT_AR)
        .group_by(JournalLine.patient_id)
        .having(owes >= _LEAST)
        .order_by(owes.desc(), JournalLine.patient_id)
    )
    for patient_id in (row[0] for row in debtors if row[0] is not None):
        charges = tuple(row.charge_id for row in open_charges(work, patient_id) if row.plan_id is None)
        if charges:
            name = work.get(Patient, patient_id, "patient").full_name
            first = work.today + timedelta(days=days)
            agree_plan(work, PlanInput(f"demo-plan-{back}", patient_id, charges, name, count, often, first))
            return


def owe_estimates(work: Work) -> None:
    """Let the next booked visits without coverage make estimates due, and give the first of them."""
    coming = work.session.scalars(
        select(Visit)
        .where(Visit.status == Status.BOOKED, Visit.day > work.today + timedelta(days=3))
        .order_by(Visit.day, Visit.start_minute, Visit.id)
        .limit(400)
    )
    owed: list[int] = []
    for visit in coming:
        request_id = follow_booking(work, visit)
        owed += [] if request_id is None else [request_id]
        if len(owed) == _OWED:
            break
    for request_id in owed[:_GIVEN]:
        _give(work, request_id)


def _give(work: Work, request_id: int) -> None:
    form = estimate_form(work, request_id)
    lines = tuple(EstimateLineInput(line.code, line.label, line.cents, line.units) for line in form.lines)
    if lines and form.provider_id is not None:
        version = EstimateInput(f"demo-estimate-{request_id}", request_id, form.provider_id, form.row.service_on, lines)
        give_estimate(work, version)
