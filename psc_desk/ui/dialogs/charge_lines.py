"""The encounter form: the visit's diagnoses, and a line for each service with units, modifiers and pointers."""

from __future__ import annotations

import re
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

from psc_desk.errors import InputError
from psc_desk.models.charging import LETTERS, tidy_diagnosis
from psc_desk.money import Cents, format_money
from psc_desk.queries.clinic import CodeRow, FeeRow
from psc_desk.ui import theme
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import MoneyEdit, TypedEdit
from psc_desk.usecases.charges import ChargeInput

_MOST_UNITS = 999
_LABEL_ROOM = 190


@dataclass
class _Line:
    """The controls of one service; `price` where the price is on request, `pointed` once letters were typed."""

    code: str
    cents: Cents
    tick: QCheckBox
    units: QSpinBox
    modifiers: QLineEdit
    pointers: QLineEdit
    amount: QLabel
    price: MoneyEdit | None
    pointed: bool = False

    @property
    def inputs(self) -> tuple[QWidget, ...]:
        """What is typed into while the line is ticked."""
        return (self.units, self.modifiers, self.pointers, *([self.price] if self.price is not None else []))

    def unit_cents(self) -> Cents:
        """Return the price of one unit; nothing while a price on request cannot be read."""
        if self.price is None:
            return self.cents
        try:
            return self.price.cents_or_none() or 0
        except InputError:
            return 0


class ChargeLines(QWidget):
    """`show_codes` offers the form of the visit type; any other service of the fee schedule can be added."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("charge_lines")
        self.lines: list[_Line] = []
        self.top = Form()
        self.diagnoses = self.top.add(self.tr("&Diagnoses"), TypedEdit("diagnoses", self.tr("Diagnoses")))
        self.letters = theme.label(look="secondary")
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
                self.more.addItem(f"{fee.code}  {fee.label}  {_price_words(fee.cents, self.tr('on request'))}", fee)
        self.more.setVisible(self.more.count() > 1)
        self._changed()

    def show_diagnoses(self, codes: tuple[str, ...]) -> None:
        """Show the diagnoses of the visit."""
        self.diagnoses.setText(", ".join(codes))
        self._changed()

    def add(self, code: str, label: str, cents: Cents, *, ticked: bool) -> None:
        """Add a line; a service of $0.00 has its price on request."""
        price = None if cents else MoneyEdit(f"price_{code}", self.tr("Price of {0}").format(label))
        line = _Line(
            code, cents, QCheckBox(f"{code}  {label}"), QSpinBox(), TypedEdit("", ""), TypedEdit("", ""),
            theme.label(), price,
        )  # fmt: skip
        line.tick.setChecked(ticked)
        line.tick.setToolTip(label)
        room = line.tick.fontMetrics()
        line.tick.setText(room.elidedText(line.tick.text(), Qt.TextElideMode.ElideRight, theme.px(_LABEL_ROOM)))
        _name(line, label)
        line.units.setRange(1, _MOST_UNITS)
        line.units.setFixedWidth(theme.px(64))
        line.modifiers.setFixedWidth(theme.px(76))
        line.pointers.setFixedWidth(theme.px(60))
        if price is not None:
            price.setFixedWidth(theme.px(84))
        line.amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.amount.setMinimumWidth(theme.px(72))
        place = len(self.lines) + 1
        for column, widget in enumerate((line.tick, line.units, line.modifiers, line.pointers, price or line.amount)):
            self.grid.addWidget(widget, place, column)
        self._connect(line)
        self.lines.append(line)

    def inputs(self) -> list[ChargeInput]:
        """Return the ticked lines; InputError, naming the field, where a price cannot be read."""
        return [
            ChargeInput(
                line.code, line.units.value(), line.modifiers.text(), line.pointers.text(),
                line.price.cents() if line.price is not None else None,
            )
            for line in self.lines
            if line.tick.isChecked()
        ]  # fmt: skip

    def diagnosis_codes(self) -> list[str]:
        """Return the diagnoses as typed, one by one."""
        return [part for part in re.split(r"[\s,;]+", self.diagnoses.text()) if part]

    def total(self) -> Cents:
        """Return the sum of the ticked lines."""
        return sum(self.amounts())

    def amounts(self) -> list[Cents]:
        """Return what each ticked line comes to."""
        return [line.unit_cents() * line.units.value() for line in self.lines if line.tick.isChecked()]

    def any_ticked(self) -> bool:
        """Say whether a line is ticked."""
        return any(line.tick.isChecked() for line in self.lines)

    def typed(self) -> list[object]:
        """Return what was filled in, to know whether anything would be lost."""
        lines = [
            (one.tick.isChecked(), one.units.value(), one.modifiers.text(), one.pointers.text(), one.unit_cents())
            for one in self.lines
        ]
        return [self.diagnoses.text(), *lines]

    def _connect(self, line: _Line) -> None:
        line.tick.toggled.connect(self._changed)
        line.units.valueChanged.connect(self._changed)

        def pointed(text: str) -> None:
            line.pointed = bool(text)

        line.pointers.textEdited.connect(pointed)
        if line.price is not None:
            line.price.textChanged.connect(self._changed)
            line.amount.hide()

    def _changed(self, *_what: object) -> None:
        codes = self.diagnosis_codes()
        self.letters.setText(_lettered(codes))
        self.letters.setVisible(bool(codes))
        for line in self.lines:
            ticked = line.tick.isChecked()
            line.amount.setText(format_money(line.unit_cents() * line.units.value()))
            theme.set_look(line.amount, "" if ticked else "secondary")
            for widget in line.inputs:
                widget.setEnabled(ticked)
            if not line.pointed:  # the first diagnosis, until somebody says otherwise
                line.pointers.setText("A" if ticked and codes else "")
        self.changed.emit()

    def _picked(self, place: int) -> None:
        fee = self.more.itemData(place)
        if not isinstance(fee, FeeRow):
            return
        self.add(fee.code, fee.label, fee.cents, ticked=True)
        self.more.removeItem(place)
        self.more.setCurrentIndex(0)
        self._changed()
        first = self.lines[-1].price or self.lines[-1].units
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _clear(self) -> None:
        for line in self.lines:
            for widget in (line.tick, line.amount, *line.inputs):
                self.grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self.lines = []

    def _build(self) -> None:
        self.diagnoses.setPlaceholderText(self.tr("such as J06.9, R05.9"))
        self.diagnoses.textChanged.connect(self._changed)
        self.letters.setObjectName("diagnosis_letters")
        self.letters.setWordWrap(True)
        self.letters.hide()
        self._build_grid()
        self.area.setWidgetResizable(True)
        self.area.setObjectName("charge_lines_scroll")
        self.area.setAccessibleName(self.tr("Services"))
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.setObjectName("more_services")
        self.more.setAccessibleName(self.tr("Add another service"))
        self.more.activated.connect(self._picked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.top, self.letters):
            layout.addWidget(part)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.more)

    def _build_grid(self) -> None:
        self.grid.setContentsMargins(0, 0, theme.px(8), 0)
        self.grid.setVerticalSpacing(theme.px(6))
        self.grid.setColumnStretch(0, 1)
        titles = (self.tr("Service"), self.tr("Units"), self.tr("Modifiers"), self.tr("Points to"), self.tr("Amount"))
        for place, words in enumerate(titles):
            title = theme.label(words, "small", look="secondary")
            right = Qt.AlignmentFlag.AlignRight if place == len(titles) - 1 else Qt.AlignmentFlag.AlignLeft
            self.grid.addWidget(title, 0, place, right)
        outer = QWidget()
        column = QVBoxLayout(outer)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.inside)
        column.addStretch()
        self.area.setWidget(outer)


def _name(line: _Line, label: str) -> None:
    for widget, name, words in (
        (line.tick, "tick", label), (line.units, "units", f"Units of {label}"),
        (line.modifiers, "modifiers", f"Modifiers of {label}"),
        (line.pointers, "pointers", f"Diagnoses that {label} points to, as letters"),
    ):  # fmt: skip
        widget.setObjectName(f"{name}_{line.code}")
        widget.setAccessibleName(words)


def _lettered(codes: list[str]) -> str:
    """Return "A J06.9 · B R05.9"; a code that is none keeps a question mark."""
    return " · ".join(f"{letter} {_shape(code)}" for letter, code in zip(LETTERS, codes, strict=False))


def _shape(code: str) -> str:
    try:
        return tidy_diagnosis(code)
    except InputError:
        return f"{code}?"


def _price_words(cents: Cents, on_request: str) -> str:
    return format_money(cents) if cents else on_request
