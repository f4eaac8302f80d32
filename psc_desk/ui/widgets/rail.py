"""The narrow rail of pages: icon and word."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from psc_desk.ui import theme

WIDTH = 76


class RailButton(QToolButton):
    """One page of the rail."""

    def __init__(self, name: str, title: str, icon: str, shortcut: str) -> None:
        super().__init__()
        self._icon = icon
        self.setObjectName(f"rail_{name}")
        self.setText(_wrapped(title, self.fontMetrics().horizontalAdvance(title)))
        self.setAccessibleName(title)
        self.setToolTip(f"{title}  {shortcut}".strip())
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.style(self, "small", look="rail")
        self.toggled.connect(self._show_chosen)
        self._show_chosen(False)

    def sizeHint(self) -> QSize:
        """One size for all."""
        return QSize(theme.px(WIDTH), theme.px(68 if "\n" in self.text() else 54))

    def _show_chosen(self, chosen: bool) -> None:
        theme.set_icon(self, self._icon, "accent" if chosen else "secondary")
        theme.style(self, "small", bold=chosen)


class Rail(QFrame):
    """Pages under each other; arrows move, Space or Enter goes there."""

    chosen = Signal(str)
    """NAME of the page"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAccessibleName(self.tr("Pages"))
        theme.set_look(self, "rail")
        self.setFixedWidth(theme.px(WIDTH))
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, theme.px(8), 0, theme.px(8))
        self._layout.setSpacing(0)
        self._layout.addStretch()

    def add(self, name: str, title: str, icon: str, shortcut: str = "") -> RailButton:
        """Add a page at the end."""
        one = RailButton(name, title, icon, shortcut)
        one.clicked.connect(lambda _checked=False: self.chosen.emit(name))
        self._group.addButton(one)
        self._buttons[name] = one
        self._layout.insertWidget(len(self._buttons) - 1, one)
        return one

    def choose(self, name: str) -> None:
        """Mark the page that is shown."""
        self._buttons[name].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move through the pages with the arrows."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        names = list(self._buttons.values())
        here = next((n for n, one in enumerate(names) if one.hasFocus()), None)
        if step is None or here is None:
            super().keyPressEvent(event)
            return
        names[(here + step) % len(names)].setFocus(Qt.FocusReason.TabFocusReason)


def _wrapped(title: str, width: int) -> str:
    """Put a title that is too wide for the rail on two lines; an ampersand is a letter here."""
    lines = title if width < theme.px(WIDTH - 6) else title.replace(" & ", " &\n", 1)
    return lines.replace("&", "&&")
