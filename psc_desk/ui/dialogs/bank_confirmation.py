"""What the bank booked for a deposit or a card batch, and a card batch that the close did not record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.money import Cents, format_money
from psc_desk.queries.bank import BankRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.widgets.inputs import DateEdit, MoneyEdit, TypedEdit
from psc_desk.usecases.bank import BankWord, confirm_card_batch, confirm_deposit, record_card_batch


def open_bank_confirmation(context: Context, parent: QWidget, row: BankRow) -> None:
    """Open the form for what the bank booked."""
    context.ask(parent, lambda read: read.today, then=lambda today: _open(ConfirmDialog(context, parent, row, today)))


def open_batch(context: Context, parent: QWidget, row: BankRow) -> None:
    """Open the form for a card batch."""
    _open(BatchDialog(context, parent, row))


def _open(dialog: PostingDialog[int]) -> None:
    dialog.open()


class ConfirmDialog(PostingDialog[int]):
    """Date and amount from the bank's statement; for cards also the fee that the processor kept."""

    def __init__(self, context: Context, parent: QWidget | None, row: BankRow, today: date) -> None:
        super().__init__(context, parent, "Bank confirmation", verb="Confirm")
        self.setWindowTitle("PSC Desk - " + self.tr("What the bank booked"))
        self.row, self.cards = row, row.kind == "batch"
        self.head = theme.label(bold=True)
        self.head.setObjectName("bank_head")
        self.booked_on = DateEdit("booked_on", self.tr("Booked on"), lambda: today)
        self.amount = MoneyEdit("amount", self.tr("Amount booked"))
        self.fee = MoneyEdit("fee", self.tr("Fee kept"))
        self.reason = TypedEdit("reason", self.tr("Reason"))
        self.verdict = theme.label()
        self.verdict.setObjectName("bank_verdict")
        self.verdict.setWordWrap(True)
        self._build_form(today)
        for field in (self.amount, self.fee):
            field.textChanged.connect(lambda _text: self._compare())
        self._compare()

    def submit(self) -> None:
        """Post it."""
        cents = self._amount()
        word = BankWord(self.booked_on.day(), cents, self._fee(), self.reason.text())
        usecase: Callable[..., Any] = confirm_card_batch if self.cards else confirm_deposit
        self.post(usecase, self.row.ref_id, word, key=self.key, then=partial(self._confirmed, cents))

    def _confirmed(self, cents: Cents, confirmation_id: int) -> None:
        words = self.tr("{0} is confirmed: the bank booked {1}").format(self.row.name, format_money(cents))
        self.context.report.done(words)
        self.finish(confirmation_id)

    def _amount(self) -> Cents:
        return -self.amount.cents() if self.row.cents < 0 else self.amount.cents()

    def _fee(self) -> Cents:
        return (self.fee.cents_or_none() or 0) if self.cards else 0

    def _compare(self) -> None:
        try:
            off = self._amount() + self._fee() - self.row.recorded_cents
        except InputError:
            self.verdict.setText(self.tr("Type the amount as it stands on the bank's statement."))
            theme.set_look(self.verdict, "secondary")
            return
        if off:
            more = self.tr("{0} more than the books say.") if off > 0 else self.tr("{0} less than the books say.")
            self.verdict.setText(more.format(format_money(abs(off))) + " " + self.tr("It goes to over and short."))
        else:
            self.verdict.setText(self.tr("The bank and the books agree."))
        theme.set_look(self.verdict, "warning" if off else "good")

    def _build_form(self, today: date) -> None:
        made = self.tr("made on {0}").format(format_date(self.row.day))
        self.head.setText(f"{self.row.name} · {format_money(self.row.cents)} · {made}")
        self.body.insertWidget(0, self.head)
        if self.cards and self.row.cents != self.row.recorded_cents:
            words = self.tr("The desk recorded {0}: {1}")
            note = theme.label(words.format(format_money(self.row.recorded_cents), self.row.reason), look="secondary")
            note.setWordWrap(True)
            self.body.insertWidget(1, note)
        self.form.add(self.tr("&Booked on"), self.booked_on)
        self.booked_on.set_day(today)
        self.form.add(self.tr("&Amount booked"), self.amount)
        self.amount.set_cents(None if self.cards else abs(self.row.cents))
        if self.cards:
            self.form.add(self.tr("&Fee kept"), self.fee)
        self.form.add(self.tr("&Reason"), self.reason)
        self.reason.setPlaceholderText(self.tr("needed when it differs, or when you made the deposit"))
        self.form.wide(self.verdict)
        self.resize(theme.px(520), self.sizeHint().height())


class BatchDialog(PostingDialog[int]):
    """What the terminal settled for a closed drawer session, as it printed it."""

    def __init__(self, context: Context, parent: QWidget | None, row: BankRow) -> None:
        super().__init__(context, parent, "Card batch", verb="Record the batch")
        self.setWindowTitle("PSC Desk - " + self.tr("Card batch"))
        self.row = row
        self.number = TypedEdit("batch_no", self.tr("Batch number"))
        self.amount = MoneyEdit("terminal_total", self.tr("Terminal total"))
        self.reason = TypedEdit("batch_reason", self.tr("Reason"))
        words = self.tr("{0} of {1}: type the total from the terminal's settlement slip.")
        head = theme.label(words.format(row.name, format_date(row.day)))
        head.setWordWrap(True)
        self.body.insertWidget(0, head)
        self.form.add(self.tr("Batch &number"), self.number)
        self.form.add(self.tr("Terminal &total"), self.amount)
        self.form.add(self.tr("&Reason"), self.reason)
        self.reason.setPlaceholderText(self.tr("needed when the desk recorded something else"))
        self.resize(theme.px(520), self.sizeHint().height())

    def submit(self) -> None:
        """Record it."""
        cents = -self.amount.cents() if self.row.cents < 0 else self.amount.cents()
        self.post(
            record_card_batch, self.row.ref_id, self.number.text(), cents, reason=self.reason.text(),
            then=partial(self._recorded, cents),
        )  # fmt: skip

    def _recorded(self, cents: Cents, batch_id: int) -> None:
        self.context.report.done(self.tr("the card batch of {0} is recorded").format(format_money(cents)))
        self.finish(batch_id)
