"""What the virtual printer puts on paper: rows recorded as they are printed, shown as text and as a picture."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from psc_desk import resources
from psc_desk.devices.virtual_parser import Command

if TYPE_CHECKING:
    from PIL import Image

CELL, HEIGHT, SPACING = 12, 24, 30
_MARGIN = 28
_CODE_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866", 18: "cp852"}
_CODE_PAGES[19] = "cp858"


@dataclass(frozen=True)
class Style:
    """How characters look."""

    wide: int = 1
    tall: int = 1
    bold: bool = False
    underlined: bool = False
    inverse: bool = False


@dataclass(frozen=True)
class TextRow:
    """One printed line."""

    glyphs: tuple[tuple[str, Style], ...]
    align: int
    spacing: int
    wrapped: bool = False

    @property
    def width(self) -> int:
        """Return the width in dots."""
        return sum(style.wide * CELL for _, style in self.glyphs)

    @property
    def height(self) -> int:
        """Return the feed of this line in dots."""
        return max([self.spacing, *(style.tall * HEIGHT for _, style in self.glyphs)])

    def text(self, columns: int) -> str:
        """Return the line as text at its place; wide letters count once."""
        letters = "".join(letter for letter, _ in self.glyphs)
        room = max(columns - len(letters), 0)
        return " " * (0, room // 2, room)[self.align] + letters


@dataclass(frozen=True)
class Picture:
    """A raster image, one bit a dot, 1 is black."""

    width: int
    height: int
    data: bytes
    align: int = 0


@dataclass(frozen=True)
class Gap:
    """Paper fed without printing."""

    height: int


Item = TextRow | Picture | Gap


@dataclass(frozen=True)
class Paper:
    """One piece of paper."""

    number: int
    dots: int
    items: tuple[Item, ...]

    @property
    def text(self) -> str:
        """Return its lines; a picture stands as [picture WxH]."""
        return "".join(f"{_line(item, self.dots // CELL)}\n" for item in self.items if not isinstance(item, Gap))

    def image(self) -> Image.Image:
        """Return it as a picture."""
        return _draw(self)

    def png(self) -> bytes:
        """Return it as a PNG file."""
        out = io.BytesIO()
        self.image().save(out, "PNG")
        return out.getvalue()


def _line(item: TextRow | Picture, columns: int) -> str:
    if isinstance(item, Picture):
        return f"[picture {item.width}x{item.height}]"
    return item.text(columns).rstrip()


@dataclass
class Head:
    """The print head: obeys printing commands, collects what is on paper since the last cut."""

    dots: int
    on_line: Callable[[TextRow], None]
    items: list[Item] = field(default_factory=list)
    knows_code_pages: bool = True
    _style: Style = field(default_factory=Style)
    _align: int = 0
    _spacing: int = SPACING
    _code_page: int = 0
    _line: list[tuple[str, Style]] = field(default_factory=list)
    _used: int = 0

    def reset(self) -> None:
        """Go back to the settings of power-on; what is on paper stays."""
        self._style, self._align, self._spacing, self._code_page = Style(), 0, SPACING, 0
        self._line, self._used = [], 0

    def take(self) -> tuple[Item, ...]:
        """Return what is on paper and begin a new piece."""
        items, self.items = tuple(self.items), []
        return items

    def obey(self, command: Command) -> bool:
        """Do a printing command; return False for one that does not concern the head."""
        action = _ACTIONS.get(command.name)
        if action is None:
            return False
        action(self, command)
        return True

    def text(self, command: Command) -> None:
        """Put a character on the line, on the next one when this is full."""
        letter = command.args.decode(_CODE_PAGES.get(self._code_page, "cp437"), "replace")
        width = self._style.wide * CELL
        if self._used + width > self.dots:
            self.end_line(wrapped=True)
        self._line.append((letter, self._style))
        self._used += width

    def end_line(self, *, wrapped: bool = False) -> None:
        """Print the line and feed."""
        row = TextRow(tuple(self._line), self._align, self._spacing, wrapped)
        self.items.append(row)
        self._line, self._used = [], 0
        self.on_line(row)

    def feed(self, height: int) -> None:
        """Feed paper, after printing what is on the line."""
        if self._line:
            self.end_line()
        if height:
            self.items.append(Gap(height))

    def raster(self, command: Command) -> None:
        """Print a GS v 0 picture."""
        width, height = (int.from_bytes(command.args[at : at + 2], "little") for at in (2, 4))
        self.items.append(Picture(width * 8, height, command.data, self._align))

    def restyle(self, **changes: int | bool) -> None:
        """Change how the next characters look."""
        self._style = replace(self._style, **changes)  # type: ignore[arg-type]

    def print_mode(self, mode: int) -> None:
        """Obey ESC !."""
        self.restyle(
            bold=bool(mode & 8), tall=2 if mode & 16 else 1, wide=2 if mode & 32 else 1, underlined=bool(mode & 128)
        )

    def set_align(self, value: int) -> None:
        """Obey ESC a."""
        self._align = value % 48 if value % 48 <= 2 else 0

    def set_spacing(self, dots: int) -> None:
        """Obey ESC 2 and ESC 3."""
        self._spacing = dots

    def set_code_page(self, number: int) -> None:
        """Obey ESC t."""
        if self.knows_code_pages:
            self._code_page = number

    def note(self, command: Command) -> None:
        """Leave a mark for what is known but not drawn, such as a bar code."""
        for letter in f"[{command.name}]":
            self._line.append((letter, self._style))
        self.end_line()


_Action = Callable[[Head, Command], None]
_ACTIONS: dict[str, _Action] = {
    "text": Head.text,
    "LF": lambda head, _: head.end_line(),
    "HT": lambda head, _: head.text(Command("text", b" ")),
    "ESC @": lambda head, _: head.reset(),
    "ESC !": lambda head, c: head.print_mode(c.args[0]),
    "ESC -": lambda head, c: head.restyle(underlined=bool(c.args[0] & 3)),
    "ESC 2": lambda head, _: head.set_spacing(SPACING),
    "ESC 3": lambda head, c: head.set_spacing(c.args[0]),
    "ESC E": lambda head, c: head.restyle(bold=bool(c.args[0] & 1)),
    "ESC G": lambda head, c: head.restyle(bold=bool(c.args[0] & 1)),
    "ESC J": lambda head, c: head.feed(c.args[0]),
    "ESC a": lambda head, c: head.set_align(c.args[0]),
    "ESC d": lambda head, c: head.feed(c.args[0] * SPACING),
    "ESC t": lambda head, c: head.set_code_page(c.args[0]),
    "GS !": lambda head, c: head.restyle(wide=(c.args[0] >> 4 & 7) + 1, tall=(c.args[0] & 7) + 1),
    "GS B": lambda head, c: head.restyle(inverse=bool(c.args[0] & 1)),
    "GS k": Head.note,
    "GS v": Head.raster,
}


def _draw(paper: Paper) -> Image.Image:
    from PIL import Image

    heights = [item.height for item in paper.items]
    sheet = Image.new("L", (paper.dots + 2 * _MARGIN, sum(heights) + 2 * _MARGIN), 255)
    y = _MARGIN
    for item, height in zip(paper.items, heights, strict=True):
        if isinstance(item, TextRow):
            _draw_row(sheet, item, y, paper.dots)
        elif isinstance(item, Picture):
            sheet.paste(_picture(item, paper.dots), (_MARGIN + _start(item.width, item.align, paper.dots), y))
        y += height
    return sheet


def _start(width: int, align: int, dots: int) -> int:
    return (0, max(dots - width, 0) // 2, max(dots - width, 0))[align]


def _draw_row(sheet: Image.Image, row: TextRow, y: int, dots: int) -> None:
    x = _MARGIN + _start(row.width, row.align, dots)
    tallest = max((style.tall for _, style in row.glyphs), default=1)
    for letter, style in row.glyphs:
        width, height = style.wide * CELL, style.tall * HEIGHT
        sheet.paste(_glyph(letter, style).resize((width, height)), (x, y + (tallest - style.tall) * HEIGHT))
        x += width


@lru_cache(maxsize=1024)
def _glyph(letter: str, style: Style) -> Image.Image:
    from PIL import Image, ImageDraw, ImageFont

    scale = max(style.wide, style.tall)
    font = ImageFont.truetype(str(resources.path("fonts", "DejaVuSansMono.ttf")), 20 * scale)
    ink, ground = (255, 0) if style.inverse else (0, 255)
    cell = Image.new("L", (CELL * scale, HEIGHT * scale), ground)
    pen = ImageDraw.Draw(cell)
    weight = (scale + 1) // 2 if style.bold else 0
    pen.text((0, 19 * scale), letter, fill=ink, font=font, anchor="ls", stroke_width=weight / 2, stroke_fill=ink)
    if style.underlined:
        pen.line((0, 22 * scale, CELL * scale, 22 * scale), fill=ink, width=scale)
    return cell


def _picture(item: Picture, dots: int) -> Image.Image:
    from PIL import Image, ImageOps

    size = (item.width + 7) // 8 * item.height
    raw = Image.frombytes("1", (item.width, item.height), item.data[:size].ljust(size, b"\0"))
    return ImageOps.invert(raw.convert("L")).crop((0, 0, min(item.width, dots), item.height))
