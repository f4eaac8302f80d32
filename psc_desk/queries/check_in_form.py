"""What the check-in form begins with: one answer, so that it is complete when it opens (front-desk.md Q1)."""

from __future__ import annotations

from dataclasses import dataclass

from psc_desk.queries.check_in import CheckInRow, check_in
from psc_desk.queries.counter import CounterRow, counter
from psc_desk.queries.documents import DocumentRow, documents
from psc_desk.queries.sliding import AssessmentRow, assessment_on
from psc_desk.settings import COPAY_LATER, NO_COPAY_REASONS
from psc_desk.work import Read


@dataclass(frozen=True)
class CheckInForm:
    """A check-in with the counter, the clinic's reasons for no co-pay, and the newest card pictures on file.

    `sliding` is the assessment for the sliding fee in force on the day.
    """

    row: CheckInRow
    counter: CounterRow
    reasons: tuple[str, ...]
    card_front: DocumentRow | None
    card_back: DocumentRow | None
    sliding: AssessmentRow | None


def check_in_form(read: Read, visit_id: int) -> CheckInForm:
    """Return all that the check-in of a visit shows."""
    row = check_in(read, visit_id)
    papers = documents(read, row.patient_id)
    return CheckInForm(
        row=row,
        counter=counter(read, row.patient_id, visit_id),
        reasons=tuple(filter(None, (*read.setting(NO_COPAY_REASONS), read.setting(COPAY_LATER)))),
        card_front=next((one for one in papers if one.category == "card_front"), None),
        card_back=next((one for one in papers if one.category == "card_back"), None),
        sliding=assessment_on(read, row.patient_id, read.today),
    )
