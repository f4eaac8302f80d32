"""Inputs that understand what the desk types: money, dates, times, PINs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QRegularExpression, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from psc_desk.dates import format_date, format_time, parse_date, parse_time
from psc_desk.errors import InputError
from psc_desk.money import Cents, parse_money, plain_money


class TypedEdit(QLineEdit):
    """A line that selects itself when entered and forgets its error when typed into."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all, so that typing replaces; after the click that gave the focus."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()
        elif event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.OtherFocusReason):
            QTimer.singleShot(0, self, self.selectAll)


class MoneyEdit(TypedEdit):
    """Dollars and cents; `cents()` reads it in whole cents."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(name, words, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText("0.00")
        self.editingFinished.connect(self._tidy)

    def cents(self) -> Cents:
        """Return the cents typed; raise InputError naming this field when that is no amount."""
        return parse_money(self.text(), self.objectName())

    def cents_or_none(self) -> Cents | None:
        """Return None when nothing is typed, else `cents()`."""
        return self.cents() if self.text().strip() else None

    def set_cents(self, cents: Cents | None) -> None:
        """Show an amount, or nothing."""
        self.setText("" if cents is None else plain_money(cents))

    def _tidy(self) -> None:
        try:
            self.set_cents(self.cents_or_none())
        except InputError:
            return


class DateEdit(TypedEdit):
    """A date typed as MM/DD/YYYY, m/d/yy, "today" or "t+7"; written out when left."""

    day_changed = Signal(object)
    """date or None, when the field is left with something that can be read"""

    def __init__(
        self,
        name: str,
        words: str,
        today: Callable[[], date],
        parent: QWidget | None = None,
        *,
        past: bool = False,
    ) -> None:
        super().__init__(name, words, parent)
        self._today = today
        self._past = past
        self.setPlaceholderText(self.tr("MM/DD/YYYY"))
        self.editingFinished.connect(self._tidy)

    def day(self) -> date:
        """Return the date typed; raise InputError naming this field when there is none."""
        if not self.text().strip():
            raise InputError(self.tr("Type a date: month/day/year."), self.objectName())
        return parse_date(self.text(), self._today(), self.objectName(), past=self._past)

    def day_or_none(self) -> date | None:
        """Return None when nothing is typed, else `day()`."""
        return self.day() if self.text().strip() else None

    def set_day(self, day: date | None) -> None:
        """Show a date, or nothing."""
        self.setText("" if day is None else format_date(day))

    def _tidy(self) -> None:
        try:
            day = self.day_or_none()
        except InputError:
            return
        self.set_day(day)
        self.day_changed.emit(day)


class TimeEdit(TypedEdit):
    """A time of day typed as 9, 930, 9:30 or 2:15 pm; `minute()` counts from midnight."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(name, words, parent)
        self.setPlaceholderText(self.tr("9:30 am"))
        self.editingFinished.connect(self._tidy)

    def minute(self) -> int:
        """Return minutes since midnight; raise InputError naming this field when that is no time."""
        return parse_time(self.text(), self.objectName())

    def set_minute(self, minute: int | None) -> None:
        """Show a time, or nothing."""
        self.setText("" if minute is None else format_time(minute))

    def _tidy(self) -> None:
        try:
            if self.text().strip():
                self.set_minute(self.minute())
        except InputError:
            return


class PinEdit(TypedEdit):
    """Hidden digits, `shortest` to 12 of them."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None, *, shortest: int = 4) -> None:
        super().__init__(name, words, parent)
        self._shortest = shortest
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,12}"), self))

    def pin(self) -> str:
        """Return the PIN; raise InputError naming this field when it is too short."""
        if len(self.text()) < self._shortest:
            sentence = self.tr("The PIN has {0} digits at least. Type it again.").format(self._shortest)
            raise InputError(sentence, self.objectName())
        return self.text()
