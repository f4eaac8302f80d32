"""A card at the counter: the terminal is asked between two steps, and nothing is posted twice or lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.cards import card_slips
from psc_desk.queries.money import payments
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.card import TerminalDialog
from psc_desk.ui.dialogs.check_in import CheckInDialog, open_check_in
from psc_desk.ui.dialogs.payment import PaymentDialog, open_payment
from psc_desk.ui.pages.money.card_slips import CardSlipsSection
from psc_desk.usecases.cards import CardAnswer, begin_card, finish_card
from psc_desk.usecases.payments import PaymentInput, TenderInput
from tests.money.support import key, wrong
from tests.support.clinic import INES, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.flow_desk import ENTER, Flow, flow
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, press, settle, shown

__all__ = ["clinic", "closed", "desk_context", "flow", "parent"]

ALT = Qt.KeyboardModifier.AltModifier


def asked(clinic: SmallClinic) -> int:
    """A card payment for which the terminal was asked."""
    card = TenderInput(TenderKind.CARD, 2500)
    done = clinic.desk.do(begin_card, PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (card,)))
    return done.row.attempt_id


def slips_over(qtbot: QtBot, context: Context) -> CardSlipsSection:
    page = CardSlipsSection(context)
    qtbot.addWidget(page)
    page.show()
    page.reload()
    settle(qtbot, context.lanes)
    return page


def at_terminal(
    qtbot: QtBot, context: Context, clinic: SmallClinic, parent: QWidget
) -> tuple[PaymentDialog, TerminalDialog]:
    open_payment(context, parent, INES, clinic.visit(INES))
    form = shown(qtbot, PaymentDialog, context.lanes)
    form.tenders[0].choose(TenderKind.CARD)
    form.primary.click()
    return form, shown(qtbot, TerminalDialog, context.lanes)


def test_a_card_copay_is_four_keys_and_what_the_slip_says(flow: Flow) -> None:
    flow.select(flow.ines)
    flow.press(Qt.Key.Key_F5)
    form = shown(flow.qtbot, PaymentDialog, flow.context.lanes)
    flow.keys += 1
    flow.qtbot.keyClick(form, Qt.Key.Key_D, ALT)
    flow.press(ENTER)
    terminal = shown(flow.qtbot, TerminalDialog, flow.context.lanes)
    assert unnamed_controls(terminal) == []
    assert terminal.question.text() == "Ask the terminal for $25.00 now"
    flow.type("4242A8812")
    flow.press(ENTER)
    assert [row.tender for row in flow.clinic.desk.ask(payments, patient_id=INES)] == ["Visa ····4242 ref A8812"]
    assert QApplication.activeModalWidget() is None
    assert flow.keys == 4


def test_a_declined_card_leaves_the_form_for_another_way_to_pay(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    form, terminal = at_terminal(qtbot, desk_context, clinic, parent)
    terminal.findChild(QPushButton, "declined").click()
    settle(qtbot, desk_context.lanes)
    assert is_gone(terminal)
    assert "not charged (declined)" in form.error_line.text()
    form.tenders[0].choose(TenderKind.CASH)
    form.primary.click()
    settle(qtbot, desk_context.lanes)
    assert [row.tender for row in clinic.desk.ask(payments)] == ["cash"]
    assert wrong(clinic.desk) == []


def test_a_wrong_digit_is_said_at_its_field_and_the_next_try_posts(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    _form, terminal = at_terminal(qtbot, desk_context, clinic, parent)
    press(qtbot, "424", ENTER)
    settle(qtbot, desk_context.lanes)
    assert "last four digits" in terminal.error_line.text()
    assert terminal.focusWidget() is terminal.last4
    press(qtbot, "4242", "A1", ENTER)
    settle(qtbot, desk_context.lanes)
    assert len(clinic.desk.ask(payments)) == 1


def test_esc_at_the_terminal_is_no_answer_and_waits_in_card_slips(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    form, terminal = at_terminal(qtbot, desk_context, clinic, parent)
    press(qtbot, Qt.Key.Key_Escape)
    settle(qtbot, desk_context.lanes)
    assert is_gone(form)
    assert is_gone(terminal)
    assert "settle it in Money, Card slips" in said.last.text
    assert clinic.desk.ask(payments) == []
    page = slips_over(qtbot, desk_context)
    assert unnamed_controls(page) == []
    page.buttons["settle_card"].click()
    again = shown(qtbot, TerminalDialog, desk_context.lanes)
    assert again.question.text() == "Was $25.00 charged?"
    press(qtbot, "4242", "A1", ENTER)
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "the card payment of $25.00 is posted as receipt 1001"
    assert wrong(clinic.desk) == []


def test_a_late_approval_is_posted_or_noted_as_voided(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    for name, posted in (("late_post", 1), ("late_void", 1)):
        clinic.desk.do(finish_card, asked(clinic), CardAnswer(CardState.DECLINED))
        page = slips_over(qtbot, desk_context)
        page.table.select_key(max(row.attempt_id for row in page.table.rows.rows if row.state is CardState.DECLINED))
        page.buttons["late_card"].click()
        dialog = shown(qtbot, TerminalDialog, desk_context.lanes)
        dialog.last4.setText("4242")
        dialog.ref.setText("A9")
        dialog.findChild(QPushButton, name).click()
        settle(qtbot, desk_context.lanes)
        assert is_gone(dialog)
        assert len(clinic.desk.ask(payments)) == posted
    assert said.last.text == "the card payment of $25.00 is settled: not charged"
    assert wrong(clinic.desk) == []


def test_a_check_in_by_card_asks_the_terminal_and_checks_in(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    visit_id = clinic.visit(INES)
    open_check_in(desk_context, parent, visit_id)
    dialog = shown(qtbot, CheckInDialog, desk_context.lanes)
    for _step in range(3):
        dialog.primary.click()
        settle(qtbot, desk_context.lanes)
    dialog.copay.tender.choose(TenderKind.CARD)
    dialog.primary.click()
    shown(qtbot, TerminalDialog, desk_context.lanes)
    press(qtbot, "4242", "A1", ENTER)
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert said.last.text == "Castillo, Inés is checked in, receipt 1001, $25.00"
    assert clinic.desk.ask(lambda read: read.get(Visit, visit_id).status) is Status.CHECKED_IN
    assert [row.kind for row in clinic.desk.ask(payments)] == [PaymentKind.COPAY]
    assert [row.state for row in clinic.desk.ask(card_slips)] == [CardState.APPROVED]
