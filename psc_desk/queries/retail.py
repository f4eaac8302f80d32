"""What is sold over the counter: items, what is in stock, sales and what of them came back (front-desk.md M7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from psc_desk.clock import local
from psc_desk.errors import RefusedError
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.models.retail import RetailItem, SaleLine, StockMove, sales_tax, tax_given_back
from psc_desk.models.search_words import fold
from psc_desk.models.staff import StaffMember
from psc_desk.money import Cents
from psc_desk.queries.counter import ReversalRow, reversal
from psc_desk.queries.tills import TillRow, till
from psc_desk.settings import RETURN_REASONS, SALES_TAX, TILL_ID
from psc_desk.work import Read

MOVE_WORDS = {"received": "Received", "sold": "Sold", "returned": "Came back", "used": "Used", "counted": "Counted"}


@dataclass(frozen=True)
class ItemRow:
    """Something for sale; `units` is what the moves say is in stock."""

    id: int
    sku: str
    name: str
    name_es: str
    price_cents: Cents
    taxable: bool
    par: int
    active: bool
    version: int
    units: int

    @property
    def low(self) -> bool:
        """Say whether it should be ordered."""
        return self.active and self.units < self.par


@dataclass(frozen=True)
class MoveRow:
    """Units in (positive) or out; `at` is the clinic's wall clock, `left` the stock after it."""

    id: int
    word: str
    units: int
    left: int
    receipt_no: int | None
    reason: str
    at: datetime
    staff: str


@dataclass(frozen=True)
class SaleLineRow:
    """A line of a sale; `left` units of it did not come back."""

    item_id: int
    label: str
    label_es: str
    units: int
    unit_cents: Cents
    tax_cents: Cents
    amount_cents: Cents
    left: int

    def tax_back(self, count: int) -> Cents:
        """Return the tax that goes back with `count` of the units that are left."""
        return tax_given_back(self.tax_cents, self.units, self.units - self.left, count)

    def worth(self, count: int) -> Cents:
        """Return what goes back with `count` of the units that are left, tax and all."""
        return count * self.unit_cents + self.tax_back(count)


@dataclass(frozen=True)
class SaleForm:
    """What the sale form begins with, at the drawer of this desk."""

    till: TillRow
    items: tuple[ItemRow, ...]
    tax_rate: int


@dataclass(frozen=True)
class ReturnForm:
    """A sale and what of it can come back."""

    receipt: ReversalRow
    lines: tuple[SaleLineRow, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class SaleSums:
    """What a basket comes to; a tax for each line."""

    net_cents: Cents
    taxes: tuple[Cents, ...]

    @property
    def tax_cents(self) -> Cents:
        """The tax of all lines."""
        return sum(self.taxes)

    @property
    def total_cents(self) -> Cents:
        """What the customer pays."""
        return self.net_cents + self.tax_cents


def items(read: Read, *, ended: bool = False) -> list[ItemRow]:
    """Return what is sold, by name; with `ended` also what no longer is."""
    units = select(StockMove.item_id, func.sum(StockMove.units).label("units")).group_by(StockMove.item_id).subquery()
    chosen = (
        select(
            RetailItem.id, RetailItem.sku, RetailItem.name, RetailItem.name_es, RetailItem.price_cents,
            RetailItem.taxable, RetailItem.par, RetailItem.active, RetailItem.version,
            func.coalesce(units.c.units, 0),
        )
        .outerjoin(units, units.c.item_id == RetailItem.id)
        .order_by(RetailItem.active.desc(), RetailItem.name, RetailItem.id)
    )  # fmt: skip
    if not ended:
        chosen = chosen.where(RetailItem.active)
    return [ItemRow(*row) for row in read.session.execute(chosen)]


def all_items(read: Read) -> list[ItemRow]:
    """Return every item, those to order first, those no longer sold last."""
    return sorted(items(read, ended=True), key=lambda row: (not row.active, not row.low, fold(row.name)))


def low_stock(read: Read) -> list[ItemRow]:
    """Return what should be ordered."""
    return [row for row in items(read) if row.low]


def matching(rows: tuple[ItemRow, ...], typed: str) -> list[ItemRow]:
    """Return the items that what was typed or scanned means: the one with this code, else those with such a name."""
    wanted = typed.strip()
    exact = [row for row in rows if row.sku.casefold() == wanted.casefold()]
    if exact or not wanted:
        return exact
    words = fold(wanted).split()
    return [row for row in rows if all(word in fold(f"{row.name} {row.name_es} {row.sku}") for word in words)]


def stock(read: Read, item_id: int) -> int:
    """Return how many units of an item the moves say are there."""
    return read.session.scalar(
        select(func.coalesce(func.sum(StockMove.units), 0)).where(StockMove.item_id == item_id)
    ) or 0  # fmt: skip


def moves(read: Read, item_id: int) -> list[MoveRow]:
    """Return the moves of an item, newest first, with the stock after each."""
    rows = read.session.execute(
        select(
            StockMove.id, StockMove.kind, StockMove.units, Payment.receipt_no, StockMove.reason, StockMove.at,
            StaffMember.name,
        )
        .join(StaffMember, StaffMember.id == StockMove.staff_id)
        .outerjoin(Payment, Payment.id == StockMove.payment_id)
        .where(StockMove.item_id == item_id)
        .order_by(StockMove.id)
    )  # fmt: skip
    found, left = [], 0
    for move_id, kind, units, receipt_no, reason, at, staff in rows:
        left += units
        word = MOVE_WORDS.get(kind, kind)
        found.append(MoveRow(move_id, word, units, left, receipt_no, reason, local(at, read.zone), staff))
    return found[::-1]


def sale_form(read: Read) -> SaleForm:
    """Return what the sale form begins with."""
    return SaleForm(till(read, read.setting(TILL_ID)), tuple(items(read)), read.setting(SALES_TAX))


def sums(basket: Sequence[tuple[ItemRow, int]], tax_rate: int) -> SaleSums:
    """Return what these items, each with its units, come to."""
    amounts = [row.price_cents * units for row, units in basket]
    taxable = [amount if row.taxable else 0 for amount, (row, _units) in zip(amounts, basket, strict=True)]
    return SaleSums(sum(amounts), tuple(sales_tax(taxable, tax_rate)))


def sale_lines(read: Read, payment_id: int) -> list[SaleLineRow]:
    """Return the lines of a sale, or of what took it back (negative units); none for other payments."""
    back = _came_back(read, payment_id)
    rows = read.session.execute(
        select(SaleLine, RetailItem.name_es)
        .join(RetailItem, RetailItem.id == SaleLine.item_id)
        .where(SaleLine.payment_id == payment_id)
        .order_by(SaleLine.id)
    )
    return [
        SaleLineRow(
            line.item_id, line.label, name_es or line.label, line.units, line.unit_cents, line.tax_cents,
            line.amount_cents, line.units - back.get(line.item_id, 0),
        )
        for line, name_es in rows
    ]  # fmt: skip


def return_form(read: Read, payment_id: int) -> ReturnForm:
    """Return a sale and what of it can come back; RefusedError for a receipt that is no sale."""
    receipt = reversal(read, payment_id)
    if receipt.payment.kind is not PaymentKind.SALE:
        raise RefusedError("Only a sale has items that can come back. Choose the receipt of the sale.")
    return ReturnForm(receipt, tuple(sale_lines(read, payment_id)), tuple(read.setting(RETURN_REASONS)))


def _came_back(read: Read, payment_id: int) -> dict[int, int]:
    """Units that came back of each item of a sale: by returns and voids, less the returns that were voided."""
    first, undone = aliased(Payment), aliased(Payment)
    of_sale = select(first.id).where(first.of_payment_id == payment_id)
    rows = read.session.execute(
        select(SaleLine.item_id, func.sum(-SaleLine.units))
        .where(
            SaleLine.payment_id.in_(of_sale)
            | SaleLine.payment_id.in_(select(undone.id).where(undone.of_payment_id.in_(of_sale)))
        )
        .group_by(SaleLine.item_id)
    )
    return {item_id: units for item_id, units in rows}  # noqa: C416 - rows, not pairs
