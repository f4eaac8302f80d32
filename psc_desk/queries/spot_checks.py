"""The counts made during the day, for those who may see what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from psc_desk.clock import local
from psc_desk.models.staff import Right, StaffMember
from psc_desk.models.till import Till, TillCount, TillSession
from psc_desk.money import Cents
from psc_desk.work import Read


@dataclass(frozen=True)
class SpotCheckRow:
    """A drawer counted during the day; `at` is the clinic's wall clock. Nothing was booked."""

    count_id: int
    session_id: int
    at: datetime
    till: str
    counted_by: str
    counted_cents: Cents
    expected_cents: Cents
    reason: str

    @property
    def over_short_cents(self) -> Cents:
        """Positive is over."""
        return self.counted_cents - self.expected_cents


def spot_checks(read: Read, limit: int = 200) -> list[SpotCheckRow]:
    """Return the newest spot checks; AccessError for who may not see the expected cash."""
    read.require(Right.SEE_EXPECTED)
    rows = read.session.execute(
        select(
            TillCount.id, TillCount.session_id, TillCount.counted_at, Till.name, StaffMember.name,
            TillCount.cash_cents, TillCount.expected_cents, TillCount.reason,
        )
        .join(TillSession, TillSession.id == TillCount.session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(StaffMember, StaffMember.id == TillCount.counted_by)
        .where(TillCount.kind == "mid")
        .order_by(TillCount.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        SpotCheckRow(count_id, session_id, local(at, read.zone), till, who, counted, expected or 0, reason)
        for count_id, session_id, at, till, who, counted, expected, reason in rows
    ]
