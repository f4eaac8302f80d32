"""The sliding fee: poverty guidelines as dated data, schedules with tiers, assessments (front-desk.md M6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.dates import add_months
from psc_desk.errors import InputError
from psc_desk.models.base import Base
from psc_desk.money import LIMIT, Cents, format_money, spread

PERIODS = {"weekly": 52, "biweekly": 26, "twice_monthly": 24, "monthly": 12, "yearly": 1}
"""How often an income comes, and how many times that is in a year."""
REGIONS = {"48": "48 states and D.C.", "AK": "Alaska", "HI": "Hawaii"}
"""The regions for which poverty guidelines are published."""
MOST_PEOPLE = 99
FULL_DISCOUNT_BP = 10_000
"""At or below 100 % of the guideline only a nominal charge may be taken (HRSA Compliance Manual, chapter 9)."""
LEAST_PARTIAL_TIERS = 3
"""Partial discounts come in at least three classes (HRSA Compliance Manual, chapter 9)."""


def annual_income(cents: Cents, period: str) -> Cents:
    """Return the income of a year, or raise InputError for a period or an amount that cannot be."""
    times = PERIODS.get(period)
    if times is None:
        raise InputError("Choose how often the income comes: weekly, every two weeks, monthly or yearly.", "period")
    if not 0 <= cents * times <= LIMIT:
        raise InputError(f"The income of a year is larger than {format_money(LIMIT)}. Check the digits.", "income")
    return cents * times


def guideline_income(base_cents: Cents, per_person_cents: Cents, household: int) -> Cents:
    """Return the guideline's yearly income for a household, or raise InputError for a size that cannot be."""
    if not 1 <= household <= MOST_PEOPLE:
        raise InputError(f"A household has 1 to {MOST_PEOPLE} people. Correct the number.", "household")
    return base_cents + per_person_cents * (household - 1)


def percent_of_guideline(annual_cents: Cents, guideline_cents: Cents) -> int:
    """Return hundredths of a percent, rounded up: one cent above the guideline is above 100 %."""
    return -(-annual_cents * 10_000 // guideline_cents)


def percent_words(bp: int) -> str:
    """Return "138.25 %", without decimals where there are none."""
    whole, part = divmod(bp, 100)
    return f"{whole:,}.{part:02d} %" if part else f"{whole:,} %"


@dataclass(frozen=True)
class TierTerms:
    """A tier: up to `up_to_bp` the patient pays `nominal_cents` for the visit, or else `pays_percent` of each fee."""

    position: int
    name: str
    up_to_bp: int
    nominal_cents: Cents | None
    pays_percent: int = 100

    @property
    def partial(self) -> bool:
        """Say whether this is one of the classes between full charge and full discount."""
        return self.up_to_bp > FULL_DISCOUNT_BP

    def pays(self, fee_cents: Cents) -> Cents:
        """Return what a visit with one fee costs the patient."""
        return fee_cents - sum(self.discounts([fee_cents]))

    def discounts(self, amounts: Sequence[Cents], still_nominal: Cents | None = None) -> list[Cents]:
        """Return what comes off each line, never more than the line.

        A share is rounded half up to the cent on each line. A nominal charge is shared over the lines by largest
        remainder; `still_nominal` is what of it other lines of the visit do not carry yet.
        """
        if self.nominal_cents is None:
            return [(amount * (100 - self.pays_percent) + 50) // 100 for amount in amounts]
        nominal = self.nominal_cents if still_nominal is None else still_nominal
        pays = spread(max(0, min(nominal, sum(amounts))), amounts)
        return [amount - paid for amount, paid in zip(amounts, pays, strict=True)]


def tier_for(tiers: Sequence[TierTerms], percent_bp: int) -> TierTerms | None:
    """Return the first tier that reaches this share of the guideline; None above the last."""
    return next((tier for tier in tiers if percent_bp <= tier.up_to_bp), None)


def check_tiers(tiers: Sequence[TierTerms]) -> None:
    """Raise InputError for tiers that are no schedule; the field is "tier_" and the number of the line, from 1."""
    if not tiers:
        raise InputError("A schedule needs at least one tier. Add one.", "tier_1")
    reached = 0
    for number, tier in enumerate(tiers, 1):
        field = f"tier_{number}"
        if not tier.name.strip():
            raise InputError(f"Tier {number} needs a name, such as {chr(64 + min(number, 26))}.", field)
        if tier.up_to_bp <= reached:
            raise InputError(f"Tier {number} must reach further than the one above it. Correct its percent.", field)
        if tier.nominal_cents is not None and not 0 <= tier.nominal_cents <= LIMIT:
            raise InputError(f"The nominal charge of tier {number} cannot be. Correct it.", field)
        if not 0 <= tier.pays_percent <= 100:
            raise InputError(f"In tier {number} the patient pays 0 to 100 percent of the fee. Correct it.", field)
        reached = tier.up_to_bp


def schedule_warnings(tiers: Sequence[TierTerms], usual_cents: Cents) -> list[str]:
    """Return in sentences what of a schedule departs from the rules; `usual_cents` is the fee of a usual visit, or 0.

    Source: HRSA Health Center Program Compliance Manual, chapter 9, element d.
    """
    found = []
    partial = [tier for tier in tiers if tier.partial]
    if len(partial) < LEAST_PARTIAL_TIERS:
        found.append(f"There are {len(partial)} partial tiers above 100 %; the rules ask for at least three.")
    if tiers and tiers[-1].up_to_bp > 2 * FULL_DISCOUNT_BP:
        found.append("A tier reaches above 200 % of the guideline, where no discount may be given.")
    if all(tier.up_to_bp < FULL_DISCOUNT_BP for tier in tiers):
        found.append("No tier reaches 100 % of the guideline.")
    found += [
        f"Tier {tier.name} takes a share of the fee at or below 100 %, where only a flat charge may be taken."
        for tier in tiers
        if not tier.partial and tier.nominal_cents is None and tier.pays_percent
    ]
    return [*found, *_high_nominals(tiers, partial, usual_cents)] if usual_cents and partial else found


def _high_nominals(tiers: Sequence[TierTerms], partial: Sequence[TierTerms], usual_cents: Cents) -> list[str]:
    least = min(tier.pays(usual_cents) for tier in partial)
    return [
        f"Tier {tier.name} pays {format_money(tier.pays(usual_cents))} for a usual visit, more than the lowest partial "
        f"fee of {format_money(least)}. Lower its charge."
        for tier in tiers
        if not tier.partial and tier.pays(usual_cents) > least
    ]


def evaluate_by(approved_on: date) -> date:
    """Return the day by which a schedule is evaluated again: three years (HRSA Compliance Manual, chapter 9)."""
    return add_months(approved_on, 36)


EXAMPLE_TIERS = (
    TierTerms(1, "A", 10_000, 2000),
    TierTerms(2, "B", 13_300, None, 25),
    TierTerms(3, "C", 16_700, None, 50),
    TierTerms(4, "D", 20_000, None, 75),
)
"""Offered where there is no schedule yet: $20 at or below 100 %, then 25, 50 and 75 % of the fee up to 200 %."""


class PovertyGuideline(Base):
    """The federal poverty guideline of one region from a date: annual income for one person, and for each more."""

    __tablename__ = "poverty_guideline"
    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str]  # "48" (contiguous states and DC), "AK", "HI"
    effective_from: Mapped[date]
    base_cents: Mapped[int]
    per_person_cents: Mapped[int]
    source: Mapped[str]
    __table_args__ = (
        UniqueConstraint("region", "effective_from"),
        CheckConstraint("base_cents > 0 AND per_person_cents > 0", name="cents"),
    )

    def income_cents(self, household: int) -> Cents:
        """Return the yearly income of a household of this size."""
        return guideline_income(self.base_cents, self.per_person_cents, household)


class SlidingSchedule(Base):
    """The clinic's schedule of discounts, as approved by its board, from a date."""

    __tablename__ = "sliding_schedule"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    effective_from: Mapped[date] = mapped_column(unique=True)
    approved_on: Mapped[date]
    valid_months: Mapped[int] = mapped_column(default=12)  # how long an assessment holds
    tiers: Mapped[list[SlidingTier]] = relationship(
        order_by="SlidingTier.position", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def terms(self) -> tuple[TierTerms, ...]:
        """The tiers, lowest income first."""
        return tuple(
            TierTerms(tier.position, tier.name, tier.up_to_bp, tier.nominal_cents, tier.pays_percent)
            for tier in self.tiers
        )


class SlidingTier(Base):
    """A tier: up to this share of the guideline the patient pays a nominal charge per visit, or a share of the fee."""

    __tablename__ = "sliding_tier"
    schedule_id: Mapped[int] = mapped_column(ForeignKey("sliding_schedule.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    up_to_bp: Mapped[int]  # hundredths of a percent of the guideline: 10000 is 100 %
    nominal_cents: Mapped[int | None]  # flat charge for the visit; None: the share below
    pays_percent: Mapped[int] = mapped_column(default=100)  # share of the fee that the patient pays
    __table_args__ = (CheckConstraint("pays_percent BETWEEN 0 AND 100", name="percent"),)


class SlidingAssessment(Base):
    """What a household's income came to on a day, by which guideline, and until when it holds. Immutable."""

    __tablename__ = "sliding_assessment"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    assessed_on: Mapped[date]
    declined: Mapped[bool] = mapped_column(default=False)  # asked, and did not wish to say
    household: Mapped[int]
    income_cents: Mapped[int]  # as stated, per `period`
    period: Mapped[str]  # a key of PERIODS
    annual_cents: Mapped[int]
    proof: Mapped[str]  # pay stubs, tax return, ..., self-declared
    proof_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    guideline_id: Mapped[int | None] = mapped_column(ForeignKey("poverty_guideline.id"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("sliding_schedule.id"))
    tier: Mapped[int | None]  # position in the schedule; None: no discount
    percent_bp: Mapped[int]  # hundredths of a percent of the guideline, rounded up
    expires_on: Mapped[date]  # the last day on which it holds
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    __table_args__ = (CheckConstraint("household BETWEEN 1 AND 99", name="household"),)
