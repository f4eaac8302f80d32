"""A card at the counter: the terminal is asked between two steps, and nothing is posted twice or lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.cards import card_slips
from psc_desk.queries.money import payments
from psc_desk.queries.plans import plans_of
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Confirm
from psc_desk.ui.dialogs.card import HeldDialog, TerminalDialog
from psc_desk.ui.dialogs.check_in import CheckInDialog, open_check_in
from psc_desk.ui.dialogs.document import PaperDialog
from psc_desk.ui.dialogs.payment import PaymentDialog, open_payment
from psc_desk.ui.dialogs.plan import PlanDialog, open_plan
from psc_desk.ui.pages.money.card_slips import CardSlipsSection
from psc_desk.usecases.cards import CardAnswer, begin_card, finish_card
from psc_desk.usecases.payments import PaymentInput, TenderInput
from tests.money.support import charged_visit, key, wrong
from tests.support.clinic import INES, JONAH, SmallClinic
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
    form.tenders.boxes[0].choose(TenderKind.CARD)
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
    form.tenders.boxes[0].choose(TenderKind.CASH)
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


def two_cards(qtbot: QtBot, context: Context, parent: QWidget) -> PaymentDialog:
    """A payment of $50.00 on two cards, of which the terminal approved the first: the second is asked for."""
    open_payment(context, parent, INES, kind=PaymentKind.PREPAYMENT, cents=5000)
    form = shown(qtbot, PaymentDialog, context.lanes)
    form.tenders.split_button.click()
    form.tenders.boxes[0].choose(TenderKind.CARD)
    form.tenders.boxes[1].choose(TenderKind.CARD)
    form.tenders.boxes[0].amount.setText("20")
    form.primary.click()
    assert shown(qtbot, TerminalDialog, context.lanes).question.text() == "Ask the terminal for $20.00 now"
    press(qtbot, "4242", "A1", ENTER)
    settle(qtbot, context.lanes)
    assert shown(qtbot, TerminalDialog, context.lanes).question.text() == "Ask the terminal for $30.00 now"
    return form


def test_two_cards_are_asked_for_one_after_the_other_and_posted_as_one(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    form = two_cards(qtbot, desk_context, parent)
    press(qtbot, "1881", "B2", ENTER)
    settle(qtbot, desk_context.lanes)
    assert is_gone(form)
    assert said.last.text == "receipt 1001, $50.00 from Inés Castillo"
    assert [row.tender for row in clinic.desk.ask(payments)] == ["Visa ····4242 ref A1, Visa ····1881 ref B2"]
    assert wrong(clinic.desk) == []


def test_a_declined_second_card_leaves_the_first_locked_and_the_rest_to_cash(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    form = two_cards(qtbot, desk_context, parent)
    shown(qtbot, TerminalDialog, desk_context.lanes).findChild(QPushButton, "declined").click()
    settle(qtbot, desk_context.lanes)
    first, second = form.tenders.boxes
    assert "not charged (declined). The one approved before it is held" in form.error_line.text()
    assert first.card_words.text().startswith("✓ Approved: Visa ····4242 ref A1")
    assert (first.amount.isEnabled(), second.amount.isEnabled()) == (False, True)
    assert unnamed_controls(form) == []
    second.choose(TenderKind.CASH)
    form.primary.click()
    settle(qtbot, desk_context.lanes)
    assert is_gone(form)
    assert [row.tender for row in clinic.desk.ask(payments)] == ["Visa ····4242 ref A1, cash"]
    assert wrong(clinic.desk) == []


def test_a_second_card_without_an_answer_finishes_both_when_it_is_settled(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    form = two_cards(qtbot, desk_context, parent)
    press(qtbot, Qt.Key.Key_Escape)
    settle(qtbot, desk_context.lanes)
    assert is_gone(form)
    assert "has no answer, and an approved card waits with it" in said.last.text
    page = slips_over(qtbot, desk_context)
    assert [row.state for row in page.table.rows.rows] == [CardState.CHECK_TERMINAL, CardState.HELD]
    page.table.select_key(2)
    page.buttons["settle_card"].click()
    shown(qtbot, TerminalDialog, desk_context.lanes)
    press(qtbot, "1881", "B2", ENTER)
    settle(qtbot, desk_context.lanes)
    assert [row.amount_cents for row in clinic.desk.ask(payments)] == [5000]
    assert [row.state for row in clinic.desk.ask(card_slips)] == [CardState.APPROVED] * 2
    assert wrong(clinic.desk) == []


def test_an_approved_card_is_taken_back_and_all_is_paid_in_cash(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_words: list[str] = []
    monkeypatch.setattr(Confirm, "ask", lambda _over, _title, words, **_more: asked_words.append(words) or True)
    form = two_cards(qtbot, desk_context, parent)
    shown(qtbot, TerminalDialog, desk_context.lanes).findChild(QPushButton, "cancelled").click()
    settle(qtbot, desk_context.lanes)
    form.tenders.boxes[0].remove.click()
    settle(qtbot, desk_context.lanes)
    assert asked_words == ["Void $20.00 at the card terminal first: Visa ····4242 ref A1. Was it voided there?"]
    assert form.tenders.boxes[0].amount.isEnabled()
    for box in form.tenders.boxes:
        box.choose(TenderKind.CASH)
    form.primary.click()
    settle(qtbot, desk_context.lanes)
    assert [(row.tender, row.amount_cents) for row in clinic.desk.ask(payments)] == [("cash, cash", 5000)]
    assert [row.state for row in clinic.desk.ask(card_slips)] == [CardState.CANCELLED] * 2
    assert wrong(clinic.desk) == []


def test_esc_with_an_approved_card_says_where_it_is_left_and_there_it_is_posted(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    form = two_cards(qtbot, desk_context, parent)
    shown(qtbot, TerminalDialog, desk_context.lanes).findChild(QPushButton, "declined").click()
    settle(qtbot, desk_context.lanes)
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert "A card is approved and not posted" in form.error_line.text()
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert is_gone(form)
    page = slips_over(qtbot, desk_context)
    assert page.table.rows.rows[0].state is CardState.HELD
    page.buttons["settle_card"].click()
    held = shown(qtbot, HeldDialog, desk_context.lanes)
    assert unnamed_controls(held) == []
    held.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "the card payment of $20.00 is posted as receipt 1001"
    assert [row.amount_cents for row in clinic.desk.ask(payments)] == [2000]
    assert wrong(clinic.desk) == []


def test_a_down_payment_by_card_is_asked_for_and_the_plan_agreed_when_it_is_approved(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    charged_visit(clinic, "OV", "LAB")
    open_plan(desk_context, parent, INES)
    form = shown(qtbot, PlanDialog, desk_context.lanes)
    form.down.setText("30")
    form.tender.choose(TenderKind.CARD)
    form.primary.click()
    shown(qtbot, TerminalDialog, desk_context.lanes).findChild(QPushButton, "declined").click()
    settle(qtbot, desk_context.lanes)
    assert "not charged (declined)" in form.error_line.text()
    assert clinic.desk.ask(plans_of, INES) == []
    form.primary.click()
    shown(qtbot, TerminalDialog, desk_context.lanes)
    press(qtbot, "4242", "A1", ENTER)
    shown(qtbot, PaperDialog, desk_context.lanes).accept()
    settle(qtbot, desk_context.lanes)
    assert said.messages[0].text == "payment plan 1 is agreed with Inés Castillo, receipt 1001 for the down payment"
    assert [row.tender for row in clinic.desk.ask(payments)] == ["Visa ····4242 ref A1"]
    assert clinic.desk.ask(plans_of, INES)[0].total_cents == 13550
    assert wrong(clinic.desk) == []


def test_who_takes_money_again_hears_of_the_card_without_an_answer(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    at_terminal(qtbot, desk_context, clinic, parent)
    press(qtbot, Qt.Key.Key_Escape)
    settle(qtbot, desk_context.lanes)
    open_payment(desk_context, parent, INES, clinic.visit(INES))
    form = shown(qtbot, PaymentDialog, desk_context.lanes)
    assert "A card payment of $25.00 is not settled: it may be paid already." in form.error_line.text()
    assert form.tenders.boxes[0].tendered.hasFocus()
    form.reject()
    open_payment(desk_context, parent, JONAH, clinic.visit(JONAH))
    assert shown(qtbot, PaymentDialog, desk_context.lanes).error_line.isHidden()
