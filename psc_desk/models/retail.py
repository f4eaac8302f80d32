"""Things sold over the counter, with their stock (front-desk.md M7). The sale itself is a payment of kind SALE."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.models.base import Base, Versioned


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
