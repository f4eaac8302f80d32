"""Reading what others did: only with the right to, and never unseen (front-desk.md A3)."""

from __future__ import annotations

from datetime import date

from psc_desk.dates import format_date
from psc_desk.events import AuditRead, ListExported
from psc_desk.models.staff import Right, StaffMember
from psc_desk.queries.audit import AuditFilters, AuditLine, audit_rows
from psc_desk.work import Work


def look_at_audit(work: Work, filters: AuditFilters, page: int = 0) -> list[AuditLine]:
    """Return a page of 100 lines, newest first; each new search is itself told to the audit."""
    work.require(Right.READ_AUDIT)
    if page == 0:
        work.announce(AuditRead(patient_id=filters.patient_id), f"searched the audit ({_words(work, filters)})")
    return audit_rows(work, filters, page)


def begin_audit_trail(work: Work, day: date) -> None:
    """Tell the audit that the trail of a day is made; the trail itself is read beside the desk's work."""
    work.require(Right.READ_AUDIT)
    work.announce(ListExported(), f"made the audit trail of {format_date(day)}")


def _words(work: Work, filters: AuditFilters) -> str:
    first, last = filters.first, filters.last
    parts = []
    if first is not None and last is not None:
        parts.append(format_date(first) if first == last else f"{format_date(first)} to {format_date(last)}")
    if filters.staff_id is not None:
        parts.append(work.get(StaffMember, filters.staff_id, "person").name)
    parts += [f"“{words}”" for words in (filters.event, filters.words) if words]
    return ", ".join(parts) or "everything"
