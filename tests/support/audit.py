"""What the audit says, for a test that looks at it as somebody who may."""

from __future__ import annotations

from typing import Any

from psc_desk.queries.audit import AuditFilters, AuditLine, audit_rows
from psc_desk.work import Desk
from tests.support.clinic import MANAGER


def audit_lines(desk: Desk, **chosen: Any) -> list[AuditLine]:
    """Return the newest 100 lines; `chosen` are those of AuditFilters."""
    actor = desk.actor
    try:
        desk.actor_id = MANAGER
        return desk.ask(audit_rows, AuditFilters(**chosen))
    finally:
        desk.actor = actor
