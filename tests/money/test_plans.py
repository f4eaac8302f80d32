"""Payment plans: the schedule, what is agreed, paid, missed, given back, closed and opened again."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from psc_desk.errors import ConflictError, InputError, RefusedError, SecondPersonNeeded
from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.plan import Frequency, PaymentPlan, PlanStatus, due_after, propose
from psc_desk.queries.cards import card_slips
from psc_desk.queries.money import account, balance
from psc_desk.queries.plan_form import plan_form, plans_of_year
from psc_desk.queries.plans import PaymentPlanRow, payment_plan, payment_plans, plans_of
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.cards import CardAnswer, begin_card, finish_card, post_late_approval
from psc_desk.usecases.charges import void_charge
from psc_desk.usecases.documents import open_document
from psc_desk.usecases.payments import PaymentDone, PaymentInput, refund_payment, take_payment, void_payment
from psc_desk.usecases.plans import PlanAgreed, PlanInput, agree_plan, close_plan, reopen_plan
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.tenders import TenderInput
from tests.money.support import cash, charged_visit, key, pay, wrong
from tests.support.clinic import INES, JONAH, LEO, TODAY, SmallClinic

NEXT_MONTH = date(2026, 4, 4)
LEAD = Approval(LEO, "2345")
YES = CardAnswer(CardState.APPROVED, "Visa", "4242", "A8812")
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def terms(clinic: SmallClinic, *codes: str, count: int = 4, patient_id: int = JONAH, **more: object) -> PlanInput:
    """A plan over a visit charged with `codes`."""
    _visit, charge_ids = charged_visit(clinic, *(codes or ("OV", "LAB")), patient_id=patient_id)
    plan = PlanInput(key(), patient_id, tuple(charge_ids), "Jonah Whitfield", count, Frequency.MONTHLY, NEXT_MONTH)
    return replace(plan, **more)  # type: ignore[arg-type]


def agreed(clinic: SmallClinic, *codes: str, **more: object) -> PlanAgreed:
    return clinic.desk.do(agree_plan, terms(clinic, *codes, **more))  # type: ignore[arg-type]


def instalment(clinic: SmallClinic, plan_id: int, cents: int, patient_id: int = JONAH) -> PaymentDone:
    return clinic.desk.do(
        take_payment,
        PaymentInput(key(), 1, patient_id, PaymentKind.PLAN, (cash(cents),), plan_id=plan_id, print_receipt=False),
    )


def state(clinic: SmallClinic, plan_id: int) -> PaymentPlanRow:
    return clinic.desk.ask(payment_plan, plan_id)


def paper(clinic: SmallClinic, document_id: int) -> str:
    document = pypdfium2.PdfDocument(clinic.desk.do(open_document, document_id).content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@given(st.integers(1, 5_000_00), st.integers(1, 60), st.sampled_from(Frequency), days)
def test_a_schedule_sums_to_the_total_with_equal_parts_and_the_rest_in_the_last(
    total: int, count: int, frequency: Frequency, first: date
) -> None:
    if total < count:
        with pytest.raises(InputError, match="Choose fewer"):
            propose(total, count, frequency, first)
        return
    parts = propose(total, count, frequency, first)
    assert [one.number for one in parts] == list(range(1, count + 1))
    assert sum(one.cents for one in parts) == total
    assert len({one.cents for one in parts[:-1]}) <= 1
    assert all(one.cents > 0 for one in parts)
    assert 0 <= parts[-1].cents - parts[0].cents < count


@given(st.sampled_from(Frequency), days, st.integers(0, 59))
def test_due_dates_keep_the_day_of_the_month_or_take_the_month_end(
    frequency: Frequency, first: date, count: int
) -> None:
    due = due_after(first, frequency, count)
    if frequency is not Frequency.MONTHLY:
        assert (due - first).days == count * {Frequency.WEEKLY: 7, Frequency.BIWEEKLY: 14}[frequency]
        return
    assert (due.year * 12 + due.month) - (first.year * 12 + first.month) == count
    assert due.day == min(first.day, monthrange(due.year, due.month)[1])


def test_the_thirty_first_the_leap_day_and_the_end_of_the_year() -> None:
    monthly = [due_after(date(2027, 12, 31), Frequency.MONTHLY, n) for n in range(5)]
    assert monthly == [
        date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30),
    ]  # fmt: skip
    assert due_after(date(2028, 2, 29), Frequency.MONTHLY, 12) == date(2029, 2, 28)
    assert due_after(date(2028, 2, 29), Frequency.MONTHLY, 48) == date(2032, 2, 29)
    assert due_after(date(2026, 12, 30), Frequency.WEEKLY, 1) == date(2027, 1, 6)


@pytest.mark.parametrize("count", [0, -1, 61])
def test_a_schedule_has_between_one_and_sixty_instalments(count: int) -> None:
    with pytest.raises(InputError, match="1 to 60"):
        propose(10_000, count, Frequency.MONTHLY, TODAY)


def test_a_plan_is_agreed_over_open_charges_and_its_paper_is_filed(clinic: SmallClinic) -> None:
    done = agreed(clinic)
    row = state(clinic, done.plan_id)
    assert (row.status, row.total_cents, row.left_cents, row.paid_cents) == (PlanStatus.ACTIVE, 16550, 16550, 0)
    assert [one.cents for one in row.instalments] == [4137, 4137, 4137, 4139]
    assert [one.due_on for one in row.instalments] == [
        NEXT_MONTH, date(2026, 5, 4), date(2026, 6, 4), date(2026, 7, 4),
    ]  # fmt: skip
    assert {charge.plan_id for charge in clinic.desk.ask(account, JONAH).charges} == {done.plan_id}
    said = paper(clinic, done.document_id)
    for part in ("Agreement 1 · 03/04/2026", "Jonah Whitfield", "11/02/1964", "Blood test", "$45.50", "$165.50",
                 "free of interest", "30 days", "Saturday, 07/04/2026", "Signature of"):  # fmt: skip
        assert part in said
    assert "Annual percentage rate" not in said
    assert wrong(clinic.desk) == []


def test_the_agreement_is_spanish_for_who_speaks_spanish(clinic: SmallClinic) -> None:
    said = paper(clinic, agreed(clinic, patient_id=INES).document_id)
    assert "Acuerdo 1 · 03/04/2026" in said
    assert "Los servicios nuevos no forman parte" in said
    assert "We " not in said


def test_the_same_form_agrees_once(clinic: SmallClinic) -> None:
    plan = terms(clinic, down=(cash(1000),), till_id=1)
    first = clinic.desk.do(agree_plan, plan)
    again = clinic.desk.do(agree_plan, plan)
    assert (again.plan_id, again.document_id) == (first.plan_id, first.document_id)
    assert len(clinic.desk.ask(plans_of, JONAH)) == 1
    assert len(clinic.desk.ask(account, JONAH).payments) == 1


def test_a_down_payment_is_taken_first_and_the_rest_is_planned(clinic: SmallClinic) -> None:
    done = agreed(clinic, down=(cash(3000, 5000),), till_id=1, count=3)
    assert (done.change_cents, done.receipt_no) == (2000, 1001)
    row = state(clinic, done.plan_id)
    assert (row.total_cents, row.left_cents) == (13550, 13550)
    assert clinic.desk.ask(balance, JONAH) == 13550
    said = paper(clinic, done.document_id)
    assert "Paid today as a down payment" in said
    assert "-$30.00" in said
    assert wrong(clinic.desk) == []


def test_a_down_payment_that_pays_it_all_needs_no_plan(clinic: SmallClinic) -> None:
    with pytest.raises(InputError, match="no plan is needed"):
        agreed(clinic, down=(cash(16550),), till_id=1)
    assert clinic.desk.ask(account, JONAH).payments == ()


def test_what_is_refused_names_its_field(clinic: SmallClinic) -> None:
    plan = terms(clinic)
    for change, field in (
        ({"charge_ids": ()}, "charges"), ({"guarantor": " "}, "guarantor"),
        ({"first_due": TODAY - timedelta(days=1)}, "first_due"), ({"count": 5}, "disclosure"), ({"count": 0}, "count"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            clinic.desk.do(agree_plan, replace(plan, **change))
        assert caught.value.field == field
    assert clinic.desk.ask(plans_of, JONAH) == []


def test_charges_of_another_patient_or_of_another_plan_are_refused(clinic: SmallClinic) -> None:
    plan = terms(clinic)
    clinic.desk.do(agree_plan, plan)
    with pytest.raises(InputError, match="already"):
        clinic.desk.do(agree_plan, replace(plan, key=key()))
    with pytest.raises(InputError, match="paid or gone"):
        clinic.desk.do(agree_plan, replace(plan, key=key(), patient_id=INES))
    form = clinic.desk.ask(plan_form, JONAH)
    assert (form.charges, form.in_plans) == ((), 2)


def test_more_than_four_instalments_stop_with_the_disclosure_and_a_second_person(clinic: SmallClinic) -> None:
    plan = terms(clinic, count=5)
    with pytest.raises(InputError, match="Regulation Z"):
        clinic.desk.do(agree_plan, plan)
    answered = replace(plan, disclosure="Printed the disclosure")
    with pytest.raises(SecondPersonNeeded):
        clinic.desk.do(agree_plan, answered)
    done = clinic.desk.do(agree_plan, answered, approval=Approval(LEO, "2345"))
    said = paper(clinic, done.document_id)
    assert "Annual percentage rate" in said
    assert "Finance charge" in said
    agreed(clinic, "INJ")
    year = clinic.desk.ask(plans_of_year, TODAY.year)
    assert (year.plans, year.above_four) == (2, 1)
    assert clinic.desk.ask(plans_of_year, TODAY.year - 1).plans == 0


def test_instalments_pay_the_oldest_charge_of_the_plan_first_and_complete_it(clinic: SmallClinic) -> None:
    done = agreed(clinic)
    other = charged_visit(clinic, "INJ", patient_id=JONAH)[1][0]
    paid = instalment(clinic, done.plan_id, 13000)
    opened = {row.code: row.open_cents for row in clinic.desk.ask(account, JONAH).charges}
    assert opened == {"OV": 0, "LAB": 3550, "INJ": 3000}
    row = state(clinic, done.plan_id)
    assert [one.paid_cents for one in row.instalments] == [4137, 4137, 4137, 589]
    instalment(clinic, done.plan_id, 3550)
    assert state(clinic, done.plan_id).status is PlanStatus.COMPLETED
    assert clinic.desk.ask(payment_plans) == []
    assert {row.charge_id for row in clinic.desk.ask(account, JONAH).charges if row.open_cents} == {other}
    assert wrong(clinic.desk) == []
    assert paid.amount_cents == 13000


def test_a_refund_takes_a_completed_plan_up_again(clinic: SmallClinic) -> None:
    done = agreed(clinic)
    paid = instalment(clinic, done.plan_id, 16550)
    clinic.desk.do(refund_payment, paid.payment_id, 4000, key=key(), reason="Overpaid elsewhere")
    row = state(clinic, done.plan_id)
    assert (row.status, row.left_cents) == (PlanStatus.ACTIVE, 4000)
    assert wrong(clinic.desk) == []


def test_a_void_takes_a_completed_plan_up_again_and_belongs_to_the_plan(clinic: SmallClinic) -> None:
    done = agreed(clinic)
    paid = instalment(clinic, done.plan_id, 16550)
    clinic.desk.do(void_payment, paid.payment_id, key=key(), reason="Typed twice", approval=Approval(LEO, "2345"))
    row = state(clinic, done.plan_id)
    assert (row.status, row.left_cents) == (PlanStatus.ACTIVE, 16550)
    found = clinic.desk.ask(lambda read: read.session.execute(text("SELECT plan_id FROM payment")).scalars().all())
    assert found == [done.plan_id, done.plan_id]


def test_a_balance_payment_and_credit_go_to_charges_outside_of_plans_first(clinic: SmallClinic) -> None:
    done = agreed(clinic)
    charged_visit(clinic, "INJ", patient_id=JONAH)
    pay(clinic, cash(3500), patient_id=JONAH)
    assert state(clinic, done.plan_id).left_cents == 16050
    pay(clinic, cash(16050), patient_id=JONAH, kind=PaymentKind.PREPAYMENT)
    clinic.desk.do(apply_credit, JONAH, key=key())
    assert state(clinic, done.plan_id).status is PlanStatus.COMPLETED
    assert wrong(clinic.desk) == []


def test_a_taken_back_charge_lowers_what_is_left(clinic: SmallClinic) -> None:
    plan = terms(clinic)
    done = clinic.desk.do(agree_plan, plan)
    clinic.desk.do(void_charge, plan.charge_ids[1], key=key(), reason="Not done")
    assert state(clinic, done.plan_id).left_cents == 12000
    clinic.desk.do(void_charge, plan.charge_ids[0], key=key(), reason="Not done")
    assert state(clinic, done.plan_id).status is PlanStatus.COMPLETED
    assert wrong(clinic.desk) == []


def test_an_instalment_needs_an_active_plan_of_the_patient(clinic: SmallClinic) -> None:
    done = agreed(clinic)
    with pytest.raises(RefusedError, match="another patient"):
        instalment(clinic, done.plan_id, 100, patient_id=INES)
    with pytest.raises(InputError, match="Choose the payment plan"):
        pay(clinic, cash(100), kind=PaymentKind.PLAN, patient_id=JONAH)
    clinic.desk.do(close_plan, done.plan_id, "Moved away")
    with pytest.raises(RefusedError, match="closed"):
        instalment(clinic, done.plan_id, 100)


def test_missed_is_what_fell_due_before_today_and_is_not_paid(clinic: SmallClinic) -> None:
    done = agreed(clinic, first_due=TODAY)
    row = state(clinic, done.plan_id)
    assert (row.due_cents, row.late_cents, row.days_late, row.to_pay_cents) == (4137, 0, 0, 4137)
    clinic.clock.advance(days=1)
    row = state(clinic, done.plan_id)
    assert (row.due_cents, row.late_cents, row.days_late) == (4137, 4137, 1)
    assert row.next_due is not None
    assert row.next_due.due_on == date(2026, 4, 4)
    clinic.clock.advance(days=40)
    row = state(clinic, done.plan_id)
    assert (row.late_cents, row.days_late) == (8274, 41)


def test_a_paid_instalment_moves_the_days_late_to_the_next_one(clinic: SmallClinic) -> None:
    done = agreed(clinic, first_due=TODAY)
    instalment(clinic, done.plan_id, 5000)
    clinic.clock.advance(days=41)
    row = state(clinic, done.plan_id)
    assert (row.late_cents, row.days_late) == (8274 - 5000, 10)


def test_the_latest_payer_stands_first_and_ended_plans_only_on_request(clinic: SmallClinic) -> None:
    fine = agreed(clinic, "LAB")
    late = agreed(clinic, "INJ", first_due=TODAY)
    closed = agreed(clinic, "OV")
    clinic.desk.do(close_plan, closed.plan_id, "Paid by an aunt")
    clinic.clock.advance(days=3)
    assert [row.plan_id for row in clinic.desk.ask(payment_plans)] == [late.plan_id, fine.plan_id]
    everything = [row.plan_id for row in clinic.desk.ask(payment_plans, ended=True)]
    assert everything == [late.plan_id, fine.plan_id, closed.plan_id]


def test_a_closed_plan_frees_its_charges_and_can_be_opened_again_unless_they_are_planned_anew(
    clinic: SmallClinic,
) -> None:
    plan = terms(clinic)
    done = clinic.desk.do(agree_plan, plan)
    with pytest.raises(InputError, match="Say why"):
        clinic.desk.do(close_plan, done.plan_id, " ")
    clinic.desk.do(close_plan, done.plan_id, "Lost the job")
    assert state(clinic, done.plan_id).status_reason == "Lost the job"
    clinic.desk.do(reopen_plan, done.plan_id, "Found one")
    assert state(clinic, done.plan_id).status is PlanStatus.ACTIVE
    clinic.desk.do(close_plan, done.plan_id, "Other terms")
    second = clinic.desk.do(agree_plan, replace(plan, key=key(), count=2))
    with pytest.raises(RefusedError, match="another plan"):
        clinic.desk.do(reopen_plan, done.plan_id, "Back to the old terms")
    instalment(clinic, second.plan_id, 16550)
    with pytest.raises(RefusedError, match="Nothing is open"):
        clinic.desk.do(reopen_plan, done.plan_id, "Again")
    assert wrong(clinic.desk) == []


def test_the_terms_cannot_be_changed(clinic: SmallClinic) -> None:
    agreed(clinic)
    for statement in ("UPDATE plan_instalment SET cents = 1", "DELETE FROM plan_charge"):
        with pytest.raises((RefusedError, ConflictError)):
            clinic.desk.do(lambda work, sql=statement: work.session.execute(text(sql)))


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE payment_plan SET total_cents = total_cents + 1", "instalments sum to their plan"),
        ("UPDATE payment_plan SET total_cents = total_cents + 1", "the charges of a plan sum to it"),
        ("UPDATE payment_plan SET status = 'completed'", "completed plans are paid, active ones are not"),
        ("UPDATE payment_plan SET patient_id = 1", "charges of a plan are its patient's"),
        ("UPDATE payment_plan SET patient_id = 1", "payments of a plan are its patient's"),
        (
            "INSERT INTO payment_plan SELECT 99, 'k', patient_id, guarantor, total_cents, frequency, 'active',"
            " agreed_on, agreed_at, agreed_by, '', NULL, NULL, '', NULL FROM payment_plan;"
            "INSERT INTO plan_charge SELECT 99, charge_id, cents FROM plan_charge",
            "a charge is in one active plan",
        ),
    ],
)
def test_each_check_finds_its_damage(clinic: SmallClinic, damage: str, check: str) -> None:
    done = agreed(clinic)
    instalment(clinic, done.plan_id, 100)
    assert wrong(clinic.desk) == []

    def break_it(work: object) -> None:
        for statement in damage.split(";"):
            work.session.execute(text(statement))  # type: ignore[attr-defined]

    clinic.desk.do(break_it)
    assert check in {one.name for one in wrong(clinic.desk)}


def by_terminal(clinic: SmallClinic, **change: Any) -> tuple[PlanInput, int]:
    """A plan with $5.50 down on a card for which the terminal was asked."""
    plan = terms(clinic, down=(TenderInput(TenderKind.CARD, 550),), till_id=1, count=2, **change)
    return plan, clinic.desk.do(begin_card, plan, approval=LEAD).row.attempt_id


def test_a_down_payment_by_card_agrees_on_the_plan_once_when_it_is_approved(clinic: SmallClinic) -> None:
    plan, attempt = by_terminal(clinic)
    assert (clinic.desk.ask(plans_of, JONAH), clinic.desk.ask(account, JONAH).payments) == ([], ())
    done = clinic.desk.do(finish_card, attempt, YES)
    assert done.payment is not None
    assert clinic.desk.do(finish_card, attempt, YES) == done
    agreed_on = clinic.desk.do(agree_plan, plan)
    assert (agreed_on.receipt_no, agreed_on.document_id > 0) == (done.payment.receipt_no, True)
    assert [one.cents for one in state(clinic, agreed_on.plan_id).instalments] == [8000, 8000]
    assert [row.tender for row in clinic.desk.ask(account, JONAH).payments] == ["Visa ····4242 ref A8812"]
    assert "-$5.50" in paper(clinic, agreed_on.document_id)
    assert wrong(clinic.desk) == []


def test_a_declined_down_payment_leaves_no_plan_and_a_late_approval_is_a_payment(clinic: SmallClinic) -> None:
    _plan, attempt = by_terminal(clinic)
    clinic.desk.do(finish_card, attempt, CardAnswer(CardState.DECLINED))
    clinic.desk.do(post_late_approval, attempt, YES)
    assert clinic.desk.ask(plans_of, JONAH) == []
    assert [row.kind for row in clinic.desk.ask(account, JONAH).payments] == [PaymentKind.BALANCE]
    assert clinic.desk.ask(balance, JONAH) == 16000
    assert wrong(clinic.desk) == []


def test_a_down_payment_approved_after_the_charges_were_paid_is_posted_without_a_plan(clinic: SmallClinic) -> None:
    plan, attempt = by_terminal(clinic)
    clinic.desk.do(finish_card, attempt, CardAnswer(CardState.CHECK_TERMINAL))
    pay(clinic, cash(16550), patient_id=JONAH)
    assert clinic.desk.do(finish_card, attempt, YES).payment is not None
    assert clinic.desk.ask(balance, JONAH) == -550
    with pytest.raises(InputError, match="paid or gone"):
        clinic.desk.do(agree_plan, plan)
    assert wrong(clinic.desk) == []


def test_a_long_plan_by_card_is_approved_before_the_terminal_is_asked(clinic: SmallClinic) -> None:
    plan = terms(clinic, down=(TenderInput(TenderKind.CARD, 550),), till_id=1, count=6, disclosure="Printed")
    with pytest.raises(SecondPersonNeeded):
        clinic.desk.do(begin_card, plan)
    assert clinic.desk.ask(card_slips) == []
    attempt = clinic.desk.do(begin_card, plan, approval=LEAD).row.attempt_id
    clinic.desk.do(finish_card, attempt, YES)
    assert clinic.desk.ask(lambda read: read.get(PaymentPlan, 1).approved_by) == LEO


def test_an_installment_approved_after_its_plan_was_closed_is_a_payment_on_the_balance(clinic: SmallClinic) -> None:
    plan_id = agreed(clinic).plan_id
    typed = PaymentInput(
        key(), 1, JONAH, PaymentKind.PLAN, (TenderInput(TenderKind.CARD, 4000),), plan_id=plan_id
    )  # fmt: skip
    attempt = clinic.desk.do(begin_card, typed).row.attempt_id
    clinic.desk.do(finish_card, attempt, CardAnswer(CardState.CHECK_TERMINAL))
    clinic.desk.do(close_plan, plan_id, "Other terms")
    clinic.desk.do(finish_card, attempt, YES)
    assert [row.kind for row in clinic.desk.ask(account, JONAH).payments] == [PaymentKind.BALANCE]
    assert clinic.desk.ask(balance, JONAH) == 12550
    assert wrong(clinic.desk) == []
