"""After a crash: postings that were made but not shown are looked at, once each, and then no longer listed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from psc_desk.devices.jobs import JobState
from psc_desk.events import PostingSeen
from psc_desk.models.ledger import JournalEntry, UnshownPosting
from psc_desk.models.payment import Payment
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import Right
from psc_desk.usecases.print_queue import mark_job, reprint_receipt, settle_unknown
from psc_desk.work import Work


def mark_shown(work: Work, entry_ids: Sequence[int]) -> None:
    """Note that the person was told of these postings: the window calls it after the words stood on the screen."""
    work.session.execute(delete(UnshownPosting).where(UnshownPosting.entry_id.in_(entry_ids)))


def accept_unshown(work: Work, entry_id: int) -> None:
    """A person looked at a posting and it is fine as it is; a receipt of unknown fate counts as come out."""
    work.require(Right.TAKE_MONEY)
    job_id = _unknown_job(work, entry_id)
    if job_id is not None:
        settle_unknown(work, job_id, came_out=True)
    _seen(work, entry_id, "found posting {} in order after the program stopped")


def print_unshown(work: Work, entry_id: int) -> int | None:
    """Print the receipt of a posting that was not shown, marked COPY where a first one may exist; return the job."""
    work.require(Right.TAKE_MONEY)
    payment_id = work.session.scalar(select(Payment.id).where(Payment.entry_id == entry_id))
    unknown = _unknown_job(work, entry_id)
    if unknown is not None:
        mark_job(work, unknown, JobState.CANCELLED, "It was not there; a copy was printed.")
    job_id = None if payment_id is None else reprint_receipt(work, payment_id)
    _seen(work, entry_id, "printed the receipt of posting {} after the program stopped")
    return job_id


def _seen(work: Work, entry_id: int, did: str) -> None:
    work.get(JournalEntry, entry_id, "posting")
    mark_shown(work, [entry_id])
    payment = work.session.scalar(select(Payment).where(Payment.entry_id == entry_id))
    work.announce(
        PostingSeen(patient_id=payment.patient_id if payment else None, visit_id=payment.visit_id if payment else None),
        did.format(entry_id),
        after={"entry_id": entry_id},
    )


def _unknown_job(work: Work, entry_id: int) -> int | None:
    return work.session.scalar(
        select(PrintJob.id)
        .join(Payment, Payment.id == PrintJob.payment_id)
        .where(Payment.entry_id == entry_id, PrintJob.state == JobState.UNKNOWN)
        .order_by(PrintJob.id.desc())
        .limit(1)
    )
