"""What the window says when a device fails, and when it works again."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from psc_desk.devices.printer import Answer, PrinterStatus
from psc_desk.events import PrintJobChanged
from psc_desk.ui.context import Context
from psc_desk.ui.desk_devices import DeskDevices
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.pages.calendar import CalendarPage
from psc_desk.ui.program import join_devices
from tests.support.clinic import NOON, SmallClinic
from tests.ui.money_desk import clinic, closed, desk_context

__all__ = ["clinic", "closed", "desk_context"]


def _joined(qtbot: QtBot, context: Context, clinic: SmallClinic) -> tuple[MainWindow, DeskDevices]:
    window = MainWindow(context, (CalendarPage,), clinic="Riverside", now=clinic.clock.now)
    qtbot.addWidget(window)
    devices = DeskDevices(clinic.desk, context.bus, till_id=1)
    join_devices(window, devices)
    return window, devices


def test_a_paper_of_unknown_fate_is_asked_for_at_once(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    window, _devices = _joined(qtbot, desk_context, clinic)
    desk_context.bus.publish([PrintJobChanged(job_id=1, state="printed")])
    assert window.foot.messages.text == ""
    desk_context.bus.publish([PrintJobChanged(job_id=1, state="unknown")])
    assert window.foot.messages.text == (
        "✕ Not done, because a paper may not have come out whole; "
        "next: look at the printer and answer in Money, Print queue."
    )


def test_trouble_goes_when_the_printer_is_ready_again(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    window, devices = _joined(qtbot, desk_context, clinic)
    devices.trouble.emit("The receipt printer does not answer. Check its cable.")
    assert "does not answer" in window.foot.messages.line.text()
    devices.status_changed.emit(PrinterStatus(Answer.YES, Answer.YES, Answer.YES, Answer.YES, NOON))
    assert window.foot.messages.line.text() == ""
