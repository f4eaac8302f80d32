"""Payment plans (front-desk.md M5). What was paid is a query over the journal; nothing is stored twice."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.errors import InputError
from psc_desk.models.base import Base
from psc_desk.money import Cents, format_money, split_evenly

FREE_OF_DISCLOSURE = 4
"""More instalments by written agreement may be credit under Regulation Z (12 CFR 1026.2(a)(17))."""
CREDITOR_ABOVE = 25
"""... for who agrees to such plans more than this many times in a calendar year."""
MOST_INSTALMENTS = 60


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

    @property
    def word(self) -> str:
        """As the desk says it."""
        return {"weekly": "Every week", "biweekly": "Every two weeks", "monthly": "Every month"}[self.value]


@dataclass(frozen=True)
class Instalment:
    """One instalment of a schedule; `number` counts from 1."""

    number: int
    due_on: date
    cents: Cents


def propose(total: Cents, count: int, frequency: Frequency, first_due: date) -> list[Instalment]:
    """Return `count` instalments that sum to `total`: all equal, the last takes the remainder; none is zero.

    A monthly instalment falls on the day of the month of the first, or on the month's last day where it has no such.
    """
    if not 1 <= count <= MOST_INSTALMENTS:
        raise InputError(f"A plan has 1 to {MOST_INSTALMENTS} installments. Choose another number.", "count")
    if total < count:
        raise InputError(f"{format_money(total)} cannot be paid in {count} installments. Choose fewer.", "count")
    amounts = split_evenly(total, count)
    return [Instalment(n + 1, due_after(first_due, frequency, n), cents) for n, cents in enumerate(amounts)]


def due_after(first_due: date, frequency: Frequency, count: int) -> date:
    """Return the due date `count` instalments after the first."""
    if frequency is not Frequency.MONTHLY:
        return first_due + timedelta(weeks=count * (1 if frequency is Frequency.WEEKLY else 2))
    year, month = divmod(first_due.year * 12 + first_due.month - 1 + count, 12)
    return date(year, month + 1, min(first_due.day, monthrange(year, month + 1)[1]))


class PaymentPlan(Base):
    """An agreement to pay what is owed in instalments, without interest. Terms are locked once agreed."""

    __tablename__ = "payment_plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # made when the form opened: agreed once
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
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), primary_key=True, index=True)
    cents: Mapped[int]
