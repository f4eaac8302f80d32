"""The data folder: what lies in it, the key that opens it, and the lock that keeps a second copy out.

::

    desk.db      the encrypted database (SQLCipher)
    vault.json   the kind of clinic and the boxes that hold the key; a demo or training folder's key stands open
    desk.lock    held while PSC Desk is open on the folder; desk.lock.json says by whom
    window.ini   sizes and places of the window's panels
    print/       papers on their way to a printer
"""

from __future__ import annotations

import json
import os
import platform
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from psc_desk.clock import Clock, SystemClock
from psc_desk.errors import DataError, InputError
from psc_desk.key_store import KeyStore, SystemKeyStore
from psc_desk.keywrap import (
    DESK_COST,
    KEY_BYTES,
    Cost,
    WrongSecretError,
    new_recovery_code,
    seal,
    seal_typed,
    tidy_recovery_code,
    unseal,
    unseal_typed,
)
from psc_desk.vault_file import (
    ClinicKind,
    Opener,
    VaultFile,
    fresh_file,
    from_bytes,
    to_bytes,
    write_private,
)

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = [
    "ClinicKind",
    "Created",
    "FolderLock",
    "KeyNeededError",
    "Opener",
    "Vault",
    "bind_to_key_store",
    "create",
    "is_vault",
    "kind_of",
    "new_code",
    "new_passphrase",
    "open_vault",
]

DATABASE, VAULT_FILE = "desk.db", "vault.json"
_SHORTEST_PASSPHRASE = 12


class KeyNeededError(DataError):
    """The folder asks for what unlocks it: `by` names what it takes."""

    def __init__(self, sentence: str, by: tuple[Opener, ...]) -> None:
        super().__init__(sentence)
        self.by = by


@dataclass(frozen=True)
class Vault:
    """An unlocked data folder."""

    folder: Path
    kind: ClinicKind
    ident: str
    key: bytes = field(repr=False)

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.folder / DATABASE

    @property
    def file(self) -> Path:
        """The file that holds the locked key."""
        return self.folder / VAULT_FILE

    def lock(self, clock: Clock | None = None) -> FolderLock:
        """Take the folder for this copy of the program; raises `DataError` that names who has it."""
        return FolderLock(self.folder, clock or SystemClock())


@dataclass(frozen=True)
class Created:
    """A new data folder and the code to print; the code is kept nowhere ("" for demo and training)."""

    vault: Vault
    recovery_code: str = field(repr=False)


class FolderLock:
    """Held while PSC Desk is open on a folder; `close` or leaving the `with` block gives it back."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        from filelock import FileLock, Timeout

        self.folder = folder
        self._holder = folder / "desk.lock.json"
        self._lock: BaseFileLock = FileLock(folder / "desk.lock", timeout=0, mode=0o600, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise DataError(_in_use(self._holder)) from None
        except OSError as error:
            raise cannot("lock", folder, error) from error
        self._name_holder(clock.now())

    def _name_holder(self, now: datetime) -> None:
        holder = {
            "process": os.getpid(),
            "host": platform.node() or "this computer",
            "since": now.isoformat(),
        }
        try:
            write_private(self._holder, json.dumps(holder).encode())
        except DataError:
            self._lock.release()
            raise

    def close(self) -> None:
        """Give the folder back; closing twice does nothing."""
        if self._lock.is_locked:
            self._holder.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _in_use(holder: Path) -> str:
    advice = "Close it there, or open another data folder."
    try:
        who = json.loads(holder.read_bytes())
        since = datetime.fromisoformat(who["since"]).astimezone()
        place = f"process {int(who['process'])} on {str(who['host'])[:60]} since {since.hour}:{since.minute:02}"
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return f"PSC Desk is already open on this data. {advice}"
    return f"PSC Desk is already open on this data ({place}). {advice}"


def create(
    folder: Path,
    kind: ClinicKind,
    passphrase: str | None = None,
    *,
    key_store: KeyStore | None = None,
    cost: Cost = DESK_COST,
) -> Created:
    """Make a data folder with a new key and an empty database file.

    A real clinic's key goes into the key store of the computer, under the passphrase if one is given, and under
    the recovery code. Raises `InputError` (field "passphrase") when there is no key store and no passphrase, and
    `DataError` when the folder is not empty or cannot be written.
    """
    folder = Path(folder)
    if passphrase is not None:
        _check_passphrase(passphrase)
    key, code = secrets.token_bytes(KEY_BYTES), ""
    file = fresh_file(kind, key)
    refuse_used(folder)
    if kind is ClinicKind.REAL:
        code = new_recovery_code()
        file = _boxed(file, key, passphrase, key_store or SystemKeyStore(), cost)
        file = file.with_box(Opener.RECOVERY, seal_typed(key, code, file.bound_to, cost))
    _make_folder(folder)
    write_private(folder / VAULT_FILE, to_bytes(file))
    write_private(folder / DATABASE, b"")
    return Created(Vault(folder, kind, file.ident, key), code)


def _boxed(file: VaultFile, key: bytes, passphrase: str | None, key_store: KeyStore, cost: Cost) -> VaultFile:
    secret = secrets.token_bytes(KEY_BYTES)
    if key_store.put(file.ident, secret):
        file = file.with_box(Opener.KEY_STORE, seal(key, secret, file.bound_to))
    elif passphrase is None:
        raise InputError(
            "This computer has no key store to keep the key in. Choose a passphrase; PSC Desk will ask for it at "
            "every start.",
            "passphrase",
        )
    if passphrase is not None:
        file = file.with_box(Opener.PASSPHRASE, seal_typed(key, passphrase, file.bound_to, cost))
    return file


def _check_passphrase(passphrase: str) -> None:
    if len(passphrase) < _SHORTEST_PASSPHRASE or len(set(passphrase)) < 5:
        raise InputError(
            f"This passphrase is too easy to guess. Use at least {_SHORTEST_PASSPHRASE} characters, for example "
            "four words that do not belong together.",
            "passphrase",
        )


def refuse_used(folder: Path) -> None:
    """Raise `DataError` unless the folder is missing or empty."""
    try:
        used = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise cannot("read", folder, error) from error
    if used:
        raise DataError(f"The folder {folder} is not empty. Choose a new or empty folder.")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "print").mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise cannot("make", folder, error) from error
    _make_private(folder)


def cannot(verb: str, folder: Path, error: OSError) -> DataError:
    """Return the sentence for a folder that the computer refuses."""
    return DataError(
        f"PSC Desk cannot {verb} the folder {folder} ({error.strerror}). Check that the disk is connected and that "
        "you have the rights to the folder."
    )


def _make_private(folder: Path) -> None:
    if os.name != "posix":
        return
    private = {folder: 0o700, folder / "print": 0o700}
    private |= {folder / name: 0o600 for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", VAULT_FILE)}
    for path, mode in private.items():
        # disks of other systems know no modes
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(mode)


def is_vault(folder: Path) -> bool:
    """Say whether the folder looks like a data folder of PSC Desk."""
    return (folder / VAULT_FILE).is_file()


def kind_of(folder: Path) -> ClinicKind:
    """Return the kind of clinic of a data folder without unlocking it; `DataError` as in `open_vault`."""
    return _read(Path(folder)).kind


def open_vault(
    folder: Path,
    passphrase: str | None = None,
    *,
    recovery_code: str | None = None,
    key_file: Path | None = None,
    key_store: KeyStore | None = None,
) -> Vault:
    """Unlock a data folder: demo and training without a question, a real clinic by what is given or the key store.

    `key_file` holds the passphrase or the recovery code in its first line. Raises `KeyNeededError` when nothing
    given or stored opens it, `WrongSecretError` when what was given does not, `InputError` for a mistyped recovery
    code, and other `DataError`s for a folder that is missing, damaged, foreign or made by a newer program.
    """
    folder = Path(folder)
    file = _read(folder)
    if not (folder / DATABASE).is_file():
        raise DataError(f"The database {DATABASE} is missing from {folder}. Restore the last backup into a new folder.")
    if key_file is not None and file.open_key is None:
        passphrase, recovery_code = _from_key_file(key_file)
    key = file.open_key or _key_of(file, passphrase, recovery_code, key_store)
    if not file.fits(key):
        raise DataError("The file vault.json does not belong to its key. Put it back from a backup.")
    _make_private(folder)
    return Vault(folder, file.kind, file.ident, key)


def _read(folder: Path) -> VaultFile:
    if not folder.is_dir():
        raise DataError(f"The data folder {folder} does not exist. Check the path, or connect the disk it is on.")
    if not is_vault(folder):
        raise DataError(f"{folder} is not a data folder of PSC Desk. Choose the folder that holds {VAULT_FILE}.")
    try:
        data = (folder / VAULT_FILE).read_bytes()
    except OSError as error:
        raise cannot("read", folder, error) from error
    return from_bytes(data)


def _key_of(
    file: VaultFile,
    passphrase: str | None,
    recovery_code: str | None,
    key_store: KeyStore | None,
) -> bytes:
    if recovery_code is not None:
        return _by_typed(file, Opener.RECOVERY, tidy_recovery_code(recovery_code))
    if passphrase is not None:
        return _by_typed(file, Opener.PASSPHRASE, passphrase)
    secret = (key_store or SystemKeyStore()).get(file.ident) if Opener.KEY_STORE in file.boxes else None
    if secret is not None:
        with suppress(WrongSecretError):
            return unseal(file.boxes[Opener.KEY_STORE], secret, file.bound_to)
    typed = tuple(opener for opener in (Opener.PASSPHRASE, Opener.RECOVERY) if opener in file.boxes)
    raise KeyNeededError(
        "This data is locked. Give its " + " or its ".join(typed) + "."
        if typed
        else "This data is locked and nothing but the computer it was made on opens it. Restore a backup there.",
        typed,
    )


def _by_typed(file: VaultFile, opener: Opener, text: str) -> bytes:
    if opener not in file.boxes:
        others = [other.value for other in file.boxes if other is not opener]
        raise WrongSecretError(f"This data has no {opener}. Use its {' or its '.join(others) or 'backup'} instead.")
    try:
        return unseal_typed(file.boxes[opener], text, file.bound_to)
    except WrongSecretError:
        raise WrongSecretError(
            f"That is not the {opener} of this data. Check what was typed (capitals, the right clinic) and try again."
        ) from None


def _from_key_file(path: Path) -> tuple[str | None, str | None]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            text = lines.readline(4096).strip("\r\n")
    except (OSError, ValueError) as error:
        raise DataError(f"The key file {path} cannot be read. Check its name and that it is a text file.") from error
    try:
        return None, tidy_recovery_code(text)
    except InputError:
        return text, None


def new_passphrase(vault: Vault, passphrase: str, *, cost: Cost = DESK_COST) -> None:
    """Set or change the passphrase; the data is not rewritten. `InputError` when it is too easy."""
    _check_passphrase(passphrase)
    file = _lockable(vault)
    _save(
        vault,
        file.with_box(Opener.PASSPHRASE, seal_typed(vault.key, passphrase, file.bound_to, cost)),
    )


def new_code(vault: Vault, *, cost: Cost = DESK_COST) -> str:
    """Replace the recovery code and return the new one; the old one opens this folder no more."""
    file, code = _lockable(vault), new_recovery_code()
    _save(
        vault,
        file.with_box(Opener.RECOVERY, seal_typed(vault.key, code, file.bound_to, cost)),
    )
    return code


def bind_to_key_store(vault: Vault, key_store: KeyStore | None = None) -> bool:
    """Let this computer open the folder by itself, e.g. after a restore; False when it has no key store."""
    file, secret = _lockable(vault), secrets.token_bytes(KEY_BYTES)
    if not (key_store or SystemKeyStore()).put(file.ident, secret):
        return False
    _save(vault, file.with_box(Opener.KEY_STORE, seal(vault.key, secret, file.bound_to)))
    return True


def file_with_password(vault: Vault, password: str | None, cost: Cost = DESK_COST) -> bytes:
    """Return `vault.json` for a backup: as it is, or with `password` in the passphrase's place."""
    file = _read(vault.folder)
    if password is not None and file.open_key is None:
        _check_passphrase(password)
        file = file.with_box(Opener.PASSPHRASE, seal_typed(vault.key, password, file.bound_to, cost))
    return to_bytes(file)


def _lockable(vault: Vault) -> VaultFile:
    file = _read(vault.folder)
    if file.open_key is not None:
        raise InputError(
            f"A {file.kind} clinic opens without a question and has no passphrase.",
            "passphrase",
        )
    return replace(file, boxes=dict(file.boxes))


def _save(vault: Vault, file: VaultFile) -> None:
    write_private(vault.file, to_bytes(file))
