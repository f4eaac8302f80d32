"""What a screen reader and a keyboard need, checked on any widget."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QTableView, QWidget

from psc_desk.ui.alt_keys import alt_key


def unnamed_controls(widget: QWidget) -> list[str]:
    """Return what is wrong below `widget`: nameless controls, cut words, tables that swallow Tab, Alt keys twice."""
    for _from_inner_to_outer in range(5):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    wrong = _given_twice(widget)
    for child in [widget, *widget.findChildren(QWidget)]:
        if not child.isVisibleTo(widget) or _part_of_another(child):
            continue
        if child is not widget and child.focusPolicy() != Qt.FocusPolicy.NoFocus:
            wrong += _faults(child)
        if isinstance(child, QLabel) and child.wordWrap() and child.height() < child.heightForWidth(child.width()):
            wrong.append(f"{_where(child)}: cut: {child.text()}")
        if isinstance(child, QTableView) and child.tabKeyNavigation():
            wrong.append(f"{_where(child)}: Tab is trapped in the table")
    return wrong


def _given_twice(widget: QWidget) -> list[str]:
    """Return the Alt keys that two controls share: the first press only moves the focus, which nobody expects."""
    given: dict[str, list[str]] = {}
    for child in widget.findChildren(QWidget):
        key = alt_key(child)
        if key and child.isVisibleTo(widget) and child.isEnabledTo(widget):
            given.setdefault(key, []).append(_where(child))
    return [f"{key}: {' and '.join(places)}" for key, places in given.items() if len(places) > 1]


def _faults(child: QWidget) -> list[str]:
    interface: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(child)
    name = interface.text(QAccessible.Text.Name) if interface is not None else ""
    faults = [] if name.strip() else [f"{_where(child)}: no accessible name"]
    return faults if child.objectName() else [*faults, f"{_where(child)}: no objectName"]


def _part_of_another(child: QWidget) -> bool:
    """Qt builds parts of its own: viewports, scroll bars, the editor in a spin box, the list of a combo box."""
    parent = child.parent()
    if child.objectName().startswith("qt_") or type(child).__name__ in ("QScrollBar", "QHeaderView", "QTabBar"):
        return True
    while isinstance(parent, QWidget):
        if type(parent).__name__ in ("QComboBox", "QSpinBox", "QComboBoxPrivateContainer"):
            return True
        parent = parent.parent()
    return type(child) is QAbstractScrollArea


def _where(child: QWidget) -> str:
    return f"{type(child).__name__}({child.objectName() or '?'}) in {type(child.parent()).__name__}"
