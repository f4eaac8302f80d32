"""Statuses, undo, walk-ins, check-out and the summary."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from psc_desk.errors import InputError, OverridableError, RefusedError
from psc_desk.events import VisitStatusChanged
from psc_desk.models.patient import Document
from psc_desk.models.visit import NEXT, Status, Visit
from psc_desk.queries.schedule import history
from psc_desk.queries.visit import check_out_view, visit_summary_data
from psc_desk.usecases import check_out, payments, schedule, visits
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.check_in import check_in_with_copay
from psc_desk.work import Read, Work
from tests.support.clinic import INES, JONAH, OFFICE_VISIT, OSEI, TODAY, SmallClinic
from tests.visits.support import copay, open_drawer, status_of

THURSDAY = TODAY + timedelta(days=1)


def _to_room(clinic: SmallClinic, visit_id: int) -> None:
    clinic.desk.do(check_in_with_copay, visit_id, None, "Forgot wallet")
    clinic.desk.do(visits.room, visit_id)


def test_only_todays_visits_arrive(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(schedule.book, schedule.BookingInput(INES, OSEI, OFFICE_VISIT, THURSDAY, 540))
    with pytest.raises(RefusedError, match="This visit is on 03/05/2026, not today"):
        clinic.desk.do(visits.arrive, booked.visit_id)


def test_no_status_passes_its_own_rule_by(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    clinic.desk.do(visits.arrive, visit_id)
    with pytest.raises(RefusedError, match="with F4"):
        clinic.desk.do(visits.set_status, visit_id, Status.CHECKED_IN)
    with pytest.raises(InputError, match="left without being seen"):
        clinic.desk.do(visits.left_unseen, visit_id, "")
    with pytest.raises(RefusedError, match="was not seen yet"):
        clinic.desk.do(check_out.begin_check_out, visit_id)
    with pytest.raises(RefusedError, match="already marked arrived"):
        clinic.desk.do(visits.arrive, visit_id)
    assert status_of(clinic, visit_id) is Status.ARRIVED


@pytest.mark.parametrize("start", list(Status))
@pytest.mark.parametrize("wanted", list(Status))
def test_what_the_machine_does_not_know_is_refused(clinic: SmallClinic, start: Status, wanted: Status) -> None:
    visit_id = clinic.visit(minute=700)

    def stand(work: Work) -> None:
        visit = work.get(Visit, visit_id)
        visit.status = start
        visit.no_charge_reason = "Nurse only"

    clinic.desk.do(stand)
    allowed = wanted in NEXT[start] and (start, wanted) != (Status.ARRIVED, Status.CHECKED_IN)
    if wanted in (Status.CANCELLED, Status.LATE_CANCELLED):
        allowed = Status.CANCELLED in NEXT[start]
    if not allowed:
        with pytest.raises(RefusedError):
            clinic.desk.do(visits.set_status, visit_id, wanted, "Because")
        assert status_of(clinic, visit_id) is start
        return
    clinic.desk.do(visits.set_status, visit_id, wanted, "" if wanted is Status.DONE else "Because")
    reached = Status.LATE_CANCELLED if wanted is Status.CANCELLED else wanted
    assert status_of(clinic, visit_id) is reached


def test_undo_brings_back_status_and_times(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    change_id = clinic.desk.do(visits.arrive, visit_id)
    clinic.clock.advance(minutes=9)
    undone = clinic.desk.do(visits.undo_status, change_id)

    def times(read: Read) -> tuple[object, object]:
        visit = read.get(Visit, visit_id)
        return visit.arrived_at, visit.status_since

    assert clinic.desk.ask(times) == (None, clinic.clock.now() - timedelta(minutes=9))
    assert status_of(clinic, visit_id) is Status.BOOKED
    assert clinic.happened[-1] == VisitStatusChanged(
        patient_id=INES, visit_id=visit_id, status="booked", change_id=undone
    )
    assert [(row.sentence, row.undone) for row in clinic.desk.ask(history, visit_id)] == [
        ("Took it back to booked", False),
        ("Arrived", True),
    ]
    with pytest.raises(RefusedError, match="was an undo"):
        clinic.desk.do(visits.undo_status, undone)
    with pytest.raises(RefusedError, match="Something else"):
        clinic.desk.do(visits.undo_status, change_id)


def test_undo_after_ten_minutes_is_refused(clinic: SmallClinic) -> None:
    change_id = clinic.desk.do(visits.arrive, clinic.visit())
    clinic.clock.advance(minutes=10, seconds=1)
    with pytest.raises(RefusedError, match="ten minutes"):
        clinic.desk.do(visits.undo_status, change_id)


def test_undo_steps_back_one_by_one(clinic: SmallClinic) -> None:
    visit_id = clinic.visit(JONAH)
    checked_in = clinic.desk.do(check_in_with_copay, visit_id).change_id
    in_room = clinic.desk.do(visits.room, visit_id)
    with pytest.raises(RefusedError):
        clinic.desk.do(visits.undo_status, checked_in)
    clinic.desk.do(visits.undo_status, in_room)
    clinic.desk.do(visits.undo_status, checked_in)
    assert status_of(clinic, visit_id) is Status.ARRIVED


def test_a_cancellation_is_not_undone_over_someone_else(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(schedule.book, schedule.BookingInput(INES, OSEI, OFFICE_VISIT, THURSDAY, 540))
    change_id = clinic.desk.do(schedule.cancel, booked.visit_id, "Conflict")
    other = clinic.desk.do(schedule.book, schedule.BookingInput(JONAH, OSEI, OFFICE_VISIT, THURSDAY, 540))
    with pytest.raises(RefusedError, match=r"given away.*Whitfield"):
        clinic.desk.do(visits.undo_status, change_id)
    clinic.desk.do(schedule.cancel, other.visit_id, "Conflict")
    clinic.desk.do(visits.undo_status, change_id)
    assert status_of(clinic, booked.visit_id) is Status.BOOKED


def test_a_move_cannot_be_undone_as_a_status(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(schedule.book, schedule.BookingInput(INES, OSEI, OFFICE_VISIT, THURSDAY, 540))
    (row,) = clinic.desk.ask(history, booked.visit_id)
    with pytest.raises(RefusedError, match="Only a change of status"):
        clinic.desk.do(visits.undo_status, row.change_id)


def test_a_walk_in_is_booked_now_and_has_arrived(clinic: SmallClinic) -> None:
    clinic.clock.advance(minutes=93)
    booked = clinic.desk.do(visits.walk_in, JONAH, OSEI, OFFICE_VISIT)
    assert (booked.day, booked.start_minute) == (TODAY, 13 * 60 + 30)
    assert status_of(clinic, booked.visit_id) is Status.ARRIVED
    with pytest.raises(OverridableError, match="is booked 1:30 pm to 2:00 pm with Whitfield, Jonah"):
        clinic.desk.do(visits.walk_in, INES, OSEI, OFFICE_VISIT)
    second = clinic.desk.do(visits.walk_in_anyway, INES, OSEI, OFFICE_VISIT, override_reason="Fever")
    assert status_of(clinic, second.visit_id) is Status.ARRIVED


def test_who_is_here_does_not_move_to_another_day(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    clinic.desk.do(visits.arrive, visit_id)
    with pytest.raises(RefusedError, match="is here now"):
        clinic.desk.do(schedule.move, visit_id, THURSDAY, 540)
    assert clinic.desk.do(schedule.move, visit_id, TODAY, 840).start_minute == 840


def test_check_out_needs_charges_or_a_reason(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    _to_room(clinic, visit_id)
    view = clinic.desk.do(check_out.begin_check_out, visit_id)
    assert view.status is Status.CHECKOUT
    assert [(code.code, code.usual) for code in view.codes] == [("INJ", False), ("LAB", False), ("OV", True)]
    assert view.missing
    with pytest.raises(RefusedError, match="Nothing is charged yet"):
        clinic.desk.do(visits.finish, visit_id)
    clinic.desk.do(post_charges, visit_id, [ChargeInput("OV"), ChargeInput("LAB")], key="charges")
    with pytest.raises(RefusedError, match="has charges"):
        clinic.desk.do(visits.finish, visit_id, no_charge_reason="Nurse only")
    view = clinic.desk.ask(check_out_view, visit_id)
    assert (view.charges_cents, view.balance_cents, view.missing) == (16550, 16550, ())
    clinic.desk.do(visits.finish, visit_id)
    assert status_of(clinic, visit_id) is Status.DONE


def test_a_reason_for_no_charge_is_kept(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    _to_room(clinic, visit_id)
    clinic.desk.do(check_out.begin_check_out, visit_id)
    clinic.desk.do(visits.finish, visit_id, no_charge_reason="Nurse only")
    assert clinic.desk.ask(check_out_view, visit_id).no_charge_reason == "Nurse only"
    assert [row.what for row in clinic.desk.ask(history, visit_id)][:2] == ["status", "no charge"]


def test_the_summary_speaks_the_patients_language_and_is_filed(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    visit_id = clinic.visit()
    clinic.desk.do(check_in_with_copay, visit_id, copay(visit_id))
    clinic.desk.do(visits.room, visit_id)
    clinic.desk.do(check_out.begin_check_out, visit_id)
    clinic.desk.do(post_charges, visit_id, [ChargeInput("OV")], key="charges")
    clinic.desk.do(visits.write_summary, visit_id, "Beba agua.\n", "Ibuprofeno 400 mg\n\nRadiografía")
    clinic.desk.do(visits.write_summary, visit_id, "Beba agua.", "Ibuprofeno 400 mg\n\nRadiografía")
    later = clinic.desk.do(schedule.book, schedule.BookingInput(INES, OSEI, OFFICE_VISIT, THURSDAY, 540))
    data = clinic.desk.ask(visit_summary_data, visit_id)
    assert (data.language, data.visit_type, data.medications_orders) == (
        "es", "Consulta", ("Ibuprofeno 400 mg", "Radiografía"),
    )  # fmt: skip
    assert data.charges == (("Office visit", 12000),)
    assert data.payments == (("Copago, efectivo", 2500),)
    assert data.balance == 9500
    assert [(row.day, row.minute) for row in data.next_visits] == [(later.day, 540)]
    content = clinic.desk.do(check_out.make_visit_summary, visit_id)
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert "Inés Castillo" in text
    assert "Beba agua." in text
    filed = clinic.desk.ask(lambda read: read.session.scalars(select(Document)).one())
    assert (filed.category, filed.visit_id, filed.size) == ("summary", visit_id, len(content))
    assert [row.what for row in clinic.desk.ask(history, visit_id)].count("summary") == 1


def test_the_summary_in_english(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    visit_id = clinic.visit(JONAH)
    paid = clinic.desk.do(payments.take_payment, copay(visit_id, 1000, patient_id=JONAH))
    clinic.desk.do(payments.void_payment, paid.payment_id, key="void", reason="Wrong patient")
    data = clinic.desk.ask(visit_summary_data, visit_id)
    assert (data.language, data.visit_type) == ("en", "Office visit")
    assert [cents for _, cents in data.payments] == [1000, -1000]
    assert data.payments[0][0].startswith("Co-pay, cash")
