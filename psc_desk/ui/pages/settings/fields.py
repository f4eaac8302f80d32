"""Small forms declared as data: one dialog for every master list of the clinic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import DateEdit, MoneyEdit, PinEdit, TimeEdit, TypedEdit

Values = Mapping[str, Any]
Call = Callable[[Values], tuple[Any, ...]]
"""What was typed -> (use case, argument, ...)."""


@dataclass(frozen=True)
class Field:
    """One field. `name` is what an InputError names; `kind` is a key of `_MAKERS`, text or number.

    A "lines" field gives a list when `value` is one, else text. `choices` are (word, value); of a "many" field any
    number can be ticked, and `value` holds the ticked values.
    """

    name: str
    words: str
    value: Any = ""
    kind: str = "text"
    choices: tuple[tuple[str, object], ...] = ()


class Fields:
    """Puts declared fields into a form and reads them again."""

    def __init__(self, form: Form, fields: Sequence[Field], today: Callable[[], date]) -> None:
        self._fields = tuple(fields)
        self._today = today
        self.inputs: dict[str, QWidget] = {}
        for field in fields:
            self.inputs[field.name] = form.add(field.words, self._input(field), field.name)

    def values(self) -> dict[str, Any]:
        """Return what was typed by name; raise InputError at the field that cannot be read."""
        return {field.name: _read(field, self.inputs[field.name]) for field in self._fields}

    def _input(self, field: Field) -> QWidget:
        made = _MAKERS.get(field.kind, _text)(field, self._today)
        made.setAccessibleName(field.words.replace("&", ""))
        return made


class FieldsDialog(PostingDialog[Any]):
    """`call` turns what was typed into the use case to run; `said` is the line in the message bar."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        title: str,
        fields: Sequence[Field],
        call: Call,
        *,
        said: str,
        today: Callable[[], date],
        verb: str = "",
        note: str = "",
    ) -> None:
        super().__init__(context, parent, title, verb=verb or "Save")
        self._call, self._said = call, said
        self.body.insertWidget(0, theme.label(title, "heading", bold=True))
        if note:
            words = theme.label(note, "small", look="secondary")
            words.setWordWrap(True)
            self.body.insertWidget(1, words)
        self.fields = Fields(self.form, fields, today)
        self.setMinimumWidth(theme.px(480))

    def submit(self) -> None:
        """Save."""
        usecase, *args = self._call(self.fields.values())
        self.post(usecase, *args, then=self._saved)

    def _saved(self, result: object) -> None:
        self.context.report.done(self._said)
        self.finish(result)


def _text(field: Field, _today: Callable[[], date]) -> QWidget:
    edit = TypedEdit(field.name, field.words)
    edit.setText(str(field.value))
    edit.setCursorPosition(0)
    return edit


def _secret(field: Field, _today: Callable[[], date]) -> QWidget:
    edit = TypedEdit(field.name, field.words)
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit


def _pin(field: Field, _today: Callable[[], date]) -> QWidget:
    return PinEdit(field.name, field.words)


def _lines(field: Field, _today: Callable[[], date]) -> QWidget:
    edit = QPlainTextEdit("\n".join(field.value) if isinstance(field.value, list | tuple) else str(field.value))
    edit.setTabChangesFocus(True)
    edit.setFixedHeight(theme.px(170 if isinstance(field.value, list) else 72))
    return edit


def _money(field: Field, _today: Callable[[], date]) -> QWidget:
    edit = MoneyEdit(field.name, field.words)
    edit.set_cents(field.value if isinstance(field.value, int) else None)
    return edit


def _yes(field: Field, _today: Callable[[], date]) -> QWidget:
    box = QCheckBox()
    box.setChecked(bool(field.value))
    return box


def _choice(field: Field, _today: Callable[[], date]) -> QWidget:
    box = QComboBox()
    for word, data in field.choices:
        box.addItem(word, data)
    places = [n for n, (_word, data) in enumerate(field.choices) if data == field.value]
    box.setCurrentIndex(places[0] if places else 0)
    return box


def _date(field: Field, today: Callable[[], date]) -> QWidget:
    edit = DateEdit(field.name, field.words, today)
    edit.set_day(field.value if isinstance(field.value, date) else None)
    return edit


def _time(field: Field, _today: Callable[[], date]) -> QWidget:
    edit = TimeEdit(field.name, field.words)
    edit.set_minute(field.value if isinstance(field.value, int) else None)
    return edit


def _many(field: Field, _today: Callable[[], date]) -> QWidget:
    return TickBoxes(field)


class TickBoxes(QWidget):
    """A box for each choice; `ticked()` gives the data of the ticked ones."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.boxes = {data: QCheckBox(word) for word, data in field.choices}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for data, box in self.boxes.items():
            box.setObjectName(f"{field.name}_{data}")
            box.setChecked(data in field.value)
            layout.addWidget(box)

    def ticked(self) -> tuple[object, ...]:
        """Return the data of the ticked boxes."""
        return tuple(data for data, box in self.boxes.items() if box.isChecked())


_MAKERS: dict[str, Callable[[Field, Callable[[], date]], QWidget]] = {
    "secret": _secret, "pin": _pin, "lines": _lines, "money": _money, "yes": _yes, "choice": _choice, "date": _date,
    "maybe_date": _date, "time": _time, "many": _many,
}  # fmt: skip


def _read(field: Field, edit: QWidget) -> Any:
    if isinstance(edit, MoneyEdit):
        return edit.cents()
    if isinstance(edit, DateEdit):
        return edit.day_or_none() if field.kind == "maybe_date" else edit.day()
    if isinstance(edit, TimeEdit):
        return edit.minute()
    if isinstance(edit, TickBoxes):
        return edit.ticked()
    if isinstance(edit, PinEdit):
        return edit.pin()
    if isinstance(edit, QLineEdit):
        return _number(field, edit.text()) if field.kind == "number" else edit.text()
    if isinstance(edit, QPlainTextEdit):
        return edit.toPlainText().splitlines() if isinstance(field.value, list) else edit.toPlainText()
    return edit.currentData() if isinstance(edit, QComboBox) else isinstance(edit, QCheckBox) and edit.isChecked()


def _number(field: Field, text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or len(text.strip()) > 9:
        raise InputError(f"“{field.words.replace('&', '')}” takes a whole number. Type one.", field.name)
    return int(text)
