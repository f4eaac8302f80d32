"""Each conflict is named by its true cause, and by no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from psc_desk.errors import ConflictError, DeskError, InputError, OverridableError, RefusedError
from psc_desk.models.clinic import Holiday, ProviderException, VisitType, VisitTypeProvider
from psc_desk.models.visit import Status
from psc_desk.queries.schedule import conflicts
from psc_desk.schedule_rules import BookingInput, Cause
from psc_desk.usecases import schedule, visits
from tests.schedule.support import MONDAY, THURSDAY, put, ultrasound, wish
from tests.support.clinic import BRANDT, INES, JONAH, LEO, NEW_PATIENT, OSEI, TODAY, SmallClinic

Arrange = Callable[[SmallClinic], BookingInput]


def _holiday(c: SmallClinic) -> BookingInput:
    put(c, Holiday(day=THURSDAY, label="Founders' Day"))
    return wish()


def _exception(kind: str) -> Arrange:
    def arrange(c: SmallClinic) -> BookingInput:
        put(
            c,
            ProviderException(
                provider_id=OSEI, day=THURSDAY, start_minute=540, end_minute=600, kind=kind, label="Jury"
            ),
        )
        return wish()

    return arrange


def _booked(c: SmallClinic) -> BookingInput:
    c.desk.do(schedule.book, wish(patient_id=JONAH))
    return wish(start=555)


def _patient_busy(c: SmallClinic) -> BookingInput:
    c.desk.do(schedule.book, wish(provider_id=BRANDT))
    return wish(start=555)


def _buffer(c: SmallClinic) -> BookingInput:
    long_one = put(c, VisitType(name="Procedure", minutes=30, buffer_after=15))
    c.desk.do(schedule.book, wish(patient_id=JONAH, type_id=long_one))
    return wish(start=570)


def _room_taken(c: SmallClinic) -> BookingInput:
    type_id, room_id = ultrasound(c)
    c.desk.do(schedule.book, wish(patient_id=JONAH, provider_id=BRANDT, type_id=type_id))
    return wish(type_id=type_id, room_id=room_id)


def _no_room(c: SmallClinic) -> BookingInput:
    type_id, _ = ultrasound(c)
    c.desk.do(schedule.book, wish(patient_id=JONAH, provider_id=BRANDT, type_id=type_id))
    return wish(type_id=type_id)


def _seen_before(c: SmallClinic) -> BookingInput:
    visit_id = c.visit(minute=12 * 60 + 5)
    c.desk.do(visits.arrive, visit_id)
    return wish(type_id=NEW_PATIENT)


def _never_seen(c: SmallClinic) -> BookingInput:
    return wish(type_id=put(c, VisitType(name="Follow-up", minutes=15, patient_rule="established")))


def _too_soon(c: SmallClinic) -> BookingInput:
    yearly = put(c, VisitType(name="Physical", minutes=30, min_interval_days=365))
    c.desk.do(schedule.book, wish(type_id=yearly))
    return wish(day=MONDAY, type_id=yearly)


def _not_given(c: SmallClinic) -> BookingInput:
    scan = put(c, VisitType(name="Scan", minutes=30))
    put(c, VisitTypeProvider(visit_type_id=scan, provider_id=BRANDT))
    return wish(type_id=scan)


TABLE: list[tuple[str, Arrange, set[Cause], str]] = [
    ("free", lambda c: wish(), set(), ""),
    ("holiday", _holiday, {Cause.HOLIDAY}, "Founders' Day"),
    ("weekend", lambda c: wish(date(2026, 3, 7)), {Cause.CLOSED, Cause.NOT_WORKING}, "closed all day"),
    ("early", lambda c: wish(start=450), {Cause.CLOSED, Cause.NOT_WORKING}, "open from 8:00 am to 5:00 pm"),
    ("lunch", lambda c: wish(start=705), {Cause.LUNCH}, "at lunch 12:00 pm to 1:00 pm"),
    ("absent", _exception("absent"), {Cause.ABSENT}, "is absent 9:00 am to 10:00 am (Jury)"),
    ("blocked", _exception("blocked"), {Cause.BLOCKED}, "has this time blocked"),
    ("booked", _booked, {Cause.BOOKED}, "booked 9:00 am to 9:30 am with Whitfield, Jonah"),
    ("buffer", _buffer, {Cause.BOOKED}, "needs time before and after"),
    ("patient busy", _patient_busy, {Cause.PATIENT_BUSY}, "Castillo, Inés already has a visit"),
    ("room taken", _room_taken, {Cause.ROOM_TAKEN}, "Ultrasound is taken"),
    ("no room", _no_room, {Cause.NO_ROOM}, "No ultrasound room is free"),
    ("new only", _seen_before, {Cause.NEW_ONLY}, "was seen before"),
    ("established only", _never_seen, {Cause.ESTABLISHED_ONLY}, "not seen here"),
    ("interval", _too_soon, {Cause.TOO_SOON}, "needs 365 days"),
    ("not given", _not_given, {Cause.NOT_GIVEN}, "It is given by Dr. Felix Brandt"),
    ("passed today", lambda c: wish(TODAY, 660), {Cause.PAST}, "It is 12:00 pm now"),
    ("yesterday", lambda c: wish(TODAY - timedelta(days=1)), {Cause.PAST}, "in the past"),
    ("year typed wrong", lambda c: wish(date(2062, 3, 6)), {Cause.TOO_FAR}, "Check the year"),
]


@pytest.mark.parametrize(("arrange", "causes", "words"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_true_cause(clinic: SmallClinic, arrange: Arrange, causes: set[Cause], words: str) -> None:
    asked = arrange(clinic)
    rows = clinic.desk.ask(conflicts, asked)
    assert {row.cause for row in rows} == causes
    assert words in " ".join(row.sentence for row in rows)
    if not rows:
        assert clinic.desk.do(schedule.book, asked).day == asked.day
        return
    with pytest.raises(RefusedError) as refused:
        clinic.desk.do(schedule.book, asked)
    overridable = all(row.overridable for row in rows)
    assert isinstance(refused.value, OverridableError) is overridable
    if overridable:
        booked = clinic.desk.do(schedule.book_anyway, asked, "The doctor said so")
        assert clinic.desk.ask(conflicts, asked, booked.visit_id) != []
    else:
        with pytest.raises(RefusedError):
            clinic.desk.do(schedule.book_anyway, asked, "The doctor said so")


def test_extra_hours_open_a_closed_day(clinic: SmallClinic) -> None:
    saturday = date(2026, 3, 7)
    put(clinic, ProviderException(provider_id=OSEI, day=saturday, start_minute=540, end_minute=660, kind="extra"))
    assert clinic.desk.ask(conflicts, wish(saturday)) == []
    assert {row.cause for row in clinic.desk.ask(conflicts, wish(saturday, 645))} == {Cause.CLOSED, Cause.NOT_WORKING}


@pytest.mark.parametrize(
    ("start", "minutes", "field"),
    [(-5, 30, "time"), (1440, 30, "time"), (540, 0, "minutes"), (540, 601, "minutes"), (1425, 30, "time")],
)
def test_impossible_times_name_their_field(clinic: SmallClinic, start: int, minutes: int, field: str) -> None:
    with pytest.raises(InputError) as wrong:
        clinic.desk.do(schedule.book, wish(start=start, minutes=minutes))
    assert wrong.value.field == field


def test_an_hour_that_the_clocks_skip_is_refused(clinic: SmallClinic) -> None:
    spring = date(2026, 3, 8)
    rows = clinic.desk.ask(conflicts, wish(spring, 150))
    assert Cause.NO_SUCH_TIME in {row.cause for row in rows}
    with pytest.raises(RefusedError, match="There is no 2:30 am on 03/08/2026"):
        clinic.desk.do(schedule.book_anyway, wish(spring, 150), "Night clinic")
    autumn = date(2026, 11, 1)
    assert Cause.NO_SUCH_TIME not in {row.cause for row in clinic.desk.ask(conflicts, wish(autumn, 90))}
    booked = clinic.desk.do(schedule.book_anyway, wish(spring, 90, minutes=120), "Night clinic")
    assert (booked.start_minute, booked.minutes) == (90, 120)


def test_the_second_taker_is_told_who_took_it(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = LEO
    clinic.desk.do(schedule.book, wish(patient_id=JONAH))
    clinic.desk.actor_id = 1
    with pytest.raises(ConflictError, match="just taken by Leo Marsh for Whitfield, Jonah"):
        clinic.desk.do(schedule.book, wish())
    clinic.clock.advance(minutes=3)
    with pytest.raises(OverridableError, match="is booked 9:00 am to 9:30 am with Whitfield, Jonah"):
        clinic.desk.do(schedule.book, wish())


def test_a_cancelled_visit_frees_provider_room_and_patient(clinic: SmallClinic) -> None:
    type_id, _ = ultrasound(clinic)
    booked = clinic.desk.do(schedule.book, wish(type_id=type_id))
    clinic.desk.do(schedule.cancel, booked.visit_id, "Provider absent")
    assert clinic.desk.do(schedule.book, wish(type_id=type_id)).room_id == booked.room_id


def test_sentences_never_hold_a_status_name(clinic: SmallClinic) -> None:
    asked = _booked(clinic)
    rows = clinic.desk.ask(conflicts, asked)
    assert rows
    assert not any(status.value in row.sentence for row in rows for status in Status if "_" in status.value)


def test_nothing_is_written_when_refused(clinic: SmallClinic) -> None:
    before = len(clinic.happened)
    with pytest.raises(DeskError):
        clinic.desk.do(schedule.book, wish(start=705, patient_id=INES))
    assert len(clinic.happened) == before
