from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from psc_desk.queries.calendar_rows import Block, CalendarColumn
from psc_desk.ui import theme
from psc_desk.ui.widgets.calendar.day_view import DayView
from psc_desk.ui.widgets.calendar.geometry import Slot
from tests.ui.audit import unnamed_controls
from tests.ui.calendar.desk_day import BLOCKS, BRANDT, CASTILLO, COLUMNS, DAY, OSEI, ROOM, VISITS, visit

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[DayView]:
    made = DayView()
    qtbot.addWidget(made)
    made.resize(700, 760)
    made.set_data(COLUMNS, BLOCKS, VISITS, DAY, 612)
    made.show()
    yield made
    made.hide()


def heard(view: DayView, name: str) -> list[tuple[Any, ...]]:
    said: list[tuple[Any, ...]] = []
    getattr(view, name).connect(lambda *args: said.append(args))
    return said


def middle(view: DayView, visit_id: int) -> QPoint:
    return view.visualRect(view.visits.index_of(visit_id)).center()


def slot_point(view: DayView, lane: int, minute: int) -> QPoint:
    rect = view.page_grid().span_rect(lane, minute, minute + 5)
    return QPoint(int(rect.center().x()) - view.horizontalOffset(), int(rect.center().y()) - view.verticalOffset())


def drag(view: DayView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(view.viewport(), (start + end) / 2)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, end)


def test_the_model_keeps_the_rules(view: DayView, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(view.visits)  # type: ignore[no-untyped-call]


def test_a_reader_hears_name_time_provider_and_status(view: DayView) -> None:
    interface = QAccessible.queryAccessibleInterface(view)
    names = [interface.child(n).text(QAccessible.Text.Name) for n in range(interface.childCount())]
    assert "Castillo, Inés, 9:30, Dr. Osei, arrived" in names
    assert "Patient, Number21, 2:00 pm, Room 3, booked" in names
    assert len(names) == len(VISITS)


def test_late_and_confirmed_are_said_of_a_booked_visit(view: DayView) -> None:
    view.set_data(COLUMNS, BLOCKS, [visit(1, OSEI, 480, late=True), visit(2, OSEI, 540, confirmed=True)], DAY)
    texts = [view.visits.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)]
    assert [text.split(", ")[-1] for text in texts] == ["late", "confirmed"]


def test_every_control_has_a_name(view: DayView) -> None:
    assert unnamed_controls(view) == []


def test_availability_is_no_item(view: DayView) -> None:
    lunch = slot_point(view, 0, 740)
    assert not view.indexAt(lunch).isValid()
    QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, lunch)
    assert view.current_slot() == Slot(OSEI.key, DAY, 735)


def test_visits_that_overlap_stand_side_by_side(view: DayView) -> None:
    one, other = (view.visualRect(view.visits.index_of(n)) for n in (12, 13))
    assert not one.intersects(other)
    assert one.right() < other.left()


def test_a_cancelled_visit_leaves_room_to_book_beside_it(view: DayView) -> None:
    view.set_data(COLUMNS, BLOCKS, [visit(1, OSEI, 540, status="cancelled"), visit(2, OSEI, 600)], DAY)
    gone, kept = (view.visualRect(view.visits.index_of(n)) for n in (1, 2))
    assert gone.width() < kept.width() * 0.6
    QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(kept.right() - 5, gone.bottom() - 4))
    assert view.current_slot() == Slot(OSEI.key, DAY, 555)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.current_slot() == Slot(OSEI.key, DAY, 540)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.current_visit().visit_id == 1  # type: ignore[union-attr]


def test_a_five_minute_visit_is_as_tall_as_a_line_and_never_covers_the_next(view: DayView) -> None:
    view.set_data(COLUMNS, BLOCKS, [visit(1, OSEI, 480, 5), visit(2, OSEI, 485, 30)], DAY)
    short, after = (view.visualRect(view.visits.index_of(n)) for n in (1, 2))
    assert short.height() >= view.fontMetrics().height()
    assert not short.intersects(after)


def test_columns_keep_their_least_width_and_scroll(view: DayView) -> None:
    many = [CalendarColumn(f"provider:{n}", f"Dr. {n}") for n in range(12)]
    view.set_data(many, [], [visit(1, many[11], 540)], DAY)
    assert view.page_grid().lane_width >= 130
    assert view.horizontalScrollBar().maximum() > 0
    view.select_visit(1)
    assert view.viewport().rect().contains(view.visualRect(view.visits.index_of(1)).center())


def test_the_strips_stay_in_place_and_show_two_lines(view: DayView) -> None:
    assert view.header.height() >= 2 * view.fontMetrics().height()
    assert view.viewport().geometry().topLeft() == QPoint(view.ruler.width(), view.header.height())
    before = view.header.geometry()
    view.resize(700, 400)
    view.verticalScrollBar().setValue(200)
    assert view.header.geometry() == before


def test_ten_hours_fit_a_full_hd_screen(view: DayView) -> None:
    view.set_data([OSEI], [Block(DAY, OSEI.key, 480, 1080, "open")], [], DAY)
    assert view.page_grid().height <= 850


@pytest.mark.parametrize("late", [-60, 1410])
def test_a_visit_before_or_after_hours_is_on_the_page(view: DayView, late: int) -> None:
    view.set_data(COLUMNS, BLOCKS, [visit(1, OSEI, max(late, 0), 30)], DAY)
    grid = view.page_grid()
    assert grid.first <= max(late, 0)
    assert grid.last >= max(late, 0) + 30


# Keyboard


def test_down_walks_visits_and_the_empty_slots_between_them(view: DayView) -> None:
    view.select_visit(1)
    seen = []
    for _ in range(6):
        QTest.keyClick(view, Qt.Key.Key_Down)
        current = view.current_visit()
        seen.append(current.visit_id if current else view.current_slot().minute)  # type: ignore[union-attr]
    assert seen == [510, 525, 540, 555, 4, 5]
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.current_visit() == CASTILLO


def test_ctrl_down_goes_from_visit_to_visit(view: DayView) -> None:
    view.select_visit(1)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert view.current_visit() == CASTILLO


def test_right_finds_what_stands_beside_and_left_returns(view: DayView) -> None:
    view.select_visit(1)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.current_visit().visit_id == 11  # type: ignore[union-attr]
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.current_slot() == Slot(ROOM.key, DAY, 480)
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.current_visit().visit_id == 1  # type: ignore[union-attr]


def test_moving_tells_visit_and_patient(view: DayView) -> None:
    view.select_visit(4)
    said, slots = heard(view, "visit_selected"), heard(view, "slot_selected")
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert said == [(5, 105)]
    assert slots == [(OSEI.key, 660)]


def test_enter_opens_a_visit_and_books_at_a_slot(view: DayView) -> None:
    opened, booked = heard(view, "visit_activated"), heard(view, "book_requested")
    view.select_visit(4)
    QTest.keyClick(view, Qt.Key.Key_Return)
    view.select_slot(BRANDT.key, 540, DAY)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_N)
    assert opened == [(4,)]
    assert booked == [(BRANDT.key, DAY, 540)] * 2


@pytest.mark.parametrize("letter", "ABXC")
def test_letters_act_on_the_current_visit_only(view: DayView, letter: str) -> None:
    said = heard(view, "key_action")
    view.select_slot(OSEI.key, 540, DAY)
    QTest.keyClick(view, _key(letter))
    assert said == []
    view.select_visit(4)
    QTest.keyClick(view, _key(letter))
    assert said == [(letter, 4)]


def test_v_asks_to_put_down_at_the_slot(view: DayView) -> None:
    said = heard(view, "key_action")
    view.select_slot(ROOM.key, 600, DAY)
    QTest.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert said == [("V", 0)]
    assert view.current_slot() == Slot(ROOM.key, DAY, 600)


def test_the_keys_that_turn_pages(view: DayView) -> None:
    views, today, goto, steps = (
        heard(view, name) for name in ("view_requested", "go_today", "go_date_requested", "step_requested")
    )
    for key in "dwmtg":
        QTest.keyClick(view, _key(key))
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert views == [("day",), ("week",), ("month",)]
    assert (today, goto, steps) == ([()], [()], [(1,), (-1,)])


def test_ctrl_shift_arrows_ask_for_another_length(view: DayView) -> None:
    said = heard(view, "resize_requested")
    view.select_visit(4)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(view, Qt.Key.Key_Down, both)
    QTest.keyClick(view, Qt.Key.Key_Up, both)
    assert said == [(4, 65), (4, 55)]


def test_focus_by_key_goes_to_an_empty_slot_and_chooses_no_patient(view: DayView) -> None:
    said = heard(view, "visit_selected")
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.current_visit() is None
    assert view.current_slot() is not None
    assert said == []


# Mouse


def test_click_selects_and_double_click_opens_or_books(view: DayView) -> None:
    opened, booked, said = (heard(view, n) for n in ("visit_activated", "book_requested", "visit_selected"))
    none = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(view.viewport(), LEFT, none, middle(view, 4))
    QTest.mouseDClick(view.viewport(), LEFT, none, middle(view, 4))
    QTest.mouseClick(view.viewport(), LEFT, none, slot_point(view, 2, 545))
    QTest.mouseDClick(view.viewport(), LEFT, none, slot_point(view, 2, 545))
    assert said[0] == (4, 104)
    assert opened == [(4,)]
    assert booked == [(ROOM.key, DAY, 540)]


def test_a_drag_asks_for_the_move_in_steps_of_five_minutes(view: DayView) -> None:
    moved, resized = heard(view, "move_requested"), heard(view, "resize_requested")
    grid, start = view.page_grid(), middle(view, 4)
    drag(view, start, start + QPoint(int(grid.lane_width), round(grid.scale * 46)))
    assert moved == [(4, BRANDT.key, DAY, 570 + 45)]
    assert resized == []
    assert view.current_visit() == CASTILLO


def test_a_drag_of_the_bottom_edge_asks_for_the_length(view: DayView) -> None:
    moved, resized = heard(view, "move_requested"), heard(view, "resize_requested")
    rect = view.visualRect(view.visits.index_of(4))
    start = QPoint(rect.center().x(), rect.bottom() - 2)
    drag(view, start, start + QPoint(0, round(view.page_grid().scale * 15)))
    assert resized == [(4, 75)]
    assert moved == []


def test_a_drag_back_home_or_given_up_asks_for_nothing(view: DayView) -> None:
    moved = heard(view, "move_requested")
    start = middle(view, 4)
    drag(view, start, start + QPoint(2, 1))
    QTest.mousePress(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(view.viewport(), start + QPoint(0, 120))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, start + QPoint(0, 120))
    assert moved == []


def test_a_drag_cannot_leave_the_day(view: DayView) -> None:
    moved = heard(view, "move_requested")
    start = middle(view, 1)
    drag(view, start, QPoint(start.x(), -400))
    drag(view, middle(view, 5), QPoint(start.x(), 3000))
    assert moved == [(5, OSEI.key, DAY, view.page_grid().last - 30)]


def test_the_menu_opens_at_what_was_clicked(view: DayView) -> None:
    said = heard(view, "context_requested")
    at = middle(view, 5)
    QTest.mousePress(view.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    assert view.current_visit().visit_id == 5  # type: ignore[union-attr]
    assert said == [(view.viewport().mapToGlobal(at),)]


# Refresh


def test_the_current_visit_stays_current_and_silent(view: DayView) -> None:
    view.select_visit(4)
    said = heard(view, "visit_selected")
    moved = visit(4, BRANDT, 900, 30, patient_name="Castillo, Inés")
    view.set_data(COLUMNS, BLOCKS, [moved, *VISITS[2:]], DAY, 613)
    assert view.current_visit() == moved
    assert said == []


def test_when_the_visit_is_gone_its_place_is_current(view: DayView) -> None:
    view.select_visit(4)
    view.set_data(COLUMNS, BLOCKS, [v for v in VISITS if v.visit_id != 4], DAY)
    assert view.current_visit() is None
    assert view.current_slot() == Slot(OSEI.key, DAY, 570)


def test_the_slot_keeps_its_column_when_the_day_turns(view: DayView) -> None:
    view.select_slot(BRANDT.key, 540, DAY)
    following = DAY + timedelta(days=1)
    view.set_data(COLUMNS, [], [], following)
    assert view.current_slot() == Slot(BRANDT.key, following, 540)


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_a_day_when_the_clocks_change_looks_like_any_other(view: DayView, day: date) -> None:
    before = view.visualRect(view.visits.index_of(4))
    moved = [visit(v.visit_id, _column(v.column_key), v.start_minute, v.minutes, day=day) for v in VISITS]
    blocks = [Block(day, b.column_key, b.start_minute, b.end_minute, b.kind) for b in BLOCKS]
    view.set_data(COLUMNS, blocks, moved, day)
    assert view.visualRect(view.visits.index_of(4)) == before


def _column(key: str) -> CalendarColumn:
    return next(column for column in COLUMNS if column.key == key)


# Painting


def pixel(view: DayView, point: QPoint) -> QColor:
    return view.viewport().grab().toImage().pixelColor(point)


def test_a_visit_wears_the_tint_of_its_status_and_follows_the_theme(view: DayView, qapp: QApplication) -> None:
    at = middle(view, 4) + QPoint(0, 22)
    assert pixel(view, at) == QColor(theme.status_colors("arrived")[1])
    theme.apply(qapp, "dark")
    assert pixel(view, at) == QColor(theme.status_colors("arrived")[1])
    assert theme.current().name == "dark"


def test_lunch_is_tinted_and_the_now_line_drawn(view: DayView) -> None:
    lunch = slot_point(view, 0, 725)
    assert pixel(view, lunch) == QColor(theme.current().blocked)
    now = view.page_grid().span_rect(2, 612, 617)
    at = QPoint(int(now.center().x()), round(now.top()) - view.verticalOffset())
    assert pixel(view, at) == QColor(theme.current().now_line)
    view.set_now(None)
    assert pixel(view, at) != QColor(theme.current().now_line)


def test_the_page_is_painted_once_until_it_changes(view: DayView, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = _count_pages(monkeypatch)
    view.set_data(COLUMNS, BLOCKS, VISITS, DAY, 612)
    view.viewport().grab()
    assert painted == []
    view.set_data(COLUMNS, BLOCKS, VISITS[1:], DAY, 612)
    for visit_id in (11, 4, 5):
        view.select_visit(visit_id)
        view.viewport().grab()
    assert painted == [1]
    view.set_private(True)
    view.viewport().grab()
    assert painted == [1, 1]


def _count_pages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    from psc_desk.ui.widgets.calendar.painting import PagePainter

    painted: list[int] = []
    real: Callable[..., None] = PagePainter.paint

    def counted(self: PagePainter, *args: Any) -> None:
        painted.append(1)
        real(self, *args)

    monkeypatch.setattr(PagePainter, "paint", counted)
    return painted


def _key(letter: str) -> Qt.Key:
    return Qt.Key(ord(letter.upper()))


def test_painting_only_what_changed_gives_the_same_page_as_painting_everything(view: DayView) -> None:
    before = view._painted_page().toImage()
    changed = [
        replace(VISITS[0], status="done"),
        replace(CASTILLO, start_minute=585, patient_name="Castillo-Montenegro de la Vega, Inés"),
        *VISITS[3:],
        visit(99, ROOM, 480, double_booked=True),
    ]
    view.set_data(COLUMNS, BLOCKS, changed, DAY, 612)
    partly = view._painted_page().toImage()
    view._drop_page()
    assert partly == view._painted_page().toImage()
    assert partly != before
