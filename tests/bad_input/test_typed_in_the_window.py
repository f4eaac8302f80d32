"""The same refusals in the window's forms: a sentence, the focus back on the field, and nothing posted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.payment import PaymentKind
from psc_desk.queries.money import payments
from psc_desk.queries.verify import account_balances
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.booking import BookingDialog, open_booking
from psc_desk.ui.dialogs.drawer import MoveDialog, open_move
from psc_desk.ui.dialogs.patient_form import RegistrationDialog, open_registration
from psc_desk.ui.dialogs.payment import PaymentDialog, open_payment
from psc_desk.ui.dialogs.refund import RefundDialog, open_refund
from psc_desk.usecases.search import rebuild_search
from psc_desk.usecases.till import begin_count
from tests.money.support import cash, pay, wrong
from tests.support.clinic import INES, JONAH, OSEI, SmallClinic
from tests.ui.conftest import Said, lanes, look, report, said
from tests.ui.desk_window import visits
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, press, settle, shown

__all__ = ["clinic", "closed", "desk_context", "lanes", "look", "parent", "report", "said"]

ENTER = Qt.Key.Key_Return
AMOUNTS = [
    ("-5", "The amount cannot be negative. Use a refund or a pay-out to give money back."),
    ("25.005", "An amount has two decimals at most. Type it as 25.00."),
    ("ten", "That is not an amount. Type dollars and cents, such as 25 or 25.00."),
    ("", "That is not an amount. Type dollars and cents, such as 25 or 25.00."),
    ("0", "The amount must be above $0.00."),
    ("99999999999", "The amount is larger than $9,999,999.99. Check the digits."),
]


def retype(qtbot: QtBot, edit: QWidget, text: str) -> None:
    """Type over what stands in a field, as a person does."""
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    qtbot.keyClicks(edit, text)


@pytest.mark.parametrize(("typed", "sentence"), AMOUNTS)
@pytest.mark.parametrize("form", ["payment", "pay_in", "pay_out", "drop", "refund"])
def test_an_amount_that_is_none(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, *, form: str, typed: str, sentence: str
) -> None:
    if form == "refund":
        open_refund(desk_context, parent, pay(clinic, cash(2500)).payment_id)
    elif form == "payment":
        open_payment(desk_context, parent, JONAH, kind=PaymentKind.PREPAYMENT, cents=2500)
    else:
        open_move(desk_context, parent, 1, form)
    before = clinic.desk.ask(account_balances)
    kind: type[Any] = {"refund": RefundDialog, "payment": PaymentDialog}.get(form, MoveDialog)
    dialog = shown(qtbot, kind, desk_context.lanes)
    retype(qtbot, dialog.amount, typed)
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert dialog.error_line.text() == sentence
    assert dialog.focusWidget() is dialog.amount
    assert clinic.desk.ask(account_balances) == before
    dialog.done(0)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("24.99", "The cash handed over is $0.01 short. Take the rest, or lower the amount."),
        ("-30", "The amount cannot be negative. Use a refund or a pay-out to give money back."),
        ("30.001", "An amount has two decimals at most. Type it as 25.00."),
    ],
)
def test_cash_handed_over_that_cannot_be(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, *, typed: str, sentence: str
) -> None:
    open_payment(desk_context, parent, INES, clinic.visit(INES))
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    retype(qtbot, dialog.tenders.boxes[0].tendered, typed)
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert dialog.error_line.text() == sentence
    assert dialog.focusWidget() is dialog.tenders.boxes[0].tendered
    assert clinic.desk.ask(payments) == []
    retype(qtbot, dialog.tenders.boxes[0].tendered, "25")
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert [row.amount_cents for row in clinic.desk.ask(payments)] == [2500]


def test_a_refund_above_what_is_left_says_how_much_that_is(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    done = pay(clinic, cash(4000))
    open_refund(desk_context, parent, done.payment_id)
    dialog = shown(qtbot, RefundDialog, desk_context.lanes)
    retype(qtbot, dialog.amount, "40.01")
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert dialog.error_line.text() == "Only $40.00 of receipt 1001 can still be refunded. Lower the amount."
    assert len(clinic.desk.ask(payments)) == 1
    retype(qtbot, dialog.amount, "40.00")
    press(qtbot, ENTER, ENTER)
    settle(qtbot, desk_context.lanes)
    assert [row.amount_cents for row in clinic.desk.ask(payments)] == [-4000, 4000]
    assert wrong(clinic.desk) == []


def test_a_drawer_closed_meanwhile_keeps_the_form_and_posts_once_it_is_open_again(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    from psc_desk.usecases.till import cancel_count

    open_payment(desk_context, parent, INES, clinic.visit(INES))
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    clinic.desk.do(begin_count, 1)
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert "counted" in dialog.error_line.text()
    assert clinic.desk.ask(payments) == []
    assert not is_gone(dialog)
    clinic.desk.do(cancel_count, 1)
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert [row.receipt_no for row in clinic.desk.ask(payments)] == [1001]


def test_enter_held_on_a_payment_posts_once(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_payment(desk_context, parent, INES, clinic.visit(INES))
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    for _ in range(40):
        qtbot.keyClick(dialog, ENTER)
    settle(qtbot, desk_context.lanes)
    assert len(clinic.desk.ask(payments)) == 1


def test_the_hour_that_the_clocks_skip_is_named_and_takes_no_reason(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    clinic.desk.do(rebuild_search)
    dialog = open_booking(desk_context, parent, patient_id=JONAH, provider_id=OSEI, day=date(2026, 3, 8), minute=150)
    assert isinstance(dialog, BookingDialog)
    qtbot.waitUntil(lambda: "There is no 2:30 am on 03/08/2026: the clocks go forward." in dialog.against.text())
    assert dialog.anyway.isHidden()
    qtbot.keyClick(dialog, ENTER)
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(lambda: "the clocks go forward" in dialog.error_line.text())
    assert visits(clinic) == []
    dialog.done(0)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2/30/1990", "There is no February 30."),
        ("3/5/2026", "is in the future."),
        ("1/1/1850", "years ago."),
        ("soon", "not a date"),
    ],
)
def test_a_birth_date_that_cannot_be(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, *, said: Said, typed: str, says: str
) -> None:
    clinic.desk.do(rebuild_search)
    open_registration(desk_context, parent, typed="Noé Baptiste")
    dialog = shown(qtbot, RegistrationDialog, desk_context.lanes)
    retype(qtbot, dialog.fields.birth_date, typed)
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert says in dialog.error_line.text()
    assert dialog.focusWidget() is dialog.fields.birth_date
    assert said.messages == []
    dialog.done(0)
