"""What the devices did lately, for the page of their health and for support: job numbers and states, never a name."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from psc_desk.clock import Clock

LONGEST = 200


@dataclass(frozen=True)
class Note:
    """One line; `trouble` marks what went wrong."""

    at: datetime
    words: str
    trouble: bool = False


class Diary:
    """Keeps the newest notes; safe to use from any thread."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._notes: deque[Note] = deque(maxlen=LONGEST)
        self._lock = threading.Lock()

    def note(self, words: str, *, trouble: bool = False) -> None:
        """Add a line."""
        with self._lock:
            self._notes.append(Note(self.clock.now(), words, trouble))

    def notes(self) -> list[Note]:
        """Return the notes, newest last."""
        with self._lock:
            return list(self._notes)

    def troubles(self, count: int = 8) -> list[Note]:
        """Return the newest troubles, newest first."""
        return [note for note in reversed(self.notes()) if note.trouble][:count]
