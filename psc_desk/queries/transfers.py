"""Cash on its way between two drawers, and all that was sent before (front-desk.md M8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import aliased

from psc_desk.clock import local
from psc_desk.errors import RefusedError
from psc_desk.models.staff import Right, StaffMember
from psc_desk.models.till import SessionStatus, Till, TillSession, TillTransfer, TransferStatus
from psc_desk.money import Cents, format_money
from psc_desk.queries.staff import PersonRow, person_row
from psc_desk.work import Read

_PENDING = (TransferStatus.SENT, TransferStatus.DECLINED)


@dataclass(frozen=True)
class TransferRow:
    """Cash sent from one drawer to another; the times are the clinic's wall clock."""

    transfer_id: int
    from_till_id: int
    from_till: str
    to_till_id: int
    to_till: str
    cents: Cents
    pieces: dict[int, int]
    comment: str
    status: TransferStatus
    sent_at: datetime
    sent_by_id: int
    sent_by: str
    answered_at: datetime | None
    answered_by: str
    answer: str
    returned_at: datetime | None
    returned_by: str
    returned_cents: Cents | None
    return_reason: str

    @property
    def waits_for(self) -> str:
        """Say what is still to be done with it, as a sentence that names it; "" when nothing is."""
        amount = format_money(self.cents)
        if self.status is TransferStatus.SENT:
            return f"{amount} sent from {self.from_till} by {self.sent_by} waits to be accepted at {self.to_till}."
        if self.status is TransferStatus.DECLINED:
            return f"{amount} declined by {self.answered_by} waits to be counted back into {self.from_till}."
        return ""


@dataclass(frozen=True)
class SendStart:
    """What the form begins with: the sending drawer and the open drawers that may receive (id, name, holder)."""

    from_till_id: int
    from_till: str
    receivers: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True)
class AnswerStart:
    """A transfer and who may answer it here: `own` when the person signed in sent it herself."""

    row: TransferRow
    own: bool
    people: tuple[PersonRow, ...]
    limit_cents: Cents = 0


def transfers(read: Read, limit: int = 100) -> list[TransferRow]:
    """Return the newest transfers, those under way first."""
    rows = [_row(read, found) for found in read.session.execute(_chosen().limit(limit))]
    return sorted(rows, key=lambda row: (not row.status.pending, -row.transfer_id))


def pending_transfers(read: Read, till_id: int | None = None) -> list[TransferRow]:
    """Return the transfers under way, of one drawer or of all, oldest first."""
    chosen = _chosen().where(TillTransfer.status.in_(_PENDING))
    if till_id is not None:
        chosen = chosen.where(or_(TillTransfer.from_till_id == till_id, TillTransfer.to_till_id == till_id))
    return [_row(read, found) for found in read.session.execute(chosen)][::-1]


def transfer(read: Read, transfer_id: int) -> TransferRow:
    """Return one transfer."""
    read.get(TillTransfer, transfer_id, "transfer")
    return _row(read, read.session.execute(_chosen().where(TillTransfer.id == transfer_id)).one())


def refuse_pending(read: Read, till_id: int) -> None:
    """Raise RefusedError naming the cash that is still on its way from or to this drawer."""
    waiting = pending_transfers(read, till_id)
    if waiting:
        raise RefusedError(f"{waiting[0].waits_for} Finish that first, then count and close.")


def send_start(read: Read, from_till_id: int) -> SendStart:
    """Return the open drawers that may receive cash from this one."""
    rows = read.session.execute(
        select(Till.id, Till.name, StaffMember.name)
        .join(TillSession, TillSession.till_id == Till.id)
        .join(StaffMember, StaffMember.id == TillSession.holder_id)
        .where(TillSession.status == SessionStatus.OPEN, Till.id != from_till_id, Till.active)
        .order_by(Till.id)
    )
    own = read.get(Till, from_till_id, "drawer")
    return SendStart(own.id, own.name, tuple((i, name, holder) for i, name, holder in rows))


def answer_start(read: Read, transfer_id: int) -> AnswerStart:
    """Return what the form for accepting, declining or taking back begins with."""
    row = transfer(read, transfer_id)
    people = others_at_the_drawer(read, row.sent_by_id)
    return AnswerStart(row, row.sent_by_id == read.actor_id, tuple(people))


def others_at_the_drawer(read: Read, but: int) -> list[PersonRow]:
    """Return the people who may work a drawer, without one of them."""
    found = read.session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.name))
    return [person_row(one) for one in found if one.id != but and one.may(Right.OPEN_DRAWER)]


_From, _To = aliased(Till), aliased(Till)
_Sender, _Answerer, _Taker = aliased(StaffMember), aliased(StaffMember), aliased(StaffMember)


def _chosen() -> Select[TillTransfer, str, str, str, str, str]:
    return (
        select(
            TillTransfer,
            _From.name,
            _To.name,
            _Sender.name,
            func.coalesce(_Answerer.name, ""),
            func.coalesce(_Taker.name, ""),
        )
        .join(_From, _From.id == TillTransfer.from_till_id)
        .join(_To, _To.id == TillTransfer.to_till_id)
        .join(_Sender, _Sender.id == TillTransfer.sent_by)
        .outerjoin(_Answerer, _Answerer.id == TillTransfer.answered_by)
        .outerjoin(_Taker, _Taker.id == TillTransfer.returned_by)
        .order_by(TillTransfer.id.desc())
    )


def _row(read: Read, found: Row[TillTransfer, str, str, str, str, str]) -> TransferRow:
    one, from_till, to_till, sender, answerer, taker = found
    return TransferRow(
        one.id, one.from_till_id, from_till, one.to_till_id, to_till, one.cents,
        {int(piece): n for piece, n in one.denominations.items()}, one.comment, one.status,
        local(one.sent_at, read.zone), one.sent_by, sender,
        local(one.answered_at, read.zone) if one.answered_at else None, answerer, one.answer,
        local(one.returned_at, read.zone) if one.returned_at else None, taker, one.returned_cents, one.return_reason,
    )  # fmt: skip
