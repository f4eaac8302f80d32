"""Rows drawn as pictures, for names that no code page of a receipt printer holds."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, TypeAlias

from psc_desk import resources
from psc_desk.papers import scripts
from psc_desk.papers.slip import Row

if TYPE_CHECKING:
    from PIL import Image, ImageFont

CELL_HEIGHT = 24
STRIP = 128
"""Rows of dots per command: cheap printers lose data of larger pictures."""

HIGHEST_STRIP = 256
LOGO_HEIGHT = 160
"""Dots: 20 mm of paper."""

_FONTS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "DroidSansFallbackFull.ttf")
_NOTHING = "\U0010fffe"


def draw_row(row: Row, dots: int) -> Image.Image:
    """Return the row as a black on white 1-bit image, `dots` wide."""
    from PIL import Image

    height = CELL_HEIGHT * row.size.value[1]
    ink, paper = (255, 0) if row.inverse else (0, 255)
    left, right = _runs(row.text.strip(), height), _runs(row.right, height)
    scale = min(1.0, (dots - 12) / max(1.0, _length(left) + _length(right)))
    if scale < 1.0:
        left, right = _runs(row.text.strip(), int(height * scale)), _runs(row.right, int(height * scale))
    above, below = _overhang([*left, *right], height)
    image = Image.new("L", (dots, above + height + below), paper)
    start = (dots - _length(left)) / 2 if row.centered or row.inverse else 0.0
    for x, runs in ((start, left), (dots - _length(right), right)):
        for run in runs:
            for shift in (0, 1) if row.bold else (0,):
                run.draw(image, (x + shift, above + height), ink)
            x += run.length
    return image.point(lambda level: 255 if level > 140 else 0).convert("1")


def raster_bytes(image: Image.Image, strip: int = STRIP) -> bytes:
    """Return `GS v 0` commands of at most `strip` rows for a 1-bit image, safe from commands hidden in its dots."""
    from PIL import Image, ImageOps

    width = (image.width + 7) // 8
    padded = Image.new("1", (width * 8, image.height), 1)
    padded.paste(image, (0, 0))
    data = ImageOps.invert(padded.convert("L")).convert("1").tobytes()
    out = b""
    strip = min(max(strip, 24), HIGHEST_STRIP)
    for top in range(0, image.height, strip):
        part = defuse(data[top * width : (top + strip) * width])
        out += b"\x1dv0\x00" + width.to_bytes(2, "little") + (len(part) // width).to_bytes(2, "little") + part
    return out


@lru_cache(maxsize=4)
def logo_bytes(content: bytes, dots: int, strip: int = STRIP) -> bytes:
    """Return an image file, dithered to black dots, as the commands of a picture at most `dots` wide, 20 mm high.

    Raises OSError or ValueError when it is not an image.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    gray = ImageOps.contain(white.convert("L"), (dots, LOGO_HEIGHT))
    return raster_bytes(ImageOps.autocontrast(gray).convert("1"), strip)


def defuse(payload: bytes) -> bytes:
    """Return the dots with one pixel changed wherever they would read DLE EOT, DLE ENQ or DLE DC4.

    A printer obeys those at once even inside a picture (Epson's DLE EOT and DLE DC4 notes); DLE DC4 opens the drawer.
    """
    safe = bytearray(payload)
    for index in range(len(safe) - 1):
        if safe[index] == 0x10 and safe[index + 1] in (0x04, 0x05, 0x14):
            safe[index + 1] |= 0x08
    return bytes(safe)


@dataclass(frozen=True)
class _Letters:
    """A piece of text in one font, which stands letter by letter."""

    font: ImageFont.FreeTypeFont
    text: str

    @property
    def length(self) -> float:
        return self.font.getlength(self.text)

    @property
    def bounds(self) -> tuple[int, int]:
        """The highest and the lowest ink, in dots above the baseline."""
        _, top, _, bottom = self.font.getbbox(self.text, anchor="ls")
        return ceil(-top), floor(-bottom)

    def draw(self, image: Image.Image, at: tuple[float, float], ink: int) -> None:
        from PIL import ImageDraw

        ImageDraw.Draw(image).text(at, self.text, fill=ink, font=self.font, anchor="ls")


@dataclass(frozen=True)
class _Syllables:
    """A piece of text whose letters join into syllables."""

    name: str
    pixels: int
    text: str

    @property
    def length(self) -> float:
        return scripts.advance(self.name, self.text) * self.pixels / 1000

    @property
    def bounds(self) -> tuple[int, int]:
        font = scripts.font(self.name)
        boxes = [(glyph.y, font.get_glyph_extents(glyph.number)) for glyph in scripts.shaped(self.name, self.text)]
        high = max((y + box.y_bearing for y, box in boxes if box), default=0)
        low = min((y + box.y_bearing + box.height for y, box in boxes if box), default=0)
        return ceil(high * self.pixels / 1000), floor(low * self.pixels / 1000)

    def draw(self, image: Image.Image, at: tuple[float, float], ink: int) -> None:
        from PIL import Image
        from uharfbuzz import RasterDraw

        pencil = RasterDraw()
        scale, x = self.pixels / 1000, 0
        for glyph in scripts.shaped(self.name, self.text):
            pencil.transform = (scale, 0, 0, scale, (x + glyph.x) * scale, glyph.y * scale)
            pencil.draw_glyph(scripts.font(self.name), glyph.number)
            x += glyph.advance
        drawn = pencil.render()
        box = drawn.extents if drawn else None
        if drawn is None or box is None or not box.width * box.height:
            return
        mask = Image.frombytes("L", (box.width, box.height), drawn.buffer, "raw", "L", box.stride, -1)
        image.paste(ink, (round(at[0]) + box.x_origin, round(at[1]) - box.y_origin - box.height), mask)


_Run: TypeAlias = "_Letters | _Syllables"


def _runs(text: str, height: int) -> list[_Run]:
    runs: list[_Run] = []
    for ch in _visual_order(text):
        last = runs[-1] if runs else None
        script = scripts.font_for(ch)
        if isinstance(last, _Syllables) and (ch in scripts.STAYS or script == last.name):
            runs[-1] = _Syllables(last.name, last.pixels, last.text + ch)
        elif script in scripts.SHAPED and script:
            runs.append(_Syllables(script, _pixels(height), ch))
        elif ch not in scripts.JOINERS:
            font = _font(f"{script}.ttf", height) if script else _font_for(ch, height)
            if isinstance(last, _Letters) and last.font is font:
                runs[-1] = _Letters(font, last.text + ch)
            else:
                runs.append(_Letters(font, ch))
    return runs


def _length(runs: Sequence[_Run]) -> float:
    return sum(run.length for run in runs)


def _overhang(runs: Sequence[_Run], height: int) -> tuple[int, int]:
    """Return the rows of dots that marks need above the row, and those below its baseline."""
    bounds = [run.bounds for run in runs]
    return max([0, *(high - height for high, _ in bounds)]), max([8, *(-low for _, low in bounds)])


def _visual_order(text: str) -> str:
    if not any(unicodedata.bidirectional(ch) in ("R", "AL") for ch in text):
        return text
    from arabic_reshaper import ArabicReshaper
    from bidi.algorithm import get_display

    shaped = ArabicReshaper({"support_ligatures": False}).reshape(text)
    return str(get_display(shaped, base_dir="L"))


def _font_for(ch: str, height: int) -> ImageFont.FreeTypeFont:
    return next((font for font in (_font(name, height) for name in _FONTS) if _has(font, ch)), _font(_FONTS[0], height))


@lru_cache(maxsize=64)
def _font(name: str, height: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    basic = ImageFont.Layout.BASIC
    return ImageFont.truetype(str(resources.path("fonts", name)), _pixels(height), layout_engine=basic)


def _pixels(height: int) -> int:
    return max(height - 3, 6)


@lru_cache(maxsize=4096)
def _has(font: ImageFont.FreeTypeFont, ch: str) -> bool:
    return ch.isspace() or bytes(font.getmask(ch)) != bytes(font.getmask(_NOTHING))
