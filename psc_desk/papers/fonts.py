"""Text on PDF papers in any script: which font draws which piece, how wide it is, where a line breaks.

reportlab has no font fallback and does not join Arabic letters, so every text drawn on a paper goes through `runs`:
the font of the script where there is one (`scripts`), else Noto Sans, DejaVu Sans for symbols, Arabic and Hebrew, Droid
Sans Fallback for Chinese and Japanese, an empty box for the rest. Right-to-left words are joined and put in visual
order here, in a line that starts at the left; the syllables of India and South-East Asia are shaped when drawn.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Protocol, cast

from psc_desk import resources
from psc_desk.papers import scripts

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import ShapedStr, TTFont

REPLACEMENT = "\u25a1"
"""Drawn, in DejaVu Sans, for a character which no bundled font has."""

_REGULAR = ("NotoSans-Regular", "DejaVuSans", "DroidSansFallbackFull")
_BOLD = ("NotoSans-Bold", "DejaVuSans-Bold", "DroidSansFallbackFull")
_OWN_CODES = 0xE000
"""Where the private code points begin which stand for the glyphs that have no letter of their own."""
_BREAKS_ANYWHERE = (0x2E80, 0x9FFF)
_ELLIPSIS = "…"


class _Canvas(Protocol):
    def setFont(self, name: str, size: float) -> None: ...  # noqa: N802 - reportlab's names
    def drawString(self, x: float, y: float, text: str) -> None: ...  # noqa: N802
    def addLiteral(self, code: str) -> None: ...  # noqa: N802


class _Reshaper(Protocol):
    def reshape(self, text: str) -> str: ...


@cache
def _font(name: str) -> tuple[TTFont, frozenset[int]]:
    """Return a font, registered with reportlab, and the code points of the basic plane which it can draw."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(name, str(resources.path("fonts", f"{name}.ttf")))
    pdfmetrics.registerFont(font)
    # reportlab writes an unreadable text map for code points beyond the basic plane
    return font, frozenset(code for code in font.face.charToGlyph if 32 <= code <= 0xFFFF)


@cache
def _reshaper() -> _Reshaper:
    from arabic_reshaper import ArabicReshaper

    return cast("_Reshaper", ArabicReshaper(configuration={"support_ligatures": False}))


def clean(text: str) -> str:
    """Return `text` composed (NFC), without control and formatting characters; line ends become a plain newline."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_clean_character(character) for character in plain)


def _clean_character(character: str) -> str:
    if character in "\n\u2028\u2029\x85":
        return "\n"
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    if character in scripts.JOINERS:
        return character
    hidden = unicodedata.category(character) in ("Cc", "Cf") or 0xFE00 <= ord(character) <= 0xFE0F
    return "" if hidden else character


def _is_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def _visual(line: str) -> str:
    """Return one line as its glyphs stand from left to right, Arabic letters in their joined forms."""
    if any(map(_is_right_to_left, line)):
        from bidi import get_display

        line = str(get_display(_reshaper().reshape(line), base_dir="L"))
    return line


def _font_for(character: str, fonts: tuple[str, ...]) -> str | None:
    own = scripts.font_for(character)
    return own or next((name for name in fonts if ord(character) in _font(name)[1]), None)


@lru_cache(maxsize=8192)
def _runs(text: str, bold: bool) -> tuple[tuple[str, str], ...]:
    fonts = _BOLD if bold else _REGULAR
    pieces: list[tuple[str, str]] = []
    for character in _visual(clean(text).replace("\n", " ")):
        in_syllables = bool(pieces) and pieces[-1][0] in scripts.SHAPED
        if character in scripts.JOINERS and not in_syllables:
            continue
        stays = in_syllables and character in scripts.STAYS
        name = pieces[-1][0] if stays else _font_for(character, fonts)
        drawn = character if name else REPLACEMENT
        name = name or fonts[1]
        if pieces and pieces[-1][0] == name:
            pieces[-1] = (name, pieces[-1][1] + drawn)
        else:
            pieces.append((name, drawn))
    return tuple(pieces)


def runs(text: str, bold: bool = False) -> list[tuple[str, str]]:
    """Return one line of text as (font name, piece) from left to right."""
    return list(_runs(text, bold))


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of one line of text in points."""
    return sum(_piece_width(name, piece, size) for name, piece in _runs(text, bold))


def _piece_width(name: str, piece: str, size: float) -> float:
    if name in scripts.SHAPED:
        return scripts.advance(name, piece) * size / 1000
    return float(_font(name)[0].stringWidth(piece, size))


def draw(canvas: _Canvas, at: tuple[float, float], text: str, size: float, bold: bool = False) -> None:
    """Draw one line of text with its left end and baseline at `at`."""
    x, y = at
    for name, piece in _runs(text, bold):
        font = _font(name)[0]
        canvas.setFont(name, size)
        if name in scripts.SHAPED:
            # so that searching and copying find the letters, not the glyphs
            canvas.addLiteral(f"/Span <</ActualText <FEFF{piece.encode('utf-16-be').hex().upper()}>>> BDC")
            canvas.drawString(x, y, _glyphs(font, name, piece))
            canvas.addLiteral("EMC")
        else:
            canvas.drawString(x, y, piece)
        x += _piece_width(name, piece, size)


def _glyphs(font: TTFont, name: str, piece: str) -> ShapedStr:
    """Return a shaped piece in the form that reportlab's canvas draws glyph by glyph."""
    from reportlab.pdfbase.ttfonts import ShapeData, ShapedStr

    codes, places = "", []
    for index, glyph in enumerate(scripts.shaped(name, piece)):
        code = _OWN_CODES + glyph.number
        own_width = scripts.font(name).get_glyph_h_advance(glyph.number)
        font.face.charToGlyph[code] = glyph.number
        font.face.charWidths[code] = own_width
        codes += chr(code)
        places.append(ShapeData(index, glyph.advance, 0, glyph.x, glyph.y, own_width))
    return ShapedStr(codes, places)


def fitted(text: str, size: float, room: float, bold: bool = False) -> str:
    """Return one line of text, cut with an ellipsis where it is wider than `room` points."""
    line = " ".join(clean(text).split())
    if width(line, size, bold) <= room:
        return line
    cut = _longest(line, size, room - width(_ELLIPSIS, size, bold), bold)
    kept = line[: scripts.whole(line, cut)].rstrip()
    return kept + _ELLIPSIS


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Return the lines of `text`, none wider than `room` points; an empty line stays an empty line."""
    return [line for paragraph in clean(text).split("\n") for line in _wrapped_line(paragraph, size, room, bold)]


def _wrapped_line(paragraph: str, size: float, room: float, bold: bool) -> list[str]:
    lines: list[str] = []
    line = ""
    for part in _parts(paragraph):
        if width((line + part).rstrip(), size, bold) <= room:
            line += part
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = part
        while width(line.rstrip(), size, bold) > room and len(line) > 1:
            cut = scripts.whole(line, max(1, _longest(line, size, room, bold)))
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()]


def _parts(paragraph: str) -> list[str]:
    """Return the pieces after which a line may break: words with the space behind them, each Chinese character."""
    parts: list[str] = []
    for character in paragraph:
        if parts and not _may_break(parts[-1][-1], character):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _may_break(before: str, after: str) -> bool:
    if after == " ":
        return False
    first, last = _BREAKS_ANYWHERE
    return before == " " or first <= ord(before) <= last or first <= ord(after) <= last


def _longest(line: str, size: float, room: float, bold: bool) -> int:
    """Return how many characters of `line` fit into `room` points."""
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if width(line[:middle], size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return low
