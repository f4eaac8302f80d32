"""Steps that can be taken back for ten minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MINUTES = 10


@dataclass(frozen=True)
class Step:
    """Something that was done, how to take it back, and until when."""

    text: str
    run: Callable[[], Any]
    until: datetime


class UndoShelf:
    """The newest step is taken back first; each only once, and only in its ten minutes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._steps: list[Step] = []

    def push(self, text: str, run: Callable[[], Any]) -> Step:
        """Remember a step that can be undone."""
        step = Step(text, run, self._now() + timedelta(minutes=MINUTES))
        self._steps.append(step)
        return step

    def can_undo(self, step: Step) -> bool:
        """Return whether `step` is still there to be taken back."""
        return any(one is step for one in self.steps())

    def steps(self) -> list[Step]:
        """Return what can still be undone, oldest first."""
        now = self._now()
        self._steps = [step for step in self._steps if step.until > now]
        return list(self._steps)

    def undo(self, step: Step | None = None) -> bool:
        """Take back `step`, or the newest one; return False when there is nothing left to undo."""
        steps = self.steps()
        wanted = step if step is not None else (steps[-1] if steps else None)
        if wanted is None or not self.can_undo(wanted):
            return False
        self._steps = [one for one in steps if one is not wanted]
        wanted.run()
        return True
