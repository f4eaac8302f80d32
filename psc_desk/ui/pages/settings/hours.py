"""The hours of a week: from, to and, for people, lunch; an empty row is a day off."""

from __future__ import annotations

import calendar

from PySide6.QtWidgets import QGridLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.queries.clinic import HoursRow
from psc_desk.ui import theme
from psc_desk.ui.widgets.inputs import TimeEdit

Slot = tuple[str, int]
"""Kind of the stretch and which of its kind on that day."""


class WeekHours(QWidget):
    """`kind` is what a stretch of the day is called: open for the clinic, work for a provider (with lunch between)."""

    def __init__(self, hours: tuple[HoursRow, ...], kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slots: tuple[Slot, ...] = (("open", 0),) if kind == "open" else (("work", 0), ("lunch", 0), ("work", 1))
        self._more: list[HoursRow] = []
        self.setObjectName("hours")
        self.edits: dict[tuple[int, Slot], tuple[TimeEdit, TimeEdit]] = {}
        self._build()
        taken: dict[tuple[int, str], int] = {}
        for row in sorted(hours, key=lambda row: (row.weekday, row.start_minute)):
            number = taken.get((row.weekday, row.kind), 0)
            taken[row.weekday, row.kind] = number + 1
            self._show(row, number)

    def hours(self) -> tuple[HoursRow, ...]:
        """Return a row per stretch; raise InputError where only one end is given. Stretches not shown are kept."""
        rows = list(self._more)
        for (weekday, (kind, _number)), (start, end) in self.edits.items():
            missing = [edit for edit in (start, end) if not edit.text().strip()]
            if len(missing) == 1:
                sentence = self.tr("Type both times of {0}, or none.").format(calendar.day_name[weekday])
                raise InputError(sentence, missing[0].objectName())
            if not missing:
                rows.append(HoursRow(weekday, start.minute(), end.minute(), kind))
        return tuple(rows)

    def _show(self, row: HoursRow, number: int) -> None:
        pair = self.edits.get((row.weekday, (row.kind, number)))
        if pair is None:
            self._more.append(row)
            return
        pair[0].set_minute(row.start_minute)
        pair[1].set_minute(row.end_minute)

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(4))
        titles = (self.tr("Open"),) if len(self._slots) == 1 else (
            self.tr("Works"), self.tr("Lunch"), self.tr("Works again"),
        )  # fmt: skip
        for place, title in enumerate(titles):
            grid.addWidget(theme.label(title, "small", look="secondary"), 0, 1 + 3 * place, 1, 3)
        for weekday in range(7):
            grid.addWidget(theme.label(calendar.day_name[weekday]), weekday + 1, 0)
            for place, slot in enumerate(self._slots):
                self._add_stretch(grid, weekday, slot, 1 + 3 * place)
        grid.setColumnStretch(1 + 3 * len(self._slots), 1)

    def _add_stretch(self, grid: QGridLayout, weekday: int, slot: Slot, column: int) -> None:
        day, (kind, number) = calendar.day_name[weekday], slot
        end_of_name = f"{kind}_{weekday}_{number}"
        start = TimeEdit(f"from_{end_of_name}", self.tr("{0}, {1} from").format(day, kind))
        end = TimeEdit(f"to_{end_of_name}", self.tr("{0}, {1} to").format(day, kind))
        for edit in (start, end):
            edit.setFixedWidth(theme.px(92))
            edit.setPlaceholderText("")
        grid.addWidget(start, weekday + 1, column)
        grid.addWidget(theme.label("–", look="secondary"), weekday + 1, column + 1)
        grid.addWidget(end, weekday + 1, column + 2)
        self.edits[weekday, slot] = (start, end)
