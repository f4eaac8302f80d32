"""Integer cents: parsing, formatting, splitting. No float comes anywhere near money."""

from __future__ import annotations

import re
from collections.abc import Sequence

from psc_desk.errors import InputError

Cents = int
"""An amount in whole US cents."""

LIMIT: Cents = 999_999_999
"""The largest amount a single field takes: $9,999,999.99."""

_AMOUNT = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?", re.ASCII)


def parse_money(text: str, field: str = "amount") -> Cents:
    """Return the cents that `text` says ("25", "25.5", "$1,025.00").

    Raises InputError, naming `field`, for an empty, negative, unreadable or too large amount or for a third decimal.
    """
    stripped = text.strip()
    if stripped.startswith(("-", "(", "−")):  # noqa: RUF001 - a pasted minus sign
        raise InputError("The amount cannot be negative. Use a refund or a pay-out to give money back.", field)
    match = _AMOUNT.fullmatch(stripped)
    if match is None or not (match[1] or match[2]):
        raise InputError("That is not an amount. Type dollars and cents, such as 25 or 25.00.", field)
    if len(match[2] or "") > 2:
        raise InputError("An amount has two decimals at most. Type it as 25.00.", field)
    digits = (match[1] or "0").replace(",", "").lstrip("0")
    cents = int((digits if len(digits) < 12 else "9" * 12) or "0") * 100 + int((match[2] or "").ljust(2, "0") or "0")
    if cents > LIMIT:
        raise InputError(f"The amount is larger than {format_money(LIMIT)}. Check the digits.", field)
    return cents


def format_money(cents: Cents) -> str:
    """Return "$1,234.50", a minus sign first when negative."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def plain_money(cents: Cents) -> str:
    """Return "1234.50" for files and input fields."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def split_evenly(total: Cents, parts: int) -> list[Cents]:
    """Return `parts` amounts that sum to `total`: all equal, the last takes the remainder."""
    if parts < 1:
        raise ValueError("parts must be at least 1")
    each = total // parts
    return [each] * (parts - 1) + [total - each * (parts - 1)]


def share_out(total: Cents, open_amounts: list[Cents]) -> list[Cents]:
    """Return how much of `total` goes to each open amount, first come first, never more than is open.

    What is left over is `total - sum(result)`.
    """
    shares = []
    left = total
    for amount in open_amounts:
        share = max(0, min(left, amount))
        shares.append(share)
        left -= share
    return shares


def spread(total: Cents, weights: Sequence[Cents]) -> list[Cents]:
    """Return `total` shared in proportion to `weights` by largest remainder (ties: first come first); sums to `total`.

    No share is above its weight as long as `total` is not above their sum. Without any weight all shares are 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in order[: total - sum(shares)]:
        shares[place] += 1
    return shares
