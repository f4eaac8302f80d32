"""The one door into the journal: `post` writes a balanced entry, `reverse` takes one back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import bindparam, func, insert, inspect, select

from psc_desk.errors import RefusedError
from psc_desk.models.ledger import JournalEntry, JournalLine, Line, UnshownPosting
from psc_desk.models.till import SessionStatus, TillSession
from psc_desk.usecases.plan_status import follow_charges
from psc_desk.work import Read, Work

# built once: building a statement takes longer than running it
_ADD_LINES = insert(inspect(JournalLine).local_table)  # type: ignore[arg-type]  # the mapper's table is a Table
_ADD_ENTRY = insert(inspect(JournalEntry).local_table)  # type: ignore[arg-type]  # the mapper's table is a Table
_ADD_UNSHOWN = insert(inspect(UnshownPosting).local_table)  # type: ignore[arg-type]  # the mapper's table is a Table
_LAST_ENTRY = select(func.max(JournalEntry.id))
_POSTED = select(JournalEntry.id).where(JournalEntry.idempotency_key == bindparam("key"))
_OPEN_SESSION = select(TillSession).where(
    TillSession.till_id == bindparam("till_id"), TillSession.status != SessionStatus.CLOSED
)

WATCHED = frozenset((
    "payment", "refund", "void", "returned", "pay_in", "pay_out", "drop", "transfer", "handover", "close", "deposit",
    "refund_mailed",
))  # fmt: skip
"""Kinds of entry of which a person must learn: those posted at a window are noted until their result was shown."""


def post(
    work: Work,
    kind: str,
    lines: Sequence[Line],
    *,
    key: str,
    session_id: int | None = None,
    reverses_id: int | None = None,
    reason: str = "",
    approved_by: int | None = None,
) -> int:
    """Post one entry and return its id. Lines on the same account and the same subject are added up, zeros dropped.

    Lines go in before the header because the database takes a header only when its lines sum to zero.
    """
    merged = _merged(lines)
    if sum(line.cents for line in merged) or not merged:
        raise ValueError("an entry must have lines and balance")
    work.session.flush()
    entry_id = (work.session.scalar(_LAST_ENTRY) or 0) + 1
    work.session.execute(
        _ADD_LINES,
        [
            {
                "entry_id": entry_id, "account": line.account, "cents": line.cents, "patient_id": line.patient_id,
                "visit_id": line.visit_id, "charge_id": line.charge_id, "payment_id": line.payment_id,
            }
            for line in merged
        ],
    )  # fmt: skip
    work.session.execute(
        _ADD_ENTRY,
        {
            "id": entry_id, "kind": kind, "posted_at": work.now, "business_date": _business_date(work, session_id),
            "staff_id": work.actor.id, "session_id": session_id, "idempotency_key": key, "reverses_id": reverses_id,
            "reason": reason, "approved_by": approved_by,
        },
    )  # fmt: skip
    if kind != "charge":
        follow_charges(work, {line.charge_id for line in merged if line.charge_id is not None})
    if work.watched and kind in WATCHED:
        work.session.execute(_ADD_UNSHOWN, {"entry_id": entry_id, "desk": work.desk, "at": work.now})
        work.posted.append(entry_id)
    return entry_id


def reverse(
    work: Work,
    entry_id: int,
    kind: str,
    *,
    key: str,
    session_id: int | None = None,
    reason: str,
    payment_id: int | None = None,
    approved_by: int | None = None,
) -> int:
    """Post the equal and opposite entry, of receipt `payment_id` if any; refused when that was done already."""
    if work.session.scalar(select(JournalEntry.id).where(JournalEntry.reverses_id == entry_id)) is not None:
        raise RefusedError("This was taken back already. Look at the account: both entries stand there.")
    lines = [replace(line, cents=-line.cents, payment_id=payment_id) for line in lines_of(work, entry_id)]
    return post(
        work, kind, lines, key=key, session_id=session_id, reverses_id=entry_id, reason=reason, approved_by=approved_by
    )


def lines_of(read: Read, entry_id: int) -> list[Line]:
    """Return the lines of a posted entry."""
    columns = (
        JournalLine.account, JournalLine.cents, JournalLine.patient_id, JournalLine.visit_id, JournalLine.charge_id,
        JournalLine.payment_id,
    )  # fmt: skip
    rows = read.session.execute(select(*columns).where(JournalLine.entry_id == entry_id).order_by(JournalLine.id))
    return [Line(*row) for row in rows]


def posted(read: Read, key: str) -> int | None:
    """Return the entry that was posted under this idempotency key, if any."""
    if not key:
        raise ValueError("a posting needs an idempotency key")
    return read.session.scalar(_POSTED, {"key": key})


def account_total(read: Read, account: str) -> int:
    """Return the balance of an account in cents; debits are positive."""
    return read.session.scalar(select(func.sum(JournalLine.cents)).where(JournalLine.account == account)) or 0


def open_session(read: Read, till_id: int) -> TillSession | None:
    """Return the session of a till that is open or being counted."""
    return read.session.scalar(_OPEN_SESSION, {"till_id": till_id})


def session_for_money(read: Read, till_id: int) -> TillSession:
    """Return the open session of a till, or raise RefusedError saying how to open it."""
    session = open_session(read, till_id)
    if session is None:
        raise RefusedError("The drawer is closed. Open it with F8 and count the float first.")
    session.check_takes_money(read.today)
    return session


def _business_date(work: Work, session_id: int | None) -> date:
    if session_id is None:
        return work.today
    return work.get(TillSession, session_id).business_date


def _merged(lines: Sequence[Line]) -> list[Line]:
    sums: dict[Line, int] = defaultdict(int)
    for line in lines:
        sums[replace(line, cents=0)] += line.cents
    return [replace(line, cents=cents) for line, cents in sums.items() if cents]
