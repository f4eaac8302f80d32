"""Phones and contacts as rows of fields: type into the last one, and an empty one follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from psc_desk.models.patient_input import ContactInput, PhoneInput, format_phone
from psc_desk.ui import theme

translate = QCoreApplication.translate
_MOST_ROWS = 8


class RowsEdit(QWidget):
    """Some rows of fields; `make` builds the next. The first field takes the focus of the whole."""

    changed = Signal()

    def __init__(self, name: str, words: str, make: Callable[[RowsEdit, int], EditRow]) -> None:
        super().__init__()
        self.rows: list[EditRow] = []
        self._make = make
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.px(6))
        self.add()
        self.setFocusProxy(self.rows[0].main)

    def add(self) -> EditRow:
        """Add an empty row."""
        row = self._make(self, len(self.rows) + 1)
        row.main.textEdited.connect(self._typed)
        row.remove.clicked.connect(lambda _checked=False: self.drop(row))
        self.rows.append(row)
        self._layout.addWidget(row)
        row.show()
        self._show_remove()
        return row

    def drop(self, row: EditRow) -> None:
        """Take a row away; the last one is only emptied."""
        if len(self.rows) == 1:
            row.clear()
        else:
            self.rows.remove(row)
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
            self.setFocusProxy(self.rows[0].main)
        self._show_remove()
        self.changed.emit()

    def fill(self, count: int) -> Sequence[EditRow]:
        """Make room for `count` entries and return that many rows."""
        while len(self.rows) < count:
            self.add()
        return self.rows[:count]

    def _typed(self) -> None:
        if self.rows[-1].main.text().strip() and len(self.rows) < _MOST_ROWS:
            self.add()
        self._show_remove()
        self.changed.emit()

    def _show_remove(self) -> None:
        for row in self.rows:
            row.remove.setEnabled(len(self.rows) > 1 or bool(row.main.text()))


class EditRow(QWidget):
    """One row; `main` is the field without which the row counts as empty."""

    def __init__(self, parent: QWidget, main: QLineEdit) -> None:
        super().__init__(parent)
        self.main = main
        self.remove = QToolButton()
        self.across = QHBoxLayout(self)
        self.across.setContentsMargins(0, 0, 0, 0)
        self.across.setSpacing(theme.px(6))

    def clear(self) -> None:
        """Empty every field."""
        for edit in self.findChildren(QLineEdit):
            edit.clear()

    def close_row(self, name: str, words: str) -> None:
        """Put the button that takes the row away at the end."""
        self.remove.setObjectName(name)
        self.remove.setAccessibleName(words)
        self.remove.setToolTip(words)
        theme.set_icon(self.remove, "x", "secondary")
        self.across.addWidget(self.remove)


class PhoneRow(EditRow):
    """Kind, number, extension, whether texts are welcome."""

    def __init__(self, parent: QWidget, number: int) -> None:
        place = f"{number}"
        super().__init__(parent, _line(f"phone_{place}", translate("Chart", "Phone {0}").format(place)))
        self.main.setPlaceholderText("978-555-0100")
        kinds = (("mobile", "Mobile"), ("home", "Home"), ("work", "Work"))
        texts = (("not_asked", "Texts: not asked"), ("yes", "Texts welcome"), ("no", "No texts"))
        self.kind = _choice(f"phone_kind_{place}", translate("Chart", "Kind of phone {0}").format(place), kinds)
        self.extension = _line(f"phone_ext_{place}", translate("Chart", "Extension {0}").format(place))
        self.extension.setPlaceholderText(translate("Chart", "ext."))
        self.extension.setMaximumWidth(theme.px(70))
        self.texts = _choice(f"phone_texts_{place}", translate("Chart", "Texts to phone {0}").format(place), texts)
        self.across.addWidget(self.main, 1)
        for widget in (self.kind, self.extension, self.texts):
            self.across.addWidget(widget)
        self.close_row(f"phone_remove_{place}", translate("Chart", "Remove phone {0}").format(place))

    def show_phone(self, phone: PhoneInput) -> None:
        """Show one phone."""
        self.main.setText(format_phone(phone.digits))
        self.extension.setText(phone.extension)
        self.kind.setCurrentIndex(max(self.kind.findData(phone.kind), 0))
        self.texts.setCurrentIndex(max(self.texts.findData(phone.ok_to_text), 0))

    def phone(self) -> PhoneInput:
        """Return what was typed."""
        return PhoneInput(
            self.main.text(), self.kind.currentData(), self.extension.text(), self.texts.currentData()
        )  # fmt: skip


class ContactRow(EditRow):
    """Name, kind, relation, phone, what may be told."""

    def __init__(self, parent: QWidget, number: int) -> None:
        place = f"{number}"
        super().__init__(parent, _line(f"contact_{place}", translate("Chart", "Contact {0}").format(place)))
        self.main.setPlaceholderText(translate("Chart", "Name"))
        kinds = (("emergency", "Emergency"), ("guardian", "Guardian"), ("may_be_told", "May be told"))
        self.kind = _choice(f"contact_kind_{place}", translate("Chart", "Kind of contact {0}").format(place), kinds)
        self.relation = _line(f"contact_relation_{place}", translate("Chart", "Relation of contact {0}").format(place))
        self.relation.setPlaceholderText(translate("Chart", "Relation"))
        self.phone = _line(f"contact_phone_{place}", translate("Chart", "Phone of contact {0}").format(place))
        self.phone.setPlaceholderText(translate("Chart", "Phone"))
        self.told = _line(f"contact_told_{place}", translate("Chart", "What contact {0} may be told").format(place))
        self.told.setPlaceholderText(translate("Chart", "May be told"))
        self.across.addWidget(self.main, 3)
        self.across.addWidget(self.kind)
        for edit in (self.relation, self.phone, self.told):
            self.across.addWidget(edit, 2)
        self.close_row(f"contact_remove_{place}", translate("Chart", "Remove contact {0}").format(place))

    def show_contact(self, contact: ContactInput) -> None:
        """Show one contact."""
        self.main.setText(contact.name)
        self.relation.setText(contact.relation)
        self.phone.setText(format_phone(contact.phone))
        self.told.setText(contact.may_be_told)
        self.kind.setCurrentIndex(max(self.kind.findData(contact.kind), 0))

    def contact(self) -> ContactInput:
        """Return what was typed."""
        return ContactInput(
            self.main.text(), self.kind.currentData(), self.relation.text(), self.phone.text(), self.told.text()
        )


class PhonesEdit(RowsEdit):
    """The phones of a patient, first one first called."""

    def __init__(self) -> None:
        super().__init__("phones", translate("Chart", "Phones"), PhoneRow)

    def set_phones(self, phones: Sequence[PhoneInput]) -> None:
        """Show these, and an empty row after them."""
        for row, phone in zip(self.fill(len(phones)), phones, strict=True):
            assert isinstance(row, PhoneRow)
            row.show_phone(phone)
        if phones:
            self.add()

    def phones(self) -> tuple[PhoneInput, ...]:
        """Return what was typed; empty rows are left out."""
        rows = [row for row in self.rows if isinstance(row, PhoneRow) and row.main.text().strip()]
        return tuple(row.phone() for row in rows)


class ContactsEdit(RowsEdit):
    """The people around a patient."""

    def __init__(self) -> None:
        super().__init__("contacts", translate("Chart", "Contacts"), ContactRow)

    def set_contacts(self, contacts: Sequence[ContactInput]) -> None:
        """Show these, and an empty row after them."""
        for row, contact in zip(self.fill(len(contacts)), contacts, strict=True):
            assert isinstance(row, ContactRow)
            row.show_contact(contact)
        if contacts:
            self.add()

    def contacts(self) -> tuple[ContactInput, ...]:
        """Return what was typed; a row counts when anything stands in it, so that nothing typed is lost."""
        rows = [row for row in self.rows if isinstance(row, ContactRow)]
        return tuple(row.contact() for row in rows if any(edit.text().strip() for edit in row.findChildren(QLineEdit)))


def _line(name: str, words: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    edit.setAccessibleName(words)
    return edit


def _choice(name: str, words: str, choices: Sequence[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(words)
    for key, word in choices:
        box.addItem(translate("Chart", word), key)
    return box
