"""Who pays: payer, plan, subscriber, patient (front-desk.md I1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.models.base import Base, Versioned


class Payer(Base):
    """An insurance company or programme."""

    __tablename__ = "payer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str] = mapped_column(default="")
    payer_no: Mapped[str] = mapped_column(default="")


class Plan(Base):
    """A plan of a payer."""

    __tablename__ = "plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    payer_id: Mapped[int] = mapped_column(ForeignKey("payer.id"))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="PPO")  # HMO PPO POS EPO Medicare Medicaid comp auto
    payer: Mapped[Payer] = relationship(lazy="joined")


class Coverage(Base, Versioned):
    """A patient's coverage over dates; `ends_on` is inclusive; self-pay is a row without a plan."""

    __tablename__ = "coverage"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    position: Mapped[int] = mapped_column(default=1)  # 1 primary, 2 secondary, 3 tertiary
    subscriber_name: Mapped[str] = mapped_column(default="")
    subscriber_birth_date: Mapped[date | None]
    relation: Mapped[str] = mapped_column(default="self")  # self, spouse, child, other
    member_id: Mapped[str] = mapped_column(default="")
    group_no: Mapped[str] = mapped_column(default="")
    copay_cents: Mapped[int] = mapped_column(default=0)
    cost_share_forbidden: Mapped[bool] = mapped_column(default=False)  # Qualified Medicare Beneficiary
    effective_on: Mapped[date]
    ends_on: Mapped[date | None]
    verified_on: Mapped[date | None]
    verified_how: Mapped[str] = mapped_column(default="")
    plan: Mapped[Plan | None] = relationship(lazy="joined")
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 3", name="position"),
        CheckConstraint("copay_cents >= 0", name="copay"),
        CheckConstraint("ends_on IS NULL OR ends_on >= effective_on", name="dates"),
    )

    @property
    def title(self) -> str:
        """Payer and plan in words, or "Self-pay"."""
        return f"{self.plan.payer.name} {self.plan.name}" if self.plan else "Self-pay"

    def covers(self, day: date) -> bool:
        """Say whether this coverage is in force on `day`."""
        return self.effective_on <= day and (self.ends_on is None or day <= self.ends_on)
