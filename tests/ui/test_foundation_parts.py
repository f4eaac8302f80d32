"""Tables, inputs, dialogs, banner, sign-in and the first run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.demo_people import DEMO_PEOPLE
from psc_desk.errors import InputError, RefusedError
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Confirm, DeskDialog, Reason, ReasonDialog, SecondPerson, SecondPersonDialog
from psc_desk.ui.first_run import FirstRun, FirstRunDoors, FirstRunWizard
from psc_desk.ui.rows_model import RIGHT, ROW_ROLE, SORT_ROLE, Column, RowsModel, fold
from psc_desk.ui.sign_in import LockPage, PassphrasePage, SignInPage
from psc_desk.ui.strings import because, initials
from psc_desk.ui.widgets.banner import BannerData, PatientBanner
from psc_desk.ui.widgets.basic import Chip, EmptyState
from psc_desk.ui.widgets.inputs import DateEdit, MoneyEdit, PinEdit, TimeEdit
from psc_desk.ui.widgets.table import RowsTable
from tests.ui.audit import unnamed_controls

TODAY = date(2026, 3, 4)
INES = BannerData(
    7,
    "Inés Castillo",
    date(1987, 4, 18),
    "10442",
    TODAY,
    sex="female",
    language=("booked", "Spanish, interpreter"),
    alerts=(("missed", "Latex allergy"),),
)


@dataclass(frozen=True)
class Row:
    """A patient with a balance."""

    id: int
    name: str
    cents: int
    status: str = ""


COLUMNS = (
    Column[Row]("Name", lambda row: row.name, tooltip=lambda row: f"Patient {row.id}"),
    Column[Row]("Balance", lambda row: str(row.cents), align=RIGHT, sort=lambda row: row.cents, bold=True),
    Column[Row]("Status", lambda row: row.status, status=lambda row: row.status),
)
ROWS = [Row(1, "Zamora", 900), Row(2, "Đặng", 10_000, "late"), Row(3, "alvarez", 25)]


class TestRows:
    def test_the_model_keeps_qts_rules(self, qtbot: QtBot) -> None:
        model = RowsModel(COLUMNS, key=lambda row: row.id)
        tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        model.set_rows(ROWS)
        model.sort(1, Qt.SortOrder.DescendingOrder)
        model.set_rows([*ROWS, Row(4, "Nuñez", 1)])
        model.sort(0)
        model.set_rows([])
        assert tester.model() is model

    def test_text_folds_accents_and_case_when_sorted_and_numbers_sort_as_numbers(self) -> None:
        model = RowsModel(COLUMNS, ROWS)
        model.sort(0)
        assert [row.name for row in model.rows] == ["alvarez", "Đặng", "Zamora"]
        model.sort(1, Qt.SortOrder.DescendingOrder)
        assert [row.cents for row in model.rows] == [10_000, 900, 25]
        assert fold("Đặng Núñez") == "dang nunez"

    def test_a_cell_gives_its_roles(self) -> None:
        model = RowsModel(COLUMNS, ROWS)
        cell = model.index(1, 1)
        assert cell.data() == "10000"
        assert cell.data(SORT_ROLE) == 10_000
        assert cell.data(ROW_ROLE) == ROWS[1]
        assert model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole) == "Patient 2"
        assert model.index(1, 2).data(Qt.ItemDataRole.ForegroundRole).name().upper() == "#7A4B00"
        assert model.headerData(1, Qt.Orientation.Horizontal) == "Balance"

    def test_the_selection_survives_sorting_and_new_rows(self, qtbot: QtBot) -> None:
        model = RowsModel(COLUMNS, ROWS, key=lambda row: row.id)
        table = RowsTable(model, "people", "People")
        qtbot.addWidget(table)
        table.select_key(2)
        model.sort(1)
        assert table.current_row() == ROWS[1]
        model.set_rows([Row(9, "New", 1), *ROWS])
        assert table.current_row() == ROWS[1]
        with qtbot.waitSignal(table.row_selected) as gone:
            model.set_rows([ROWS[0]])
        assert gone.args == [None]

    def test_the_same_rows_changed_in_one_place_do_not_reset_the_table(self, qtbot: QtBot) -> None:
        model = RowsModel(COLUMNS, ROWS, key=lambda row: row.id)
        with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
            model.set_rows([ROWS[0], Row(2, "Đặng", 0), ROWS[2]])
        assert changed.args[0].row() == 1

    def test_home_and_end_go_to_the_first_and_last_row(self, qtbot: QtBot) -> None:
        table = RowsTable(RowsModel(COLUMNS, ROWS), "people", "People")
        qtbot.addWidget(table)
        for key, row in ((Qt.Key.Key_End, ROWS[-1]), (Qt.Key.Key_Home, ROWS[0])):
            qtbot.keyClick(table, key)
            assert table.current_row() == row

    def test_tab_leaves_the_table_and_it_has_a_name(self, qtbot: QtBot) -> None:
        holder = QWidget()
        qtbot.addWidget(holder)
        table = RowsTable(RowsModel(COLUMNS, ROWS), "people", "People", holder)
        assert not table.tabKeyNavigation()
        assert unnamed_controls(holder) == []

    def test_in_a_narrow_table_the_name_keeps_its_room_and_no_figure_is_cut(self, qtbot: QtBot) -> None:
        columns = [
            Column[Row]("Name", lambda row: row.name, width=-1),
            Column[Row]("Balance", lambda row: f"${row.cents:,}.00", width=120),
            Column[Row]("Reason", lambda _row: "", width=200),
        ]
        table = RowsTable(RowsModel(columns, ROWS), "people", "People")
        qtbot.addWidget(table)
        table.resize(700, 300)
        table.show()
        assert table.columnWidth(2) == theme.px(200)
        table.resize(360, 300)
        qtbot.waitUntil(lambda: table.columnWidth(0) >= theme.px(150))
        assert table.columnWidth(1) >= table.sizeHintForColumn(1)
        table.resize(700, 300)
        qtbot.waitUntil(lambda: table.columnWidth(2) == theme.px(200))


class TestInputs:
    def test_money_is_read_in_cents_and_tidied(self, qtbot: QtBot) -> None:
        edit = MoneyEdit("amount", "Amount")
        qtbot.addWidget(edit)
        edit.setText("$1,025.5")
        assert edit.cents() == 102_550
        edit.editingFinished.emit()
        assert edit.text() == "1025.50"
        edit.clear()
        assert edit.cents_or_none() is None
        edit.setText("1.005")
        with pytest.raises(InputError) as error:
            edit.cents()
        assert error.value.field == "amount"

    def test_a_date_is_written_out_and_told(self, qtbot: QtBot) -> None:
        edit = DateEdit("day", "Day", lambda: TODAY)
        qtbot.addWidget(edit)
        edit.setText("t+7")
        with qtbot.waitSignal(edit.day_changed) as changed:
            edit.editingFinished.emit()
        assert changed.args == [date(2026, 3, 11)]
        assert edit.text() == "03/11/2026"
        edit.setText("2/30")
        with pytest.raises(InputError, match="There is no February 30"):
            edit.day()
        edit.clear()
        with pytest.raises(InputError, match="Type a date"):
            edit.day()

    def test_a_time_and_a_pin(self, qtbot: QtBot) -> None:
        clock, pin = TimeEdit("time", "Time"), PinEdit("pin", "PIN")
        qtbot.addWidget(clock)
        qtbot.addWidget(pin)
        clock.setText("215p")
        clock.editingFinished.emit()
        assert (clock.text(), clock.minute()) == ("2:15 pm", 14 * 60 + 15)
        qtbot.keyClicks(pin, "12a3")
        assert pin.text() == "123"
        with pytest.raises(InputError, match="4 digits"):
            pin.pin()


class NoteDialog(DeskDialog[str]):
    """Asks for a note and saves it."""

    def __init__(self, parent: QWidget | None, context: Context | None = None) -> None:
        super().__init__(parent, "Note", verb="Save note", patient=INES)
        self.context = context
        self.note = self.form.text("&Note", "note")

    def value(self) -> str:
        """Return the note."""
        if not self.note.text():
            raise InputError("Type the note.", "note")
        return self.note.text()

    def submit(self) -> None:
        """Save it when there is a desk."""
        if self.context is None:
            super().submit()
        else:
            self.run(self.context, _save, self.value())


def _save(_work: object, text: str) -> str:
    if text == "bad":
        raise InputError("That note is not wanted. Type another one.", "note")
    return text.upper()


def answer(act: Callable[[Any], Any]) -> None:
    """Do `act` with the dialog that the next line opens."""

    def when_open() -> None:
        dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())
        act(dialog)

    QTimer.singleShot(0, when_open)


class TestDialogs:
    def test_the_title_begins_with_the_program_and_the_patient_is_repeated(self, qtbot: QtBot) -> None:
        dialog = NoteDialog(None)
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.windowTitle() == "PSC Desk - Note"
        assert dialog.banner.name_label().text() == "Inés Castillo"
        assert "04/18/1987" in dialog.banner.data.identifiers  # type: ignore[union-attr]
        assert dialog.primary.text() == "Save note"
        assert dialog.focusWidget() is dialog.note
        assert unnamed_controls(dialog) == []

    def test_an_error_is_said_at_the_bottom_and_goes_to_its_field(self, qtbot: QtBot) -> None:
        dialog = NoteDialog(None)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.primary.setFocus()
        qtbot.mouseClick(dialog.primary, Qt.MouseButton.LeftButton)
        assert dialog.error_line.text() == "Type the note."
        assert dialog.focusWidget() is dialog.note
        assert dialog.isVisible()

    def test_esc_closes_at_once_unless_something_is_typed_then_it_asks(self, qtbot: QtBot) -> None:
        dialog = NoteDialog(None)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.keyClicks(dialog.note, "half")
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        assert "Press Esc again" in dialog.error_line.text()
        qtbot.keyClicks(dialog.note, " more")
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        untouched = NoteDialog(None)
        qtbot.addWidget(untouched)
        untouched.show()
        qtbot.keyClick(untouched, Qt.Key.Key_Escape)
        assert not untouched.isVisible()

    def test_a_refused_use_case_leaves_it_open_and_a_done_one_answers(self, qtbot: QtBot, context: Context) -> None:
        dialog = NoteDialog(None, context)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.note.setText("bad")
        dialog.primary.click()
        assert not dialog.primary.isEnabled()
        qtbot.waitUntil(dialog.primary.isEnabled)
        assert "Type another one" in dialog.error_line.text()
        dialog.note.setText("good")
        with qtbot.waitSignal(dialog.accepted):
            dialog.primary.click()
        assert dialog.answer == "GOOD"

    def test_ask_waits_for_the_answer(self, qtbot: QtBot) -> None:
        answer(lambda dialog: (dialog.note.setText("hello"), dialog.primary.click()))
        assert NoteDialog.ask(None) == "hello"
        answer(lambda dialog: dialog.reject())
        assert NoteDialog.ask(None) is None

    def test_confirm(self, qtbot: QtBot) -> None:
        answer(lambda dialog: dialog.primary.click())
        assert Confirm.ask(None, "Void", "Void receipt 12?", verb="Void", danger=True) is True
        answer(lambda dialog: dialog.cancel.click())
        assert Confirm.ask(None, "Void", "Void receipt 12?", verb="Void") is None

    def test_other_needs_words(self, qtbot: QtBot) -> None:
        dialog = ReasonDialog(None, "Cancel", "Why?", reasons=[("ill", "Ill"), ("other", "Other")], verb="Cancel visit")
        qtbot.addWidget(dialog)
        assert dialog.value() == Reason("ill", "Ill")
        dialog.findChild(QWidget, "reason").setCurrentIndex(1)  # type: ignore[union-attr]
        with pytest.raises(InputError) as error:
            dialog.value()
        assert error.value.field == "reason_text"
        dialog.findChild(QLineEdit, "reason_text").setText("moved away")  # type: ignore[union-attr]
        assert dialog.value().sentence == "Other: moved away"

    def test_the_second_person_is_chosen_and_types_a_pin(self, qtbot: QtBot) -> None:
        dialog = SecondPersonDialog(None, "A refund above $100 needs a second person.", people=[(3, "Grace Lin")])
        qtbot.addWidget(dialog)
        dialog.findChild(QLineEdit, "second_pin").setText("2468")  # type: ignore[union-attr]
        assert dialog.value() == SecondPerson(3, "2468")
        nobody = SecondPersonDialog(None, "Why.", people=[])
        qtbot.addWidget(nobody)
        with pytest.raises(InputError, match="Nobody else"):
            nobody.value()


class TestBanner:
    def test_two_identifiers_age_and_alerts(self, qtbot: QtBot) -> None:
        banner = PatientBanner()
        qtbot.addWidget(banner)
        banner.show_patient(INES)
        assert INES.identifiers == "04/18/1987 · 38 y · female · #10442"
        assert [chip.text() for chip in banner.findChildren(Chip)] == ["○ Spanish, interpreter", "✕ Latex allergy"]

    def test_nobody_leaves_nothing_behind(self, qtbot: QtBot) -> None:
        banner = PatientBanner()
        qtbot.addWidget(banner)
        banner.show_patient(INES)
        banner.show_patient(None)
        assert banner.data is None
        assert banner.isHidden()

    def test_initials_of_either_order(self) -> None:
        assert initials("Inés Castillo") == initials("Castillo, Inés") == "IC"
        assert initials("") == "?"

    def test_an_empty_state_says_what_to_do(self, qtbot: QtBot) -> None:
        done: list[str] = []
        empty = EmptyState("Nobody is waiting.", "Book a visit", lambda: done.append("x"))
        qtbot.addWidget(empty)
        empty.findChild(QWidget, "empty_state_button").click()  # type: ignore[union-attr]
        assert done == ["x"]


@dataclass(frozen=True)
class Person:
    """Someone with an account."""

    id: int
    name: str
    role_word: str


PEOPLE = [Person(1, "Maya Okafor", "Front desk"), Person(2, "Grace Lin", "Manager")]


class TestSignIn:
    def test_before_the_people_are_known_it_says_what_is_going_on(self, qtbot: QtBot) -> None:
        page = SignInPage("Riverside", lambda *_: None)
        qtbot.addWidget(page)
        assert "Opening" in page.error_line.text()
        assert not page.primary.isEnabled()
        page.set_people(PEOPLE)
        assert page.primary.isEnabled()
        assert page.error_line.text() == ""

    def test_arrows_choose_and_enter_signs_in(self, qtbot: QtBot) -> None:
        asked: list[tuple[int, str]] = []

        def verify(who: int, secret: str, then: Callable[[Any], Any], _failed: Callable[[Exception], Any]) -> None:
            asked.append((who, secret))
            then(PEOPLE[who - 1])

        page = SignInPage("Riverside", verify, people=PEOPLE)
        qtbot.addWidget(page)
        page.show()
        qtbot.keyClick(page.secret, Qt.Key.Key_Down)
        qtbot.keyClicks(page.secret, "2468")
        with qtbot.waitSignal(page.signed_in) as signed_in:
            qtbot.keyClick(page.secret, Qt.Key.Key_Return)
        assert signed_in.args == [PEOPLE[1]]
        assert asked == [(2, "2468")]
        assert page.secret.text() == ""
        assert unnamed_controls(page) == []

    def test_a_wrong_pin_is_said_and_can_be_typed_again(self, qtbot: QtBot) -> None:
        page = LockPage(
            lambda _who, _secret, _then, failed: failed(RefusedError("Wrong PIN. Try again.")), people=PEOPLE
        )
        qtbot.addWidget(page)
        page.show()
        qtbot.keyClick(page.secret, Qt.Key.Key_Return)
        assert page.error_line.text() == "Type your password or your PIN."
        qtbot.keyClicks(page.secret, "1111")
        page.primary.click()
        assert page.error_line.text() == "Wrong PIN. Try again."
        assert page.secret.text() == ""
        assert page.primary.isEnabled()

    def test_the_demo_clinic_says_who_its_people_are(self, qtbot: QtBot) -> None:
        page = SignInPage("Demo", lambda *_: None, people=PEOPLE)
        qtbot.addWidget(page)
        page.set_demo(DEMO_PEOPLE)
        words = [label.text() for label in page.findChild(QWidget, "demo_note").findChildren(QWidget)]  # type: ignore[union-attr]
        assert {"Maya Okafor", "demo-maya-desk · PIN 1234"} <= set(words)

    def test_the_passphrase_page_opens_or_says_why_not(self, qtbot: QtBot) -> None:
        def unlock(text: str, then: Callable[[Any], Any], failed: Callable[[Exception], Any]) -> None:
            then("vault") if text == "right" else failed(InputError("That does not open it.", "passphrase"))

        page = PassphrasePage(unlock)
        qtbot.addWidget(page)
        page.text.setText("wrong")
        page.primary.click()
        assert page.error_line.text() == "That does not open it."
        page.text.setText("right")
        with qtbot.waitSignal(page.opened) as opened:
            page.primary.click()
        assert opened.args == ["vault"]


class TestFirstRun:
    def test_three_steps_and_the_code_then_finished(self, qtbot: QtBot) -> None:
        made: list[FirstRun] = []

        def create(answers: FirstRun, then: Callable[[str], Any], _failed: Callable[[Exception], Any]) -> None:
            made.append(answers)
            then("ABCDE-12345")

        doors = FirstRunDoors(create, _no_check, _no_check, lambda _code: "Saved.", lambda code: f"Printed {code}.")
        wizard = FirstRunWizard(doors)
        qtbot.addWidget(wizard)
        wizard.show()
        wizard.clinic.primary.click()
        assert "clinic's name" in wizard.clinic.error_line.text()
        wizard.clinic.name.setText("Riverside")
        wizard.clinic.city.setText("Albany, NY 12207")
        qtbot.keyClick(wizard.clinic.name, Qt.Key.Key_Return)
        assert wizard.currentWidget() is wizard.hours
        wizard.hours.closes.setText("7 am")
        wizard.hours.primary.click()
        assert "closes before it opens" in wizard.hours.error_line.text()
        wizard.hours.closes.setText("5 pm")
        wizard.hours.primary.click()
        wizard.person.name.setText("Grace Lin")
        wizard.person.password.setText("a few good words")
        wizard.person.primary.click()
        assert "differ" in wizard.person.error_line.text()
        wizard.person.again.setText("a few good words")
        wizard.person.pin.setText("2468")
        wizard.person.primary.click()
        assert wizard.currentWidget() is wizard.code
        assert wizard.code.code.text() == "ABCDE-12345"
        wizard.code.primary.click()
        assert wizard.currentWidget() is wizard.code
        wizard.code.findChild(QWidget, "print_code").click()  # type: ignore[union-attr]
        assert wizard.code.said.text() == "Printed ABCDE-12345."
        wizard.code.kept.setChecked(True)
        with qtbot.waitSignal(wizard.finished) as finished:
            wizard.code.primary.click()
        assert finished.args == [made[0]]
        assert (made[0].open_minute, made[0].close_minute, made[0].weekdays) == (480, 1020, (0, 1, 2, 3, 4))
        assert made[0].address == "Albany, NY 12207"

    def test_the_demo_clinic_is_one_click_away_and_everything_is_named(self, qtbot: QtBot) -> None:
        doors = FirstRunDoors(lambda *_: None, _no_check, _no_check, str, str, passphrase_needed=True)
        wizard = FirstRunWizard(doors)
        qtbot.addWidget(wizard)
        wizard.show()
        with qtbot.waitSignal(wizard.demo_wanted):
            wizard.clinic.findChild(QWidget, "demo_button").click()  # type: ignore[union-attr]
        wizard.code.show_code("ABCDE-12345")
        for step in (wizard.clinic, wizard.hours, wizard.person, wizard.code):
            wizard.setCurrentWidget(step)
            assert unnamed_controls(step) == []


def _no_check(_text: str) -> None:
    return None


@pytest.mark.parametrize(
    ("sentences", "cause", "following"),
    [
        ("The drawer is closed. Open it first.", "the drawer is closed", "open it first"),
        ("Maya Okafor is ill. Grace Lin can do it.", "Maya Okafor is ill", "Grace Lin can do it"),
        ("Nothing was typed.", "nothing was typed", ""),
    ],
)
def test_sentences_become_one_line(sentences: str, cause: str, following: str) -> None:
    assert because(sentences) == (cause, following)


def test_enter_presses_the_focused_button_not_the_main_one(qtbot: QtBot) -> None:
    dialog = Confirm(None, "Void", "Void the receipt?", verb="Void", danger=True)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.cancel.setFocus()
    qtbot.keyClick(dialog.cancel, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Rejected
    assert dialog.answer is None
