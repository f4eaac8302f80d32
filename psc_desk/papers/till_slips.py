"""Slips of the cash drawer: X and Z report, money moved, no-sale opening, and the printer's test page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psc_desk.dates import format_moment
from psc_desk.money import Cents, format_money
from psc_desk.papers.escpos import Encoder, PrinterProfile
from psc_desk.papers.slip import Row, Size, Slip


@dataclass(frozen=True)
class TenderTotal:
    """How many payments of one tender, and their sum."""

    word: str
    count: int
    cents: Cents | None
    """None in a blind report: only the count is printed."""


@dataclass(frozen=True)
class Movement:
    """Cash moved: word "Pay-out", its reason, the amount as it changes the drawer (a pay-out is negative)."""

    word: str
    reason: str
    cents: Cents


@dataclass(frozen=True)
class Denomination:
    """A counted coin or bill: "$20", how many, their worth."""

    label: str
    count: int
    cents: Cents


@dataclass(frozen=True)
class Compared:
    """Checks or cards at the close: what was found of them, and what was recorded."""

    word: str
    found: Cents
    recorded: Cents

    @property
    def off(self) -> str:
        """Say "", "OVER" or "SHORT"."""
        return "" if self.found == self.recorded else over_short_word(self.found - self.recorded)


@dataclass(frozen=True, kw_only=True)
class TillReportData:
    """All that stands on an X or Z report. Instants are clinic wall-clock time. None leaves a row out (blind X)."""

    clinic_name: str
    drawer_name: str
    session_no: int
    kind: Literal["X", "Z"]
    z_no: int | None = None
    printed_at: datetime
    printed_by: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None
    closed_by: str = ""
    opening_float: Cents = 0
    tenders: tuple[TenderTotal, ...] = ()
    movements: tuple[Movement, ...] = ()
    no_sale_count: int = 0
    refund_count: int = 0
    refund_cents: Cents = 0
    void_count: int = 0
    void_cents: Cents = 0
    retail: Cents | None = None
    """Items sold less items taken back, without tax; part of the payments above."""
    sales_tax: Cents | None = None
    expected: Cents | None = None
    counted: Cents | None = None
    over_short: Cents | None = None
    float_left: Cents | None = None
    to_bank: Cents | None = None
    denominations: tuple[Denomination, ...] = ()
    compared: tuple[Compared, ...] = ()
    approver: str = ""
    reason: str = ""
    copy_no: int = 0
    training: bool = False

    @property
    def dropped(self) -> Cents:
        """What went to the safe before the close; it is deposited with what the close takes out."""
        return -sum(movement.cents for movement in self.movements if movement.word == "Drop")

    @property
    def waits_for_bank(self) -> tuple[tuple[str, Cents], ...]:
        """What the close takes out, with the drops before it where there were any, and their sum."""
        if self.to_bank is None:
            return ()
        if not self.dropped:
            return (("To the bank", self.to_bank),)
        return (
            ("Taken out now", self.to_bank), ("Dropped before", self.dropped),
            ("To the bank", self.to_bank + self.dropped),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DrawerSlipData:
    """A slip for cash that moved without a patient or went to another hand, or (`cents` None) for a no-sale opening.

    `facts` are more rows ("To", "Drawer 2"); `signed` names the people who sign; `over_short` None leaves it out.
    """

    clinic_name: str
    drawer_name: str
    word: str
    """What it is: "Pay-out", "Drop", "No sale"."""
    at: datetime
    staff: str
    reason: str
    cents: Cents | None = None
    number: str = ""
    approver: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    denominations: tuple[Denomination, ...] = ()
    over_short: Cents | None = None
    signed: tuple[str, ...] = ("Signature",)
    copy_no: int = 0
    training: bool = False


def till_report_bytes(data: TillReportData, profile: PrinterProfile) -> bytes:
    """Return the print job of an X or Z report."""
    return Encoder(profile).job(_till_report(data, profile.columns).rows)


def till_report_text(data: TillReportData, columns: int = 42) -> str:
    """Return the same rows as text."""
    return _till_report(data, columns).text()


def drawer_slip_bytes(data: DrawerSlipData, profile: PrinterProfile) -> bytes:
    """Return the print job of a pay-in, pay-out, drop or no-sale slip."""
    return Encoder(profile).job(_drawer_slip(data, profile.columns).rows)


def drawer_slip_text(data: DrawerSlipData, columns: int = 42) -> str:
    """Return the same rows as text."""
    return _drawer_slip(data, columns).text()


def test_page_bytes(clinic_name: str, address: str, profile: PrinterProfile) -> bytes:
    """Return the print job of the page by which a person judges columns, letters and the picture mode."""
    return Encoder(profile).job(_test_page(clinic_name, address, profile).rows)


def _moment(at: datetime, who: str) -> str:
    return f"{format_moment(at)} {who}".strip()


def _head(slip: Slip, clinic_name: str, *, training: bool, copy_no: int) -> None:
    _marks(slip, training=training, copy_no=copy_no)
    slip.blank()
    slip.heading(clinic_name)
    slip.rule("=")


def _marks(slip: Slip, *, training: bool, copy_no: int) -> None:
    if training:
        slip.bar("TRAINING")
    if copy_no:
        slip.bar(f"COPY {copy_no}")


def _till_report(data: TillReportData, columns: int) -> Slip:
    slip = Slip(columns)
    _head(slip, data.clinic_name, training=data.training, copy_no=data.copy_no)
    slip.title(f"{data.kind} REPORT" + (f" {data.z_no}" if data.z_no is not None else ""))
    slip.field("Drawer", data.drawer_name)
    slip.field("Session", str(data.session_no))
    slip.field("Opened", _moment(data.opened_at, data.opened_by))
    slip.field("Closed", _moment(data.closed_at, data.closed_by) if data.closed_at else "")
    slip.field("Printed", _moment(data.printed_at, data.printed_by))
    _takings(slip, data)
    _cash(slip, data)
    _count(slip, data)
    if data.kind == "Z":
        _signatures(slip, data)
    _marks(slip, training=data.training, copy_no=data.copy_no)
    return slip


def _takings(slip: Slip, data: TillReportData) -> None:
    slip.rule()
    slip.left("Takings", bold=True)
    for tender in data.tenders:
        if tender.cents is None:
            slip.left(f"{tender.count} x {tender.word}")
        else:
            slip.amount(f"{tender.count} x {tender.word}", tender.cents)
    known = [tender.cents for tender in data.tenders if tender.cents is not None]
    if len(known) == len(data.tenders):
        slip.amount("Total", sum(known), bold=True)
    if data.retail or data.sales_tax:
        slip.amount("Of it items sold", data.retail or 0)
        slip.amount("Of it sales tax", data.sales_tax or 0)
    slip.amount(f"Refunds ({data.refund_count})", data.refund_cents)
    slip.amount(f"Voids ({data.void_count})", data.void_cents)
    slip.field("Opened without a sale", str(data.no_sale_count))


def _cash(slip: Slip, data: TillReportData) -> None:
    slip.rule()
    slip.left("Cash in the drawer", bold=True)
    slip.amount("Float at opening", data.opening_float)
    for movement in data.movements:
        slip.amount(f"{movement.word}: {movement.reason}", movement.cents)
    if data.expected is not None:
        slip.amount("Expected", data.expected, bold=True)


def _count(slip: Slip, data: TillReportData) -> None:
    if data.counted is None:
        return
    slip.rule()
    slip.left("Counted", bold=True)
    _pieces(slip, data.denominations)
    slip.amount("Cash counted", data.counted, bold=True)
    if data.over_short is not None:
        slip.amount(over_short_word(data.over_short), abs(data.over_short), size=Size.BIG, bold=True)
    if data.float_left is not None:
        slip.amount("Float left in the drawer", data.float_left)
    for word, cents in data.waits_for_bank:
        slip.amount(word, cents, bold=word == "To the bank")
    if data.compared:
        slip.rule()
    for one in data.compared:
        slip.amount(one.word, one.found)
        if one.off:
            slip.amount(f"{one.off} of {format_money(one.recorded)}", abs(one.found - one.recorded), bold=True)


def over_short_word(cents: Cents) -> str:
    """Return SHORT, OVER or EXACT."""
    return "SHORT" if cents < 0 else "OVER" if cents > 0 else "EXACT"


def _signatures(slip: Slip, data: TillReportData) -> None:
    slip.rule()
    slip.field("Reason", data.reason)
    slip.field("Approved by", data.approver)
    _lines_to_sign(slip, ("Counted by", "Checked by"))


def _lines_to_sign(slip: Slip, words: tuple[str, ...]) -> None:
    for word in words:
        slip.blank()
        slip.blank()
        shown = word[: slip.columns - 12]
        slip.rows.append(Row(shown + " " + "_" * (slip.columns - len(shown) - 1)))


def _pieces(slip: Slip, pieces: tuple[Denomination, ...]) -> None:
    for coin in pieces:
        slip.amount(f"{coin.count:>4} x {coin.label}".strip(), coin.cents)


def _drawer_slip(data: DrawerSlipData, columns: int) -> Slip:
    slip = Slip(columns)
    _head(slip, data.clinic_name, training=data.training, copy_no=data.copy_no)
    slip.title(data.word)
    slip.field("Drawer", data.drawer_name)
    slip.field("Number", data.number)
    slip.field("At", _moment(data.at, ""))
    slip.field("By", data.staff)
    for word, value in data.facts:
        slip.field(word, value)
    slip.field("Approved by", data.approver)
    slip.field("Reason", data.reason)
    if data.cents is not None:
        slip.rule()
        _pieces(slip, data.denominations)
        slip.amount("AMOUNT", data.cents, size=Size.BIG, bold=True)
        if data.over_short is not None:
            slip.amount(over_short_word(data.over_short), abs(data.over_short), bold=True)
        _lines_to_sign(slip, data.signed)
    _marks(slip, training=data.training, copy_no=data.copy_no)
    return slip


def _test_page(clinic_name: str, address: str, profile: PrinterProfile) -> Slip:
    slip = Slip(profile.columns)
    slip.title(clinic_name)
    slip.heading("Printer test page")
    slip.field("Printer", address)
    slip.field("Columns", str(profile.columns))
    slip.field("Code page", f"{profile.code_page} ({profile.code_page_number})")
    slip.rule("=")
    slip.rows.append(Row(("1234567890" * 10)[: profile.columns]))
    slip.rows.append(Row("|" + " " * (profile.columns - 2) + "|"))
    slip.left("Letters: áéíóúüñ ¿? ¡! ÁÉÍÓÚÑ ç º ª")
    slip.left("As a picture: 王小明")
    slip.amount("An amount", 123_450)
    slip.amount("TOTAL", 123_450, size=Size.TALL, bold=True)
    slip.bar("White on black")
    slip.rule("=")
    slip.centered(
        "Right if the two bars of the second line stand on one line and all letters read well. "
        f"{format_money(123_450)} must stand at the right edge."
    )
    return slip
