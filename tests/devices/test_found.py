"""Printers that this computer sees, offered by their addresses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from psc_desk.devices import open_printer
from psc_desk.devices.found import Found, found_printers
from psc_desk.papers.escpos import PAPER_80

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nodes and links are those of Linux")


def test_what_is_plugged_in_is_offered_by_addresses_that_can_be_opened(tmp_path: Path) -> None:
    nodes, links = tmp_path / "usbmisc", tmp_path / "by-id"
    for name, told in (("lp0", "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;"), ("lp1", ""), ("lp2", None)):
        (nodes / name / "device").mkdir(parents=True)
        if told is not None:
            (nodes / name / "device" / "ieee1284_id").write_text(told)
    links.mkdir()
    (links / "usb-FTDI_FT232R_A1-if00-port0").touch()
    found = found_printers(["Office", "EPSON_TM"], nodes=nodes, links=links)
    assert found == [
        Found("usb:/dev/usb/lp0", "EPSON TM-T20II (USB)"),
        Found("usb:/dev/usb/lp1", "USB printer (USB)"),
        Found("usb:/dev/usb/lp2", "USB printer (USB)"),
        Found(f"serial:{links}/usb-FTDI_FT232R_A1-if00-port0", "usb-FTDI_FT232R_A1-if00-port0 (serial)"),
        Found("queue:Office", "Office"),
        Found("queue:EPSON_TM", "EPSON_TM"),
    ]
    for one in found:
        open_printer(one.url, PAPER_80).close()


def test_elsewhere_libusb_and_the_ports_are_asked() -> None:
    assert all(one.url.startswith(("usb:", "serial:")) for one in found_printers(platform="darwin"))
    assert found_printers(["Office"], platform="win32")[-1] == Found("queue:Office", "Office")


def test_a_computer_without_any_offers_none(tmp_path: Path) -> None:
    assert found_printers(nodes=tmp_path / "none", links=tmp_path / "none") == []
