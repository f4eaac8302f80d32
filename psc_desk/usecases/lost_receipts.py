"""Receipts that were given out and are not in the books: noted at the start, settled by a person (REL-05, REL-19)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import ReceiptsLost
from psc_desk.models.payment import Payment
from psc_desk.models.staff import Right
from psc_desk.models.till import LostReceipts, Till
from psc_desk.work import Work


def note_lost_receipts(work: Work, marks: Mapping[int, int]) -> int:
    """At start: note what lies between the books and `marks`, each drawer's highest number given out; return how many.

    The numbers are not given out again: their papers may be in somebody's hands.
    """
    lost = 0
    for till_id, mark in sorted(marks.items()):
        known = max(_last(work, Payment.receipt_no, Payment.till_id == till_id), 1000)
        known = max(known, _last(work, LostReceipts.last_no, LostReceipts.till_id == till_id))
        till = work.session.get(Till, till_id)
        if till is not None and mark > known:
            work.session.add(LostReceipts(till_id=till_id, first_no=known + 1, last_no=mark, noted_at=work.now))
            work.announce(
                ReceiptsLost(till_id=till_id),
                f"found receipts {known + 1} to {mark} of {till.name} missing",
            )
            lost += mark - known
    return lost


def settle_lost_receipts(work: Work, lost_id: int, outcome: str) -> None:
    """Say what became of receipts that are not in the books: their payments were taken again, or never were."""
    person = work.require(Right.APPROVE)
    lost = work.get(LostReceipts, lost_id, "note of lost receipts")
    if lost.settled_at is not None:
        raise RefusedError("These receipts were settled already. Look at what was said then.")
    if not outcome.strip():
        raise InputError("Say what became of them: taken again as which numbers, or never handed out.", "outcome")
    lost.settled_at, lost.settled_by, lost.outcome = work.now, person.id, outcome.strip()
    work.announce(
        ReceiptsLost(till_id=lost.till_id), f"settled the lost receipts {lost.first_no} to {lost.last_no}",
        reason=lost.outcome,
    )  # fmt: skip


def _last(work: Work, column: InstrumentedAttribute[int], whose: ColumnElement[bool]) -> int:
    return work.session.scalar(select(func.max(column)).where(whose)) or 0
