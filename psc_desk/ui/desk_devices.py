"""The desk's receipt printer and drawer as the window knows them: the spooler, its store, and the drawer's spring."""

from __future__ import annotations

import logging
from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal

from psc_desk.devices import open_printer
from psc_desk.devices.printer import PrinterStatus
from psc_desk.devices.spooler import Spooler
from psc_desk.devices.virtual import VirtualPrinter
from psc_desk.errors import DeskError, InputError
from psc_desk.events import DrawerKicked, Event, PrintJobQueued, SettingChanged
from psc_desk.print_store import DatabaseStore
from psc_desk.queries.receipts import printer_profile
from psc_desk.settings import PRINTER_URL
from psc_desk.ui.bus import EventBus
from psc_desk.work import Desk, Read

log = logging.getLogger("psc_desk")


class DeskDevices(QObject):
    """Owns the spooler. `service` is a desk of its own, nobody signed in, used from the spooler's thread.

    A drawer opening that was committed is passed on once; when it fails, `trouble` says so and nothing is repeated.
    """

    status_changed = Signal(object)
    """PrinterStatus"""
    trouble = Signal(str)

    def __init__(self, service: Desk, bus: EventBus, *, till_id: int = 1) -> None:
        super().__init__()
        self._service = service
        self._till_id = till_id
        self._address = ""
        self.virtual = VirtualPrinter()
        self.status: PrinterStatus | None = None
        self._spooler: Spooler | None = None
        bus.subscribe(self, (PrintJobQueued,), lambda _event: self.wake())
        bus.subscribe(self, (DrawerKicked,), self._kick)
        bus.subscribe(self, (SettingChanged,), lambda _event: self.restart())
        self.status_changed.connect(self._keep)

    def start(self, *, torn: bool = False) -> None:
        """Open the printer that the settings name and begin to print; without one, `trouble` says so.

        `torn`: a job of unknown fate may have left half a receipt on the paper.
        """
        profile = self._service.ask(printer_profile)
        self._address = self._service.ask(_address)
        url = self._address.split(" ")[0]
        if not url:
            self.trouble.emit("No receipt printer is set up. Choose one in Settings, Printer.")
            return
        try:
            printer = open_printer(url, profile, clock=self._service.clock, virtual=self.virtual)
        except InputError as error:
            self.trouble.emit(str(error))
            return
        self._spooler = Spooler(printer, DatabaseStore(self._service), on_status=self.status_changed.emit, torn=torn)
        self._spooler.start()

    def stop(self) -> None:
        """End after the job in hand."""
        if self._spooler is not None:
            self._spooler.stop()
            self._spooler = None

    def restart(self) -> None:
        """Begin again when the printer's settings changed."""
        if self._service.ask(_address) != self._address:
            self.stop()
            self.start()

    def wake(self) -> None:
        """Look at the queue now."""
        if self._spooler is not None:
            self._spooler.wake()

    def _kick(self, event: Event) -> None:
        if isinstance(event, DrawerKicked) and event.till_id == self._till_id and self._spooler is not None:
            self._spooler.kick(event.opening_id).add_done_callback(self._kicked)

    def _kicked(self, future: Future[None]) -> None:
        error = future.exception()
        if isinstance(error, DeskError):
            self.trouble.emit(str(error))
        elif error is not None:
            log.error("drawer opening failed: %s", type(error).__name__)

    def _keep(self, status: PrinterStatus) -> None:
        self.status = status


def _address(read: Read) -> str:
    profile = printer_profile(read)
    return f"{read.setting(PRINTER_URL)} {profile}"
