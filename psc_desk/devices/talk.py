"""Question and answer with an ESC/POS printer over an open channel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from psc_desk.devices.channels import ByteChannel
from psc_desk.devices.escpos_protocol import ASK_MODEL, Kind, Reply, ReplyFramer, ask_status

_GULPS = 64
_REST = 0.005


class Talk:
    """Frames what the printer says; what came before a question is never taken for its answer."""

    def __init__(self, channel: ByteChannel) -> None:
        self.channel = channel
        self._framer = ReplyFramer()
        self._pause = threading.Event()
        self.noise = 0
        """How many bytes came that no ESC/POS printer says."""

    def begin(self) -> None:
        """Forget what an earlier connection left."""
        self._framer.clear()
        self.noise = 0

    def ask(self, subject: int, seconds: float) -> int | None:
        """Return the answer to DLE EOT `subject`, None when none came within `seconds`.

        An answer behind bytes that no printer says is none: other devices' words hold bytes of that pattern too.
        """
        self.drain()
        before = self.noise
        self.channel.write(ask_status(subject), seconds)
        reply = self.wait(lambda reply: reply.kind is Kind.STATUS, seconds)
        return reply.data[0] if reply and self.noise == before else None

    def model(self, seconds: float) -> str:
        """Return the name that the printer gives itself, "" when it does not say."""
        self.drain()
        self.channel.write(ASK_MODEL, seconds)
        reply = self.wait(lambda reply: reply.kind is Kind.NAME, seconds)
        return reply.data.decode("ascii", "replace").strip() if reply else ""

    def drain(self) -> None:
        """Throw away what has come; of a device that never falls silent, a part."""
        for _ in range(_GULPS):
            if not self.channel.read(0.0):
                break
        self._framer.clear()

    def wait(self, wanted: Callable[[Reply], bool], seconds: float) -> Reply | None:
        """Return the first reply that is `wanted`, None after `seconds`; raises ChannelError."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            data = self.channel.read(left)
            if not data:
                # a device node at its end gives nothing at once, again and again
                self._pause.wait(_REST)
            for reply in self._framer.feed(data):
                if wanted(reply):
                    return reply
                self.noise += len(reply.data) if reply.kind is Kind.NOISE else 0
        return None
