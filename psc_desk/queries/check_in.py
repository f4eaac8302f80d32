"""How far a check-in has come, what is missing next, and what co-pay is due (front-desk.md Q1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from psc_desk.dates import format_date
from psc_desk.models.coverage import Coverage
from psc_desk.models.patient import Patient
from psc_desk.models.patient_input import format_phone
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.models.visit import CheckIn, Status, Visit
from psc_desk.money import Cents, format_money
from psc_desk.queries.coverage import CoverageRow, coverage_row, coverages
from psc_desk.queries.money import balance
from psc_desk.work import Read


class Step(StrEnum):
    """The steps of a check-in, in order."""

    IDENTITY = "identity"
    DEMOGRAPHICS = "demographics"
    COVERAGE = "coverage"
    COPAY = "copay"


@dataclass(frozen=True)
class MissingStep:
    """What is still to do, as a sentence. An advised step is not `required`."""

    step: Step
    sentence: str
    required: bool = True


@dataclass(frozen=True)
class DemographicsRow:
    """What is read back to the patient; a line each. `verified_on` is when it was last read back."""

    address_lines: tuple[str, ...]
    phones: tuple[str, ...]
    email: str
    emergency_contacts: tuple[str, ...]
    verified_on: date | None


@dataclass(frozen=True)
class CheckInRow:
    """A check-in as it stands. `coverages` are those in force on the visit's day, `coverage` the one seen or proposed.

    `copay_due_cents` is the whole co-pay of the visit, `copay_open_cents` what of it is not yet paid.
    """

    visit_id: int
    patient_id: int
    version: int
    patient_name: str
    called: str
    birth_date: date
    record_no: str
    language: str
    interpreter: bool
    status: Status
    start_minute: int
    provider_name: str
    type_name: str
    begun: bool
    finished: bool
    name_checked: bool
    birth_date_checked: bool
    demographics: DemographicsRow
    demographics_confirmed: bool
    coverages: tuple[CoverageRow, ...]
    coverage: CoverageRow | None
    coverage_confirmed: bool
    self_pay: bool
    copay_due_cents: Cents
    copay_open_cents: Cents
    copay_payment_id: int | None
    no_copay_reason: str
    copay_later: bool
    cost_share_forbidden: bool
    balance_cents: Cents
    missing: tuple[MissingStep, ...]

    @property
    def next_step(self) -> Step | None:
        """The step to do next; None when nothing is left."""
        return self.missing[0].step if self.missing else None

    @property
    def must_do(self) -> tuple[MissingStep, ...]:
        """What keeps the check-in from being finished."""
        return tuple(step for step in self.missing if step.required)


@dataclass(frozen=True)
class CopayFacts:
    """The co-pay of one visit: which coverage decides, what is due, what was paid and by which payment."""

    coverage: CoverageRow | None
    self_pay: bool
    due_cents: Cents
    paid_cents: Cents
    payment_id: int | None
    forbidden: bool

    @property
    def open_cents(self) -> Cents:
        """What is still to take."""
        return max(0, self.due_cents - self.paid_cents)


def check_in(read: Read, visit_id: int) -> CheckInRow:
    """Return the check-in of a visit, begun or not."""
    visit = read.get(Visit, visit_id, "visit")
    patient = visit.patient
    saved = read.session.get(CheckIn, visit_id)
    in_force = tuple(row for row in coverages(read, patient.id, visit.day) if row.in_force)
    facts = copay_facts(in_force, saved, copays_paid(read, [visit_id]).get(visit_id, (0, None)))
    return CheckInRow(
        visit_id=visit.id,
        patient_id=patient.id,
        version=visit.version,
        patient_name=patient.sort_name,
        called=patient.called,
        birth_date=patient.birth_date,
        record_no=str(patient.record_no),
        language=patient.language,
        interpreter=patient.interpreter,
        status=visit.status,
        start_minute=visit.start_minute,
        provider_name=visit.provider.name,
        type_name=visit.type.name,
        begun=saved is not None,
        finished=saved is not None and saved.finished_at is not None,
        name_checked=saved is not None and saved.name_checked,
        birth_date_checked=saved is not None and saved.birth_date_checked,
        demographics=_demographics(patient),
        demographics_confirmed=saved is not None and saved.demographics_at is not None,
        coverages=in_force,
        coverage=facts.coverage,
        coverage_confirmed=saved is not None and saved.coverage_at is not None,
        self_pay=facts.self_pay,
        copay_due_cents=facts.due_cents,
        copay_open_cents=facts.open_cents,
        copay_payment_id=facts.payment_id,
        no_copay_reason=saved.no_copay_reason if saved else "",
        copay_later=saved.copay_later if saved else False,
        cost_share_forbidden=facts.forbidden,
        balance_cents=balance(read, patient.id),
        missing=tuple(_missing(patient, saved, facts)),
    )


def copay_facts(in_force: Collection[CoverageRow], saved: CheckIn | None, paid: tuple[Cents, int | None]) -> CopayFacts:
    """Work out the co-pay: the coverage seen, else the primary one in force; none where cost-sharing is forbidden.

    `in_force` is sorted as `coverages` sorts; `paid` comes from `copays_paid`.
    """
    seen = saved.coverage_id if saved else None
    chosen = next((row for row in in_force if row.id == seen), None) or next(iter(in_force), None)
    self_pay = (saved is not None and saved.self_pay) or (chosen is not None and chosen.self_pay)
    forbidden = any(row.cost_share_forbidden for row in in_force)
    due = 0 if self_pay or forbidden or chosen is None else chosen.due_copay_cents
    return CopayFacts(chosen, self_pay, due, paid[0], paid[1], forbidden)


def pays_without_plan(read: Read, visit: Visit) -> bool:
    """Say whether the patient pays a visit without a plan: self-pay, or no coverage in force on its day."""
    in_force = [row for row in coverages(read, visit.patient_id, visit.day) if row.in_force]
    facts = copay_facts(in_force, read.session.get(CheckIn, visit.id), (0, None))
    return facts.self_pay or facts.coverage is None


def in_force_on(read: Read, patient_ids: Collection[int], day: date) -> dict[int, list[CoverageRow]]:
    """Return the coverages in force of several patients, sorted as `coverages` sorts."""
    found = read.session.scalars(
        select(Coverage)
        .where(Coverage.patient_id.in_(patient_ids), Coverage.effective_on <= day)
        .where(Coverage.ends_on.is_(None) | (Coverage.ends_on >= day))
        .order_by(Coverage.position, Coverage.effective_on.desc(), Coverage.id.desc())
    )
    rows: dict[int, list[CoverageRow]] = {}
    for one in found:
        rows.setdefault(one.patient_id, []).append(coverage_row(one, day))
    return rows


def copays_paid(read: Read, visit_ids: Collection[int]) -> dict[int, tuple[Cents, int | None]]:
    """Return per visit the co-pay that stands (voids and refunds taken off) and the last payment that stands."""
    kinds: dict[int, PaymentKind] = {}
    root: dict[int, int] = {}
    visits: dict[int, int | None] = {}
    left: dict[int, Cents] = {}
    for payment_id, visit_id, kind, cents, of_id in read.session.execute(
        select(Payment.id, Payment.visit_id, Payment.kind, Payment.amount_cents, Payment.of_payment_id)
        .where(Payment.visit_id.in_(visit_ids))
        .order_by(Payment.id)
    ):
        first = root[payment_id] = root.get(of_id or 0, payment_id)
        kinds.setdefault(first, kind)
        visits.setdefault(first, visit_id)
        left[first] = left.get(first, 0) + cents
    paid: dict[int, tuple[Cents, int | None]] = {}
    for payment_id, cents in left.items():
        visit_id = visits[payment_id]
        if kinds[payment_id] is PaymentKind.COPAY and cents > 0 and visit_id is not None:
            paid[visit_id] = (paid.get(visit_id, (0, None))[0] + cents, payment_id)
    return paid


def _missing(patient: Patient, saved: CheckIn | None, facts: CopayFacts) -> list[MissingStep]:
    found = []
    if saved is None or not (saved.name_checked and saved.birth_date_checked):
        found.append(MissingStep(Step.IDENTITY, "Ask for the full name and the birth date, and tick both."))
    if saved is None or saved.demographics_at is None:
        on = patient.verified_on
        last = "never confirmed" if on is None else f"last confirmed on {format_date(on)}"
        sentence = f"Read back the address and the phone ({last}) and confirm them."
        found.append(MissingStep(Step.DEMOGRAPHICS, sentence, required=on is None))
    if saved is None or saved.coverage_at is None:
        found.append(MissingStep(Step.COVERAGE, _coverage_sentence(facts)))
    elif facts.open_cents and not saved.no_copay_reason:
        amount = format_money(facts.open_cents)
        found.append(MissingStep(Step.COPAY, f"Take the co-pay of {amount}, or give the reason why none is taken."))
    return found


def _coverage_sentence(facts: CopayFacts) -> str:
    if facts.coverage is None:
        return "No coverage is in force on this day. Add one, or choose self-pay."
    if facts.self_pay:
        return "Ask whether there is insurance now; confirm self-pay if there is none."
    return f"See the card of {facts.coverage.title} and confirm it, or choose self-pay."


def _demographics(patient: Patient) -> DemographicsRow:
    town = " ".join(filter(None, (f"{patient.city}," if patient.city else "", patient.state, patient.zip)))
    contacts = [
        ", ".join(filter(None, (contact.name, contact.relation, contact.phone)))
        for contact in patient.contacts
        if contact.kind == "emergency"
    ]
    return DemographicsRow(
        address_lines=tuple(filter(None, (patient.street, patient.street2, town))),
        phones=tuple(f"{format_phone(phone.digits)} {phone.kind}" for phone in patient.phones),
        email=patient.email,
        emergency_contacts=tuple(contacts),
        verified_on=patient.verified_on,
    )
