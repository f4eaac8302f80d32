"""The face sheet: who the patient is, how to reach them, who pays and what to watch for, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from psc_desk.dates import format_date
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.patient_paper import name_panel
from psc_desk.papers.pdf import Cell, ClinicBlock, Column, PrintMark, Slice, Style

_ALERT = Style(10.5, 15.0, bold=True, colour=pdf.WARNING)


@dataclass(frozen=True)
class FaceSheetCoverage:
    """One coverage; `order` is "Primary", "Secondary", ...; `dates` such as "01/01/2026 to 12/31/2026"."""

    order: str
    payer: str
    plan: str = ""
    member_id: str = ""
    group_no: str = ""
    subscriber: str = ""
    dates: str = ""
    copay: Cents | None = None
    status: str = ""


@dataclass(frozen=True)
class FaceSheetContact:
    """Someone to call in an emergency or who may be spoken to."""

    name: str
    relationship: str
    phones: str
    note: str = ""


@dataclass(frozen=True)
class FaceSheetData:
    """One patient. `more` holds further labels and values (pharmacy, employer, race, ...) in the order shown."""

    clinic: ClinicBlock
    mark: PrintMark
    patient_name: str
    birth_date: date
    record_no: str
    preferred_name: str = ""
    age: str = ""
    sex: str = ""
    language: str = ""
    interpreter: str = ""
    address_lines: tuple[str, ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    email: str = ""
    primary_provider: str = ""
    more: tuple[tuple[str, str], ...] = ()
    alerts: tuple[str, ...] = ()
    coverages: tuple[FaceSheetCoverage, ...] = ()
    contacts: tuple[FaceSheetContact, ...] = ()


def face_sheet_pdf(data: FaceSheetData) -> bytes:
    """Return the face sheet as PDF."""
    paper = pdf.Paper(
        clinic=data.clinic,
        mark=data.mark,
        title="Face sheet",
        subtitle=f"Record {data.record_no}",
        about=f"{data.record_no} · {data.patient_name}",
        notice="Confidential patient information. Shred after use.",
    )
    width = paper.width
    slices = [
        *_patient(data, width),
        *_alerts(data, width),
        *_reach(data, width),
        *_coverages(data, width),
        *_contacts(data, width),
    ]
    return pdf.render(paper, slices)


def _patient(data: FaceSheetData, width: float) -> list[Slice]:
    born = format_date(data.birth_date) + (f" ({data.age})" if data.age else "")
    pairs = [
        ("Birth date", born),
        ("Record number", data.record_no),
        ("Sex", data.sex),
        ("Goes by", data.preferred_name),
        ("Language", data.language),
        ("Interpreter", data.interpreter),
    ]
    return name_panel(data.patient_name, pairs, width)


def _alerts(data: FaceSheetData, width: float) -> list[Slice]:
    if not data.alerts:
        return []
    room = pdf.panel_room(width)
    inside = [piece for alert in data.alerts for piece in pdf.text(f"▲ {alert}", room, _ALERT)]
    return [*pdf.space(8), *pdf.panel(inside, width, pdf.WARNING_TINT, pdf.WARNING)]


def _reach(data: FaceSheetData, width: float) -> list[Slice]:
    pairs = [("Address", "\n".join(data.address_lines)), *data.phones, ("E-mail", data.email)]
    pairs += [("Provider", data.primary_provider), *data.more]
    return [*pdf.section("Contact and details", width), *pdf.facts(pairs, width, 3)]


def _coverages(data: FaceSheetData, width: float) -> list[Slice]:
    title = pdf.section("Coverage", width)
    if not data.coverages:
        return [*title, *pdf.text("No coverage on file: self-pay.", width)]
    columns = (
        Column("", 14, pdf.STRONG),
        Column("Payer and plan", 30),
        Column("Member and group", 24),
        Column("Subscriber", 20),
        Column("Co-pay", 12, Style(align="right")),
    )
    return [*title, *pdf.table(columns, [_coverage(coverage) for coverage in data.coverages], width)]


def _coverage(coverage: FaceSheetCoverage) -> list[Cell]:
    return [
        _lines((coverage.order, pdf.STRONG), (coverage.status, pdf.SMALL)),
        _lines((coverage.payer, pdf.STRONG), (coverage.plan, pdf.BODY), (coverage.dates, pdf.SMALL)),
        _lines((coverage.member_id, pdf.STRONG), (coverage.group_no and f"Group {coverage.group_no}", pdf.BODY)),
        coverage.subscriber,
        "" if coverage.copay is None else format_money(coverage.copay),
    ]


def _lines(*lines: tuple[str, Style]) -> list[tuple[str, Style]]:
    return [line for line in lines if line[0].strip()]


def _contacts(data: FaceSheetData, width: float) -> list[Slice]:
    title = pdf.section("Emergency contacts", width)
    if not data.contacts:
        return [*title, *pdf.text("None on file. Ask at the next visit.", width)]
    columns = (Column("Name", 30, pdf.STRONG), Column("Relationship", 18), Column("Phone", 24), Column("Note", 28))
    rows = [[contact.name, contact.relationship, contact.phones, contact.note] for contact in data.contacts]
    return [*title, *pdf.table(columns, rows, width)]
