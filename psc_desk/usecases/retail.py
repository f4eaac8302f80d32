"""Things sold over the counter: items, their stock, sales and returns (front-desk.md M7).

A sale is a payment of kind SALE; it needs no patient. Its entry books the money against sales and sales tax payable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from psc_desk.errors import InputError, OverridableError, RefusedError
from psc_desk.events import PaymentPosted, PaymentReversed, StockChanged
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.models.retail import MOST_UNITS, RetailItem, SaleLine, StockMove
from psc_desk.models.staff import Right
from psc_desk.models.till import TillSession
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.privacy import check_no_card_number
from psc_desk.queries.money import refundable
from psc_desk.queries.retail import ItemRow, SaleLineRow, SaleSums, items, sale_lines, stock, sums
from psc_desk.settings import SALES_TAX
from psc_desk.usecases.ledger import post, session_for_money
from psc_desk.usecases.payment_rows import PaymentDone, done_before, finish, new_payment, second_person, store
from psc_desk.usecases.payments import spring_for
from psc_desk.usecases.retail_rows import add_lines, sold_lines
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.tenders import (
    TenderInput,
    check_cash_in_drawer,
    checked,
    money_lines,
    path_back,
    tenders_of,
)
from psc_desk.work import Work

_LONGEST = 80
_MOST_IN_STOCK = 1_000_000


@dataclass(frozen=True)
class ItemInput:
    """An item as typed. `sku` is its bar code or the clinic's own number; below `par` it should be ordered."""

    sku: str
    name: str
    price_cents: Cents
    name_es: str = ""
    taxable: bool = True
    par: int = 0
    active: bool = True


@dataclass(frozen=True)
class SaleInput:
    """A sale. `units` by item id; what is paid must come to the total with tax. `patient_id` None: no patient."""

    key: str
    till_id: int
    units: Mapping[int, int]
    tenders: tuple[TenderInput, ...]
    patient_id: int | None = None
    print_receipt: bool = True

    @property
    def visit_id(self) -> None:
        """A sale belongs to no visit."""
        return


@dataclass(frozen=True)
class PricedSale:
    """A sale with the prices and the tax rate that were shown; they hold although an item is changed meanwhile."""

    sale: SaleInput
    basket: tuple[tuple[ItemRow, int], ...]
    tax_rate: int

    @property
    def sums(self) -> SaleSums:
        """What it comes to."""
        return sums(self.basket, self.tax_rate)

    def stored(self) -> dict[str, Any]:
        """Return it as JSON for a card payment; `priced_of` reads it back."""
        kept = asdict(self)
        del kept["sale"]["units"]
        return {"kind": PaymentKind.SALE.value, **kept}


def priced_of(stored: Mapping[str, Any]) -> PricedSale:
    """Return the sale that `PricedSale.stored` gave."""
    basket = tuple((ItemRow(**item), units) for item, units in stored["basket"])
    units = {item.id: count for item, count in basket}
    sale = SaleInput(**{**stored["sale"], "units": units, "tenders": tenders_of(stored["sale"]["tenders"])})
    return PricedSale(sale, basket, stored["tax_rate"])


def add_item(work: Work, typed: ItemInput) -> int:
    """Add something for sale; return its id."""
    work.require(Right.SETTINGS)
    kept = _checked(work, typed, None)
    row = RetailItem(
        sku=kept.sku, name=kept.name, name_es=kept.name_es, price_cents=kept.price_cents, taxable=kept.taxable,
        par=kept.par, active=kept.active,
    )  # fmt: skip
    work.session.add(row)
    work.announce(StockChanged(), f"added the item {row.name}, {format_money(row.price_cents)}")
    return row.id


def change_item(work: Work, item_id: int, typed: ItemInput, seen_version: int) -> None:
    """Change an item; ConflictError when someone else saved meanwhile. Sales made keep their price."""
    work.require(Right.SETTINGS)
    row = work.get(RetailItem, item_id, "item")
    row.check_version(seen_version)
    kept = _checked(work, typed, item_id)
    before = {"price_cents": row.price_cents, "active": row.active}
    row.sku, row.name, row.name_es, row.price_cents = kept.sku, kept.name, kept.name_es, kept.price_cents
    row.taxable, row.par, row.active = kept.taxable, kept.par, kept.active
    after = {"price_cents": row.price_cents, "active": row.active}
    work.announce(StockChanged(), f"changed the item {row.name}", before=before, after=after)


def receive_stock(work: Work, item_id: int, units: int, *, reason: str = "") -> int:
    """Take units into stock; return what is there now."""
    return _move(work, item_id, "received", units, reason)


def use_stock(work: Work, item_id: int, units: int, *, reason: str) -> int:
    """Take units out that the clinic used itself, gave away or threw away; return what is there now."""
    if not reason.strip():
        raise InputError("Say what became of them: used, given away, damaged, expired.", "reason")
    return _move(work, item_id, "used", -units, reason)


def count_stock(work: Work, item_id: int, counted: int, *, reason: str = "") -> int:
    """Say how many units lie there; the difference is posted, with a reason. Return the difference."""
    work.require(Right.TAKE_MONEY)
    item = work.get(RetailItem, item_id, "item")
    if not 0 <= counted <= _MOST_IN_STOCK:
        raise InputError("Type how many units lie there, 0 or more.", "units")
    off = counted - stock(work, item_id)
    if not off:
        work.announce(StockChanged(), f"counted {item.name}: {counted}, as expected")
        return 0
    if not reason.strip():
        raise InputError(
            f"The count is {abs(off)} {'above' if off > 0 else 'below'} what the moves say. Say why, or count again.",
            "reason",
        )
    _move(work, item_id, "counted", off, reason)
    return off


def sell(work: Work, sale: SaleInput) -> PaymentDone:
    """Sell items: journal, receipt, stock and drawer in one transaction.

    Raises OverridableError when more is sold than the count says is there: counts are never right, so a person may go
    on with `sell_anyway`.
    """
    work.require(Right.TAKE_MONEY)
    done = done_before(work, sale.key)
    if done is not None:
        return done
    return post_sale(work, price_sale(work, sale))


def sell_anyway(work: Work, sale: SaleInput) -> PaymentDone:
    """Sell items whatever the count says is left."""
    work.require(Right.TAKE_MONEY)
    done = done_before(work, sale.key)
    if done is not None:
        return done
    return post_sale(work, price_sale(work, sale, anyway=True))


def price_sale(work: Work, sale: SaleInput, *, anyway: bool = False) -> PricedSale:
    """Return the sale at today's prices; OverridableError when too few are left, unless it is sold `anyway`."""
    basket = _basket(work, sale)
    short = [f"{row.units if row.units > 0 else 'none'} of {row.name}" for row, units in basket if row.units < units]
    if short and not anyway:
        raise OverridableError(f"By the count there is only {', '.join(short)} left. Sell it anyway?")
    return PricedSale(sale, basket, work.setting(SALES_TAX))


def check_sale(work: Work, priced: PricedSale) -> TillSession:
    """Return the open drawer session that takes this sale, or refuse it; how it is paid is checked by `checked`."""
    sale = priced.sale
    session = session_for_money(work, sale.till_id)
    if sale.patient_id is not None:
        work.get(Patient, sale.patient_id, "patient")
    _check_paid(priced.sums, sale.tenders)
    return session


def post_sale(work: Work, priced: PricedSale) -> PaymentDone:
    """Post a sale at the prices it has; not yet posted under its key."""
    sale, found = priced.sale, priced.sums
    tenders = tuple(checked(tender) for tender in sale.tenders)
    session = check_sale(work, priced)
    row = new_payment(work, session, sale, PaymentKind.SALE, found.total_cents)
    lines = money_lines(row, tenders) + sold_lines(row, -found.net_cents, -found.tax_cents)
    row.entry_id = post(work, "payment", lines, key=sale.key, session_id=session.id)
    store(work, row, tenders)
    add_lines(work, row, _lines(priced.basket, found))
    done = finish(work, row, PaymentPosted, "sold items for", print_receipt=sale.print_receipt)
    spring_for(work, session, "payment", row)
    return done


def return_items(
    work: Work, payment_id: int, units: Mapping[int, int], *, key: str, reason: str, approval: Approval | None = None
) -> PaymentDone:
    """Take items of a sale back into stock and give back what they cost with their tax, the way it was paid.

    `units` by item id, of what did not come back yet.
    """
    work.require(Right.REFUND)
    done = done_before(work, key)
    if done is not None:
        return done
    paid = work.get(Payment, payment_id, "receipt")
    session = session_for_money(work, paid.till_id)
    lines = _coming_back(work, paid, units, reason)
    net, tax = -sum(line.amount_cents for line in lines), -sum(line.tax_cents for line in lines)
    left = refundable(work, paid)
    if net + tax > left:
        raise RefusedError(
            f"A check for this sale came back, so only {format_money(left)} of it is paid. Give back items of that "
            "worth at most; take the others into the stock as received."
        )
    second = second_person(work, net + tax, approval, "A return")
    row = new_payment(work, session, paid, PaymentKind.REFUND, -net - tax)
    row.of_payment_id, row.reason = paid.id, reason.strip()
    tenders = path_back(work, paid, net + tax)
    check_cash_in_drawer(work, paid.till_id, tenders)
    row.entry_id = post(
        work, "refund", [*money_lines(row, tenders), *sold_lines(row, net, tax)], key=key, session_id=session.id,
        reason=row.reason, approved_by=second,
    )  # fmt: skip
    store(work, row, tenders)
    add_lines(work, row, lines)
    done = finish(work, row, PaymentReversed, f"took items of receipt {paid.receipt_no} back for")
    spring_for(work, session, "refund", row)
    return done


def _basket(work: Work, sale: SaleInput) -> tuple[tuple[ItemRow, int], ...]:
    if not sale.units:
        raise InputError("Scan an item or type its name first.", "scan")
    known = {row.id: row for row in items(work)}
    basket = []
    for item_id, units in sale.units.items():
        if item_id not in known:
            raise RefusedError("One of the items is no longer sold. Take it off the sale.")
        if not 1 <= units <= MOST_UNITS:
            raise InputError(f"Of an item, 1 to {MOST_UNITS} units can be sold at once. Correct the number.", "units")
        basket.append((known[item_id], units))
    return tuple(basket)


def _lines(basket: tuple[tuple[ItemRow, int], ...], found: SaleSums) -> list[SaleLine]:
    return [
        SaleLine(
            item_id=item.id, label=item.name, units=units, unit_cents=item.price_cents, tax_cents=tax,
            amount_cents=item.price_cents * units,
        )
        for (item, units), tax in zip(basket, found.taxes, strict=True)
    ]  # fmt: skip


def _check_paid(found: SaleSums, tenders: tuple[TenderInput, ...]) -> None:
    if not 0 < found.total_cents <= LIMIT:
        raise RefusedError("The sale comes to nothing. What is given away is taken out of the stock as used.")
    paid = sum(tender.cents for tender in tenders)
    if paid != found.total_cents:
        raise InputError(
            f"The sale comes to {format_money(found.total_cents)}, what is paid to {format_money(paid)}. "
            "Correct the ways to pay, or open the sale again if a price was changed.", "tender_amount",
        )  # fmt: skip


def _coming_back(work: Work, paid: Payment, units: Mapping[int, int], reason: str) -> list[SaleLine]:
    if paid.kind is not PaymentKind.SALE:
        raise RefusedError("Only a sale has items that can come back. Choose the receipt of the sale.")
    if not reason.strip():
        raise InputError("Say why the items come back.", "reason")
    wanted = {item_id: count for item_id, count in units.items() if count}
    known = {line.item_id: line for line in sale_lines(work, paid.id)}
    if not wanted:
        raise InputError("Say how many of which item come back.", "units")
    lines = [_back(paid, known.get(item_id), count) for item_id, count in wanted.items()]
    if not sum(line.amount_cents for line in lines):
        raise RefusedError("These items cost nothing. Take them into the stock as received.")
    return lines


def _back(paid: Payment, line: SaleLineRow | None, count: int) -> SaleLine:
    if line is None:
        raise RefusedError(f"Receipt {paid.receipt_no} has no such item. Look at its lines again.")
    if not 0 < count <= line.left:
        raise InputError(f"Of {line.label}, {line.left} can still come back. Correct the number.", "units")
    return SaleLine(
        item_id=line.item_id, label=line.label, units=-count, unit_cents=line.unit_cents,
        tax_cents=-line.tax_back(count), amount_cents=-count * line.unit_cents,
    )  # fmt: skip


def _move(work: Work, item_id: int, kind: str, units: int, reason: str) -> int:
    work.require(Right.TAKE_MONEY)
    item = work.get(RetailItem, item_id, "item")
    if not 0 < abs(units) <= _MOST_IN_STOCK or (kind == "received" and units < 0) or (kind == "used" and units > 0):
        raise InputError("Type how many units: a whole number above 0.", "units")
    tidy = " ".join(reason.split())[:200]
    check_no_card_number(tidy, "reason")
    work.session.add(
        StockMove(item_id=item_id, kind=kind, units=units, reason=tidy, at=work.now, staff_id=work.actor.id)
    )
    left = stock(work, item_id)
    words = {"received": "received", "used": "took out", "counted": "corrected by count"}[kind]
    work.announce(
        StockChanged(), f"{words} {units:+d} {item.name}, now {left}", reason=tidy,
        after={"item_id": item_id, "units": units, "left": left},
    )  # fmt: skip
    return left


def _checked(work: Work, typed: ItemInput, item_id: int | None) -> ItemInput:
    sku, name = typed.sku.strip(), " ".join(typed.name.split())
    if not sku or len(sku) > 40 or not sku.isprintable():
        raise InputError("Scan the bar code, or type a number of your own (up to 40 letters and digits).", "sku")
    if not name or len(name) > _LONGEST:
        raise InputError("Type the item's name as it stands on the receipt, up to 80 letters.", "name")
    if len(typed.name_es) > _LONGEST:
        raise InputError("The Spanish name has up to 80 letters. Shorten it.", "name_es")
    if not 0 <= typed.price_cents <= LIMIT // MOST_UNITS:
        raise InputError("That price cannot be. Check the digits.", "price_cents")
    if not 0 <= typed.par <= _MOST_IN_STOCK:
        raise InputError("Type below how many units it is ordered, 0 for never.", "par")
    other = work.session.scalar(select(RetailItem).where(RetailItem.sku == sku))
    if other is not None and other.id != item_id:
        raise InputError(f"{other.name} has this code already. Scan the other one, or change that item.", "sku")
    return ItemInput(
        sku, name, typed.price_cents, " ".join(typed.name_es.split()), typed.taxable, typed.par, typed.active
    )
