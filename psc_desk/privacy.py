"""What must never be written down: numbers of payment cards (PCI DSS 3.2: only brand and last four may be kept)."""

from __future__ import annotations

import re

from psc_desk.errors import InputError

_RUN = re.compile(r"\d(?:[\s._/\-]{0,2}\d){12,60}")
_SHORTEST, _LONGEST = 13, 19


def has_card_number(text: str) -> bool:
    """Say whether `text` holds 13 to 19 digits, perhaps in groups, that are a payment card's number by their check."""
    return any(_holds_card(re.findall(r"\d+", run)) for run in _RUN.findall(text))


def check_no_card_number(text: str, field: str) -> None:
    """Raise InputError, naming `field`, when a payment card's number stands in `text`; it is not echoed."""
    if has_card_number(text):
        raise InputError(
            "This looks like the number of a payment card, which must not be kept here. Take it out; the last four "
            "digits are enough.",
            field,
        )


def _holds_card(groups: list[str]) -> bool:
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if _SHORTEST <= len(digits) <= _LONGEST and _is_card(digits):
                return True
    return False


def _is_card(digits: str) -> bool:
    if int(digits[0]) not in range(2, 7) or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
