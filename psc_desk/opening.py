"""Opens an unlocked data folder: engine, newest schema, audit head and a desk on it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from psc_desk.audit_head import AuditHead
from psc_desk.clock import Clock, SystemClock, clock_for_day
from psc_desk.engine import make_engine
from psc_desk.errors import InputError
from psc_desk.models.clinic import Clinic
from psc_desk.models.migrations import upgrade
from psc_desk.vault import Vault
from psc_desk.vault_file import ClinicKind
from psc_desk.work import Desk, Publish

TODAY_VARIABLE = "PSC_DESK_TODAY"


@dataclass(frozen=True)
class OpenedDesk:
    """A desk on an open data folder; close it, or use it in a `with` block."""

    vault: Vault
    engine: Engine
    desk: Desk
    head: AuditHead

    def another(self, publish: Publish = lambda events: None) -> Desk:
        """Return a second desk on the same database, nobody signed in, for a thread of its own."""
        return Desk(self.engine, self.desk.clock, name=self.desk.name, publish=publish, head=self.head)

    def close(self) -> None:
        """Give the database's connections back."""
        self.engine.dispose()

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
