"""What the papers about one patient share: their frame, and the panel that says who it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from psc_desk.dates import format_date
from psc_desk.papers import pdf
from psc_desk.papers.pdf import ClinicBlock, Paper, PrintMark, Slice, Style
from psc_desk.papers.words import words

VALUE = Style(11.0, 15.0, bold=True)
_NAME = Style(16.0, 22.0, bold=True)


class AboutPatient(Protocol):
    """The head of every such paper."""

    @property
    def clinic(self) -> ClinicBlock: ...  # noqa: D102
    @property
    def mark(self) -> PrintMark: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def patient_name(self) -> str: ...  # noqa: D102
    @property
    def birth_date(self) -> date: ...  # noqa: D102
    @property
    def record_no(self) -> str: ...  # noqa: D102


def patient_paper(data: AboutPatient, title: str, subtitle: str = "") -> Paper:
    """Return the frame: record number and name at the foot of every page, and how its dates are written."""
    return Paper(
        clinic=data.clinic, mark=data.mark, title=title, subtitle=subtitle,
        about=f"{data.record_no} · {data.patient_name}", notice=words(data.language).date_order,
        language=data.language,
    )  # fmt: skip


def patient_panel(data: AboutPatient, width: float, more: Sequence[tuple[str, str]] = ()) -> list[Slice]:
    """Name, birth date and record number, then `more` labels and values; those without a value are left out."""
    spoken = words(data.language)
    known = ((spoken.birth_date, format_date(data.birth_date)), (spoken.record_no, data.record_no))
    return name_panel(data.patient_name, (*known, *more), width)


def name_panel(name: str, pairs: Sequence[tuple[str, str]], width: float) -> list[Slice]:
    """A panel with a name above labels and their values."""
    room = pdf.panel_room(width)
    inside = [*pdf.text(name, room, _NAME), *pdf.space(3), *pdf.facts(pairs, room, 3, VALUE)]
    return [*pdf.space(4), *pdf.panel(pdf.kept(inside), width, pdf.TINT, pdf.ACCENT)]
