"""Lanes, bus, context and report: who is told what, in which thread, and who no longer is."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from psc_desk.errors import Cancelled, RefusedError
from psc_desk.ui.bus import EventBus
from psc_desk.ui.context import Context
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.page import Page
from psc_desk.ui.report import Kind, Report
from tests.ui.conftest import Said


@dataclass(frozen=True)
class Rang:
    """Something happened."""

    number: int = 0


class Listener(QObject):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def hear(self, event: object) -> None:
        """Take an event."""
        self.heard.append(event)


def fail(_error: Exception) -> None:
    pytest.fail("must not fail")


def idle(qtbot: QtBot, lanes: Lanes) -> None:
    qtbot.waitUntil(lambda: not lanes.busy)


class TestLanes:
    def test_work_runs_in_its_lane_and_the_answer_comes_home(self, qtbot: QtBot, lanes: Lanes) -> None:
        names: list[str] = []

        def work() -> str:
            return threading.current_thread().name

        lanes.submit("db", work, lambda name: names.extend((name, threading.current_thread().name)), fail)
        idle(qtbot, lanes)
        assert names == ["lane-db", threading.main_thread().name]

    def test_one_lane_keeps_order_and_another_is_not_held_up(self, qtbot: QtBot, lanes: Lanes) -> None:
        gate, order = threading.Event(), list[str]()
        lanes.submit("device", lambda: gate.wait(5), lambda _ok: order.append("stalled device"), fail)
        lanes.submit("db", lambda: 1, lambda _ok: order.append("first"), fail)
        lanes.submit("db", lambda: 2, lambda _ok: order.append("second"), fail)
        qtbot.waitUntil(lambda: len(order) == 2)
        gate.set()
        idle(qtbot, lanes)
        assert order == ["first", "second", "stalled device"]

    def test_an_exception_comes_home_as_an_answer(self, qtbot: QtBot, lanes: Lanes) -> None:
        errors: list[Exception] = []

        def refuse() -> None:
            raise RefusedError("No.")

        lanes.submit("db", refuse, lambda _ok: pytest.fail("must not succeed"), errors.append)
        idle(qtbot, lanes)
        assert [str(error) for error in errors] == ["No."]

    def test_after_stop_nothing_is_delivered_and_no_thread_is_left(self, qtbot: QtBot) -> None:
        lanes = Lanes()
        answers: list[int] = []
        lanes.submit("db", lambda: 1, answers.append, fail)
        assert lanes.stop()
        lanes.submit("db", lambda: 2, answers.append, fail)
        QCoreApplication.processEvents()
        assert answers == []
        assert not [one for one in threading.enumerate() if one.name == "lane-db"]


class TestBus:
    def test_only_those_who_asked_for_it_are_told(self, report: Report) -> None:
        bus, listener = EventBus(report), Listener()
        bus.subscribe(listener, (Rang,), listener.hear)
        bus.publish([Rang(1), "other", Rang(2)])
        assert listener.heard == [Rang(1), Rang(2)]

    def test_an_event_from_a_lane_is_told_at_home(self, qtbot: QtBot, report: Report, lanes: Lanes) -> None:
        bus, threads = EventBus(report), list[str]()
        owner = QObject()
        bus.subscribe(owner, (Rang,), lambda _event: threads.append(threading.current_thread().name))
        lanes.submit("db", lambda: bus.publish([Rang()]), lambda _ok: threads.append("answer"), fail)
        idle(qtbot, lanes)
        assert threads == [threading.main_thread().name, "answer"]

    def test_a_closed_owner_is_forgotten_and_not_kept_alive(self, qtbot: QtBot, report: Report) -> None:
        bus, listener = EventBus(report), Listener()
        heard = listener.heard
        bus.subscribe(listener, (Rang,), listener.hear)
        del listener
        gc.collect()
        bus.publish([Rang()])
        assert heard == []

    def test_one_failing_listener_does_not_keep_the_news_from_others(self, report: Report, said: Said) -> None:
        bus, owner, listener = EventBus(report), QObject(), Listener()

        def refuse(_event: object) -> None:
            raise RefusedError("Cannot show it.")

        bus.subscribe(owner, (Rang,), refuse)
        bus.subscribe(listener, (Rang,), listener.hear)
        bus.publish([Rang()])
        assert listener.heard == [Rang()]
        assert said.last.text == "Cannot show it."


class TestContext:
    def test_do_gives_the_use_case_its_arguments_and_its_answer_back(self, qtbot: QtBot, context: Context) -> None:
        owner, answers = QObject(), list[str]()

        def greet(_work: object, name: str, *, loud: bool) -> str:
            return f"{name}{'!' if loud else ''}"

        context.do(owner, greet, "Maya", loud=True, then=answers.append)
        idle(qtbot, context.lanes)
        assert answers == ["Maya!"]

    def test_an_answer_for_a_closed_owner_is_dropped(self, qtbot: QtBot, context: Context) -> None:
        owner, gate, answers = QObject(), threading.Event(), list[object]()
        context.ask(owner, lambda _read: gate.wait(5), then=answers.append)
        owner.deleteLater()
        with qtbot.waitSignal(owner.destroyed):
            gate.set()
        idle(qtbot, context.lanes)
        assert answers == []

    def test_a_refusal_reaches_the_bar_even_when_its_owner_was_closed(
        self, qtbot: QtBot, context: Context, said: Said
    ) -> None:
        owner, gate = QObject(), threading.Event()

        def refuse(_work: object) -> None:
            gate.wait(5)
            raise RefusedError("The drawer is closed. Open it first.")

        context.do(owner, refuse, failed=lambda _error: pytest.fail("the owner is gone"))
        owner.deleteLater()
        with qtbot.waitSignal(owner.destroyed):
            gate.set()
        idle(qtbot, context.lanes)
        assert said.last.text == "The drawer is closed. Open it first."

    def test_failed_takes_the_error_instead_of_the_bar(self, qtbot: QtBot, context: Context, said: Said) -> None:
        owner, errors = QObject(), list[Exception]()

        def refuse(_work: object) -> None:
            raise RefusedError("No.")

        context.do(owner, refuse, failed=errors.append)
        idle(qtbot, context.lanes)
        assert len(errors) == 1
        assert said.messages == []


class TestReport:
    def test_backing_out_is_silent(self, report: Report, said: Said) -> None:
        report(Cancelled("x"))
        assert said.messages == []

    def test_a_fault_of_the_program_is_logged_under_the_number_shown_without_its_text(
        self, report: Report, said: Said, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR):
            report(ValueError("Castillo, Inés"))
        assert said.last.kind is Kind.BROKEN
        number = caplog.records[0].getMessage().split()[1].rstrip(":")
        assert number in said.last.text
        assert "Castillo" not in caplog.text + said.last.text
        assert "ValueError" in caplog.text


def test_the_pages_before_the_main_window_need_no_database_and_no_papers() -> None:
    """The sign-in window paints first; what is heavy is imported in a lane afterwards."""
    script = (
        "import sys, psc_desk.ui.sign_in, psc_desk.ui.first_run, psc_desk.ui.theme, psc_desk.ui.lanes;"
        "print([name for name in ('sqlalchemy', 'alembic', 'reportlab', 'escpos', 'PIL') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


class ClockPage(Page):
    """Counts its reloads."""

    NAME = "clock"
    TITLE = "Clock"
    refresh_on = (Rang,)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.reloads = 0

    def reload(self) -> None:
        """Count."""
        self.reloads += 1


class TestPage:
    def test_a_visible_page_reloads_at_once_and_a_hidden_one_when_next_shown(
        self, qtbot: QtBot, context: Context
    ) -> None:
        page = ClockPage(context)
        qtbot.addWidget(page)
        context.bus.publish([Rang()])
        assert page.reloads == 0
        page.show()
        assert page.reloads == 1
        context.bus.publish([Rang()])
        assert page.reloads == 2
        page.hide()
        context.bus.publish([Rang(), Rang()])
        assert page.reloads == 2
        page.show()
        assert page.reloads == 3

    def test_what_a_page_offers_is_an_action_with_its_shortcut(self, qtbot: QtBot, context: Context) -> None:
        page, done = ClockPage(context), list[str]()
        qtbot.addWidget(page)
        action = page.offer("Find the first opening", lambda: done.append("ran"), "Ctrl+O")
        page.actions()[0].trigger()
        assert done == ["ran"]
        assert action.shortcut().toString() == "Ctrl+O"

    def test_a_page_answers_only_its_own_function_keys(self, qtbot: QtBot, context: Context) -> None:
        page, done = ClockPage(context), list[str]()
        qtbot.addWidget(page)
        page.handle("check_in", lambda: done.append("F4"))
        assert page.do_job("check_in")
        assert not page.do_job("pay")
        assert done == ["F4"]
