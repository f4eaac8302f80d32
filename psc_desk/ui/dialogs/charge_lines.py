"""The encounter form: a line for each service with tick, units and diagnoses, and the sum while it is filled in."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from psc_desk.money import Cents, format_money
from psc_desk.queries.clinic import CodeRow, FeeRow
from psc_desk.ui import theme
from psc_desk.usecases.charges import ChargeInput

_MOST_UNITS = 999


@dataclass(frozen=True)
class _Line:
    """The controls of one service."""

    code: str
    cents: Cents
    tick: QCheckBox
    units: QSpinBox
    diagnoses: QLineEdit
    amount: QLabel


class ChargeLines(QWidget):
    """`show_codes` offers the form of the visit type; any other service of the fee schedule can be added."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("charge_lines")
        self.lines: list[_Line] = []
        self.inside = QWidget()
        self.grid = QGridLayout(self.inside)
        self.more = QComboBox()
        self.area = QScrollArea()
        self._build()

    def show_codes(self, codes: tuple[CodeRow, ...], fees: tuple[FeeRow, ...], *, ticked: bool) -> None:
        """Offer these services; the usual ones are ticked when `ticked`."""
        self._clear()
        for code in codes:
            self.add(code.code, code.label, code.cents, ticked=ticked and code.usual)
        offered = {code.code for code in codes}
        self.more.clear()
        self.more.addItem(self.tr("Add another service ..."), None)
        for fee in fees:
            if fee.code not in offered:
                self.more.addItem(f"{fee.code}  {fee.label}  {format_money(fee.cents)}", fee)
        self.more.setVisible(self.more.count() > 1)
        self._changed()

    def add(self, code: str, label: str, cents: Cents, *, ticked: bool) -> None:
        """Add a line."""
        place = len(self.lines) + 1
        line = _Line(code, cents, QCheckBox(f"{code}  {label}"), QSpinBox(), QLineEdit(), theme.label())
        line.tick.setChecked(ticked)
        _name(line, label)
        line.units.setRange(1, _MOST_UNITS)
        line.units.setFixedWidth(theme.px(76))
        line.diagnoses.setPlaceholderText(self.tr("diagnoses"))
        line.amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in enumerate((line.tick, line.units, line.diagnoses, line.amount)):
            self.grid.addWidget(widget, place, column)
        line.tick.toggled.connect(self._changed)
        line.units.valueChanged.connect(self._changed)
        self.lines.append(line)

    def inputs(self) -> list[ChargeInput]:
        """Return the ticked lines."""
        return [
            ChargeInput(line.code, line.units.value(), diagnoses=line.diagnoses.text().strip())
            for line in self.lines
            if line.tick.isChecked()
        ]

    def total(self) -> Cents:
        """Return the sum of the ticked lines."""
        return sum(line.cents * line.units.value() for line in self.lines if line.tick.isChecked())

    def typed(self) -> list[object]:
        """Return what was filled in, to know whether anything would be lost."""
        return [(one.tick.isChecked(), one.units.value(), one.diagnoses.text()) for one in self.lines]

    def _changed(self, *_what: object) -> None:
        for line in self.lines:
            ticked = line.tick.isChecked()
            line.amount.setText(format_money(line.cents * line.units.value()))
            theme.set_look(line.amount, "" if ticked else "secondary")
            line.units.setEnabled(ticked)
            line.diagnoses.setEnabled(ticked)
        self.changed.emit()

    def _picked(self, place: int) -> None:
        fee = self.more.itemData(place)
        if not isinstance(fee, FeeRow):
            return
        self.add(fee.code, fee.label, fee.cents, ticked=True)
        self.more.removeItem(place)
        self.more.setCurrentIndex(0)
        self._changed()
        self.lines[-1].units.setFocus(Qt.FocusReason.TabFocusReason)

    def _clear(self) -> None:
        for line in self.lines:
            for widget in (line.tick, line.units, line.diagnoses, line.amount):
                self.grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self.lines = []

    def _build(self) -> None:
        self.grid.setContentsMargins(0, 0, theme.px(8), 0)
        self.grid.setVerticalSpacing(theme.px(6))
        self.grid.setColumnStretch(2, 1)
        titles = (self.tr("Service"), self.tr("Units"), self.tr("Diagnoses"), self.tr("Amount"))
        for place, words in enumerate(titles):
            self.grid.addWidget(theme.label(words, "small", look="secondary"), 0, place)
        outer = QWidget()
        column = QVBoxLayout(outer)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.inside)
        column.addStretch()
        self.area.setWidget(outer)
        self.area.setWidgetResizable(True)
        self.area.setObjectName("charge_lines_scroll")
        self.area.setAccessibleName(self.tr("Services"))
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.setObjectName("more_services")
        self.more.setAccessibleName(self.tr("Add another service"))
        self.more.activated.connect(self._picked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.more)


def _name(line: _Line, label: str) -> None:
    for widget, name, words in (
        (line.tick, "tick", label), (line.units, "units", f"Units of {label}"),
        (line.diagnoses, "diagnoses", f"Diagnoses for {label}"),
    ):  # fmt: skip
        widget.setObjectName(f"{name}_{line.code}")
        widget.setAccessibleName(words)
