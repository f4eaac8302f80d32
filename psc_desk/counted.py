"""A number with its noun."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 visit" or "3 visits"; `many` for a noun that takes more than an s ("entries")."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
