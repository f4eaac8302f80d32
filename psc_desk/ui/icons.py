"""Tabler outline icons in the colours of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from psc_desk import resources

_SIZES = (16, 20, 24, 32, 48)


def icon(name: str, color: str) -> QIcon:
    """Return the shipped icon `name` (e.g. "cash-register") drawn in `color` ("#RRGGBB"); cached."""
    return _icon(name, color)


def pixmap(name: str, color: str, side: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon as a picture of `side` logical pixels for a screen of device pixel `ratio`."""
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(_source(name, color))).render(painter)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=512)
def _icon(name: str, color: str) -> QIcon:
    result = QIcon()
    for side in _SIZES:
        result.addPixmap(pixmap(name, color, side))
    return result


@lru_cache(maxsize=256)
def _source(name: str, color: str) -> bytes:
    text = resources.path("icons", f"{name}.svg").read_text(encoding="utf-8")
    return text.replace("currentColor", color).encode()
