"""Papers: attach from a file, look at it, save a copy; what cannot be filed is said before anything is saved."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk.queries.documents import documents
from psc_desk.queries.patients import form_start
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.document import AttachDialog, PaperDialog, open_attach, open_paper, pages_of
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.ui.widgets.chart.words import chart_banner
from psc_desk.usecases.documents import file_document
from tests.support.clinic import INES, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.chart_support import clinic, is_gone, parent, real, sentences, settle, shown
from tests.ui.conftest import Said

__all__ = ["clinic", "parent", "real"]


def who(clinic: SmallClinic) -> BannerData:
    start = clinic.desk.ask(form_start, INES)
    assert start.banner is not None
    return chart_banner(start.banner, start.today)


def test_a_picture_of_the_card_is_filed(
    qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    card = clinic.folder / "card.png"
    Image.new("RGB", (320, 200), "navy").save(card)
    filed: list[int] = []
    dialog = open_attach(real, parent, who(clinic), category="card_front", then=filed.append)
    dialog.file.setText(str(card))
    dialog.file.editingFinished.emit()
    qtbot.waitUntil(lambda: not dialog.preview.pixmap().isNull())
    assert unnamed_controls(dialog) == []
    dialog.primary.click()
    settle(qtbot, real.lanes)
    assert is_gone(dialog)
    assert said.last.text == "“Insurance card, front” filed for Inés Castillo."
    row = clinic.desk.ask(documents, INES)[0]
    assert (row.id, row.category, row.media_type) == (filed[0], "card_front", "image/jpeg")


def test_what_cannot_be_filed_is_said_and_nothing_is_saved(
    qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"not a PDF")
    dialog = open_attach(real, parent, who(clinic))
    for path, sentence in (
        ("", "Choose the file to attach."),
        (str(tmp_path / "gone.jpg"), "The file cannot be read. Check its name, or choose another one."),
        (str(broken), "The file is damaged or is not a PDF. Save it again, then choose it."),
        (str(tmp_path), "The file cannot be read. Check its name, or choose another one."),
    ):
        dialog.file.setText(path)
        dialog.primary.click()
        settle(qtbot, real.lanes)
        assert dialog.error_line.text() == sentence
    assert isinstance(dialog, AttachDialog)
    assert dialog.primary.isEnabled()
    assert clinic.desk.ask(documents, INES) == []


def test_a_paper_is_shown_recorded_and_saved(
    qtbot: QtBot, real: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    document_id = clinic.desk.do(file_document, INES, "letter", "Letter", b"Dear clinic", media_type="text/plain")
    open_paper(real, parent, who(clinic), document_id)
    dialog = shown(qtbot, PaperDialog, real.lanes)
    assert unnamed_controls(dialog) == []
    assert "opened the paper “Letter”" in sentences(clinic, INES)[0]
    dialog.save_to(clinic.folder / "copy.txt")
    settle(qtbot, real.lanes)
    assert (clinic.folder / "copy.txt").read_bytes() == b"Dear clinic"
    assert said.last.text.startswith("“Letter” saved as copy.txt.")
    dialog.save_to(clinic.folder / "nowhere" / "copy.txt")
    settle(qtbot, real.lanes)
    assert dialog.error_line.text().startswith("copy.txt could not be saved there (No such file or directory).")
    dialog.primary.click()


def test_pages_of_a_pdf_become_pictures(clinic: SmallClinic, qapp: object) -> None:
    from psc_desk.papers.key_map import KeyRow, key_map_pdf
    from psc_desk.queries.paper_head import clinic_block, print_mark

    head = clinic.desk.ask(clinic_block), clinic.desk.ask(print_mark)
    pages = pages_of("application/pdf", key_map_pdf([KeyRow("Everywhere", "F1", "Help")], *head))
    assert len(pages) == 1
    assert pages[0].width() > 1000
    colors = {pages[0].pixelColor(x, y).name() for x in range(0, 1200, 7) for y in range(0, 300, 3)}
    assert len(colors) > 2
