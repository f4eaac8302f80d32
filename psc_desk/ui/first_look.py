"""How the window looked last, known before the settings can be read."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from psc_desk.settings import SCALE, THEME

Look = tuple[str, int]
"""Name of the theme and scale in percent."""


def remembered_look(memory: QSettings) -> Look:
    """Return the look to begin with, before the settings can be read."""
    name, percent = str(memory.value("window/theme", THEME.default)), str(memory.value("window/scale", SCALE.default))
    return name if name in THEME.choices else THEME.default, int(percent) if percent.isdigit() else SCALE.default
