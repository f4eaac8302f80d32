"""A check that the bank sends back after its deposit (interop.md 4.7): the money leaves the bank's account again.

The payment stays as it was; a receipt of its own takes back the check's part and opens the charges again. A sale was
never paid for then: the receipt takes the whole sale back, and its items count as stock until a person says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import ChargePosted, PatientChanged, PaymentReversed
from psc_desk.models.ledger import Account, Charge, Line
from psc_desk.models.patient import Patient, PatientAlert
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.staff import Right
from psc_desk.models.till import DepositItem, TillSession
from psc_desk.money import Cents, format_money
from psc_desk.queries.money import refundable
from psc_desk.settings import TILL_ID
from psc_desk.usecases.allocation import settle
from psc_desk.usecases.ledger import lines_of, post, session_for_money
from psc_desk.usecases.payment_rows import PaymentDone, done_before, finish, new_payment, store
from psc_desk.usecases.retail_rows import take_lines_back
from psc_desk.usecases.tenders import gone_back, money_lines, opposite
from psc_desk.work import Work

ALERT = "No checks"
FEE_CODE = "RETURNED"


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
    done = finish(
        work, row, PaymentReversed, f"booked check {check.check_no} of receipt {paid.receipt_no} as returned,"
    )
    if paid.patient_id is not None:
        _warn(work, paid.patient_id, check)
        _charge_fee(work, paid.patient_id, returned)
    return done


def _post(work: Work, session: TillSession, check: Tender, paid: Payment, returned: ReturnedCheck) -> Payment:
    row = new_payment(work, session, paid, PaymentKind.RETURNED, -check.cents)
    row.of_payment_id, row.reason = paid.id, returned.reason.strip()
    tenders = (replace(opposite(check), cents=-check.cents),)
    lines = [*money_lines(row, tenders), *_unpaid(work, paid, row)]
    row.entry_id = post(work, "returned", lines, key=returned.key, session_id=session.id, reason=row.reason)
    store(work, row, tenders)
    take_lines_back(work, paid, row)
    return row


def _unpaid(work: Work, paid: Payment, row: Payment) -> list[Line]:
    """Return what the check paid for, taken back: sales and their tax, or the patient's money."""
    if paid.kind is not PaymentKind.SALE:
        return [Line(Account.UNAPPLIED, -row.amount_cents, paid.patient_id, paid.visit_id, payment_id=row.id)]
    return [
        Line(Account(line.account), -line.cents, paid.patient_id, payment_id=row.id)
        for line in lines_of(work, paid.entry_id)
        if line.account in (Account.SALES, Account.SALES_TAX)
    ]


def _check_returnable(work: Work, check: Tender, paid: Payment, returned: ReturnedCheck) -> None:
    if not returned.reason.strip():
        raise InputError("Say why the bank returned the check.", "reason")
    _check_fee(paid, returned.fee_cents)
    if check.kind is not TenderKind.CHECK or check.cents < 0:
        raise RefusedError("Only a check can come back from the bank. Choose the check.")
    if paid.kind is PaymentKind.SALE and check.cents != paid.amount_cents:
        raise RefusedError(
            "This check paid only a part of a sale, so the desk cannot tell which items are unpaid. Tell the manager, "
            "who keeps the bank's letter for the bookkeeper."
        )
    if work.session.scalar(select(DepositItem.id).where(DepositItem.tender_id == check.id)) is None:
        raise RefusedError("This check was not deposited yet. Void the payment, or leave the check out of the deposit.")
    if gone_back(work, paid)[check.id]:
        raise RefusedError(f"Check {check.check_no} came back or was refunded already. Look at the account.")
    if refundable(work, paid.id, paid.amount_cents) < check.cents:
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


def _charge_fee(work: Work, patient_id: int, returned: ReturnedCheck) -> None:
    """Charge the clinic's fee for a returned check to the account, without a visit."""
    if not returned.fee_cents:
        return
    charge_id = (work.session.scalar(select(func.max(Charge.id))) or 0) + 1
    owed = Line(Account.PATIENT_AR, returned.fee_cents, patient_id, None, charge_id)
    lines = [owed, replace(owed, account=Account.CHARGES, cents=-returned.fee_cents)]
    entry_id = post(work, "charge", lines, key=f"{returned.key}:fee", reason=returned.reason.strip())
    work.session.add(
        Charge(
            id=charge_id, patient_id=patient_id, code=FEE_CODE, label="Returned check fee", units=1,
            unit_cents=returned.fee_cents, amount_cents=returned.fee_cents, service_date=work.today, entry_id=entry_id,
        )
    )  # fmt: skip
    did = f"charged the fee of {format_money(returned.fee_cents)} for a returned check"
    work.announce(ChargePosted(patient_id=patient_id), did, after={"charge_id": charge_id})
