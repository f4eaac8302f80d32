"""Tab goes through a dialog as it is read, also through fields that were added while it stood open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.payment import PaymentDialog, open_payment
from psc_desk.ui.focus_order import set_reading_order
from tests.support.clinic import INES, SmallClinic
from tests.ui.money_desk import clinic, closed, closed_context, desk_context, parent, press, shown

__all__ = ["clinic", "closed", "closed_context", "desk_context", "parent"]


def _tabs(qtbot: QtBot, count: int) -> list[str]:
    names = []
    for _press in range(count):
        press(qtbot, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        names.append("" if focused is None else focused.objectName())
    return names


def test_tab_goes_from_the_cash_to_the_receipt_not_to_the_button_that_posts(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_payment(desk_context, parent, INES, clinic.visit(INES))
    shown(qtbot, PaymentDialog, desk_context.lanes)
    assert _tabs(qtbot, 4) == ["print_receipt", "split_button", "cancel_button", "primary_button"]


def test_a_second_way_to_pay_stands_between_the_first_and_the_receipt(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_payment(desk_context, parent, INES, clinic.visit(INES))
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    split = dialog.findChild(QPushButton, "split_button")
    assert split is not None
    split.click()
    qtbot.waitUntil(dialog.tenders.boxes[-1].isVisible)
    names = _tabs(qtbot, 5)
    assert names[0] == "tendered"
    assert names[1:-1] == [name for name in names[1:-1] if name.endswith("_2")]
    assert names[-1] == "print_receipt"


def test_a_field_put_in_between_is_reached_between(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    first, between, last = QLineEdit(), QLineEdit(), QLineEdit()
    layout.addWidget(first)
    layout.addWidget(last)
    layout.insertWidget(1, between)
    assert first.nextInFocusChain() is last
    set_reading_order(window)
    assert first.nextInFocusChain() is between
    assert between.nextInFocusChain() is last
