"""The card terminal: ask it, then note what it said. Between the two the payment is stored and never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QWidget

from psc_desk.dates import format_time
from psc_desk.errors import DeskError, OverridableError, RefusedError
from psc_desk.models.card import CardState
from psc_desk.money import format_money
from psc_desk.queries.cards import CardSlipRow
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Confirm
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.tender_box import BRANDS, TenderBox
from psc_desk.ui.dialogs.tenders import Tenders
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import TypedEdit
from psc_desk.usecases.cards import (
    CardAnswer,
    CardDone,
    finish_card,
    post_held,
    post_late_approval,
    take_back_held,
    void_late_approval,
)
from psc_desk.usecases.payment_rows import PaymentDone

Then = Callable[[CardDone], Any]


def open_settle(context: Context, parent: QWidget, row: CardSlipRow) -> None:
    """Ask what the terminal's own list says about an earlier card payment, and note it."""

    def said(done: CardDone) -> None:
        context.report.done(_words(done))

    def show(who: PersonAtCounter | None) -> None:
        if row.state is CardState.HELD:
            HeldDialog(context, parent, row, who, then=said).open()
        else:
            TerminalDialog(context, parent, row, who, settle=True, then=said).open()

    _with_person(context, parent, row, show)


def charge_card(
    form: PostingDialog[Any], begun: CardDone, posted: Callable[[PaymentDone], Any], ways: Tenders | None = None
) -> None:
    """Ask the terminal for a payment of `form` that was begun; `posted` hears what was posted.

    Without an answer the form closes and the payment waits in Money; not charged, the form goes on under a new key.
    Of several cards (`ways`) an approved one is held, and the form asks for the next.
    """

    def said(done: CardDone) -> None:
        form.primary.setEnabled(True)
        if done.payment is not None:
            posted(done.payment)
        elif done.row.state is CardState.HELD and ways is not None:
            form.key = uuid4().hex
            ways.hold(done.row)
            form.primary.click()
        elif done.row.open:
            words = form.tr("{0} on a card has no answer: look at the terminal and settle it in Money, Card slips.")
            if ways is not None and ways.held:
                words = form.tr(
                    "{0} on a card has no answer, and an approved card waits with it: settle it in Money, Card slips."
                )
            form.context.report.note(words.format(format_money(done.row.cents)))
            form.done(QDialog.DialogCode.Rejected)
        else:
            form.key = uuid4().hex
            form.show_error(_not_charged(form, done.row, ways))

    def ask(who: PersonAtCounter | None) -> None:
        TerminalDialog(form.context, form, begun.row, who, then=said).open()

    if begun.payment is not None or begun.row.state is not CardState.ASKED:
        said(begun)
    else:
        _with_person(form.context, form, begun.row, ask)


def ask_take_back(form: PostingDialog[Any], ways: Tenders, box: TenderBox) -> None:
    """Ask whether an approved card was voided at the terminal, note it, and let the way to pay be changed again."""
    row = box.held
    assert row is not None
    question = form.tr("Void {0} at the card terminal first: {1}. Was it voided there?")
    words = question.format(format_money(row.cents), row.detail)
    if Confirm.ask(form, form.tr("Take a card back"), words, verb=form.tr("It was voided")):
        form.context.do(form, take_back_held, row.attempt_id, then=lambda _done: ways.release(box))


def _not_charged(form: PostingDialog[Any], row: CardSlipRow, ways: Tenders | None) -> RefusedError:
    held = ways.held if ways is not None else []
    words = form.tr("The card was not charged ({0}). Take another way to pay, or try the card again.")
    if held:
        words = form.tr(
            "This card was not charged ({0}). The one approved before it is held: pay the rest in another way, or take "
            "it back."
        )
    return RefusedError(words.format(row.state.value))


def _with_person(
    context: Context, parent: QWidget, row: CardSlipRow, show: Callable[[PersonAtCounter | None], Any]
) -> None:
    if row.patient_id is None:
        show(None)
    else:
        context.ask(parent, person_at_counter, row.patient_id, then=show)


def _words(done: CardDone) -> str:
    amount = format_money(done.row.cents)
    if done.payment is not None:
        words = QCoreApplication.translate("TerminalDialog", "the card payment of {0} is posted as receipt {1}")
        return words.format(amount, done.payment.receipt_no)
    return QCoreApplication.translate("TerminalDialog", "the card payment of {0} is settled: not charged").format(
        amount
    )


class HeldDialog(PostingDialog[CardDone]):
    """A card that was approved for a payment that nobody finished: post it alone, or note that it was taken back."""

    def __init__(
        self, context: Context, parent: QWidget | None, row: CardSlipRow, who: PersonAtCounter | None, *, then: Then
    ) -> None:
        super().__init__(context, parent, "Approved card", verb="Post it", who=who)
        self.setWindowTitle("PSC Desk - " + self.tr("Approved card"))
        self.row, self._then = row, then
        words = self.tr(
            "{0} was approved ({1}), but its payment was not finished. Post what the card paid; or void it at the "
            "terminal, then say so here."
        )
        question = theme.label(words.format(format_money(row.cents), row.detail))
        question.setObjectName("question")
        question.setWordWrap(True)
        self.form.wide(question)
        self.primary.setText(self.tr("&Post {0}").format(format_money(row.cents)))
        self.primary.setAccessibleName(self.primary.text().replace("&", ""))
        voided = button("voided", self.tr("It was &voided at the terminal"), self._voided)
        self.buttons.insertWidget(self.buttons.count() - 1, voided)
        self.primary.setFocus(Qt.FocusReason.TabFocusReason)
        self.setMinimumWidth(theme.px(520))

    def submit(self) -> None:
        """Post it alone."""
        self.post(post_held, self.row.attempt_id, then=self._settled)

    def _voided(self) -> None:
        self.post(take_back_held, self.row.attempt_id, then=self._settled)

    def _settled(self, done: CardDone) -> None:
        self.finish(done)
        self._then(done)


class TerminalDialog(PostingDialog[CardDone]):
    """Three answers: approved with what the slip says, declined, or none; Esc is "no answer", which somebody settles.

    `settle` is for a card payment of before: the question is then what the terminal's own list shows.
    """

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        row: CardSlipRow,
        who: PersonAtCounter | None,
        *,
        settle: bool = False,
        then: Then | None = None,
    ) -> None:
        super().__init__(context, parent, "Card terminal", verb="Approved", who=who)
        self.setWindowTitle("PSC Desk - " + self.tr("Card terminal"))
        self.row, self._then, self._settle = row, then, settle
        self.brand = QComboBox()
        self.last4 = TypedEdit("card_last4", self.tr("Last four digits"))
        self.ref = TypedEdit("terminal_ref", self.tr("Terminal reference"))
        self.late_void = button("late_void", self.tr("It was &voided at the terminal"), self._voided_late)
        self.late_post = button("late_post", self.tr("&Post it now"), self._post_late, look="danger")
        self._build_fields()
        self._build_answers()
        self.setMinimumWidth(theme.px(520))
        self.last4.setFocus(Qt.FocusReason.TabFocusReason)

    def submit(self) -> None:
        """Note that the terminal approved."""
        self.post(finish_card, self.row.attempt_id, self.approved(), then=self._ended)

    def approved(self) -> CardAnswer:
        """Return what was typed from the terminal's slip."""
        return CardAnswer(CardState.APPROVED, self.brand.currentText(), self.last4.text(), self.ref.text())

    def reject(self) -> None:
        """Leave without an answer: the card payment is kept for whoever looks at the terminal."""
        if self.answer is not None or self._settle:
            self.done(QDialog.DialogCode.Rejected)
            return
        self._say(CardState.CHECK_TERMINAL)

    def show_error(self, error: Exception) -> None:
        """A late approval offers its two ways on."""
        late = isinstance(error, OverridableError)
        for one in (self.late_void, self.late_post):
            one.setVisible(late)
        self.primary.setVisible(not late)
        super().show_error(error)

    def _say(self, state: CardState) -> None:
        self.post(finish_card, self.row.attempt_id, CardAnswer(state), then=self._ended)

    def _post_late(self) -> None:
        try:
            self.post(post_late_approval, self.row.attempt_id, self.approved(), then=self._ended)
        except DeskError as error:
            self.show_error(error)

    def _voided_late(self) -> None:
        self.post(void_late_approval, self.row.attempt_id, then=self._ended)

    def _ended(self, done: CardDone) -> None:
        self.finish(done)
        if self._then is not None:
            self._then(done)

    def _jump(self, text: str) -> None:
        if len(text) == 4:
            self.ref.setFocus(Qt.FocusReason.TabFocusReason)

    def _build_fields(self) -> None:
        amount = format_money(self.row.cents)
        words = self.tr("Was {0} charged?") if self._settle else self.tr("Ask the terminal for {0} now")
        self.question = theme.label(words.format(amount), "big", bold=True)
        self.question.setObjectName("question")
        self.question.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.form.wide(self.question)
        self.form.wide(self._hint())
        self.brand.addItems(list(BRANDS))
        self.form.add(self.tr("Car&d"), self.brand, "card_brand")
        self.last4.setMaxLength(4)
        self.last4.setPlaceholderText(self.tr("from the slip: last four only"))
        self.last4.textEdited.connect(self._jump)
        self.form.add(self.tr("&Last four digits"), self.last4, "card_last4")
        self.ref.setMaxLength(12)
        self.form.add(self.tr("Terminal &reference"), self.ref, "terminal_ref")

    def _hint(self) -> QLabel:
        asked = self.tr("The payment is kept. When the terminal has answered, say here what it said.")
        told = self.tr("Look at the terminal's list of {0:%m/%d} about {1}. Nothing is charged again here.")
        at = self.row.asked_at
        about = told.format(at, format_time(at.hour * 60 + at.minute))
        hint = theme.label(about if self._settle else asked, "small", look="secondary")
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return hint

    def _build_answers(self) -> None:
        declined = button("declined", self.tr("D&eclined"), lambda: self._say(CardState.DECLINED))
        stopped = button("cancelled", self.tr("&Stopped before"), lambda: self._say(CardState.CANCELLED))
        stopped.setToolTip(self.tr("The payment was stopped at the terminal before the card was charged."))
        self.cancel.setText(self.tr("I cannot look now") if self._settle else self.tr("&No answer"))
        self.cancel.setAccessibleName(self.cancel.text().replace("&", ""))
        self.primary.setText(self.tr("&Approved"))
        ended = not self.row.open
        for place, one in enumerate((stopped, declined)):
            self.buttons.insertWidget(self.buttons.count() - 1 - place, one)
            one.setVisible(not ended)
        for one in (self.late_void, self.late_post):
            self.buttons.insertWidget(self.buttons.count() - 1, one)
            one.setVisible(ended)
        self.primary.setVisible(not ended)
