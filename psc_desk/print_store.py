"""The print queue of the database as the spooler sees it; for the window and for what works without one."""

from __future__ import annotations

from psc_desk.devices.jobs import Job, JobState
from psc_desk.queries.print_jobs import next_job
from psc_desk.usecases.print_queue import mark_job
from psc_desk.work import Desk


class DatabaseStore:
    """The print queue of the database as the spooler's `JobStore`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def next_job(self) -> Job | None:
        """Return the oldest job that may be sent."""
        return self._desk.ask(next_job)

    def mark(self, job_id: int, state: JobState, detail: str) -> bool:
        """Write what became of a job; False when its fate is settled already."""
        return self._desk.do(mark_job, job_id, state, detail)
