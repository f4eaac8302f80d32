"""The cash drawer: a till, its sessions, counts and openings, and the bank deposit (front-desk.md M8, M9)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.dates import format_day
from psc_desk.errors import RefusedError
from psc_desk.models.base import Base
from psc_desk.money import LIMIT, format_money

DENOMINATIONS: tuple[tuple[str, int], ...] = (
    ("$100", 10000), ("$50", 5000), ("$20", 2000), ("$10", 1000), ("$5", 500), ("$2", 200), ("$1", 100),
    ("50¢", 50), ("25¢", 25), ("10¢", 10), ("5¢", 5), ("1¢", 1),
)  # fmt: skip
"""Notes and coin as counted, label and cents, largest first."""


class SessionStatus(StrEnum):
    """Where a drawer session stands."""

    OPEN = "open"
    COUNTING = "counting"  # closing: takes no money
    CLOSED = "closed"


class Till(Base):
    """A cash drawer with its receipt printer."""

    __tablename__ = "till"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    float_cents: Mapped[int] = mapped_column(default=15000)  # what the drawer should hold in the morning
    active: Mapped[bool] = mapped_column(default=True)


class TillSession(Base):
    """From opening count to close. The business date belongs to the session, not to the clock."""

    __tablename__ = "till_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    session_no: Mapped[int]
    status: Mapped[SessionStatus] = mapped_column(default=SessionStatus.OPEN)
    business_date: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))  # who answers for the cash now
    opening_expected_cents: Mapped[int]
    opening_cents: Mapped[int]
    opening_reason: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    expected_cents: Mapped[int | None]
    counted_cents: Mapped[int | None]
    over_short_cents: Mapped[int | None]
    variance_reason: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    float_left_cents: Mapped[int | None]
    to_bank_cents: Mapped[int | None]
    z_no: Mapped[int | None]
    went_on_day: Mapped[date | None]  # the day after, when somebody chose to go on past midnight
    went_on_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    went_on_reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        UniqueConstraint("till_id", "session_no"),
        UniqueConstraint("till_id", "z_no"),
        Index(
            "ix_till_session_one_open",
            "till_id",
            unique=True,
            sqlite_where=text("status <> 'closed'"),
        ),
    )

    def is_stale(self, today: date) -> bool:
        """Say whether it was left open on an earlier day and nobody chose to go on past midnight."""
        return self.business_date < today and self.went_on_day != today

    def check_open(self) -> None:
        """Raise RefusedError unless the drawer is open and not being counted."""
        if self.status is SessionStatus.COUNTING:
            raise RefusedError("The drawer is being counted and takes no money. Finish the close, or cancel it.")
        if self.status is SessionStatus.CLOSED:
            raise RefusedError("The drawer is closed. Open it with F8 and count the float first.")

    def check_takes_money(self, today: date) -> None:
        """Raise RefusedError unless the drawer is open for business on the clinic's `today`."""
        self.check_open()
        if self.is_stale(today):
            raise RefusedError(
                f"The drawer was left open on {format_day(self.business_date)} and takes no money for today. "
                "Press F8: count it and close that day, or say that the shift crossed midnight."
            )


class TillCount(Base):
    """Notes and coin by denomination, kept for good: each count, what a drop took, what a close left as the float."""

    __tablename__ = "till_count"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"), index=True)
    kind: Mapped[str]  # opening, mid, handover, drop, closing, recount, float
    denominations: Mapped[dict[str, Any]]  # {"2000": 5} cents of the piece -> pieces
    cash_cents: Mapped[int]
    checks_count: Mapped[int] = mapped_column(default=0)
    checks_cents: Mapped[int] = mapped_column(default=0)
    cards_cents: Mapped[int] = mapped_column(default=0)
    expected_cents: Mapped[int | None]  # what the books said at that moment
    reason: Mapped[str] = mapped_column(default="")
    counted_at: Mapped[datetime]
    counted_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    __table_args__ = (CheckConstraint("cash_cents >= 0", name="cash"),)


class TillHandover(Base):
    """The drawer went from one person to another: counted by the one, accepted by the other. Immutable."""

    __tablename__ = "till_handover"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"), index=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("till_count.id"), unique=True)
    given_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    received_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    expected_cents: Mapped[int]
    counted_cents: Mapped[int]
    over_short_cents: Mapped[int]  # booked at once, so that each answers for her own hours
    reason: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"))
    at: Mapped[datetime]


class TransferStatus(StrEnum):
    """Where cash on its way between drawers stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # on its way back
    RETURNED = "returned"

    @property
    def pending(self) -> bool:
        """Say whether the cash is still between the drawers."""
        return self in (TransferStatus.SENT, TransferStatus.DECLINED)


class TillTransfer(Base):
    """Cash sent from one drawer and accepted (or declined, and taken back) by another; two entries, two people."""

    __tablename__ = "till_transfer"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    to_till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    cents: Mapped[int]
    denominations: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(default="")
    status: Mapped[TransferStatus] = mapped_column(default=TransferStatus.SENT)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))
    sent_at: Mapped[datetime]
    sent_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    answer_entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    answer: Mapped[str] = mapped_column(default="")
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    returned_cents: Mapped[int | None]  # what was counted when it came back; the rest is over or short
    return_entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"))
    return_reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (CheckConstraint("cents > 0 AND from_till_id <> to_till_id", name="cents"),)


class CloseDraft(Base):
    """How far a guided close got, so that it goes on after a phone call or a crash. Gone once the drawer is closed."""

    __tablename__ = "close_draft"
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"), primary_key=True)
    step: Mapped[str]
    typed: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


class Investigation(Base):
    """A difference that somebody must look into: a large one, or the third of one person within 30 days."""

    __tablename__ = "investigation"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"))
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("till_handover.id"), unique=True)
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("till_transfer.id"), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)  # who answered for the cash
    over_short_cents: Mapped[int]
    why: Mapped[str]
    begun_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    __table_args__ = (
        Index(
            "ix_investigation_close",
            "session_id",
            unique=True,
            sqlite_where=text("handover_id IS NULL AND transfer_id IS NULL"),
        ),
    )


class LostReceipts(Base):
    """Receipt numbers that were given out and are not in the books: the disk lost them, or an older backup is used.

    They are never given out again, and they are no gap.
    """

    __tablename__ = "lost_receipts"
    id: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    first_no: Mapped[int]
    last_no: Mapped[int]
    noted_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    outcome: Mapped[str] = mapped_column(default="")  # what became of them: taken again, or never handed out
    __table_args__ = (CheckConstraint("first_no <= last_no", name="order"),)


class TillOpening(Base):
    """Each time the drawer was told to open, why, and what became of it."""

    __tablename__ = "till_opening"
    id: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("till_session.id"), index=True)
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    kind: Mapped[str]  # payment, refund, pay_in, pay_out, drop, no_sale, count, test
    reason: Mapped[str] = mapped_column(default="")


class Deposit(Base):
    """A bank deposit: the cash of closed sessions and checks. Locked once made."""

    __tablename__ = "deposit"
    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    business_date: Mapped[date]
    bag_no: Mapped[str] = mapped_column(default="")
    cash_cents: Mapped[int]
    checks_cents: Mapped[int]
    denominations: Mapped[dict[str, Any]]
    prepared_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    exception_reason: Mapped[str] = mapped_column(default="")  # closer is also depositor, and why
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))


class DepositItem(Base):
    """What a deposit holds: a check, or the banked cash of one session; each at most once."""

    __tablename__ = "deposit_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposit.id"), index=True)
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), unique=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("till_session.id"), unique=True)
    cents: Mapped[int]
    __table_args__ = (CheckConstraint("(tender_id IS NULL) <> (session_id IS NULL)", name="one_kind"),)


def count_total(denominations: dict[int, int]) -> int:
    """Return the cents of a count {cents of the piece: pieces}; unknown pieces or negative counts are refused."""
    known = {cents for _, cents in DENOMINATIONS}
    for piece, pieces in denominations.items():
        if piece not in known or pieces < 0:
            raise RefusedError("The count has a piece that does not exist or a negative number. Correct it.")
    total = sum(piece * pieces for piece, pieces in denominations.items())
    if total > LIMIT:
        raise RefusedError(f"The count comes to more than {format_money(LIMIT)}. Check the numbers of pieces.")
    return total
