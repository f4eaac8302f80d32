"""The money reports: what each is called and which tables it shows (anchors.md 2.13, front-desk.md M9).

Every figure is a sum over the journal or over the rows that stand on it; nothing is stored for a report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select

from psc_desk.dates import format_date
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import Till
from psc_desk.papers.money_reports import MoneyReport, ReportTable, money, words
from psc_desk.queries import report_sql as sql
from psc_desk.queries.agreement import FIGURES, REPORTS, agreement
from psc_desk.queries.bank import bank_list
from psc_desk.queries.report_tables import ReportFilters, Table
from psc_desk.queries.staff import people
from psc_desk.work import Read

Build = Callable[[Read, ReportFilters], ReportTable]


@dataclass(frozen=True)
class ReportKind:
    """A report that can be asked for; `by_person` and `by_drawer` say which filters it follows."""

    key: str
    title: str
    about: str
    tables: Sequence[Build] = field(repr=False)
    by_person: bool = True
    by_drawer: bool = True


@dataclass(frozen=True)
class ReportChoices:
    """What the report form begins with."""

    kinds: tuple[ReportKind, ...]
    people: tuple[tuple[int, str], ...]
    tills: tuple[tuple[int, str], ...]


def report_choices(read: Read) -> ReportChoices:
    """Return the reports, people (also those whose account ended) and drawers to choose from."""
    who = tuple((row.id, row.name) for row in people(read, ended=True))
    tills = read.session.execute(select(Till.id, Till.name).order_by(Till.id))
    return ReportChoices(KINDS, who, tuple((row.id, row.name) for row in tills))


def money_report(read: Read, key: str, filters: ReportFilters) -> MoneyReport:
    """Return a report with what was asked for in its head."""
    kind = kind_of(key)
    return MoneyReport(kind.title, _asked(read, kind, filters), tuple(build(read, filters) for build in kind.tables))


def kind_of(key: str) -> ReportKind:
    """Return the report called `key`."""
    return next(kind for kind in KINDS if kind.key == key)


def _asked(read: Read, kind: ReportKind, filters: ReportFilters) -> tuple[tuple[str, str], ...]:
    first, last = format_date(filters.first), format_date(filters.last)
    asked = [("Business days", first if first == last else f"{first} to {last}")]
    if kind.by_person:
        chosen = filters.staff_id
        asked.append(("Person", "everyone" if chosen is None else read.get(StaffMember, chosen, "person").name))
    if kind.by_drawer:
        drawer = filters.till_id
        asked.append(("Drawer", "all drawers" if drawer is None else read.get(Till, drawer, "drawer").name))
    return tuple(asked)


def _agreement(read: Read, filters: ReportFilters) -> ReportTable:
    """The six reports of the days, added up, a line per figure."""
    columns = (words("Figure", 28), *(money(report, 12) for report in REPORTS))
    sums: dict[str, list[int | None]] = {}
    wrong: list[str] = []
    for day in agreement(read, filters.first, filters.last):
        wrong += day.differences
        for figure in day.figures:
            before = sums.get(figure.words, [0] * len(REPORTS))
            sums[figure.words] = [
                None if new is None else (old or 0) + new for old, new in zip(before, figure.values, strict=True)
            ]
    rows = tuple((name, *sums[name]) for name in FIGURES.values() if name in sums)
    note = "They differ: " + "; ".join(wrong[:5]) if wrong else "All who tell a figure tell the same, to the cent."
    return ReportTable("Six reports of these days, each by its own way", columns, rows, note=note)


def _bank_due(read: Read, _filters: ReportFilters) -> ReportTable:
    """What the bank has not booked yet, whatever the days asked for."""
    columns = (words("What", 40), words("Made on", 14), words("Age", 12), money("Amount", 14), words("To do", 30))
    to_do = {
        "unbatched": "Record the terminal's batch",
        "batch": "Confirm from the statement",
        "deposit": "Confirm from the statement",
    }
    rows = tuple(
        (row.name, format_date(row.day), _age(row.age), row.cents, "Call the bank" if row.late else to_do[row.kind])
        for row in bank_list(read)
        if row.waiting
    )
    return ReportTable("Not yet confirmed by the bank", columns, rows, empty="The bank has confirmed everything.")


def _age(days: int) -> str:
    return "today" if days == 0 else "1 day" if days == 1 else f"{days} days"


def _read(table: Table) -> Build:
    return partial(_read_table, table)


def _read_table(table: Table, read: Read, filters: ReportFilters) -> ReportTable:
    return table.read(read, filters)


def _tables(*tables: Table) -> tuple[Build, ...]:
    return tuple(_read(table) for table in tables)


KINDS: tuple[ReportKind, ...] = (
    ReportKind(
        "reconciliation", "Reconciliation", "What each person took and gave back, drawers, deposits and cards.",
        (*_tables(sql.BY_PERSON, sql.SESSIONS, sql.ADJUSTED_BY, sql.DEPOSITS, sql.BATCHES), _agreement),
    ),
    ReportKind(
        "day_sheet", "Day sheet of money", "Charges, adjustments and payments by account.",
        (*_tables(sql.SUMMARY, sql.ACCOUNTS), _agreement), by_person=False, by_drawer=False,
    ),
    ReportKind("receipts", "Receipts list", "Every receipt in its order.", _tables(sql.RECEIPTS)),
    ReportKind(
        "payments", "Payments by kind", "What the money was for, and how it was paid.",
        _tables(sql.BY_KIND, sql.BY_TENDER),
    ),
    ReportKind(
        "charges", "Charges and adjustments", "By code, with what was taken back and taken off.",
        _tables(sql.CHARGES, sql.ADJUSTMENTS), by_drawer=False,
    ),
    ReportKind(
        "collections", "Collections", "Charged, adjusted and collected, by provider and visit type.",
        _tables(sql.BY_PROVIDER, sql.BY_VISIT_TYPE), by_person=False, by_drawer=False,
    ),
    ReportKind(
        "no_copay", "No co-pay taken", "Reasons given at check-in.", _tables(sql.NO_COPAY, sql.NO_COPAY_VISITS),
        by_person=False, by_drawer=False,
    ),
    ReportKind(
        "openings", "Drawer opened", "How often and why, first of all without a sale.",
        _tables(sql.OPENINGS, sql.NO_SALES),
    ),
    ReportKind(
        "exceptions", "Exceptions", "For the weekly review by the owner.",
        (
            *_tables(
                sql.CLOSER_DEPOSITED, sql.OVER_SHORT, sql.GIVEN_BACK, sql.SECOND_PERSON, sql.BANK_DIFFERENCES,
                sql.NO_SALES,
            ),
            _bank_due,
        ),
    ),
    ReportKind(
        "bank_due", "Bank: not yet confirmed", "Deposits and card batches with their age.", (_bank_due,),
        by_person=False, by_drawer=False,
    ),
)  # fmt: skip
"""The reports, in the order offered."""
