"""A PDF on the screen: pages under each other, drawn in a lane."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from psc_desk.ui import theme

SCALE = 1.4
"""Pixels per point: a letter page is some 860 pixels wide."""


def pdf_pages(content: bytes, scale: float = SCALE) -> list[QImage]:
    """Return a picture of each page. Slow: call it in the lane "reports" only, the renderer knows one thread."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        return [_picture(page, scale) for page in document]
    finally:
        document.close()


class PdfView(QScrollArea):
    """Shows the pictures of a PDF's pages; arrow keys and the wheel scroll."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pages: list[QImage] = []
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setSpacing(theme.px(12))
        self._waiting = theme.label(self.tr("Drawing the pages ..."), look="secondary")
        self._column.addWidget(self._waiting, alignment=Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self._inside)

    def show_pages(self, pages: list[QImage]) -> None:
        """Show these pages instead."""
        self.pages = pages
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, page in enumerate(pages, start=1):
            sheet = theme.label()
            sheet.setAccessibleName(self.tr("Page {0} of {1}").format(number, len(pages)))
            sheet.setPixmap(QPixmap.fromImage(page))
            self._column.addWidget(sheet, alignment=Qt.AlignmentFlag.AlignHCenter)


def _picture(page: object, scale: float) -> QImage:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)  # type: ignore[attr-defined]
    shape = (bitmap.width, bitmap.height, bitmap.stride)
    return QImage(bytes(bitmap.buffer), *shape, QImage.Format.Format_RGBX8888).copy()
