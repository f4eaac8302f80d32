"""The test page of a page printer: letters, lines, greys and edges."""

from __future__ import annotations

from psc_desk.papers import pdf
from psc_desk.papers.pdf import ClinicBlock, PrintMark, Slice

_QUESTIONS = (
    "The frame below stands whole on the page: its four sides are to be seen.",
    "The five greys differ from one another.",
    "All letters read well: á é í ó ú ü ñ ¿ ¡ € — Łódź — 王小明.",
)


def page_test_pdf(clinic: ClinicBlock, mark: PrintMark) -> bytes:
    """Return the page as PDF."""
    paper = pdf.Paper(clinic=clinic, mark=mark, title="Printer test", subtitle="PSC Desk")
    slices = [*pdf.section("Right if", paper.width), *pdf.bullets(_QUESTIONS, paper.width), *pdf.space(12)]
    return pdf.render(paper, [*slices, Slice(420, lambda canvas, x, top: _draw(canvas, x, top, paper.width))])


def _draw(canvas: pdf.Canvas, x: float, top: float, width: float) -> None:
    pdf.stroke(canvas, "#000000")
    canvas.rect(x, top - 410, width, 410, stroke=1, fill=0)
    for number, colour in enumerate(("#000000", "#404040", "#808080", "#BFBFBF", "#E5E5E5")):
        pdf.fill(canvas, colour)
        canvas.rect(x + 20 + number * (width - 40) / 5, top - 120, (width - 40) / 5, 90, stroke=0, fill=1)
    for number in range(24):
        pdf.stroke(canvas, "#000000", 0.25 + number * 0.1)
        canvas.line(x + 20, top - 150 - number * 10, x + width - 20, top - 150 - number * 10)
