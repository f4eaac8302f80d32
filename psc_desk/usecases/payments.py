"""One door for all money over the counter: take, void, refund (front-desk.md M2, M3).

Every posting carries a key made by the window when its form opened: a double click, Enter held or a retry after a crash
posts once and gets the first answer again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, func, select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import Event, PaymentPosted, PaymentReversed
from psc_desk.models.coverage import Coverage
from psc_desk.models.ledger import Account, Line, drawer_account
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import Right
from psc_desk.models.till import TillSession
from psc_desk.models.visit import Visit
from psc_desk.money import LIMIT, Cents, format_money, share_out
from psc_desk.queries.counter import pays_for
from psc_desk.queries.money import open_charges, refundable
from psc_desk.settings import SECOND_PERSON_CENTS
from psc_desk.usecases.allocation import settle
from psc_desk.usecases.ledger import account_total, lines_of, post, posted, reverse, session_for_money
from psc_desk.usecases.print_queue import queue_receipt, reprint_receipt
from psc_desk.usecases.staff import Approval, approve
from psc_desk.usecases.till import open_drawer
from psc_desk.work import Work

__all__ = [
    "Approval", "PaymentDone", "PaymentInput", "TenderInput", "refund_payment", "reprint_receipt", "take_payment",
    "void_payment",
]  # fmt: skip

_LAST_NUMBERS = select(
    select(func.max(Payment.id)).scalar_subquery(),
    select(func.max(Payment.receipt_no)).where(Payment.till_id == bindparam("till_id")).scalar_subquery(),
)
"""The newest payment's id, and the newest receipt number of a drawer."""


@dataclass(frozen=True)
class TenderInput:
    """One way of paying. `tendered_cents` 0 means exactly `cents`. Never a full card number."""

    kind: TenderKind
    cents: Cents
    tendered_cents: Cents = 0
    check_no: str = ""
    bank: str = ""
    card_brand: str = ""
    card_last4: str = ""
    terminal_ref: str = ""


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


@dataclass(frozen=True)
class PaymentDone:
    """What was posted. `change_cents` is to be handed back; `job_id` is the receipt in the print queue."""

    payment_id: int
    receipt_no: int
    amount_cents: Cents
    change_cents: Cents
    job_id: int | None


def take_payment(work: Work, payment: PaymentInput) -> PaymentDone:
    """Take money: journal, receipt number, print job, audit and drawer in one transaction.

    Raises InputError for a wrong tender, RefusedError on a closed drawer or a forbidden co-pay. What charges do not
    take stays as unapplied credit.
    """
    work.require(Right.TAKE_MONEY)
    done = _done_before(work, payment.key)
    if done is not None:
        return done
    if payment.kind in (PaymentKind.REFUND, PaymentKind.VOID):
        raise ValueError("refunds and voids have doors of their own")
    tenders = tuple(_checked(tender) for tender in payment.tenders)
    if not tenders:
        raise InputError("Say how the money was paid: cash, check or card.", "tender")
    session = session_for_money(work, payment.till_id)
    _check_subject(work, payment)
    total = sum(tender.cents for tender in tenders)
    row = _new_payment(work, session, payment, payment.kind, total)
    lines = _money_lines(row, tenders) + _targets(work, payment, row.id, total)
    row.entry_id = post(work, "payment", lines, key=payment.key, session_id=session.id)
    _store(work, row, tenders)
    done = _finish(work, row, PaymentPosted, "took", print_receipt=payment.print_receipt)
    if any(tender.kind is not TenderKind.CARD for tender in tenders):
        open_drawer(work, session, "payment", f"Receipt {row.receipt_no}")
    return done


def void_payment(
    work: Work, payment_id: int, *, key: str, reason: str, approval: Approval | None = None, print_receipt: bool = True
) -> PaymentDone:
    """Void a payment or refund of the drawer session that is still open, by the equal and opposite entry."""
    work.require(Right.VOID_OWN)
    done = _done_before(work, key)
    if done is not None:
        return done
    paid = work.get(Payment, payment_id, "payment")
    session = session_for_money(work, paid.till_id)
    _check_voidable(work, paid, session, reason)
    second = _second_person(work, abs(paid.amount_cents), approval, "A void")
    row = _new_payment(work, session, paid, PaymentKind.VOID, -paid.amount_cents)
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
    _store(work, row, tuple(_opposite(tender) for tender in paid.tenders))
    settle(work, paid.patient_id, key=key, reason=reason)
    did = f"voided receipt {paid.receipt_no}:"
    done = _finish(work, row, PaymentReversed, did, print_receipt=print_receipt)
    if any(tender.kind is TenderKind.CASH for tender in paid.tenders):
        open_drawer(work, session, "void", f"Receipt {row.receipt_no}")
    return done


def refund_payment(
    work: Work, payment_id: int, cents: Cents, *, key: str, reason: str, approval: Approval | None = None
) -> PaymentDone:
    """Give back up to what is left of a payment the way it came: card to card, cash from the drawer, checks by mail."""
    work.require(Right.REFUND)
    done = _done_before(work, key)
    if done is not None:
        return done
    paid = work.get(Payment, payment_id, "payment")
    session = session_for_money(work, paid.till_id)
    _check_refundable(work, paid, cents, reason)
    second = _second_person(work, cents, approval, "A refund")
    row = _new_payment(work, session, paid, PaymentKind.REFUND, -cents)
    row.of_payment_id, row.reason = paid.id, reason
    tenders = _path_back(work, paid, cents)
    _check_cash_in_drawer(work, paid.till_id, tenders)
    back = Line(Account.UNAPPLIED, cents, paid.patient_id, paid.visit_id, payment_id=row.id)
    row.entry_id = post(
        work, "refund", [*_money_lines(row, tenders), back], key=key, session_id=session.id, reason=reason,
        approved_by=second,
    )  # fmt: skip
    _store(work, row, tenders)
    settle(work, paid.patient_id, key=key, reason=reason, prefer=_charges_paid(work, paid))
    done = _finish(work, row, PaymentReversed, f"refunded, from receipt {paid.receipt_no},")
    if any(tender.kind is TenderKind.CASH for tender in tenders):
        open_drawer(work, session, "refund", f"Receipt {row.receipt_no}")
    return done


def _done_before(work: Work, key: str) -> PaymentDone | None:
    entry_id = posted(work, key)
    if entry_id is None:
        return None
    row = work.session.scalars(select(Payment).where(Payment.entry_id == entry_id)).one()
    change = sum(max(0, tender.tendered_cents - tender.cents) for tender in row.tenders if tender.cents > 0)
    job_id = work.session.scalar(select(PrintJob.id).where(PrintJob.payment_id == row.id, PrintJob.copy_no == 0))
    return PaymentDone(row.id, row.receipt_no, row.amount_cents, change, job_id)


def _checked(tender: TenderInput) -> TenderInput:
    """Return the tender with its fields trimmed, or raise InputError naming the field that is wrong."""
    if tender.cents <= 0:
        raise InputError("The amount must be above $0.00.", "amount")
    if tender.cents > LIMIT or tender.tendered_cents > LIMIT:
        raise InputError(f"The amount is larger than {format_money(LIMIT)}. Check the digits.", "amount")
    check = {TenderKind.CASH: _check_cash, TenderKind.CHECK: _check_check, TenderKind.CARD: _check_card}[tender.kind]
    return check(tender)


def _check_cash(tender: TenderInput) -> TenderInput:
    tendered = tender.tendered_cents or tender.cents
    if tendered < tender.cents:
        short = format_money(tender.cents - tendered)
        raise InputError(f"The cash handed over is {short} short. Take the rest, or lower the amount.", "tendered")
    return TenderInput(TenderKind.CASH, tender.cents, tendered)


def _check_check(tender: TenderInput) -> TenderInput:
    number = tender.check_no.strip()
    if not number:
        raise InputError("A check needs its number. Type the number printed on the check.", "check_no")
    if not number.isascii() or not number.isdigit() or len(number) > 12:
        raise InputError("A check number has digits only, 12 at most.", "check_no")
    return TenderInput(TenderKind.CHECK, tender.cents, check_no=number, bank=tender.bank.strip()[:60])


def _check_card(tender: TenderInput) -> TenderInput:
    last4, ref = tender.card_last4.strip(), tender.terminal_ref.strip()
    if len(last4) != 4 or not last4.isascii() or not last4.isdigit():
        raise InputError("Type only the last four digits of the card.", "card_last4")
    if not ref:
        raise InputError("Type the reference that the card terminal printed.", "terminal_ref")
    if len(ref) > 12 or not ref.isascii() or not ref.isalnum():
        raise InputError("The terminal reference has 12 letters and digits at most.", "terminal_ref")
    brand = tender.card_brand.strip()[:20]
    return TenderInput(TenderKind.CARD, tender.cents, card_brand=brand, card_last4=last4, terminal_ref=ref)


def _check_subject(work: Work, payment: PaymentInput) -> None:
    work.get(Patient, payment.patient_id, "patient")
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
    found = open_charges(work, payment.patient_id, payment.visit_id)
    charges = pays_for(found, payment.kind, payment.visit_id, payment.charge_ids)
    shares = share_out(total, [row.open_cents for row in charges])
    lines = [
        Line(Account.PATIENT_AR, -share, payment.patient_id, row.visit_id, row.charge_id, payment_id)
        for row, share in zip(charges, shares, strict=True)
    ]
    rest = total - sum(shares)
    return [*lines, Line(Account.UNAPPLIED, -rest, payment.patient_id, payment.visit_id, payment_id=payment_id)]


def _money_lines(row: Payment, tenders: tuple[TenderInput, ...]) -> list[Line]:
    """Where the money lies. A check to be refunded is owed until the office mails it."""
    accounts = {
        TenderKind.CASH: drawer_account(row.till_id),
        TenderKind.CHECK: Account.CHECKS if row.amount_cents > 0 else Account.REFUNDS_PAYABLE,
        TenderKind.CARD: Account.CARDS,
    }
    subject = {"patient_id": row.patient_id, "visit_id": row.visit_id, "payment_id": row.id}
    return [Line(accounts[tender.kind], tender.cents, **subject) for tender in tenders]


def _new_payment(
    work: Work, session: TillSession, of: PaymentInput | Payment, kind: PaymentKind, cents: Cents
) -> Payment:
    last_id, last_no = work.session.execute(_LAST_NUMBERS, {"till_id": session.till_id}).one()
    return Payment(
        id=(last_id or 0) + 1, till_id=session.till_id, receipt_no=(last_no or 1000) + 1,
        patient_id=of.patient_id, visit_id=of.visit_id, kind=kind, amount_cents=cents, session_id=session.id,
        staff_id=work.actor.id, posted_at=work.now, reason="",
    )  # fmt: skip


def _store(work: Work, row: Payment, tenders: tuple[TenderInput, ...]) -> None:
    row.tenders = [
        Tender(
            kind=t.kind, cents=t.cents, tendered_cents=t.tendered_cents, check_no=t.check_no, bank=t.bank,
            card_brand=t.card_brand, card_last4=t.card_last4, terminal_ref=t.terminal_ref,
        )
        for t in tenders
    ]  # fmt: skip
    work.session.add(row)
    work.session.flush()


def _finish(
    work: Work,
    row: Payment,
    event: type[PaymentPosted] | type[PaymentReversed],
    did: str,
    *,
    print_receipt: bool = True,
) -> PaymentDone:
    happened: Event = event(patient_id=row.patient_id, visit_id=row.visit_id, payment_id=row.id)
    words = " and ".join(t.kind.value for t in row.tenders)
    work.announce(
        happened,
        f"{did} {format_money(abs(row.amount_cents))} ({row.kind.word.lower()}, {words}), receipt {row.receipt_no}",
        reason=row.reason, after={"payment_id": row.id, "receipt_no": row.receipt_no, "cents": row.amount_cents},
    )  # fmt: skip
    job_id = queue_receipt(work, row.id) if print_receipt else None
    change = sum(max(0, t.tendered_cents - t.cents) for t in row.tenders if t.cents > 0)
    return PaymentDone(row.id, row.receipt_no, row.amount_cents, change, job_id)


def _check_voidable(work: Work, paid: Payment, session: TillSession, reason: str) -> None:
    own = paid.staff_id == work.actor.id
    work.require(Right.VOID_OWN if own else Right.VOID_ANY)
    if not reason.strip():
        raise InputError("Say why it is voided.", "reason")
    if paid.kind is PaymentKind.VOID:
        raise RefusedError("A void cannot be voided. Take the payment again.")
    if paid.session_id != session.id:
        raise RefusedError("This payment belongs to a drawer session that is closed. Give a refund instead.")
    if paid.amount_cents > 0 and refundable(work, paid.id, paid.amount_cents) != paid.amount_cents:
        raise RefusedError("This payment was voided or refunded already. Look at the account.")


def _check_refundable(work: Work, paid: Payment, cents: Cents, reason: str) -> None:
    if not reason.strip():
        raise InputError("Say why the money is given back.", "reason")
    if paid.amount_cents < 0:
        raise RefusedError("Only a payment can be refunded. Choose the receipt of the payment.")
    if cents <= 0:
        raise InputError("The amount must be above $0.00.", "amount")
    left = refundable(work, paid.id, paid.amount_cents)
    if cents > left:
        raise InputError(
            f"Only {format_money(left)} of receipt {paid.receipt_no} can still be refunded. Lower the amount."
            if left else f"Receipt {paid.receipt_no} was given back in full already. Nothing is left to refund.",
            "amount",
        )  # fmt: skip


def _check_cash_in_drawer(work: Work, till_id: int, tenders: tuple[TenderInput, ...]) -> None:
    cash = -sum(tender.cents for tender in tenders if tender.kind is TenderKind.CASH)
    if cash > account_total(work, drawer_account(till_id)):
        raise RefusedError("There is not that much cash in the drawer. Pay cash in first, or refund another day.")


def _second_person(work: Work, cents: Cents, approval: Approval | None, what: str) -> int | None:
    limit = work.setting(SECOND_PERSON_CENTS)
    if cents <= limit:
        return None
    return approve(work, approval, f"{what} above {format_money(limit)} needs two people.").id


def _opposite(tender: Tender) -> TenderInput:
    return TenderInput(
        tender.kind, -tender.cents, 0, tender.check_no, tender.bank, tender.card_brand, tender.card_last4,
        tender.terminal_ref,
    )  # fmt: skip


def _path_back(work: Work, paid: Payment, cents: Cents) -> tuple[TenderInput, ...]:
    """Split a refund over the payment's tenders, card first, less what earlier refunds gave back on each."""
    order = [TenderKind.CARD, TenderKind.CASH, TenderKind.CHECK]
    tenders = sorted(paid.tenders, key=lambda tender: order.index(tender.kind))
    earlier = paid.amount_cents - refundable(work, paid.id, paid.amount_cents)
    used = share_out(earlier, [tender.cents for tender in tenders])
    shares = share_out(cents, [tender.cents - gone for tender, gone in zip(tenders, used, strict=True)])
    return tuple(
        replace(_opposite(tender), cents=-share) for tender, share in zip(tenders, shares, strict=True) if share
    )


def _charges_paid(work: Work, paid: Payment) -> frozenset[int]:
    return frozenset(line.charge_id for line in lines_of(work, paid.entry_id) if line.charge_id is not None)
