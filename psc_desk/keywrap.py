"""Keys kept in sealed boxes: by a printed recovery code, a passphrase, or a secret of the OS key store.

A box is AES-256-GCM over the data key. What opens it is stretched by Argon2id (RFC 9106) when a person typed it,
and used as it is when it is 32 random bytes. The box is bound to its data folder by associated data.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from psc_desk.errors import DataError, InputError

KEY_BYTES = 32
_NONCE_BYTES = 12
_SALT_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
_GROUPS = 8
_GROUP_LENGTH = 4


@dataclass(frozen=True)
class Cost:
    """What one guess costs: passes, memory in KiB, lanes (the parameters of Argon2id)."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4

    def is_sane(self) -> bool:
        """Say whether a file may ask for this much work; a damaged one could ask for hours."""
        whole = self.passes >= 1 and 1 <= self.lanes <= 16 and self.memory_kib >= 8 * self.lanes
        return whole and self.passes * self.memory_kib <= 1024 * 1024


DESK_COST = Cost()


class WrongSecretError(DataError):
    """The code, passphrase or stored secret does not open the box."""


@dataclass(frozen=True)
class Box:
    """A sealed key. `salt` and `cost` are empty for a box opened by 32 random bytes."""

    nonce: bytes
    sealed: bytes
    salt: bytes = b""
    cost: Cost | None = None


def stretch(text: str, salt: bytes, cost: Cost) -> bytes:
    """Return the 32 bytes which Argon2id makes of what a person typed."""
    from argon2.low_level import Type, hash_secret_raw

    typed = unicodedata.normalize("NFKC", text).encode()
    return hash_secret_raw(
        typed,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def seal(key: bytes, secret: bytes, bound_to: bytes) -> Box:
    """Put `key` into a box which 32 random bytes open."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    return Box(nonce, AESGCM(secret).encrypt(nonce, key, bound_to))


def unseal(box: Box, secret: bytes, bound_to: bytes) -> bytes:
    """Return the key in the box, or raise `WrongSecretError`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        key = AESGCM(secret).decrypt(box.nonce, box.sealed, bound_to)
    except (InvalidTag, ValueError):
        raise WrongSecretError("That does not unlock this data. Check what was typed and try again.") from None
    return key


def seal_typed(key: bytes, text: str, bound_to: bytes, cost: Cost = DESK_COST) -> Box:
    """Put `key` into a box which a passphrase or code opens."""
    salt = secrets.token_bytes(_SALT_BYTES)
    box = seal(key, stretch(text, salt, cost), bound_to)
    return Box(box.nonce, box.sealed, salt, cost)


def unseal_typed(box: Box, text: str, bound_to: bytes) -> bytes:
    """Return the key in a box made by `seal_typed`, or raise `WrongSecretError`."""
    if box.cost is None or not box.cost.is_sane():
        raise WrongSecretError("That does not unlock this data. Check what was typed and try again.")
    return unseal(box, stretch(text, box.salt, box.cost), bound_to)


def new_recovery_code() -> str:
    """Return 8 groups of 4 characters, 120 random bits; the last character of each group checks the group."""
    return "-".join(_with_check(group, secrets.randbelow(32**3)) for group in range(_GROUPS))


def tidy_recovery_code(text: str) -> str:
    """Return the code as printed, whatever its case, spaces or look-alike letters.

    Raises `InputError` that names the mistyped group.
    """
    letters = "".join(c for c in text.upper().translate(_LOOKALIKES) if c not in "- \t\r\n")
    if len(letters) != _GROUPS * _GROUP_LENGTH:
        raise InputError(
            f"A recovery code has {_GROUPS * _GROUP_LENGTH} letters and digits; {len(letters)} were typed. "
            "Copy all eight groups from the printed page.",
            "recovery_code",
        )
    groups = [letters[i : i + _GROUP_LENGTH] for i in range(0, len(letters), _GROUP_LENGTH)]
    for place, group in enumerate(groups):
        if not _is_right(place, group):
            raise InputError(
                f"Group {place + 1} of the recovery code ({group}) is mistyped. Compare it with the printed page.",
                "recovery_code",
            )
    return "-".join(groups)


def _with_check(place: int, number: int) -> str:
    high, middle, low = number >> 10 & 31, number >> 5 & 31, number & 31
    # odd weights: a single wrong character always changes the sum modulo 32
    check = (high + 3 * middle + 5 * low + 7 * place) % 32
    return "".join(_ALPHABET[value] for value in (high, middle, low, check))


def _is_right(place: int, group: str) -> bool:
    if any(letter not in _ALPHABET for letter in group):
        return False
    high, middle, low = (_ALPHABET.index(letter) for letter in group[:3])
    return _with_check(place, high << 10 | middle << 5 | low) == group
