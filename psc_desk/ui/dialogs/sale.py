"""Sell items over the counter: scan or type, see the total with tax, take the money; take items back later."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSpinBox, QWidget

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.errors import InputError, OverridableError, RefusedError
from psc_desk.models.retail import MOST_UNITS, rate_words
from psc_desk.money import Cents, format_money
from psc_desk.queries.retail import (
    ItemRow,
    ReturnForm,
    SaleForm,
    SaleLineRow,
    SaleSums,
    matching,
    return_form,
    sale_form,
    sums,
)
from psc_desk.queries.search import HitRow, find_patients
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Confirm
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField, WayBackNote
from psc_desk.ui.dialogs.taking import TakingDialog
from psc_desk.ui.dialogs.tenders import Tenders
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import TypedEdit
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.payments import PaymentDone
from psc_desk.usecases.retail import SaleInput, return_items, sell, sell_anyway

_TIMES = re.compile(r"\s*(\d{1,3})\s*[*x×]\s*(.+)", re.IGNORECASE)
_FOUND = 6


@dataclass(frozen=True)
class BasketLine:
    """An item on the sale."""

    item: ItemRow
    units: int

    @property
    def cents(self) -> Cents:
        """What it comes to without tax."""
        return self.item.price_cents * self.units


def open_sale(context: Context, parent: QWidget) -> None:
    """Open the sale form over `parent`."""

    def show(form: SaleForm) -> None:
        if form.till.status != "open":
            context.report(RefusedError(f"{form.till.name} is not open. Open it with F8 and count the float first."))
        elif not form.items:
            context.report(RefusedError("Nothing is for sale yet. Add an item under Money, Retail."))
        else:
            SaleDialog(context, parent, form).open()

    context.ask(parent, sale_form, then=show)


def open_return(context: Context, parent: QWidget, payment_id: int) -> None:
    """Ask which items of a sale come back, and why."""

    def show(form: ReturnForm) -> None:
        ReturnDialog(context, parent, form).open()

    context.ask(parent, return_form, payment_id, then=show)


class ScanEdit(TypedEdit):
    """Enter with something typed is for this field; without, it is for the dialog."""

    scanned = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give what was typed or scanned."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            self.scanned.emit(self.text())
            event.accept()
            return
        super().keyPressEvent(event)


class FoundTable(RowsTable[ItemRow]):
    """Enter chooses an item and goes no further: the dialog would take it for "sell"."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter here."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class BasketTable(RowsTable[BasketLine]):
    """+ and - change the units, Delete takes the item off."""

    units_wanted = Signal(object, int)
    """the line, and its units"""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the line under the cursor."""
        line = self.current_row() if self.rows.rowCount() else None
        if line is not None and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Delete):
            step = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1}.get(Qt.Key(event.key()), -line.units)
            self.units_wanted.emit(line, line.units + step)
            return
        super().keyPressEvent(event)


class SaleDialog(TakingDialog):
    """Enter in the scan field adds; Enter in the empty field, or anywhere else, sells."""

    def __init__(self, context: Context, parent: QWidget | None, facts: SaleForm) -> None:
        super().__init__(context, parent, "Sell items", verb="Sell", ways=Tenders())
        self.setWindowTitle("PSC Desk - " + self.tr("Sell items"))
        self.facts = facts
        self.basket: dict[int, BasketLine] = {}
        self.scan = ScanEdit("scan", self.tr("Bar code or name"))
        self.found = FoundTable(RowsModel(_item_columns(self.tr)), "found", self.tr("Items found"))
        self.table = BasketTable(RowsModel(self._columns(), key=_line_key), "basket", self.tr("Items on this sale"))
        self.patient, self.hits = ScanEdit("patient_search", self.tr("Patient, if the customer is one")), Form()
        self.customer = QComboBox()
        self.totals, self.total = theme.label(look="secondary"), theme.label("", "big", bold=True)
        self.receipt = QCheckBox(self.tr("Print a &receipt"))
        self._build_form()
        self._build_entry()
        self._connect()
        self._show_basket()
        self.setMinimumWidth(theme.px(700))
        self.scan.setFocus(Qt.FocusReason.TabFocusReason)

    def add(self, item: ItemRow, units: int = 1) -> None:
        """Put an item on the sale, or more of it."""
        before = self.basket[item.id].units if item.id in self.basket else 0
        self.set_units(item, before + units)
        self.table.select_key(item.id)
        self.scan.clear()
        self._choose_from([])
        self.scan.setFocus(Qt.FocusReason.TabFocusReason)

    def set_units(self, item: ItemRow, units: int) -> None:
        """Sell so many of an item; none takes it off."""
        if units <= 0:
            self.basket.pop(item.id, None)
        else:
            self.basket[item.id] = BasketLine(item, min(units, MOST_UNITS))
        self._show_basket()

    def sums(self) -> SaleSums:
        """Return what the sale comes to."""
        return sums([(line.item, line.units) for line in self.basket.values()], self.facts.tax_rate)

    def submit(self) -> None:
        """Sell; afterwards close."""
        if self.answer is not None:
            self.accept()
            return
        if not self.basket:
            raise InputError(self.tr("Scan an item or type its name first."), "scan")
        self._send()

    def words(self, done: PaymentDone) -> str:
        """Return what is said of a sale."""
        items = counted(sum(line.units for line in self.basket.values()), self.tr("item"))
        return self.tr("receipt {0}, {1} for {2}").format(done.receipt_no, format_money(done.amount_cents), items)

    def _send(self, *, anyway: bool = False) -> None:
        self.take(sell_anyway if anyway else sell, self._sale(), anyway=anyway)

    def _sale(self) -> SaleInput:
        units = {item_id: line.units for item_id, line in self.basket.items()}
        return SaleInput(
            self.key, self.facts.till.till_id, units, self.tenders.tenders(), self.customer.currentData(),
            self.receipt.isChecked(),
        )  # fmt: skip

    def _failed(self, again: Callable[..., None], error: Exception) -> None:
        if isinstance(error, OverridableError):
            self.primary.setEnabled(True)
            if Confirm.ask(self, self.tr("Stock"), str(error), verb=self.tr("Sell it anyway")):
                self._send(anyway=True)
            return
        super()._failed(again, error)

    def _scanned(self, typed: str) -> None:
        times = _TIMES.fullmatch(typed)
        exact = matching(self.facts.items, typed)
        units, wanted = (int(times[1]), times[2]) if times and not exact else (1, typed)
        rows = exact or matching(self.facts.items, wanted)
        # digits that are no whole code may be half of what was scanned: they find it, and a person says yes
        if len(rows) == 1 and not (wanted.strip().isdigit() and rows[0].sku != wanted.strip()):
            self.add(rows[0], max(1, units))
            return
        if not rows:
            self._choose_from([])
            self.scan.selectAll()
            self.show_error(InputError(self.tr("No item has this code or name. Type another part of it."), "scan"))
            return
        self.error_line.hide()
        self._choose_from(rows)
        self.found.setCurrentIndex(self.found.rows.index(0, 0))
        self.found.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_from(self, rows: list[ItemRow]) -> None:
        """Show what was found in place of the sale until one is chosen."""
        self.found.rows.set_rows(rows)
        self.found.setVisible(bool(rows))
        self.table.setVisible(not rows)

    def _look_for(self, typed: str) -> None:
        self.context.ask(self, find_patients, typed, _FOUND, then=self._people)

    def _people(self, rows: list[HitRow]) -> None:
        self.customer.clear()
        for row in rows:
            self.customer.addItem(f"{row.name} · {format_date(row.birth_date)} · #{row.record_no}", row.patient_id)
        self.customer.addItem(self.tr("No patient"), None)
        self.customer.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_basket(self) -> None:
        self.error_line.hide()
        self.table.rows.set_rows(list(self.basket.values()))
        found = self.sums()
        words = self.tr("Items {0} · sales tax ({1}) {2}").format(
            format_money(found.net_cents), rate_words(self.facts.tax_rate), format_money(found.tax_cents)
        )
        self.totals.setText(words)
        self.total.setText(format_money(found.total_cents))
        self.tenders.set_total(found.total_cents)
        verb = self.tr("Sell for {0}").format(format_money(found.total_cents)) if self.basket else self.tr("Sell")
        self.primary.setText(verb)
        self.primary.setAccessibleName(verb)

    def _connect(self) -> None:
        self.scan.scanned.connect(self._scanned)
        self.patient.scanned.connect(self._look_for)
        self.found.row_opened.connect(self.add)
        self.table.units_wanted.connect(lambda line, units: self.set_units(line.item, units))

    def _columns(self) -> list[Column[BasketLine]]:
        return [
            Column(self.tr("Item"), lambda line: line.item.name, bold=True, width=-1),
            Column(self.tr("Units"), lambda line: str(line.units), RIGHT, width=70),
            Column(self.tr("Price"), lambda line: format_money(line.item.price_cents), RIGHT, width=90),
            Column(self.tr("Tax"), lambda line: self.tr("yes") if line.item.taxable else "", width=56),
            Column(self.tr("Amount"), lambda line: format_money(line.cents), RIGHT, width=100),
        ]

    def _build_form(self) -> None:
        self.scan.setPlaceholderText(self.tr("Scan, or type part of the name; 3*code sells three"))
        self.form.add(self.tr("&Item"), self.scan, "scan")
        self.patient.setPlaceholderText(self.tr("Name or birth date"))
        self.found.hide()

    def _build_entry(self) -> None:
        for rows in (self.found, self.table):
            rows.setMinimumHeight(theme.px(38 + 32 * 3))
        for name, look in ((self.totals, "totals"), (self.total, "total")):
            name.setObjectName(look)
        self.receipt.setObjectName("print_receipt")
        self.receipt.setChecked(True)
        self.column.addWidget(self.found, 1)
        self.column.addWidget(self.table, 1)
        self.column.addLayout(self._build_sums())
        self.column.addWidget(self.tenders)
        self.column.addLayout(self._build_customer())

    def _build_customer(self) -> QHBoxLayout:
        across = QHBoxLayout()
        self.customer.setObjectName("customer")
        self.customer.setAccessibleName(self.tr("Sold to"))
        self.customer.addItem(self.tr("No patient"), None)
        self.hits.add(self.tr("C&ustomer"), self.patient, "patient_search")
        across.addWidget(self.hits, 3)
        across.addWidget(self.customer, 2)
        across.addWidget(self.receipt)
        return across

    def _build_sums(self) -> QHBoxLayout:
        across = QHBoxLayout()
        words = self.tr("+ and - change the units, Delete takes one off")
        across.addWidget(theme.label(words, "small", look="secondary"))
        across.addStretch()
        across.addWidget(self.totals)
        across.addWidget(self.total)
        return across


class ReturnDialog(PostingDialog[PaymentDone]):
    """Says of each item how many come back; the money goes back the way it came."""

    def __init__(self, context: Context, parent: QWidget | None, facts: ReturnForm) -> None:
        super().__init__(context, parent, "Return items", verb="Take back", who=facts.receipt.who, look="danger")
        self.setWindowTitle("PSC Desk - " + self.tr("Return items"))
        self.facts = facts
        paid = facts.receipt.payment
        words = self.tr("Sale of receipt {0}: {1}, {2}")
        sold = words.format(paid.receipt_no, format_money(paid.amount_cents), paid.tender)
        self.form.wide(theme.label(sold, bold=True))
        self.units: dict[int, QSpinBox] = {}
        for line in facts.lines:
            self._add(line)
        self.way_back = WayBackNote(self.form, facts.receipt)
        self._show_way()
        self.reason = ReasonField(self.form, facts.reasons, self.tr("&Reason"), self.tr("In your &words"))
        self.setMinimumWidth(theme.px(480))

    def submit(self) -> None:
        """Post it."""
        reason = self.reason.sentence(self.tr("Say in a few words why the items come back."))
        units = {item_id: box.value() for item_id, box in self.units.items()}
        self.post(
            return_items, self.facts.receipt.payment.payment_id, units, key=self.key, reason=reason, then=self._done
        )

    def _show_way(self, *_units: int) -> None:
        worth = sum(line.worth(self.units[line.item_id].value()) for line in self.facts.lines)
        self.way_back.show_refund(min(worth, self.facts.receipt.payment.refundable_cents))

    def _done(self, done: PaymentDone) -> None:
        words = self.tr("items of receipt {0} taken back with receipt {1}, {2} given back")
        paid = self.facts.receipt.payment
        self.context.report.done(words.format(paid.receipt_no, done.receipt_no, format_money(-done.amount_cents)))
        self.finish(done)

    def _add(self, line: SaleLineRow) -> None:
        box = QSpinBox()
        box.setRange(0, line.left)
        box.setEnabled(line.left > 0)
        box.setSuffix(self.tr(" of {0}").format(line.left))
        words = f"{line.label}, {format_money(line.unit_cents)}"
        box.valueChanged.connect(self._show_way)
        self.units[line.item_id] = self.form.add(words, box, f"units_{line.item_id}")


def _line_key(line: BasketLine) -> int:
    return line.item.id


def _item_columns(tr: Callable[[str], str]) -> list[Column[Any]]:
    return [
        Column(tr("Item"), lambda row: row.name, bold=True, width=-1),
        Column(tr("Code"), lambda row: row.sku, width=140),
        Column(tr("In stock"), lambda row: str(row.units), RIGHT, width=80),
        Column(tr("Price"), lambda row: format_money(row.price_cents), RIGHT, width=90),
    ]
