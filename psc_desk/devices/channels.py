"""Byte channels: how bytes get to a device and back, each with a deadline for everything.

A channel is opened late and closed after each job: some network boards serve the first connection only, and a handle
kept over an unplugging is dead.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import sys
import time
from typing import Any, Protocol

from psc_desk.errors import DeviceError


class ChannelError(DeviceError):
    """The channel failed; `accepted` is how many bytes of the failing write had been taken."""

    def __init__(self, sentence: str, accepted: int = 0) -> None:
        super().__init__(sentence)
        self.accepted = accepted


class ByteChannel(Protocol):
    """A way to a device. Every method but `close` raises ChannelError."""

    can_read: bool

    def open(self, timeout: float) -> None:
        """Connect within `timeout` seconds."""
        ...

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of `data` within `timeout` seconds."""
        ...

    def read(self, timeout: float) -> bytes:
        """Return what has come, waiting up to `timeout` seconds for the first byte; empty when nothing came."""
        ...

    def close(self) -> None:
        """Let go; never fails."""
        ...


_LPGETSTATUS = 0x060B
_GULPS = 64
"""How often unread answers are thrown away before hanging up on a device that never falls silent."""
_BITS_PER_BYTE = 10
"""On a serial line: start bit, eight of data, stop bit."""
STALLED = "The receipt printer stopped taking data."
GONE = "The connection to the receipt printer was lost."


class TcpChannel:
    """A network printer, IPv4 or IPv6, usually on port 9100."""

    can_read = True

    def __init__(self, host: str, port: int = 9100) -> None:
        self.host, self.port = host, port
        self._socket: socket.socket | None = None

    def open(self, timeout: float) -> None:
        """Connect."""
        self.close()
        try:
            self._socket = socket.create_connection((self.host, self.port), timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, UnicodeError) as error:  # a name such as "a..b" cannot even be asked for
            raise ChannelError(
                f"The receipt printer at {self.host} does not answer. Check that it is on and that its cable is in."
            ) from error

    def write(self, data: bytes, timeout: float) -> None:
        """Send all of `data`."""
        connection = self._connected()
        until = time.monotonic() + timeout
        sent = 0
        try:
            while sent < len(data):
                connection.settimeout(max(until - time.monotonic(), 0.001))
                sent += connection.send(data[sent:])
        except TimeoutError as error:
            raise ChannelError(STALLED, sent) from error
        except OSError as error:
            raise ChannelError(GONE, sent) from error

    def read(self, timeout: float) -> bytes:
        """Return what has come."""
        connection = self._connected()
        connection.settimeout(max(timeout, 0.001))
        try:
            data = connection.recv(4096)
        except TimeoutError:
            return b""
        except OSError as error:
            raise ChannelError(GONE) from error
        if not data:
            raise ChannelError(GONE)
        return data

    def close(self) -> None:
        """Hang up; bytes on their way still arrive."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)
                # an answer left unread would turn the hang-up into a reset, which throws away what is on its way
                self._socket.setblocking(False)
                for _ in range(_GULPS):
                    if not self._socket.recv(4096):
                        break
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise ChannelError(GONE)
        return self._socket


class FileChannel:
    """A Linux printer node such as /dev/usb/lp0, which stays with the operating system's driver."""

    can_read = True

    def __init__(self, path: str) -> None:
        self.path = path
        self._handle = -1

    def open(self, timeout: float) -> None:
        """Open the node without waiting."""
        self.close()
        try:
            self._handle = os.open(self.path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
        except PermissionError as error:
            raise ChannelError(
                f"This computer does not let you use the printer at {self.path}. "
                "Ask for the group lp (sudo usermod -aG lp followed by your user name), then sign in again."
            ) from error
        except (OSError, ValueError) as error:
            if getattr(error, "errno", None) == errno.EBUSY:
                raise ChannelError(
                    f"The printer at {self.path} is used by another program. Close it, or use the printer's queue."
                ) from error
            raise ChannelError(
                f"There is no printer at {self.path}. Check that it is on, plugged in and not used by another program."
            ) from error

    def port_status(self) -> int | None:
        """Return the port status of Linux' usblp (0x20: out of paper, 0x08: no error), None when it does not say."""
        answer = bytearray(4)
        try:
            import fcntl

            fcntl.ioctl(self._handle, _LPGETSTATUS, answer)
        except (ImportError, OSError):
            return None
        return answer[0]

    def write(self, data: bytes, timeout: float) -> None:
        """Write all of `data`, and wait until the node would take more.

        Linux' usblp answers before the printer has the last piece, and closing the node throws that away.
        """
        until = time.monotonic() + timeout
        sent = 0
        try:
            while True:
                if not select.select([], [self._handle], [], max(until - time.monotonic(), 0.0))[1]:
                    raise ChannelError(STALLED, sent)
                if sent == len(data):
                    return
                with contextlib.suppress(BlockingIOError):
                    sent += os.write(self._handle, data[sent:])
        except (OSError, ValueError) as error:
            raise ChannelError(GONE, sent) from error

    def read(self, timeout: float) -> bytes:
        """Return what has come."""
        try:
            if not select.select([self._handle], [], [], timeout)[0]:
                return b""
            return os.read(self._handle, 4096)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as error:
            raise ChannelError(GONE) from error

    def close(self) -> None:
        """Close the node."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = -1


class SerialChannel:
    """A serial printer, through pyserial; held exclusively while open."""

    can_read = True

    def __init__(self, path: str, baud: int = 9600) -> None:
        self.path, self.baud = path, baud
        self._port: Any = None

    def open(self, timeout: float) -> None:
        """Open the port for this program alone."""
        import serial

        self.close()
        try:
            options = {} if sys.platform == "win32" else {"exclusive": True}
            self._port = serial.Serial(self.path, self.baud, timeout=timeout, write_timeout=timeout, **options)
        except (OSError, ValueError) as error:
            raise ChannelError(_serial_words(self.path, getattr(error, "errno", None))) from error

    def write(self, data: bytes, timeout: float) -> None:
        """Write all of `data`, with the time that the line needs for it on top of `timeout`.

        How much a failed write left behind cannot be known, so all of it counts as taken.
        """
        import serial

        port = self._open_port()
        try:
            port.write_timeout = timeout + len(data) * _BITS_PER_BYTE / self.baud
            port.write(data)
        except serial.SerialTimeoutException as error:
            raise ChannelError(STALLED, len(data)) from error
        except OSError as error:
            raise ChannelError(GONE, len(data)) from error

    def read(self, timeout: float) -> bytes:
        """Return what has come."""
        port = self._open_port()
        try:
            port.timeout = timeout
            first = port.read(1)
            return first + port.read(port.in_waiting) if first else b""
        except OSError as error:
            raise ChannelError(GONE) from error

    def close(self) -> None:
        """Close the port."""
        if self._port is not None:
            with contextlib.suppress(OSError):
                self._port.close()
        self._port = None

    def _open_port(self) -> Any:
        if self._port is None:
            raise ChannelError(GONE)
        return self._port


def _serial_words(path: str, number: int | None) -> str:
    """Say what keeps a serial port shut: EACCES a missing right, EBUSY and EAGAIN another owner."""
    if number == errno.EACCES and sys.platform != "win32":
        return (
            f"This computer does not let you use the receipt printer at {path}. Ask for the group dialout "
            "(sudo usermod -aG dialout followed by your user name), then sign in again."
        )
    if number in (errno.EBUSY, errno.EAGAIN, errno.EACCES):
        return (
            f"The receipt printer at {path} cannot be opened, because another program uses it. Close that program; "
            "after plugging the printer in, the computer itself may try the port for some seconds."
        )
    return (
        f"The receipt printer at {path} cannot be opened. Check that it is on, that its cable is in and that no other "
        "program uses it."
    )
