"""Postings of this desk of which nobody was told, or whose paper may not have come out, before the program stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from psc_desk.clock import local
from psc_desk.devices.jobs import JobState
from psc_desk.models.ledger import JournalEntry, JournalLine, UnshownPosting
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, Tender, TenderKind
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import TillSession
from psc_desk.money import Cents
from psc_desk.queries.money import refundable, tender_words
from psc_desk.settings import TILL_ID
from psc_desk.work import Read

_WORDS = {
    "pay_in": "Pay-in", "pay_out": "Pay-out", "drop": "Drop", "transfer": "Cash between drawers",
    "handover": "Hand-over of the drawer", "close": "Drawer close", "deposit": "Bank deposit",
    "refund_mailed": "Refund by mail",
}  # fmt: skip


@dataclass(frozen=True)
class UnshownRow:
    """A posting to look at: what it was, what became of its paper, and what may be done about it now.

    `posted_at` is the clinic's wall clock. `can_void` while its drawer session is open, `can_refund` afterwards.
    """

    entry_id: int
    word: str
    receipt_no: int | None
    payment_id: int | None
    patient_id: int | None
    patient: str
    tender: str
    cents: Cents
    change_cents: Cents
    """cash to be handed back"""
    posted_at: datetime
    staff: str
    shown: bool
    job_id: int | None
    paper: str
    """printed, sent (without proof), waiting, unknown, or "" when there is no paper for it"""
    can_void: bool
    can_refund: bool

    @property
    def can_print(self) -> bool:
        """True when a paper can be printed again: it is not sure to be there."""
        return self.payment_id is not None and self.paper not in ("printed", "waiting")


def unshown_postings(read: Read) -> list[UnshownRow]:
    """Return what this desk posted and did not show, and its receipts of unknown fate, oldest first, each once."""
    unknown = (
        select(Payment.entry_id)
        .join(PrintJob, PrintJob.payment_id == Payment.id)
        .where(PrintJob.state == JobState.UNKNOWN, PrintJob.till_id == read.setting(TILL_ID))
    )
    mine = select(UnshownPosting.entry_id).where(UnshownPosting.desk == read.desk)
    found = read.session.execute(
        select(JournalEntry, StaffMember.name, Payment, Patient.last_name, Patient.first_name)
        .join(StaffMember, StaffMember.id == JournalEntry.staff_id)
        .outerjoin(Payment, Payment.entry_id == JournalEntry.id)
        .outerjoin(Patient, Patient.id == Payment.patient_id)
        .where(or_(JournalEntry.id.in_(mine), JournalEntry.id.in_(unknown)))
        .order_by(JournalEntry.id)
    ).all()
    fresh = set(read.session.scalars(mine))
    return [_row(read, row, shown=row[0].id not in fresh) for row in found]


def unshown_here(read: Read) -> int:
    """Return how many postings of this desk nobody was told of."""
    chosen = select(func.count()).where(UnshownPosting.desk == read.desk)
    return read.session.scalar(chosen) or 0


def _row(read: Read, found: Any, *, shown: bool) -> UnshownRow:
    entry, staff, payment, last, first = found
    if payment is None:
        return _moved(read, entry, staff, shown)
    job = _newest_job(read, payment.id)
    left = refundable(read, payment)
    whole = 0 < left == payment.amount_cents
    takes = read.session.get(TillSession, payment.session_id)
    running = takes is not None and takes.status.value == "open"
    return UnshownRow(
        entry.id, payment.kind.word, payment.receipt_no, payment.id, payment.patient_id,
        f"{last}, {first}" if last is not None else "", tender_words(read, [payment.id]).get(payment.id, ""),
        payment.amount_cents, _change(read, payment.id), local(entry.posted_at, read.zone), staff, shown,
        job.id if job else None, _paper(job), can_void=whole and running, can_refund=left > 0 and not running,
    )  # fmt: skip


def _moved(read: Read, entry: JournalEntry, staff: str, shown: bool) -> UnshownRow:
    """Cash moved, a close or a deposit; the amount is what was debited."""
    cents = read.session.scalar(
        select(func.coalesce(func.sum(JournalLine.cents), 0)).where(
            JournalLine.entry_id == entry.id, JournalLine.cents > 0
        )
    )
    return UnshownRow(
        entry.id, _WORDS.get(entry.kind, entry.kind.capitalize()), None, None, None, "", "", cents or 0, 0,
        local(entry.posted_at, read.zone), staff, shown, None, "", can_void=False, can_refund=False,
    )  # fmt: skip


def _change(read: Read, payment_id: int) -> Cents:
    handed = select(func.sum(Tender.tendered_cents - Tender.cents)).where(
        Tender.payment_id == payment_id, Tender.kind == TenderKind.CASH, Tender.tendered_cents > 0
    )
    return read.session.scalar(handed) or 0


def _newest_job(read: Read, payment_id: int) -> PrintJob | None:
    chosen = select(PrintJob).where(PrintJob.payment_id == payment_id).order_by(PrintJob.id.desc()).limit(1)
    return read.session.scalar(chosen)


def _paper(job: PrintJob | None) -> str:
    words = {
        JobState.PRINTED: "printed", JobState.SENT_UNCONFIRMED: "sent", JobState.UNKNOWN: "unknown",
        JobState.CANCELLED: "",
    }  # fmt: skip
    return "" if job is None else words.get(JobState(job.state), "waiting")
