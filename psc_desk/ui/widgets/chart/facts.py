"""A column of facts: what it is at the left, what it says at the right, a thin line between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import Chip, line


@dataclass(frozen=True)
class Fact:
    """One fact; with a `status` it stands in a chip, `strong` makes it bold."""

    name: str
    value: str
    status: str = ""
    strong: bool = False


class FactList(QWidget):
    """Shows facts; `text(name)` reads one back."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self.facts: Sequence[Fact] = ()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts instead."""
        if tuple(facts) == tuple(self.facts):
            return
        self.facts = tuple(facts)
        self._clear()
        for fact in facts:
            self._layout.addWidget(_row(fact))
            self._layout.addWidget(line())

    def text(self, name: str) -> str:
        """Return what the fact `name` says, "" when it is not shown."""
        return next((fact.value for fact in self.facts if fact.name == name), "")

    def _clear(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _row(fact: Fact) -> QWidget:
    row = QWidget()
    row.setAccessibleName(f"{fact.name}: {fact.value}")
    across = QHBoxLayout(row)
    across.setContentsMargins(0, theme.px(5), 0, theme.px(5))
    across.setSpacing(theme.px(12))
    name = theme.label(fact.name, look="secondary")
    across.addWidget(name, alignment=Qt.AlignmentFlag.AlignTop)
    across.addWidget(_value(fact), 1, Qt.AlignmentFlag.AlignRight if fact.status else Qt.AlignmentFlag(0))
    return row


def _value(fact: Fact) -> QLabel:
    if fact.status:
        return Chip(fact.status, fact.value)
    value = theme.label(fact.value, bold=fact.strong)
    value.setWordWrap(True)
    value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    value.setObjectName("fact_" + "_".join(fact.name.lower().replace(",", "").split()))
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return value
