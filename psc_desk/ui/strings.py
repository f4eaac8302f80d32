"""Words that several pages show: statuses, roles, and the shape of a message."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

STATUS_WORDS: dict[str, str] = {
    "booked": str(QT_TRANSLATE_NOOP("Strings", "Booked")),
    "confirmed": str(QT_TRANSLATE_NOOP("Strings", "Confirmed")),
    "arrived": str(QT_TRANSLATE_NOOP("Strings", "Arrived")),
    "checked_in": str(QT_TRANSLATE_NOOP("Strings", "Checked in")),
    "in_room": str(QT_TRANSLATE_NOOP("Strings", "In room")),
    "with_provider": str(QT_TRANSLATE_NOOP("Strings", "With provider")),
    "checkout": str(QT_TRANSLATE_NOOP("Strings", "Check-out")),
    "done": str(QT_TRANSLATE_NOOP("Strings", "Done")),
    "late": str(QT_TRANSLATE_NOOP("Strings", "Late")),
    "cancelled": str(QT_TRANSLATE_NOOP("Strings", "Cancelled")),
    "late_cancelled": str(QT_TRANSLATE_NOOP("Strings", "Cancelled late")),
    "missed": str(QT_TRANSLATE_NOOP("Strings", "Missed")),
    "left": str(QT_TRANSLATE_NOOP("Strings", "Left")),
}

_OPENING_WORDS = (
    "The This That These Those A An No Nothing There It Someone You Your Only Not Two More One Another Some All"
)
_ADVISING_WORDS = (
    "Add Ask Book Call Change Check Choose Clear Close Correct Count Do Enter Fill Find Finish Give Go Have Let Load "
    "Lock Look Make Move Open Override Pay Pick Plug Press Print Put Read Record Register Remove Restart Restore Run "
    "Save Scan Search Select Send Set Sign Start Switch Take Try Turn Type Undo Unlock Use Void Wait Write"
)
_FUNCTION_WORDS = frozenset(_OPENING_WORDS.split())
_VERBS = frozenset(_ADVISING_WORDS.split())


def status_word(status: str) -> str:
    """Return the word of a visit status, e.g. "In room"."""
    return QCoreApplication.translate("Strings", STATUS_WORDS.get(status, status))


def initials(name: str) -> str:
    """Return "IC" for "Inés Castillo" and for "Castillo, Inés"."""
    last, comma, first = name.partition(",")
    parts = f"{first} {last}".split() if comma else name.split()
    letters = [part[0].upper() for part in parts if part[0].isalpha()]
    return (letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)) or "?"


def because(sentences: str) -> tuple[str, str]:
    """Return (cause, what to do next) from an error's sentences, ready for "Not done, because ...; next: ..."."""
    cause, _, rest = sentences.strip().partition(". ")
    return _lower(cause.rstrip("."), _FUNCTION_WORDS), _lower(rest.strip().rstrip("."), _VERBS)


def _lower(text: str, words: frozenset[str]) -> str:
    return text[:1].lower() + text[1:] if text.split(" ", maxsplit=1)[0].rstrip(",") in words else text
