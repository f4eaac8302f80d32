"""The line that warns before charges are posted that come near the point where a patient may dispute the bill."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from psc_desk.money import Cents
from psc_desk.queries.estimates import EstimateWarning, estimate_warning
from psc_desk.ui import theme
from psc_desk.ui.context import Context


class EstimateNote(QWidget):
    """`follow(cents)` asks whether a visit with charges of `cents` in all is near the estimate's limit."""

    def __init__(self, context: Context, visit_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._visit_id = context, visit_id
        self._asked: Cents = 0
        self.words = theme.label(look="warning")
        self.words.setObjectName("estimate_warning")
        self.words.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.words)
        self.hide()

    def follow(self, cents: Cents) -> None:
        """Ask again when the amount changed."""
        if cents == self._asked:
            return
        self._asked = cents
        self._context.ask(self, estimate_warning, self._visit_id, cents, then=self._show)

    def _show(self, warning: EstimateWarning | None) -> None:
        self.words.setText(f"▲ {warning.sentence}" if warning else "")
        self.setVisible(warning is not None)
