"""Agree on a payment plan, close it, open it again (front-desk.md M5). Its terms are fixed once agreed.

Instalments are taken by `take_payment` with the kind PLAN; see plan_status.py for how a plan follows its charges.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from psc_desk.dates import format_date
from psc_desk.errors import DeskError, InputError, RefusedError
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
from psc_desk.usecases.payment_rows import PaymentDone, done_before
from psc_desk.usecases.payments import PaymentInput, take_payment
from psc_desk.usecases.staff import Approval, approve
from psc_desk.usecases.tenders import TenderInput, tenders_of
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
    down: tuple[TenderInput, ...] = ()

    @property
    def visit_id(self) -> None:
        """A plan belongs to no visit."""
        return

    @property
    def down_payment(self) -> PaymentInput:
        """The down payment, on the charges of the plan, under the plan's own key."""
        return PaymentInput(
            self.key, self.till_id, self.patient_id, PaymentKind.BALANCE, self.down, charge_ids=self.charge_ids
        )


@dataclass(frozen=True)
class CheckedPlan:
    """A plan whose terms were checked and, above four instalments, approved; `stored` keeps it for a card payment."""

    plan: PlanInput
    approved_by: int | None = None

    def stored(self) -> dict[str, Any]:
        """Return it as JSON; `plan_of` reads it back."""
        kept = {**asdict(self.plan), "first_due": self.plan.first_due.isoformat()}
        return {"kind": PaymentKind.BALANCE.value, "plan": kept, "approved_by": self.approved_by}


def plan_of(stored: dict[str, Any]) -> CheckedPlan:
    """Return the plan that `CheckedPlan.stored` gave."""
    kept = dict(stored["plan"])
    plan = PlanInput(
        **{
            **kept, "charge_ids": tuple(kept["charge_ids"]), "frequency": Frequency(kept["frequency"]),
            "first_due": date.fromisoformat(kept["first_due"]), "down": tenders_of(kept["down"]),
        }
    )  # fmt: skip
    return CheckedPlan(plan, stored["approved_by"])


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
    return _agreed_before(work, plan.key) or _agree(work, check_plan(work, plan, approval=approval))


def check_plan(work: Work, plan: PlanInput, *, approval: Approval | None = None) -> CheckedPlan:
    """Refuse a plan that cannot be agreed on now; return it with the second person who approved it."""
    _chosen(work, plan)
    _check_terms(work, plan)
    return CheckedPlan(plan, _second(work, plan, approval))


def post_with_plan(work: Work, checked: CheckedPlan) -> PaymentDone:
    """Post the down payment that a card terminal approved, and agree on the plan.

    When the charges were settled otherwise since the terminal was asked, the payment is posted without a plan.
    """
    try:
        _chosen(work, checked.plan)
    except DeskError:
        return take_payment(work, checked.plan.down_payment)
    _agree(work, checked)
    return take_payment(work, checked.plan.down_payment)  # which was posted just now


def _agreed_before(work: Work, key: str) -> PlanAgreed | None:
    row = work.session.scalar(select(PaymentPlan).where(PaymentPlan.key == key))
    return None if row is None else _answer(row, done_before(work, key))


def _answer(row: PaymentPlan, paid: PaymentDone | None) -> PlanAgreed:
    down = (paid.change_cents, paid.receipt_no) if paid else (0, None)
    return PlanAgreed(row.id, row.document_id or 0, *down)


def _agree(work: Work, checked: CheckedPlan) -> PlanAgreed:
    plan = checked.plan
    before = {row.charge_id: row.open_cents for row in _chosen(work, plan)}
    paid = take_payment(work, plan.down_payment) if plan.down else None
    after = {row.charge_id: row.open_cents for row in open_charges(work, plan.patient_id)}
    covered = {one: after.get(one, 0) for one in before}
    row = _store(work, plan, covered, checked.approved_by)
    paid_down = {one: cents - covered[one] for one, cents in before.items()}
    _file(work, row, {one: cents for one, cents in paid_down.items() if cents})
    return _answer(row, paid)


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
    chosen = [row for row in opened.values() if row.charge_id in plan.charge_ids]
    total, down = sum(row.open_cents for row in chosen), sum(tender.cents for tender in plan.down)
    if down >= total:
        raise InputError(f"The down payment must be below {format_money(total)}. Else no plan is needed.", "down")
    propose(total - down, plan.count, plan.frequency, plan.first_due)
    return chosen


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


def _file(work: Work, row: PaymentPlan, paid_down: dict[int, Cents]) -> None:
    content = plan_agreement_pdf(plan_agreement_data(work, row.id, paid_down))
    title = f"Payment plan {row.id}, agreement"
    row.document_id = file_document(work, row.patient_id, "plan", title, content, media_type="application/pdf")
    work.session.flush()
