"""The bank deposit slip: cash by denomination, every check, and the total that the bank must confirm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from psc_desk.dates import format_date
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.pdf import Cell, ClinicBlock, Column, PrintMark, Slice, Style

_RIGHT = Style(align="right")
_BOLD_RIGHT = Style(bold=True, align="right")
_TOTAL = Style(14.0, 19.0, bold=True)


@dataclass(frozen=True)
class CashLine:
    """So many pieces of one note, coin or roll; `cents` is what they are worth together."""

    label: str
    count: int
    cents: Cents


@dataclass(frozen=True)
class CheckLine:
    """One check; `bank` is the bank's name or routing number as it stands on the check."""

    payer: str
    check_no: str
    bank: str
    cents: Cents


@dataclass(frozen=True)
class CardBatch:
    """A card batch or transfer, listed for the reader and not part of the deposit."""

    label: str
    reference: str
    cents: Cents


@dataclass(frozen=True)
class DepositSource:
    """What one closed drawer session gave to the deposit."""

    drawer: str
    day: date
    z_no: str
    closed_by: str
    cash: Cents
    checks: Cents


@dataclass(frozen=True)
class DepositSlipData:
    """One deposit. Subtotals and total are sums of its items and cannot disagree with them."""

    clinic: ClinicBlock
    mark: PrintMark
    deposit_no: str
    day: date
    bank: str
    account_ending: str
    bag_no: str = ""
    notes: tuple[CashLine, ...] = ()
    coins: tuple[CashLine, ...] = ()
    checks: tuple[CheckLine, ...] = ()
    card_batches: tuple[CardBatch, ...] = ()
    sources: tuple[DepositSource, ...] = ()
    prepared_by: str = ""
    verified_by: str = ""
    exception: str = ""
    """Why whoever closed a drawer prepared its deposit too."""
    booked_on: date | None = None
    booked_cents: Cents | None = None
    bank_reason: str = ""

    @property
    def notes_cents(self) -> Cents:
        """The notes' worth."""
        return sum(line.cents for line in self.notes)

    @property
    def coins_cents(self) -> Cents:
        """The coins' worth."""
        return sum(line.cents for line in self.coins)

    @property
    def checks_cents(self) -> Cents:
        """The checks' worth."""
        return sum(line.cents for line in self.checks)

    @property
    def total_cents(self) -> Cents:
        """What goes to the bank: cash and checks; card batches do not."""
        return self.notes_cents + self.coins_cents + self.checks_cents


def deposit_slip_pdf(data: DepositSlipData) -> bytes:
    """Return the deposit slip as PDF."""
    paper = pdf.Paper(
        clinic=data.clinic,
        mark=data.mark,
        title="Bank deposit",
        subtitle=f"Deposit {data.deposit_no} · {format_date(data.day)}",
        about=f"Deposit {data.deposit_no} · {data.bank} · account ending {data.account_ending}",
        notice="Checks name patients: keep confidential.",
    )
    width = paper.width
    slices = [
        *_where(data, width),
        *_cash(data, width),
        *_checks(data, width),
        *_total(data, width),
        *_sources(data, width),
        *_cards(data, width),
        *_signatures(data, width),
    ]
    return pdf.render(paper, slices)


def _where(data: DepositSlipData, width: float) -> list[Slice]:
    pairs = [
        ("Bank", data.bank),
        ("Account", f"ending {data.account_ending}"),
        ("Bag number", data.bag_no or "none"),
    ]
    return [
        *pdf.space(4),
        *pdf.panel(pdf.kept(pdf.facts(pairs, pdf.panel_room(width), 3)), width, pdf.TINT, pdf.ACCENT),
    ]


def _cash(data: DepositSlipData, width: float) -> list[Slice]:
    half = (width - 18) / 2
    notes = _cash_table("Notes", data.notes, data.notes_cents, half)
    coins = _cash_table("Coin", data.coins, data.coins_cents, half)
    return [*pdf.section("Cash", width), *pdf.beside(notes, coins, half + 18)]


def _cash_table(title: str, lines: tuple[CashLine, ...], cents: Cents, width: float) -> list[Slice]:
    columns = (Column(title, 42), Column("Count", 22, _RIGHT), Column("Amount", 36, _RIGHT))
    rows: list[list[Cell]] = [[line.label, str(line.count), format_money(line.cents)] for line in lines]
    rows.append(_strong(f"{title} subtotal", "", format_money(cents)))
    return pdf.table(columns, rows, width, tight=True)


def _strong(label: str, count: str, amount: str) -> list[Cell]:
    return [[(label, pdf.STRONG)], [(count, _BOLD_RIGHT)], [(amount, _BOLD_RIGHT)]]


def _checks(data: DepositSlipData, width: float) -> list[Slice]:
    columns = (
        Column("", 5, replace(_RIGHT, colour=pdf.SECONDARY)),
        Column("Check from", 35),
        Column("Check no.", 14),
        Column("Bank or routing", 29),
        Column("Amount", 17, _RIGHT),
    )
    rows: list[list[Cell]] = [
        [str(number), check.payer, check.check_no, check.bank, format_money(check.cents)]
        for number, check in enumerate(data.checks, start=1)
    ]
    count = "1 check" if len(data.checks) == 1 else f"{len(data.checks)} checks"
    subtotal: list[Cell] = [
        "",
        [("Checks subtotal", pdf.STRONG)],
        [(count, pdf.STRONG)],
        "",
        [(format_money(data.checks_cents), _BOLD_RIGHT)],
    ]
    return [*pdf.section("Checks", width), *pdf.table(columns, [*rows, subtotal], width, tight=True)]


def _total(data: DepositSlipData, width: float) -> list[Slice]:
    room = pdf.panel_room(width)
    label = pdf.text("Total deposit", room, _TOTAL)
    amount = pdf.text(format_money(data.total_cents), room, replace(_TOTAL, align="right"))
    return [*pdf.space(10), *pdf.panel(pdf.beside(label, amount, 0), width, pdf.TINT, pdf.ACCENT)]


def _cards(data: DepositSlipData, width: float) -> list[Slice]:
    if not data.card_batches:
        return []
    columns = (Column("Card batch or transfer", 50), Column("Reference", 28), Column("Amount", 22, _RIGHT))
    rows = [[batch.label, batch.reference, format_money(batch.cents)] for batch in data.card_batches]
    title = pdf.section("Not in this deposit: paid to the bank by the processor", width)
    return [*title, *pdf.table(columns, rows, width, tight=True)]


def _sources(data: DepositSlipData, width: float) -> list[Slice]:
    """Where it came from: needed when several drawers or days go into one bag."""
    if not data.sources:
        return []
    columns = (
        Column("Drawer", 26), Column("Day", 15), Column("Z", 8), Column("Closed by", 23),
        Column("Cash", 14, _RIGHT), Column("Checks", 14, _RIGHT),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [one.drawer, format_date(one.day), one.z_no, one.closed_by, format_money(one.cash), format_money(one.checks)]
        for one in data.sources
    ]
    if len(rows) > 1:
        cash, checks = sum(one.cash for one in data.sources), sum(one.checks for one in data.sources)
        rows.append([[("Together", pdf.STRONG)], "", "", "", *_amounts(cash, checks)])
    return [*pdf.section("From these drawers", width), *pdf.table(columns, rows, width, tight=True)]


def _amounts(*cents: Cents) -> list[Cell]:
    return [[(format_money(one), _BOLD_RIGHT)] for one in cents]


def _signatures(data: DepositSlipData, width: float) -> list[Slice]:
    people = (_signed("Prepared by", data.prepared_by), _signed("Verified by", data.verified_by))
    note = f"Prepared by someone who also closed a drawer: {data.exception}" if data.exception else ""
    noted = [*pdf.space(6), *pdf.text(note, width, pdf.SMALL)] if note else []
    return [*noted, *pdf.space(6), *pdf.kept([*pdf.signatures(people, width), *_bank(data, width)])]


def _bank(data: DepositSlipData, width: float) -> list[Slice]:
    """Lines for the bank to fill in; what it booked, once that is known."""
    if data.booked_on is None or data.booked_cents is None:
        blank = ("Bank-validated date", "Bank-validated amount", "Difference", "Teller or stamp")
        return pdf.signatures(blank, width)
    pairs = [
        ("Bank-validated date", format_date(data.booked_on)),
        ("Bank-validated amount", format_money(data.booked_cents)),
        ("Difference", format_money(data.booked_cents - data.total_cents)),
        ("Reason", data.bank_reason),
    ]
    return [*pdf.space(8), *pdf.panel(pdf.kept(pdf.facts(pairs, pdf.panel_room(width), 4)), width)]


def _signed(role: str, name: str) -> str:
    return f"{role}: {name}" if name else role
