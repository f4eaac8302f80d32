"""The sliding fee as the desk sees it: guidelines, schedules, assessments, and what a visit costs by them (M6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select

from psc_desk.clock import local
from psc_desk.errors import RefusedError
from psc_desk.models.charging import Adjustment, AdjustmentKind
from psc_desk.models.clinic import VisitTypeCode
from psc_desk.models.ledger import Charge
from psc_desk.models.patient import Patient
from psc_desk.models.sliding import (
    REGIONS,
    PovertyGuideline,
    SlidingAssessment,
    SlidingSchedule,
    TierTerms,
    evaluate_by,
    guideline_income,
    percent_of_guideline,
    percent_words,
    tier_for,
)
from psc_desk.models.visit import Visit
from psc_desk.money import Cents, format_money
from psc_desk.papers.sliding_card import SlidingCardData
from psc_desk.queries.check_in import pays_without_plan
from psc_desk.queries.clinic import fee_schedule
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.documents import DocumentRow, documents
from psc_desk.queries.money import ChargeRow, visit_charges
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.queries.staff import name_of
from psc_desk.settings import SELF_PAY_SCHEDULE, SLIDING_REGION, SLIDING_USUAL_CODE
from psc_desk.work import Read

ENDING_DAYS = 30
"""An assessment that ends within so many days stands in the list of those to renew."""
_LOOK_BACK = timedelta(days=365)
_NEW_BY = timedelta(days=31)
"""The guidelines of a year are published in its January."""


@dataclass(frozen=True)
class GuidelineRow:
    """A poverty guideline; `used` when an assessment stands on it. `current` is the one in force for the clinic.

    `old` when it is of the year before or earlier and the new one, out by the end of January, is missing.
    """

    id: int
    region: str
    effective_from: date
    base_cents: Cents
    per_person_cents: Cents
    source: str
    used: bool
    current: bool
    old: bool

    @property
    def region_word(self) -> str:
        """The region in words."""
        return REGIONS.get(self.region, self.region)


@dataclass(frozen=True)
class ScheduleRow:
    """A schedule of discounts with its tiers, lowest income first; `evaluate`: three years are over."""

    id: int
    name: str
    effective_from: date
    approved_on: date
    valid_months: int
    tiers: tuple[TierTerms, ...]
    used: bool
    current: bool
    evaluate: bool


@dataclass(frozen=True)
class AssessmentRow:
    """An assessment. `tier` None gives no discount; `ended` when `expires_on`, its last day, is past."""

    id: int
    patient_id: int
    name: str
    sort_name: str
    birth_date: date
    record_no: str
    assessed_on: date
    expires_on: date
    declined: bool
    household: int
    income_cents: Cents
    period: str
    annual_cents: Cents
    percent_bp: int
    proof: str
    tier: TierTerms | None
    made_by: str
    made_at: datetime
    ended: bool
    ends_soon: bool

    @property
    def result(self) -> str:
        """In words: "A: $20.00 for the visit", "no discount", "declined"."""
        return "declined to say" if self.declined else tier_words(self.tier)


@dataclass(frozen=True)
class AssessmentForm:
    """What the assessment form begins with. Without `guideline` or `schedule` nothing can be assessed."""

    who: PersonAtCounter
    language: str
    guideline: GuidelineRow | None
    schedule: ScheduleRow | None
    usual_cents: Cents
    current: AssessmentRow | None
    documents: tuple[DocumentRow, ...]
    today: date


@dataclass(frozen=True)
class VisitSliding:
    """The sliding fee of one visit: the assessment in force on its day, and what was discounted already.

    `terms` None: no discount.
    """

    assessment: AssessmentRow | None
    terms: TierTerms | None
    self_pay: bool
    still_nominal: Cents | None
    discounted_cents: Cents

    def preview(self, amounts: Sequence[Cents]) -> Cents:
        """Return what would come off these lines if they were charged now."""
        return sum(self.terms.discounts(amounts, self.still_nominal)) if self.terms else 0


def tier_words(tier: TierTerms | None) -> str:
    """Return "A: $20.00 for the visit" or "B: 25 % of the fee"."""
    if tier is None:
        return "no discount"
    if tier.nominal_cents is not None:
        return f"{tier.name}: {format_money(tier.nominal_cents)} for the visit"
    return f"{tier.name}: {tier.pays_percent} % of the fee"


def guidelines(read: Read) -> list[GuidelineRow]:
    """Return every guideline, the newest first."""
    rows = read.session.scalars(
        select(PovertyGuideline).order_by(PovertyGuideline.effective_from.desc(), PovertyGuideline.region)
    )
    current = _guideline_on(read, read.today)
    return [_guideline_row(read, row, current) for row in rows]


def guideline_on(read: Read, day: date) -> PovertyGuideline:
    """Return the guideline of the clinic's region in force on a day: the newest that is not later than it."""
    found = _guideline_on(read, day)
    if found is None:
        region = REGIONS.get(read.setting(SLIDING_REGION), "this region")
        raise RefusedError(f"There is no poverty guideline for {region} yet. Add it in Settings, Sliding fee.")
    return found


def schedules(read: Read) -> list[ScheduleRow]:
    """Return every schedule of discounts, the newest first."""
    rows = read.session.scalars(select(SlidingSchedule).order_by(SlidingSchedule.effective_from.desc()))
    current = _schedule_on(read, read.today)
    return [_schedule_row(read, row, current) for row in rows]


def schedule_on(read: Read, day: date) -> SlidingSchedule:
    """Return the schedule in force on a day, or raise RefusedError."""
    found = _schedule_on(read, day)
    if found is None:
        raise RefusedError("The clinic has no sliding fee schedule yet. Add it in Settings, Sliding fee.")
    return found


def usual_visit_cents(read: Read) -> Cents:
    """Return the fee of a usual visit: of the code set, else the one charged most in a year, else the first usual."""
    fees = {fee.code: fee.cents for fee in fee_schedule(read, read.today, read.setting(SELF_PAY_SCHEDULE))}
    wanted = read.setting(SLIDING_USUAL_CODE)
    usual = list(
        read.session.scalars(
            select(VisitTypeCode.code)
            .where(VisitTypeCode.usual)
            .order_by(VisitTypeCode.visit_type_id, VisitTypeCode.position)
        )
    )
    most = read.session.scalars(
        select(Charge.code)
        .where(Charge.code.in_(usual), Charge.service_date >= read.today - _LOOK_BACK)
        .group_by(Charge.code)
        .order_by(func.count().desc(), Charge.code)
        .limit(1)
    )
    return next((fees[code] for code in [wanted, *most, *usual] if code in fees), 0)


def assessment_form(read: Read, patient_id: int) -> AssessmentForm:
    """Return what the assessment form shows."""
    guideline, schedule = _guideline_on(read, read.today), _schedule_on(read, read.today)
    return AssessmentForm(
        who=person_at_counter(read, patient_id),
        language=read.get(Patient, patient_id, "patient").language,
        guideline=_guideline_row(read, guideline, guideline) if guideline else None,
        schedule=_schedule_row(read, schedule, schedule) if schedule else None,
        usual_cents=usual_visit_cents(read),
        current=assessment_on(read, patient_id, read.today),
        documents=tuple(documents(read, patient_id)),
        today=read.today,
    )


def assessment_on(read: Read, patient_id: int, day: date) -> AssessmentRow | None:
    """Return the newest assessment made on or before `day`, when it still held then; a newer one replaces it."""
    found = _newest_on(read, patient_id, day)
    return assessment_row(read, found) if found is not None and day <= found.expires_on else None


def newest_assessment(read: Read, patient_id: int) -> AssessmentRow | None:
    """Return the patient's newest assessment, which may have ended."""
    found = _newest_on(read, patient_id, read.today)
    return assessment_row(read, found) if found is not None else None


def assessment(read: Read, assessment_id: int) -> AssessmentRow:
    """Return one assessment."""
    return assessment_row(read, read.get(SlidingAssessment, assessment_id, "assessment"))


def newest_assessments(read: Read) -> list[AssessmentRow]:
    """Return each patient's newest assessment, those that end first at the top."""
    newest = select(func.max(SlidingAssessment.id)).group_by(SlidingAssessment.patient_id)
    assessed = select(Patient).where(Patient.id.in_(select(SlidingAssessment.patient_id)))
    _kept = read.session.scalars(assessed).all()  # loaded at once, found again one by one below
    rows = read.session.scalars(
        select(SlidingAssessment)
        .where(SlidingAssessment.id.in_(newest))
        .order_by(SlidingAssessment.expires_on, SlidingAssessment.id)
    )
    return [assessment_row(read, row) for row in rows]


def assessments_to_renew(read: Read) -> list[AssessmentRow]:
    """Return the newest assessments that have ended, or end within ENDING_DAYS."""
    return [row for row in newest_assessments(read) if row.ends_soon and not row.declined]


def visit_sliding(read: Read, visit_id: int) -> VisitSliding:
    """Return the sliding fee of a visit. Only a visit that the patient pays without a plan gets a discount here."""
    visit = read.get(Visit, visit_id, "visit")
    found = assessment_on(read, visit.patient_id, visit.day)
    self_pay = pays_without_plan(read, visit)
    charges = visit_charges(read, visit_id)
    off = sliding_discounts(read, [row.charge_id for row in charges])
    terms = found.tier if found is not None and self_pay else None
    return VisitSliding(found, terms, self_pay, _still_nominal(terms, charges, off), sum(off.values()))


def sliding_discounts(read: Read, charge_ids: list[int]) -> dict[int, Cents]:
    """Return what the sliding fee takes off each of these charges now; those without are absent."""
    rows = read.session.execute(
        select(Adjustment.charge_id, func.sum(Adjustment.cents))
        .where(Adjustment.charge_id.in_(charge_ids), Adjustment.kind == AdjustmentKind.SLIDING_FEE)
        .group_by(Adjustment.charge_id)
    )
    return {charge_id: cents for charge_id, cents in rows if cents}


def card_data(read: Read, assessment_id: int) -> SlidingCardData:
    """Return what the card of an assessment says, in the patient's language: English or Spanish."""
    row = assessment(read, assessment_id)
    return SlidingCardData(
        clinic=clinic_block(read),
        mark=print_mark(read),
        language="es" if read.get(Patient, row.patient_id, "patient").language == "es" else "en",
        patient_name=read.get(Patient, row.patient_id, "patient").full_name,
        birth_date=row.birth_date,
        record_no=row.record_no,
        tier=row.tier.name if row.tier else "",
        nominal_cents=row.tier.nominal_cents if row.tier else None,
        pays_percent=row.tier.pays_percent if row.tier else 100,
        usual_cents=usual_visit_cents(read),
        usual_pays_cents=row.tier.pays(usual_visit_cents(read)) if row.tier else usual_visit_cents(read),
        household=row.household,
        from_day=row.assessed_on,
        to_day=row.expires_on,
    )


def assessment_row(read: Read, found: SlidingAssessment) -> AssessmentRow:
    """Return the row of an assessment; its tier is that of the schedule by which it was made."""
    patient = read.get(Patient, found.patient_id, "patient")
    schedule = read.session.get(SlidingSchedule, found.schedule_id) if found.schedule_id else None
    tiers = schedule.terms if schedule else ()
    return AssessmentRow(
        id=found.id, patient_id=found.patient_id, name=patient.called, sort_name=patient.sort_name,
        birth_date=patient.birth_date,
        record_no=str(patient.record_no), assessed_on=found.assessed_on, expires_on=found.expires_on,
        declined=found.declined, household=found.household, income_cents=found.income_cents, period=found.period,
        annual_cents=found.annual_cents, percent_bp=found.percent_bp, proof=found.proof,
        tier=next((tier for tier in tiers if tier.position == found.tier), None),
        made_by=name_of(read, found.made_by), made_at=local(found.made_at, read.zone),
        ended=found.expires_on < read.today,
        ends_soon=found.expires_on <= read.today + timedelta(days=ENDING_DAYS),
    )  # fmt: skip


def foreseen(form: AssessmentForm, household: int, annual_cents: Cents) -> tuple[int, TierTerms | None]:
    """Return the percent of the guideline and the tier that an assessment would come to."""
    if form.guideline is None or form.schedule is None:
        raise RefusedError("Set the guidelines and the schedule in Settings, Sliding fee, first.")
    income = guideline_income(form.guideline.base_cents, form.guideline.per_person_cents, household)
    percent = percent_of_guideline(annual_cents, income)
    return percent, tier_for(form.schedule.tiers, percent)


def percent_text(row: AssessmentRow) -> str:
    """Return the percent of the guideline in words, empty when the patient declined to say."""
    return "" if row.declined else percent_words(row.percent_bp)


def _still_nominal(terms: TierTerms | None, charges: list[ChargeRow], off: dict[int, Cents]) -> Cents | None:
    """What of the nominal charge the lines discounted so far do not carry; None where the tier has none."""
    if terms is None or terms.nominal_cents is None:
        return None
    carried = sum(row.amount_cents - off[row.charge_id] for row in charges if row.charge_id in off)
    return max(0, terms.nominal_cents - carried)


def _newest_on(read: Read, patient_id: int, day: date) -> SlidingAssessment | None:
    return read.session.scalar(
        select(SlidingAssessment)
        .where(SlidingAssessment.patient_id == patient_id, SlidingAssessment.assessed_on <= day)
        .order_by(SlidingAssessment.id.desc())
        .limit(1)
    )


def _guideline_on(read: Read, day: date) -> PovertyGuideline | None:
    return read.session.scalar(
        select(PovertyGuideline)
        .where(PovertyGuideline.region == read.setting(SLIDING_REGION), PovertyGuideline.effective_from <= day)
        .order_by(PovertyGuideline.effective_from.desc())
        .limit(1)
    )


def _schedule_on(read: Read, day: date) -> SlidingSchedule | None:
    return read.session.scalar(
        select(SlidingSchedule)
        .where(SlidingSchedule.effective_from <= day)
        .order_by(SlidingSchedule.effective_from.desc())
        .limit(1)
    )


def _guideline_row(read: Read, row: PovertyGuideline, current: PovertyGuideline | None) -> GuidelineRow:
    used = read.session.scalar(select(exists().where(SlidingAssessment.guideline_id == row.id)))
    return GuidelineRow(
        row.id, row.region, row.effective_from, row.base_cents, row.per_person_cents, row.source, bool(used),
        row is current, (read.today - _NEW_BY).year > row.effective_from.year,
    )  # fmt: skip


def _schedule_row(read: Read, row: SlidingSchedule, current: SlidingSchedule | None) -> ScheduleRow:
    used = read.session.scalar(select(exists().where(SlidingAssessment.schedule_id == row.id)))
    return ScheduleRow(
        row.id, row.name, row.effective_from, row.approved_on, row.valid_months, row.terms, bool(used), row is current,
        evaluate_by(row.approved_on) <= read.today,
    )  # fmt: skip
