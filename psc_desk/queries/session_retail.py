"""What a drawer session sold over the counter, for its X and Z report."""

from __future__ import annotations

from sqlalchemy import func, select

from psc_desk.models.ledger import Account, JournalEntry, JournalLine
from psc_desk.money import Cents
from psc_desk.work import Read


def session_retail(read: Read, session_id: int) -> tuple[Cents, Cents]:
    """Return what was sold in a drawer session less what came back: without tax, and the tax."""
    rows = read.session.execute(
        select(JournalLine.account, func.sum(-JournalLine.cents))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.session_id == session_id)
        .where(JournalLine.account.in_([Account.SALES.value, Account.SALES_TAX.value]))
        .group_by(JournalLine.account)
    )
    found: dict[str, Cents] = {account: cents for account, cents in rows}  # noqa: C416 - rows, not pairs
    return found.get(Account.SALES, 0), found.get(Account.SALES_TAX, 0)
