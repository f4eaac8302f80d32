"""How a table of a report is declared: its columns, and one statement over the books that gives its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from string import Template
from typing import Any

from sqlalchemy import TextClause, text

from psc_desk.clock import local
from psc_desk.dates import format_clock, format_date
from psc_desk.papers.money_reports import ReportColumn, ReportTable, Value, summed
from psc_desk.work import Read

_OPENED = (
    "FROM till_opening o JOIN till_session s ON s.id = o.session_id JOIN staff_member m ON m.id = o.staff_id"
    " JOIN till t ON t.id = o.till_id WHERE s.business_date BETWEEN :first AND :last"
    " AND (:staff IS NULL OR o.staff_id = :staff) AND (:till IS NULL OR o.till_id = :till)"
)
SHARED = {
    "days": "s.business_date BETWEEN :first AND :last",
    "entry_days": "e.business_date BETWEEN :first AND :last",
    "by": "(:staff IS NULL OR p.staff_id = :staff) AND (:till IS NULL OR p.till_id = :till)",
    "taken": "p.kind NOT IN ('void', 'refund', 'returned')",
    "word": "CASE p.kind WHEN 'copay' THEN 'Co-pay' WHEN 'plan' THEN 'Plan installment'"
    " WHEN 'returned' THEN 'Returned check' ELSE upper(substr(p.kind, 1, 1)) || substr(p.kind, 2) END",
    "name": "COALESCE(a.last_name || ', ' || a.first_name, 'Counter sale')",
    "collected": "SUM(CASE WHEN e.kind IN ('charge', 'charge_void') THEN l.cents ELSE 0 END),"
    " SUM(CASE WHEN e.kind = 'adjustment' THEN -l.cents ELSE 0 END),"
    " SUM(CASE WHEN e.kind NOT IN ('charge', 'charge_void', 'adjustment') THEN -l.cents ELSE 0 END), SUM(l.cents)",
    "loose": "SELECT 'Not yet put against a charge', 0, 0, -SUM(l.cents), SUM(l.cents) FROM journal_line l"
    " JOIN journal_entry e ON e.id = l.entry_id WHERE l.account = 'unapplied_credit'"
    " AND e.business_date BETWEEN :first AND :last HAVING SUM(l.cents) <> 0",
    "no_copay": "FROM check_in k JOIN visit v ON v.id = k.visit_id WHERE k.no_copay_reason <> ''"
    " AND v.day BETWEEN :first AND :last",
    "openings": _OPENED,
}
"""Parts that several statements share, by the name that stands behind a $."""


@dataclass(frozen=True)
class ReportFilters:
    """The business days, both included; a person and a drawer, or everyone's and all."""

    first: date
    last: date
    staff_id: int | None = None
    till_id: int | None = None


@dataclass(frozen=True)
class Table:
    """A table: `sql` takes :first, :last, :staff and :till. `days` and `times` name the columns that hold such."""

    title: str
    columns: tuple[ReportColumn, ...]
    sql: str
    total: str = "Total"  # the word for the sum of the columns; empty for none
    note: str = ""
    empty: str = "None."
    days: frozenset[str] = frozenset({"Day", "Booked"})
    times: frozenset[str] = frozenset({"Time"})

    def read(self, read: Read, filters: ReportFilters) -> ReportTable:
        """Return the table with its rows."""
        rows = [self._row(read, row) for row in read.session.execute(_statement(self.sql), _bounds(filters))]
        total = summed(self.columns, rows, self.total) if self.total and rows else None
        return ReportTable(self.title, self.columns, tuple(rows), total, self.note, self.empty)

    def _row(self, read: Read, values: Sequence[Any]) -> tuple[Value, ...]:
        return tuple(self._value(read, one.title, value) for one, value in zip(self.columns, values, strict=True))

    def _value(self, read: Read, title: str, value: Any) -> Value:
        if value is None or isinstance(value, int):
            return value
        if title in self.days:
            return format_date(date.fromisoformat(value))
        if title in self.times:
            at = local(datetime.fromisoformat(value), read.zone)
            return format_clock(at)
        return str(value)


@cache
def _statement(sql: str) -> TextClause:
    return text(Template(sql).substitute(SHARED))


def _bounds(filters: ReportFilters) -> dict[str, Any]:
    first, last = filters.first.isoformat(), filters.last.isoformat()
    return {"first": first, "last": last, "staff": filters.staff_id, "till": filters.till_id}
