"""Every opening offered can be booked as it stands, and what is left out is not free."""

from __future__ import annotations

import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psc_desk.dates import format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.models.clinic import Holiday, ProviderException, Room, VisitType
from psc_desk.models.visit import Visit
from psc_desk.queries.booking import no_openings_because
from psc_desk.queries.openings import OpeningRow, OpeningsQuery, openings
from psc_desk.queries.schedule import conflicts
from psc_desk.schedule_rules import BookingInput
from psc_desk.usecases import schedule, visits
from psc_desk.work import Work
from tests.schedule.support import MONDAY, THURSDAY, put, ultrasound, wish
from tests.support.clinic import (
    BRANDT,
    INES,
    JONAH,
    MAYA,
    NEW_PATIENT,
    OFFICE_VISIT,
    OSEI,
    TODAY,
    SmallClinic,
    small_clinic,
)


def _asked(row: OpeningRow, type_id: int) -> BookingInput:
    return BookingInput(INES, row.provider_id, type_id, row.day, row.start_minute, row.minutes, row.room_id)


def test_the_first_opening_is_now_after_lunch(clinic: SmallClinic) -> None:
    first, second, third = clinic.desk.ask(openings, OpeningsQuery(OFFICE_VISIT, limit=3))
    assert (first.day, first.start_minute, first.provider_id) == (TODAY, 780, OSEI)
    assert (second.start_minute, second.provider_id) == (780, BRANDT)
    assert (third.start_minute, third.provider_id) == (810, OSEI)


def test_filters_narrow(clinic: SmallClinic) -> None:
    asked = OpeningsQuery(
        OFFICE_VISIT,
        provider_ids=(BRANDT,),
        weekdays=(0, 4),
        from_minute=840,
        to_minute=960,
        earliest=THURSDAY,
        minutes=60,
    )
    rows = clinic.desk.ask(openings, asked)
    assert len(rows) == 20
    assert {row.provider_name for row in rows} == {"Dr. Felix Brandt"}
    assert {row.day.weekday() for row in rows} == {0, 4}
    assert all(row.start_minute >= 840 and row.start_minute + 60 <= 960 for row in rows)
    assert rows[0].day == date(2026, 3, 6)


def test_the_patients_own_visits_and_rules_count(clinic: SmallClinic) -> None:
    clinic.desk.do(schedule.book, wish(TODAY, 780, provider_id=BRANDT))
    rows = clinic.desk.ask(openings, OpeningsQuery(OFFICE_VISIT, patient_id=INES, limit=2))
    assert [row.start_minute for row in rows] == [810, 810]
    yearly = put(clinic, VisitType(name="Physical", minutes=30, min_interval_days=30))
    clinic.desk.do(schedule.book, wish(MONDAY, type_id=yearly))
    (later,) = clinic.desk.ask(openings, OpeningsQuery(yearly, patient_id=INES, limit=1))
    assert later.day == MONDAY + timedelta(days=30)
    clinic.desk.do(visits.arrive, clinic.visit(minute=900))
    with pytest.raises(RefusedError, match="is for new patients"):
        clinic.desk.ask(openings, OpeningsQuery(NEW_PATIENT, patient_id=INES))


def test_why_nothing_is_found_is_the_rule_about_the_patient_where_it_is_that(clinic: SmallClinic) -> None:
    yearly = put(clinic, VisitType(name="Physical", minutes=30, min_interval_days=330))
    clinic.desk.do(schedule.book, wish(MONDAY, type_id=yearly))
    asked = OpeningsQuery(yearly, patient_id=INES)
    assert clinic.desk.ask(openings, asked) == []
    assert clinic.desk.ask(no_openings_because, asked) == (
        f"“Physical” needs 330 days between visits; Inés Castillo has one on {format_date(MONDAY)}. "
        "Choose another type, or type a date and time and give a reason."
    )


def test_an_empty_window_is_named(clinic: SmallClinic) -> None:
    with pytest.raises(InputError, match="does not fit"):
        clinic.desk.ask(openings, OpeningsQuery(OFFICE_VISIT, from_minute=600, to_minute=620))


def test_nobody_free_for_half_a_year_is_an_empty_list(clinic: SmallClinic) -> None:
    assert clinic.desk.ask(openings, OpeningsQuery(OFFICE_VISIT, from_minute=1200)) == []


def test_a_needed_room_is_offered_to_one_at_a_time(clinic: SmallClinic) -> None:
    type_id, room_id = ultrasound(clinic)
    clinic.desk.do(schedule.book, wish(THURSDAY, 480, patient_id=JONAH, provider_id=BRANDT, type_id=type_id))
    rows = clinic.desk.ask(openings, OpeningsQuery(type_id, provider_ids=(OSEI,), earliest=THURSDAY, limit=1))
    assert [(row.start_minute, row.room_id, row.room_name) for row in rows] == [(510, room_id, "Ultrasound")]


busy = st.tuples(
    st.integers(0, 4), st.integers(96, 200), st.integers(1, 24), st.sampled_from((OSEI, BRANDT)), st.booleans()
)
closed = st.tuples(
    st.integers(0, 4), st.integers(96, 190), st.integers(1, 40), st.sampled_from(("absent", "blocked", "extra"))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    visits_put=st.lists(busy, max_size=12),
    exceptions=st.lists(closed, max_size=4),
    length=st.integers(1, 24),
    buffer=st.sampled_from((0, 5, 10)),
    needs_room=st.booleans(),
    holiday=st.integers(0, 4),
)
def test_each_opening_can_be_booked(
    *,
    visits_put: list[tuple[int, int, int, int, bool]],
    exceptions: list[tuple[int, int, int, str]],
    length: int,
    buffer: int,
    needs_room: bool,
    holiday: int,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clinic = small_clinic(Path(folder))

        def fill(work: Work) -> int:
            room = Room(name="Scan room", kind="scan")
            kind = VisitType(
                name="Wished", minutes=length * 5, buffer_before=buffer, buffer_after=buffer,
                room_kind="scan" if needs_room else "",
            )  # fmt: skip
            work.session.add_all([room, kind, Holiday(day=TODAY + timedelta(days=holiday), label="Feast")])
            work.session.flush()
            for day, start, size, provider, in_room in visits_put:
                work.session.add(Visit(
                    patient_id=JONAH, provider_id=provider, type_id=kind.id, day=TODAY + timedelta(days=day),
                    start_minute=start * 5, minutes=size * 5, room_id=room.id if in_room else None,
                    status_since=work.now, booked_at=work.now, booked_by=MAYA,
                ))  # fmt: skip
            for day, start, size, what in exceptions:
                work.session.add(ProviderException(
                    provider_id=OSEI, day=TODAY + timedelta(days=day), start_minute=start * 5,
                    end_minute=(start + size) * 5, kind=what,
                ))  # fmt: skip
            return kind.id

        type_id = clinic.desk.do(fill)
        rows = clinic.desk.ask(openings, OpeningsQuery(type_id, patient_id=INES, limit=60))
        assert rows == sorted(rows, key=lambda row: (row.day, row.start_minute, row.provider_id))
        for row in rows:
            assert clinic.desk.ask(conflicts, _asked(row, type_id)) == []
        for row in rows[:3]:
            found = clinic.desk.do(lambda work, row=row: _try(work, row, type_id))
            assert found == (row.day, row.start_minute)
        clinic.desk.engine.dispose()


def _try(work: Work, row: OpeningRow, type_id: int) -> tuple[date, int]:
    """Book and cancel again, as the first of a list leaves no trace in the next."""
    booked = schedule.book(work, _asked(row, type_id))
    schedule.cancel(work, booked.visit_id, "Provider absent")
    return booked.day, booked.start_minute


def test_a_full_half_year_is_searched_quickly(clinic: SmallClinic) -> None:
    def fill(work: Work) -> None:
        for offset in range(181):
            for start in range(480, 1020, 30):
                for provider in (OSEI, BRANDT):
                    work.session.add(Visit(
                        patient_id=JONAH, provider_id=provider, type_id=OFFICE_VISIT,
                        day=TODAY + timedelta(days=offset), start_minute=start, minutes=30, status_since=work.now,
                        booked_at=work.now, booked_by=MAYA,
                    ))  # fmt: skip

    clinic.desk.do(fill)
    begun = time.perf_counter()
    assert clinic.desk.ask(openings, OpeningsQuery(OFFICE_VISIT)) == []
    assert time.perf_counter() - begun < 2
