"""The money reports: choose one, its days, a person, a drawer; look, print, save."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from psc_desk.errors import DeskError, InputError
from psc_desk.exchange.saved_file import save_file
from psc_desk.queries.report_tables import ReportFilters
from psc_desk.queries.reports import ReportChoices, report_choices
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.print_preview import open_print
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import DateEdit
from psc_desk.ui.widgets.report_view import ReportView
from psc_desk.usecases.reports import report_csv, report_pdf, show_report
from psc_desk.work import Read


def _begin(read: Read) -> tuple[ReportChoices, date]:
    return report_choices(read), read.today


class ReportsSection(QWidget):
    """The report shows as soon as something is chosen; what was asked for stands in its head."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._today = date.min
        self.kind, self.span = _box("report_kind"), _box("report_span")
        self.person, self.drawer = _box("report_person"), _box("report_drawer")
        self.first = DateEdit("report_first", self.tr("First day"), lambda: self._today)
        self.last = DateEdit("report_last", self.tr("Last day"), lambda: self._today)
        self.about = theme.label("", "small", look="secondary")
        self.view = ReportView()
        self._choices: ReportChoices | None = None
        self._build()
        self.kind.currentIndexChanged.connect(lambda _place: self._chosen())
        self.span.currentIndexChanged.connect(lambda _place: self._set_span())
        for box in (self.person, self.drawer):
            box.currentIndexChanged.connect(lambda _place: self.show_report())
        for field in (self.first, self.last):
            field.day_changed.connect(lambda _day: self._own_days())

    def reload(self) -> None:
        """Ask what can be chosen, when that was not asked yet; then the report."""
        if self._choices is None:
            self.context.ask(self, _begin, then=self._fill)

    def show_report(self) -> None:
        """Ask for the chosen report."""
        self._with_filters(lambda key, filters: self._do(show_report, key, filters, then=self.view.show_report))

    def print_report(self) -> None:
        """Show the paper, to print it."""
        title = self.kind.currentText()
        preview = partial(open_print, self.context, self, title=title, kind="report")
        self._with_filters(lambda key, filters: self._do(report_pdf, key, filters, then=preview))

    def save_pdf(self) -> None:
        """Ask where the PDF goes."""
        self._save_as("pdf", report_pdf)

    def save_csv(self) -> None:
        """Ask where the CSV file goes."""
        self._save_as("csv", report_csv)

    def save_to(self, path: Path, usecase: Callable[..., bytes]) -> None:
        """Make the file and write it there."""
        write = partial(self._write, path)
        self._with_filters(lambda key, filters: self._do(usecase, key, filters, then=write))

    def filters(self) -> ReportFilters:
        """Return what was chosen; InputError names the field that cannot be read."""
        first, last = self.first.day(), self.last.day()
        if last < first:
            raise InputError(self.tr("The last day lies before the first. Turn them round."), "report_last")
        kind = self._kind()
        staff = self.person.currentData() if kind.by_person else None
        drawer = self.drawer.currentData() if kind.by_drawer else None
        return ReportFilters(first, last, staff, drawer)

    def _kind(self) -> Any:
        assert self._choices is not None
        return self._choices.kinds[self.kind.currentIndex()]

    def _with_filters(self, run: Callable[[str, ReportFilters], None]) -> None:
        if self._choices is None:
            return
        try:
            run(self._kind().key, self.filters())
        except DeskError as error:
            self.context.report(error)

    def _do(self, usecase: Callable[..., Any], *args: Any, then: Callable[[Any], Any]) -> None:
        self.context.do(self, usecase, *args, then=then)

    def _fill(self, begin: tuple[ReportChoices, date]) -> None:
        self._choices, self._today = begin
        boxes = (self.kind, self.span, self.person, self.drawer)
        for box in boxes:
            box.blockSignals(True)
            box.clear()
        for kind in self._choices.kinds:
            self.kind.addItem(kind.title, kind.key)
        for title, days in _spans(self._today):
            self.span.addItem(title, days)
        self.span.addItem(self.tr("Other days"), None)
        for box, all_of, rows in (
            (self.person, self.tr("Everyone"), self._choices.people),
            (self.drawer, self.tr("All drawers"), self._choices.tills),
        ):
            box.addItem(all_of, None)
            for number, name in rows:
                box.addItem(name, number)
        for box in boxes:
            box.blockSignals(False)
        self._set_span(show=False)
        self._chosen()

    def _chosen(self) -> None:
        kind = self._kind()
        self.about.setText(kind.about)
        self.person.setEnabled(kind.by_person)
        self.drawer.setEnabled(kind.by_drawer)
        self.show_report()

    def _set_span(self, *, show: bool = True) -> None:
        days = self.span.currentData()
        if days is None:
            self.first.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.first.set_day(days[0])
        self.last.set_day(days[1])
        if show:
            self.show_report()

    def _own_days(self) -> None:
        here = (self.first.text(), self.last.text())
        days = self.span.currentData()
        if days is not None and here != tuple(_text(day) for day in days):
            self.span.blockSignals(True)
            self.span.setCurrentIndex(self.span.count() - 1)
            self.span.blockSignals(False)
        if days is None or here != tuple(_text(day) for day in days):
            self.show_report()

    def _save_as(self, kind: str, usecase: Callable[..., bytes]) -> None:
        proposal = f"{self.kind.currentData()}.{kind}"
        name, _kind = QFileDialog.getSaveFileName(
            self, self.tr("PSC Desk - Save"), proposal, f"{kind.upper()} (*.{kind})"
        )
        if name:
            self.save_to(Path(name).with_suffix(f".{kind}"), usecase)

    def _write(self, path: Path, content: bytes) -> None:
        words = self.tr("the report was saved as {0}").format(path.name)
        done = partial(save_file, path, content)
        self.context.run(self, "reports", done, then=lambda _none: self.context.report.done(words))

    def _build(self) -> None:
        edge = theme.px(14)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(edge, theme.px(10), edge, edge)
        layout.setSpacing(theme.px(8))
        layout.addLayout(self._build_fields())
        layout.addWidget(self.about)
        inside = QScrollArea()
        inside.setObjectName("report_scroll")
        inside.setAccessibleName(self.tr("The report"))
        inside.setWidgetResizable(True)
        inside.setWidget(self.view)
        theme.set_look(inside, "page")
        layout.addWidget(inside, 1)
        foot = QHBoxLayout()
        foot.addWidget(button("print_report", self.tr("Print ..."), self.print_report, look="primary"))
        foot.addWidget(button("save_pdf", self.tr("Save PDF ..."), self.save_pdf))
        foot.addWidget(button("save_csv", self.tr("Save CSV ..."), self.save_csv))
        foot.addStretch()
        layout.addLayout(foot)

    def _build_fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(10))
        fields = (
            (self.tr("&Report"), self.kind, 3), (self.tr("&Days"), self.span, 2), (self.tr("&From"), self.first, 2),
            (self.tr("&To"), self.last, 2), (self.tr("&Person"), self.person, 2), (self.tr("Dra&wer"), self.drawer, 2),
        )  # fmt: skip
        for place, (words, field, share) in enumerate(fields):
            named = theme.label(words, "small", look="secondary")
            named.setBuddy(field)
            field.setAccessibleName(words.replace("&", ""))
            field.setMinimumWidth(theme.px(96))
            grid.addWidget(named, 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, share)
        return grid


def _box(name: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return made


def _spans(today: date) -> list[tuple[str, tuple[date, date]]]:
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    yesterday = today - timedelta(days=1)
    return [
        ("Today", (today, today)),
        ("Yesterday", (yesterday, yesterday)),
        ("This week", (monday, today)),
        ("Last week", (monday - timedelta(days=7), monday - timedelta(days=1))),
        ("This month", (month, today)),
        ("Last month", (before.replace(day=1), before)),
    ]


def _text(day: date) -> str:
    return f"{day.month:02d}/{day.day:02d}/{day.year:04d}"
