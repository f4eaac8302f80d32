"""Which date to go to in the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from psc_desk.ui import theme
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.widgets.inputs import DateEdit


class GoToDateDialog(DeskDialog[date]):
    """Takes 3/4, 03/04/2026, today, t+7 or t+2w."""

    def __init__(self, parent: QWidget | None, today: date, shown: date) -> None:
        super().__init__(parent, self.tr("Go to a date"), verb=self.tr("Go"))
        self.day = self.form.add(self.tr("&Date"), DateEdit("go_date", self.tr("Date to go to"), lambda: today))
        self.day.set_day(shown)
        self.form.wide(theme.label(self.tr("A date, or t+7 for in a week, t+2w, t+6m."), "small", look="secondary"))

    def value(self) -> date:
        """Return the date typed."""
        return self.day.day()


def open_go_to_date(parent: QWidget, today: date, shown: date, *, then: Callable[[date], Any]) -> GoToDateDialog:
    """Ask for a date over `parent`."""
    dialog = GoToDateDialog(parent, today, shown)
    dialog.accepted.connect(lambda: then(dialog.answer) if dialog.answer is not None else None)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
