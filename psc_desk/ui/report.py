"""One place that turns results and errors into the one line that the person reads."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, Signal

from psc_desk.errors import Cancelled, DeskError

log = logging.getLogger("psc_desk")


class Kind(Enum):
    """What a message says."""

    DONE = "done"
    NOT_DONE = "not_done"
    NOTE = "note"
    BROKEN = "broken"
    TROUBLE = "trouble"


@dataclass(frozen=True)
class Message:
    """One line for the message bar. `undo` runs when the person takes the step back."""

    kind: Kind
    text: str
    undo: Callable[[], Any] | None = None


class Report(QObject):
    """`done`, `not_done` and `note` say what happened; called with an error it says that, or logs it."""

    said = Signal(object)
    """Message"""

    def __call__(self, error: BaseException) -> None:
        """Say the error: cancelled is silent, a DeskError is a sentence, anything else gets a number."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, DeskError):
            self.not_done(str(error))
            return
        self._broken(error)

    def done(self, text: str, undo: Callable[[], Any] | None = None) -> None:
        """Say "Done: `text`", with an Undo button when `undo` is given."""
        self.said.emit(Message(Kind.DONE, text, undo))

    def not_done(self, sentence: str) -> None:
        """Say "Not done, because ...; next: ..." from the sentences of an error."""
        self.said.emit(Message(Kind.NOT_DONE, sentence))

    def note(self, text: str) -> None:
        """Say something that is neither done nor refused."""
        self.said.emit(Message(Kind.NOTE, text))

    def trouble(self, sentence: str) -> None:
        """Say what a device could not do; what was done at the same time stays done and is said with it."""
        self.said.emit(Message(Kind.TROUBLE, sentence))

    def _broken(self, error: BaseException) -> None:
        number = secrets.token_hex(3).upper()
        log.error("report %s: %s\n%s", number, type(error).__name__, _where(error))
        text = self.tr(
            "Something went wrong inside PSC Desk and this step was not saved. "
            "Try it again; if it comes back, give report number {0} to whoever looks after the program."
        )
        self.said.emit(Message(Kind.BROKEN, text.format(number)))


def _where(error: BaseException) -> str:
    """Return file, line and function of each frame: never the error's text, which may name a patient."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
