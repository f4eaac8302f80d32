"""Agree on a payment plan, close it, open it again (front-desk.md M5). Its terms are fixed once agreed.

Instalments are taken by `take_payment` with the kind PLAN; see plan_status.py for how a plan follows its charges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from psc_desk.dates import format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import PlanChanged
from psc_desk.models.patient import Patient
from psc_desk.models.payment import PaymentKind
from psc_desk.models.plan import (
    FREE_OF_DISCLOSURE,
    Frequency,
    PaymentPlan,
    PlanCharge,
    PlanInstalment,
    PlanStatus,
    propose,
)
from psc_desk.models.staff import Right
from psc_desk.money import Cents, format_money
from psc_desk.papers.plan_agreement import plan_agreement_pdf
from psc_desk.queries.money import ChargeRow, open_charges
from psc_desk.queries.plan_papers import plan_agreement_data
from psc_desk.queries.plans import left_of
from psc_desk.usecases.documents import file_document
from psc_desk.usecases.payments import PaymentInput, take_payment
from psc_desk.usecases.staff import Approval, approve
from psc_desk.usecases.tenders import TenderInput
from psc_desk.work import Work


@dataclass(frozen=True)
class PlanInput:
    """A plan about to be agreed. `down` is paid at once, at `till_id`; `disclosure` answers the question above four."""

    key: str
    patient_id: int
    charge_ids: tuple[int, ...]
    guarantor: str
    count: int
    frequency: Frequency
    first_due: date
    disclosure: str = ""
    till_id: int = 0
    down: tuple[TenderInput, ...] = field(default=())


@dataclass(frozen=True)
class PlanAgreed:
    """The plan, its agreement in the chart, and what the down payment gave."""

    plan_id: int
    document_id: int
    change_cents: Cents = 0
    receipt_no: int | None = None


def agree_plan(work: Work, plan: PlanInput, *, approval: Approval | None = None) -> PlanAgreed:
    """Agree on a plan over open charges of the patient, take the down payment and file the agreement to be signed.

    Above four instalments Regulation Z (12 CFR 1026.2(a)(17)) may ask for a disclosure: then `disclosure` says how
    that question was answered, and a second person approves.
    """
    work.require(Right.TAKE_MONEY)
    done = work.session.scalar(select(PaymentPlan).where(PaymentPlan.key == plan.key))
    if done is not None:
        return PlanAgreed(done.id, done.document_id or 0)
    charges = _chosen(work, plan)
    _check_terms(work, plan)
    second = _second(work, plan, approval)
    agreed = _pay_down(work, plan, charges)
    after = {row.charge_id: row.open_cents for row in open_charges(work, plan.patient_id)}
    covered = {row.charge_id: after.get(row.charge_id, 0) for row in charges}
    row = _store(work, plan, covered, second)
    paid_down = {row.charge_id: row.open_cents - covered[row.charge_id] for row in charges}
    document_id = _file(work, row, {one: cents for one, cents in paid_down.items() if cents})
    return PlanAgreed(row.id, document_id, *agreed)


def close_plan(work: Work, plan_id: int, reason: str) -> None:
    """End an active plan before it is paid; what is left on its charges is due as usual."""
    work.require(Right.TAKE_MONEY)
    plan = work.get(PaymentPlan, plan_id, "payment plan")
    if plan.status is not PlanStatus.ACTIVE:
        raise RefusedError(f"Payment plan {plan.id} is {plan.status.value} already. Look at the list again.")
    _turn(work, plan, PlanStatus.CLOSED, reason)


def reopen_plan(work: Work, plan_id: int, reason: str) -> None:
    """Let a closed plan go on with the terms that were agreed."""
    work.require(Right.TAKE_MONEY)
    plan = work.get(PaymentPlan, plan_id, "payment plan")
    if plan.status is not PlanStatus.CLOSED:
        raise RefusedError(f"Payment plan {plan.id} is {plan.status.value}. Only a closed plan can be opened again.")
    if not left_of(work, [plan.id]).get(plan.id):
        raise RefusedError("Nothing is open on the charges of this plan. It stays closed.")
    mine = set(work.session.scalars(select(PlanCharge.charge_id).where(PlanCharge.plan_id == plan.id)))
    if any(row.plan_id is not None for row in open_charges(work, plan.patient_id) if row.charge_id in mine):
        raise RefusedError("A charge of this plan is in another plan by now. Close that one first.")
    _turn(work, plan, PlanStatus.ACTIVE, reason)


def _turn(work: Work, plan: PaymentPlan, status: PlanStatus, reason: str) -> None:
    if not reason.strip():
        raise InputError("Say why, so that others understand it later.", "reason")
    before = plan.status
    plan.status, plan.status_reason, plan.status_at = status, reason.strip(), work.now
    left = left_of(work, [plan.id]).get(plan.id, 0)
    verb = "closed" if status is PlanStatus.CLOSED else "opened again"
    work.announce(
        PlanChanged(patient_id=plan.patient_id, plan_id=plan.id),
        f"{verb} payment plan {plan.id} with {format_money(left)} left",
        reason=plan.status_reason,
        before={"status": before.value},
        after={"status": status.value},
    )


def _chosen(work: Work, plan: PlanInput) -> list[ChargeRow]:
    work.get(Patient, plan.patient_id, "patient")
    opened = {row.charge_id: row for row in open_charges(work, plan.patient_id)}
    if not plan.charge_ids:
        raise InputError("Tick the charges that the plan is for.", "charges")
    for charge_id in plan.charge_ids:
        row = opened.get(charge_id)
        if row is None:
            raise InputError("One of the charges is paid or gone by now. Look at the account again.", "charges")
        if row.plan_id is not None:
            raise InputError(f"{row.label} is in payment plan {row.plan_id} already. Take its tick away.", "charges")
    return [row for row in opened.values() if row.charge_id in plan.charge_ids]


def _check_terms(work: Work, plan: PlanInput) -> None:
    if not plan.guarantor.strip():
        raise InputError("Type the name of the person who will pay and sign.", "guarantor")
    if plan.first_due < work.today:
        raise InputError(f"The first installment cannot be due before today, {format_date(work.today)}.", "first_due")


def _second(work: Work, plan: PlanInput, approval: Approval | None) -> int | None:
    if plan.count <= FREE_OF_DISCLOSURE:
        return None
    if not plan.disclosure.strip():
        raise InputError(
            "More than four installments by written agreement may be credit under Regulation Z. Check with counsel or "
            "print the disclosure, and say what was done; or choose four installments or fewer.",
            "disclosure",
        )
    return approve(work, approval, "A plan of more than four installments needs two people.").id


def _pay_down(work: Work, plan: PlanInput, charges: list[ChargeRow]) -> tuple[Cents, int | None]:
    """Take the down payment, if any; return the change to give and the receipt number."""
    if not plan.down:
        return 0, None
    opened = sum(row.open_cents for row in charges)
    if sum(tender.cents for tender in plan.down) >= opened:
        raise InputError(f"The down payment must be below {format_money(opened)}. Else no plan is needed.", "down")
    paid = take_payment(
        work,
        PaymentInput(
            f"{plan.key}:down", plan.till_id, plan.patient_id, PaymentKind.BALANCE, plan.down,
            charge_ids=tuple(row.charge_id for row in charges),
        ),
    )  # fmt: skip
    return paid.change_cents, paid.receipt_no


def _store(work: Work, plan: PlanInput, covered: dict[int, Cents], second: int | None) -> PaymentPlan:
    total = sum(covered.values())
    schedule = propose(total, plan.count, plan.frequency, plan.first_due)
    row = PaymentPlan(
        key=plan.key, patient_id=plan.patient_id, guarantor=" ".join(plan.guarantor.split()), total_cents=total,
        frequency=plan.frequency, agreed_on=work.today, agreed_at=work.now, agreed_by=work.actor.id,
        disclosure=plan.disclosure.strip(), approved_by=second,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    parts = [PlanInstalment(plan_id=row.id, number=one.number, due_on=one.due_on, cents=one.cents) for one in schedule]
    lines = [PlanCharge(plan_id=row.id, charge_id=one, cents=cents) for one, cents in covered.items() if cents]
    work.session.add_all([*parts, *lines])
    work.announce(
        PlanChanged(patient_id=plan.patient_id, plan_id=row.id),
        f"agreed on payment plan {row.id}: {format_money(total)} in {len(parts)} installments, "
        f"{plan.frequency.value}, the first on {format_date(plan.first_due)}",
        reason=row.disclosure,
        after={"cents": total, "instalments": len(parts), "charges": sorted(covered)},
    )
    return row


def _file(work: Work, row: PaymentPlan, paid_down: dict[int, Cents]) -> int:
    content = plan_agreement_pdf(plan_agreement_data(work, row.id, paid_down))
    title = f"Payment plan {row.id}, agreement"
    row.document_id = file_document(work, row.patient_id, "plan", title, content, media_type="application/pdf")
    work.session.flush()
    return row.document_id
