"""The visits cut or copied while a new place is looked for: one shelf, whichever calendar shows it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from psc_desk.queries.calendar_rows import ParkedRow, VisitRow


class Shelf(QObject):
    """`rows` by visit id, the last parked at the end; who changes them says so by a signal."""

    put = Signal()
    taken_off = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[int, tuple[VisitRow, ParkedRow]] = {}
