"""The books: when they were proved last, what was wrong, and six reports of a day side by side."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.dates import format_moment
from psc_desk.money import format_money
from psc_desk.queries.agreement import REPORTS, Figure, SixReports, days_touched, six_reports
from psc_desk.queries.books import BooksRow, books_runs
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import DateEdit
from psc_desk.ui.widgets.list_tab import ListTab
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.books import check_books
from psc_desk.work import Read

if TYPE_CHECKING:
    from psc_desk.work import Desk


class BooksSection(QWidget):
    """The runs above, the six reports of the chosen day below."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._today = date.min
        self.verdict = theme.label("", bold=True)
        self.verdict.setObjectName("books_verdict")
        self.verdict.setWordWrap(True)
        self.check_now = button("check_books", self.tr("Check now"), self.check, look="primary")
        self.runs = self._runs()
        self.day = DateEdit("six_day", self.tr("Business day"), lambda: self._today)
        self.agree = theme.label()
        self.agree.setObjectName("six_verdict")
        self.agree.setWordWrap(True)
        self.six = self._six()
        self._build()
        self.day.day_changed.connect(self._ask_day)

    def reload(self) -> None:
        """Ask for the runs and the day's reports."""
        self.context.ask(self, books_runs, then=self.show_runs)
        if self._today == date.min:
            self.context.ask(self, _begin_with, then=self._begin)
        else:
            self._ask_day(self.day.day_or_none())

    def check(self) -> None:
        """Run every check in the lane for long work."""
        self.check_now.setEnabled(False)
        self.verdict.setText(self.tr("Checking the books ..."))
        desk = cast("Desk", self.context.desk)
        self.context.run(self, "reports", partial(check_books, desk), then=self._checked, failed=self._failed)

    def show_runs(self, rows: list[BooksRow]) -> None:
        """Show the runs and what the newest found."""
        self.runs.show_rows(rows)
        if not rows:
            self.verdict.setText(self.tr("The books were not checked yet. They are checked each night by themselves."))
            theme.set_look(self.verdict, "secondary")
            return
        newest = rows[0]
        words = newest.words if newest.ok else f"{newest.words} {TO_DO}"
        self.verdict.setText(f"{_when(newest)}: {words}")
        theme.set_look(self.verdict, "good" if newest.ok else "error")

    def show_six(self, six: SixReports) -> None:
        """Show the reports of a day."""
        self.six.rows.set_rows(six.figures)
        differ = " ".join(six.differences)
        self.agree.setText(differ or self.tr("All who tell a figure tell the same, to the cent."))
        theme.set_look(self.agree, "error" if differ else "good")

    def _begin(self, days: tuple[date, date]) -> None:
        self._today, last = days
        self.day.set_day(last)
        self._ask_day(last)

    def _ask_day(self, day: date | None) -> None:
        if day is not None:
            self.context.ask(self, six_reports, day, then=self.show_six)

    def _checked(self, row: BooksRow) -> None:
        self.check_now.setEnabled(True)
        if row.ok:
            self.context.report.done(self.tr("the books were checked. {0}").format(row.words))
        else:
            self.context.report.not_done(f"{row.words} {TO_DO}")
        self.reload()

    def _failed(self, error: Exception) -> None:
        self.check_now.setEnabled(True)
        self.context.report(error)
        self.reload()

    def _runs(self) -> ListTab[BooksRow]:
        return ListTab(
            self.context,
            [
                Column(self.tr("Checked"), _when, sort=lambda row: row.run_id, width=160),
                Column(self.tr("Checks"), lambda row: str(row.checks), RIGHT, lambda row: row.checks, width=76),
                Column(self.tr("Result"), _result, status=_status, width=110),
                Column(self.tr("What was wrong"), _wrong, tooltip=_wrong, width=-1),
            ],
            lambda row: row.run_id,
            name="books_runs",
            words=self.tr("Checks of the books"),
            ask=books_runs,
            empty=self.tr("No check yet."),
        )

    def _six(self) -> RowsTable[Figure]:
        columns = [
            Column[Figure](self.tr("Figure"), lambda row: row.words, bold=True, status=_figure_status, width=-1),
            *(
                Column[Figure](who, partial(_told, place), RIGHT, status=_figure_status, width=106)
                for place, who in enumerate(REPORTS)
            ),
        ]
        made = RowsTable[Figure](
            RowsModel(columns, key=lambda row: row.name), "six_reports", self.tr("Six reports of the day")
        )
        made.setSortingEnabled(False)
        return made

    def _build(self) -> None:
        edge = theme.px(14)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.px(10), 0, edge)
        head, middle = QHBoxLayout(), QHBoxLayout()
        for row in (head, middle):
            row.setContentsMargins(edge, 0, edge, 0)
            row.setSpacing(theme.px(12))
        head.addWidget(self.verdict, 1)
        head.addWidget(self.check_now)
        words = theme.label(self.tr("&Six reports of"), "heading", bold=True)
        words.setBuddy(self.day)
        self.day.setFixedWidth(theme.px(120))
        middle.addWidget(words)
        middle.addWidget(self.day)
        middle.addWidget(self.agree, 1)
        layout.addLayout(head)
        layout.addWidget(self.runs, 2)
        layout.addLayout(middle)
        layout.addWidget(self.six, 3)


def _begin_with(read: Read) -> tuple[date, date]:
    """Today, and the newest business day on which something was posted."""
    touched = days_touched(read, None)
    return read.today, min(read.today, touched[1]) if touched else read.today


TO_DO = (
    "Take no more money until it is explained: call whoever looks after PSC Desk. Do not post entries to make it fit."
)
"""What a person does when the books do not prove themselves."""


def _when(row: BooksRow) -> str:
    return format_moment(row.at)


def _result(row: BooksRow) -> str:
    return "✓ all hold" if row.ok else f"✕ {len(row.failed)} failed"


def _status(row: BooksRow) -> str:
    return "arrived" if row.ok else "missed"


def _wrong(row: BooksRow) -> str:
    return "; ".join(f"{name}: {found}" for name, found in row.failed)


def _told(place: int, row: Figure) -> str:
    value = row.values[place]
    return "" if value is None else format_money(value)


def _figure_status(row: Figure) -> str:
    return "" if row.agrees else "missed"
