"""A printer behind the print queue of the operating system: bytes go in, no proof comes out.

The queue is watched until it lets the job go; a job that still waits when nobody stands there any more is cancelled, so
that it does not print hours later.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from psc_desk.clock import Clock, SystemClock
from psc_desk.devices import cups
from psc_desk.devices.printer import (
    Answer,
    KickRefusedError,
    NotSentError,
    PrinterStatus,
    Sent,
    UnknownOutcomeError,
    unknown_status,
)


class Fate(Enum):
    """What the queue says of a job."""

    WAITING = "waiting"
    PRINTING = "printing"
    GONE = "gone"
    """No longer in the queue: handed to the printer, or taken out by somebody."""
    UNKNOWN = "unknown"


class Spool(Protocol):
    """The print queues of one operating system."""

    def submit(self, queue: str, title: str, data: bytes) -> str:
        """Put raw bytes into a queue and return the job's name there, "" when it gives none.

        Raises NotSentError when the queue did not take it and UnknownOutcomeError when nobody can know.
        """
        ...

    def fate(self, queue: str, job: str) -> Fate:
        """Return where a job is."""
        ...

    def cancel(self, queue: str, job: str) -> bool:
        """Take a job out; return whether it was taken out."""
        ...

    def trouble(self, queue: str) -> str:
        """Return what keeps the queue from taking jobs, "" when nothing is known to; raises NotSentError."""
        ...


class QueuePrinter:
    """Hands jobs to a print queue. It never kicks a drawer: a queue that is stopped would open it hours later."""

    def __init__(
        self, name: str, spool: Spool | None = None, *, timeout: float = cups.SECONDS, patience: float = 30.0,
        clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self.spool = spool or CupsSpool(timeout)
        self.patience = patience
        self._clock = clock or SystemClock()
        self._pause = threading.Event()

    def send(self, job: bytes, job_id: int, *, on_awaiting_proof: Callable[[], None] | None = None) -> Sent:
        """Hand `job` to the queue and watch it leave; cancel it when it has not after `patience` seconds."""
        title = f"psc-desk-{job_id}-{secrets.token_hex(3)}"
        queued = self.spool.submit(self.name, title, job)
        seen = {Fate.WAITING}
        until = time.monotonic() + self.patience
        while queued and time.monotonic() < until:
            fate = self.spool.fate(self.name, queued)
            if fate in (Fate.GONE, Fate.UNKNOWN):
                return Sent.UNCONFIRMED
            seen.add(fate)
            self._pause.wait(0.2)
        return self._give_up(queued, began=Fate.PRINTING in seen) if queued else Sent.UNCONFIRMED

    def status(self) -> PrinterStatus:
        """Return whether the queue takes jobs; the state of the printer behind it is unknown."""
        now = self._clock.now()
        try:
            trouble = self.spool.trouble(self.name)
        except NotSentError as error:
            return unknown_status(now, str(error))
        return unknown_status(now, trouble, Answer.NO) if trouble else unknown_status(now)

    def kick(self, pin: int | None = None) -> None:
        """Refuse."""
        raise KickRefusedError(
            "The drawer was not opened: this printer is behind a print queue, which could open it late. "
            "Connect the printer directly, or open the drawer with its key."
        )

    def close(self) -> None:
        """Do nothing: nothing is held."""

    def _give_up(self, queued: str, *, began: bool) -> Sent:
        if not self.spool.cancel(self.name, queued):
            raise UnknownOutcomeError(
                f"The print queue {self.name} keeps the receipt and may print it later. Cancel {queued} in the "
                "computer's printer settings, then look at the paper."
            )
        if began:
            raise UnknownOutcomeError(
                f"The printer behind the queue {self.name} did not take the whole receipt, so it was cancelled. "
                "Look at the paper, then say whether it came out or print it again."
            )
        raise NotSentError(
            f"The print queue {self.name} did not pass the receipt on, so it was cancelled there. Check the printer."
        )


class CupsSpool:
    """`lp`, `lpstat` and `cancel` of CUPS, on Linux and macOS."""

    def __init__(self, timeout: float = cups.SECONDS) -> None:
        self.timeout = timeout

    def submit(self, queue: str, title: str, data: bytes) -> str:
        """Run `lp -o raw`."""
        try:
            done = self._ask("lp", "-d", queue, "-o", "raw", "-t", title, "-", given=data)
        except cups.SilentError as error:
            raise UnknownOutcomeError(
                f"The print queue {queue} did not answer. Look at the paper and at the queue before printing again."
            ) from error
        if not done.ok:
            raise NotSentError(f"The print queue {queue} refused the receipt. Check the queue's name and state.")
        named = re.search(r"request id is (\S+)", done.words)
        return named[1] if named else ""

    def fate(self, queue: str, job: str) -> Fate:
        """Look for the job among those not completed."""
        try:
            waiting = self._ask("lpstat", "-W", "not-completed", "-o", queue)
            printer = self._ask("lpstat", "-p", queue)
        except (NotSentError, cups.SilentError):
            return Fate.UNKNOWN
        if not waiting.ok:
            return Fate.UNKNOWN
        jobs = [line.split()[0] for line in waiting.words.splitlines() if line.strip()]
        if job not in jobs:
            return Fate.GONE
        return Fate.PRINTING if f"now printing {job}." in printer.words else Fate.WAITING

    def cancel(self, queue: str, job: str) -> bool:
        """Run `cancel`."""
        try:
            return self._ask("cancel", job).ok
        except (NotSentError, cups.SilentError):
            return False

    def trouble(self, queue: str) -> str:
        """Run `lpstat -p`."""
        try:
            done = self._ask("lpstat", "-p", queue)
        except cups.SilentError as error:
            raise NotSentError("The computer's print system does not answer. Restart the computer.") from error
        if not done.ok:
            return f"There is no print queue named {queue}. Choose one in Settings."
        if cups.is_stopped(queue, done.words):
            return f"The print queue {queue} is stopped. Start it again in the computer's printer settings."
        return ""

    def _ask(self, program: str, *words: str, given: bytes = b"") -> cups.Said:
        try:
            return cups.ask(program, *words, given=given, seconds=self.timeout)
        except cups.NoCupsError as error:
            raise NotSentError(
                "This computer has no print queues (CUPS). Connect the receipt printer directly."
            ) from error
