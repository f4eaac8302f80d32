"""The month: a grid of days with how many visits each has and how many openings are left."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from psc_desk.queries.calendar_rows import MonthDay, VisitRow
from psc_desk.ui.widgets.calendar.keys import CalendarKeys
from psc_desk.ui.widgets.calendar.look import Fonts, look

translate = QCoreApplication.translate
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
DAY_ROLE = Qt.ItemDataRole.UserRole
"""The date of a cell."""
COUNT_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `MonthDay` of a cell, None for a day without one."""


def weeks_of(month: date) -> list[list[date]]:
    """Return the weeks, Sunday first, that a month touches."""
    return calendar.Calendar(calendar.SUNDAY).monthdatescalendar(month.year, month.month)


def same_day_in_month(day: date, by: int) -> date:
    """Return the same day `by` months later, the last day of the month when it has no such day."""
    months = day.year * 12 + day.month - 1 + by
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class MonthModel(QAbstractTableModel):
    """Weeks as rows, weekdays as columns."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._weeks: list[list[date]] = []
        self._days: dict[date, MonthDay] = {}

    def set_month(self, month: date, days: Sequence[MonthDay]) -> None:
        """Show the month of `month`."""
        self.beginResetModel()
        self._weeks = weeks_of(month)
        self._days = {each.day: each for each in days}
        self.endResetModel()

    def index_of(self, day: date) -> QModelIndex:
        """Return the cell of a day, an invalid index when it is not shown."""
        for row, week in enumerate(self._weeks):
            if day in week:
                return self.index(row, week.index(day))
        return QModelIndex()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of weeks."""
        return 0 if parent.isValid() else len(self._weeks)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return seven."""
        return 0 if parent.isValid() else 7

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the names of the weekdays."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return f"{date(2026, 3, 1) + timedelta(days=section):%A}"

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a day's number, its texts for a reader, its date and its counts."""
        if not index.isValid():
            return None
        day = self._weeks[index.row()][index.column()]
        plain: dict[int, object] = {
            int(Qt.ItemDataRole.DisplayRole): str(day.day),
            int(Qt.ItemDataRole.AccessibleTextRole): f"{day:%A, %B} {day.day}, {self.count_text(day)}",
            int(DAY_ROLE): day,
            int(COUNT_ROLE): self._days.get(day),
        }
        return plain.get(int(role))

    def count_text(self, day: date) -> str:
        """Return "12 visits, 3 openings", the name of a holiday, or "closed"."""
        counts = self._days.get(day)
        if counts is None:
            return self.tr("nothing booked")
        return ", ".join(count_lines(counts))


def count_lines(counts: MonthDay) -> list[str]:
    """Return the lines under a day's number."""
    lines = [counts.label] if counts.label else []
    if counts.visits or counts.is_open:
        one = counts.visits == 1
        lines.append(
            translate("Calendar", "1 visit") if one else translate("Calendar", "{0} visits").format(counts.visits)
        )
    if counts.is_open:
        lines.append(_openings(counts.openings))
    return lines or [translate("Calendar", "Closed")]


def _openings(count: int) -> str:
    if count == 0:
        return translate("Calendar", "no openings")
    return translate("Calendar", "1 opening") if count == 1 else translate("Calendar", "{0} openings").format(count)


class _DayDelegate(QStyledItemDelegate):
    def __init__(self, view: MonthView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one day."""
        rect, colors = QRect(option.rect), look()
        counts, day = index.data(COUNT_ROLE), index.data(DAY_ROLE)
        inside = day.month == self._view.month.month
        is_open = counts is not None and counts.is_open
        painter.save()
        painter.fillRect(rect, colors.surface if is_open and inside else colors.raised)
        if counts is not None and counts.label:
            painter.fillRect(rect, colors.blocked)
        self._paint_texts(painter, rect, index)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(colors.accent, 3 if self._view.hasFocus() else 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_texts(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        colors, fonts = look(), Fonts(self._view.font())
        counts, day = index.data(COUNT_ROLE), index.data(DAY_ROLE)
        today, inside = day == self._view.today, day.month == self._view.month.month
        room = rect.adjusted(9, 6, -6, -4)
        painter.setFont(fonts.bold)
        painter.setPen(colors.accent if today else colors.text if inside else colors.secondary)
        painter.drawText(room, 0, self.tr("{0} today").format(day.day) if today else str(day.day))
        painter.setFont(fonts.plain)
        for number, line in enumerate(count_lines(counts) if counts else [], start=1):
            free = counts.openings and line == _openings(counts.openings)
            painter.setPen(colors.tones["arrived"][0] if free else colors.secondary)
            painter.drawText(room.adjusted(0, number * fonts.line, 0, 0), 0, line)


class MonthView(QTableView):
    """Enter or a double click opens a day; arrows walk, PgUp and PgDn turn the month."""

    day_activated = Signal(object)
    day_selected = Signal(object)
    key_action = Signal(str, int)
    view_requested = Signal(str)
    go_today = Signal()
    go_date_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.month = date(2000, 1, 1)
        self.today: date | None = None
        self.days = MonthModel(self)
        self._keys = CalendarKeys(self)
        self._set_up()

    def _set_up(self) -> None:
        self.setObjectName("monthView")
        self.setAccessibleName(self.tr("Month calendar"))
        self.setModel(self.days)
        self.setItemDelegate(_DayDelegate(self))
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionsClickable(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self.doubleClicked.connect(lambda index: self.day_activated.emit(index.data(DAY_ROLE)))

    def set_month(self, day: date, days: Sequence[MonthDay], today: date | None = None) -> None:
        """Show the month of `day` with `day` current, or the day that was current when it is in this month."""
        before = self.current_day()
        self.month, self.today = day, today
        blocked = self.selectionModel().blockSignals(True)
        self.days.set_month(day, days)
        same = before is not None and (before.year, before.month) == (day.year, day.month)
        self.setCurrentIndex(self.days.index_of(before if same and before else day))
        self.selectionModel().blockSignals(blocked)
        self.viewport().update()

    def current_day(self) -> date | None:
        """Return the current day."""
        day = self.currentIndex().data(DAY_ROLE)
        return day if isinstance(day, date) else None

    def current_visit(self) -> VisitRow | None:
        """Return None: a month has no current visit."""
        return None

    def page_days(self, by: int) -> int:
        """Return how many days away the same day of the next or the last month is."""
        day = self.current_day() or self.month
        return (same_day_in_month(day, by) - day).days

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the day; the calendar's letters; the rest is the table's."""
        day = self.current_day()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and day is not None:
            self.day_activated.emit(day)
        elif not self._keys.take(event):
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Do nothing: letters are commands here."""

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.day_selected.emit(current.data(DAY_ROLE))
