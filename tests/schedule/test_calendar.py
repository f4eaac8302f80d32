"""What the calendar and the day sheet show."""

from __future__ import annotations

from datetime import date, timedelta

import pypdfium2
from sqlalchemy import event

from psc_desk.events import ListExported
from psc_desk.models.clinic import Holiday, Provider, ProviderException
from psc_desk.queries.calendar import day_calendar, month_counts, range_calendar
from psc_desk.queries.day_sheet import day_sheet_data
from psc_desk.usecases import schedule, visits
from psc_desk.usecases.day_sheet import make_day_sheet
from tests.schedule.support import MONDAY, THURSDAY, put, ultrasound, wish
from tests.support.clinic import BRANDT, JONAH, OSEI, THAO, TODAY, SmallClinic


def test_a_day_with_its_blocks(clinic: SmallClinic) -> None:
    put(
        clinic,
        ProviderException(provider_id=OSEI, day=TODAY, start_minute=900, end_minute=960, kind="blocked", label="Call"),
    )
    shown = clinic.desk.ask(day_calendar, TODAY)
    assert [column.key for column in shown.columns] == ["provider:1", "provider:2"]
    osei = [(b.start_minute, b.end_minute, b.kind, b.label) for b in shown.blocks if b.column_key == "provider:1"]
    assert osei == [
        (480, 720, "open", ""),
        (780, 900, "open", ""),
        (960, 1020, "open", ""),
        (720, 780, "lunch", "Lunch"),
        (900, 960, "blocked", "Call"),
    ]
    assert shown.now_minute == 720
    assert shown.opening_count == 4 + 2 + 8
    assert clinic.desk.ask(day_calendar, THURSDAY).now_minute is None


def test_visits_of_a_day(clinic: SmallClinic) -> None:
    late = clinic.visit(minute=705)
    clinic.desk.do(schedule.confirm, late, "by text")
    clinic.desk.do(schedule.book_anyway, wish(TODAY, 720, patient_id=JONAH), "Urgent")
    gone = clinic.desk.do(schedule.book, wish(TODAY, 840, patient_id=THAO))
    clinic.desk.do(schedule.cancel, gone.visit_id, "Patient ill")
    clinic.clock.advance(minutes=5)
    shown = clinic.desk.ask(day_calendar, TODAY)
    assert [(v.patient_name, v.confirmed, v.late, v.double_booked) for v in shown.visits] == [
        ("Castillo, Inés", True, True, True),
        ("Whitfield, Jonah", False, False, True),
    ]
    assert shown.visit_count == 2
    assert (shown.visits[0].record_no, shown.visits[0].birth_date) == ("10001", date(1987, 4, 18))


def test_a_room_with_a_column_shows_its_visits_too(clinic: SmallClinic) -> None:
    type_id, room_id = ultrasound(clinic)
    clinic.desk.do(schedule.book, wish(type_id=type_id))
    shown = clinic.desk.ask(day_calendar, THURSDAY)
    assert [column.key for column in shown.columns][-1] == f"room:{room_id}"
    assert [v.column_key for v in shown.visits] == ["provider:1", f"room:{room_id}"]
    assert shown.visit_count == 1
    assert not any(v.double_booked for v in shown.visits)


def test_a_holiday_closes_the_day(clinic: SmallClinic) -> None:
    put(clinic, Holiday(day=THURSDAY, label="Founders' Day"))
    shown = clinic.desk.ask(day_calendar, THURSDAY)
    assert {(b.kind, b.label) for b in shown.blocks} == {("holiday", "Founders' Day")}
    assert (len(shown.columns), shown.opening_count) == (2, 0)


def test_who_has_nothing_that_day_has_no_column(clinic: SmallClinic) -> None:
    put(clinic, Provider(name="Dr. Ida Lund", short_name="Lund"))
    assert len(clinic.desk.ask(day_calendar, THURSDAY).columns) == 2
    assert len(clinic.desk.ask(day_calendar, date(2026, 3, 7)).columns) == 3
    assert len(clinic.desk.ask(range_calendar, MONDAY, MONDAY).columns) == 3


def test_a_work_week_of_one_provider(clinic: SmallClinic) -> None:
    clinic.desk.do(schedule.book, wish(THURSDAY))
    clinic.desk.do(schedule.book, wish(THURSDAY, patient_id=JONAH, provider_id=BRANDT))
    monday = TODAY - timedelta(days=2)
    week = clinic.desk.ask(range_calendar, monday, monday + timedelta(days=4), OSEI)
    assert (len(week.days), len(week.columns), week.visit_count) == (5, 1, 1)
    assert week.now == (TODAY, 720)
    assert week.opening_count == 8 + 15 + 16
    assert {block.day for block in week.blocks} == set(week.days)


def test_a_month_in_numbers(clinic: SmallClinic) -> None:
    put(clinic, Holiday(day=MONDAY, label="Feast"))
    clinic.desk.do(schedule.book, wish(THURSDAY))
    days = {row.day: row for row in clinic.desk.ask(month_counts, 2026, 3)}
    assert len(days) == 31
    assert (days[THURSDAY].visits, days[THURSDAY].openings) == (1, 31)
    assert (days[MONDAY].label, days[MONDAY].is_open, days[MONDAY].openings) == ("Feast", False, 0)
    assert (days[date(2026, 3, 7)].label, days[date(2026, 3, 7)].is_open) == ("Closed", False)
    assert days[date(2026, 3, 3)].openings == 0


def test_the_number_of_statements_does_not_grow_with_the_visits(clinic: SmallClinic) -> None:
    def count(day: date) -> int:
        statements: list[str] = []
        engine = clinic.desk.engine

        def listen(conn, cursor, statement, *rest) -> None:
            statements.extend([statement] * statement.startswith("SELECT"))

        event.listen(engine, "before_cursor_execute", listen)
        clinic.desk.ask(day_calendar, day)
        event.remove(engine, "before_cursor_execute", listen)
        return len(statements)

    count(THURSDAY)
    few = count(THURSDAY)
    for start in range(480, 720, 30):
        clinic.desk.do(schedule.book_anyway, wish(start=start), "Busy day")
    assert count(THURSDAY) == few


def test_the_day_sheet_lists_everybody_and_is_audited(clinic: SmallClinic) -> None:
    clinic.desk.do(visits.arrive, clinic.visit(minute=780))
    clinic.visit(JONAH, 840, BRANDT)
    data = clinic.desk.ask(day_sheet_data, TODAY)
    assert [(c.provider, len(c.rows)) for c in data.columns] == [("Dr. Amara Osei", 1), ("Dr. Felix Brandt", 1)]
    row = data.columns[0].rows[0]
    assert (row.status, row.coverage, row.copay) == ("Arrived", "Blue Harbor PPO", 2500)
    assert data.columns[0].hours == "8:00 am to 12:00 pm, 1:00 pm to 5:00 pm"
    assert data.mark.demo
    content = clinic.desk.do(make_day_sheet, TODAY)
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert "Castillo, Inés" in text
    assert "Whitfield, Jonah" in text
    assert isinstance(clinic.happened[-1], ListExported)
