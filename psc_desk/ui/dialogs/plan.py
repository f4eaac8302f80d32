"""Agree on a payment plan; close one, open it again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.models.payment import TenderKind
from psc_desk.models.plan import CREDITOR_ABOVE, FREE_OF_DISCLOSURE, MOST_INSTALMENTS, Frequency, Instalment, propose
from psc_desk.money import Cents, format_money
from psc_desk.queries.money import ChargeRow
from psc_desk.queries.plan_form import PlanForm, plan_form
from psc_desk.queries.plans import PaymentPlanRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import ReasonDialog
from psc_desk.ui.dialogs.document import open_paper
from psc_desk.ui.dialogs.posting import PostingDialog, banner_of
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.dialogs.tender_box import TenderBox
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import DateEdit, MoneyEdit
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.ui.widgets.tick_table import TickTable
from psc_desk.usecases.cards import CardDone, begin_card
from psc_desk.usecases.plans import PlanAgreed, PlanInput, agree_plan, close_plan, reopen_plan
from psc_desk.usecases.tenders import TenderInput

translate = QCoreApplication.translate
_USUAL = 4
_TITLE_BAR = 40
"""The room that the window manager takes of the screen."""


def open_plan(context: Context, parent: QWidget, patient_id: int) -> None:
    """Open the form of a new plan over what the patient owes outside of plans."""

    def show(form: PlanForm) -> None:
        if form.charges:
            PlanDialog(context, parent, form).open()
            return
        words = (
            translate("Plans", "All that {0} owes is in a payment plan already. Close that plan first to agree anew.")
            if form.in_plans
            else translate("Plans", "{0} owes nothing. A payment plan needs open charges.")
        )
        context.report(RefusedError(words.format(form.who.name)))

    context.ask(parent, plan_form, patient_id, then=show)


def ask_close_plan(context: Context, parent: QWidget, row: PaymentPlanRow) -> None:
    """Ask why, and end the plan."""
    question = translate("Plans", "{0} left of the plan of {1} will be due as usual. Why is it closed?")
    reasons = [
        ("missed", translate("Plans", "Payments were missed")),
        ("terms", translate("Plans", "Other terms are agreed")),
        ("other", translate("Plans", "Other")),
    ]
    answer = ReasonDialog.ask(
        parent,
        translate("Plans", "Close a payment plan"),
        question.format(format_money(row.left_cents), row.patient),
        reasons=reasons,
        verb=translate("Plans", "Close plan"),
    )
    if answer is not None:
        said = translate("Plans", "payment plan {0} of {1} is closed").format(row.plan_id, row.patient)
        context.do(parent, close_plan, row.plan_id, answer.sentence, then=lambda _none: context.report.done(said))


def ask_reopen_plan(context: Context, parent: QWidget, row: PaymentPlanRow) -> None:
    """Ask why, and let the plan go on."""
    question = translate("Plans", "The plan of {0} goes on with the terms that were agreed. Why is it opened again?")
    answer = ReasonDialog.ask(
        parent,
        translate("Plans", "Open a payment plan again"),
        question.format(row.patient),
        reasons=[],
        verb=translate("Plans", "Open again"),
    )
    if answer is not None:
        said = translate("Plans", "payment plan {0} of {1} goes on").format(row.plan_id, row.patient)
        context.do(parent, reopen_plan, row.plan_id, answer.text, then=lambda _none: context.report.done(said))


class PlanDialog(PostingDialog[PlanAgreed]):
    """Left what it is for and the down payment, right the terms; the schedule follows every key."""

    def __init__(self, context: Context, parent: QWidget | None, form: PlanForm) -> None:
        super().__init__(context, parent, "Payment plan", verb="Agree on the plan", who=form.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Payment plan"))
        self.facts = form
        self.window_below = parent
        self.charges = TickTable(self._columns(), lambda one: one.charge_id, "charges", self.tr("Charges to plan"))
        self.down = MoneyEdit("down", self.tr("Down payment"))
        self.tender = TenderBox(ask_terminal=True)
        self.count = QSpinBox()
        self.first_due = DateEdit("first_due", self.tr("First installment due"), lambda: form.who.today)
        self.schedule = RowsTable(RowsModel(self._schedule_columns()), "schedule", self.tr("Schedule"))
        self.summary, self.question = theme.label(bold=True), QFrame()
        self.guarantor = self.form.text(self.tr("&Person who pays"), "guarantor", form.guarantor)
        self._build_terms()
        self.disclosure = self._build_question()
        self._build_columns()
        self._connect()
        self._follow()

    def submit(self) -> None:
        """Agree, take the down payment, and show the agreement to sign."""
        down = self._down()
        tenders: tuple[TenderInput, ...] = (self.tender.tender(down),) if down else ()
        plan = PlanInput(
            self.key, self.facts.who.patient_id, tuple(row.charge_id for row in self.charges.ticked()),
            self.guarantor.text(), self.count.value(), Frequency(self.frequency.currentData()), self.first_due.day(),
            self._answer(), self.facts.till.till_id, tenders,
        )  # fmt: skip
        if any(tender.kind is TenderKind.CARD for tender in tenders):
            self.post(begin_card, plan, then=partial(self._ask_terminal, plan))
        else:
            self.post(agree_plan, plan, then=self._agreed)

    def _ask_terminal(self, plan: PlanInput, begun: CardDone) -> None:
        """Ask for the down payment; the plan is agreed on when it is approved, and looked up here."""
        from psc_desk.ui.dialogs.card import charge_card

        charge_card(self, begun, lambda _paid: self.post(agree_plan, plan, then=self._agreed))

    def value(self) -> PlanAgreed:
        """Return what was agreed (see `submit`)."""
        assert self.answer is not None
        return self.answer

    def _agreed(self, done: PlanAgreed) -> None:
        who = self.facts.who
        words = self.tr("payment plan {0} is agreed with {1}").format(done.plan_id, who.name)
        if done.receipt_no is not None:
            words += self.tr(", receipt {0} for the down payment").format(done.receipt_no)
        if done.change_cents:
            words += self.tr(", change {0}").format(format_money(done.change_cents))
        self.context.report.done(words)
        below = self.window_below
        self.finish(done)
        if below is not None:
            open_paper(self.context, below, banner_of(who), done.document_id)

    def _answer(self) -> str:
        if self.count.value() <= FREE_OF_DISCLOSURE:
            return ""
        return self.disclosure.sentence(self.tr("Say what was done about the disclosure, or choose four or fewer."))

    def _down(self) -> Cents:
        return self.down.cents_or_none() or 0

    def _chosen_cents(self) -> Cents:
        return sum(row.open_cents for row in self.charges.ticked())

    def _follow(self, *_args: object) -> None:
        """Show the schedule as it would be now."""
        self.question.setVisible(self.count.value() > FREE_OF_DISCLOSURE)
        try:
            down = self._down()
            rows = self._proposed(down)
            error = ""
        except InputError as wrong:
            down, rows, error = 0, [], str(wrong)
        self.tender.setVisible(bool(down))
        if self.isVisible():
            room = self.screen().availableGeometry().size() - QSize(0, theme.px(_TITLE_BAR))
            self.resize(self.size().expandedTo(self.sizeHint()).boundedTo(room))
        self.tender.show_share(down or None)
        self.schedule.rows.set_rows(rows)
        self.summary.setText(error or self._sum_words(down))
        theme.set_look(self.summary, "error" if error else "")

    def _proposed(self, down: Cents) -> list[Instalment]:
        rest = self._chosen_cents() - down
        if rest <= 0:
            words = self.tr("Tick the charges to plan; the down payment must be less than what they come to.")
            raise InputError(words, "down")
        return propose(rest, self.count.value(), Frequency(self.frequency.currentData()), self.first_due.day())

    def _sum_words(self, down: Cents) -> str:
        chosen = self._chosen_cents()
        words = self.tr("{0} in installments, without interest").format(format_money(chosen - down))
        return self.tr("{0} down, {1}").format(format_money(down), words) if down else words

    def _connect(self) -> None:
        self.charges.ticks_changed.connect(self._follow)
        self.down.textChanged.connect(self._follow)
        self.count.valueChanged.connect(self._follow)
        self.frequency.currentIndexChanged.connect(self._follow)
        self.first_due.textChanged.connect(self._follow)

    def _columns(self) -> list[Column[ChargeRow]]:
        return [
            Column(self.tr("Service"), lambda row: f"{row.service_date:%m/%d/%Y} {row.label}", width=-1),
            Column(self.tr("Open"), lambda row: format_money(row.open_cents), RIGHT, width=100),
        ]

    def _schedule_columns(self) -> list[Column[Instalment]]:
        return [
            Column(self.tr("No."), lambda row: str(row.number), RIGHT, lambda row: row.number, width=50),
            Column(self.tr("Due"), lambda row: f"{format_date(row.due_on)} {row.due_on:%a}", width=-1),
            Column(self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, width=110),
        ]

    def _build_terms(self) -> None:
        self.count.setRange(1, MOST_INSTALMENTS)
        self.count.setValue(_USUAL)
        self.form.add(self.tr("&Installments"), self.count, "count")
        often: list[tuple[str, object]] = [(one.word, one) for one in Frequency]
        self.frequency = self.form.choice(self.tr("Paid &every"), "frequency", often, Frequency.MONTHLY)
        self.form.add(self.tr("&First due"), self.first_due, "first_due")
        self.first_due.set_day(self.facts.first_due)

    def _build_question(self) -> ReasonField:
        """The stop above four installments (Regulation Z, 12 CFR 1026.2(a)(17))."""
        year = self.facts.year
        words = self.tr(
            "More than four installments by written agreement may be credit under Regulation Z when a clinic agrees "
            "to it more than {0} times a year. {1}: {2} plans so far, {3} of them above four. Check with counsel or "
            "print the disclosure; a second person approves."
        ).format(CREDITOR_ABOVE, year.year, year.plans, year.above_four)
        said = theme.label(words, "small")
        said.setWordWrap(True)
        said.setMinimumHeight(said.fontMetrics().height() * 2)
        column = QVBoxLayout(self.question)
        column.addWidget(said)
        form = Form()
        column.addWidget(form)
        theme.set_look(self.question, "note")
        reasons = (self.tr("Counsel says that none is needed"), self.tr("The disclosure is printed"), self.tr("Other"))
        return ReasonField(form, reasons, self.tr("Disclos&ure"), self.tr("In your &words"), unsaid=self.tr("Choose"))

    def _build_columns(self) -> None:
        left, right, across = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.addWidget(theme.label(self.tr("What the plan is for"), "heading", bold=True))
        left.addWidget(self.charges, 1)
        self._build_down(left)
        right.addWidget(theme.label(self.tr("Terms"), "heading", bold=True))
        right.addWidget(self.form)
        right.addWidget(self.schedule, 1)
        for table in (self.charges, self.schedule):
            table.setMinimumHeight(theme.px(34 + 32 * 2))
            table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        across.setSpacing(theme.px(24))
        across.addLayout(left, 1)
        across.addLayout(right, 1)
        self.body.addLayout(across, 1)
        self.body.addWidget(self.question)
        self.body.addWidget(self.summary)
        self.charges.show_rows(self.facts.charges, ticked=True)
        self.resize(theme.px(940), theme.px(600))

    def _build_down(self, column: QVBoxLayout) -> None:
        form = Form()
        form.add(self.tr("Down payment &today"), self.down, "down")
        if self.facts.till.status != "open":
            self.down.setEnabled(False)
            words = self.tr("The drawer is closed: open it with F8 to take a down payment.")
            hint = theme.label(words, "small", look="secondary")
            hint.setWordWrap(True)
            form.wide(hint)
        column.addWidget(form)
        column.addWidget(self.tender)
        self.summary.setObjectName("plan_summary")
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight)
