"""Rows drawn as pictures, for names that no code page of a receipt printer holds."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from psc_desk import resources
from psc_desk.papers.slip import Row

if TYPE_CHECKING:
    from PIL import Image, ImageFont

CELL_HEIGHT = 24
STRIP = 128
"""Rows of dots per command: cheap printers lose data of larger pictures."""

_FONTS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "DroidSansFallbackFull.ttf")
_NOTHING = "\U0010fffe"


def draw_row(row: Row, dots: int) -> Image.Image:
    """Return the row as a black on white 1-bit image, `dots` wide."""
    from PIL import Image, ImageDraw

    height = CELL_HEIGHT * row.size.value[1]
    ink, paper = (255, 0) if row.inverse else (0, 255)
    image = Image.new("L", (dots, height + 8), paper)
    pen = ImageDraw.Draw(image)
    left, right = _runs(row.text.strip(), height), _runs(row.right, height)
    scale = min(1.0, (dots - 12) / max(1.0, _length(left) + _length(right)))
    if scale < 1.0:
        left, right = _runs(row.text.strip(), int(height * scale)), _runs(row.right, int(height * scale))
    start = (dots - _length(left)) / 2 if row.centered or row.inverse else 0.0
    for x, runs in ((start, left), (dots - _length(right), right)):
        for font, text in runs:
            for shift in (0, 1) if row.bold else (0,):
                pen.text((x + shift, height), text, fill=ink, font=font, anchor="ls")
            x += font.getlength(text)
    return image.point(lambda level: 255 if level > 140 else 0).convert("1")


def raster_bytes(image: Image.Image) -> bytes:
    """Return `GS v 0` commands for a 1-bit image, safe from real-time commands hidden in its dots."""
    from PIL import Image, ImageOps

    width = (image.width + 7) // 8
    padded = Image.new("1", (width * 8, image.height), 1)
    padded.paste(image, (0, 0))
    data = ImageOps.invert(padded.convert("L")).convert("1").tobytes()
    out = b""
    for top in range(0, image.height, STRIP):
        part = defuse(data[top * width : (top + STRIP) * width])
        out += b"\x1dv0\x00" + width.to_bytes(2, "little") + (len(part) // width).to_bytes(2, "little") + part
    return out


def defuse(payload: bytes) -> bytes:
    """Return the dots with one pixel changed wherever they would read DLE EOT, DLE ENQ or DLE DC4.

    A printer obeys those at once even inside a picture (Epson's DLE EOT and DLE DC4 notes); DLE DC4 opens the drawer.
    """
    safe = bytearray(payload)
    for index in range(len(safe) - 1):
        if safe[index] == 0x10 and safe[index + 1] in (0x04, 0x05, 0x14):
            safe[index + 1] |= 0x08
    return bytes(safe)


def _runs(text: str, height: int) -> list[tuple[ImageFont.FreeTypeFont, str]]:
    runs: list[tuple[ImageFont.FreeTypeFont, str]] = []
    for ch in _visual_order(text):
        font = _font_for(ch, height)
        if runs and runs[-1][0] is font:
            runs[-1] = (font, runs[-1][1] + ch)
        else:
            runs.append((font, ch))
    return runs


def _length(runs: list[tuple[ImageFont.FreeTypeFont, str]]) -> float:
    return sum(font.getlength(text) for font, text in runs)


def _visual_order(text: str) -> str:
    if text.isascii():
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
    return ImageFont.truetype(str(resources.path("fonts", name)), max(height - 3, 6), layout_engine=basic)


@lru_cache(maxsize=4096)
def _has(font: ImageFont.FreeTypeFont, ch: str) -> bool:
    return ch.isspace() or bytes(font.getmask(ch)) != bytes(font.getmask(_NOTHING))
