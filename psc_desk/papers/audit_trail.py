"""The audit trail of a day: all that was done with money and drawers, in sentences, and whether the audit is whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from psc_desk.dates import format_date, format_time
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.pdf import Cell, ClinicBlock, Column, PrintMark, Slice, Style
from psc_desk.papers.words import long_date_text

_PLAIN = Style(9.0, 12.0)
_RIGHT = replace(_PLAIN, align="right")
_COLUMNS = (
    Column("Row", 6, _PLAIN), Column("Time", 9, _PLAIN), Column("Desk", 8, _PLAIN), Column("Person", 14, _PLAIN),
    Column("What", 38, _PLAIN), Column("Patient", 18, _PLAIN), Column("Amount", 11, _RIGHT), Column("", 2),
    Column("Reason", 18, _PLAIN),
)  # fmt: skip


@dataclass(frozen=True)
class TrailRow:
    """One thing that happened; `at` is the clinic's wall clock, `seq` its row in the audit."""

    seq: int
    at: datetime
    person: str
    what: str
    patient: str = ""
    amount: Cents | None = None
    reason: str = ""
    desk: str = ""


@dataclass(frozen=True)
class AccountMoves:
    """What the day's entries put on one account, and took from it."""

    account: str
    debits: Cents
    credits: Cents


@dataclass(frozen=True)
class AuditTrailData:
    """One day. `faults` says what is wrong with the audit, a sentence each; `rows_checked` counts the whole chain."""

    clinic: ClinicBlock
    mark: PrintMark
    day: date
    rows: tuple[TrailRow, ...]
    accounts: tuple[AccountMoves, ...]
    entries: int
    rows_checked: int
    last_hash: str
    faults: tuple[str, ...] = ()


def audit_trail_pdf(data: AuditTrailData) -> bytes:
    """Return the audit trail of a day as landscape PDF."""
    count = "1 event" if len(data.rows) == 1 else f"{len(data.rows)} events"
    paper = pdf.Paper(
        clinic=data.clinic,
        mark=data.mark,
        title="Audit trail",
        subtitle=f"Money and drawers · {long_date_text(data.day, 'en')} · {count}",
        about=f"Audit trail of {format_date(data.day)}",
        notice="Confidential. Names patients and staff.",
        landscape=True,
        margin=40.0,
    )
    return pdf.render(paper, [*_events(data, paper.width), *_books(data, paper.width), *_chain(data, paper.width)])


def _events(data: AuditTrailData, width: float) -> list[Slice]:
    title = pdf.section("What happened", width)
    if not data.rows:
        return [*title, *pdf.text("Nothing was done with money or drawers on this day.", width, _PLAIN)]
    return [*title, *pdf.table(_COLUMNS, [_cells(row) for row in data.rows], width, tight=True)]


def _cells(row: TrailRow) -> list[Cell]:
    return [
        str(row.seq),
        format_time(row.at.hour * 60 + row.at.minute),
        row.desk,
        row.person,
        row.what,
        row.patient,
        "" if row.amount is None else format_money(row.amount),
        "",
        row.reason,
    ]


def _books(data: AuditTrailData, width: float) -> list[Slice]:
    title = pdf.section("The books on this day", width)
    if not data.accounts:
        return [*title, *pdf.text("No entry was posted.", width, _PLAIN)]
    columns = (Column("Account", 46, _PLAIN), Column("Debits", 18, _RIGHT), Column("Credits", 18, _RIGHT))
    rows: list[list[Cell]] = [
        [one.account, format_money(one.debits), format_money(one.credits)] for one in data.accounts
    ]
    debits, credited = sum(one.debits for one in data.accounts), sum(one.credits for one in data.accounts)
    strong = replace(_RIGHT, bold=True)
    word = "1 entry" if data.entries == 1 else f"{data.entries} entries"
    total: list[Cell] = [
        [(word, replace(_PLAIN, bold=True))], [(format_money(debits), strong)], [(format_money(credited), strong)],
    ]  # fmt: skip
    verdict = (
        "Debits equal credits."
        if debits == credited
        else f"Debits and credits differ by {format_money(debits - credited)}."
    )
    return [*title, *pdf.table(columns, [*rows, total], width, tight=True), *pdf.text(verdict, width, pdf.SMALL)]


def _chain(data: AuditTrailData, width: float) -> list[Slice]:
    room = pdf.panel_room(width)
    if data.faults:
        lines = [*pdf.text("The audit is not whole. Call whoever looks after PSC Desk.", room, pdf.STRONG)]
        lines += [piece for fault in data.faults for piece in pdf.text(fault, room, _PLAIN)]
        return [*pdf.space(10), *pdf.panel(pdf.kept(lines), width, pdf.WARNING_TINT, pdf.WARNING)]
    words = (
        f"The chain of the audit was verified when this paper was made: {data.rows_checked} rows, each with the hash "
        "of the one before, none edited, removed or reordered."
    )
    lines = [*pdf.text(words, room, _PLAIN), *pdf.text(f"Hash of the newest row: {data.last_hash}", room, pdf.SMALL)]
    return [*pdf.space(10), *pdf.panel(pdf.kept(lines), width, pdf.TINT, pdf.ACCENT)]
