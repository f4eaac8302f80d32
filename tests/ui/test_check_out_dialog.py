"""F6 on the real clinic: charges, their taking back, no charge, payment, words, summary, finish."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.visit import Status
from psc_desk.queries.documents import documents
from psc_desk.queries.money import visit_charges
from psc_desk.queries.visit import CheckOutRow, check_out_view
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Reason, ReasonDialog
from psc_desk.ui.dialogs.booking import BookingDialog
from psc_desk.ui.dialogs.check_out import CheckOutDialog, open_check_out
from psc_desk.ui.dialogs.payment import PaymentDialog
from psc_desk.ui.dialogs.summary import SummaryDialog
from psc_desk.ui.report import Kind
from psc_desk.usecases.check_in import check_in_with_copay
from psc_desk.usecases.visits import room
from tests.money.support import wrong
from tests.support.clinic import INES, JONAH, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, press, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]
ENTER = Qt.Key.Key_Return


class At:
    """A check-out that is open, driven by keys."""

    def __init__(self, qtbot: QtBot, context: Context, clinic: SmallClinic, parent: QWidget) -> None:
        self.qtbot, self.context, self.clinic, self.parent = qtbot, context, clinic, parent

    def open(self, patient_id: int = JONAH) -> CheckOutDialog:
        self.visit_id = self.clinic.visit(patient_id)
        self.clinic.desk.do(check_in_with_copay, self.visit_id, None, "Will pay at check-out")
        self.clinic.desk.do(room, self.visit_id)
        return self.again()

    def again(self) -> CheckOutDialog:
        open_check_out(self.context, self.parent, self.visit_id)
        self.dialog = shown(self.qtbot, CheckOutDialog, self.context.lanes)
        return self.dialog

    def press(self, *keys: Qt.Key | str) -> None:
        for key in keys:
            press(self.qtbot, key)
            settle(self.qtbot, self.context.lanes)

    def row(self) -> CheckOutRow:
        return self.clinic.desk.ask(check_out_view, self.visit_id)


@pytest.fixture
def at(qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget) -> At:
    """The drawer is open."""
    return At(qtbot, desk_context, clinic, parent)


def test_the_usual_line_is_charged_and_the_visit_finished_by_two_enters(at: At, said: Said) -> None:
    dialog = at.open()
    assert at.row().status is Status.CHECKOUT
    assert dialog.primary.text() == "Charge $120.00"
    at.press(ENTER)
    assert [one.code for one in at.row().charges] == ["OV"]
    assert dialog.primary.text() == "Finish check-out"
    at.press(ENTER)
    assert is_gone(dialog)
    assert at.row().status is Status.DONE
    assert said.last.text == "Jonah Whitfield is checked out."
    assert said.last.undo is not None
    said.last.undo()
    settle(at.qtbot, at.context.lanes)
    assert at.row().status is Status.CHECKOUT
    assert wrong(at.clinic.desk) == []


def test_a_second_enter_of_the_same_stroke_charges_once(at: At) -> None:
    at.open()
    press(at.qtbot, ENTER)
    press(at.qtbot, ENTER)
    settle(at.qtbot, at.context.lanes)
    assert len(at.row().charges) == 1


def test_units_and_more_lines_count_while_they_are_filled_in(at: At) -> None:
    dialog = at.open()
    injection = next(one for one in dialog.lines.lines if one.code == "INJ")
    assert not injection.units.isEnabled()
    injection.tick.setChecked(True)
    injection.units.setValue(3)
    dialog.lines.diagnoses.setText("m545 r05.9")
    injection.pointers.setText("A")
    assert dialog.primary.text() == "Charge $210.00"
    at.press(ENTER)
    charged = next(one for one in at.row().charges if one.code == "INJ")
    assert (charged.units, charged.amount_cents, charged.diagnoses) == (3, 9000, "M54.5")


def test_nothing_charged_needs_a_reason(at: At) -> None:
    dialog = at.open()
    next(one for one in dialog.lines.lines if one.code == "OV").tick.setChecked(False)
    at.press(ENTER)
    assert "say why" in dialog.error_line.text()
    assert dialog.focusWidget() is dialog.reason
    at.press("Follow-up within the global period", ENTER)
    assert is_gone(dialog)
    assert at.row().status is Status.DONE
    assert at.row().no_charge_reason == "Follow-up within the global period"


def test_a_charge_is_taken_back_with_a_reason(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReasonDialog, "ask", lambda *_a, **_k: Reason("wrong", "Wrong service"))
    dialog = at.open()
    at.press(ENTER)
    charge = at.row().charges[0]
    back = dialog.findChild(QPushButton, f"take_back_{charge.charge_id}")
    assert isinstance(back, QPushButton)
    back.click()
    settle(at.qtbot, at.context.lanes)
    assert at.clinic.desk.ask(visit_charges, at.visit_id) == []
    assert at.row().balance_cents == 0


def test_f5_takes_the_balance_and_the_money_follows(at: At) -> None:
    dialog = at.open()
    at.press(ENTER)
    dialog.payment.click()
    payment = shown(at.qtbot, PaymentDialog, at.context.lanes)
    assert payment.amount.text() == "120.00"
    at.press(ENTER)
    assert is_gone(payment)
    at.qtbot.waitUntil(lambda: dialog.row.balance_cents == 0)
    assert len(dialog.row.payments) == 1


def test_the_next_visit_is_booked_for_this_patient(at: At) -> None:
    dialog = at.open()
    dialog.book.click()
    booking = shown(at.qtbot, BookingDialog, at.context.lanes)
    assert booking.banner.data is not None
    assert booking.banner.data.patient_id == JONAH
    booking.close()


def test_words_for_the_summary_survive_a_closed_dialog(at: At) -> None:
    dialog = at.open()
    dialog.instructions.setPlainText("Drink a lot of water.")
    dialog.orders.setPlainText("Ibuprofen 400 mg")
    at.press(Qt.Key.Key_Escape)
    assert is_gone(dialog)
    assert (at.row().instructions, at.row().orders) == ("Drink a lot of water.", "Ibuprofen 400 mg")
    assert at.again().instructions.toPlainText() == "Drink a lot of water."


def test_the_summary_is_shown_and_filed_when_saved(at: At, tmp_path: Path, said: Said) -> None:
    dialog = at.open(INES)
    dialog.instructions.setPlainText("Beba mucha agua.")
    dialog.paper.click()
    summary = shown(at.qtbot, SummaryDialog, at.context.lanes)
    at.qtbot.waitUntil(lambda: len(summary.view.pages) == 1)
    assert summary.view.pages[0].width() > 600
    assert at.clinic.desk.ask(documents, INES) == []
    summary._with_paper(lambda content: summary.save_to(tmp_path / "summary.pdf", content))
    at.qtbot.waitUntil((tmp_path / "summary.pdf").exists)
    settle(at.qtbot, at.context.lanes)
    assert (tmp_path / "summary.pdf").read_bytes().startswith(b"%PDF")
    assert [one.category for one in at.clinic.desk.ask(documents, INES)] == ["summary"]
    assert said.last.text == "the visit summary was saved as summary.pdf."
    summary.save_to(tmp_path / "none" / "summary.pdf", b"")
    at.qtbot.waitUntil(lambda: said.last.kind is Kind.NOT_DONE)
    summary.accept()


def test_who_was_not_seen_cannot_be_checked_out(at: At, said: Said) -> None:
    visit_id = at.clinic.visit(JONAH)
    at.clinic.desk.do(check_in_with_copay, visit_id)
    open_check_out(at.context, at.parent, visit_id)
    settle(at.qtbot, at.context.lanes)
    assert said.last.kind is Kind.NOT_DONE
    assert "not seen yet" in said.last.text


def test_a_screen_reader_finds_every_control(at: At) -> None:
    dialog = at.open()
    assert unnamed_controls(dialog) == []
    at.press(ENTER)
    assert unnamed_controls(dialog) == []
