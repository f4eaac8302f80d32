"""A payment's row: its receipt number, its tenders, its announcement and its print job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, func, select

from psc_desk.events import Event, PaymentPosted, PaymentReversed
from psc_desk.models.payment import Payment, PaymentKind, Tender
from psc_desk.models.print_job import PrintJob
from psc_desk.models.till import LostReceipts, TillSession
from psc_desk.money import Cents, format_money
from psc_desk.settings import SECOND_PERSON_CENTS
from psc_desk.usecases.ledger import posted
from psc_desk.usecases.print_queue import queue_receipt
from psc_desk.usecases.staff import Approval, approve
from psc_desk.usecases.tenders import TenderInput
from psc_desk.work import Work

_LAST_NUMBERS = select(
    select(func.max(Payment.id)).scalar_subquery(),
    select(func.max(Payment.receipt_no)).where(Payment.till_id == bindparam("till_id")).scalar_subquery(),
    select(func.max(LostReceipts.last_no)).where(LostReceipts.till_id == bindparam("till_id")).scalar_subquery(),
)
"""The newest payment's id; the newest receipt number of a drawer, and the newest that was lost."""


class Subject(Protocol):
    """Whom a payment is for: a PaymentInput, or the Payment that is taken back."""

    @property
    def patient_id(self) -> int | None:
        """The patient; None for a sale to someone who is no patient."""
        ...

    @property
    def visit_id(self) -> int | None:
        """The visit, when it is for one."""
        ...


@dataclass(frozen=True)
class PaymentDone:
    """What was posted. `change_cents` is to be handed back; `job_id` is the receipt in the print queue."""

    payment_id: int
    receipt_no: int
    amount_cents: Cents
    change_cents: Cents
    job_id: int | None


def done_before(work: Work, key: str) -> PaymentDone | None:
    """Return what was posted under this key before, if anything."""
    entry_id = posted(work, key)
    if entry_id is None:
        return None
    return payment_done(work, work.session.scalars(select(Payment).where(Payment.entry_id == entry_id)).one())


def payment_done(work: Work, row: Payment) -> PaymentDone:
    """Return what posting this payment gave."""
    job_id = work.session.scalar(select(PrintJob.id).where(PrintJob.payment_id == row.id, PrintJob.copy_no == 0))
    return _done(row, job_id)


def _done(row: Payment, job_id: int | None) -> PaymentDone:
    change = sum(max(0, tender.tendered_cents - tender.cents) for tender in row.tenders if tender.cents > 0)
    return PaymentDone(row.id, row.receipt_no, row.amount_cents, change, job_id)


def new_payment(work: Work, session: TillSession, of: Subject, kind: PaymentKind, cents: Cents) -> Payment:
    """Return a payment's row with the next receipt number of the drawer; not yet stored."""
    payment_id, receipt_no = _next(work, session.till_id)
    work.numbered[session.till_id] = receipt_no
    return Payment(
        id=payment_id, till_id=session.till_id, receipt_no=receipt_no, patient_id=of.patient_id, visit_id=of.visit_id,
        kind=kind, amount_cents=cents, session_id=session.id, staff_id=work.actor.id, posted_at=work.now, reason="",
        plan_id=getattr(of, "plan_id", None),
    )  # fmt: skip


def next_receipt_no(work: Work, till_id: int) -> int:
    """Return the number that the next receipt of a drawer will have."""
    return _next(work, till_id)[1]


def _next(work: Work, till_id: int) -> tuple[int, int]:
    """Return the id of the next payment and its receipt number; numbers that were lost are not given out again."""
    last_id, last_no, lost_no = work.session.execute(_LAST_NUMBERS, {"till_id": till_id}).one()
    return (last_id or 0) + 1, max(last_no or 1000, lost_no or 0) + 1


def store(work: Work, row: Payment, tenders: tuple[TenderInput, ...]) -> None:
    """Store the row with its tenders; its entry is posted already."""
    row.tenders = [
        Tender(
            kind=t.kind, cents=t.cents, tendered_cents=t.tendered_cents, check_no=t.check_no, bank=t.bank,
            card_brand=t.card_brand, card_last4=t.card_last4, terminal_ref=t.terminal_ref,
        )
        for t in tenders
    ]  # fmt: skip
    work.session.add(row)
    work.session.flush()


def finish(
    work: Work,
    row: Payment,
    event: type[PaymentPosted] | type[PaymentReversed],
    did: str,
    *,
    print_receipt: bool = True,
) -> PaymentDone:
    """Announce a stored payment and queue its receipt."""
    happened: Event = event(patient_id=row.patient_id, visit_id=row.visit_id, payment_id=row.id)
    words = " and ".join(t.kind.value for t in row.tenders)
    work.announce(
        happened,
        f"{did} {format_money(abs(row.amount_cents))} ({row.kind.word.lower()}, {words}), receipt {row.receipt_no}",
        reason=row.reason, after={"payment_id": row.id, "receipt_no": row.receipt_no, "cents": row.amount_cents},
    )  # fmt: skip
    return _done(row, queue_receipt(work, row.id) if print_receipt else None)


def second_person(work: Work, cents: Cents, approval: Approval | None, what: str) -> int | None:
    """Return who approved as second person; None below the clinic's limit."""
    limit = work.setting(SECOND_PERSON_CENTS)
    if cents <= limit:
        return None
    return approve(work, approval, f"{what} above {format_money(limit)} needs two people.").id
