"""Taking a patient who has no appointment, at the Desk."""

from __future__ import annotations

from psc_desk.models.visit import Status, Visit
from psc_desk.settings import DROP_PROMPT_CENTS
from psc_desk.ui.dialogs.walk_in import WalkInDialog
from psc_desk.usecases.settings import set_setting
from tests.support.clinic import INES, MANAGER, THAO
from tests.ui.audit import unnamed_controls
from tests.ui.flow_desk import Flow, flow
from tests.ui.money_desk import clinic, closed, desk_context, shown

__all__ = ["clinic", "closed", "desk_context", "flow"]


def walk_ins(flow: Flow, patient_id: int) -> list[Status]:
    def rows(read: object) -> list[Status]:
        found = read.session.query(Visit).filter_by(patient_id=patient_id, walk_in=True)  # type: ignore[attr-defined]
        return [visit.status for visit in found]

    return flow.clinic.desk.ask(rows)


def test_a_walk_in_is_booked_for_now_and_here(flow: Flow) -> None:
    flow.window.open_patient(THAO)
    flow.settle()
    flow.desk.walk_in()
    dialog = shown(flow.qtbot, WalkInDialog, flow.context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.banner.data is not None
    dialog.primary.click()
    flow.settle()
    assert "is at lunch" in dialog.error_line.text()
    dialog.primary.click()
    assert "Give a reason" in dialog.error_line.text()
    assert walk_ins(flow, THAO) == []
    dialog.because.setText("Chest pain")
    dialog.primary.click()
    flow.settle()
    assert walk_ins(flow, THAO) == [Status.ARRIVED]
    flow.qtbot.waitUntil(lambda: flow.desk.queue.current() is not None)
    assert flow.desk.queue.current().patient_id == THAO  # type: ignore[union-attr]


def test_nobody_chosen_is_said_so(flow: Flow) -> None:
    said: list[str] = []
    flow.context.report.said.connect(lambda message: said.append(message.text))
    flow.desk.walk_in()
    assert said == ["Choose who is here first: find or register the patient with F2."]


def test_whoever_has_no_visit_today_takes_the_mark_off_the_calendar(flow: Flow) -> None:
    flow.select(flow.ines)
    flow.window.open_patient(THAO)
    flow.settle()
    assert flow.desk.calendar.here.current_visit() is None


def test_what_is_parked_on_the_desk_lies_on_the_calendar_page_too(flow: Flow) -> None:
    flow.select(flow.ines)
    flow.desk.calendar.run("cut")
    board = flow.window.page("calendar").board  # type: ignore[attr-defined]
    flow.window.go("calendar")
    flow.settle()
    assert board.shelf.current().patient_id == INES
    assert board.shelf.isVisible()
    board.parking.take_off(flow.ines)
    assert flow.desk.calendar.shelf.current() is None


def test_much_cash_asks_for_a_drop_without_saying_how_much(flow: Flow) -> None:
    assert flow.desk.drawer.drop_due.isHidden()
    flow.clinic.desk.actor_id = MANAGER
    flow.context.do(flow.window, set_setting, DROP_PROMPT_CENTS, 100)
    flow.settle()
    assert flow.desk.drawer.drop_due.isVisible()
    assert not any(one.isdigit() for one in flow.desk.drawer.drop_due.text())
