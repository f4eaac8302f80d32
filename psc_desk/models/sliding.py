"""The sliding fee: poverty guidelines as dated data, schedules with tiers, assessments (front-desk.md M6)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.models.base import Base


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


class SlidingSchedule(Base):
    """The clinic's schedule of discounts, as approved by its board, from a date."""

    __tablename__ = "sliding_schedule"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    effective_from: Mapped[date] = mapped_column(unique=True)
    approved_on: Mapped[date]
    valid_months: Mapped[int] = mapped_column(default=12)  # how long an assessment holds
    tiers: Mapped[list[SlidingTier]] = relationship(order_by="SlidingTier.position", lazy="selectin")


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
    period: Mapped[str]  # weekly, biweekly, monthly, yearly
    annual_cents: Mapped[int]
    proof: Mapped[str]  # pay stubs, tax return, ..., self-declared
    proof_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    guideline_id: Mapped[int | None] = mapped_column(ForeignKey("poverty_guideline.id"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("sliding_schedule.id"))
    tier: Mapped[int | None]  # position in the schedule; None: no discount
    percent_bp: Mapped[int]  # hundredths of a percent of the guideline, rounded up
    expires_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    __table_args__ = (CheckConstraint("household BETWEEN 1 AND 99", name="household"),)
