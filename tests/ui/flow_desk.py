"""The real window on the Desk page over the small clinic, driven and counted key by key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.clock import local
from psc_desk.ui.context import Context
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.pages import PAGES
from psc_desk.ui.pages.desk.page import DeskPage
from tests.support.clinic import INES, JONAH, SmallClinic
from tests.ui.money_desk import settle

ENTER = Qt.Key.Key_Return


class Flow:
    """The window with Inés booked at 12:30 and Jonah at 1 pm; `keys` counts what was pressed."""

    def __init__(self, qtbot: QtBot, context: Context, clinic: SmallClinic) -> None:
        self.qtbot, self.context, self.clinic = qtbot, context, clinic
        self.ines, self.jonah = clinic.visit(INES, 12 * 60 + 30), clinic.visit(JONAH, 13 * 60)
        self.keys = 0
        self.window = MainWindow(
            context, PAGES, clinic="Riverside Family Clinic", now=lambda: local(clinic.clock.now(), clinic.desk.zone)
        )
        self.window.resize(1680, 945)

    @property
    def desk(self) -> DeskPage:
        page = self.window.page("desk")
        assert isinstance(page, DeskPage)
        return page

    def press(self, *keys: Qt.Key | str) -> None:
        """Press keys where the focus is; a letter counts as one."""
        for key in keys:
            self.keys += 1
            self._send(key)

    def type(self, text: str) -> None:
        """Type what is not counted: the amount tendered."""
        for letter in text:
            self._send(letter)

    def settle(self) -> None:
        settle(self.qtbot, self.context.lanes)

    def select(self, visit_id: int) -> None:
        """Walk down the queue to a visit, which is not counted."""
        self.desk.queue.view.setFocus()
        for _row in self.desk.queue.model.rows:
            current = self.desk.queue.current()
            if current is not None and current.visit_id == visit_id:
                break
            self._send(Qt.Key.Key_Down)
        self.qtbot.waitUntil(lambda: self.desk.chart.row is not None)
        self.settle()

    def _send(self, key: Qt.Key | str) -> None:
        target = QApplication.focusWidget() or QApplication.activeWindow()
        assert target is not None
        QTest.keyClick(target, key)
        self.settle()


@pytest.fixture
def flow(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> Flow:
    """The window, shown, with nobody selected; what is open over it is hidden before it closes."""
    made = Flow(qtbot, desk_context, clinic)
    qtbot.addWidget(made.window, before_close_func=lambda window: leave(made, window))
    with qtbot.waitExposed(made.window):
        made.window.show()
    made.window.go("desk")
    made.window.activateWindow()
    made.settle()
    return made


def leave(made: Flow, window: QWidget) -> None:
    """Hide the dialogs and let the work at hand end, while the window still lives."""
    for one in QApplication.topLevelWidgets():
        if one is not window and one.isVisible():
            one.hide()
    made.settle()
