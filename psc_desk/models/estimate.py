"""Good-faith estimates for uninsured and self-pay patients (45 CFR 149.610; front-desk.md M7)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.models.base import Base


class EstimateCause(StrEnum):
    """What set the clock."""

    SCHEDULED = "scheduled"
    REQUESTED = "requested"


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
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    service_on: Mapped[date | None]
    total_cents: Mapped[int]
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
