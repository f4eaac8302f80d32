"""One door for all money over the counter: take, void, refund (front-desk.md M2, M3).

Every posting carries a key made by the window when its form opened: a double click, Enter held or a retry after a crash
posts once and gets the first answer again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import PaymentPosted, PaymentReversed
from psc_desk.models.coverage import Coverage
from psc_desk.models.ledger import Account, Line
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, TenderKind
from psc_desk.models.staff import Right
from psc_desk.models.till import TillSession
from psc_desk.models.visit import Visit
from psc_desk.money import Cents, format_money, share_out
from psc_desk.queries.counter import pays_for
from psc_desk.queries.money import open_charges, refundable
from psc_desk.queries.refunds_owed import owed_of
from psc_desk.settings import DRAWER_OPENS_FOR
from psc_desk.usecases.allocation import settle
from psc_desk.usecases.ledger import lines_of, post, reverse, session_for_money
from psc_desk.usecases.payment_rows import PaymentDone, done_before, finish, new_payment, second_person, store
from psc_desk.usecases.plan_status import check_plan_payable
from psc_desk.usecases.print_queue import reprint_receipt
from psc_desk.usecases.retail_rows import take_lines_back
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.tenders import TenderInput, check_cash_in_drawer, checked, money_lines, opposite, path_back
from psc_desk.usecases.till import open_drawer
from psc_desk.work import Work

__all__ = [
    "Approval", "PaymentDone", "PaymentInput", "TenderInput", "refund_payment", "reprint_receipt", "take_payment",
    "void_payment",
]  # fmt: skip


TAKEN = (
    PaymentKind.COPAY, PaymentKind.DEDUCTIBLE, PaymentKind.BALANCE, PaymentKind.PREPAYMENT, PaymentKind.PLAN,
)  # fmt: skip
"""Money that `take_payment` takes."""


@dataclass(frozen=True)
class PaymentInput:
    """Money to take. `charge_ids` None lets the kind decide: see `_targets`."""

    key: str
    till_id: int
    patient_id: int
    kind: PaymentKind
    tenders: tuple[TenderInput, ...]
    visit_id: int | None = None
    charge_ids: tuple[int, ...] | None = None
    print_receipt: bool = True
    plan_id: int | None = None
    note: str = ""
    """Words that the receipt repeats, e.g. "Corrected from receipt 1041"."""


def take_payment(work: Work, payment: PaymentInput) -> PaymentDone:
    """Take money: journal, receipt number, print job, audit and drawer in one transaction.

    Raises InputError for a wrong tender, RefusedError on a closed drawer or a forbidden co-pay. What charges do not
    take stays as unapplied credit.
    """
    work.require(Right.TAKE_MONEY)
    done = done_before(work, payment.key)
    if done is not None:
        return done
    tenders = tuple(checked(tender) for tender in payment.tenders)
    session = check_payment(work, payment)
    total = sum(tender.cents for tender in tenders)
    row = new_payment(work, session, payment, payment.kind, total)
    row.reason = payment.note
    lines = money_lines(row, tenders) + _targets(work, payment, row.id, total)
    row.entry_id = post(work, "payment", lines, key=payment.key, session_id=session.id)
    store(work, row, tenders)
    done = finish(work, row, PaymentPosted, "took", print_receipt=payment.print_receipt)
    spring_for(work, session, "payment", row)
    return done


def check_payment(work: Work, payment: PaymentInput) -> TillSession:
    """Return the open drawer session that takes this payment, or refuse it; how it is paid is checked by `checked`."""
    if payment.kind not in TAKEN:
        raise ValueError("this kind of payment has a door of its own")
    if not payment.tenders:
        raise InputError("Say how the money was paid: cash, check or card.", "tender")
    session = session_for_money(work, payment.till_id)
    _check_subject(work, payment)
    return session


def void_payment(
    work: Work, payment_id: int, *, key: str, reason: str, approval: Approval | None = None, print_receipt: bool = True
) -> PaymentDone:
    """Void a payment or refund of the drawer session that is still open, by the equal and opposite entry."""
    work.require(Right.VOID_OWN)
    done = done_before(work, key)
    if done is not None:
        return done
    paid = work.get(Payment, payment_id, "payment")
    session = session_for_money(work, paid.till_id)
    _check_voidable(work, paid, session, reason)
    tenders = tuple(opposite(tender) for tender in paid.tenders)
    check_cash_in_drawer(work, paid.till_id, tenders)
    second = second_person(work, abs(paid.amount_cents), approval, "A void")
    row = new_payment(work, session, paid, PaymentKind.VOID, -paid.amount_cents)
    row.of_payment_id, row.reason = paid.id, reason
    row.entry_id = reverse(
        work,
        paid.entry_id,
        "void",
        key=key,
        session_id=session.id,
        reason=reason,
        payment_id=row.id,
        approved_by=second,
    )
    store(work, row, tenders)
    take_lines_back(work, paid, row)
    settle(work, paid.patient_id, key=key, reason=reason)
    did = f"voided receipt {paid.receipt_no}:"
    done = finish(work, row, PaymentReversed, did, print_receipt=print_receipt)
    spring_for(work, session, "void", row)
    return done


def refund_payment(
    work: Work, payment_id: int, cents: Cents, *, key: str, reason: str, approval: Approval | None = None
) -> PaymentDone:
    """Give back up to what is left of a payment the way it came: card to card, cash from the drawer, checks by mail."""
    work.require(Right.REFUND)
    done = done_before(work, key)
    if done is not None:
        return done
    paid = work.get(Payment, payment_id, "payment")
    session = session_for_money(work, paid.till_id)
    _check_refundable(work, paid, cents, reason)
    second = second_person(work, cents, approval, "A refund")
    row = new_payment(work, session, paid, PaymentKind.REFUND, -cents)
    row.of_payment_id, row.reason = paid.id, reason
    tenders = path_back(work, paid, cents)
    check_cash_in_drawer(work, paid.till_id, tenders)
    back = Line(Account.UNAPPLIED, cents, paid.patient_id, paid.visit_id, payment_id=row.id)
    row.entry_id = post(
        work, "refund", [*money_lines(row, tenders), back], key=key, session_id=session.id, reason=reason,
        approved_by=second,
    )  # fmt: skip
    store(work, row, tenders)
    settle(work, paid.patient_id, key=key, reason=reason, prefer=_charges_paid(work, paid))
    done = finish(work, row, PaymentReversed, f"refunded, from receipt {paid.receipt_no},")
    spring_for(work, session, "refund", row)
    return done


def spring_for(work: Work, session: TillSession, kind: str, row: Payment) -> None:
    """Open the drawer when the clinic's rule says so for one of the tenders; money given back needs cash for it."""
    opening = work.setting(DRAWER_OPENS_FOR) if row.amount_cents > 0 else [TenderKind.CASH.value]
    if any(tender.kind.value in opening for tender in row.tenders):
        open_drawer(work, session, kind, f"Receipt {row.receipt_no}")


def _check_subject(work: Work, payment: PaymentInput) -> None:
    work.get(Patient, payment.patient_id, "patient")
    if payment.kind is PaymentKind.PLAN or payment.plan_id is not None:
        check_plan_payable(work, payment.plan_id, payment.patient_id)
    if payment.visit_id is not None:
        visit = work.get(Visit, payment.visit_id, "visit")
        if visit.patient_id != payment.patient_id:
            raise RefusedError("The visit belongs to another patient. Choose the patient again.")
        if payment.kind in (PaymentKind.COPAY, PaymentKind.DEDUCTIBLE):
            _check_cost_share(work, visit)


def _check_cost_share(work: Work, visit: Visit) -> None:
    """42 USC 1396a(n)(3)(B): no cost share may be taken from a Qualified Medicare Beneficiary."""
    covers = work.session.scalars(
        select(Coverage).where(Coverage.patient_id == visit.patient_id, Coverage.cost_share_forbidden)
    )
    if any(coverage.covers(visit.day) for coverage in covers):
        raise RefusedError(
            "No co-pay or deductible may be taken: this patient is a Qualified Medicare Beneficiary. Choose no co-pay."
        )


def _targets(work: Work, payment: PaymentInput, payment_id: int, total: Cents) -> list[Line]:
    """Where the money goes: chosen charges; else the visit's for a co-pay or deductible; all for a balance payment."""
    ahead = payment.kind is PaymentKind.PREPAYMENT and payment.charge_ids is None
    found = [] if ahead else open_charges(work, payment.patient_id, payment.visit_id)
    charges = pays_for(found, payment.kind, payment.visit_id, payment.charge_ids, payment.plan_id)
    shares = share_out(total, [row.open_cents for row in charges])
    lines = [
        Line(Account.PATIENT_AR, -share, payment.patient_id, row.visit_id, row.charge_id, payment_id)
        for row, share in zip(charges, shares, strict=True)
    ]
    rest = total - sum(shares)
    return [*lines, Line(Account.UNAPPLIED, -rest, payment.patient_id, payment.visit_id, payment_id=payment_id)]


def _check_voidable(work: Work, paid: Payment, session: TillSession, reason: str) -> None:
    own = paid.staff_id == work.actor.id
    work.require(Right.VOID_OWN if own else Right.VOID_ANY)
    if not reason.strip():
        raise InputError("Say why it is voided.", "reason")
    if paid.kind is PaymentKind.VOID:
        raise RefusedError("A void cannot be voided. Take the payment again.")
    if paid.kind is PaymentKind.RETURNED:
        raise RefusedError("A returned check cannot be voided. If the bank takes it after all, take it as a new check.")
    if paid.session_id != session.id:
        raise RefusedError("This payment belongs to a drawer session that is closed. Give a refund instead.")
    by_mail = -sum(tender.cents for tender in paid.tenders if tender.kind is TenderKind.CHECK)
    if paid.kind is PaymentKind.REFUND and owed_of(work, paid.id) != by_mail:
        raise RefusedError("This refund was mailed or paid out. Take that back first, under Money, Refunds by mail.")
    if paid.kind.takes and refundable(work, paid) != paid.amount_cents:
        raise RefusedError("This payment was voided or refunded already. Look at the account.")


def _check_refundable(work: Work, paid: Payment, cents: Cents, reason: str) -> None:
    if not reason.strip():
        raise InputError("Say why the money is given back.", "reason")
    if not paid.kind.takes:
        raise RefusedError("Only a payment can be refunded. Choose the receipt of the payment.")
    if paid.kind is PaymentKind.SALE:
        raise RefusedError("Items were sold on this receipt. Say which of them come back instead.")
    if cents <= 0:
        raise InputError("The amount must be above $0.00.", "amount")
    left = refundable(work, paid)
    if cents > left:
        raise InputError(
            f"Only {format_money(left)} of receipt {paid.receipt_no} can still be refunded. Lower the amount."
            if left else f"Receipt {paid.receipt_no} was given back in full already. Nothing is left to refund.",
            "amount",
        )  # fmt: skip


def _charges_paid(work: Work, paid: Payment) -> frozenset[int]:
    return frozenset(line.charge_id for line in lines_of(work, paid.entry_id) if line.charge_id is not None)
