"""The guided close by keyboard on the real clinic: every step, left and gone on with, by another person too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.devices.jobs import JobState
from psc_desk.queries.tills import sessions
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import SecondPerson, SecondPersonDialog
from psc_desk.ui.dialogs.close_drawer import CloseDrawerDialog, open_close_drawer
from psc_desk.ui.dialogs.close_why import WhyDialog
from psc_desk.ui.dialogs.deposit import DepositDialog
from psc_desk.ui.dialogs.drawer import DrawerMenu, open_drawer_dialog
from psc_desk.ui.pages.desk.drawer_strip import DrawerStrip
from psc_desk.usecases.closing import close_state, count_again
from psc_desk.usecases.print_queue import mark_job
from psc_desk.usecases.till import drop
from tests.money.support import card, cash, check, key, pay, wrong
from tests.support.clinic import LEO, MANAGER, MAYA, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import (
    FLOAT,
    clinic,
    closed,
    closed_context,
    desk_context,
    is_gone,
    parent,
    press,
    settle,
    shown,
)

__all__ = ["clinic", "closed", "closed_context", "desk_context", "parent"]
ENTER, TAB, SPACE, ESC = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Escape


def begun(qtbot: QtBot, context: Context, parent: QWidget) -> CloseDrawerDialog:
    """Open the close of drawer 1."""
    open_close_drawer(context, parent, 1)
    return at(qtbot, shown(qtbot, CloseDrawerDialog, context.lanes), context)


def at(qtbot: QtBot, dialog: CloseDrawerDialog, context: Context) -> CloseDrawerDialog:
    """Wait until the step is there and its first field has the focus."""
    settle(qtbot, context.lanes)
    qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget() or QWidget()))
    QApplication.sendPostedEvents()
    return dialog


def enter(qtbot: QtBot, dialog: CloseDrawerDialog, context: Context, step: str, *keys: Qt.Key | str) -> None:
    """Type, press Enter, and wait for a step."""
    press(qtbot, *keys, ENTER)
    qtbot.waitUntil(lambda: dialog.step == step and dialog.primary.isEnabled())
    at(qtbot, dialog, context)
    page = dialog.pages[step]
    qtbot.waitUntil(lambda: page.isAncestorOf(QApplication.focusWidget() or QWidget()))


def enter_count(qtbot: QtBot, pieces: dict[int, int]) -> None:
    """Type a count from the first field on, Enter after each but the last."""
    for cents in (10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5):
        press(qtbot, str(pieces.get(cents, "")), ENTER)
    press(qtbot, str(pieces.get(1, "")))


def test_a_day_is_closed_by_keyboard_alone(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    pay(clinic, cash(2500))
    pay(clinic, check(4000))
    pay(clinic, card(1500))
    clinic.desk.do(drop, 1, 1000, key=key(), pieces={500: 2})
    open_drawer_dialog(desk_context, parent, 1)
    qtbot.keyClick(shown(qtbot, DrawerMenu, desk_context.lanes), Qt.Key.Key_C)
    dialog = at(qtbot, shown(qtbot, CloseDrawerDialog, desk_context.lanes), desk_context)
    qtbot.waitUntil(dialog.cards.batch.hasFocus)
    assert unnamed_controls(dialog) == []
    assert dialog.progress.accessibleName() == "Step 2 of 8: Card batch"
    press(qtbot, "77", ENTER, ENTER)
    assert "Type the total of the terminal's paper" in dialog.error_line.text()
    assert not dialog.cards.outcome.isVisible(), "what the desk recorded is not told before"
    enter(qtbot, dialog, desk_context, "checks", "15")
    enter(qtbot, dialog, desk_context, "count", SPACE)
    enter_count(qtbot, FLOAT | {2000: 6, 500: 7})
    enter(qtbot, dialog, desk_context, "float")
    assert dialog.float.told.text() == "Exact: the float is $150.00."
    enter(qtbot, dialog, desk_context, "deposit")
    press(qtbot, ENTER)
    qtbot.waitUntil(lambda: dialog.answer is not None)
    assert said.last.text == "Drawer 1 closed, exact, Z report 1"
    assert dialog.done_page.steps[1] == "Leave $150.00 in the drawer: 6 × $20, 4 × $5, 10 × $1."
    assert "$15.00 in cash, 1 check and" in dialog.done_page.steps[2]
    assert dialog.done_page.steps[3] == "Put the $10.00 dropped to the safe into the same bag."
    press(qtbot, ENTER)
    qtbot.waitUntil(lambda: is_gone(dialog))
    row = clinic.desk.ask(sessions)[0]
    assert (row.z_no, row.to_bank_cents) == (1, 1500)
    assert wrong(clinic.desk) == []


def test_esc_keeps_what_was_typed_and_another_person_goes_on(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    first = begun(qtbot, desk_context, parent)
    enter(qtbot, first, desk_context, "checks")
    enter(qtbot, first, desk_context, "count")
    press(qtbot, "1", ENTER, "2", ESC)
    qtbot.waitUntil(lambda: is_gone(first))
    assert said.last.text == "the close of Drawer 1 waits at step 4 of 8; go on with F8"
    clinic.desk.actor_id = LEO
    open_drawer_dialog(desk_context, parent, 1)
    again = at(qtbot, shown(qtbot, CloseDrawerDialog, desk_context.lanes), desk_context)
    assert (again.step, again.count.grid.pieces()) == ("count", {10000: 1, 5000: 2})
    qtbot.waitUntil(again.count.grid.edits[2000].hasFocus)
    strip = DrawerStrip(desk_context)
    qtbot.addWidget(strip)
    strip.show()
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(lambda: "step 4 of 8" in strip.head.subtitle.text())
    clinic.desk.actor_id = MAYA


def test_open_items_are_shown_first_and_left_with_a_reason(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    done = pay(clinic, cash(2500))
    clinic.desk.do(mark_job, done.job_id, JobState.UNKNOWN)
    dialog = begun(qtbot, desk_context, parent)
    qtbot.waitUntil(dialog.items.reasons["prints:1"].hasFocus)
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert "say why you leave it" in dialog.error_line.text()
    assert clinic.desk.ask(sessions)[0].status == "open"
    enter(qtbot, dialog, desk_context, "cards", "Printer was off")
    dialog.give_up.click()
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert "takes money again" in said.last.text
    again = begun(qtbot, desk_context, parent)
    assert again.items.reasons["prints:1"].text() == "Printer was off"


def test_a_card_difference_is_shown_only_after_the_total_was_typed(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    pay(clinic, card(1500))
    dialog = begun(qtbot, desk_context, parent)
    assert not dialog.cards.outcome.isVisible()
    press(qtbot, "9", TAB, "10.00", ENTER)
    qtbot.waitUntil(dialog.cards.outcome.isVisible)
    assert "$5.00 less than the desk recorded ($15.00)" in dialog.cards.outcome.text()
    assert [row.cents for row in dialog.cards.table.rows.rows] == [1500]
    qtbot.waitUntil(dialog.cards.reason.hasFocus)
    enter(qtbot, dialog, desk_context, "checks", "A slip of the terminal is missing")


def test_a_missing_check_is_named_at_the_list(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    pay(clinic, check(4000, "1042"))
    pay(clinic, check(2500, "1043"))
    dialog = begun(qtbot, desk_context, parent)
    enter(qtbot, dialog, desk_context, "checks")
    press(qtbot, SPACE)
    dialog.primary.click()
    assert "Check 1043 ($25.00) is missing." in dialog.error_line.text()
    dialog.checks.all_here.click()
    assert dialog.checks.sum.text() == "2 of 2 checks are here, $65.00."
    enter(qtbot, dialog, desk_context, "count")


def test_a_difference_shows_why_it_may_be_off_and_takes_reason_recount_and_second_person(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecondPersonDialog, "ask", lambda *_args, **_named: SecondPerson(MANAGER, "3456"))
    pay(clinic, cash(2500))
    dialog = begun(qtbot, desk_context, parent)
    enter(qtbot, dialog, desk_context, "checks")
    enter(qtbot, dialog, desk_context, "count")
    enter_count(qtbot, FLOAT)
    enter(qtbot, dialog, desk_context, "difference")
    assert dialog.difference.verdict.text() == "$25.00 short"
    dialog.difference.why.click()
    why = shown(qtbot, WhyDialog, desk_context.lanes)
    assert "1001" in why.table.rows.rows[0].sentence
    assert unnamed_controls(why) == []
    why.primary.click()
    qtbot.waitUntil(lambda: is_gone(why))
    dialog.difference.recount.click()
    qtbot.waitUntil(lambda: dialog.step == "count")
    assert dialog.count.grid.pieces() == {}
    dialog.count.grid.set_pieces(FLOAT | {2000: 6})
    dialog.primary.click()
    qtbot.waitUntil(lambda: dialog.step == "difference")
    assert not dialog.difference.recount.isVisible()
    assert dialog.difference.reason is not None
    dialog.difference.reason.list.setCurrentText("Wrong change given")
    dialog.primary.click()
    qtbot.waitUntil(lambda: dialog.step == "float")
    dialog.primary.click()
    qtbot.waitUntil(lambda: dialog.step == "deposit" and dialog.primary.isEnabled())
    dialog.deposit.now.setChecked(True)
    dialog.primary.click()
    qtbot.waitUntil(lambda: dialog.answer is not None)
    dialog.primary.click()
    assert shown(qtbot, DepositDialog, desk_context.lanes).isVisible()
    assert clinic.desk.ask(sessions)[0].over_short_cents == -500
    assert wrong(clinic.desk) == []


def test_a_float_that_the_pieces_cannot_make_is_named_and_the_nearest_preset(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    dialog = begun(qtbot, desk_context, parent)
    enter(qtbot, dialog, desk_context, "checks")
    enter(qtbot, dialog, desk_context, "count")
    dialog.count.grid.set_pieces({10000: 1, 5000: 1})
    dialog.primary.click()
    qtbot.waitUntil(lambda: dialog.step == "float")
    dialog.float.float_left.setText("120")
    assert "nearest is $100.00" in dialog.float.told.text()
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    qtbot.waitUntil(dialog.error_line.isVisible)
    assert dialog.step == "float"
    assert "1 roll of quarters" in dialog.float.order.text()
    assert dialog.float.to_bank.text() == "$50.00"


def test_half_a_count_is_kept_without_leaving_it(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    dialog = begun(qtbot, desk_context, parent)
    enter(qtbot, dialog, desk_context, "checks")
    enter(qtbot, dialog, desk_context, "count")
    dialog.count.grid.set_pieces({2000: 7})
    dialog.keep()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(close_state, 1).typed("count") == {"half": {"2000": 7}}
    dialog.primary.click()
    qtbot.waitUntil(lambda: dialog.step == "difference")
    assert clinic.desk.do(count_again, 1).typed("count")["half"] == {}


def test_an_enter_that_is_held_does_one_step(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    dialog = begun(qtbot, desk_context, parent)
    press(qtbot, ENTER)
    for _ in range(5):
        held = QKeyEvent(QKeyEvent.Type.KeyPress, ENTER, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(dialog, held)
    qtbot.waitUntil(lambda: dialog.step == "checks" and dialog.primary.isEnabled())
    held = QKeyEvent(QKeyEvent.Type.KeyPress, ENTER, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(dialog, held)
    settle(qtbot, desk_context.lanes)
    assert dialog.step == "checks"
    assert dialog.error_line.text() == ""


def test_the_last_page_tells_what_became_of_the_z_report(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    dialog = begun(qtbot, desk_context, parent)
    enter(qtbot, dialog, desk_context, "checks")
    enter(qtbot, dialog, desk_context, "count")
    dialog.count.grid.set_pieces(FLOAT)
    for step in ("float", "deposit"):
        dialog.primary.click()
        qtbot.waitUntil(lambda step=step: dialog.step == step and dialog.primary.isEnabled())
    dialog.primary.click()
    qtbot.waitUntil(lambda: dialog.answer is not None)
    assert dialog.answer is not None
    clinic.desk.do(mark_job, dialog.answer.close.job_id, JobState.PRINTED)
    first = dialog.findChild(QLabel, "after_1")
    qtbot.waitUntil(lambda: first.text() == "1.  Z report 1 is printed. Sign it.")
