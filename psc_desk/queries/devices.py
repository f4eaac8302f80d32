"""What is known of this desk's devices in the database: their settings, prints that failed, facts for support."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from psc_desk.devices.jobs import JobState
from psc_desk.models.print_job import PrintJob
from psc_desk.queries.settings import all_settings
from psc_desk.settings import PRINTER_PAPERS
from psc_desk.work import Read

_WENT_WRONG = (JobState.UNKNOWN, JobState.FAILED_BEFORE_FIRST_BYTE, JobState.CANCELLED)
_WAITING = (JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE, JobState.SENDING, JobState.AWAITING_PROOF)


@dataclass(frozen=True)
class FailureRow:
    """A print that failed, waits or was given up, by its number."""

    job_id: int
    kind: str
    state: JobState
    words: str
    at: datetime


@dataclass(frozen=True)
class QueueCounts:
    """How many prints wait for the printer, and how many for a person's answer."""

    waiting: int
    unknown: int


@dataclass(frozen=True)
class SupportFacts:
    """What support may know: no name, no record number, no text of a receipt."""

    settings: dict[str, str]
    jobs: dict[str, int]
    failures: tuple[FailureRow, ...]


def recent_failures(read: Read, limit: int = 20) -> list[FailureRow]:
    """Return the newest prints that did not end well."""
    rows = read.session.execute(
        select(PrintJob.id, PrintJob.kind, PrintJob.state, PrintJob.detail, PrintJob.state_at)
        .where(PrintJob.state.in_(_WENT_WRONG), PrintJob.detail != "")
        .order_by(PrintJob.state_at.desc(), PrintJob.id.desc())
        .limit(limit)
    )
    return [FailureRow(i, kind, JobState(state), detail, at) for i, kind, state, detail, at in rows]


def queue_counts(read: Read) -> QueueCounts:
    """Return how many prints wait."""
    counts = _by_state(read)
    return QueueCounts(sum(counts.get(state.value, 0) for state in _WAITING), counts.get(JobState.UNKNOWN.value, 0))


def support_facts(read: Read) -> SupportFacts:
    """Return the settings of the devices, the counts of prints by state, and the failures without their papers."""
    settings = {row.key: str(row.value) for row in all_settings(read) if row.key.startswith(("printer.", "drawer."))}
    return SupportFacts(settings, _by_state(read), tuple(recent_failures(read, 50)))


def page_printer(read: Read, kind: str) -> str:
    """Return the printer of the computer that was last chosen for this kind of paper, "" for its default."""
    kept = dict(line.split("=", 1) for line in read.setting(PRINTER_PAPERS) if "=" in line)
    return kept.get(kind, kept.get("any", ""))


def _by_state(read: Read) -> dict[str, int]:
    counted = select(PrintJob.state, func.count()).group_by(PrintJob.state)
    return {state: count for state, count in read.session.execute(counted)}  # noqa: C416 - rows, not pairs
