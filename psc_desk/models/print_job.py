"""The print queue: what must come out of the receipt printer, kept until its fate is known (devices.md D1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.models.base import Base


class PrintJob(Base):
    """Bytes made once and stored with what they print, in the same transaction.

    `state` is a psc_desk.devices.spooler.JobState value: queued, sending, awaiting_proof, printed, sent_unconfirmed,
    unknown, failed_before_first_byte, cancelled. `copy_no` 0 is the original.
    """

    __tablename__ = "print_job"
    id: Mapped[int] = mapped_column(primary_key=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    kind: Mapped[str]  # receipt, slip, x_report, z_report, test
    title: Mapped[str]
    content: Mapped[bytes]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    detail: Mapped[str] = mapped_column(default="")
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("till_session.id"))
    copy_no: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    state_at: Mapped[datetime]
    __table_args__ = (Index("ix_print_job_state", "state"),)
