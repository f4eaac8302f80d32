"""Scripts with a font of their own: which font holds a letter, and how the letters of a syllable stand together.

Thai, Lao, Khmer, Burmese and the scripts of India are shaped by HarfBuzz, which is imported with the first such letter.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from psc_desk import resources

if TYPE_CHECKING:
    import uharfbuzz

JOINERS = "\u200c\u200d"
"""Zero-width letters: they say whether their neighbours join, and are never drawn."""
STAYS = JOINERS + " "
"""Drawn in the font of the shaped letters before them."""

_KOREAN = "NanumGothic"
_RANGES = (
    (0x0530, 0x058F, "Armenian"),
    (0x0900, 0x097F, "Devanagari"),
    (0x0980, 0x09FF, "Bengali"),
    (0x0A00, 0x0A7F, "Gurmukhi"),
    (0x0A80, 0x0AFF, "Gujarati"),
    (0x0B00, 0x0B7F, "Oriya"),
    (0x0B80, 0x0BFF, "Tamil"),
    (0x0C00, 0x0C7F, "Telugu"),
    (0x0C80, 0x0CFF, "Kannada"),
    (0x0D00, 0x0D7F, "Malayalam"),
    (0x0D80, 0x0DFF, "Sinhala"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Lao"),
    (0x1000, 0x109F, "Myanmar"),
    (0x10A0, 0x10FF, "Georgian"),
    (0x1100, 0x11FF, _KOREAN),
    (0x1200, 0x139F, "Ethiopic"),
    (0x13A0, 0x13FF, "Cherokee"),
    (0x1780, 0x17FF, "Khmer"),
    (0x1C90, 0x1CBF, "Georgian"),
    (0x2D00, 0x2D2F, "Georgian"),
    (0x2D80, 0x2DDF, "Ethiopic"),
    (0x3131, 0x318E, _KOREAN),
    (0xA8E0, 0xA8FF, "Devanagari"),
    (0xA9E0, 0xA9FF, "Myanmar"),
    (0xAA60, 0xAA7F, "Myanmar"),
    (0xAB00, 0xAB2F, "Ethiopic"),
    (0xAB70, 0xABBF, "Cherokee"),
    (0xAC00, 0xD7A3, _KOREAN),
)
_STARTS = [first for first, _, _ in _RANGES]
_LETTER_BY_LETTER = ("Armenian", "Georgian", "Ethiopic", "Cherokee", _KOREAN)
_STANDS_BEFORE = "เแโใไເແໂໃໄ"
"""Thai and Lao vowels that are written before their consonant."""


def _file(script: str) -> str:
    return script if script == _KOREAN else f"NotoSans{script}-Regular"


FONTS = tuple(dict.fromkeys(_file(script) for _, _, script in _RANGES))
"""The names of the font files, without their ending."""
SHAPED = frozenset(_file(script) for _, _, script in _RANGES if script not in _LETTER_BY_LETTER)
"""The fonts whose text must go through `shaped`."""
FAMILIES = [name.removesuffix("-Regular").replace("NotoSans", "Noto Sans ") for name in FONTS]


@dataclass(frozen=True)
class Glyph:
    """A letter or a whole syllable of a font: its number, and its advance and shift in thousandths of the type size."""

    number: int
    advance: int
    x: int
    y: int


def joins(before: str, joiner: str) -> bool:
    """Tell whether `joiner` is one of `JOINERS` and has a meaning after `before`, as in many Sinhala names."""
    return joiner in JOINERS and 0x0900 <= ord(before) <= 0x0DFF


@cache
def font(name: str) -> uharfbuzz.Font:
    """Return a bundled font that measures in thousandths of the type size."""
    import uharfbuzz

    blob = uharfbuzz.Blob.from_file_path(str(resources.path("fonts", f"{name}.ttf")))
    result = uharfbuzz.Font(uharfbuzz.Face(blob))
    result.scale = (1000, 1000)
    return result


@lru_cache(maxsize=4096)
def font_for(character: str) -> str | None:
    """Return the name of the script font that holds `character`; None for what other fonts draw."""
    at = bisect_right(_STARTS, ord(character)) - 1
    if at < 0 or ord(character) > _RANGES[at][1]:
        return None
    name = _file(_RANGES[at][2])
    return name if font(name).get_nominal_glyph(ord(character)) else None


@lru_cache(maxsize=2048)
def shaped(name: str, text: str) -> tuple[Glyph, ...]:
    """Return the glyphs that draw `text` in the font `name`, from left to right."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font(name), buffer)
    places = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    return tuple(Glyph(info.codepoint, at.x_advance, at.x_offset, at.y_offset) for info, at in places)


def advance(name: str, text: str) -> int:
    """Return the width of shaped text in thousandths of the type size."""
    return sum(glyph.advance for glyph in shaped(name, text))


def whole(text: str, cut: int) -> int:
    """Return `cut`, moved to the left where it would tear a mark off its letter or a syllable apart."""
    at = cut
    while 0 < at < len(text) and _belongs(text[at - 1], text[at]):
        at -= 1
    return at or cut


def _belongs(before: str, after: str) -> bool:
    if after.isascii():
        return False
    joined = before in JOINERS or before in _STANDS_BEFORE or unicodedata.combining(before) == 9
    return joined or after in JOINERS or unicodedata.category(after) in ("Mn", "Mc")
