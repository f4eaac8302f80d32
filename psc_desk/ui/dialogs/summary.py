"""The visit summary on the screen: read it with the patient, print it, save it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from psc_desk.exchange.saved_file import save_file
from psc_desk.papers.visit_summary import visit_summary_pdf
from psc_desk.queries.counter import PersonAtCounter
from psc_desk.queries.visit import visit_summary_data
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.posting import banner_of
from psc_desk.ui.dialogs.print_preview import open_print
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.pdf_view import PdfView, pdf_pages
from psc_desk.usecases.check_out import make_visit_summary
from psc_desk.work import Read


def open_summary(context: Context, parent: QWidget, visit_id: int, who: PersonAtCounter) -> None:
    """Open the summary of a visit over `parent`."""
    SummaryDialog(context, parent, visit_id, who).open()


class SummaryDialog(DeskDialog[bool]):
    """Shows the pages; what is printed or saved is filed in the chart first, once."""

    def __init__(self, context: Context, parent: QWidget, visit_id: int, who: PersonAtCounter) -> None:
        super().__init__(parent, "Visit summary", verb="Done", patient=banner_of(who))
        self.setWindowTitle("PSC Desk - " + self.tr("Visit summary"))
        self.context = context
        self.visit_id = visit_id
        self.who = who
        self._filed: bytes | None = None
        self.view = PdfView("summary_pages", self.tr("Pages of the visit summary"))
        self.printer = button("print_summary", self.tr("&Print"), partial(self._with_paper, self._print))
        self.saver = button("save_summary", self.tr("&Save ..."), partial(self._with_paper, self._save))
        self.form.hide()
        self.body.addWidget(self.view, 1)
        self.buttons.insertWidget(0, self.printer)
        self.buttons.insertWidget(1, self.saver)
        self.cancel.hide()
        self.finished.connect(self.deleteLater)
        room = parent.window().size()
        self.resize(min(theme.px(940), room.width()), min(theme.px(700), room.height() - theme.px(40)))
        context.ask(self, _pages, visit_id, then=self.view.show_pages, failed=self.show_error, lane="reports")

    def submit(self) -> None:
        """Close."""
        self.finish(True)

    def value(self) -> bool:
        """Return yes."""
        return True

    def save_to(self, path: Path, content: bytes) -> None:
        """Write the PDF; say where, or why not."""
        self.context.run(self, "reports", partial(save_file, path, content), then=partial(self._saved, path))

    def _with_paper(self, use: Callable[[bytes], None]) -> None:
        if self._filed is not None:
            use(self._filed)
            return

        def filed(content: bytes) -> None:
            self._filed = content
            use(content)

        self.context.do(self, make_visit_summary, self.visit_id, then=filed, failed=self.show_error)

    def _print(self, content: bytes) -> None:
        open_print(self.context, self, content, self.tr("Visit summary"), kind="summary")

    def _save(self, content: bytes) -> None:
        proposal = self.tr("Visit summary {0}.pdf").format(self.who.record_no)
        name, _kind = QFileDialog.getSaveFileName(self, self.tr("PSC Desk - Save"), proposal, "PDF (*.pdf)")
        if name:
            self.save_to(Path(name).with_suffix(".pdf"), content)

    def _saved(self, path: Path, _nothing: None) -> None:
        self.context.report.done(self.tr("the visit summary was saved as {0}.").format(path.name))


def _pages(read: Read, visit_id: int) -> list[QImage]:
    return pdf_pages(visit_summary_pdf(visit_summary_data(read, visit_id)))
