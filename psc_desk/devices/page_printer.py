"""Page printers: a PDF goes to the computer's own print queue."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from psc_desk.devices.printer import Answer
from psc_desk.errors import DeviceError

SECONDS = 20
MOST_COPIES = 20
_PREFIX = "psc-desk-print-"
_NO_SYSTEM = "This computer has no print system (CUPS). Save the paper as PDF and print it elsewhere."
_LATER = "The print system does not answer. Save the paper as PDF and print it later."


@dataclass(frozen=True)
class PageState:
    """Whether pages can be printed, as far as the computer says."""

    works: Answer
    words: str
    advice: str = ""


def print_pdf(pdf: bytes, title: str, queue: str = "", copies: int = 1) -> None:
    """Send a PDF to `queue`, or to the default printer; raises DeviceError with what to do.

    On Linux and macOS `lp` takes it from standard input, so that no copy lies on the disk; the computer's list of
    prints shows a number instead of `title`, which may name a patient. On Windows the program that the computer uses
    for PDFs prints it from a private file; `sweep` removes it.
    """
    if sys.platform == "win32":
        _windows(pdf, queue, copies)
        return
    command = [_program("lp"), *(["-d", queue] if queue else []), "-n", str(min(max(copies, 1), MOST_COPIES))]
    done = _run([*command, "-t", f"PSC Desk {secrets.token_hex(3)}", "-"], pdf)
    if done.returncode == 0:
        return
    if queue and queue not in page_queues():
        raise DeviceError(f"The computer has no printer named {queue} any more. Choose another one.")
    raise DeviceError("The computer has no printer that takes it. Set one up, or save the paper as PDF.")


def page_queues() -> list[str]:
    """Return the names of the computer's printers; empty when there is none or no print system."""
    try:
        done = _run([_program("lpstat"), "-e"], b"")
    except DeviceError:
        return []
    return [line.strip() for line in done.stdout.decode("utf-8", "replace").splitlines() if line.strip()]


def page_state() -> PageState:
    """Say whether a page would print, as far as the print system knows."""
    if sys.platform == "win32":
        return PageState(Answer.UNKNOWN, "Windows prints pages; it does not say whether the printer is on.")
    try:
        queues = page_queues()
        if not queues and shutil.which("lpstat") is None:
            return PageState(Answer.NO, "This computer has no print system.", "Save papers as PDF, or install CUPS.")
        if not queues:
            advice = "Add one in the computer's printer settings."
            return PageState(Answer.NO, "The computer has no printer.", advice)
        told = _run([_program("lpstat"), "-d", "-p"], b"").stdout.decode("utf-8", "replace")
    except DeviceError as error:
        return PageState(Answer.UNKNOWN, str(error))
    default = re.search(r"destination: (\S+)", told)
    name = default[1] if default else queues[0]
    if re.search(rf"^printer {re.escape(name)} disabled", told, re.MULTILINE):
        return PageState(Answer.NO, f"{name} is stopped.", "Start it again in the computer's printer settings.")
    return PageState(Answer.YES, f"{name} takes papers; whether it is on, only the paper tells.")


def sweep() -> None:
    """Remove the files that earlier prints on Windows left behind; called at every start and before every print."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise DeviceError(_NO_SYSTEM)
    return found


def _run(command: list[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(
            command, input=given, capture_output=True, timeout=SECONDS, check=False, env=environment
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise DeviceError(_LATER) from error


def _windows(pdf: bytes, queue: str, copies: int) -> None:
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    words = ("printto", f'"{queue}"') if queue else ("print",)
    try:
        for _ in range(min(max(copies, 1), MOST_COPIES)):
            os.startfile(path, *words)  # type: ignore[attr-defined,unused-ignore]  # noqa: S606 - Windows only
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DeviceError("No program on this computer prints PDFs. Save the paper and print it elsewhere.") from error
