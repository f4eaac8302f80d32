"""Questions to an ESC/POS printer and the framing of its answers.

Bit patterns as in Epson's ESC/POS reference: an answer to DLE EOT has bits 1 and 4 set and bits 0 and 7 clear, the
first byte of an automatic status block has bit 4 set and bits 0, 1 and 7 clear, a process id answer starts `37 22`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

PRINTER, CAUSE, ERROR, PAPER = 1, 2, 3, 4
"""What DLE EOT can be asked."""

PAPER_PROOF = b"\x1dr\x01"
ASK_MODEL = b"\x1dIC"
"""GS I 67: the printer's name, answered as `_NAME` and a zero."""
TEAR_OFF = b"\x1b@\n\n\n\x1dVB\x00"
"""Reset, feed and cut: parts a torn receipt from what is printed next."""

_PROCESS_BYTES = 7
_LONGEST_NAME = 80
_PAPER_ANSWERS = (0x00, 0x03, 0x0C, 0x0F)


def ask_status(subject: int) -> bytes:
    """Return DLE EOT for PRINTER, CAUSE, ERROR or PAPER."""
    return b"\x10\x04" + bytes((subject,))


def process_mark(job_id: int) -> bytes:
    """Return the four id characters (0x20-0x7E) of a job."""
    digits = []
    for _ in range(4):
        job_id, digit = divmod(job_id, 95)
        digits.append(0x20 + digit)
    return bytes(reversed(digits))


def ask_process(job_id: int) -> bytes:
    """Return `GS ( H` function 48: answer when everything before it is printed."""
    return b"\x1d(H\x06\x0000" + process_mark(job_id)


class Kind(Enum):
    """What an answer answers."""

    STATUS = "DLE EOT"
    ASB = "automatic status"
    PROCESS = "GS ( H"
    PAPER = "GS r"
    NAME = "GS I"
    NOISE = "noise"


@dataclass(frozen=True)
class Reply:
    """One framed answer; `data` is the status byte, the four of an automatic status, the process id or the name."""

    kind: Kind
    data: bytes


@dataclass
class ReplyFramer:
    """Cuts the byte stream of a printer into replies; keeps what is incomplete."""

    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[Reply]:
        """Return the replies that `data` completes."""
        self._rest += data
        replies = []
        while self._rest and (reply := self._next()) is not None:
            replies.append(reply)
        return replies

    def clear(self) -> None:
        """Forget an incomplete reply."""
        self._rest.clear()

    def _next(self) -> Reply | None:
        first = self._rest[0]
        if first == 0x37:
            return self._take_process()
        if first == 0x5F:
            return self._take_name()
        if first & 0x93 == 0x12:
            return Reply(Kind.STATUS, self._take(1))
        if first & 0x93 == 0x10:
            return Reply(Kind.ASB, self._take(4)) if len(self._rest) >= 4 else None
        return Reply(Kind.PAPER if first in _PAPER_ANSWERS else Kind.NOISE, self._take(1))

    def _take_process(self) -> Reply | None:
        if len(self._rest) > 1 and self._rest[1] != 0x22:
            return Reply(Kind.NOISE, self._take(1))
        if len(self._rest) < _PROCESS_BYTES:
            return None
        if self._rest[_PROCESS_BYTES - 1]:
            return Reply(Kind.NOISE, self._take(1))
        return Reply(Kind.PROCESS, self._take(_PROCESS_BYTES)[2:6])

    def _take_name(self) -> Reply | None:
        end = self._rest.find(0, 0, _LONGEST_NAME)
        if end < 0:
            return None if len(self._rest) < _LONGEST_NAME else Reply(Kind.NOISE, self._take(1))
        return Reply(Kind.NAME, self._take(end + 1)[1:-1])

    def _take(self, count: int) -> bytes:
        taken = bytes(self._rest[:count])
        del self._rest[:count]
        return taken
