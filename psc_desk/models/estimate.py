"""Good-faith estimates for uninsured and self-pay patients (45 CFR 149.610; front-desk.md M7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.models.base import Base


class EstimateCause(StrEnum):
    """What set the clock."""

    SCHEDULED = "scheduled"
    REQUESTED = "requested"


def is_business_day(day: date) -> bool:
    """Say whether it is a Monday to Friday that is no federal holiday (45 CFR 149.610(a)(2))."""
    return day.weekday() < 5 and day not in _federal_holidays(day.year)


def business_days_later(day: date, count: int) -> date:
    """Return the `count`-th business day after `day`; back in time when `count` is negative."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_business_day(day):
            day += step
    return day


def business_days_ahead(asked_on: date, service_on: date) -> int:
    """Return how many business days before the service it was asked for: those from that day to the day before."""
    days = (asked_on + timedelta(days=n) for n in range((service_on - asked_on).days))
    return sum(map(is_business_day, days))


def estimate_due(cause: EstimateCause, asked_on: date, service_on: date | None) -> date | None:
    """Return the day by which the estimate is owed (45 CFR 149.610(b)(1)(vi)); None: booked too shortly before.

    Booked three business days ahead: within one; ten ahead: within three; asked for: within three.
    """
    if cause is EstimateCause.REQUESTED or service_on is None:
        return business_days_later(asked_on, 3)
    ahead = business_days_ahead(asked_on, service_on)
    if ahead < 3:
        return None
    return business_days_later(asked_on, 3 if ahead >= 10 else 1)


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("US", years=[year, year + 1]))


class EstimateRequest(Base):
    """An estimate that is owed: by a booking three or more business days ahead, or because it was asked for."""

    __tablename__ = "estimate_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    cause: Mapped[EstimateCause]
    asked_on: Mapped[date]
    due_on: Mapped[date]  # a business day
    note: Mapped[str] = mapped_column(default="")
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


class Estimate(Base):
    """One version of the estimate given for a request. A later version never erases an earlier one."""

    __tablename__ = "estimate"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("estimate_request.id"), index=True)
    version: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)  # made when the form opened: given once
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    service_on: Mapped[date | None]
    total_cents: Mapped[int]
    separately: Mapped[str] = mapped_column(default="")  # items that are scheduled separately, a line each
    given_how: Mapped[str]  # on paper, by mail, by e-mail
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    lines: Mapped[list[EstimateLine]] = relationship(lazy="selectin", order_by="EstimateLine.id")
    __table_args__ = (UniqueConstraint("request_id", "version"),)


class EstimateLine(Base):
    """An expected charge, after discounts."""

    __tablename__ = "estimate_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    estimate_id: Mapped[int] = mapped_column(ForeignKey("estimate.id"), index=True)
    code: Mapped[str]
    label: Mapped[str]
    diagnoses: Mapped[str] = mapped_column(default="")
    units: Mapped[int]
    cents: Mapped[int]
