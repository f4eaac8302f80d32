"""Assess a household's income for the sliding fee: what it comes to is shown while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QSpinBox, QVBoxLayout, QWidget

from psc_desk.dates import add_months, format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.exchange.saved_file import save_file
from psc_desk.models.sliding import MOST_PEOPLE, annual_income, percent_words
from psc_desk.money import Cents, format_money
from psc_desk.queries.sliding import AssessmentForm, AssessmentRow, assessment_form, foreseen, tier_words
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.print_preview import open_print
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.ui.widgets.pdf_view import PdfView, pdf_pages
from psc_desk.usecases.sliding import (
    PROOFS,
    SELF_DECLARED,
    AssessmentInput,
    assess,
    make_sliding_card,
    print_sliding_card,
)

Then = Callable[[AssessmentRow], Any]


def open_assessment(context: Context, parent: QWidget, patient_id: int, *, then: Then | None = None) -> None:
    """Open the assessment form of a patient over `parent`."""

    def show(form: AssessmentForm) -> None:
        if form.guideline is None or form.schedule is None:
            missing = "poverty guideline" if form.guideline is None else "schedule of discounts"
            context.report(RefusedError(f"There is no {missing} in force yet. The manager adds it in Settings."))
            return
        AssessmentDialog(context, parent, form, then=then).open()

    context.ask(parent, assessment_form, patient_id, then=show)


def open_card(context: Context, parent: QWidget, row: AssessmentRow) -> None:
    """Show the card of an assessment as a page."""

    def show(content: bytes) -> None:
        CardDialog(context, parent, row, content).open()

    context.do(parent, make_sliding_card, row.id, then=show)


class AssessmentDialog(PostingDialog[AssessmentRow]):
    """Household and income in, percent, tier and price of a usual visit out; Enter saves."""

    def __init__(self, context: Context, parent: QWidget | None, facts: AssessmentForm, *, then: Then | None) -> None:
        super().__init__(context, parent, "Sliding fee", verb="Save assessment", who=facts.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Sliding fee"))
        self.facts, self._then = facts, then
        self.household, self.income = QSpinBox(), MoneyEdit("income", self.tr("Income"))
        self.declined = QCheckBox(self.tr("The patient does not wish to &say"))
        self.card = QCheckBox(self.tr("Print the ca&rd"))
        self.percent, self.pays, self.holds = (theme.label() for _ in range(3))
        self._build_fields()
        self._build_outcome()
        self.household.valueChanged.connect(self._show)
        self.income.textChanged.connect(self._show)
        self.period.currentIndexChanged.connect(self._show)
        self.declined.toggled.connect(self._decline)
        self._show()
        self.setMinimumWidth(theme.px(580))

    def submit(self) -> None:
        """Save; the card follows."""
        self.post(assess, self.typed(), key=self.key, then=self._saved)

    def typed(self) -> AssessmentInput:
        """Return what was typed; raise InputError at the field that cannot be."""
        if self.declined.isChecked():
            return AssessmentInput(self.facts.who.patient_id, declined=True)
        if not self.proof.currentData():
            raise InputError(self.tr("Say how the income is proved, or that the patient declares it."), "proof")
        return AssessmentInput(
            self.facts.who.patient_id, self.household.value(), self.income.cents(), str(self.period.currentData()),
            str(self.proof.currentData()), self.paper.currentData(),
        )  # fmt: skip

    def _saved(self, row: AssessmentRow) -> None:
        self.context.report.done(self.tr("sliding fee for {0}: {1}").format(row.name, row.result))
        if self.card.isChecked() and not row.declined:
            self.context.do(self.parentWidget() or self, print_sliding_card, row.id)
        if self._then is not None:
            self._then(row)
        self.finish(row)

    def _decline(self, declined: bool) -> None:
        for field in (self.household, self.income, self.period, self.proof, self.paper, self.card):
            field.setEnabled(not declined)
        self._show()

    def _show(self, *_what: object) -> None:
        if self.declined.isChecked():
            self._say(self.tr("Full fee"), self.tr("Nobody is refused: the patient may be assessed any day."), "")
            return
        try:
            annual = annual_income(self.income.cents(), str(self.period.currentData()))
            percent, tier = foreseen(self.facts, self.household.value(), annual)
        except InputError:
            self._say("–", self.tr("Type the income to see what a visit costs."), self._guideline())
            return
        usual = self.facts.usual_cents
        words = self.tr("{0} of the guideline · {1}").format(percent_words(percent), tier_words(tier))
        pays = self.tr("A usual visit of {0} costs {1}.").format(
            format_money(usual), format_money(tier.pays(usual) if tier else usual)
        )
        self._say(words, pays if usual else "", self._ends(annual))

    def _say(self, percent: str, pays: str, holds: str) -> None:
        for line, words in ((self.percent, percent), (self.pays, pays), (self.holds, holds)):
            line.setText(words)

    def _guideline(self) -> str:
        row = self.facts.guideline
        if row is None:
            return ""
        words = self.tr("Guideline in force since {0}").format(format_date(row.effective_from))
        return self.tr("{0}; the new one is missing in Settings").format(words) if row.old else words

    def _ends(self, annual: Cents) -> str:
        months = self.facts.schedule.valid_months if self.facts.schedule else 12
        words = self.tr("{0} a year · {1} · holds through {2}")
        last = add_months(self.facts.today, months)
        return words.format(format_money(annual), self._guideline(), format_date(last))

    def _build_fields(self) -> None:
        form, current = self.form, self.facts.current
        if current is not None:
            words = self.tr("Now: {0}, through {1}. A new assessment replaces it.")
            form.wide(theme.label(words.format(current.result, format_date(current.expires_on)), look="secondary"))
        self.household.setRange(1, MOST_PEOPLE)
        self.household.setValue(current.household if current else 1)
        form.add(self.tr("People in the &household"), self.household, "household")
        form.add(self.tr("&Income"), self.income, "income")
        self.period = form.choice(self.tr("Ho&w often"), "period", _periods(self.tr), "monthly")
        proofs: list[tuple[str, object]] = [(word.capitalize(), word) for word in PROOFS]
        self.proof = form.choice(self.tr("Pr&oof"), "proof", proofs, SELF_DECLARED)
        papers: list[tuple[str, object]] = [(self.tr("none"), None)]
        papers += [(f"{row.title} · {format_date(row.filed_at.date())}", row.id) for row in self.facts.documents]
        self.paper = form.choice(self.tr("&Paper in the chart"), "paper", papers)
        self.declined.setObjectName("declined")
        form.wide(self.declined)

    def _build_outcome(self) -> None:
        box = QFrame()
        theme.set_look(box, "raised")
        column = QVBoxLayout(box)
        edge = theme.px(14)
        column.setContentsMargins(edge, theme.px(10), edge, theme.px(12))
        theme.style(self.percent, "heading", bold=True)
        theme.style(self.holds, "small", look="secondary")
        for line, name in ((self.percent, "percent"), (self.pays, "pays"), (self.holds, "holds")):
            line.setObjectName(name)
            line.setWordWrap(True)
            line.setAlignment(Qt.AlignmentFlag.AlignLeft)
            column.addWidget(line)
        self.card.setObjectName("print_card")
        self.card.setChecked(True)
        self.body.addWidget(box)
        self.body.addWidget(self.card)


def _periods(tr: Callable[[str], str]) -> list[tuple[str, object]]:
    return [
        (tr("Every week"), "weekly"), (tr("Every two weeks"), "biweekly"), (tr("Twice a month"), "twice_monthly"),
        (tr("Every month"), "monthly"), (tr("A year"), "yearly"),
    ]  # fmt: skip


class CardDialog(DeskDialog[bool]):
    """The sliding fee card as a page: print it on paper, send it to the receipt printer, or save it."""

    def __init__(self, context: Context, parent: QWidget, row: AssessmentRow, content: bytes) -> None:
        super().__init__(parent, "Sliding fee card", verb="Done")
        self.setWindowTitle("PSC Desk - " + self.tr("Sliding fee card"))
        self.context, self.row, self.content = context, row, content
        self.view = PdfView("card_pages", self.tr("Sliding fee card"))
        self.form.hide()
        self.body.addWidget(self.view, 1)
        self.buttons.insertWidget(0, button("print_page", self.tr("&Print"), self._print))
        self.buttons.insertWidget(1, button("print_slip", self.tr("Print on the &receipt printer"), self._slip))
        self.buttons.insertWidget(2, button("save_card", self.tr("&Save ..."), self._save))
        self.cancel.hide()
        self.finished.connect(self.deleteLater)
        room = parent.window().size()
        self.resize(min(theme.px(940), room.width()), min(theme.px(700), room.height() - theme.px(40)))
        context.run(self, "reports", partial(pdf_pages, content), then=self.view.show_pages, failed=self.show_error)

    def submit(self) -> None:
        """Close."""
        self.finish(True)

    def value(self) -> bool:
        """Return yes."""
        return True

    def save_to(self, path: Path) -> None:
        """Write the PDF; say where, or why not."""
        said = self.tr("the card was saved as {0}.").format(path.name)
        self.context.run(self, "reports", partial(save_file, path, self.content), then=partial(self._done, said))

    def _print(self) -> None:
        open_print(self.context, self, self.content, self.tr("Sliding fee card"), kind="sliding_card")

    def _slip(self) -> None:
        said = self.tr("the card of {0} was sent to the receipt printer.").format(self.row.name)
        self.context.do(self, print_sliding_card, self.row.id, then=partial(self._done, said), failed=self.show_error)

    def _save(self) -> None:
        proposal = self.tr("Sliding fee card {0}.pdf").format(self.row.record_no)
        name, _kind = QFileDialog.getSaveFileName(self, self.tr("PSC Desk - Save"), proposal, "PDF (*.pdf)")
        if name:
            self.save_to(Path(name).with_suffix(".pdf"))

    def _done(self, said: str, _result: object) -> None:
        self.context.report.done(said)
