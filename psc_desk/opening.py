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
    desk = Desk(engine, clock or _clock(vault, engine), name=name, publish=publish, head=head)
    return OpenedDesk(vault, engine, desk, head)


def demo_day() -> date | None:
    """Return the business date that PSC_DESK_TODAY sets, if any."""
    text = os.environ.get("PSC_DESK_TODAY", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"PSC_DESK_TODAY is “{text}”. Write it as YYYY-MM-DD, for example 2026-03-04.") from None


def _clock(vault: Vault, engine: Engine) -> Clock:
    day = demo_day()
    if day is None or vault.kind is ClinicKind.REAL:
        return SystemClock()
    with Session(engine.execution_options(read_only=True)) as session:
        zone = session.scalar(select(Clinic.time_zone)) or "America/New_York"
    return clock_for_day(day, ZoneInfo(zone))
