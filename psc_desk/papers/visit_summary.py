"""The visit summary: what the patient takes home, in the patient's language and in large type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from psc_desk.dates import format_time
from psc_desk.money import Cents
from psc_desk.papers import pdf
from psc_desk.papers.patient_paper import patient_panel, patient_paper
from psc_desk.papers.pdf import LARGE, ClinicBlock, PrintMark, Slice, Style
from psc_desk.papers.words import Words, long_date_text, words

_VALUE = Style(12.0, 16.0, bold=True)


@dataclass(frozen=True)
class NextVisit:
    """A booked visit: local date, start minute of the day, what to do before coming."""

    day: date
    minute: int
    provider: str
    visit_type: str
    preparation: str = ""


@dataclass(frozen=True)
class VisitSummaryData:
    """Everything on the paper. `language` is "en" or "es"; amounts in cents; a negative balance is a credit."""

    clinic: ClinicBlock
    mark: PrintMark
    language: str
    patient_name: str
    preferred_name: str
    birth_date: date
    record_no: str
    visit_date: date
    visit_minute: int
    provider: str
    visit_type: str
    reason: str = ""
    instructions: str = ""
    medications_orders: tuple[str, ...] = ()
    next_visits: tuple[NextVisit, ...] = ()
    charges: tuple[tuple[str, Cents], ...] = ()
    payments: tuple[tuple[str, Cents], ...] = ()
    balance: Cents = 0


def visit_summary_pdf(data: VisitSummaryData) -> bytes:
    """Return the visit summary as PDF."""
    spoken = words(data.language)
    paper = patient_paper(data, spoken.visit_summary, long_date_text(data.visit_date, data.language))
    width = paper.width
    return pdf.render(
        paper,
        [
            *patient_panel(data, width, [(spoken.preferred, _preferred(data))]),
            *_visit(data, spoken, width),
            *_instructions(data, spoken, width),
            *_medications(data, spoken, width),
            *_next_visits(data, spoken, width),
            *_money(data, spoken, width),
            *_closing(data, spoken, width),
        ],
    )


def _preferred(data: VisitSummaryData) -> str:
    return "" if data.preferred_name == data.patient_name else data.preferred_name


def _visit(data: VisitSummaryData, spoken: Words, width: float) -> list[Slice]:
    pairs = [
        (spoken.date_and_time, f"{long_date_text(data.visit_date, data.language)}, {format_time(data.visit_minute)}"),
        (spoken.provider, data.provider),
        (spoken.visit_type, data.visit_type),
        (spoken.reason, data.reason),
    ]
    return [*pdf.section(spoken.your_visit, width), *pdf.facts(pairs, width, 2, _VALUE)]


def _instructions(data: VisitSummaryData, spoken: Words, width: float) -> list[Slice]:
    if not data.instructions.strip():
        return []
    return [*pdf.section(spoken.instructions, width), *pdf.text(data.instructions.strip(), width, LARGE)]


def _medications(data: VisitSummaryData, spoken: Words, width: float) -> list[Slice]:
    lines = [line for line in data.medications_orders if line.strip()]
    if not lines:
        return []
    return [
        *pdf.section(spoken.medications_orders, width),
        *pdf.bullets(lines, width, LARGE),
        *pdf.space(2),
        *pdf.text(spoken.transcribed, width, pdf.SMALL),
    ]


def _next_visits(data: VisitSummaryData, spoken: Words, width: float) -> list[Slice]:
    title = pdf.section(spoken.next_visits, width)
    if not data.next_visits:
        return [*title, *pdf.text(spoken.no_next_visit, width, LARGE)]
    return [*title, *(piece for visit in data.next_visits for piece in _next_visit(visit, spoken, width))]


def _next_visit(visit: NextVisit, spoken: Words, width: float) -> list[Slice]:
    room = pdf.panel_room(width)
    when = f"{long_date_text(visit.day, spoken.language)}, {format_time(visit.minute)}"
    what = " · ".join(filter(None, (visit.visit_type, spoken.with_provider.format(provider=visit.provider))))
    inside = [*pdf.text(when, room, replace(_VALUE, size=13.0)), *pdf.text(what, room, LARGE)]
    if visit.preparation.strip():
        inside += [*pdf.space(3), *pdf.text(spoken.prepare, room, pdf.SMALL)]
        inside += pdf.text(visit.preparation.strip(), room, LARGE)
    return [*pdf.panel(pdf.kept(inside), width), *pdf.space(6)]


def _money(data: VisitSummaryData, spoken: Words, width: float) -> list[Slice]:
    charges = _summed(data.charges, spoken.charges_total, width) or pdf.text(spoken.no_charges, width, LARGE)
    payments = _summed(data.payments, spoken.payments_total, width)
    slices = [*charges, *(pdf.space(3) if payments else []), *payments]
    label = spoken.balance if data.balance > 0 else spoken.credit if data.balance < 0 else spoken.nothing_due
    balance = pdf.amounts([(label, abs(data.balance))], None, pdf.panel_room(width), _VALUE)
    slices += [*pdf.space(6), *pdf.panel(balance, width, pdf.TINT)]
    return [*pdf.section(spoken.money, width), *pdf.kept(slices)]


def _summed(lines: Sequence[tuple[str, Cents]], label: str, width: float) -> list[Slice]:
    """Return the amounts, with a total where there is more than one to add."""
    total = (label, sum(cents for _, cents in lines)) if len(lines) > 1 else None
    return pdf.kept(pdf.amounts(lines, total, width))


def _closing(data: VisitSummaryData, spoken: Words, width: float) -> list[Slice]:
    lines = [spoken.emergency]
    if data.clinic.phone:
        lines.insert(0, spoken.questions.format(phone=data.clinic.phone))
    return [*pdf.space(8), *pdf.text(" ".join(lines), width, replace(pdf.STRONG, align="center"))]
