"""The lines of an estimate: code, words, diagnosis, units and what is expected, to type or to take from the fees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from psc_desk.errors import InputError
from psc_desk.money import Cents, format_money
from psc_desk.queries.clinic import FeeRow
from psc_desk.queries.estimates import EstimateLineRow
from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import MoneyEdit, TypedEdit
from psc_desk.usecases.estimates import EstimateLineInput

_MOST_UNITS = 999


@dataclass
class _Line:
    """The fields of one line; `unit_cents` follows the units until the amount is typed."""

    code: QLineEdit
    label: QLineEdit
    diagnoses: QLineEdit
    units: QSpinBox
    amount: MoneyEdit
    remove: QPushButton
    unit_cents: Cents | None

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """The fields from left to right."""
        return self.code, self.label, self.diagnoses, self.units, self.amount, self.remove


class EstimateLines(QWidget):
    """`inputs()` gives what was typed, raising InputError that names the field; `total()` what it comes to."""

    changed = Signal()

    def __init__(self, fees: Sequence[FeeRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fees = tuple(fees)
        self._lines: list[_Line] = []
        self._made = 0
        self.grid = QGridLayout()
        self.fees = QComboBox()
        self.add_button = button("add_line", self.tr("&Add a line"), self.add_line)
        self._build()

    def show_lines(self, rows: Sequence[EstimateLineRow]) -> None:
        """Show these lines; without any, an empty one."""
        for row in rows:
            self.add_line(row)
        if not rows:
            self.add_line()

    def add_line(self, row: EstimateLineRow | None = None) -> None:
        """Add a line, empty or filled."""
        self._made += 1
        line = self._line(self._made)
        if row is not None:
            line.code.setText(row.code)
            line.label.setText(row.label)
            line.diagnoses.setText(row.diagnoses)
            line.units.setValue(row.units)
            line.amount.set_cents(row.cents)
            line.unit_cents = row.cents // row.units if row.cents % row.units == 0 else None
        self._lines.append(line)
        for column, field in enumerate(line.widgets):
            self.grid.addWidget(field, self._made, column)
        self._connect(line)
        self.changed.emit()
        if row is None:
            line.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def inputs(self) -> tuple[EstimateLineInput, ...]:
        """Return the lines; one without any word or amount is left out."""
        filled = [line for line in self._lines if line.label.text().strip() or line.amount.text().strip()]
        return tuple(self._input(line) for line in filled)

    def total(self) -> Cents:
        """Return what the readable amounts come to."""
        return sum(_cents(line.amount) for line in self._lines)

    def _input(self, line: _Line) -> EstimateLineInput:
        if not line.label.text().strip():
            raise InputError(self.tr("Say what the item or service is."), line.label.objectName())
        return EstimateLineInput(
            line.code.text(), line.label.text(), line.amount.cents(), line.units.value(), line.diagnoses.text()
        )

    def _line(self, number: int) -> _Line:
        units = QSpinBox()
        units.setRange(1, _MOST_UNITS)
        units.setObjectName(f"units_{number}")
        units.setAccessibleName(self.tr("Units of line {0}").format(number))
        remove = button(f"remove_{number}", self.tr("Remove"), look="link")
        remove.setAccessibleName(self.tr("Remove line {0}").format(number))
        line = _Line(
            TypedEdit(f"code_{number}", self.tr("Code of line {0}").format(number)),
            TypedEdit(f"label_{number}", self.tr("Item of line {0}").format(number)),
            TypedEdit(f"diagnoses_{number}", self.tr("Diagnosis of line {0}").format(number)),
            units,
            MoneyEdit(f"amount_{number}", self.tr("Expected charge of line {0}").format(number)),
            remove,
            None,
        )
        for field, width in ((line.code, 90), (line.diagnoses, 130), (line.amount, 120)):
            field.setMaximumWidth(theme.px(width))
        return line

    def _connect(self, line: _Line) -> None:
        line.remove.clicked.connect(partial(self._remove, line))
        line.units.valueChanged.connect(partial(self._units_changed, line))
        line.amount.textEdited.connect(partial(self._amount_typed, line))
        line.amount.textChanged.connect(lambda _text: self.changed.emit())
        line.code.editingFinished.connect(partial(self._code_typed, line))

    def _units_changed(self, line: _Line, units: int) -> None:
        if line.unit_cents is not None:
            line.amount.set_cents(line.unit_cents * units)

    def _amount_typed(self, line: _Line, _text: str) -> None:
        line.unit_cents = None

    def _code_typed(self, line: _Line) -> None:
        """Fill in words and price of a known code where nothing stands yet."""
        fee = next((one for one in self._fees if one.code.casefold() == line.code.text().strip().casefold()), None)
        if fee is None or line.label.text().strip():
            return
        line.code.setText(fee.code)
        line.label.setText(fee.label)
        line.unit_cents = fee.cents
        line.amount.set_cents(fee.cents * line.units.value())

    def _remove(self, line: _Line, _checked: bool = False) -> None:
        self._lines.remove(line)
        for field in line.widgets:
            self.grid.removeWidget(field)
            field.hide()
            field.deleteLater()
        self.changed.emit()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fee_chosen(self, place: int) -> None:
        fee = self.fees.itemData(place)
        if fee is None:
            return
        self.fees.setCurrentIndex(0)
        empty = next((one for one in self._lines if not one.label.text() and not one.amount.text()), None)
        if empty is not None:
            self._remove(empty)
        self.add_line(EstimateLineRow(fee.code, fee.label, 1, fee.cents))
        self._lines[-1].diagnoses.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        titles = (
            self.tr("Code"), self.tr("Item or service"), self.tr("Diagnosis"), self.tr("Units"),
            self.tr("Expected charge"), "",
        )  # fmt: skip
        for column, (title, width) in enumerate(zip(titles, (90, 0, 120, 76, 120, 0), strict=True)):
            self.grid.addWidget(theme.label(title, "small", look="secondary"), 0, column)
            self.grid.setColumnMinimumWidth(column, theme.px(width))
        self.grid.setColumnStretch(1, 1)
        self.fees.setObjectName("add_fee")
        self.fees.setAccessibleName(self.tr("Add from the fee schedule"))
        self.fees.addItem(self.tr("Add from the fee schedule ..."), None)
        for fee in self._fees:
            self.fees.addItem(f"{fee.code}  {fee.label}  {format_money(fee.cents)}", fee)
        self.fees.activated.connect(self._fee_chosen)
        adding = QHBoxLayout()
        adding.addWidget(self.add_button)
        adding.addWidget(self.fees)
        adding.addStretch()
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.addLayout(self.grid)
        column_layout.addLayout(adding)


def _cents(edit: MoneyEdit) -> Cents:
    try:
        return edit.cents_or_none() or 0
    except InputError:
        return 0
