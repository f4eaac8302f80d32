"""What was posted and not shown is listed once after a crash; what was shown is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from psc_desk.demo.clinic import DemoSize, make_demo
from psc_desk.devices.jobs import JobState
from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.opening import open_desk
from psc_desk.queries.cards import card_slips
from psc_desk.queries.money import payments
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.unshown import unshown_here, unshown_postings
from psc_desk.ui.after_crash import look_back
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.payment import PaymentDialog, open_payment
from psc_desk.ui.dialogs.refund import RefundDialog, VoidDialog
from psc_desk.ui.dialogs.unshown import UnshownDialog
from psc_desk.ui.program import load
from psc_desk.usecases.cards import begin_card, recover_cards
from psc_desk.usecases.payments import PaymentInput, TenderInput, take_payment
from psc_desk.usecases.print_queue import mark_job
from psc_desk.usecases.till import begin_count, close_till, drop, open_till, record_count
from psc_desk.vault import open_vault
from psc_desk.work import Desk
from tests.money.support import cash, key, pay, wrong
from tests.support.clinic import INES, MAYA, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import FLOAT, clinic, closed, desk_context, is_gone, parent, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]


@pytest.fixture(autouse=True)
def watched(clinic: SmallClinic) -> None:
    """The desk is a window's."""
    clinic.desk.watched = True


def of_another_desk(clinic: SmallClinic) -> Desk:
    """A second window on the same data."""
    other = Desk(clinic.desk.engine, clinic.clock, name="Desk 2", watched=True)
    other.actor_id = MAYA
    return other


def after_crash(qtbot: QtBot, context: Context, parent: QWidget) -> UnshownDialog:
    look_back(context, parent)
    return shown(qtbot, UnshownDialog, context.lanes)


def press(dialog: UnshownDialog, name: str) -> None:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    assert found.isEnabled()
    found.click()


def test_a_payment_that_was_shown_is_not_listed(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_payment(desk_context, parent, INES, clinic.visit(INES))
    shown(qtbot, PaymentDialog, desk_context.lanes).primary.click()
    settle(qtbot, desk_context.lanes)
    assert len(clinic.desk.ask(payments)) == 1
    assert clinic.desk.ask(unshown_here) == 0


def test_a_result_that_came_to_a_closed_window_stays_listed(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic
) -> None:
    owner = QObject()
    heard: list[object] = []
    typed = PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (cash(2500),))
    desk_context.do(owner, take_payment, typed, then=heard.append)
    delete(owner)
    settle(qtbot, desk_context.lanes)
    assert heard == []
    assert clinic.desk.ask(unshown_here) == 1


def test_each_posting_is_listed_once_and_gone_when_it_is_fine(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    pay(clinic, cash(2500, tendered=4000))
    clinic.desk.do(drop, 1, 5000, key=key())
    of_another_desk(clinic).do(take_payment, PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (cash(700),)))
    rows = clinic.desk.ask(unshown_postings)
    assert [(row.word, row.receipt_no, row.cents, row.change_cents, row.paper) for row in rows] == [
        ("Balance", 1001, 2500, 1500, "waiting"), ("Drop", None, 5000, 0, ""),
    ]  # fmt: skip
    assert f"{rows[0].posted_at:%H:%M:%S}" == "12:00:00"
    dialog = after_crash(qtbot, desk_context, parent)
    assert unnamed_controls(dialog) == []
    for _row in rows:
        press(dialog, "unshown_fine")
        settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert said.last.text == "Drop stays as it is"
    assert clinic.desk.ask(unshown_postings) == []
    assert len(of_another_desk(clinic).ask(unshown_postings)) == 1


def test_a_receipt_of_unknown_fate_is_printed_again_as_a_copy(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    job_id = pay(clinic, cash(2500)).job_id
    assert job_id is not None
    clinic.desk.do(mark_job, job_id, JobState.UNKNOWN)
    dialog = after_crash(qtbot, desk_context, parent)
    press(dialog, "unshown_print")
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    copy, first = clinic.desk.ask(print_jobs)[:2]
    assert (copy.copy_no, first.state) == (1, JobState.CANCELLED)
    assert clinic.desk.ask(unshown_postings) == []


def test_one_that_should_not_be_is_voided_in_its_session_and_refunded_after_the_close(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    pay(clinic, cash(1000))
    dialog = after_crash(qtbot, desk_context, parent)
    press(dialog, "unshown_void")
    shown(qtbot, VoidDialog, desk_context.lanes).primary.click()
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    pay(clinic, cash(2000))
    clinic.desk.watched = False
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT | {2000: 6})
    clinic.desk.do(close_till, 1, float_left_cents=17000)
    clinic.desk.do(open_till, 1, FLOAT | {2000: 6})
    dialog = after_crash(qtbot, desk_context, parent)
    void = dialog.findChild(QPushButton, "unshown_void")
    assert void is not None
    assert not void.isEnabled()
    press(dialog, "unshown_refund")
    shown(qtbot, RefundDialog, desk_context.lanes).primary.click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(unshown_postings) == []
    assert wrong(clinic.desk) == []


def test_a_card_without_an_answer_is_named_at_start(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    card: Any = TenderInput(TenderKind.CARD, 2500)
    clinic.desk.do(begin_card, PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (card,)))
    clinic.desk.do(recover_cards)
    look_back(desk_context, parent)
    settle(qtbot, desk_context.lanes)
    assert said.last.text.startswith("A card payment is not settled")
    assert [row.state for row in clinic.desk.ask(card_slips)] == [CardState.CHECK_TERMINAL]


def test_the_program_that_starts_again_watches_and_looks_up_open_cards(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo", size=DemoSize(30, 2), today=TODAY)
    with open_desk(open_vault(tmp_path / "demo")) as stopped:
        stopped.desk.actor_id = 1
        stopped.desk.do(open_till, 1, FLOAT, reason="Counted again")
        card = TenderInput(TenderKind.CARD, 2500)
        stopped.desk.do(begin_card, PaymentInput(key(), 1, 1, PaymentKind.BALANCE, (card,)))
    start = load(tmp_path / "demo", None, demo=True, training=False, publish=lambda _events: None)
    assert start.folder_lock is not None
    try:
        desk = start.opened.desk
        assert [row.state for row in desk.ask(card_slips)] == [CardState.CHECK_TERMINAL]
        desk.actor_id = 1
        desk.do(take_payment, PaymentInput(key(), 1, 2, PaymentKind.BALANCE, (cash(700),)))
        assert [row.cents for row in desk.ask(unshown_postings)] == [700]
    finally:
        start.opened.close()
        start.folder_lock.close()
