"""The calendar on a page of its own: all views, one provider or everybody, and the day sheet."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QSettings
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.events import SettingChanged
from psc_desk.exchange.saved_file import save_file
from psc_desk.queries.clinic import ProviderRow, providers
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.page import Page
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.calendar.board import CalendarBoard
from psc_desk.usecases.day_sheet import make_day_sheet


class CalendarPage(Page):
    """The board with a row above it for whose visits are shown and what is printed."""

    NAME = "calendar"
    TITLE = str(QT_TRANSLATE_NOOP("CalendarPage", "Calendar"))
    ICON = "calendar-event"
    SHORTCUT = "Alt+2"
    refresh_on = (SettingChanged,)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.board = CalendarBoard(context)
        self.who = QComboBox()
        self._build()
        self._connect()

    def _build(self) -> None:
        frame = QFrame()
        theme.set_look(frame, "panel")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.board)
        layout = QVBoxLayout(self)
        edge = theme.px(12)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.setSpacing(theme.px(8))
        layout.addLayout(self._build_row())
        layout.addWidget(frame, 1)
        self.setFocusProxy(self.board)

    def _build_row(self) -> QHBoxLayout:
        self.who.setObjectName("calendar_provider")
        self.who.setAccessibleName(self.tr("Whose visits"))
        self.who.setMinimumWidth(theme.px(220))
        row = QHBoxLayout()
        row.addWidget(self.who)
        row.addWidget(button("calendar_go_to", self.tr("Go to date"), self.board.ask_date, key="G"))
        row.addStretch()
        row.addWidget(button("day_sheet_save", self.tr("Save day sheet"), self.save_day_sheet))
        row.addWidget(button("day_sheet_print", self.tr("Print day sheet"), self.print_day_sheet))
        return row

    def _connect(self) -> None:
        self.who.currentIndexChanged.connect(lambda _row: self.board.show_provider(self.who.currentData()))
        self.board.patient_selected.connect(self.patient_wanted)
        self.handle("book", self.board.book)
        for job in ("check_in", "pay", "check_out"):
            self.handle(job, partial(self.board.run, job))
        self.offer(self.tr("Go to a date"), self.board.ask_date, icon="calendar-time")
        self.offer(self.tr("Save the day sheet"), self.save_day_sheet, icon="download")
        self.offer(self.tr("Print the day sheet"), self.print_day_sheet, icon="printer")

    def reload(self) -> None:
        """Ask who sees patients; the board asks for its visits itself."""
        self.context.ask(self, providers, then=self._show_providers)

    def remember(self, memory: QSettings) -> None:
        """Write which view is chosen."""
        self.board.remember(memory, "calendar")

    def recall(self, memory: QSettings) -> None:
        """Show the view that was chosen last."""
        self.board.recall(memory, "calendar")

    def save_day_sheet(self) -> None:
        """Ask where to, then save the shown day's sheet as a PDF."""
        day = self.board.day
        if day is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("PSC Desk - Save the day sheet"), f"day-sheet-{day.isoformat()}.pdf", "PDF (*.pdf)"
        )
        if name:
            self.write_day_sheet(day, Path(name))

    def write_day_sheet(self, day: date, path: Path) -> None:
        """Save a day's sheet as the PDF `path`."""
        desk = self.context.desk

        def write() -> None:
            save_file(path, desk.do(make_day_sheet, day))

        words = self.tr("the day sheet is saved as {0}.").format(path.name)
        self.context.run(self, "db", write, then=lambda _none: self.context.report.done(words))

    def print_day_sheet(self) -> None:
        """Send the shown day's sheet to the computer's page printer."""
        day, desk = self.board.day, self.context.desk
        if day is None:
            return
        from psc_desk.ui.dialogs.print_preview import open_print

        def send(content: bytes) -> None:
            open_print(self.context, self, content, self.tr("Day sheet"), kind="day_sheet")

        self.context.run(self, "db", lambda: desk.do(make_day_sheet, day), then=send)

    def _show_providers(self, rows: list[ProviderRow]) -> None:
        chosen = self.who.currentData()
        self.who.blockSignals(True)
        self.who.clear()
        self.who.addItem(self.tr("Everybody"), None)
        for row in rows:
            self.who.addItem(row.name, row.id)
        self.who.setCurrentIndex(max(self.who.findData(chosen), 0))
        self.who.blockSignals(False)
        self.board.show_provider(self.who.currentData())
