"""Opens an unlocked data folder: engine, newest schema, audit head and a desk on it."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from psc_desk.audit_head import AuditHead
from psc_desk.clock import Clock, SystemClock, clock_for_day
from psc_desk.engine import make_engine
from psc_desk.errors import DataError, InputError
from psc_desk.models.clinic import Clinic
from psc_desk.models.migrations import upgrade
from psc_desk.vault import FolderLock, Vault
from psc_desk.vault_file import ClinicKind
from psc_desk.work import Desk, Publish

TODAY_VARIABLE = "PSC_DESK_TODAY"
_COPY = "psc-desk-look-"


@dataclass(frozen=True)
class OpenedDesk:
    """A desk on an open data folder; close it, or use it in a `with` block."""

    vault: Vault
    engine: Engine
    desk: Desk
    head: AuditHead

    copy: FolderLock | None = None
    """Holds the private copy that is looked at, when the data cannot be written."""

    def another(self, publish: Publish = lambda events: None) -> Desk:
        """Return a second desk on the same database, nobody signed in, for a thread of its own."""
        made = Desk(self.engine, self.desk.clock, name=self.desk.name, publish=publish, head=self.desk.head)
        made.look_only = self.desk.look_only
        return made

    def close(self) -> None:
        """Give the database's connections back; a copy that was looked at is removed."""
        self.engine.dispose()
        if self.copy is not None:
            self.copy.close()
            shutil.rmtree(self.copy.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_desk(
    vault: Vault, *, clock: Clock | None = None, name: str = "Desk 1", publish: Publish = lambda events: None
) -> OpenedDesk:
    """Open the database of an unlocked folder, bringing it to the newest schema.

    Without a clock the computer's is used; on demo and training data PSC_DESK_TODAY=YYYY-MM-DD moves it to that day.
    """
    engine = make_engine(vault.database, vault.key)
    upgrade(engine)
    head = AuditHead(vault.folder / "audit.head", vault.key)
    desk = Desk(engine, clock or business_clock(vault.kind, _zone(engine)), name=name, publish=publish, head=head)
    return OpenedDesk(vault, engine, desk, head)


def can_write(folder: Path) -> bool:
    """Say whether a file can be made in the folder."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def open_to_look(vault: Vault, *, clock: Clock | None = None) -> OpenedDesk:
    """Open a private, still encrypted copy of data that cannot be written, for looking only (REL-08).

    SQLite cannot read a database in WAL mode from a disk that takes no writes. Whoever tries to change something gets
    `work.LOOK_ONLY`. The copy goes with `close`, or at the next start.
    """
    sweep_copies()
    copy = Path(tempfile.mkdtemp(prefix=_COPY))
    for name in ("desk.db", "desk.db-wal"):
        if (vault.folder / name).exists():
            shutil.copyfile(vault.folder / name, copy / name)
    engine = make_engine(copy / "desk.db", vault.key)
    upgrade(engine)
    desk = Desk(engine, clock or business_clock(vault.kind, _zone(engine)))
    desk.look_only = True
    return OpenedDesk(
        vault, engine, desk, AuditHead(vault.folder / "audit.head", vault.key), FolderLock(copy, SystemClock())
    )


def sweep_copies() -> None:
    """Remove the copies that a program left behind when it was killed while looking; not those still looked at."""
    for left in Path(tempfile.gettempdir()).glob(f"{_COPY}*"):
        with suppress(DataError):
            FolderLock(left, SystemClock()).close()
            shutil.rmtree(left, ignore_errors=True)


def business_clock(kind: ClinicKind, zone: ZoneInfo) -> Clock:
    """Return the clock to work by: a demo or training clinic's day may be set by PSC_DESK_TODAY, a real one's not."""
    wanted = os.environ.get(TODAY_VARIABLE, "").strip()
    if not wanted or kind is ClinicKind.REAL:
        return SystemClock()
    try:
        return clock_for_day(date.fromisoformat(wanted), zone)
    except ValueError as error:
        raise InputError(f"{TODAY_VARIABLE} is {wanted}, which is not a date. Write it as 2026-03-04.") from error


def _zone(engine: Engine) -> ZoneInfo:
    with Session(engine.execution_options(read_only=True)) as session:
        return ZoneInfo(session.scalar(select(Clinic.time_zone)) or "America/New_York")
