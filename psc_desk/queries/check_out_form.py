"""What the check-out form begins with: one answer, so that it is complete when it opens (front-desk.md Q3)."""

from __future__ import annotations

from dataclasses import dataclass

from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.encounter import EncounterRow, encounter
from psc_desk.queries.visit import CheckOutRow, check_out_view
from psc_desk.work import Read


@dataclass(frozen=True)
class CheckOutForm:
    """A check-out with who it concerns, and the encounter form with the fees of the visit's day."""

    row: CheckOutRow
    who: PersonAtCounter
    encounter: EncounterRow


def check_out_form(read: Read, visit_id: int) -> CheckOutForm:
    """Return all that the check-out of a visit shows."""
    row = check_out_view(read, visit_id)
    return CheckOutForm(row, person_at_counter(read, row.patient_id), encounter(read, visit_id))
