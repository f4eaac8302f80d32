"""Payments, their tenders, refunds and voids (front-desk.md M2, M3). Immutable, like the journal they stand on."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.models.base import Base


class PaymentKind(StrEnum):
    """What the money is for, or what takes it back."""

    COPAY = "copay"
    DEDUCTIBLE = "deductible"
    BALANCE = "balance"
    PREPAYMENT = "prepayment"
    PLAN = "plan"
    SALE = "sale"
    REFUND = "refund"
    VOID = "void"
    RETURNED = "returned"

    @property
    def takes(self) -> bool:
        """Whether it takes money, and does not take back something else."""
        return self not in (PaymentKind.REFUND, PaymentKind.VOID, PaymentKind.RETURNED)

    @property
    def word(self) -> str:
        """As the desk says it."""
        words = {"copay": "Co-pay", "plan": "Plan installment", "returned": "Returned check"}
        return words.get(self.value, self.value.capitalize())


class TenderKind(StrEnum):
    """How it was paid."""

    CASH = "cash"
    CHECK = "check"
    CARD = "card"


class Payment(Base):
    """One receipt: money taken, refunded, a void of either, or a check that the bank returned.

    `amount_cents` is positive for money taken and negative for a refund or the void of a payment.
    `receipt_no` counts without gaps per till. Only a retail sale (and what takes it back) may be without a patient.
    """

    __tablename__ = "payment"
    id: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    receipt_no: Mapped[int]
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    kind: Mapped[PaymentKind]
    amount_cents: Mapped[int]
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    of_payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)  # refunded or voided
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("payment_plan.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    posted_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    tenders: Mapped[list[Tender]] = relationship(lazy="selectin")
    __table_args__ = (
        UniqueConstraint("till_id", "receipt_no"),
        CheckConstraint("amount_cents <> 0", name="amount"),
    )


class Tender(Base):
    """One way in which part of a payment was made; `cents` has the payment's sign.

    Cash: `tendered_cents` minus `cents` is the change. Card: brand and last four digits only.
    """

    __tablename__ = "tender"
    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    kind: Mapped[TenderKind]
    cents: Mapped[int]
    tendered_cents: Mapped[int] = mapped_column(default=0)
    check_no: Mapped[str] = mapped_column(default="")
    bank: Mapped[str] = mapped_column(default="")
    card_brand: Mapped[str] = mapped_column(default="")
    card_last4: Mapped[str] = mapped_column(default="")
    terminal_ref: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint("cents <> 0", name="cents"),
        CheckConstraint("kind <> 'check' OR check_no <> ''", name="check_no"),
        CheckConstraint("length(card_last4) IN (0, 4)", name="last4"),
    )

    @property
    def detail(self) -> str:
        """The part that tells this tender from others: "check 1042", "Visa ····4242 ref 8812"."""
        if self.kind is TenderKind.CHECK:
            return f"check {self.check_no}"
        if self.kind is TenderKind.CARD:
            return f"{self.card_brand} ····{self.card_last4} ref {self.terminal_ref}".strip()
        return ""
