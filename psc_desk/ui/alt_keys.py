"""Alt keys for buttons that were given none: the first letter that nothing else in the same place uses."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget


def give_alt_keys(widget: QWidget) -> None:
    """Give every push button below `widget` an Alt key, in the order in which they were made."""
    used = {alt_key(child) for child in widget.findChildren(QWidget)} - {""}
    for button in widget.findChildren(QPushButton):
        words = button.text()
        if alt_key(button) or not words or button.menu() is not None:
            continue
        place = next((at for at in _likely_places(words) if f"Alt+{words[at].upper()}" not in used), None)
        if place is not None:
            used.add(f"Alt+{words[place].upper()}")
            button.setText(f"{words[:place]}&{words[place:]}")


def alt_key(control: QWidget) -> str:
    """Return "Alt+R" for a button or a field's label that has one, else ""."""
    if isinstance(control, QAbstractButton) or (isinstance(control, QLabel) and control.buddy() is not None):
        return QKeySequence.mnemonic(control.text()).toString()
    return ""


def _likely_places(words: str) -> list[int]:
    """Return the places of the letters, those that begin a word first."""
    letters = [place for place, letter in enumerate(words) if letter.isalpha() and letter.isascii()]
    return sorted(letters, key=lambda place: place > 0 and words[place - 1] != " ")
