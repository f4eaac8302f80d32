"""The page kit of the PDF papers: letter size, clinic header, footer with page n of m, tables that flow over pages.

A paper is a list of `Slice`s, the smallest pieces that a page break does not cut. Blocks (`text`, `section`, `facts`,
`table`, `amounts`, `panel`) return slices; `render` lays them on pages and returns the bytes. The same data gives the
same bytes. reportlab is imported when the first paper is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Literal, Protocol, TypeAlias

from psc_desk.dates import format_moment
from psc_desk.money import Cents, format_money
from psc_desk.papers import fonts
from psc_desk.papers.words import words

TEXT, SECONDARY, ACCENT = "#17202B", "#526070", "#0B5CAD"
TINT, RAISED, LINE = "#E6F0FA", "#F6F8FB", "#D5DCE5"
WARNING, WARNING_TINT = "#7A4B00", "#FFF0CC"
LETTER = (612.0, 792.0)

Align = Literal["left", "right", "center"]


class Canvas(Protocol):
    """What the blocks use of reportlab's canvas; lengths in points, y grows upwards."""

    def setFillColorRGB(self, r: float, g: float, b: float) -> None: ...  # noqa: D102, N802
    def setStrokeColorRGB(self, r: float, g: float, b: float) -> None: ...  # noqa: D102, N802
    def setLineWidth(self, width: float) -> None: ...  # noqa: D102, N802
    def setFont(self, name: str, size: float) -> None: ...  # noqa: D102, N802
    def drawString(self, x: float, y: float, text: str) -> None: ...  # noqa: D102, N802
    def addLiteral(self, code: str) -> None: ...  # noqa: D102, N802
    def line(self, x1: float, y1: float, x2: float, y2: float) -> None: ...  # noqa: D102
    def rect(self, x: float, y: float, width: float, height: float, *, stroke: int, fill: int) -> None: ...  # noqa: D102
    def roundRect(  # noqa: D102, N802
        self, x: float, y: float, width: float, height: float, radius: float, *, stroke: int, fill: int
    ) -> None: ...


@dataclass(frozen=True)
class ClinicBlock:
    """The clinic as it stands at the head of every paper; phone and fax as people read them."""

    name: str
    address_lines: tuple[str, ...] = ()
    phone: str = ""
    fax: str = ""


@dataclass(frozen=True)
class PrintMark:
    """When (clinic wall clock) and by whom a paper was made, and whether it must say DEMO or TRAINING."""

    at: datetime
    by: str = ""
    demo: bool = False
    training: bool = False


@dataclass(frozen=True)
class Paper:
    """The frame of one document. `about` names the patient or the day at the foot of every page."""

    clinic: ClinicBlock
    mark: PrintMark
    title: str
    subtitle: str = ""
    about: str = ""
    notice: str = ""
    language: str = "en"
    landscape: bool = False
    margin: float = 50.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a page in points."""
        return (LETTER[1], LETTER[0]) if self.landscape else LETTER

    @property
    def width(self) -> float:
        """The room between the margins in points."""
        return self.size[0] - 2 * self.margin


@dataclass(frozen=True)
class Style:
    """Size and leading in points, weight, colour and side."""

    size: float = 10.0
    leading: float = 14.0
    bold: bool = False
    colour: str = TEXT
    align: Align = "left"


BODY = Style()
STRONG = Style(bold=True)
SMALL = Style(8.5, 11.5, colour=SECONDARY)
LARGE = Style(11.5, 15.5)

Draw: TypeAlias = Callable[[Canvas, float, float], None]


def _nothing(_canvas: Canvas, _x: float, _top: float) -> None:
    """Draw nothing."""


@dataclass(frozen=True)
class Slice:
    """A piece of a page that is never cut. `draw(canvas, x, top)`; `keep` binds it to the next slice where a page has
    room for both; `heading` is drawn again above it when it opens a new page."""

    height: float
    draw: Draw = _nothing
    keep: bool = False
    heading: tuple[Slice, ...] = ()


Rich: TypeAlias = Sequence[tuple[str, Style]]
"""A cell of several paragraphs, each in its own style."""
Cell: TypeAlias = "str | Rich"
_Lines: TypeAlias = list[tuple[str, Style]]


@dataclass(frozen=True)
class Column:
    """A table column: its title and its share of the width."""

    title: str
    share: float
    style: Style = BODY


# drawing --------------------------------------------------


def fill(canvas: Canvas, colour: str) -> None:
    """Set the fill colour, "#RRGGBB"."""
    canvas.setFillColorRGB(*_rgb(colour))


def stroke(canvas: Canvas, colour: str, width: float = 0.7) -> None:
    """Set the line colour and width."""
    canvas.setStrokeColorRGB(*_rgb(colour))
    canvas.setLineWidth(width)


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def draw_line(canvas: Canvas, text: str, at: tuple[float, float], room: float, style: Style) -> None:
    """Draw one line of text with its baseline at `at`, aligned within `room` points."""
    x, y = at
    if style.align != "left":
        spare = room - fonts.width(text, style.size, style.bold)
        x += spare if style.align == "right" else spare / 2
    fill(canvas, style.colour)
    fonts.draw(canvas, (x, y), text, style.size, style.bold)


def _baseline(top: float, style: Style) -> float:
    return top - (style.leading + style.size * 0.72) / 2


# blocks ---------------------------------------------------


def space(height: float) -> list[Slice]:
    """Leave room."""
    return [Slice(height)]


def kept(slices: Sequence[Slice]) -> list[Slice]:
    """Bind the slices to each other, so that they stay on one page when they fit on one."""
    return [replace(piece, keep=True) for piece in slices[:-1]] + list(slices[-1:])


def text(content: str, width: float, style: Style = BODY, indent: float = 0.0) -> list[Slice]:
    """Paragraphs; a newline begins a new one, an empty line leaves half a line of room."""
    return [
        Slice(style.leading if line else style.leading / 2, _line_drawer(line, width - indent, style, indent))
        for line in fonts.wrapped(content, style.size, width - indent, style.bold)
    ]


def _line_drawer(line: str, room: float, style: Style, indent: float) -> Draw:
    def draw(canvas: Canvas, x: float, top: float) -> None:
        draw_line(canvas, line, (x + indent, _baseline(top, style)), room, style)

    return draw


def section(title: str, width: float, size: float = 12.0) -> list[Slice]:
    """A heading in the accent colour above a thin line, kept with what follows."""
    style = Style(size, size * 1.4, bold=True, colour=ACCENT)
    return [Slice(10.0, keep=True), *_keep_all(text(title, width, style)), Slice(6.0, _rule(width), keep=True)]


def _keep_all(slices: Sequence[Slice]) -> list[Slice]:
    return [replace(piece, keep=True) for piece in slices]


def _rule(width: float, below: float = 2.0, colour: str = LINE, thickness: float = 0.7) -> Draw:
    def draw(canvas: Canvas, x: float, top: float) -> None:
        stroke(canvas, colour, thickness)
        canvas.line(x, top - below, x + width, top - below)

    return draw


def rule(width: float, colour: str = LINE, thickness: float = 0.7) -> list[Slice]:
    """A horizontal line."""
    return [Slice(4.0, _rule(width, 2.0, colour, thickness))]


def bullets(lines: Sequence[str], width: float, style: Style = BODY) -> list[Slice]:
    """A list, one item per line."""
    return [piece for line in lines for piece in _bullet(line, width, style)]


def _bullet(line: str, width: float, style: Style) -> list[Slice]:
    first, *rest = text(line, width, style, indent=14)

    def draw(canvas: Canvas, x: float, top: float) -> None:
        draw_line(canvas, "•", (x + 3, _baseline(top, style)), 10, replace(style, colour=ACCENT, bold=True))
        first.draw(canvas, x, top)

    return kept([Slice(first.height, draw), *rest, Slice(1.5)])


def facts(pairs: Sequence[tuple[str, str]], width: float, columns: int = 2, style: Style = STRONG) -> list[Slice]:
    """Labels with their values below, `columns` side by side; pairs without a value are left out."""
    shown = [(label, value) for label, value in pairs if value.strip()]
    cells: list[Cell] = [[(label, SMALL), (value, style)] for label, value in shown]
    plain = [Column("", 1 / columns) for _ in range(columns)]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    look = _RowLook(0, 5, gap=14, flush=True)
    slices = [_row(plain, row, width, look if row is not rows[-1] else replace(look, below=0)) for row in rows]
    return [piece for row in slices for piece in row]


@dataclass(frozen=True)
class _RowLook:
    above: float = 4.0
    below: float = 5.0
    gap: float = 8.0
    ruled: bool = False
    background: str = ""
    flush: bool = False


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: float, *, tight: bool = False
) -> list[Slice]:
    """A table with a head that is drawn again on every page; a row breaks only where it is longer than a page."""
    titles: list[Cell] = [[(column.title, _title_style(column))] for column in columns]
    head = tuple(_keep_all(_row(columns, titles, width, _RowLook(3.5, 3.5, background=TINT))))
    ruled = _RowLook(2.0, 2.5, ruled=True) if tight else _RowLook(ruled=True)
    body = [replace(piece, heading=head) for row in rows for piece in _row(columns, row, width, ruled)]
    return [*head, *body]


def _title_style(column: Column) -> Style:
    return Style(8.5, 11.0, bold=True, colour=SECONDARY, align=column.style.align)


def _row(columns: Sequence[Column], cells: Sequence[Cell], width: float, look: _RowLook) -> list[Slice]:
    edges = _edges(columns, width, look)
    laid = [_lay(cell, column.style, room) for cell, column, (_, room) in zip(cells, columns, edges, strict=False)]
    count = max((len(lines) for lines in laid), default=0)
    slices = []
    for index in range(count):
        placed = [(x, room, *lines[index]) for lines, (x, room) in zip(laid, edges, strict=False) if index < len(lines)]
        height = max(style.leading for *_, style in placed)
        above = look.above if index == 0 else 0.0
        below = look.below if index == count - 1 else 0.0
        slices.append(_row_slice(placed, (above, height, below), width, replace(look, ruled=look.ruled and below > 0)))
    return kept(slices)


def _edges(columns: Sequence[Column], width: float, look: _RowLook) -> list[tuple[float, float]]:
    """Return where each column's text begins and how wide it is."""
    total = sum(column.share for column in columns)
    edges, x = [], 0.0
    for column in columns:
        room = width * column.share / total
        edges.append((x if look.flush else x + look.gap / 2, room - look.gap))
        x += room
    return edges


def _lay(cell: Cell, style: Style, room: float) -> _Lines:
    parts: Rich = [(cell, style)] if isinstance(cell, str) else cell
    return [(line, part_style) for part, part_style in parts for line in _cell_lines(part, part_style, room)]


def _cell_lines(part: str, style: Style, room: float) -> list[str]:
    return fonts.wrapped(part.strip(), style.size, room, style.bold)


def _row_slice(
    placed: Sequence[tuple[float, float, str, Style]],
    heights: tuple[float, float, float],
    width: float,
    look: _RowLook,
) -> Slice:
    above, height, _below = heights
    whole = sum(heights)

    def draw(canvas: Canvas, x: float, top: float) -> None:
        if look.background:
            fill(canvas, look.background)
            canvas.rect(x, top - whole, width, whole, stroke=0, fill=1)
        if look.ruled:
            _rule(width, whole)(canvas, x, top)
        line_style = Style(leading=height)
        for offset, room, line, style in placed:
            baseline = _baseline(top - above, replace(line_style, size=style.size))
            draw_line(canvas, line, (x + offset, baseline), room, style)

    return Slice(whole, draw)


def amounts(
    rows: Sequence[tuple[str, Cents]], total: tuple[str, Cents] | None, width: float, style: Style = LARGE
) -> list[Slice]:
    """Labels with an amount at the right, then a total below a line."""
    columns = (Column("", 0.76, style), Column("", 0.24, replace(style, align="right")))
    look = _RowLook(1.0, 1.0, gap=0)
    slices = [piece for label, cents in rows for piece in _row(columns, (label, format_money(cents)), width, look)]
    if total is None:
        return slices
    bold = [Column("", column.share, replace(column.style, bold=True)) for column in columns]
    return [*slices, *_keep_all(rule(width)), *_row(bold, (total[0], format_money(total[1])), width, look)]


def panel(slices: Sequence[Slice], width: float, colour: str = RAISED, edge: str = "") -> list[Slice]:
    """A tinted box around slices that were laid out for `panel_room(width)`, with a coloured left edge if asked."""
    padded = [Slice(8.0, keep=True), *slices, Slice(8.0)]
    if len(padded) > 2:
        padded[-2] = replace(padded[-2], keep=True)
    return [replace(piece, draw=_boxed(piece, width, colour, edge), heading=()) for piece in padded]


PANEL_INDENT = 14.0


def panel_room(width: float) -> float:
    """Return the width that is left inside a panel."""
    return width - 2 * PANEL_INDENT


def _boxed(piece: Slice, width: float, colour: str, edge: str) -> Draw:
    def draw(canvas: Canvas, x: float, top: float) -> None:
        fill(canvas, colour)
        canvas.rect(x, top - piece.height, width, piece.height + 0.3, stroke=0, fill=1)
        if edge:
            fill(canvas, edge)
            canvas.rect(x, top - piece.height, 3.5, piece.height + 0.3, stroke=0, fill=1)
        piece.draw(canvas, x + PANEL_INDENT, top)

    return draw


def height(slices: Sequence[Slice]) -> float:
    """Return the height of slices in points."""
    return sum(piece.height for piece in slices)


def beside(left: Sequence[Slice], right: Sequence[Slice], offset: float, limit: float = 320.0) -> list[Slice]:
    """Put `right` beside `left`, `offset` points from the left; below it when one of them is longer than `limit`."""
    tallest = max(height(left), height(right))
    if tallest > limit:
        return [*left, *right]

    def draw(canvas: Canvas, x: float, top: float) -> None:
        stack(canvas, left, x, top)
        stack(canvas, right, x + offset, top)

    return [Slice(tallest, draw)]


def stack(canvas: Canvas, slices: Sequence[Slice], x: float, top: float) -> float:
    """Draw slices one below the other; return where the last one ends."""
    for piece in slices:
        piece.draw(canvas, x, top)
        top -= piece.height
    return top


def signatures(labels: Sequence[str], width: float) -> list[Slice]:
    """Lines to write on, side by side, each with its label below."""
    room = width / max(1, len(labels))

    def draw(canvas: Canvas, x: float, top: float) -> None:
        for index, label in enumerate(labels):
            left = x + index * room
            stroke(canvas, SECONDARY)
            canvas.line(left, top - 26, left + room - 16, top - 26)
            draw_line(canvas, fonts.fitted(label, 8.5, room - 16), (left, top - 37), room, SMALL)

    return [Slice(40.0, draw)]


# pages ----------------------------------------------------

_EDGE = 36.0
"""Above and below the contents and the foot."""
_FOOT = 34.0
_TOP_OF_NEXT = 30.0


def head(paper: Paper) -> list[Slice]:
    """The top of the first page: the clinic at the left, the title of the paper at the right, a line below."""
    half = paper.width * 0.54
    clinic = paper.clinic
    spoken = words(paper.language)
    forms = ((spoken.phone, clinic.phone), (spoken.fax, clinic.fax))
    numbers = [form.format(number=number) for form, number in forms if number]
    left = text(clinic.name, half, Style(14, 19, bold=True, colour=ACCENT))
    for line in (*clinic.address_lines, " · ".join(numbers)):
        left += text(line, half, SMALL)
    room = paper.width - half - 12
    right = text(paper.title, room, Style(19, 25, bold=True, align="right"))
    if paper.subtitle:
        right += text(paper.subtitle, room, Style(10.5, 15, colour=SECONDARY, align="right"))
    return [
        *beside(left, right, half + 12, limit=200),
        Slice(14.0, _rule(paper.width, 7.0, ACCENT, 1.6)),
    ]


def render(paper: Paper, slices: Sequence[Slice]) -> bytes:
    """Return the PDF of `paper` with `slices` flowing over as many pages as they need."""
    from reportlab.pdfgen.canvas import Canvas as PdfCanvas

    buffer = BytesIO()
    canvas = PdfCanvas(buffer, pagesize=paper.size, invariant=1, lang="es-US" if paper.language == "es" else "en-US")
    canvas.setTitle(paper.title)
    canvas.setAuthor(fonts.clean(paper.clinic.name))
    canvas.setCreator("PSC Desk")
    top = paper.size[1] - _EDGE
    room = top - _EDGE - _FOOT
    pages = _pages([*head(paper), *slices], room, room - _TOP_OF_NEXT)
    for number, page in enumerate(pages, start=1):
        _draw_frame(canvas, paper, number, len(pages))
        stack(canvas, page, paper.margin, top if number == 1 else top - _TOP_OF_NEXT)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _pages(slices: Sequence[Slice], first_room: float, room: float) -> list[list[Slice]]:
    pages: list[list[Slice]] = [[]]
    left = first_room
    for chunk in _chunks(slices):
        needed = height(chunk)
        if needed > left and (needed <= room or left < room / 4) and pages[-1]:
            pages.append(list(_heading(chunk)))
            left = room - height(pages[-1])
        for piece in chunk:
            if piece.height > left and pages[-1]:
                pages.append(list(piece.heading))
                left = room - height(pages[-1])
            pages[-1].append(piece)
            left -= piece.height
    return pages


def _heading(chunk: Sequence[Slice]) -> tuple[Slice, ...]:
    return chunk[0].heading


def _chunks(slices: Sequence[Slice]) -> list[list[Slice]]:
    """Return the runs of slices that belong together."""
    chunks: list[list[Slice]] = []
    bound = False
    for piece in slices:
        if bound:
            chunks[-1].append(piece)
        else:
            chunks.append([piece])
        bound = piece.keep
    return chunks


def _draw_frame(canvas: Canvas, paper: Paper, number: int, count: int) -> None:
    """Draw what stands around the contents: the DEMO or TRAINING band, the short head of later pages, the foot."""
    wide, high = paper.size
    spoken = words(paper.language)
    marks = [word for word, on in ((spoken.training, paper.mark.training), (spoken.demo, paper.mark.demo)) if on]
    if marks:
        _draw_band(canvas, "   ".join(marks), wide, high)
    if number > 1:
        y = high - _EDGE - 10
        _draw_ends(canvas, paper, y, (paper.clinic.name, " · ".join(filter(None, (paper.title, paper.about)))), 0.35)
        _rule(paper.width, 8, ACCENT, 1.0)(canvas, paper.margin, y)
    form = spoken.printed_by if paper.mark.by else spoken.printed
    printed = form.format(when=format_moment(paper.mark.at), by=paper.mark.by)
    _rule(paper.width, 0)(canvas, paper.margin, _EDGE + 22)
    _draw_ends(canvas, paper, _EDGE + 11, (printed, spoken.page.format(n=number, m=count)))
    _draw_ends(canvas, paper, _EDGE, (paper.about, paper.notice), 0.6)


def _draw_ends(canvas: Canvas, paper: Paper, y: float, ends: tuple[str, str], left_share: float = 0.5) -> None:
    """Draw one line of text at the left and one at the right margin, each cut to its share of the width."""
    room = paper.width * left_share - 6
    left = fonts.fitted(ends[0], SMALL.size, room)
    draw_line(canvas, left, (paper.margin, y), room, SMALL)
    other = paper.width - room - 12
    right = fonts.fitted(ends[1], SMALL.size, other)
    draw_line(canvas, right, (paper.margin + room + 12, y), other, replace(SMALL, align="right"))


def _draw_band(canvas: Canvas, mark: str, wide: float, high: float) -> None:
    fill(canvas, WARNING_TINT)
    canvas.rect(0, high - 24, wide, 24, stroke=0, fill=1)
    style = Style(10.5, 24, bold=True, colour=WARNING, align="center")
    draw_line(canvas, mark, (36, _baseline(high, style)), wide - 72, style)
