"""Small labels: a status chip, a key cap, initials, a thin line, an empty state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from psc_desk.ui import theme
from psc_desk.ui.strings import initials, status_word
from psc_desk.ui.tokens import glyph


class Chip(QLabel):
    """A tinted pill with sign and word: `Chip("arrived")`, `Chip("missing", "Consent form", square=True)`."""

    def __init__(self, status: str, word: str = "", parent: QWidget | None = None, *, square: bool = False) -> None:
        super().__init__(parent)
        self._status = status
        self._square = square
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.style(self, "small")
        self.set_status(status, word)

    def set_status(self, status: str, word: str = "") -> None:
        """Show another status; without a word, the status's own."""
        self._status = status
        self.setText(f"{glyph(status)} {word or status_word(status)}")
        self._color()

    def sizeHint(self) -> QSize:
        """Text plus the pill's ends."""
        hint = super().sizeHint()
        return QSize(hint.width() + theme.px(12 if self._square else 16), hint.height() + theme.px(2))

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tint and the text centred on it."""
        text, tint = theme.status_colors(self._status)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tint))
        radius = theme.px(4) if self._square else self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setPen(QColor(text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def _color(self) -> None:
        self.updateGeometry()
        self.update()


class ElidedLabel(QLabel):
    """One line that ends in "…" where there is no room for all of it; the tooltip has it whole."""

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.style().drawItemText(
            QPainter(self), self.rect(), int(self.alignment()), self.palette(), self.isEnabled(), words,
            self.foregroundRole(),
        )  # fmt: skip


def key_cap(key: str) -> QLabel:
    """Return a label that looks like a key, e.g. "F4"; screen readers hear the shortcut from its button instead."""
    return theme.label(key, "small", look="key")


def initials_box(name: str, side: int = 48, look: str = "initials") -> QLabel:
    """Return the square (or, with look "avatar", round) initials of `name`."""
    box = theme.label(initials(name), "heading" if side > 40 else "small", bold=True, look=look)
    box.setAlignment(Qt.AlignmentFlag.AlignCenter)
    box.setFixedSize(theme.px(side), theme.px(side))
    return box


def line() -> QFrame:
    """Return a thin horizontal line."""
    rule = QFrame()
    rule.setFixedHeight(1)
    theme.set_look(rule, "line")
    return rule


class PressButton(QPushButton):
    """Enter presses it when it has the focus, also in a dialog, where Enter elsewhere does the main thing."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter as on Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)


def button(name: str, text: str, run: Callable[[], Any] | None = None, *, look: str = "", key: str = "") -> QPushButton:
    """Return a push button named `name`; `key` is shown after the text, as in "Check in  F4"."""
    result = PressButton(f"{text}   {key}" if key else text)
    result.setObjectName(name)
    result.setAccessibleName(f"{text} {key}".strip())
    theme.style(result, bold=look in ("", "primary", "danger"), look=look)
    if run is not None:
        result.clicked.connect(lambda _checked=False: run())
    return result


class EmptyState(QWidget):
    """Says what to do first where there is nothing to show yet."""

    def __init__(self, text: str, verb: str = "", run: Callable[[], Any] | None = None) -> None:
        super().__init__()
        self.words = theme.label(text, look="secondary")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(24), theme.px(24), theme.px(24), theme.px(24))
        layout.addStretch()
        layout.addWidget(self.words)
        if verb:
            layout.addWidget(button("empty_state_button", verb, run), alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addStretch()
