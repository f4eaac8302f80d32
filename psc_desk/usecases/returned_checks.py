"""A check that the bank sends back after its deposit (interop.md 4.7): the money leaves the bank's account again.

The payment stays as it was; a receipt of its own takes back the check's part and opens the charges again. A sale that
it paid whole was never paid for then: the receipt takes it back, and its items count as stock until a person says
otherwise. Of a sale that it paid in part the items stay sold: what is unpaid becomes a charge on the patient's account
in place of income from the sale, whose tax stays due; without a patient it is lost, sale and tax in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import ChargePosted, PatientChanged, PaymentReversed
from psc_desk.models.ledger import Account, Charge, JournalLine, Line
from psc_desk.models.patient import Patient, PatientAlert
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.staff import Right
from psc_desk.models.till import DepositItem, TillSession
from psc_desk.money import Cents, format_money
from psc_desk.queries.money import refundable
from psc_desk.queries.way_back import gone_back
from psc_desk.settings import TILL_ID
from psc_desk.usecases.allocation import settle
from psc_desk.usecases.ledger import lines_of, post, session_for_money
from psc_desk.usecases.payment_rows import PaymentDone, done_before, finish, new_payment, store
from psc_desk.usecases.retail_rows import sold_lines, take_lines_back
from psc_desk.usecases.tenders import money_lines, opposite
from psc_desk.work import Work

ALERT = "No checks"
CODE = "RETURNED"


@dataclass(frozen=True)
class ReturnedCheck:
    """A check that came back; `fee_cents` is charged to the account, 0 for none."""

    tender_id: int
    key: str
    reason: str
    fee_cents: Cents = 0


def return_check(work: Work, returned: ReturnedCheck) -> PaymentDone:
    """Book a deposited check that the bank returned, once; the patient's banner then says "No checks"."""
    work.require(Right.REFUND)
    done = done_before(work, returned.key)
    if done is not None:
        return done
    check = work.get(Tender, returned.tender_id, "check")
    paid = work.get(Payment, check.payment_id, "payment")
    _check_returnable(work, check, paid, returned)
    session = session_for_money(work, work.setting(TILL_ID))
    row = _post(work, session, check, paid, returned)
    settle(work, paid.patient_id, key=returned.key, reason=row.reason, prefer=_charges_paid(work, paid))
    if paid.patient_id is not None:
        _charge_what_it_cost(work, paid, row, returned)
        _warn(work, paid.patient_id, check)
    return finish(
        work, row, PaymentReversed, f"booked check {check.check_no} of receipt {paid.receipt_no} as returned,"
    )  # fmt: skip


def _post(work: Work, session: TillSession, check: Tender, paid: Payment, returned: ReturnedCheck) -> Payment:
    row = new_payment(work, session, paid, PaymentKind.RETURNED, -check.cents)
    row.of_payment_id, row.reason = paid.id, returned.reason.strip()
    tenders = (replace(opposite(check), cents=-check.cents),)
    lines = [*money_lines(row, tenders), *_unpaid(work, paid, row)]
    row.entry_id = post(work, "returned", lines, key=returned.key, session_id=session.id, reason=row.reason)
    store(work, row, tenders)
    if row.amount_cents == -paid.amount_cents:
        take_lines_back(work, paid, row)
    return row


def _unpaid(work: Work, paid: Payment, row: Payment) -> list[Line]:
    """Return what the check paid for, taken back: sales and their tax, or the patient's money."""
    cents = -row.amount_cents
    if paid.kind is not PaymentKind.SALE:
        return [Line(Account.UNAPPLIED, cents, paid.patient_id, paid.visit_id, payment_id=row.id)]
    whole, left = cents == paid.amount_cents, refundable(work, paid)
    owed = paid.patient_id is not None and not whole
    tax = 0 if owed else (2 * _tax_left(work, paid) * cents + left) // (2 * left)
    return sold_lines(row, cents - tax, tax)


def _tax_left(work: Work, paid: Payment) -> Cents:
    """Return the tax of a sale less what was taken back of it since."""
    back = aliased(Payment)
    of_sale = select(back.id).where(back.of_payment_id == paid.id)
    family = (Payment.id == paid.id) | (Payment.of_payment_id == paid.id) | Payment.of_payment_id.in_(of_sale)
    chosen = (
        select(func.coalesce(func.sum(-JournalLine.cents), 0))
        .join(Payment, Payment.id == JournalLine.payment_id)
        .where(JournalLine.account == Account.SALES_TAX, family)
    )
    return work.session.scalar(chosen) or 0


def _check_returnable(work: Work, check: Tender, paid: Payment, returned: ReturnedCheck) -> None:
    if not returned.reason.strip():
        raise InputError("Say why the bank returned the check.", "reason")
    _check_fee(paid, returned.fee_cents)
    if check.kind is not TenderKind.CHECK or check.cents < 0:
        raise RefusedError("Only a check can come back from the bank. Choose the check.")
    if work.session.scalar(select(DepositItem.id).where(DepositItem.tender_id == check.id)) is None:
        raise RefusedError("This check was not deposited yet. Void the payment, or leave the check out of the deposit.")
    if gone_back(work, paid)[check.id]:
        raise RefusedError(f"Check {check.check_no} came back or was refunded already. Look at the account.")
    if refundable(work, paid) < check.cents:
        raise RefusedError(f"Receipt {paid.receipt_no} was given back already. Take that back first.")


def _check_fee(paid: Payment, cents: Cents) -> None:
    if cents < 0:
        raise InputError("The fee cannot be negative.", "fee")
    if cents and paid.patient_id is None:
        raise InputError("The customer is no patient, so there is no account to charge the fee to. Empty it.", "fee")


def _charges_paid(work: Work, paid: Payment) -> frozenset[int]:
    return frozenset(line.charge_id for line in lines_of(work, paid.entry_id) if line.charge_id is not None)


def _warn(work: Work, patient_id: int, check: Tender) -> None:
    """Put the alert into the banner, once."""
    standing = select(PatientAlert.id).where(
        PatientAlert.patient_id == patient_id, PatientAlert.ended_at.is_(None), PatientAlert.text.startswith(ALERT)
    )
    if work.session.scalar(standing.limit(1)) is not None:
        return
    patient = work.get(Patient, patient_id, "patient")
    text = f"{ALERT}: check {check.check_no} came back"
    work.session.add(
        PatientAlert(
            patient_id=patient_id, text=text, kind="danger", created_at=work.now, created_by=work.actor.id
        )
    )  # fmt: skip
    work.announce(PatientChanged(patient_id=patient_id), f"added an alert to {patient.full_name}: {text}")


def _charge_what_it_cost(work: Work, paid: Payment, row: Payment, returned: ReturnedCheck) -> None:
    """Charge the patient what is unpaid of a sale that stays sold, and the clinic's fee."""
    assert paid.patient_id is not None
    if paid.kind is PaymentKind.SALE and row.amount_cents != -paid.amount_cents:
        label = f"Sale of receipt {paid.receipt_no}, check came back"
        _charge(work, paid.patient_id, label, -row.amount_cents, key=f"{returned.key}:unpaid", reason=row.reason)
    if returned.fee_cents:
        fee = returned.fee_cents
        _charge(work, paid.patient_id, "Returned check fee", fee, key=f"{returned.key}:fee", reason=row.reason)


def _charge(work: Work, patient_id: int, label: str, cents: Cents, *, key: str, reason: str) -> None:
    """Charge what a returned check costs to the account, without a visit."""
    charge_id = (work.session.scalar(select(func.max(Charge.id))) or 0) + 1
    owed = Line(Account.PATIENT_AR, cents, patient_id, None, charge_id)
    entry_id = post(
        work, "charge", [owed, replace(owed, account=Account.CHARGES, cents=-cents)], key=key, reason=reason
    )
    work.session.add(
        Charge(
            id=charge_id, patient_id=patient_id, code=CODE, label=label, units=1, unit_cents=cents, amount_cents=cents,
            service_date=work.today, entry_id=entry_id,
        )
    )  # fmt: skip
    did = f"charged {format_money(cents)} for a returned check: {label.lower()}"
    work.announce(ChargePosted(patient_id=patient_id), did, after={"charge_id": charge_id})
