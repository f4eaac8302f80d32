"""Take a payment (F5): what it is for, what it pays, how it is paid, and the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from psc_desk.errors import InputError, RefusedError
from psc_desk.models.payment import PaymentKind
from psc_desk.money import Cents, format_money
from psc_desk.queries.cards import CardSlipRow, open_card_slips
from psc_desk.queries.counter import CounterRow, counter, pays_for, planned_shares
from psc_desk.queries.money import ChargeRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.taking import TakingDialog
from psc_desk.ui.dialogs.tenders import Tenders
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.ui.widgets.tick_table import TickTable
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.payments import PaymentDone, PaymentInput, TenderInput, take_payment

Then = Callable[[PaymentDone], Any]


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


class PaymentDialog(TakingDialog):
    """Built complete from a CounterRow; Enter posts once, whatever the focus.

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
        receipt = QCheckBox()
        ways = Tenders(asks_terminal=self.ASKS_TERMINAL, foot=receipt)
        super().__init__(context, parent, "Payment", verb="Take payment", who=row.who, ways=ways)
        self.setWindowTitle("PSC Desk - " + self.tr("Payment"))
        self.row = row
        self._then = then
        self._touched = False
        self._shares: dict[int, Cents] = {}
        usual, due = row.usual
        self.kind = self.form.choice(self.tr("&For"), "kind", self._kinds(kind), kind or usual)
        self.amount = self.form.add(self.tr("&Amount"), MoneyEdit("amount", self.tr("Amount")))
        self.charges = TickTable(self._columns(), lambda one: one.charge_id, "charges", self.tr("Open charges"))
        self.receipt = receipt
        self.use_credit = button("use_credit", "", self._apply_credit, look="link")
        self._build_entry()
        preset = cents if cents is not None else row.due(kind) if kind else due
        self.amount.set_cents(preset or None)
        self._connect()
        self._show_shares()
        start = self.tenders.boxes[0].tendered if preset else self.amount
        start.setFocus(Qt.FocusReason.TabFocusReason)
        self.setMinimumWidth(theme.px(560))
        if self.ASKS_TERMINAL:
            context.ask(self, open_card_slips, then=self._warn_of_waiting)

    def _warn_of_waiting(self, slips: list[CardSlipRow]) -> None:
        """A card whose answer nobody knows may have paid this already, also when cash is taken now."""
        mine = next((one for one in slips if one.patient_id == self.row.who.patient_id), None)
        if mine is not None and self.error_line.isHidden():
            words = self.tr(
                "A card payment of {0} is not settled: it may be paid already. Look at the terminal, then settle it in "
                "Money, Card slips, before you take money again."
            )
            self.show_error(RefusedError(words.format(format_money(mine.cents))))

    def chosen_kind(self) -> PaymentKind:
        """What the money is for."""
        return PaymentKind(self.kind.currentData())

    def chosen_plan(self) -> int | None:
        """The payment plan that an installment is for."""
        plans = self.row.plans if self.chosen_kind() is PaymentKind.PLAN else ()
        return plans[0].plan_id if plans else None

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
            self.key, self.row.till.till_id, self.row.who.patient_id, self.chosen_kind(), self._tenders(),
            visit_id=self.row.visit_id, charge_ids=chosen, print_receipt=self.receipt.isChecked(),
            plan_id=self.chosen_plan(),
        )  # fmt: skip

    def _tenders(self) -> tuple[TenderInput, ...]:
        self.amount.cents()  # or say what is wrong with it
        return self.tenders.tenders()

    def send(self, payment: PaymentInput) -> None:
        """Post it, a card by way of the terminal."""
        self.take(take_payment, payment)

    def words(self, done: PaymentDone) -> str:
        """Return what is said of a posted payment."""
        words = self.tr("receipt {0}, {1} from {2}")
        return words.format(done.receipt_no, format_money(done.amount_cents), self.row.who.name)

    def posted(self, done: PaymentDone) -> None:
        """Tell who opened the form, too."""
        if self._then is not None:
            self._then(done)
        super().posted(done)

    def _kinds(self, wanted: PaymentKind | None) -> list[tuple[str, object]]:
        of_visit = () if self.row.visit_id is None else (PaymentKind.COPAY, PaymentKind.DEDUCTIBLE)
        of_plan = (PaymentKind.PLAN,) if self.row.plans else ()
        kinds = [*of_visit, *of_plan, PaymentKind.BALANCE, PaymentKind.PREPAYMENT]
        if self.row.cost_share_forbidden:
            kinds = kinds[2:] if of_visit else kinds
        if wanted is not None and wanted not in kinds:
            kinds.insert(0, wanted)
        return [(kind.word, kind) for kind in kinds]

    def _total(self) -> Cents | None:
        """Return the amount, None while it cannot be read."""
        try:
            return self.amount.cents_or_none()
        except InputError:
            return None

    def _show_shares(self) -> None:
        total = self._total()
        self.tenders.set_total(total)
        chosen = [row.charge_id for row in self.charges.ticked()] if self._touched else None
        targets = pays_for(self.row.charges, self.chosen_kind(), self.row.visit_id, chosen, self.chosen_plan())
        self._shares = planned_shares(targets, total or 0)
        self.charges.repaint_rows()
        self._say_rest(total or 0)

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
        self.tenders.boxes[0].first_field.setFocus(Qt.FocusReason.TabFocusReason)

    def _build_entry(self) -> None:
        self.summary = theme.label(size="small", look="secondary")
        self.summary.setObjectName("summary")
        self.summary.setWordWrap(True)
        self._show_charges()
        self.receipt.setText(self.tr("&Print a receipt"))
        self.receipt.setObjectName("print_receipt")
        self.receipt.setChecked(True)
        self.column.addWidget(self.summary)
        self.column.addWidget(self.use_credit, alignment=Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.charges)
        self.column.addWidget(self.tenders, 1)


def _owes(cents: Cents) -> str:
    return format_money(cents) if cents >= 0 else f"{format_money(-cents)} credit"
