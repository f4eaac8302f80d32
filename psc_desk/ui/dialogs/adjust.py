"""Adjust a charge, take an adjustment back, write off small balances, print the adjustment journal."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtWidgets import QWidget

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.models.charging import AdjustmentKind
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.queries.adjustments import (
    AdjustForm,
    AdjustmentRow,
    SmallBalanceRow,
    SmallBalances,
    adjust_form,
    small_balances,
)
from psc_desk.queries.money import ChargeRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.choose_patient import choose_patient
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.print_preview import open_print
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.inputs import DateEdit, MoneyEdit
from psc_desk.ui.widgets.tick_table import TickTable
from psc_desk.usecases.adjustments import (
    adjust,
    make_adjustment_journal,
    take_back_adjustment,
    write_off_small_balances,
)

_BY_HAND = (AdjustmentKind.COURTESY, AdjustmentKind.SMALL_BALANCE, AdjustmentKind.BAD_DEBT, AdjustmentKind.CONTRACTUAL)
_INTO_PAID = (AdjustmentKind.CONTRACTUAL, AdjustmentKind.SLIDING_FEE)


def open_adjust(context: Context, parent: QWidget, patient_id: int | None = None, charge_id: int | None = None) -> None:
    """Adjust a charge of a patient; ask whom when no patient is given."""

    def show(form: AdjustForm) -> None:
        if not form.charges:
            context.report.not_done(parent.tr("{0} has no charge that can be adjusted.").format(form.who.name))
            return
        AdjustDialog(context, parent, form, charge_id).open()

    def ask(chosen: int) -> None:
        context.ask(parent, adjust_form, chosen, then=show)

    if patient_id is None:
        choose_patient(context, parent, parent.tr("Adjust whose charge?"), ask)
    else:
        ask(patient_id)


def open_take_back(context: Context, parent: QWidget, row: AdjustmentRow) -> None:
    """Ask why an adjustment is taken back."""

    def show(form: AdjustForm) -> None:
        TakeBackDialog(context, parent, row, form).open()

    context.ask(parent, adjust_form, row.patient_id, then=show)


def open_small_balances(context: Context, parent: QWidget) -> None:
    """Offer the small balances for a write-off."""
    context.ask(parent, small_balances, then=lambda found: SmallBalancesDialog(context, parent, found).open())


class AdjustDialog(PostingDialog[int]):
    """Charge, kind, amount, reason; what is open is proposed."""

    def __init__(self, context: Context, parent: QWidget | None, form: AdjustForm, charge_id: int | None) -> None:
        super().__init__(context, parent, "Adjust charge", verb="Adjust", who=form.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Adjust a charge"))
        self.facts = form
        chosen = next((row for row in form.charges if row.charge_id == charge_id), form.charges[0])
        self.charge = self.form.choice(
            self.tr("C&harge"), "charge", [(_charge_words(row), row) for row in form.charges], chosen
        )
        self.kind = self.form.choice(self.tr("&Kind"), "kind", [(kind.word, kind) for kind in _BY_HAND])
        self.amount = self.form.add(self.tr("&Amount"), MoneyEdit("amount", self.tr("Amount to take off")))
        self.left = theme.label("", "small", look="secondary")
        self.left.setWordWrap(True)
        self.form.wide(self.left)
        self.reason = ReasonField(
            self.form, form.reasons, self.tr("&Reason"), self.tr("In your &words"), unsaid=self.tr("Choose")
        )
        self.code = self.form.text(self.tr("Reason c&ode"), "reason_code")
        self.code.setPlaceholderText(self.tr("such as CO-45, when there is one"))
        for box in (self.charge, self.kind):
            box.currentIndexChanged.connect(lambda _place: self._propose())
        self.amount.textChanged.connect(lambda _text: self._show_left())
        self._propose()
        self.setMinimumWidth(theme.px(600))

    def submit(self) -> None:
        """Post it."""
        row = self._row()
        cents = self.amount.cents()
        reason = self.reason.sentence(self.tr("Say why less is owed, so that others understand it later."))
        words = self.tr("{0} taken off {1} of {2}").format(format_money(cents), row.code, self.facts.who.name)
        self.post(
            adjust, row.charge_id, cents, self._kind(), key=self.key, reason=reason,
            reason_code=self.code.text(), then=partial(self._adjusted, words),
        )  # fmt: skip

    def _adjusted(self, words: str, adjustment_id: int) -> None:
        self.context.report.done(words)
        self.finish(adjustment_id)

    def _row(self) -> ChargeRow:
        row: ChargeRow = self.charge.currentData()
        return row

    def _kind(self) -> AdjustmentKind:
        return AdjustmentKind(self.kind.currentData())  # Qt keeps an enum of strings as a string

    def _most(self) -> Cents:
        row, kind = self._row(), self._kind()
        if kind in _INTO_PAID:
            return row.limit_cents
        return min(max(row.open_cents, 0), self.facts.small_cents if kind is AdjustmentKind.SMALL_BALANCE else LIMIT)

    def _propose(self) -> None:
        self.amount.set_cents(min(self._row().open_cents, self._most()) or None)
        self._show_left()

    def _show_left(self) -> None:
        row, most = self._row(), self._most()
        words = [self.tr("At most {0}.").format(format_money(most))]
        try:
            cents = self.amount.cents_or_none() or 0
        except InputError:
            cents = 0
        if row.open_cents < cents <= most:
            freed = format_money(cents - row.open_cents)
            words.append(self.tr("{0} was paid already and becomes unapplied money.").format(freed))
        elif 0 < cents <= row.open_cents:
            rest = row.open_cents - cents
            words.append(self.tr("{0} of it stays open.").format(format_money(rest) if rest else self.tr("Nothing")))
        if cents > self.facts.second_cents:
            words.append(self.tr("A second person approves it."))
        self.left.setText(" ".join(words))


class TakeBackDialog(PostingDialog[int]):
    """What was taken off is owed again."""

    def __init__(self, context: Context, parent: QWidget | None, row: AdjustmentRow, form: AdjustForm) -> None:
        super().__init__(context, parent, "Take back", verb="Take back", who=form.who, look="danger")
        self.setWindowTitle("PSC Desk - " + self.tr("Take an adjustment back"))
        self.row = row
        words = self.tr("{0} of {1} on {2}, {3}: {4}").format(
            row.kind.word, format_money(row.cents), row.code, format_date(row.service_date), row.reason
        )
        label = theme.label(words, bold=True)
        label.setWordWrap(True)
        self.form.wide(label)
        self.reason = ReasonField(
            self.form, form.reasons, self.tr("&Reason"), self.tr("In your &words"), unsaid=self.tr("Choose")
        )

    def submit(self) -> None:
        """Post it."""
        reason = self.reason.sentence(self.tr("Say why it is taken back."))
        words = self.tr("{0} is owed again by {1}").format(format_money(self.row.cents), self.row.patient)
        self.post(
            take_back_adjustment, self.row.adjustment_id, key=self.key, reason=reason, then=partial(self._back, words)
        )

    def _back(self, words: str, adjustment_id: int) -> None:
        self.context.report.done(words)
        self.finish(adjustment_id)


class SmallBalancesDialog(PostingDialog[int]):
    """All are ticked; Space takes a tick away; one entry for each charge."""

    def __init__(self, context: Context, parent: QWidget | None, found: SmallBalances) -> None:
        super().__init__(context, parent, "Small balances", verb="Write off")
        self.setWindowTitle("PSC Desk - " + self.tr("Small balances"))
        words = self.tr("Accounts that owe {0} or less and have no unapplied money. The limit is a setting.")
        note = theme.label(words.format(format_money(found.limit_cents)), look="secondary")
        note.setWordWrap(True)
        self.table = TickTable[SmallBalanceRow](self._columns(), lambda row: row.patient_id, "accounts",
                                                self.tr("Accounts with a small balance"))  # fmt: skip
        self.table.show_rows(found.rows, ticked=True)
        self.table.ticks_changed.connect(self._show_verb)
        self.body.insertWidget(0, note)
        self.body.insertWidget(1, self.table, 1)
        self.reason = ReasonField(
            self.form, [*found.reasons], self.tr("&Reason"), self.tr("In your &words"), unsaid=self.tr("Choose")
        )
        small = self.reason.list.findText("Too small to bill")
        self.reason.list.setCurrentIndex(max(small, 0))
        self._show_verb()
        self.resize(theme.px(760), theme.px(480))

    def submit(self) -> None:
        """Write the ticked ones off."""
        ids = [row.patient_id for row in self.table.ticked()]
        reason = self.reason.sentence(self.tr("Say why they are written off."))
        words = self.tr("{0} written off").format(counted(len(ids), self.tr("account")))
        self.post(write_off_small_balances, ids, key=self.key, reason=reason, then=partial(self._gone, words))

    def _gone(self, words: str, cents: int) -> None:
        self.context.report.done(f"{words}, {format_money(cents)}")
        self.finish(cents)

    def _show_verb(self) -> None:
        ticked = self.table.ticked()
        total = format_money(sum(row.cents for row in ticked))
        accounts = counted(len(ticked), self.tr("account"))
        self.primary.setText(self.tr("Write off {0} of {1}").format(total, accounts))
        self.primary.setEnabled(bool(ticked))

    def _columns(self) -> list[Column[SmallBalanceRow]]:
        return [
            Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=-1),
            Column(self.tr("Born"), lambda row: format_date(row.birth_date), width=110),
            Column(self.tr("Record"), lambda row: f"#{row.record_no}", width=90),
            Column(self.tr("Charges"), lambda row: str(row.charges), RIGHT, width=80),
            Column(self.tr("Since"), lambda row: format_date(row.since), sort=lambda row: row.since, width=110),
            Column(self.tr("Owes"), lambda row: format_money(row.cents), RIGHT, lambda row: row.cents, width=90),
        ]


class JournalDialog(PostingDialog[bytes]):
    """From which day to which; then the paper."""

    def __init__(self, context: Context, parent: QWidget, today: date) -> None:
        super().__init__(context, parent, "Adjustment journal", verb="Show")
        self.setWindowTitle("PSC Desk - " + self.tr("Adjustment journal"))
        self.below = parent
        self.first = self.form.add(self.tr("&From"), DateEdit("first_day", self.tr("From"), lambda: today))
        self.last = self.form.add(self.tr("&To"), DateEdit("last_day", self.tr("To"), lambda: today))
        self.first.set_day(today - timedelta(days=today.day - 1))
        self.last.set_day(today)

    def submit(self) -> None:
        """Make it."""
        self.post(make_adjustment_journal, self.first.day(), self.last.day(), then=self._made)

    def _made(self, content: bytes) -> None:
        self.finish(content)
        open_print(self.context, self.below, content, self.tr("Adjustment journal"), kind="adjustments")


def _charge_words(row: ChargeRow) -> str:
    opened = f"{format_money(row.open_cents)} open of {format_money(row.amount_cents)}"
    return f"{format_date(row.service_date)}  {row.code} {row.label}  ·  {opened}"
