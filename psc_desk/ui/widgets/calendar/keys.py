"""The letters that every view of the calendar understands."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QKeyEvent

from psc_desk.queries.calendar_rows import VisitRow

_VIEWS = {Qt.Key.Key_D: "day", Qt.Key.Key_W: "week", Qt.Key.Key_M: "month", Qt.Key.Key_L: "agenda"}
_ACTIONS = {Qt.Key.Key_A: "A", Qt.Key.Key_B: "B", Qt.Key.Key_X: "X", Qt.Key.Key_C: "C", Qt.Key.Key_V: "V"}
_CLIPBOARD = frozenset({"X", "C", "V"})


class CalendarWidget(Protocol):
    """What a view must have to be steered by `CalendarKeys`."""

    view_requested: SignalInstance
    go_today: SignalInstance
    go_date_requested: SignalInstance
    step_requested: SignalInstance
    key_action: SignalInstance

    def current_visit(self) -> VisitRow | None:
        """Return the current visit."""
        ...

    def page_days(self, by: int) -> int:
        """Return how many days PgDn (`by` 1) or PgUp (-1) goes."""
        ...


class CalendarKeys:
    """Turns D W M L, T, G, PgUp PgDn and A B X C V into the signals of a view."""

    def __init__(self, view: CalendarWidget) -> None:
        self._view = view

    def take(self, event: QKeyEvent) -> bool:
        """Act on a key; False when it means nothing here."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        letter = _ACTIONS.get(key)
        if modifiers == Qt.KeyboardModifier.ControlModifier:
            return letter in _CLIPBOARD and self._act(letter)
        if modifiers != Qt.KeyboardModifier.NoModifier:
            return False
        return (letter is not None and self._act(letter)) or self._go(key)

    def _act(self, letter: str | None) -> bool:
        visit = self._view.current_visit()
        if visit is None and letter != "V":
            return False
        self._view.key_action.emit(letter, visit.visit_id if visit else 0)
        return True

    def _go(self, key: Qt.Key) -> bool:
        view = self._view
        if key in _VIEWS:
            view.view_requested.emit(_VIEWS[key])
        elif key == Qt.Key.Key_T:
            view.go_today.emit()
        elif key == Qt.Key.Key_G:
            view.go_date_requested.emit()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            view.step_requested.emit(view.page_days(1 if key == Qt.Key.Key_PageDown else -1))
        else:
            return False
        return True
