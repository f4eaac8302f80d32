"""Why no co-pay was taken: asked at check-in and at check-out, and listed by month and reason."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.visit import CheckIn, Status, Visit
from psc_desk.queries.no_copay import NOT_SAID, by_month_and_reason, no_copay_question, no_copays
from psc_desk.settings import COPAY_LATER
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Reason, ReasonDialog
from psc_desk.ui.dialogs.check_out import CheckOutDialog, open_check_out
from psc_desk.ui.pages.money.no_copay import NoCopaySection
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.check_in import Seen, check_in_with_copay
from psc_desk.usecases.settings import set_setting
from psc_desk.work import Work
from tests.money.support import key
from tests.support.clinic import INES, MANAGER, MAYA, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]


def at_check_out(clinic: SmallClinic, reason: str, minute: int = 780) -> int:
    """Inés, due $25 of co-pay, checked in without it, seen and charged."""
    visit_id = clinic.visit(INES, minute)
    clinic.desk.do(check_in_with_copay, visit_id, None, reason, seen=Seen())

    def seen(work: Work) -> None:
        work.get(Visit, visit_id).status = Status.CHECKOUT

    clinic.desk.do(seen)
    clinic.desk.do(post_charges, visit_id, [ChargeInput("OV")], key=key())
    return visit_id


def finished(qtbot: QtBot, context: Context, parent: QWidget, visit_id: int) -> CheckOutDialog:
    open_check_out(context, parent, visit_id)
    dialog = shown(qtbot, CheckOutDialog, context.lanes)
    dialog.primary.click()
    settle(qtbot, context.lanes)
    return dialog


def reason_of(clinic: SmallClinic, visit_id: int) -> str:
    return clinic.desk.ask(lambda read: read.get(CheckIn, visit_id).no_copay_reason)


def test_who_wanted_to_pay_at_check_out_is_asked_there(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = "Pays on the way out"
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(set_setting, COPAY_LATER, later)
    clinic.desk.actor_id = MAYA
    visit_id = at_check_out(clinic, later)
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(set_setting, COPAY_LATER, "Other words since")
    clinic.desk.actor_id = MAYA
    question = clinic.desk.ask(no_copay_question, visit_id)
    assert question is not None
    assert (question.open_cents, later in question.reasons) == (2500, False)
    monkeypatch.setattr(ReasonDialog, "ask", lambda *_args, **_kw: None)
    dialog = finished(qtbot, desk_context, parent, visit_id)
    assert dialog.isVisible()
    monkeypatch.setattr(ReasonDialog, "ask", lambda *_args, **_kw: Reason("Forgot wallet", "Forgot wallet"))
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert reason_of(clinic, visit_id) == "Forgot wallet"


def test_who_said_why_at_check_in_is_not_asked_again(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReasonDialog, "ask", lambda *_args, **_kw: pytest.fail("asked again"))
    visit_id = at_check_out(clinic, "Waived by the provider")
    assert is_gone(finished(qtbot, desk_context, parent, visit_id))
    assert reason_of(clinic, visit_id) == "Waived by the provider"


def test_the_list_adds_up_by_month_and_reason(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    for minute, reason in ((600, "Forgot wallet"), (660, "Forgot wallet"), (720, "Cannot pay today")):
        at_check_out(clinic, reason, minute)

    def unsaid(work: Work) -> None:
        work.get(CheckIn, 3).no_copay_reason = ""

    clinic.desk.do(unsaid)
    sums = by_month_and_reason(clinic.desk.ask(no_copays))
    assert [(one.month, one.reason, one.visits, one.missing_cents) for one in sums] == [
        ("2026-03", "Forgot wallet", 2, 5000), ("2026-03", NOT_SAID, 1, 2500),
    ]  # fmt: skip
    page = NoCopaySection(desk_context)
    qtbot.addWidget(page)
    page.show()
    page.reload()
    settle(qtbot, desk_context.lanes)
    assert unnamed_controls(page) == []
    assert [row.visit_id for row in page.visits.table.rows.rows] == [2, 1]
    page.sums.table.select_key(("2026-03", NOT_SAID))
    assert [row.visit_id for row in page.visits.table.rows.rows] == [3]
