"""What the encounter form of a visit begins with: its diagnoses, its fee schedule, whether its month is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from psc_desk.models.charging import ClosedMonth, EncounterForm
from psc_desk.models.visit import Visit
from psc_desk.queries.check_in import pays_without_plan
from psc_desk.queries.clinic import CodeRow, FeeRow, encounter_codes, fee_schedule
from psc_desk.queries.coding import QuestionRow, visit_questions
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.money import ChargeRow, visit_charges
from psc_desk.queries.sliding import VisitSliding, visit_sliding
from psc_desk.settings import NO_CHARGE_REASONS, SELF_PAY_SCHEDULE
from psc_desk.work import Read


@dataclass(frozen=True)
class EncounterRow:
    """The encounter form of one visit as it stands. `month_closed`: charges need a reason."""

    visit_id: int
    day: date
    provider_name: str
    type_name: str
    who: PersonAtCounter
    diagnoses: tuple[str, ...]
    codes: tuple[CodeRow, ...]
    fees: tuple[FeeRow, ...]
    charges: tuple[ChargeRow, ...]
    month_closed: bool
    no_charge_reason: str
    no_charge_reasons: tuple[str, ...]
    questions: tuple[QuestionRow, ...]
    sliding: VisitSliding


def diagnoses_of(read: Read, visit_id: int) -> tuple[str, ...]:
    """Return the diagnoses of a visit; the first is A."""
    form = read.session.get(EncounterForm, visit_id)
    return () if form is None else tuple(str(code) for code in form.diagnoses["codes"])


def schedule_of(read: Read, visit: Visit) -> str:
    """Return the name of the fee schedule of a visit: the clinic's own for those who pay themselves, else none."""
    name = read.setting(SELF_PAY_SCHEDULE)
    return name if name and pays_without_plan(read, visit) else ""


def month_is_closed(read: Read, day: date) -> bool:
    """Say whether the books of the day's month are closed."""
    return read.session.get(ClosedMonth, f"{day:%Y-%m}") is not None


def encounter(read: Read, visit_id: int) -> EncounterRow:
    """Return the encounter form of a visit; NotFoundError when there is no such visit."""
    visit = read.get(Visit, visit_id, "visit")
    schedule = schedule_of(read, visit)
    return EncounterRow(
        visit_id=visit.id,
        day=visit.day,
        provider_name=visit.provider.name,
        type_name=visit.type.name,
        who=person_at_counter(read, visit.patient_id),
        diagnoses=diagnoses_of(read, visit_id),
        codes=tuple(encounter_codes(read, visit.type_id, visit.day, schedule)),
        fees=tuple(fee_schedule(read, visit.day, schedule)),
        charges=tuple(visit_charges(read, visit_id)),
        month_closed=month_is_closed(read, visit.day),
        no_charge_reason=visit.no_charge_reason,
        no_charge_reasons=tuple(read.setting(NO_CHARGE_REASONS)),
        questions=tuple(visit_questions(read, visit_id)),
        sliding=visit_sliding(read, visit_id),
    )
