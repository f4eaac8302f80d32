"""Check in (F4): who is it, details, coverage, co-pay; each step is saved, so it can be left and taken up again."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from psc_desk.errors import DeskError, InputError
from psc_desk.events import (
    CoverageChanged,
    DocumentFiled,
    DrawerOpened,
    IncomeAssessed,
    PatientChanged,
    PaymentPosted,
    PaymentReversed,
)
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.money import format_money
from psc_desk.queries.check_in import CheckInRow, Step
from psc_desk.queries.check_in_form import CheckInForm, check_in_form
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.check_in_steps import CopayBox, CoverageBox, DetailsBox, IdentityBox, StepBox
from psc_desk.ui.dialogs.posting import banner_of
from psc_desk.usecases.cards import CardDone, begin_card
from psc_desk.usecases.check_in import (
    CheckInDone,
    Seen,
    begin_check_in,
    check_in_with_copay,
    choose_self_pay,
    confirm_coverage,
    confirm_demographics,
    tick_identity,
)
from psc_desk.usecases.documents import file_document, prepared
from psc_desk.usecases.payments import PaymentDone, PaymentInput
from psc_desk.usecases.visits import undo_status

_SETTLE_MS = 350
"""A second Enter of the same stroke must not close the change before anyone read it."""
_NEVER = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
_STEP_VERBS = {
    Step.IDENTITY: "Both are right",
    Step.DEMOGRAPHICS: "Details are right",
    Step.COVERAGE: "Coverage seen",
}


def open_check_in(context: Context, parent: QWidget, visit_id: int) -> None:
    """Open the check-in of a visit over `parent`, at the step where it was left."""

    def begun(row: CheckInRow) -> None:
        if row.finished:
            context.report.note(_tr("{0} is checked in already. The next step is the room.").format(row.patient_name))
            return
        context.ask(parent, check_in_form, visit_id, then=show)

    def show(form: CheckInForm) -> None:
        open_one = parent.window().findChild(CheckInDialog)
        if open_one is not None and open_one.isVisible():
            open_one.activateWindow()
            return
        CheckInDialog(context, parent.window(), form).open()

    context.do(parent, begin_check_in, visit_id, then=begun)


class CheckInDialog(DeskDialog[CheckInDone]):
    """Enter does the step at hand and opens the next; the last one takes the co-pay and checks in, in one posting."""

    def __init__(self, context: Context, parent: QWidget, form: CheckInForm) -> None:
        super().__init__(parent, "Check in", verb="Check in", patient=banner_of(form.counter.who))
        self.setWindowTitle("PSC Desk - " + self.tr("Check in"))
        self.context = context
        self.key = uuid4().hex
        self.window_below: QWidget = parent
        self.facts = form
        self.row = form.row
        self.step: Step | None = None
        self._at: Step | None = None
        self._skipped: set[Step] = set()
        self._busy = False
        self._card_paid: PaymentDone | None = None
        self.identity, self.details = IdentityBox(), DetailsBox()
        self.coverage, self.copay = CoverageBox(), CopayBox(form.reasons)
        self.boxes: dict[Step, StepBox] = {
            Step.IDENTITY: self.identity, Step.DEMOGRAPHICS: self.details, Step.COVERAGE: self.coverage,
            Step.COPAY: self.copay,
        }  # fmt: skip
        self.finished.connect(self.deleteLater)
        self._build_steps()
        self._connect()
        self.show_form(form)

    def show_form(self, form: CheckInForm) -> None:
        """Show the check-in as it stands now and open the step at hand."""
        self.facts, self.row = form, form.row
        self.coverage.show_form(form)
        self.copay.show_form(form)
        self._show_row()

    def submit(self) -> None:
        """Do the step at hand."""
        if self.answer is not None:
            self.accept()
        elif not self._busy:
            self._acts()[self.step]()

    def value(self) -> CheckInDone:
        """Return the finished check-in (see `submit`)."""
        assert self.answer is not None
        return self.answer

    def reject(self) -> None:
        """Close; what was done is kept, and F4 goes on from there."""
        if self.answer is not None:
            self.accept()
            return
        super().reject()
        if not self.isVisible():
            words = self.tr("The check-in of {0} is kept as far as it came. F4 goes on from there.")
            self.context.report.note(words.format(self.row.patient_name))

    def show_error(self, error: Exception) -> None:
        """Make room for the sentence."""
        super().show_error(error)
        QTimer.singleShot(0, self, self._fit)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where Enter goes on."""
        super().showEvent(event)
        self._fit()
        self._focus()

    def _typed(self) -> list[object]:
        return [edit.text() for edit in self.copay.findChildren(QLineEdit)]

    def _show_row(self) -> None:
        row = self.row
        self.step = self._at or next((one.step for one in row.missing if one.step not in self._skipped), None)
        self.identity.show_row(row)
        self.details.show_row(row)
        found = {
            Step.IDENTITY: self.identity.found_words(row), Step.DEMOGRAPHICS: self.details.found_words(row),
            Step.COVERAGE: self.coverage.found_words(row), Step.COPAY: self.copay.found_words(row),
        }  # fmt: skip
        left = {one.step for one in row.missing} - self._skipped
        later = self.step is not None
        for step, box in self.boxes.items():
            waits = step in left or (later and step is Step.COPAY and not row.coverage_confirmed)
            box.show_state("now" if step is self.step else "later" if waits else "done", found[step])
        self.copay.look_again.hide()
        self._show_verb()
        self._started = self._typed()
        self._focus()
        QTimer.singleShot(0, self, self._fit)

    def _show_verb(self) -> None:
        if self.step is Step.COPAY:
            self.primary.setText(self.copay.verb())
        elif self.step is None:
            self.primary.setText(self.tr("Check in"))
        else:
            self.primary.setText(self.tr(_STEP_VERBS[self.step]))
        self.primary.setAccessibleName(self.primary.text())

    def _fit(self) -> None:
        """Grow with the open step, up to the window below; then scroll to it."""
        inside = max(self.inside.sizeHint().height(), self.inside.heightForWidth(self.area.width()))
        around = self.minimumSizeHint().height() - self.area.minimumSizeHint().height()
        wanted = around + inside + theme.px(8)
        most = self.window_below.window().height() - theme.px(24)
        fits = wanted <= most
        self.area.setVerticalScrollBarPolicy(_NEVER if fits else Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.resize(self.width(), min(max(wanted, theme.px(420)), most))
        if self.step is not None:
            self.area.ensureWidgetVisible(self.boxes[self.step], 0, 0)

    def _focus(self) -> None:
        if not self.isVisible():
            return
        box = self.boxes.get(self.step) if self.step is not None else None
        field = box.first_field() if box is not None else None
        (field or self.primary).setFocus(Qt.FocusReason.TabFocusReason)

    def _acts(self) -> dict[Step | None, Callable[[], None]]:
        return {
            Step.IDENTITY: lambda: self._save(tick_identity, True, True),
            Step.DEMOGRAPHICS: lambda: self._save(confirm_demographics),
            Step.COVERAGE: self._see_coverage,
            Step.COPAY: self._take,
            None: lambda: self._finish(None, ""),
        }

    def _see_coverage(self) -> None:
        chosen = self.coverage.chosen()
        if chosen:
            self._save(confirm_coverage, chosen)
        else:
            self._save(choose_self_pay)

    def _take(self) -> None:
        cents = self.copay.cents()
        payment = None
        if cents:
            payment = PaymentInput(
                self.key, self.facts.counter.till.till_id, self.row.patient_id, PaymentKind.COPAY,
                (self.copay.tender.tender(cents),), visit_id=self.row.visit_id,
                print_receipt=self.copay.receipt.isChecked(),
            )  # fmt: skip
        if payment is not None and payment.tenders[0].kind is TenderKind.CARD:
            self._do(begin_card, payment, then=self._ask_terminal)
            return
        self._finish(payment, self.copay.chosen_reason())

    def _ask_terminal(self, begun: CardDone) -> None:
        if begun.payment is not None:
            self._terminal_said(begun)
            return
        from psc_desk.ui.dialogs.card import TerminalDialog

        who = self.facts.counter.who
        TerminalDialog(self.context, self, begun.row, who, then=self._terminal_said).open()

    def _terminal_said(self, done: CardDone) -> None:
        """Check in with the co-pay that was posted; else leave the step open, under a new key."""
        self._busy = False
        if done.payment is not None:
            self._card_paid = done.payment
            self._finish(None, self.copay.chosen_reason())
            return
        self.key = uuid4().hex
        waits = self.tr("The card has no answer yet. Look at the terminal and settle it in Money, Card slips.")
        words = self.tr("The card was not charged. Take another way to pay, or choose why no co-pay is taken.")
        self.show_error(DeskError(waits if done.row.open else words))

    def _finish(self, payment: PaymentInput | None, reason: str) -> None:
        """Take the money and check in, both or neither; only what was ticked here counts as seen."""
        seen = Seen(self.row.name_checked, self.row.birth_date_checked, demographics=False)
        self._do(check_in_with_copay, self.row.visit_id, payment, reason, seen=seen, then=self._checked_in)

    def _save(self, usecase: Callable[..., CheckInRow], *args: Any) -> None:
        self._do(usecase, self.row.visit_id, *args, then=self._saved)

    def _do(self, usecase: Callable[..., Any], *args: Any, then: Callable[[Any], None], **kw: Any) -> None:
        self._busy = True
        self.error_line.hide()
        self.context.do(self, usecase, *args, then=then, failed=self._failed, **kw)

    def _saved(self, row: CheckInRow) -> None:
        self._busy, self._at = False, None
        self.show_form(replace(self.facts, row=row))

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, DeskError):
            self.show_error(error)
        else:
            self.context.report(error)

    def _assess(self) -> None:
        from psc_desk.ui.dialogs.assessment import open_assessment

        open_assessment(self.context, self, self.row.patient_id)

    def _refresh(self, _event: object = None) -> None:
        if self.answer is None and not self._busy:
            self.context.ask(self, check_in_form, self.row.visit_id, then=self._refreshed)

    def _refreshed(self, form: CheckInForm) -> None:
        if self.answer is None and not self._busy and form != self.facts:
            self.show_form(form)

    def _look_again(self, step: Step) -> None:
        self._at = step
        self._skipped.discard(step)
        self._show_row()

    def _skip_details(self) -> None:
        self._skipped.add(Step.DEMOGRAPHICS)
        self._at = None
        self._show_row()

    def _not_the_same(self) -> None:
        words = self.tr("{0} was not checked in: find the right patient with F2, and undo the arrival if it was wrong.")
        super().reject()
        self.context.report.note(words.format(self.row.patient_name))

    def _checked_in(self, done: CheckInDone) -> None:
        done = replace(done, payment=done.payment or self._card_paid)
        self._busy, self.answer = False, done
        self.context.report.done(self._words(done), undo=self._undo(done))
        if done.payment is None or not done.payment.change_cents:
            self.accept()
            return
        self._show_change(done.payment.change_cents)

    def _words(self, done: CheckInDone) -> str:
        paid = done.payment
        parts = [self.tr("{0} is checked in").format(self.row.patient_name)]
        if paid is not None:
            parts.append(self.tr("receipt {0}, {1}").format(paid.receipt_no, format_money(paid.amount_cents)))
        if paid is not None and paid.change_cents:
            parts.append(self.tr("change {0}").format(format_money(paid.change_cents)))
        return ", ".join(parts)

    def _undo(self, done: CheckInDone) -> Callable[[], None]:
        context, window, name = self.context, self.window_below, self.row.patient_name
        said = self.tr("{0} is back at the check-in; money that was taken stays.").format(name)

        def undo() -> None:
            context.do(window, undo_status, done.change_id, then=lambda _id: context.report.done(said))

        return undo

    def _show_change(self, cents: int) -> None:
        self.area.hide()
        figure = theme.label(self.tr("Change {0}").format(format_money(cents)), "huge", bold=True)
        figure.setObjectName("change_due")
        figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        note = theme.label(self.tr("{0} is checked in").format(self.row.patient_name), look="secondary")
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addStretch()
        self.body.addWidget(figure)
        self.body.addWidget(note)
        self.body.addStretch()
        self.cancel.hide()
        self.primary.setText(self.tr("Close"))
        self.primary.setEnabled(False)
        QTimer.singleShot(_SETTLE_MS, self, self._settled)

    def _settled(self) -> None:
        self.primary.setEnabled(True)
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _attach(self, category: str) -> None:
        pictures = self.tr("Pictures and PDF (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.pdf)")
        name, _kind = QFileDialog.getOpenFileName(self, self.tr("PSC Desk - Picture of the card"), "", pictures)
        if name:
            self.attach(category, Path(name))

    def attach(self, category: str, path: Path) -> None:
        """File the picture at `path` as card_front or card_back."""
        self.context.run(self, "reports", partial(_card, path), then=partial(self._file, category), failed=self._failed)

    def _file(self, category: str, card: tuple[bytes, str]) -> None:
        content, kind = card
        self.context.do(
            self, file_document, self.row.patient_id, category, "", content, media_type=kind,
            visit_id=self.row.visit_id, failed=self._failed,
        )  # fmt: skip

    def _change_details(self) -> None:
        from psc_desk.ui.dialogs.patient_form import open_patient_form

        open_patient_form(self.context, self, self.row.patient_id)

    def _add_coverage(self) -> None:
        from psc_desk.ui.dialogs.coverage import open_coverage

        open_coverage(self.context, self, self.row.patient_id)

    def _open_drawer(self) -> None:
        from psc_desk.ui.dialogs.drawer import open_drawer_dialog

        open_drawer_dialog(self.context, self, self.facts.counter.till.till_id)

    def _connect(self) -> None:
        for step, box in self.boxes.items():
            box.again.connect(partial(self._look_again, step))
        self.identity.other.clicked.connect(lambda _checked=False: self._not_the_same())
        self.details.change.clicked.connect(lambda _checked=False: self._change_details())
        self.details.skip.clicked.connect(lambda _checked=False: self._skip_details())
        self.coverage.add.clicked.connect(lambda _checked=False: self._add_coverage())
        self.coverage.assess.clicked.connect(lambda _checked=False: self._assess())
        self.coverage.card_wanted.connect(self._attach)
        self.copay.open_drawer.clicked.connect(lambda _checked=False: self._open_drawer())
        self.copay.changed.connect(self._show_verb)
        stale = (
            CoverageChanged, PatientChanged, DocumentFiled, DrawerOpened, PaymentPosted, PaymentReversed,
            IncomeAssessed,
        )  # fmt: skip
        self.context.bus.subscribe(self, stale, self._refresh)

    def _build_steps(self) -> None:
        self.form.hide()
        self.inside, self.area = QWidget(), QScrollArea()
        column = QVBoxLayout(self.inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        visit = self.tr("{0} with {1}").format(self.row.type_name, self.row.provider_name)
        spoken = self.tr(" · needs an interpreter") if self.row.interpreter else ""
        column.addWidget(theme.label(visit + spoken, look="secondary"))
        for box in self.boxes.values():
            column.addWidget(box)
        column.addStretch()
        self.area.setWidget(self.inside)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(_NEVER)
        self.body.addWidget(self.area, 1)
        self.cancel.setText(self.tr("Go on later"))
        self.cancel.setAccessibleName(self.tr("Go on later"))
        self.setMinimumWidth(theme.px(620))


def _card(path: Path) -> tuple[bytes, str]:
    """Read and prepare the picture of a card; runs in a lane."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"The file {path.name} cannot be read. Choose it again.", "card_front") from error
    return prepared(content, mimetypes.guess_type(path.name)[0] or "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("CheckInDialog", text)
