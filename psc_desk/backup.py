"""Backups: one encrypted file made while the desk works, and restored into an empty folder that proves itself.

The file is an ordinary zip, nothing compressed: `desk.db` (encrypted by the same key), `vault.json` (the locked key)
and `manifest.json` (sizes, SHA-256, rows per table) under a seal made with the key.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from psc_desk import __version__
from psc_desk.cipher import copy_online, problems, raw_connect, row_counts
from psc_desk.clock import Clock, FixedClock, SystemClock
from psc_desk.errors import DataError, InputError
from psc_desk.key_store import KeyStore
from psc_desk.keywrap import DESK_COST, Cost
from psc_desk.vault import (
    DATABASE,
    VAULT_FILE,
    ClinicKind,
    Vault,
    cannot,
    file_with_password,
    open_vault,
    refuse_used,
)
from psc_desk.vault_file import publish

FORMAT = 1
SUFFIX = ".pscbackup"
MANIFEST = "manifest.json"
_SMALL = 1024 * 1024
_CHUNK = 1024 * 1024
_DAMAGED = "The backup {} is damaged or is not a backup of PSC Desk. Choose another backup."
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    RuntimeError,
)

Verify = Callable[[Vault], Sequence[str]]


@dataclass(frozen=True)
class BackupResult:
    """A finished backup: its file, size, hash and the rows of each table in it."""

    path: Path
    bytes: int
    sha256: str
    rows: dict[str, int]


@dataclass(frozen=True)
class RestoreResult:
    """A restored folder, the size and hash of the backup it came from, and what `verify` found wrong in it."""

    path: Path
    bytes: int
    sha256: str
    kind: ClinicKind
    made_at: str
    problems: tuple[str, ...]


def backup(
    vault: Vault,
    target: Path,
    password: str | None = None,
    *,
    clock: Clock | None = None,
    cost: Cost = DESK_COST,
) -> BackupResult:
    """Write the data of one moment to `target` while others work; an older backup there stays until this one is whole.

    With `password` the backup opens by it in place of the folder's passphrase; the recovery code opens it always.
    Raises `DataError` when the data is damaged or the target cannot be written, `InputError` for a target inside
    the data folder.
    """
    target = Path(target)
    _check_target(vault, target)
    made = (clock or SystemClock()).now()
    vault_json = file_with_password(vault, password, cost)
    with _staging(target.parent, target) as staging:
        rows = copy_online(vault.database, staging / DATABASE, vault.key)
        (staging / VAULT_FILE).write_bytes(vault_json)
        manifest = _manifest(vault, staging, rows, made)
        packed = staging / "packed"
        _pack(packed, staging, manifest)
        size, digest = packed.stat().st_size, _sha256(packed)
        publish(packed, target)
    return BackupResult(target, size, digest, rows)


def _check_target(vault: Vault, target: Path) -> None:
    if target.resolve().is_relative_to(vault.folder.resolve()):
        raise InputError(
            "A backup inside the data folder is lost together with it. Choose a file on another disk.", "target"
        )
    if target.is_dir():
        raise InputError(f"{target} is a folder. Give the name of the backup file as well.", "target")
    if not target.parent.is_dir():
        raise DataError(f"The folder {target.parent} does not exist. Connect the disk or make the folder, then repeat.")


@contextmanager
def _staging(parent: Path, subject: Path) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix=".psc-desk-", dir=parent, ignore_cleanup_errors=True) as staging:
            yield Path(staging)
    except OSError as error:
        raise DataError(
            f"{subject} cannot be written ({error.strerror}). Check that the disk is connected, has space and that "
            "you may write there."
        ) from error


def _manifest(vault: Vault, staging: Path, rows: dict[str, int], made: datetime) -> bytes:
    content: dict[str, Any] = {
        "format": FORMAT,
        "program": __version__,
        "made": made.astimezone(UTC).isoformat(timespec="seconds"),
        "kind": vault.kind.value,
        "id": vault.ident,
        "files": {name: _sha256(staging / name) for name in (DATABASE, VAULT_FILE)},
        "rows": rows,
    }
    return json.dumps(content | {"seal": _seal(content, vault.key)}, indent=1).encode()


def _seal(content: dict[str, Any], key: bytes) -> str:
    plain = json.dumps({name: value for name, value in content.items() if name != "seal"}, sort_keys=True)
    return hmac.new(key, b"manifest " + plain.encode(), hashlib.sha256).hexdigest()


def _pack(packed: Path, staging: Path, manifest: bytes) -> None:
    handle = os.open(packed, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(handle, "w+b") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as container:
            container.writestr(zipfile.ZipInfo(MANIFEST), manifest)
            for name in (VAULT_FILE, DATABASE):
                with (staging / name).open("rb") as source, container.open(zipfile.ZipInfo(name), "w") as member:
                    shutil.copyfileobj(source, member, _CHUNK)
        out.flush()
        os.fsync(out.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def restore(
    file: Path,
    folder: Path,
    passphrase: str | None = None,
    *,
    recovery_code: str | None = None,
    key_file: Path | None = None,
    key_store: KeyStore | None = None,
    verify: Verify | None = None,
) -> RestoreResult:
    """Restore a backup into a missing or empty folder, which appears only when it has proved itself.

    Every page, row count and hash must be right; `verify` gets the unlocked folder (not yet in its place) and
    returns what is wrong in the books, which is reported and does not undo the restore. Errors as `open_vault`;
    `DataError` for a damaged backup and for a folder that is not empty.
    """
    file, folder = Path(file), Path(folder)
    refuse_used(folder)
    if not file.is_file():
        raise DataError(f"The backup {file} does not exist. Check its name, or connect the disk it is on.")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot("make", folder.parent, error) from error
    with _staging(folder.absolute().parent, folder) as staging:
        place = staging / "data"
        place.mkdir(mode=0o700)
        manifest = _unpack(file, place)
        vault = open_vault(place, passphrase, recovery_code=recovery_code, key_file=key_file, key_store=key_store)
        _prove(file, vault, manifest)
        found = tuple(verify(vault)) if verify is not None else ()
        (place / "print").mkdir(exist_ok=True, mode=0o700)
        size, digest = file.stat().st_size, _sha256(file)
        if folder.exists():
            folder.rmdir()
        publish(place, folder.absolute())
    return RestoreResult(folder, size, digest, vault.kind, str(manifest["made"]), found)


def _unpack(file: Path, place: Path) -> dict[str, Any]:
    try:
        data = file.open("rb")
    except OSError as error:
        raise DataError(
            f"The backup {file} cannot be read ({error.strerror}). Check the disk and your rights."
        ) from error
    with data:
        try:
            return _unpack_open(data, place)
        except _UNREADABLE as error:
            raise DataError(_DAMAGED.format(file)) from error
        except OSError as error:
            if error.errno == errno.EINVAL:  # a damaged directory points before the start of the file
                raise DataError(_DAMAGED.format(file)) from error
            raise


def _unpack_open(data: IO[bytes], place: Path) -> dict[str, Any]:
    with zipfile.ZipFile(data) as container:
        members = _members(container, os.fstat(data.fileno()).st_size)
        manifest = dict(json.loads(container.read(members[MANIFEST])))
        _check_format(manifest)
        for name in (DATABASE, VAULT_FILE):
            with container.open(members[name]) as source:
                _extract(source, place / name, manifest["files"][name])
    if not isinstance(manifest["made"], str):
        raise TypeError("made")
    return manifest


def _members(container: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    members = {member.filename: member for member in container.infolist()}
    if set(members) != {MANIFEST, VAULT_FILE, DATABASE} or len(container.infolist()) != len(members):
        raise ValueError("members")
    for member in members.values():
        limit = size if member.filename == DATABASE else _SMALL
        if member.compress_type != zipfile.ZIP_STORED or member.file_size > limit:
            raise ValueError("member")
    return members


def _check_format(manifest: dict[str, Any]) -> None:
    version = manifest["format"]
    if not isinstance(version, int) or version < 1:
        raise ValueError("format")
    if version > FORMAT:
        raise DataError(
            "This backup was made by a newer PSC Desk. Install the newest version on this computer, then restore again."
        )


def _extract(source: IO[bytes], target: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if not hmac.compare_digest(digest.hexdigest(), sha256):
        raise ValueError("hash")


def _prove(file: Path, vault: Vault, manifest: dict[str, Any]) -> None:
    seal = str(manifest.get("seal", "")).encode()
    if not hmac.compare_digest(_seal(manifest, vault.key).encode(), seal):
        raise DataError(_DAMAGED.format(file))
    with closing(raw_connect(vault.database, vault.key)) as connection:
        found = problems(connection)
        if found or row_counts(connection) != manifest.get("rows"):
            raise DataError(f"{_DAMAGED.format(file)} {' '.join(found[:1])}".strip())


@dataclass(frozen=True)
class Generation:
    """One scheduled backup in a folder and when it was made."""

    path: Path
    made: datetime


def generations(vault: Vault, folder: Path) -> list[Generation]:
    """Return the scheduled backups of this clinic in `folder`, newest first; other files are left out."""
    stem = f"psc-desk-{vault.ident[:8]}-"
    found = []
    for path in folder.glob(f"{stem}*{SUFFIX}"):
        made = _made(path.name[len(stem) : -len(SUFFIX)])
        if made is not None:
            found.append(Generation(path, made))
    return sorted(found, key=lambda generation: generation.made, reverse=True)


def _made(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def scheduled_backup(
    vault: Vault, folder: Path, keep: int = 14, *, now: datetime, every: timedelta = timedelta(hours=20)
) -> BackupResult | None:
    """Make the next generation in `folder` when the newest is older than `every`; None when none is due.

    After success all but the newest `keep` generations of this clinic go. A newest one "from the future" (the
    computer's clock was set back) does not hold back the next.
    """
    before = generations(vault, folder)
    if before and timedelta(0) <= now - before[0].made < every:
        return None
    target = folder / f"psc-desk-{vault.ident[:8]}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"
    result = backup(vault, target, clock=FixedClock(now))
    for generation in [old for old in before if old.path != target][max(keep, 1) - 1 :]:
        generation.path.unlink(missing_ok=True)
    return result
