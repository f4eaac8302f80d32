"""The printer and drawer of the demo day: the shipped virtual printer, reached over TCP by the desk's own spooler."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from psc_desk.devices import open_printer
from psc_desk.devices.jobs import JobState
from psc_desk.devices.spooler import Pace, Spooler
from psc_desk.devices.virtual_server import VirtualPrinterServer
from psc_desk.errors import DeviceError
from psc_desk.events import DrawerKicked, Event, PrintJobQueued
from psc_desk.opening import OpenedDesk
from psc_desk.print_store import DatabaseStore
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.receipts import printer_profile
from psc_desk.work import Desk

_PATIENCE = 60.0
"""Seconds for what waits to be printed before the day is given up."""


class DayPrinter:
    """A printer with a drawer; papers are written into `out` as PNG and text."""

    def __init__(self, out: Path) -> None:
        self.server = VirtualPrinterServer(0, out)
        self.kicks: list[Future[None]] = []
        self._spooler: Spooler | None = None
        self._moved = threading.Condition()

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._spooler is not None:
            self._spooler.stop()
        self.server.stop()

    @property
    def url(self) -> str:
        """Return the address to write into the settings."""
        return self.server.url

    def start(self, opened: OpenedDesk) -> None:
        """Begin to print what the queue of the database holds."""
        desk = opened.another()
        printer = open_printer(self.url, desk.ask(printer_profile), clock=desk.clock)
        self._spooler = Spooler(printer, DatabaseStore(desk), on_job=self._on_job, pace=Pace(poll=3600))
        self._spooler.start()

    def publish(self, events: list[Event]) -> None:
        """Act on what was committed, as the window does."""
        if self._spooler is None:
            return
        for event in events:
            if isinstance(event, DrawerKicked):
                self.kicks.append(self._spooler.kick(event.opening_id))
        if any(isinstance(event, PrintJobQueued) for event in events):
            self._spooler.wake()

    def settle(self, desk: Desk) -> None:
        """Wait until all is printed and the drawer has sprung; then somebody pushes it shut."""
        until = monotonic() + _PATIENCE
        with self._moved:
            while desk.ask(print_jobs, 1, open_only=True):
                if monotonic() > until:
                    raise DeviceError(
                        "The virtual printer did not print within a minute. Look for what blocks its port."
                    )
                self._moved.wait(0.5)
        for kick in self.kicks:
            kick.result(_PATIENCE)
        self.server.printer.shut_drawer()

    def _on_job(self, _job_id: int, _state: JobState) -> None:
        with self._moved:
            self._moved.notify_all()
