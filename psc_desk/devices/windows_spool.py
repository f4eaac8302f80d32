"""The print queues of Windows, raw, through winspool.drv: the printer's own driver stays in place.

Written against Microsoft's reference of the print spooler (StartDocPrinter, WritePrinter, GetJob, SetJob). Only the
library itself needs Windows: the tests call it with its documented prototypes elsewhere.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from psc_desk.devices.printer import NotSentError, UnknownOutcomeError
from psc_desk.devices.queue_printer import Fate

T = TypeVar("T")
_DWORD = ctypes.c_uint32
"""As wide everywhere as on Windows: `ctypes.wintypes` has a DWORD as wide as the platform's long."""
JOB_STATUS_PRINTING = 0x0010
JOB_STATUS_GONE = 0x0004 | 0x0080 | 0x0100 | 0x1000
"""Deleting, printed, deleted, complete."""
JOB_CONTROL_DELETE = 5
_TROUBLES = (
    (0x0010, "is out of paper. Load a roll; the receipt prints by itself."),
    (0x0040_0000, "has its cover open. Close it; the receipt prints by itself."),
    (0x0001 | 0x0002 | 0x0080 | 0x1000, "is paused or offline. Start it in Windows' settings."),
)
"""Bits of PRINTER_INFO_6: paper out; door open; paused, error, offline, not available."""


class WindowsSpool:
    """Raw jobs into Windows' queues; `api` is what talks to winspool.drv."""

    def __init__(self, api: Any = None) -> None:
        self._api = api or Winspool(_library())

    def submit(self, queue: str, title: str, data: bytes) -> str:
        """Start a RAW document, write it, end it."""
        try:
            handle = self._api.open(queue)
        except OSError as error:
            raise NotSentError(f"There is no printer named {queue} in Windows. Choose one in Settings.") from error
        try:
            return self._write(handle, queue, title, data)
        finally:
            self._api.close(handle)

    def _write(self, handle: Any, queue: str, title: str, data: bytes) -> str:
        try:
            job = self._api.start(handle, title)
        except OSError as error:
            raise NotSentError(f"Windows' printer {queue} refused the receipt. Check that it is not paused.") from error
        part = f"Windows' printer {queue} took only a part of the receipt. Look at the paper and at its queue."
        try:
            if self._api.write(handle, data) != len(data):
                self._api.abort(handle)
                raise UnknownOutcomeError(part)
            self._api.end(handle)
        except OSError as error:
            self._api.abort(handle)
            raise UnknownOutcomeError(part) from error
        return str(job)

    def fate(self, queue: str, job: str) -> Fate:
        """Ask for the job; one that Windows no longer knows has left the queue."""
        return self._asked(queue, lambda handle: fate_of(self._api.job_status(handle, int(job))), Fate.UNKNOWN)

    def cancel(self, queue: str, job: str) -> bool:
        """Delete the job."""
        return self._asked(queue, lambda handle: bool(self._api.delete(handle, int(job))), False)

    def trouble(self, queue: str) -> str:
        """Ask for the queue's state; whether the printer is on, Windows does not always know."""
        status = self._asked(queue, lambda handle: int(self._api.printer_status(handle)), -1)
        if status < 0:
            return f"There is no printer named {queue} in Windows. Choose one in Settings."
        return next((f"Windows' printer {queue} {words}" for bits, words in _TROUBLES if status & bits), "")

    def _asked(self, queue: str, ask: Callable[[Any], T], otherwise: T) -> T:
        try:
            handle = self._api.open(queue)
        except OSError:
            return otherwise
        try:
            return ask(handle)
        except OSError:
            return otherwise
        finally:
            self._api.close(handle)


def fate_of(status: int | None) -> Fate:
    """Return what a JOB_INFO status says; None is a job that is no longer there."""
    if status is None or status & JOB_STATUS_GONE:
        return Fate.GONE
    return Fate.PRINTING if status & JOB_STATUS_PRINTING else Fate.WAITING


def _library() -> Any:
    if sys.platform == "win32":
        return ctypes.WinDLL("winspool.drv", use_last_error=True)
    raise NotSentError("Only Windows has these print queues. Choose another address in Settings.")


def _refused() -> OSError:
    if sys.platform == "win32":
        return ctypes.WinError(ctypes.get_last_error())
    return OSError("the print spooler refused")


class _DocInfo(ctypes.Structure):
    """DOC_INFO_1W."""

    _fields_ = (("name", ctypes.c_wchar_p), ("output", ctypes.c_wchar_p), ("kind", ctypes.c_wchar_p))


class _JobInfo(ctypes.Structure):
    """The beginning of JOB_INFO_1W, up to the status."""

    _fields_ = (
        ("id", _DWORD), ("printer", ctypes.c_wchar_p), ("machine", ctypes.c_wchar_p), ("user", ctypes.c_wchar_p),
        ("document", ctypes.c_wchar_p), ("datatype", ctypes.c_wchar_p), ("status_text", ctypes.c_wchar_p),
        ("status", _DWORD),
    )  # fmt: skip


class Winspool:
    """winspool.drv; every failure raises OSError."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def open(self, queue: str) -> ctypes.c_void_p:
        """Open a queue."""
        handle = ctypes.c_void_p()
        _check(self._library.OpenPrinterW(ctypes.c_wchar_p(queue), ctypes.byref(handle), None))
        return handle

    def close(self, handle: ctypes.c_void_p) -> None:
        """Close it."""
        self._library.ClosePrinter(handle)

    def start(self, handle: ctypes.c_void_p, title: str) -> int:
        """Begin a RAW document; return its job number."""
        document = _DocInfo(title, None, "RAW")
        job = _check(self._library.StartDocPrinterW(handle, _DWORD(1), ctypes.byref(document)))
        if not self._library.StartPagePrinter(handle):
            refused = _refused()
            self.abort(handle)
            raise refused
        return job

    def write(self, handle: ctypes.c_void_p, data: bytes) -> int:
        """Write; return how many bytes were taken."""
        written = _DWORD()
        _check(self._library.WritePrinter(handle, data, _DWORD(len(data)), ctypes.byref(written)))
        return written.value

    def end(self, handle: ctypes.c_void_p) -> None:
        """End the document, which prints it."""
        _check(self._library.EndPagePrinter(handle))
        _check(self._library.EndDocPrinter(handle))

    def abort(self, handle: ctypes.c_void_p) -> None:
        """Throw the document away, as far as it was not printed."""
        self._library.AbortPrinter(handle)

    def job_status(self, handle: ctypes.c_void_p, job: int) -> int | None:
        """Return the status bits of a job, None when Windows no longer knows it."""
        number, level, size = _DWORD(job), _DWORD(1), _DWORD()
        self._library.GetJobW(handle, number, level, None, _DWORD(0), ctypes.byref(size))
        if size.value < ctypes.sizeof(_JobInfo):
            return None
        room = ctypes.create_string_buffer(size.value)
        if not self._library.GetJobW(handle, number, level, room, size, ctypes.byref(size)):
            return None
        return int(_JobInfo.from_buffer(room).status)

    def delete(self, handle: ctypes.c_void_p, job: int) -> int:
        """Delete a job."""
        delete = _DWORD(JOB_CONTROL_DELETE)
        return _check(self._library.SetJobW(handle, _DWORD(job), _DWORD(0), None, delete))

    def printer_status(self, handle: ctypes.c_void_p) -> int:
        """Return the status bits of the queue (PRINTER_INFO_6, which is nothing else)."""
        status, size = _DWORD(), _DWORD()
        room = _DWORD(ctypes.sizeof(status))
        _check(self._library.GetPrinterW(handle, _DWORD(6), ctypes.byref(status), room, ctypes.byref(size)))
        return status.value


def _check(done: int) -> int:
    if not done:
        raise _refused()
    return done
