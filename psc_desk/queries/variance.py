"""Over and short by person: each close, hand-over and returned transfer, 30 days of trend, and what is looked into."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from psc_desk.clock import local
from psc_desk.models.ledger import JournalEntry
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import Investigation, SessionStatus, Till, TillHandover, TillSession, TillTransfer
from psc_desk.money import Cents
from psc_desk.work import Read

DAYS = 30
"""How far back the trend and the repeated differences reach."""


@dataclass(frozen=True)
class DifferenceRow:
    """One time that a drawer was counted for good. `kind` is opening, close, handover or transfer; `at` wall clock."""

    kind: str
    of_id: int
    session_id: int
    till: str
    day: date
    at: datetime
    staff_id: int
    person: str
    expected_cents: Cents
    counted_cents: Cents
    reason: str
    investigation_id: int | None = None
    why: str = ""
    outcome: str = ""

    @property
    def over_short_cents(self) -> Cents:
        """Positive is over."""
        return self.counted_cents - self.expected_cents

    @property
    def word(self) -> str:
        """Say what was counted."""
        return {"opening": "Opening", "close": "Close", "handover": "Hand-over", "transfer": "Returned cash"}[self.kind]

    @property
    def investigation(self) -> str:
        """Say "", "open" or "ended"."""
        return "" if self.investigation_id is None else "ended" if self.outcome else "open"


@dataclass(frozen=True)
class PersonVariance:
    """How one person's counts came out; `by_day` is the net of each day that had a count, oldest first."""

    staff_id: int
    person: str
    counts: int
    differences: int
    over_cents: Cents
    short_cents: Cents
    by_day: tuple[tuple[date, Cents], ...]

    @property
    def net_cents(self) -> Cents:
        """Over less short."""
        return self.over_cents - self.short_cents


@dataclass(frozen=True)
class VarianceReport:
    """What is looked into first, then differences newest first; people with the most first; the days of the trend."""

    first: date
    last: date
    people: tuple[PersonVariance, ...]
    differences: tuple[DifferenceRow, ...]


def variance_report(read: Read, days: int = DAYS) -> VarianceReport:
    """Return over and short by person of the last days; an unfinished investigation stays on the list for good."""
    first = read.today - timedelta(days=days - 1)
    rows = counted_rows(read, first)
    recent = [row for row in rows if row.day >= first]
    shown = [row for row in rows if row.over_short_cents and (row.day >= first or row.investigation == "open")]
    shown.sort(key=lambda row: row.investigation != "open")
    return VarianceReport(first, read.today, tuple(_people(recent)), tuple(shown))


def differences_of(read: Read, staff_id: int, since: datetime) -> list[DifferenceRow]:
    """Return the differences that a person answers for since an instant (UTC); an opening is nobody's."""
    start = local(since, read.zone)
    return [
        row for row in counted_rows(read, start.date() - timedelta(days=7))
        if row.staff_id == staff_id and row.over_short_cents and row.at >= start and row.kind != "opening"
    ]  # fmt: skip


def counted_rows(read: Read, since: date) -> list[DifferenceRow]:
    """Return every count for good since a business date, and older ones still looked into; newest first."""
    found: dict[tuple[str, int], tuple[int, str, str]] = {
        _subject(one): (one.id, one.why, one.outcome) for one in read.session.scalars(select(Investigation))
    }
    looked_into = select(Investigation.session_id).where(Investigation.ended_at.is_(None))
    recent = or_(TillSession.business_date >= since, TillSession.id.in_(looked_into))
    rows = [row for part in (_openings, _closes, _handovers, _returned) for row in part(read, found, recent)]
    return sorted(rows, key=lambda row: (row.at, row.of_id), reverse=True)


_Looked = dict[tuple[str, int], tuple[int, str, str]]


def _subject(one: Investigation) -> tuple[str, int]:
    if one.handover_id is not None:
        return "handover", one.handover_id
    return ("close", one.session_id) if one.transfer_id is None else ("transfer", one.transfer_id)


def _openings(read: Read, _looked: _Looked, recent: ColumnElement[bool]) -> Iterable[DifferenceRow]:
    chosen = (
        select(TillSession, Till.name, StaffMember.name)
        .join(Till, Till.id == TillSession.till_id)
        .join(StaffMember, StaffMember.id == TillSession.opened_by)
        .where(TillSession.session_no > 1, TillSession.opening_cents != TillSession.opening_expected_cents, recent)
    )
    for one, till, person in read.session.execute(chosen):
        yield DifferenceRow(
            "opening", one.id, one.id, till, one.business_date, local(one.opened_at, read.zone), one.opened_by, person,
            one.opening_expected_cents, one.opening_cents, one.opening_reason,
        )  # fmt: skip


def _closes(read: Read, looked: _Looked, recent: ColumnElement[bool]) -> Iterable[DifferenceRow]:
    chosen = (
        select(TillSession, Till.name, StaffMember.name)
        .join(Till, Till.id == TillSession.till_id)
        .join(StaffMember, StaffMember.id == TillSession.holder_id)
        .where(TillSession.status == SessionStatus.CLOSED, recent)
    )
    for one, till, person in read.session.execute(chosen):
        at = local(one.closed_at or one.opened_at, read.zone)
        yield DifferenceRow(
            "close", one.id, one.id, till, one.business_date, at, one.holder_id, person, one.expected_cents or 0,
            one.counted_cents or 0, one.variance_reason, *looked.get(("close", one.id), ()),
        )  # fmt: skip


def _handovers(read: Read, looked: _Looked, recent: ColumnElement[bool]) -> Iterable[DifferenceRow]:
    chosen = (
        select(TillHandover, Till.name, TillSession.business_date, StaffMember.name)
        .join(TillSession, TillSession.id == TillHandover.session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(StaffMember, StaffMember.id == TillHandover.given_by)
        .where(recent)
    )
    for one, till, day, person in read.session.execute(chosen):
        yield DifferenceRow(
            "handover", one.id, one.session_id, till, day, local(one.at, read.zone), one.given_by, person,
            one.expected_cents, one.counted_cents, one.reason, *looked.get(("handover", one.id), ()),
        )  # fmt: skip


def _returned(read: Read, looked: _Looked, recent: ColumnElement[bool]) -> Iterable[DifferenceRow]:
    chosen = (
        select(TillTransfer, Till.name, TillSession.id, TillSession.business_date, StaffMember.name)
        .join(Till, Till.id == TillTransfer.from_till_id)
        .join(JournalEntry, JournalEntry.id == TillTransfer.return_entry_id)
        .join(TillSession, TillSession.id == JournalEntry.session_id)
        .join(StaffMember, StaffMember.id == TillTransfer.sent_by)
        .where(recent)
    )
    for one, till, session_id, day, person in read.session.execute(chosen):
        at = local(one.returned_at or one.sent_at, read.zone)
        yield DifferenceRow(
            "transfer", one.id, session_id, till, day, at, one.sent_by, person, one.cents, one.returned_cents or 0,
            one.return_reason, *looked.get(("transfer", one.id), ()),
        )  # fmt: skip


def _people(rows: Sequence[DifferenceRow]) -> list[PersonVariance]:
    by_person: dict[tuple[int, str], list[DifferenceRow]] = defaultdict(list)
    for row in rows:
        if row.kind != "opening":
            by_person[row.staff_id, row.person].append(row)
    found = [_person(*who, theirs) for who, theirs in by_person.items()]
    return sorted(found, key=lambda one: (-one.differences, one.net_cents, one.person))


def _person(staff_id: int, name: str, rows: Sequence[DifferenceRow]) -> PersonVariance:
    cents = [row.over_short_cents for row in rows]
    days: dict[date, Cents] = defaultdict(int)
    for row in rows:
        days[row.day] += row.over_short_cents
    return PersonVariance(
        staff_id, name, len(rows), sum(1 for one in cents if one), sum(one for one in cents if one > 0),
        -sum(one for one in cents if one < 0), tuple(sorted(days.items())),
    )  # fmt: skip
