"""What the desk asks of a receipt printer, and the answers it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Protocol

from psc_desk.errors import DeviceError


class Answer(StrEnum):
    """Yes, no, or the printer did not say."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Sent(Enum):
    """How a job ended that did not fail."""

    PRINTED = "printed"
    UNCONFIRMED = "unconfirmed"
    """Handed over to a printer or a queue that cannot prove that it printed."""


class NotSentError(DeviceError):
    """The job failed before its first byte left: sending it again is safe."""


class NotReadyError(NotSentError):
    """Nothing was sent because the printer said that it waits for a person: paper, cover, offline."""


class UnknownOutcomeError(DeviceError):
    """Part of the job, all of it or nothing may be on paper: only a person who looks can tell."""


class KickRefusedError(DeviceError):
    """The drawer did not open; it will not be told to later."""


class PrinterTraits(Protocol):
    """What a driver must know of the printer's profile (`papers.escpos.PrinterProfile` has it all)."""

    @property
    def proof(self) -> str:
        """Return how it proves a print: "process_id", "gs_r" or "none"."""
        ...

    @property
    def drawer_pin(self) -> int:
        """Return the connector pin of the drawer, 2 or 5."""
        ...

    @property
    def drawer_sensor(self) -> str:
        """Return what pin 3 says: "high_open", "high_closed" or "none" (no switch)."""
        ...

    @property
    def drawer_shut_first(self) -> bool:
        """Return whether a drawer that stands open is not told to open."""
        ...

    @property
    def model(self) -> str:
        """Return the name that the printer gave itself at set-up; "" when it gave none."""
        ...

    @property
    def piece_bytes(self) -> int:
        """Return how many bytes it takes at a time."""
        ...

    @property
    def pause_ms(self) -> int:
        """Return the pause between two pieces."""
        ...

    def pulse(self, pin: int) -> bytes:
        """Return the command that opens the drawer on `pin`."""
        ...


@dataclass(frozen=True)
class PrinterStatus:
    """What the printer said when asked; whatever it did not say is unknown, never "ok"."""

    paper: Answer
    cover_closed: Answer
    online: Answer
    drawer_closed: Answer
    asked_at: datetime
    paper_near_end: Answer = Answer.UNKNOWN
    trouble: str = ""
    """The sentence of what went wrong while asking, or of an error that the printer reports."""

    @property
    def ready(self) -> bool:
        """Return whether nothing that the printer said keeps it from printing."""
        return not self.trouble and Answer.NO not in (self.paper, self.cover_closed, self.online)

    def words(self) -> str:
        """Return the state as a sentence, with what to do when something is wrong."""
        if self.trouble:
            return self.trouble
        if self.cover_closed is Answer.NO:
            return "The cover of the receipt printer is open. Close it; the receipt prints by itself."
        if self.paper is Answer.NO:
            return "The receipt printer is out of paper. Load a roll; the receipt prints by itself."
        if self.online is Answer.NO:
            return "The receipt printer is offline. Press its feed or online button; the receipt prints by itself."
        if self.paper is Answer.UNKNOWN:
            return "Receipt printer · state unknown, it does not answer questions"
        if self.paper_near_end is Answer.YES:
            return "Receipt printer ready · paper nearly out, have a roll at hand"
        return "Receipt printer ready · paper ok"

    def drawer_words(self) -> str:
        """Return what is known of the drawer."""
        known = {Answer.YES: "Drawer shut", Answer.NO: "Drawer stands open", Answer.UNKNOWN: "Drawer · no sensor"}
        return known[self.drawer_closed]


def unknown_status(asked_at: datetime, trouble: str = "", online: Answer = Answer.UNKNOWN) -> PrinterStatus:
    """Return a status in which nothing is known but what `trouble` says."""
    nothing = Answer.UNKNOWN
    return PrinterStatus(nothing, nothing, online, nothing, asked_at, trouble=trouble)


class ReceiptPrinter(Protocol):
    """A receipt printer with, perhaps, a cash drawer on its cable. Used by one thread at a time."""

    def send(self, job: bytes, job_id: int, *, on_awaiting_proof: Callable[[], None] | None = None) -> Sent:
        """Print `job` once.

        Raises NotSentError when nothing left (safe to send again) and UnknownOutcomeError when nobody can know.
        """
        ...

    def status(self) -> PrinterStatus:
        """Ask the printer how it is; a printer that does not answer gives unknown, never an exception."""
        ...

    def kick(self, pin: int | None = None) -> None:
        """Open the drawer now, once; raises KickRefusedError instead of trying later."""
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...
