"""Page printers: a PDF goes to the computer's own print queue."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from psc_desk.errors import DeviceError

SECONDS = 20
_PREFIX = "psc-desk-print-"


def print_pdf(pdf: bytes, title: str, queue: str = "") -> None:
    """Send a PDF to `queue`, or to the default printer; raises DeviceError with what to do.

    On Linux and macOS `lp` takes it from standard input, so that no copy lies on the disk. On Windows the program that
    the computer uses for PDFs prints it from a private file; `sweep` removes it.
    """
    if sys.platform == "win32":
        _windows(pdf)
        return
    command = shutil.which("lp")
    if command is None:
        raise DeviceError("This computer has no print system (CUPS). Save the paper as PDF and print it elsewhere.")
    chosen = ["-d", queue] if queue else []
    try:
        done = subprocess.run(
            [command, *chosen, "-t", title, "-"], input=pdf, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DeviceError("The print system does not answer. Save the paper as PDF and print it later.") from error
    if done.returncode != 0:
        raise DeviceError("The computer has no printer that takes it. Set one up, or save the paper as PDF.")


def sweep() -> None:
    """Remove the files that earlier prints on Windows left behind; called at every start and before every print."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)


def _windows(pdf: bytes) -> None:
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    try:
        os.startfile(path, "print")  # type: ignore[attr-defined,unused-ignore]  # noqa: S606 - Windows only
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DeviceError("No program on this computer prints PDFs. Save the paper and print it elsewhere.") from error
