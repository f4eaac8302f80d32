"""When a good-faith estimate becomes due: a visit without coverage is booked, moved or called off (45 CFR 149.610).

So is one whose coverage ends, begins or is corrected after it was booked. Part of every booking, so it is cheap: one
question about coverage, and only for visits at least three days ahead.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import exists, select

from psc_desk.dates import format_date
from psc_desk.events import EstimateOwed
from psc_desk.models.coverage import Coverage
from psc_desk.models.estimate import (
    Estimate,
    EstimateCause,
    EstimateRequest,
    business_days_later,
    estimate_due,
)
from psc_desk.models.visit import FREES_SLOT, Status, Visit
from psc_desk.work import Read, Work

SHORTEST = timedelta(days=3)
_CALLED_OFF = "The visit is "
_COVERED = "A plan covers the day of the visit"


def follow_booking(work: Work, visit: Visit) -> int | None:
    """Note the estimate that a new booking makes due; return the request's id, None when none is."""
    if visit.day - work.today < SHORTEST or is_covered(work, visit):
        return None
    due_on = estimate_due(EstimateCause.SCHEDULED, work.today, visit.day)
    if due_on is None:
        return None
    request = EstimateRequest(
        patient_id=visit.patient_id, visit_id=visit.id, cause=EstimateCause.SCHEDULED, asked_on=work.today,
        due_on=due_on, made_at=work.now, made_by=work.actor.id,
    )  # fmt: skip
    work.session.add(request)
    work.session.flush()
    owe(work, request, f"became due by {format_date(due_on)}")
    return request.id


def follow_move(work: Work, visit: Visit) -> None:
    """Set the clock anew when a visit moved: an estimate not yet given never gets more time, one given needs another.

    Of a new version at the latest one business day before the visit (45 CFR 149.610(b)(1)(vii)).
    """
    owed = _requests(work, visit.id)
    _follow_cover(work, visit)
    for request in owed:
        given = latest(work, request.id)
        fits = given is not None and (given.service_on, given.provider_id) == (visit.day, visit.provider_id)
        if fits or request.withdrawn_reason:
            continue
        due_on = estimate_due(EstimateCause.SCHEDULED, work.today, visit.day)
        if given is None:
            due_on = min(request.due_on, due_on or request.due_on)
        else:
            due_on = due_on or _last_day(work, visit)
            request.asked_on = work.today
        if due_on != request.due_on:
            request.due_on = due_on
            owe(work, request, f"is due by {format_date(due_on)} now")


def follow_coverage(work: Work, patient_id: int) -> None:
    """Set the clocks of the visits ahead anew when the patient's coverage changed: from today for who pays without."""
    ahead = select(Visit).where(
        Visit.patient_id == patient_id, Visit.status == Status.BOOKED, Visit.day >= work.today
    )  # fmt: skip
    for visit in work.session.scalars(ahead.order_by(Visit.day, Visit.start_minute, Visit.id)).all():
        _follow_cover(work, visit)


def follow_status(work: Work, visit: Visit) -> None:
    """Withdraw what is owed when the visit will not take place; take it up again when that is undone."""
    if visit.status in FREES_SLOT:
        for request in _requests(work, visit.id):
            withdraw(work, request, f"{_CALLED_OFF}{visit.status.word.lower()}")
    elif visit.status is Status.BOOKED:
        undone = select(EstimateRequest).where(
            EstimateRequest.visit_id == visit.id, EstimateRequest.withdrawn_reason.startswith(_CALLED_OFF)
        )
        for request in work.session.scalars(undone).all():
            request.withdrawn_reason = ""
            owe(work, request, f"is due by {format_date(request.due_on)} again")


def _follow_cover(work: Work, visit: Visit) -> None:
    """Withdraw what a booking made due when the visit is covered; begin or take it up again when it is not.

    What the patient asked for stays owed: a plan may stay unused for the service (45 CFR 149.610(a)(2)).
    """
    if is_covered(work, visit):
        for request in _requests(work, visit.id):
            if request.cause is EstimateCause.SCHEDULED and latest(work, request.id) is None:
                withdraw(work, request, _COVERED)
        return
    dropped = EstimateRequest.visit_id == visit.id, EstimateRequest.withdrawn_reason == _COVERED
    for request in work.session.scalars(select(EstimateRequest).where(*dropped)).all():
        due_on = estimate_due(EstimateCause.SCHEDULED, work.today, visit.day) or _last_day(work, visit)
        request.withdrawn_reason, request.asked_on, request.due_on = "", work.today, due_on
        owe(work, request, f"is due by {format_date(due_on)} again")
    if not _requests(work, visit.id):
        follow_booking(work, visit)


def withdraw(work: Work, request: EstimateRequest, reason: str) -> None:
    """Note that the estimate is no longer owed, and why."""
    request.withdrawn_reason = reason
    owe(work, request, "is no longer owed", reason)


def owe(work: Work, request: EstimateRequest, words: str, reason: str = "") -> None:
    """Announce what became of a request."""
    work.announce(
        EstimateOwed(patient_id=request.patient_id, visit_id=request.visit_id, request_id=request.id),
        f"noted that good-faith estimate {request.id} {words}",
        reason=reason,
        after={"request_id": request.id, "due_on": request.due_on.isoformat()},
    )


def is_covered(read: Read, visit: Visit) -> bool:
    """Say whether a plan is in force on the day of the visit; self-pay is none."""
    found = exists().where(
        Coverage.patient_id == visit.patient_id,
        Coverage.plan_id.is_not(None),
        Coverage.effective_on <= visit.day,
        Coverage.ends_on.is_(None) | (Coverage.ends_on >= visit.day),
    )
    return bool(read.session.scalar(select(found)))


def latest(read: Read, request_id: int) -> Estimate | None:
    """Return the newest version given for a request."""
    newest = select(Estimate).where(Estimate.request_id == request_id).order_by(Estimate.version.desc()).limit(1)
    return read.session.scalar(newest)


def _last_day(work: Work, visit: Visit) -> date:
    """The last day on which an estimate is of use to the patient: one business day before the visit, or today."""
    return max(work.today, business_days_later(visit.day, -1))


def _requests(work: Work, visit_id: int) -> list[EstimateRequest]:
    found = select(EstimateRequest).where(EstimateRequest.visit_id == visit_id, EstimateRequest.withdrawn_reason == "")
    return list(work.session.scalars(found))
