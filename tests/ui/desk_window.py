"""A window over the small real clinic: keys, waiting for answers, and the dialogs that lie on top."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from psc_desk.events import Event
from psc_desk.models.visit import Visit
from psc_desk.ui.bus import EventBus
from psc_desk.ui.context import Context
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.report import Report
from psc_desk.usecases.search import rebuild_search
from psc_desk.work import Read
from tests.support.clinic import SmallClinic, small_clinic

D = TypeVar("D", bound=QDialog)
ENTER = Qt.Key.Key_Return


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    """The small clinic, its patients findable."""
    made = small_clinic(tmp_path)
    made.desk.do(rebuild_search)
    return made


@pytest.fixture
def real(clinic: SmallClinic, lanes: Lanes, report: Report) -> Iterator[Context]:
    """A context over the small clinic's desk."""
    bus = EventBus(report)

    def publish(events: list[Event]) -> None:
        clinic.happened.extend(events)
        bus.publish(events)

    clinic.desk.publish = publish
    yield Context(desk=clinic.desk, bus=bus, lanes=lanes, devices=None, report=report)
    lanes.stop()
    clinic.desk.engine.dispose()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Something for dialogs to lie over."""
    shown = QWidget()
    shown.resize(1280, 800)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def top(qtbot: QtBot, kind: type[D]) -> D:
    """Wait for a dialog of `kind` to be on top and return it."""

    def found() -> list[D]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[-1]


def press(widget: QWidget, *keys: Qt.Key) -> int:
    """Press keys where the focus is; return how many."""
    for key in keys:
        QTest.keyClick(widget.focusWidget() or widget, key)
    return len(keys)


def visits(clinic: SmallClinic, **what: Any) -> list[Any]:
    """Return the visits in the database, by id, as (id, patient, day, start, minutes, provider, status, override)."""

    def query(read: Read) -> list[Any]:
        rows = read.session.execute(
            select(
                Visit.id, Visit.patient_id, Visit.day, Visit.start_minute, Visit.minutes, Visit.provider_id,
                Visit.status, Visit.override_reason, Visit.confirmation, Visit.note,
            ).order_by(Visit.id)
        )  # fmt: skip
        return [row for row in rows if all(getattr(row, key) == value for key, value in what.items())]

    return clinic.desk.ask(query)


def wait(qtbot: QtBot, true: Callable[[], object]) -> None:
    """Wait until something is true."""
    qtbot.waitUntil(lambda: bool(true()))
