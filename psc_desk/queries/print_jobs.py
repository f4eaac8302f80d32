"""The print queue as the window shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from psc_desk.devices.jobs import Job, JobState
from psc_desk.models.print_job import PrintJob
from psc_desk.work import Read

WORDS = {
    JobState.QUEUED: "waits for the printer",
    JobState.SENDING: "is being sent",
    JobState.AWAITING_PROOF: "was sent, waits for the printer's word",
    JobState.PRINTED: "printed",
    JobState.SENT_UNCONFIRMED: "sent, not confirmed",
    JobState.UNKNOWN: "unknown: did it come out?",
    JobState.FAILED_BEFORE_FIRST_BYTE: "not sent yet, tried again by itself",
    JobState.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class PrintJobRow:
    """A print job and its fate in words."""

    job_id: int
    title: str
    kind: str
    state: JobState
    words: str
    detail: str
    created_at: datetime
    payment_id: int | None
    copy_no: int
    text: str


def print_jobs(read: Read, limit: int = 50, *, open_only: bool = False) -> list[PrintJobRow]:
    """Return the newest jobs; `open_only` leaves out what is printed, sent or cancelled."""
    chosen = select(
        PrintJob.id, PrintJob.title, PrintJob.kind, PrintJob.state, PrintJob.detail, PrintJob.created_at,
        PrintJob.payment_id, PrintJob.copy_no, PrintJob.text,
    ).order_by(PrintJob.id.desc()).limit(limit)  # fmt: skip
    if open_only:
        over = (JobState.PRINTED, JobState.SENT_UNCONFIRMED, JobState.CANCELLED)
        chosen = chosen.where(PrintJob.state.not_in(over))
    return [
        PrintJobRow(i, title, kind, JobState(state), WORDS[JobState(state)], detail, at, payment_id, copy_no, text)
        for i, title, kind, state, detail, at, payment_id, copy_no, text in read.session.execute(chosen)
    ]


def next_job(read: Read) -> Job | None:
    """Return the oldest job that may be sent."""
    row = read.session.execute(
        select(PrintJob.id, PrintJob.content)
        .where(PrintJob.state.in_((JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE)))
        .order_by(PrintJob.id)
        .limit(1)
    ).first()
    return None if row is None else Job(row.id, row.content)
