"""The words by which a patient is found, and how typed text becomes such words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date

SOUND = "\ue000"
"""Begins the words that say how a name sounds; nobody types it, so that no prefix finds them by chance."""

_ALIKE = str.maketrans({
    "đ": "d", "Đ": "D",
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "\u0131": "i",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH",
})  # fmt: skip
_APOSTROPHES = "'’‘`\u02bc\u00b4"
_APOSTROPHE_SET = frozenset(_APOSTROPHES)
_PLAIN = {code: None if chr(code) in _APOSTROPHES else " " for code in range(128) if not chr(code).isalnum()}
_SOUNDS = str.maketrans("cqxzvwjdmbgpy", "kkssffgtnpgpi")
_VOWELS = frozenset("aeiouh")


def fold(text: str) -> str:
    """Return `text` for comparing: no accents, no case, đ as d, punctuation as spaces, single spaces."""
    if text.isascii():
        return " ".join(text.lower().translate(_PLAIN).split())
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c) and c not in _APOSTROPHES)
    return " ".join("".join(c if c.isalnum() else " " for c in bare.translate(_ALIKE).casefold()).split())


def sound_key(word: str) -> str:
    """Return how a folded name sounds: vowels after the first letter, doubles and differences such as c/k dropped."""
    plain = word.replace("ph", "f").replace("sch", "s").replace("ck", "k").replace("gh", "g").translate(_SOUNDS)
    kept = plain[:1]
    for letter in plain[1:]:
        if letter not in _VOWELS and letter != kept[-1]:
            kept += letter
    return kept


def name_words(*names: str) -> list[str]:
    """Return the words of names: "O'Brien-Smith" gives obrien, smith, obriensmith, o and brien."""
    words: list[str] = []
    for name in filter(None, names):
        folded = fold(name)
        words += folded.split()
        if " " in folded:
            words.append(folded.replace(" ", ""))
        if not _APOSTROPHE_SET.isdisjoint(name):
            words += fold("".join(" " if c in _APOSTROPHES else c for c in name)).split()
    return list(dict.fromkeys(words))


def search_words(
    names: Iterable[str],
    previous_names: str,
    birth_date: date,
    record_no: int,
    *,
    phones: Iterable[str],
    member_ids: Iterable[str],
) -> str:
    """Return what the index keeps of a patient: names, sounds, birth date in three orders, numbers."""
    called = name_words(*names, *previous_names.splitlines())
    words = [*called, f"{birth_date:%m%d%Y}", f"{birth_date:%Y%m%d}", f"{birth_date:%m%d%y}", str(record_no)]
    for phone in phones:
        digits = "".join(c for c in phone if c.isalnum())
        words += [digits, digits[-7:], digits[-4:]]
    for member in member_ids:
        folded = fold(member)
        words += [*folded.split(), folded.replace(" ", "")]
    words += [SOUND + sound_key(word) for word in called if word.isalpha()]
    return " ".join(dict.fromkeys(filter(None, words)))
