"""Retail items: add and change one, move its stock, and see every move."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QSpinBox, QWidget

from psc_desk.dates import format_moment
from psc_desk.errors import InputError
from psc_desk.queries.retail import ItemRow, MoveRow, moves
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.retail import ItemInput, add_item, change_item, count_stock, receive_stock, use_stock

_MOST = 100_000
RECEIVE, USE, COUNT = "receive", "use", "count"
_USECASES: dict[str, Callable[..., int]] = {RECEIVE: receive_stock, USE: use_stock, COUNT: count_stock}


def open_item(context: Context, parent: QWidget, row: ItemRow | None = None) -> None:
    """Add an item, or change one."""
    ItemDialog(context, parent, row).open()


def open_stock(context: Context, parent: QWidget, row: ItemRow, what: str = RECEIVE) -> None:
    """Receive, use or count the stock of an item."""
    StockDialog(context, parent, row, what).open()


def open_moves(context: Context, parent: QWidget, row: ItemRow) -> None:
    """Show every move of an item's stock."""

    def show(rows: list[MoveRow]) -> None:
        MovesDialog(parent, row, rows).open()

    context.ask(parent, moves, row.id, then=show)


class ItemDialog(PostingDialog[object]):
    """Code, names, price, tax, and below how many units it is ordered."""

    def __init__(self, context: Context, parent: QWidget | None, row: ItemRow | None) -> None:
        super().__init__(context, parent, "Item", verb="Save item")
        self.setWindowTitle("PSC Desk - " + (row.name if row else self.tr("Add an item")))
        self.row = row
        form = self.form
        self.sku = form.text(self.tr("&Bar code or number"), "sku", row.sku if row else "")
        self.name = form.text(self.tr("&Name"), "name", row.name if row else "")
        self.name_es = form.text(self.tr("Name in &Spanish"), "name_es", row.name_es if row else "")
        self.price = form.add(self.tr("&Price"), MoneyEdit("price_cents", self.tr("Price")), "price_cents")
        self.price.set_cents(row.price_cents if row else None)
        self.par = form.add(self.tr("&Order when below"), QSpinBox(), "par")
        self.par.setRange(0, _MOST)
        self.par.setValue(row.par if row else 0)
        self.taxable, self.active = QCheckBox(self.tr("Sales &tax is due on it")), QCheckBox(self.tr("It is so&ld"))
        for box, name, on in (
            (self.taxable, "taxable", row is None or row.taxable), (self.active, "active", row is None or row.active),
        ):  # fmt: skip
            box.setObjectName(name)
            box.setChecked(on)
            form.wide(box)
        self.setMinimumWidth(theme.px(460))

    def submit(self) -> None:
        """Save."""
        typed = ItemInput(
            self.sku.text(), self.name.text(), self.price.cents(), self.name_es.text(), self.taxable.isChecked(),
            self.par.value(), self.active.isChecked(),
        )  # fmt: skip
        if self.row is None:
            self.post(add_item, typed, then=self._saved)
        else:
            self.post(change_item, self.row.id, typed, self.row.version, then=self._saved)

    def _saved(self, result: object) -> None:
        self.context.report.done(self.tr("the item {0} was saved").format(self.name.text().strip()))
        self.finish(result)


class StockDialog(PostingDialog[int]):
    """One number and, where it is not plain, why."""

    def __init__(self, context: Context, parent: QWidget | None, row: ItemRow, what: str) -> None:
        super().__init__(context, parent, "Stock", verb="Save")
        self.setWindowTitle("PSC Desk - " + self.tr("Stock of {0}").format(row.name))
        self.row = row
        self.form.wide(theme.label(row.name, "heading", bold=True))
        self.form.wide(theme.label(self.tr("The moves say {0} are there.").format(row.units), look="secondary"))
        choices: list[tuple[str, object]] = [
            (self.tr("Received"), RECEIVE), (self.tr("Used, given away or thrown away"), USE),
            (self.tr("Counted"), COUNT),
        ]  # fmt: skip
        self.what = self.form.choice(self.tr("&What"), "what", choices, what)
        self.units = self.form.add(self.tr("&Units"), QSpinBox(), "units")
        self.units.setRange(0, _MOST)
        self.reason = self.form.text(self.tr("W&hy, or from whom"), "reason")
        self.setMinimumWidth(theme.px(460))

    def submit(self) -> None:
        """Post the move."""
        units, reason = self.units.value(), self.reason.text()
        usecase = _USECASES[str(self.what.currentData())]
        if not units and usecase is not count_stock:
            raise InputError(self.tr("Type how many units: a whole number above 0."), "units")
        self.post(usecase, self.row.id, units, reason=reason, then=self._saved)

    def _saved(self, result: int) -> None:
        if self.what.currentData() == COUNT:
            words = self.tr("{0} counted: {1}, {2:+d} against the moves") if result else self.tr("{0} counted: {1}")
            self.context.report.done(words.format(self.row.name, self.units.value(), result))
        else:
            self.context.report.done(self.tr("{0}: {1} in stock now").format(self.row.name, result))
        self.finish(result)


class MovesDialog(DeskDialog[bool]):
    """Newest first."""

    def __init__(self, parent: QWidget | None, row: ItemRow, rows: Sequence[MoveRow]) -> None:
        super().__init__(parent, "Stock moves", verb="Done")
        self.setWindowTitle("PSC Desk - " + self.tr("Stock moves of {0}").format(row.name))
        columns: list[Column[MoveRow]] = [
            Column(self.tr("When"), lambda one: format_moment(one.at), sort=lambda one: one.id, width=160),
            Column(self.tr("What"), lambda one: one.word, bold=True, width=100),
            Column(self.tr("Units"), lambda one: f"{one.units:+d}", RIGHT, lambda one: one.units, width=70),
            Column(self.tr("Then"), lambda one: str(one.left), RIGHT, lambda one: one.left, width=70),
            Column(self.tr("Receipt"), lambda one: str(one.receipt_no or ""), RIGHT, width=80),
            Column(self.tr("Why"), lambda one: one.reason, width=-1),
            Column(self.tr("Who"), lambda one: one.staff, width=140),
        ]
        self.form.wide(theme.label(self.tr("{0} · {1} in stock").format(row.name, row.units), "heading", bold=True))
        self.table: RowsTable[MoveRow] = RowsTable(
            RowsModel(columns, rows, key=lambda one: one.id), "moves", self.tr("Stock moves")
        )
        self.body.addWidget(self.table, 1)
        self.cancel.hide()
        self.finished.connect(self.deleteLater)
        self.resize(theme.px(820), theme.px(480))

    def value(self) -> bool:
        """Return yes."""
        return True
