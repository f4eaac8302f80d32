"""The desk's receipt printer and drawer as the window knows them: the spooler, its store, and the drawer's spring."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from psc_desk.devices import open_printer
from psc_desk.devices.diary import Diary
from psc_desk.devices.escpos_printer import Deadlines
from psc_desk.devices.printer import Answer, PrinterStatus
from psc_desk.devices.spooler import Spooler
from psc_desk.devices.virtual import VirtualPrinter
from psc_desk.errors import DeskError, DeviceError, InputError
from psc_desk.events import DrawerKicked, Event, PrintJobQueued, SettingChanged
from psc_desk.print_store import DatabaseStore
from psc_desk.queries.receipts import printer_profile
from psc_desk.settings import DRAWER_OPEN_SECONDS, PRINTER_URL, TILL_ID
from psc_desk.ui.bus import EventBus
from psc_desk.work import Desk, Read

log = logging.getLogger("psc_desk")

PATIENCE = 75.0
"""Seconds: the longest that a job in hand may keep its printer, proof included."""
NONE_SET_UP = "No receipt printer is set up. Choose one in Settings, Printer."


class DeskDevices(QObject):
    """Owns the spooler. `service` is a desk of its own, nobody signed in, used from the spooler's thread.

    A drawer opening that was committed is passed on once; when it fails, `trouble` says so and nothing is repeated.
    """

    status_changed = Signal(object)
    """PrinterStatus"""
    trouble = Signal(str)
    drawer_left_open = Signal(str)

    def __init__(self, service: Desk, bus: EventBus, *, till_id: int = 1) -> None:
        super().__init__()
        self._service = service
        self._till_id = till_id
        self._address = ""
        self.virtual = VirtualPrinter()
        self.deadlines = Deadlines()
        self.kick_patience = Deadlines.kick + 1
        self.diary = Diary(service.clock)
        self.status: PrinterStatus | None = None
        self.drawer_open_since: datetime | None = None
        self._said_open = False
        self._open_seconds = DRAWER_OPEN_SECONDS.default
        self._spooler: Spooler | None = None
        self._before: Spooler | None = None
        self._given_up: set[Future[None]] = set()
        bus.subscribe(self, (PrintJobQueued,), lambda _event: self.wake())
        bus.subscribe(self, (DrawerKicked,), self._kick)
        bus.subscribe(self, (SettingChanged,), lambda _event: self.restart())
        self.status_changed.connect(self._keep)

    def start(self, *, torn: bool = False) -> None:
        """Open the printer that the settings name and begin to print; without one, `trouble` says so.

        `torn`: a job of unknown fate may have left half a receipt on the paper.
        """
        self._let_go()
        profile = self._service.ask(printer_profile)
        self._address = self._service.ask(_address)
        self._open_seconds = self._service.ask(_open_seconds)
        url = self.url
        if not url:
            self.trouble.emit(NONE_SET_UP)
            return
        try:
            printer = open_printer(
                url, profile, clock=self._service.clock, deadlines=self.deadlines, virtual=self.virtual
            )
        except InputError as error:
            self.trouble.emit(str(error))
            return
        self._spooler = Spooler(
            printer, DatabaseStore(self._service), on_status=self._tell, diary=self.diary, torn=torn,
            after=self._before,
        )  # fmt: skip
        self._before = None
        self._spooler.start()

    def stop(self) -> None:
        """End after the job in hand; for the end of the program."""
        if self._before is not None:
            self._before.stop()
        if self._spooler is not None:
            self._spooler.stop()
            self._spooler = None

    def restart(self) -> None:
        """Begin again when the printer's settings changed; the window does not wait for a job in hand."""
        self._open_seconds = self._service.ask(_open_seconds)
        self._till_id = self._service.ask(_till_id)
        if self._service.ask(_address) != self._address:
            self.start()

    def hand_over(self) -> Callable[[], None]:
        """Stop printing so that somebody else may use the printer; `take_back` begins again.

        Call the result where waiting is allowed, before touching the printer: it returns when the job in hand is done
        and raises DeviceError when that takes longer than PATIENCE.
        """
        self._let_go()
        before = self._before

        def wait() -> None:
            if before is not None and not before.join(PATIENCE):
                raise DeviceError("The printer is still busy with a receipt. Switch it off and on, then try again.")

        return wait

    def take_back(self) -> None:
        """Print again, after `hand_over`."""
        if self._spooler is None:
            self.start()

    def wake(self) -> None:
        """Look at the queue now."""
        if self._spooler is not None:
            self._spooler.wake()

    def ask_status(self) -> bool:
        """Ask the printer how it is; `status_changed` tells. Return False when no printer is at work."""
        if self._spooler is not None:
            self._spooler.ask_status()
        return self._spooler is not None

    @property
    def url(self) -> str:
        """Return the address of the printer, "" when none is set up."""
        return self._address.split(" ")[0]

    def now(self) -> datetime:
        """Return the instant by which ages are told."""
        return self._service.clock.now()

    def _tell(self, status: PrinterStatus) -> None:
        """Pass on, from the spooler's thread, what the printer said; at the end of the program nobody listens."""
        if isValid(self):
            self.status_changed.emit(status)

    def _let_go(self) -> None:
        if self._spooler is not None:
            self._spooler.stop(0)
            self._before, self._spooler = self._spooler, None

    def _kick(self, event: Event) -> None:
        if not isinstance(event, DrawerKicked) or event.till_id != self._till_id:
            return
        if self._spooler is None:
            if self.url:
                self.trouble.emit("The drawer was not opened: no receipt printer is at work. Open it with its key.")
            return
        asked = self._spooler.kick(event.opening_id)
        asked.add_done_callback(self._kicked)
        QTimer.singleShot(round(self.kick_patience * 1000), self, lambda: self._give_up(asked))

    def _give_up(self, asked: Future[None]) -> None:
        """Say in time that the drawer stays shut; one that was not begun with is never told to open."""
        cancelled = asked.cancel()
        if cancelled or not asked.done():
            if not cancelled:
                self._given_up.add(asked)
            self.trouble.emit("The drawer was not opened: the printer is busy. Open the drawer with its key.")

    def _kicked(self, future: Future[None]) -> None:
        if future in self._given_up or future.cancelled():
            self._given_up.discard(future)
            return
        error = future.exception()
        if isinstance(error, DeskError):
            self.trouble.emit(str(error))
        elif error is not None:
            log.error("drawer opening failed: %s", type(error).__name__)

    def _keep(self, status: PrinterStatus) -> None:
        self.status = status
        if status.drawer_closed is not Answer.NO:
            self.drawer_open_since, self._said_open = None, False
            return
        self.drawer_open_since = self.drawer_open_since or status.asked_at
        seconds = int((status.asked_at - self.drawer_open_since).total_seconds())
        if seconds >= self._open_seconds and not self._said_open:
            self._said_open = True
            self.diary.note(f"The drawer has stood open for {seconds} seconds.", trouble=True)
            self.drawer_left_open.emit("The cash drawer stands open. Shut it.")


def _address(read: Read) -> str:
    profile = printer_profile(read)
    return f"{read.setting(PRINTER_URL)} {profile} {hash(profile.logo)}"


def _till_id(read: Read) -> int:
    return read.setting(TILL_ID)


def _open_seconds(read: Read) -> int:
    return read.setting(DRAWER_OPEN_SECONDS)
