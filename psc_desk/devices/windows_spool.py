"""The print queues of Windows, raw, through winspool.drv: the printer's own driver stays in place.

Written against Microsoft's reference of the print spooler (StartDocPrinter, WritePrinter, GetJob, SetJob); the parts
that call Windows run only there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from psc_desk.devices.printer import NotSentError, UnknownOutcomeError
from psc_desk.devices.queue_printer import Fate

T = TypeVar("T")
JOB_STATUS_PRINTING = 0x0010
JOB_STATUS_GONE = 0x0004 | 0x0080 | 0x0100 | 0x1000
"""Deleting, printed, deleted, complete."""
PRINTER_STOPPED = 0x0001 | 0x0080 | 0x0002
"""Paused, offline, error."""
JOB_CONTROL_DELETE = 5


class WindowsSpool:
    """Raw jobs into Windows' queues; `api` is what talks to winspool.drv."""

    def __init__(self, api: Any = None) -> None:
        self._api = api or _winspool()

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
        try:
            written = self._api.write(handle, data)
            self._api.end(handle)
        except OSError as error:
            raise UnknownOutcomeError(
                f"Windows' printer {queue} took only a part of the receipt. Look at the paper and at its queue."
            ) from error
        if written != len(data):
            raise UnknownOutcomeError(
                f"Windows' printer {queue} took only a part of the receipt. Look at the paper and at its queue."
            )
        return str(job)

    def fate(self, queue: str, job: str) -> Fate:
        """Ask for the job; one that Windows no longer knows has left the queue."""
        return self._asked(queue, lambda handle: fate_of(self._api.job_status(handle, int(job))), Fate.UNKNOWN)

    def cancel(self, queue: str, job: str) -> bool:
        """Delete the job."""
        return self._asked(queue, lambda handle: bool(self._api.delete(handle, int(job))), False)

    def trouble(self, queue: str) -> str:
        """Ask for the queue's state; whether the printer is on, Windows does not always know."""
        missing = f"There is no printer named {queue} in Windows. Choose one in Settings."
        status = self._asked(queue, lambda handle: int(self._api.printer_status(handle)), -1)
        if status < 0:
            return missing
        return f"Windows' printer {queue} is paused or offline. Start it in Windows' settings." * bool(
            status & PRINTER_STOPPED
        )

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


def _winspool() -> Any:
    if sys.platform == "win32":
        return _Winspool()
    raise NotSentError("Only Windows has these print queues. Choose another address in Settings.")


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _DocInfo(ctypes.Structure):
        _fields_ = (("name", wintypes.LPWSTR), ("output", wintypes.LPWSTR), ("kind", wintypes.LPWSTR))

    class _JobInfo(ctypes.Structure):
        _fields_ = (
            ("id", wintypes.DWORD), ("printer", wintypes.LPWSTR), ("machine", wintypes.LPWSTR),
            ("user", wintypes.LPWSTR), ("document", wintypes.LPWSTR), ("datatype", wintypes.LPWSTR),
            ("status_text", wintypes.LPWSTR), ("status", wintypes.DWORD),
        )  # fmt: skip

    class _Winspool:
        """winspool.drv; every failure raises OSError."""

        def __init__(self) -> None:
            self._dll = ctypes.WinDLL("winspool.drv", use_last_error=True)

        def _check(self, done: int) -> int:
            if not done:
                raise ctypes.WinError(ctypes.get_last_error())
            return done

        def open(self, queue: str) -> wintypes.HANDLE:
            """Open a queue."""
            handle = wintypes.HANDLE()
            self._check(self._dll.OpenPrinterW(ctypes.c_wchar_p(queue), ctypes.byref(handle), None))
            return handle

        def close(self, handle: wintypes.HANDLE) -> None:
            """Close it."""
            self._dll.ClosePrinter(handle)

        def start(self, handle: wintypes.HANDLE, title: str) -> int:
            """Begin a RAW document; return its job number."""
            job = self._check(self._dll.StartDocPrinterW(handle, 1, ctypes.byref(_DocInfo(title, None, "RAW"))))
            self._check(self._dll.StartPagePrinter(handle))
            return job

        def write(self, handle: wintypes.HANDLE, data: bytes) -> int:
            """Write; return how many bytes were taken."""
            written = wintypes.DWORD()
            self._check(self._dll.WritePrinter(handle, data, len(data), ctypes.byref(written)))
            return written.value

        def end(self, handle: wintypes.HANDLE) -> None:
            """End the document."""
            self._check(self._dll.EndPagePrinter(handle))
            self._check(self._dll.EndDocPrinter(handle))

        def job_status(self, handle: wintypes.HANDLE, job: int) -> int | None:
            """Return the status bits of a job, None when Windows no longer knows it."""
            size = wintypes.DWORD()
            self._dll.GetJobW(handle, job, 1, None, 0, ctypes.byref(size))
            if not size.value:
                return None
            room = ctypes.create_string_buffer(size.value)
            if not self._dll.GetJobW(handle, job, 1, room, size, ctypes.byref(size)):
                return None
            return int(_JobInfo.from_buffer(room).status)

        def delete(self, handle: wintypes.HANDLE, job: int) -> int:
            """Delete a job."""
            return self._check(self._dll.SetJobW(handle, job, 0, None, JOB_CONTROL_DELETE))

        def printer_status(self, handle: wintypes.HANDLE) -> int:
            """Return the status bits of the queue (PRINTER_INFO_6)."""
            status, size = wintypes.DWORD(), wintypes.DWORD()
            room = ctypes.create_string_buffer(4096)
            self._check(self._dll.GetPrinterW(handle, 6, room, 4096, ctypes.byref(size)))
            ctypes.memmove(ctypes.byref(status), room, 4)
            return status.value
