"""Void a receipt, or give part of it back; both with a reason, large ones with a second person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from psc_desk.errors import InputError
from psc_desk.models.payment import TenderKind
from psc_desk.money import Cents, format_money
from psc_desk.queries.counter import ReversalRow, reversal
from psc_desk.queries.way_back import WayBack, shares_back
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.usecases.payments import PaymentDone, refund_payment, void_payment

Then = Callable[[PaymentDone], Any]


def open_void(context: Context, parent: QWidget, payment_id: int, *, then: Then | None = None) -> None:
    """Ask for the reason and void a receipt."""

    def show(row: ReversalRow) -> None:
        VoidDialog(context, parent, row, then=then).open()

    context.ask(parent, reversal, payment_id, then=show)


def open_refund(context: Context, parent: QWidget, payment_id: int, *, then: Then | None = None) -> None:
    """Ask how much and why, and give it back."""

    def show(row: ReversalRow) -> None:
        RefundDialog(context, parent, row, then=then).open()

    context.ask(parent, reversal, payment_id, then=show)


class ReasonField:
    """A reason from the clinic's list, with words of one's own; "Other" needs them.

    With `unsaid`, e.g. "Choose", none is preset.
    """

    def __init__(self, form: Form, reasons: Sequence[str], label: str, words: str, *, unsaid: str = "") -> None:
        none: list[tuple[str, object]] = [(unsaid, "")] if unsaid else []
        self.list = form.choice(label, "reason", [*none, *((word, word) for word in reasons)])
        self.text = form.text(words, "reason_text")

    def sentence(self, ask: str) -> str:
        """Return "Wrong amount: typed twice"; raise InputError with `ask` when "Other" says nothing more."""
        word, text = str(self.list.currentData() or ""), self.text.text().strip()
        if not text and word.casefold() in ("", "other"):
            raise InputError(ask, "reason_text" if word else "reason")
        return ": ".join(part for part in (word, text) if part)


class VoidDialog(PostingDialog[PaymentDone]):
    """Takes a receipt of the open drawer session back as if it had not been."""

    def __init__(self, context: Context, parent: QWidget | None, row: ReversalRow, *, then: Then | None = None) -> None:
        super().__init__(context, parent, "Void", verb="Void receipt", who=row.who, look="danger")
        self.setWindowTitle("PSC Desk - " + self.tr("Void"))
        self.row, self._then = row, then
        self.form.wide(_receipt_line(row, self.tr("Void receipt {0}: {1}, {2}")))
        WayBackNote(self.form, row).show_void()
        self.reason = ReasonField(self.form, row.void_reasons, self.tr("&Reason"), self.tr("In your &words"))
        if not row.same_session:
            self.show_error(InputError(self.tr("Its drawer session is closed. Give a refund instead.")))

    def submit(self) -> None:
        """Post it."""
        reason = self.reason.sentence(self.tr("Say in a few words why it is voided."))
        self.post(
            void_payment,
            self.row.payment.payment_id,
            key=self.key,
            reason=reason,
            then=partial(_told, self, self._then),
        )


class RefundDialog(PostingDialog[PaymentDone]):
    """Gives back what is left of a payment, or part of it, the way it was paid."""

    def __init__(self, context: Context, parent: QWidget | None, row: ReversalRow, *, then: Then | None = None) -> None:
        super().__init__(context, parent, "Refund", verb="Give refund", who=row.who, look="danger")
        self.setWindowTitle("PSC Desk - " + self.tr("Refund"))
        self.row, self._then = row, then
        self.form.wide(_receipt_line(row, self.tr("Refund of receipt {0}: {1}, {2}")))
        self.amount = self.form.add(self.tr("&Amount"), MoneyEdit("amount", self.tr("Amount to give back")))
        self.amount.set_cents(row.payment.refundable_cents or None)
        left = self.tr("{0} can still be given back.").format(format_money(row.payment.refundable_cents))
        self.form.wide(theme.label(left, "small", look="secondary"))
        self.way_back = WayBackNote(self.form, row)
        self.amount.textChanged.connect(self._show_way)
        self._show_way()
        self.reason = ReasonField(self.form, row.refund_reasons, self.tr("&Reason"), self.tr("In your &words"))

    def submit(self) -> None:
        """Post it."""
        reason = self.reason.sentence(self.tr("Say in a few words why the money is given back."))
        self.post(
            refund_payment, self.row.payment.payment_id, self.amount.cents(), key=self.key, reason=reason,
            then=partial(_told, self, self._then),
        )  # fmt: skip

    def _show_way(self) -> None:
        try:
            self.way_back.show_refund(self.amount.cents_or_none() or 0)
        except InputError:
            self.way_back.show_refund(0)


def _receipt_line(row: ReversalRow, words: str) -> QWidget:
    paid = row.payment
    label = theme.label(words.format(paid.receipt_no, format_money(abs(paid.amount_cents)), paid.tender), bold=True)
    label.setWordWrap(True)
    label.setObjectName("receipt_line")
    return label


class WayBackNote(QLabel):
    """How the money goes back: what has to be done at the card terminal, and what waits to be mailed."""

    def __init__(self, form: Form, row: ReversalRow) -> None:
        super().__init__()
        self._row = row
        self.setObjectName("way_back")
        self.setWordWrap(True)
        theme.set_look(self, "warning")
        form.wide(self)

    def show_refund(self, cents: Cents) -> None:
        """Say it for a refund of so much; nothing for cash."""
        self._show(
            shares_back(self._row.ways, cents),
            {
                TenderKind.CARD: self.tr("▲ Give {0} back at the card terminal too: {1}"),
                TenderKind.CHECK: self.tr("{0} of {1} will wait under Money, Refunds by mail."),
            },
        )

    def show_void(self) -> None:
        """Say it for the void of the receipt, of money taken or of a refund."""
        back = self.tr("▲ Give {0} back at the card terminal too: {1}")
        again = self.tr("▲ Undo the refund of {0} at the card terminal too: {1}")
        words = {TenderKind.CARD: back if self._row.payment.amount_cents > 0 else again}
        self._show([(way, abs(way.left_cents)) for way in self._row.ways], words)

    def _show(self, shares: list[tuple[WayBack, Cents]], words: dict[TenderKind, str]) -> None:
        told = [words[way.kind].format(format_money(share), way.words) for way, share in shares if way.kind in words]
        self.setText("\n".join(told))
        self.setVisible(bool(told))


def _told(dialog: VoidDialog | RefundDialog, then: Then | None, done: PaymentDone) -> None:
    verb = dialog.tr("voided") if isinstance(dialog, VoidDialog) else dialog.tr("refunded")
    words = dialog.tr("receipt {0} {1} with receipt {2}, {3} for {4}")
    paid, who = dialog.row.payment, dialog.row.who
    name = who.name if who else dialog.tr("a customer")
    amount = format_money(abs(done.amount_cents))
    dialog.context.report.done(words.format(paid.receipt_no, verb, done.receipt_no, amount, name))
    if then is not None:
        then(done)
    dialog.finish(done)
