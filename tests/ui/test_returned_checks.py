"""What comes back to the counter: a check that had paid a part of a sale, and items paid by card."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.money import format_money
from psc_desk.queries.money import balance, payments
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.returned_check import ReturnedCheckDialog, open_returned_check
from psc_desk.ui.dialogs.sale import ReturnDialog, open_return
from psc_desk.usecases.retail import sell
from tests.money.support import card, cash, check, wrong
from tests.money.test_payment_returned import deposited
from tests.money.test_retail import BRACE, GUIDE, basket, stocked
from tests.support.clinic import INES, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]


@pytest.mark.parametrize(
    ("patient_id", "words", "owed"),
    [(INES, "what is unpaid of them is charged", 600 + 2500), (None, "there is no account to charge it to", 0)],
)
def test_a_check_that_paid_a_part_of_a_sale_says_what_will_happen_and_is_booked(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, *, said: Said,
    patient_id: int | None, words: str, owed: int,
) -> None:  # fmt: skip
    clinic.desk.do(sell, basket({GUIDE: 2}, check(600, "7"), cash(400), patient_id=patient_id))
    open_returned_check(desk_context, parent, deposited(clinic)[0])
    dialog = shown(qtbot, ReturnedCheckDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert any(words in label.text() for label in dialog.findChildren(QLabel))
    if patient_id is not None:
        dialog.fee.setText("25")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert said.last.text == "check 7 booked as returned with receipt 1002, $6.00 of its sale is unpaid"
    assert clinic.desk.ask(balance, INES) == owed
    assert wrong(clinic.desk) == []


@pytest.fixture(autouse=True)
def shelves(clinic: SmallClinic) -> None:
    """Something is for sale."""
    stocked(clinic)


def test_items_that_come_back_say_what_to_do_at_the_terminal(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    sold = clinic.desk.do(sell, basket({BRACE: 2}, card(4035)))
    open_return(desk_context, parent, sold.payment_id)
    dialog = shown(qtbot, ReturnDialog, desk_context.lanes)
    assert dialog.way_back.isHidden()
    dialog.units[BRACE].setValue(1)
    told = dialog.way_back.text()
    dialog.reason.text.setText("Wrong size")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    back = -clinic.desk.ask(payments)[0].amount_cents
    assert told == f"▲ Give {format_money(back)} back at the card terminal too: Visa ····4242 ref A8812"
    assert wrong(clinic.desk) == []
