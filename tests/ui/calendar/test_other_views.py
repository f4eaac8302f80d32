from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from psc_desk.queries.calendar_rows import MonthDay, ParkedRow
from psc_desk.ui.widgets.calendar.agenda_view import AgendaView
from psc_desk.ui.widgets.calendar.geometry import Slot
from psc_desk.ui.widgets.calendar.headers import CalendarHeader
from psc_desk.ui.widgets.calendar.month_view import MonthView, same_day_in_month
from psc_desk.ui.widgets.calendar.parked import ParkedShelf
from psc_desk.ui.widgets.calendar.week_view import WeekView
from tests.ui.audit import unnamed_controls
from tests.ui.calendar.desk_day import BRANDT, COLUMNS, DAY, OSEI, VISITS, hours, visit

WEEK = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]


def heard(signal: object) -> list[tuple[object, ...]]:
    said: list[tuple[object, ...]] = []
    signal.connect(lambda *args: said.append(args))  # type: ignore[attr-defined]
    return said


def week(qtbot: QtBot) -> WeekView:
    view = WeekView()
    qtbot.addWidget(view)
    view.resize(900, 760)
    view.show()
    return view


def test_a_week_of_one_provider_has_a_column_for_each_day(qtbot: QtBot) -> None:
    view = week(qtbot)
    visits = [visit(1, OSEI, 540, day=WEEK[0]), visit(2, OSEI, 540, day=WEEK[4]), visit(3, BRANDT, 540, day=WEEK[4])]
    view.set_week(WEEK, hours(OSEI, WEEK[0]), visits, column=OSEI, now=(DAY, 600))
    texts = [view.visits.index(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(view.visits.rowCount())]
    assert texts == ["Patient, Number1, 9:00, Mon 2, booked", "Patient, Number2, 9:00, Fri 6, booked"]
    first, last = (view.visualRect(view.visits.index_of(n)) for n in (1, 2))
    assert last.left() - first.left() == round(4 * view.page_grid().lane_width)


def test_a_week_books_on_the_day_of_the_column_and_turns_by_weeks(qtbot: QtBot) -> None:
    view = week(qtbot)
    view.set_week(WEEK, [], [], column=OSEI)
    booked, steps = heard(view.book_requested), heard(view.step_requested)
    view.select_slot(OSEI.key, 600, WEEK[1])
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert booked == [(OSEI.key, WEEK[2], 600)]
    assert steps == [(-7,)]


def test_a_week_of_everybody_shows_all_and_moves_keep_the_provider(qtbot: QtBot) -> None:
    view = week(qtbot)
    view.set_week(WEEK, [], [visit(1, OSEI, 540, 60), visit(2, BRANDT, 540, 60)])
    moved = heard(view.move_requested)
    rect, grid = view.visualRect(view.visits.index_of(2)), view.page_grid()
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center())
    end = rect.center() + type(rect.center())(int(grid.lane_width), 0)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert moved == [(2, BRANDT.key, WEEK[3], 540)]
    view.select_slot("", 600, WEEK[3])
    assert view.current_slot() == Slot("", WEEK[3], 600)


def month(qtbot: QtBot) -> MonthView:
    view = MonthView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    days = [MonthDay(DAY, 12, 3), MonthDay(date(2026, 3, 16), 0, 0, "Founders’ Day", False), MonthDay(WEEK[0], 1, 0)]
    view.set_month(DAY, days, DAY)
    view.show()
    return view


def test_the_month_model_keeps_the_rules_and_is_heard(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    view = month(qtbot)
    qtmodeltester.check(view.days)  # type: ignore[no-untyped-call]
    texts = [view.days.index_of(d).data(Qt.ItemDataRole.AccessibleTextRole) for d in (DAY, date(2026, 3, 16), WEEK[0])]
    assert texts == [
        "Wednesday, March 4, 12 visits, 3 openings",
        "Monday, March 16, Founders’ Day",
        "Monday, March 2, 1 visit, no openings",
    ]
    assert unnamed_controls(view) == []


def test_enter_opens_the_day_that_the_arrows_reached(qtbot: QtBot) -> None:
    view = month(qtbot)
    opened, steps, views = heard(view.day_activated), heard(view.step_requested), heard(view.view_requested)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    QTest.keyClick(view, Qt.Key.Key_W)
    assert opened == [(date(2026, 3, 12),)]
    assert steps == [(31,)]
    assert views == [("week",)]
    assert not view.viewport().grab().isNull()


def test_the_current_day_survives_a_refresh_of_the_same_month(qtbot: QtBot) -> None:
    view = month(qtbot)
    QTest.keyClick(view, Qt.Key.Key_Right)
    view.set_month(DAY, [], DAY)
    assert view.current_day() == date(2026, 3, 5)
    view.set_month(date(2026, 4, 20), [], DAY)
    assert view.current_day() == date(2026, 4, 20)


def test_a_month_without_the_day_gives_its_last() -> None:
    assert same_day_in_month(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert same_day_in_month(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert same_day_in_month(date(2026, 12, 5), 1) == date(2027, 1, 5)


def test_the_agenda_lists_by_time_and_keeps_the_current_visit(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    view = AgendaView()
    qtbot.addWidget(view)
    view.set_data(COLUMNS, VISITS)
    qtmodeltester.check(view.visits)  # type: ignore[no-untyped-call]
    assert [row.start_minute for row in view.visits.rows] == sorted(v.start_minute for v in VISITS)
    view.setCurrentIndex(view.visits.find(4))
    opened, acted, told = heard(view.visit_activated), heard(view.key_action), heard(view.visit_selected)
    view.set_data(COLUMNS, VISITS[1:])
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_A)
    assert (opened, acted, told) == ([(4,)], [("A", 4)], [])
    assert unnamed_controls(view) == []


def test_the_shelf_hides_when_empty_and_v_puts_the_last_one_down(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    shelf = ParkedShelf()
    qtbot.addWidget(shelf)
    assert shelf.isHidden()
    shelf.set_rows(
        [ParkedRow(7, 1, "Duarte, Paula", "Follow-up · 30 min"), ParkedRow(9, 2, "Brooks, Della", "wants", True)]
    )
    qtmodeltester.check(shelf.parked)  # type: ignore[no-untyped-call]
    assert not shelf.isHidden()
    pasted, taken = heard(shelf.paste_requested), heard(shelf.unpark_requested)
    QTest.keyClick(shelf.list, Qt.Key.Key_V)
    QTest.keyClick(shelf.list, Qt.Key.Key_Left)
    QTest.keyClick(shelf.list, Qt.Key.Key_Delete)
    assert (pasted, taken) == ([(9,)], [(7,)])
    shelf.show()
    interface = QAccessible.queryAccessibleInterface(shelf.list)
    assert interface.child(1).text(QAccessible.Text.Name) == "Brooks, Della, wants, copied"
    assert unnamed_controls(shelf) == []
    assert not shelf.grab().isNull()


def test_the_bar_asks_and_says(qtbot: QtBot) -> None:
    bar = CalendarHeader()
    qtbot.addWidget(bar)
    bar.set_title("Wednesday, March 4")
    bar.set_counts(25, 3)
    bar.resize(840, 48)
    bar.show()
    assert bar.counts.text() == "25 visits · 3 openings"
    assert bar.counts.fontMetrics().horizontalAdvance(bar.counts.text()) <= bar.counts.width()
    bar.set_counts(1, 1)
    assert bar.counts.text() == "1 visit · 1 opening"
    today, steps, views, book = (
        heard(s) for s in (bar.go_today, bar.step_requested, bar.view_requested, bar.book_requested)
    )
    for button in (bar.today_button, bar.back_button, bar.on_button, bar.view_buttons["month"], bar.book_button):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (len(today), steps, views, len(book)) == (1, [(-1,), (1,)], [("month",)], 1)
    bar.set_view("week")
    assert not bar.view_buttons["month"].isChecked()
    assert unnamed_controls(bar) == []
