"""Good-faith estimates: which are owed until when, and what one begins with (45 CFR 149.610; front-desk.md M7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from psc_desk.clock import local
from psc_desk.dates import format_date
from psc_desk.models.clinic import Clinic
from psc_desk.models.estimate import Estimate, EstimateCause, EstimateRequest
from psc_desk.models.patient import Patient
from psc_desk.models.visit import Status, Visit
from psc_desk.money import Cents, format_money
from psc_desk.queries.clinic import FeeRow, ProviderRow, VisitTypeRow, encounter_codes, fee_schedule, visit_types
from psc_desk.queries.clinic import providers as all_providers
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.plans import first_phones
from psc_desk.queries.sliding import assessment_on, tier_words
from psc_desk.settings import SELF_PAY_SCHEDULE
from psc_desk.work import Read

DISPUTE_CENTS = 40_000
"""From so much above the estimate the patient may dispute the bill (45 CFR 149.620(b)(1))."""
WARN_CENTS = DISPUTE_CENTS - 5_000


@dataclass(frozen=True)
class EstimateRow:
    """An estimate owed or given, as of `today`. `version` counts what was given; `current` says that it still fits."""

    request_id: int
    patient_id: int
    patient: str
    birth_date: date
    record_no: str
    phone: str
    visit_id: int | None
    service_on: date | None
    service: str
    provider: str
    cause: EstimateCause
    asked_on: date
    due_on: date
    version: int
    total_cents: Cents | None
    document_id: int | None
    given_at: datetime | None
    given_how: str
    current: bool
    withdrawn_reason: str
    today: date

    @property
    def is_open(self) -> bool:
        """Say whether an estimate, or a new version, is still to be given."""
        return not self.current and not self.withdrawn_reason

    @property
    def days_late(self) -> int:
        """Days since it fell due; 0 when nothing is owed or not yet late."""
        return max(0, (self.today - self.due_on).days) if self.is_open else 0


@dataclass(frozen=True)
class EstimateLineRow:
    """A line to expect; `cents` is what its units come to after the discount."""

    code: str
    label: str
    units: int
    cents: Cents
    diagnoses: str = ""


@dataclass(frozen=True)
class EstimateForm:
    """What the form of an estimate begins with. `discount` says in words what is taken off, `missing` what lacks."""

    who: PersonAtCounter
    row: EstimateRow
    provider_id: int | None
    providers: tuple[ProviderRow, ...]
    lines: tuple[EstimateLineRow, ...]
    fees: tuple[FeeRow, ...]
    separately: str
    discount: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class AskForm:
    """What a patient may ask a price for: a booked visit, or a type of visit that is not booked yet."""

    who: PersonAtCounter
    visits: tuple[tuple[int, str], ...]
    types: tuple[VisitTypeRow, ...]


@dataclass(frozen=True)
class EstimateWarning:
    """Charges so far above the estimate that the patient may soon dispute the bill."""

    estimate_cents: Cents
    over_cents: Cents
    sentence: str


def estimates(read: Read, *, everything: bool = False) -> list[EstimateRow]:
    """Return what is owed, the most overdue first; with `everything` then what was given or withdrawn, newest first.

    Of a visit that is over nothing is owed any more.
    """
    rows = _rows(read, *(() if everything else _still(read)))
    owed = _owed(rows, read.today)
    kept = {row.request_id for row in owed}
    others = sorted((row for row in rows if row.request_id not in kept), key=lambda row: -row.request_id)
    return [*owed, *others] if everything else owed


def owed_to(read: Read, patient_id: int) -> list[EstimateRow]:
    """Return the estimates that one patient is owed, the one due first on top."""
    return _owed(_rows(read, EstimateRequest.patient_id == patient_id, *_still(read)), read.today)


def estimate(read: Read, request_id: int) -> EstimateRow:
    """Return one request with what was given for it."""
    read.get(EstimateRequest, request_id, "estimate")
    return _rows(read, EstimateRequest.id == request_id)[0]


def estimate_form(read: Read, request_id: int) -> EstimateForm:
    """Return what a new version begins with: the lines of the last one, else the usual codes of the visit's type."""
    request = read.get(EstimateRequest, request_id, "estimate")
    row = estimate(read, request_id)
    visit = read.get(Visit, request.visit_id, "visit") if request.visit_id is not None else None
    day = row.service_on or read.today
    last = _versions(read, [request_id]).get(request_id, [])
    lines = tuple(
        EstimateLineRow(line.code, line.label, line.units, line.cents, line.diagnoses) for line in last[-1].lines
    ) if last else _usual(read, request, visit, day)  # fmt: skip
    discount = ""
    if not last:
        lines, discount = _discounted(read, request.patient_id, day, lines)
    chosen = visit.provider_id if visit else last[-1].provider_id if last else None
    return EstimateForm(
        who=person_at_counter(read, request.patient_id),
        row=row,
        provider_id=chosen,
        providers=tuple(all_providers(read)),
        lines=lines,
        fees=tuple(fee_schedule(read, day, read.setting(SELF_PAY_SCHEDULE))),
        separately=last[-1].separately if last else "",
        discount=discount,
        missing=() if read.get(Clinic, 1, "clinic").tax_id else ("the clinic's tax number",),
    )


def ask_form(read: Read, patient_id: int) -> AskForm:
    """Return what a patient may ask a price for."""
    booked = read.session.scalars(
        select(Visit)
        .where(Visit.patient_id == patient_id, Visit.status == Status.BOOKED, Visit.day >= read.today)
        .order_by(Visit.day, Visit.start_minute)
    )
    visits = tuple((one.id, f"{format_date(one.day)} {one.type.name}, {one.provider.name}") for one in booked)
    return AskForm(person_at_counter(read, patient_id), visits, tuple(visit_types(read)))


def estimate_warning(read: Read, visit_id: int, charges_cents: Cents) -> EstimateWarning | None:
    """Return a warning when the visit's charges, `charges_cents` in all, come within $50 of estimate plus $400."""
    last = read.session.scalar(
        select(Estimate)
        .join(EstimateRequest, EstimateRequest.id == Estimate.request_id)
        .where(EstimateRequest.visit_id == visit_id)
        .order_by(Estimate.id.desc())
        .limit(1)
    )
    over = charges_cents - last.total_cents if last is not None else 0
    if last is None or over < WARN_CENTS:
        return None
    given = format_date(local(last.made_at, read.zone).date())
    return EstimateWarning(
        last.total_cents,
        over,
        f"{format_money(charges_cents)} is {format_money(over)} above the estimate of {format_money(last.total_cents)} "
        f"given on {given}. From {format_money(DISPUTE_CENTS)} above, the patient may dispute the bill: check the "
        "charges, and tell the patient why.",
    )


def _still(read: Read) -> tuple[ColumnElement[bool], ...]:
    return EstimateRequest.withdrawn_reason == "", Visit.id.is_(None) | (Visit.day >= read.today)


def _owed(rows: list[EstimateRow], today: date) -> list[EstimateRow]:
    owed = [row for row in rows if row.is_open and (row.service_on is None or row.service_on >= today)]
    return sorted(owed, key=lambda row: (row.due_on, row.request_id))


def _rows(read: Read, *which: ColumnElement[bool]) -> list[EstimateRow]:
    chosen = (
        select(EstimateRequest, Patient, Visit)
        .join(Patient, Patient.id == EstimateRequest.patient_id)
        .outerjoin(Visit, Visit.id == EstimateRequest.visit_id)
        .where(*which)
        .order_by(EstimateRequest.id)
    )
    found = read.session.execute(chosen).unique().all()
    versions = _versions(read, [request.id for request, _patient, _visit in found])
    phones = first_phones(read, [patient.id for _request, patient, _visit in found])
    return [
        _row(read, (request, patient, visit), versions.get(request.id, []), phones.get(patient.id, ""))
        for request, patient, visit in found
    ]


def _row(
    read: Read, found: tuple[EstimateRequest, Patient, Visit | None], versions: list[Estimate], phone: str
) -> EstimateRow:
    request, patient, visit = found
    last = versions[-1] if versions else None
    fits = last is not None and (
        visit is None or (last.service_on, last.provider_id) == (visit.day, visit.provider_id)
    )  # fmt: skip
    return EstimateRow(
        request_id=request.id,
        patient_id=patient.id,
        patient=patient.sort_name,
        birth_date=patient.birth_date,
        record_no=str(patient.record_no),
        phone=phone,
        visit_id=request.visit_id,
        service_on=visit.day if visit else last.service_on if last else None,
        service=visit.type.name if visit else request.note,
        provider=visit.provider.name if visit else "",
        cause=request.cause,
        asked_on=request.asked_on,
        due_on=request.due_on,
        version=last.version if last else 0,
        total_cents=last.total_cents if last else None,
        document_id=last.document_id if last else None,
        given_at=local(last.made_at, read.zone) if last else None,
        given_how=last.given_how if last else "",
        current=fits,
        withdrawn_reason=request.withdrawn_reason,
        today=read.today,
    )


def _versions(read: Read, request_ids: list[int]) -> dict[int, list[Estimate]]:
    by_request: dict[int, list[Estimate]] = {}
    for one in read.session.scalars(
        select(Estimate).where(Estimate.request_id.in_(request_ids)).order_by(Estimate.version)
    ):
        by_request.setdefault(one.request_id, []).append(one)
    return by_request


def _usual(read: Read, request: EstimateRequest, visit: Visit | None, day: date) -> tuple[EstimateLineRow, ...]:
    """Return the usual codes of the visit's type, or of the type that was asked for, at the self-pay prices."""
    type_id = visit.type_id if visit else _type_named(read, request.note)
    if type_id is None:
        return ()
    codes = encounter_codes(read, type_id, day, read.setting(SELF_PAY_SCHEDULE))
    return tuple(EstimateLineRow(code.code, code.label, 1, code.cents) for code in codes if code.usual)


def _type_named(read: Read, name: str) -> int | None:
    return next((kind.id for kind in visit_types(read) if kind.name == name), None)


def _discounted(
    read: Read, patient_id: int, day: date, lines: tuple[EstimateLineRow, ...]
) -> tuple[tuple[EstimateLineRow, ...], str]:
    """Return the lines after the sliding-fee discount that an assessment in force gives, and its words."""
    found = assessment_on(read, patient_id, day)
    if found is None or found.tier is None or not lines:
        return lines, ""
    off = found.tier.discounts([line.cents for line in lines])
    less = tuple(
        EstimateLineRow(line.code, line.label, line.units, line.cents - cents, line.diagnoses)
        for line, cents in zip(lines, off, strict=True)
    )
    words = f"Sliding fee {tier_words(found.tier)}: {format_money(sum(off))} is taken off."
    return less, words
