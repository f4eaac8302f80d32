"""Beside the charge itself: the encounter form, coding questions, adjustments, closed months (front-desk.md M1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from psc_desk.errors import InputError
from psc_desk.models.base import Base
from psc_desk.models.ledger import Account

LETTERS = "ABCDEFGHIJKL"
"""What points to a diagnosis: 12 at most on a claim (CMS-1500 box 21)."""
_MOST_POINTERS = 4
_MOST_MODIFIERS = 4
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9AB](\.[0-9A-Z]{1,4})?", re.ASCII)
_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)


class EncounterForm(Base):
    """What the encounter form of a visit says beside its lines: the diagnoses, A, B and so on."""

    __tablename__ = "encounter_form"
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    diagnoses: Mapped[dict[str, Any]]  # {"codes": ["J06.9", "R05.9"]}, pointer A is the first, 12 at most
    saved_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


class CodingQuestion(Base):
    """A question about coding, asked of the provider and tracked until it is answered."""

    __tablename__ = "coding_question"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    question: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))


class AdjustmentKind(StrEnum):
    """Why less is owed without money; each kind has its account."""

    CONTRACTUAL = "contractual"
    SLIDING_FEE = "sliding_fee"
    COURTESY = "courtesy"
    SMALL_BALANCE = "small_balance"
    BAD_DEBT = "bad_debt"

    @property
    def account(self) -> Account:
        """The account that the adjustment debits."""
        return {
            "contractual": Account.CONTRACTUAL, "sliding_fee": Account.SLIDING_FEE, "courtesy": Account.COURTESY,
            "small_balance": Account.COURTESY, "bad_debt": Account.BAD_DEBT,
        }[self.value]  # fmt: skip

    @property
    def word(self) -> str:
        """As the desk says it."""
        return self.value.replace("_", " ").capitalize()


class Adjustment(Base):
    """An amount taken off one charge, or the taking back of such (negative cents). Immutable."""

    __tablename__ = "adjustment"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AdjustmentKind]
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    cents: Mapped[int]  # positive lowers what is owed
    reason: Mapped[str]
    reason_code: Mapped[str] = mapped_column(default="")  # a claim adjustment code such as CO-45, when there is one
    of_adjustment_id: Mapped[int | None] = mapped_column(ForeignKey("adjustment.id"), unique=True)  # taken back
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("sliding_assessment.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))
    posted_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    __table_args__ = (CheckConstraint("cents <> 0", name="cents"),)


class ClosedMonth(Base):
    """A month whose books are closed: the journal takes no entry dated in it (see TRIGGERS)."""

    __tablename__ = "closed_month"
    month: Mapped[str] = mapped_column(primary_key=True)  # "2026-03"
    closed_at: Mapped[datetime]
    closed_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))


def tidy_diagnosis(text: str) -> str:
    """Return an ICD-10-CM code as it is written, e.g. "J06.9" for "j069"; InputError when it has not that shape."""
    bare = text.strip().upper().replace(".", "")
    code = f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare
    if _DIAGNOSIS.fullmatch(code) is None:
        raise InputError(
            f"“{text.strip()[:20]}” is not a diagnosis code. Type a letter, two digits and up to four more, such as "
            "J06.9.",
            "diagnoses",
        )
    return code


def tidy_diagnoses(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the diagnoses of a visit in order, without empty ones; each once, 12 at most."""
    codes = tuple(tidy_diagnosis(text) for text in texts if text.strip())
    if len(set(codes)) != len(codes):
        twice = next(code for n, code in enumerate(codes) if code in codes[:n])
        raise InputError(f"{twice} stands twice in the list of diagnoses. Take one out.", "diagnoses")
    if len(codes) > len(LETTERS):
        raise InputError(f"A visit takes {len(LETTERS)} diagnoses at most. Take the least important out.", "diagnoses")
    return codes


def tidy_pointers(text: str, diagnoses: Sequence[str]) -> str:
    """Return letters into `diagnoses` without what stands between them: "AC" for "a, c"; four at most."""
    letters = "".join(text.upper().replace(",", " ").split())
    if len(set(letters)) != len(letters) or len(letters) > _MOST_POINTERS:
        raise InputError(f"A line points to {_MOST_POINTERS} diagnoses at most, each once, such as AB.", "pointers")
    known = LETTERS[: len(diagnoses)]
    for letter in letters:
        if letter not in known:
            listed = f"The list ends at {known[-1]}." if known else "The list of diagnoses is empty."
            raise InputError(f"“{letter}” points to no diagnosis. {listed} Type the letter of one.", "pointers")
    return letters


def tidy_modifiers(text: str) -> str:
    """Return up to four two-character modifiers with a space between: "25 59" for "25-59" or "2559"."""
    parts = re.split(r"[\s,\-]+", text.strip().upper())
    pairs = [part[n : n + 2] for part in parts for n in range(0, len(part), 2)]
    if any(_MODIFIER.fullmatch(pair) is None for pair in pairs):
        raise InputError("A modifier has two letters or digits, such as 25 or RT. Correct it.", "modifiers")
    if len(pairs) > _MOST_MODIFIERS or len(set(pairs)) != len(pairs):
        raise InputError(f"A line takes {_MOST_MODIFIERS} modifiers at most, each once.", "modifiers")
    return " ".join(pairs)
