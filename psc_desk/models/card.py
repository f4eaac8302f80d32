"""Cards: the attempt at the terminal, bracketed by two steps, and the terminal's batch (front-desk.md M2, M9)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.models.base import Base


class CardState(StrEnum):
    """What the terminal said. ASKED after a restart is an unknown answer: somebody must check the terminal.

    HELD is approved and not posted, because the other ways to pay of the same payment are not settled yet.
    """

    ASKED = "asked"
    CHECK_TERMINAL = "check_terminal"
    HELD = "held"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class CardAttempt(Base):
    """One card payment from "the terminal was asked" to its answer. Ended attempts never change (see TRIGGERS)."""

    __tablename__ = "card_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"), index=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    cents: Mapped[int]
    payment: Mapped[dict[str, Any]]  # the whole payment as typed, so that it can be finished after a crash
    state: Mapped[CardState] = mapped_column(default=CardState.ASKED)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    detail: Mapped[str] = mapped_column(default="")
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id", deferrable=True, initially="DEFERRED"))
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents"),
        Index("ix_card_attempt_open", "state", sqlite_where=text("state IN ('asked', 'check_terminal', 'held')")),
    )


class CardBatch(Base):
    """What the terminal settled for one drawer session, as printed by it, beside what the desk had recorded."""

    __tablename__ = "card_batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"), unique=True)
    batch_no: Mapped[str] = mapped_column(default="")
    business_date: Mapped[date]
    terminal_cents: Mapped[int]
    expected_cents: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")  # why the two differ
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


class BankConfirmation(Base):
    """What the bank booked for a deposit or a card batch; the difference is posted to the books."""

    __tablename__ = "bank_confirmation"
    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("deposit.id"), unique=True)
    card_batch_id: Mapped[int | None] = mapped_column(ForeignKey("card_batch.id"), unique=True)
    booked_on: Mapped[date]
    cents: Mapped[int]
    variance_cents: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"))
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    __table_args__ = (CheckConstraint("(deposit_id IS NULL) <> (card_batch_id IS NULL)", name="one_kind"),)
