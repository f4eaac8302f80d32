"""The drawer goes to the next person at shift change: counted blind by the one, accepted by the other with a PIN."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import DrawerCounted, DrawerHandedOver
from psc_desk.models.ledger import Account, Line, drawer_account
from psc_desk.models.staff import Right
from psc_desk.models.till import TillCount, TillHandover, TillSession
from psc_desk.money import Cents, format_money
from psc_desk.queries.staff import name_of
from psc_desk.queries.tills import drawer_slip, pieces_rows
from psc_desk.queries.transfers import refuse_pending
from psc_desk.usecases.ledger import account_total, post, session_for_money
from psc_desk.usecases.staff import Approval, stand_by
from psc_desk.usecases.till import queue_slip, store_count
from psc_desk.usecases.variance import Found, accounted_for, look_into, needs_second
from psc_desk.work import Read, Work


@dataclass(frozen=True)
class HandoverCount:
    """The giver's count and what it shows; positive `over_short_cents` is over."""

    count_id: int
    counted_cents: Cents
    expected_cents: Cents
    pieces: dict[int, int]
    needs_reason: bool
    needs_approval: bool
    may_recount: bool

    @property
    def over_short_cents(self) -> Cents:
        """Counted less expected."""
        return self.counted_cents - self.expected_cents


@dataclass(frozen=True)
class HandoverDone:
    """Who answers for the cash now."""

    handover_id: int
    receiver: str
    counted_cents: Cents
    over_short_cents: Cents


def count_for_handover(work: Work, till_id: int, pieces: dict[int, int]) -> HandoverCount:
    """Record the giver's blind count; only now is told what was expected. One recount is allowed; both are kept."""
    work.require(Right.OPEN_DRAWER)
    session = _to_give(work, till_id)
    earlier = _counts(work, session)
    if len(earlier) >= 2:
        raise RefusedError("The drawer was counted twice already. Hand it over with the second count and a reason.")
    count = store_count(work, session, "handover", pieces)
    shown = _shown(work, count, may_recount=not earlier)
    work.announce(
        DrawerCounted(till_id=till_id), f"counted {format_money(shown.counted_cents)} to hand the drawer over",
        after={"counted": shown.counted_cents, "expected": shown.expected_cents},
    )  # fmt: skip
    return shown


def counted_for_handover(read: Read, till_id: int) -> HandoverCount | None:
    """Return the giver's count when it still holds: nothing moved in the drawer and nobody took it over since."""
    session = session_for_money(read, till_id)
    counts = _counts(read, session)
    return _shown(read, counts[-1], may_recount=len(counts) < 2) if counts else None


def hand_over(
    work: Work, count_id: int, receiver: Approval, *, reason: str = "", approval: Approval | None = None
) -> HandoverDone:
    """Give the counted drawer to the receiver, who confirms with a PIN; the difference is the giver's.

    The same count is handed over once; again it gives the first answer. Raises RefusedError when cash moved since.
    """
    work.require(Right.OPEN_DRAWER)
    count = work.get(TillCount, count_id, "count")
    done = work.session.scalar(select(TillHandover).where(TillHandover.count_id == count_id))
    if done is not None:
        return _done(work, done)
    session = _to_give(work, work.get(TillSession, count.session_id).till_id)
    if count.kind != "handover" or count not in _counts(work, session):
        raise RefusedError("Cash moved in the drawer since it was counted. Count it again.")
    giver, expected = session.holder_id, count.expected_cents or 0
    taker = stand_by(work, receiver, Right.OPEN_DRAWER)
    if taker.id == giver:
        raise InputError("The drawer is handed to someone else. Choose who takes it.", "person")
    short = count.cash_cents - expected
    sentence = "The count differs from what was expected. Say why, or count again."
    approver = accounted_for(work, short, reason, approval, sentence)
    row = TillHandover(
        session_id=session.id, count_id=count_id, given_by=giver, received_by=taker.id, expected_cents=expected,
        counted_cents=count.cash_cents, over_short_cents=short, reason=reason.strip(), approved_by=approver,
        at=work.now,
    )  # fmt: skip
    row.entry_id = _book(work, row, session.till_id)
    work.session.add(row)
    session.holder_id = taker.id
    work.session.flush()
    _finish(work, session, row, count)
    return _done(work, row)


def _book(work: Work, row: TillHandover, till_id: int) -> int | None:
    if not row.over_short_cents:
        return None
    lines = [Line(drawer_account(till_id), row.over_short_cents), Line(Account.OVER_SHORT, -row.over_short_cents)]
    key = f"handover:{row.count_id}"
    return post(
        work, "handover", lines, key=key, session_id=row.session_id, reason=row.reason, approved_by=row.approved_by
    )


def _finish(work: Work, session: TillSession, row: TillHandover, count: TillCount) -> None:
    giver, taker = name_of(work, row.given_by), name_of(work, row.received_by)
    work.announce(
        DrawerHandedOver(till_id=session.till_id),
        f"handed the drawer of {giver} with {format_money(row.counted_cents)} to {taker}", reason=row.reason,
        after={"expected": row.expected_cents, "counted": row.counted_cents, "receiver": row.received_by},
    )  # fmt: skip
    look_into(work, Found(session.id, row.given_by, row.over_short_cents, handover_id=row.id))
    data = drawer_slip(work, session.till_id, "Hand-over", row.reason, row.counted_cents)
    queue_slip(
        work,
        session,
        replace(
            data, number=str(row.id), approver=name_of(work, row.approved_by), over_short=row.over_short_cents,
            facts=(("Given by", giver), ("Taken by", taker)), denominations=tuple(pieces_rows(count.denominations)),
            signed=("Given by", "Taken by"),
        ),
    )  # fmt: skip


def _to_give(work: Work, till_id: int) -> TillSession:
    session = session_for_money(work, till_id)
    refuse_pending(work, till_id)
    person = work.actor
    if session.holder_id != person.id and not person.may(Right.APPROVE):
        holder = name_of(work, session.holder_id)
        raise RefusedError(f"{holder} answers for this drawer and counts it, or a lead does it for her.")
    return session


def _counts(read: Read, session: TillSession) -> list[TillCount]:
    """Return the hand-over counts that still hold: since the last hand-over, with what the books expect now."""
    last = read.session.scalar(
        select(TillHandover.count_id).where(TillHandover.session_id == session.id).order_by(TillHandover.id.desc())
    )
    chosen = (
        select(TillCount)
        .where(TillCount.session_id == session.id, TillCount.kind == "handover", TillCount.id > (last or 0))
        .where(TillCount.expected_cents == account_total(read, drawer_account(session.till_id)))
        .order_by(TillCount.id)
    )
    return list(read.session.scalars(chosen))


def _shown(read: Read, count: TillCount, *, may_recount: bool) -> HandoverCount:
    short = count.cash_cents - (count.expected_cents or 0)
    pieces = {int(piece): n for piece, n in count.denominations.items()}
    return HandoverCount(
        count.id, count.cash_cents, count.expected_cents or 0, pieces, short != 0, needs_second(read, short),
        may_recount,
    )  # fmt: skip


def _done(work: Work, row: TillHandover) -> HandoverDone:
    taker = name_of(work, row.received_by)
    return HandoverDone(row.id, taker, row.counted_cents, row.over_short_cents)
