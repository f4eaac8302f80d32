"""Prints: what a job says, and the question that only a person who looks can answer."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from psc_desk import resources
from psc_desk.queries.print_jobs import PrintJobRow
from psc_desk.ui import theme
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.widgets.basic import button


def ask_came_out(parent: QWidget, row: PrintJobRow) -> bool | None:
    """Ask "did it come out?"; None when nobody looked yet."""
    return CameOut.ask(parent, row)


class CameOut(DeskDialog[bool]):
    """Yes settles a print of unknown fate; "No, print again" queues it once more."""

    def __init__(self, parent: QWidget | None, row: PrintJobRow) -> None:
        super().__init__(parent, "Did it come out?", verb="Yes, it did")
        self.setWindowTitle("PSC Desk - " + self.tr("Did it come out?"))
        words = self.tr("Look at the printer: did “{0}” come out complete?").format(row.title)
        question = theme.label(words, bold=True)
        question.setWordWrap(True)
        self.form.wide(question)
        detail = theme.label(row.detail or row.words, "small", look="secondary")
        detail.setWordWrap(True)
        self.form.wide(detail)
        self.cancel.setText(self.tr("I cannot look now"))
        again = button("print_again", self.tr("No, print &again"), lambda: self.finish(False))
        self.buttons.insertWidget(self.buttons.count() - 1, again)

    def value(self) -> bool:
        """Return yes."""
        return True


class PaperText(DeskDialog[bool]):
    """Shows what a print says, as text."""

    def __init__(self, parent: QWidget | None, row: PrintJobRow) -> None:
        super().__init__(parent, row.title, verb="Close")
        self.text = QPlainTextEdit(row.text)
        self.text.setObjectName("paper_text")
        self.text.setAccessibleName(row.title)
        self.text.setReadOnly(True)
        QFontDatabase.addApplicationFont(str(resources.path("fonts", "DejaVuSansMono.ttf")))
        fixed = theme.font()
        fixed.setFamilies(["DejaVu Sans Mono"])
        self.text.setFont(fixed)
        self.form.hide()
        self.body.addWidget(self.text, 1)
        self.cancel.hide()
        self.finished.connect(self.deleteLater)
        self.resize(theme.px(480), theme.px(620))

    def value(self) -> bool:
        """Return yes."""
        return True
