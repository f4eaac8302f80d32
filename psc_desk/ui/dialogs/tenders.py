"""The ways to pay a total: one, or several of which the last takes what the others leave."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.models.payment import TenderKind
from psc_desk.money import Cents, format_money
from psc_desk.queries.cards import CardSlipRow
from psc_desk.ui import theme
from psc_desk.ui.dialogs.tender_box import TenderBox
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.usecases.tenders import TenderInput


class Tenders(QWidget):
    """`set_total` says what is to pay, `tenders()` returns how it is paid; `foot` stands beside the split button."""

    changed = Signal()
    take_back_wanted = Signal(object)
    """the box of a card that the terminal approved"""

    def __init__(self, *, asks_terminal: bool = True, foot: QWidget | None = None) -> None:
        super().__init__()
        self.boxes: list[TenderBox] = []
        self._asks_terminal = asks_terminal
        self._total: Cents | None = None
        self.remaining = theme.label(bold=True)
        self.split_button = button("split_button", self.tr("&Split payment"), self.split, look="link")
        self._column = QVBoxLayout()
        self._build(foot)
        self.add()

    @property
    def held(self) -> list[TenderBox]:
        """The cards that the terminal approved already."""
        return [box for box in self.boxes if box.held is not None]

    def add(self) -> TenderBox:
        """Add one more way to pay."""
        box = TenderBox(len(self.boxes) + 1, ask_terminal=self._asks_terminal)
        box.changed.connect(self._changed)
        box.removed.connect(partial(self._remove, box))
        self.boxes.append(box)
        self._column.addWidget(box)
        self._arrange()
        return box

    def split(self) -> None:
        """Add a way to pay for the rest: a card, when none is there yet."""
        first = self.boxes[0]
        if len(self.boxes) == 1:
            handed = _cents(first.tendered)
            first.amount.set_cents(min(handed, self._total or 0) or None)
        box = self.add()
        if not any(one.kind is TenderKind.CARD for one in self.boxes):
            box.choose(TenderKind.CARD)
        self._share()
        self.changed.emit()
        self.boxes[-2].amount.setFocus(Qt.FocusReason.TabFocusReason)

    def set_total(self, cents: Cents | None) -> None:
        """Take what is to pay; None when that is not known."""
        self._total = cents
        self._share()

    def tenders(self) -> tuple[TenderInput, ...]:
        """Return how the total is paid; raise InputError naming the field that is wrong."""
        if len(self.boxes) == 1 and not self.held:
            return (self.boxes[0].tender(self._total or 0),)
        parts = [box.amount.cents() for box in self.boxes]
        if sum(parts) != self._total:
            sentence = self.tr("The ways to pay come to {0}, the amount is {1}. Correct one of them.")
            words = sentence.format(format_money(sum(parts)), format_money(self._total or 0))
            raise InputError(words, self.boxes[-1].amount.objectName())
        return tuple(box.tender(part) for box, part in zip(self.boxes, parts, strict=True))

    def hold(self, row: CardSlipRow) -> None:
        """Lock the card that the terminal approved: the first that it was not asked for before."""
        box = next(box for box in self.boxes if box.kind is TenderKind.CARD and box.held is None)
        box.hold(row)
        self._arrange()

    def release(self, box: TenderBox) -> None:
        """Unlock a card that was taken back."""
        box.release()
        self._arrange()

    def _remove(self, box: TenderBox) -> None:
        if box.held is not None:
            self.take_back_wanted.emit(box)
            return
        self.boxes.remove(box)
        self._column.removeWidget(box)
        box.hide()
        box.deleteLater()
        self._arrange()
        self.boxes[0].first_field.setFocus(Qt.FocusReason.TabFocusReason)

    def _arrange(self) -> None:
        """Of several ways to pay the last one has the keys Alt+C, Alt+K and Alt+D."""
        for one in self.boxes:
            several = len(self.boxes) > 1 or one.held is not None
            one.set_split(several, removable=one is not self.boxes[0] or one.held is not None)
            one.set_keys(one is self.boxes[-1])
        self._share()

    def _changed(self) -> None:
        self._share()
        self.changed.emit()

    def _share(self) -> None:
        """Leave the rest to the last way to pay, until its own amount is typed, and say what is still missing."""
        last, total = self.boxes[-1], self._total
        if len(self.boxes) > 1 and not last.by_hand and last.held is None:
            others = sum(_cents(box.amount) for box in self.boxes[:-1])
            last.preset(max(0, (total or 0) - others) or None)
        for box in self.boxes:
            box.show_share(total if len(self.boxes) == 1 else _cents(box.amount) or None)
        self._say_remaining()

    def _say_remaining(self) -> None:
        """Of several ways to pay: what none of them covers yet, or what they are too much."""
        total = self._total or 0
        left = total - sum(_cents(box.amount) for box in self.boxes)
        words = self.tr("Still to pay: {0}") if left > 0 else self.tr("Too much: {0}")
        covered = self.tr("✓ All of {0} is covered").format(format_money(total))
        self.remaining.setText(words.format(format_money(abs(left))) if left else covered)
        theme.set_look(self.remaining, "error" if left else "good")
        self.remaining.setVisible(len(self.boxes) > 1 or bool(self.held))

    def _build(self, foot: QWidget | None) -> None:
        self.remaining.setObjectName("remaining")
        self.remaining.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout, below = QVBoxLayout(self), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(10))
        if foot is not None:
            below.addWidget(foot)
        below.addStretch()
        below.addWidget(self.split_button)
        layout.addLayout(self._column)
        layout.addWidget(self.remaining)
        layout.addStretch()
        layout.addLayout(below)


def _cents(edit: MoneyEdit) -> Cents:
    """Return what was typed, 0 while it cannot be read."""
    try:
        return edit.cents_or_none() or 0
    except InputError:
        return 0
