"""How every change of a visit is written: the row, its history and what is announced, never one without the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psc_desk.dates import format_date, format_time
from psc_desk.events import VisitStatusChanged
from psc_desk.models.visit import Status, Visit, VisitChange
from psc_desk.usecases.estimate_clock import follow_status
from psc_desk.work import Work


def record(
    work: Work,
    visit: Visit,
    what: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str = "",
    undoes_id: int | None = None,
) -> int:
    """Add a history row and return its id."""
    change = VisitChange(
        visit_id=visit.id, at=work.now, staff_id=work.actor.id, what=what, before=before, after=after, reason=reason,
        undoes_id=undoes_id,
    )  # fmt: skip
    work.session.add(change)
    work.session.flush()
    return change.id


def become(work: Work, visit: Visit, status: Status, *, reason: str = "", seen_version: int | None = None) -> int:
    """Take the visit to `status` by the state machine; return the change's id, by which it can be undone."""
    visit.check_version(seen_version)
    visit.check_can_become(status)
    before = standing(visit)
    visit.status, visit.status_since = status, work.now
    if status is Status.ARRIVED:
        visit.arrived_at = work.now
    return announce_status(work, visit, before, reason=reason)


def announce_status(
    work: Work, visit: Visit, before: dict[str, Any], *, reason: str = "", undoes_id: int | None = None
) -> int:
    """Write history and announcement of a status already set; `before` is `standing` from before the change."""
    after = standing(visit)
    change_id = record(work, visit, "status", before=before, after=after, reason=reason, undoes_id=undoes_id)
    did = "took back the status of" if undoes_id else "marked"
    work.announce(
        VisitStatusChanged(
            patient_id=visit.patient_id, visit_id=visit.id, status=visit.status.value, change_id=change_id
        ),
        f"{did} {named(visit)}: {visit.status.word.lower()}",
        reason=reason,
        before={"status": before["status"]},
        after={"status": after["status"]},
    )
    follow_status(work, visit)
    return change_id


def standing(visit: Visit) -> dict[str, Any]:
    """Return what undoing a status change must bring back."""
    return {
        "status": visit.status.value,
        "since": visit.status_since.isoformat(),
        "arrived": visit.arrived_at.isoformat() if visit.arrived_at else None,
    }


def restore(visit: Visit, before: dict[str, Any]) -> None:
    """Set status and times back to a `standing`."""
    visit.status = Status(before["status"])
    visit.status_since = datetime.fromisoformat(before["since"])
    visit.arrived_at = datetime.fromisoformat(before["arrived"]) if before["arrived"] else None


def named(visit: Visit) -> str:
    """Return the visit as the audit names it."""
    return (
        f"the visit of {visit.patient.sort_name} on {format_date(visit.day)} at {format_time(visit.start_minute)} "
        f"with {visit.provider.name}"
    )
