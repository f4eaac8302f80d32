"""Receipt numbers that were given out and are not in the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from psc_desk.clock import local
from psc_desk.models.till import LostReceipts, Till
from psc_desk.work import Read


@dataclass(frozen=True)
class LostRow:
    """One stretch of numbers of a drawer; `outcome` is empty until somebody settled it.

    `noted_on` is the date on the clinic's wall clock.
    """

    lost_id: int
    till: str
    first_no: int
    last_no: int
    noted_on: date
    outcome: str

    @property
    def sentence(self) -> str:
        """What happened and what to do."""
        one = self.first_no == self.last_no
        numbers = f"Receipt {self.first_no}" if one else f"Receipts {self.first_no} to {self.last_no}"
        return (
            f"{numbers} of {self.till} {'is' if one else 'are'} not in the books: the disk lost the last entries, "
            "or an older backup is in use. Look for the paper, take each payment again, then say here what you did."
        )


def lost_receipts(read: Read) -> list[LostRow]:
    """Return what was lost, what is not settled first."""
    rows = read.session.execute(
        select(
            LostReceipts.id, Till.name, LostReceipts.first_no, LostReceipts.last_no, LostReceipts.noted_at,
            LostReceipts.outcome,
        )
        .join(Till, Till.id == LostReceipts.till_id)
        .order_by(LostReceipts.settled_at.is_not(None), LostReceipts.id.desc())
    )  # fmt: skip
    return [
        LostRow(lost_id, till, first, last, local(at, read.zone).date(), outcome)
        for lost_id, till, first, last, at, outcome in rows
    ]
