"""A drawer's difference: who must account for it, and when somebody looks into it (front-desk.md M8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import InvestigationEnded
from psc_desk.models.staff import Right
from psc_desk.models.till import Investigation
from psc_desk.money import Cents, format_money
from psc_desk.queries.staff import name_of
from psc_desk.queries.variance import DAYS, differences_of
from psc_desk.settings import VARIANCE_APPROVAL_CENTS, VARIANCE_INVESTIGATE_CENTS, VARIANCE_REPEATS
from psc_desk.usecases.staff import Approval, approve
from psc_desk.work import Read, Work


@dataclass(frozen=True)
class Found:
    """A difference that was just booked: where, whose, and how much; positive is over."""

    session_id: int
    staff_id: int
    cents: Cents
    handover_id: int | None = None
    transfer_id: int | None = None


def needs_second(read: Read, cents: Cents) -> bool:
    """Say whether a difference is so large that a second person must approve it."""
    return abs(cents) > read.setting(VARIANCE_APPROVAL_CENTS)


def accounted_for(work: Work, cents: Cents, reason: str, approval: Approval | None, sentence: str) -> int | None:
    """Return who approved a difference, None where nobody must; InputError with `sentence` when no reason is given."""
    if cents and not reason.strip():
        raise InputError(sentence, "reason")
    if not needs_second(work, cents):
        return None
    return approve(work, approval, f"A difference of {format_money(abs(cents))} is large.").id


def look_into(work: Work, found: Found) -> int | None:
    """Begin an investigation of a large difference, or of a person's third within 30 days; return its id."""
    why = _why(work, found)
    if not why:
        return None
    row = Investigation(
        session_id=found.session_id, handover_id=found.handover_id, transfer_id=found.transfer_id,
        staff_id=found.staff_id, over_short_cents=found.cents, why=why, begun_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row.id


def end_investigation(work: Work, investigation_id: int, outcome: str) -> None:
    """Write what came out of it; not by the person whose difference it is."""
    person = work.require(Right.SEE_REPORTS)
    row = work.get(Investigation, investigation_id, "investigation")
    if row.ended_at is not None:
        raise RefusedError("The outcome of this was written already. It stays as it is.")
    if row.staff_id == person.id:
        raise RefusedError("This difference is your own. Someone else must look into it and write the outcome.")
    if not outcome.strip():
        raise InputError("Write in a sentence what came out of it.", "outcome")
    row.outcome, row.ended_at, row.ended_by = outcome.strip(), work.now, person.id
    whose = name_of(work, row.staff_id)
    work.announce(
        InvestigationEnded(),
        f"wrote the outcome for the difference of {format_money(row.over_short_cents)} of {whose}",
        reason=row.outcome,
    )


def _why(work: Work, found: Found) -> str:
    if not found.cents:
        return ""
    limit = work.setting(VARIANCE_INVESTIGATE_CENTS)
    if abs(found.cents) > limit:
        return f"Above {format_money(limit)}"
    since = _since(work, found.staff_id)
    if since is None:
        return ""
    work.session.flush()
    times = len(differences_of(work, found.staff_id, since))
    return f"Difference {times} within {DAYS} days" if times >= work.setting(VARIANCE_REPEATS) else ""


def _since(work: Work, staff_id: int) -> datetime | None:
    """Return from when on differences are counted: anew after an investigation, not at all while one is open."""
    ends = list(work.session.scalars(select(Investigation.ended_at).where(Investigation.staff_id == staff_id)))
    if None in ends:
        return None
    return max([work.now - timedelta(days=DAYS), *(one for one in ends if one is not None)])
