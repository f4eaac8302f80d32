"""A page of sections: grouped under headings, walked with the arrows, shown to those who may see them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.payment import PaymentKind
from psc_desk.ui.context import Context
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.pages.calendar import CalendarPage
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.usecases.payments import PaymentInput, take_payment
from tests.money.support import cash, key
from tests.support.clinic import INES, LEO, MANAGER, SmallClinic
from tests.ui.money_desk import clinic, closed, desk_context, section, settle

__all__ = ["clinic", "closed", "desk_context"]


def shown(qtbot: QtBot, context: Context) -> MoneyPage:
    page = MoneyPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.show()
    settle(qtbot, context.lanes)
    return page


def test_a_heading_stands_above_the_first_section_of_each_group(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic
) -> None:
    clinic.desk.actor_id = MANAGER
    page = shown(qtbot, desk_context)
    rows = page.model.rows
    assert list(dict.fromkeys(row.group for row in rows)) == ["At the counter", "Accounts", "Drawer and bank", "Books"]
    heights = [page.list.visualRect(page.model.index(n, 0)).height() for n in range(len(rows))]
    plain = min(heights)
    tall = [row.key for row, height in zip(rows, heights, strict=True) if height > plain]
    assert tall == ["receipts", "charges_to_do", "sessions", "reports"]


def test_the_arrows_walk_over_the_headings(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    page = shown(qtbot, desk_context)
    keys = [row.key for row in page.model.rows]
    assert "audit" not in keys, "the front desk does not read the audit"
    page.list.setFocus()
    seen = [page.model.key_at(page.list.currentIndex())]
    for _row in keys[1:]:
        QTest.keyClick(page.list, Qt.Key.Key_Down)
        settle(qtbot, desk_context.lanes)
        seen.append(page.model.key_at(page.list.currentIndex()))
    assert seen == keys
    assert page.head.title.text() == page.model.rows[-1].title


def test_going_to_money_puts_the_keys_on_its_sections(qtbot: QtBot, desk_context: Context) -> None:
    window = MainWindow(desk_context, (CalendarPage, MoneyPage), clinic="Riverside", now=desk_context.desk.clock.now)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    settle(qtbot, desk_context.lanes)
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, desk_context.lanes)
    money = window.current
    assert isinstance(money, MoneyPage)
    assert QApplication.focusWidget() is money.list


def test_ctrl_f_leaves_only_the_rows_that_are_looked_for(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic
) -> None:
    for patient in (INES, LEO):
        clinic.desk.do(take_payment, PaymentInput(key(), 1, patient, PaymentKind.BALANCE, (cash(700),)))
    page = MoneyPage(desk_context)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    settle(qtbot, desk_context.lanes)
    receipts = section(qtbot, desk_context.lanes, page, "receipts")
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.finder.hasFocus)
    qtbot.keyClicks(page.finder, "ines cash")
    assert [row.patient for row in receipts.table.rows.rows] == ["Castillo, Inés"]
    assert page.finder.count.text() == "1 of 2"
    clinic.desk.do(take_payment, PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (cash(300),)))
    receipts.reload()
    settle(qtbot, desk_context.lanes)
    assert receipts.table.rows.rowCount() == 2
    assert page.finder.count.text() == "2 of 3"
    qtbot.keyClick(page.finder, Qt.Key.Key_Return)
    assert receipts.table.hasFocus()
    page.finder.enter()
    qtbot.keyClick(page.finder, Qt.Key.Key_Escape)
    assert receipts.table.rows.rowCount() == 3
    assert receipts.table.hasFocus()


def test_another_section_is_seen_whole(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    page = MoneyPage(desk_context)
    qtbot.addWidget(page)
    page.show()
    settle(qtbot, desk_context.lanes)
    page.finder.setText("nobody")
    section(qtbot, desk_context.lanes, page, "sessions")
    assert page.finder.text() == ""
    assert page.built["sessions"].table.rows.rowCount() == 1


def test_tab_goes_from_the_list_into_a_section_that_was_built_later(qtbot: QtBot, desk_context: Context) -> None:
    window, page, last = QWidget(), MoneyPage(desk_context), QPushButton("Books checked")
    column = QVBoxLayout(window)
    column.addWidget(page)
    column.addWidget(last)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    settle(qtbot, desk_context.lanes)
    later = section(qtbot, desk_context.lanes, page, "charges_to_do")
    page.list.setFocus()
    visited: list[QWidget | None] = []
    while last not in visited:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    assert visited == [page.finder, later.buttons["charge_account"], last]


def test_what_a_section_is_about_never_widens_the_window(qtbot: QtBot, desk_context: Context) -> None:
    page = shown(qtbot, desk_context)
    page.head.subtitle.setText("What is done here, at length. " * 20)
    assert page.head.minimumSizeHint().width() < page.finder.width() + 300
