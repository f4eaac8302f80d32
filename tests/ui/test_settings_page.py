"""The Settings page on the real clinic, as the manager."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.queries.clinic import clinic as clinic_row
from psc_desk.queries.clinic import (
    encounter_codes,
    exceptions,
    fee_on,
    fee_schedule,
    holidays,
    providers,
    rooms,
    visit_types,
)
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.staff import people
from psc_desk.settings import NO_SALE_REASONS, SECOND_PERSON_CENTS
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.desk_look import follow_settings
from psc_desk.ui.first_look import remembered_look
from psc_desk.ui.pages.settings.clinic import ProviderDialog
from psc_desk.ui.pages.settings.fields import FieldsDialog
from psc_desk.ui.pages.settings.page import SettingsPage
from psc_desk.ui.pages.settings.types import CodesDialog
from psc_desk.usecases.staff import sign_in
from tests.support.clinic import MANAGER, MAYA, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import closed, closed_context, settle, shown

__all__ = ["closed", "closed_context"]


@pytest.fixture
def page(qtbot: QtBot, closed_context: Context, closed: SmallClinic) -> SettingsPage:
    closed.desk.actor_id = MANAGER
    made = SettingsPage(closed_context)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    settle(qtbot, closed_context.lanes)
    return made


def section(qtbot: QtBot, page: SettingsPage, key: str) -> QWidget:
    widget = page.choose(key)
    settle(qtbot, page.context.lanes)
    assert isinstance(widget, QWidget)
    return widget


def fill(qtbot: QtBot, page: SettingsPage, press: QWidget, **typed: object) -> FieldsDialog:
    """Press a button, fill the form that opens, save it."""
    press.click()  # type: ignore[attr-defined]
    dialog = shown(qtbot, FieldsDialog, page.context.lanes)
    for name, value in typed.items():
        field = dialog.fields.inputs[name]
        if isinstance(field, QLineEdit):
            field.setText(str(value))
        elif isinstance(field, QPlainTextEdit):
            field.setPlainText(str(value))
        elif isinstance(field, QComboBox):
            field.setCurrentIndex(field.findData(value))
        elif isinstance(field, QCheckBox):
            field.setChecked(bool(value))
    dialog.primary.click()
    settle(qtbot, page.context.lanes)
    return dialog


def test_the_front_desk_sees_only_what_is_its_own(
    qtbot: QtBot, closed_context: Context, closed: SmallClinic, page: SettingsPage
) -> None:
    assert page.model.rowCount() == len(page.sections())
    closed.desk.actor_id = MAYA
    page.refresh()
    settle(qtbot, closed_context.lanes)
    assert [row.key for row in page.model.rows] == ["look", "own", "absences"]


def test_every_section_is_named_for_keyboard_and_reader(qtbot: QtBot, page: SettingsPage) -> None:
    for row in list(page.model.rows):
        section(qtbot, page, row.key)
        assert unnamed_controls(page) == [], row.key


def test_a_person_is_added_and_signs_in(qtbot: QtBot, page: SettingsPage, closed: SmallClinic, said: Said) -> None:
    people_section = section(qtbot, page, "people")
    add = people_section.buttons["add_person"]  # type: ignore[attr-defined]
    dialog = fill(qtbot, page, add, name="Ruth Adler", password="violet harbor lantern", pin="12")
    assert "4 digits" in dialog.error_line.text()
    dialog.fields.inputs["pin"].setText("4827")  # type: ignore[attr-defined]
    dialog.primary.click()
    settle(qtbot, page.context.lanes)
    assert said.last.text == "the account was made"
    ruth = next(row for row in closed.desk.ask(people) if row.name == "Ruth Adler")
    assert closed.desk.do(sign_in, ruth.id, "4827", pin=True).person is not None


def test_a_providers_hours_come_back_as_they_were(qtbot: QtBot, page: SettingsPage, closed: SmallClinic) -> None:
    before = closed.desk.ask(providers)[0]
    widget = section(qtbot, page, "providers")
    widget.buttons["change_provider"].click()  # type: ignore[attr-defined]
    dialog = shown(qtbot, ProviderDialog, page.context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.fields.inputs["specialty"].setText("Geriatrics")  # type: ignore[attr-defined]
    dialog.primary.click()
    settle(qtbot, page.context.lanes)
    after = closed.desk.ask(providers)[0]
    assert (after.specialty, after.hours) == ("Geriatrics", before.hours)


def test_one_end_of_a_stretch_alone_is_asked_for(qtbot: QtBot, page: SettingsPage) -> None:
    widget = section(qtbot, page, "providers")
    widget.buttons["add_provider"].click()  # type: ignore[attr-defined]
    dialog = shown(qtbot, ProviderDialog, page.context.lanes)
    dialog.fields.inputs["name"].setText("Nadia Reyes, NP")  # type: ignore[attr-defined]
    start, end = dialog.hours.edits[5, ("work", 0)]
    start.setText("9")
    dialog.primary.click()
    assert dialog.error_line.text() == "Type both times of Saturday, or none."
    assert dialog.focusWidget() is end
    dialog.accept()


def test_clinic_room_type_fee_and_holiday_are_kept(
    qtbot: QtBot, page: SettingsPage, closed: SmallClinic, said: Said
) -> None:
    place = section(qtbot, page, "clinic")
    place.fields.inputs["bank_account_ending"].setText("4821")  # type: ignore[attr-defined]
    place.hours.edits[5, ("open", 0)][0].setText("9")  # type: ignore[attr-defined]
    place.hours.edits[5, ("open", 0)][1].setText("12")  # type: ignore[attr-defined]
    place.save()  # type: ignore[attr-defined]
    settle(qtbot, page.context.lanes)
    row = closed.desk.ask(clinic_row)
    assert (row.bank_account_ending, len(row.hours)) == ("4821", 6)
    buttons = {key: section(qtbot, page, key).buttons for key in ("rooms", "types", "fees", "holidays")}  # type: ignore[attr-defined]
    fill(qtbot, page, buttons["rooms"]["add_room"], name="Room 9", column=True)
    fill(qtbot, page, buttons["types"]["add_visit_type"], name="Vaccine", minutes="15")
    fill(qtbot, page, buttons["fees"]["add_fee"], code="vac", label="Vaccine", cents="42.50")
    fill(qtbot, page, buttons["holidays"]["add_holiday"], day="7/3/2026", label="Independence Day (observed)")
    assert said.last.text == "the holiday was entered"
    assert "Room 9" in [one.name for one in closed.desk.ask(rooms)]
    assert ("Vaccine", 15) in [(one.name, one.minutes) for one in closed.desk.ask(visit_types)]
    fee = closed.desk.ask(fee_on, "VAC", date(2026, 3, 4))
    assert fee is not None
    assert fee.cents == 4250
    assert [one.day for one in closed.desk.ask(holidays, date(2026, 1, 1), date(2026, 12, 31))] == [date(2026, 7, 3)]


def test_settings_are_changed_and_taken_back(qtbot: QtBot, page: SettingsPage, closed: SmallClinic, said: Said) -> None:
    rules = section(qtbot, page, "rules")
    rules.table.select_key(NO_SALE_REASONS.key)  # type: ignore[attr-defined]
    change = rules.buttons["change_setting"]  # type: ignore[attr-defined]
    fill(qtbot, page, change, **{NO_SALE_REASONS.key: "Make change\n\nTest the lock"})
    assert closed.desk.ask(lambda read: read.setting(NO_SALE_REASONS)) == ["Make change", "Test the lock"]
    rules.table.select_key(SECOND_PERSON_CENTS.key)  # type: ignore[attr-defined]
    fill(qtbot, page, change, **{SECOND_PERSON_CENTS.key: "75"})
    assert closed.desk.ask(lambda read: read.setting(SECOND_PERSON_CENTS)) == 7500
    rules.buttons["default_setting"].click()  # type: ignore[attr-defined]
    settle(qtbot, page.context.lanes)
    assert said.last.text == "“Voids and refunds above need a second person” is $50.00 again"
    assert closed.desk.ask(lambda read: read.setting(SECOND_PERSON_CENTS)) == 5000


def test_the_look_changes_at_once_and_is_remembered(
    qtbot: QtBot, qapp: QApplication, page: SettingsPage, tmp_path: Path
) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    follow_settings(page, page.context, memory)
    look = section(qtbot, page, "look")
    look.table.select_key("window.theme")  # type: ignore[attr-defined]
    fill(qtbot, page, look.buttons["change_setting"], **{"window.theme": "dark"})  # type: ignore[attr-defined]
    settle(qtbot, page.context.lanes)
    assert theme.current().name == "dark"
    assert remembered_look(memory) == ("dark", 100)
    theme.apply(qapp, "light")


def test_the_test_page_is_queued(qtbot: QtBot, page: SettingsPage, closed: SmallClinic, said: Said) -> None:
    printer = section(qtbot, page, "printer")
    printer.findChild(QWidget, "test_page").click()
    settle(qtbot, page.context.lanes)
    assert said.last.text == "the test page was sent to the printer"
    assert [job.kind for job in closed.desk.ask(print_jobs)] == ["test"]
    printer.findChild(QWidget, "test_drawer").click()
    settle(qtbot, page.context.lanes)
    assert "drawer was told to open" in said.last.text


def test_a_new_provider_begins_with_the_hours_of_the_clinic(
    qtbot: QtBot, page: SettingsPage, closed: SmallClinic
) -> None:
    section(qtbot, page, "providers").buttons["add_provider"].click()  # type: ignore[attr-defined]
    dialog = shown(qtbot, ProviderDialog, page.context.lanes)
    dialog.fields.inputs["name"].setText("Dr. Ada Stone")  # type: ignore[attr-defined]
    dialog.primary.click()
    settle(qtbot, page.context.lanes)
    ada = next(one for one in closed.desk.ask(providers) if one.name == "Dr. Ada Stone")
    house = closed.desk.ask(clinic_row).hours
    assert [(one.weekday, one.start_minute, one.end_minute) for one in ada.hours] == [
        (one.weekday, one.start_minute, one.end_minute) for one in house
    ]
    assert {one.kind for one in ada.hours} == {"work"}


def test_a_visit_type_says_who_gives_it_and_what_is_charged(
    qtbot: QtBot, page: SettingsPage, closed: SmallClinic
) -> None:
    types = section(qtbot, page, "types")
    kind, giver = closed.desk.ask(visit_types)[0], closed.desk.ask(providers)[0]
    types.table.select_key(kind.id)  # type: ignore[attr-defined]
    types.buttons["change_visit_type"].click()  # type: ignore[attr-defined]
    dialog = shown(qtbot, FieldsDialog, page.context.lanes)
    dialog.fields.inputs["provider_ids"].boxes[giver.id].setChecked(True)  # type: ignore[attr-defined]
    dialog.primary.click()
    settle(qtbot, page.context.lanes)
    assert next(one for one in closed.desk.ask(visit_types) if one.id == kind.id).provider_ids == (giver.id,)
    fees = closed.desk.ask(lambda read: fee_schedule(read, read.today))
    types.buttons["visit_type_codes"].click()  # type: ignore[attr-defined]
    codes = shown(qtbot, CodesDialog, page.context.lanes)
    assert unnamed_controls(codes) == []
    for offer, usual in codes.boxes.values():
        offer.setChecked(False)
        usual.setChecked(False)
    codes.boxes[fees[0].code][1].setChecked(True)
    codes.primary.click()
    settle(qtbot, page.context.lanes)
    offered = closed.desk.ask(lambda read: encounter_codes(read, kind.id, read.today))
    assert [(one.code, one.usual) for one in offered] == [(fees[0].code, True)]


def test_a_week_of_absence_is_entered_and_a_day_taken_back(
    qtbot: QtBot, page: SettingsPage, closed: SmallClinic, said: Said
) -> None:
    away = section(qtbot, page, "absences")
    add = away.buttons["add_absence"]  # type: ignore[attr-defined]
    dialog = fill(qtbot, page, add, day="03/09/2026", last="03/06/2026", label="Vacation")
    assert "last day lies after" in dialog.error_line.text()
    dialog.fields.inputs["last"].setText("03/13/2026")  # type: ignore[attr-defined]
    dialog.primary.click()
    settle(qtbot, page.context.lanes)
    page.refresh()
    settle(qtbot, page.context.lanes)
    assert away.table.rows.rowCount() == 5  # type: ignore[attr-defined]
    away.table.setCurrentIndex(away.table.rows.index(0, 0))  # type: ignore[attr-defined]
    away.buttons["remove_absence"].click()  # type: ignore[attr-defined]
    settle(qtbot, page.context.lanes)
    left = closed.desk.ask(lambda read: exceptions(read, date(2026, 3, 9), date(2026, 3, 13)))
    assert [one.day.day for one in left] == [10, 11, 12, 13]
