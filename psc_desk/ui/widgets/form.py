"""A form: words at the left, each buddied and named, so that keyboard and screen reader find every field."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from psc_desk.ui import theme

W = TypeVar("W", bound=QWidget)


class Form(QWidget):
    """`form.add("&First name", QLineEdit(), "first_name")` returns the field, named and labelled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(theme.px(12))
        self._layout.setVerticalSpacing(theme.px(8))
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def add(self, words: str, field: W, name: str = "") -> W:
        """Add `field` under its words ("&" marks the Alt key) with objectName `name`; return it."""
        plain = words.replace("&", "")
        label = theme.label(words, look="secondary")
        label.setBuddy(field)
        field.setObjectName(name or field.objectName())
        if not field.accessibleName():
            field.setAccessibleName(plain)
        self._layout.addRow(label, field)
        return field

    def text(self, words: str, name: str, value: str = "") -> QLineEdit:
        """Add a line of text."""
        edit = QLineEdit(value)
        return self.add(words, edit, name)

    def choice(self, words: str, name: str, choices: list[tuple[str, object]], chosen: object = None) -> QComboBox:
        """Add a list of (word, data); `chosen` is the data that is selected first."""
        box = QComboBox()
        for word, data in choices:
            box.addItem(word, data)
        place = next((n for n, (_word, data) in enumerate(choices) if data == chosen), 0)
        box.setCurrentIndex(place if choices else -1)
        return self.add(words, box, name)

    def show_row(self, field: QWidget, *, shown: bool) -> None:
        """Show or hide a field with its words."""
        self._layout.setRowVisible(field, shown)

    def wide(self, widget: QWidget) -> None:
        """Add a widget over the whole width."""
        self._layout.addRow(widget)
