"""Waits for the first paint: what follows would take the interpreter's time from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_PATIENCE_MS = 500
"""A window that starts minimized is not painted; its data are opened all the same."""


class AfterPaint(QObject):
    """Runs `then` once, when `widget` has been painted or was not for half a second."""

    def __init__(self, widget: QWidget, then: Callable[[], Any]) -> None:
        super().__init__(widget)
        self._then: Callable[[], Any] | None = then
        widget.installEventFilter(self)
        QTimer.singleShot(_PATIENCE_MS, self, self._run)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the paint pass by."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._run)
        return False

    def _run(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()
