"""Patients and what belongs to the chart (front-desk.md P1, P4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.models.base import Base, Versioned
from psc_desk.models.search_words import fold, search_words

if TYPE_CHECKING:
    from psc_desk.models.coverage import Coverage

__all__ = [
    "SEARCH_DDL",
    "Document",
    "Patient",
    "PatientAlert",
    "PatientContact",
    "PatientNote",
    "PatientPhone",
    "fold",
]


class Patient(Base, Versioned):
    """A person who is or was seen. Names are kept as the person writes them."""

    __tablename__ = "patient"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_no: Mapped[int] = mapped_column(unique=True)
    first_name: Mapped[str]
    middle_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str]
    suffix: Mapped[str] = mapped_column(default="")
    preferred_name: Mapped[str] = mapped_column(default="")
    previous_names: Mapped[str] = mapped_column(default="")  # a line each
    birth_date: Mapped[date] = mapped_column(index=True)
    sex: Mapped[str] = mapped_column(default="unknown")  # female, male, other, unknown
    gender: Mapped[str] = mapped_column(default="")
    pronouns: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")  # ISO 639-1
    interpreter: Mapped[bool] = mapped_column(default=False)
    race: Mapped[str] = mapped_column(default="")
    ethnicity: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    street2: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="")
    zip: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    guarantor: Mapped[str] = mapped_column(default="")  # empty: the patient
    employer: Mapped[str] = mapped_column(default="")
    pcp: Mapped[str] = mapped_column(default="")
    pharmacy: Mapped[str] = mapped_column(default="")
    referred_by: Mapped[str] = mapped_column(default="")
    photo_id: Mapped[int | None]
    verified_on: Mapped[date | None]  # demographics last read back
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    phones: Mapped[list[PatientPhone]] = relationship(cascade="all, delete-orphan", order_by="PatientPhone.position")
    contacts: Mapped[list[PatientContact]] = relationship(cascade="all, delete-orphan")
    coverages: Mapped[list[Coverage]] = relationship(order_by="Coverage.position")

    @property
    def sort_name(self) -> str:
        """Family name first: "Castillo, Inés" with the preferred name in quotes where it differs."""
        given = self.first_name + (f" “{self.preferred_name}”" if self.preferred_name else "")
        family = f"{self.last_name} {self.suffix}".strip()
        return f"{family}, {given}"

    @property
    def full_name(self) -> str:
        """Legal name in reading order."""
        return " ".join(filter(None, (self.first_name, self.middle_name, self.last_name, self.suffix)))

    @property
    def called(self) -> str:
        """The name to use: preferred first name, else legal first name, and the family name."""
        return f"{self.preferred_name or self.first_name} {self.last_name}"

    def search_text(self, member_ids: list[str]) -> str:
        """Return the words by which the search box finds this patient."""
        return search_words(
            (self.first_name, self.middle_name, self.last_name, self.preferred_name),
            self.previous_names,
            self.birth_date,
            self.record_no,
            phones=[phone.digits for phone in self.phones],
            member_ids=member_ids,
        )


class PatientPhone(Base):
    """A telephone number: ten digits (NANP), or + and more for abroad."""

    __tablename__ = "patient_phone"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(default="mobile")  # mobile, home, work
    digits: Mapped[str] = mapped_column(index=True)
    extension: Mapped[str] = mapped_column(default="")
    ok_to_text: Mapped[str] = mapped_column(default="not_asked")  # yes, no, not_asked


class PatientContact(Base):
    """Someone to call in an emergency, a guardian, or someone who may be told things."""

    __tablename__ = "patient_contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[str] = mapped_column(default="emergency")  # emergency, guardian, may_be_told
    name: Mapped[str]
    relation: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    may_be_told: Mapped[str] = mapped_column(default="")


class PatientAlert(Base):
    """A short warning shown in the banner until it expires."""

    __tablename__ = "patient_alert"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    text: Mapped[str]
    kind: Mapped[str] = mapped_column(default="info")  # info or danger
    expires_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


class PatientNote(Base):
    """A dated note in the chart; notes are added, never edited."""

    __tablename__ = "patient_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    text: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


class Document(Base):
    """A paper filed in the chart. The content lies in the encrypted database with everything else."""

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    category: Mapped[str]  # card_front, card_back, summary, photo, deposit, till_report, other
    title: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    __table_args__ = (UniqueConstraint("id", "sha256"),)


SEARCH_DDL = (
    "CREATE VIRTUAL TABLE patient_search USING fts5"
    "(words, content='', contentless_delete=1, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0')"
)
"""The index behind the search box: one row per patient, rowid is the patient's id, words are `search_text`."""
