"""What is to be put right with charges: visits without charges, and charges without a visit (front-desk.md M1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from psc_desk.models.clinic import Provider, VisitType
from psc_desk.models.ledger import Charge, JournalEntry
from psc_desk.models.patient import Patient
from psc_desk.models.visit import FREES_SLOT, HERE, Status, Visit
from psc_desk.money import Cents
from psc_desk.work import Read

ACCOUNT_SHOWN = timedelta(days=7)
"""How long a charge to an account without a visit stays on the list."""

_TOOK_PLACE = (Status.DONE, Status.CHECKOUT)
_NOT_TAKEN_PLACE = (Status.BOOKED, *FREES_SLOT)


@dataclass(frozen=True)
class TodoRow:
    """A visit without charges (`charge_id` None) or a charge without a visit; `why` says what is odd about it."""

    visit_id: int | None
    charge_id: int | None
    patient_id: int
    patient: str
    birth_date: date
    visit_day: date
    what: str
    provider: str
    why: str
    cents: Cents | None = None

    @property
    def key(self) -> tuple[int, int]:
        """What tells rows apart."""
        return self.visit_id or 0, self.charge_id or 0


@dataclass(frozen=True)
class TodoCounts:
    """How much is to do: for the close of the day."""

    visits_without_charges: int
    charges_without_visit: int


def charges_to_do(read: Read) -> list[TodoRow]:
    """Return both lists, visits first, oldest first."""
    return [*uncharged_visits(read), *charges_without_visit(read)]


def todo_counts(read: Read) -> TodoCounts:
    """Return how many visits wait for charges, and how many charges stand without a visit."""
    return TodoCounts(len(uncharged_visits(read)), len(charges_without_visit(read)))


def uncharged_visits(read: Read, day: date | None = None) -> list[TodoRow]:
    """Return visits that took place, have no charge that stands and no reason for it; of one day, or all.

    A visit of an earlier day that was never checked out counts, too.
    """
    reversal = aliased(JournalEntry)
    stands = exists().where(
        Charge.visit_id == Visit.id, ~exists().where(reversal.reverses_id == Charge.entry_id)
    )  # fmt: skip
    forgotten = (Visit.day < read.today) & Visit.status.in_(HERE)
    chosen = _visits().where(
        Visit.no_charge_reason == "", ~stands, Visit.day <= read.today, or_(Visit.status.in_(_TOOK_PLACE), forgotten)
    )
    if day is not None:
        chosen = chosen.where(Visit.day == day)
    return [_visit_row(row) for row in read.session.execute(chosen.order_by(Visit.day, Visit.start_minute, Visit.id))]


def charges_without_visit(read: Read) -> list[TodoRow]:
    """Return charges whose visit did not take place, and those of the last days that were made without a visit."""
    reversal = aliased(JournalEntry)
    recent = Charge.visit_id.is_(None) & (JournalEntry.business_date > read.today - ACCOUNT_SHOWN)
    chosen = (
        select(
            Charge.id, Charge.visit_id, Charge.patient_id, Patient.last_name, Patient.first_name, Patient.birth_date,
            Charge.service_date, Charge.code, Charge.label, Provider.name, Visit.status, Charge.amount_cents,
        )
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .join(Patient, Patient.id == Charge.patient_id)
        .outerjoin(Visit, Visit.id == Charge.visit_id)
        .outerjoin(Provider, Provider.id == Charge.provider_id)
        .outerjoin(reversal, reversal.reverses_id == Charge.entry_id)
        .where(reversal.id.is_(None), recent | Visit.status.in_(_NOT_TAKEN_PLACE))
        .order_by(Charge.service_date, Charge.id)
    )  # fmt: skip
    return [_charge_row(row) for row in read.session.execute(chosen)]


def _visits() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Visit.id, Visit.patient_id, Patient.last_name, Patient.first_name, Patient.birth_date, Visit.day,
            VisitType.name.label("type"), Provider.name.label("provider"), Visit.status,
        )
        .join(Patient, Patient.id == Visit.patient_id)
        .join(VisitType, VisitType.id == Visit.type_id)
        .join(Provider, Provider.id == Visit.provider_id)
    )  # fmt: skip


def _visit_row(row: Any) -> TodoRow:
    left_open = row.status not in _TOOK_PLACE
    why = f"No charge, still “{row.status.word.lower()}”" if left_open else "No charge"
    return TodoRow(
        row.id, None, row.patient_id, f"{row.last_name}, {row.first_name}", row.birth_date, row.day, row.type,
        row.provider, why,
    )  # fmt: skip


def _charge_row(row: Any) -> TodoRow:
    why = "Charged without a visit" if row.visit_id is None else f"Its visit is “{row.status.word.lower()}”"
    return TodoRow(
        row.visit_id, row.id, row.patient_id, f"{row.last_name}, {row.first_name}", row.birth_date, row.service_date,
        f"{row.code} {row.label}", row.name or "", why, row.amount_cents,
    )  # fmt: skip
