"""Check-out: what was done is charged, or a reason given; the summary is made; the visit is done (Q3, Q5)."""

from __future__ import annotations

from psc_desk.dates import format_date
from psc_desk.errors import RefusedError
from psc_desk.events import VisitChanged
from psc_desk.models.staff import Right
from psc_desk.models.visit import Status, Visit
from psc_desk.papers.visit_summary import visit_summary_pdf
from psc_desk.queries.money import visit_charges
from psc_desk.queries.visit import CheckOutRow, check_out_view, missing_at_check_out, visit_summary_data
from psc_desk.usecases.documents import file_document
from psc_desk.usecases.visit_history import become, named, record
from psc_desk.work import Work


def begin_check_out(work: Work, visit_id: int) -> CheckOutRow:
    """Bring a patient who was seen to check-out, if not there yet, and return what the check-out shows."""
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    if visit.status in (Status.ARRIVED, Status.CHECKED_IN):
        raise RefusedError(
            f"{visit.patient.called} was not seen yet. Mark the room or the provider first, or mark “left unseen”."
        )
    if visit.status not in (Status.CHECKOUT, Status.DONE):
        become(work, visit, Status.CHECKOUT)
    return check_out_view(work, visit_id)


def finish_check_out(work: Work, visit_id: int, *, no_charge_reason: str = "") -> int:
    """Mark the visit done; return the change's id, for undo.

    RefusedError when nothing was charged and no reason is given.
    """
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    visit.check_can_become(Status.DONE)
    if no_charge_reason.strip():
        say_no_charge(work, visit_id, no_charge_reason)
    missing = missing_at_check_out(visit, bool(visit_charges(work, visit_id)))
    if missing:
        raise RefusedError(" ".join(missing))
    return become(work, visit, Status.DONE)


def say_no_charge(work: Work, visit_id: int, reason: str) -> None:
    """Record why the visit is not charged; RefusedError when it was."""
    work.require(Right.CHARGE)
    visit = work.get(Visit, visit_id, "visit")
    if visit_charges(work, visit_id):
        raise RefusedError("This visit has charges. Take them back first if nothing is to be charged.")
    before = {"no_charge_reason": visit.no_charge_reason}
    visit.no_charge_reason = reason.strip()
    after = {"no_charge_reason": visit.no_charge_reason}
    record(work, visit, "no charge", before=before, after=after)
    work.announce(
        VisitChanged(patient_id=visit.patient_id, visit_id=visit.id),
        f"said why nothing is charged for {named(visit)}",
        reason=visit.no_charge_reason,
    )


def make_visit_summary(work: Work, visit_id: int) -> bytes:
    """Make the visit summary as PDF, file it in the chart and return it."""
    work.require(Right.READ_CHART)
    visit = work.get(Visit, visit_id, "visit")
    content = visit_summary_pdf(visit_summary_data(work, visit_id))
    file_document(
        work, visit.patient_id, "summary", f"Visit summary {format_date(visit.day)}", content,
        media_type="application/pdf", visit_id=visit_id,
    )  # fmt: skip
    return content
