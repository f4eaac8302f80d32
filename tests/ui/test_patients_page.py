"""The page Patients and the patients in the search box."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.patient_form import RegistrationDialog
from psc_desk.ui.pages.patients import PatientsPage
from psc_desk.ui.patient_search import patient_provider, register_offer
from psc_desk.ui.widgets.search_box import Hit, SearchBox
from tests.support.clinic import INES, JONAH
from tests.ui.audit import unnamed_controls
from tests.ui.chart_support import clinic, parent, real, settle, shown

__all__ = ["clinic", "parent", "real"]


@pytest.fixture
def page(qtbot: QtBot, real: Context) -> PatientsPage:
    made = PatientsPage(real)
    made.resize(1200, 760)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    settle(qtbot, real.lanes)
    return made


def test_typing_finds_and_enter_opens_the_chart(qtbot: QtBot, page: PatientsPage) -> None:
    qtbot.keyClicks(page.search, "casti")
    qtbot.waitUntil(lambda: page.list.rows.rowCount() == 1)
    spoken = page.list.rows.index(0, 0).data()
    assert spoken == "Castillo, Inés, born 04/18/1987, 38 y · #10001"
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.chart.row is not None)
    assert page.chart.patient_id == INES
    assert page.header.subtitle.text() == "1 found"


def test_nobody_found_offers_to_register_what_was_typed(qtbot: QtBot, page: PatientsPage) -> None:
    qtbot.keyClicks(page.search, "Zyx Wvut 1/2/1990")
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 2)
    assert page.do_job("find")
    dialog = shown(qtbot, RegistrationDialog, page.context.lanes)
    assert dialog.fields.draft().called == "Zyx Wvut"
    dialog.done(0)


def test_esc_empties_the_search_and_says_what_to_type(qtbot: QtBot, page: PatientsPage) -> None:
    qtbot.keyClicks(page.search, "casti")
    qtbot.waitUntil(lambda: page.list.rows.rowCount() == 1)
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert page.stack.currentIndex() == 1


def test_function_keys_work_on_the_chart_shown(qtbot: QtBot, page: PatientsPage) -> None:
    assert page.show_patient(JONAH)
    qtbot.waitUntil(lambda: page.chart.row is not None)
    assert {"find", "book", "check_in", "check_out", "pay"} <= set(page._jobs)
    assert page.chart.patient_id == JONAH


def test_every_control_has_a_name(qtbot: QtBot, page: PatientsPage) -> None:
    page.show_patient(INES)
    qtbot.waitUntil(lambda: page.chart.row is not None)
    assert unnamed_controls(page) == []


def test_the_search_box_finds_patients_and_opens_them(qtbot: QtBot, real: Context, parent: QWidget) -> None:
    opened: list[int] = []
    registering: list[str] = []
    box = SearchBox("Find", parent)
    box.providers.append(patient_provider(real, box, opened.append))
    box.nothing = register_offer(registering.append)
    box.show()
    box.setFocus()
    qtbot.keyClicks(box, "whitf")
    qtbot.waitUntil(lambda: box.model.rowCount() == 1)
    settle(qtbot, real.lanes)
    hit: Hit = box.model.rows[0]
    assert (hit.title, hit.detail) == ("Whitfield, Jonah", "born 11/02/1964, 61 y · #10002")
    hit.run()
    assert opened == [JONAH]
    box.clear()
    qtbot.keyClicks(box, "Zyxw")
    qtbot.waitUntil(lambda: box.model.rowCount() == 1)
    settle(qtbot, real.lanes)
    assert box.model.rows[0].title == "Register “Zyxw” as a new patient"
    box.model.rows[0].run()
    assert registering == ["Zyxw"]
