"""Printers, drawers and scanners, real and virtual.

`open_printer` makes a receipt printer from its address; nothing is connected before the first job or question.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from psc_desk.clock import Clock
from psc_desk.devices.printer import PrinterTraits, ReceiptPrinter
from psc_desk.errors import InputError

if TYPE_CHECKING:
    from psc_desk.devices.channels import ByteChannel
    from psc_desk.devices.escpos_printer import Deadlines
    from psc_desk.devices.virtual import VirtualPrinter

FORMS = (
    "tcp://192.168.1.50:9100 (network), usb:/dev/usb/lp0 (USB on Linux), usb:04b8:0e15 or usb:04b8:0e15:SERIAL (USB by "
    "its numbers), serial:/dev/ttyUSB0?baud=9600 or serial:COM3 (serial), queue:NAME (print queue of CUPS or Windows) "
    "or virtual: (practice)"
)
_QUEUE_NAME = re.compile(r"[^\s/#\-][^/#\x00-\x1f]{0,126}" if sys.platform == "win32" else r"[^\s/#\-][^\s/#]{0,126}")


def open_printer(
    url: str,
    profile: PrinterTraits,
    *,
    clock: Clock | None = None,
    deadlines: Deadlines | None = None,
    virtual: VirtualPrinter | None = None,
) -> ReceiptPrinter:
    """Return the receipt printer at `url`; `virtual` is the one behind "virtual:", by default a new one.

    Raises InputError (field "printer_url") for an address that cannot be read.
    """
    from psc_desk.devices.escpos_printer import EscPosPrinter

    channel = open_channel(url, virtual=virtual)
    if channel is not None:
        return EscPosPrinter(channel, profile, deadlines=deadlines, clock=clock)
    kind, _, rest = url.strip().partition(":")
    if kind == "queue" and _QUEUE_NAME.fullmatch(rest):
        return _queue(rest, clock)
    raise bad_address(url)


def open_channel(url: str, *, virtual: VirtualPrinter | None = None) -> ByteChannel | None:
    """Return the byte channel to the printer at `url`, None for a print queue, which has none.

    Raises InputError (field "printer_url") for an address that cannot be read.
    """
    kind = url.strip().partition(":")[0]
    if kind == "virtual":
        return _virtual(virtual)
    if kind in CHANNELS:
        return CHANNELS[kind](url.strip())
    if kind in QUEUES:
        return None
    raise bad_address(url)


def _queue(name: str, clock: Clock | None) -> ReceiptPrinter:
    from psc_desk.devices.queue_printer import QueuePrinter

    if sys.platform == "win32":
        from psc_desk.devices.windows_spool import WindowsSpool

        return QueuePrinter(name, WindowsSpool(), clock=clock)
    return QueuePrinter(name, clock=clock)


def bad_address(url: str) -> InputError:
    """Return the error for an address that cannot be read."""
    return InputError(f'"{url}" is not the address of a printer. Write it as {FORMS}.', "printer_url")


def _tcp(url: str) -> ByteChannel:
    from psc_desk.devices.channels import TcpChannel

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 9100
    except ValueError as error:
        raise bad_address(url) from error
    if not host or parts.path.strip("/"):
        raise bad_address(url)
    return TcpChannel(host, port)


def _serial(url: str) -> ByteChannel:
    from psc_desk.devices.channels import SerialChannel

    path, _, query = url.removeprefix("serial:").partition("?")
    baud = parse_qs(query).get("baud", ["9600"])[0]
    if not path or not baud.isdecimal() or not 0 < int(baud) <= 4_000_000:
        raise bad_address(url)
    return SerialChannel(path, int(baud))


def _usb(url: str) -> ByteChannel:
    from psc_desk.devices.channels import FileChannel

    rest = url.removeprefix("usb:")
    if rest.startswith("/"):
        return FileChannel(rest)
    numbers = re.fullmatch(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::([^\s:]{1,64}))?", rest)
    if numbers is None:
        raise bad_address(url)
    from psc_desk.devices.usb import UsbChannel

    return UsbChannel(int(numbers[1], 16), int(numbers[2], 16), numbers[3] or "")


def _virtual(printer: VirtualPrinter | None) -> ByteChannel:
    from psc_desk.devices.virtual import MemoryChannel, VirtualPrinter

    return MemoryChannel(printer or VirtualPrinter())


CHANNELS: dict[str, Callable[[str], ByteChannel]] = {"tcp": _tcp, "serial": _serial, "usb": _usb}
"""How a byte channel is made, by the word before the colon."""
QUEUES = ("queue",)
"""Addresses of printers behind a print queue of the computer: bytes go in, no answer comes out."""
