"""Beside the charge itself: the encounter form, coding questions, adjustments, closed months (front-desk.md M1)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.models.base import Base
from psc_desk.models.ledger import Account


class EncounterForm(Base):
    """What the encounter form of a visit says beside its lines: the diagnoses (A, B, ...), or why none is charged."""

    __tablename__ = "encounter_form"
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    diagnoses: Mapped[dict[str, Any]]  # {"codes": ["J06.9", "R05.9"]}, pointer A is the first, 12 at most
    no_charge_reason: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


class CodingQuestion(Base):
    """A question about coding, asked of the provider and tracked until it is answered."""

    __tablename__ = "coding_question"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    question: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))


class AdjustmentKind(StrEnum):
    """Why less is owed without money; each kind has its account."""

    CONTRACTUAL = "contractual"
    SLIDING_FEE = "sliding_fee"
    COURTESY = "courtesy"
    SMALL_BALANCE = "small_balance"
    BAD_DEBT = "bad_debt"

    @property
    def account(self) -> Account:
        """The account that the adjustment debits."""
        return {
            "contractual": Account.CONTRACTUAL, "sliding_fee": Account.SLIDING_FEE, "courtesy": Account.COURTESY,
            "small_balance": Account.COURTESY, "bad_debt": Account.BAD_DEBT,
        }[self.value]  # fmt: skip

    @property
    def word(self) -> str:
        """As the desk says it."""
        return self.value.replace("_", " ").capitalize()


class Adjustment(Base):
    """An amount taken off one charge, or the taking back of such (negative cents). Immutable."""

    __tablename__ = "adjustment"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AdjustmentKind]
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    cents: Mapped[int]  # positive lowers what is owed
    reason: Mapped[str]
    reason_code: Mapped[str] = mapped_column(default="")  # a claim adjustment code such as CO-45, when there is one
    of_adjustment_id: Mapped[int | None] = mapped_column(ForeignKey("adjustment.id"), unique=True)  # taken back
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("sliding_assessment.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))
    posted_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    __table_args__ = (CheckConstraint("cents <> 0", name="cents"),)


class ClosedMonth(Base):
    """A month whose books are closed: the journal takes no entry dated in it (see TRIGGERS)."""

    __tablename__ = "closed_month"
    month: Mapped[str] = mapped_column(primary_key=True)  # "2026-03"
    closed_at: Mapped[datetime]
    closed_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
