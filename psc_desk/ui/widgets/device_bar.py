"""The bar of devices: a coloured dot and words each; a click says what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from psc_desk.ui import theme

STATES = ("ok", "warn", "bad", "unknown")


class DeviceBar(QWidget):
    """`set_device("printer", "ok", "Receipt printer ready · paper ok")` adds or changes one."""

    clicked = Signal(str)
    """key of the device"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("device_bar")
        self._buttons: dict[str, QPushButton] = {}
        self._states: dict[str, str] = {}
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.px(8))
        self._layout.addStretch()

    def set_device(self, key: str, state: str, words: str, advice: str = "") -> None:
        """Show a device: `state` is one of STATES, `words` say the state, `advice` (a tooltip) what to do."""
        button = self._buttons.get(key) or self._add(key)
        self._states[key] = state
        button.setText(words)
        button.setAccessibleName(words)
        button.setToolTip(advice)
        self._dot(key)

    def words(self, key: str) -> str:
        """Return what is shown for a device, or nothing."""
        return self._buttons[key].text() if key in self._buttons else ""

    def changeEvent(self, event: QEvent) -> None:
        """Draw the dots in the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for key in self._states:
                self._dot(key)

    def _add(self, key: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName(f"device_{key}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: self.clicked.emit(key))
        theme.style(button, "small", look="device")
        self._buttons[key] = button
        self._layout.insertWidget(len(self._buttons) - 1, button)
        return button

    def _dot(self, key: str) -> None:
        button = self._buttons[key]
        button.setIcon(_dot_icon(theme.current().dots[self._states[key]]))
        button.setIconSize(QSize(theme.px(15), theme.px(10)))


def _dot_icon(color: str) -> QIcon:
    picture = QPixmap(60, 40)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(2, 2, 36, 36)
    painter.end()
    return QIcon(picture)
