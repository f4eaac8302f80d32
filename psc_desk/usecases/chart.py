"""Open a chart: reading leaves a trace (front-desk.md A3, P4)."""

from __future__ import annotations

from psc_desk.events import ChartOpened
from psc_desk.models.staff import Right
from psc_desk.models.visit import Visit
from psc_desk.queries.chart import ChartRow, chart
from psc_desk.work import Work


def open_chart(work: Work, patient_id: int, *, visit_id: int | None = None, reason: str = "") -> ChartRow:
    """Return the chart and record who opened it; every opening counts. `visit_id` is the visit it is opened for."""
    work.require(Right.READ_CHART)
    row = chart(work, patient_id, visit_id)
    work.announce(ChartOpened(patient_id=patient_id), "opened the chart", reason=reason)
    return row


def open_chart_of_visit(work: Work, visit_id: int) -> ChartRow:
    """Return the chart of the patient of a visit, and record who opened it."""
    work.require(Right.READ_CHART)
    return open_chart(work, work.get(Visit, visit_id, "visit").patient_id, visit_id=visit_id)
