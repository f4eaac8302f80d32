"""The chart on the Desk page."""

from __future__ import annotations

from psc_desk.ui.widgets.chart.panel import ChartPanel

__all__ = ["ChartPanel"]
