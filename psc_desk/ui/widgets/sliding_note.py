"""One line about the sliding fee where something is charged: what comes off before it is posted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.money import Cents, format_money
from psc_desk.queries.sliding import VisitSliding
from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import button


class SlidingNote(QWidget):
    """Shown for a visit that the patient pays without a plan; `assess_wanted` asks for the assessment form."""

    assess_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sliding_note")
        self.words = theme.label()
        self.words.setObjectName("sliding_words")
        self.words.setWordWrap(True)
        self.assess = button("assess_income", self.tr("Sliding &fee ..."), self.assess_wanted.emit, look="link")
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self.words, 1)
        across.addWidget(self.assess)

    def show_visit(self, facts: VisitSliding, amounts: Sequence[Cents]) -> None:
        """Say what would come off these lines if they were charged now."""
        self.setVisible(facts.self_pay)
        off = facts.preview(amounts)
        theme.set_look(self.words, "good" if off else "secondary")
        self.words.setText(self._sentence(facts, sum(amounts), off))

    def _sentence(self, facts: VisitSliding, total: Cents, off: Cents) -> str:
        found = facts.assessment
        if found is None:
            return self.tr("No income assessment is in force for the sliding fee.")
        if facts.terms is None:
            return self.tr("Sliding fee: {0}, through {1}.").format(found.result, format_date(found.expires_on))
        if not total:
            return self.tr("Sliding fee {0}.").format(found.result)
        words = self.tr("Sliding fee {0}: -{1}. The patient pays {2}.")
        return words.format(facts.terms.name, format_money(off), format_money(total - off))
