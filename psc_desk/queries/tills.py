"""The drawer as the strip, the reports and the close see it: one function for the expected cash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from psc_desk.clock import local
from psc_desk.models.clinic import Clinic
from psc_desk.models.ledger import JournalEntry, JournalLine, drawer_account
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.staff import Right, StaffMember
from psc_desk.models.till import DENOMINATIONS, SessionStatus, Till, TillCount, TillHandover, TillOpening, TillSession
from psc_desk.money import Cents
from psc_desk.papers.till_slips import Compared, Denomination, DrawerSlipData, Movement, TenderTotal, TillReportData
from psc_desk.queries.session_retail import session_retail
from psc_desk.queries.staff import name_of
from psc_desk.queries.transfers import TransferRow, pending_transfers
from psc_desk.settings import DROP_PROMPT_CENTS
from psc_desk.work import Read


@dataclass(frozen=True)
class TillRow:
    """A drawer as the desk sees it: counts of receipts by tender, no totals, because the close is blind."""

    till_id: int
    name: str
    status: Literal["open", "counting", "closed"]
    session_id: int | None
    business_date: date | None
    opened_at: datetime | None
    opened_by: str
    float_cents: Cents
    cash_count: int
    check_count: int
    card_count: int
    stale: bool
    expected_opening_cents: Cents
    standard_float_cents: Cents
    drop_due: bool = False
    """there is more cash than the clinic wants in a drawer; how much is not said, because the close is blind"""
    holder_id: int | None = None
    holder: str = ""
    """who answers for the cash now"""
    may_go_on: bool = False
    """it was left open yesterday, and the shift may have crossed midnight"""
    pending: tuple[TransferRow, ...] = ()
    """cash on its way from or to this drawer"""
    active: bool = True


@dataclass(frozen=True)
class SessionRow:
    """A drawer session in the history."""

    session_id: int
    till: str
    session_no: int
    z_no: int | None
    status: str
    business_date: date
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    expected_cents: Cents | None
    counted_cents: Cents | None
    over_short_cents: Cents | None
    to_bank_cents: Cents | None
    reason: str


def tills(read: Read) -> list[TillRow]:
    """Return every drawer in use, in the order they were added."""
    return [till(read, one) for one in read.session.scalars(select(Till.id).where(Till.active).order_by(Till.id))]


def all_tills(read: Read) -> list[TillRow]:
    """Return every drawer, ended ones last."""
    order = select(Till.id).order_by(Till.active.desc(), Till.id)
    return [till(read, one) for one in read.session.scalars(order)]


def other_tills(read: Read, till_id: int) -> list[TillRow]:
    """Return the drawers in use but this one; AccessError for who may not look into other drawers."""
    read.require(Right.SEE_EXPECTED)
    return [row for row in tills(read) if row.till_id != till_id]


def till(read: Read, till_id: int) -> TillRow:
    """Return one drawer and its open session, if any."""
    row = read.get(Till, till_id, "drawer")
    session = read.session.scalar(
        select(TillSession).where(TillSession.till_id == till_id, TillSession.status != SessionStatus.CLOSED)
    )
    expected = _account(read, till_id)
    if session is None:
        return TillRow(
            till_id, row.name, "closed", None, None, None, "", 0, 0, 0, 0, False, expected, row.float_cents,
            active=row.active,
        )  # fmt: skip
    counts = _tender_counts(read, session.id)
    return TillRow(
        till_id, row.name, "open" if session.status is SessionStatus.OPEN else "counting", session.id,
        session.business_date, session.opened_at, name_of(read, session.opened_by), session.opening_cents,
        counts.get(TenderKind.CASH, 0), counts.get(TenderKind.CHECK, 0), counts.get(TenderKind.CARD, 0),
        session.is_stale(read.today), expected, row.float_cents, expected > read.setting(DROP_PROMPT_CENTS),
        session.holder_id, name_of(read, session.holder_id),
        session.is_stale(read.today) and session.business_date + timedelta(days=1) == read.today,
        tuple(pending_transfers(read, till_id)), row.active,
    )  # fmt: skip


def sessions(read: Read, till_id: int | None = None, limit: int = 60) -> list[SessionRow]:
    """Return the newest drawer sessions."""
    opener, closer = aliased(StaffMember), aliased(StaffMember)
    chosen = (
        select(
            TillSession.id, Till.name, TillSession.session_no, TillSession.z_no, TillSession.status,
            TillSession.business_date, TillSession.opened_at, opener.name, TillSession.closed_at,
            func.coalesce(closer.name, ""), TillSession.expected_cents, TillSession.counted_cents,
            TillSession.over_short_cents, TillSession.to_bank_cents, TillSession.variance_reason,
        )
        .join(Till, Till.id == TillSession.till_id)
        .join(opener, opener.id == TillSession.opened_by)
        .outerjoin(closer, closer.id == TillSession.closed_by)
        .order_by(TillSession.id.desc())
        .limit(limit)
    )  # fmt: skip
    if till_id is not None:
        chosen = chosen.where(TillSession.till_id == till_id)
    return [SessionRow(*tuple(row)) for row in read.session.execute(chosen)]


def last_count(read: Read, session_id: int) -> TillCount | None:
    """Return the newest closing count or recount of a session."""
    return read.session.scalar(
        select(TillCount)
        .where(TillCount.session_id == session_id, TillCount.kind.in_(("closing", "recount")))
        .order_by(TillCount.id.desc())
        .limit(1)
    )


def till_report(read: Read, session_id: int, kind: Literal["X", "Z"]) -> TillReportData:
    """Return the X or Z report. On an X, cash totals are left out for people who may not see the expected cash."""
    session = read.get(TillSession, session_id, "drawer session")
    clinic = read.get(Clinic, 1, "clinic")
    closed = session.status is SessionStatus.CLOSED
    blind = kind == "X" and not _may_see(read)
    count = last_count(read, session_id) if closed else None
    back = _given_back(read, session_id)
    tenders = _tender_totals(read, session_id, blind=blind)
    retail, tax = (None, None) if blind else session_retail(read, session_id)
    return TillReportData(
        clinic_name=clinic.name,
        drawer_name=read.get(Till, session.till_id, "drawer").name,
        session_no=session.session_no,
        kind=kind,
        z_no=session.z_no,
        printed_at=local(read.now, read.zone),
        printed_by=name_of(read, read.actor_id),
        opened_at=local(session.opened_at, read.zone),
        opened_by=name_of(read, session.opened_by),
        closed_at=local(session.closed_at, read.zone) if session.closed_at else None,
        closed_by=name_of(read, session.closed_by),
        opening_float=session.opening_cents,
        tenders=tenders,
        movements=(() if blind else _cash_takings(read, session)) + _movements(read, session),
        no_sale_count=_openings(read, session_id, "no_sale"),
        refund_count=back[PaymentKind.REFUND][0],
        refund_cents=back[PaymentKind.REFUND][1],
        void_count=back[PaymentKind.VOID][0],
        void_cents=back[PaymentKind.VOID][1],
        retail=retail,
        sales_tax=tax,
        expected=session.expected_cents if closed else None if blind else _account(read, session.till_id),
        counted=session.counted_cents,
        over_short=session.over_short_cents,
        float_left=session.float_left_cents,
        to_bank=session.to_bank_cents,
        denominations=tuple(pieces_rows(count.denominations)) if count else (),
        compared=_compared(count, tenders) if count else (),
        approver=name_of(read, session.approved_by),
        reason=session.variance_reason,
        training=clinic.kind == "training",
    )


def drawer_slip(read: Read, till_id: int, word: str, reason: str, cents: Cents | None) -> DrawerSlipData:
    """Return the slip for cash moved without a patient, or for an opening without a sale."""
    clinic = read.get(Clinic, 1, "clinic")
    return DrawerSlipData(
        clinic_name=clinic.name, drawer_name=read.get(Till, till_id, "drawer").name, word=word,
        at=local(read.now, read.zone), staff=name_of(read, read.actor_id), reason=reason, cents=cents,
        training=clinic.kind == "training",
    )  # fmt: skip


def pieces_rows(denominations: dict[str, int]) -> list[Denomination]:
    """Return a stored count {"2000": 5} as rows, largest piece first."""
    counted = ((label, cents, denominations.get(str(cents), 0)) for label, cents in DENOMINATIONS)
    return [Denomination(label, pieces, pieces * cents) for label, cents, pieces in counted if pieces]


def _account(read: Read, till_id: int) -> Cents:
    chosen = select(func.coalesce(func.sum(JournalLine.cents), 0)).where(JournalLine.account == drawer_account(till_id))
    return read.session.scalar(chosen) or 0


def _tender_counts(read: Read, session_id: int) -> dict[TenderKind, int]:
    rows = read.session.execute(
        select(Tender.kind, func.count())
        .join(Payment)
        .where(Payment.session_id == session_id, Tender.cents > 0)
        .group_by(Tender.kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416 - rows, not pairs


def _tender_totals(read: Read, session_id: int, *, blind: bool) -> tuple[TenderTotal, ...]:
    rows = read.session.execute(
        select(Tender.kind, func.count(), func.sum(Tender.cents))
        .join(Payment)
        .where(Payment.session_id == session_id, Payment.kind != PaymentKind.RETURNED)
        .group_by(Tender.kind)
    )
    sums: dict[TenderKind, Cents] = {kind: cents for kind, _, cents in rows}
    counts = _tender_counts(read, session_id)
    hidden = {TenderKind.CASH} if blind else set()
    return tuple(
        TenderTotal(kind.value.capitalize(), counts.get(kind, 0), None if kind in hidden else sums.get(kind, 0))
        for kind in TenderKind
    )


def _compared(count: TillCount, tenders: tuple[TenderTotal, ...]) -> tuple[Compared, ...]:
    recorded = {tender.word: tender.cents or 0 for tender in tenders}
    both = (
        Compared("Checks counted", count.checks_cents, recorded["Check"]),
        Compared("Card terminal", count.cards_cents, recorded["Card"]),
    )
    return tuple(one for one in both if one.found or one.recorded > 0)


_MOVED = {"pay_in": "Pay-in", "pay_out": "Pay-out", "drop": "Drop", "transfer": "Transfer"}
_NO_TAKINGS = ("float", "handover", "close", *_MOVED)


def _movements(read: Read, session: TillSession) -> tuple[Movement, ...]:
    rows = read.session.execute(
        select(JournalEntry.posted_at, JournalEntry.kind, JournalEntry.reason, JournalLine.cents)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(
            JournalEntry.session_id == session.id,
            JournalEntry.kind.in_(_MOVED),
            JournalLine.account == drawer_account(session.till_id),
        )
    )
    moved = [(at, Movement(_MOVED[kind], reason, cents)) for at, kind, reason, cents in rows]
    return tuple(one for _, one in sorted([*moved, *_handovers(read, session.id)], key=lambda pair: pair[0]))


def _handovers(read: Read, session_id: int) -> list[tuple[datetime, Movement]]:
    given, taken = aliased(StaffMember), aliased(StaffMember)
    rows = read.session.execute(
        select(TillHandover.at, given.name, taken.name, TillHandover.over_short_cents)
        .join(given, given.id == TillHandover.given_by)
        .join(taken, taken.id == TillHandover.received_by)
        .where(TillHandover.session_id == session_id)
    )
    return [(at, Movement("Hand-over", f"{giver} to {taker}", cents)) for at, giver, taker, cents in rows]


def _cash_takings(read: Read, session: TillSession) -> tuple[Movement, ...]:
    taken = (
        select(func.coalesce(func.sum(JournalLine.cents), 0))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(
            JournalEntry.session_id == session.id,
            JournalEntry.kind.not_in(_NO_TAKINGS),
            JournalLine.account == drawer_account(session.till_id),
        )
    )
    return (Movement("Cash", "taken less given back", read.session.scalar(taken) or 0),)


def _given_back(read: Read, session_id: int) -> dict[PaymentKind, tuple[int, Cents]]:
    rows = read.session.execute(
        select(Payment.kind, func.count(), func.sum(-Payment.amount_cents))
        .where(Payment.session_id == session_id, Payment.kind.in_((PaymentKind.REFUND, PaymentKind.VOID)))
        .group_by(Payment.kind)
    )
    found = {kind: (count, cents) for kind, count, cents in rows}
    return {kind: found.get(kind, (0, 0)) for kind in (PaymentKind.REFUND, PaymentKind.VOID)}


def _openings(read: Read, session_id: int, kind: str) -> int:
    chosen = select(func.count()).where(TillOpening.session_id == session_id, TillOpening.kind == kind)
    return read.session.scalar(chosen) or 0


def _may_see(read: Read) -> bool:
    person = None if read.actor_id is None else read.session.get(StaffMember, read.actor_id)
    return person is not None and person.may(Right.SEE_EXPECTED)
