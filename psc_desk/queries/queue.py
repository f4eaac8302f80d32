"""The waiting room: everybody of today, who waits longest first (front-desk.md Q2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select

from psc_desk.models.clinic import Provider, VisitType
from psc_desk.models.patient import Patient
from psc_desk.models.visit import FREES_SLOT, HERE, CheckIn, Status, Visit
from psc_desk.money import Cents, format_money
from psc_desk.queries.check_in import CopayFacts, copay_facts, copays_paid, in_force_on
from psc_desk.queries.coverage import CoverageRow
from psc_desk.queries.money import balances
from psc_desk.settings import (
    LATE_AFTER_MINUTES,
    WAIT_ARRIVED,
    WAIT_CHECKED_IN,
    WAIT_CHECKOUT,
    WAIT_IN_ROOM,
    WAIT_WITH_PROVIDER,
)
from psc_desk.work import Read

BadgeKind = Literal["ok", "warn", "bad", "info"]
_THRESHOLDS = {
    Status.ARRIVED: WAIT_ARRIVED,
    Status.CHECKED_IN: WAIT_CHECKED_IN,
    Status.IN_ROOM: WAIT_IN_ROOM,
    Status.WITH_PROVIDER: WAIT_WITH_PROVIDER,
    Status.CHECKOUT: WAIT_CHECKOUT,
}


@dataclass(frozen=True)
class Badge:
    """A fact to see at a glance, in a word or two."""

    kind: BadgeKind
    text: str


@dataclass(frozen=True)
class QueueRow:
    """A visit of today.

    `minutes_in_state` counts for patients who are here, else 0; `long` says that it is beyond the state's threshold.
    `waiting_minutes` counts from arrival and stops when the visit is over. While the patient is not here,
    `minutes_until` counts to the booked time and `minutes_late` from it.
    """

    visit_id: int
    patient_id: int
    name: str
    birth_date: date
    record_no: str
    start_minute: int
    provider_short: str
    type_name: str
    status: Status
    status_word: str
    minutes_in_state: int
    minutes_late: int
    minutes_until: int
    waiting_minutes: int
    late: bool
    long: bool
    badges: tuple[Badge, ...]
    amount_text: str
    copay_due_cents: Cents
    balance_cents: Cents
    confirmed: bool
    walk_in: bool
    version: int

    @property
    def here(self) -> bool:
        """Say whether the patient is in the clinic."""
        return self.status in HERE


@dataclass(frozen=True)
class QueueSummary:
    """The queue in numbers. `waiting` counts those here and not with the provider."""

    here: int
    waiting: int
    long: int
    late: int
    upcoming: int
    done: int
    longest_wait_minutes: int


def queue(read: Read, *, provider_id: int | None = None) -> list[QueueRow]:
    """Return today's visits: those here by longest wait first, then the late, the coming, and at last the done.

    Cancelled visits are left out; missed visits and patients who left stand at the end.
    """
    found = _visits(read, provider_id)
    patient_ids = {row.patient_id for row in found}
    in_force = in_force_on(read, patient_ids, read.today)
    owed = balances(read, list(patient_ids))
    paid = copays_paid(read, [row.id for row in found])
    limits = {status: read.setting(setting) for status, setting in _THRESHOLDS.items()}
    late_after = read.setting(LATE_AFTER_MINUTES)
    rows = [
        _row(
            read,
            row,
            coverages=in_force.get(row.patient_id, []),
            paid=paid.get(row.id, (0, None)),
            balance=owed.get(row.patient_id, 0),
            limits=limits,
            late_after=late_after,
        )
        for row in found
    ]
    return sorted(rows, key=_order)


def queue_summary(rows: Sequence[QueueRow]) -> QueueSummary:
    """Count a queue."""
    here = [row for row in rows if row.here]
    waiting = [row for row in here if row.status is not Status.WITH_PROVIDER]
    return QueueSummary(
        here=len(here),
        waiting=len(waiting),
        long=sum(row.long for row in here),
        late=sum(row.late for row in rows),
        upcoming=sum(row.status is Status.BOOKED and not row.late for row in rows),
        done=sum(row.status is Status.DONE for row in rows),
        longest_wait_minutes=max((row.waiting_minutes for row in waiting), default=0),
    )


def _visits(read: Read, provider_id: int | None) -> Sequence[Any]:
    chosen = (
        select(
            Visit.id, Visit.patient_id, Visit.start_minute, Visit.status, Visit.status_since, Visit.arrived_at,
            Visit.confirmation, Visit.walk_in, Visit.version, Provider.short_name, VisitType.name.label("type_name"),
            Patient.first_name, Patient.last_name, Patient.suffix, Patient.preferred_name, Patient.birth_date,
            Patient.record_no, Patient.verified_on, CheckIn,
        )
        .join(Patient, Patient.id == Visit.patient_id)
        .join(Provider, Provider.id == Visit.provider_id)
        .join(VisitType, VisitType.id == Visit.type_id)
        .outerjoin(CheckIn, CheckIn.visit_id == Visit.id)
        .where(Visit.day == read.today, Visit.status.not_in((Status.CANCELLED, Status.LATE_CANCELLED)))
    )  # fmt: skip
    if provider_id is not None:
        chosen = chosen.where(Visit.provider_id == provider_id)
    return read.session.execute(chosen.order_by(Visit.start_minute, Visit.id)).all()


def _row(
    read: Read,
    row: Any,
    *,
    coverages: list[CoverageRow],
    paid: tuple[Cents, int | None],
    balance: Cents,
    limits: dict[Status, int],
    late_after: int,
) -> QueueRow:
    copay = copay_facts(coverages, row.CheckIn, paid)
    in_state = _minutes(row.status_since, read.now) if row.status in HERE else 0
    behind = max(0, read.minute - row.start_minute) if row.status is Status.BOOKED else 0
    ended = read.now if row.status in HERE else row.status_since
    return QueueRow(
        visit_id=row.id,
        patient_id=row.patient_id,
        name=_sort_name(row),
        birth_date=row.birth_date,
        record_no=str(row.record_no),
        start_minute=row.start_minute,
        provider_short=row.short_name,
        type_name=row.type_name,
        status=row.status,
        status_word=row.status.word,
        minutes_in_state=in_state,
        minutes_late=behind,
        minutes_until=max(0, row.start_minute - read.minute) if row.status is Status.BOOKED else 0,
        waiting_minutes=0 if row.arrived_at is None else _minutes(row.arrived_at, ended),
        late=behind > late_after,
        long=row.status in limits and in_state >= limits[row.status],
        badges=tuple(_badges(row, copay)),
        amount_text=_amount_text(row, copay, balance),
        copay_due_cents=copay.open_cents if _asks_copay(row) else 0,
        balance_cents=balance,
        confirmed=bool(row.confirmation),
        walk_in=row.walk_in,
        version=row.version,
    )


def _order(row: QueueRow) -> tuple[int, int, int]:
    if row.here:
        return 0, -row.waiting_minutes, row.start_minute
    if row.status is Status.BOOKED:
        return (1, -row.minutes_late, row.visit_id) if row.late else (2, row.start_minute, row.visit_id)
    return 4 if row.status in FREES_SLOT else 3, row.start_minute, row.visit_id


def _badges(row: Any, copay: CopayFacts) -> list[Badge]:
    if row.status not in HERE and row.status is not Status.BOOKED:
        return []
    badges = [_coverage_badge(copay)]
    if row.status is Status.BOOKED and not row.confirmation:
        badges.append(Badge("warn", "Not confirmed"))
    if row.verified_on is None:
        badges.append(Badge("warn", "Details not verified"))
    if row.walk_in:
        badges.append(Badge("info", "Walk-in"))
    return badges


def _coverage_badge(copay: CopayFacts) -> Badge:
    if copay.coverage is None:
        return Badge("bad", "No coverage")
    if copay.self_pay:
        return Badge("info", "Self-pay")
    return Badge("warn", "Coverage not verified") if copay.coverage.stale else Badge("ok", "Coverage ✓")


def _asks_copay(row: Any) -> bool:
    """Say whether the co-pay is still to be asked for: not when a reason was given, nor after the visit."""
    reasoned = row.CheckIn is not None and bool(row.CheckIn.no_copay_reason)
    return not reasoned and (row.status is Status.BOOKED or row.status in HERE)


def _amount_text(row: Any, copay: CopayFacts, balance: Cents) -> str:
    if copay.open_cents and _asks_copay(row):
        return f"{_short(copay.open_cents)} co-pay"
    if balance > 0 and row.status not in FREES_SLOT:
        return f"{_short(balance)} balance"
    return "paid" if copay.paid_cents else ""


def _short(cents: Cents) -> str:
    text = format_money(cents)
    return text.removesuffix(".00")


def _minutes(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds() // 60))


def _sort_name(row: Any) -> str:
    given = row.first_name + (f" “{row.preferred_name}”" if row.preferred_name else "")
    return f"{f'{row.last_name} {row.suffix}'.strip()}, {given}"
