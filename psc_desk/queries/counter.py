"""What the forms at the counter begin with: one answer each, so that a form is complete when it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from psc_desk.clock import local
from psc_desk.models.ledger import Account, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.models.till import Till, TillCount, TillSession
from psc_desk.money import Cents, share_out
from psc_desk.queries.check_in import check_in
from psc_desk.queries.money import ChargeRow, PaymentRow, open_charges, payment_row, payments, unapplied
from psc_desk.queries.plans import PaymentPlanRow, active_plans
from psc_desk.queries.tills import TillRow, till
from psc_desk.queries.way_back import WayBack, ways_back
from psc_desk.settings import (
    NO_SALE_REASONS,
    PAY_OUT_REASONS,
    REFUND_REASONS,
    SECOND_PERSON_CENTS,
    TILL_ID,
    VARIANCE_REASONS,
    VOID_REASONS,
)
from psc_desk.work import Read

RECEIPT_DAYS = 14
"""How far back the list of receipts goes; older ones are found by number or in the chart."""


@dataclass(frozen=True)
class PersonAtCounter:
    """Who pays: the two identifiers that every money form repeats."""

    patient_id: int
    name: str
    birth_date: date
    record_no: str
    today: date


@dataclass(frozen=True)
class CounterRow:
    """What a payment form begins with; `copay_cents` is what of the visit's co-pay is still to take."""

    who: PersonAtCounter
    till: TillRow
    balance_cents: Cents
    unapplied_cents: Cents
    copay_cents: Cents
    cost_share_forbidden: bool
    visit_id: int | None
    charges: tuple[ChargeRow, ...]
    plans: tuple[PaymentPlanRow, ...] = ()
    """active payment plans, the most urgent first"""

    @property
    def due_now_cents(self) -> Cents:
        """The balance without what stands in payment plans."""
        return max(0, self.balance_cents - sum(plan.left_cents for plan in self.plans))

    @property
    def usual(self) -> tuple[PaymentKind, Cents]:
        """What is most likely paid now: the co-pay, an installment that is due, the balance, else money ahead."""
        if self.copay_cents:
            return PaymentKind.COPAY, self.copay_cents
        if any(plan.due_cents for plan in self.plans):
            return PaymentKind.PLAN, self.due(PaymentKind.PLAN)
        if self.balance_cents > 0:
            kind = PaymentKind.BALANCE if self.due_now_cents or not self.plans else PaymentKind.PLAN
            return kind, self.due(kind)
        return PaymentKind.PREPAYMENT, 0

    def due(self, kind: PaymentKind) -> Cents:
        """What is open of a kind, 0 when that cannot be known."""
        if kind is PaymentKind.COPAY:
            return self.copay_cents
        if kind is PaymentKind.BALANCE:
            return self.due_now_cents or max(0, self.balance_cents)
        if kind is PaymentKind.PLAN and self.plans:
            return self.plans[0].to_pay_cents
        if kind is PaymentKind.DEDUCTIBLE:
            return sum(row.open_cents for row in self.charges if row.visit_id == self.visit_id)
        return 0


@dataclass(frozen=True)
class ReversalRow:
    """A receipt about to be voided or refunded, and the clinic's reasons."""

    payment: PaymentRow
    ways: tuple[WayBack, ...]
    """how it was paid, in the order in which money goes back"""
    who: PersonAtCounter | None
    """None for a sale to someone who is no patient"""
    same_session: bool
    void_reasons: tuple[str, ...]
    refund_reasons: tuple[str, ...]
    second_person_cents: Cents


@dataclass(frozen=True)
class DrawerRow:
    """A drawer with what its forms need; `opened_at` is the clinic's wall clock. No totals: the close is blind."""

    till: TillRow
    opened_at: datetime | None
    ever_opened: bool
    float_pieces: dict[int, int]
    """what the last close left, where its pieces were kept"""
    no_sale_reasons: tuple[str, ...]
    pay_out_reasons: tuple[str, ...]
    variance_reasons: tuple[str, ...]


@dataclass(frozen=True)
class UnappliedRow:
    """A patient's money that stands against no charge."""

    patient_id: int
    name: str
    birth_date: date
    record_no: str
    unapplied_cents: Cents
    open_cents: Cents


def counter(read: Read, patient_id: int, visit_id: int | None = None, plan_id: int | None = None) -> CounterRow:
    """Return what a payment form begins with, at the drawer of this desk; `plan_id` is the plan to pay first."""
    charges = open_charges(read, patient_id, visit_id)
    visit = None if visit_id is None else check_in(read, visit_id)
    credit = unapplied(read, patient_id)
    plans = sorted(active_plans(read, patient_id), key=lambda plan: plan.plan_id != plan_id)
    return CounterRow(
        who=person_at_counter(read, patient_id),
        till=till(read, read.setting(TILL_ID)),
        balance_cents=sum(row.open_cents for row in charges) - credit,
        unapplied_cents=credit,
        copay_cents=visit.copay_open_cents if visit else 0,
        cost_share_forbidden=visit.cost_share_forbidden if visit else False,
        visit_id=visit_id,
        charges=tuple(charges),
        plans=tuple(plans),
    )


def person_at_counter(read: Read, patient_id: int) -> PersonAtCounter:
    """Return name, birth date and record number."""
    found = read.get(Patient, patient_id, "patient")
    return PersonAtCounter(patient_id, found.called, found.birth_date, str(found.record_no), read.today)


def pays_for(
    charges: Sequence[ChargeRow],
    kind: PaymentKind,
    visit_id: int | None,
    chosen: Sequence[int] | None,
    plan_id: int | None = None,
) -> list[ChargeRow]:
    """Return the charges that a payment goes to: the chosen; none when paid ahead; the visit's; all for a balance.

    An instalment goes to the charges of its plan, oldest first, then to the others.
    """
    if chosen is not None:
        return [row for row in charges if row.charge_id in chosen]
    if kind is PaymentKind.PREPAYMENT:
        return []
    if kind is PaymentKind.PLAN:
        others = sorted(charges, key=lambda row: (row.service_date, row.charge_id))
        return sorted(others, key=lambda row: row.plan_id is None or row.plan_id != plan_id)
    if kind is not PaymentKind.BALANCE:
        return [row for row in charges if row.visit_id == visit_id]
    return list(charges)


def planned_shares(targets: Sequence[ChargeRow], cents: Cents) -> dict[int, Cents]:
    """Return how much each charge would get, by charge id."""
    shares = share_out(cents, [row.open_cents for row in targets])
    return {row.charge_id: share for row, share in zip(targets, shares, strict=True)}


def reversal(read: Read, payment_id: int) -> ReversalRow:
    """Return a receipt and what its void or refund needs."""
    payment = payment_row(read, payment_id)
    return ReversalRow(
        payment=payment,
        ways=tuple(ways_back(read, read.get(Payment, payment_id, "receipt"))),
        who=None if payment.patient_id is None else person_at_counter(read, payment.patient_id),
        same_session=till(read, payment.till_id).session_id == payment.session_id,
        void_reasons=tuple(read.setting(VOID_REASONS)),
        refund_reasons=tuple(read.setting(REFUND_REASONS)),
        second_person_cents=read.setting(SECOND_PERSON_CENTS),
    )


def own_drawer(read: Read) -> DrawerRow:
    """Return the drawer of this desk."""
    return drawer(read, read.setting(TILL_ID))


def drawer(read: Read, till_id: int) -> DrawerRow:
    """Return a drawer with what its forms need."""
    row = till(read, till_id)
    last = read.session.scalar(select(func.max(TillSession.id)).where(TillSession.till_id == till_id))
    left = select(TillCount.denominations).where(TillCount.session_id == last, TillCount.kind == "float")
    return DrawerRow(
        till=row,
        opened_at=local(row.opened_at, read.zone) if row.opened_at else None,
        ever_opened=last is not None,
        float_pieces={int(piece): n for piece, n in (read.session.scalar(left) or {}).items()},
        no_sale_reasons=tuple(read.setting(NO_SALE_REASONS)),
        pay_out_reasons=tuple(read.setting(PAY_OUT_REASONS)),
        variance_reasons=tuple(read.setting(VARIANCE_REASONS)),
    )


def receipts_of_drawers(read: Read) -> list[PaymentRow]:
    """Return the receipts of every drawer of the last `RECEIPT_DAYS` days, newest first; local times."""
    names = {one.id: one.name for one in read.session.scalars(select(Till))}
    rows = payments(read, since=read.today - timedelta(days=RECEIPT_DAYS))
    return [replace(row, till=names[row.till_id], posted_at=local(row.posted_at, read.zone)) for row in rows]


def unapplied_money(read: Read) -> list[UnappliedRow]:
    """Return who has money that stands against no charge, largest first."""
    credit = func.sum(-JournalLine.cents)
    found = read.session.execute(
        select(JournalLine.patient_id, credit)
        .where(JournalLine.account == Account.UNAPPLIED)
        .group_by(JournalLine.patient_id)
        .having(credit > 0)
    )
    sums: dict[int, int] = {patient_id: cents for patient_id, cents in found if patient_id is not None}
    rows = [_unapplied(read, patient_id, cents) for patient_id, cents in sums.items()]
    return sorted(rows, key=lambda row: (-row.unapplied_cents, row.name))


def _unapplied(read: Read, patient_id: int, cents: Cents) -> UnappliedRow:
    found = read.get(Patient, patient_id, "patient")
    open_cents = sum(row.open_cents for row in open_charges(read, patient_id))
    return UnappliedRow(patient_id, found.sort_name, found.birth_date, str(found.record_no), cents, open_cents)
