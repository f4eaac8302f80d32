"""`vault.json`: which clinic the folder holds and the boxes its key is kept in; read with distrust."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from psc_desk.errors import DataError
from psc_desk.keywrap import KEY_BYTES, Box, Cost

FORMAT = 1
_LARGEST = 64 * 1024


class ClinicKind(StrEnum):
    """What the data are: only a real clinic's folder asks for what unlocks it."""

    DEMO = "demo"
    TRAINING = "training"
    REAL = "real"


class Opener(StrEnum):
    """What opens a box."""

    KEY_STORE = "key store"
    PASSPHRASE = "passphrase"
    RECOVERY = "recovery code"


@dataclass(frozen=True)
class VaultFile:
    """The content of `vault.json`. `open_key` is set in demo and training folders only."""

    kind: ClinicKind
    ident: str
    check: str
    boxes: dict[Opener, Box] = field(default_factory=dict)
    open_key: bytes | None = field(default=None, repr=False)

    @property
    def bound_to(self) -> bytes:
        """What each box is sealed to, so that none can be moved to another folder or kind."""
        return f"PSC Desk {FORMAT} {self.kind} {self.ident}".encode()

    def with_box(self, opener: Opener, box: Box) -> VaultFile:
        """Return a copy with this box added or replaced."""
        return replace(self, boxes={**self.boxes, opener: box})

    def fits(self, key: bytes) -> bool:
        """Say whether this is the key of the folder."""
        return hmac.compare_digest(self.check, check_of(key, self.bound_to))


def fresh_file(kind: ClinicKind, key: bytes) -> VaultFile:
    """Return the file of a new folder, still without boxes."""
    blank = VaultFile(kind, secrets.token_hex(16), "")
    open_key = None if kind is ClinicKind.REAL else key
    return replace(blank, check=check_of(key, blank.bound_to), open_key=open_key)


def check_of(key: bytes, bound_to: bytes) -> str:
    """Return what shows that a key fits, and nothing of the key."""
    return hmac.new(key, b"check " + bound_to, hashlib.sha256).hexdigest()


def to_bytes(file: VaultFile) -> bytes:
    """Return `vault.json` as it is written."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "kind": file.kind.value,
        "id": file.ident,
        "check": file.check,
    }
    if file.open_key is not None:
        content["open_key"] = file.open_key.hex()
    content["boxes"] = {opener.value: _box_to_json(box) for opener, box in file.boxes.items()}
    return json.dumps(content, indent=1).encode() + b"\n"


def from_bytes(data: bytes) -> VaultFile:
    """Read `vault.json`; raises `DataError` for anything that this program did not write."""
    try:
        content = json.loads(data[: _LARGEST + 1])
        if not isinstance(content, dict):
            raise TypeError("not an object")
        _refuse_newer(content["format"])
        return _parse(content)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(
            "The file vault.json, which holds the locked key, is damaged. Put it back from a backup, or restore "
            "the last backup into an empty folder."
        ) from error


def _refuse_newer(version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ValueError("no version")
    if version > FORMAT:
        raise DataError(
            "This data was made by a newer PSC Desk. Install the newest version on this computer, then open it again."
        )


def _parse(content: dict[str, Any]) -> VaultFile:
    ident, check = content["id"], content["check"]
    if len(bytes.fromhex(ident)) != 16 or len(bytes.fromhex(check)) != 32:
        raise ValueError("id or check")
    kind = ClinicKind(content["kind"])
    open_key = bytes.fromhex(content["open_key"]) if "open_key" in content else None
    if (open_key is None) != (kind is ClinicKind.REAL) or (open_key is not None and len(open_key) != KEY_BYTES):
        raise ValueError("open key")
    boxes = {Opener(name): _box_from_json(box) for name, box in dict(content["boxes"]).items()}
    file = VaultFile(kind, ident, check, boxes, open_key)
    if open_key is not None and not file.fits(open_key):
        raise ValueError("the open key is not the key")
    return file


def _box_to_json(box: Box) -> dict[str, Any]:
    content: dict[str, Any] = {"nonce": box.nonce.hex(), "sealed": box.sealed.hex()}
    if box.cost is not None:
        cost = box.cost
        content |= {
            "salt": box.salt.hex(),
            "argon2id": [cost.passes, cost.memory_kib, cost.lanes],
        }
    return content


def _box_from_json(content: dict[str, Any]) -> Box:
    nonce, sealed = bytes.fromhex(content["nonce"]), bytes.fromhex(content["sealed"])
    if "argon2id" not in content:
        return Box(nonce, sealed)
    passes, memory_kib, lanes = content["argon2id"]
    cost, salt = Cost(passes, memory_kib, lanes), bytes.fromhex(content["salt"])
    if {type(n) for n in (passes, memory_kib, lanes)} != {int} or not cost.is_sane() or not 8 <= len(salt) <= 64:
        raise ValueError("cost")
    return Box(nonce, sealed, salt, cost)


def write_private(path: Path, data: bytes) -> None:
    """Replace a file so that a reader, or a power cut, finds the old content or the new, never half of it.

    Raises `DataError` when it cannot be written; the old file is then untouched.
    """
    staged = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        publish(staged, path)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise DataError(
            f"{path} cannot be written ({error.strerror}). Check that the disk is connected, has space and that "
            "you may write there."
        ) from error


def publish(staged: Path, path: Path) -> None:
    """Move a finished file into place and make the move last."""
    staged.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
