"""The audit: every read of a chart and every change, append-only and chained by hash (front-desk.md A3)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.models.base import Base

GENESIS = "0" * 64


class AuditRow(Base):
    """One thing that happened. `hash` covers every other field and the hash of the row before."""

    __tablename__ = "audit_row"
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    staff_name: Mapped[str]
    desk: Mapped[str]
    event: Mapped[str]
    sentence: Mapped[str]
    patient_id: Mapped[int | None]
    visit_id: Mapped[int | None]
    data: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    prev_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (
        Index("ix_audit_row_patient", "patient_id", "seq"),
        Index("ix_audit_row_at", "at"),
    )

    def digest(self) -> str:
        """Return the SHA-256 of this row's fields and `prev_hash` as 64 hex digits."""
        fields = [
            self.seq, self.at.astimezone(UTC).isoformat(timespec="microseconds"), self.staff_id, self.staff_name,
            self.desk, self.event, self.sentence, self.patient_id, self.visit_id, self.data, self.reason,
            self.prev_hash,
        ]  # fmt: skip
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
