"""One way of paying: cash with its change, a check, or a card."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from psc_desk.errors import InputError
from psc_desk.models.payment import TenderKind
from psc_desk.money import Cents, format_money
from psc_desk.queries.cards import CardSlipRow
from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import MoneyEdit, TypedEdit
from psc_desk.usecases.tenders import TenderInput

BRANDS = ("Visa", "Mastercard", "American Express", "Discover", "HSA/FSA", "Other")
_ORDER = (TenderKind.CASH, TenderKind.CHECK, TenderKind.CARD)


class Segment(QToolButton):
    """Its Alt key chooses at once: Qt's own waits a tenth of a second, in which Enter would post the wrong tender."""

    def event(self, event: QEvent) -> bool:
        """Click without the animation."""
        if event.type() is QEvent.Type.Shortcut:
            self.click()
            return True
        return super().event(event)


class TenderBox(QFrame):
    """`show_share` says what this tender has to pay; `tender()` returns what was typed.

    The first box of a payment owns the plain objectNames that errors name ("tendered", "check_no", ...). With
    `ask_terminal` a card has nothing to type here: the terminal is asked afterwards (see `TerminalDialog`).
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, number: int = 1, parent: QWidget | None = None, *, ask_terminal: bool = False) -> None:
        super().__init__(parent)
        self._ask_terminal = ask_terminal
        self._end = "" if number == 1 else f"_{number}"
        self._share: Cents | None = None
        self.kind = TenderKind.CASH
        self.held: CardSlipRow | None = None
        self.by_hand = False
        """True once somebody typed the amount of this way to pay."""
        self.setObjectName(f"tender{self._end}")
        theme.set_look(self, "raised")
        self.amount = MoneyEdit("tender_amount" + self._end, self.tr("Amount of this way to pay"))
        self.tendered = MoneyEdit("tendered" + self._end, self.tr("Cash handed over"))
        self.check_no = TypedEdit("check_no" + self._end, self.tr("Check number"))
        self.bank = TypedEdit("bank" + self._end, self.tr("Bank"))
        self.brand = QComboBox()
        self.last4 = TypedEdit("card_last4" + self._end, self.tr("Last four digits"))
        self.ref = TypedEdit("terminal_ref" + self._end, self.tr("Terminal reference"))
        self.change_words = theme.label(look="secondary")
        self.change_figure = theme.label("", "big", bold=True)
        self.remove = button("remove_tender" + self._end, self.tr("Remove"), self.removed.emit, look="link")
        self.card_words = theme.label(look="secondary")
        self.pages: list[QWidget] = []
        self.group = QButtonGroup(self)
        self._build(mnemonics=number == 1)
        self.amount.textChanged.connect(self._amount_typed)
        self.tendered.textChanged.connect(self._typed)
        self.choose(TenderKind.CASH)

    @property
    def first_field(self) -> QWidget:
        """Where typing begins for the kind chosen."""
        if self.held is not None:
            return self.remove
        if self.kind is TenderKind.CARD and self._ask_terminal:
            return self.group.buttons()[_ORDER.index(TenderKind.CARD)]
        fields: dict[TenderKind, QLineEdit] = {
            TenderKind.CASH: self.tendered, TenderKind.CHECK: self.check_no, TenderKind.CARD: self.last4,
        }  # fmt: skip
        return fields[self.kind]

    def choose(self, kind: TenderKind) -> None:
        """Choose cash, check or card."""
        self.kind = kind
        place = _ORDER.index(kind)
        for number, page in enumerate(self.pages):
            page.setVisible(number == place)
        self.group.buttons()[place].setChecked(True)
        self._show_change()
        self.changed.emit()

    def set_split(self, split: bool, *, removable: bool) -> None:
        """Show the amount of this box when there are several."""
        self.amount.setVisible(split)
        self.remove.setVisible(removable)

    def show_share(self, cents: Cents | None) -> None:
        """Take what this tender has to pay; None when that is not known."""
        self._share = cents
        self.tendered.setPlaceholderText(self.tr("exactly {0}").format(format_money(cents)) if cents else "")
        self._show_change()

    def preset(self, cents: Cents | None) -> None:
        """Show an amount that nobody typed."""
        by_hand = self.by_hand
        self.amount.set_cents(cents)
        self.by_hand = by_hand

    def hold(self, row: CardSlipRow) -> None:
        """Show that the terminal approved this card: nothing of it changes until it is taken back."""
        self.held = row
        self.amount.set_cents(row.cents)
        words = self.tr("✓ Approved: {0}. It is posted together with the rest.").format(row.detail)
        self._show_held(words, "good", self.tr("Take back ..."))

    def release(self) -> None:
        """Let the card be changed again: it was taken back."""
        self.held = None
        self._show_held(self._terminal_words(), "secondary", self.tr("Remove"))

    def tender(self, cents: Cents) -> TenderInput:
        """Return what was typed for `cents`; raise InputError for an amount that cannot be read."""
        if self.held is not None:
            return TenderInput(TenderKind.CARD, cents, attempt_id=self.held.attempt_id)
        if self.kind is TenderKind.CASH:
            return TenderInput(self.kind, cents, self.tendered.cents_or_none() or 0)
        if self.kind is TenderKind.CHECK:
            return TenderInput(self.kind, cents, check_no=self.check_no.text(), bank=self.bank.text())
        if self._ask_terminal:
            return TenderInput(self.kind, cents)
        return TenderInput(
            self.kind, cents, card_brand=self.brand.currentText(), card_last4=self.last4.text(),
            terminal_ref=self.ref.text(),
        )  # fmt: skip

    def set_keys(self, on: bool) -> None:
        """Give this box the keys Alt+C, Alt+K and Alt+D: of several boxes one has them."""
        for one, word in zip(self.group.buttons(), self._words(), strict=True):
            one.setText(word if on else word.replace("&", ""))

    def _show_held(self, words: str, look: str, remove: str) -> None:
        self.card_words.setText(words)
        theme.set_look(self.card_words, look)
        self.remove.setText(remove)
        self.remove.setAccessibleName(remove)
        for one in (self.amount, *self.group.buttons()):
            one.setEnabled(self.held is None)

    def _terminal_words(self) -> str:
        return self.tr("Enter goes on to the card terminal; nothing is posted before it approves.")

    def _words(self) -> tuple[str, str, str]:
        return self.tr("&Cash"), self.tr("Chec&k"), self.tr("Car&d")

    def _amount_typed(self) -> None:
        self.by_hand = True
        self._typed()

    def _typed(self) -> None:
        self._show_change()
        self.changed.emit()

    def _picked(self, kind: TenderKind) -> None:
        self.choose(kind)
        self.first_field.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_change(self) -> None:
        try:
            handed = self.tendered.cents_or_none()
        except InputError:
            handed = None
        if handed is None or self._share is None:
            self.change_words.setText(self.tr("Change"))
            self.change_figure.setText(format_money(0))
            theme.set_look(self.change_figure, "secondary")
            return
        rest = handed - self._share
        self.change_words.setText(self.tr("Change") if rest >= 0 else self.tr("Still missing"))
        self.change_figure.setText(format_money(abs(rest)))
        theme.set_look(self.change_figure, "good" if rest >= 0 else "error")

    def _build(self, *, mnemonics: bool) -> None:
        head = QHBoxLayout()
        for kind, word in zip(_ORDER, self._words(), strict=True):
            head.addWidget(self._segment(kind, word if mnemonics else word.replace("&", "")))
        head.addStretch()
        self.amount.setMaximumWidth(theme.px(120))
        head.addWidget(self.amount)
        head.addWidget(self.remove)
        self.pages = [self._build_cash(mnemonics), self._build_check(), self._build_card()]
        layout = QVBoxLayout(self)
        edge = theme.px(12)
        layout.setContentsMargins(edge, theme.px(8), edge, edge)
        layout.addLayout(head)
        for page in self.pages:
            layout.addWidget(page)
        self.set_split(False, removable=False)

    def _segment(self, kind: TenderKind, word: str) -> QToolButton:
        result = Segment()
        result.setText(word)
        result.setObjectName(f"pay_{kind.value}{self._end}")
        result.setAccessibleName(word.replace("&", ""))
        result.setCheckable(True)
        theme.style(result, bold=True, look="segment")
        result.clicked.connect(partial(self._picked, kind))
        self.group.addButton(result)
        return result

    def _build_cash(self, mnemonics: bool) -> QWidget:
        form = Form()
        words = self.tr("Cash &handed over")
        form.add(words if mnemonics else words.replace("&", ""), self.tendered, self.tendered.objectName())
        change = QHBoxLayout()
        change.addWidget(self.change_words)
        change.addStretch()
        change.addWidget(self.change_figure)
        row = QWidget()
        row.setLayout(change)
        change.setContentsMargins(0, 0, 0, 0)
        self.change_figure.setObjectName("change_figure" + self._end)
        form.wide(row)
        return form

    def _build_check(self) -> QWidget:
        form = Form()
        form.add(self.tr("Check number"), self.check_no, self.check_no.objectName())
        form.add(self.tr("Bank"), self.bank, self.bank.objectName())
        return form

    def _build_card(self) -> QWidget:
        form = Form()
        if self._ask_terminal:
            self.card_words.setText(self._terminal_words())
            self.card_words.setWordWrap(True)
            form.wide(self.card_words)
            return form
        self.brand.addItems(list(BRANDS))
        form.add(self.tr("Card"), self.brand, "card_brand" + self._end)
        self.last4.setMaxLength(4)
        self.last4.setPlaceholderText(self.tr("last four only"))
        form.add(self.tr("Last four digits"), self.last4, self.last4.objectName())
        form.add(self.tr("Terminal reference"), self.ref, self.ref.objectName())
        return form
