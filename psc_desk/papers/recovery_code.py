"""The recovery code on paper: what opens the clinic's data when the computer that knew the key is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psc_desk.dates import format_moment
from psc_desk.papers import fonts, pdf
from psc_desk.papers.pdf import ClinicBlock, PrintMark, Slice, Style

_CODE = Style(20.0, 26.0, bold=True, align="center")
_NUMBER = Style(8.0, 12.0, colour=pdf.SECONDARY, align="center")
_ACROSS = 4
_WHAT = (
    "This code opens all patient and money records of the clinic on any computer. "
    "It is needed when this computer breaks, is stolen or is replaced."
)
_RULES = (
    "Keep this sheet in the safe, or in a sealed envelope with the person responsible for the clinic. Not at the desk.",
    "Do not photograph it, do not e-mail it, do not store it on a computer.",
    "Without this code and without the old computer, nobody can open the records: there is no other way in.",
    "To use it: open the restored data folder with PSC Desk and type the groups when it asks for the recovery code.",
    "When somebody who has seen it leaves the clinic, make a new code and destroy this sheet.",
)


def recovery_code_pdf(clinic: ClinicBlock, code: str, made_at: datetime) -> bytes:
    """Return the sheet for the safe. `code` is cut at hyphens or spaces; `made_at` is wall-clock time."""
    paper = pdf.Paper(
        clinic=clinic,
        mark=PrintMark(made_at),
        title="Recovery code",
        subtitle=f"Made {format_moment(made_at)}",
        about="Keep in the safe",
        notice="Whoever holds this sheet can open the records.",
    )
    width = paper.width
    slices = [
        *pdf.space(8),
        *pdf.text(_WHAT, width, pdf.LARGE),
        *pdf.space(14),
        *pdf.panel(_code(code, pdf.panel_room(width)), width, pdf.TINT, pdf.ACCENT),
        *pdf.section("How to keep it", width, 13),
        *pdf.bullets(_RULES, width, pdf.LARGE),
        *pdf.space(18),
        *pdf.signatures(("Kept by", "Kept where", "Date"), width),
    ]
    return pdf.render(paper, slices)


def _code(code: str, width: float) -> list[Slice]:
    groups = fonts.clean(code).replace("-", " ").split()
    room = width / _ACROSS
    if any(fonts.width(group, _CODE.size, bold=True) > room - 6 for group in groups):
        return pdf.text(code, width, _CODE)
    rows = [groups[start : start + _ACROSS] for start in range(0, len(groups), _ACROSS)]
    return pdf.kept([_groups(row, index * _ACROSS + 1, room) for index, row in enumerate(rows)])


def _groups(row: Sequence[str], first: int, room: float) -> Slice:
    def draw(canvas: pdf.Canvas, x: float, top: float) -> None:
        for index, group in enumerate(row):
            pdf.draw_line(canvas, group, (x + index * room, top - 31), room, _CODE)
        for index in range(len(row)):
            pdf.draw_line(canvas, str(first + index), (x + index * room, top - 10), room, _NUMBER)

    return Slice(44.0, draw)
