"""Coding questions: asked of the provider, due after working days, tracked until answered (front-desk.md M1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from psc_desk.dates import format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import CodingAsked
from psc_desk.models.charging import CodingQuestion
from psc_desk.models.ledger import Charge
from psc_desk.models.staff import Right
from psc_desk.models.visit import Visit
from psc_desk.privacy import check_no_card_number
from psc_desk.queries.coding import due_day
from psc_desk.settings import CODING_DUE_DAYS
from psc_desk.work import Work

_LONGEST = 500


def ask_coding(
    work: Work, visit_id: int, question: str, *, charge_id: int | None = None, due_on: date | None = None
) -> int:
    """Ask the visit's provider about its coding; return the question's id.

    Due after the clinic's number of working days unless `due_on` says otherwise. The same question is asked once as
    long as it is open. An answered question is opened again by asking a new one.
    """
    work.require(Right.CHARGE)
    visit = work.get(Visit, visit_id, "visit")
    words = _words(question, "question", "Type the question to the provider.")
    if charge_id is not None and work.get(Charge, charge_id, "charge").visit_id != visit_id:
        raise RefusedError("This charge belongs to another visit. Choose a charge of this visit.")
    due = due_on or due_day(work, work.today, work.setting(CODING_DUE_DAYS))
    if due < work.today:
        raise InputError("The day by which an answer is needed lies in the past. Type today or later.", "due_on")
    open_now = select(CodingQuestion).where(
        CodingQuestion.visit_id == visit_id, CodingQuestion.question == words, CodingQuestion.answered_at.is_(None)
    )
    same = work.session.scalars(open_now).first()
    if same is not None:
        return same.id
    asked = CodingQuestion(
        visit_id=visit_id, charge_id=charge_id, provider_id=visit.provider_id, question=words, asked_at=work.now,
        asked_by=work.actor.id, due_on=due,
    )  # fmt: skip
    work.session.add(asked)
    work.session.flush()
    work.announce(
        CodingAsked(patient_id=visit.patient_id, visit_id=visit_id),
        f"asked {visit.provider.name} about the coding of the visit of {format_date(visit.day)}, due "
        f"{format_date(due)}",
        after={"question_id": asked.id},
    )
    return asked.id


def answer_coding(work: Work, question_id: int, answer: str) -> None:
    """Write down the provider's answer; whoever may read the chart may answer, once."""
    work.require(Right.READ_CHART)
    asked = work.get(CodingQuestion, question_id, "question")
    if asked.answered_at is not None:
        raise RefusedError("This question was answered already. Ask a new one if the answer leaves it open.")
    asked.answer = _words(answer, "answer", "Type the answer.")
    asked.answered_at, asked.answered_by = work.now, work.actor.id
    visit = work.get(Visit, asked.visit_id, "visit")
    work.announce(
        CodingAsked(patient_id=visit.patient_id, visit_id=visit.id),
        f"answered the coding question on the visit of {format_date(visit.day)}",
        after={"question_id": asked.id},
    )


def _words(text: str, field: str, missing: str) -> str:
    tidy = " ".join(text.split())
    if not tidy:
        raise InputError(missing, field)
    if len(tidy) > _LONGEST:
        raise InputError(f"This is longer than {_LONGEST} letters. Shorten it.", field)
    check_no_card_number(tidy, field)
    return tidy
