"""The print queue: what must be printed is a row written in the same transaction as what it prints."""

from __future__ import annotations

from sqlalchemy import func, select

from psc_desk.devices.jobs import JobState
from psc_desk.errors import RefusedError
from psc_desk.events import PrintJobChanged, PrintJobQueued
from psc_desk.models.clinic import Clinic
from psc_desk.models.payment import Payment
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import Right
from psc_desk.papers.receipt import receipt_job
from psc_desk.papers.till_slips import test_page_bytes
from psc_desk.queries.receipts import printer_profile, receipt_data
from psc_desk.settings import PRINTER_URL, TILL_ID
from psc_desk.work import Work

IN_FLIGHT = (JobState.SENDING, JobState.AWAITING_PROOF)


def queue_receipt(work: Work, payment_id: int, copy_no: int = 0) -> int:
    """Queue the receipt of a payment for the printer and return the job's id."""
    data = receipt_data(work, payment_id, copy_no)
    profile = printer_profile(work)
    payment = work.get(Payment, payment_id, "receipt")
    content, text = receipt_job(data, profile)
    title = f"Receipt {payment.receipt_no}" + (f" copy {copy_no}" if copy_no else "")
    return queue_job(
        work,
        PrintJob(
            till_id=payment.till_id, kind="receipt", title=title, content=content, text=text,
            payment_id=payment_id, session_id=payment.session_id, copy_no=copy_no,
        ),
    )  # fmt: skip


def reprint_receipt(work: Work, payment_id: int) -> int:
    """Queue a reprint, marked COPY n; return the job's id."""
    work.require(Right.TAKE_MONEY)
    last = work.session.scalar(select(func.max(PrintJob.copy_no)).where(PrintJob.payment_id == payment_id))
    return queue_receipt(work, payment_id, 1 if last is None else last + 1)


def print_test_page(work: Work) -> int:
    """Queue the page by which a person judges this desk's printer; return the job's id."""
    work.require(Right.OPEN_DRAWER)
    clinic, profile = work.get(Clinic, 1, "clinic"), printer_profile(work)
    content = test_page_bytes(clinic.name, work.setting(PRINTER_URL), profile)
    job = PrintJob(
        till_id=work.setting(TILL_ID), kind="test", title="Test page", content=content, text="Test page of the printer."
    )
    return queue_job(work, job)


def queue_job(work: Work, job: PrintJob, *, patient_id: int | None = None, visit_id: int | None = None) -> int:
    """Queue a prepared job and return its id; without a printer it is kept, but will not print by itself later.

    The audit names the patient of the payment it prints, or `patient_id`.
    """
    job.state, job.detail = JobState.QUEUED, ""
    if not work.setting(PRINTER_URL):
        job.state, job.detail = JobState.CANCELLED, "No receipt printer is set up. Choose one in Settings."
    job.created_at = job.state_at = work.now
    job.created_by = work.actor.id
    work.session.add(job)
    work.session.flush()
    if job.payment_id is not None:
        patient_id = work.get(Payment, job.payment_id, "receipt").patient_id
    work.announce(
        PrintJobQueued(job_id=job.id, patient_id=patient_id, visit_id=visit_id),
        f"sent {job.title.lower()} to the printer",
        after={"job_id": job.id},
    )
    return job.id


def mark_job(work: Work, job_id: int, state: JobState, detail: str = "") -> bool:
    """Note what became of a job; told by the spooler. A final state is never left: then return False."""
    job = work.get(PrintJob, job_id, "print job")
    if job.state in (JobState.PRINTED, JobState.SENT_UNCONFIRMED, JobState.CANCELLED):
        return False
    if job.state == state:
        job.detail = detail
        return True
    before, job.state, job.detail, job.state_at = job.state, state, detail, work.now
    work.announce(
        PrintJobChanged(job_id=job_id, state=state.value),
        f"had {job.title.lower()} go from {before.replace('_', ' ')} to {state.value.replace('_', ' ')}",
        after={"job_id": job_id, "state": state.value},
    )
    return True


def settle_unknown(work: Work, job_id: int, *, came_out: bool) -> int | None:
    """Answer "did it come out?" for a job of unknown fate. When not, it is printed again, a receipt marked COPY.

    Return the job that is printed now, None when nothing is.
    """
    work.require(Right.TAKE_MONEY)
    job = work.get(PrintJob, job_id, "print job")
    if job.state != JobState.UNKNOWN:
        raise RefusedError("The fate of this print is known already. Use Reprint to get a copy.")
    if came_out:
        mark_job(work, job_id, JobState.PRINTED)
        return None
    if job.payment_id is None:
        mark_job(work, job_id, JobState.QUEUED, "Sent again by hand.")
        return job_id
    mark_job(work, job_id, JobState.CANCELLED, "It did not come out; a copy was printed.")
    return reprint_receipt(work, job.payment_id)


def cancel_job(work: Work, job_id: int) -> None:
    """Take a job that has not begun out of the queue."""
    work.require(Right.TAKE_MONEY)
    job = work.get(PrintJob, job_id, "print job")
    if job.state not in (JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE, JobState.UNKNOWN):
        raise RefusedError("This print is under way or done and cannot be cancelled.")
    mark_job(work, job_id, JobState.CANCELLED)


def recover_jobs(work: Work) -> int:
    """At start: jobs that were under way when the program stopped become unknown; return how many."""
    jobs = list(work.session.scalars(select(PrintJob.id).where(PrintJob.state.in_(IN_FLIGHT))))
    for job_id in jobs:
        mark_job(work, job_id, JobState.UNKNOWN, "The program stopped while this was printing. Did it come out?")
    return len(jobs)
