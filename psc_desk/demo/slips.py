"""Loose ends of payments in the demo: co-pays not taken, unsettled cards, a returned check, a refund by mail."""

from __future__ import annotations

from sqlalchemy import select, update

from psc_desk.models.card import CardState
from psc_desk.models.coverage import Coverage
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.visit import CheckIn, Status, Visit
from psc_desk.queries.returned_checks import taken_checks
from psc_desk.settings import NO_COPAY_REASONS
from psc_desk.usecases.cards import CardAnswer, begin_card, finish_card
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment
from psc_desk.usecases.returned_checks import ReturnedCheck, return_check
from psc_desk.work import Work

_TILL = 1


def give_reasons(work: Work) -> int:
    """Say at each past check-in what co-pay was due and, where none was taken, why; return how often."""
    copays = select(Coverage.patient_id, Coverage.copay_cents).where(Coverage.copay_cents > 0)
    due = {patient_id: cents for patient_id, cents in work.session.execute(copays)}  # noqa: C416 - rows, not pairs
    paid = set(work.session.scalars(select(Payment.visit_id).where(Payment.kind == PaymentKind.COPAY)))
    visits = work.session.execute(
        select(Visit.id, Visit.patient_id)
        .join(CheckIn, CheckIn.visit_id == Visit.id)
        .where(Visit.status == Status.DONE)
    ).all()
    reasons = work.setting(NO_COPAY_REASONS)
    missing = 0
    for visit_id, patient_id in visits:
        if patient_id not in due:
            continue
        said = "" if visit_id in paid else reasons[visit_id % len(reasons)]
        missing += bool(said)
        work.session.execute(
            update(CheckIn)
            .where(CheckIn.visit_id == visit_id)
            .values(copay_due_cents=due[patient_id], no_copay_reason=said)
        )
    return missing


def leave_loose_ends(work: Work) -> None:
    """With the drawer open: one card declined, one without an answer, a check that came back, a refund by mail."""
    for number, (patient_id, cents, state) in enumerate(
        zip(_somebody(work), (4500, 12000), (CardState.DECLINED, CardState.CHECK_TERMINAL), strict=True)
    ):
        tender = TenderInput(TenderKind.CARD, cents)
        typed = PaymentInput(f"demo-card-{number}", _TILL, patient_id, PaymentKind.BALANCE, (tender,))
        attempt = begin_card(work, typed).row.attempt_id
        finish_card(work, attempt, CardAnswer(state))
    deposited = [row for row in taken_checks(work) if row.state == "deposited"]
    if len(deposited) > 1:
        paid = work.get(Tender, deposited[0].tender_id).payment_id
        refund_payment(work, paid, min(2000, deposited[0].cents), key="demo-owed", reason="Insurance paid")
    if deposited:
        return_check(work, ReturnedCheck(deposited[-1].tender_id, "demo-returned", "Insufficient funds", 2500))


def _somebody(work: Work) -> list[int]:
    return list(work.session.scalars(select(Patient.id).order_by(Patient.id).offset(20).limit(2)))
