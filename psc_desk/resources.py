"""Where the files that ship with the program lie: fonts, icons, stylesheet, help."""

from __future__ import annotations

import sys
from pathlib import Path

_BUNDLE = getattr(sys, "_MEIPASS", None)
ROOT = Path(_BUNDLE) / "resources" if _BUNDLE else Path(__file__).resolve().parent.parent / "resources"
"""The top-level `resources` folder, of a checkout or of a frozen program."""


def path(*parts: str) -> Path:
    """Return the path of a shipped file, e.g. `path("fonts", "NotoSans-Regular.ttf")`."""
    return ROOT.joinpath(*parts)
