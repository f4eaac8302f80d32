"""Registering: search first, clear errors on the field, a likely double needs a reason, nothing typed is lost."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.patient_input import ContactInput, PatientInput, PhoneInput
from psc_desk.queries.patients import patient_form
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.patient_form import (
    PatientFormDialog,
    RegistrationDialog,
    guessed,
    open_patient_form,
    open_registration,
)
from psc_desk.ui.widgets.chart.patient_fields import PatientFields
from psc_desk.usecases.patients import change_patient
from tests.support.clinic import INES, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.chart_support import clinic, is_gone, parent, press, real, sentences, settle, shown
from tests.ui.conftest import Said

__all__ = ["clinic", "parent", "real"]


def test_a_new_patient_is_registered_by_keyboard(
    qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    registered: list[int] = []
    open_registration(real, parent, then=registered.append)
    dialog = shown(qtbot, RegistrationDialog, real.lanes)
    assert unnamed_controls(dialog) == []
    press(qtbot, "Noe", Qt.Key.Key_Tab, "Baptiste", Qt.Key.Key_Tab, "6/30/2019", Qt.Key.Key_Return)
    settle(qtbot, real.lanes)
    assert is_gone(dialog)
    form = clinic.desk.ask(patient_form, registered[0])
    assert (form.input.called, form.input.birth_date) == ("Noe Baptiste", date(2019, 6, 30))
    assert said.last.text == "Noe Baptiste registered."


def test_whoever_is_here_already_is_shown_while_typing(
    qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    opened: list[int] = []
    open_registration(real, parent, then=opened.append)
    dialog = shown(qtbot, RegistrationDialog, real.lanes)
    press(qtbot, "Ines", Qt.Key.Key_Tab, "Castillo", Qt.Key.Key_Tab, "04181987")
    qtbot.waitUntil(lambda: dialog.matches.rows.rowCount() == 1)
    assert dialog.hint.text() == "This may be Inés Castillo, born 04/18/1987, #10001. Ask before you register."
    dialog.matches.setFocus()
    qtbot.keyClick(dialog.matches, Qt.Key.Key_Return)
    assert opened == [INES]
    assert is_gone(dialog)


def test_a_likely_double_is_registered_only_with_a_reason(
    qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    registered: list[int] = []
    open_registration(real, parent, typed="Castillo, Inés 4/18/1987", then=registered.append)
    dialog = shown(qtbot, RegistrationDialog, real.lanes)
    dialog.primary.click()
    settle(qtbot, real.lanes)
    assert "is likely the same person" in dialog.error_line.text()
    assert dialog.primary.text() == "Register anyway"
    dialog.primary.click()
    settle(qtbot, real.lanes)
    assert dialog.error_line.text() == "Say why this is someone else."
    assert registered == []
    dialog.because.setText("Twin sister with the same first name")
    dialog.primary.click()
    settle(qtbot, real.lanes)
    assert is_gone(dialog)
    assert "registered Inés Castillo as record #10004" in sentences(clinic, registered[0])[0]


def test_another_name_takes_the_override_back(
    qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_registration(real, parent, typed="Castillo, Inés 4/18/1987")
    dialog = shown(qtbot, RegistrationDialog, real.lanes)
    dialog.primary.click()
    settle(qtbot, real.lanes)
    assert not dialog.anyway.isHidden()
    qtbot.keyClicks(dialog.fields.edits["first_name"], "x")
    assert dialog.anyway.isHidden()
    assert dialog.primary.text() == "Register"
    dialog.done(0)


@pytest.mark.parametrize(
    "wrong",
    [
        ("first_name", "", "The first name is missing. Type it as the person writes it."),
        ("birth_date", "13/1/1990", "There is no month 13. Type month/day/year, such as 03/04/2026."),
        ("birth_date", "", "The birth date is missing. Type month/day/year, such as 04/18/1987."),
        ("zip", "123", "A ZIP code has five digits, or five and four: 01970 or 01970-1234. Correct it."),
        ("state", "XX", "There is no state XX. Type its two letters, such as MA."),
        ("email", "a@b", "This is not an e-mail address. Type it like name@example.com or leave it empty."),
    ],
)
def test_an_error_goes_to_its_field_and_nothing_is_lost(
    qtbot: QtBot, real: Context, parent: QWidget, wrong: tuple[str, str, str]
) -> None:
    field, text, sentence = wrong
    open_registration(real, parent, typed="Noé Baptiste 6/30/2019")
    dialog = shown(qtbot, RegistrationDialog, real.lanes)
    edit = dialog.fields.birth_date if field == "birth_date" else dialog.fields.edits[field]
    edit.setText(text)
    dialog.primary.click()
    settle(qtbot, real.lanes)
    assert dialog.error_line.text() == sentence
    assert dialog.focusWidget() is edit
    assert edit.property("look") == "wrong"
    assert dialog.fields.edits["last_name"].text() == "Baptiste"
    dialog.done(0)


def test_a_wrong_phone_leads_to_the_phones(qtbot: QtBot, real: Context, parent: QWidget) -> None:
    open_registration(real, parent, typed="Noé Baptiste 6/30/2019")
    dialog = shown(qtbot, RegistrationDialog, real.lanes)
    qtbot.keyClicks(dialog.fields.phones.rows[0].main, "12345")
    assert len(dialog.fields.phones.rows) == 2
    dialog.primary.click()
    settle(qtbot, real.lanes)
    assert dialog.error_line.text().startswith("12345 is not a phone number.")
    assert dialog.focusWidget() is dialog.fields.phones.rows[0].main
    dialog.done(0)


def test_the_form_gives_back_all_that_it_shows(qtbot: QtBot) -> None:
    full = PatientInput(
        "Ana", "Ruiz", date(1990, 2, 3), "María", "Jr.", "Anita", "Ana Soto\nAna Vega", "female", "woman", "she/her",
        "hmn", True, "race", "ethnicity", "1 Elm St", "2B", "Salem", "MA", "01970", "ana@example.com", "Leo Ruiz",
        "School", "Dr. Lee", "Corner", "A friend", (PhoneInput("(978) 555-0100", "work", "12", "yes"),),
        (ContactInput("Leo", "guardian", "father", "(978) 555-0101", "everything"),),
    )  # fmt: skip
    form = PatientFields(lambda: TODAY)
    qtbot.addWidget(form)
    form.set_input(full)
    assert form.input() == full
    named = {field.name for field in fields(PatientInput)}
    assert named - {child.objectName() for child in form.findChildren(QWidget)} == set()


def test_a_change_is_saved_and_someone_elses_is_not_overwritten(
    qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    open_patient_form(real, parent, INES)
    dialog = shown(qtbot, PatientFormDialog, real.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.banner.data is not None
    assert dialog.banner.data.birth_date == date(1987, 4, 18)
    dialog.fields.edits["city"].setText("Salem")
    before = clinic.desk.ask(patient_form, INES)
    clinic.desk.do(change_patient, INES, replace(before.input, city="Lynn"), before.version)
    dialog.primary.click()
    settle(qtbot, real.lanes)
    assert dialog.error_line.text().startswith("Someone else changed this meanwhile.")
    assert dialog.fields.edits["city"].text() == "Salem"
    dialog.done(0)
    open_patient_form(real, parent, INES)
    again = shown(qtbot, PatientFormDialog, real.lanes)
    again.fields.edits["city"].setText("Salem")
    again.primary.click()
    settle(qtbot, real.lanes)
    assert said.last.text == "Inés Castillo saved."
    assert clinic.desk.ask(patient_form, INES).input.city == "Salem"


def test_reading_back_is_noted(qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget) -> None:
    open_patient_form(real, parent, INES)
    dialog = shown(qtbot, PatientFormDialog, real.lanes)
    assert dialog.verified.text() == "Address and phone were never read back to the patient."
    dialog.read_back.click()
    settle(qtbot, real.lanes)
    assert dialog.verified.text() == "Address and phone read back on 03/04/2026."
    assert clinic.desk.ask(patient_form, INES).verified_on == TODAY
    dialog.done(0)


@pytest.mark.parametrize(
    ("typed", "first", "last", "born"),
    [
        ("Castillo, Inés 4/18/1987", "Inés", "Castillo", date(1987, 4, 18)),
        ("ines castillo", "Ines", "Castillo", None),
        ("McDonald", "McDonald", "", None),
        ("#10442", "", "", None),
        ("", "", "", None),
    ],
)
def test_what_was_searched_for_is_where_registering_begins(
    typed: str, first: str, last: str, born: date | None
) -> None:
    found = guessed(typed, TODAY)
    assert (found.first_name, found.last_name, found.birth_date) == (first, last, born)
