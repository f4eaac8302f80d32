"""The X or Z report of a cash drawer as a page: what the receipt printer's slip says, with room for signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from psc_desk.dates import format_moment
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.pdf import Cell, ClinicBlock, Column, PrintMark, Slice, Style
from psc_desk.papers.till_slips import TillReportData, over_short_word

_RIGHT = Style(align="right")
_BIG = Style(13.0, 18.0, bold=True)
_HIDDEN = "not shown"


def till_report_pdf(data: TillReportData, clinic: ClinicBlock | None = None, *, demo: bool = False) -> bytes:
    """Return the report as PDF; `clinic` adds address and phone to the name that the data holds."""
    number = f" {data.z_no}" if data.kind == "Z" and data.z_no is not None else ""
    copy = f" · COPY {data.copy_no}" if data.copy_no else ""
    paper = pdf.Paper(
        clinic=clinic or ClinicBlock(data.clinic_name),
        mark=PrintMark(data.printed_at, data.printed_by, demo=demo, training=data.training),
        title=f"{data.kind} report{number}",
        subtitle=f"{data.drawer_name} · session {data.session_no}{copy}",
        about=f"{data.drawer_name} · session {data.session_no}{copy}",
    )
    width = paper.width
    slices = [
        *_session(data, width),
        *_tenders(data, width),
        *_movements(data, width),
        *_exceptions(data, width),
        *_counted(data, width),
        *_balance(data, width),
        *_compared(data, width),
        *_signatures(data, width),
    ]
    return pdf.render(paper, slices)


def _session(data: TillReportData, width: float) -> list[Slice]:
    pairs = [("Opened", format_moment(data.opened_at)), ("Opened by", data.opened_by)]
    pairs.append(("Opening float", format_money(data.opening_float)))
    if data.closed_at is not None:
        pairs += [("Closed", format_moment(data.closed_at)), ("Closed by", data.closed_by)]
    inside = pdf.facts(pairs, pdf.panel_room(width), 3)
    return [*pdf.space(4), *pdf.panel(pdf.kept(inside), width, pdf.TINT, pdf.ACCENT)]


def _tenders(data: TillReportData, width: float) -> list[Slice]:
    columns = (Column("Payments by tender", 54), Column("Count", 18, _RIGHT), Column("Amount", 28, _RIGHT))
    rows: list[list[Cell]] = [
        [tender.word, str(tender.count), _HIDDEN if tender.cents is None else format_money(tender.cents)]
        for tender in data.tenders
    ]
    if not rows:
        return [*pdf.space(10), *pdf.text("No payments in this session.", width)]
    return [*pdf.space(12), *pdf.table(columns, [*rows, *_total(data)], width, tight=True)]


def _total(data: TillReportData) -> list[list[Cell]]:
    """Return the total row, or nothing where an amount is hidden."""
    known = [tender.cents for tender in data.tenders if tender.cents is not None]
    if len(known) < len(data.tenders):
        return []
    right = replace(_RIGHT, bold=True)
    count = sum(tender.count for tender in data.tenders)
    return [[[("Total", pdf.STRONG)], [(str(count), right)], [(format_money(sum(known)), right)]]]


def _movements(data: TillReportData, width: float) -> list[Slice]:
    if not data.movements:
        return []
    columns = (Column("Cash moved", 22, pdf.STRONG), Column("Reason", 54), Column("Amount", 24, _RIGHT))
    rows = [[movement.word, movement.reason, format_money(movement.cents)] for movement in data.movements]
    return [*pdf.space(12), *pdf.table(columns, rows, width, tight=True)]


def _exceptions(data: TillReportData, width: float) -> list[Slice]:
    pairs = [
        ("Refunds", f"{data.refund_count} · {format_money(data.refund_cents)}"),
        ("Voids", f"{data.void_count} · {format_money(data.void_cents)}"),
        ("Openings without a sale", str(data.no_sale_count)),
    ]
    if data.retail or data.sales_tax:
        pairs += [("Items sold", format_money(data.retail or 0)), ("Sales tax", format_money(data.sales_tax or 0))]
    return [*pdf.space(10), *pdf.facts(pairs, width, 3)]


def _counted(data: TillReportData, width: float) -> list[Slice]:
    if not data.denominations:
        return []
    half = (width - 18) / 2
    middle = (len(data.denominations) + 1) // 2
    parts = (data.denominations[:middle], data.denominations[middle:])
    columns = (Column("Cash counted", 42), Column("Count", 22, _RIGHT), Column("Amount", 36, _RIGHT))
    tables = [
        pdf.table(columns, [[line.label, str(line.count), format_money(line.cents)] for line in part], half, tight=True)
        for part in parts
    ]
    return [*pdf.space(12), *pdf.beside(tables[0], tables[1] if parts[1] else [], half + 18)]


def _balance(data: TillReportData, width: float) -> list[Slice]:
    room = pdf.panel_room(width)
    inside = _known([("Expected in the drawer", data.expected), ("Cash counted", data.counted)], room)
    if data.over_short is not None:
        inside += [*pdf.rule(room), *_over_short(data.over_short, room)]
        inside += pdf.text(f"Reason: {data.reason}", room) if data.reason else []
        inside += [*pdf.space(2), *pdf.rule(room)]
    inside += _known([("Float left in the drawer", data.float_left), *data.waits_for_bank], room)
    return [*pdf.space(10), *pdf.panel(pdf.kept(inside), width, pdf.TINT, pdf.ACCENT)] if inside else []


def _compared(data: TillReportData, width: float) -> list[Slice]:
    if not data.compared:
        return []
    columns = (
        Column("Checks and cards", 40, pdf.STRONG), Column("Found", 20, _RIGHT), Column("Recorded", 20, _RIGHT),
        Column("Difference", 20, _RIGHT),
    )  # fmt: skip
    rows = [
        [one.word, format_money(one.found), format_money(one.recorded), format_money(one.found - one.recorded)]
        for one in data.compared
    ]
    return [*pdf.space(12), *pdf.table(columns, rows, width, tight=True)]


def _known(lines: Sequence[tuple[str, Cents | None]], room: float) -> list[Slice]:
    return pdf.amounts([(label, cents) for label, cents in lines if cents is not None], None, room, pdf.BODY)


def _over_short(cents: Cents, room: float) -> list[Slice]:
    amount = pdf.text(format_money(abs(cents)), room, replace(_BIG, align="right"))
    return pdf.beside(pdf.text(over_short_word(cents).capitalize(), room, _BIG), amount, 0)


def _signatures(data: TillReportData, width: float) -> list[Slice]:
    if data.kind != "Z":
        return []
    closer = f"Counted by: {data.closed_by}" if data.closed_by else "Counted by"
    approver = f"Approved by: {data.approver}" if data.approver else "Approved by"
    return [*pdf.space(8), *pdf.signatures((closer, approver), width)]
