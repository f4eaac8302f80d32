"""How many keys the desk's jobs take, counted from the Desk page with a visit selected."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from psc_desk.models.till import TillOpening
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.chart import visits
from psc_desk.queries.money import payments
from psc_desk.queries.print_jobs import next_job
from psc_desk.ui.dialogs.check_in import CheckInDialog
from psc_desk.work import Read
from tests.support.clinic import INES
from tests.ui.flow_desk import ENTER, Flow, flow
from tests.ui.money_desk import clinic, closed, desk_context

__all__ = ["clinic", "closed", "desk_context", "flow"]


def test_arriving_takes_one_key(flow: Flow) -> None:
    flow.select(flow.ines)
    flow.press("a")
    assert _status(flow, flow.ines) is Status.ARRIVED
    assert flow.keys == 1


def test_a_check_in_with_cash_and_receipt_takes_fourteen_keys_at_most(flow: Flow) -> None:
    flow.select(flow.ines)
    flow.press(Qt.Key.Key_F4)
    flow.press(ENTER, ENTER, ENTER)
    flow.type("40")
    flow.press(ENTER)
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, CheckInDialog) and one.isVisible())
    figure = dialog.findChild(QLabel, "change_due")
    assert isinstance(figure, QLabel)
    assert figure.text() == "Change $15.00"
    flow.qtbot.waitUntil(dialog.primary.isEnabled)
    flow.press(ENTER)
    assert _status(flow, flow.ines) is Status.CHECKED_IN
    assert [one.amount_cents for one in flow.clinic.desk.ask(payments, patient_id=INES)] == [2500]
    assert flow.clinic.desk.ask(next_job) is not None
    assert flow.keys <= 14


def test_booking_the_first_opening_takes_eight_keys_at_most(flow: Flow) -> None:
    flow.select(flow.ines)
    before = {row.visit_id for row in flow.clinic.desk.ask(visits, INES)}
    flow.press(Qt.Key.Key_F3)
    for _enter in range(7):
        if {row.visit_id for row in flow.clinic.desk.ask(visits, INES)} != before:
            break
        flow.press(ENTER)
    assert len(flow.clinic.desk.ask(visits, INES)) == len(before) + 1
    flow.press(ENTER)
    assert QApplication.activeModalWidget() is None
    assert flow.keys <= 8


def test_opening_the_drawer_without_a_sale_takes_four_keys_at_most(flow: Flow) -> None:
    flow.select(flow.ines)
    before = len(_openings(flow))
    flow.press(Qt.Key.Key_F8, "n")
    for _enter in range(2):
        if len(_openings(flow)) > before:
            break
        flow.press(ENTER)
    opened = _openings(flow)[before:]
    assert len(opened) == 1
    assert opened[0][1]
    assert flow.keys <= 4


@pytest.mark.parametrize("key", [Qt.Key.Key_F4, Qt.Key.Key_F5, Qt.Key.Key_F6])
def test_with_nobody_selected_a_job_says_so_and_opens_nothing(flow: Flow, key: Qt.Key) -> None:
    heard: list[str] = []
    flow.context.report.said.connect(lambda message: heard.append(message.text))
    flow.press(key)
    assert QApplication.activeModalWidget() is None
    assert len(heard) == 1


def _status(flow: Flow, visit_id: int) -> Status:
    def read(one: Read) -> Status:
        return one.get(Visit, visit_id).status

    return flow.clinic.desk.ask(read)


def _openings(flow: Flow) -> list[tuple[int, str]]:
    def read(one: Read) -> list[tuple[int, str]]:
        return [(row.id, row.reason) for row in one.session.query(TillOpening).order_by(TillOpening.id)]

    return flow.clinic.desk.ask(read)
