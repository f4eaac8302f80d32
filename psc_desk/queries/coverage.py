"""Who pays for a patient, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from psc_desk.models.coverage import Coverage, Payer, Plan
from psc_desk.work import Read

VERIFY_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class CoverageRow:
    """A coverage. `title` is payer and plan, or Self-pay; `position` 1 is primary; `ends_on` is inclusive.

    `in_force` is for the day asked about. `stale` says that benefits were not verified for 90 days.
    """

    id: int
    patient_id: int
    title: str
    payer: str
    plan: str
    plan_kind: str
    payer_phone: str
    payer_no: str
    position: int
    member_id: str
    group_no: str
    subscriber_name: str
    subscriber_birth_date: date | None
    relation: str
    copay_cents: int
    cost_share_forbidden: bool
    effective_on: date
    ends_on: date | None
    verified_on: date | None
    verified_how: str
    version: int
    in_force: bool
    stale: bool

    @property
    def self_pay(self) -> bool:
        """Say whether the patient pays without a plan."""
        return not self.plan

    @property
    def position_word(self) -> str:
        """Primary, secondary or tertiary."""
        return ("Primary", "Secondary", "Tertiary")[self.position - 1]

    @property
    def due_copay_cents(self) -> int:
        """The co-pay to ask for: none for self-pay and where cost-sharing is forbidden by law."""
        return 0 if self.self_pay or self.cost_share_forbidden else self.copay_cents


def coverages(read: Read, patient_id: int, day: date | None = None) -> list[CoverageRow]:
    """Return all coverages, those in force on `day` (today) first, then by position and newest first."""
    on = day or read.today
    found = read.session.scalars(select(Coverage).where(Coverage.patient_id == patient_id))
    rows = [coverage_row(one, on) for one in found]
    return sorted(
        rows, key=lambda row: (not row.in_force, row.self_pay, row.position, -row.effective_on.toordinal(), -row.id)
    )


def coverage_on(read: Read, patient_id: int, day: date) -> CoverageRow | None:
    """Return the primary coverage in force on `day`: a plan before self-pay, lowest position; None when none."""
    return next((row for row in coverages(read, patient_id, day) if row.in_force), None)


def coverage(read: Read, coverage_id: int) -> CoverageRow:
    """Return one coverage as of today."""
    return coverage_row(read.get(Coverage, coverage_id, "coverage"), read.today)


def coverage_row(found: Coverage, day: date) -> CoverageRow:
    """Return the row of a loaded coverage as of `day`."""
    plan = found.plan
    payer = plan.payer if plan else None
    return CoverageRow(
        id=found.id,
        patient_id=found.patient_id,
        title=found.title,
        payer=payer.name if payer else "",
        plan=plan.name if plan else "",
        plan_kind=plan.kind if plan else "",
        payer_phone=payer.phone if payer else "",
        payer_no=payer.payer_no if payer else "",
        position=found.position,
        member_id=found.member_id,
        group_no=found.group_no,
        subscriber_name=found.subscriber_name,
        subscriber_birth_date=found.subscriber_birth_date,
        relation=found.relation,
        copay_cents=found.copay_cents,
        cost_share_forbidden=found.cost_share_forbidden,
        effective_on=found.effective_on,
        ends_on=found.ends_on,
        verified_on=found.verified_on,
        verified_how=found.verified_how,
        version=found.version,
        in_force=found.covers(day),
        stale=plan is not None and (found.verified_on is None or found.verified_on + VERIFY_AFTER < day),
    )


@dataclass(frozen=True)
class PlanRow:
    """A plan of a payer, for choosing from a list."""

    plan_id: int
    payer: str
    plan: str
    kind: str


def plans(read: Read) -> list[PlanRow]:
    """Return all known plans by payer and plan."""
    chosen = select(Plan.id, Payer.name, Plan.name, Plan.kind).join(Payer, Payer.id == Plan.payer_id)
    return [PlanRow(*row) for row in read.session.execute(chosen.order_by(Payer.name, Plan.name))]
