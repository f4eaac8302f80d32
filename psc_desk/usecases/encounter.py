"""The diagnoses on the encounter form of a visit (front-desk.md M1)."""

from __future__ import annotations

from collections.abc import Sequence

from psc_desk.errors import RefusedError
from psc_desk.events import VisitChanged
from psc_desk.models.charging import LETTERS, EncounterForm, tidy_diagnoses
from psc_desk.models.ledger import Charge
from psc_desk.models.staff import Right
from psc_desk.models.visit import Visit
from psc_desk.queries.encounter import diagnoses_of
from psc_desk.queries.money import visit_charges
from psc_desk.work import Work


def save_diagnoses(work: Work, visit_id: int, diagnoses: Sequence[str]) -> tuple[str, ...]:
    """Keep the diagnoses of a visit in order and return them as written; a code that a charge points to stays."""
    work.require(Right.CHARGE)
    visit = work.get(Visit, visit_id, "visit")
    codes = tidy_diagnoses(diagnoses)
    before = diagnoses_of(work, visit_id)
    if codes == before:
        return codes
    _check_pointed(work, visit_id, codes)
    form = work.session.get(EncounterForm, visit_id)
    if form is None:
        form = EncounterForm(visit_id=visit_id)
        work.session.add(form)
    form.diagnoses, form.saved_at, form.saved_by = {"codes": list(codes)}, work.now, work.actor.id
    work.announce(
        VisitChanged(patient_id=visit.patient_id, visit_id=visit.id),
        "changed the diagnoses of the visit",
        before={"diagnoses": list(before)},
        after={"diagnoses": list(codes)},
    )
    return codes


def _check_pointed(work: Work, visit_id: int, codes: tuple[str, ...]) -> None:
    for row in visit_charges(work, visit_id):
        charge = work.get(Charge, row.charge_id, "charge")
        for letter, code in zip(charge.pointers, charge.diagnoses.split(", "), strict=False):
            place = LETTERS.index(letter)
            if place >= len(codes) or codes[place] != code:
                raise RefusedError(
                    f"{charge.code} is charged for diagnosis {letter}, {code}. Leave it in its place, or take the "
                    "charge back first."
                )
