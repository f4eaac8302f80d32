"""The key map on paper: every key of the desk, to lie beside the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from psc_desk.papers import fonts, pdf
from psc_desk.papers.pdf import ClinicBlock, PrintMark, Slice, Style

_CAP = Style(9.0, 13.0, bold=True, align="center")
_DOES = Style(10.0, 15.0)
_KEYS_ROOM = 92.0


@dataclass(frozen=True)
class KeyRow:
    """One key: its group ("Everywhere", "Calendar"), the keys as written on the keyboard ("Ctrl+K"), what it does."""

    group: str
    keys: str
    does: str


def key_map_pdf(rows: Sequence[KeyRow], clinic: ClinicBlock, mark: PrintMark) -> bytes:
    """Return the key map as PDF, in two columns where it fits on one page; rows of one group must stand together."""
    paper = pdf.Paper(clinic=clinic, mark=mark, title="Key map", subtitle="PSC Desk")
    half = (paper.width - 24) / 2
    groups = [_group(title, list(members), half) for title, members in groupby(rows, key=lambda row: row.group)]
    left, right = _balanced(groups)
    return pdf.render(paper, pdf.beside(left, right, half + 24, limit=560))


def _balanced(groups: Sequence[list[Slice]]) -> tuple[list[Slice], list[Slice]]:
    """Return the groups in two columns of nearly equal height, in their order."""
    whole = sum(map(pdf.height, groups))
    left: list[Slice] = []
    right: list[Slice] = []
    for group in groups:
        goes_left = not right and pdf.height(left) + pdf.height(group) / 2 <= whole / 2
        (left if goes_left else right).extend(group)
    return left, right


def _group(title: str, rows: Sequence[KeyRow], width: float) -> list[Slice]:
    return [*pdf.section(title, width), *(piece for row in rows for piece in _row(row, width))]


def _row(row: KeyRow, width: float) -> list[Slice]:
    first, *rest = pdf.text(row.does, width, _DOES, indent=_KEYS_ROOM + 10)
    keys = fonts.fitted(row.keys, _CAP.size, _KEYS_ROOM - 12, bold=True)
    cap = max(26.0, fonts.width(keys, _CAP.size, bold=True) + 12)

    def draw(canvas: pdf.Canvas, x: float, top: float) -> None:
        pdf.fill(canvas, pdf.RAISED)
        pdf.stroke(canvas, "#7D8998")
        canvas.roundRect(x, top - 15, cap, 14.5, 3, stroke=1, fill=1)
        pdf.draw_line(canvas, keys, (x, top - 11), cap, _CAP)
        first.draw(canvas, x, top)

    return pdf.kept([Slice(first.height, draw), *rest, Slice(4.5)])
