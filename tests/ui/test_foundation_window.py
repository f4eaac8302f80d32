"""The frame of the window: keys, search, messages, hold, lock, panels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Reason, ReasonDialog
from psc_desk.ui.idle import IdleWatch
from psc_desk.ui.main_window import JOBS, MainWindow
from psc_desk.ui.page import Page
from psc_desk.ui.panels import Panel, PanelHeader, Panels
from psc_desk.ui.report import Kind, Message
from psc_desk.ui.sign_in import LockPage
from psc_desk.ui.widgets.message_bar import MessageBar
from psc_desk.ui.widgets.search_box import Answer, Hit
from tests.ui.audit import unnamed_controls

NOW = datetime(2026, 3, 4, 10, 12, tzinfo=UTC)


class DeskPage(Page):
    """A page with panels and a field to be in the middle of."""

    NAME = "desk"
    TITLE = "Desk"
    ICON = "layout-dashboard"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.done: list[str] = []
        self.shown: list[int] = []
        self.field = QLineEdit()
        self.field.setObjectName("field")
        self.field.setAccessibleName("Field")
        self.panels = Panels(
            Panel("queue", "Queue", PanelHeader("Queue")),
            Panel("calendar", "Calendar", self.field),
            [Panel("chart", "Chart", PanelHeader("Chart")), Panel("drawer", "Drawer", PanelHeader("Drawer 1"))],
        )
        QVBoxLayout(self).addWidget(self.panels)
        self.handle("check_in", lambda: self.done.append("check_in"))
        self.offer("Sort by wait", lambda: self.done.append("sort"))

    def show_patient(self, patient_id: int) -> bool:
        """Take any patient."""
        self.shown.append(patient_id)
        return True

    def remember(self, memory: QSettings) -> None:
        """Keep the panels."""
        self.panels.remember(memory)

    def recall(self, memory: QSettings) -> None:
        """Bring the panels back."""
        self.panels.recall(memory)


class MoneyPage(Page):
    """Another page."""

    NAME = "money"
    TITLE = "Money"
    ICON = "coin"
    SHORTCUT = "Alt+4"


def make(context: Context, memory: QSettings | None = None, *, training: bool = False) -> MainWindow:
    window = MainWindow(
        context,
        (DeskPage, MoneyPage),
        clinic="Riverside Family Clinic",
        now=lambda: NOW,
        memory=memory,
        training=training,
    )
    window.top.show_person("Maya Okafor", "Front desk")
    window.go("desk")
    return window


@pytest.fixture
def window(qtbot: QtBot, context: Context) -> MainWindow:
    made = make(context)
    qtbot.addWidget(made)
    made.resize(1680, 945)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def desk(window: MainWindow) -> DeskPage:
    page = window.page("desk")
    assert isinstance(page, DeskPage)
    return page


class TestFrame:
    def test_every_control_has_a_name(self, window: MainWindow) -> None:
        assert unnamed_controls(window) == []

    def test_titles_begin_with_the_program_and_pages_are_built_when_first_shown(self, window: MainWindow) -> None:
        assert window.windowTitle() == "PSC Desk - Desk"
        assert window.stack.count() == 1
        window.rail.chosen.emit("money")
        assert window.windowTitle() == "PSC Desk - Money"
        assert window.stack.count() == 2

    def test_the_clock_and_the_person_are_shown(self, window: MainWindow) -> None:
        assert window.top.day.text() == "Wednesday, March 4"
        assert window.top.time.text() == "10:12 am · Riverside Family Clinic"
        assert window.top.avatar.text() == "MO"

    def test_each_function_key_has_one_job(self) -> None:
        keys = [job.key for job in JOBS]
        assert keys == sorted(set(keys), key=lambda key: int(key[1:]))
        assert len({job.name for job in JOBS}) == len(keys)

    def test_a_function_key_goes_to_the_page_first_then_to_the_window(self, qtbot: QtBot, window: MainWindow) -> None:
        done = desk(window).done
        window.handle("check_in", lambda: done.append("window"))
        qtbot.keyClick(window, Qt.Key.Key_F4)
        window.go("money")
        qtbot.keyClick(window, Qt.Key.Key_F4)
        assert done == ["check_in", "window"]

    def test_a_function_key_that_nobody_answers_says_so(self, qtbot: QtBot, window: MainWindow) -> None:
        qtbot.keyClick(window, Qt.Key.Key_F6)
        assert "F6 Check out has nothing to work on here." in window.foot.messages.text

    def test_training_puts_a_frame_around_everything(self, qtbot: QtBot, context: Context) -> None:
        made = make(context, training=True)
        qtbot.addWidget(made)
        assert made.centralWidget().objectName() == "training_frame"


class TestHoldAndLock:
    def test_hold_comes_back_to_the_exact_field(self, qtbot: QtBot, window: MainWindow) -> None:
        field = desk(window).field
        field.setText("half a na")
        field.setFocus()
        qtbot.keyClick(field, Qt.Key.Key_F9)
        window.go("money")
        qtbot.keyClick(window, Qt.Key.Key_F9)
        assert window.current is desk(window)
        qtbot.waitUntil(field.hasFocus)
        assert field.text() == "half a na"
        assert not window.hold.held

    def test_the_lock_covers_everything_and_keeps_what_was_typed(self, qtbot: QtBot, window: MainWindow) -> None:
        window.set_lock_page(LockPage(lambda _who, _pin, _then, _failed: None))
        page = desk(window)
        page.field.setText("half a na")
        page.field.setFocus()
        page.panels.float("queue")
        own = page.panels.frames["queue"].window_of_its_own
        assert own is not None
        with qtbot.waitSignal(window.locked):
            qtbot.keyClick(page.field, Qt.Key.Key_F12)
        assert window.is_locked
        assert not page.isVisible()
        assert not own.isVisible()
        assert window.windowTitle() == "PSC Desk - locked"
        qtbot.keyClick(window, Qt.Key.Key_F4)
        assert page.done == []
        window.unlock("Luis Ortega", "Lead")
        assert page.isVisible()
        assert own.isVisible()
        assert page.field.text() == "half a na"
        assert window.top.person.text() == "Luis Ortega"
        page.panels.float("queue")

    def test_f12_in_a_dialog_locks_hides_it_and_brings_it_back_with_its_typing(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        window.set_lock_page(LockPage(lambda _who, _pin, _then, _failed: None))
        dialog = ReasonDialog(desk(window).field, "Cancel visit", "Why?", reasons=[], verb="Cancel visit")
        dialog.open()
        typed = dialog.findChild(QLineEdit, "reason_text")
        assert typed is not None
        typed.setText("half a reason")
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        with qtbot.assertNotEmitted(dialog.finished):
            qtbot.keyClick(typed, Qt.Key.Key_F12)
            assert window.is_locked
            assert not dialog.isVisible()
            window.unlock("Maya Okafor", "Front desk")
        assert dialog.isVisible()
        dialog.primary.click()
        assert dialog.answer == Reason("other", "Reason", "half a reason")

    def test_idling_is_noticed_and_touching_puts_it_off(self, qtbot: QtBot, window: MainWindow) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        watch = IdleWatch(app, 0.02)
        with qtbot.waitSignal(watch.idle):
            qtbot.keyClick(window, Qt.Key.Key_Shift)
        watch.set_seconds(0)
        app.removeEventFilter(watch)
        watch.deleteLater()


class TestSearch:
    def test_patients_pages_and_actions_are_found_together(self, qtbot: QtBot, window: MainWindow) -> None:
        asked: list[str] = []

        def patients(text: str, answer: Answer) -> None:
            asked.append(text)
            answer([Hit("Monroe, Ana", lambda: desk(window).shown.append(7), "02/01/1980 · #10007", "user")])

        window.top.search.providers.insert(0, patients)
        qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(window.top.search, "mon")
        titles = [hit.title for hit in window.top.search.model.rows]
        assert titles == ["Monroe, Ana", "Money"]
        assert asked == ["m", "mo", "mon"]
        assert window.top.search.list.isVisible()
        qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
        assert desk(window).shown == [7]
        assert window.top.search.text() == ""
        assert not window.top.search.list.isVisible()

    def test_down_and_enter_go_to_the_second_and_esc_goes_back_to_the_field(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        field, search = desk(window).field, window.top.search
        field.setFocus()
        search.enter()
        qtbot.keyClicks(search, "c")
        first = search.model.row(search.list.currentIndex()).title
        qtbot.keyClick(search, Qt.Key.Key_Down)
        assert search.model.row(search.list.currentIndex()).title != first
        assert search.accessibleDescription()
        qtbot.keyClick(search, Qt.Key.Key_Escape)
        assert search.text() == ""
        qtbot.waitUntil(field.hasFocus)

    def test_an_answer_to_older_typing_is_dropped(self, qtbot: QtBot, window: MainWindow) -> None:
        late: dict[str, Answer] = {}
        search = window.top.search
        search.providers[:] = [late.__setitem__]
        search.enter()
        qtbot.keyClicks(search, "ab")
        late["ab"]([Hit("Abel", list)])
        late["a"]([Hit("Aaron", list)])
        assert [hit.title for hit in search.model.rows] == ["Abel"]

    def test_nothing_found_offers_what_to_do(self, qtbot: QtBot, window: MainWindow) -> None:
        window.top.search.nothing = lambda text: [Hit(f"Register {text} as a new patient", list, shortcut="F2")]
        window.top.search.enter()
        qtbot.keyClicks(window.top.search, "zzz")
        assert [hit.title for hit in window.top.search.model.rows] == ["Register zzz as a new patient"]

    def test_an_action_of_a_page_can_be_run(self, qtbot: QtBot, window: MainWindow) -> None:
        window.top.search.enter()
        qtbot.keyClicks(window.top.search, "sort wait")
        qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
        assert desk(window).done == ["sort"]


class TestMessages:
    def test_done_and_not_done_are_one_line_each(self, window: MainWindow, context: Context) -> None:
        context.report.done("receipt 1042 for Hana Malik printed")
        assert window.foot.messages.text == "Done: receipt 1042 for Hana Malik printed"
        context.report.not_done("The receipt printer is out of paper. Load a roll.")
        assert window.foot.messages.text == (
            "✕ Not done, because the receipt printer is out of paper; next: load a roll."
        )
        assert len(window.foot.messages.history) == 2

    def test_names_keep_their_capital_in_a_refusal(self, window: MainWindow, context: Context) -> None:
        context.report.not_done("Castillo, Inés has arrived already.")
        assert window.foot.messages.text == "✕ Not done, because Castillo, Inés has arrived already."

    def test_trouble_of_a_device_leaves_what_was_done_on_show(self, qtbot: QtBot) -> None:
        clock = [NOW]
        bar = MessageBar(lambda: clock[0])
        qtbot.addWidget(bar)
        silent = "The drawer was not opened. The printer does not answer."
        bar.show_message(Message(Kind.TROUBLE, silent))
        assert bar.text == f"✕ {silent}"
        bar.show_message(Message(Kind.DONE, "receipt 1042, $25.00 from Hana Malik"))
        clock[0] = NOW + timedelta(seconds=3)
        bar.show_message(Message(Kind.TROUBLE, silent))
        assert bar.text == f"Done: receipt 1042, $25.00 from Hana Malik. ✕ {silent}"
        bar.trouble_over()
        assert bar.line.text() == ""
        clock[0] = NOW + timedelta(seconds=30)
        bar.show_message(Message(Kind.TROUBLE, silent))
        assert bar.text == f"✕ {silent}"

    def test_markup_in_a_name_is_shown_as_typed(self, window: MainWindow, context: Context) -> None:
        context.report.done("<b>Bobby</b> registered")
        assert "&lt;b&gt;" in window.foot.messages.line.text()

    def test_undo_runs_once_by_key(self, qtbot: QtBot, window: MainWindow, context: Context) -> None:
        undone: list[str] = []
        context.report.done("Castillo arrived", undo=lambda: undone.append("x"))
        assert window.foot.messages.undo_button.isVisible()
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert undone == ["x"]
        assert "nothing to undo" in window.foot.messages.text

    def test_undo_ends_after_ten_minutes(self, qtbot: QtBot) -> None:
        clock = [NOW]
        bar = MessageBar(lambda: clock[0])
        qtbot.addWidget(bar)
        step = bar.shelf.push("arrived", lambda: pytest.fail("too late"))
        clock[0] = NOW + timedelta(minutes=9)
        assert bar.shelf.can_undo(step)
        clock[0] = NOW + timedelta(minutes=10)
        assert not bar.shelf.undo(step)

    def test_a_device_says_its_state_in_words_and_can_be_clicked(self, qtbot: QtBot, window: MainWindow) -> None:
        bar = window.foot.devices
        bar.set_device("printer", "bad", "Receipt printer out of paper", "Load a roll.")
        with qtbot.waitSignal(bar.clicked) as clicked:
            qtbot.mouseClick(bar.findChild(object, "device_printer"), Qt.MouseButton.LeftButton)  # type: ignore[arg-type]
        assert clicked.args == ["printer"]
        assert bar.words("printer") == "Receipt printer out of paper"


class TestPanels:
    def test_a_low_window_shows_one_panel_of_the_column_at_a_time(self, qtbot: QtBot) -> None:
        chart, drawer = QLabel("chart"), QLabel("drawer")
        for one in (chart, drawer):
            one.setMinimumHeight(300)
        panels = Panels(
            Panel("queue", "Queue", QLabel()), Panel("calendar", "Calendar", QLabel()),
            [Panel("chart", "Chart", chart), Panel("drawer", "Drawer", drawer)],
        )  # fmt: skip
        qtbot.addWidget(panels)
        panels.resize(1000, 420)
        with qtbot.waitExposed(panels):
            panels.show()
        panels.show_panel("chart")
        assert (chart.isVisible(), drawer.isVisible()) == (True, False)
        qtbot.mouseClick(_tab(panels, "drawer"), Qt.MouseButton.LeftButton)
        assert (chart.isVisible(), drawer.isVisible()) == (False, True)
        qtbot.mouseClick(_tab(panels, "drawer"), Qt.MouseButton.LeftButton)
        assert not drawer.isVisible()
        panels.resize(1000, 800)
        panels.show_panel("chart")
        assert (chart.isVisible(), drawer.isVisible()) == (True, True)

    def test_a_narrow_window_puts_the_chart_over_the_calendar_and_esc_pushes_it_back(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        page = desk(window)
        assert not page.panels.is_narrow
        window.resize(1280, 800)
        qtbot.waitUntil(lambda: page.panels.is_narrow)
        assert not page.panels.column.isVisible()
        page.panels.show_panel("chart")
        assert page.panels.column.isVisible()
        assert page.panels.rect().contains(page.panels.column.geometry())
        qtbot.keyClick(page.panels, Qt.Key.Key_Escape)
        assert not page.panels.column.isVisible()
        window.resize(1680, 945)
        qtbot.waitUntil(lambda: not page.panels.is_narrow)
        assert page.panels.frames["chart"].isVisible()

    def test_a_panel_moves_to_its_own_window_and_closing_that_brings_it_back(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        panels = desk(window).panels
        frame = panels.frames["drawer"]
        panels.float("drawer")
        own = frame.window_of_its_own
        assert own is not None
        assert own.windowTitle() == "PSC Desk - Drawer"
        assert frame.panel.widget.window() is own
        own.close()
        assert frame.panel.widget.window() is window
        assert frame.isVisible()
        assert frame.panel.widget.isVisible()

    def test_the_window_comes_back_as_it_was_left(self, qtbot: QtBot, context: Context, tmp_path: Path) -> None:
        place = str(tmp_path / "window.ini")
        first = make(context, QSettings(place, QSettings.Format.IniFormat))
        qtbot.addWidget(first)
        first.resize(1500, 700)
        first.show()
        desk(first).panels.toggle("queue")
        desk(first).panels.across.setSizes([0, 700, 500])
        first.close()
        second = make(context, QSettings(place, QSettings.Format.IniFormat))
        qtbot.addWidget(second)
        second.show()
        assert second.height() == 700
        second.resize(1500, 700)
        assert not desk(second).panels.frames["queue"].isVisible()
        qtbot.waitUntil(lambda: desk(second).panels.across.sizes()[2] == 500)
        second.close()


def _tab(panels: Panels, key: str) -> QToolButton:
    found = panels.findChild(QToolButton, f"tab_{key}")
    assert found is not None
    return found
