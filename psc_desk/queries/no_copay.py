"""Co-pays that were due and not taken, each with the reason that was given (complaints 60, 66; Epic's rule)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from psc_desk.models.patient import Patient
from psc_desk.models.visit import CheckIn, Visit
from psc_desk.money import Cents
from psc_desk.queries.check_in import check_in, copays_paid
from psc_desk.settings import NO_COPAY_REASONS
from psc_desk.work import Read

NOT_SAID = "No reason given"
_MOST = 2000


@dataclass(frozen=True)
class NoCopayRow:
    """A visit whose co-pay, or part of it, was not taken."""

    visit_id: int
    patient_id: int
    patient: str
    day: date
    provider: str
    due_cents: Cents
    taken_cents: Cents
    reason: str

    @property
    def month(self) -> str:
        """The month of the visit: "2026-03"."""
        return f"{self.day:%Y-%m}"

    @property
    def missing_cents(self) -> Cents:
        """What was not taken."""
        return self.due_cents - self.taken_cents


@dataclass(frozen=True)
class NoCopaySum:
    """One reason in one month."""

    month: str
    reason: str
    visits: int
    missing_cents: Cents


@dataclass(frozen=True)
class NoCopayQuestion:
    """What is asked at check-out when the co-pay is still open and nobody said why."""

    open_cents: Cents
    reasons: tuple[str, ...]


def no_copays(read: Read) -> list[NoCopayRow]:
    """Return the visits, newest first, whose co-pay was due at check-in and is not paid in full."""
    found = read.session.execute(
        select(Visit, CheckIn.copay_due_cents, CheckIn.no_copay_reason, Patient.last_name, Patient.first_name)
        .join(CheckIn, CheckIn.visit_id == Visit.id)
        .join(Patient, Patient.id == Visit.patient_id)
        .where(CheckIn.copay_due_cents > 0, CheckIn.finished_at.is_not(None))
        .order_by(Visit.day.desc(), Visit.id.desc())
        .limit(_MOST)
    ).all()
    paid = copays_paid(read, [row.Visit.id for row in found])
    rows = [
        NoCopayRow(
            visit.id, visit.patient_id, f"{last}, {first}", visit.day, visit.provider.short_name, due,
            paid.get(visit.id, (0, None))[0], reason or NOT_SAID,
        )
        for visit, due, reason, last, first in found
    ]  # fmt: skip
    return [row for row in rows if row.missing_cents > 0]


def by_month_and_reason(rows: Sequence[NoCopayRow]) -> list[NoCopaySum]:
    """Return how often and how much, newest month first, the largest sum of a month first."""
    groups: dict[tuple[str, str], list[NoCopayRow]] = defaultdict(list)
    for row in rows:
        groups[row.month, row.reason].append(row)
    sums = [
        NoCopaySum(month, reason, len(group), sum(row.missing_cents for row in group))
        for (month, reason), group in groups.items()
    ]
    return sorted(
        sorted(sums, key=lambda one: (-one.missing_cents, one.reason)), key=lambda one: one.month, reverse=True
    )  # fmt: skip


def no_copay_question(read: Read, visit_id: int) -> NoCopayQuestion | None:
    """Return what to ask at check-out; None when the co-pay is paid, not due, or somebody said for good why not."""
    row = check_in(read, visit_id)
    if not row.copay_open_cents or (row.no_copay_reason and not row.copay_later):
        return None
    return NoCopayQuestion(row.copay_open_cents, tuple(read.setting(NO_COPAY_REASONS)))
