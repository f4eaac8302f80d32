"""The adjustment journal: what was taken off charges without money, by day, with a sum for each kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from psc_desk.dates import format_date
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.pdf import Cell, ClinicBlock, Column, PrintMark, Style

_PLAIN = Style(9.0, 12.0)
_BOLD = Style(9.5, 12.5, bold=True)
_COLUMNS = (
    Column("Day", 10, _PLAIN),
    Column("Patient", 22, _PLAIN),
    Column("Charge", 13, _PLAIN),
    Column("Kind", 13, _PLAIN),
    Column("Amount", 11, replace(_BOLD, align="right")),
    Column("Reason", 24, _PLAIN),
    Column("By", 19, _PLAIN),
)


@dataclass(frozen=True)
class JournalRow:
    """One adjustment; negative cents take one back."""

    day: date
    kind: str
    patient: str
    record_no: str
    code: str
    service_date: date
    cents: Cents
    reason: str
    by: str


@dataclass(frozen=True)
class AdjustmentJournalData:
    """The adjustments of some days. `totals` holds kind, number and sum."""

    clinic: ClinicBlock
    mark: PrintMark
    first: date
    last: date
    rows: tuple[JournalRow, ...] = ()
    totals: tuple[tuple[str, int, Cents], ...] = ()


def adjustment_journal_pdf(data: AdjustmentJournalData) -> bytes:
    """Return the journal as a landscape PDF: the sums first, then each adjustment."""
    days = format_date(data.first)
    if data.last != data.first:
        days = f"{days} to {format_date(data.last)}"
    paper = pdf.Paper(
        clinic=data.clinic,
        mark=data.mark,
        title="Adjustment journal",
        subtitle=days,
        about=days,
        notice="Confidential patient information. Shred after use.",
        landscape=True,
        margin=40.0,
    )
    if not data.rows:
        return pdf.render(paper, pdf.text("No charge was adjusted on these days.", paper.width))
    sums = [(f"{kind} · {number}", cents) for kind, number, cents in data.totals]
    total: tuple[str, Cents] = ("All adjustments", sum(cents for _words, cents in sums))
    slices = [
        *pdf.section("By kind", paper.width),
        *pdf.amounts(sums, total, paper.width / 2),
        *pdf.space(8),
        *pdf.section("One by one", paper.width),
        *pdf.table(_COLUMNS, [_cells(row) for row in data.rows], paper.width),
    ]
    return pdf.render(paper, slices)


def _cells(row: JournalRow) -> list[Cell]:
    return [
        format_date(row.day),
        [(row.patient, _BOLD), (f"#{row.record_no}", pdf.SMALL)],
        [(row.code, _PLAIN), (format_date(row.service_date), pdf.SMALL)],
        row.kind,
        format_money(row.cents),
        row.reason,
        row.by,
    ]
