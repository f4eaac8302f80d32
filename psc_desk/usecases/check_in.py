"""The guided check-in: each step is saved as it is done, so it can be left and taken up again (front-desk.md Q1)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import CheckInSaved, CoverageChanged, PatientChanged
from psc_desk.models.coverage import Coverage
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.models.staff import Right
from psc_desk.models.visit import HERE, CheckIn, Status, Visit, VisitChange
from psc_desk.money import format_money
from psc_desk.queries.check_in import CheckInRow, check_in, copays_paid
from psc_desk.queries.coverage import coverages
from psc_desk.settings import COPAY_LATER
from psc_desk.usecases.ledger import posted
from psc_desk.usecases.payments import PaymentDone, PaymentInput, take_payment
from psc_desk.usecases.visit_history import become, named
from psc_desk.usecases.visits import arrive
from psc_desk.work import Work


@dataclass(frozen=True)
class Seen:
    """What the person ticked in the one-page check-in. `coverage_id` None is the coverage proposed."""

    name: bool = True
    birth_date: bool = True
    demographics: bool = True
    coverage_id: int | None = None
    self_pay: bool = False


ALL_SEEN = Seen()


@dataclass(frozen=True)
class CheckInDone:
    """A finished check-in: what was taken, and the change by which it can be undone."""

    row: CheckInRow
    change_id: int
    payment: PaymentDone | None = None


def begin_check_in(work: Work, visit_id: int) -> CheckInRow:
    """Begin, or take up again; a patient who is only booked is marked as arrived."""
    _saved(work, visit_id)
    return check_in(work, visit_id)


def tick_identity(work: Work, visit_id: int, name: bool, birth_date: bool) -> CheckInRow:
    """Record which of the two identifiers the patient said."""
    saved = _saved(work, visit_id)
    saved.name_checked, saved.birth_date_checked = name, birth_date
    said = [word for word, ticked in (("name", name), ("birth date", birth_date)) if ticked]
    return _step(work, visit_id, f"checked {' and '.join(said)} for" if said else "took back the identity check for")


def confirm_demographics(work: Work, visit_id: int) -> CheckInRow:
    """Record that address, phone and contacts were read back and are right."""
    saved = _saved(work, visit_id)
    patient = work.get(Visit, visit_id, "visit").patient
    before = patient.verified_on
    saved.demographics_at, patient.verified_on = work.now, work.today
    if before != work.today:
        work.announce(
            PatientChanged(patient_id=patient.id, visit_id=visit_id),
            f"verified the details of {patient.sort_name}",
            before={"verified_on": before.isoformat() if before else None},
            after={"verified_on": work.today.isoformat()},
        )
    return _step(work, visit_id, "read back the details for")


def confirm_coverage(work: Work, visit_id: int, coverage_id: int) -> CheckInRow:
    """Record which coverage was seen; it must be the patient's and in force on the visit's day."""
    saved = _saved(work, visit_id)
    visit = work.get(Visit, visit_id, "visit")
    in_force = {row.id: row for row in coverages(work, visit.patient_id, visit.day) if row.in_force}
    chosen = in_force.get(coverage_id)
    if chosen is None:
        raise RefusedError("That coverage is not in force on the day of the visit. Choose another one, or self-pay.")
    saved.coverage_id, saved.self_pay, saved.coverage_at = chosen.id, chosen.self_pay, work.now
    return _step(work, visit_id, f"saw the coverage {chosen.title} for")


def choose_self_pay(work: Work, visit_id: int) -> CheckInRow:
    """Record that the patient pays; when no coverage is in force at all, self-pay is added as one."""
    saved = _saved(work, visit_id)
    visit = work.get(Visit, visit_id, "visit")
    in_force = [row for row in coverages(work, visit.patient_id, visit.day) if row.in_force]
    own = next((row.id for row in in_force if row.self_pay), None)
    if not in_force:
        own = _add_self_pay(work, visit)
    saved.coverage_id, saved.self_pay, saved.coverage_at = own, True, work.now
    return _step(work, visit_id, "chose self-pay for")


def record_copay(work: Work, visit_id: int, payment_id: int) -> CheckInRow:
    """Record which payment is the co-pay of this visit; it must stand."""
    saved = _saved(work, visit_id)
    payment = work.get(Payment, payment_id, "payment")
    if payment.visit_id != visit_id or payment.kind is not PaymentKind.COPAY:
        raise RefusedError("That payment is not the co-pay of this visit. Take the co-pay with F5.")
    if visit_id not in copays_paid(work, [visit_id]):
        raise RefusedError("That payment was voided or refunded. Take the co-pay again, or give a reason.")
    saved.copay_payment_id, saved.no_copay_reason, saved.copay_later = payment_id, "", False
    return _step(work, visit_id, f"recorded the co-pay of {format_money(payment.amount_cents)} for")


def skip_copay(work: Work, visit_id: int, reason: str) -> CheckInRow:
    """Record why no co-pay is taken; the clinic's reason `COPAY_LATER` has it asked for again at check-out."""
    if not reason.strip():
        raise InputError("Say why no co-pay is taken.", "reason")
    saved = _saved(work, visit_id)
    saved.no_copay_reason, saved.copay_payment_id = reason.strip(), None
    saved.copay_later = saved.no_copay_reason == work.setting(COPAY_LATER)
    return _step(work, visit_id, "took no co-pay for", reason.strip())


def finish_check_in(work: Work, visit_id: int) -> CheckInDone:
    """Mark the patient as checked in; RefusedError names every step that is missing."""
    saved = _saved(work, visit_id)
    visit = work.get(Visit, visit_id, "visit")
    if visit.status is not Status.ARRIVED:
        raise RefusedError(f"{visit.patient.called} was checked in already. Go on with the visit.")
    row = check_in(work, visit_id)
    if row.must_do:
        raise RefusedError("The check-in is not complete. " + " ".join(step.sentence for step in row.must_do))
    saved.copay_due_cents = row.copay_due_cents
    saved.copay_payment_id = row.copay_payment_id or saved.copay_payment_id
    saved.finished_at = work.now
    change_id = become(work, visit, Status.CHECKED_IN)
    return CheckInDone(check_in(work, visit_id), change_id)


def check_in_with_copay(
    work: Work,
    visit_id: int,
    payment: PaymentInput | None = None,
    no_copay_reason: str = "",
    *,
    seen: Seen = ALL_SEEN,
) -> CheckInDone:
    """Do the whole check-in, with its co-pay, in one transaction; what was done before is kept.

    A repeat with the same payment key, after a crash or a double press, takes the money once and finds it done.
    """
    if payment is not None and posted(work, payment.key) is not None:
        return _done_before(work, visit_id, payment)
    row = begin_check_in(work, visit_id)
    if not (row.name_checked and row.birth_date_checked):
        row = tick_identity(work, visit_id, seen.name, seen.birth_date)
    if seen.demographics and not row.demographics_confirmed:
        row = confirm_demographics(work, visit_id)
    _see_coverage(work, row, seen)
    done = _take_copay(work, visit_id, payment)
    if no_copay_reason.strip():
        skip_copay(work, visit_id, no_copay_reason)
    finished = finish_check_in(work, visit_id)
    return CheckInDone(finished.row, finished.change_id, done)


def _done_before(work: Work, visit_id: int, payment: PaymentInput) -> CheckInDone:
    change_id = work.session.scalar(
        select(func.max(VisitChange.id)).where(VisitChange.visit_id == visit_id, VisitChange.what == "status")
    )
    return CheckInDone(check_in(work, visit_id), change_id or 0, take_payment(work, payment))


def _see_coverage(work: Work, row: CheckInRow, seen: Seen) -> None:
    if seen.self_pay:
        choose_self_pay(work, row.visit_id)
    elif seen.coverage_id is not None:
        confirm_coverage(work, row.visit_id, seen.coverage_id)
    elif not row.coverage_confirmed and row.coverage is not None:
        confirm_coverage(work, row.visit_id, row.coverage.id)


def _take_copay(work: Work, visit_id: int, payment: PaymentInput | None) -> PaymentDone | None:
    if payment is None:
        return None
    if payment.visit_id != visit_id or payment.kind is not PaymentKind.COPAY:
        raise ValueError("the payment of a check-in is the co-pay of its visit")
    done = take_payment(work, payment)
    record_copay(work, visit_id, done.payment_id)
    return done


def _saved(work: Work, visit_id: int) -> CheckIn:
    """Return the check-in's row, begun now if need be, for a patient who is here and not yet checked in."""
    work.require(Right.REGISTER)
    visit = work.get(Visit, visit_id, "visit")
    if visit.status is Status.BOOKED:
        arrive(work, visit_id)
    if visit.status not in HERE:
        raise RefusedError(f"This visit is {visit.status.word.lower()} and cannot be checked in. Book a new one.")
    saved = work.session.get(CheckIn, visit_id)
    if saved is None:
        saved = CheckIn(
            visit_id=visit_id, started_at=work.now, name_checked=False, birth_date_checked=False, self_pay=False,
            copay_due_cents=0, no_copay_reason="",
        )  # fmt: skip
        work.session.add(saved)
        work.session.flush()
        _step(work, visit_id, "began the check-in of")
    return saved


def _step(work: Work, visit_id: int, did: str, reason: str = "") -> CheckInRow:
    visit = work.get(Visit, visit_id, "visit")
    work.announce(CheckInSaved(patient_id=visit.patient_id, visit_id=visit_id), f"{did} {named(visit)}", reason=reason)
    return check_in(work, visit_id)


def _add_self_pay(work: Work, visit: Visit) -> int:
    added = Coverage(patient_id=visit.patient_id, effective_on=visit.day)
    work.session.add(added)
    work.session.flush()
    work.announce(
        CoverageChanged(patient_id=visit.patient_id, visit_id=visit.id),
        f"added self-pay for {visit.patient.sort_name}",
        after={"coverage_id": added.id, "effective_on": visit.day.isoformat()},
    )
    return added.id
