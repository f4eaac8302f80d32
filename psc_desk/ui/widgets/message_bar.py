"""The one line that every action ends in, with Undo and what was said before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from psc_desk.dates import format_clock
from psc_desk.ui import theme
from psc_desk.ui.report import Kind, Message
from psc_desk.ui.strings import because
from psc_desk.ui.undo import Step, UndoShelf
from psc_desk.ui.widgets.basic import button

_KEPT = 50
_SAME_TIME = timedelta(seconds=20)
_ALARMING = (Kind.NOT_DONE, Kind.BROKEN, Kind.TROUBLE)


class MessageBar(QWidget):
    """Shows the newest message; keeps the last fifty; offers Undo while it is possible."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self.shelf = UndoShelf(now)
        self.history: deque[tuple[str, str, Step | None]] = deque(maxlen=_KEPT)
        self._now = now
        self._step: Step | None = None
        self._troubled = False
        self._done = (now() - _SAME_TIME, "")
        self.line = theme.label()
        self.line.setObjectName("message_line")
        self.line.setTextFormat(Qt.TextFormat.RichText)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.line.setWordWrap(True)
        self.line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.undo_button = button("undo_button", self.tr("Undo"), self.undo, look="link")
        self.undo_button.hide()
        self._build()

    @property
    def text(self) -> str:
        """What is shown, without markup."""
        return self.history[-1][1] if self.history else ""

    def show_message(self, message: Message) -> None:
        """Show a message and say it to a screen reader."""
        lead, rest = self._words(message)
        if message.kind is Kind.DONE:
            self._done = (self._now(), f"{rest.rstrip('.')}.")
        elif message.kind is Kind.TROUBLE and self._now() - self._done[0] < _SAME_TIME:
            lead, rest = self.tr("Done:"), f"{self._done[1]} {lead} {rest}"
        self._troubled = message.kind is Kind.TROUBLE
        plain = f"{lead} {rest}".strip()
        self._step = self.shelf.push(message.text, message.undo) if message.undo is not None else None
        self.history.append((self._time(), plain, self._step))
        theme.set_look(self.line, "error" if message.kind in _ALARMING else "plain")
        self.line.setText(f"<b>{escape(lead)}</b> {escape(rest)}")
        self.undo_button.setVisible(self._step is not None)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.line, plain))

    def trouble_over(self) -> None:
        """Stop showing the trouble of a device; it stays in what was said before."""
        if self._troubled:
            self.line.clear()

    def width_needed(self) -> int:
        """Return the pixels that the line needs to stay in one row."""
        extra = self.undo_button.sizeHint().width() if self._step is not None else 0
        return self.line.fontMetrics().horizontalAdvance(self.text) + extra + theme.px(64)

    def undo(self) -> None:
        """Take back the newest step that can be taken back."""
        step = self._step if self._step is not None and self.shelf.can_undo(self._step) else None
        self.undo_button.hide()
        if not self.shelf.undo(step):
            self.show_message(
                Message(Kind.NOTE, self.tr("There is nothing to undo: steps can be undone for ten minutes."))
            )

    def open_history(self) -> None:
        """Show what was said before, newest first; a step that can still be undone is undone by choosing it."""
        menu = QMenu(self)
        menu.setObjectName("message_history")
        for time, text, step in reversed(self.history):
            undoable = step is not None and self.shelf.can_undo(step)
            action = menu.addAction(f"{time}  {text}" + (self.tr("  - choose to undo") if undoable else ""))
            if undoable:
                action.triggered.connect(lambda _checked=False, step=step: self.shelf.undo(step))
        if not self.history:
            menu.addAction(self.tr("Nothing was done yet.")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().topLeft()))

    def _words(self, message: Message) -> tuple[str, str]:
        if message.kind is Kind.DONE:
            return self.tr("Done:"), message.text
        if message.kind is Kind.NOT_DONE:
            cause, next_step = because(message.text)
            rest = self.tr("because {0}; next: {1}.") if next_step else self.tr("because {0}.")
            return self.tr("✕ Not done,"), rest.format(cause, next_step)
        return ("✕" if message.kind in _ALARMING else ""), message.text

    def _time(self) -> str:
        now = self._now()
        return format_clock(now)

    def _build(self) -> None:
        self._more = QToolButton()
        self._more.setObjectName("message_history_button")
        self._more.setAccessibleName(self.tr("What was done before"))
        self._more.setToolTip(self.tr("What was done before"))
        self._more.clicked.connect(lambda _checked=False: self.open_history())
        theme.set_icon(self._more, "history", "secondary")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.line, 1)
        layout.addWidget(self.undo_button)
        layout.addWidget(self._more)
