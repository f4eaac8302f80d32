"""What the bank has booked and what it has not: deposits and card batches with their age (front-desk.md M9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select

from psc_desk.models.card import BankConfirmation, CardBatch
from psc_desk.models.ledger import Account, JournalEntry, JournalLine
from psc_desk.models.till import Deposit, SessionStatus, Till, TillSession
from psc_desk.money import Cents
from psc_desk.work import Read

LATE_AFTER_DAYS = 3
"""A bank books a deposit or a card batch within this time; a weekend fits in."""


@dataclass(frozen=True)
class BankRow:
    """A deposit or card batch on its way to the bank; `age` counts the days since it was made.

    `cents` is what the bank should book. `recorded_cents` is what the desk's own records say, which for a card batch
    may differ from what the terminal settled.
    """

    kind: str  # deposit, batch, or unbatched: a closed session whose card batch nobody recorded
    ref_id: int
    name: str
    day: date
    age: int
    cents: Cents
    recorded_cents: Cents
    reason: str = ""
    confirmation_id: int | None = None
    booked_on: date | None = None
    booked_cents: Cents = 0
    fee_cents: Cents = 0
    variance_cents: Cents = 0
    bank_reason: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """Which row it is."""
        return self.kind, self.ref_id

    @property
    def waiting(self) -> bool:
        """True until the bank's word is written down."""
        return self.confirmation_id is None

    @property
    def late(self) -> bool:
        """True when it is time to call the bank."""
        return self.waiting and self.age > LATE_AFTER_DAYS


def bank_list(read: Read, since: date | None = None) -> list[BankRow]:
    """Return all that waits for the bank, oldest first, then what it booked since `since` (30 days), newest first."""
    first = since or read.today - timedelta(days=30)
    rows = [*_unbatched(read), *_batches(read), *_deposits(read)]
    waiting = sorted((row for row in rows if row.waiting), key=lambda row: (row.day, row.kind, row.ref_id))
    booked = [row for row in rows if row.booked_on is not None and row.booked_on >= first]
    return [*waiting, *sorted(booked, key=lambda row: (row.booked_on, row.ref_id), reverse=True)]


def _unbatched(read: Read) -> list[BankRow]:
    rows = read.session.execute(
        select(TillSession.id, Till.name, TillSession.z_no, TillSession.business_date, func.sum(JournalLine.cents))
        .join(Till, Till.id == TillSession.till_id)
        .join(JournalEntry, JournalEntry.session_id == TillSession.id)
        .join(JournalLine, (JournalLine.entry_id == JournalEntry.id) & (JournalLine.account == Account.CARDS))
        .outerjoin(CardBatch, CardBatch.session_id == TillSession.id)
        .where(TillSession.status == SessionStatus.CLOSED, CardBatch.id.is_(None))
        .group_by(TillSession.id, Till.name, TillSession.z_no, TillSession.business_date)
        .having(func.sum(JournalLine.cents) != 0)
    )
    return [
        BankRow("unbatched", i, f"{till}, Z {z}", day, (read.today - day).days, cents, cents)
        for i, till, z, day, cents in rows
    ]


def _batches(read: Read) -> list[BankRow]:
    fee = (
        select(func.coalesce(func.sum(JournalLine.cents), 0))
        .where(JournalLine.entry_id == BankConfirmation.entry_id, JournalLine.account == Account.CARD_FEES)
        .correlate(BankConfirmation)
        .scalar_subquery()
    )
    rows = read.session.execute(
        select(CardBatch, Till.name, BankConfirmation, fee)
        .join(TillSession, TillSession.id == CardBatch.session_id)
        .join(Till, Till.id == TillSession.till_id)
        .outerjoin(BankConfirmation, BankConfirmation.card_batch_id == CardBatch.id)
    )
    return [
        _booked(
            BankRow(
                "batch", batch.id, f"Batch {batch.batch_no or batch.id}, {till}", batch.business_date,
                (read.today - batch.business_date).days, batch.terminal_cents, batch.expected_cents, batch.reason,
            ),
            word,
            fees,
        )
        for batch, till, word, fees in rows
    ]  # fmt: skip


def _deposits(read: Read) -> list[BankRow]:
    rows = read.session.execute(
        select(Deposit, BankConfirmation).outerjoin(BankConfirmation, BankConfirmation.deposit_id == Deposit.id)
    )
    return [_booked(_deposit(read, made), word) for made, word in rows]


def _deposit(read: Read, made: Deposit) -> BankRow:
    name = f"Deposit {made.id}" + (f", bag {made.bag_no}" if made.bag_no else "")
    cents, age = made.cash_cents + made.checks_cents, (read.today - made.business_date).days
    return BankRow("deposit", made.id, name, made.business_date, age, cents, cents, made.exception_reason)


def _booked(row: BankRow, word: BankConfirmation | None, fee: Cents = 0) -> BankRow:
    if word is None:
        return row
    return replace(
        row, confirmation_id=word.id, booked_on=word.booked_on, booked_cents=word.cents, fee_cents=fee,
        variance_cents=word.variance_cents, bank_reason=word.reason,
    )  # fmt: skip
