"""Payment plans (front-desk.md M5). What was paid is a query over the journal; nothing is stored twice."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.models.base import Base


class PlanStatus(StrEnum):
    """Where a plan stands."""

    ACTIVE = "active"
    COMPLETED = "completed"
    CLOSED = "closed"


class Frequency(StrEnum):
    """How often an instalment is due."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"


class PaymentPlan(Base):
    """An agreement to pay what is owed in instalments, without interest. Terms are locked once agreed."""

    __tablename__ = "payment_plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    guarantor: Mapped[str]  # who signs; may differ from the patient
    total_cents: Mapped[int]
    frequency: Mapped[Frequency]
    status: Mapped[PlanStatus] = mapped_column(default=PlanStatus.ACTIVE)
    agreed_on: Mapped[date]
    agreed_at: Mapped[datetime]
    agreed_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    disclosure: Mapped[str] = mapped_column(default="")  # the answer to the disclosure question above 4 instalments
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    status_reason: Mapped[str] = mapped_column(default="")
    status_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("total_cents > 0", name="total"),)


class PlanInstalment(Base):
    """One instalment: n-1 equal, the last takes the remainder."""

    __tablename__ = "plan_instalment"
    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plan.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(index=True)
    cents: Mapped[int]
    __table_args__ = (CheckConstraint("cents > 0", name="cents"),)


class PlanCharge(Base):
    """A charge that the plan covers, with what was open on it when agreed."""

    __tablename__ = "plan_charge"
    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plan.id"), primary_key=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), primary_key=True)
    cents: Mapped[int]
