"""Several people and drawers at the window: hand-over, transfers, spot checks, nights, and their lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.events import SignedIn
from psc_desk.models.payment import PaymentKind
from psc_desk.models.till import TransferStatus
from psc_desk.queries.tills import till
from psc_desk.queries.transfers import transfers
from psc_desk.queries.variance import variance_report
from psc_desk.settings import DRAWER_OPENS_FOR
from psc_desk.ui.context import Context
from psc_desk.ui.desk_devices import DeskDevices
from psc_desk.ui.dialogs.base import Confirm, Reason, ReasonDialog, SecondPerson, SecondPersonDialog
from psc_desk.ui.dialogs.close_drawer import CloseDrawerDialog
from psc_desk.ui.dialogs.drawer import DrawerMenu, OpenDrawerDialog, OtherDrawersDialog, open_drawer_dialog
from psc_desk.ui.dialogs.drawer_stale import StaleDrawerDialog
from psc_desk.ui.dialogs.handover import HandoverDialog
from psc_desk.ui.dialogs.spot_check import SpotCheckDialog
from psc_desk.ui.dialogs.transfer import AnswerDialog, SendDialog, TakeBackDialog
from psc_desk.ui.pages.desk.drawer_strip import DrawerStrip
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.ui.pages.settings.fields import FieldsDialog
from psc_desk.ui.pages.settings.page import SettingsPage
from psc_desk.usecases.handover import count_for_handover, hand_over
from psc_desk.usecases.payments import PaymentInput, take_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, close_till, no_sale, open_till, record_count
from psc_desk.usecases.tills import TillInput, add_till, use_till
from psc_desk.usecases.transfers import TransferInput, send_transfer
from psc_desk.work import Desk
from tests.money.support import cash, key, pay, wrong
from tests.support.clinic import INES, LEO, MANAGER, MAYA, SmallClinic
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
    section,
    settle,
    shown,
)

__all__ = ["clinic", "closed", "closed_context", "desk_context", "parent"]

TUESDAY_LATE = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)
"""11:30 pm of Tuesday 2026-03-03 in New York."""


def two_drawers(clinic: SmallClinic) -> None:
    """Leo has a second drawer open with $50.00; Maya is signed in."""
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(add_till, TillInput("Drawer 2", 5000))
    clinic.desk.actor_id = LEO
    clinic.desk.do(open_till, 2, {500: 10})
    clinic.desk.actor_id = MAYA


def menu(qtbot: QtBot, context: Context, parent: QWidget) -> DrawerMenu:
    open_drawer_dialog(context, parent, 1)
    return shown(qtbot, DrawerMenu, context.lanes)


def test_a_drawer_is_handed_over_by_keyboard(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    menu(qtbot, desk_context, parent)
    press(qtbot, Qt.Key.Key_H)
    dialog = shown(qtbot, HandoverDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert not dialog.outcome.isVisible()
    dialog.grid.set_pieces(FLOAT | {100: 9})
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert dialog.verdict.text() == "$1.00 short"
    assert unnamed_controls(dialog) == []
    assert dialog.focusWidget() is dialog.reason.list
    press(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    dialog.person.setCurrentText("Leo Marsh")
    dialog.pin.setFocus()
    press(qtbot, "0000", Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert "not the PIN of Leo Marsh" in dialog.error_line.text()
    press(qtbot, "2345", Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert said.last.text == "Leo Marsh took Drawer 1 with $149.00, $1.00 short"
    assert clinic.desk.ask(till, 1).holder == "Leo Marsh"
    assert wrong(clinic.desk) == []


def test_a_count_left_half_way_goes_on_until_cash_moves(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    clinic.desk.do(count_for_handover, 1, FLOAT)
    menu(qtbot, desk_context, parent)
    press(qtbot, Qt.Key.Key_H)
    dialog = shown(qtbot, HandoverDialog, desk_context.lanes)
    assert dialog.verdict.text() == "exact"
    pay(clinic, cash(1000))
    dialog.person.setCurrentText("Leo Marsh")
    dialog.pin.setText("2345")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(lambda: "Count it again" in dialog.error_line.text())
    assert dialog.grid.isVisible()


def test_cash_is_sent_and_accepted_with_the_others_pin(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    two_drawers(clinic)
    menu(qtbot, desk_context, parent)
    press(qtbot, Qt.Key.Key_T)
    dialog = shown(qtbot, SendDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.grid.set_pieces({2000: 2})
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$40.00 is on its way to Drawer 2; it must be accepted there"
    waiting = menu(qtbot, desk_context, parent)
    assert unnamed_controls(waiting) == []
    press(qtbot, Qt.Key.Key_1)
    answer = shown(qtbot, AnswerDialog, desk_context.lanes)
    assert unnamed_controls(answer) == []
    answer.grid.set_pieces({2000: 2})
    answer.person.setCurrentText("Leo Marsh")
    answer.pin.setText("2345")
    answer.primary.click()
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(lambda: is_gone(answer))
    assert said.last.text == "$40.00 is in Drawer 2"
    assert clinic.desk.ask(transfers)[0].status is TransferStatus.ACCEPTED


def test_cash_is_declined_at_the_other_drawer_and_counted_back_in(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    two_drawers(clinic)
    clinic.desk.do(send_transfer, TransferInput(key(), 1, 2, {2000: 2}, "Small notes"))
    clinic.desk.actor_id = LEO
    strip = DrawerStrip(desk_context)
    qtbot.addWidget(strip)
    strip.resize(400, 320)
    strip.show()
    settle(qtbot, desk_context.lanes)
    assert strip.pending_words.text() == "▲ $40.00 sent from Drawer 1 by Maya Okafor waits to be accepted at Drawer 2."
    qtbot.waitUntil(lambda: unnamed_controls(strip) == [])
    strip.findChild(QPushButton, "strip_answer").click()
    answer = shown(qtbot, AnswerDialog, desk_context.lanes)
    answer.decline.click()
    assert not answer.grid.isVisible()
    answer.primary.click()
    assert "Say why" in answer.error_line.text()
    answer.reason.setText("I counted $39.00")
    answer.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$40.00 declined, Maya Okafor counts it back in"
    clinic.desk.actor_id = MAYA
    settle(qtbot, desk_context.lanes)
    strip.findChild(QPushButton, "strip_answer").click()
    back = shown(qtbot, TakeBackDialog, desk_context.lanes)
    assert unnamed_controls(back) == []
    back.grid.set_pieces({2000: 1, 1000: 1, 500: 1, 100: 4})
    assert back.form.isVisible()
    back.reason.setText("One dollar too few")
    back.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$39.00 is back in Drawer 1, $1.00 short"
    assert not strip.pending_part.isVisible()
    assert wrong(clinic.desk) == []


@pytest.mark.parametrize("who", [MAYA, LEO], ids=["front desk", "lead"])
def test_a_spot_check_tells_the_difference_to_a_lead_only(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, who: int
) -> None:
    pay(clinic, cash(2500))
    clinic.desk.actor_id = who
    menu(qtbot, desk_context, parent)
    press(qtbot, Qt.Key.Key_S)
    dialog = shown(qtbot, SpotCheckDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.grid.set_pieces(FLOAT)
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog) is (who == MAYA)
    page = MoneyPage(desk_context)
    qtbot.addWidget(page)
    page.reload()
    settle(qtbot, desk_context.lanes)
    assert ("spot_checks" in {one.key for one in page.model.rows}) is (who == LEO)
    if who == LEO:
        assert dialog.outcome.text() == "Counted $150.00 of $175.00: $25.00 short. Nothing was booked."
        listed = section(qtbot, desk_context.lanes, page, "spot_checks")
        assert unnamed_controls(listed) == []
        assert [row.over_short_cents for row in listed.table.rows.rows] == [-2500]


def test_a_drawer_left_open_is_spoken_of_at_sign_in_and_can_go_on(
    qtbot: QtBot, closed_context: Context, closed: SmallClinic, said: Said
) -> None:
    closed.clock.instant = TUESDAY_LATE
    closed.desk.do(open_till, 1, FLOAT)
    closed.clock.advance(hours=1)
    window = QWidget()
    qtbot.addWidget(window)
    strip = DrawerStrip(closed_context, window)
    strip.hide()  # folded away, as in a small window
    window.show()
    dialog = shown(qtbot, StaleDrawerDialog, closed_context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.primary.text() == "Count it now and close Tuesday"
    assert "left open on Tuesday, March 3" in strip.head.subtitle.text()
    dialog.reject()
    settle(qtbot, closed_context.lanes)
    strip.reload()
    settle(qtbot, closed_context.lanes)
    assert is_gone(dialog)
    closed_context.bus.publish([SignedIn()])
    again = shown(qtbot, StaleDrawerDialog, closed_context.lanes)
    again.reason.text.setFocus()
    press(qtbot, "Night clinic", Qt.Key.Key_Return)
    settle(qtbot, closed_context.lanes)
    assert said.last.text == "Drawer 1 takes money under the date of Tuesday, March 3"
    assert pay(closed, cash(500)).amount_cents == 500
    assert not closed.desk.ask(till, 1).stale


def test_a_drawer_left_open_for_days_is_closed_from_the_guide(
    qtbot: QtBot, closed_context: Context, closed: SmallClinic, parent: QWidget
) -> None:
    closed.clock.instant = TUESDAY_LATE
    closed.desk.do(open_till, 1, FLOAT)
    closed.clock.advance(days=3)
    open_drawer_dialog(closed_context, parent, 1)
    dialog = shown(qtbot, StaleDrawerDialog, closed_context.lanes)
    assert not dialog.go_on.isVisible()
    press(qtbot, Qt.Key.Key_Return)
    close = shown(qtbot, CloseDrawerDialog, closed_context.lanes)
    close.reject()
    settle(qtbot, closed_context.lanes)


def test_a_large_opening_difference_asks_for_a_second_person(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT)
    clinic.desk.do(close_till, 1, float_left_cents=15000)
    monkeypatch.setattr(SecondPersonDialog, "ask", lambda *_a, **_k: SecondPerson(LEO, "2345"))
    open_drawer_dialog(desk_context, parent, 1)
    dialog = shown(qtbot, OpenDrawerDialog, desk_context.lanes)
    assert dialog.compare.text() == "The last close left $150.00."
    dialog.grid.set_pieces(FLOAT | {2000: 4})
    assert dialog.compare.text().startswith("$20.00 short: the last close left $150.00. Count again")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert dialog.compare.text().startswith("$20.00 short: the last close left $150.00 (5 × $20, 8 × $5, 10 × $1).")
    dialog.reason.setText("A note is missing")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert clinic.desk.ask(till, 1).float_cents == 13000


def test_a_lead_looks_at_another_drawer(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    two_drawers(clinic)
    menu(qtbot, desk_context, parent)
    press(qtbot, Qt.Key.Key_L)
    settle(qtbot, desk_context.lanes)
    assert "see the expected cash" in said.last.text
    clinic.desk.actor_id = LEO
    menu(qtbot, desk_context, parent)
    press(qtbot, Qt.Key.Key_L)
    others = shown(qtbot, OtherDrawersDialog, desk_context.lanes)
    assert unnamed_controls(others) == []
    press(qtbot, Qt.Key.Key_1)
    assert shown(qtbot, DrawerMenu, desk_context.lanes).row.till.name == "Drawer 2"


def test_the_lists_show_transfers_and_differences(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_drawers(clinic)
    count = clinic.desk.do(count_for_handover, 1, FLOAT | {2000: 3})
    clinic.desk.do(hand_over, count.count_id, Approval(MANAGER, "3456"), reason="Not known",
                   approval=Approval(LEO, "2345"))  # fmt: skip
    clinic.desk.do(send_transfer, TransferInput(key(), 2, 1, {500: 2}))
    clinic.desk.actor_id = LEO
    page = MoneyPage(desk_context)
    qtbot.addWidget(page)
    page.show()
    page.reload()
    settle(qtbot, desk_context.lanes)
    sent = section(qtbot, desk_context.lanes, page, "transfers")
    assert [row.cents for row in sent.table.rows.rows] == [1000]
    assert sent.buttons["answer_transfer"].isEnabled()
    seen = section(qtbot, desk_context.lanes, page, "differences")
    assert [row.person for row in seen.people.rows.rows] == ["Maya Okafor"]
    assert "1 of 1 counts differed" in seen.words.text()
    assert unnamed_controls(seen) == []
    monkeypatch.setattr(ReasonDialog, "ask", lambda *_a, **_k: Reason("other", "Reason", "Found in the safe"))
    seen.list.buttons["write_outcome"].click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "the outcome was written"
    assert [row.outcome for row in clinic.desk.ask(variance_report).differences] == ["Found in the safe"]


def test_drawers_are_added_chosen_and_ended_in_settings(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.desk.actor_id = MANAGER
    page = SettingsPage(desk_context)
    qtbot.addWidget(page)
    page.show()
    page.reload()
    settle(qtbot, desk_context.lanes)
    made = section(qtbot, desk_context.lanes, page, "drawers")
    assert unnamed_controls(made) == []
    made.drawers.buttons["add_drawer"].click()
    dialog = shown(qtbot, FieldsDialog, desk_context.lanes)
    dialog.fields.inputs["name"].setText("Back drawer")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(lambda: is_gone(dialog))
    made.drawers.table.select_key(2)
    made.drawers.buttons["use_drawer"].click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "this desk uses Back drawer"
    monkeypatch.setattr(Confirm, "ask", lambda *_a, **_k: True)
    made.drawers.buttons["end_drawer"].click()
    settle(qtbot, desk_context.lanes)
    assert "the drawer of Desk 1" in said.last.text


def test_the_rule_of_what_opens_the_drawer_is_ticked(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    clinic.desk.actor_id = MANAGER
    page = SettingsPage(desk_context)
    qtbot.addWidget(page)
    page.show()
    page.reload()
    settle(qtbot, desk_context.lanes)
    rules = section(qtbot, desk_context.lanes, page, "drawers").rules
    rules.table.select_key(DRAWER_OPENS_FOR.key)
    rules.buttons["change_setting"].click()
    dialog = shown(qtbot, FieldsDialog, desk_context.lanes)
    boxes = dialog.fields.inputs[DRAWER_OPENS_FOR.key].boxes
    boxes["check"].setChecked(False)
    boxes["card"].setChecked(True)
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(lambda read: read.setting(DRAWER_OPENS_FOR)) == ["cash", "card"]


def test_the_receipts_of_every_drawer_are_listed(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    pay(clinic, cash(1000))
    page = MoneyPage(desk_context)
    qtbot.addWidget(page)
    page.show()
    page.reload()
    settle(qtbot, desk_context.lanes)
    made = section(qtbot, desk_context.lanes, page, "receipts")
    assert made.table.isColumnHidden(2)
    two_drawers(clinic)
    clinic.desk.do(take_payment, PaymentInput(key(), 2, INES, PaymentKind.PREPAYMENT, (cash(700),)))
    settle(qtbot, desk_context.lanes)
    assert [row.till for row in made.table.rows.rows] == ["Drawer 2", "Drawer 1"]
    assert not made.table.isColumnHidden(2)


def test_the_drawer_that_a_desk_chose_springs_open_at_once(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic
) -> None:
    two_drawers(clinic)
    devices = DeskDevices(Desk(clinic.desk.engine, clinic.clock, head=clinic.desk.head), desk_context.bus)
    devices.start()
    try:
        clinic.desk.actor_id = MANAGER
        clinic.desk.do(use_till, 2)
        clinic.desk.actor_id = LEO
        clinic.desk.do(no_sale, 2, "Make change")
        qtbot.waitUntil(lambda: devices.virtual.pulses() != [])
        pulses = len(devices.virtual.pulses())
        clinic.desk.do(no_sale, 1, "Make change")
        qtbot.waitUntil(lambda: len(devices.virtual.papers()) >= 2)
        assert len(devices.virtual.pulses()) == pulses
    finally:
        devices.stop()
