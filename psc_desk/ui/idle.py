"""Notices that nobody has touched keyboard or mouse for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleWatch(QObject):
    """Emits `idle` after `seconds` without a key or the mouse; 0 never does."""

    idle = Signal()

    def __init__(self, app: QApplication, seconds: float) -> None:
        super().__init__(app)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)
        self.set_seconds(seconds)
        app.installEventFilter(self)

    def set_seconds(self, seconds: float) -> None:
        """Wait this long from now on."""
        self._timer.setInterval(round(seconds * 1000))
        self._timer.stop()
        if seconds > 0:
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Start again at every touch; stop nothing."""
        if event.type() in _TOUCHES and self._timer.interval() > 0:
            self._timer.start()
        return False
