"""A virtual printer on every kind of wire."""

import os
import select
import threading
import tty

import pytest

from psc_desk.devices import open_printer
from psc_desk.devices.escpos_printer import Deadlines
from psc_desk.devices.virtual import ReplyBox, VirtualPrinter
from psc_desk.devices.virtual_server import VirtualPrinterServer
from psc_desk.papers.escpos import PrinterProfile

QUICK = Deadlines(connect=0.5, status=0.25, piece=0.3, spring=0.1, proof=0.3, proof_per_kb=0.05, rest=0.0)
PROFILE = PrinterProfile(drawer_sensor="high_open")


class PtyPrinter:
    """The virtual printer at the far end of a serial line."""

    def __init__(self, printer: VirtualPrinter) -> None:
        self.printer = printer
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.node = os.ttyname(self._near)
        self.url = f"serial:{self.node}?baud=115200"
        self._box = ReplyBox()
        self._threads = [threading.Thread(target=self._read), threading.Thread(target=self._answer)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        while not self._box.broken:
            if not (self.printer.wait_accepting(0.05) and select.select([self._far], [], [], 0.05)[0]):
                continue
            try:
                data = os.read(self._far, 512)
            except OSError:
                return
            self.printer.receive(data, self._box)

    def _answer(self) -> None:
        while not self._box.broken:
            if data := self._box.take(0.2):
                os.write(self._far, data)
        self._threads[0].join()
        os.close(self._far)

    def close(self) -> None:
        self._box.reset()
        for thread in self._threads:
            thread.join()
        os.close(self._near)


class Wire:
    """A virtual printer, the address at which it answers, and a driver for it."""

    def __init__(self, printer: VirtualPrinter, url: str) -> None:
        self.printer, self.url = printer, url

    def driver(self, profile: PrinterProfile = PROFILE):
        return open_printer(self.url, profile, deadlines=QUICK, virtual=self.printer)


@pytest.fixture(params=["tcp", "serial", "node", "memory"])
def wire(request):
    """Give the virtual printer on TCP, on a serial line, behind a device node and in memory."""
    printer = VirtualPrinter(buffer_size=4096)
    if request.param == "tcp":
        with VirtualPrinterServer(printer=printer) as server:
            yield Wire(printer, server.url)
    elif request.param in ("serial", "node"):
        line = PtyPrinter(printer)
        yield Wire(printer, line.url if request.param == "serial" else f"usb:{line.node}")
        line.close()
    else:
        yield Wire(printer, "virtual:")


@pytest.fixture
def network():
    """Give the virtual printer on TCP."""
    printer = VirtualPrinter()
    with VirtualPrinterServer(printer=printer) as server:
        yield Wire(printer, server.url)
