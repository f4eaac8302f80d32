"""What the bank booked of the demo clinic's past: card batches less the processor's fee, deposits a day later."""

from __future__ import annotations

from datetime import date

from psc_desk.demo.history import at
from psc_desk.demo.house import GORDON, LUIS
from psc_desk.queries.bank import BankRow, bank_list
from psc_desk.usecases.bank import BankWord, confirm_card_batch, confirm_deposit, record_card_batch
from psc_desk.work import Work

_NEVER_BOOKED = 7
"""One in so many deposits waits for longer than it should, among the last ones."""
_FEE_PER_MILLE = 26


def bank_day(work: Work, day: date) -> None:
    """Record the day's card batches, and what the bank's statement of the day says about those before."""
    actor = work.actor_id
    at(work, day, 1040)
    for row in bank_list(work):
        if row.kind == "unbatched":
            work.actor_id = LUIS
            record_card_batch(work, row.ref_id, str(400 + row.ref_id), row.cents)
        elif row.waiting and row.age >= 1 and not _slow(row):
            work.actor_id = GORDON
            _confirm(work, row, day)
    work.actor_id = actor


def _slow(row: BankRow) -> bool:
    return row.kind == "deposit" and row.ref_id % _NEVER_BOOKED == _NEVER_BOOKED - 1 and row.age < 6


def _confirm(work: Work, row: BankRow, day: date) -> None:
    key = f"demo-bank:{row.kind}:{row.ref_id}"
    if row.kind == "batch":
        fee = max(0, row.cents * _FEE_PER_MILLE // 1000)
        confirm_card_batch(work, row.ref_id, BankWord(day, row.cents - fee, fee), key=key)
        return
    short = 100 if row.ref_id % 12 == 5 else 0
    word = BankWord(day, row.cents - short, reason="The bank counted one note less" if short else "")
    confirm_deposit(work, row.ref_id, word, key=key)
