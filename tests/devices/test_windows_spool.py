"""Windows' print spooler, played by functions with its documented prototypes: what is passed must fit them.

The structures here are written out from Microsoft's reference in full, apart from those of the program.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import POINTER, c_void_p, c_wchar_p
from ctypes import c_int32 as BOOL
from ctypes import c_uint16 as WORD
from ctypes import c_uint32 as DWORD
from ctypes import c_void_p as HANDLE
from typing import Any

import pytest

from psc_desk.devices.printer import NotSentError, Sent, UnknownOutcomeError
from psc_desk.devices.queue_printer import Fate, QueuePrinter
from psc_desk.devices.windows_spool import WindowsSpool, Winspool, fate_of

QUEUE = "EPSON TM-T20II Empfang é"
PROTOTYPES: dict[str, tuple[Any, ...]] = {
    "OpenPrinterW": (BOOL, c_wchar_p, POINTER(HANDLE), c_void_p),
    "ClosePrinter": (BOOL, HANDLE),
    "StartDocPrinterW": (DWORD, HANDLE, DWORD, c_void_p),
    "StartPagePrinter": (BOOL, HANDLE),
    "WritePrinter": (BOOL, HANDLE, c_void_p, DWORD, POINTER(DWORD)),
    "EndPagePrinter": (BOOL, HANDLE),
    "EndDocPrinter": (BOOL, HANDLE),
    "AbortPrinter": (BOOL, HANDLE),
    "GetJobW": (BOOL, HANDLE, DWORD, DWORD, c_void_p, DWORD, POINTER(DWORD)),
    "SetJobW": (BOOL, HANDLE, DWORD, DWORD, c_void_p, DWORD),
    "GetPrinterW": (BOOL, HANDLE, DWORD, c_void_p, DWORD, POINTER(DWORD)),
}


class DocInfo1(ctypes.Structure):
    """DOC_INFO_1W."""

    _fields_ = (("pDocName", c_wchar_p), ("pOutputFile", c_wchar_p), ("pDatatype", c_wchar_p))


class SystemTime(ctypes.Structure):
    """SYSTEMTIME: eight words."""

    _fields_ = (("words", WORD * 8),)


class JobInfo1(ctypes.Structure):
    """JOB_INFO_1W."""

    _fields_ = (
        ("JobId", DWORD), ("pPrinterName", c_wchar_p), ("pMachineName", c_wchar_p), ("pUserName", c_wchar_p),
        ("pDocument", c_wchar_p), ("pDatatype", c_wchar_p), ("pStatus", c_wchar_p), ("Status", DWORD),
        ("Priority", DWORD), ("Position", DWORD), ("TotalPages", DWORD), ("PagesPrinted", DWORD),
        ("Submitted", SystemTime),
    )  # fmt: skip


class Spooler:
    """The functions of winspool.drv on one queue. `fails` names the calls that Windows refuses."""

    def __init__(self, *, job: int = 0, printer: int = 0, taken: int = 1 << 30, fails: str = "") -> None:
        self.job, self.printer, self.taken, self.fails = job, printer, taken, fails.split()
        self.handles: set[int] = set()
        self.jobs: dict[int, tuple[str, str, bytes]] = {}
        self.printed: list[bytes] = []
        self.open_page = False
        self._kept: list[Any] = []
        for name, prototype in PROTOTYPES.items():
            call = getattr(self, f"_{name}")
            function = ctypes.CFUNCTYPE(*prototype)(self._guarded(name, call))
            self._kept.append(function)
            setattr(self, name, function)

    def _guarded(self, name: str, call: Callable[..., int]) -> Callable[..., int]:
        def run(*words: Any) -> int:
            if name not in ("OpenPrinterW",):
                assert words[0] in self.handles, f"{name} on a handle that is not open"
            return 0 if name in self.fails else call(*words)

        return run

    def _OpenPrinterW(self, queue: str, handle: Any, defaults: Any) -> int:
        assert defaults is None
        if queue != QUEUE:
            return 0
        handle[0] = 0x7FFF_0000_0001 + len(self.handles)
        self.handles.add(handle[0])
        return 1

    def _ClosePrinter(self, handle: int) -> int:
        self.handles.remove(handle)
        return 1

    def _StartDocPrinterW(self, _handle: int, level: int, info: int) -> int:
        document = DocInfo1.from_address(info)
        assert (level, document.pOutputFile, document.pDatatype) == (1, None, "RAW")
        self.jobs[len(self.jobs) + 1] = (document.pDocName, document.pDatatype, b"")
        return len(self.jobs)

    def _StartPagePrinter(self, _handle: int) -> int:
        self.open_page = True
        return 1

    def _WritePrinter(self, _handle: int, data: int, size: int, written: Any) -> int:
        assert self.open_page
        written[0] = min(size, self.taken)
        name, kind, before = self.jobs[len(self.jobs)]
        self.jobs[len(self.jobs)] = (name, kind, before + ctypes.string_at(data, written[0]))
        return 1

    def _EndPagePrinter(self, _handle: int) -> int:
        self.open_page = False
        return 1

    def _EndDocPrinter(self, _handle: int) -> int:
        self.printed.append(self.jobs[len(self.jobs)][2])
        return 1

    def _AbortPrinter(self, _handle: int) -> int:
        del self.jobs[len(self.jobs)]
        return 1

    def _GetJobW(self, _handle: int, job: int, level: int, *room_size_needed: Any) -> int:
        room, size, needed = room_size_needed
        assert level == 1
        if job not in self.jobs:
            return 0
        needed[0] = ctypes.sizeof(JobInfo1) + 64
        if room is None or size < needed[0]:
            return 0
        ctypes.memmove(room, bytes(JobInfo1(job, None, None, None, None, None, None, self.job, 1, 1)), 104)
        return 1

    def _SetJobW(self, _handle: int, job: int, level: int, info: Any, command: int) -> int:
        assert (level, info, command) == (0, None, 5)
        return 1 if self.jobs.pop(job, None) else 0

    def _GetPrinterW(self, _handle: int, level: int, room: int, size: int, needed: Any) -> int:
        assert (level, size) == (6, 4)
        DWORD.from_address(room).value = self.printer
        needed[0] = 4
        return 1


def windows(spooler: Spooler, queue: str = QUEUE) -> QueuePrinter:
    return QueuePrinter(queue, WindowsSpool(Winspool(spooler)), patience=0.3)


def test_the_raw_bytes_reach_the_queue_under_a_number() -> None:
    spooler = Spooler(job=0x1000)
    data = bytes(range(256)) * 40
    assert windows(spooler).send(data, 9) is Sent.UNCONFIRMED
    title, _kind, _data = spooler.jobs[1]
    assert title.startswith("psc-desk-9-")
    assert spooler.printed == [data]
    assert spooler.handles == set()


@pytest.mark.parametrize(
    ("spooler", "error", "printed"),
    [
        (Spooler(fails="OpenPrinterW"), NotSentError, 0),
        (Spooler(fails="StartDocPrinterW"), NotSentError, 0),
        (Spooler(fails="StartPagePrinter"), NotSentError, 0),
        (Spooler(fails="WritePrinter"), UnknownOutcomeError, 0),
        (Spooler(taken=3), UnknownOutcomeError, 0),
        (Spooler(fails="EndPagePrinter"), UnknownOutcomeError, 0),
        (Spooler(job=0x10), UnknownOutcomeError, 1),
        (Spooler(job=0x10, fails="SetJobW"), UnknownOutcomeError, 1),
        (Spooler(job=0), NotSentError, 1),
    ],
)
def test_each_refusal_is_told_and_no_half_receipt_is_left_in_the_queue(
    spooler: Spooler, error: type[Exception], printed: int
) -> None:
    with pytest.raises(error):
        windows(spooler).send(b"\x1b@hello", 9)
    assert spooler.handles == set()
    assert len(spooler.printed) == printed
    assert spooler.jobs == {} or "SetJobW" in spooler.fails


def test_a_job_that_windows_no_longer_knows_has_left() -> None:
    assert windows(Spooler(fails="GetJobW")).send(b"\x1b@hello", 9) is Sent.UNCONFIRMED


def test_what_windows_says_of_a_job() -> None:
    assert [fate_of(bits) for bits in (None, 0, 0x10, 0x80, 0x100, 0x1000)] == [
        Fate.GONE, Fate.WAITING, Fate.PRINTING, Fate.GONE, Fate.GONE, Fate.GONE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bits", "words"),
    [(0x80, "paused or offline"), (0x1, "paused or offline"), (0x10, "Load a roll"), (0x400000, "Close it"),
     (0x10 | 0x2, "Load a roll")],
)  # fmt: skip
def test_what_windows_says_of_a_queue(bits: int, words: str) -> None:
    status = windows(Spooler(printer=bits)).status()
    assert words in status.words()
    assert not status.ready


def test_a_sound_queue_is_ready_and_a_missing_one_named() -> None:
    assert windows(Spooler()).status().ready
    assert "no printer named Gone" in windows(Spooler(), "Gone").status().words()
    with pytest.raises(NotSentError, match="no printer named Gone"):
        windows(Spooler(), "Gone").send(b"x", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="there the library is the real one")
def test_elsewhere_windows_queues_are_refused_in_words() -> None:
    with pytest.raises(NotSentError, match="Only Windows"):
        WindowsSpool()
