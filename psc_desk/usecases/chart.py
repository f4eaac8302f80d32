"""Open a chart: reading leaves a trace (front-desk.md A3, P4)."""

from __future__ import annotations

from psc_desk.events import ChartOpened
from psc_desk.models.staff import Right
from psc_desk.queries.chart import ChartRow, chart
from psc_desk.work import Work


def open_chart(work: Work, patient_id: int, *, reason: str = "") -> ChartRow:
    """Return the chart and record who opened it; every opening counts."""
    work.require(Right.READ_CHART)
    row = chart(work, patient_id)
    work.announce(ChartOpened(patient_id=patient_id), "opened the chart", reason=reason)
    return row
