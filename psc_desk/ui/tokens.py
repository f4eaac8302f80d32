"""The colours of the window, light and dark, as data. Nothing else names a colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Pair = tuple[str, str]
"""Text colour and tint, "#RRGGBB"."""


@dataclass(frozen=True)
class Tokens:
    """One theme: "#RRGGBB" strings; `status` gives (text, tint) by family of status."""

    name: str
    window: str
    surface: str
    raised: str
    line: str
    control: str
    text: str
    secondary: str
    accent: str
    accent_tint: str
    on_accent: str
    blocked: str
    now_line: str
    training: str
    on_training: str
    dots: Mapping[str, str] = field(repr=False)
    status: Mapping[str, Pair] = field(repr=False)


LIGHT = Tokens(
    name="light",
    window="#EEF1F5",
    surface="#FFFFFF",
    raised="#F6F8FB",
    line="#D5DCE5",
    control="#7D8998",
    text="#17202B",
    secondary="#526070",
    accent="#0B5CAD",
    accent_tint="#E6F0FA",
    on_accent="#FFFFFF",
    blocked="#F1EBDD",
    now_line="#C62828",
    training="#B85C00",
    on_training="#FFFFFF",
    dots=MappingProxyType({"ok": "#2E7D32", "warn": "#B26A00", "bad": "#C62828", "unknown": "#6B7786"}),
    status=MappingProxyType(
        {
            "booked": ("#1D4E89", "#E3EEFA"),
            "confirmed": ("#0B5F66", "#DDF3F4"),
            "arrived": ("#1B5E20", "#E0F2E1"),
            "in_room": ("#5B2A86", "#F0E6F8"),
            "late": ("#7A4B00", "#FFF0CC"),
            "missed": ("#9B1C1C", "#FCE4E4"),
            "done": ("#3F4A57", "#E9EDF1"),
        }
    ),
)

DARK = Tokens(
    name="dark",
    window="#12171E",
    surface="#1A212B",
    raised="#202935",
    line="#303B49",
    control="#7C8A9B",
    text="#E8EDF3",
    secondary="#A7B3C1",
    accent="#6CB2F5",
    accent_tint="#1C3550",
    on_accent="#0E141B",
    blocked="#2A271E",
    now_line="#E57373",
    training="#F0A04B",
    on_training="#0E141B",
    dots=MappingProxyType({"ok": "#4CAF50", "warn": "#F0A04B", "bad": "#E57373", "unknown": "#8C99A8"}),
    status=MappingProxyType(
        {
            "booked": ("#A9CDF5", "#1D3350"),
            "confirmed": ("#9ADFE3", "#143A3D"),
            "arrived": ("#A5DCA8", "#1C3A1F"),
            "in_room": ("#D5B6F0", "#372250"),
            "late": ("#F3CF83", "#43330F"),
            "missed": ("#F2A9A9", "#4A1E1E"),
            "done": ("#BAC4CF", "#2A323C"),
        }
    ),
)

THEMES: Mapping[str, Tokens] = MappingProxyType({"light": LIGHT, "dark": DARK})

FAMILY: Mapping[str, str] = MappingProxyType(
    {
        "checked_in": "arrived",
        "ok": "arrived",
        "with_provider": "in_room",
        "missing": "late",
        "warn": "late",
        "refused": "missed",
        "bad": "missed",
        "checkout": "done",
        "cancelled": "done",
        "late_cancelled": "done",
        "left": "missed",
        "info": "booked",
    }
)
"""Which family of colour and glyph a status belongs to, where it is not itself one."""

GLYPHS: Mapping[str, str] = MappingProxyType(
    {"booked": "○", "confirmed": "◐", "arrived": "✓", "in_room": "▶", "late": "▲", "missed": "✕", "done": "■"}
)


def family(status: str) -> str:
    """Return the colour family of `status`; an unknown one is shown as "done"."""
    name = FAMILY.get(status, status)
    return name if name in GLYPHS else "done"


def glyph(status: str) -> str:
    """Return the one-letter sign of `status`: colour never stands alone."""
    return GLYPHS[family(status)]


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2.2 contrast ratio (1 to 21) of two "#RRGGBB" colours."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
