"""The booking dialog by keyboard, over a real clinic."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from psc_desk.events import PrintJobQueued
from psc_desk.models.clinic import Holiday
from psc_desk.models.print_job import PrintJob
from psc_desk.models.visit import Status
from psc_desk.queries.schedule import BookingInput
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.booking import BookingDialog, open_booking
from psc_desk.ui.dialogs.read_back import ReadBackDialog
from psc_desk.ui.report import Kind
from psc_desk.usecases.schedule import book
from psc_desk.work import Work
from tests.support.clinic import BRANDT, INES, JONAH, LEO, OFFICE_VISIT, OSEI, THAO, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.desk_window import ENTER, clinic, press, real, top, visits, wait, window

__all__ = ["clinic", "real", "window"]


def ready(qtbot: QtBot, dialog: BookingDialog) -> None:
    """Wait until the openings are there."""
    qtbot.waitUntil(lambda: dialog.fields.start is not None and not dialog.list.searching)


def opened(qtbot: QtBot, real: Context, window: QWidget, **wish: object) -> BookingDialog:
    """Open the dialog for Inés, unless told otherwise, and wait for it."""
    dialog = open_booking(real, window, **({"patient_id": INES} | wish))  # type: ignore[arg-type]
    ready(qtbot, dialog)
    return dialog


def test_the_first_opening_is_booked_in_at_most_eight_keys(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic, said: Said
) -> None:
    keys = 1  # F3
    dialog = opened(qtbot, real, window)
    keys += press(dialog, ENTER)
    assert dialog.focusWidget() is dialog.list.table
    keys += press(dialog, ENTER)
    card = top(qtbot, ReadBackDialog)
    keys += press(card, ENTER)
    assert keys <= 8
    (visit,) = visits(clinic)
    assert (visit.patient_id, visit.day, visit.start_minute, visit.minutes) == (INES, TODAY, 13 * 60, 60)
    assert said.last.kind is Kind.DONE
    assert said.last.text == "Castillo, Inés booked for Wednesday, March 4 at 1:00 pm with Dr. Amara Osei."
    wait(qtbot, lambda: not card.isVisible())


def test_a_double_enter_books_once(qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic) -> None:
    dialog = opened(qtbot, real, window)
    press(dialog, ENTER, ENTER, ENTER, ENTER)
    top(qtbot, ReadBackDialog)
    assert len(visits(clinic)) == 1


def test_the_card_speaks_the_patients_language_and_prints(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic
) -> None:
    dialog = opened(qtbot, real, window)
    press(dialog, ENTER, ENTER)
    card = top(qtbot, ReadBackDialog)
    assert "Por favor traiga" in card.findChild(QWidget, "read_back_card").accessibleName()
    assert card.banner.data is not None
    assert "04/18/1987" in card.banner.data.identifiers
    QTest.mouseClick(card.slip, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: any(isinstance(event, PrintJobQueued) for event in clinic.happened))
    (text,) = clinic.desk.ask(lambda read: list(read.session.scalars(select(PrintJob.text))))
    assert "Su cita" in text
    assert "Con Dr. Amara Osei: Paciente nuevo." in " ".join(text.split())


def test_an_exact_time_names_what_stands_against_it_and_takes_a_reason(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic
) -> None:
    clinic.visit(JONAH, 13 * 60)
    dialog = opened(qtbot, real, window, provider_id=OSEI, day=TODAY, minute=12 * 60 + 30)
    wait(qtbot, dialog.against.text)
    assert "Dr. Amara Osei is at lunch 12:00 pm to 1:00 pm." in dialog.against.text()
    assert "Dr. Amara Osei is booked 1:00 pm to 1:30 pm with Whitfield, Jonah." in dialog.against.text()
    press(dialog, ENTER)
    assert dialog.error_line.text() == "Give a reason to book it anyway, or choose another time."
    assert dialog.focusWidget() is dialog.because
    QTest.keyClicks(dialog.because, "asked by the doctor")
    press(dialog, ENTER)
    top(qtbot, ReadBackDialog)
    (visit,) = visits(clinic, patient_id=INES)
    assert (visit.start_minute, visit.override_reason) == (12 * 60 + 30, "asked by the doctor")


def test_typing_a_time_takes_the_place_of_the_opening(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic
) -> None:
    dialog = opened(qtbot, real, window)
    dialog.fields.provider.setCurrentIndex(dialog.fields.provider.findData(BRANDT))
    ready(qtbot, dialog)
    for field, typed in ((dialog.fields.day, "t+1"), (dialog.fields.time, "9:15")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, typed)
    wait(qtbot, lambda: dialog.target.text() == "Thursday, March 5, 9:15 am · 60 min · Dr. Felix Brandt")
    assert dialog.anyway.isHidden()
    press(dialog, ENTER)
    top(qtbot, ReadBackDialog)
    (visit,) = visits(clinic)
    assert (visit.day, visit.start_minute, visit.provider_id) == (date(2026, 3, 5), 9 * 60 + 15, BRANDT)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("2/30", "9:00"), ("There is no February 30. Check the month and day.", "day")),
        (("t+1", "25:00"), ("There is no time 25:00. Type a time such as 9:30 or 2:15 pm.", "time")),
        (("t+1", "x"), ("That is not a time. Type hours and minutes, such as 9:30 or 2:15 pm.", "time")),
    ],
)
def test_an_impossible_date_or_time_is_named_and_gone_back_to(
    qtbot: QtBot, real: Context, window: QWidget, typed: tuple[str, str], told: tuple[str, str]
) -> None:
    dialog = opened(qtbot, real, window, provider_id=OSEI)
    for edit, text in zip((dialog.fields.day, dialog.fields.time), typed, strict=True):
        edit.setFocus()
        edit.clear()
        QTest.keyClicks(edit, text)
    press(dialog, ENTER)
    assert (dialog.error_line.text(), dialog.focusWidget().objectName()) == told


def test_the_past_cannot_be_booked_with_any_reason(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic
) -> None:
    dialog = opened(qtbot, real, window, provider_id=OSEI, day=date(2026, 3, 3), minute=540)
    wait(qtbot, dialog.against.text)
    assert "03/03/2026 is in the past" in dialog.against.text()
    assert dialog.anyway.isHidden()
    press(dialog, ENTER)
    wait(qtbot, lambda: "in the past" in dialog.error_line.text())
    assert visits(clinic) == []


def test_of_two_people_the_second_is_told_who_took_the_opening(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic
) -> None:
    dialog = opened(qtbot, real, window, provider_id=OSEI)
    clinic.desk.actor_id = LEO
    clinic.desk.do(book, BookingInput(JONAH, OSEI, OFFICE_VISIT, TODAY, 13 * 60))
    clinic.desk.actor_id = 1
    press(dialog, ENTER, ENTER)
    wait(qtbot, lambda: "was just taken by Leo Marsh for Whitfield, Jonah" in dialog.error_line.text())
    assert not dialog.error_line.isHidden()
    ready(qtbot, dialog)
    assert dialog.list.current().start_minute == 13 * 60 + 30  # type: ignore[union-attr]
    assert visits(clinic, patient_id=INES) == []


def test_without_a_patient_one_is_found_by_birth_date(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic
) -> None:
    dialog = open_booking(real, window)
    wait(qtbot, lambda: dialog.pages.currentIndex() == 1)
    press(dialog, ENTER)
    assert dialog.error_line.text() == "Type a name or birth date and choose the patient."
    QTest.keyClicks(dialog.picker.box, "1/9/1951")
    wait(qtbot, lambda: dialog.picker.hits.rowCount() == 1)
    press(dialog, ENTER)
    wait(qtbot, lambda: dialog.banner.data is not None)
    ready(qtbot, dialog)
    assert dialog.banner.data.name == "Thảo Nguyễn"  # type: ignore[union-attr]
    press(dialog, ENTER, ENTER)
    top(qtbot, ReadBackDialog)
    assert [visit.patient_id for visit in visits(clinic)] == [THAO]


def test_when_nothing_is_free_it_says_why_and_what_would_be(qtbot: QtBot, real: Context, window: QWidget) -> None:
    dialog = opened(qtbot, real, window)
    dialog.narrowing.begin.setText("7 pm")
    dialog.narrowing.end.setText("9 pm")
    dialog.narrowing.end.editingFinished.emit()
    wait(qtbot, lambda: dialog.list.current() is None and "between these times" in dialog.list.why.words.text())
    assert "the first opening is Wednesday, March 4 at 1:00 pm with Dr. Amara Osei" in dialog.list.why.words.text()
    assert dialog.target.text() == ""
    press(dialog, ENTER)
    assert dialog.error_line.text() == "Choose an opening, or type a date and time."


def test_a_type_that_is_not_for_this_patient_is_said_in_the_list(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic
) -> None:
    seen = clinic.visit(INES, 9 * 60)
    clinic.desk.do(_mark_done, seen)
    dialog = opened(qtbot, real, window)
    assert dialog.fields.kind().name == "Office visit"  # type: ignore[union-attr]
    dialog.fields.type.setCurrentText("New patient · 60 min")
    wait(qtbot, lambda: "is for new patients" in dialog.list.why.words.text())


def test_narrowing_by_weekday_and_provider(qtbot: QtBot, real: Context, window: QWidget) -> None:
    dialog = opened(qtbot, real, window, provider_id=BRANDT)
    QTest.mouseClick(dialog.narrowing.days[0], Qt.MouseButton.LeftButton)
    ready(qtbot, dialog)
    rows = dialog.list.rows.rows
    assert {row.day.weekday() for row in rows} == {0}
    assert {row.provider_name for row in rows} == {"Dr. Felix Brandt"}
    assert len(rows) == 20
    QTest.mouseClick(dialog.list.more, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: dialog.list.rows.rowCount() == 40)


def test_holidays_are_passed_over(qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic) -> None:
    clinic.desk.do(lambda work: work.session.add(Holiday(day=TODAY, label="Founders day")))
    dialog = opened(qtbot, real, window)
    assert dialog.list.current().day == date(2026, 3, 5)  # type: ignore[union-attr]


def test_a_visit_is_moved_to_another_opening(
    qtbot: QtBot, real: Context, window: QWidget, clinic: SmallClinic, said: Said
) -> None:
    visit_id = clinic.visit(INES, 15 * 60)
    dialog = opened(qtbot, real, window, patient_id=None, visit_id=visit_id)
    assert dialog.windowTitle() == "PSC Desk - Move a visit"
    assert not dialog.fields.type.isEnabled()
    press(dialog, ENTER, ENTER)
    top(qtbot, ReadBackDialog)
    assert [(visit.id, visit.start_minute) for visit in visits(clinic)] == [(visit_id, 13 * 60)]
    assert said.last.text.startswith("Castillo, Inés moved to Wednesday, March 4 at 1:00 pm")


def test_escape_does_not_lose_typing_without_asking(qtbot: QtBot, real: Context, window: QWidget) -> None:
    dialog = opened(qtbot, real, window)
    QTest.keyClicks(dialog.fields.reason, "cough for two weeks")
    press(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_another_patient_can_be_chosen(qtbot: QtBot, real: Context, window: QWidget) -> None:
    dialog = opened(qtbot, real, window)
    QTest.mouseClick(dialog.other, Qt.MouseButton.LeftButton)
    assert dialog.banner.data is None
    QTest.keyClicks(dialog.picker.box, "jonah")
    wait(qtbot, lambda: dialog.picker.hits.rowCount() == 1)
    press(dialog, ENTER)
    wait(qtbot, lambda: dialog.banner.data is not None)
    assert dialog.banner.data.name == "Jonah Whitfield"  # type: ignore[union-attr]


def test_every_control_has_a_name(qtbot: QtBot, real: Context, window: QWidget) -> None:
    dialog = opened(qtbot, real, window)
    assert unnamed_controls(dialog) == []
    dialog.pages.setCurrentIndex(1)
    assert unnamed_controls(dialog) == []


def _mark_done(work: Work, visit_id: int) -> None:
    from psc_desk.models.visit import Visit

    work.get(Visit, visit_id).status = Status.DONE
