"""Retail: what is sold over the counter and what is in stock, items to order first."""

from __future__ import annotations

from psc_desk.money import format_money
from psc_desk.queries.retail import ItemRow, all_items
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.sale import open_sale
from psc_desk.ui.dialogs.stock import COUNT, RECEIVE, open_item, open_moves, open_stock
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class RetailSection(ListTab[ItemRow]):
    """Items with price and stock."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Item"), lambda row: row.name, bold=True, width=220),
                Column(self.tr("State"), _state, status=_status, width=100),
                Column(self.tr("In stock"), lambda row: str(row.units), RIGHT, lambda row: row.units, width=80),
                Column(self.tr("Order below"), lambda row: str(row.par) if row.par else "", RIGHT, lambda row: row.par,
                       width=100),
                Column(self.tr("Price"), lambda row: format_money(row.price_cents), RIGHT, lambda row: row.price_cents,
                       width=84),
                Column(self.tr("Tax"), lambda row: self.tr("yes") if row.taxable else self.tr("no"), width=56),
                Column(self.tr("Code"), lambda row: row.sku, width=-1),
            ],
            lambda row: row.id,
            name="retail_items",
            words=self.tr("Retail items"),
            ask=all_items,
            empty=self.tr("Nothing is for sale yet. Add what the clinic sells over the counter."),
            actions=[
                RowAction("item_moves", self.tr("Stock moves"), self._moves),
                RowAction("receive_stock", self.tr("Receive or use ..."), self._receive),
                RowAction("count_stock", self.tr("Count ..."), self._count),
                RowAction("change_item", self.tr("Change ..."), self._change),
            ],
        )  # fmt: skip
        self.add_button("sell_items", self.tr("Sell ..."), self.sell, look="primary")
        self.add_button("add_item", self.tr("Add an item ..."), self.add)

    def sell(self) -> None:
        """Open the sale form."""
        open_sale(self.context, self)

    def add(self) -> None:
        """Open the form for a new item."""
        open_item(self.context, self)

    def _moves(self, row: ItemRow) -> None:
        open_moves(self.context, self, row)

    def _receive(self, row: ItemRow) -> None:
        open_stock(self.context, self, row, RECEIVE)

    def _count(self, row: ItemRow) -> None:
        open_stock(self.context, self, row, COUNT)

    def _change(self, row: ItemRow) -> None:
        open_item(self.context, self, row)


def _state(row: ItemRow) -> str:
    if not row.active:
        return "■ not sold"
    return "▲ order" if row.low else ""


def _status(row: ItemRow) -> str:
    return "done" if not row.active else "late" if row.low else ""
