"""A printer behind the print queue of the operating system (CUPS): bytes go in, no proof comes out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

from psc_desk.clock import Clock, SystemClock
from psc_desk.devices.printer import (
    Answer,
    KickRefusedError,
    NotSentError,
    PrinterStatus,
    Sent,
    UnknownOutcomeError,
    unknown_status,
)


class QueuePrinter:
    """Hands jobs to `lp -o raw`. It never kicks a drawer: a queue that is stopped would open it hours later."""

    def __init__(self, name: str, *, timeout: float = 15.0, clock: Clock | None = None) -> None:
        self.name = name
        self.timeout = timeout
        self._clock = clock or SystemClock()

    def send(self, job: bytes, job_id: int, *, on_awaiting_proof: Callable[[], None] | None = None) -> Sent:
        """Hand `job` to the queue."""
        command = [_program("lp"), "-d", self.name, "-o", "raw", "-t", f"psc-desk-{job_id}", "-"]
        try:
            done = subprocess.run(command, input=job, capture_output=True, timeout=self.timeout, check=False)
        except subprocess.TimeoutExpired as error:
            raise UnknownOutcomeError(
                f"The print queue {self.name} did not answer. Look at the paper and at the queue before printing again."
            ) from error
        if done.returncode != 0:
            raise NotSentError(f"The print queue {self.name} refused the receipt. Check the queue's name and state.")
        return Sent.UNCONFIRMED

    def status(self) -> PrinterStatus:
        """Return whether the queue takes jobs; the state of the printer behind it is unknown."""
        now = self._clock.now()
        try:
            command = [_program("lpstat"), "-p", self.name]
            done = subprocess.run(command, capture_output=True, timeout=self.timeout, check=False)
        except (NotSentError, subprocess.TimeoutExpired) as error:
            return unknown_status(now, str(error) if isinstance(error, NotSentError) else "")
        if done.returncode != 0:
            return unknown_status(now, f"There is no print queue named {self.name}. Choose one in Settings.", Answer.NO)
        if b"disabled" in done.stdout:
            trouble = f"The print queue {self.name} is stopped. Start it again in the computer's printer settings."
            return unknown_status(now, trouble, Answer.NO)
        return unknown_status(now)

    def kick(self, pin: int | None = None) -> None:
        """Refuse."""
        raise KickRefusedError(
            "The drawer was not opened: this printer is behind a print queue, which could open it late. "
            "Connect the printer directly, or open the drawer with its key."
        )

    def close(self) -> None:
        """Do nothing: nothing is held."""


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotSentError("This computer has no print queues (CUPS). Connect the receipt printer directly.")
    return found
