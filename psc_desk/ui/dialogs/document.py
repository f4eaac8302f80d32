"""Papers of a chart: attach a picture, PDF or text from a file; look at one, save it, print it."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from psc_desk.errors import DataError, InputError
from psc_desk.exchange.saved_file import save_file
from psc_desk.queries.documents import CATEGORY_WORDS
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.chart_dialog import ChartDialog
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.ui.widgets.basic import button
from psc_desk.usecases.documents import DocumentContent, file_document, open_document, prepared

_OFFICE = ("deposit", "till_report", "summary")
_SUFFIX = {"image/jpeg": ".jpg", "application/pdf": ".pdf", "text/plain": ".txt"}
_ZOOMS = (50, 75, 100, 125, 150, 200, 300)
_PDF_SCALE = 2
_MOST_PAGES = 60


def open_attach(
    context: Context,
    parent: QWidget | None,
    who: BannerData,
    *,
    category: str = "other",
    visit_id: int | None = None,
    then: Callable[[int], Any] | None = None,
) -> AttachDialog:
    """Ask for a file to attach to the chart of `who`; `then` hears the id of the paper."""
    dialog = AttachDialog(context, parent, who, category=category, then=then)
    dialog.visit_id = visit_id
    dialog.open()
    return dialog


def open_paper(context: Context, parent: QWidget, who: BannerData, document_id: int) -> None:
    """Show a paper; opening it is recorded."""

    def drawn(paper: DocumentContent, pages: list[QImage]) -> None:
        PaperDialog(context, parent, who, paper, pages).open()

    def draw(paper: DocumentContent) -> None:
        work = lambda: pages_of(paper.media_type, paper.content)  # noqa: E731
        context.run(parent, "reports", work, then=lambda pages: drawn(paper, pages))

    context.do(parent, open_document, document_id, then=draw)


def read_file(path: Path) -> tuple[bytes, str]:
    """Return content and media type of a file as they may be filed; InputError says what to do when it cannot be."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError("The file cannot be read. Check its name, or choose another one.", "file") from error
    return prepared(content, kind)


def pages_of(media_type: str, content: bytes) -> list[QImage]:
    """Return a paper as pictures, one per page; none for text."""
    if media_type == "application/pdf":
        return _pdf_pages(content)
    return [QImage.fromData(QByteArray(content))] if media_type.startswith("image/") else []


def _pdf_pages(content: bytes) -> list[QImage]:
    import pypdfium2

    try:
        paper = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise DataError("This PDF cannot be shown. Save it and open it with another program.") from error
    try:
        return [_page(paper[number]) for number in range(min(len(paper), _MOST_PAGES))]
    finally:
        paper.close()


def _page(page: Any) -> QImage:
    bitmap = page.render(scale=_PDF_SCALE, rev_byteorder=True, prefer_bgrx=True)
    shown = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888)
    return shown.copy()


class AttachDialog(ChartDialog[int]):
    """A file, what kind of paper it is, and its title; the picture is shown before it is filed."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        who: BannerData,
        *,
        category: str = "other",
        then: Callable[[int], Any] | None = None,
    ) -> None:
        super().__init__(context, parent, self.tr("Attach a paper"), verb=self.tr("File it"), who=who, then=then)
        self._who = who
        self.visit_id: int | None = None
        self._ready: tuple[str, bytes, str] | None = None
        kinds: list[tuple[str, object]] = [(word, key) for key, word in CATEGORY_WORDS.items() if key not in _OFFICE]
        self.category = self.form.choice(self.tr("&Kind"), "category", kinds, category)
        self.file = self.form.text(self.tr("&File"), "file")
        self.file.setPlaceholderText(self.tr("picture, PDF or text file"))
        self.form.wide(button("browse", self.tr("&Choose a file …"), self.browse))
        self.title = self.form.text(self.tr("&Title"), "title")
        self.title.setPlaceholderText(self.tr("empty: the kind of paper"))
        self.preview = QLabel(self.tr("The picture is shown here before it is filed."))
        self._build_preview()
        self.file.editingFinished.connect(self._look)

    def browse(self) -> None:
        """Choose the file with the computer's own dialog."""
        kinds = self.tr("Papers (*.jpg *.jpeg *.png *.pdf *.tif *.tiff *.webp *.bmp *.gif *.txt);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self, self.tr("PSC Desk - Choose a file"), "", kinds)
        if path:
            self.file.setText(path)
            self._look()

    def submit(self) -> None:
        """Read the file if need be, then file it."""
        path = self.file.text().strip()
        if not path:
            raise InputError(self.tr("Choose the file to attach."), "file")
        if self._ready is not None and self._ready[0] == path:
            self._file(self._ready[1], self._ready[2])
            return
        self.primary.setEnabled(False)
        self.context.run(
            self, "reports", lambda: read_file(Path(path)), then=lambda read: self._file(*read), failed=self._failed
        )

    def _build_preview(self) -> None:
        self.preview.setObjectName("preview")
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setMinimumHeight(theme.px(220))
        theme.style(self.preview, "small", look="secondary")
        self.form.wide(self.preview)
        self.setMinimumWidth(theme.px(520))

    def _look(self) -> None:
        path = self.file.text().strip()
        if not path or (self._ready is not None and self._ready[0] == path):
            return

        def read() -> tuple[bytes, str, list[QImage]]:
            content, kind = read_file(Path(path))
            return content, kind, pages_of(kind, content)[:1]

        def show(found: tuple[bytes, str, list[QImage]]) -> None:
            self._ready = path, found[0], found[1]
            self._show(found[2])

        self.context.run(self, "reports", read, then=show, failed=self._failed)

    def _show(self, pages: list[QImage]) -> None:
        self.error_line.hide()
        if not pages:
            self.preview.setText(self.tr("The text is ready to be filed."))
            return
        size = self.preview.size().boundedTo(self.preview.maximumSize())
        picture = QPixmap.fromImage(pages[0]).scaled(
            max(size.width(), theme.px(300)), theme.px(220), Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )  # fmt: skip
        self.preview.setPixmap(picture)

    def _file(self, content: bytes, kind: str) -> None:
        category, title = self.category.currentData(), self.title.text()
        self.said = self.tr("“{0}” filed for {1}.").format(title.strip() or self.category.currentText(), self._who.name)
        self.run(
            self.context, file_document, self._who.patient_id, category, title, content, media_type=kind,
            visit_id=self.visit_id,
        )  # fmt: skip

    def _failed(self, error: Exception) -> None:
        self.primary.setEnabled(True)
        if isinstance(error, InputError | DataError):
            self.show_error(error)
        else:
            self.context.report(error)


class PaperDialog(DeskDialog[bool]):
    """A paper on screen: + and - make it larger and smaller, Alt+S saves it as a file."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        who: BannerData,
        paper: DocumentContent,
        pages: list[QImage],
    ) -> None:
        super().__init__(parent, paper.title, verb=self.tr("Close"), patient=who)
        self.context, self.paper, self.pages = context, paper, pages
        self.zoom = 100
        self.finished.connect(self.deleteLater)
        self.form.hide()
        self.cancel.hide()
        self.area = QScrollArea()
        self._build_pages()
        self._build_buttons()
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        self.resize(min(theme.px(900), room.width() - 60), min(theme.px(760), room.height() - 60))
        self.area.setFocus()

    def submit(self) -> None:
        """Close."""
        self.finish(True)

    def save(self) -> None:
        """Write the paper to a file that the person chooses."""
        name = "".join(char if char.isalnum() or char in " -_" else " " for char in self.paper.title).strip()
        name += _SUFFIX.get(self.paper.media_type, "")
        path, _kind = QFileDialog.getSaveFileName(self, self.tr("PSC Desk - Save a copy"), name)
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the paper to `path`."""
        words = self.tr("“{0}” saved as {1}. It is not encrypted there; delete it when it is no longer needed.")
        done = lambda _none: self.context.report.done(words.format(self.paper.title, path.name))  # noqa: E731
        write = partial(save_file, path, self.paper.content)
        self.context.run(self, "reports", write, then=done, failed=self.show_error)

    def print(self) -> None:
        """Send it to the computer's printer."""

        from psc_desk.ui.dialogs.print_preview import open_print

        show = lambda pdf: open_print(self.context, self, pdf, self.paper.title, kind="document")  # noqa: E731
        self.context.run(self, "reports", self._pdf, then=show, failed=self.show_error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by key."""
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._set_zoom(1)
        elif event.key() == Qt.Key.Key_Minus:
            self._set_zoom(-1)
        else:
            super().keyPressEvent(event)

    def _build_pages(self) -> None:
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setSpacing(theme.px(12))
        self._labels: list[QLabel] = []
        if not self.pages:
            text = theme.label(self.paper.content.decode("utf-8", "replace"))
            text.setObjectName("paper_text")
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._column.addWidget(text)
        for number in range(len(self.pages)):
            label = QLabel()
            label.setAccessibleName(self.tr("Page {0} of {1}").format(number + 1, len(self.pages)))
            self._labels.append(label)
            self._column.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch()
        self.area.setObjectName("paper")
        self.area.setAccessibleName(self.paper.title)
        self.area.setWidgetResizable(True)
        self.area.setWidget(inside)
        self.body.addWidget(self.area, 1)
        self._draw()

    def _build_buttons(self) -> None:
        row = QHBoxLayout()
        for name, words, run in (
            ("zoom_out", self.tr("Smaller  -"), lambda: self._set_zoom(-1)),
            ("zoom_in", self.tr("Larger  +"), lambda: self._set_zoom(1)),
        ):
            row.addWidget(button(name, words, run))
        self.buttons.insertLayout(0, row)
        save = button("save_copy", self.tr("&Save a copy …"), self.save)
        self.buttons.insertWidget(2, save)
        printer = button("print_paper", self.tr("&Print"), self.print)
        printer.setEnabled(bool(self.pages))
        self.buttons.insertWidget(3, printer)

    def _set_zoom(self, step: int) -> None:
        place = _ZOOMS.index(self.zoom) + step
        self.zoom = _ZOOMS[min(max(place, 0), len(_ZOOMS) - 1)]
        self._draw()

    def _draw(self) -> None:
        for label, page in zip(self._labels, self.pages, strict=True):
            width = theme.px(760) * self.zoom // 100
            label.setPixmap(QPixmap.fromImage(page.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)))

    def _pdf(self) -> bytes:
        return self.paper.content if self.paper.media_type == "application/pdf" else _as_pdf(self.pages)


def _as_pdf(pages: list[QImage]) -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    pictures = [Image.open(BytesIO(_png(page))).convert("RGB") for page in pages]
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    return out.getvalue()


def _png(page: QImage) -> bytes:
    box = QBuffer()
    box.open(QIODevice.OpenModeFlag.WriteOnly)
    page.save(box, "PNG")  # type: ignore[call-overload]
    return bytes(box.data().data())
