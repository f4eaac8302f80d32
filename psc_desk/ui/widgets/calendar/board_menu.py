"""The menu on a visit or an empty slot: everything that can be done there, with its key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from psc_desk.queries.calendar_rows import VisitRow

_BOOKED = frozenset({"booked"})
_OPEN = frozenset({"booked", "arrived", "checked_in", "in_room", "with_provider", "checkout"})
_ANY = frozenset({*_OPEN, "done", "cancelled", "late_cancelled", "missed", "left"})
_BREAK = frozenset({"booked", "arrived", "checked_in", "in_room"})


@dataclass(frozen=True)
class Choice:
    """One line of the menu; `when` are the statuses of the visit in which it makes sense, empty for a slot too."""

    name: str
    words: str
    key: str = ""
    when: frozenset[str] = frozenset()
    line_before: bool = False


def choices(tr: Callable[[str], str]) -> tuple[Choice, ...]:
    """Return every line, in order."""
    return (
        Choice("open", tr("Open the chart"), "Enter", _ANY),
        Choice("arrive", tr("Arrive"), "A", _BOOKED),
        Choice("check_in", tr("Check in"), "F4", frozenset({"booked", "arrived", "checked_in"})),
        Choice("pay", tr("Take a payment"), "F5", _OPEN | {"done"}),
        Choice("in_room", tr("In room"), "", frozenset({"checked_in", "with_provider"})),
        Choice("with_provider", tr("With provider"), "", frozenset({"checked_in", "in_room", "checkout"})),
        Choice("checkout", tr("To check-out"), "", frozenset({"in_room", "with_provider"})),
        Choice("check_out", tr("Check out"), "F6", frozenset({"with_provider", "checkout", "done"})),
        Choice("confirm", tr("Confirmed…"), "", _BOOKED),
        Choice("card", tr("Card to read back, slip"), "", _OPEN),
        Choice("break", tr("Cancel, missed…"), "B", _BREAK),
        Choice("find", tr("Find another time…"), "", _BOOKED, line_before=True),
        Choice("again", tr("Book again…"), "", _ANY - _OPEN, line_before=True),
        Choice("cut", tr("Cut, to put it elsewhere"), "X", _OPEN),
        Choice("copy", tr("Copy"), "C", _ANY),
        Choice("paste", tr("Put down what is parked"), "V"),
        Choice("book", tr("Book here…"), "N", line_before=True),
    )


def open_menu(parent: QWidget, at: QPoint, visit: VisitRow | None, may_paste: bool, run: Callable[[str], Any]) -> QMenu:
    """Show the menu at a point of the screen; `run` is told the name of the line that is chosen."""
    menu = QMenu(parent)
    menu.setObjectName("calendar_menu")
    menu.setAccessibleName(visit.patient_name if visit is not None else menu.tr("Empty slot"))
    for choice in choices(menu.tr):
        fits = visit is not None and visit.status in choice.when if choice.when else True
        if not fits or (choice.name == "paste" and not may_paste):
            continue
        if choice.line_before and menu.actions():
            menu.addSeparator()
        action = menu.addAction(f"{choice.words}\t{choice.key}" if choice.key else choice.words)
        action.setObjectName(f"calendar_{choice.name}")
        action.triggered.connect(lambda _checked=False, name=choice.name: run(name))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
    return menu
