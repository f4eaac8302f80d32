"""The slip of a close by denomination: what stays as the float, what goes to the bank, which change to ask for."""

from __future__ import annotations

from dataclasses import dataclass

from psc_desk.dates import format_moment
from psc_desk.money import Cents
from psc_desk.papers.escpos import Encoder, PrinterProfile
from psc_desk.papers.slip import Row, Slip
from psc_desk.papers.till_slips import DrawerSlipData

Rows = tuple[tuple[str, Cents], ...]
"""What it is in words, and what it is worth."""


@dataclass(frozen=True, kw_only=True)
class ChangeOrderData:
    """All that stands on the slip; `head` says whose drawer, when and by whom."""

    head: DrawerSlipData
    leave: Rows
    bank: Rows
    order: Rows


def change_order_bytes(data: ChangeOrderData, profile: PrinterProfile) -> bytes:
    """Return the print job."""
    return Encoder(profile).job(_slip(data, profile.columns).rows)


def change_order_text(data: ChangeOrderData, columns: int = 42) -> str:
    """Return the same rows as text."""
    return _slip(data, columns).text()


def _slip(data: ChangeOrderData, columns: int) -> Slip:
    slip, head = Slip(columns), data.head
    if head.training:
        slip.bar("TRAINING")
    slip.heading(head.clinic_name)
    slip.rule("=")
    slip.title("Float and bank")
    slip.field("Drawer", head.drawer_name)
    slip.field("At", format_moment(head.at))
    slip.field("By", head.staff)
    _block(slip, "Leave in the drawer", data.leave)
    _block(slip, "Take out for the bank", data.bank)
    if data.order:
        _block(slip, "Ask the bank for", data.order)
        slip.blank()
        slip.rows.append(Row("Received " + "_" * (columns - 9)))
    if head.training:
        slip.bar("TRAINING")
    return slip


def _block(slip: Slip, title: str, rows: Rows) -> None:
    slip.rule()
    slip.left(title, bold=True)
    for words, cents in rows:
        slip.amount(words.replace("×", "x"), cents)  # as on the other slips
    slip.amount("Total", sum(cents for _, cents in rows), bold=True)
