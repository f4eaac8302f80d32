"""Over and short by person with its trend of 30 days, and each difference with what came of it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.money import Cents, format_money
from psc_desk.queries.variance import DifferenceRow, PersonVariance, VarianceReport, variance_report
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import ReasonDialog
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.till import over_short_words
from psc_desk.usecases.variance import end_investigation


class DifferencesSection(QWidget):
    """People at the left, the trend of the chosen one at the right, the differences below."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.report: VarianceReport | None = None
        columns: list[Column[PersonVariance]] = [
            Column(self.tr("Person"), lambda row: row.person, bold=True, width=-1),
            Column(self.tr("Counts"), lambda row: str(row.counts), RIGHT, lambda row: row.counts, width=64),
            Column(self.tr("Differed"), lambda row: str(row.differences), RIGHT, lambda row: row.differences, width=80),
            Column(self.tr("Over"), _over, RIGHT, lambda row: row.over_cents, width=72),
            Column(self.tr("Short"), _short, RIGHT, lambda row: row.short_cents, width=72),
            Column(self.tr("Net"), _net, RIGHT, lambda row: row.net_cents, status=_net_status, width=100),
        ]
        model = RowsModel(columns, key=lambda row: row.staff_id)
        self.people = RowsTable[PersonVariance](model, "people_variance", self.tr("Over and short by person"))
        self.trend = TrendChart()
        self.words = theme.label("", "small", look="secondary")
        self.words.setObjectName("trend_words")
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(2 * self.words.fontMetrics().lineSpacing())
        self.list = DifferencesList(context)
        self._build()
        self.people.row_selected.connect(self._show_person)

    def reload(self) -> None:
        """Ask again."""
        self.context.ask(self, variance_report, then=self.show_report)

    def show_report(self, report: VarianceReport) -> None:
        """Show people, the first one's trend, and the differences."""
        self.report = report
        self.people.rows.set_rows(report.people)
        self.list.show_rows(report.differences)
        if report.people and self.people.current_row() is None:
            self.people.setCurrentIndex(self.people.rows.index(0, 0))
        self._show_person(self.people.current_row() if report.people else None)

    def _show_person(self, row: PersonVariance | None) -> None:
        if self.report is None:
            return
        first, last = self.report.first, self.report.last
        if row is None:
            self.trend.show_days({}, first, last)
            self.words.setText(self.tr("No drawer was counted since {0}.").format(format_date(first)))
            return
        self.trend.show_days(dict(row.by_day), first, last)
        words = self.tr("{0}: {1} of {2} counts differed since {3}.")
        self.words.setText(words.format(row.person, row.differences, row.counts, format_date(first)))
        self.trend.setAccessibleDescription(self.words.text())

    def _build(self) -> None:
        edge = theme.px(14)
        right = QVBoxLayout()
        right.setSpacing(theme.px(6))
        right.addWidget(self.trend, 1)
        right.addWidget(self.words)
        top = QHBoxLayout()
        top.setContentsMargins(0, theme.px(4), edge, 0)
        top.setSpacing(edge)
        top.addWidget(self.people, 2)
        top.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top, 2)
        layout.addWidget(self.list, 3)


class DifferencesList(ListTab[DifferenceRow]):
    """Each difference; the outcome of what is looked into is written once."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Day"), lambda row: format_date(row.day), sort=lambda row: row.at, width=100),
                Column(self.tr("Drawer"), lambda row: row.till, width=100),
                Column(self.tr("Counted at"), lambda row: row.word, width=110),
                Column(self.tr("Person"), lambda row: row.person, width=130),
                Column(self.tr("Over or short"), _difference, RIGHT, _cents, status=_side, width=120),
                Column(self.tr("Reason"), lambda row: row.reason, tooltip=lambda row: row.reason, width=-1),
                Column(self.tr("Looked into"), _looked, status=_looked_status, tooltip=_looked, width=-1),
            ],
            lambda row: (row.kind, row.of_id),
            name="differences",
            words=self.tr("Differences"),
            ask=lambda _read: (),
            empty=self.tr("No drawer was over or short in the last 30 days."),
            actions=[
                RowAction("write_outcome", self.tr("Write the outcome ..."), self._write, _is_open, "primary"),
            ],
        )

    def _write(self, row: DifferenceRow) -> None:
        title = self.tr("{0} of {1}, {2}").format(_difference(row), row.person, format_date(row.day))
        question = self.tr("{0}: {1}. What came out of it? It stays as you write it.").format(title, row.why)
        verb = self.tr("Write the outcome")
        told = ReasonDialog.ask(self, verb, question, reasons=[], verb=verb)
        if told is not None and row.investigation_id is not None:
            self.do_and_say(self.tr("the outcome was written"), end_investigation, row.investigation_id, told.text)


class TrendChart(QWidget):
    """A bar for each day: over goes up, short goes down; a dot on the line is a count that was exact."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("trend_chart")
        self.setAccessibleName(self.tr("Over and short by day"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._days: dict[date, Cents] = {}
        self._first = self._last = date.min

    def show_days(self, days: dict[date, Cents], first: date, last: date) -> None:
        """Show the net of each day that had a count."""
        self._days, self._first, self._last = days, first, last
        self.update()

    def sizeHint(self) -> QSize:
        """Room for thirty bars."""
        return QSize(theme.px(240), theme.px(130))

    def changeEvent(self, event: QEvent) -> None:
        """Take the new theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line of zero, the bars and the two dates."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        foot = painter.fontMetrics().height() + theme.px(4)
        area = QRectF(0, foot, self.width(), self.height() - 2 * foot)
        self._paint_bars(painter, area)
        self._paint_words(painter, area, foot)
        painter.end()

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        tokens, middle = theme.current(), area.center().y()
        painter.setPen(QColor(tokens.control))
        painter.drawLine(int(area.left()), int(middle), int(area.right()), int(middle))
        painter.setPen(Qt.PenStyle.NoPen)
        step = area.width() / ((self._last - self._first).days + 1)
        most = max((abs(cents) for cents in self._days.values()), default=0) or 1
        for day, cents in self._days.items():
            left = area.left() + (day - self._first).days * step
            painter.setBrush(QColor(theme.status_colors("missed" if cents < 0 else "late" if cents else "arrived")[0]))
            if not cents:
                dot = min(step, theme.px(6))
                painter.drawEllipse(QRectF(left + (step - dot) / 2, middle - dot / 2, dot, dot))
                continue
            height = max(theme.px(3), area.height() / 2 * abs(cents) / most)
            painter.drawRect(QRectF(left + step * 0.15, middle - height if cents > 0 else middle, step * 0.7, height))

    def _paint_words(self, painter: QPainter, area: QRectF, foot: int) -> None:
        painter.setPen(QColor(theme.current().secondary))
        most = max((cents for cents in self._days.values()), default=0)
        least = min((cents for cents in self._days.values()), default=0)
        top = QRectF(0, 0, self.width(), foot)
        below = QRectF(0, area.bottom(), self.width(), foot)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        painter.drawText(top, left, self.tr("over, at most {0}").format(format_money(max(0, most))))
        painter.drawText(top, right, self.tr("short, at most {0}").format(format_money(-min(0, least))))
        if self._days:
            painter.drawText(below, left, format_date(self._first))
            painter.drawText(below, right, format_date(self._last))


def _over(row: PersonVariance) -> str:
    return format_money(row.over_cents)


def _short(row: PersonVariance) -> str:
    return format_money(row.short_cents)


def _net(row: PersonVariance) -> str:
    return over_short_words(row.net_cents)


def _net_status(row: PersonVariance) -> str:
    return "missed" if row.net_cents < 0 else "late" if row.net_cents else "arrived"


def _cents(row: DifferenceRow) -> Cents:
    return row.over_short_cents


def _is_open(row: DifferenceRow) -> bool:
    return row.investigation == "open"


def _difference(row: DifferenceRow) -> str:
    return over_short_words(row.over_short_cents)


def _side(row: DifferenceRow) -> str:
    return "missed" if row.over_short_cents < 0 else "late"


def _looked(row: DifferenceRow) -> str:
    if row.investigation == "open":
        return f"▲ open: {row.why}"
    return f"✓ {row.outcome}" if row.outcome else ""


def _looked_status(row: DifferenceRow) -> str:
    return {"open": "late", "ended": "arrived", "": ""}[row.investigation]
