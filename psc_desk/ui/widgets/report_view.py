"""A money report on the screen: what was asked for, then its tables under each other."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from psc_desk.papers.money_reports import MoneyReport, ReportColumn, ReportTable, Value
from psc_desk.ui import theme
from psc_desk.ui.rows_model import LEFT, RIGHT, Column, Index, RowsModel
from psc_desk.ui.widgets.table import RowsTable

_MOST_ROWS = 16
"""A longer table scrolls within itself, so that the next one is not far."""

Row = tuple[int, tuple[Value, ...]]


class ReportView(QWidget):
    """`show_report` replaces what is shown; the last row of a table is its total."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report_view")
        self.report: MoneyReport | None = None
        self.tables: list[RowsTable[Row]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, theme.px(6), 0)
        self._column.setSpacing(theme.px(6))

    def show_report(self, report: MoneyReport) -> None:
        """Show this report."""
        self.report = report
        self.tables = []
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        head = theme.label(f"{report.title} · {report.asked_words}", bold=True)
        head.setObjectName("report_head")
        head.setWordWrap(True)
        self._column.addWidget(head)
        for number, table in enumerate(report.tables):
            self._add(number, table)
        self._column.addStretch()

    def _add(self, number: int, table: ReportTable) -> None:
        self._column.addSpacing(theme.px(6))
        self._column.addWidget(theme.label(table.title, "heading", bold=True))
        if table.note:
            note = theme.label(table.note, "small", look="secondary")
            note.setWordWrap(True)
            self._column.addWidget(note)
        if not table.rows:
            self._column.addWidget(theme.label(table.empty, look="secondary"))
            return
        made = _table(number, table)
        self.tables.append(made)
        self._column.addWidget(made)


class ReportModel(RowsModel[Row]):
    """Writes the total in bold."""

    total_row = -1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what any table gives, the last row in bold."""
        if role == Qt.ItemDataRole.FontRole and index.row() == self.total_row:
            return theme.font(bold=True)
        return super().data(index, role)


def _table(number: int, table: ReportTable) -> RowsTable[Row]:
    rows: list[Row] = list(enumerate(table.rows))
    if table.total is not None:
        rows.append((len(rows), table.total))
    model = ReportModel([_column(n, one) for n, one in enumerate(table.columns)], key=lambda row: row[0])
    model.total_row = len(table.rows) if table.total is not None else -1
    made = RowsTable[Row](model, f"report_table_{number}", table.title)
    made.setSortingEnabled(False)
    model.set_rows(rows)  # only now: a table that can be sorted sorts when it is made
    made.resizeColumnsToContents()
    for place in range(len(table.columns)):
        made.setColumnWidth(place, made.columnWidth(place) + theme.px(14))
    made.horizontalHeader().setStretchLastSection(table.columns[-1].kind == "text")
    if table.columns[-1].kind != "text":
        made.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    height = made.verticalHeader().defaultSectionSize()
    made.setFixedHeight(height * min(len(rows), _MOST_ROWS) + made.horizontalHeader().sizeHint().height() + theme.px(8))
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    return made


def _column(place: int, column: ReportColumn) -> Column[Row]:
    return Column(
        column.title,
        lambda row: column.words(row[1][place]),
        LEFT if column.kind == "text" else RIGHT,
        tooltip=lambda row: column.words(row[1][place]),
    )
