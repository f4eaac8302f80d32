"""Take a payment (F5): what it is for, what it pays, how it is paid, and the change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.errors import InputError, RefusedError
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.money import Cents, format_money
from psc_desk.queries.counter import CounterRow, counter, pays_for, planned_shares
from psc_desk.queries.money import ChargeRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.tender_box import TenderBox
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.ui.widgets.tick_table import TickTable
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.cards import CardDone, begin_card
from psc_desk.usecases.payments import PaymentDone, PaymentInput, TenderInput, take_payment

Then = Callable[[PaymentDone], Any]
_SETTLE_MS = 350
"""A second Enter of the same stroke must not close the change before anyone read it."""


def open_payment(
    context: Context,
    parent: QWidget,
    patient_id: int,
    visit_id: int | None = None,
    *,
    kind: PaymentKind | None = None,
    cents: Cents | None = None,
    plan_id: int | None = None,
    then: Then | None = None,
) -> None:
    """Open the payment form over `parent`; `kind`, `cents` and the plan preset it, `then` hears what was posted."""

    def show(row: CounterRow) -> None:
        if row.till.status != "open":
            context.report(_closed(row))
            return
        PaymentDialog(context, parent, row, kind=kind, cents=cents, then=then).open()

    context.ask(parent, counter, patient_id, visit_id, plan_id, then=show)


def _closed(row: CounterRow) -> RefusedError:
    if row.till.status == "counting":
        return RefusedError(f"{row.till.name} is being counted. Finish the close with F8, or go on with the day there.")
    return RefusedError(f"{row.till.name} is closed. Open it with F8 and count the float first.")


class PaymentDialog(PostingDialog[PaymentDone]):
    """Built complete from a CounterRow; Enter posts once, whatever the focus. A card goes by way of the terminal.

    A form of its own overrides `send` (and ASKS_TERMINAL when the card was charged already).
    """

    ASKS_TERMINAL = True

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        row: CounterRow,
        *,
        kind: PaymentKind | None = None,
        cents: Cents | None = None,
        then: Then | None = None,
    ) -> None:
        super().__init__(context, parent, "Payment", verb="Take payment", who=row.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Payment"))
        self.row = row
        self._then = then
        self._touched = False
        self._by_hand: set[TenderBox] = set()
        self._shares: dict[int, Cents] = {}
        usual, due = row.usual
        self.kind = self.form.choice(self.tr("&For"), "kind", self._kinds(kind), kind or usual)
        self.amount = self.form.add(self.tr("&Amount"), MoneyEdit("amount", self.tr("Amount")))
        self.charges = TickTable(self._columns(), lambda one: one.charge_id, "charges", self.tr("Open charges"))
        self.receipt = QCheckBox(self.tr("&Print a receipt"))
        self.tenders: list[TenderBox] = []
        self.remaining = theme.label(bold=True)
        self.use_credit = button("use_credit", "", self._apply_credit, look="link")
        self.entry, self.tender_column = QWidget(), QVBoxLayout()
        self._build_entry()
        self.add_tender()
        preset = cents if cents is not None else row.due(kind) if kind else due
        self.amount.set_cents(preset or None)
        self._connect()
        self._show_shares()
        start = self.tenders[0].tendered if preset else self.amount
        start.setFocus(Qt.FocusReason.TabFocusReason)
        self.setMinimumWidth(theme.px(560))

    def chosen_kind(self) -> PaymentKind:
        """What the money is for."""
        return PaymentKind(self.kind.currentData())

    def chosen_plan(self) -> int | None:
        """The payment plan that an installment is for."""
        plans = self.row.plans if self.chosen_kind() is PaymentKind.PLAN else ()
        return plans[0].plan_id if plans else None

    def add_tender(self) -> TenderBox:
        """Add one more way to pay, for what is left of the amount."""
        box = TenderBox(len(self.tenders) + 1, ask_terminal=self.ASKS_TERMINAL)
        box.changed.connect(self._tender_changed)
        box.removed.connect(partial(self._remove_tender, box))
        box.amount.textEdited.connect(lambda _text: self._rest_follows(box))
        self.tenders.append(box)
        self.tender_column.addWidget(box)
        self._order_tenders()
        return box

    def value(self) -> PaymentDone:
        """Return what was posted (see `submit`)."""
        assert self.answer is not None
        return self.answer

    def submit(self) -> None:
        """Post; afterwards close."""
        if self.answer is not None:
            self.accept()
            return
        self.send(self.typed())

    def typed(self) -> PaymentInput:
        """Return the payment as typed; InputError names the field to go back to."""
        chosen = tuple(row.charge_id for row in self.charges.ticked()) if self._touched else None
        return PaymentInput(
            self.key, self.row.till.till_id, self.row.who.patient_id, self.chosen_kind(), self._typed_tenders(),
            visit_id=self.row.visit_id, charge_ids=chosen, print_receipt=self.receipt.isChecked(),
            plan_id=self.chosen_plan(),
        )  # fmt: skip

    def send(self, payment: PaymentInput) -> None:
        """Post it, or store it and ask the card terminal."""
        if any(tender.kind is TenderKind.CARD for tender in payment.tenders):
            self.post(begin_card, payment, then=self._ask_terminal)
        else:
            self.post(take_payment, payment, then=self._posted)

    def _ask_terminal(self, begun: CardDone) -> None:
        from psc_desk.ui.dialogs.card import charge_card

        charge_card(self, begun, self.row.who, self._posted)

    def reject(self) -> None:
        """After posting, Esc only closes."""
        if self.answer is not None:
            self.accept()
            return
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Any key closes once the change was shown."""
        if self.answer is None:
            super().keyPressEvent(event)
        elif self.primary.isEnabled() and not event.isAutoRepeat():
            self.accept()

    def _posted(self, done: PaymentDone) -> None:
        self.answer = done
        words = self.tr("receipt {0}, {1} from {2}").format(
            done.receipt_no, format_money(done.amount_cents), self.row.who.name
        )
        change = self.tr(", change {0}").format(format_money(done.change_cents)) if done.change_cents else ""
        self.context.report.done(words + change)
        if self._then is not None:
            self._then(done)
        if not done.change_cents:
            self.accept()
            return
        self._show_change(done, words)

    def _show_change(self, done: PaymentDone, words: str) -> None:
        self.entry.hide()
        self.form.hide()
        figure = theme.label(self.tr("Change {0}").format(format_money(done.change_cents)), "huge", bold=True)
        figure.setObjectName("change_due")
        figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        note = theme.label(words[:1].upper() + words[1:] + self.tr(" · any key closes"), look="secondary")
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addStretch()
        self.body.addWidget(figure)
        self.body.addWidget(note)
        self.body.addStretch()
        self.cancel.hide()
        self.primary.setText(self.tr("Close"))
        QTimer.singleShot(_SETTLE_MS, self, self._settled)

    def _settled(self) -> None:
        self.primary.setEnabled(True)
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _kinds(self, wanted: PaymentKind | None) -> list[tuple[str, object]]:
        of_visit = () if self.row.visit_id is None else (PaymentKind.COPAY, PaymentKind.DEDUCTIBLE)
        of_plan = (PaymentKind.PLAN,) if self.row.plans else ()
        kinds = [*of_visit, *of_plan, PaymentKind.BALANCE, PaymentKind.PREPAYMENT]
        if self.row.cost_share_forbidden:
            kinds = kinds[2:] if of_visit else kinds
        if wanted is not None and wanted not in kinds:
            kinds.insert(0, wanted)
        return [(kind.word, kind) for kind in kinds]

    def _typed_tenders(self) -> tuple[TenderInput, ...]:
        total = self.amount.cents()
        if len(self.tenders) == 1:
            return (self.tenders[0].tender(total),)
        parts = [box.amount.cents() for box in self.tenders]
        if sum(parts) != total:
            sentence = self.tr("The ways to pay come to {0}, the amount is {1}. Correct one of them.")
            raise InputError(sentence.format(format_money(sum(parts)), format_money(total)), "tender_amount")
        return tuple(box.tender(part) for box, part in zip(self.tenders, parts, strict=True))

    def _amount_or_none(self, edit: MoneyEdit) -> Cents | None:
        try:
            return edit.cents_or_none()
        except InputError:
            return None

    def _tender_changed(self) -> None:
        self._show_shares()
        self.resize(self.size().expandedTo(self.sizeHint()))

    def _show_shares(self) -> None:
        total = self._amount_or_none(self.amount)
        for box in self.tenders:
            box.show_share(total if len(self.tenders) == 1 else self._amount_or_none(box.amount))
        self._say_remaining(total or 0)
        chosen = [row.charge_id for row in self.charges.ticked()] if self._touched else None
        targets = pays_for(self.row.charges, self.chosen_kind(), self.row.visit_id, chosen, self.chosen_plan())
        self._shares = planned_shares(targets, total or 0)
        self.charges.repaint_rows()
        self._say_rest(total or 0)

    def _say_remaining(self, total: Cents) -> None:
        """Of several ways to pay: what none of them covers yet, or what they are too much."""
        left = total - sum(self._amount_or_none(box.amount) or 0 for box in self.tenders)
        words = self.tr("Still to pay: {0}") if left > 0 else self.tr("Too much: {0}")
        covered = self.tr("✓ All of {0} is covered").format(format_money(total))
        self.remaining.setText(words.format(format_money(abs(left))) if left else covered)
        theme.set_look(self.remaining, "error" if left else "good")
        self.remaining.setVisible(len(self.tenders) > 1)

    def _say_rest(self, total: Cents) -> None:
        rest = total - sum(self._shares.values())
        after = self.row.balance_cents - total
        words = self.tr("Balance now {0}, after this {1}").format(_owes(self.row.balance_cents), _owes(after))
        credit = self.tr(" · {0} stays as credit").format(format_money(rest)) if rest > 0 else ""
        self.summary.setText(words + credit)

    def _kind_changed(self) -> None:
        self.amount.set_cents(self.row.due(self.chosen_kind()) or None)
        self._show_shares()

    def _ticked(self) -> None:
        self._touched = bool(self.charges.ticked())
        self._show_shares()

    def _split(self) -> None:
        total = self._amount_or_none(self.amount) or 0
        if len(self.tenders) == 1:
            handed = self._amount_or_none(self.tenders[0].tendered)
            self.tenders[0].amount.set_cents(min(handed, total) if handed else None)
        taken = sum(self._amount_or_none(box.amount) or 0 for box in self.tenders)
        box = self.add_tender()
        if not any(one.kind is TenderKind.CARD for one in self.tenders):
            box.choose(TenderKind.CARD)
        box.amount.set_cents(max(0, total - taken) or None)
        self._show_shares()
        self.resize(self.size().expandedTo(self.sizeHint()))
        self.tenders[-2].amount.setFocus(Qt.FocusReason.TabFocusReason)

    def _rest_follows(self, box: TenderBox) -> None:
        """Leave the rest to the last way to pay, until its own amount is typed."""
        self._by_hand.add(box)
        last, total = self.tenders[-1], self._amount_or_none(self.amount)
        if total is None or last in self._by_hand:
            return
        others = sum(self._amount_or_none(one.amount) or 0 for one in self.tenders[:-1])
        last.amount.set_cents(max(0, total - others) or None)

    def _order_tenders(self) -> None:
        """Of several ways to pay the last one has the keys Alt+C, Alt+K and Alt+D."""
        for one in self.tenders:
            one.set_split(len(self.tenders) > 1, removable=one is not self.tenders[0])
            one.set_keys(one is self.tenders[-1])

    def _remove_tender(self, box: TenderBox) -> None:
        self.tenders.remove(box)
        self._by_hand.discard(box)
        self.tender_column.removeWidget(box)
        box.hide()
        box.deleteLater()
        self._order_tenders()
        self._show_shares()
        self.tenders[0].first_field.setFocus(Qt.FocusReason.TabFocusReason)

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.amount.textChanged.connect(self._show_shares)
        self.charges.ticks_changed.connect(self._ticked)

    def _columns(self) -> list[Column[ChargeRow]]:
        return [
            Column(self.tr("Service"), lambda row: f"{row.service_date:%m/%d} {row.label}", width=-1),
            Column(self.tr("Open"), lambda row: format_money(row.open_cents), RIGHT, width=100),
            Column(self.tr("Gets"), lambda row: format_money(self._shares.get(row.charge_id, 0)), RIGHT, width=100),
        ]

    def _show_charges(self) -> None:
        """Show what is open, and the credit that could pay of it."""
        self.charges.show_rows(self.row.charges)
        rows = min(4, len(self.row.charges))
        self.charges.setFixedHeight(theme.px(34 + 32 * rows + 6))
        self.charges.setVisible(bool(rows))
        words = self.tr("&Use the credit of {0} first").format(format_money(self.row.unapplied_cents))
        self.use_credit.setText(words)
        self.use_credit.setAccessibleName(words.replace("&", ""))
        self.use_credit.setVisible(bool(rows) and self.row.unapplied_cents > 0)

    def _apply_credit(self) -> None:
        """Put the credit against open charges, as often as there is any, and show what is left to pay."""
        context, who = self.context, self.row.who

        def applied(cents: Cents) -> None:
            words = self.tr("{0} of {1}'s credit was put against open charges")
            context.report.done(words.format(format_money(cents), who.name))
            context.ask(self, counter, who.patient_id, self.row.visit_id, then=self._show_again)

        context.do(self, apply_credit, who.patient_id, key=uuid4().hex, then=applied, failed=self.show_error)

    def _show_again(self, row: CounterRow) -> None:
        self.row = row
        self._touched = False
        self._show_charges()
        self._kind_changed()
        self.tenders[0].first_field.setFocus(Qt.FocusReason.TabFocusReason)

    def _build_entry(self) -> None:
        layout = QVBoxLayout(self.entry)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(10))
        self.summary = theme.label(size="small", look="secondary")
        self.summary.setObjectName("summary")
        self.summary.setWordWrap(True)
        self._show_charges()
        self.receipt.setObjectName("print_receipt")
        self.receipt.setChecked(True)
        self.remaining.setObjectName("remaining")
        self.remaining.setAlignment(Qt.AlignmentFlag.AlignRight)
        foot = QHBoxLayout()
        foot.addWidget(self.receipt)
        foot.addStretch()
        foot.addWidget(button("split_button", self.tr("&Split payment"), self._split, look="link"))
        layout.addWidget(self.summary)
        layout.addWidget(self.use_credit, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.charges)
        layout.addLayout(self.tender_column)
        layout.addWidget(self.remaining)
        layout.addStretch()
        layout.addLayout(foot)
        self.body.addWidget(self.entry)


def _owes(cents: Cents) -> str:
    return format_money(cents) if cents >= 0 else f"{format_money(-cents)} credit"
