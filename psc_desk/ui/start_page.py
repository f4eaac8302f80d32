"""What the pages before the main window share: one card in the middle, an error line, one verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from psc_desk.errors import DeskError, InputError
from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form


class StartPage(QWidget):
    """A heading, quieter words, a form, an error line and a primary button; `press` does what the button says."""

    def __init__(self, name: str, heading: str, words: str, verb: str, *, width: int = 440) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(heading)
        theme.set_look(self, "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.heading = theme.label(heading, "big", bold=True)
        self.words = theme.label(words, look="secondary")
        self.words.setWordWrap(True)
        self.words.setVisible(bool(words))
        self.form = Form()
        self.error_line = theme.label(look="error")
        self.error_line.setObjectName("error_line")
        self.error_line.setWordWrap(True)
        self.primary = button("primary_button", verb, self._press, look="primary")
        self.buttons = QHBoxLayout()
        self.card = QFrame()
        self.card.setFixedWidth(theme.px(width))
        self.body = QVBoxLayout(self.card)
        self._inside = QWidget()
        self._build()

    def press(self) -> None:
        """Do what the button says; a DeskError is shown."""

    def show_error(self, error: Exception) -> None:
        """Say the sentence and go to the field that it names."""
        self.set_busy(False)
        self.error_line.setText(str(error))
        name = error.field if isinstance(error, InputError) else ""
        field = self.findChild(QWidget, name) if name else None
        if field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)

    def set_busy(self, busy: bool, words: str = "") -> None:
        """Hold the button while the answer is on its way; `words` say what is done meanwhile."""
        self.primary.setEnabled(not busy)
        theme.set_look(self.error_line, "secondary" if busy else "error")
        self.error_line.setText(words)

    def refit(self) -> None:
        """Take the new height of the card at once, after its content grew."""
        for widget in (self.card, self._inside):
            layout = widget.layout()
            if layout is not None:
                layout.invalidate()
                layout.activate()

    def add_button(self, name: str, text: str, run: Callable[[], Any]) -> None:
        """Add a second button left of the primary one."""
        self.buttons.insertWidget(self.buttons.count() - 1, button(name, text, run))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button in focus, else the primary one."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        here = self.focusWidget()
        (here if isinstance(here, QPushButton) else self.primary).click()

    def showEvent(self, event: QShowEvent) -> None:
        """Start in the first field."""
        super().showEvent(event)
        first = self.card.findChild(QLineEdit)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _press(self) -> None:
        self.error_line.setText("")
        try:
            self.press()
        except DeskError as error:
            self.show_error(error)

    def _build(self) -> None:
        theme.set_look(self.card, "panel")
        edge = theme.px(28)
        self.body.setContentsMargins(edge, edge, edge, edge)
        self.body.setSpacing(theme.px(12))
        self.buttons.addStretch()
        self.buttons.addWidget(self.primary)
        for widget in (self.heading, self.words, self.form, self.error_line):
            self.body.addWidget(widget)
        self.body.addLayout(self.buttons)
        middle, across = QVBoxLayout(self._inside), QHBoxLayout()
        across.addStretch()
        across.addWidget(self.card)
        across.addStretch()
        middle.addStretch()
        middle.addLayout(across)
        middle.addStretch()
        scroll = _Scroll()
        scroll.setObjectName("start_scroll")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)


class _Scroll(QScrollArea):
    """Leaves the arrow keys to the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
