"""Receipt printer bytes (ESC/POS): rows of text in, bytes out.

What comes from data is cleaned of control characters first: a name that holds ESC p must not open a drawer. Each row is
sent in one code page, chosen per printer; what that page lacks is folded (Trần to Tran) or, when nothing fits (王小明),
the row is drawn as a picture.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from psc_desk.papers.raster import draw_row, logo_bytes, raster_bytes
from psc_desk.papers.slip import Row, Slip, plain

CodePage = Literal["cp1252", "cp858", "cp850", "cp437", "ascii"]
CODE_PAGES: dict[int, CodePage] = {16: "cp1252", 19: "cp858", 2: "cp850", 0: "cp437"}
"""Epson's numbers of the pages that hold é, ñ and ü; 16 and 19 hold the euro sign too. Any other number: none."""
NO_CODE_PAGE = 255
INIT = b"\x1b@"
_PLAIN_ROW = Row()

_FOLDS = {
    "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "\u0131": "i", "ŧ": "t", "Ŧ": "T", "ø": "o", "Ø": "O",
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2032": "'",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2022": "\xb7",
}  # fmt: skip


@dataclass(frozen=True)
class PrinterProfile:
    """What one receipt printer can do. 42 columns on 512 dots or 48 on 576 is 80 mm paper, 32 on 384 is 58 mm."""

    columns: int = 42
    code_page: CodePage = "cp1252"
    """"ascii": the printer has none that is known, so that every other letter is drawn."""
    code_page_number: int = 16
    dots: int = 512
    has_cutter: bool = True
    proof: Literal["process_id", "gs_r", "none"] = "process_id"
    drawer_pin: Literal[2, 5] = 2
    pulse_on_ms: int = 100
    pulse_off_ms: int = 500
    drawer_sensor: Literal["none", "high_open", "high_closed"] = "none"
    """What pin 3 of the drawer connector says; it depends on the drawer's cable."""
    drawer_shut_first: bool = False
    """A drawer that stands open is not told to open."""
    model: str = ""
    """What the printer called itself at set-up; "" when it did not say."""
    piece_bytes: int = 4096
    pause_ms: int = 0
    """Pause between two pieces, for printers that lose data."""
    strip_rows: int = 128
    """Rows of dots per picture command, at most 256."""
    logo: bytes = field(default=b"", repr=False)
    """The clinic's logo as an image file; printed at the top of receipts."""

    def pulse(self, pin: int) -> bytes:
        """Return `ESC p` for connector pin 2 or 5."""
        on, off = (min(max(ms // 2, 1), 255) for ms in (self.pulse_on_ms, self.pulse_off_ms))
        return b"\x1bp" + bytes((1 if pin == 5 else 0, on, off))


PAPER_80 = PrinterProfile()
PAPER_80_WIDE = PrinterProfile(columns=48, dots=576)
PAPER_58 = PrinterProfile(columns=32, dots=384, has_cutter=False)


def fold(text: str, code_page: str) -> bytes | None:
    """Return `text` in the code page, same number of letters, accents dropped where it must; None if impossible."""
    if text.isascii() and text.isprintable():
        return text.encode("ascii")
    letters = [_fold_letter(ch, code_page) for ch in text if not unicodedata.combining(ch)]
    return None if None in letters else b"".join(letter for letter in letters if letter is not None)


def _ascii(text: str) -> bytes | None:
    return text.encode("ascii") if text.isascii() and text.isprintable() else None


def _fold_letter(ch: str, code_page: str) -> bytes | None:
    parts = unicodedata.normalize("NFKD", ch)
    base = parts[0] if all(unicodedata.combining(mark) for mark in parts[1:]) else ch
    for candidate in (ch, _FOLDS.get(ch, ch), base, _FOLDS.get(base, base)):
        try:
            byte = candidate.encode(code_page)
        except UnicodeEncodeError:
            continue
        if byte >= b" " and byte != b"\x7f":
            return byte
    return None


class Encoder:
    """Turns rows into the bytes of one printer."""

    def __init__(self, profile: PrinterProfile) -> None:
        self.profile = profile
        self._dots = profile.dots // 8 * 8
        """Pictures come in whole bytes of dots, none of them beyond the paper."""

    def slip(self) -> Slip:
        """Return an empty slip as wide as the paper."""
        return Slip(self.profile.columns)

    def job(self, rows: Iterable[Row]) -> bytes:
        """Return a whole print job: reset, code page, rows, and the one cut at its end."""
        return self.begin() + self.body(rows) + self.cut()

    def begin(self) -> bytes:
        """Return the reset with the choice of the code page."""
        if self.profile.code_page == "ascii":
            return INIT
        return INIT + b"\x1bt" + bytes((self.profile.code_page_number,))

    def logo(self) -> bytes:
        """Return the clinic's logo in the middle of the paper; nothing without one."""
        if not self.profile.logo:
            return b""
        return b"\x1ba\x01" + logo_bytes(self.profile.logo, self._dots, self.profile.strip_rows) + b"\x1ba\x00"

    def body(self, rows: Iterable[Row]) -> bytes:
        """Return the rows, each with its style set and taken back."""
        return b"".join(self.row(row) for row in rows)

    def row(self, row: Row) -> bytes:
        """Return one row as text, or as a picture where the code page cannot say it."""
        columns = self.profile.columns
        text = row.text if row.centered else plain(row, columns).rstrip() if not row.inverse else row.text
        encoded = _ascii(text) if self.profile.code_page == "ascii" else fold(text, self.profile.code_page)
        if encoded is None:
            return raster_bytes(draw_row(row, self._dots), self.profile.strip_rows)
        before, after = _style(row)
        return before + encoded + b"\n" + after

    def cut(self) -> bytes:
        """Return the feed to the cutter with its cut; without a cutter, the feed to the tear bar."""
        return b"\x1dVB\x00" if self.profile.has_cutter else b"\x1bd\x05"


def _style(row: Row) -> tuple[bytes, bytes]:
    wide, tall = row.size.value
    size = ((wide - 1) << 4) | (tall - 1)
    switches = ((row.centered, b"\x1ba"), (row.bold, b"\x1bE"), (row.inverse, b"\x1dB"), (size > 0, b"\x1d!"))
    before = b"".join(command + bytes((size if command == b"\x1d!" else 1,)) for on, command in switches if on)
    return before, b"".join(command + b"\x00" for on, command in switches if on)
