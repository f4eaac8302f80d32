"""A dated note in the chart; it is added, never edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.chart_dialog import ChartDialog
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.usecases.patients import add_note


def open_note(
    context: Context,
    parent: QWidget | None,
    who: BannerData,
    *,
    visit_id: int | None = None,
    then: Callable[[int], Any] | None = None,
) -> NoteDialog:
    """Ask for a note about the patient in `who`; `then` hears its id."""
    dialog = NoteDialog(context, parent, who, visit_id=visit_id, then=then)
    dialog.open()
    return dialog


class NoteDialog(ChartDialog[int]):
    """Free text, so that Enter begins a line and Ctrl+Enter saves."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        who: BannerData,
        *,
        visit_id: int | None = None,
        then: Callable[[int], Any] | None = None,
    ) -> None:
        super().__init__(context, parent, self.tr("New note"), verb=self.tr("Save note"), who=who, then=then)
        self._who, self._visit_id = who, visit_id
        self.text = QPlainTextEdit()
        self.text.setObjectName("text")
        self.text.setAccessibleName(self.tr("Note"))
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(self.tr("What the next person at the desk should know"))
        self.form.wide(self.text)
        hint = theme.label(self.tr("Ctrl+Enter saves. A note stays in the chart with your name and the time."), "small")
        theme.set_look(hint, "secondary")
        hint.setWordWrap(True)
        self.form.wide(hint)
        self.resize(theme.px(560), theme.px(360))

    def submit(self) -> None:
        """Save it."""
        self.said = self.tr("note for {0} saved.").format(self._who.name)
        self.run(self.context, add_note, self._who.patient_id, self.text.toPlainText(), self._visit_id)
