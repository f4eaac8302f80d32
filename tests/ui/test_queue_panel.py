"""The queue panel on the real clinic: what it shows, its keys, undo, sorting and the fold."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.visit import Status, Visit
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Reason, ReasonDialog
from psc_desk.ui.dialogs.check_in import CheckInDialog
from psc_desk.ui.pages.desk.queue_panel import QueuePanel
from psc_desk.ui.report import Kind
from psc_desk.ui.widgets.queue_list import shown_status, spoken, timer_words
from psc_desk.usecases.visits import arrive
from psc_desk.work import Read
from tests.support.clinic import BRANDT, INES, JONAH, THAO, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, desk_context, press, settle, shown

__all__ = ["clinic", "closed", "desk_context"]


def open_panel(qtbot: QtBot, context: Context) -> QueuePanel:
    panel = QueuePanel(context)
    panel.setWindowTitle("PSC Desk")
    qtbot.addWidget(panel)
    panel.resize(352, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.view.setFocus()
    settle(qtbot, context.lanes)
    return panel


def status(clinic: SmallClinic, visit_id: int) -> Status:
    def read(one: Read) -> Status:
        return one.get(Visit, visit_id).status

    return clinic.desk.ask(read)


def names(panel: QueuePanel) -> list[str]:
    return [row.name.split(",")[0] for row in panel.model.rows]


@pytest.fixture
def panel(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> QueuePanel:
    """Jonah arrived 20 minutes ago, Inés is booked in 30 minutes, Thảo is 40 minutes late."""
    jonah = clinic.visit(JONAH, 12 * 60, BRANDT)
    clinic.visit(INES, 12 * 60 + 50)
    clinic.visit(THAO, 11 * 60 + 40)
    clinic.desk.do(arrive, jonah)
    clinic.clock.advance(minutes=20)
    return open_panel(qtbot, desk_context)


class TestWhatItShows:
    def test_who_is_here_stands_first_then_the_late_then_the_coming(self, panel: QueuePanel) -> None:
        assert names(panel) == ["Whitfield", "Nguyễn", "Castillo"]
        assert [timer_words(row) for row in panel.model.rows] == ["waiting 20 min", "40 min late", "in 30 min"]
        assert [shown_status(row) for row in panel.model.rows] == ["arrived", "late", "booked"]
        assert panel.model.rows[0].long
        assert panel.header.subtitle.text() == "1 here · longest wait 20 min"

    def test_a_screen_reader_hears_a_sentence(self, panel: QueuePanel) -> None:
        heard = panel.model.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
        assert heard == spoken(panel.model.rows[2])
        for words in ("12:50 pm", "Castillo, Inés", "born 04/18/1987", "record 10001", "Osei", "$25 co-pay"):
            assert words in heard
        assert unnamed_controls(panel) == []

    def test_badges_that_do_not_fit_make_the_row_higher(self, panel: QueuePanel) -> None:
        narrow = panel.view.visualRect(panel.model.index(2)).height()
        panel.resize(800, 700)
        panel.view.doItemsLayout()
        assert panel.view.visualRect(panel.model.index(2)).height() < narrow

    def test_time_goes_on_without_losing_the_selection(
        self, qtbot: QtBot, panel: QueuePanel, clinic: SmallClinic, desk_context: Context
    ) -> None:
        panel.show_patient(INES)
        clinic.clock.advance(minutes=5)
        panel.reload()
        settle(qtbot, desk_context.lanes)
        row = panel.current()
        assert row is not None
        assert timer_words(row) == "in 25 min"

    def test_no_frame_stands_around_a_visit_that_is_not_selected(self, qtbot: QtBot, panel: QueuePanel) -> None:
        panel.view.selectionModel().clear()
        panel.view.clearFocus()
        panel.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        assert not panel.view.currentIndex().isValid()
        press(qtbot, Qt.Key.Key_Home)
        assert panel.current() == panel.model.rows[0]

    def test_an_empty_day_says_what_to_do(self, qtbot: QtBot, desk_context: Context) -> None:
        panel = open_panel(qtbot, desk_context)
        assert panel.pages.currentIndex() == 1
        assert panel.header.subtitle.text() == "0 here"

    def test_later_visits_are_folded_away_and_a_selected_one_unfolds(
        self, qtbot: QtBot, desk_context: Context, clinic: SmallClinic
    ) -> None:
        visits = [clinic.visit(INES, 14 * 60 + 30 * n) for n in range(6)]
        panel = open_panel(qtbot, desk_context)
        fold = panel.findChild(QPushButton, "queue_fold")
        assert isinstance(fold, QPushButton)
        assert fold.text() == "3 more today"
        panel.show_visit(visits[5])
        assert fold.text() == "Show fewer"
        assert len(panel.model.rows) == 6
        row = panel.current()
        assert row is not None
        assert row.visit_id == visits[5]

    def test_it_sorts_by_time_and_provider(self, panel: QueuePanel) -> None:
        panel.sort_by("time")
        assert names(panel) == ["Nguyễn", "Whitfield", "Castillo"]
        panel.sort_by("provider")
        assert names(panel) == ["Whitfield", "Nguyễn", "Castillo"]
        assert panel.sorter.text().startswith("by provider")


class TestKeys:
    def test_a_marks_arrived_and_undo_takes_it_back(
        self, qtbot: QtBot, panel: QueuePanel, clinic: SmallClinic, desk_context: Context, said: Said
    ) -> None:
        panel.show_patient(THAO)
        row = panel.current()
        assert row is not None
        press(qtbot, "a")
        settle(qtbot, desk_context.lanes)
        assert status(clinic, row.visit_id) is Status.ARRIVED
        assert (said.last.kind, said.last.text) == (Kind.DONE, "Nguyễn, Thảo is here.")
        qtbot.waitUntil(lambda: panel.visit_of(THAO).here)  # type: ignore[union-attr]
        assert said.last.undo is not None
        said.last.undo()
        settle(qtbot, desk_context.lanes)
        assert status(clinic, row.visit_id) is Status.BOOKED

    def test_a_step_out_of_order_says_why(
        self, qtbot: QtBot, panel: QueuePanel, clinic: SmallClinic, desk_context: Context, said: Said
    ) -> None:
        panel.show_patient(INES)
        press(qtbot, "r")
        settle(qtbot, desk_context.lanes)
        assert said.last.kind is Kind.NOT_DONE
        assert "booked" in said.last.text

    def test_without_a_selection_a_key_asks_for_one(self, qtbot: QtBot, panel: QueuePanel, said: Said) -> None:
        press(qtbot, "a")
        assert said.last.kind is Kind.NOTE

    def test_room_provider_and_check_out_follow_each_other(
        self, qtbot: QtBot, panel: QueuePanel, clinic: SmallClinic, desk_context: Context
    ) -> None:
        visit_id = panel.rows[0].visit_id
        clinic.desk.do(_set, visit_id, Status.CHECKED_IN)
        panel.show_visit(visit_id)
        for key, then in (("r", Status.IN_ROOM), ("p", Status.WITH_PROVIDER), ("o", Status.CHECKOUT)):
            press(qtbot, key)
            settle(qtbot, desk_context.lanes)
            assert status(clinic, visit_id) is then

    def test_left_unseen_asks_why(
        self, qtbot: QtBot, panel: QueuePanel, clinic: SmallClinic, desk_context: Context,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(ReasonDialog, "ask", lambda *_a, **_k: Reason("waited", "Waited too long"))
        panel.show_patient(JONAH)
        press(qtbot, "l")
        settle(qtbot, desk_context.lanes)
        assert status(clinic, panel.rows[0].visit_id) is Status.LEFT

    def test_enter_opens_the_check_in(self, qtbot: QtBot, panel: QueuePanel, desk_context: Context) -> None:
        panel.show_patient(INES)
        press(qtbot, Qt.Key.Key_Return)
        dialog = shown(qtbot, CheckInDialog, desk_context.lanes)
        assert dialog.row.patient_id == INES

    def test_arrow_keys_tell_who_is_selected_and_showing_does_not(self, qtbot: QtBot, panel: QueuePanel) -> None:
        told: list[tuple[int, int]] = []
        panel.visit_selected.connect(lambda visit, patient: told.append((visit, patient)))
        panel.show_patient(JONAH)
        assert told == []
        press(qtbot, Qt.Key.Key_Down)
        assert told == [(panel.model.rows[1].visit_id, THAO)]

    def test_the_menu_offers_what_the_visit_can_take(self, qtbot: QtBot, panel: QueuePanel) -> None:
        panel.show_patient(JONAH)
        panel.view.menu_wanted.emit(panel.mapToGlobal(panel.rect().center()))
        menu = panel.findChild(QMenu, "queue_menu")
        assert isinstance(menu, QMenu)
        steps = [one.objectName() for one in menu.actions() if isinstance(one, QAction) and one.objectName()]
        assert steps == ["step_check_in", "step_left"]
        menu.close()


def test_a_change_elsewhere_reaches_the_queue(
    qtbot: QtBot, panel: QueuePanel, clinic: SmallClinic, desk_context: Context
) -> None:
    late = panel.visit_of(THAO)
    assert late is not None
    clinic.desk.do(arrive, late.visit_id)
    qtbot.waitUntil(lambda: panel.header.subtitle.text().startswith("2 here"))


def _set(work: Read, visit_id: int, to: Status) -> None:
    work.get(Visit, visit_id).status = to


def test_the_panel_is_a_widget_with_the_list_as_its_focus(panel: QueuePanel) -> None:
    assert isinstance(panel, QWidget)
    assert panel.focusProxy() is panel.view
