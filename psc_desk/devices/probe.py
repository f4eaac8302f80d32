"""What can this printer do? The questions of the set-up, one step at a time, and what to make of the answers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from psc_desk.devices.channels import ByteChannel, ChannelError
from psc_desk.devices.escpos_printer import PIECE, Deadlines
from psc_desk.devices.escpos_protocol import (
    CAUSE,
    ERROR,
    PAPER,
    PAPER_PROOF,
    PRINTER,
    Kind,
    ask_process,
    process_mark,
)
from psc_desk.devices.printer import Answer
from psc_desk.devices.talk import Talk
from psc_desk.errors import DeviceError

Proof = Literal["process_id", "gs_r", "none"]
Sensor = Literal["high_open", "high_closed", "none"]
_SET_UP_JOB = 857_374
_SUBJECTS = {"printer": PRINTER, "cause": CAUSE, "error": ERROR, "paper": PAPER}
_FOREIGN = (
    "Something answers, but not as a receipt printer does. Check the address and, for a serial printer, the speed "
    "(usually 9600, 19200, 38400 or 115200)."
)


@dataclass(frozen=True)
class Heard:
    """What a printer answered when it was only asked. `status` holds the DLE EOT bytes that came, by subject."""

    status: dict[str, int]
    model: str = ""
    can_answer: bool = True
    """False for a way to the printer on which nothing comes back."""

    @property
    def answers(self) -> Answer:
        """Return whether it answers status questions."""
        if not self.can_answer:
            return Answer.UNKNOWN
        return Answer.YES if self.status else Answer.NO

    @property
    def trouble(self) -> str:
        """Return what keeps it from printing, with what to do; empty when nothing is known to."""
        cause, paper, printer = (self.status.get(key, 0) for key in ("cause", "paper", "printer"))
        if cause & 0x04:
            return "Its cover is open. Close it and look again."
        if paper & 0x60 or cause & 0x20:
            return "It is out of paper. Load a roll and look again."
        if self.status.get("error", 0) & 0x68:
            return "It reports an error of its cutter or head. Switch it off and on and look again."
        return "It is offline. Press its feed or online button and look again." if printer & 0x08 else ""

    def words(self) -> str:
        """Return the finding as sentences."""
        if not self.can_answer:
            return "Nothing comes back on this way, so that no receipt can be confirmed."
        name = f"It calls itself {self.model}." if self.model else "It does not say its name."
        if not self.status:
            return f"It takes the connection but answers no question about paper or cover. {name}"
        return f"It answers questions about paper, cover and drawer. {name} {self.trouble}".rstrip()


class Probe:
    """Asks one printer over its channel; each step connects, asks and hangs up. Every step raises DeviceError."""

    def __init__(self, channel: ByteChannel, deadlines: Deadlines | None = None) -> None:
        self._channel = channel
        self._deadlines = deadlines or Deadlines()
        self._talk = Talk(channel)

    def look(self) -> Heard:
        """Ask DLE EOT 1 to 4 and for the name; nothing is printed."""
        with self._connected():
            if not self._channel.can_read:
                return Heard({}, can_answer=False)
            status: dict[str, int] = {}
            for name, subject in _SUBJECTS.items():
                answer = self._talk.ask(subject, self._deadlines.status)
                if answer is None:
                    break
                status[name] = answer
            if self._talk.noise and not status:
                raise DeviceError(_FOREIGN)
            stopped = Heard(status).trouble
            # the name waits in the buffer of a stopped printer and would come when nobody asks any more
            return Heard(status, "" if stopped else self._talk.model(self._deadlines.status))

    def print_page(self, page: bytes) -> Proof:
        """Print the test page and return the best proof of it that the printer gives."""
        with self._connected():
            for start in range(0, len(page), PIECE):
                self._channel.write(page[start : start + PIECE], self._deadlines.piece)
            if not self._channel.can_read:
                return "none"
            return self._best_proof(self._deadlines.for_job(len(page)))

    def kick(self, pulse: bytes) -> None:
        """Send the pulse to the drawer."""
        with self._connected():
            self._channel.write(pulse, self._deadlines.piece)
            if self._channel.can_read:
                self._talk.ask(PRINTER, self._deadlines.status)

    def sensor(self) -> bool | None:
        """Return whether pin 3 of the drawer connector is high, None when the printer does not say."""
        with self._connected():
            if not self._channel.can_read:
                return None
            answer = self._talk.ask(PRINTER, self._deadlines.status)
            return None if answer is None else bool(answer & 0x04)

    def _best_proof(self, seconds: float) -> Proof:
        # GS r first: its answer comes from every printer that has processed the page, and ends the waiting
        self._talk.drain()
        self._channel.write(PAPER_PROOF, self._deadlines.piece)
        by_paper = self._talk.wait(lambda reply: reply.kind is Kind.PAPER, seconds)
        self._channel.write(ask_process(_SET_UP_JOB), self._deadlines.piece)
        mark = process_mark(_SET_UP_JOB)
        patience = self._deadlines.status * 2 if by_paper else seconds
        if self._talk.wait(lambda reply: reply.kind is Kind.PROCESS and reply.data == mark, patience):
            return "process_id"
        return "gs_r" if by_paper else "none"

    @contextlib.contextmanager
    def _connected(self) -> Iterator[None]:
        self._talk.begin()
        try:
            self._channel.open(self._deadlines.connect)
            yield
        except ChannelError as error:
            raise DeviceError(str(error)) from error
        finally:
            self._channel.close()


def polarity(closed: bool | None, opened: bool | None) -> Sensor:
    """Return what the switch of the drawer says, from one reading closed and one open: equal readings mean none."""
    if closed is None or opened is None or closed == opened:
        return "none"
    return "high_open" if opened else "high_closed"


PROOF_WORDS: dict[Proof, str] = {
    "process_id": "It confirms each receipt by number (GS ( H).",
    "gs_r": "It confirms that it has processed a receipt (GS r).",
    "none": 'It confirms nothing: receipts are marked "sent, not confirmed".',
}
SENSOR_WORDS: dict[Sensor, str] = {
    "high_open": "The drawer has a switch (high when open).",
    "high_closed": "The drawer has a switch (high when closed).",
    "none": "The drawer has no switch that can be read: whether it stands open stays unknown.",
}
