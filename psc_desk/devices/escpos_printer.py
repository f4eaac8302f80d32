"""An ESC/POS printer over any byte channel: asks first, sends once, believes only the printer's own proof."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from psc_desk.clock import Clock, SystemClock
from psc_desk.devices.channels import ByteChannel, ChannelError, TcpChannel
from psc_desk.devices.escpos_protocol import (
    CAUSE,
    PAPER,
    PAPER_PROOF,
    PRINTER,
    Kind,
    Reply,
    ask_process,
    process_mark,
)
from psc_desk.devices.printer import (
    Answer,
    KickRefusedError,
    NotReadyError,
    NotSentError,
    PrinterStatus,
    PrinterTraits,
    Sent,
    UnknownOutcomeError,
    unknown_status,
)
from psc_desk.devices.talk import Talk

PIECE = 4096
_PORT_NO_PAPER = 0x20
_LOOK = "Look at the paper, then say whether the receipt came out or print it again."
_SILENT = (
    "The receipt printer is connected but does not answer. Switch it off and on; if it never answers, "
    "set it up again in Settings, Printer and drawer."
)
_FOREIGN = (
    "What answers at this address does not speak like a receipt printer. Check the address and, for a serial "
    "printer, the speed in Settings."
)
_JAMMED = (
    "The receipt printer reports an error of its cutter or head. Take out jammed paper, then switch it off and on; the "
    "receipt prints by itself."
)
_SHUT = "Open the drawer with its key."


@dataclass(frozen=True)
class Deadlines:
    """How long to wait, in seconds."""

    connect: float = 3.0
    status: float = 1.0
    piece: float = 8.0
    kick: float = 5.0
    """From the request until the pulse: later nobody stands before the drawer any more."""
    spring: float = 1.0
    """From the pulse until the switch says that the drawer is open."""
    proof: float = 4.0
    rest: float = 0.15
    """Between hanging up and calling again: network boards that serve one connection need it (Epson UB-E02, Sato)."""
    proof_per_kb: float = 1.0
    """A kilobyte is at most about 100 mm of paper."""

    def for_job(self, size: int) -> float:
        """Return how long the proof of a job of `size` bytes may take."""
        return min(self.proof + self.proof_per_kb * size / 1024, self.proof + 60)


class EscPosPrinter:
    """A `ReceiptPrinter` on a `ByteChannel`."""

    def __init__(
        self,
        channel: ByteChannel,
        traits: PrinterTraits,
        *,
        deadlines: Deadlines | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.channel = channel
        self.traits = traits
        self.deadlines = deadlines or Deadlines()
        self._clock = clock or SystemClock()
        self._talk = Talk(channel)
        self._named = False
        self._pause = threading.Event()
        self._free_at = 0.0

    def send(self, job: bytes, job_id: int, *, on_awaiting_proof: Callable[[], None] | None = None) -> Sent:
        """Print `job` once; see `ReceiptPrinter.send`."""
        with self._session():
            self._be_ready()
            self._write_job(job + self._proof_question(job_id))
            if self._proof == "none":
                return Sent.UNCONFIRMED
            if on_awaiting_proof is not None:
                on_awaiting_proof()
            self._await_proof(len(job), job_id)
            return Sent.PRINTED

    def status(self) -> PrinterStatus:
        """Ask how the printer is."""
        try:
            with self._session():
                return self._ask_all()
        except (ChannelError, NotSentError) as error:
            return unknown_status(self._clock.now(), str(error), Answer.NO)

    def kick(self, pin: int | None = None) -> None:
        """Open the drawer now, or refuse."""
        until = time.monotonic() + self.deadlines.kick
        try:
            with self._session():
                status = self._be_ready()
                if time.monotonic() > until:
                    raise KickRefusedError(f"The drawer was not opened: the printer answered too late. {_SHUT}")
                if status.drawer_closed is Answer.NO and self.traits.drawer_shut_first:
                    raise KickRefusedError("The drawer stands open already. Shut it, then open it again.")
                self.channel.write(self.traits.pulse(pin or self.traits.drawer_pin), self.deadlines.piece)
                # an answer to a question sent after the pulse means that the pulse has arrived
                if status.online is Answer.YES and not self._sprang(was_shut=status.drawer_closed is Answer.YES):
                    raise KickRefusedError(f"The drawer was told to open and is still shut. {_SHUT}")
        except (NotSentError, ChannelError) as error:
            raise KickRefusedError(f"The drawer was not opened. {error} {_SHUT}") from error

    def _sprang(self, *, was_shut: bool) -> bool:
        """Look until the switch says that the drawer is open; without one, or behind one that was open, believe it."""
        until = time.monotonic() + self.deadlines.spring
        while (answer := self._ask(PRINTER)) is not None and was_shut and self._drawer(answer) is Answer.YES:
            if time.monotonic() >= until:
                return False
            self._pause.wait(0.02)
        return True

    def close(self) -> None:
        """Let go of the channel."""
        self.channel.close()

    @property
    def _proof(self) -> str:
        return self.traits.proof if self.channel.can_read else "none"

    @contextlib.contextmanager
    def _session(self) -> Iterator[None]:
        self._talk.begin()
        self._pause.wait(max(self._free_at - time.monotonic(), 0.0))
        try:
            try:
                self.channel.open(self.deadlines.connect)
            except ChannelError as error:
                raise NotSentError(str(error)) from error
            yield
        finally:
            self.channel.close()
            if isinstance(self.channel, TcpChannel):
                self._free_at = time.monotonic() + self.deadlines.rest

    def _be_ready(self) -> PrinterStatus:
        try:
            status = self._ask_all()
        except ChannelError as error:
            raise NotSentError(f"{error} Check that it is on and that its cable is in.") from error
        if not status.ready:
            raise NotReadyError(status.words())
        if self._proof != "none" and status.online is Answer.UNKNOWN:
            raise NotSentError(_FOREIGN if self._talk.noise else _SILENT)
        self._be_the_same()
        return status

    def _be_the_same(self) -> None:
        """Notice another printer at the address, asked once: addresses move when a network hands them out anew."""
        if self._named or not self.traits.model or not self.channel.can_read:
            return
        name = self._talk.model(self.deadlines.status)
        if name and name != self.traits.model:
            raise NotReadyError(
                f"Another printer answers at this address: {name} instead of {self.traits.model}. "
                "Check the address in Settings, or set the printer up again."
            )
        self._named = bool(name)

    def _ask_all(self) -> PrinterStatus:
        now = self._clock.now()
        if not self.channel.can_read:
            return unknown_status(now)
        answers = []
        for subject in (PRINTER, CAUSE, PAPER):
            answer = self._ask(subject)
            if answer is None:
                # a late answer would be taken for the next question's, so nothing more is asked
                return self._silent_status(now)
            answers.append(answer)
        printer, cause, paper = answers
        return PrinterStatus(
            paper=_no_if(paper & 0x60 or cause & 0x20),
            cover_closed=_no_if(cause & 0x04),
            online=_no_if(printer & 0x08),
            drawer_closed=self._drawer(printer),
            asked_at=now,
            paper_near_end=Answer.YES if paper & 0x0C else Answer.NO,
            trouble=_JAMMED if cause & 0x40 else "",
        )

    def _silent_status(self, now: datetime) -> PrinterStatus:
        """Return what the USB port says of a printer that answers no question: at most that its paper is out."""
        port = getattr(self.channel, "port_status", lambda: None)()
        silent = unknown_status(now)
        return replace(silent, paper=Answer.NO) if port is not None and port & _PORT_NO_PAPER else silent

    def _drawer(self, printer: int) -> Answer:
        if self.traits.drawer_sensor == "none":
            return Answer.UNKNOWN
        high = bool(printer & 0x04)
        return Answer.YES if high == (self.traits.drawer_sensor == "high_closed") else Answer.NO

    def _ask(self, subject: int) -> int | None:
        return self._talk.ask(subject, self.deadlines.status)

    def _proof_question(self, job_id: int) -> bytes:
        return {"process_id": ask_process(job_id), "gs_r": PAPER_PROOF}.get(self._proof, b"")

    def _write_job(self, data: bytes) -> None:
        size = min(max(self.traits.piece_bytes, 64), PIECE)
        for start in range(0, len(data), size):
            if start and self.traits.pause_ms:
                self._pause.wait(self.traits.pause_ms / 1000)
            try:
                self.channel.write(data[start : start + size], self.deadlines.piece)
            except ChannelError as error:
                if start == 0 and error.accepted == 0:
                    raise NotSentError(f"{error} Nothing was printed; it is tried again.") from error
                raise UnknownOutcomeError(f"{error} {_LOOK}") from error

    def _await_proof(self, size: int, job_id: int) -> None:
        mark = process_mark(job_id)
        by_id = self._proof == "process_id"

        def proves(reply: Reply) -> bool:
            return (reply.kind is Kind.PROCESS and reply.data == mark) if by_id else reply.kind is Kind.PAPER

        try:
            reply = self._talk.wait(proves, self.deadlines.for_job(size))
            if reply is not None and (by_id or self._ask_all().ready):
                return
            trouble = self._trouble()
        except ChannelError as error:
            trouble = str(error)
        raise UnknownOutcomeError(f"{trouble} {_LOOK}")

    def _trouble(self) -> str:
        status = self._ask_all()
        if status.trouble:
            return status.trouble.partition("; ")[0] + "."
        if status.paper is Answer.NO:
            return "The receipt printer ran out of paper while printing; load a roll."
        if status.cover_closed is Answer.NO:
            return "The cover of the receipt printer was opened while printing; close it."
        return "The receipt printer did not confirm that it printed."


def _no_if(bits: int) -> Answer:
    return Answer.NO if bits else Answer.YES
