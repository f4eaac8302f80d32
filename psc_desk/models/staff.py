"""The people who sign in, their roles and what each role may do (front-desk.md A1)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.errors import AccessError, SecondPersonNeeded
from psc_desk.models.base import Base


class Role(StrEnum):
    """What a person is at this clinic."""

    FRONT_DESK = "front_desk"
    LEAD = "lead"
    PROVIDER = "provider"
    MANAGER = "manager"

    @property
    def word(self) -> str:
        """The role in words."""
        return {
            "front_desk": "Front desk",
            "lead": "Lead",
            "provider": "Provider",
            "manager": "Manager",
        }[self.value]


class Right(StrEnum):
    """One thing that a role may or may not do; the value completes "You may not ..."."""

    READ_CHART = "read charts"
    SCHEDULE = "change the schedule"
    REGISTER = "change patient records"
    TAKE_MONEY = "take payments"
    CHARGE = "enter charges"
    VOID_OWN = "void your own payments"
    VOID_ANY = "void payments of others"
    REFUND = "give refunds"
    APPROVE = "approve as a second person"
    OPEN_DRAWER = "work the cash drawer"
    CLOSE_DRAWER = "close the cash drawer"
    DEPOSIT = "prepare the bank deposit"
    SEE_EXPECTED = "see the expected cash before the count"
    ADJUST = "adjust or write off charges"
    SEE_REPORTS = "see the money reports"
    CLOSE_MONTH = "close a month"
    SETTINGS = "change the settings"
    MANAGE_STAFF = "manage the people who sign in"
    READ_AUDIT = "read the audit"


_DESK = {
    Right.READ_CHART, Right.SCHEDULE, Right.REGISTER, Right.TAKE_MONEY, Right.CHARGE, Right.VOID_OWN, Right.REFUND,
    Right.OPEN_DRAWER, Right.CLOSE_DRAWER, Right.DEPOSIT, Right.ADJUST,
}  # fmt: skip
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.FRONT_DESK: frozenset(_DESK),
    Role.LEAD: frozenset(
        _DESK | {Right.VOID_ANY, Right.APPROVE, Right.SEE_EXPECTED, Right.SEE_REPORTS, Right.READ_AUDIT}
    ),
    Role.PROVIDER: frozenset({Right.READ_CHART}),
    Role.MANAGER: frozenset(Right),
}


class StaffMember(Base):
    """A person with an account of their own. Never deleted, only ended; names are never reused."""

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    password_hash: Mapped[str]
    pin_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def initials(self) -> str:
        """First and last initial, upper case."""
        parts = self.name.split() or ["?"]
        return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()

    def may(self, right: Right) -> bool:
        """Say whether this person's role includes `right`."""
        return self.active and right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raise AccessError unless this person may do it."""
        if not self.may(right):
            raise AccessError(f"Your account may not {right.value}. Ask a lead or the manager to do it.")

    def require_second(self, second: StaffMember | None, why: str) -> None:
        """Raise SecondPersonNeeded unless `second` is another person who may approve."""
        if second is None:
            raise SecondPersonNeeded(
                f"{why} A second person must approve it with a PIN.",
                Right.APPROVE.value,
            )
        if second.id == self.id:
            raise SecondPersonNeeded("The second person must be someone else.", Right.APPROVE.value)
        if not second.may(Right.APPROVE):
            raise SecondPersonNeeded(
                f"{second.name} may not approve this. Ask a lead or the manager.",
                "approve",
            )
