"""Papers filed in a chart, without their content; opening one is a use case, because reading it is audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from psc_desk.clock import local
from psc_desk.models.patient import Document
from psc_desk.models.staff import StaffMember
from psc_desk.work import Read

CATEGORY_WORDS = {
    "card_front": "Insurance card, front",
    "card_back": "Insurance card, back",
    "id_card": "Photo identification",
    "summary": "Visit summary",
    "photo": "Photo",
    "consent": "Consent",
    "referral": "Referral",
    "letter": "Letter",
    "plan": "Payment plan",
    "estimate": "Good-faith estimate",
    "deposit": "Bank deposit",
    "till_report": "Drawer report",
    "other": "Other",
}
"""What a filed paper can be."""


@dataclass(frozen=True)
class DocumentRow:
    """A filed paper; `filed_at` is the clinic's wall clock, `size` in bytes."""

    id: int
    patient_id: int | None
    visit_id: int | None
    category: str
    category_word: str
    title: str
    media_type: str
    size: int
    filed_at: datetime
    filed_by: str


def documents(read: Read, patient_id: int) -> list[DocumentRow]:
    """Return the papers of a chart, newest first."""
    chosen = (
        select(
            Document.id,
            Document.patient_id,
            Document.visit_id,
            Document.category,
            Document.title,
            Document.media_type,
            Document.size,
            Document.created_at,
            StaffMember.name,
        )
        .join(StaffMember, StaffMember.id == Document.created_by)
        .where(Document.patient_id == patient_id)
        .order_by(Document.created_at.desc(), Document.id.desc())
    )
    return [
        DocumentRow(*row[:4], CATEGORY_WORDS.get(row[3], "Other"), *row[4:7], local(row[7], read.zone), row[8])
        for row in read.session.execute(chosen)
    ]
