"""The day sheet: one day's visits by provider, on paper for when the screen is dark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from psc_desk.dates import format_date, format_time
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.pdf import Cell, ClinicBlock, Column, PrintMark, Slice, Style
from psc_desk.papers.words import long_date_text

_PLAIN = Style(9.0, 12.0)
_BOLD = Style(9.5, 12.5, bold=True)
_COLUMNS = (
    Column("Time", 8, _BOLD),
    Column("Patient", 23, _PLAIN),
    Column("Phone", 11, _PLAIN),
    Column("Visit", 15, _PLAIN),
    Column("Status", 13, _PLAIN),
    Column("Coverage", 15, _PLAIN),
    Column("Co-pay", 8, replace(_PLAIN, align="right")),
    Column("Note", 18, _PLAIN),
)


@dataclass(frozen=True)
class DaySheetRow:
    """One visit: start minute of the day, length in minutes, co-pay in cents or None where none is known."""

    minute: int
    minutes: int
    patient: str
    birth_date: date | None
    record_no: str
    phone: str = ""
    visit_type: str = ""
    status: str = ""
    confirmation: str = ""
    coverage: str = ""
    copay: Cents | None = None
    note: str = ""


@dataclass(frozen=True)
class DaySheetColumn:
    """One provider's day; `hours` such as "8:00 am to 5:00 pm, lunch 12:00 pm to 1:00 pm"."""

    provider: str
    rows: tuple[DaySheetRow, ...] = ()
    hours: str = ""


@dataclass(frozen=True)
class DaySheetData:
    """One day of the clinic."""

    clinic: ClinicBlock
    mark: PrintMark
    day: date
    columns: tuple[DaySheetColumn, ...] = ()


def day_sheet_pdf(data: DaySheetData) -> bytes:
    """Return the day sheet as a landscape PDF, each provider under a heading with the number of visits."""
    paper = pdf.Paper(
        clinic=data.clinic,
        mark=data.mark,
        title="Day sheet",
        subtitle=f"{long_date_text(data.day, 'en')} · {_count(sum(len(column.rows) for column in data.columns))}",
        about=long_date_text(data.day, "en"),
        notice="Confidential patient information. Shred after use.",
        landscape=True,
        margin=40.0,
    )
    slices = [piece for column in data.columns for piece in _column(column, paper.width)]
    return pdf.render(paper, slices or pdf.text("No provider works on this day.", paper.width))


def _count(visits: int) -> str:
    return "1 visit" if visits == 1 else f"{visits} visits"


def _column(column: DaySheetColumn, width: float) -> list[Slice]:
    title = pdf.section(f"{column.provider} · {_count(len(column.rows))}", width)
    hours = pdf.kept([*pdf.text(column.hours, width, pdf.SMALL), *pdf.space(4)]) if column.hours else []
    hours = [replace(piece, keep=True) for piece in hours]
    if not column.rows:
        return [*title, *hours, *pdf.text("No visits.", width, _PLAIN)]
    return [*title, *hours, *pdf.table(_COLUMNS, [_cells(row) for row in column.rows], width), *pdf.space(6)]


def _cells(row: DaySheetRow) -> list[Cell]:
    born = format_date(row.birth_date) if row.birth_date else ""
    return [
        [(format_time(row.minute), _BOLD), (f"{row.minutes} min", pdf.SMALL)],
        [(row.patient, _BOLD), (" · ".join(filter(None, (born, row.record_no))), pdf.SMALL)],
        row.phone,
        row.visit_type,
        [(row.status, _PLAIN), *([(row.confirmation, pdf.SMALL)] if row.confirmation else [])],
        row.coverage,
        "" if row.copay is None else format_money(row.copay),
        row.note,
    ]
