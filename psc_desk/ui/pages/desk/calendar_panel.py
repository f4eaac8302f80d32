"""Today's calendar in the middle of the Desk."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from psc_desk.ui.context import Context
from psc_desk.ui.widgets.calendar.board import CalendarBoard


class CalendarPanel(CalendarBoard):
    """The calendar as a panel; the Desk tells it the patient on screen, for whom a booking is meant."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.setObjectName("calendar_panel")
