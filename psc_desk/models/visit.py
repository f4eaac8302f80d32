"""Visits: one state machine, one status field, a history row for each change (front-desk.md Q1, Q2, S5)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.errors import RefusedError
from psc_desk.models.base import Base, Versioned
from psc_desk.models.clinic import Provider, Room, VisitType
from psc_desk.models.patient import Patient


class Status(StrEnum):
    """Where a visit stands."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CHECKED_IN = "checked_in"
    IN_ROOM = "in_room"
    WITH_PROVIDER = "with_provider"
    CHECKOUT = "checkout"
    DONE = "done"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late_cancelled"
    MISSED = "missed"
    LEFT = "left"

    @property
    def word(self) -> str:
        """The status as the desk says it."""
        return _WORDS[self]


_WORDS = {
    Status.BOOKED: "Booked", Status.ARRIVED: "Arrived", Status.CHECKED_IN: "Checked in", Status.IN_ROOM: "In room",
    Status.WITH_PROVIDER: "With provider", Status.CHECKOUT: "Check-out", Status.DONE: "Done",
    Status.CANCELLED: "Cancelled", Status.LATE_CANCELLED: "Cancelled late", Status.MISSED: "Missed",
    Status.LEFT: "Left unseen",
}  # fmt: skip

_HERE = {
    Status.ARRIVED,
    Status.CHECKED_IN,
    Status.IN_ROOM,
    Status.WITH_PROVIDER,
    Status.CHECKOUT,
}
HERE = frozenset(_HERE)
"""In the clinic now."""
OVER = frozenset({Status.DONE, Status.CANCELLED, Status.LATE_CANCELLED, Status.MISSED, Status.LEFT})
"""Nothing more happens."""
FREES_SLOT = frozenset({Status.CANCELLED, Status.LATE_CANCELLED, Status.MISSED, Status.LEFT})
"""The time is free for someone else."""

NEXT: dict[Status, frozenset[Status]] = {
    Status.BOOKED: frozenset({Status.ARRIVED, Status.CANCELLED, Status.LATE_CANCELLED, Status.MISSED}),
    Status.ARRIVED: frozenset({Status.CHECKED_IN, Status.LEFT}),
    Status.CHECKED_IN: frozenset({Status.IN_ROOM, Status.WITH_PROVIDER, Status.LEFT}),
    Status.IN_ROOM: frozenset({Status.WITH_PROVIDER, Status.CHECKOUT, Status.CHECKED_IN, Status.LEFT}),
    Status.WITH_PROVIDER: frozenset({Status.CHECKOUT, Status.IN_ROOM}),
    Status.CHECKOUT: frozenset({Status.DONE, Status.WITH_PROVIDER}),
    Status.DONE: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.LATE_CANCELLED: frozenset(),
    Status.MISSED: frozenset(),
    Status.LEFT: frozenset(),
}


class Visit(Base, Versioned):
    """A booked visit. Day and minutes are the clinic's wall clock; instants stand in the history."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    type_id: Mapped[int] = mapped_column(ForeignKey("visit_type.id"))
    day: Mapped[date]
    start_minute: Mapped[int]
    minutes: Mapped[int]
    status: Mapped[Status] = mapped_column(default=Status.BOOKED)
    status_since: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    confirmation: Mapped[str] = mapped_column(default="")  # how and with whom; empty is not confirmed
    confirmed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    instructions: Mapped[str] = mapped_column(default="")  # for the visit summary
    orders: Mapped[str] = mapped_column(default="")  # medications and orders as transcribed by the desk
    no_charge_reason: Mapped[str] = mapped_column(default="")  # why nothing was charged
    walk_in: Mapped[bool] = mapped_column(default=False)
    override_reason: Mapped[str] = mapped_column(default="")
    booked_at: Mapped[datetime]
    booked_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    patient: Mapped[Patient] = relationship(lazy="joined")
    provider: Mapped[Provider] = relationship(lazy="joined")
    room: Mapped[Room | None] = relationship(lazy="joined")
    type: Mapped[VisitType] = relationship(lazy="joined")
    __table_args__ = (
        Index("ix_visit_day", "day", "provider_id"),
        CheckConstraint("start_minute BETWEEN 0 AND 1439", name="start"),
        CheckConstraint("minutes BETWEEN 5 AND 600", name="minutes"),
    )

    @property
    def end_minute(self) -> int:
        """First minute after the visit, after local midnight."""
        return self.start_minute + self.minutes

    def check_can_become(self, status: Status) -> None:
        """Raise RefusedError when the state machine has no such step."""
        if status in NEXT[self.status]:
            return
        if status is self.status:
            raise RefusedError(f"{self.patient.called} is already marked {status.word.lower()}.")
        raise RefusedError(
            f"A visit that is {self.status.word.lower()} cannot become {status.word.lower()}. "
            "Undo the last change first if it was a mistake."
        )

    def check_open(self) -> None:
        """Raise RefusedError when the visit is over and must not be moved or changed."""
        if self.status in OVER:
            raise RefusedError(f"This visit is {self.status.word.lower()} and cannot be changed. Book a new one.")


class VisitChange(Base):
    """History: what changed on a visit, who did it, when and why. Never edited."""

    __tablename__ = "visit_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    what: Mapped[str]  # booked, status, moved, confirmed, edited
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("visit_change.id"))


class CheckIn(Base):
    """How far the guided check-in of a visit has come; each step is saved as it is done."""

    __tablename__ = "check_in"
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    started_at: Mapped[datetime]
    name_checked: Mapped[bool] = mapped_column(default=False)
    birth_date_checked: Mapped[bool] = mapped_column(default=False)
    demographics_at: Mapped[datetime | None]
    coverage_id: Mapped[int | None] = mapped_column(ForeignKey("coverage.id"))
    self_pay: Mapped[bool] = mapped_column(default=False)
    coverage_at: Mapped[datetime | None]
    copay_due_cents: Mapped[int] = mapped_column(default=0)
    copay_payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    no_copay_reason: Mapped[str] = mapped_column(default="")
    copay_later: Mapped[bool] = mapped_column(default=False)  # the reason says that it is paid at check-out
    finished_at: Mapped[datetime | None]
