"""The one double-entry journal. Entries balance, are never changed and never deleted.

Accounts are text: a kind, or kind and number ("drawer:1"). A positive line debits, a negative line credits, in cents.
The database itself holds the rules (see TRIGGERS): lines are written before their entry's header, and the header
is refused unless its lines sum to zero; nothing can be added to, changed in or removed from a posted entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.models.base import Base


class Account(StrEnum):
    """The kinds of account. Drawers carry their number behind a colon: see `drawer_account`."""

    DRAWER = "drawer"
    SAFE = "safe"  # cash taken out of drawers and not yet deposited
    CHECKS = "undeposited_checks"
    CARDS = "card_clearing"
    BANK = "bank"
    IN_TRANSIT = "cash_in_transit"  # sent from one drawer, not yet accepted
    CHANGE_FUND = "change_fund"  # where floats come from
    PATIENT_AR = "patient_ar"
    INSURANCE_AR = "insurance_ar"
    UNAPPLIED = "unapplied_credit"
    REFUNDS_PAYABLE = "refunds_payable"
    CHARGES = "charges"
    CONTRACTUAL = "contractual_adjustment"
    SLIDING_FEE = "sliding_fee_adjustment"
    COURTESY = "courtesy_adjustment"
    BAD_DEBT = "bad_debt"
    SALES = "retail_sales"
    SALES_TAX = "sales_tax_payable"
    CARD_FEES = "card_fees"
    PETTY_EXPENSE = "petty_expense"
    OVER_SHORT = "cash_over_short"


def drawer_account(till_id: int) -> str:
    """The account of one cash drawer."""
    return f"{Account.DRAWER}:{till_id}"


class JournalEntry(Base):
    """The header of a posted entry. `reverses_id` names the entry that this one takes back, at most once."""

    __tablename__ = "journal_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """charge, charge_void, payment, apply, settle, refund, void, returned, adjustment, pay_in, pay_out, drop, float,
    handover, transfer, close, deposit, bank, refund_mailed"""
    posted_at: Mapped[datetime]
    business_date: Mapped[date] = mapped_column(index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("till_session.id"), index=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    reason: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))


class JournalLine(Base):
    """One line of an entry; positive debits, negative credits, never zero."""

    __tablename__ = "journal_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id", deferrable=True, initially="DEFERRED"))
    account: Mapped[str]
    cents: Mapped[int]
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id", deferrable=True, initially="DEFERRED"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id", deferrable=True, initially="DEFERRED"))
    __table_args__ = (
        CheckConstraint("cents <> 0", name="not_zero"),
        Index("ix_journal_line_entry", "entry_id"),
        Index("ix_journal_line_account", "account", "patient_id"),
        Index("ix_journal_line_charge", "charge_id"),
        Index("ix_journal_line_payment", "payment_id"),
        Index("ix_journal_line_patient", "patient_id", "account"),
    )


@dataclass(frozen=True)
class Line:
    """A line about to be posted."""

    account: str
    cents: int
    patient_id: int | None = None
    visit_id: int | None = None
    charge_id: int | None = None
    payment_id: int | None = None


class UnshownPosting(Base):
    """A posting made at the window whose result was not shown yet. After a crash these are listed, once each."""

    __tablename__ = "unshown_posting"
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    desk: Mapped[str]
    at: Mapped[datetime]


class BooksCheck(Base):
    """One run of the check of the books; `failed` holds what was wrong, by name of the check."""

    __tablename__ = "books_check"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    checks: Mapped[int]
    failed: Mapped[dict[str, Any]]


class Charge(Base):
    """A service charged to a visit, or to the account without one. Immutable; taken back by a reversing entry.

    Its amount is on the journal; `amount_cents` repeats it and `verify` proves that they agree.
    """

    __tablename__ = "charge"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    code: Mapped[str]
    label: Mapped[str]
    modifiers: Mapped[str] = mapped_column(default="")
    diagnoses: Mapped[str] = mapped_column(default="")  # the codes pointed to, in order
    pointers: Mapped[str] = mapped_column(default="")  # letters into the encounter form's diagnoses: "AC"
    units: Mapped[int] = mapped_column(default=1)
    unit_cents: Mapped[int]
    amount_cents: Mapped[int]
    service_date: Mapped[date]
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))
    __table_args__ = (
        CheckConstraint("units BETWEEN 1 AND 999", name="units"),
        CheckConstraint("amount_cents = units * unit_cents AND amount_cents > 0", name="amount"),
    )


def _frozen(table: str, what: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{what} cannot be {done}'); END"
        for verb, done in (("UPDATE", "changed"), ("DELETE", "deleted"))
    ]


TRIGGERS = [
    *_frozen("journal_entry", "A posted entry"),
    *_frozen("journal_line", "A posted line"),
    *_frozen("charge", "A charge"),
    *_frozen("payment", "A payment"),
    *_frozen("tender", "A tender"),
    *_frozen("audit_row", "The audit"),
    *_frozen("visit_change", "The visit history"),
    "CREATE TRIGGER journal_entry_balances BEFORE INSERT ON journal_entry "
    "WHEN (SELECT COALESCE(SUM(cents), 1) FROM journal_line WHERE entry_id = NEW.id) <> 0 "
    "BEGIN SELECT RAISE(ABORT, 'An entry must balance'); END",
    "CREATE TRIGGER journal_line_before_entry BEFORE INSERT ON journal_line "
    "WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.entry_id) "
    "BEGIN SELECT RAISE(ABORT, 'A posted entry takes no more lines'); END",
    "CREATE TRIGGER journal_entry_closed_session BEFORE INSERT ON journal_entry "
    "WHEN EXISTS (SELECT 1 FROM till_session WHERE id = NEW.session_id AND status = 'closed') "
    "BEGIN SELECT RAISE(ABORT, 'A closed drawer session takes no entry'); END",
    "CREATE TRIGGER till_session_closed BEFORE UPDATE ON till_session WHEN OLD.status = 'closed' "
    "BEGIN SELECT RAISE(ABORT, 'A closed drawer session cannot be changed'); END",
    "CREATE TRIGGER till_session_no_delete BEFORE DELETE ON till_session "
    "BEGIN SELECT RAISE(ABORT, 'A drawer session cannot be deleted'); END",
    *_frozen("till_count", "A count"),
    *_frozen("till_opening", "A drawer opening"),
    *_frozen("deposit", "A deposit"),
    *_frozen("deposit_item", "A deposit"),
    *_frozen("adjustment", "An adjustment"),
    *_frozen("card_batch", "A card batch"),
    *_frozen("bank_confirmation", "A bank confirmation"),
    *_frozen("plan_instalment", "The terms of a plan"),
    *_frozen("plan_charge", "The terms of a plan"),
    *_frozen("sliding_assessment", "An assessment"),
    *_frozen("stock_move", "A stock move"),
    *_frozen("sale_line", "A sale"),
    *_frozen("estimate", "An estimate"),
    *_frozen("estimate_line", "An estimate"),
    *_frozen("till_handover", "A hand-over"),
    *_frozen("closed_month", "A closed month"),
    "CREATE TRIGGER journal_entry_closed_month BEFORE INSERT ON journal_entry "
    "WHEN EXISTS (SELECT 1 FROM closed_month WHERE month = substr(NEW.business_date, 1, 7)) "
    "BEGIN SELECT RAISE(ABORT, 'A closed month takes no entry'); END",
    "CREATE TRIGGER card_attempt_ended BEFORE UPDATE ON card_attempt WHEN OLD.ended_at IS NOT NULL "
    "BEGIN SELECT RAISE(ABORT, 'A card payment that ended cannot be changed'); END",
    "CREATE TRIGGER card_attempt_no_delete BEFORE DELETE ON card_attempt "
    "BEGIN SELECT RAISE(ABORT, 'A card payment cannot be deleted'); END",
    "CREATE TRIGGER till_transfer_answered BEFORE UPDATE ON till_transfer WHEN OLD.status IN ('accepted', 'returned') "
    "OR (OLD.status = 'declined' AND NEW.status <> 'returned') "
    "BEGIN SELECT RAISE(ABORT, 'A transfer that was answered cannot be changed'); END",
    "CREATE TRIGGER till_session_transfer BEFORE UPDATE OF status ON till_session WHEN NEW.status = 'closed' "
    "AND EXISTS (SELECT 1 FROM till_transfer WHERE status IN ('sent', 'declined') "
    "AND NEW.till_id IN (from_till_id, to_till_id)) "
    "BEGIN SELECT RAISE(ABORT, 'A drawer cannot be closed while cash is on its way'); END",
    "CREATE TRIGGER journal_entry_drawer BEFORE INSERT ON journal_entry WHEN EXISTS "
    "(SELECT 1 FROM journal_line AS l WHERE l.entry_id = NEW.id AND l.cents < 0 AND l.account LIKE 'drawer:%' "
    "AND (SELECT SUM(h.cents) FROM journal_line AS h WHERE h.account = l.account) < 0) "
    "BEGIN SELECT RAISE(ABORT, 'A drawer cannot give more cash than it holds'); END",
    "CREATE TRIGGER till_transfer_no_delete BEFORE DELETE ON till_transfer "
    "BEGIN SELECT RAISE(ABORT, 'A transfer cannot be deleted'); END",
]
"""SQLite statements that make the money and the audit immutable; run by the first migration."""
