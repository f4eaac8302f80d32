"""What the forms share that take money: a card goes by way of the terminal, and the change stands large at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from psc_desk.errors import RefusedError
from psc_desk.models.payment import TenderKind
from psc_desk.money import Cents, format_money
from psc_desk.queries.counter import PersonAtCounter
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.tenders import Tenders
from psc_desk.usecases.card_forms import Typed, tenders
from psc_desk.usecases.cards import CardDone, begin_card
from psc_desk.usecases.payments import PaymentDone

_SETTLE_MS = 350
"""A second Enter of the same stroke must not close the change before anyone read it."""


class TakingDialog(PostingDialog[PaymentDone]):
    """Everything typed stands in `form` and `entry`, the ways to pay in `tenders`; Enter posts once.

    A subclass calls `take` with what was typed, and says in `words` what was posted.
    """

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        title: str,
        *,
        verb: str,
        who: PersonAtCounter | None = None,
        ways: Tenders,
    ) -> None:
        super().__init__(context, parent, title, verb=verb, who=who)
        self.tenders = ways
        self.entry, self.column = QWidget(), QVBoxLayout()
        self.entry.setLayout(self.column)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.px(10))
        self.body.addWidget(self.entry)
        self._left_held = False
        ways.take_back_wanted.connect(self._take_back)
        ways.changed.connect(lambda: self.resize(self.size().expandedTo(self.sizeHint())))

    def words(self, done: PaymentDone) -> str:
        """Return what is said of a posted payment."""
        raise NotImplementedError

    def take(self, usecase: Callable[..., PaymentDone], typed: Typed, **of_card: Any) -> None:
        """Post it, or store it and ask the card terminal; `of_card` is for `begin_card` alone."""
        if any(tender.kind is TenderKind.CARD for tender in tenders(typed)):
            self.post(begin_card, typed, then=self._ask_terminal, **of_card)
        else:
            self.post(usecase, typed, then=self.posted)

    def posted(self, done: PaymentDone) -> None:
        """Say it, and show the change until a key is pressed."""
        self.answer = done
        words = self.words(done)
        change = self.tr(", change {0}").format(format_money(done.change_cents)) if done.change_cents else ""
        self.context.report.done(words + change)
        if done.change_cents:
            self._show_change(done.change_cents, words)
        else:
            self.accept()

    def reject(self) -> None:
        """After posting, Esc only closes; with an approved card it says first where that will be found."""
        if self.answer is not None:
            self.accept()
        elif self.tenders.held and not self._left_held:
            self._left_held = True
            words = self.tr(
                "A card is approved and not posted: finish the payment, or take the card back. Esc again leaves it for "
                "later, under Money, Card slips."
            )
            self.show_error(RefusedError(words))
        elif self.tenders.held:
            self.done(self.DialogCode.Rejected)
        else:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Any key closes once the change was shown."""
        if self.answer is None:
            super().keyPressEvent(event)
        elif self.primary.isEnabled() and not event.isAutoRepeat():
            self.accept()

    def _ask_terminal(self, begun: CardDone) -> None:
        from psc_desk.ui.dialogs.card import charge_card

        charge_card(self, begun, self.posted, self.tenders)

    def _take_back(self, box: Any) -> None:
        from psc_desk.ui.dialogs.card import ask_take_back

        ask_take_back(self, self.tenders, box)

    def _show_change(self, cents: Cents, words: str) -> None:
        self.entry.hide()
        self.form.hide()
        figure = theme.label(self.tr("Change {0}").format(format_money(cents)), "huge", bold=True)
        figure.setObjectName("change_due")
        note = theme.label(words[:1].upper() + words[1:] + self.tr(" · any key closes"), look="secondary")
        self.body.addStretch()
        for one in (figure, note):
            one.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.body.addWidget(one)
        self.body.addStretch()
        self.cancel.hide()
        self.primary.setText(self.tr("Close"))
        QTimer.singleShot(_SETTLE_MS, self, self._settled)

    def _settled(self) -> None:
        self.primary.setEnabled(True)
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)
