"""F4 on the real clinic: an established patient by Enter alone, coverage and co-pay in all their cases, resuming."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.visit import Status
from psc_desk.money import format_money
from psc_desk.queries.check_in import CheckInRow, Step, check_in
from psc_desk.queries.documents import documents
from psc_desk.queries.money import payments
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.check_in import CheckInDialog, open_check_in
from psc_desk.ui.report import Kind
from psc_desk.usecases.coverage import CoverageInput, add_coverage, end_coverage
from psc_desk.usecases.till import open_till
from tests.money.support import wrong
from tests.support.clinic import INES, JONAH, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import (
    FLOAT,
    clinic,
    closed,
    closed_context,
    desk_context,
    is_gone,
    parent,
    press,
    settle,
    shown,
)  # fmt: skip

__all__ = ["clinic", "closed", "closed_context", "desk_context", "parent"]
ENTER = Qt.Key.Key_Return


class At:
    """A check-in that is open, driven by keys."""

    def __init__(self, qtbot: QtBot, context: Context, clinic: SmallClinic, parent: QWidget) -> None:
        self.qtbot, self.context, self.clinic, self.parent = qtbot, context, clinic, parent
        self.visit_id = 0

    def open(self, patient_id: int = INES, visit_id: int = 0) -> CheckInDialog:
        self.visit_id = visit_id or self.clinic.visit(patient_id)
        open_check_in(self.context, self.parent, self.visit_id)
        self.dialog = shown(self.qtbot, CheckInDialog, self.context.lanes)
        return self.dialog

    def press(self, *keys: Qt.Key | str) -> None:
        for key in keys:
            press(self.qtbot, key)
            settle(self.qtbot, self.context.lanes)

    def row(self) -> CheckInRow:
        return self.clinic.desk.ask(check_in, self.visit_id)


@pytest.fixture
def at(qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget) -> At:
    """The drawer is open."""
    return At(qtbot, desk_context, clinic, parent)


def test_an_established_patient_pays_cash_by_enter_alone(at: At, qtbot: QtBot, said: Said) -> None:
    dialog = at.open()
    assert dialog.step is Step.IDENTITY
    at.press(ENTER, ENTER, ENTER)
    assert dialog.step is Step.COPAY
    assert dialog.primary.text() == "Take $25.00 and check in"
    at.press("40", ENTER)
    figure = dialog.findChild(QLabel, "change_due")
    assert isinstance(figure, QLabel)
    assert figure.text() == "Change $15.00"
    assert at.row().finished
    assert at.row().status is Status.CHECKED_IN
    assert said.last.text == "Castillo, Inés is checked in, receipt 1001, $25.00, change $15.00"
    qtbot.waitUntil(dialog.primary.isEnabled)
    at.press(ENTER)
    assert is_gone(dialog)
    assert wrong(at.clinic.desk) == []


def test_an_exact_copay_closes_at_once_and_can_be_undone(at: At, said: Said) -> None:
    dialog = at.open()
    at.press(ENTER, ENTER, ENTER, ENTER)
    assert is_gone(dialog)
    assert said.last.kind is Kind.DONE
    assert said.last.undo is not None
    said.last.undo()
    settle(at.qtbot, at.context.lanes)
    assert at.row().status is Status.ARRIVED
    assert len(at.clinic.desk.ask(payments, patient_id=INES)) == 1


def test_every_step_is_kept_and_taken_up_again(at: At) -> None:
    dialog = at.open()
    at.press(ENTER, ENTER)
    at.press(Qt.Key.Key_Escape)
    assert is_gone(dialog)
    row = at.row()
    assert (row.name_checked, row.demographics_confirmed, row.coverage_confirmed) == (True, True, False)
    assert row.status is Status.ARRIVED
    assert at.open(visit_id=at.visit_id).step is Step.COVERAGE


def test_both_identifiers_are_shown_ticked(at: At) -> None:
    dialog = at.open()
    assert dialog.identity.name.text() == "Castillo, Inés"
    assert dialog.identity.birth_date.text() == "04/18/1987"
    at.press(ENTER)
    assert dialog.identity.name.isChecked()
    assert dialog.identity.birth_date.isChecked()
    assert dialog.identity.found.text() == "✓ name   ✓ birth date"


def test_another_person_is_not_checked_in(at: At, said: Said) -> None:
    dialog = at.open()
    dialog.identity.other.click()
    assert is_gone(dialog)
    assert not at.row().name_checked
    assert "not checked in" in said.last.text


def test_a_self_pay_patient_is_asked_for_no_copay(at: At) -> None:
    dialog = at.open(JONAH)
    at.press(ENTER, ENTER, ENTER)
    assert dialog.step is None
    at.press(ENTER)
    assert is_gone(dialog)
    assert at.row().self_pay
    assert at.row().finished


def test_without_coverage_enter_chooses_nothing(at: At) -> None:
    coverage = at.clinic.desk.ask(check_in, at.clinic.visit(INES)).coverage
    assert coverage is not None
    at.clinic.desk.do(end_coverage, coverage.id, _yesterday())
    dialog = at.open()
    at.press(ENTER, ENTER, ENTER)
    assert dialog.step is Step.COVERAGE
    assert "self-pay" in dialog.error_line.text()
    dialog.coverage.group.buttons()[0].click()
    at.press(ENTER)
    assert at.row().self_pay


def test_a_coverage_added_meanwhile_is_offered(at: At) -> None:
    dialog = at.open(JONAH)
    at.press(ENTER, ENTER)
    plan = CoverageInput(TODAY, payer="Harbor Health", plan="HMO", member_id="HH77", copay_cents=1500)
    at.clinic.desk.do(add_coverage, JONAH, plan)
    at.qtbot.waitUntil(lambda: any("Harbor Health" in one.text() for one in dialog.coverage.group.buttons()))
    settle(at.qtbot, at.context.lanes)
    at.press(ENTER)
    assert dialog.step is Step.COPAY
    assert dialog.copay.amount.text() == "15.00"


def test_no_copay_needs_a_reason(at: At) -> None:
    dialog = at.open()
    at.press(ENTER, ENTER, ENTER)
    dialog.copay.amount.clear()
    at.press(ENTER)
    assert "why no co-pay" in dialog.error_line.text()
    dialog.copay.reason.setCurrentIndex(1)
    dialog.copay.reason.activated.emit(1)
    assert dialog.primary.text() == "Check in without co-pay"
    at.press(ENTER)
    assert is_gone(dialog)
    assert at.row().no_copay_reason == "Forgot wallet"
    assert at.clinic.desk.ask(payments, patient_id=INES) == []


def test_less_than_the_copay_needs_a_reason_and_is_taken(at: At) -> None:
    dialog = at.open()
    at.press(ENTER, ENTER, ENTER)
    dialog.copay.amount.set_cents(1000)
    at.press(ENTER)
    assert "less than the co-pay" in dialog.error_line.text()
    dialog.copay.reason.setCurrentText("Cannot pay today")
    at.press(ENTER)
    assert is_gone(dialog)
    assert [format_money(one.amount_cents) for one in at.clinic.desk.ask(payments, patient_id=INES)] == ["$10.00"]
    assert at.row().no_copay_reason == "Cannot pay today"


def test_too_little_cash_keeps_everything_open(at: At) -> None:
    dialog = at.open()
    at.press(ENTER, ENTER, ENTER, "20", ENTER)
    assert dialog.isVisible()
    assert dialog.error_line.text()
    assert not at.row().finished
    assert at.clinic.desk.ask(payments, patient_id=INES) == []


def test_a_closed_drawer_is_said_before_and_when_money_is_taken(
    qtbot: QtBot, closed_context: Context, closed: SmallClinic, parent: QWidget
) -> None:
    here = At(qtbot, closed_context, closed, parent)
    dialog = here.open()
    here.press(ENTER, ENTER, ENTER)
    assert "not open" in dialog.copay.closed.text()
    here.press(ENTER)
    assert dialog.isVisible()
    assert "closed" in dialog.error_line.text()
    assert not here.row().finished
    closed.desk.do(open_till, 1, FLOAT)
    qtbot.waitUntil(lambda: not dialog.copay.closed.isVisible())
    settle(qtbot, closed_context.lanes)
    here.press(ENTER)
    assert here.row().finished


def test_a_card_picture_is_filed_from_a_file(at: At, tmp_path: Path) -> None:
    picture = tmp_path / "card.png"
    Image.new("RGB", (40, 25), "navy").save(picture)
    dialog = at.open()
    dialog.attach("card_front", picture)
    at.qtbot.waitUntil(lambda: len(at.clinic.desk.ask(documents, INES)) == 1)
    assert at.clinic.desk.ask(documents, INES)[0].category == "card_front"
    at.qtbot.waitUntil(lambda: "front 03/04/2026" in dialog.coverage.cards.text())


def test_a_file_that_is_no_picture_is_refused(at: At, tmp_path: Path) -> None:
    paper = tmp_path / "card.docx"
    paper.write_bytes(b"no picture")
    dialog = at.open()
    dialog.attach("card_back", paper)
    at.qtbot.waitUntil(dialog.error_line.isVisible)
    assert at.clinic.desk.ask(documents, INES) == []


def test_a_step_can_be_looked_at_again(at: At) -> None:
    dialog = at.open()
    at.press(ENTER, ENTER)
    dialog.identity.look_again.click()
    assert dialog.step is Step.IDENTITY
    at.press(ENTER)
    assert dialog.step is Step.COVERAGE


def test_who_is_checked_in_already_is_said(at: At, said: Said) -> None:
    at.open()
    at.press(ENTER, ENTER, ENTER, ENTER)
    open_check_in(at.context, at.parent, at.visit_id)
    settle(at.qtbot, at.context.lanes)
    assert "checked in already" in said.last.text


def test_a_screen_reader_finds_every_control(at: At) -> None:
    dialog = at.open()
    for _step in range(4):
        assert unnamed_controls(dialog) == []
        if dialog.step is not Step.COPAY:
            at.press(ENTER)


def _yesterday():
    from datetime import timedelta

    return TODAY - timedelta(days=1)
