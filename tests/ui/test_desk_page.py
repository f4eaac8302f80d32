"""The Desk page: who is selected in one panel is selected in all, and what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from psc_desk.queries.audit import chart_readers
from psc_desk.ui import theme
from psc_desk.ui.dialogs.check_out import CheckOutDialog
from psc_desk.ui.dialogs.coding import AskCodingDialog
from psc_desk.ui.dialogs.encounter import EncounterDialog
from psc_desk.ui.dialogs.estimate import AskDialog
from psc_desk.ui.dialogs.payment import PaymentDialog
from psc_desk.ui.dialogs.plan import PlanDialog
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.pages.desk.page import DeskPage
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.check_in import check_in_with_copay
from psc_desk.usecases.visits import arrive, room
from tests.support.clinic import INES, JONAH, THAO
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.flow_desk import ENTER, Flow, flow
from tests.ui.money_desk import clinic, closed, desk_context, shown

__all__ = ["clinic", "closed", "desk_context", "flow"]


def test_every_control_has_a_name(flow: Flow) -> None:
    flow.select(flow.ines)
    for panel in (flow.desk.queue, flow.desk.calendar, flow.desk.drawer):
        assert unnamed_controls(panel) == []


def test_selecting_in_the_queue_shows_calendar_and_chart(flow: Flow) -> None:
    flow.select(flow.jonah)
    assert (flow.desk.visit_id, flow.desk.patient_id) == (flow.jonah, JONAH)
    current = flow.desk.calendar.here.current_visit()
    assert current is not None
    assert current.visit_id == flow.jonah
    flow.qtbot.waitUntil(lambda: flow.desk.chart.patient_id == JONAH)


def test_selecting_in_the_calendar_selects_in_the_queue(flow: Flow) -> None:
    flow.desk.calendar.visit_selected.emit(flow.ines, INES)
    row = flow.desk.queue.current()
    assert row is not None
    assert row.visit_id == flow.ines


def test_a_patient_found_by_search_comes_with_the_visit_of_today(flow: Flow) -> None:
    flow.window.open_patient(JONAH)
    flow.settle()
    assert flow.desk.visit_id == flow.jonah
    flow.qtbot.waitUntil(lambda: flow.desk.chart.row is not None)


def test_a_patient_without_a_visit_today_leaves_no_visit_selected(flow: Flow) -> None:
    flow.select(flow.ines)
    flow.window.open_patient(THAO)
    flow.settle()
    assert (flow.desk.visit_id, flow.desk.patient_id) == (None, THAO)
    assert flow.desk.queue.current() is None
    assert flow.desk.visit_today() is None


def test_nobody_is_selected_when_the_page_opens(flow: Flow) -> None:
    assert flow.desk.patient_id is None
    assert flow.clinic.desk.ask(chart_readers, INES) == []


def test_running_through_the_queue_opens_the_chart_where_it_stops(flow: Flow) -> None:
    flow.select(flow.jonah)
    flow.qtbot.waitUntil(lambda: flow.desk.chart.patient_id == JONAH and flow.desk.chart.row is not None)
    flow.settle()
    assert flow.clinic.desk.ask(chart_readers, INES) == []
    assert len(flow.clinic.desk.ask(chart_readers, JONAH)) == 1


def test_f5_takes_the_copay_of_the_selected_visit(flow: Flow) -> None:
    flow.select(flow.ines)
    flow.press(Qt.Key.Key_F5)
    dialog = shown(flow.qtbot, PaymentDialog, flow.context.lanes)
    assert dialog.row.visit_id == flow.ines
    assert dialog.amount.text() == "25.00"


def test_f6_checks_out_the_selected_visit(flow: Flow) -> None:
    flow.clinic.desk.do(check_in_with_copay, flow.jonah)
    flow.clinic.desk.do(room, flow.jonah)
    flow.settle()
    flow.select(flow.jonah)
    flow.press(Qt.Key.Key_F6)
    dialog = shown(flow.qtbot, CheckOutDialog, flow.context.lanes)
    assert dialog.row.visit_id == flow.jonah
    flow.press(ENTER, ENTER)
    assert QApplication.activeModalWidget() is None


def test_alt_and_a_letter_go_from_panel_to_panel(flow: Flow) -> None:
    flow.select(flow.ines)
    alt(flow, Qt.Key.Key_C)
    assert flow.desk.calendar.isAncestorOf(QApplication.focusWidget())
    alt(flow, Qt.Key.Key_Q)
    assert QApplication.focusWidget() is flow.desk.queue.view


def test_panels_come_back_as_they_were_left(flow: Flow, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "memory.ini"), QSettings.Format.IniFormat)
    flow.desk.panels.toggle("drawer")
    flow.desk.calendar.show_view("week")
    flow.settle()
    flow.desk.remember(memory)
    flow.desk.panels.toggle("drawer")
    flow.desk.calendar.show_view("day")
    flow.desk.recall(memory)
    flow.settle()
    assert flow.desk.panels.frames["drawer"].isHidden()
    assert memory.value("desk/calendar/view") == "week"


def alt(flow: Flow, key: Qt.Key) -> None:
    from PySide6.QtTest import QTest

    QTest.keyClick(QApplication.focusWidget(), key, Qt.KeyboardModifier.AltModifier)
    flow.settle()


def test_ctrl_and_a_number_go_to_a_tab_of_the_chart(flow: Flow) -> None:
    flow.select(flow.ines)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    assert flow.desk.chart.tabs.currentWidget() is flow.desk.chart.notes
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is flow.desk.chart.coverage.list


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("agree_on_a_payment_plan", PlanDialog),
        ("make_a_cost_estimate", AskDialog), ("charges_of_the_visit", EncounterDialog),
        ("ask_the_provider_about_the_coding", AskCodingDialog),
    ],
)  # fmt: skip
def test_what_is_done_for_whoever_is_chosen_is_found_by_typing(
    flow: Flow, said: Said, words: str, kind: type[QDialog]
) -> None:
    flow.clinic.desk.do(arrive, flow.jonah)
    flow.clinic.desk.do(post_charges, flow.jonah, [ChargeInput("OV")], key="one")
    flow.settle()
    action = flow.desk.findChild(QAction, f"action_{words}")
    action.trigger()
    assert said.last.text.startswith(("Choose a patient first", "There is no visit of today"))
    flow.select(flow.jonah)
    action.trigger()
    assert shown(flow.qtbot, kind, flow.context.lanes).isVisible()


def test_at_150_percent_the_window_fits_a_small_screen(flow: Flow) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 1.5)
    try:
        context = flow.window.context
        window = MainWindow(context, (DeskPage,), clinic="Riverside Family Clinic (DEMO)", now=context.desk.clock.now)
        flow.qtbot.addWidget(window)
        window.go("desk")
        window.top.show_person("Maya Okafor-Featherstonehaugh", "Front desk")
        window.resize(1280, 800)
        with flow.qtbot.waitExposed(window):
            window.show()
        assert window.minimumSizeHint().width() <= 1280
        flow.settle()
        window.close()
    finally:
        theme.apply(app, "light", 1.0)
