"""The search box knows the sections of Money and Settings, by title and by what is done there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from psc_desk.models.payment import PaymentKind
from psc_desk.ui.context import Context
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.pages.calendar import CalendarPage
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.ui.pages.settings.page import SettingsPage
from psc_desk.ui.receipt_search import receipt_provider
from psc_desk.ui.section_search import section_provider
from psc_desk.ui.widgets.search_box import Answer, Hit, SearchBox
from psc_desk.usecases.payments import PaymentInput, take_payment
from tests.money.support import cash, key
from tests.support.clinic import INES, MANAGER, SmallClinic
from tests.ui.money_desk import clinic, closed, desk_context, settle

__all__ = ["clinic", "closed", "desk_context"]

PAGES = (CalendarPage, MoneyPage, SettingsPage)


def _window(qtbot: QtBot, context: Context) -> MainWindow:
    window = MainWindow(context, PAGES, clinic="Riverside", now=context.desk.clock.now)
    window.top.search.providers.append(section_provider(window, ("money", "settings")))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    return window


def _found(qtbot: QtBot, context: Context, window: MainWindow, text: str) -> list[str]:
    window.top.search.enter()
    qtbot.keyClicks(window.top.search, text)
    settle(qtbot, context.lanes)
    return [hit.title for hit in window.top.search.model.rows]


def test_what_somebody_wants_to_do_leads_to_its_section(qtbot: QtBot, desk_context: Context) -> None:
    window = _window(qtbot, desk_context)
    assert _found(qtbot, desk_context, window, "void") == ["Receipts"]
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    settle(qtbot, desk_context.lanes)
    money = window.current
    assert isinstance(money, MoneyPage)
    assert money.head.title.text() == "Receipts"
    assert money.list.hasFocus()


def test_a_title_comes_before_what_is_done_elsewhere(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    found = _found(qtbot, desk_context, _window(qtbot, desk_context), "print")
    assert found[:2] == ["Print queue", "Receipts"]
    window = _window(qtbot, desk_context)
    clinic.desk.actor_id = MANAGER
    assert _found(qtbot, desk_context, window, "printer") == ["Printer and drawer", "Print queue"]


def test_only_what_one_may_see_is_found(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    window = _window(qtbot, desk_context)
    assert _found(qtbot, desk_context, window, "audit") == []
    clinic.desk.actor_id = MANAGER
    window.top.search.leave()
    assert _found(qtbot, desk_context, window, "audit") == ["Audit"]


def _box(qtbot: QtBot, *hits: Hit) -> tuple[SearchBox, dict[str, Answer]]:
    box, late = SearchBox("Find"), dict[str, Answer]()
    qtbot.addWidget(box)
    box.providers = [late.__setitem__, lambda _text, answer: answer(hits)]
    with qtbot.waitExposed(box):
        box.show()
    box.activateWindow()
    box.enter()
    qtbot.waitUntil(box.hasFocus)
    return box, late


def test_enter_waits_for_the_patients(qtbot: QtBot) -> None:
    gone: list[str] = []
    box, late = _box(qtbot, Hit("Money", lambda: gone.append("page")))
    qtbot.keyClicks(box, "mo")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert gone == []
    late["mo"]([Hit("Monroe, Ana", lambda: gone.append("patient"))])
    assert gone == ["patient"]


def test_who_only_sounds_alike_stands_below_a_page(qtbot: QtBot) -> None:
    box, late = _box(qtbot, Hit("Card slips", list))
    qtbot.keyClicks(box, "card")
    late["card"]([Hit("Carver, Alice", list, near=True), Hit("Card, Ana", list)])
    assert [hit.title for hit in box.model.rows] == ["Card, Ana", "Card slips", "Carver, Alice"]


def test_a_late_answer_leaves_what_the_arrows_chose(qtbot: QtBot) -> None:
    box, late = _box(qtbot, Hit("Card slips", list), Hit("Checks", list))
    qtbot.keyClicks(box, "c")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    late["c"]([Hit("Card, Ana", list)])
    assert box.model.row(box.list.currentIndex()).title == "Checks"


def test_the_number_on_a_receipt_leads_to_the_patient(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    clinic.desk.do(take_payment, PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (cash(700),)))
    window = _window(qtbot, desk_context)
    opened: list[int] = []
    window.top.search.providers.append(receipt_provider(desk_context, window, opened.append))
    assert _found(qtbot, desk_context, window, "receipt 1001") == ["Receipt 1001, Castillo, Inés"]
    window.top.search.leave()
    assert _found(qtbot, desk_context, window, "1002") == []
    window.top.search.leave()
    assert _found(qtbot, desk_context, window, "1001") == ["Receipt 1001, Castillo, Inés"]
    assert "$7.00 · cash · 03/04/2026" in window.top.search.model.rows[0].detail
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert opened == [INES]
