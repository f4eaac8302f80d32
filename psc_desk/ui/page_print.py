"""Pages to the computer's printer: through CUPS where there is one, on Windows drawn onto the printer itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPageSize, QPainter

from psc_desk.devices.page_printer import page_queues, print_pdf
from psc_desk.errors import DeviceError
from psc_desk.ui.widgets.pdf_view import pdf_pages

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PRINT_SCALE = 300 / 72
"""300 dots per inch."""


def printer_names() -> list[str]:
    """Return the names of the computer's printers."""
    if sys.platform == "win32":
        from PySide6.QtPrintSupport import QPrinterInfo

        return list(QPrinterInfo.availablePrinterNames())
    return page_queues()


def send_pages(content: bytes, queue: str, copies: int) -> None:
    """Print a PDF; slow, for a lane. Raises DeviceError with what to do.

    No file is written: CUPS takes the PDF from standard input, Windows the drawn pages.
    """
    if sys.platform == "win32":
        _draw_on(queue, copies, content)
    else:
        print_pdf(content, queue, copies)


def _draw_on(queue: str, copies: int, content: bytes) -> None:
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if queue:
        printer.setPrinterName(queue)
    if not printer.isValid():
        raise DeviceError("The computer has no such printer. Choose another one, or save the paper as PDF.")
    printer.setDocName("PSC Desk")
    printer.setCopyCount(copies)
    draw_pages(printer, pdf_pages(content, PRINT_SCALE))


def draw_pages(printer: QPrinter, pages: Sequence[QImage]) -> None:
    """Draw each picture over a whole sheet; raises DeviceError when the printer refuses."""
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        raise DeviceError("The printer does not take the paper. Check that it is on, or save the paper as PDF.")
    try:
        for number, page in enumerate(pages):
            if number and not printer.newPage():
                raise DeviceError("The printer stopped in the middle of the paper. Look at it, then print again.")
            painter.drawImage(painter.viewport(), page)
    finally:
        painter.end()
