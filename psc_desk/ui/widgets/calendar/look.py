"""Colours, fonts and status marks of the calendar."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics

from psc_desk.queries.calendar_rows import VisitRow
from psc_desk.ui import theme
from psc_desk.ui.tokens import THEMES, family

STATUS_WORDS = {
    "booked": QT_TRANSLATE_NOOP("Calendar", "booked"),
    "arrived": QT_TRANSLATE_NOOP("Calendar", "arrived"),
    "checked_in": QT_TRANSLATE_NOOP("Calendar", "checked in"),
    "in_room": QT_TRANSLATE_NOOP("Calendar", "in room"),
    "with_provider": QT_TRANSLATE_NOOP("Calendar", "with provider"),
    "checkout": QT_TRANSLATE_NOOP("Calendar", "at check-out"),
    "done": QT_TRANSLATE_NOOP("Calendar", "done"),
    "cancelled": QT_TRANSLATE_NOOP("Calendar", "cancelled"),
    "late_cancelled": QT_TRANSLATE_NOOP("Calendar", "cancelled late"),
    "missed": QT_TRANSLATE_NOOP("Calendar", "missed"),
    "left": QT_TRANSLATE_NOOP("Calendar", "left unseen"),
    "late": QT_TRANSLATE_NOOP("Calendar", "late"),
    "confirmed": QT_TRANSLATE_NOOP("Calendar", "confirmed"),
}
FREED_STATUSES = frozenset({"cancelled", "late_cancelled"})
"""Visits which stay on the page but leave half of their place to be booked again."""
OFF_STATUSES = frozenset({"cancelled", "late_cancelled", "missed", "left"})


@dataclass(frozen=True)
class Look:
    """Every colour that the calendar paints with; `tones` maps a tone to its text colour and tint."""

    surface: QColor
    raised: QColor
    line: QColor
    control: QColor
    text: QColor
    secondary: QColor
    accent: QColor
    accent_tint: QColor
    on_accent: QColor
    blocked: QColor
    now_line: QColor
    tones: dict[str, tuple[QColor, QColor]]


def look() -> Look:
    """Return the theme in use as colours to paint with."""
    return _look_of(theme.current().name)


@lru_cache(maxsize=4)
def _look_of(name: str) -> Look:
    tokens = THEMES[name]
    colors = {each.name: QColor(getattr(tokens, each.name)) for each in fields(Look) if each.name != "tones"}
    tones = {tone: (QColor(text), QColor(tint)) for tone, (text, tint) in tokens.status.items()}
    return Look(**colors, tones=tones)


def tone_of(row: VisitRow) -> str:
    """Return the tone (a family of status colours) of a visit: its status, with late and confirmed told apart."""
    if row.status == "booked":
        return "late" if row.late else "confirmed" if row.confirmed else "booked"
    return family(row.status)


def status_words(row: VisitRow) -> str:
    """Return a visit's status in words: "late", "confirmed", "in room"."""
    status = tone_of(row) if row.status == "booked" else row.status
    return QCoreApplication.translate("Calendar", str(STATUS_WORDS.get(status, status.replace("_", " "))))


class Fonts:
    """The bold and plain face of one widget's font with their metrics; widths of texts are remembered."""

    def __init__(self, font: QFont) -> None:
        self.plain = QFont(font)
        self.bold = QFont(font)
        self.bold.setBold(True)
        self.small = QFont(font)
        self.small.setPointSizeF(max(font.pointSizeF() * 0.9, 7.0))
        self.metrics = QFontMetrics(self.plain)
        self._bold_metrics = QFontMetrics(self.bold)
        self._widths: dict[str, int] = {}

    @property
    def line(self) -> int:
        """Return the height of one line of text in pixels."""
        return max(self.metrics.height(), self._bold_metrics.height())

    def bold_width(self, text: str) -> int:
        """Return the width of a text in the bold face."""
        if text not in self._widths:
            self._widths[text] = self._bold_metrics.horizontalAdvance(text)
        return self._widths[text]

    def elided_bold(self, text: str, width: int) -> str:
        """Return a text in the bold face, cut with an ellipsis to fit."""
        return self._bold_metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
