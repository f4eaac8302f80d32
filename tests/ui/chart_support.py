"""The small clinic behind the window, searchable, with a visit of today."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk.ui.context import Context
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.report import Report
from psc_desk.usecases.search import rebuild_search
from tests.support.clinic import SmallClinic, small_clinic
from tests.ui.money_desk import is_gone, press, settle, shown, window_over

__all__ = ["clinic", "is_gone", "parent", "press", "real", "sentences", "settle", "shown"]


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    """The small clinic, Maya signed in, everybody in the search index."""
    made = small_clinic(tmp_path)
    made.desk.do(rebuild_search)
    return made


@pytest.fixture
def real(clinic: SmallClinic, lanes: Lanes, report: Report) -> Context:
    """The window over the real clinic."""
    return window_over(clinic, lanes, report)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """A window for dialogs to stand over."""
    window = QWidget()
    window.setWindowTitle("PSC Desk")
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    return window


def sentences(clinic: SmallClinic, patient_id: int) -> list[str]:
    """Return who did what with a chart, newest first."""
    from psc_desk.queries.audit import chart_readers

    return [row.sentence for row in clinic.desk.ask(chart_readers, patient_id)]
