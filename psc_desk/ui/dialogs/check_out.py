"""Check out (F6): what was done, what is owed, when to come again, and the summary to take home."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from psc_desk.dates import format_date, format_time
from psc_desk.errors import DeskError, InputError
from psc_desk.events import (
    AdjustmentPosted,
    ChargePosted,
    CodingAsked,
    CreditApplied,
    IncomeAssessed,
    PaymentPosted,
    PaymentReversed,
    VisitBooked,
    VisitChanged,
    VisitMoved,
    VisitStatusChanged,
)
from psc_desk.money import format_money
from psc_desk.queries.check_out_form import CheckOutForm, check_out_form
from psc_desk.queries.money import ChargeRow
from psc_desk.queries.no_copay import NoCopayQuestion, no_copay_question
from psc_desk.queries.visit import CheckOutRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog, ReasonDialog
from psc_desk.ui.dialogs.booking import open_booking
from psc_desk.ui.dialogs.charge_lines import ChargeLines
from psc_desk.ui.dialogs.estimate_note import EstimateNote
from psc_desk.ui.dialogs.payment import open_payment
from psc_desk.ui.dialogs.posted_charges import coding_block, posted_line
from psc_desk.ui.dialogs.posting import banner_of
from psc_desk.ui.dialogs.summary import open_summary
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.key_button import KeyButton
from psc_desk.ui.widgets.sliding_note import SlidingNote
from psc_desk.usecases.charges import post_charges, void_charge
from psc_desk.usecases.check_in import skip_copay
from psc_desk.usecases.check_out import begin_check_out, finish_check_out
from psc_desk.usecases.visits import undo_status, write_summary

_STALE_ON = (
    AdjustmentPosted, CodingAsked, IncomeAssessed, ChargePosted, PaymentPosted, PaymentReversed, CreditApplied,
    VisitBooked, VisitMoved, VisitChanged, VisitStatusChanged,
)  # fmt: skip


def open_check_out(context: Context, parent: QWidget, visit_id: int) -> None:
    """Open the check-out of a visit over `parent`; a patient in the room is brought to check-out."""

    def show(form: CheckOutForm) -> None:
        open_one = parent.window().findChild(CheckOutDialog)
        if open_one is not None and open_one.isVisible():
            open_one.activateWindow()
            return
        CheckOutDialog(context, parent.window(), form).open()

    def begun(_row: CheckOutRow) -> None:
        context.ask(parent, check_out_form, visit_id, then=show)

    context.do(parent, begin_check_out, visit_id, then=begun)


class CheckOutDialog(DeskDialog[int]):
    """Enter charges what is ticked, then finishes; payment, next visit and summary are a key each."""

    def __init__(self, context: Context, parent: QWidget, form: CheckOutForm) -> None:
        super().__init__(parent, "Check out", verb="Finish", patient=banner_of(form.who))
        self.setWindowTitle("PSC Desk - " + self.tr("Check out"))
        self.context = context
        self.key = uuid4().hex
        self.window_below: QWidget = parent
        self.facts = form
        self.row = form.row
        self._busy = False
        self.estimate = EstimateNote(context, form.row.visit_id)
        self.lines = ChargeLines()
        self.posted, self.asked = QVBoxLayout(), QVBoxLayout()
        self.money = QVBoxLayout()
        self.coming = QVBoxLayout()
        self.instructions, self.orders = QPlainTextEdit(form.row.instructions), QPlainTextEdit(form.row.orders)
        self.no_charge = Form()
        self.reason = self.no_charge.text(
            self.tr("Nothing to charge &because"), "no_charge_reason", self.row.no_charge_reason
        )
        self.late_form = Form()
        self.late = self.late_form.text(self.tr("Month is closed, charged now beca&use"), "late_reason")
        self.late_form.setVisible(form.encounter.month_closed)
        self.sliding = SlidingNote()
        self.payment = KeyButton("pay_button", self.tr("Payment"), "F5", self._pay)
        self.book = KeyButton("next_visit_button", self.tr("Next visit"), "F3", self._book)
        self.paper = KeyButton("summary_button", self.tr("Visit summary"), "Ctrl+P", self._summary)
        self.finished.connect(self.deleteLater)
        self._build_columns()
        self._connect()
        self._offer_lines()
        self.show_form(form)
        room = parent.window().size()
        self.resize(min(theme.px(1060), room.width()), min(theme.px(640), room.height() - theme.px(40)))

    def show_form(self, form: CheckOutForm) -> None:
        """Show the check-out as it stands now; what is being typed stays."""
        self.facts, self.row = form, form.row
        self._show_posted()
        self._show_money()
        self._show_coming()
        self._show_verb()

    def submit(self) -> None:
        """Charge what is ticked; when nothing is left to charge, finish."""
        if self._busy:
            return
        lines = self.lines.inputs()
        if lines:
            self._do(
                post_charges, self.row.visit_id, lines, key=self.key, diagnoses=self.lines.diagnosis_codes(),
                reason=self.late.text(), then=self._charged,
            )  # fmt: skip
        elif not self.row.charges and not self.reason.text().strip():
            words = self.tr("Tick what was done, or say why nothing is charged.")
            raise InputError(words, "no_charge_reason")
        else:
            self._save_words(self._ask_copay)

    def value(self) -> int:
        """Return the change of status (see `submit`)."""
        assert self.answer is not None
        return self.answer

    def reject(self) -> None:
        """Save the words of the summary, then close; ticks that were not charged need a second Esc."""
        self._save_words(super().reject)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where Enter goes on."""
        super().showEvent(event)
        if self.focusWidget() is not self.reason:
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> list[object]:
        return self.lines.typed()

    def _do(self, usecase: Callable[..., Any], *args: Any, then: Callable[[Any], Any], **kw: Any) -> None:
        self._busy = True
        self.error_line.hide()
        self.context.do(self, usecase, *args, then=then, failed=self._failed, **kw)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, DeskError):
            self.show_error(error)
        else:
            self.context.report(error)

    def _charged(self, _charge_ids: list[int]) -> None:
        self._busy = False
        self.key = uuid4().hex
        words = self.tr("{0} charged to {1}'s account")
        self.context.report.done(words.format(format_money(self.lines.total()), self.facts.who.name))
        self.lines.show_codes(self.row.codes, self.facts.encounter.fees, ticked=False)
        self._started = self._typed()
        self._refresh()

    def _ask_copay(self) -> None:
        """A co-pay that is still open needs a reason before the patient leaves."""
        if not self.row.copay_open_cents:
            self._finish()
            return
        self.context.ask(self, no_copay_question, self.row.visit_id, then=self._copay_asked)

    def _copay_asked(self, question: NoCopayQuestion | None) -> None:
        if question is None:
            self._finish()
            return
        asked = self.tr("The co-pay of {0} was not taken. Why?").format(format_money(question.open_cents))
        reasons = [("other" if word == "Other" else word, word) for word in question.reasons]
        answer = ReasonDialog.ask(
            self, self.tr("Co-pay not taken"), asked, reasons=reasons, verb=self.tr("Finish without it"),
            patient=self.banner.data,
        )  # fmt: skip
        if answer is not None:
            self._do(skip_copay, self.row.visit_id, answer.sentence, then=lambda _row: self._finish())

    def _finish(self) -> None:
        reason = "" if self.row.charges else self.reason.text().strip()
        self._do(finish_check_out, self.row.visit_id, no_charge_reason=reason, then=self._done)

    def _done(self, change_id: int) -> None:
        context, window, name = self.context, self.window_below, self.facts.who.name
        said = self.tr("{0} is back at check-out.").format(name)

        def undo() -> None:
            context.do(window, undo_status, change_id, then=lambda _id: context.report.done(said))

        context.report.done(self.tr("{0} is checked out.").format(name), undo=undo)
        self.finish(change_id)

    def _save_words(self, then: Callable[[], Any]) -> None:
        words = (self.instructions.toPlainText().strip(), self.orders.toPlainText().strip())
        if words == (self.row.instructions, self.row.orders):
            then()
            return

        def saved(_nothing: None) -> None:
            self._busy = False
            then()

        self._do(write_summary, self.row.visit_id, *words, then=saved)

    def _refresh(self, _event: object = None) -> None:
        if self.answer is None:
            self.context.ask(self, check_out_form, self.row.visit_id, then=self.show_form)

    def _pay(self) -> None:
        open_payment(self.context, self, self.row.patient_id, self.row.visit_id)

    def _assess(self) -> None:
        from psc_desk.ui.dialogs.assessment import open_assessment

        open_assessment(self.context, self, self.row.patient_id)

    def _book(self) -> None:
        open_booking(self.context, self, patient_id=self.row.patient_id, provider_id=self.row.provider_id)

    def _summary(self) -> None:
        self._save_words(partial(open_summary, self.context, self, self.row.visit_id, self.facts.who))

    def _take_back(self, charge: ChargeRow) -> None:
        reasons = [("wrong", self.tr("Wrong service")), ("units", self.tr("Wrong units")), ("other", self.tr("Other"))]
        answer = ReasonDialog.ask(
            self,
            self.tr("Take a charge back"),
            self.tr("Why is {0} taken back?").format(charge.label),
            reasons=reasons,
            verb=self.tr("Take back"),
            patient=self.banner.data,
        )
        if answer is not None:
            said = self.tr("{0} was taken back.").format(charge.label)
            self._do(
                void_charge, charge.charge_id, key=uuid4().hex, reason=answer.sentence,
                then=lambda _nothing: self._taken_back(said),
            )  # fmt: skip

    def _adjust(self, charge: ChargeRow) -> None:
        from psc_desk.ui.dialogs.adjust import open_adjust

        open_adjust(self.context, self, self.row.patient_id, charge.charge_id)

    def _ask_coding(self) -> None:
        from psc_desk.ui.dialogs.coding import open_ask_coding

        open_ask_coding(self.context, self, self.row.visit_id)

    def _taken_back(self, said: str) -> None:
        self._busy = False
        self.context.report.done(said)

    def _offer_lines(self) -> None:
        self.lines.show_codes(self.row.codes, self.facts.encounter.fees, ticked=not self.row.charges)
        self.lines.show_diagnoses(self.facts.encounter.diagnoses)

    def _show_verb(self) -> None:
        total = self.lines.total()
        ticked = self.lines.any_ticked()
        words = self.tr("Charge {0}").format(format_money(total)) if ticked else self.tr("Finish check-out")
        self.primary.setText(words)
        self.primary.setAccessibleName(words)
        self.no_charge.setVisible(not ticked and not self.row.charges)
        amounts = self.lines.amounts()
        sliding = self.facts.encounter.sliding
        self.sliding.show_visit(sliding, amounts)
        off = sliding.discounted_cents + sliding.preview(amounts)
        self.estimate.follow(self.row.charges_cents + sum(amounts) - off)

    def _show_posted(self) -> None:
        _empty(self.posted)
        for charge in self.row.charges:
            self.posted.addWidget(posted_line(charge, self._take_back, self._adjust))
        _empty(self.asked)
        self.asked.addWidget(coding_block(self.facts.encounter.questions, self._ask_coding))

    def _show_money(self) -> None:
        _empty(self.money)
        row = self.row
        self.money.addWidget(_fact(self.tr("Charged today"), format_money(row.charges_cents)))
        off = self.facts.encounter.sliding.discounted_cents
        if off:
            self.money.addWidget(_fact(self.tr("Sliding fee"), format_money(-off)))
        for paid in row.payments:
            self.money.addWidget(_fact(f"{paid.word}, {paid.tender}", format_money(-paid.amount_cents)))
        if row.copay_open_cents:
            self.money.addWidget(_fact(self.tr("Co-pay still open"), format_money(row.copay_open_cents), "warning"))
        words = self.tr("Balance") if row.balance_cents >= 0 else self.tr("Credit")
        self.money.addWidget(_fact(words, format_money(abs(row.balance_cents)), bold=True))

    def _show_coming(self) -> None:
        _empty(self.coming)
        if not self.row.next_visits:
            self.coming.addWidget(theme.label(self.tr("No next visit is booked."), look="secondary"))
        for one in self.row.next_visits:
            when = f"{format_date(one.day)} {format_time(one.start_minute)}"
            self.coming.addWidget(_fact(when, f"{one.type_name} · {one.provider_name}"))

    def _connect(self) -> None:
        self.lines.changed.connect(self._show_verb)
        self.sliding.assess_wanted.connect(self._assess)
        for key, run in (("F5", self._pay), ("F3", self._book), ("Ctrl+P", self._summary)):
            QShortcut(QKeySequence(key), self, run)
        self.context.bus.subscribe(self, _STALE_ON, self._refresh)

    def _build_columns(self) -> None:
        self.form.hide()
        notes = (self.estimate, self.sliding, self.late_form, self.no_charge)
        done = _card(self.tr("What was done"), self.posted, self.lines, self.asked, *notes)
        done.setMinimumWidth(theme.px(570))
        right = QVBoxLayout()
        right.addWidget(_card(self.tr("Money"), self.money, self.payment))
        right.addWidget(_card(self.tr("Next visit"), self.coming, self.book))
        right.addWidget(_card(self.tr("To take home"), self._build_words(), self.paper), 1)
        across = QHBoxLayout()
        across.setSpacing(theme.px(12))
        across.addWidget(done, 5)
        across.addLayout(right, 4)
        self.body.addLayout(across, 1)

    def _build_words(self) -> QWidget:
        words = Form()
        for edit, label, name in (
            (self.instructions, self.tr("&Instructions"), "instructions"),
            (self.orders, self.tr("&Orders, one a line"), "orders"),
        ):
            edit.setTabChangesFocus(True)
            edit.setMinimumHeight(theme.px(54))
            words.add(label, edit, name)
        return words


def _card(title: str, *parts: QWidget | QVBoxLayout) -> QFrame:
    card = QFrame()
    theme.set_look(card, "panel")
    column = QVBoxLayout(card)
    edge = theme.px(12)
    column.setContentsMargins(edge, theme.px(8), edge, theme.px(10))
    column.setSpacing(theme.px(6))
    column.addWidget(theme.label(title, bold=True))
    for part in parts:
        if isinstance(part, QVBoxLayout):
            part.setSpacing(theme.px(2))
            column.addLayout(part)
        elif isinstance(part, KeyButton):
            column.addWidget(part, alignment=Qt.AlignmentFlag.AlignLeft)
        else:
            column.addWidget(part, 1 if isinstance(part, ChargeLines) else 0)
    return card


def _fact(words: str, value: str, look: str = "", *, bold: bool = False) -> QWidget:
    line = QWidget()
    across = QHBoxLayout(line)
    across.setContentsMargins(0, 0, 0, 0)
    name = theme.label(words, look=look or "secondary", bold=bold)
    name.setWordWrap(True)
    across.addWidget(name, 1)
    across.addWidget(theme.label(value, look=look, bold=bold))
    return line


def _empty(column: QVBoxLayout) -> None:
    while column.count():
        item = column.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
