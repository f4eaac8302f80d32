"""Coding questions to the providers, the overdue ones on top."""

from __future__ import annotations

from psc_desk.dates import format_date
from psc_desk.queries.coding import QuestionRow, coding_questions
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.coding import open_answer_coding, open_ask_coding
from psc_desk.ui.dialogs.encounter import open_encounter
from psc_desk.ui.rows_model import Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction


class CodingSection(ListTab[QuestionRow]):
    """Open ones first; answered ones stay for 60 days."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Due"), _due, status=_status, sort=lambda row: (not row.is_open, row.due_on), width=120),
                Column(self.tr("Provider"), lambda row: row.provider, width=130),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=150),
                Column(self.tr("Visit"), lambda row: format_date(row.visit_day), sort=lambda row: row.visit_day,
                       width=95),
                Column(self.tr("Charge"), lambda row: row.code, width=64),
                Column(self.tr("Question"), lambda row: row.question, tooltip=lambda row: row.question, width=-1),
                Column(self.tr("Answer"), lambda row: row.answer, tooltip=_answer, width=-1),
                Column(self.tr("Asked by"), lambda row: row.asked_by, width=110),
            ],
            lambda row: row.question_id,
            name="coding_questions",
            words=self.tr("Coding questions"),
            ask=coding_questions,
            empty=self.tr("No question is open. Ask one from “Charges to do” or from the check-out of a visit."),
            actions=[
                RowAction("answer_question", self.tr("Answer ..."), self._answer_it, lambda row: row.is_open,
                          "primary"),
                RowAction("ask_again", self.tr("Ask again ..."), self._ask_again),
                RowAction("question_charges", self.tr("Charges of the visit ..."), self._charges),
                RowAction("question_patient", self.tr("Show patient"),
                          lambda row: self.patient_wanted.emit(row.patient_id)),
            ],
        )  # fmt: skip

        self.words = theme.label()
        self.words.setObjectName("question_words")
        self.words.setWordWrap(True)
        self.words.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.words)
        self.table.row_selected.connect(self._say)

    def _say(self, row: QuestionRow | None) -> None:
        """Show the whole question and its answer below."""
        self.words.setText("" if row is None else "\n".join(filter(None, (row.question, _answer(row)))))

    def _answer_it(self, row: QuestionRow) -> None:
        open_answer_coding(self.context, self, row)

    def _ask_again(self, row: QuestionRow) -> None:
        open_ask_coding(self.context, self, row.visit_id)

    def _charges(self, row: QuestionRow) -> None:
        open_encounter(self.context, self, row.visit_id)


def _due(row: QuestionRow) -> str:
    if not row.is_open:
        return "✓ answered"
    return f"▲ {row.due_words}" if row.days_late else format_date(row.due_on)


def _status(row: QuestionRow) -> str:
    return "late" if row.days_late else "" if row.is_open else "arrived"


def _answer(row: QuestionRow) -> str:
    if row.answered_on is None:
        return ""
    return f"{row.answer} ({row.answered_by}, {format_date(row.answered_on)})"
