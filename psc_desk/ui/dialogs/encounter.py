"""Charge a visit away from its check-out, say why it is not charged, or charge an account without a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtWidgets import QSpinBox, QWidget

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.events import IncomeAssessed
from psc_desk.money import format_money
from psc_desk.queries.clinic import FeeRow, fee_schedule
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.queries.encounter import EncounterRow, encounter
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.charge_lines import ChargeLines
from psc_desk.ui.dialogs.choose_patient import choose_patient
from psc_desk.ui.dialogs.estimate_note import EstimateNote
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import DateEdit, MoneyEdit
from psc_desk.ui.widgets.sliding_note import SlidingNote
from psc_desk.usecases.charges import ChargeInput, charge_account, post_charges
from psc_desk.usecases.check_out import say_no_charge
from psc_desk.work import Read


@dataclass(frozen=True)
class AccountStart:
    """What the form for a charge without a visit begins with."""

    who: PersonAtCounter
    fees: tuple[FeeRow, ...]
    today: date


def open_encounter(context: Context, parent: QWidget, visit_id: int) -> None:
    """Open the encounter form of a visit that took place."""
    context.ask(parent, encounter, visit_id, then=lambda row: EncounterDialog(context, parent, row).open())


def open_no_charge(context: Context, parent: QWidget, visit_id: int) -> None:
    """Ask why a visit is not charged."""
    context.ask(parent, encounter, visit_id, then=lambda row: NoChargeDialog(context, parent, row).open())


def open_charge_account(context: Context, parent: QWidget, patient_id: int | None = None) -> None:
    """Charge an account without a visit; ask whom when no patient is given."""

    def ask(chosen: int) -> None:
        context.ask(parent, account_start, chosen, then=lambda row: AccountChargeDialog(context, parent, row).open())

    if patient_id is None:
        choose_patient(context, parent, parent.tr("Charge whose account?"), ask)
    else:
        ask(patient_id)


def account_start(read: Read, patient_id: int) -> AccountStart:
    """Return who is charged, and today's prices."""
    return AccountStart(person_at_counter(read, patient_id), tuple(fee_schedule(read, read.today)), read.today)


class EncounterDialog(PostingDialog[list[int]]):
    """Diagnoses and lines of one visit; Enter charges them."""

    def __init__(self, context: Context, parent: QWidget | None, row: EncounterRow) -> None:
        super().__init__(context, parent, "Charge visit", verb="Charge", who=row.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Charge visit"))
        self.row = row
        self.lines = ChargeLines()
        words = " · ".join((format_date(row.day), row.type_name, row.provider_name))
        self.form.wide(theme.label(words, bold=True))
        for charge in row.charges:
            there = f"✓ {charge.code} {charge.label} · {format_money(charge.amount_cents)}"
            self.form.wide(theme.label(there, look="secondary"))
        self.body.addWidget(self.lines, 1)
        self.sliding, self.estimate = SlidingNote(), EstimateNote(context, row.visit_id)
        self.body.addWidget(self.sliding)
        self.body.addWidget(self.estimate)
        self.late_form = Form()
        self.late = self.late_form.text(self.tr("Month is closed, charged now beca&use"), "late_reason")
        self.late_form.setVisible(row.month_closed)
        self.body.addWidget(self.late_form)
        self.lines.show_codes(row.codes, row.fees, ticked=not row.charges)
        self.lines.show_diagnoses(row.diagnoses)
        self.lines.changed.connect(self._show_verb)
        self.sliding.assess_wanted.connect(self._assess)
        context.bus.subscribe(self, (IncomeAssessed,), lambda _event: self._refresh())
        self._show_verb()
        self.resize(theme.px(680), theme.px(520))

    def submit(self) -> None:
        """Charge what is ticked."""
        lines = self.lines.inputs()
        if not lines:
            raise InputError(self.tr("Tick at least one service."), "charge_lines")
        self.post(
            post_charges, self.row.visit_id, lines, key=self.key, diagnoses=self.lines.diagnosis_codes(),
            reason=self.late.text(), then=self._charged,
        )  # fmt: skip

    def _typed(self) -> list[object]:
        return [*self.lines.typed(), self.late.text()]

    def _charged(self, charge_ids: list[int]) -> None:
        words = self.tr("{0} charged to {1}'s account")
        self.context.report.done(words.format(format_money(self.lines.total()), self.row.who.name))
        self.finish(charge_ids)

    def _assess(self) -> None:
        from psc_desk.ui.dialogs.assessment import open_assessment

        open_assessment(self.context, self, self.row.who.patient_id)

    def _refresh(self) -> None:
        self.context.ask(self, encounter, self.row.visit_id, then=self._show)

    def _show(self, row: EncounterRow) -> None:
        self.row = row
        self._show_verb()

    def _show_verb(self) -> None:
        self.primary.setText(self.tr("Charge {0}").format(format_money(self.lines.total())))
        amounts, sliding = self.lines.amounts(), self.row.sliding
        self.sliding.show_visit(sliding, amounts)
        charged = sum(charge.amount_cents for charge in self.row.charges) + sum(amounts)
        self.estimate.follow(charged - sliding.discounted_cents - sliding.preview(amounts))


class NoChargeDialog(PostingDialog[None]):
    """A reason from the clinic's list, or in one's own words."""

    def __init__(self, context: Context, parent: QWidget | None, row: EncounterRow) -> None:
        super().__init__(context, parent, "Nothing to charge", verb="Nothing to charge", who=row.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Nothing to charge"))
        self.row = row
        words = " · ".join((format_date(row.day), row.type_name, row.provider_name))
        self.form.wide(theme.label(words, bold=True))
        self.reason = ReasonField(
            self.form, row.no_charge_reasons, self.tr("&Because"), self.tr("In your &words"), unsaid=self.tr("Choose")
        )

    def submit(self) -> None:
        """Keep the reason."""
        reason = self.reason.sentence(self.tr("Say why nothing is charged for this visit."))
        said = self.tr("nothing is charged for the visit of {0}, {1}")
        words = said.format(self.row.who.name, format_date(self.row.day))
        self.post(say_no_charge, self.row.visit_id, reason, then=partial(self._kept, words))

    def _kept(self, words: str, _nothing: None) -> None:
        self.context.report.done(words)
        self.finish(None)


class AccountChargeDialog(PostingDialog[int]):
    """One service charged to an account, such as a form filled in or records copied."""

    def __init__(self, context: Context, parent: QWidget | None, start: AccountStart) -> None:
        super().__init__(context, parent, "Charge account", verb="Charge", who=start.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Charge an account"))
        self.start = start
        self.service = self.form.choice(self.tr("&Service"), "code", _choices(start.fees, self.tr("Choose")))
        self.units = self.form.add(self.tr("&Units"), QSpinBox(), "units")
        self.units.setRange(1, 999)
        self.price = self.form.add(self.tr("&Price of one"), MoneyEdit("price", self.tr("Price of one")))
        self.day = self.form.add(self.tr("&Day"), DateEdit("day", self.tr("Day"), lambda: start.today))
        self.day.set_day(start.today)
        self.late = self.form.text(self.tr("If its month is closed, be&cause"), "late_reason")
        self.service.currentIndexChanged.connect(lambda _place: self._chosen())
        self.units.valueChanged.connect(lambda _units: self._show_verb())
        self.price.textChanged.connect(lambda _text: self._show_verb())
        self._show_verb()

    def submit(self) -> None:
        """Charge it."""
        fee = self.service.currentData()
        if not isinstance(fee, FeeRow):
            raise InputError(self.tr("Choose the service."), "code")
        line = ChargeInput(fee.code, self.units.value(), unit_cents=self.price.cents())
        words = self.tr("{0} charged to the account of {1}").format(fee.label, self.start.who.name)
        self.post(
            charge_account, self.start.who.patient_id, line, key=self.key, day=self.day.day(),
            reason=self.late.text(), then=partial(self._charged, words),
        )  # fmt: skip

    def _charged(self, words: str, charge_id: int) -> None:
        self.context.report.done(words)
        self.finish(charge_id)

    def _chosen(self) -> None:
        fee = self.service.currentData()
        self.price.set_cents(fee.cents or None if isinstance(fee, FeeRow) else None)
        self._show_verb()

    def _show_verb(self) -> None:
        try:
            cents = (self.price.cents_or_none() or 0) * self.units.value()
        except InputError:
            cents = 0
        self.primary.setText(self.tr("Charge {0}").format(format_money(cents)))


def _choices(fees: Sequence[FeeRow], unsaid: str) -> list[tuple[str, object]]:
    return [(unsaid, None), *((f"{fee.code}  {fee.label}", fee) for fee in fees)]
