"""Ask the provider about the coding of a visit, and write the answer down."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.coding import AskStart, QuestionRow, ask_start
from psc_desk.queries.counter import PersonAtCounter, person_at_counter
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.widgets.inputs import DateEdit
from psc_desk.usecases.coding import answer_coding, ask_coding


def open_ask_coding(context: Context, parent: QWidget, visit_id: int) -> None:
    """Ask the provider of a visit."""
    context.ask(parent, ask_start, visit_id, then=lambda start: AskCodingDialog(context, parent, start).open())


def open_answer_coding(context: Context, parent: QWidget, row: QuestionRow) -> None:
    """Write down what the provider answered."""

    def show(who: PersonAtCounter) -> None:
        AnswerCodingDialog(context, parent, row, who).open()

    context.ask(parent, person_at_counter, row.patient_id, then=show)


class AskCodingDialog(PostingDialog[int]):
    """About the whole visit, or one of its charges; due after the clinic's working days."""

    def __init__(self, context: Context, parent: QWidget | None, start: AskStart) -> None:
        super().__init__(context, parent, "Coding question", verb="Ask", who=start.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Coding question"))
        self.start = start
        self.form.wide(theme.label(f"{start.visit_words} · {start.provider}", bold=True))
        for row in start.asked:
            self.form.wide(_said(row))
        self.question = self.form.add(self.tr("&Question"), QPlainTextEdit(), "question")
        self.question.setTabChangesFocus(True)
        self.question.setFixedHeight(theme.px(84))
        charges: list[tuple[str, object]] = [(self.tr("The whole visit"), None)]
        charges += [
            (f"{row.code} {row.label}, {format_money(row.amount_cents)}", row.charge_id) for row in start.charges
        ]
        self.about = self.form.choice(self.tr("&About"), "about", charges)
        self.due = self.form.add(self.tr("Answer &by"), DateEdit("due_on", self.tr("Answer by"), lambda: start.due_on))
        self.due.set_day(start.due_on)
        self.setMinimumWidth(theme.px(520))

    def submit(self) -> None:
        """Ask it."""
        words = self.tr("{0} is asked about the visit of {1}").format(self.start.provider, self.start.who.name)
        self.post(
            ask_coding, self.start.visit_id, self.question.toPlainText(), charge_id=self.about.currentData(),
            due_on=self.due.day(), then=partial(self._asked, words),
        )  # fmt: skip

    def _asked(self, words: str, question_id: int) -> None:
        self.context.report.done(words)
        self.finish(question_id)


class AnswerCodingDialog(PostingDialog[None]):
    """The answer is kept for good; what it leaves open is asked anew."""

    def __init__(self, context: Context, parent: QWidget | None, row: QuestionRow, who: PersonAtCounter) -> None:
        super().__init__(context, parent, "Answer", verb="Keep answer", who=who)
        self.setWindowTitle("PSC Desk - " + self.tr("Answer to a coding question"))
        self.row = row
        words = " · ".join(filter(None, (format_date(row.visit_day), row.provider, row.code)))
        self.form.wide(theme.label(words, look="secondary"))
        question = theme.label(row.question, bold=True)
        question.setWordWrap(True)
        self.form.wide(question)
        self.answer_text = self.form.add(self.tr("&Answer"), QPlainTextEdit(), "answer")
        self.answer_text.setTabChangesFocus(True)
        self.answer_text.setFixedHeight(theme.px(84))
        self.setMinimumWidth(theme.px(480))

    def submit(self) -> None:
        """Keep it."""
        words = self.tr("the answer of {0} is kept").format(self.row.provider)
        self.post(answer_coding, self.row.question_id, self.answer_text.toPlainText(), then=partial(self._kept, words))

    def _kept(self, words: str, _nothing: None) -> None:
        self.context.report.done(words)
        self.finish(None)


def _said(row: QuestionRow) -> QWidget:
    answer = row.answer or "not answered yet"
    label = theme.label(f"{format_date(row.asked_on)} {row.asked_by}: {row.question}  →  {answer}", look="secondary")
    label.setWordWrap(True)
    return label
