"""F1: every topic is there, the search narrows and marks, and the key map becomes paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk import resources
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.help import TOPICS, HelpDialog, key_rows, open_help, topics
from psc_desk.ui.dialogs.print_preview import PrintPreview
from psc_desk.ui.jobs import JOBS
from tests.support.clinic import SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.chart_support import clinic, parent, real, settle, shown
from tests.ui.conftest import Said

__all__ = ["clinic", "parent", "real"]


@pytest.fixture
def dialog(qtbot: QtBot, real: Context, parent: QWidget) -> HelpDialog:
    return open_help(real, parent)


def test_every_page_is_listed_once() -> None:
    pages = {path.stem for path in resources.path("help").glob("*.md")}
    assert pages | {"keys"} == set(TOPICS)
    assert all(topic.title and len(topic.text) > 200 for topic in topics())


def test_every_function_key_stands_in_the_key_map() -> None:
    keys = {row.keys for row in key_rows()}
    assert {job.key for job in JOBS} <= keys
    groups = [row.group for row in key_rows()]
    assert groups == sorted(groups, key=groups.index)


def test_the_help_names_only_keys_that_exist() -> None:
    known = {job.key for job in JOBS}
    named = {key for topic in topics() for key in re.findall(r"\bF\d{1,2}\b", topic.text)}
    assert named <= known


def test_searching_narrows_the_topics_and_marks_the_word(qtbot: QtBot, dialog: HelpDialog) -> None:
    qtbot.keyClicks(dialog.search, "counted afresh")
    titles = [topic.title for topic in dialog.list.rows.rows]
    assert "Money" not in titles
    assert "The cash drawer" in titles
    assert dialog.page.textCursor().selectedText().lower() == "counted"
    qtbot.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert dialog.list.rows.rowCount() == len(TOPICS)


def test_the_key_map_is_saved_as_pdf(qtbot: QtBot, dialog: HelpDialog, said: Said, tmp_path: Path) -> None:
    dialog.save_keys_to(tmp_path / "keys.pdf")
    settle(qtbot, dialog.context.lanes)
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF-")
    assert said.last.text == "key map saved as keys.pdf."
    dialog.save_keys_to(tmp_path / "nowhere" / "keys.pdf")
    settle(qtbot, dialog.context.lanes)
    assert dialog.error_line.text().startswith("keys.pdf could not be saved there")


def test_the_key_map_is_looked_at_before_it_is_printed(qtbot: QtBot, dialog: HelpDialog) -> None:
    dialog.print_keys()
    paper = shown(qtbot, PrintPreview, dialog.context.lanes)
    assert (paper.content[:5], paper.kind) == (b"%PDF-", "key_map")
    assert unnamed_controls(paper) == []
    paper.reject()


def test_every_control_has_a_name(dialog: HelpDialog, clinic: SmallClinic) -> None:
    assert unnamed_controls(dialog) == []
    assert dialog.windowModality() is Qt.WindowModality.NonModal
