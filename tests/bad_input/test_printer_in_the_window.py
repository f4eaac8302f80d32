"""A printer in trouble as the window shows it: words that say what to do, and money that goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from psc_desk.devices.escpos_printer import Deadlines
from psc_desk.devices.jobs import JobState
from psc_desk.devices.printer import Answer, PrinterStatus
from psc_desk.devices.virtual import Roll, VirtualPrinter
from psc_desk.devices.virtual_server import VirtualPrinterServer
from psc_desk.models.clinic import Setting
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.settings import PRINTER_URL
from psc_desk.ui.context import Context
from psc_desk.ui.desk_devices import DeskDevices
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.work import Desk, Work
from tests.money.support import card, cash, pay, wrong
from tests.support.clinic import SmallClinic
from tests.ui.conftest import lanes, look, report, said
from tests.ui.money_desk import clinic, closed, desk_context, section, settle

__all__ = ["clinic", "closed", "desk_context", "lanes", "look", "report", "said"]


class Counter:
    """The window's devices over TCP, and what they said."""

    def __init__(self, clinic: SmallClinic, context: Context) -> None:
        self.clinic = clinic
        self.printer = VirtualPrinter()
        self.server = VirtualPrinterServer(printer=self.printer)
        self.server.start()
        clinic.desk.do(self._settings)
        service = Desk(clinic.desk.engine, clinic.clock, head=clinic.desk.head)
        self.devices = DeskDevices(service, context.bus)
        self.troubles: list[str] = []
        self.devices.trouble.connect(self.troubles.append)

    def words(self) -> str:
        """What the device bar says of the printer."""
        return "" if self.devices.status is None else self.devices.status.words()

    def states(self) -> list[JobState]:
        """The states of the print queue, oldest first."""
        return [row.state for row in reversed(self.clinic.desk.ask(print_jobs))]

    def _settings(self, work: Work) -> None:
        row = work.session.get(Setting, (PRINTER_URL.key, work.desk))
        assert row is not None
        row.value = {"v": self.server.url}


@pytest.fixture
def counter(clinic: SmallClinic, desk_context: Context) -> Iterator[Counter]:
    """The devices of the window, not started yet."""
    made = Counter(clinic, desk_context)
    yield made
    made.devices.stop()
    made.server.stop()


def test_a_printer_that_is_off_is_said_and_money_goes_on(
    qtbot: QtBot, counter: Counter, clinic: SmallClinic, desk_context: Context
) -> None:
    counter.server.stop()
    counter.devices.start()
    qtbot.waitUntil(lambda: counter.words() != "")
    assert "printer" in counter.words()
    pay(clinic, cash(2500))
    qtbot.waitUntil(lambda: bool(counter.troubles))
    assert counter.troubles[0].startswith("The drawer was not opened.")
    assert counter.troubles[0].endswith("Open the drawer with its key.")
    qtbot.waitUntil(lambda: counter.states() == [JobState.FAILED_BEFORE_FIRST_BYTE])
    assert wrong(clinic.desk) == []
    page = MoneyPage(desk_context)
    qtbot.addWidget(page)
    page.show()
    settle(qtbot, desk_context.lanes)
    row = section(qtbot, desk_context.lanes, page, "prints").table.rows.rows[0]
    assert (row.title, row.words) == ("Receipt 1001", "not sent yet, tried again by itself")
    counter.server.start()
    counter.devices.wake()
    qtbot.waitUntil(lambda: counter.states() == [JobState.PRINTED])
    assert counter.printer.pulses() == []
    assert len(counter.printer.papers()) == 1


def test_no_paper_is_said_before_the_first_receipt_and_gone_after_a_roll(qtbot: QtBot, counter: Counter) -> None:
    counter.printer.set_roll(Roll.OUT)
    counter.devices.start()
    qtbot.waitUntil(lambda: "out of paper" in counter.words())
    assert "Load a roll" in counter.words()
    pay(counter.clinic, cash(2500))
    qtbot.waitUntil(lambda: len(counter.troubles) == 1)
    assert "out of paper" in counter.troubles[0]
    counter.printer.set_roll(Roll.OK)
    counter.devices.wake()
    qtbot.waitUntil(lambda: counter.states() == [JobState.PRINTED])
    qtbot.waitUntil(lambda: counter.devices.status is not None and counter.devices.status.paper is Answer.YES)


def test_a_drawer_behind_a_busy_printer_is_spoken_of_in_time_and_never_opens_late(
    qtbot: QtBot, counter: Counter
) -> None:
    counter.devices.kick_patience = 0.1
    counter.devices.deadlines = Deadlines(proof=90)
    counter.devices.start()
    counter.printer.inject("at byte 60: stop reading")
    pay(counter.clinic, card(1500))
    qtbot.waitUntil(lambda: counter.states() == [JobState.AWAITING_PROOF])
    pay(counter.clinic, cash(2500))
    qtbot.waitUntil(lambda: bool(counter.troubles))
    assert counter.troubles == ["The drawer was not opened: the printer is busy. Open the drawer with its key."]
    counter.printer.resume_reading()
    qtbot.waitUntil(lambda: counter.states() == [JobState.PRINTED] * 2)
    assert counter.printer.pulses() == []
    assert len(counter.troubles) == 1


def test_a_drawer_left_open_is_a_reminder_not_something_refused(qtbot: QtBot, counter: Counter) -> None:
    said: list[str] = []
    counter.devices.drawer_left_open.connect(said.append)
    opened_at = counter.clinic.clock.now()
    for seconds in (0, 59, 60, 90):
        at = opened_at + timedelta(seconds=seconds)
        counter.devices.status_changed.emit(PrinterStatus(Answer.YES, Answer.YES, Answer.YES, Answer.NO, at))
        assert len(said) == (1 if seconds >= 60 else 0)
    assert said == ["The cash drawer stands open. Shut it."]
    assert counter.troubles == []
