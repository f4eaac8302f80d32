"""Everything typed about a patient, in sections; the fields carry the names that errors point at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.models.patient_input import SEXES, PatientInput
from psc_desk.queries.patients import LANGUAGES
from psc_desk.ui import theme
from psc_desk.ui.widgets.chart.rows_edit import ContactsEdit, PhonesEdit
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import DateEdit

_KEY_FIELDS = ("first_name", "last_name", "middle_name", "preferred_name")


class PatientFields(QWidget):
    """Names, birth, language, phones, address, people, and the rest, in reading order."""

    identity_changed = Signal()
    """what tells one patient from another was typed: name, birth date, phone or e-mail"""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self.edits: dict[str, QLineEdit] = {}
        self.phones, self.contacts = PhonesEdit(), ContactsEdit()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, theme.px(8), 0)
        self._column.setSpacing(theme.px(6))
        self._build_person()
        self._build_reach()
        self._build_rest()
        self._column.addStretch()
        self._connect()
        self.set_input(PatientInput())

    def input(self) -> PatientInput:
        """Return what was typed; InputError for a birth date that cannot be read."""
        texts: dict[str, Any] = {name: edit.text() for name, edit in self.edits.items()}
        return PatientInput(
            **texts,
            birth_date=self.birth_date.day_or_none(),
            previous_names=self.previous_names.toPlainText(),
            sex=self.sex.currentData(),
            language=self.language.currentData(),
            interpreter=self.interpreter.isChecked(),
            phones=self.phones.phones(),
            contacts=self.contacts.contacts(),
        )

    def draft(self) -> PatientInput:
        """Return what can be read of a half-typed form, for looking up likely doubles."""
        try:
            return self.input()
        except InputError:
            first, last, preferred, email = (
                self.edits[name].text() for name in ("first_name", "last_name", "preferred_name", "email")
            )
            return PatientInput(first, last, preferred_name=preferred, email=email, phones=self.phones.phones())

    def set_input(self, typed: PatientInput) -> None:
        """Show a patient."""
        for name, edit in self.edits.items():
            edit.setText(getattr(typed, name))
        self.birth_date.set_day(typed.birth_date)
        self.previous_names.setPlainText(typed.previous_names)
        self.sex.setCurrentIndex(max(self.sex.findData(typed.sex), 0))
        if self.language.findData(typed.language) < 0:
            self.language.addItem(typed.language, typed.language)
        self.language.setCurrentIndex(self.language.findData(typed.language))
        self.interpreter.setChecked(typed.interpreter)
        self.phones.set_phones(typed.phones)
        self.contacts.set_contacts(typed.contacts)

    def _build_person(self) -> None:
        left, right = self._section(self.tr("Name and birth"))
        self._text(left, self.tr("&First name"), "first_name")
        self._text(left, self.tr("&Last name"), "last_name")
        born = DateEdit("birth_date", self.tr("Birth date"), self._today, past=True)
        self.birth_date = left.add(self.tr("&Birth date"), born)
        sexes: list[tuple[str, object]] = [(sex.capitalize(), sex) for sex in SEXES]
        self.sex = left.choice(self.tr("&Sex"), "sex", sexes, "unknown")
        self._text(right, self.tr("Preferred name"), "preferred_name").setPlaceholderText(self.tr("if not the first"))
        self._text(right, self.tr("Middle name"), "middle_name")
        self._text(right, self.tr("Suffix"), "suffix").setPlaceholderText("Jr., III")
        self._text(right, self.tr("Pronouns"), "pronouns").setPlaceholderText(self.tr("she/her"))

    def _build_reach(self) -> None:
        self._wide(self.tr("Phones"), self.phones)
        left, right = self._section(self.tr("Address and language"))
        self._text(left, self.tr("Street"), "street")
        self._text(left, self.tr("Apartment"), "street2")
        self._text(left, self.tr("City"), "city")
        self._text(left, self.tr("State"), "state").setPlaceholderText("MA")
        self._text(left, self.tr("ZIP"), "zip")
        self._text(right, self.tr("&E-mail"), "email")
        languages: list[tuple[str, object]] = [(word, code) for code, word in LANGUAGES.items()]
        self.language = right.choice(self.tr("Lan&guage"), "language", languages, "en")
        self.interpreter = QCheckBox(self.tr("Needs an &interpreter"))
        self.interpreter.setObjectName("interpreter")
        right.wide(self.interpreter)
        self._wide(self.tr("Contacts: emergency, guardian, who may be told what"), self.contacts)

    def _build_rest(self) -> None:
        left, right = self._section(self.tr("More"))
        self._text(left, self.tr("Who pays"), "guarantor").setPlaceholderText(self.tr("empty: the patient"))
        self._text(left, self.tr("Employer"), "employer")
        self._text(left, self.tr("Family doctor"), "pcp")
        self._text(left, self.tr("Pharmacy"), "pharmacy")
        self._text(left, self.tr("Referred by"), "referred_by")
        self._text(right, self.tr("Gender"), "gender")
        self._text(right, self.tr("Race"), "race")
        self._text(right, self.tr("Ethnicity"), "ethnicity")
        self.previous_names = QPlainTextEdit()
        self.previous_names.setTabChangesFocus(True)
        self.previous_names.setPlaceholderText(self.tr("a name per line"))
        self.previous_names.setFixedHeight(theme.px(64))
        right.add(self.tr("Earlier names"), self.previous_names, "previous_names")

    def _section(self, words: str) -> tuple[Form, Form]:
        left, right = Form(), Form()
        across = QHBoxLayout()
        across.setSpacing(theme.px(24))
        across.addWidget(left, 1, Qt.AlignmentFlag.AlignTop)
        across.addWidget(right, 1, Qt.AlignmentFlag.AlignTop)
        self._heading(words)
        self._column.addLayout(across)
        return left, right

    def _wide(self, words: str, widget: QWidget) -> None:
        self._heading(words)
        self._column.addWidget(widget)

    def _heading(self, words: str) -> None:
        if self._column.count():
            self._column.addSpacing(theme.px(8))
        self._column.addWidget(theme.label(words, bold=True))

    def _text(self, form: Form, words: str, name: str) -> QLineEdit:
        edit = form.text(words, name)
        self.edits[name] = edit
        return edit

    def _connect(self) -> None:
        for name in (*_KEY_FIELDS, "email"):
            self.edits[name].textEdited.connect(lambda _text: self.identity_changed.emit())
        self.birth_date.textEdited.connect(lambda _text: self.identity_changed.emit())
        self.phones.changed.connect(self.identity_changed)
