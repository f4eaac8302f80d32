"""A visit's way through the clinic: arrive, room, provider, check-out, done; undo; walk-ins; the summary (Q2)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from psc_desk.dates import format_date, format_time
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import VisitChanged
from psc_desk.models.staff import Right
from psc_desk.models.visit import FREES_SLOT, CheckIn, Status, Visit, VisitChange
from psc_desk.queries.schedule import BookedRow, BookingInput, conflicts
from psc_desk.schedule_rules import Cause
from psc_desk.usecases.check_out import finish_check_out
from psc_desk.usecases.schedule import book, book_anyway, cancel, mark_missed
from psc_desk.usecases.visit_history import announce_status, become, named, record, restore, standing
from psc_desk.work import Work

UNDO_WITHIN = timedelta(minutes=10)


def arrive(work: Work, visit_id: int, *, seen_version: int | None = None) -> int:
    """Mark that the patient is here, for a visit of today; return the change's id, for undo."""
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    if visit.day != work.today and visit.status is Status.BOOKED:
        raise RefusedError(
            f"This visit is on {format_date(visit.day)}, not today. Move it to today first, or book a walk-in."
        )
    return become(work, visit, Status.ARRIVED, seen_version=seen_version)


def room(work: Work, visit_id: int, *, seen_version: int | None = None) -> int:
    """Mark that the patient is in the room."""
    return set_status(work, visit_id, Status.IN_ROOM, seen_version=seen_version)


def with_provider(work: Work, visit_id: int, *, seen_version: int | None = None) -> int:
    """Mark that the provider is with the patient."""
    return set_status(work, visit_id, Status.WITH_PROVIDER, seen_version=seen_version)


def to_checkout(work: Work, visit_id: int, *, seen_version: int | None = None) -> int:
    """Send the patient to check-out."""
    return set_status(work, visit_id, Status.CHECKOUT, seen_version=seen_version)


def finish(work: Work, visit_id: int, *, no_charge_reason: str = "") -> int:
    """Mark the visit done; see `finish_check_out`."""
    return finish_check_out(work, visit_id, no_charge_reason=no_charge_reason)


def left_unseen(work: Work, visit_id: int, reason: str, *, seen_version: int | None = None) -> int:
    """Mark that the patient left without being seen."""
    return set_status(work, visit_id, Status.LEFT, reason, seen_version=seen_version)


def set_status(work: Work, visit_id: int, status: Status, reason: str = "", *, seen_version: int | None = None) -> int:
    """Take a visit to any status by the verb that owns it, so that no rule is passed by; return the change's id."""
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    if status is Status.ARRIVED:
        return arrive(work, visit_id, seen_version=seen_version)
    if status in (Status.CANCELLED, Status.LATE_CANCELLED):
        return cancel(work, visit_id, reason, seen_version=seen_version)
    if status is Status.MISSED:
        return mark_missed(work, visit_id, reason, seen_version=seen_version)
    if status is Status.DONE:
        return finish_check_out(work, visit_id, no_charge_reason=reason)
    visit.check_can_become(status)
    if status is Status.CHECKED_IN and visit.status is Status.ARRIVED:
        raise RefusedError(f"Check {visit.patient.called} in with F4: identity, coverage and co-pay come first.")
    if status is Status.LEFT and not reason.strip():
        raise InputError("Say why the patient left without being seen.", "reason")
    return become(work, visit, status, reason=reason, seen_version=seen_version)


def undo_status(work: Work, change_id: int) -> int:
    """Take back a status change within ten minutes, if nothing came after it; return the id of the undoing change."""
    work.require(Right.SCHEDULE)
    change = work.get(VisitChange, change_id, "change")
    visit = work.get(Visit, change.visit_id, "visit")
    _check_undo(work, change)
    back = Status(change.before["status"])
    if visit.status in FREES_SLOT and back not in FREES_SLOT:
        _check_time_still_free(work, visit)
    before = standing(visit)
    restore(visit, change.before)
    visit.check_version(None)
    if back is Status.ARRIVED:
        _reopen_check_in(work, visit.id)
    return announce_status(work, visit, before, reason="Undo", undoes_id=change.id)


def walk_in(work: Work, patient_id: int, provider_id: int, type_id: int, *, reason: str = "") -> BookedRow:
    """Book a visit for now and mark the patient as arrived. Conflicts as for `book`."""
    booked = book(work, _now(work, patient_id, provider_id, type_id, reason))
    arrive(work, booked.visit_id)
    return booked


def walk_in_anyway(
    work: Work, patient_id: int, provider_id: int, type_id: int, *, override_reason: str, reason: str = ""
) -> BookedRow:
    """Take a walk-in over conflicts that a reason may override."""
    booked = book_anyway(work, _now(work, patient_id, provider_id, type_id, reason), override_reason)
    arrive(work, booked.visit_id)
    return booked


def write_summary(
    work: Work, visit_id: int, instructions: str, orders: str, *, seen_version: int | None = None
) -> None:
    """Save what the visit summary says: instructions, and medications and orders, a line each."""
    work.require(Right.SCHEDULE)
    visit = work.get(Visit, visit_id, "visit")
    new = {"instructions": instructions.strip(), "orders": orders.strip()}
    before = {key: getattr(visit, key) for key, value in new.items() if getattr(visit, key) != value}
    if not before:
        return
    visit.check_version(seen_version)
    visit.instructions, visit.orders = new["instructions"], new["orders"]
    after = {key: new[key] for key in before}
    record(work, visit, "summary", before=before, after=after)
    work.announce(
        VisitChanged(patient_id=visit.patient_id, visit_id=visit.id),
        f"wrote the summary of {named(visit)}",
        before=before,
        after=after,
    )


def _check_undo(work: Work, change: VisitChange) -> None:
    if change.what != "status":
        raise RefusedError("Only a change of status can be undone. Move or change the visit instead.")
    if change.undoes_id is not None:
        raise RefusedError("This was an undo already. Set the status again.")
    if work.now - change.at > UNDO_WITHIN:
        raise RefusedError("More than ten minutes have passed, so this can no longer be undone. Set the next status.")
    if _last_standing(work, change.visit_id) != change.id:
        raise RefusedError("Something else was changed on this visit since. Undo the last change first.")


def _last_standing(work: Work, visit_id: int) -> int | None:
    """Return the last move or status change that was not undone."""
    undone = select(VisitChange.undoes_id).where(VisitChange.visit_id == visit_id, VisitChange.undoes_id.is_not(None))
    return work.session.scalar(
        select(func.max(VisitChange.id)).where(
            VisitChange.visit_id == visit_id,
            VisitChange.what.in_(("status", "moved")),
            VisitChange.undoes_id.is_(None),
            VisitChange.id.not_in(undone),
        )
    )


def _check_time_still_free(work: Work, visit: Visit) -> None:
    wanted = BookingInput(
        visit.patient_id, visit.provider_id, visit.type_id, visit.day, visit.start_minute, visit.minutes, visit.room_id,
        walk_in=True,
    )  # fmt: skip
    gone = [row for row in conflicts(work, wanted, visit.id) if row.cause in (Cause.BOOKED, Cause.ROOM_TAKEN)]
    if gone and not visit.override_reason:
        raise RefusedError(f"The time was given away: {gone[0].sentence} Book a new visit.")


def _reopen_check_in(work: Work, visit_id: int) -> None:
    saved = work.session.get(CheckIn, visit_id)
    if saved is not None:
        saved.finished_at = None


def _now(work: Work, patient_id: int, provider_id: int, type_id: int, reason: str) -> BookingInput:
    start = work.minute // 5 * 5
    reason = reason or f"Walk-in at {format_time(work.minute)}"
    return BookingInput(patient_id, provider_id, type_id, work.today, start, reason=reason, walk_in=True)
