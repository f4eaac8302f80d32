"""The bottom of the window: devices at the left, the message at the right, under each other when it is long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from psc_desk.ui import theme
from psc_desk.ui.report import Message
from psc_desk.ui.widgets.device_bar import DeviceBar
from psc_desk.ui.widgets.message_bar import MessageBar


class Foot(QFrame):
    """Device bar and message bar."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foot")
        theme.set_look(self, "foot")
        self.devices = DeviceBar()
        self.messages = MessageBar(now)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(theme.px(14), theme.px(1), theme.px(12), theme.px(1))
        self._layout.setSpacing(0)
        self._layout.addWidget(self.devices)
        self._layout.addWidget(self.messages, 1)

    def show_message(self, message: Message) -> None:
        """Show a message and make room for it."""
        self.messages.show_message(message)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the message under the devices where one row is too narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        room = self.width() - self.devices.sizeHint().width() - theme.px(32)
        directions = QBoxLayout.Direction
        fits = self.messages.width_needed() <= room
        self._layout.setDirection(directions.LeftToRight if fits else directions.BottomToTop)
