"""Cash sent from one drawer to another: two entries, two people, and never lost between them (front-desk.md M8).

Sent cash lies in transit until somebody else accepts it at the other drawer. Declined cash goes back, and the sender
counts it in again. While it is on its way neither drawer can be closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import CashTransferred
from psc_desk.models.ledger import Account, Line, drawer_account
from psc_desk.models.staff import Right, StaffMember
from psc_desk.models.till import Till, TillSession, TillTransfer, TransferStatus, count_total
from psc_desk.money import Cents, format_money
from psc_desk.papers.till_slips import DrawerSlipData
from psc_desk.queries.staff import name_of
from psc_desk.queries.tills import drawer_slip, pieces_rows
from psc_desk.queries.transfers import others_at_the_drawer
from psc_desk.usecases.ledger import account_total, open_session, post, posted, session_for_money
from psc_desk.usecases.staff import Approval, stand_by
from psc_desk.usecases.till import open_drawer, queue_slip
from psc_desk.usecases.variance import Found, accounted_for, look_into
from psc_desk.work import Read, Work


@dataclass(frozen=True)
class TransferInput:
    """Cash to send, counted by denomination {cents of the piece: pieces}."""

    key: str
    from_till_id: int
    to_till_id: int
    pieces: dict[int, int]
    comment: str = ""


def send_transfer(work: Work, sent: TransferInput) -> int:
    """Take cash out of one open drawer for another; it is in transit until it is accepted. Return the transfer's id."""
    person = work.require(Right.OPEN_DRAWER)
    done = posted(work, sent.key)
    if done is not None:
        return work.session.scalars(select(TillTransfer.id).where(TillTransfer.entry_id == done)).one()
    cents = count_total(sent.pieces)
    if cents == 0:
        raise InputError("Count what you send: type how many of each note and coin.", "pieces_10000")
    session, other = session_for_money(work, sent.from_till_id), _receiving(work, sent)
    source, target = _till(work, sent.from_till_id), _till(work, other.till_id)
    if account_total(work, drawer_account(source.id)) < cents:
        raise RefusedError(f"{source.name} does not hold that much cash. Count again what you send.")
    lines = [Line(drawer_account(source.id), -cents), Line(Account.IN_TRANSIT, cents)]
    entry_id = post(work, "transfer", lines, key=sent.key, session_id=session.id, reason=f"To {target.name}")
    row = TillTransfer(
        from_till_id=source.id, to_till_id=target.id, cents=cents, comment=sent.comment.strip(), entry_id=entry_id,
        denominations={str(piece): n for piece, n in sent.pieces.items() if n}, sent_at=work.now, sent_by=person.id,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    _tell(work, row, f"sent {format_money(cents)} from {source.name} to {target.name}", sent.comment)
    open_drawer(work, session, "transfer", f"Transfer {row.id}")
    _print(work, session, row, "Transfer sent", ("Sent by", "Accepted by"))
    return row.id


def accept_transfer(
    work: Work, transfer_id: int, pieces: dict[int, int], *, key: str, reason: str = "", witness: Approval | None = None
) -> None:
    """Put sent cash, counted again, into the drawer it was meant for.

    Somebody else than the sender accepts it: the person signed in, or `witness` with a PIN. Where nobody else works a
    drawer, the sender may with a reason. A count that differs is refused: decline it instead.
    """
    work.require(Right.OPEN_DRAWER)
    if posted(work, key) is not None:
        return
    row = _in_status(work, transfer_id, TransferStatus.SENT)
    person = _answerer(work, row, witness, reason)
    session = _open(work, row.to_till_id)
    counted = count_total(pieces)
    if counted != row.cents:
        raise InputError(
            f"You counted {format_money(counted)}, but {format_money(row.cents)} was sent. Count again; if it stays "
            "so, decline it and say what you counted.", "pieces_10000",
        )  # fmt: skip
    source, target = _till(work, row.from_till_id), _till(work, row.to_till_id)
    lines = [Line(drawer_account(target.id), row.cents), Line(Account.IN_TRANSIT, -row.cents)]
    row.answer_entry_id = post(
        work, "transfer", lines, key=key, session_id=session.id, reason=f"From {source.name}", approved_by=person.id
    )
    row.status, row.answer = TransferStatus.ACCEPTED, reason.strip()
    row.answered_at, row.answered_by = work.now, person.id
    did = f"took {format_money(row.cents)} from {source.name} into {target.name}{_for(work, person)}"
    _tell(work, row, did, reason)
    open_drawer(work, session, "transfer", f"Transfer {row.id}")
    _print(work, session, row, "Transfer accepted", ("Accepted by",))


def decline_transfer(work: Work, transfer_id: int, *, reason: str, witness: Approval | None = None) -> None:
    """Send cash back unaccepted, with the reason; it stays in transit until the sender counts it back in."""
    work.require(Right.OPEN_DRAWER)
    row = _in_status(work, transfer_id, TransferStatus.SENT)
    if not reason.strip():
        raise InputError("Say why it is declined, for example what you counted.", "reason")
    person = _answerer(work, row, witness, reason)
    row.status, row.answer = TransferStatus.DECLINED, reason.strip()
    row.answered_at, row.answered_by = work.now, person.id
    source = _till(work, row.from_till_id)
    did = f"declined {format_money(row.cents)} from {source.name}{_for(work, person)}"
    _tell(work, row, did, reason)
    session = open_session(work, row.to_till_id)
    if session is not None:
        _print(work, session, row, "Transfer declined", ("Declined by",))


def take_back_transfer(
    work: Work, transfer_id: int, pieces: dict[int, int], *, key: str, reason: str = "",
    approval: Approval | None = None,
) -> Cents:  # fmt: skip
    """Count declined cash back into the drawer it came from; return what is over or short.

    A difference is booked at once against the sender, with a reason and, above the limit, a second person.
    """
    person = work.require(Right.OPEN_DRAWER)
    if posted(work, key) is not None:
        row = work.get(TillTransfer, transfer_id)
        return (row.returned_cents or 0) - row.cents
    row = _in_status(work, transfer_id, TransferStatus.DECLINED)
    if row.sent_by != person.id and not person.may(Right.APPROVE):
        sender = name_of(work, row.sent_by)
        raise RefusedError(f"{sender} sent this cash and counts it back in, or a lead does it for her.")
    session, counted = _open(work, row.from_till_id), count_total(pieces)
    short = counted - row.cents
    sentence = f"You counted {format_money(counted)}, {format_money(row.cents)} was sent. Say why, or count again."
    approver = accounted_for(work, short, reason, approval, sentence)
    source = _till(work, row.from_till_id)
    lines = [
        Line(drawer_account(source.id), counted), Line(Account.IN_TRANSIT, -row.cents), Line(Account.OVER_SHORT, -short)
    ]  # fmt: skip
    row.return_entry_id = post(
        work, "transfer", lines, key=key, session_id=session.id, reason=f"Back in {source.name}", approved_by=approver
    )
    row.status, row.returned_cents, row.return_reason = TransferStatus.RETURNED, counted, reason.strip()
    row.returned_at, row.returned_by = work.now, person.id
    _tell(work, row, f"took {format_money(counted)} back into {source.name}", reason)
    look_into(work, Found(session.id, row.sent_by, short, transfer_id=row.id))
    open_drawer(work, session, "transfer", f"Transfer {row.id}")
    _print(work, session, row, "Transfer returned", ("Taken back by",))
    return short


def _receiving(work: Work, sent: TransferInput) -> TillSession:
    if sent.to_till_id == sent.from_till_id:
        raise InputError("Choose another drawer than the one the cash comes from.", "to_till")
    target = _till(work, sent.to_till_id)
    session = open_session(work, target.id)
    if session is None:
        raise RefusedError(f"{target.name} is closed and cannot take cash. Have it opened first.")
    session.check_open()
    return session


def _open(work: Work, till_id: int) -> TillSession:
    """Return the open session; one left open yesterday too, so that it can be brought to an end."""
    session = open_session(work, till_id)
    if session is None:
        raise RefusedError(f"{_till(work, till_id).name} is closed. Open it first.")
    session.check_open()
    return session


def _in_status(work: Work, transfer_id: int, status: TransferStatus) -> TillTransfer:
    row = work.get(TillTransfer, transfer_id, "transfer")
    if row.status is not status:
        words = {
            TransferStatus.SENT: "It is still on its way. Accept or decline it at the other drawer first.",
            TransferStatus.ACCEPTED: "It was accepted already.",
            TransferStatus.DECLINED: "It was declined and goes back to the sender's drawer.",
            TransferStatus.RETURNED: "It is back in the sender's drawer already.",
        }
        raise RefusedError(words[row.status])
    return row


def _answerer(work: Work, row: TillTransfer, witness: Approval | None, reason: str) -> StaffMember:
    person = work.actor
    if person.id != row.sent_by:
        return person
    if witness is not None:
        other = stand_by(work, witness, Right.OPEN_DRAWER)
        if other.id == row.sent_by:
            raise InputError("You sent this cash. Someone else must answer with a PIN.", "person")
        return other
    if others_at_the_drawer(work, row.sent_by):
        raise InputError("You sent this cash. Someone else must answer with a PIN.", "person")
    if not reason.strip():
        raise InputError("Nobody else works a drawer here. Say why you answer for your own cash.", "reason")
    return person


def _for(work: Work, person: StaffMember) -> str:
    return "" if person.id == work.actor.id else f", {person.name} standing by with a PIN"


def _tell(work: Work, row: TillTransfer, did: str, reason: str) -> None:
    event = CashTransferred(from_till_id=row.from_till_id, to_till_id=row.to_till_id)
    work.announce(event, did, reason=reason, after={"transfer": row.id, "cents": row.cents, "status": row.status.value})


def _print(work: Work, session: TillSession, row: TillTransfer, word: str, signed: tuple[str, ...]) -> None:
    data = drawer_slip(work, session.till_id, word, row.return_reason or row.answer or row.comment, row.cents)
    facts: tuple[tuple[str, str], ...] = (
        ("From", _till(work, row.from_till_id).name),
        ("To", _till(work, row.to_till_id).name),
    )
    if row.answered_by is not None:
        answerer = name_of(work, row.answered_by)
        facts += (("Accepted by" if row.status is TransferStatus.ACCEPTED else "Declined by", answerer),)
    back = row.status is TransferStatus.RETURNED
    queue_slip(work, session, _with(data, row, facts, signed, back=back))


def _with(
    data: DrawerSlipData, row: TillTransfer, facts: tuple[tuple[str, str], ...], signed: tuple[str, ...], *, back: bool
) -> DrawerSlipData:
    if back:
        counted = row.returned_cents or 0
        return replace(
            data, number=str(row.id), facts=facts, signed=signed, cents=counted, over_short=counted - row.cents
        )
    pieces = tuple(pieces_rows(row.denominations))
    return replace(data, number=str(row.id), facts=facts, signed=signed, denominations=pieces)


def _till(read: Read, till_id: int) -> Till:
    return read.get(Till, till_id, "drawer")
