"""Correcting a payment and booking a returned check in the window."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.queries.money import balance, payments
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.correct import CorrectDialog, open_correct
from psc_desk.ui.dialogs.refund import RefundDialog, VoidDialog, open_refund, open_void
from psc_desk.ui.dialogs.returned_check import ReturnedCheckDialog
from psc_desk.ui.pages.money.checks import ChecksSection
from psc_desk.usecases.payments import refund_payment
from tests.money.support import card, cash, charged_visit, check, key, pay, wrong
from tests.money.test_payment_returned import deposited
from tests.support.clinic import INES, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, press, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]


def test_a_correction_voids_and_takes_again_and_each_receipt_names_the_other(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    charged_visit(clinic, "LAB")
    paid = pay(clinic, cash(4550))
    open_correct(desk_context, parent, paid.payment_id)
    dialog = shown(qtbot, CorrectDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.chosen_kind() is PaymentKind.BALANCE
    assert dialog.focusWidget() is dialog.amount
    press(qtbot, "25.50")
    dialog.tenders.boxes[0].choose(TenderKind.CHECK)
    dialog.tenders.boxes[0].check_no.setText("77")
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert said.last.text == (
        "receipt 1001 voided with 1002 and corrected with receipt 1003, $25.50 from Inés Castillo"
    )  # fmt: skip
    new, void, _old = clinic.desk.ask(payments)
    assert (new.tender, new.amount_cents, new.reason) == ("check 77", 2550, "Corrected from receipt 1001: Wrong amount")
    assert (void.receipt_no, void.reason) == (1002, "Corrected by receipt 1003: Wrong amount")
    texts = {job.title: job.text for job in clinic.desk.ask(print_jobs)}
    assert "Corrected from receipt" in texts["Receipt 1003"]
    assert "Corrected by receipt" in texts["Receipt 1002"]
    assert clinic.desk.ask(balance, INES) == 2000
    assert wrong(clinic.desk) == []


def test_a_returned_check_is_booked_from_the_list_of_checks(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    pay(clinic, check(4000))
    deposited(clinic)
    page = ChecksSection(desk_context)
    qtbot.addWidget(page)
    page.show()
    page.reload()
    settle(qtbot, desk_context.lanes)
    assert unnamed_controls(page) == []
    page.buttons["came_back"].click()
    dialog = shown(qtbot, ReturnedCheckDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert said.last.text == "check 1042 booked as returned with receipt 1002, $40.00 is open again"
    page.reload()
    settle(qtbot, desk_context.lanes)
    assert [row.state for row in page.table.rows.rows] == ["returned"]
    assert not page.buttons["came_back"].isEnabled()


def test_a_card_to_be_voided_reminds_of_the_terminal(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    for tender, told in ((card(2500), True), (cash(2500), False)):
        open_void(desk_context, parent, pay(clinic, tender).payment_id)
        dialog = shown(qtbot, VoidDialog, desk_context.lanes)
        note = dialog.findChild(QLabel, "way_back")
        assert isinstance(note, QLabel)
        assert note.text() == ("▲ Give $25.00 back at the card terminal too: Visa ····4242 ref A8812" if told else "")
        dialog.primary.click()
        settle(qtbot, desk_context.lanes)


def test_a_refund_says_how_much_goes_back_on_which_card_and_what_is_mailed(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    other = replace(card(1000), card_brand="Discover", card_last4="1881", terminal_ref="B7")
    paid = pay(clinic, check(4000), cash(500), card(2500), other)
    open_refund(desk_context, parent, paid.payment_id)
    dialog = shown(qtbot, RefundDialog, desk_context.lanes)
    for typed, words in (
        ("20", "▲ Give $20.00 back at the card terminal too: Visa ····4242 ref A8812"),
        ("30", "▲ Give $25.00 back at the card terminal too: Visa ····4242 ref A8812\n"
               "▲ Give $5.00 back at the card terminal too: Discover ····1881 ref B7"),
        ("x", ""),
    ):  # fmt: skip
        dialog.amount.setText(typed)
        assert dialog.way_back.text() == words
    dialog.amount.setText("80")
    assert dialog.way_back.text().endswith("\n$40.00 of check 1042 will wait under Money, Refunds by mail.")
    dialog.reject()
    refund = clinic.desk.do(refund_payment, paid.payment_id, 3000, key=key(), reason="Overpaid")
    open_void(desk_context, parent, refund.payment_id)
    note = shown(qtbot, VoidDialog, desk_context.lanes).findChild(QLabel, "way_back")
    assert isinstance(note, QLabel)
    assert note.text().startswith("▲ Undo the refund of $25.00 at the card terminal too: Visa")
