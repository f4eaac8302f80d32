"""The Z report as a page, for whoever has no receipt printer or files it (front-desk.md M8)."""

from __future__ import annotations

from psc_desk.events import DocumentRead
from psc_desk.models.staff import Right
from psc_desk.papers.till_report import till_report_pdf
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.queries.tills import till_report
from psc_desk.usecases.till import closed_session
from psc_desk.work import Work


def z_report_page(work: Work, session_id: int) -> bytes:
    """Return the Z report of a closed session as PDF."""
    work.require(Right.OPEN_DRAWER)
    session = closed_session(work, session_id)
    data = till_report(work, session_id, "Z")
    work.announce(DocumentRead(), f"looked at Z report {session.z_no} of {data.drawer_name}")
    return till_report_pdf(data, clinic_block(work), demo=print_mark(work).demo)
