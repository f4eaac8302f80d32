"""The sliding fee: guidelines, schedules, assessments, and the discount as a line of its own (front-desk.md M6).

The rules are those of the HRSA Health Center Program Compliance Manual, chapter 9: by income and household alone, the
same for everyone, and nobody is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select

from psc_desk import resources
from psc_desk.dates import add_months, format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import IncomeAssessed, SettingChanged
from psc_desk.exchange.guidelines_csv import GuidelineLine, read_guidelines
from psc_desk.models.charging import Adjustment, AdjustmentKind
from psc_desk.models.patient import Document, Patient
from psc_desk.models.print_job import PrintJob
from psc_desk.models.sliding import (
    REGIONS,
    PovertyGuideline,
    SlidingAssessment,
    SlidingSchedule,
    SlidingTier,
    TierTerms,
    annual_income,
    check_tiers,
    percent_of_guideline,
    percent_words,
    tier_for,
)
from psc_desk.models.staff import Right
from psc_desk.models.visit import Visit
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.papers.sliding_card import sliding_card_job, sliding_card_pdf
from psc_desk.privacy import check_no_card_number
from psc_desk.queries.money import ChargeRow, visit_charges
from psc_desk.queries.receipts import printer_profile
from psc_desk.queries.sliding import (
    AssessmentRow,
    assessment,
    card_data,
    guideline_on,
    schedule_on,
    sliding_discounts,
    tier_words,
    visit_sliding,
)
from psc_desk.settings import TILL_ID
from psc_desk.usecases.adjustments import adjust, take_back_adjustment
from psc_desk.usecases.print_queue import queue_job
from psc_desk.work import Work

SELF_DECLARED = "self-declared"
PROOFS = (
    "pay stubs", "tax return", "benefit letter", "employer letter", "unemployment statement", "no income statement",
    SELF_DECLARED, "other",
)  # fmt: skip
"""How the income is proved."""
_LONGEST = 80


@dataclass(frozen=True)
class ScheduleInput:
    """A schedule of discounts as approved by the board; `valid_months` is how long an assessment holds."""

    name: str
    effective_from: date
    approved_on: date
    valid_months: int
    tiers: tuple[TierTerms, ...]


@dataclass(frozen=True)
class AssessmentInput:
    """What the patient says. `income_cents` is per `period`; `declined` leaves household and income aside."""

    patient_id: int
    household: int = 1
    income_cents: Cents = 0
    period: str = "yearly"
    proof: str = SELF_DECLARED
    proof_document_id: int | None = None
    declined: bool = False


def add_shipped_guidelines(work: Work) -> int:
    """Add the guidelines that ship with the program and are newer than those of their region; return how many.

    An older one that somebody took out stays out.
    """
    shipped = read_guidelines(resources.path("poverty_guidelines.csv").read_bytes())
    last = func.max(PovertyGuideline.effective_from)
    found = work.session.execute(select(PovertyGuideline.region, last).group_by(PovertyGuideline.region))
    newest: dict[str, date] = {region: day for region, day in found}  # noqa: C416 - rows, not pairs
    new = [line for line in shipped.lines if line.effective_from > newest.get(line.region, date.min)]
    for line in new:
        _add(work, line)
    return len(new)


def load_shipped_guidelines(work: Work) -> int:
    """Do the same for a clinic that was set up by an older program, and say so."""
    work.require(Right.SETTINGS)
    count = add_shipped_guidelines(work)
    if count:
        work.announce(SettingChanged(), f"added {count} poverty guidelines that come with the program")
    return count


def add_guideline(work: Work, line: GuidelineLine) -> None:
    """Add the guideline of a region from a date, typed by hand."""
    work.require(Right.SETTINGS)
    _check_line(line)
    found = _guideline(work, line)
    if found is not None:
        raise InputError(
            f"There is a guideline for {REGIONS[line.region]} from {format_date(line.effective_from)} already. "
            "Take it out first if it is wrong.", "effective_from",
        )  # fmt: skip
    _add(work, line)
    _tell(work, line)


def import_guidelines(work: Work, lines: Sequence[GuidelineLine]) -> int:
    """Add the guidelines of a file that are not there yet; return how many. One that says otherwise is refused."""
    work.require(Right.SETTINGS)
    added = 0
    for line in lines:
        _check_line(line)
        found = _guideline(work, line)
        if found is None:
            _add(work, line)
            _tell(work, line)
            added += 1
        elif (found.base_cents, found.per_person_cents) != (line.base_cents, line.per_person_cents):
            raise RefusedError(
                f"The guideline for {REGIONS[line.region]} from {format_date(line.effective_from)} stands here with "
                "other figures. Take it out first if it is wrong; nothing was imported."
            )
    return added


def remove_guideline(work: Work, guideline_id: int) -> None:
    """Take out a guideline that was entered wrongly; refused once an assessment stands on it."""
    work.require(Right.SETTINGS)
    found = work.get(PovertyGuideline, guideline_id, "guideline")
    if work.session.scalar(select(exists().where(SlidingAssessment.guideline_id == guideline_id))):
        raise RefusedError("Assessments stand on this guideline, so it stays. Add the right one from a later date.")
    work.session.delete(found)
    work.announce(
        SettingChanged(),
        f"took out the poverty guideline for {REGIONS[found.region]} from {format_date(found.effective_from)}",
        before={"base_cents": found.base_cents, "per_person_cents": found.per_person_cents},
    )


def add_schedule(work: Work, schedule: ScheduleInput) -> int:
    """Add a schedule of discounts from a date; return its id. Assessments made before keep theirs."""
    work.require(Right.SETTINGS)
    _check_schedule(work, schedule)
    row = SlidingSchedule(
        name=schedule.name.strip(), effective_from=schedule.effective_from, approved_on=schedule.approved_on,
        valid_months=schedule.valid_months,
        tiers=[
            SlidingTier(
                position=number, name=tier.name.strip(), up_to_bp=tier.up_to_bp, nominal_cents=tier.nominal_cents,
                pays_percent=tier.pays_percent,
            )
            for number, tier in enumerate(schedule.tiers, 1)
        ],
    )  # fmt: skip
    work.session.add(row)
    work.announce(
        SettingChanged(), f"added the sliding fee schedule {row.name} from {format_date(row.effective_from)}",
        after={"tiers": [f"{percent_words(tier.up_to_bp)} {tier_words(tier)}" for tier in schedule.tiers]},
    )  # fmt: skip
    return row.id


def remove_schedule(work: Work, schedule_id: int) -> None:
    """Take out a schedule that was entered wrongly; refused once an assessment stands on it."""
    work.require(Right.SETTINGS)
    found = work.get(SlidingSchedule, schedule_id, "schedule")
    if work.session.scalar(select(exists().where(SlidingAssessment.schedule_id == schedule_id))):
        raise RefusedError("Assessments stand on this schedule, so it stays. Add a new one from a later date.")
    work.session.delete(found)
    work.announce(SettingChanged(), f"took out the sliding fee schedule {found.name}")


def assess(work: Work, typed: AssessmentInput, *, key: str) -> AssessmentRow:
    """Assess a household's income today by the guideline and schedule in force, and discount what it changes.

    The assessment replaces the one before; the same said again on the same day is the same assessment. Visits of today
    that were charged already get its discount, posted under `key`. Nobody is refused: who declines to say is recorded
    so and pays the full fee.
    """
    work.require(Right.REGISTER)
    work.get(Patient, typed.patient_id, "patient")
    _check_proof(work, typed)
    row = _declined(work, typed) if typed.declined else _assessed(work, typed)
    before = _said_before(work, row)
    if before is not None:
        return assessment(work, before)
    work.session.add(row)
    work.session.flush()
    made = assessment(work, row.id)
    said = "declined to state the household's income" if typed.declined else f"was assessed at {made.result}"
    work.announce(
        IncomeAssessed(patient_id=typed.patient_id), f"noted for the sliding fee that the patient {said}",
        after={"assessment_id": row.id, "household": row.household, "percent_bp": row.percent_bp, "tier": row.tier},
    )  # fmt: skip
    today = select(Visit.id).where(Visit.patient_id == typed.patient_id, Visit.day == work.today)
    for visit_id in work.session.scalars(today).all():
        apply_sliding_fee(work, visit_id, key=f"{key}:{visit_id}")
    return made


def apply_sliding_fee(work: Work, visit_id: int, *, key: str) -> Cents:
    """Bring the discounts of a visit to what the assessment in force on its day says; return the cents posted now.

    Each discount is an adjustment of its own. Lines discounted before keep theirs, unless a line was taken back since
    and the nominal charge must be shared anew. A visit without such an assessment, or with a plan, is left alone.
    """
    off = sliding_discounts(work, [row.charge_id for row in visit_charges(work, visit_id)])
    facts = visit_sliding(work, visit_id)
    if facts.self_pay and facts.assessment is not None and _by_another(work, list(off), facts.assessment.id):
        _take_back(work, list(off), key=key, reason="A new assessment replaces the one before")
        off, facts = {}, visit_sliding(work, visit_id)
    if facts.terms is None or facts.assessment is None:
        return 0
    charges = visit_charges(work, visit_id)
    new = [row for row in charges if row.charge_id not in off]
    still = facts.still_nominal
    if still is not None and still > sum(row.amount_cents for row in new) and off:
        _take_back(work, list(off), key=key, reason="The nominal charge is shared anew")
        new, still = visit_charges(work, visit_id), facts.terms.nominal_cents
    new = sorted(new, key=lambda row: row.charge_id)
    return _discount(work, new, facts.terms.discounts([row.amount_cents for row in new], still), facts.assessment, key)


def print_sliding_card(work: Work, assessment_id: int) -> int:
    """Queue the card of an assessment, in the patient's language, for the receipt printer; return the job's id."""
    work.require(Right.REGISTER)
    data = card_data(work, assessment_id)
    profile = printer_profile(work)
    content, text = sliding_card_job(data, profile)
    job = PrintJob(till_id=work.setting(TILL_ID), kind="slip", title="Sliding fee card", content=content, text=text)
    return queue_job(work, job, patient_id=assessment(work, assessment_id).patient_id)


def make_sliding_card(work: Work, assessment_id: int) -> bytes:
    """Return the card of an assessment as PDF, in the patient's language."""
    work.require(Right.REGISTER)
    row = assessment(work, assessment_id)
    work.announce(IncomeAssessed(patient_id=row.patient_id), "made the sliding fee card as a page")
    return sliding_card_pdf(card_data(work, assessment_id))


def _assessed(work: Work, typed: AssessmentInput) -> SlidingAssessment:
    guideline, schedule = guideline_on(work, work.today), schedule_on(work, work.today)
    annual = annual_income(typed.income_cents, typed.period)
    percent = percent_of_guideline(annual, guideline.income_cents(typed.household))
    tier = tier_for(schedule.terms, percent)
    return SlidingAssessment(
        patient_id=typed.patient_id, assessed_on=work.today, household=typed.household,
        income_cents=typed.income_cents, period=typed.period, annual_cents=annual, proof=typed.proof.strip(),
        proof_document_id=typed.proof_document_id, guideline_id=guideline.id, schedule_id=schedule.id,
        tier=tier.position if tier else None, percent_bp=percent,
        expires_on=add_months(work.today, schedule.valid_months), made_at=work.now, made_by=work.actor.id,
    )  # fmt: skip


def _declined(work: Work, typed: AssessmentInput) -> SlidingAssessment:
    return SlidingAssessment(
        patient_id=typed.patient_id, assessed_on=work.today, declined=True, household=1, income_cents=0,
        period="yearly", annual_cents=0, proof="", percent_bp=0, expires_on=add_months(work.today, 12),
        made_at=work.now, made_by=work.actor.id,
    )  # fmt: skip


def _said_before(work: Work, row: SlidingAssessment) -> int | None:
    """Return the newest assessment of the patient when it says just the same: a double click, or a retry."""
    last = work.session.scalar(
        select(SlidingAssessment)
        .where(SlidingAssessment.patient_id == row.patient_id)
        .order_by(SlidingAssessment.id.desc())
        .limit(1)
    )
    return last.id if last is not None and _said(last) == _said(row) else None


def _said(row: SlidingAssessment) -> tuple[object, ...]:
    return (
        row.assessed_on, bool(row.declined), row.household, row.income_cents, row.period, row.proof,
        row.proof_document_id, row.guideline_id, row.schedule_id,
    )  # fmt: skip


def _check_proof(work: Work, typed: AssessmentInput) -> None:
    if typed.declined:
        return
    if not typed.proof.strip() or len(typed.proof) > _LONGEST:
        raise InputError("Say how the income is proved, or that the patient declares it.", "proof")
    check_no_card_number(typed.proof, "proof")
    if typed.proof_document_id is not None:
        paper = work.get(Document, typed.proof_document_id, "paper")
        if paper.patient_id != typed.patient_id:
            raise RefusedError("That paper belongs to another chart. Choose one of this patient's.")


def _by_another(work: Work, charge_ids: list[int], assessment_id: int) -> bool:
    """Say whether a discount that stands was given by another assessment."""
    return any(found.assessment_id not in (None, assessment_id) for found in _standing(work, charge_ids))


def _take_back(work: Work, charge_ids: list[int], *, key: str, reason: str) -> None:
    for found in _standing(work, charge_ids):
        take_back_adjustment(work, found.id, key=f"{key}:back{found.id}", reason=reason)


def _standing(work: Work, charge_ids: list[int]) -> list[Adjustment]:
    taken = select(Adjustment.of_adjustment_id).where(Adjustment.of_adjustment_id.is_not(None))
    standing = select(Adjustment).where(
        Adjustment.charge_id.in_(charge_ids), Adjustment.kind == AdjustmentKind.SLIDING_FEE,
        Adjustment.cents > 0, Adjustment.id.not_in(taken),
    )  # fmt: skip
    return list(work.session.scalars(standing.order_by(Adjustment.id)))


def _discount(
    work: Work, charges: Sequence[ChargeRow], discounts: Sequence[Cents], by: AssessmentRow, key: str
) -> Cents:
    total = 0
    for row, cents in zip(charges, discounts, strict=True):
        cents = min(cents, row.limit_cents)
        if cents <= 0:
            continue
        adjust(
            work, row.charge_id, cents, AdjustmentKind.SLIDING_FEE, key=f"{key}:slide{row.charge_id}",
            reason=f"Sliding fee {tier_words(by.tier)}", assessment_id=by.id,
        )  # fmt: skip
        total += cents
    return total


def _check_schedule(work: Work, schedule: ScheduleInput) -> None:
    if not schedule.name.strip() or len(schedule.name) > _LONGEST:
        raise InputError("Give the schedule a name of up to 80 letters.", "name")
    if schedule.approved_on > work.today:
        raise InputError("The board's approval cannot be in the future. Correct the date.", "approved_on")
    if not 1 <= schedule.valid_months <= 36:
        raise InputError("An assessment holds for 1 to 36 months. Correct the number.", "valid_months")
    check_tiers(schedule.tiers)
    if work.session.scalar(select(exists().where(SlidingSchedule.effective_from == schedule.effective_from))):
        raise InputError("There is a schedule from that date already. Choose another date.", "effective_from")


def _check_line(line: GuidelineLine) -> None:
    if line.region not in REGIONS:
        raise InputError("Choose the region: the 48 states and D.C., Alaska or Hawaii.", "region")
    if not 0 < line.base_cents <= LIMIT:
        raise InputError("Type the yearly dollars for one person, as the notice states them.", "base_cents")
    if not 0 < line.per_person_cents <= LIMIT:
        raise InputError("Type the yearly dollars for each person more, as the notice states them.", "per_person_cents")
    if len(line.source) > 200:
        raise InputError("The source is longer than 200 letters. Shorten it.", "source")


def _guideline(work: Work, line: GuidelineLine) -> PovertyGuideline | None:
    return work.session.scalar(
        select(PovertyGuideline).where(
            PovertyGuideline.region == line.region, PovertyGuideline.effective_from == line.effective_from
        )
    )


def _add(work: Work, line: GuidelineLine) -> None:
    work.session.add(
        PovertyGuideline(
            region=line.region, effective_from=line.effective_from, base_cents=line.base_cents,
            per_person_cents=line.per_person_cents, source=line.source.strip() or "Entered by hand",
        )
    )  # fmt: skip
    work.session.flush()


def _tell(work: Work, line: GuidelineLine) -> None:
    work.announce(
        SettingChanged(),
        f"added the poverty guideline for {REGIONS[line.region]} from {format_date(line.effective_from)}: "
        f"{format_money(line.base_cents)} and {format_money(line.per_person_cents)} for each more",
    )
