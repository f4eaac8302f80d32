"""F5: a payment taken by keyboard on the real clinic."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.queries.counter import reversal
from psc_desk.queries.money import account, payments
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.card import TerminalDialog
from psc_desk.ui.dialogs.payment import PaymentDialog, open_payment
from psc_desk.ui.report import Kind
from psc_desk.usecases.payments import PaymentDone
from tests.money.support import cash, charged_visit, pay, wrong
from tests.support.clinic import INES, JONAH, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, closed_context, desk_context, is_gone, parent, press, settle, shown

__all__ = ["clinic", "closed", "closed_context", "desk_context", "parent"]


def test_an_exact_cash_copay_is_one_enter(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    visit_id = clinic.visit(INES)
    done: list[PaymentDone] = []
    open_payment(desk_context, parent, INES, visit_id, then=done.append)
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    assert dialog.chosen_kind() is PaymentKind.COPAY
    press(qtbot, Qt.Key.Key_Return, Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert [(one.receipt_no, one.amount_cents) for one in done] == [(1001, 2500)]
    assert said.last.kind is Kind.DONE
    assert said.last.text == "receipt 1001, $25.00 from Inés Castillo"
    assert len(clinic.desk.ask(payments, patient_id=INES)) == 1
    assert is_gone(dialog)


def test_the_change_stands_large_until_the_next_key(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    open_payment(desk_context, parent, INES, clinic.visit(INES))
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    press(qtbot, "40")
    assert dialog.tenders.boxes[0].change_figure.text() == "$15.00"
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.findChild(QLabel, "change_due") is not None)
    figure = dialog.findChild(QLabel, "change_due")
    assert isinstance(figure, QLabel)
    assert figure.text() == "Change $15.00"
    assert said.last.text.endswith("change $15.00")
    qtbot.waitUntil(dialog.primary.isEnabled)
    qtbot.keyClick(dialog, Qt.Key.Key_F)
    assert is_gone(dialog)


def test_a_check_without_a_number_stays_open_at_its_field(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_payment(desk_context, parent, INES, clinic.visit(INES))
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    dialog.tenders.boxes[0].group.buttons()[1].click()
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert "needs its number" in dialog.error_line.text()
    assert dialog.focusWidget() is dialog.tenders.boxes[0].check_no
    press(qtbot, "1042", Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert [row.tender for row in clinic.desk.ask(payments, patient_id=INES)] == ["check 1042"]


def test_the_form_shows_what_each_charge_will_get_and_so_it_is_posted(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    charged_visit(clinic, "LAB", "OV", patient_id=JONAH)
    open_payment(desk_context, parent, JONAH, kind=PaymentKind.BALANCE, cents=13000)
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    last = dialog.charges.rows.rows[-1]
    dialog.charges.toggle(last)
    column = dialog.charges.rows.columns[-1]
    promised = {row.charge_id: column.value(row) for row in dialog.charges.rows.rows}
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    got = {row.charge_id: row.amount_cents - row.open_cents for row in clinic.desk.ask(account, JONAH).charges}
    assert promised == {charge_id: f"${cents / 100:.2f}" for charge_id, cents in got.items()}
    assert sorted(got.values())[-1] == min(13000, last.open_cents)
    assert wrong(clinic.desk) == []


def test_credit_is_used_from_the_form_before_money_is_taken(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    pay(clinic, cash(2000), kind=PaymentKind.PREPAYMENT, patient_id=JONAH)
    charged_visit(clinic, "LAB", patient_id=JONAH)
    open_payment(desk_context, parent, JONAH)
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    assert dialog.use_credit.text() == "&Use the credit of $20.00 first"
    dialog.use_credit.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$20.00 of Jonah Whitfield's credit was put against open charges"
    assert (dialog.use_credit.isVisible(), dialog.amount.cents()) == (False, 2550)
    assert [row.open_cents for row in dialog.charges.rows.rows] == [2550]
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(account, JONAH).balance_cents == 0
    assert wrong(clinic.desk) == []


def test_a_split_payment_has_to_come_to_the_amount(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_payment(desk_context, parent, JONAH, kind=PaymentKind.PREPAYMENT, cents=5000)
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    dialog.findChild(QWidget, "split_button").click()
    in_cash, card = dialog.tenders.boxes
    in_cash.amount.setText("20")
    card.choose(TenderKind.CARD)
    card.amount.setText("20")
    assert dialog.tenders.remaining.text() == "Still to pay: $10.00"
    dialog.primary.click()
    assert "come to $40.00, the amount is $50.00" in dialog.error_line.text()
    card.amount.setText("30")
    assert dialog.tenders.remaining.text() == "✓ All of $50.00 is covered"
    dialog.primary.click()
    shown(qtbot, TerminalDialog, desk_context.lanes)
    press(qtbot, "4242", "A1", Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    row = clinic.desk.ask(payments, patient_id=JONAH)[0]
    assert (row.amount_cents, row.tender) == (5000, "cash, Visa ····4242 ref A1")
    assert clinic.desk.ask(reversal, row.payment_id).same_session


def test_the_last_way_to_pay_takes_the_rest(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_payment(desk_context, parent, JONAH, kind=PaymentKind.PREPAYMENT, cents=5000)
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    dialog.findChild(QWidget, "split_button").click()
    in_cash, check = dialog.tenders.boxes
    qtbot.keyClicks(in_cash.amount, "20")
    assert check.amount.cents() == 3000
    check.amount.selectAll()
    qtbot.keyClicks(check.amount, "25")
    qtbot.keyClicks(in_cash.amount, "0")
    assert check.amount.cents() == 2500


def test_a_closed_drawer_is_said_before_anything_is_typed(
    qtbot: QtBot, closed_context: Context, parent: QWidget, said: Said
) -> None:
    open_payment(closed_context, parent, INES)
    settle(qtbot, closed_context.lanes)
    assert said.last.text == "Drawer 1 is closed. Open it with F8 and count the float first."


def test_every_control_is_named(qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget) -> None:
    charged_visit(clinic, "OV")
    open_payment(desk_context, parent, INES, kind=PaymentKind.BALANCE)
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
