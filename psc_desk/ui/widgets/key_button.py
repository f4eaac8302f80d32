"""A button with its key drawn as a cap at the right, as the drawing of the Desk shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStylePainter, QWidget

from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import PressButton


class KeyButton(PressButton):
    """`KeyButton("check_in", "Check in", "F4", look="primary")`; the key is only drawn, an action owns the shortcut."""

    def __init__(
        self,
        name: str,
        text: str,
        key: str,
        run: Callable[[], Any] | None = None,
        *,
        look: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.key = key
        self.setObjectName(name)
        self.setAccessibleName(f"{text} {key}".strip())
        theme.style(self, bold=True, look=look)
        if run is not None:
            self.clicked.connect(lambda _checked=False: run())

    def sizeHint(self) -> QSize:
        """The plain button plus the cap."""
        hint = super().sizeHint()
        return QSize(hint.width() + self._cap_width() + theme.px(8), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Never cut the key."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, then its text at the left and the key's cap at the right."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        text, option.text = option.text, ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        self._draw(painter, text)
        painter.end()

    def _draw(self, painter: QPainter, text: str) -> None:
        cap = self._cap_width()
        width = self.fontMetrics().horizontalAdvance(text) + theme.px(8) + cap
        left = (self.width() - width) / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._ink()))
        painter.setFont(self.font())
        full = QRectF(left, 0, width, self.height())
        painter.drawText(full, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        height = QFontMetrics(theme.font("small")).height() + 1
        box = QRectF(left + width - cap, (self.height() - height) / 2, cap, height)
        painter.setFont(theme.font("small"))
        painter.setOpacity(0.9)
        painter.drawRoundedRect(box, theme.px(3), theme.px(3))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.key)

    def _cap_width(self) -> int:
        return QFontMetrics(theme.font("small")).horizontalAdvance(self.key) + theme.px(8)

    def _ink(self) -> str:
        tokens = theme.current()
        if not self.isEnabled():
            return tokens.control
        return tokens.on_accent if self.property("look") == "primary" else tokens.text
