"""Selling over the counter, by scanner and by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.card import CardState
from psc_desk.models.payment import TenderKind
from psc_desk.queries.cards import card_slips
from psc_desk.queries.money import payments
from psc_desk.queries.retail import stock
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Confirm
from psc_desk.ui.dialogs.card import TerminalDialog
from psc_desk.ui.dialogs.returned_check import ReturnedCheckDialog, open_returned_check
from psc_desk.ui.dialogs.sale import ReturnDialog, SaleDialog, open_return, open_sale
from psc_desk.ui.dialogs.stock import ItemDialog, MovesDialog, StockDialog
from psc_desk.ui.pages.desk.page import DeskPage
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.ui.report import Kind
from psc_desk.usecases.retail import sell
from tests.money.support import cash, wrong
from tests.money.support import check as by_check
from tests.money.test_payment_returned import deposited
from tests.money.test_retail import BRACE, CREAM, GUIDE, basket, stocked
from tests.support.clinic import INES, MANAGER, SmallClinic
from tests.support.sizes import size
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import (
    clinic,
    closed,
    closed_context,
    desk_context,
    is_gone,
    parent,
    press,
    section,
    settle,
    shown,
)

__all__ = ["clinic", "closed", "closed_context", "desk_context", "parent"]


@pytest.fixture
def shop(clinic: SmallClinic, desk_context: Context) -> Context:
    """The window over a clinic that sells three items."""
    stocked(clinic)
    return desk_context


@pytest.fixture
def sale(qtbot: QtBot, shop: Context, parent: QWidget) -> SaleDialog:
    """The sale form, open."""
    open_sale(shop, parent)
    return shown(qtbot, SaleDialog, shop.lanes)


def test_two_scans_and_enter_sell_for_exact_cash(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, sale: SaleDialog, said: Said
) -> None:
    assert unnamed_controls(sale) == []
    press(qtbot, "0123456789012", Qt.Key.Key_Return, "bk", Qt.Key.Key_Return)
    assert sale.total.text() == "$25.18"
    assert sale.totals.text() == "Items $23.99 · sales tax (6.25 %) $1.19"
    press(qtbot, Qt.Key.Key_Return)
    settle(qtbot, shop.lanes)
    assert is_gone(sale)
    assert said.last.text == "receipt 1001, $25.18 for 2 items"
    assert [clinic.desk.ask(stock, item) for item in (BRACE, CREAM, GUIDE)] == [9, 10, 9]
    assert wrong(clinic.desk) == []


def test_units_are_typed_or_stepped_and_an_item_is_taken_off(qtbot: QtBot, sale: SaleDialog) -> None:
    press(qtbot, "3*bk", Qt.Key.Key_Return, "cr-1", Qt.Key.Key_Return)
    assert [(line.item.id, line.units) for line in sale.basket.values()] == [(GUIDE, 3), (CREAM, 1)]
    sale.table.select_key(GUIDE)
    qtbot.keyClick(sale.table, Qt.Key.Key_Plus)
    assert sale.basket[GUIDE].units == 4
    sale.table.select_key(CREAM)
    qtbot.keyClick(sale.table, Qt.Key.Key_Minus)
    assert list(sale.basket) == [GUIDE]
    sale.table.select_key(GUIDE)
    qtbot.keyClick(sale.table, Qt.Key.Key_Delete)
    assert sale.basket == {}


def test_a_name_that_fits_several_items_is_chosen_from(qtbot: QtBot, sale: SaleDialog) -> None:
    press(qtbot, "c", Qt.Key.Key_Return)
    assert (sale.found.isVisible(), sale.table.isVisible()) == (True, False)
    press(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert len(sale.basket) == 1
    assert (sale.found.isVisible(), sale.table.isVisible()) == (False, True)
    press(qtbot, "nothing like it", Qt.Key.Key_Return)
    assert "No item has this code" in sale.error_line.text()


@pytest.mark.proof
def test_half_a_code_from_the_scanner_sells_nothing_by_itself(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, sale: SaleDialog
) -> None:
    """Cut anywhere, then scanned whole: one item, and the half of it is never sold (REL-14)."""
    whole = "0123456789012"
    for number in range(size(5, 20, 20)):
        cut = 1 + number % (len(whole) - 1)
        press(qtbot, whole[cut:] if number % 2 else whole[:cut], Qt.Key.Key_Return)
        assert sale.basket == {}
        if not sale.found.isVisible():
            assert "No item has this code" in sale.error_line.text()
        press(qtbot, whole, Qt.Key.Key_Return)
        assert [line.units for line in sale.basket.values()] == [1]
        settle(qtbot, shop.lanes)
        assert clinic.desk.ask(payments) == [], number
        sale.set_units(next(iter(sale.basket.values())).item, 0)
        sale.scan.setFocus()
    press(qtbot, "no such code", Qt.Key.Key_Return, whole, Qt.Key.Key_Return)
    assert [line.units for line in sale.basket.values()] == [1]
    assert clinic.desk.ask(payments) == []
    assert wrong(clinic.desk) == []


def test_the_change_stands_large(qtbot: QtBot, shop: Context, sale: SaleDialog) -> None:
    press(qtbot, "bk", Qt.Key.Key_Return)
    sale.tenders.boxes[0].tendered.setText("20")
    sale.primary.click()
    qtbot.waitUntil(lambda: sale.findChild(QLabel, "change_due") is not None)
    figure = sale.findChild(QLabel, "change_due")
    assert isinstance(figure, QLabel)
    assert figure.text() == "Change $15.00"
    qtbot.waitUntil(sale.primary.isEnabled)
    sale.primary.click()
    assert is_gone(sale)


def test_a_sale_is_split_and_the_last_way_takes_the_rest(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, sale: SaleDialog
) -> None:
    press(qtbot, "2*bk", Qt.Key.Key_Return)
    sale.tenders.split_button.click()
    sale.tenders.boxes[0].amount.setText("4.00")
    assert sale.tenders.boxes[1].amount.text() == "6.00"
    sale.tenders.boxes[1].choose(TenderKind.CHECK)
    sale.tenders.boxes[1].check_no.setText("77")
    sale.primary.click()
    settle(qtbot, shop.lanes)
    assert is_gone(sale)
    assert clinic.desk.ask(payments)[0].tender == "cash, check 77"


def test_a_sale_by_card_asks_the_terminal_and_posts_what_it_approves(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, sale: SaleDialog, said: Said
) -> None:
    press(qtbot, "bk", Qt.Key.Key_Return)
    sale.tenders.boxes[0].choose(TenderKind.CARD)
    sale.primary.click()
    terminal = shown(qtbot, TerminalDialog, shop.lanes)
    assert terminal.question.text() == "Ask the terminal for $5.00 now"
    qtbot.mouseClick(terminal.findChild(QPushButton, "declined"), Qt.MouseButton.LeftButton)
    settle(qtbot, shop.lanes)
    assert "The card was not charged (declined)" in sale.error_line.text()
    assert clinic.desk.ask(payments) == []
    sale.primary.click()
    shown(qtbot, TerminalDialog, shop.lanes)
    press(qtbot, "4242", "A1", Qt.Key.Key_Return)
    settle(qtbot, shop.lanes)
    assert is_gone(sale)
    assert said.last.text == "receipt 1001, $5.00 for 1 item"
    assert [row.tender for row in clinic.desk.ask(payments)] == ["Visa ····4242 ref A1"]
    assert clinic.desk.ask(stock, GUIDE) == 9
    assert wrong(clinic.desk) == []


def test_a_sale_by_card_without_an_answer_waits_under_card_slips(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, sale: SaleDialog, said: Said
) -> None:
    press(qtbot, "bk", Qt.Key.Key_Return)
    sale.tenders.boxes[0].choose(TenderKind.CARD)
    sale.primary.click()
    shown(qtbot, TerminalDialog, shop.lanes)
    press(qtbot, Qt.Key.Key_Escape)
    settle(qtbot, shop.lanes)
    assert is_gone(sale)
    assert "settle it in Money, Card slips" in said.last.text
    assert [row.state for row in clinic.desk.ask(card_slips)] == [CardState.CHECK_TERMINAL]
    assert clinic.desk.ask(stock, GUIDE) == 10


def test_a_customer_who_is_a_patient_is_found(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, sale: SaleDialog
) -> None:
    from psc_desk.usecases.search import rebuild_search

    clinic.desk.do(rebuild_search)
    press(qtbot, "bk", Qt.Key.Key_Return)
    sale.patient.setFocus()
    press(qtbot, "castillo", Qt.Key.Key_Return)
    settle(qtbot, shop.lanes)
    assert sale.customer.currentData() == INES
    sale.primary.click()
    settle(qtbot, shop.lanes)
    assert [row.patient_id for row in clinic.desk.ask(payments)] == [INES]


def test_more_than_is_there_is_asked_about(qtbot: QtBot, shop: Context, clinic: SmallClinic, sale: SaleDialog) -> None:
    press(qtbot, "11*bk", Qt.Key.Key_Return)

    def answer() -> None:
        found = [one for one in QApplication.topLevelWidgets() if isinstance(one, Confirm) and one.isVisible()]
        if found:
            found[0].primary.click()
            timer.stop()

    timer = QTimer(interval=20)
    timer.timeout.connect(answer)
    timer.start()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_gone(sale))
    assert clinic.desk.ask(stock, GUIDE) == -1


def test_nothing_is_sold_from_a_closed_drawer(
    qtbot: QtBot, closed_context: Context, closed: SmallClinic, parent: QWidget, said: Said
) -> None:
    open_sale(closed_context, parent)
    settle(qtbot, closed_context.lanes)
    assert said.last.kind is Kind.NOT_DONE
    assert "is not open" in said.last.text


def test_items_come_back_from_the_receipts(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    done = clinic.desk.do(sell, basket({GUIDE: 2}, cash(1000)))
    open_return(shop, parent, done.payment_id)
    dialog = shown(qtbot, ReturnDialog, shop.lanes)
    assert unnamed_controls(dialog) == []
    dialog.units[GUIDE].setValue(1)
    assert dialog.reason.list.currentText() == "Does not fit"
    dialog.reason.text.setText("Wrong book")
    dialog.primary.click()
    settle(qtbot, shop.lanes)
    assert is_gone(dialog)
    assert said.last.text == "items of receipt 1001 taken back with receipt 1002, $5.00 given back"
    assert clinic.desk.ask(stock, GUIDE) == 9


def test_a_returned_check_of_a_sale_says_that_the_items_count_as_stock_again(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    clinic.desk.do(sell, basket({GUIDE: 2}, by_check(1000)))
    (tender_id,) = deposited(clinic)
    open_returned_check(shop, parent, tender_id)
    dialog = shown(qtbot, ReturnedCheckDialog, shop.lanes)
    assert unnamed_controls(dialog) == []
    assert not dialog.fee.isEnabled()
    assert any("count as stock again" in label.text() for label in dialog.findChildren(QLabel))
    dialog.primary.click()
    settle(qtbot, shop.lanes)
    assert said.last.text == "check 1042 booked as returned with receipt 1002, the sale of $10.00 is taken back"
    assert clinic.desk.ask(stock, GUIDE) == 10


def test_the_retail_section_adds_counts_and_shows_moves(
    qtbot: QtBot, shop: Context, clinic: SmallClinic, said: Said
) -> None:
    clinic.desk.actor_id = MANAGER
    page = MoneyPage(shop)
    qtbot.addWidget(page)
    page.show()
    settle(qtbot, shop.lanes)
    rows = section(qtbot, shop.lanes, page, "retail")
    rows.add()
    item = shown(qtbot, ItemDialog, shop.lanes)
    assert unnamed_controls(item) == []
    qtbot.waitUntil(item.sku.hasFocus)
    press(qtbot, "TH", Qt.Key.Key_Tab, "Thermometer", Qt.Key.Key_Tab, Qt.Key.Key_Tab, "12.50", Qt.Key.Key_Return)
    settle(qtbot, shop.lanes)
    assert said.last.text == "the item Thermometer was saved"
    assert [row.name for row in rows.table.rows.rows][-1] == "Wrist brace"
    rows.table.select_key(BRACE)
    rows.buttons["count_stock"].click()
    count = shown(qtbot, StockDialog, shop.lanes)
    assert unnamed_controls(count) == []
    count.units.setValue(2)
    count.primary.click()
    settle(qtbot, shop.lanes)
    assert "8 below" in count.error_line.text()
    count.reason.setText("Stolen")
    count.primary.click()
    settle(qtbot, shop.lanes)
    assert [row.id for row in rows.table.rows.rows if row.low] == [BRACE]
    rows.table.select_key(BRACE)
    rows.buttons["item_moves"].click()
    moves = shown(qtbot, MovesDialog, shop.lanes)
    assert moves.table.rows.rowCount() == 2
    moves.accept()


def test_the_desk_offers_a_sale_with_ctrl_k(qtbot: QtBot, shop: Context) -> None:
    page = DeskPage(shop)
    qtbot.addWidget(page)
    page.show()
    settle(qtbot, shop.lanes)
    action = next(one for one in page.actions() if one.text() == "Sell an item")
    action.trigger()
    shown(qtbot, SaleDialog, shop.lanes).reject()
