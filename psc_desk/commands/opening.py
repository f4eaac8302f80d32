"""What the commands share that work on the books: the folder unlocked, locked for others, and a desk on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from psc_desk.clock import Clock, SystemClock, clock_for_day
from psc_desk.commands.unlocking import unlock
from psc_desk.errors import InputError
from psc_desk.vault import ClinicKind, Vault

if TYPE_CHECKING:
    from psc_desk.work import Desk, Publish

TODAY_VARIABLE = "PSC_DESK_TODAY"
AUDIT_HEAD = "audit.head"


@dataclass(frozen=True)
class OpenedDesk:
    """An unlocked folder and a desk at work on it."""

    vault: Vault
    desk: Desk


@contextmanager
def open_desk(
    folder: Path,
    *,
    key_file: Path | None = None,
    clock: Clock | None = None,
    name: str = "Command line",
    publish: Publish = lambda events: None,
) -> Iterator[OpenedDesk]:
    """Open a data folder for a command and give it back at the end; `DataError` while a window is open on it."""
    from psc_desk.audit_head import AuditHead
    from psc_desk.engine import make_engine
    from psc_desk.models.migrations import upgrade
    from psc_desk.work import Desk

    vault = unlock(folder, key_file)
    with vault.lock():
        engine = make_engine(vault.database, vault.key)
        try:
            upgrade(engine)
            head = AuditHead(vault.folder / AUDIT_HEAD, vault.key)
            desk = Desk(engine, clock or SystemClock(), name=name, publish=publish, head=head)
            if clock is None:
                desk.clock = business_clock(vault.kind, desk.zone)
            yield OpenedDesk(vault, desk)
        finally:
            engine.dispose()


def business_clock(kind: ClinicKind, zone: ZoneInfo) -> Clock:
    """Return the clock to work by: a demo or training clinic's day may be set by PSC_DESK_TODAY, a real one's not."""
    wanted = os.environ.get(TODAY_VARIABLE, "")
    if not wanted or kind is ClinicKind.REAL:
        return SystemClock()
    try:
        return clock_for_day(date.fromisoformat(wanted), zone)
    except ValueError as error:
        raise InputError(f"{TODAY_VARIABLE} is {wanted}, which is not a date. Write it as 2026-03-04.") from error
