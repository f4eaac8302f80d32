"""One look from one set of tokens: palette, stylesheet, fonts and icons, at 100 to 200 percent.

Widgets say what they are (`style(label, size="small", look="secondary")`, `set_icon(button, "lock")`); `apply` draws
them again when the theme or the scale changes. Widgets that paint themselves read `current()` and `status_colors` in
`paintEvent` and repaint on `QEvent.PaletteChange`.
"""

from __future__ import annotations

from functools import lru_cache
from string import Template
from typing import Literal

from PySide6.QtCore import QEvent, QLoggingCategory, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QStyleFactory, QWidget

from psc_desk import resources
from psc_desk.papers import scripts
from psc_desk.ui import icons
from psc_desk.ui.tokens import LIGHT, THEMES, Pair, Tokens, family

FAMILIES = ["Noto Sans", "DejaVu Sans", "Droid Sans Fallback", *scripts.FAMILIES]
SIZES = {"small": 9.0, "base": 10.0, "heading": 12.0, "big": 16.0, "huge": 26.0}
Size = Literal["small", "base", "heading", "big", "huge"]

_FONT_FILES = (
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DroidSansFallbackFull.ttf",
)
_AFTER_FIRST_PAINT_MS = 250


class _Current:
    tokens: Tokens = LIGHT
    scale: float = 1.0


def apply(app: QApplication, name: str = "light", scale: float = 1.0) -> None:
    """Dress the application in theme `name` ("light" or "dark") at `scale` (1.0 to 2.0); call again to change it."""
    _load_fonts()
    QTimer.singleShot(_AFTER_FIRST_PAINT_MS, app, load_script_fonts)
    _Current.tokens = THEMES[name]
    _Current.scale = min(2.0, max(1.0, scale))
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(current()))
    app.setFont(font())
    app.setStyleSheet(_stylesheet(current()))
    for widget in app.allWidgets():
        _dress(widget)


def current() -> Tokens:
    """Return the colours in use."""
    return _Current.tokens


def scale() -> float:
    """Return the scale in use, 1.0 to 2.0."""
    return _Current.scale


def px(pixels: float) -> int:
    """Return `pixels` of the 8-px grid at the scale in use."""
    return round(pixels * _Current.scale)


def font(size: str = "base", bold: bool = False) -> QFont:
    """Return the house typeface in one of its sizes."""
    result = QFont(FAMILIES)
    result.setPointSizeF(SIZES[size] * _Current.scale)
    result.setBold(bold)
    return result


def status_colors(status: str) -> Pair:
    """Return (text, tint) of a visit status or chip kind in the theme in use."""
    return current().status[family(status)]


def color(value: str) -> QColor:
    """Return a "#RRGGBB" token as a QColor."""
    return QColor(value)


def icon(name: str, tint: str = "") -> QIcon:
    """Return the icon `name` in the theme's text colour, or in `tint`."""
    return icons.icon(name, tint or current().text)


def set_icon(button: QAbstractButton, name: str, tone: str = "text") -> None:
    """Give `button` an icon that follows the theme; `tone` names a token, e.g. "text" or "on_accent"."""
    button.setProperty("deskIcon", f"{name}|{tone}")
    _dress(button)


def style(widget: QWidget, size: Size = "base", bold: bool = False, look: str = "") -> None:
    """Say how `widget` looks: its type size, and a `look` of style.qss such as "secondary", "panel" or "primary"."""
    widget.setProperty("deskSize", f"{size}|{int(bold)}")
    if look:
        set_look(widget, look)
    _dress(widget)


def set_look(widget: QWidget, look: str) -> None:
    """Give `widget` the `look` of style.qss and repaint it."""
    if widget.property("look") == look:
        return
    widget.setProperty("look", look)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        _dress(widget)
        widget.update()


def label(text: str = "", size: Size = "base", bold: bool = False, look: str = "") -> QLabel:
    """Return a styled QLabel that shows its text as it is: a name is never markup."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    style(result, size, bold, look)
    return result


def _dress(widget: QWidget) -> None:
    size = widget.property("deskSize")
    if size:
        name, bold = str(size).split("|")
        widget.setFont(font(name, bold == "1"))
    wanted = widget.property("deskIcon")
    if wanted and isinstance(widget, QAbstractButton):
        name, tone = str(wanted).split("|")
        widget.setIcon(icons.icon(name, getattr(current(), tone)))
        widget.setIconSize(QSize(px(18), px(18)))


@lru_cache(maxsize=1)
def _load_fonts() -> None:
    for name in _FONT_FILES:
        QFontDatabase.addApplicationFont(str(resources.path("fonts", name)))


@lru_cache(maxsize=1)
def load_script_fonts() -> None:
    """Load the fonts of Korean, Thai, Hindi and so on, and measure again what is already shown."""
    # Qt would name, for each new script, every font before the one that has it
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false")
    for name in scripts.FONTS:
        QFontDatabase.addApplicationFont(str(resources.path("fonts", f"{name}.ttf")))
    for widget in QApplication.allWidgets():
        QApplication.sendEvent(widget, QEvent(QEvent.Type.FontChange))
        widget.update()


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.window,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Button: tokens.surface,
        role.ToolTipBase: tokens.raised,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.PlaceholderText: tokens.secondary,
        role.Light: tokens.surface,
        role.Midlight: tokens.line,
        role.Mid: tokens.control,
        role.Dark: tokens.control,
        role.Shadow: tokens.control,
    }
    for text in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText):
        colors[text] = tokens.text
    palette = QPalette()
    for key, value in colors.items():
        palette.setColor(key, QColor(value))
    for text in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, text, QColor(tokens.control))
    return palette


def _stylesheet(tokens: Tokens) -> str:
    names = {key: value for key, value in vars(tokens).items() if isinstance(value, str) and value.startswith("#")}
    names |= {key: pair[0] for key, pair in tokens.status.items()}
    names |= {f"{key}_tint": pair[1] for key, pair in tokens.status.items()}
    names |= {"icons": resources.path("icons").as_posix(), "theme": tokens.name}
    names |= {f"p{n}": f"{px(n)}px" for n in (1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 24, 28)}
    return Template(resources.path("style.qss").read_text(encoding="utf-8")).substitute(names)
