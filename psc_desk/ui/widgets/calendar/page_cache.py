"""Keeps the painted page of the calendar; when some visits changed, only their places are painted again."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPainter, QPixmap, QRegion

from psc_desk.ui.widgets.calendar.look import Fonts
from psc_desk.ui.widgets.calendar.look import look as current_look
from psc_desk.ui.widgets.calendar.painting import PageContent, PagePainter, Shape

_MOST_CHANGED = 40
"""More changed places than this, and the whole page is painted at once."""


class PageCache:
    """The last page painted, as a picture."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._content: PageContent | None = None
        self._ratio = 0.0
        self._fonts: Fonts | None = None

    def forget(self) -> None:
        """Paint everything when asked next: the theme, the font or the privacy changed."""
        self._picture = self._content = self._fonts = None

    def picture(self, content: PageContent, font: QFont, ratio: float) -> QPixmap:
        """Return the page as a picture for a screen of device pixel `ratio`."""
        picture, changed = self._picture, self._changed(content, ratio)
        if picture is None or changed is None:
            grid = content.grid
            picture = QPixmap(math.ceil(max(grid.width, 1) * ratio), math.ceil(max(grid.height, 1) * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(current_look().surface)
            self._paint(picture, content, font, None)
        elif changed:
            self._paint(picture, content, font, changed)
        self._picture, self._content, self._ratio = picture, content, ratio
        return picture

    def _changed(self, content: PageContent, ratio: float) -> list[QRect] | None:
        """Return the places to be painted again; None when it is the whole page."""
        old = self._content
        if old is None or ratio != self._ratio:
            return None
        if (old.grid, old.blocks, old.private) != (content.grid, content.blocks, content.private):
            return None
        if old.shapes is content.shapes:
            return []
        places = _differing(old.shapes, content.shapes)
        return None if len(places) > _MOST_CHANGED else places

    def _paint(self, picture: QPixmap, content: PageContent, font: QFont, places: list[QRect] | None) -> None:
        look = current_look()
        if self._fonts is None or self._fonts.plain != font:
            self._fonts = Fonts(font)
        painter = QPainter(picture)
        shapes = content.shapes
        if places is not None:
            region = QRegion()
            for place in places:
                region += place
            painter.setClipRegion(region)
            shapes = [shape for shape in shapes if region.intersects(_place(shape))]
        part = PageContent(content.grid, content.blocks, shapes, content.private)
        PagePainter(look, self._fonts).paint(painter, part)
        painter.end()


def _differing(before: Iterable[Shape], after: Iterable[Shape]) -> list[QRect]:
    """Return where visits are that came, went, moved or look different."""
    old = {(shape.lane, shape.visit.visit_id): shape for shape in before}
    changed: list[Shape] = []
    for shape in after:
        was = old.pop((shape.lane, shape.visit.visit_id), None)
        if was is not shape and was != shape:
            changed += [shape] if was is None else [shape, was]
    return [_place(shape) for shape in [*changed, *old.values()]]


def _place(shape: Shape) -> QRect:
    """Return a visit's place with the soft edge around it."""
    return shape.rect.toAlignedRect().adjusted(-1, -1, 1, 1)
