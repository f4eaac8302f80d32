"""Coverage of a patient: add, change, end, verify; payers and plans are found or made by name (front-desk.md I1)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from psc_desk.dates import format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import CoverageChanged
from psc_desk.models.coverage import Coverage, Payer, Plan
from psc_desk.models.patient import Patient
from psc_desk.models.patient_input import normal_phone
from psc_desk.models.search_words import fold
from psc_desk.models.staff import Right
from psc_desk.money import LIMIT
from psc_desk.privacy import check_no_card_number
from psc_desk.usecases.estimate_clock import follow_coverage
from psc_desk.usecases.search import index_patient
from psc_desk.work import Work

PLAN_KINDS = ("HMO", "PPO", "POS", "EPO", "Medicare", "Medicaid", "comp", "auto", "other")
RELATIONS = ("self", "spouse", "child", "other")
HOW_VERIFIED = ("phone", "portal", "card", "electronic", "patient")
_LONGEST = 80


@dataclass(frozen=True)
class CoverageInput:
    """A coverage as typed. Without `payer` it is self-pay. `ends_on` is inclusive; `position` 1 is primary."""

    effective_on: date
    payer: str = ""
    plan: str = ""
    plan_kind: str = "PPO"
    payer_phone: str = ""
    payer_no: str = ""
    position: int = 1
    member_id: str = ""
    group_no: str = ""
    subscriber_name: str = ""
    subscriber_birth_date: date | None = None
    relation: str = "self"
    copay_cents: int = 0
    cost_share_forbidden: bool = False
    ends_on: date | None = None

    @property
    def self_pay(self) -> bool:
        """Say whether the patient pays without a plan."""
        return not self.payer.strip()

    def check(self, today: date) -> None:
        """Raise InputError, naming the field to go to, for what cannot be."""
        self._check_texts()
        self._check_choices()
        if not self.self_pay:
            self._check_plan(today)
        if not 0 <= self.copay_cents <= LIMIT:
            raise InputError("The co-pay cannot be negative or that large. Correct it.", "copay_cents")
        if self.ends_on is not None and self.ends_on < self.effective_on:
            raise InputError("The coverage would end before it begins. Correct one of the dates.", "ends_on")
        if self.effective_on.year < 1950 or self.effective_on > today + timedelta(days=730):
            raise InputError("The coverage cannot begin on that day. Check the year.", "effective_on")

    def _check_texts(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str) and len(value) > _LONGEST:
                raise InputError(f"This is longer than {_LONGEST} letters. Shorten it.", field.name)
        for name in ("payer", "plan", "subscriber_name", "group_no"):
            check_no_card_number(getattr(self, name), name)

    def _check_choices(self) -> None:
        if self.position not in (1, 2, 3):
            raise InputError("Choose primary, secondary or tertiary.", "position")
        if self.relation not in RELATIONS:
            raise InputError("Choose self, spouse, child or other.", "relation")
        if self.plan_kind not in PLAN_KINDS:
            raise InputError("Choose the kind of plan from the list.", "plan_kind")

    def _check_plan(self, today: date) -> None:
        if not self.plan.strip():
            raise InputError("The plan's name is missing. Copy it from the card.", "plan")
        if not self.member_id.strip():
            raise InputError("The member ID is missing. Copy it from the card.", "member_id")
        if self.relation != "self" and not self.subscriber_name.strip():
            raise InputError("The subscriber's name is missing. Ask whose plan it is.", "subscriber_name")
        born = self.subscriber_birth_date
        if born is not None and not date(1880, 1, 1) <= born <= today:
            raise InputError("The subscriber's birth date cannot be. Check the year.", "subscriber_birth_date")


def add_coverage(work: Work, patient_id: int, typed: CoverageInput) -> int:
    """Add a coverage and return its id; refused while another of the same position overlaps."""
    work.require(Right.REGISTER)
    patient = work.get(Patient, patient_id, "patient")
    typed.check(work.today)
    found = Coverage(patient_id=patient_id)
    _put(work, found, typed)
    _check_overlap(work, found)
    work.session.add(found)
    index_patient(work, patient)
    work.announce(
        CoverageChanged(patient_id=patient_id), f"added {found.title} for {patient.full_name}", after=_facts(found)
    )
    follow_coverage(work, patient_id)
    return found.id


def change_coverage(work: Work, coverage_id: int, typed: CoverageInput, seen_version: int) -> None:
    """Save a changed coverage; ConflictError when someone else saved meanwhile."""
    work.require(Right.REGISTER)
    found = work.get(Coverage, coverage_id, "coverage")
    typed.check(work.today)
    before = _facts(found)
    with work.session.no_autoflush:
        _put(work, found, typed)
        _check_overlap(work, found)
    after = _facts(found)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return
    found.check_version(seen_version)
    patient = work.get(Patient, found.patient_id, "patient")
    index_patient(work, patient)
    work.announce(
        CoverageChanged(patient_id=patient.id),
        f"changed the coverage {found.title} of {patient.full_name}",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    follow_coverage(work, patient.id)


def end_coverage(work: Work, coverage_id: int, ends_on: date, reason: str = "") -> None:
    """Set the last day on which the coverage is in force."""
    work.require(Right.REGISTER)
    found = work.get(Coverage, coverage_id, "coverage")
    if ends_on < found.effective_on:
        began = format_date(found.effective_on)
        raise InputError(f"This coverage began on {began} and cannot end before. Choose a later day.", "ends_on")
    before, found.ends_on = found.ends_on, ends_on
    found.version += 1
    patient = work.get(Patient, found.patient_id, "patient")
    work.announce(
        CoverageChanged(patient_id=patient.id),
        f"ended {found.title} of {patient.full_name} on {format_date(ends_on)}",
        reason=reason,
        before={"ends_on": before.isoformat() if before else None},
        after={"ends_on": ends_on.isoformat()},
    )
    follow_coverage(work, patient.id)


def verify_coverage(work: Work, coverage_id: int, how: str) -> None:
    """Record that the benefits were verified today; `how` is phone, portal, card, electronic or patient."""
    work.require(Right.REGISTER)
    if how not in HOW_VERIFIED:
        raise InputError("Choose how the coverage was verified from the list.", "how")
    found = work.get(Coverage, coverage_id, "coverage")
    found.verified_on, found.verified_how = work.today, how
    patient = work.get(Patient, found.patient_id, "patient")
    work.announce(CoverageChanged(patient_id=patient.id), f"verified {found.title} of {patient.full_name} by {how}")


def _put(work: Work, found: Coverage, typed: CoverageInput) -> None:
    found.plan = None if typed.self_pay else _plan(work, typed)
    found.position = typed.position
    found.member_id = "" if typed.self_pay else "".join(typed.member_id.split()).upper()
    found.group_no = typed.group_no.strip()
    found.subscriber_name = " ".join(typed.subscriber_name.split())
    found.subscriber_birth_date = typed.subscriber_birth_date
    found.relation = typed.relation
    found.copay_cents = 0 if typed.self_pay else typed.copay_cents
    found.cost_share_forbidden = typed.cost_share_forbidden
    found.effective_on, found.ends_on = typed.effective_on, typed.ends_on


def _plan(work: Work, typed: CoverageInput) -> Plan:
    payer = next((p for p in work.session.scalars(select(Payer)) if fold(p.name) == fold(typed.payer)), None)
    plans: list[Plan] = []
    if payer is None:
        payer = Payer(name=" ".join(typed.payer.split()), phone="", payer_no=typed.payer_no.strip())
    else:
        plans += work.session.scalars(select(Plan).where(Plan.payer_id == payer.id))
    if typed.payer_phone.strip():
        payer.phone = normal_phone(typed.payer_phone, "payer_phone")
    same = (p for p in plans if fold(p.name) == fold(typed.plan) and p.kind == typed.plan_kind)
    return next(same, None) or Plan(payer=payer, name=" ".join(typed.plan.split()), kind=typed.plan_kind)


def _check_overlap(work: Work, new: Coverage) -> None:
    """Refuse two plans in one place at a time; self-pay yields to any plan and so stands in nobody's way."""
    with work.session.no_autoflush:
        others = work.session.scalars(select(Coverage).where(Coverage.patient_id == new.patient_id)).all()
    for other in others:
        apart = other.position != new.position or (other.plan is None) != (new.plan is None)
        if other is new or other.id == new.id or apart:
            continue
        if new.effective_on <= (other.ends_on or date.max) and other.effective_on <= (new.ends_on or date.max):
            since = format_date(other.effective_on)
            raise RefusedError(
                f"{other.title} is already in this place since {since}. End it first, or add this one as secondary."
            )


def _facts(found: Coverage) -> dict[str, Any]:
    born, ends = found.subscriber_birth_date, found.ends_on
    return {
        "plan": found.title,
        "position": found.position,
        "member_id": found.member_id,
        "group_no": found.group_no,
        "subscriber_name": found.subscriber_name,
        "subscriber_birth_date": born.isoformat() if born else None,
        "relation": found.relation,
        "copay_cents": found.copay_cents,
        "cost_share_forbidden": found.cost_share_forbidden,
        "effective_on": found.effective_on.isoformat(),
        "ends_on": ends.isoformat() if ends else None,
    }
