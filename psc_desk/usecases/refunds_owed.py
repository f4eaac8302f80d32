"""A refund of a check is owed until the clinic's own check is mailed, or cash is paid out for it (front-desk.md M3)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import RefundPaidOut
from psc_desk.models.ledger import Account, JournalEntry, JournalLine, Line, drawer_account
from psc_desk.models.payment import Payment, PaymentKind, TenderKind
from psc_desk.models.staff import Right
from psc_desk.money import Cents, format_money
from psc_desk.queries.refunds_owed import MAILED, owed_of
from psc_desk.queries.tills import drawer_slip
from psc_desk.settings import TILL_ID
from psc_desk.usecases.ledger import post, posted, reverse, session_for_money
from psc_desk.usecases.payment_rows import second_person
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.tenders import TenderInput, check_cash_in_drawer, checked
from psc_desk.usecases.till import open_drawer, queue_slip
from psc_desk.work import Work


def mail_refund(
    work: Work, payment_id: int, check_no: str, *, key: str, reason: str, approval: Approval | None = None
) -> int:
    """Note that the clinic's check `check_no` for a refund was mailed; it leaves the bank. Return the entry."""
    work.require(Right.REFUND)
    before = posted(work, key)
    if before is not None:
        return before
    paid, cents = _owed(work, payment_id, reason)
    number = checked(TenderInput(TenderKind.CHECK, cents, check_no=check_no)).check_no
    words = f"Check {number}: {reason.strip()}"
    second = second_person(work, cents, approval, "A refund")
    lines = _lines(paid, cents, Account.BANK)
    entry_id = post(work, MAILED, lines, key=key, reason=words, approved_by=second)
    _announce(work, paid, f"mailed {format_money(cents)} for refund {paid.receipt_no}", words, cents)
    return entry_id


def pay_refund_in_cash(
    work: Work, payment_id: int, *, key: str, reason: str, approval: Approval | None = None
) -> int:  # fmt: skip
    """Pay a refund of a check out of this desk's drawer instead; a slip is printed to be signed. Return the entry."""
    work.require(Right.REFUND)
    before = posted(work, key)
    if before is not None:
        return before
    paid, cents = _owed(work, payment_id, reason)
    session = session_for_money(work, work.setting(TILL_ID))
    check_cash_in_drawer(work, session.till_id, (TenderInput(TenderKind.CASH, -cents),))
    second = second_person(work, cents, approval, "A refund")
    words = f"Cash for refund {paid.receipt_no}: {reason.strip()}"
    lines = _lines(paid, cents, drawer_account(session.till_id))
    entry_id = post(work, "pay_out", lines, key=key, session_id=session.id, reason=words, approved_by=second)
    _announce(work, paid, f"paid {format_money(cents)} in cash for refund {paid.receipt_no}", words, cents)
    open_drawer(work, session, "pay_out", words)
    slip = drawer_slip(work, session.till_id, "Refund in cash", words, cents)
    queue_slip(work, session, replace(slip, signed=("Paid by", "Received by")))
    return entry_id


def take_mailed_back(work: Work, payment_id: int, *, key: str, reason: str) -> int:
    """Note that a mailed check came back or was stopped: the refund is owed again. Return the entry."""
    work.require(Right.REFUND)
    before = posted(work, key)
    if before is not None:
        return before
    paid = _refund(work, payment_id)
    if not reason.strip():
        raise InputError("Say what became of the check that was mailed.", "reason")
    mailed = work.session.scalars(
        select(JournalEntry)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalLine.payment_id == payment_id, JournalEntry.kind == MAILED, JournalEntry.reverses_id.is_(None))
        .order_by(JournalEntry.id.desc())
    ).first()
    if mailed is None or owed_of(work, payment_id):
        raise RefusedError("No check is on its way for this refund. Look at the list again.")
    entry_id = reverse(work, mailed.id, MAILED, key=key, reason=reason.strip(), payment_id=payment_id)
    _announce(work, paid, f"took back what was mailed for refund {paid.receipt_no}", reason.strip(), 0)
    return entry_id


def _refund(work: Work, payment_id: int) -> Payment:
    paid = work.get(Payment, payment_id, "refund")
    if paid.kind is not PaymentKind.REFUND:
        raise RefusedError("Only a refund is paid out. Choose the receipt of the refund.")
    return paid


def _owed(work: Work, payment_id: int, reason: str) -> tuple[Payment, Cents]:
    paid, cents = _refund(work, payment_id), owed_of(work, payment_id)
    if not cents:
        raise RefusedError(f"Nothing is owed for refund {paid.receipt_no} any more. Look at the list again.")
    if not reason.strip():
        raise InputError("Say how it reaches the patient.", "reason")
    return paid, cents


def _lines(paid: Payment, cents: Cents, out_of: str) -> list[Line]:
    owed = Line(Account.REFUNDS_PAYABLE, cents, paid.patient_id, paid.visit_id, payment_id=paid.id)
    return [owed, replace(owed, account=out_of, cents=-cents)]


def _announce(work: Work, paid: Payment, did: str, reason: str, cents: Cents) -> None:
    work.announce(
        RefundPaidOut(patient_id=paid.patient_id, visit_id=paid.visit_id), did, reason=reason,
        after={"payment_id": paid.id, "cents": cents},
    )  # fmt: skip
