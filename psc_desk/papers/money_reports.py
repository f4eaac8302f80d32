"""A money report: tables with their totals under a head that states what was asked, for paper, screen and file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from psc_desk.money import Cents, format_money, plain_money
from psc_desk.papers import pdf
from psc_desk.papers.pdf import Cell, ClinicBlock, Column, PrintMark, Slice, Style

Value = str | int | None
_PLAIN = Style(9.0, 12.0)
_BOLD = Style(9.0, 12.0, bold=True)


@dataclass(frozen=True)
class ReportColumn:
    """A column: its share of the width, and what its values are (money in cents)."""

    title: str
    share: float
    kind: Literal["text", "money", "count"] = "text"

    def words(self, value: Value) -> str:
        """Return a value as it is read."""
        if value is None:
            return ""
        return format_money(value) if self.kind == "money" and isinstance(value, int) else str(value)

    def plain(self, value: Value) -> str:
        """Return a value as a file holds it: money as 1234.50."""
        if value is None:
            return ""
        return plain_money(value) if self.kind == "money" and isinstance(value, int) else str(value)


@dataclass(frozen=True)
class ReportTable:
    """Rows under a title. `total` is the sum of what can be summed; `note` says how to read it."""

    title: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    note: str = ""
    empty: str = "None."


@dataclass(frozen=True)
class MoneyReport:
    """A report with what it was asked for, each as (word, value): ("Days", "03/01/2026 to 03/04/2026")."""

    title: str
    asked: tuple[tuple[str, str], ...]
    tables: tuple[ReportTable, ...]

    @property
    def asked_words(self) -> str:
        """What was asked, in one line."""
        return " · ".join(f"{word}: {value}" for word, value in self.asked)


def summed(columns: Sequence[ReportColumn], rows: Sequence[Sequence[Value]], word: str = "Total") -> tuple[Value, ...]:
    """Return the total of money and count columns; `word` stands in the first."""
    sums: list[Value] = [
        sum(value for value in (row[n] for row in rows) if isinstance(value, int)) if column.kind != "text" else None
        for n, column in enumerate(columns)
    ]
    return (word, *sums[1:])


def money_report_pdf(report: MoneyReport, clinic: ClinicBlock, mark: PrintMark) -> bytes:
    """Return the report as a landscape PDF."""
    paper = pdf.Paper(
        clinic=clinic,
        mark=mark,
        title=report.title,
        subtitle=report.asked[0][1] if report.asked else "",
        about=report.asked_words,
        notice="Confidential. Shred after use.",
        landscape=True,
        margin=40.0,
    )
    head = pdf.facts(report.asked, paper.width, 4)
    return pdf.render(paper, [*head, *(piece for table in report.tables for piece in _table(table, paper.width))])


def _table(table: ReportTable, width: float) -> list[Slice]:
    title = pdf.section(table.title, width)
    told = [*pdf.text(table.note, width, pdf.SMALL), *pdf.space(4)] if table.note else []
    note = [replace(piece, keep=True) for piece in told]
    if not table.rows:
        return [*title, *note, *pdf.text(table.empty, width, _PLAIN)]
    columns = [Column(one.title, one.share, _style(one, _PLAIN)) for one in table.columns]
    rows = [_cells(table.columns, row, _PLAIN) for row in table.rows]
    if table.total is not None:
        rows.append(_cells(table.columns, table.total, _BOLD))
    gaps = [n for n, column in enumerate(table.columns) if n and _runs_together(table.columns[n - 1], column)]
    for place in reversed(gaps):
        columns.insert(place, Column("", 2))
        for row in rows:
            row.insert(place, "")
    return [*title, *note, *pdf.table(columns, rows, width, tight=True)]


def _runs_together(left: ReportColumn, right: ReportColumn) -> bool:
    return left.kind != "text" and right.kind == "text"


def _cells(columns: Sequence[ReportColumn], values: Sequence[Value], style: Style) -> list[Cell]:
    return [[(one.words(value), _style(one, style))] for one, value in zip(columns, values, strict=True)]


def _style(column: ReportColumn, style: Style) -> Style:
    return style if column.kind == "text" else replace(style, align="right")


def money(title: str, share: float) -> ReportColumn:
    """A column of amounts."""
    return ReportColumn(title, share, "money")


def count(title: str, share: float) -> ReportColumn:
    """A column of numbers."""
    return ReportColumn(title, share, "count")


def words(title: str, share: float) -> ReportColumn:
    """A column of text."""
    return ReportColumn(title, share)


def total_of(table: ReportTable, title: str) -> Cents:
    """Return the total under a column's title; 0 when the table has no rows."""
    place = next(n for n, column in enumerate(table.columns) if column.title == title)
    value = table.total[place] if table.total is not None else 0
    return value if isinstance(value, int) else 0
