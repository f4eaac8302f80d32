"""Page printers of CUPS: a PDF goes to the computer's own print queue."""

from __future__ import annotations

import re
import secrets
import sys
from dataclasses import dataclass

from psc_desk.devices import cups
from psc_desk.devices.printer import Answer
from psc_desk.errors import DeviceError

MOST_COPIES = 20
_NO_SYSTEM = "This computer has no print system (CUPS). Save the paper as PDF and print it elsewhere."
_LATER = "The print system does not answer. Save the paper as PDF and print it later."


@dataclass(frozen=True)
class PageState:
    """Whether pages can be printed, as far as the computer says."""

    works: Answer
    words: str
    advice: str = ""


def print_pdf(pdf: bytes, queue: str = "", copies: int = 1) -> None:
    """Send a PDF to `queue`, or to the default printer; raises DeviceError with what to do.

    `lp` takes it from standard input, so that no copy lies on the disk; the computer's list of prints shows a number,
    because a paper's title may name a patient.
    """
    words = [*(["-d", queue] if queue else []), "-n", str(min(max(copies, 1), MOST_COPIES))]
    if _ask("lp", *words, "-t", f"PSC Desk {secrets.token_hex(3)}", "-", given=pdf).ok:
        return
    if queue and queue not in page_queues():
        raise DeviceError(f"The computer has no printer named {queue} any more. Choose another one.")
    raise DeviceError("The computer has no printer that takes it. Set one up, or save the paper as PDF.")


def page_queues() -> list[str]:
    """Return the names of the computer's printers; empty when there is none or no print system."""
    try:
        said = _ask("lpstat", "-e")
    except DeviceError:
        return []
    return [line.strip() for line in said.words.splitlines() if line.strip()]


def page_state() -> PageState:
    """Say whether a page would print, as far as the print system knows."""
    if sys.platform == "win32":
        return PageState(Answer.UNKNOWN, "Windows prints pages; it does not say whether the printer is on.")
    try:
        queues = cups.ask("lpstat", "-e").words.split()
        if not queues:
            advice = "Add one in the computer's printer settings."
            return PageState(Answer.NO, "The computer has no printer.", advice)
        told = cups.ask("lpstat", "-d", "-p").words
    except cups.NoCupsError:
        return PageState(Answer.NO, "This computer has no print system.", "Save papers as PDF, or install CUPS.")
    except cups.SilentError:
        return PageState(Answer.UNKNOWN, _LATER)
    default = re.search(r"destination: (\S+)", told)
    name = default[1] if default else queues[0]
    if cups.is_stopped(name, told):
        return PageState(Answer.NO, f"{name} is stopped.", "Start it again in the computer's printer settings.")
    return PageState(Answer.YES, f"{name} takes papers; whether it is on, only the paper tells.")


def _ask(program: str, *words: str, given: bytes = b"") -> cups.Said:
    try:
        return cups.ask(program, *words, given=given)
    except cups.NoCupsError as error:
        raise DeviceError(_NO_SYSTEM) from error
    except cups.SilentError as error:
        raise DeviceError(_LATER) from error
