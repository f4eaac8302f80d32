"""What looks like a receipt printer on this computer, so that nobody has to type an address by heart."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PRINTER_CLASS = 7
_NODES, _LINKS = Path("/sys/class/usbmisc"), Path("/dev/serial/by-id")


@dataclass(frozen=True)
class Found:
    """An address for `open_printer`, and what a person calls it."""

    url: str
    words: str


def found_printers(
    queues: Iterable[str] = (), *, nodes: Path = _NODES, links: Path = _LINKS, platform: str = sys.platform
) -> list[Found]:
    """Return USB printers, serial ports and `queues` (print queues by name); some 100 ms, never an error.

    On Linux serial ports go by the names that udev makes of their serial numbers: `ttyUSB0` may be another tomorrow.
    """
    linux = platform == "linux"
    seen = [*_usb_nodes(nodes), *_links(links)] if linux else [*_usb_devices(), *_ports()]
    return [*seen, *(Found(f"queue:{one}", one) for one in queues)]


def _usb_nodes(nodes: Path) -> Iterator[Found]:
    for node in sorted(nodes.glob("lp*")):
        named = {}
        try:
            told = (node / "device" / "ieee1284_id").read_text(encoding="ascii", errors="replace")
        except OSError:
            told = ""
        for part in told.split(";"):
            key, _, value = part.partition(":")
            named[key.strip()] = value.strip()
        maker, model = named.get("MFG") or named.get("MANUFACTURER"), named.get("MDL") or named.get("MODEL")
        words = " ".join(part for part in (maker, model) if part) or "USB printer"
        yield Found(f"usb:/dev/usb/{node.name}", f"{words} (USB)")


def _usb_devices() -> Iterator[Found]:
    """Return printers that have no node, such as those of macOS; libusb may be missing or may not read their names."""
    import usb.core

    try:
        for device in usb.core.find(find_all=True, custom_match=_is_printer):
            yield Found(f"usb:{device.idVendor:04x}:{device.idProduct:04x}", f"{_name(device)} (USB)")
    except (usb.core.USBError, usb.core.NoBackendError):
        return


def _is_printer(device: Any) -> bool:
    return any(one.bInterfaceClass == _PRINTER_CLASS for configuration in device for one in configuration)


def _name(device: Any) -> str:
    import usb.core

    try:
        return str(device.product or "printer")
    except (usb.core.USBError, ValueError, NotImplementedError):
        return "printer"


def _links(links: Path) -> Iterator[Found]:
    for link in sorted(links.glob("*")):
        yield Found(f"serial:{link}", f"{link.name} (serial)")


def _ports() -> Iterator[Found]:
    from serial.tools import list_ports

    for port in list_ports.comports():
        yield Found(f"serial:{port.device}", f"{port.description or port.device} (serial)")
