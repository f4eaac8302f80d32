"""Adjustments: the journal of them by date and kind, what a charge may be adjusted by, and small balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from psc_desk.models.charging import Adjustment, AdjustmentKind
from psc_desk.models.ledger import Account, Charge, JournalEntry, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.staff import StaffMember
from psc_desk.money import Cents
from psc_desk.papers.adjustment_journal import AdjustmentJournalData, JournalRow
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.money import ChargeRow, account, open_charges
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.settings import ADJUST_SECOND_CENTS, ADJUSTMENT_REASONS, SMALL_BALANCE_CENTS
from psc_desk.work import Read


@dataclass(frozen=True)
class AdjustmentRow:
    """An adjustment; negative cents take one back, `taken_back` says that this one was."""

    adjustment_id: int
    day: date
    kind: AdjustmentKind
    patient_id: int
    patient: str
    record_no: str
    charge_id: int
    code: str
    service_date: date
    cents: Cents
    reason: str
    reason_code: str
    staff: str
    approved_by: str
    taken_back: bool


@dataclass(frozen=True)
class AdjustForm:
    """What the form of an adjustment begins with: the charges that can be adjusted, newest first."""

    who: PersonAtCounter
    charges: tuple[ChargeRow, ...]
    reasons: tuple[str, ...]
    second_cents: Cents
    small_cents: Cents


@dataclass(frozen=True)
class SmallBalanceRow:
    """An account that owes little; `since` is the day of its oldest open charge."""

    patient_id: int
    patient: str
    birth_date: date
    record_no: str
    cents: Cents
    charges: int
    since: date


@dataclass(frozen=True)
class SmallBalances:
    """The accounts that a small-balance write-off would clear, largest first."""

    rows: tuple[SmallBalanceRow, ...]
    limit_cents: Cents
    reasons: tuple[str, ...]


def adjustments(read: Read, first: date, last: date, kind: AdjustmentKind | None = None) -> list[AdjustmentRow]:
    """Return the adjustments with a business date from `first` to `last`, newest first; of one kind, or all."""
    back, second = aliased(Adjustment), aliased(StaffMember)
    chosen = (
        select(
            Adjustment.id, JournalEntry.business_date, Adjustment.kind, Adjustment.patient_id, Patient.last_name,
            Patient.first_name, Patient.record_no, Adjustment.charge_id, Charge.code, Charge.service_date,
            Adjustment.cents, Adjustment.reason, Adjustment.reason_code, StaffMember.name, second.name, back.id,
        )
        .join(JournalEntry, JournalEntry.id == Adjustment.entry_id)
        .join(Patient, Patient.id == Adjustment.patient_id)
        .join(Charge, Charge.id == Adjustment.charge_id)
        .join(StaffMember, StaffMember.id == Adjustment.staff_id)
        .outerjoin(second, second.id == JournalEntry.approved_by)
        .outerjoin(back, back.of_adjustment_id == Adjustment.id)
        .where(JournalEntry.business_date.between(first, last))
        .order_by(Adjustment.id.desc())
    )  # fmt: skip
    if kind is not None:
        chosen = chosen.where(Adjustment.kind == kind)
    return [
        AdjustmentRow(
            r[0], r[1], r[2], r[3], f"{r[4]}, {r[5]}", str(r[6]), r[7], r[8], r[9], r[10], r[11], r[12], r[13],
            r[14] or "", r[15] is not None,
        )
        for r in read.session.execute(chosen)
    ]  # fmt: skip


def totals(rows: Sequence[AdjustmentRow]) -> list[tuple[AdjustmentKind, int, Cents]]:
    """Return kind, number and sum of the adjustments, in the order of the kinds; kinds without any are left out."""
    of_kind = [(kind, [row.cents for row in rows if row.kind is kind]) for kind in AdjustmentKind]
    return [(kind, len(cents), sum(cents)) for kind, cents in of_kind if cents]


def adjust_form(read: Read, patient_id: int) -> AdjustForm:
    """Return the charges of a patient that can still be adjusted, open ones first, then newest."""
    rows = [row for row in account(read, patient_id).charges if row.limit_cents > 0]
    return AdjustForm(
        person_at_counter(read, patient_id),
        tuple(sorted(rows, key=lambda row: row.open_cents <= 0)),
        tuple(read.setting(ADJUSTMENT_REASONS)),
        read.setting(ADJUST_SECOND_CENTS),
        read.setting(SMALL_BALANCE_CENTS),
    )


def small_balances(read: Read) -> SmallBalances:
    """Return the accounts that owe at most the clinic's limit, and have no unapplied money."""
    limit = read.setting(SMALL_BALANCE_CENTS)
    owed = func.sum(JournalLine.cents)
    ar = (
        select(JournalLine.patient_id, owed.label("cents"))
        .where(JournalLine.account == Account.PATIENT_AR)
        .group_by(JournalLine.patient_id)
        .having(owed.between(1, limit))
        .subquery()
    )
    credit = (
        select(JournalLine.patient_id)
        .where(JournalLine.account == Account.UNAPPLIED)
        .group_by(JournalLine.patient_id)
        .having(func.sum(JournalLine.cents) != 0)
    )
    found = read.session.execute(
        select(Patient, ar.c.cents)
        .join(ar, ar.c.patient_id == Patient.id)
        .where(Patient.id.not_in(credit))
        .order_by(ar.c.cents.desc(), Patient.last_name, Patient.id)
    )
    rows = [_small(patient, cents, open_charges(read, patient.id)) for patient, cents in found]
    return SmallBalances(tuple(rows), limit, tuple(read.setting(ADJUSTMENT_REASONS)))


def journal_data(read: Read, first: date, last: date) -> AdjustmentJournalData:
    """Return what the adjustment journal says on paper, oldest first."""
    rows = adjustments(read, first, last)
    return AdjustmentJournalData(
        clinic=clinic_block(read),
        mark=print_mark(read),
        first=first,
        last=last,
        rows=tuple(_paper_row(row) for row in reversed(rows)),
        totals=tuple((kind.word, number, cents) for kind, number, cents in totals(rows)),
    )


def _paper_row(row: AdjustmentRow) -> JournalRow:
    who = row.staff if not row.approved_by else f"{row.staff}, approved by {row.approved_by}"
    return JournalRow(
        row.day, row.kind.word, row.patient, row.record_no, row.code, row.service_date, row.cents,
        " ".join(filter(None, (row.reason_code, row.reason))), who,
    )  # fmt: skip


def _small(patient: Patient, cents: Cents, charges: list[ChargeRow]) -> SmallBalanceRow:
    return SmallBalanceRow(
        patient.id, patient.sort_name, patient.birth_date, str(patient.record_no), cents, len(charges),
        min(row.service_date for row in charges),
    )  # fmt: skip
