"""Refunds that are owed by mail, in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from psc_desk.queries.refunds_owed import refunds_owed
from psc_desk.queries.verify import account_balances
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Reason, ReasonDialog, SecondPerson, SecondPersonDialog
from psc_desk.ui.dialogs.refund_owed import RefundOwedDialog
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.ui.pages.money.refunds_owed import RefundsOwedSection
from psc_desk.usecases.payments import refund_payment
from psc_desk.usecases.staff import Approval
from tests.money.support import check, key, pay, wrong
from tests.support.clinic import LEO, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, press, section, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]


@pytest.fixture
def owed(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> RefundsOwedSection:
    """The list with a refund of $25.00."""
    paid = pay(clinic, check(4000))
    clinic.desk.do(refund_payment, paid.payment_id, 2500, key=key(), reason="Overpaid")
    page = MoneyPage(desk_context)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    settle(qtbot, desk_context.lanes)
    made: RefundsOwedSection = section(qtbot, desk_context.lanes, page, "refunds_owed")
    return made


def form(qtbot: QtBot, context: Context, owed: RefundsOwedSection) -> RefundOwedDialog:
    owed.buttons["mail_refund"].click()
    return shown(qtbot, RefundOwedDialog, context.lanes)


def test_a_refund_is_noted_as_mailed_and_comes_back(
    qtbot: QtBot,
    desk_context: Context,
    clinic: SmallClinic,
    owed: RefundsOwedSection,
    *,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialog = form(qtbot, desk_context, owed)
    assert unnamed_controls(owed) == unnamed_controls(dialog) == []
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert dialog.focusWidget() is dialog.check_no
    press(qtbot, "5012", Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert said.last.text == "$25.00 for refund 1002 is noted as mailed"
    assert [row.how for row in owed.table.rows.rows] == ["Check 5012: Mailed to the address on file"]
    monkeypatch.setattr(ReasonDialog, "ask", lambda *_args, **_named: Reason("back", "It came back from the mail"))
    owed.buttons["mail_back"].click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$25.00 for refund 1002 is owed again"
    assert clinic.desk.ask(refunds_owed)[0].owed
    assert wrong(clinic.desk) == []


def test_cash_is_paid_out_instead_and_a_large_one_asks_a_second_person(
    qtbot: QtBot,
    desk_context: Context,
    clinic: SmallClinic,
    owed: RefundsOwedSection,
    *,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SecondPersonDialog, "ask", lambda *_args, **_named: SecondPerson(LEO, "2345"))
    paid = pay(clinic, check(7000, "8"))
    lead = Approval(LEO, "2345")
    clinic.desk.do(refund_payment, paid.payment_id, 7000, key=key(), reason="Overpaid", approval=lead)
    settle(qtbot, desk_context.lanes)
    for number, words in ((2, "$25.00 for refund 1002"), (4, "$70.00 for refund 1004")):
        owed.table.select_key(number)
        dialog = form(qtbot, desk_context, owed)
        dialog.way.setCurrentIndex(1)
        assert not dialog.check_no.isEnabled()
        dialog.primary.click()
        settle(qtbot, desk_context.lanes)
        assert is_gone(dialog)
        assert said.last.text == f"{words} is paid out in cash"
    assert clinic.desk.ask(account_balances)["drawer:1"] == 15000 - 9500
    assert wrong(clinic.desk) == []
