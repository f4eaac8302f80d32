"""Hold: park what one is doing and come back to the exact field."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from psc_desk.ui.main_window import MainWindow


class Hold(QObject):
    """The first F9 remembers page and field, the next comes back to them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._place: tuple[str, weakref.ref[QWidget] | None] | None = None
        self._focus: weakref.ref[QWidget] | None = None

    @property
    def held(self) -> bool:
        """True while something is parked."""
        return self._place is not None

    def toggle(self) -> None:
        """Park, or come back."""
        report, button = self._window.context.report, self._window.top.hold
        if self._place is None:
            page = self._window.current
            self._place = (page.NAME, _weak(QApplication.focusWidget()))
            button.setText(self.tr("Return"))
            report.done(self.tr("{0} is on hold. Press F9 to come back to the same field.").format(page.title()))
            return
        name, field = self._place
        self._place = None
        button.setText(self.tr("Hold"))
        self._window.go(name)
        _focus(field)

    def remember_focus(self) -> None:
        """Note the field that has the focus, before the lock."""
        self._focus = _weak(QApplication.focusWidget())

    def return_focus(self) -> None:
        """Go back to the field noted, after the lock."""
        _focus(self._focus)
        self._focus = None


def _weak(widget: QWidget | None) -> weakref.ref[QWidget] | None:
    return weakref.ref(widget) if widget is not None else None


def _focus(field: weakref.ref[QWidget] | None) -> None:
    widget = field() if field is not None else None
    if widget is not None and isValid(widget):
        widget.activateWindow()
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
