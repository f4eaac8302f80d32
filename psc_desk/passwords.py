"""Passwords and PINs of the people at the desk: Argon2id hashes, rules for new ones, growing lock-out.

A hash takes 0.05-0.5 s: call these in a lane, not in the window's thread. The lowest cost used is OWASP's minimum
for Argon2id (19 MiB, two passes, one lane).
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from psc_desk.errors import InputError
from psc_desk.keywrap import Cost

PASSWORD_COST = Cost(passes=3, memory_kib=64 * 1024, lanes=1)
PIN_COST = Cost(passes=2, memory_kib=19 * 1024, lanes=1)
FREE_FAILURES = 5
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(minutes=30)
_SHORTEST, _LONGEST = 10, 200
_COMMON = frozenset(
    [
        "password",
        "passwort",
        "passw0rd",
        "contraseña",
        "letmein",
        "welcome",
        "qwerty",
        "qwertyuiop",
        "asdfghjkl",
        "iloveyou",
        "administrator",
        "changeme",
        "frontdesk",
        "reception",
        "receptionist",
        "clinic",
        "hospital",
        "doctor",
        "pscdesk",
    ]
)
_RUNS = (
    "0123456789012345678909876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)


def hash_password(text: str, cost: Cost = PASSWORD_COST) -> str:
    """Return the hash of a password in the PHC string format."""
    return _hash(text, cost)


def hash_pin(pin: str, cost: Cost = PIN_COST) -> str:
    """Return the hash of a PIN in the PHC string format."""
    return _hash(pin, cost)


def matches(hashed: str, typed: str) -> bool:
    """Say whether `typed` is the password or PIN which was hashed; a damaged hash matches nothing."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(hashed, _normal(typed))
    except (InvalidHashError, VerificationError, UnicodeEncodeError):
        return False


def is_weaker(hashed: str, cost: Cost) -> bool:
    """Say whether the hash was made at another cost than today's, so that it is made again at the next sign-in."""
    from argon2 import extract_parameters

    made = extract_parameters(hashed)
    return (made.time_cost, made.memory_cost, made.parallelism) != (
        cost.passes,
        cost.memory_kib,
        cost.lanes,
    )


def check_password_strength(text: str, *, names: tuple[str, ...] = ()) -> None:
    """Refuse a weak new password by `InputError`; `names` are the person's and the clinic's own names.

    Length and a blocklist count, kinds of characters do not (NIST SP 800-63B, 5.1.1.2).
    """
    plain = _normal(text).casefold()
    if len(plain) < _SHORTEST:
        raise _weak(f"This password is too short. Use at least {_SHORTEST} characters; a few words are easy to keep.")
    if len(plain) > _LONGEST:
        raise _weak(f"This password is too long. Use at most {_LONGEST} characters.")
    if len(set(plain)) < 5 or _is_run(plain):
        raise _weak("This password repeats a simple pattern. Use a few words that do not belong together.")
    if _is_common(plain):
        raise _weak("This password is one of the first that others try. Use a few words that do not belong together.")
    if any(len(name) >= 4 and name.casefold() in plain for name in names):
        raise _weak("This password contains a name that others know. Use a few words that do not belong together.")


def check_pin(pin: str) -> None:
    """Refuse a new PIN by `InputError` unless it is 4 to 8 digits and no simple pattern."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        raise InputError("A PIN has 4 to 8 digits and nothing else. Type another one.", "pin")
    if len(set(pin)) == 1 or _is_run(pin):
        raise InputError(
            "This PIN is one of the first that others try. Choose digits without a pattern.",
            "pin",
        )


def lockout_until(failures: int, last_failed_at: datetime | None) -> datetime | None:
    """Return until when the account waits, or None: after 5 failures 30 s, doubled by each more, at most 30 min."""
    if failures < FREE_FAILURES or last_failed_at is None:
        return None
    delay = _FIRST_DELAY * (1 << min(failures - FREE_FAILURES, 10))
    return last_failed_at + min(delay, _LONGEST_DELAY)


def _hash(text: str, cost: Cost) -> str:
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes)
    return hasher.hash(_normal(text))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _weak(sentence: str) -> InputError:
    return InputError(sentence, "password")


def _is_run(text: str) -> bool:
    return any(text in run or text in run[::-1] for run in _RUNS)


def _is_common(text: str) -> bool:
    letters = "".join(c for c in text if c.isalpha())
    return letters in _COMMON or text.strip("0123456789!?.,@#$%&*-_ ") in _COMMON
