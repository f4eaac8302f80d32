"""Things sold over the counter, with their stock (front-desk.md M7). The sale itself is a payment of kind SALE."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.models.base import Base, Versioned
from psc_desk.money import Cents, spread

WHOLE_RATE = 100_000
"""A tax rate counts thousandths of a percent: 6250 is 6.25 %."""
MOST_UNITS = 999


def sales_tax(taxable: Sequence[Cents], rate: int) -> list[Cents]:
    """Return the tax of each line: on their sum, rounded half up to the cent, shared by largest remainder."""
    return spread((sum(taxable) * rate * 2 + WHOLE_RATE) // (2 * WHOLE_RATE), taxable)


def tax_given_back(tax_cents: Cents, units: int, before: int, now: int) -> Cents:
    """Return the tax that goes back with `now` units of a line of `units`, when `before` came back already.

    The parts of a line that comes back bit by bit sum to its tax.
    """

    def until(count: int) -> Cents:
        return (tax_cents * count * 2 + units) // (2 * units)

    return until(before + now) - until(before)


def rate_words(rate: int) -> str:
    """Return "6.25 %" for 6250."""
    whole, part = divmod(rate, 1000)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".") + " %"


class RetailItem(Base, Versioned):
    """Something for sale. What is in stock is the sum of its moves."""

    __tablename__ = "retail_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)  # bar code or the clinic's own number
    name: Mapped[str]
    name_es: Mapped[str] = mapped_column(default="")
    price_cents: Mapped[int]
    taxable: Mapped[bool] = mapped_column(default=True)
    par: Mapped[int] = mapped_column(default=0)  # reorder below this
    active: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (CheckConstraint("price_cents >= 0", name="price"),)


class StockMove(Base):
    """Units in (positive) or out (negative). Immutable."""

    __tablename__ = "stock_move"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("retail_item.id"), index=True)
    kind: Mapped[str]  # received, sold, returned, used, counted
    units: Mapped[int]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    __table_args__ = (CheckConstraint("units <> 0", name="units"),)


class SaleLine(Base):
    """A line of a sale, or of its return (negative units). Immutable."""

    __tablename__ = "sale_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("retail_item.id"))
    label: Mapped[str]
    units: Mapped[int]
    unit_cents: Mapped[int]
    tax_cents: Mapped[int]  # of the line, with its sign
    amount_cents: Mapped[int]  # units * unit_cents, without tax
    __table_args__ = (CheckConstraint("amount_cents = units * unit_cents AND units <> 0", name="amount"),)
