"""The page of a printer's set-up: rulers for each width, a line for each code page, a picture, and the cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from psc_desk.papers.escpos import CODE_PAGES, INIT, Encoder, PrinterProfile
from psc_desk.papers.raster import draw_row, raster_bytes
from psc_desk.papers.slip import Row, Slip

if TYPE_CHECKING:
    from PIL import Image

RULERS = (32, 35, 40, 42, 44, 48)
_SAMPLE = {"cp1252": "é ñ ü ¿ ¡ €", "cp858": "é ñ ü ¿ ¡ €", "cp850": "é ñ ü ¿ ¡", "cp437": "é ñ ü ¿ ¡"}


def probe_page_bytes(address: str, profile: PrinterProfile) -> bytes:
    """Return the print job by which a person tells columns, code page, pictures and cutter."""
    encoder = Encoder(replace(profile, columns=32, code_page="ascii"))
    head, foot = Slip(32), Slip(32)
    head.heading("PSC Desk - printer set-up")
    head.centered(address.encode("ascii", "replace").decode())
    head.left("1. Which is the longest ruler that stands on one line?", bold=True)
    rulers = [Row(ruler(columns)) for columns in RULERS]
    ask = Slip(32)
    ask.left("2. Which line shows these letters?", bold=True)
    ask.left("e n u with accents, ? and ! upside down, in A and B the euro sign")
    foot.left("4. Does the paper end here, cut?" if profile.has_cutter else "4. Tear the paper off here.", bold=True)
    return b"".join((
        INIT, encoder.body([*head.rows, *rulers, *ask.rows]), *(_letters(mark) for mark in LINES),
        encoder.body([Row("3. Is this grey from left to right?", bold=True)]),
        raster_bytes(_strip(384), profile.strip_rows), raster_bytes(draw_row(Row("é ñ € 王小明"), 384)),
        encoder.body(foot.rows), encoder.cut(),
    ))  # fmt: skip


LINES = dict(zip("ABCD", CODE_PAGES, strict=True))
"""Letter of the line on the page -> number of the code page in which it is written."""


def ruler(columns: int) -> str:
    """Return a line of exactly `columns` characters that begins with its length."""
    return f"{columns} " + "." * (columns - 4) + "|"


def _letters(mark: str) -> bytes:
    number = LINES[mark]
    page = CODE_PAGES[number]
    return b"\x1bt" + bytes((number,)) + f"{mark}: {_SAMPLE[page]}\n".encode(page)


def _strip(dots: int) -> Image.Image:
    from PIL import Image

    return Image.linear_gradient("L").rotate(90).resize((dots, 48)).convert("1")
