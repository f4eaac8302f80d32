"""The calendar worked by key and mouse, over a real clinic."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from psc_desk.events import ListExported
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.booking import BookingDialog
from psc_desk.ui.dialogs.go_to_date import GoToDateDialog
from psc_desk.ui.dialogs.read_back import ReadBackDialog
from psc_desk.ui.dialogs.visit_actions import AnywayDialog, BreakDialog, ConfirmVisitDialog
from psc_desk.ui.pages.calendar import CalendarPage
from psc_desk.ui.pages.desk.calendar_panel import CalendarPanel
from psc_desk.ui.widgets.calendar.day_view import DayView
from psc_desk.ui.widgets.calendar.month_view import MonthView
from psc_desk.usecases.schedule import cancel
from psc_desk.usecases.visits import arrive
from tests.support.clinic import BRANDT, INES, JONAH, OSEI, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.desk_window import ENTER, clinic, press, real, top, visits, wait

__all__ = ["clinic", "real"]
KEY = Qt.Key


@pytest.fixture
def visit_id(clinic: SmallClinic) -> int:
    """Inés at 2 pm with Dr. Osei."""
    return clinic.visit(INES, 14 * 60)


@pytest.fixture
def page(qtbot: QtBot, real: Context, visit_id: int) -> CalendarPage:
    """The page with today, the visit current."""
    shown = CalendarPage(real)
    shown.resize(1280, 760)
    qtbot.addWidget(shown)
    shown.show()
    wait(qtbot, lambda: shown.board.row is not None and shown.who.count() == 3)
    day(shown).setFocus()
    assert day(shown).select_visit(visit_id)
    return shown


def day(page: CalendarPage) -> DayView:
    """The day view."""
    view = page.board.view("day")
    assert isinstance(view, DayView)
    return view


def key(page: CalendarPage, *keys: Qt.Key) -> None:
    """Press keys in the view that is shown."""
    for one in keys:
        QTest.keyClick(page.board.here, one)


def test_today_is_shown_with_its_counts(page: CalendarPage) -> None:
    assert page.board.header.title.text() == "Wednesday, March 4"
    assert page.board.header.counts.text() == "1 visit · 15 openings"


def test_a_arrives_and_undo_takes_it_back(qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, said: Said) -> None:
    key(page, KEY.Key_A)
    wait(qtbot, lambda: visits(clinic)[0].status == "arrived")
    wait(qtbot, lambda: said.messages)
    assert said.last.text == "Castillo, Inés has arrived."
    assert said.last.undo is not None
    wait(qtbot, lambda: page.board.row.visits[0].status == "arrived")  # type: ignore[union-attr]
    said.last.undo()
    wait(qtbot, lambda: visits(clinic)[0].status == "booked")


def test_b_cancels_late_with_a_reason_and_can_be_undone(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, said: Said
) -> None:
    key(page, KEY.Key_B)
    dialog = top(qtbot, BreakDialog)
    assert dialog.missed.isHidden()
    assert "counts as a late cancellation" in dialog.notice.text()
    dialog.reason.setCurrentText("Weather")
    assert dialog.notice.isHidden()
    dialog.reason.setCurrentText("Transport")
    press(dialog, ENTER)
    wait(qtbot, lambda: visits(clinic)[0].status == "late_cancelled")
    wait(qtbot, lambda: said.messages)
    assert said.last.text == "the visit of Castillo, Inés on Wednesday, March 4 is cancelled."
    said.last.undo()  # type: ignore[misc]
    wait(qtbot, lambda: visits(clinic)[0].status == "booked")


def test_b_marks_as_missed_once_the_time_has_come(qtbot: QtBot, page: CalendarPage, clinic: SmallClinic) -> None:
    clinic.clock.advance(hours=3)
    key(page, KEY.Key_B)
    dialog = top(qtbot, BreakDialog)
    assert dialog.missed.isChecked()
    assert dialog.primary.text() == "Mark as missed"
    dialog.reason.setCurrentText("Other")
    press(dialog, ENTER)
    assert dialog.focusWidget().objectName() == "note"
    QTest.keyClicks(dialog.note, "car broke down")
    press(dialog, ENTER)
    wait(qtbot, lambda: visits(clinic)[0].status == "missed")
    assert visits(clinic)[0].note == "car broke down"


def test_b_on_somebody_who_is_here_means_left_unseen(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, visit_id: int
) -> None:
    clinic.desk.do(arrive, visit_id)
    wait(qtbot, lambda: page.board.row.visits[0].status == "arrived")  # type: ignore[union-attr]
    key(page, KEY.Key_B)
    dialog = top(qtbot, BreakDialog)
    assert dialog.left.isChecked()
    assert dialog.cancelled.isHidden()
    press(dialog, ENTER)
    wait(qtbot, lambda: visits(clinic)[0].status == "left")


def test_x_parks_a_visit_which_keeps_its_time_until_v_puts_it_down(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, said: Said
) -> None:
    key(page, KEY.Key_X)
    assert page.board.shelf.isVisible()
    assert page.board.shelf.current().detail == "Office visit · 30 min · Dr. Amara Osei"  # type: ignore[union-attr]
    assert visits(clinic)[0].start_minute == 14 * 60
    key(page, KEY.Key_PageDown)
    wait(qtbot, lambda: page.board.day == TODAY + timedelta(days=1))
    day(page).select_slot("provider:2", 9 * 60)
    key(page, KEY.Key_V)
    wait(qtbot, lambda: visits(clinic)[0].day == date(2026, 3, 5))
    wait(qtbot, lambda: not page.board.shelf.isVisible())
    assert (visits(clinic)[0].start_minute, visits(clinic)[0].provider_id) == (9 * 60, BRANDT)
    assert said.last.text == "Castillo, Inés moved to Thursday, March 5 at 9:00 am with Dr. Felix Brandt."
    said.last.undo()  # type: ignore[misc]
    wait(qtbot, lambda: (visits(clinic)[0].day, visits(clinic)[0].provider_id) == (TODAY, OSEI))


def test_v_without_anything_parked_says_what_to_do(page: CalendarPage, said: Said) -> None:
    key(page, KEY.Key_V)
    assert said.last.text == "Nothing is parked. Cut a visit with X or copy it with C first."


def test_c_copies_as_often_as_v_is_pressed(qtbot: QtBot, page: CalendarPage, clinic: SmallClinic) -> None:
    key(page, KEY.Key_C)
    day(page).select_slot("provider:2", 15 * 60)
    key(page, KEY.Key_V)
    card = top(qtbot, ReadBackDialog)
    press(card, ENTER)
    assert [(visit.start_minute, visit.provider_id) for visit in visits(clinic)] == [(840, OSEI), (900, BRANDT)]
    assert page.board.shelf.isVisible()
    page.board.shelf.unpark_requested.emit(visits(clinic)[0].id)
    assert not page.board.shelf.isVisible()


def test_a_drag_onto_lunch_asks_for_a_reason(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, visit_id: int
) -> None:
    view = day(page)
    grid = view.page_grid()
    view.verticalScrollBar().setValue(0)
    start = view.visualRect(view.visits.index_of(visit_id)).center()
    end = start - QPoint(0, round(90 * grid.scale))
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), (start + end) / 2)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    dialog = top(qtbot, AnywayDialog)
    assert dialog.banner.data.name == "Inés Castillo"  # type: ignore[union-attr]
    assert visits(clinic)[0].start_minute == 14 * 60
    press(dialog, ENTER)
    assert dialog.error_line.text() == "Give a reason, or press Esc and choose another time."
    QTest.keyClicks(dialog.because, "only free hour")
    press(dialog, ENTER)
    wait(qtbot, lambda: visits(clinic)[0].start_minute == 12 * 60 + 30)
    assert visits(clinic)[0].override_reason == "only free hour"


def test_a_place_that_no_reason_allows_is_refused_in_words(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, visit_id: int, said: Said
) -> None:
    day(page).move_requested.emit(visit_id, "provider:1", date(2026, 3, 2), 600)
    wait(qtbot, lambda: said.messages)
    assert "03/02/2026 is in the past" in said.last.text
    assert visits(clinic)[0].day == TODAY


def test_a_visit_is_made_longer_and_back(qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, said: Said) -> None:
    QTest.keyClick(day(page), KEY.Key_Down, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    wait(qtbot, lambda: visits(clinic)[0].minutes == 35)
    wait(qtbot, lambda: said.messages)
    said.last.undo()  # type: ignore[misc]
    wait(qtbot, lambda: visits(clinic)[0].minutes == 30)


def test_somebody_elses_change_while_looking_is_not_overwritten(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, visit_id: int, said: Said
) -> None:
    clinic.desk.publish = lambda _events: None
    clinic.desk.do(arrive, visit_id)
    day(page).move_requested.emit(visit_id, "provider:2", TODAY, 15 * 60)
    wait(qtbot, lambda: said.messages)
    assert said.last.text.startswith("Someone else changed this meanwhile.")
    assert visits(clinic)[0].start_minute == 14 * 60
    wait(qtbot, lambda: page.board.row.visits[0].status == "arrived")  # type: ignore[union-attr]


def test_what_others_book_and_cancel_appears_by_itself(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, visit_id: int
) -> None:
    clinic.desk.do(cancel, visit_id, "Weather")
    wait(qtbot, lambda: page.board.row.visits == ())  # type: ignore[union-attr]
    assert page.board.header.counts.text().startswith("0 visits")


def test_n_books_at_the_slot(qtbot: QtBot, page: CalendarPage, clinic: SmallClinic) -> None:
    page.board.patient_id = JONAH
    day(page).select_slot("provider:2", 15 * 60 + 30)
    key(page, KEY.Key_N)
    dialog = top(qtbot, BookingDialog)
    wait(qtbot, lambda: dialog.fields.start is not None and dialog.target.text())
    assert dialog.target.text() == "Today, 3:30 pm · 60 min · Dr. Felix Brandt"
    press(dialog, ENTER)
    press(top(qtbot, ReadBackDialog), ENTER)
    (booked,) = visits(clinic, patient_id=JONAH)
    assert (booked.provider_id, booked.start_minute) == (BRANDT, 15 * 60 + 30)
    wait(qtbot, lambda: day(page).current_visit() is not None)
    wait(qtbot, lambda: day(page).current_visit().visit_id == booked.id)  # type: ignore[union-attr]


def test_f3_looks_for_openings_from_the_day_that_is_shown(qtbot: QtBot, page: CalendarPage) -> None:
    page.board.patient_id = JONAH
    page.board.show_day(date(2026, 3, 10))
    wait(qtbot, lambda: page.board.day == date(2026, 3, 10))
    assert page.do_job("book")
    dialog = top(qtbot, BookingDialog)
    wait(qtbot, lambda: dialog.list.current() is not None)
    assert dialog.list.current().day == date(2026, 3, 10)  # type: ignore[union-attr]
    dialog.reject()


def test_letters_change_the_view_and_the_date(qtbot: QtBot, page: CalendarPage) -> None:
    def title() -> str:
        return page.board.header.title.text()

    key(page, KEY.Key_W)
    wait(qtbot, lambda: title() == "March 2 – 6")
    key(page, KEY.Key_PageDown)
    wait(qtbot, lambda: title() == "March 9 – 13")
    key(page, KEY.Key_M)
    wait(qtbot, lambda: title() == "March 2026")
    key(page, KEY.Key_PageDown)
    wait(qtbot, lambda: title() == "April 2026")
    key(page, KEY.Key_T)
    wait(qtbot, lambda: title() == "March 2026")
    key(page, KEY.Key_Right, ENTER)
    wait(qtbot, lambda: title() == "Thursday, March 5")
    key(page, KEY.Key_L)
    wait(qtbot, lambda: page.board.row.view == "agenda")  # type: ignore[union-attr]
    key(page, KEY.Key_T)
    wait(qtbot, lambda: title() == "Wednesday, March 4")
    key(page, KEY.Key_D)
    wait(qtbot, lambda: page.board.row.view == "day")  # type: ignore[union-attr]


def test_g_goes_to_a_date(qtbot: QtBot, page: CalendarPage) -> None:
    key(page, KEY.Key_G)
    dialog = top(qtbot, GoToDateDialog)
    dialog.day.selectAll()
    QTest.keyClicks(dialog.day, "13/1")
    press(dialog, ENTER)
    assert dialog.error_line.text() == "There is no month 13. Type month/day/year, such as 03/04/2026."
    dialog.day.selectAll()
    QTest.keyClicks(dialog.day, "t+2w")
    press(dialog, ENTER)
    wait(qtbot, lambda: page.board.day == date(2026, 3, 18))


def test_a_parked_visit_goes_to_another_day_of_the_month_at_its_own_time(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic
) -> None:
    key(page, KEY.Key_X, KEY.Key_M)
    month = page.board.view("month")
    assert isinstance(month, MonthView)
    wait(qtbot, lambda: month.current_day() == TODAY)
    key(page, KEY.Key_Right, KEY.Key_V)
    wait(qtbot, lambda: visits(clinic)[0].day == date(2026, 3, 5))
    assert visits(clinic)[0].start_minute == 14 * 60


def test_one_provider_or_everybody(qtbot: QtBot, page: CalendarPage, clinic: SmallClinic) -> None:
    clinic.visit(JONAH, 15 * 60, BRANDT)
    page.who.setCurrentIndex(page.who.findData(BRANDT))
    wait(qtbot, lambda: [column.title for column in page.board.row.columns] == ["Dr. Felix Brandt"])  # type: ignore[union-attr]
    assert [visit.patient_name for visit in page.board.row.visits] == ["Whitfield, Jonah"]  # type: ignore[union-attr]
    page.who.setCurrentIndex(0)
    wait(qtbot, lambda: len(page.board.row.visits) == 2)  # type: ignore[union-attr]


def test_confirming_is_a_fact_of_its_own(qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, said: Said) -> None:
    page.board.run("confirm")
    dialog = top(qtbot, ConfirmVisitDialog)
    press(dialog, ENTER)
    wait(qtbot, lambda: visits(clinic)[0].confirmation == "by phone, with the patient")
    assert visits(clinic)[0].status == "booked"
    wait(qtbot, lambda: page.board.row.visits[0].confirmed)  # type: ignore[union-attr]
    assert said.last.text == "the visit of Castillo, Inés is confirmed by phone, with the patient."


def test_the_menu_offers_what_fits_with_its_keys(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, visit_id: int
) -> None:
    def words() -> list[str]:
        day(page).context_requested.emit(page.mapToGlobal(QPoint(400, 400)))
        menu = page.board.findChild(QMenu, "calendar_menu")
        found = [action.text() for action in menu.actions() if not action.isSeparator()]
        menu.close()
        menu.setObjectName("closed")
        return found

    assert words()[:3] == ["Open the chart\tEnter", "Arrive\tA", "Check in\tF4"]
    assert "Cancel, missed…\tB" in words()
    clinic.desk.do(cancel, visit_id, "Weather")
    wait(qtbot, lambda: page.board.row.visits == ())  # type: ignore[union-attr]
    day(page).select_slot("provider:1", 600)
    assert words() == ["Book here…\tN"]


def test_function_keys_work_on_the_current_visit(qtbot: QtBot, page: CalendarPage, said: Said) -> None:
    assert page.do_job("check_in")
    dialog = top(qtbot, DeskDialog)
    assert dialog.banner.data.name == "Inés Castillo"  # type: ignore[union-attr]
    dialog.reject()
    for job, told in (("check_out", "not seen yet"), ("pay", "drawer")):
        said.messages.clear()
        assert page.do_job(job)
        wait(qtbot, lambda: said.messages)
        assert told in said.last.text.lower()


def test_enter_opens_the_chart(qtbot: QtBot, page: CalendarPage) -> None:
    with qtbot.waitSignal(page.patient_wanted) as wanted:
        key(page, ENTER)
    assert wanted.args == [INES]


def test_the_now_line_walks_and_the_day_turns(qtbot: QtBot, page: CalendarPage, clinic: SmallClinic) -> None:
    assert page.board.row.minute == 12 * 60  # type: ignore[union-attr]
    clinic.clock.advance(minutes=7)
    page.board._clock.timeout.emit()
    wait(qtbot, lambda: page.board.row.minute == 12 * 60 + 7)  # type: ignore[union-attr]
    clinic.clock.advance(hours=12)
    page.board._clock.timeout.emit()
    wait(qtbot, lambda: page.board.header.title.text() == "Thursday, March 5")


def test_the_day_sheet_is_saved_and_audited(
    qtbot: QtBot, page: CalendarPage, clinic: SmallClinic, said: Said, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.pdf"
    page.write_day_sheet(TODAY, path)
    wait(qtbot, lambda: said.messages)
    assert path.read_bytes().startswith(b"%PDF")
    assert said.last.text == "the day sheet is saved as sheet.pdf."
    assert any(isinstance(event, ListExported) for event in clinic.happened)
    page.write_day_sheet(TODAY, tmp_path / "no such folder" / "sheet.pdf")
    wait(qtbot, lambda: "sheet.pdf could not be saved there" in said.last.text)


def test_the_view_comes_back_as_it_was_left(qtbot: QtBot, page: CalendarPage, tmp_path: Path) -> None:
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    page.board.show_view("week")
    page.remember(memory)
    page.board.show_view("day")
    page.recall(memory)
    wait(qtbot, lambda: page.board.row.view == "week")  # type: ignore[union-attr]


def test_the_panel_follows_the_patient_on_screen(
    qtbot: QtBot, real: Context, clinic: SmallClinic, visit_id: int
) -> None:
    panel = CalendarPanel(real)
    panel.resize(760, 700)
    qtbot.addWidget(panel)
    panel.show()
    wait(qtbot, lambda: panel.row is not None)
    panel.show_patient(INES)
    assert panel.here.current_visit().visit_id == visit_id  # type: ignore[union-attr]
    panel.book()
    dialog = top(qtbot, BookingDialog)
    wait(qtbot, lambda: dialog.banner.data is not None)
    assert dialog.banner.data.name == "Inés Castillo"  # type: ignore[union-attr]
    dialog.reject()


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_every_control_has_a_name(qtbot: QtBot, page: CalendarPage, view: str) -> None:
    page.board.show_view(view)
    wait(qtbot, lambda: page.board.row.view == view)  # type: ignore[union-attr]
    assert unnamed_controls(page) == []
