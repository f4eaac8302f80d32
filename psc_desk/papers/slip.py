"""The layout of a paper roll: rows of cells, before they become bytes or a preview."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from psc_desk.money import Cents, format_money
from psc_desk.papers.scripts import joins


class Size(Enum):
    """Character size as (times wider, times taller)."""

    NORMAL = (1, 1)
    TALL = (1, 2)
    BIG = (2, 2)


@dataclass(frozen=True)
class Row:
    """One printed row: `text` at the left (or centered), `right` flush right, `fill` between them."""

    text: str = ""
    right: str = ""
    fill: str = " "
    centered: bool = False
    bold: bool = False
    inverse: bool = False
    size: Size = Size.NORMAL


def clean(text: str) -> str:
    """Return `text` as it may go to paper: composed, one line, no control or invisible formatting characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(_clean(before, ch) for before, ch in pairwise(" " + composed))
    return " ".join(kept.split())


def _clean(before: str, ch: str) -> str:
    if ch.isspace():
        return " "
    return ch if _is_printable(ch) or joins(before, ch) else ""


def _is_printable(ch: str) -> bool:
    return unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Cn", "Co")


def cells(text: str) -> int:
    """Return how many character cells `text` takes: 2 for Chinese, Japanese, Korean, 0 for combining marks."""
    if text.isascii():
        return len(text)
    return sum(_cell(ch) for ch in text)


def _cell(ch: str) -> int:
    if unicodedata.combining(ch) or unicodedata.category(ch) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells, broken at blanks where possible; at least one line."""
    if text.isascii() and len(text) <= width:
        return [" ".join(text.split())]
    lines, line = [], ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width)
        lines.extend(full)
    return [*lines, line] if line or not lines else lines


def _pieces(word: str, width: int) -> list[str]:
    pieces, piece, used = [], "", 0
    for ch in word:
        if used + _cell(ch) > width:
            pieces.append(piece)
            piece, used = "", 0
        piece += ch
        used += _cell(ch)
    return [*pieces, piece]


def plain(row: Row, columns: int) -> str:
    """Return the row as text without trailing blanks; a big row takes twice its letters when printed."""
    width = columns // row.size.value[0]
    if row.right:
        gap = width - cells(row.text) - cells(row.right)
        return row.text + _filler(row, gap) + row.right
    if row.centered:
        return " " * ((columns - cells(row.text)) // 2) + row.text
    return row.text


def _filler(row: Row, gap: int) -> str:
    if row.fill == " " or gap < 4:
        return " " * gap
    lead = " " if row.text else ""
    return lead + row.fill * (gap - 1 - len(lead)) + " "


@dataclass
class Slip:
    """Builds the rows of a receipt or slip that is `columns` wide. Every text is cleaned on the way in."""

    columns: int
    rows: list[Row] = field(default_factory=list)

    def title(self, text: str) -> None:
        """Add a big centered heading; long ones become tall only, then wrap."""
        words = clean(text)
        lines = wrap(words, self.columns // 2)
        size = Size.BIG if len(lines) <= 2 and all(len(w) <= self.columns // 2 for w in words.split()) else Size.TALL
        for line in lines if size is Size.BIG else wrap(words, self.columns):
            self.rows.append(Row(line, centered=True, bold=True, size=size))

    def heading(self, text: str, *, tall: bool = False) -> None:
        """Add a bold centered line."""
        size = Size.TALL if tall else Size.NORMAL
        self.rows += [Row(line, centered=True, bold=True, size=size) for line in wrap(clean(text), self.columns)]

    def centered(self, *texts: str) -> None:
        """Add centered lines; empty ones are left out."""
        for text in texts:
            if cleaned := clean(text):
                self.rows += [Row(line, centered=True) for line in wrap(cleaned, self.columns)]

    def left(self, text: str, *, bold: bool = False) -> None:
        """Add lines at the left."""
        self.rows += [Row(line, bold=bold) for line in wrap(clean(text), self.columns)]

    def field(self, label: str, value: str) -> None:
        """Add a label with its value flush right; a long value goes under its label. Nothing if the value is empty."""
        label, value = clean(label), clean(value)
        if not value:
            return
        if cells(label) + 1 + cells(value) <= self.columns:
            self.rows.append(Row(label, value))
            return
        self.left(label)
        self.rows += [Row(right=line) for line in wrap(value, self.columns)]

    def amount(self, label: str, cents: Cents, *, size: Size = Size.NORMAL, bold: bool = False) -> None:
        """Add a label with dots to its amount; a long label wraps and the amount stands on its last line.

        A big row that does not fit in big letters is tall only.
        """
        figure = format_money(cents)
        if size is Size.BIG and cells(clean(label)) + 1 + cells(figure) > self.columns // 2:
            size = Size.TALL
        *above, last = wrap(clean(label), max(self.columns - cells(figure) - 2, 8))
        self.rows += [Row(line, bold=bold, size=size) for line in above]
        fill = "." if size is Size.NORMAL and not bold else " "
        self.rows.append(Row(last, figure, fill=fill, bold=bold, size=size))

    def bar(self, text: str) -> None:
        """Add white letters on a black bar over the whole width."""
        for line in wrap(clean(text), self.columns):
            room = self.columns - cells(line)
            self.rows.append(Row(" " * (room // 2) + line + " " * (room - room // 2), bold=True, inverse=True))

    def rule(self, mark: str = "-") -> None:
        """Add a line across the paper."""
        self.rows.append(Row(mark * self.columns))

    def blank(self) -> None:
        """Add an empty line."""
        self.rows.append(Row())

    def text(self) -> str:
        """Return all rows as text, for a preview."""
        return "\n".join(plain(row, self.columns).rstrip() for row in self.rows) + "\n"
