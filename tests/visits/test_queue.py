"""The waiting room as a list: order, timers, badges, amounts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event, select

from psc_desk.models.coverage import Coverage
from psc_desk.models.patient import Patient
from psc_desk.models.visit import Status
from psc_desk.queries.queue import QueueRow, queue, queue_summary
from psc_desk.usecases import check_out, schedule, visits
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.check_in import check_in_with_copay
from psc_desk.work import Work
from tests.support.clinic import BRANDT, INES, JONAH, THAO, SmallClinic
from tests.visits.support import copay, open_drawer


def _row(clinic: SmallClinic, visit_id: int) -> QueueRow:
    return next(row for row in clinic.desk.ask(queue) if row.visit_id == visit_id)


def test_here_by_longest_wait_then_late_then_coming_then_done(clinic: SmallClinic) -> None:
    late, coming, done = clinic.visit(THAO, 11 * 60), clinic.visit(THAO, 900), clinic.visit(JONAH, 11 * 60, BRANDT)
    first, second, missed = clinic.visit(INES, 720), clinic.visit(JONAH, 720), clinic.visit(INES, 600, BRANDT)
    gone = clinic.visit(INES, 800)
    clinic.desk.do(visits.arrive, second)
    clinic.clock.advance(minutes=3)
    clinic.desk.do(visits.arrive, first)
    clinic.desk.do(schedule.cancel, gone, "Patient ill")
    clinic.desk.do(schedule.mark_missed, missed, "Forgot")
    clinic.desk.do(check_in_with_copay, done, None, "Waived by the provider")
    clinic.desk.do(visits.room, done)
    clinic.desk.do(visits.to_checkout, done)
    clinic.desk.do(visits.finish, done, no_charge_reason="Nurse only")
    clinic.clock.advance(minutes=13)
    rows = clinic.desk.ask(queue)
    assert [row.visit_id for row in rows] == [second, first, late, coming, done, missed]
    assert [(row.waiting_minutes, row.minutes_in_state, row.long) for row in rows[:2]] == [
        (16, 16, True),
        (13, 13, False),
    ]
    assert (rows[2].minutes_late, rows[2].late) == (76, True)
    assert (rows[4].waiting_minutes, rows[4].minutes_in_state) == (0, 0)
    counted = queue_summary(rows)
    assert (counted.here, counted.waiting, counted.long, counted.late, counted.upcoming, counted.done) == (
        2,
        2,
        1,
        1,
        1,
        1,
    )
    assert counted.longest_wait_minutes == 16


def test_one_providers_queue(clinic: SmallClinic) -> None:
    clinic.visit()
    mine = clinic.visit(JONAH, 800, BRANDT)
    assert [row.visit_id for row in clinic.desk.ask(queue, provider_id=BRANDT)] == [mine]


def test_badges_say_what_is_to_be_done(clinic: SmallClinic) -> None:
    visit_id, own = clinic.visit(), clinic.visit(JONAH, 840)
    badges = [(badge.kind, badge.text) for badge in _row(clinic, visit_id).badges]
    assert badges == [("warn", "Coverage not verified"), ("warn", "Not confirmed"), ("warn", "Details not verified")]
    assert _row(clinic, own).badges[0].text == "Self-pay"

    def verify(work: Work) -> None:
        coverage = work.session.scalars(select(Coverage).where(Coverage.patient_id == INES)).one()
        coverage.verified_on = date(2026, 2, 1)
        work.get(Patient, INES).verified_on = date(2026, 2, 1)

    clinic.desk.do(verify)
    clinic.desk.do(schedule.confirm, visit_id, "by phone")
    row = _row(clinic, visit_id)
    assert [(badge.kind, badge.text) for badge in row.badges] == [("ok", "Coverage ✓")]
    assert row.confirmed

    def end(work: Work) -> None:
        work.session.scalars(select(Coverage).where(Coverage.patient_id == INES)).one().ends_on = date(2026, 3, 1)

    clinic.desk.do(end)
    assert [(badge.kind, badge.text) for badge in _row(clinic, visit_id).badges] == [("bad", "No coverage")]


def test_amounts_follow_the_money(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    visit_id = clinic.visit()
    assert (_row(clinic, visit_id).amount_text, _row(clinic, visit_id).copay_due_cents) == ("$25 co-pay", 2500)
    clinic.desk.do(check_in_with_copay, visit_id, copay(visit_id))
    assert (_row(clinic, visit_id).amount_text, _row(clinic, visit_id).copay_due_cents) == ("paid", 0)
    clinic.desk.do(visits.room, visit_id)
    clinic.desk.do(check_out.begin_check_out, visit_id)
    clinic.desk.do(post_charges, visit_id, [ChargeInput("LAB"), ChargeInput("OV")], key="charges")
    row = _row(clinic, visit_id)
    assert (row.amount_text, row.balance_cents, row.status) == ("$140.50 balance", 14050, Status.CHECKOUT)


def test_a_reason_ends_the_asking(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    clinic.desk.do(check_in_with_copay, visit_id, None, "Forgot wallet")
    assert (_row(clinic, visit_id).amount_text, _row(clinic, visit_id).copay_due_cents) == ("", 0)


def test_the_number_of_statements_does_not_grow_with_the_visits(clinic: SmallClinic) -> None:
    def count() -> int:
        statements: list[str] = []
        engine = clinic.desk.engine

        def listen(conn, cursor, statement, *rest) -> None:
            statements.extend([statement] * statement.startswith("SELECT"))

        event.listen(engine, "before_cursor_execute", listen)
        clinic.desk.ask(queue)
        event.remove(engine, "before_cursor_execute", listen)
        return len(statements)

    clinic.visit()
    count()
    few = count()
    for minute in range(480, 1000, 20):
        clinic.visit(JONAH if minute % 40 else THAO, minute, BRANDT)
    assert count() == few
