"""Sliding fee: every patient's newest assessment, those that end first at the top."""

from __future__ import annotations

from psc_desk.dates import format_date
from psc_desk.queries.sliding import AssessmentRow, newest_assessments, percent_text
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.assessment import open_assessment, open_card
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.sliding import print_sliding_card


class SlidingFeeSection(ListTab[AssessmentRow]):
    """Who is assessed, at what, and who must bring proof again."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Patient"), lambda row: row.sort_name, bold=True, width=190),
                Column(self.tr("Born"), lambda row: format_date(row.birth_date), sort=lambda row: row.birth_date,
                       width=96),
                Column(self.tr("Pays"), lambda row: row.result, width=190),
                Column(self.tr("Through"), lambda row: format_date(row.expires_on), sort=lambda row: row.expires_on,
                       width=96),
                Column(self.tr("State"), _state, status=_status, width=110),
                Column(self.tr("Of guideline"), percent_text, RIGHT, lambda row: row.percent_bp, width=100),
                Column(self.tr("Household"), lambda row: "" if row.declined else str(row.household), RIGHT,
                       lambda row: row.household, width=90),
                Column(self.tr("Proof"), lambda row: row.proof, width=-1),
            ],
            lambda row: row.id,
            name="assessments",
            words=self.tr("Sliding fee assessments"),
            ask=newest_assessments,
            empty=self.tr("Nobody is assessed yet. Begin in the chart of a patient, under Coverage."),
            actions=[
                RowAction("assess_again", self.tr("Assess again ..."), self.assess_again),
                RowAction("card_page", self.tr("Card ..."), self._card, lambda row: not row.declined),
                RowAction("card_slip", self.tr("Print card"), self._slip, lambda row: not row.declined),
                RowAction("assessment_patient", self.tr("Show patient"),
                          lambda row: self.patient_wanted.emit(row.patient_id)),
            ],
        )  # fmt: skip

    def assess_again(self, row: AssessmentRow) -> None:
        """Open the assessment form of the same patient."""
        open_assessment(self.context, self, row.patient_id)

    def _card(self, row: AssessmentRow) -> None:
        open_card(self.context, self, row)

    def _slip(self, row: AssessmentRow) -> None:
        words = self.tr("the card of {0} was sent to the receipt printer").format(row.name)
        self.do_and_say(words, print_sliding_card, row.id)


def _state(row: AssessmentRow) -> str:
    if row.ended:
        return "✕ ended"
    return "▲ ends soon" if row.ends_soon else ""


def _status(row: AssessmentRow) -> str:
    return "missed" if row.ended else "late" if row.ends_soon else ""
