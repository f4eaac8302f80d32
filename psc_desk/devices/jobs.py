"""Print jobs as the spooler sees them, and where it takes them from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class JobState(StrEnum):
    """The life of a print job. Only `failed_before_first_byte` and `queued` are ever sent by the program itself."""

    QUEUED = "queued"
    SENDING = "sending"
    AWAITING_PROOF = "awaiting_proof"
    PRINTED = "printed"
    SENT_UNCONFIRMED = "sent_unconfirmed"
    UNKNOWN = "unknown"
    FAILED_BEFORE_FIRST_BYTE = "failed_before_first_byte"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Job:
    """Immutable bytes to print, stored before they are sent."""

    id: int
    data: bytes


class JobStore(Protocol):
    """Where print jobs live. Called from the spooler's thread only; raises nothing but DeskError."""

    def next_job(self) -> Job | None:
        """Return the oldest job in state queued or failed_before_first_byte."""
        ...

    def mark(self, job_id: int, state: JobState, detail: str) -> bool:
        """Write the state of a job; `detail` is a sentence for the person at the desk, or empty.

        Return False, and write nothing, for a job whose fate is settled: cancelled meanwhile, so that it is not sent.
        """
        ...
