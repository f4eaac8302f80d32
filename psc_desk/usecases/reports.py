"""The money reports as a person asks for them: shown, printed, saved; the audit says so each time (M9)."""

from __future__ import annotations

from collections.abc import Iterator

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.events import ListExported, ReportShown
from psc_desk.exchange.report_csv import write_report
from psc_desk.models.staff import Right
from psc_desk.papers.money_reports import MoneyReport, money_report_pdf
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.queries.report_tables import ReportFilters
from psc_desk.queries.reports import kind_of, money_report
from psc_desk.work import Work


def show_report(work: Work, key: str, filters: ReportFilters) -> MoneyReport:
    """Return a report for the screen."""
    report = _asked(work, key, filters)
    work.announce(ReportShown(), f"looked at the report {_words(key, filters)}")
    return report


def report_pdf(work: Work, key: str, filters: ReportFilters) -> bytes:
    """Return a report as PDF."""
    report = _asked(work, key, filters)
    work.announce(ListExported(), f"made a PDF of the report {_words(key, filters)}")
    return money_report_pdf(report, clinic_block(work), print_mark(work))


def report_csv(work: Work, key: str, filters: ReportFilters) -> bytes:
    """Return a report as CSV."""
    report = _asked(work, key, filters)
    work.announce(ListExported(), f"made a CSV file of the report {_words(key, filters)}")
    return write_report(_lines(report))


def _asked(work: Work, key: str, filters: ReportFilters) -> MoneyReport:
    work.require(Right.SEE_REPORTS)
    if filters.last < filters.first:
        raise InputError("The last day lies before the first. Turn them round.", "report_last")
    return money_report(work, key, filters)


def _words(key: str, filters: ReportFilters) -> str:
    first, last = format_date(filters.first), format_date(filters.last)
    return f"“{kind_of(key).title}” of {first}" + ("" if first == last else f" to {last}")


def _lines(report: MoneyReport) -> Iterator[list[str]]:
    yield [report.title]
    yield from ([word, value] for word, value in report.asked)
    for table in report.tables:
        yield []
        yield [table.title]
        yield [column.title for column in table.columns]
        for row in table.rows:
            yield [column.plain(value) for column, value in zip(table.columns, row, strict=True)]
        if table.total is not None:
            yield [column.plain(value) for column, value in zip(table.columns, table.total, strict=True)]
