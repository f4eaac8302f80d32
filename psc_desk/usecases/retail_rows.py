"""The lines of a sale and the stock they move; what is voided is taken back line by line."""

from __future__ import annotations

from sqlalchemy import select

from psc_desk.events import StockChanged
from psc_desk.models.ledger import Account, Line
from psc_desk.models.payment import Payment
from psc_desk.models.retail import SaleLine, StockMove
from psc_desk.money import Cents
from psc_desk.work import Work


def sold_lines(row: Payment, net: Cents, tax: Cents) -> list[Line]:
    """Return the lines of a receipt on sales and their tax; what was sold is negative."""
    return [
        Line(Account.SALES, net, row.patient_id, payment_id=row.id),
        Line(Account.SALES_TAX, tax, row.patient_id, payment_id=row.id),
    ]


def add_lines(work: Work, row: Payment, lines: list[SaleLine]) -> None:
    """Store the lines of a sale (or, with negative units, of its return) and move the stock."""
    for line in lines:
        line.payment_id = row.id
        kind = "sold" if line.units > 0 else "returned"
        work.session.add(line)
        work.session.add(
            StockMove(
                item_id=line.item_id, kind=kind, units=-line.units, payment_id=row.id, reason=row.reason, at=work.now,
                staff_id=work.actor.id,
            )
        )  # fmt: skip
    work.session.flush()
    if lines:
        words = ", ".join(f"{-line.units:+d} {line.label}" for line in lines)
        work.announce(StockChanged(patient_id=row.patient_id), f"moved stock with receipt {row.receipt_no}: {words}")


def take_lines_back(work: Work, paid: Payment, row: Payment) -> None:
    """Take back with `row`, the void, every line of the sale or return `paid`; nothing for other payments."""
    lines = work.session.scalars(select(SaleLine).where(SaleLine.payment_id == paid.id).order_by(SaleLine.id)).all()
    opposite = [
        SaleLine(
            item_id=line.item_id, label=line.label, units=-line.units, unit_cents=line.unit_cents,
            tax_cents=-line.tax_cents, amount_cents=-line.amount_cents,
        )
        for line in lines
    ]  # fmt: skip
    add_lines(work, row, opposite)
