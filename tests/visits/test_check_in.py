"""The guided check-in: steps, what is missing, co-pay, self-pay, one call."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from psc_desk.errors import ConflictError, InputError, RefusedError
from psc_desk.events import CheckInSaved, CoverageChanged
from psc_desk.models.coverage import Coverage
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.models.visit import Status
from psc_desk.queries.check_in import Step, check_in
from psc_desk.usecases import check_in as desk_check_in
from psc_desk.usecases import payments, visits
from psc_desk.usecases.check_in import (
    Seen,
    begin_check_in,
    check_in_with_copay,
    choose_self_pay,
    confirm_coverage,
    confirm_demographics,
    finish_check_in,
    record_copay,
    skip_copay,
    tick_identity,
)
from psc_desk.work import Work
from tests.support.clinic import INES, JONAH, TODAY, SmallClinic
from tests.visits.support import copay, open_drawer, status_of


def _coverage(clinic: SmallClinic, patient_id: int, **fields: object) -> None:
    def change(work: Work) -> None:
        found = work.session.scalars(select(Coverage).where(Coverage.patient_id == patient_id)).one()
        for key, value in fields.items():
            setattr(found, key, value)

    clinic.desk.do(change)


def test_step_by_step_and_taken_up_again(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    visit_id = clinic.visit()
    row = clinic.desk.do(begin_check_in, visit_id)
    assert status_of(clinic, visit_id) is Status.ARRIVED
    assert row.next_step is Step.IDENTITY
    assert clinic.desk.do(tick_identity, visit_id, True, False).next_step is Step.IDENTITY
    assert clinic.desk.do(tick_identity, visit_id, True, True).next_step is Step.DEMOGRAPHICS
    row = clinic.desk.do(confirm_demographics, visit_id)
    assert row.demographics.verified_on == TODAY
    assert row.next_step is Step.COVERAGE
    assert row.coverage is not None
    assert clinic.desk.do(confirm_coverage, visit_id, row.coverage.id).next_step is Step.COPAY
    assert clinic.desk.ask(check_in, visit_id).copay_open_cents == 2500
    done = clinic.desk.do(payments.take_payment, copay(visit_id))
    row = clinic.desk.do(record_copay, visit_id, done.payment_id)
    assert (row.copay_open_cents, row.missing) == (0, ())
    finished = clinic.desk.do(finish_check_in, visit_id)
    assert finished.row.finished
    assert status_of(clinic, visit_id) is Status.CHECKED_IN
    assert sum(isinstance(event, CheckInSaved) for event in clinic.happened) == 6


def test_finishing_names_every_missing_step(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    clinic.desk.do(begin_check_in, visit_id)
    with pytest.raises(RefusedError) as refused:
        clinic.desk.do(finish_check_in, visit_id)
    for words in ("tick both", "Read back the address", "See the card of Blue Harbor PPO"):
        assert words in str(refused.value)
    clinic.desk.do(tick_identity, visit_id, True, True)
    clinic.desk.do(confirm_demographics, visit_id)
    clinic.desk.do(confirm_coverage, visit_id, 1)
    with pytest.raises(RefusedError, match=r"Take the co-pay of \$25.00"):
        clinic.desk.do(finish_check_in, visit_id)
    with pytest.raises(InputError):
        clinic.desk.do(skip_copay, visit_id, " ")
    clinic.desk.do(skip_copay, visit_id, "Forgot wallet")
    clinic.desk.do(finish_check_in, visit_id)
    with pytest.raises(RefusedError, match="was checked in already"):
        clinic.desk.do(finish_check_in, visit_id)


def test_details_once_verified_are_only_advised(clinic: SmallClinic) -> None:
    def verify(work: Work) -> None:
        work.get(Patient, INES).verified_on = date(2026, 1, 5)

    clinic.desk.do(verify)
    visit_id = clinic.visit()
    clinic.desk.do(begin_check_in, visit_id)
    row = clinic.desk.do(tick_identity, visit_id, True, True)
    assert row.next_step is Step.DEMOGRAPHICS
    assert [step.step for step in row.must_do] == [Step.COVERAGE]
    assert "last confirmed on 01/05/2026" in row.missing[0].sentence


def test_without_coverage_self_pay_must_be_chosen(clinic: SmallClinic) -> None:
    _coverage(clinic, INES, ends_on=date(2026, 2, 28))
    visit_id = clinic.visit()
    row = clinic.desk.do(begin_check_in, visit_id)
    assert row.coverage is None
    with pytest.raises(RefusedError, match="not in force"):
        clinic.desk.do(confirm_coverage, visit_id, 1)
    with pytest.raises(RefusedError, match="No coverage is in force on this day"):
        clinic.desk.do(check_in_with_copay, visit_id)
    row = clinic.desk.do(choose_self_pay, visit_id)
    assert (row.self_pay, row.coverage is not None, row.copay_due_cents) == (True, True, 0)
    assert any(isinstance(event, CoverageChanged) for event in clinic.happened)
    clinic.desk.do(choose_self_pay, visit_id)
    rows = clinic.desk.ask(lambda read: read.session.scalars(select(Coverage).where(Coverage.patient_id == INES)).all())
    assert [(row.plan_id is None, row.effective_on) for row in rows] == [(False, date(2026, 1, 1)), (True, TODAY)]


def test_self_pay_despite_a_plan_leaves_the_plan_alone(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    row = clinic.desk.do(choose_self_pay, visit_id)
    assert (row.self_pay, row.copay_due_cents, len(row.coverages)) == (True, 0, 1)
    row = clinic.desk.do(confirm_coverage, visit_id, 1)
    assert (row.self_pay, row.copay_due_cents) == (False, 2500)


def test_no_cost_share_from_a_qualified_medicare_beneficiary(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    _coverage(clinic, INES, cost_share_forbidden=True)
    visit_id = clinic.visit()
    row = clinic.desk.do(begin_check_in, visit_id)
    assert (row.cost_share_forbidden, row.copay_due_cents) == (True, 0)
    with pytest.raises(RefusedError, match="Qualified Medicare Beneficiary"):
        clinic.desk.do(check_in_with_copay, visit_id, copay(visit_id))
    clinic.desk.do(check_in_with_copay, visit_id)
    assert status_of(clinic, visit_id) is Status.CHECKED_IN


def test_one_call_takes_money_and_checks_in(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    visit_id = clinic.visit()
    done = clinic.desk.do(check_in_with_copay, visit_id, copay(visit_id))
    assert done.payment is not None
    assert done.payment.job_id is not None
    assert (done.row.copay_open_cents, done.row.copay_payment_id) == (0, done.payment.payment_id)
    assert status_of(clinic, visit_id) is Status.CHECKED_IN
    again = clinic.desk.do(check_in_with_copay, visit_id, copay(visit_id))
    assert (again.payment, again.change_id) == (done.payment, done.change_id)
    assert clinic.desk.ask(lambda read: read.session.scalar(select(func.count()).select_from(Payment))) == 1


def test_a_refused_check_in_takes_no_money(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    visit_id = clinic.visit()
    for payment in (copay(visit_id, 1000), copay(visit_id)):
        with pytest.raises(RefusedError):
            clinic.desk.do(
                check_in_with_copay, visit_id, payment, seen=Seen(birth_date=payment.tenders[0].cents < 2500)
            )
    assert clinic.desk.ask(lambda read: read.session.scalar(select(func.count()).select_from(Payment))) == 0
    assert status_of(clinic, visit_id) is Status.BOOKED


def test_a_co_pay_taken_before_is_recognised(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    visit_id = clinic.visit()
    paid = clinic.desk.do(payments.take_payment, copay(visit_id))
    assert clinic.desk.ask(check_in, visit_id).copay_open_cents == 0
    clinic.desk.do(payments.void_payment, paid.payment_id, key="void-1", reason="Wrong amount")
    row = clinic.desk.ask(check_in, visit_id)
    assert (row.copay_open_cents, row.copay_payment_id) == (2500, None)
    with pytest.raises(RefusedError, match="voided or refunded"):
        clinic.desk.do(record_copay, visit_id, paid.payment_id)


def test_part_of_a_co_pay_needs_the_rest_or_a_reason(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    visit_id = clinic.visit()
    clinic.desk.do(payments.take_payment, copay(visit_id, 1000))
    with pytest.raises(RefusedError, match=r"co-pay of \$15.00"):
        clinic.desk.do(check_in_with_copay, visit_id)
    clinic.desk.do(check_in_with_copay, visit_id, None, "Cannot pay today")
    assert status_of(clinic, visit_id) is Status.CHECKED_IN


def test_a_payment_of_another_visit_is_no_co_pay_of_this_one(clinic: SmallClinic) -> None:
    open_drawer(clinic)
    mine, other = clinic.visit(), clinic.visit(JONAH, 840)
    paid = clinic.desk.do(payments.take_payment, copay(other, patient_id=JONAH))
    with pytest.raises(RefusedError, match="not the co-pay of this visit"):
        clinic.desk.do(record_copay, mine, paid.payment_id)
    balance = clinic.desk.do(
        payments.take_payment,
        payments.PaymentInput("key", 1, INES, PaymentKind.PREPAYMENT, copay(mine).tenders, mine),
    )
    with pytest.raises(RefusedError, match="not the co-pay of this visit"):
        clinic.desk.do(record_copay, mine, balance.payment_id)


def test_undo_takes_the_check_in_up_again(clinic: SmallClinic) -> None:
    visit_id = clinic.visit(JONAH)
    done = clinic.desk.do(check_in_with_copay, visit_id)
    clinic.desk.do(visits.undo_status, done.change_id)
    row = clinic.desk.ask(check_in, visit_id)
    assert (row.finished, row.missing) == (False, ())
    clinic.desk.do(finish_check_in, visit_id)


def test_a_visit_that_is_over_is_not_checked_in(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    clinic.desk.do(visits.set_status, visit_id, Status.CANCELLED, "Patient ill")
    with pytest.raises(RefusedError, match="cannot be checked in"):
        clinic.desk.do(desk_check_in.begin_check_in, visit_id)


def test_a_stale_arrival_is_refused(clinic: SmallClinic) -> None:
    visit_id = clinic.visit()
    clinic.desk.do(visits.arrive, visit_id, seen_version=1)
    with pytest.raises(ConflictError):
        clinic.desk.do(visits.left_unseen, visit_id, "Felt better", seen_version=1)
