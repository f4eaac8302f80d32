"""F8 and the strip: the drawer worked by keyboard on the real clinic."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from psc_desk.models.till import TillOpening
from psc_desk.money import format_money
from psc_desk.queries.counter import drawer
from psc_desk.queries.deposits import bankable
from psc_desk.queries.money import payments
from psc_desk.queries.verify import account_balances
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import SecondPerson, SecondPersonDialog
from psc_desk.ui.dialogs.drawer import (
    DrawerMenu,
    DropDialog,
    MoveDialog,
    NoSaleDialog,
    OpenDrawerDialog,
    open_drawer_dialog,
    open_move,
)
from psc_desk.ui.dialogs.refund import RefundDialog, VoidDialog, open_refund, open_void
from psc_desk.ui.pages.desk.drawer_strip import DrawerStrip
from psc_desk.ui.report import Kind
from psc_desk.usecases.till import begin_count, close_till, record_count
from tests.money.support import cash, check, pay
from tests.support.clinic import MANAGER, SmallClinic
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
)

__all__ = ["clinic", "closed", "closed_context", "desk_context", "parent"]


def enter_count(qtbot: QtBot, pieces: dict[int, int]) -> None:
    """Type a count from the first field on, Enter after each."""
    for cents in (10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5):
        press(qtbot, str(pieces.get(cents, "")), Qt.Key.Key_Return)
    press(qtbot, str(pieces.get(1, "")))


def test_the_float_is_counted_by_keyboard_and_the_drawer_opens(
    qtbot: QtBot, closed_context: Context, closed: SmallClinic, parent: QWidget, said: Said
) -> None:
    open_drawer_dialog(closed_context, parent, 1)
    dialog = shown(qtbot, OpenDrawerDialog, closed_context.lanes)
    assert closed.desk.ask(lambda read: list(read.session.scalars(select(TillOpening.reason)))) == ["Opening count"]
    enter_count(qtbot, FLOAT)
    assert dialog.grid.total_label.text() == "$150.00"
    assert unnamed_controls(dialog) == []
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, closed_context.lanes)
    assert said.last.text == "Drawer 1 is open with a float of $150.00"
    assert closed.desk.ask(drawer, 1).till.float_cents == 15000


def test_no_sale_takes_three_keys_after_f8(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    open_drawer_dialog(desk_context, parent, 1)
    menu = shown(qtbot, DrawerMenu, desk_context.lanes)
    assert unnamed_controls(menu) == []
    press(qtbot, Qt.Key.Key_N)
    shown(qtbot, NoSaleDialog, desk_context.lanes)
    press(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "the drawer was told to open: Wrong denomination given"


def test_a_pay_out_above_the_cash_is_refused_in_the_form(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    open_move(desk_context, parent, 1, "pay_out")
    dialog = shown(qtbot, MoveDialog, desk_context.lanes)
    press(qtbot, "150.01", Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert "not that much cash" in dialog.error_line.text()
    dialog.amount.setText("12.50")
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$12.50 paid out of Drawer 1"
    assert clinic.desk.ask(account_balances)["drawer:1"] == 13750


def test_a_drop_with_its_notes_needs_no_amount_and_is_known_to_the_deposit(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    open_move(desk_context, parent, 1, "drop")
    dialog = shown(qtbot, DropDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.grid.edits[2000].setText("2")
    assert dialog.amount.cents() == 4000
    dialog.amount.setText("50")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert dialog.error_line.text() == "The notes come to $40.00, the drop is $50.00. Correct one."
    dialog.amount.setText("40")
    dialog.grid.edits[2000].setFocus()
    qtbot.keyClick(dialog.grid.edits[2000], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$40.00 dropped from Drawer 1 to the safe"
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT | {2000: 3})
    clinic.desk.do(close_till, 1, float_left_cents=11000)
    assert clinic.desk.ask(bankable).cash[0].pieces == {2000: 2}


def test_a_large_difference_asks_for_a_second_person(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: object, why: str, **_kw: object) -> SecondPerson:
        asked.append(why)
        return SecondPerson(MANAGER, "0000" if len(asked) == 1 else "3456")

    monkeypatch.setattr(SecondPersonDialog, "ask", answer)
    open_move(desk_context, parent, 1, "no_sale")
    shown(qtbot, NoSaleDialog, desk_context.lanes).close()
    done = pay(clinic, cash(9000))
    open_void(desk_context, parent, done.payment_id)
    dialog = shown(qtbot, VoidDialog, desk_context.lanes)
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(dialog.error_line.isVisible)
    assert "not the PIN" in dialog.error_line.text()
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert len(asked) == 2
    assert clinic.desk.ask(account_balances)["drawer:1"] == 15000


def test_part_of_a_payment_is_given_back_with_a_reason(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    done = pay(clinic, cash(4000))
    open_refund(desk_context, parent, done.payment_id)
    dialog = shown(qtbot, RefundDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.amount.setText("50")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert "Only $40.00" in dialog.error_line.text()
    dialog.amount.setText("15")
    dialog.reason.list.setCurrentText("Other")
    dialog.primary.click()
    assert dialog.focusWidget() is dialog.reason.text
    dialog.reason.text.setText("agreed on the phone")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "receipt 1001 refunded with receipt 1002, $15.00 for Inés Castillo"
    newest = clinic.desk.ask(payments)[0]
    assert (newest.amount_cents, newest.reason) == (-1500, "Other: agreed on the phone")


def test_the_strip_counts_and_follows_what_happens(
    qtbot: QtBot, closed_context: Context, closed: SmallClinic, said: Said
) -> None:
    strip = DrawerStrip(closed_context)
    qtbot.addWidget(strip)
    strip.show()
    settle(qtbot, closed_context.lanes)
    assert strip.closed_part.isVisible()
    strip.open_dialog()
    dialog = shown(qtbot, OpenDrawerDialog, closed_context.lanes)
    dialog.grid.set_pieces(FLOAT)
    dialog.primary.click()
    settle(qtbot, closed_context.lanes)
    pay(closed, cash(2500))
    pay(closed, check(4000))
    settle(qtbot, closed_context.lanes)
    shown_now = {name: figure.text() for name, figure in strip.figures.items()}
    assert shown_now == {"float": "$150.00", "cash": "1", "checks": "1", "cards": "0"}
    words = [label.text() for label in strip.findChildren(QLabel)]
    assert format_money(17500) not in words
    assert unnamed_controls(strip) == []
    assert said.last.kind is Kind.DONE
