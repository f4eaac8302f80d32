"""Booking, moving, cancelling: what is written, said and refused."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from psc_desk.engine import make_engine
from psc_desk.errors import AccessError, ConflictError, DeskError, InputError, OverridableError, RefusedError
from psc_desk.events import VisitBooked, VisitChanged, VisitMoved, VisitStatusChanged
from psc_desk.models.audit import AuditRow
from psc_desk.models.clinic import VisitType
from psc_desk.models.staff import Role, StaffMember
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.schedule import history, read_back
from psc_desk.usecases import schedule
from psc_desk.work import Desk, Read
from tests.schedule.support import MONDAY, THURSDAY, language, put, ultrasound, wish
from tests.support.clinic import BRANDT, INES, JONAH, KEY, LEO, MAYA, OSEI, TODAY, SmallClinic, small_clinic


def status_of(clinic: SmallClinic, visit_id: int) -> Status:
    return clinic.desk.ask(lambda read: read.get(Visit, visit_id).status)


def test_a_booking_leaves_history_audit_and_event(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(schedule.book, wish(reason="Cough"))
    assert [(row.what, row.staff) for row in clinic.desk.ask(history, booked.visit_id)] == [("booked", "Maya Okafor")]
    assert clinic.happened == [VisitBooked(patient_id=INES, visit_id=booked.visit_id)]
    said = clinic.desk.ask(lambda read: read.session.scalars(select(AuditRow.sentence)).all())
    assert said[-1] == ("Maya Okafor booked the visit of Castillo, Inés on 03/05/2026 at 9:00 am with Dr. Amara Osei")


def test_read_back_in_english_and_spanish(clinic: SmallClinic) -> None:
    follow_up = put(clinic, VisitType(
        name="Blood test", name_es="Análisis de sangre", minutes=15, preparation="Do not eat for eight hours.",
        preparation_es="No coma durante ocho horas.",
    ))  # fmt: skip
    spanish = clinic.desk.do(schedule.book, wish(type_id=follow_up, start=780))
    assert spanish.language == "es"
    assert spanish.lines[1] == "Jueves, 03/05/2026, a la 1:00 pm, 15 minutos."
    assert spanish.lines[2] == "Con Dr. Amara Osei: Análisis de sangre."
    assert spanish.lines[-1] == "No coma durante ocho horas."
    language(clinic, INES, "vi")
    english = clinic.desk.ask(read_back, spanish.visit_id)
    assert english.language == "en"
    assert english.lines[:3] == (
        "Inés Castillo, born 04/18/1987.",
        "Thursday, 03/05/2026, at 1:00 pm, for 15 minutes.",
        "With Dr. Amara Osei: Blood test.",
    )
    assert english.lines[3] == "At Riverside Family Clinic, 12 River Rd, Salem, MA 01970."
    assert english.lines[-1] == "Do not eat for eight hours."


def test_a_needed_room_is_found_and_kept_on_a_move(clinic: SmallClinic) -> None:
    type_id, room_id = ultrasound(clinic)
    booked = clinic.desk.do(schedule.book, wish(type_id=type_id))
    assert (booked.room_id, booked.room_name) == (room_id, "Ultrasound")
    moved = clinic.desk.do(schedule.move, booked.visit_id, MONDAY, 600)
    assert (moved.day, moved.start_minute, moved.room_id) == (MONDAY, 600, room_id)


def test_a_move_writes_what_was_and_what_is(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(schedule.book, wish())
    moved = clinic.desk.do(schedule.move, booked.visit_id, MONDAY, 600, provider_id=BRANDT, seen_version=booked.version)
    assert (moved.day, moved.start_minute, moved.provider_id) == (MONDAY, 600, BRANDT)
    assert moved.version == booked.version + 1
    assert isinstance(clinic.happened[-1], VisitMoved)
    row = clinic.desk.ask(lambda read: read.session.scalars(select(AuditRow).order_by(AuditRow.seq)).all())[-1]
    assert row.data["before"] == {"day": "2026-03-05", "time": "9:00 am", "provider_id": OSEI}
    assert row.data["after"] == {"day": "2026-03-09", "time": "10:00 am", "provider_id": BRANDT}
    assert row.sentence.endswith("to 03/09/2026 at 10:00 am for 30 minutes with Dr. Felix Brandt")


def test_a_stale_move_is_refused(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(schedule.book, wish())
    clinic.desk.do(schedule.move, booked.visit_id, THURSDAY, 600, seen_version=booked.version)
    with pytest.raises(ConflictError, match="Someone else changed this"):
        clinic.desk.do(schedule.move, booked.visit_id, THURSDAY, 660, seen_version=booked.version)


def test_a_move_onto_another_visit_needs_a_reason(clinic: SmallClinic) -> None:
    clinic.desk.do(schedule.book, wish(patient_id=JONAH))
    booked = clinic.desk.do(schedule.book, wish(start=600))
    with pytest.raises(OverridableError, match="Whitfield, Jonah"):
        clinic.desk.do(schedule.move, booked.visit_id, THURSDAY, 540)
    with pytest.raises(InputError):
        clinic.desk.do(schedule.move_anyway, booked.visit_id, THURSDAY, 540, reason=" ")
    clinic.desk.do(schedule.move_anyway, booked.visit_id, THURSDAY, 540, reason="Same family")
    assert clinic.desk.ask(history, booked.visit_id)[0].reason == "Same family"


def test_resize_checks_what_it_grows_into(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(schedule.book, wish())
    clinic.desk.do(schedule.book, wish(patient_id=JONAH, start=585))
    assert clinic.desk.do(schedule.resize, booked.visit_id, 45).minutes == 45
    with pytest.raises(OverridableError, match="Whitfield"):
        clinic.desk.do(schedule.resize, booked.visit_id, 60)
    assert clinic.desk.do(schedule.resize_anyway, booked.visit_id, 60, reason="Interpreter").minutes == 60


def test_a_copy_is_a_booking_of_its_own(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(schedule.book, wish(reason="Cough"))
    copied = clinic.desk.do(schedule.copy, booked.visit_id, MONDAY, 540)
    assert copied.visit_id != booked.visit_id
    assert clinic.desk.ask(lambda read: read.get(Visit, copied.visit_id).reason) == "Cough"
    with pytest.raises(OverridableError):
        clinic.desk.do(schedule.copy, booked.visit_id, MONDAY, 540)


@pytest.mark.parametrize(
    ("day", "start", "reason", "status"),
    [
        (THURSDAY, 719, "Patient ill", Status.LATE_CANCELLED),
        (THURSDAY, 720, "Patient ill", Status.CANCELLED),
        (TODAY, 780, "Provider absent", Status.CANCELLED),
        (TODAY, 780, "Transport", Status.LATE_CANCELLED),
    ],
)
def test_a_cancellation_is_late_within_a_day(
    clinic: SmallClinic, day: date, start: int, reason: str, status: Status
) -> None:
    booked = clinic.desk.do(schedule.book_anyway, wish(day, start), "Odd time")
    clinic.desk.do(schedule.cancel, booked.visit_id, reason, "Called at noon")
    assert status_of(clinic, booked.visit_id) is status
    assert clinic.desk.ask(lambda read: read.get(Visit, booked.visit_id).note) == "Called at noon"
    with pytest.raises(RefusedError):
        clinic.desk.do(schedule.move, booked.visit_id, MONDAY, 600)


def test_a_cancellation_needs_a_reason(clinic: SmallClinic) -> None:
    with pytest.raises(InputError):
        clinic.desk.do(schedule.cancel, clinic.visit(), "")


def test_a_visit_is_missed_only_after_its_time(clinic: SmallClinic) -> None:
    visit_id = clinic.visit(minute=780)
    with pytest.raises(RefusedError, match="has not begun"):
        clinic.desk.do(schedule.mark_missed, visit_id, "Forgot")
    clinic.clock.advance(minutes=61)
    change_id = clinic.desk.do(schedule.mark_missed, visit_id, "Forgot")
    assert clinic.happened[-1] == VisitStatusChanged(
        patient_id=INES, visit_id=visit_id, status="missed", change_id=change_id
    )


def test_confirmation_is_no_status(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    clinic.desk.do(schedule.confirm, visit_id, "by phone, with the patient")
    assert status_of(clinic, visit_id) is Status.BOOKED
    assert isinstance(clinic.happened[-1], VisitChanged)
    with pytest.raises(InputError):
        clinic.desk.do(schedule.confirm, visit_id, "")


def test_edits_are_kept_in_the_history(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    clinic.desk.do(schedule.change_visit, visit_id, reason="Cough", note="Wheelchair")
    clinic.desk.do(schedule.change_visit, visit_id, reason="Cough")
    rows = clinic.desk.ask(history, visit_id)
    assert [row.what for row in rows] == ["edited"]
    assert "reason  → Cough" in rows[0].sentence


def test_providers_do_not_change_the_schedule(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = put(clinic, StaffMember(
        name="Dr. Osei", role=Role.PROVIDER, password_hash="", pin_hash="", created_at=clinic.clock.now()
    ))  # fmt: skip
    with pytest.raises(AccessError):
        clinic.desk.do(schedule.book, wish())


def test_two_desks_and_one_last_opening(tmp_path: Path) -> None:
    clinic = small_clinic(tmp_path)
    desks = [Desk(make_engine(tmp_path / "desk.db", KEY), clinic.clock, name=f"Desk {n}") for n in (1, 2)]
    answers: list[object] = []
    start = threading.Barrier(2)

    def take(desk: Desk, actor_id: int, patient_id: int) -> None:
        desk.actor_id = actor_id
        start.wait()
        try:
            answers.append(desk.do(schedule.book, wish(patient_id=patient_id)))
        except DeskError as error:
            answers.append(error)

    threads = [threading.Thread(target=take, args=args) for args in ((desks[0], MAYA, INES), (desks[1], LEO, JONAH))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["BookedRow", "ConflictError"]
    (refused,) = [answer for answer in answers if isinstance(answer, ConflictError)]
    assert "9:00 am on 03/05/2026 with Dr. Amara Osei was just taken by" in str(refused)
    count = clinic.desk.ask(_count)
    assert count == 1
    for desk in (*desks, clinic.desk):
        desk.engine.dispose()


def _count(read: Read) -> int:
    return read.session.scalar(select(func.count()).select_from(Visit)) or 0
