"""One thread that owns one receipt printer: takes jobs from a store, sends each once, opens the drawer at once."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from psc_desk.clock import SystemClock
from psc_desk.devices.diary import Diary
from psc_desk.devices.escpos_protocol import TEAR_OFF
from psc_desk.devices.jobs import Job, JobState, JobStore
from psc_desk.devices.printer import (
    KickRefusedError,
    NotReadyError,
    NotSentError,
    PrinterStatus,
    ReceiptPrinter,
    Sent,
    UnknownOutcomeError,
    unknown_status,
)
from psc_desk.errors import DeskError, DeviceError

log = logging.getLogger(__name__)

_HANDED_OVER = 0.5
_BROKEN = (
    "Printing stopped because of an error inside PSC Desk. Close the program and open it again; receipts wait in the "
    "queue."
)
_STATES = {Sent.PRINTED: JobState.PRINTED, Sent.UNCONFIRMED: JobState.SENT_UNCONFIRMED}


@dataclass(frozen=True)
class Pace:
    """How often the spooler looks, in seconds."""

    poll: float = 15.0
    """Between two questions how the printer is, when nothing is printed."""
    first_retry: float = 0.5
    last_retry: float = 10.0
    kick_patience: float = 5.0
    """A drawer that could not be opened by then stays shut: nobody stands before it any more."""


@dataclass(frozen=True)
class _Kick:
    reason_id: int
    pin: int | None
    future: Future[None]
    until: float


class Spooler:
    """Prints what the store holds; see the states in `devices.jobs`. Callbacks come from the spooler's thread."""

    def __init__(
        self,
        printer: ReceiptPrinter,
        store: JobStore,
        *,
        on_job: Callable[[int, JobState], None] | None = None,
        on_status: Callable[[PrinterStatus], None] | None = None,
        diary: Diary | None = None,
        pace: Pace | None = None,
        torn: bool = False,
        after: Spooler | None = None,
    ) -> None:
        """Take a printer; `torn` says that an earlier run left a job with unknown outcome on its paper.

        `after` is the one that had the printer before: until it has let go, this one does not touch it.
        """
        self._printer = printer
        self._store = store
        self._on_job = on_job or (lambda _id, _state: None)
        self._on_status = on_status or (lambda _status: None)
        self._pace = pace or Pace()
        self._torn = torn
        self._after = after
        self._diary = diary or Diary(SystemClock())
        self._kicks: deque[_Kick] = deque()
        self._changed = threading.Condition()
        self._woken = self._stopping = self._asked = False
        self._delay = self._retry_at = 0.0
        self._last_status: PrinterStatus | None = None
        self._thread = threading.Thread(target=self._run, name="receipt-printer", daemon=True)

    @property
    def status(self) -> PrinterStatus | None:
        """Return what the printer last said of itself; None before it was asked."""
        return self._last_status

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    def wake(self) -> None:
        """Look at the store now: a job was added, or a person put the printer right."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def step(self) -> bool:
        """Print the next job, for who runs without the thread; return False when there was none or it has to wait."""
        return self._print_next()

    def kick_now(self, reason_id: int, pin: int | None = None) -> None:
        """Open the drawer, for who runs without the thread; raises KickRefusedError."""
        self._spring(_Kick(reason_id, pin, Future(), time.monotonic() + self._pace.kick_patience))

    def ask_status(self) -> None:
        """Ask the printer how it is as soon as the job in hand is done; the answer goes to `on_status`."""
        with self._changed:
            self._asked = True
            self._changed.notify_all()

    def kick(self, reason_id: int, pin: int | None = None) -> Future[None]:
        """Open the drawer as soon as the job in hand is done; never much later, never twice.

        The future ends with KickRefusedError when it was not opened. `reason_id` names the logged reason of the
        opening and goes to the diary of the devices.
        """
        future: Future[None] = Future()
        with self._changed:
            if self._stopping or not self._thread.is_alive():
                future.set_exception(KickRefusedError("The drawer was not opened: the printer is being closed."))
                return future
            self._kicks.append(_Kick(reason_id, pin, future, time.monotonic() + self._pace.kick_patience))
            self._changed.notify_all()
        return future

    def stop(self, timeout: float = 5.0) -> bool:
        """End after the job in hand; return False if it is still under way after `timeout` seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        return self.join(timeout)

    def join(self, timeout: float) -> bool:
        """Wait until the printer is let go; return False if it is not after `timeout` seconds."""
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._own_printer()
        finally:
            if not self._stopping:
                self._on_status(unknown_status(self._diary.clock.now(), _BROKEN))
            self._stopping = True
            self._refuse_kicks()
            self._printer.close()

    def _own_printer(self) -> None:
        while self._after is not None:
            # also when stopped meanwhile: whoever comes next waits for this thread and for nobody before it
            if self._after.join(_HANDED_OVER):
                self._torn, self._after = self._torn or self._after._torn, None
        if not self._stopping:
            self._poll()
        while not self._stopping:
            self._do_kicks()
            if time.monotonic() < self._retry_at or not self._print_next():
                self._rest()

    def _rest(self) -> None:
        waiting = bool(self._delay)
        seconds = max(self._retry_at - time.monotonic(), 0.0) if waiting else self._pace.poll
        with self._changed:
            disturbed = self._changed.wait_for(self._disturbed, seconds)
            asked, self._asked = self._asked, False
            if self._woken:
                self._woken, self._retry_at = False, 0.0
        if asked or not (disturbed or waiting):
            self._poll()

    def _disturbed(self) -> bool:
        return self._woken or self._stopping or self._asked or bool(self._kicks)

    def _print_next(self) -> bool:
        """Print one job; return False when there is none or it has to wait."""
        if self._delay and not self._poll().ready:
            self._back_off()
            return False
        try:
            job = self._store.next_job()
            if job is None:
                self._delay = 0.0
                return False
            if not self._store.mark(job.id, JobState.SENDING, ""):
                return True
        except DeskError:
            log.exception("the print queue cannot be read")
            self._back_off()
            return False
        self._note(job.id, JobState.SENDING, "")
        self._on_job(job.id, JobState.SENDING)
        return self._finish(job, *self._send(job))

    def _send(self, job: Job) -> tuple[JobState, str]:
        data = TEAR_OFF + job.data if self._torn else job.data
        try:
            sent = self._printer.send(
                data, job.id, on_awaiting_proof=lambda: self._mark(job.id, JobState.AWAITING_PROOF, "")
            )
        except NotReadyError as error:
            return JobState.QUEUED, str(error)
        except NotSentError as error:
            return JobState.FAILED_BEFORE_FIRST_BYTE, str(error)
        except UnknownOutcomeError as error:
            return JobState.UNKNOWN, str(error)
        return _STATES[sent], ""

    def _finish(self, job: Job, state: JobState, detail: str) -> bool:
        self._mark(job.id, state, detail)
        sent = state not in (JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE)
        if sent:
            self._torn, self._delay, self._retry_at = state is JobState.UNKNOWN, 0.0, 0.0
        else:
            self._back_off()
        if state is JobState.UNKNOWN or sent != (self._last_status is not None and self._last_status.ready):
            self._poll()
        return sent

    def _mark(self, job_id: int, state: JobState, detail: str) -> None:
        self._note(job_id, state, detail)
        try:
            self._store.mark(job_id, state, detail)
        except DeskError:
            # what was sent is never sent again: the row stays in "sending" and counts as unknown at the next start
            log.exception("print job %s could not be marked %s", job_id, state)
        self._on_job(job_id, state)

    def _note(self, job_id: int, state: JobState, detail: str) -> None:
        wrong = state in (JobState.QUEUED, JobState.UNKNOWN, JobState.FAILED_BEFORE_FIRST_BYTE)
        self._diary.note(f"print {job_id}: {state.replace('_', ' ')}. {detail}".strip(), trouble=wrong)

    def _back_off(self) -> None:
        self._delay = min(max(self._delay * 2, self._pace.first_retry), self._pace.last_retry)
        self._retry_at = time.monotonic() + self._delay

    def _poll(self) -> PrinterStatus:
        status = self._printer.status()
        if self._last_status is None or status.words() != self._last_status.words():
            self._diary.note(status.words(), trouble=not status.ready)
        self._last_status = status
        self._on_status(status)
        return status

    def _take_kicks(self) -> list[_Kick]:
        with self._changed:
            kicks = list(self._kicks)
            self._kicks.clear()
        return [kick for kick in kicks if kick.future.set_running_or_notify_cancel()]

    def _do_kicks(self) -> None:
        for kick in self._take_kicks():
            try:
                self._spring(kick)
            except DeviceError as error:
                kick.future.set_exception(error)
            else:
                kick.future.set_result(None)

    def _spring(self, kick: _Kick) -> None:
        try:
            if time.monotonic() > kick.until:
                raise KickRefusedError("The drawer was not opened: the printer was busy. Open it with its key.")
            self._printer.kick(kick.pin)
        except DeviceError as error:
            self._diary.note(f"drawer opening {kick.reason_id}: {error}", trouble=True)
            raise
        self._diary.note(f"drawer opening {kick.reason_id}: the pulse was sent")

    def _refuse_kicks(self) -> None:
        for kick in self._take_kicks():
            kick.future.set_exception(KickRefusedError("The drawer was not opened: the printer is being closed."))
