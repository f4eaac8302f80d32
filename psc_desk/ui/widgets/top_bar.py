"""The top of the window: search, today, who is signed in, hold and lock."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.dates import format_clock, format_day
from psc_desk.ui import theme
from psc_desk.ui.strings import initials
from psc_desk.ui.widgets.basic import ElidedLabel, initials_box
from psc_desk.ui.widgets.key_button import KeyButton
from psc_desk.ui.widgets.search_box import SearchBox


class TopBar(QFrame):
    """Holds `search`, `hold` and `lock`; the window connects them."""

    def __init__(self, clinic: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top_bar")
        theme.set_look(self, "bar")
        self._clinic = clinic
        self.search = SearchBox(self.tr("Find a patient, page or action"))
        self.day, self.time, self.person, self.role = ElidedLabel(), ElidedLabel(), ElidedLabel(), ElidedLabel()
        self.avatar = initials_box("?", 32, "avatar")
        self.hold = KeyButton("hold_button", self.tr("Hold"), "F9")
        self.lock = KeyButton("lock_button", self.tr("Lock"), "F12")
        for label, name in ((self.day, "today"), (self.time, "clock"), (self.person, "person"), (self.role, "role")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for bold, small in ((self.day, self.time), (self.person, self.role)):
            theme.style(bold, bold=True)
            theme.style(small, "small", look="secondary")
        self._build()

    def show_time(self, now: datetime) -> None:
        """Show the clinic's wall clock."""
        self.day.setText(format_day(now.date()))
        self.time.setText(f"{format_clock(now)} · {self._clinic}")

    def show_person(self, name: str, role: str) -> None:
        """Show who is signed in."""
        self.avatar.setText(initials(name) if name else "")
        self.avatar.setVisible(bool(name))
        self.person.setText(name)
        self.role.setText(role)

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(20), theme.px(8), theme.px(20), theme.px(8))
        layout.setSpacing(theme.px(16))
        self.search.setMinimumWidth(theme.px(200))
        self.search.setMaximumWidth(theme.px(560))
        layout.addWidget(self.search, 3)
        layout.addStretch(1)
        right = Qt.AlignmentFlag.AlignRight
        layout.addLayout(_two_lines(self.day, self.time, right))
        layout.addWidget(self.avatar)
        layout.addLayout(_two_lines(self.person, self.role, Qt.AlignmentFlag.AlignLeft))
        layout.addWidget(self.hold)
        layout.addWidget(self.lock)
        self.setFixedHeight(max(theme.px(56), self.sizeHint().height()))


def _two_lines(first: QWidget, second: QWidget, align: Qt.AlignmentFlag) -> QVBoxLayout:
    lines = QVBoxLayout()
    lines.setSpacing(0)
    lines.addStretch()
    lines.addWidget(first, alignment=align)
    lines.addWidget(second, alignment=align)
    lines.addStretch()
    return lines
