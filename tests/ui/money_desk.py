"""A context over the small clinic with a real desk behind it, its drawer open."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from psc_desk.ui.bus import EventBus
from psc_desk.ui.context import Context
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.report import Report
from psc_desk.ui.widgets.sections import SectionsPage
from psc_desk.usecases.till import open_till
from tests.support.clinic import SmallClinic, small_clinic

FLOAT = {2000: 5, 500: 8, 100: 10}
"""$150.00"""

W = TypeVar("W", bound=QWidget)


def window_over(clinic: SmallClinic, lanes: Lanes, report: Report) -> Context:
    """Return a context whose use cases run on the clinic's database."""
    bus = EventBus(report)
    clinic.desk.publish = bus.publish
    return Context(desk=clinic.desk, bus=bus, lanes=lanes, devices=None, report=report)


@pytest.fixture
def closed(tmp_path: Path) -> SmallClinic:
    """The small clinic, Maya signed in, the drawer closed."""
    return small_clinic(tmp_path)


@pytest.fixture
def clinic(closed: SmallClinic) -> SmallClinic:
    """The small clinic, Maya signed in, the drawer open with $150.00."""
    closed.desk.do(open_till, 1, FLOAT)
    return closed


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """A window for dialogs to stand over."""
    window = QWidget()
    window.setWindowTitle("PSC Desk")
    window.resize(900, 700)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def desk_context(clinic: SmallClinic, lanes: Lanes, report: Report) -> Context:
    """The window over the open drawer."""
    return window_over(clinic, lanes, report)


@pytest.fixture
def closed_context(closed: SmallClinic, lanes: Lanes, report: Report) -> Context:
    """The window over the closed drawer."""
    return window_over(closed, lanes, report)


def press(qtbot: QtBot, *keys: Qt.Key | str) -> None:
    """Press keys, or type words, where the focus is."""
    for key in keys:
        target = QApplication.focusWidget()
        assert target is not None
        if isinstance(key, str):
            qtbot.keyClicks(target, key)
        else:
            qtbot.keyClick(target, key)


def shown(qtbot: QtBot, kind: type[W], lanes: Lanes) -> W:
    """Wait until a dialog of `kind` is open and return it."""

    def find() -> bool:
        return any(isinstance(one, kind) and one.isVisible() for one in QApplication.topLevelWidgets())

    qtbot.waitUntil(find)
    settle(qtbot, lanes)
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())


def settle(qtbot: QtBot, lanes: Lanes) -> None:
    """Wait until every answer is home."""
    qtbot.waitUntil(lambda: not lanes.busy)


def is_gone(dialog: QWidget) -> bool:
    """Say whether a dialog was closed."""
    return not isValid(dialog) or not dialog.isVisible()


def section(qtbot: QtBot, lanes: Lanes, page: SectionsPage, key: str) -> Any:
    """Choose a section of a page and wait for its rows."""
    made = page.choose(key)
    settle(qtbot, lanes)
    return made
