"""The sliding fee in the window: assessed by keyboard, shown while it is typed."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.sliding import EXAMPLE_TIERS
from psc_desk.queries.sliding import assessment_on, guidelines, newest_assessments, schedules
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.assessment import AssessmentDialog, CardDialog, open_assessment, open_card
from psc_desk.ui.dialogs.print_preview import PrintPreview
from psc_desk.ui.dialogs.sliding_setup import (
    GuidelineDialog,
    ImportDialog,
    ScheduleDialog,
    open_guideline,
    open_import,
    tiers_words,
)
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.ui.pages.settings.page import SettingsPage
from psc_desk.ui.report import Kind
from psc_desk.usecases.sliding import ScheduleInput, add_schedule, load_shipped_guidelines
from tests.support.clinic import INES, JONAH, MANAGER, MAYA, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, press, section, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def sliding(clinic: SmallClinic, desk_context: Context) -> Context:
    """The window over a clinic with guidelines and the example schedule."""
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(load_shipped_guidelines)
    clinic.desk.do(add_schedule, ScheduleInput("2026", NEW_YEAR, NEW_YEAR, 12, EXAMPLE_TIERS))
    clinic.desk.actor_id = MAYA
    return desk_context


def test_an_assessment_by_keyboard_shows_the_price_of_a_visit_and_prints_the_card(
    qtbot: QtBot, sliding: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    open_assessment(sliding, parent, JONAH)
    dialog = shown(qtbot, AssessmentDialog, sliding.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.pays.text() == "Type the income to see what a visit costs."
    press(qtbot, "3", Qt.Key.Key_Tab, "3000")
    assert dialog.percent.text() == "131.78 % of the guideline · B: 25 % of the fee"
    assert dialog.pays.text() == "A usual visit of $120.00 costs $30.00."
    assert "$36,000.00 a year" in dialog.holds.text()
    assert dialog.holds.text().endswith("holds through 03/04/2027")
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, sliding.lanes)
    assert is_gone(dialog)
    row = clinic.desk.ask(assessment_on, JONAH, TODAY)
    assert row is not None
    assert (row.household, row.annual_cents, row.percent_bp, row.proof) == (3, 3_600_000, 13178, "self-declared")
    assert said.last.text == "sliding fee for Jonah Whitfield: B: 25 % of the fee"
    titles = clinic.desk.ask(lambda read: [
        str(one) for one in read.session.connection().exec_driver_sql("SELECT title FROM print_job").scalars()
    ])  # fmt: skip
    assert titles == ["Sliding fee card"]


def test_who_declines_is_noted_and_the_fields_are_left(
    qtbot: QtBot, sliding: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_assessment(sliding, parent, INES)
    dialog = shown(qtbot, AssessmentDialog, sliding.lanes)
    dialog.declined.setChecked(True)
    assert not dialog.income.isEnabled()
    assert dialog.percent.text() == "Full fee"
    dialog.primary.click()
    settle(qtbot, sliding.lanes)
    assert [row.declined for row in clinic.desk.ask(newest_assessments)] == [True]


def test_without_an_income_the_field_is_gone_back_to(qtbot: QtBot, sliding: Context, parent: QWidget) -> None:
    open_assessment(sliding, parent, INES)
    dialog = shown(qtbot, AssessmentDialog, sliding.lanes)
    dialog.primary.click()
    assert "amount" in dialog.error_line.text()
    assert dialog.focusWidget() is dialog.income


def test_without_a_schedule_it_says_who_adds_it(
    qtbot: QtBot, desk_context: Context, parent: QWidget, said: Said
) -> None:
    open_assessment(desk_context, parent, INES)
    settle(qtbot, desk_context.lanes)
    assert said.last.kind is Kind.NOT_DONE
    assert "The manager adds it in Settings" in said.last.text


def test_the_list_of_assessments_shows_the_card(
    qtbot: QtBot, sliding: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_assessment(sliding, parent, JONAH)
    dialog = shown(qtbot, AssessmentDialog, sliding.lanes)
    dialog.income.setText("100")
    dialog.primary.click()
    settle(qtbot, sliding.lanes)
    page = MoneyPage(sliding)
    qtbot.addWidget(page)
    page.show()
    settle(qtbot, sliding.lanes)
    rows = section(qtbot, sliding.lanes, page, "sliding")
    assert [row.name for row in rows.table.rows.rows] == ["Jonah Whitfield"]
    open_card(sliding, parent, rows.table.rows.rows[0])
    card = shown(qtbot, CardDialog, sliding.lanes)
    qtbot.waitUntil(lambda: len(card.view.pages) == 1)
    qtbot.mouseClick(card.findChild(QPushButton, "print_page"), Qt.MouseButton.LeftButton)
    paper = shown(qtbot, PrintPreview, sliding.lanes)
    assert (paper.content, paper.kind) == (card.content, "sliding_card")
    paper.reject()
    card.accept()


def test_the_settings_load_what_ships_and_add_the_example_schedule(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    clinic.desk.actor_id = MANAGER
    page = SettingsPage(desk_context)
    qtbot.addWidget(page)
    page.show()
    settle(qtbot, desk_context.lanes)
    made = section(qtbot, desk_context.lanes, page, "sliding")
    assert [row.effective_from.year for row in made.guidelines.table.rows.rows] == [2026, 2025]
    made.schedules.buttons["add_schedule"].click()
    dialog = shown(qtbot, ScheduleDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert not dialog.warning.isVisible()
    dialog.rows[3].name.clear()
    dialog.rows[3].up_to.clear()
    assert "at least three" in dialog.warning.text()
    dialog.approved.setText("3/1/2026")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert said.last.text == "the schedule from 03/04/2026 was added"
    assert [tiers_words(row.tiers) for row in clinic.desk.ask(schedules)] == ["A $20.00 · B 25 % · C 50 %"]


def test_a_file_is_shown_with_its_bad_lines_before_it_is_imported(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    clinic.desk.actor_id = MANAGER
    path = clinic.folder / "guidelines.csv"
    path.write_text("region,effective_from,first_person,each_more,source\nAK,2026-01-13,19950,7100,HHS\nXX,2026,1,1,\n")
    open_import(desk_context, parent, path)
    dialog = shown(qtbot, ImportDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.problems.text() == "Line 3: “XX” is no region. Write 48, AK or HI."
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "guidelines: 1 imported, 0 stood here already"
    assert [row.region for row in clinic.desk.ask(guidelines)] == ["AK"]
    open_import(desk_context, parent, clinic.folder / "none.csv")
    settle(qtbot, desk_context.lanes)
    assert "could not be read" in said.last.text


def test_a_guideline_is_typed_by_hand(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    clinic.desk.actor_id = MANAGER
    open_guideline(desk_context, parent)
    dialog = shown(qtbot, GuidelineDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.region.setCurrentIndex(2)
    for field, words in ((dialog.since, "1/13/2026"), (dialog.base, "18350"), (dialog.more, "6530")):
        field.setText(words)
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert [(row.region, row.base_cents) for row in clinic.desk.ask(guidelines)] == [("HI", 1_835_000)]
