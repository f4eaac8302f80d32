"""The whole way of a receipt: the till's transaction, the print queue, the spooler, TCP, and the virtual printer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from psc_desk.devices import open_printer
from psc_desk.devices.escpos_printer import Deadlines
from psc_desk.devices.jobs import JobState
from psc_desk.devices.spooler import Pace, Spooler
from psc_desk.devices.virtual import VirtualPrinter
from psc_desk.devices.virtual_server import VirtualPrinterServer
from psc_desk.events import DrawerKicked, Event, PrintJobQueued
from psc_desk.print_store import DatabaseStore
from psc_desk.queries.print_jobs import PrintJobRow, print_jobs
from psc_desk.queries.receipts import printer_profile
from psc_desk.work import Desk
from tests.support.clinic import SmallClinic

DEADLINES = Deadlines(connect=0.5, status=0.3, piece=0.3, proof=0.4, proof_per_kb=0.05)
PACE = Pace(poll=30, first_retry=0.02, last_retry=0.1)


class Chain:
    """A clinic that prints; `history` is what the spooler wrote into the print queue."""

    def __init__(self, clinic: SmallClinic) -> None:
        self.clinic = clinic
        self.printer = VirtualPrinter()
        self.server = VirtualPrinterServer(printer=self.printer)
        self.history: list[tuple[int, JobState]] = []
        self.kicks: list[Future[None]] = []
        self._moved = threading.Condition()
        self._spooler: Spooler | None = None

    def switch_on(self) -> None:
        """Let the printer listen on its port."""
        self.server.start()

    def switch_off(self) -> None:
        """Let nobody listen any more."""
        self.server.stop()

    def start(self, *, torn: bool = False) -> None:
        """Begin to print, as at the start of the program."""
        service = Desk(self.clinic.desk.engine, self.clinic.clock, head=self.clinic.desk.head)
        driver = open_printer(self.server.url, service.ask(printer_profile), deadlines=DEADLINES)
        self._spooler = Spooler(driver, DatabaseStore(service), on_job=self._on_job, pace=PACE, torn=torn)
        self._spooler.start()
        self.clinic.desk.publish = self._publish

    def stop(self) -> None:
        """End the spooler and the printer."""
        if self._spooler is not None:
            assert self._spooler.stop(5)
        self.server.stop()

    def wake(self) -> None:
        """A person put the printer right."""
        assert self._spooler is not None
        self._spooler.wake()

    def job(self, job_id: int | None) -> PrintJobRow:
        """Return a row of the print queue."""
        return next(row for row in self.clinic.desk.ask(print_jobs) if row.job_id == job_id)

    def wait(self, job_id: int | None, *states: JobState) -> PrintJobRow:
        """Wait until a job is in one of the states and return its row."""
        self.until(lambda: self.job(job_id).state in states)
        return self.job(job_id)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true; looked at whenever a job moved."""
        with self._moved:
            assert self._moved.wait_for(true, 10), self.history

    def sent(self, job_id: int | None) -> int:
        """Say how often a job reached the printer: it was neither queued again nor failed before its first byte."""
        states = [state for number, state in self.history if number == job_id]
        back = (JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE)
        return states.count(JobState.SENDING) - sum(state in back for state in states)

    def _on_job(self, job_id: int, state: JobState) -> None:
        with self._moved:
            self.history.append((job_id, state))
            self._moved.notify_all()

    def _publish(self, events: list[Event]) -> None:
        assert self._spooler is not None
        self.clinic.happened.extend(events)
        for event in events:
            if isinstance(event, DrawerKicked):
                self.kicks.append(self._spooler.kick(event.opening_id))
            elif isinstance(event, PrintJobQueued):
                self._spooler.wake()
