"""Print a paper: look at it first, choose the printer (remembered for each kind of paper) and how many copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSpinBox, QWidget

from psc_desk.devices.page_printer import MOST_COPIES
from psc_desk.errors import DeskError
from psc_desk.exchange.saved_file import save_file
from psc_desk.queries.devices import page_printer
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.page_print import printer_names, send_pages
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.pdf_view import PdfView, pdf_pages
from psc_desk.usecases.devices import choose_page_printer

SCALE = 1.1
"""Pixels per point: a letter page is as wide as the room for it."""


@dataclass(frozen=True)
class PrintOrder:
    """What was sent: to which printer ("" is the computer's default), how often."""

    queue: str
    copies: int


def open_print(
    context: Context,
    parent: QWidget | None,
    content: bytes,
    title: str,
    *,
    kind: str,
    then: Callable[[PrintOrder], Any] | None = None,
) -> PrintPreview:
    """Show a PDF with its printer; `kind` ("day_sheet", "summary", ...) is what the printer is remembered for."""
    dialog = PrintPreview(context, parent, content, title, kind=kind)
    if then is not None:
        dialog.accepted.connect(lambda: then(dialog.answer or PrintOrder("", 1)))
    dialog.open()
    return dialog


class PrintPreview(DeskDialog[PrintOrder]):
    """The pages, the printer, the copies; Enter prints."""

    def __init__(self, context: Context, parent: QWidget | None, content: bytes, title: str, *, kind: str) -> None:
        super().__init__(parent, title, verb="Print")
        self.setWindowTitle("PSC Desk - " + self.tr("Print: {0}").format(title))
        self.context, self.content, self.title, self.kind = context, content, title, kind
        self._chosen = ""
        self.view = PdfView("print_pages", title)
        self.printer = self.form.choice(self.tr("P&rinter"), "page_printer", [(self.tr("The computer's default"), "")])
        self.copies = self.form.add(self.tr("&Copies"), QSpinBox(), "copies")
        self.count = theme.label("", "small", look="secondary")
        self._build_parts()
        self.finished.connect(self.deleteLater)
        context.run(self, "reports", partial(pdf_pages, content, SCALE), then=self._drawn, failed=self.show_error)
        context.ask(self, page_printer, kind, then=self._remember)
        context.run(self, "device", printer_names, then=self._found)

    def value(self) -> PrintOrder:
        """Return the chosen printer and copies."""
        return PrintOrder(str(self.printer.currentData()), self.copies.value())

    def submit(self) -> None:
        """Send it; stay open with the sentence when it cannot be printed."""
        order = self.value()
        self.primary.setEnabled(False)
        self.error_line.hide()
        send = partial(send_pages, self.content, order.queue, order.copies)
        self.context.run(self, "device", send, then=lambda _none: self._sent(order), failed=self._failed)

    def save_to(self, path: Path) -> None:
        """Write the PDF instead; say where, or why not."""
        words = self.tr("“{0}” was saved as {1}").format(self.title, path.name)
        self.context.run(
            self, "reports", partial(save_file, path, self.content),
            then=lambda _none: self.context.report.done(words), failed=self.show_error,
        )  # fmt: skip

    def _build_parts(self) -> None:
        self.copies.setRange(1, MOST_COPIES)
        self.copies.setFixedWidth(theme.px(90))
        self.body.removeWidget(self.form)
        side = QHBoxLayout()
        side.addWidget(self.view, 1)
        column = Form()
        column.wide(self.form)
        column.wide(self.count)
        column.setFixedWidth(theme.px(300))
        side.addWidget(column)
        self.body.addLayout(side, 1)
        self.buttons.insertWidget(0, button("save_pdf", self.tr("&Save as PDF …"), self._save))
        self.resize(theme.px(1080), theme.px(720))

    def _drawn(self, pages: list[Any]) -> None:
        self.view.show_pages(pages)
        self.count.setText(self.tr("One page") if len(pages) == 1 else self.tr("{0} pages").format(len(pages)))

    def _remember(self, queue: str) -> None:
        self._chosen = queue
        self._choose()

    def _found(self, names: list[str]) -> None:
        for name in names:
            self.printer.addItem(name, name)
        if not names:
            self.count.setText(self.tr("The computer has no printer: save the paper as PDF."))
        self._choose()

    def _choose(self) -> None:
        self.printer.setCurrentIndex(max(self.printer.findData(self._chosen), 0))

    def _sent(self, order: PrintOrder) -> None:
        self.context.report.done(self.tr("“{0}” is at the printer").format(self.title))
        if order.queue != self._chosen:
            self.context.do(self, choose_page_printer, self.kind, order.queue, then=lambda _none: self.finish(order))
        else:
            self.finish(order)

    def _failed(self, error: Exception) -> None:
        self.primary.setEnabled(True)
        self.show_error(error) if isinstance(error, DeskError) else self.context.report(error)

    def _save(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(
            self, self.tr("PSC Desk - Save"), f"{self.title}.pdf", self.tr("PDF (*.pdf)")
        )
        if path:
            self.save_to(Path(path).with_suffix(".pdf"))
