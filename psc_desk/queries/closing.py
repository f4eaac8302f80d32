"""The guided close as it is read: how far it got, what is still open, the checks and cards to compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from psc_desk.clock import local
from psc_desk.dates import format_clock, format_time
from psc_desk.devices.jobs import JobState
from psc_desk.models.card import CardAttempt
from psc_desk.models.ledger import Account, Charge, JournalEntry, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import CloseDraft, SessionStatus, Till, TillSession, TillTransfer, TransferStatus
from psc_desk.models.visit import HERE, Status, Visit
from psc_desk.money import Cents, format_money
from psc_desk.queries.cards import OPEN as UNSETTLED
from psc_desk.queries.staff import name_of
from psc_desk.settings import TILL_ID
from psc_desk.work import Read

STEPS = ("items", "cards", "checks", "count", "difference", "float", "deposit", "z_report")
"""The steps of a guided close in their order."""


@dataclass(frozen=True)
class OpenItem:
    """Something to look at before the drawer is counted: what, which ones, what to do.

    `blocking` must be put right; the rest can be left with a reason. `key` changes when other ones are meant.
    """

    key: str
    kind: str
    blocking: bool
    title: str
    details: tuple[str, ...]
    what_to_do: str


@dataclass(frozen=True)
class CheckInDrawer:
    """A check that should lie in the drawer."""

    tender_id: int
    check_no: str
    bank: str
    receipt_no: int
    cents: Cents


@dataclass(frozen=True)
class CardTaken:
    """A card payment or refund of the session, to compare with the terminal's list; `at` is the wall clock."""

    tender_id: int
    receipt_no: int
    at: str
    card: str
    reference: str
    cents: Cents


@dataclass(frozen=True)
class Draft:
    """How far a close got, who got it there and when (the clinic's wall clock), and what was typed, step by step."""

    step: str
    typed: dict[str, Any]
    saved_by: str
    saved_at: datetime


def close_progress(read: Read, till_id: int | None = None) -> int:
    """Return the number of the step, from 1, at which the close of a drawer (else this desk's) waits; 0 is none."""
    chosen = (
        select(CloseDraft.step)
        .join(TillSession, TillSession.id == CloseDraft.session_id)
        .where(TillSession.till_id == (till_id or read.setting(TILL_ID)), TillSession.status == SessionStatus.COUNTING)
    )
    step = read.session.scalar(chosen)
    return STEPS.index(step) + 1 if step in STEPS else 0


def draft(read: Read, session_id: int) -> Draft | None:
    """Return how far the close of a session got, if one was begun."""
    row = read.session.get(CloseDraft, session_id)
    if row is None:
        return None
    saved_by = name_of(read, row.saved_by)
    return Draft(row.step, dict(row.typed), saved_by, local(row.saved_at, read.zone))


def open_items(read: Read, session: TillSession) -> tuple[OpenItem, ...]:
    """Return what is not finished, blocking items first."""
    found = (
        _card_slips(read, session),
        _transfers(read, session),
        _prints(read, session),
        _still_here(read, session),
        _without_charges(read, session),
    )
    return tuple(item for item in found if item is not None)


def checks_in_drawer(read: Read, session_id: int) -> tuple[CheckInDrawer, ...]:
    """Return the checks taken in a session and not voided, by receipt."""
    void = aliased(Payment)
    rows = read.session.execute(
        select(Tender.id, Tender.check_no, Tender.bank, Payment.receipt_no, Tender.cents)
        .join(Payment, Payment.id == Tender.payment_id)
        .outerjoin(void, (void.of_payment_id == Payment.id) & (void.kind == PaymentKind.VOID))
        .where(
            Payment.session_id == session_id, Tender.kind == TenderKind.CHECK, Tender.cents > 0,
            Payment.kind != PaymentKind.VOID, void.id.is_(None),
        )
        .order_by(Payment.receipt_no)
    )  # fmt: skip
    return tuple(CheckInDrawer(*row) for row in rows)


def cards_taken(read: Read, session_id: int) -> tuple[CardTaken, ...]:
    """Return the card payments and refunds of a session, by receipt."""
    rows = read.session.execute(
        select(
            Tender.id, Payment.receipt_no, Payment.posted_at, Tender.card_brand, Tender.card_last4,
            Tender.terminal_ref, Tender.cents,
        )
        .join(Payment, Payment.id == Tender.payment_id)
        .where(Payment.session_id == session_id, Tender.kind == TenderKind.CARD)
        .order_by(Payment.receipt_no, Tender.id)
    )  # fmt: skip
    return tuple(
        CardTaken(i, receipt, wall_time(read, at), f"{brand} ····{last4}".strip(), reference, cents)
        for i, receipt, at, brand, last4, reference, cents in rows
    )


def cards_expected(read: Read, session_id: int) -> Cents:
    """Return what the desk recorded on cards in a session."""
    return _moved_to(read, session_id, Account.CARDS)


def dropped(read: Read, session_id: int) -> Cents:
    """Return what a session dropped to the safe, until its close moves the rest there."""
    return _moved_to(read, session_id, Account.SAFE)


def others_at_work(read: Read) -> bool:
    """Say whether somebody else works here, who can prepare the deposit."""
    chosen = select(func.count()).where(StaffMember.active, StaffMember.id != (read.actor_id or 0))
    return bool(read.session.scalar(chosen))


def wall_time(read: Read, at: datetime) -> str:
    """Return an instant as the clinic's clock showed it: "10:32 am"."""
    moment = local(at, read.zone)
    return format_clock(moment)


def _moved_to(read: Read, session_id: int, account: Account) -> Cents:
    chosen = (
        select(func.coalesce(func.sum(JournalLine.cents), 0))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.session_id == session_id, JournalLine.account == account)
    )
    return read.session.scalar(chosen) or 0


def _item(
    kind: str, ids: list[int], details: list[str], title: str, what_to_do: str, *, blocking: bool = False
) -> OpenItem | None:
    key = f"{kind}:{','.join(map(str, ids))}"
    return OpenItem(key, kind, blocking, title, tuple(details), what_to_do) if ids else None


def _number(n: int, one: str, more: str) -> str:
    return f"1 {one}" if n == 1 else f"{n} {more}"


def _card_slips(read: Read, session: TillSession) -> OpenItem | None:
    rows = read.session.execute(
        select(CardAttempt.id, CardAttempt.asked_at, CardAttempt.cents)
        .where(
            CardAttempt.session_id == session.id,
            CardAttempt.state.in_(UNSETTLED),
        )
        .order_by(CardAttempt.id)
    ).all()
    return _item(
        "cards", [row.id for row in rows],
        [f"{format_money(row.cents)} asked at {wall_time(read, row.asked_at)}" for row in rows],
        _number(len(rows), "card payment not settled", "card payments not settled"),
        "Look at the terminal whether it went through. Go on with the day and settle it under Money, Card slips.",
        blocking=True,
    )  # fmt: skip


def _transfers(read: Read, session: TillSession) -> OpenItem | None:
    sender, receiver = aliased(Till), aliased(Till)
    pending = [status for status in TransferStatus if status.pending]
    rows = read.session.execute(
        select(TillTransfer.id, TillTransfer.cents, sender.name.label("sent"), receiver.name.label("to"))
        .join(sender, sender.id == TillTransfer.from_till_id)
        .join(receiver, receiver.id == TillTransfer.to_till_id)
        .where(
            TillTransfer.status.in_(pending),
            (TillTransfer.from_till_id == session.till_id) | (TillTransfer.to_till_id == session.till_id),
        )
        .order_by(TillTransfer.id)
    ).all()
    return _item(
        "transfers", [row.id for row in rows],
        [f"{format_money(row.cents)} from {row.sent} to {row.to}" for row in rows],
        _number(len(rows), "transfer of cash on its way", "transfers of cash on their way"),
        "The receiver must accept or decline it (F8 at that drawer). Until then nobody knows whose cash it is.",
        blocking=True,
    )  # fmt: skip


def _prints(read: Read, session: TillSession) -> OpenItem | None:
    rows = read.session.execute(
        select(PrintJob.id, PrintJob.title)
        .where(
            PrintJob.session_id == session.id,
            PrintJob.state.in_((JobState.UNKNOWN, JobState.FAILED_BEFORE_FIRST_BYTE)),
        )
        .order_by(PrintJob.id)
    ).all()
    return _item(
        "prints", [row.id for row in rows], [row.title for row in rows],
        _number(len(rows), "print of unknown fate", "prints of unknown fate"),
        "Look at the printer: did it come out? Answer it under Money, Print queue.",
    )  # fmt: skip


def _still_here(read: Read, session: TillSession) -> OpenItem | None:
    rows = read.session.execute(
        select(Visit.id, Visit.status, Patient.first_name, Patient.last_name)
        .join(Patient, Patient.id == Visit.patient_id)
        .where(Visit.day == session.business_date, Visit.status.in_(HERE))
        .order_by(Visit.start_minute, Visit.id)
    ).all()
    return _item(
        "still_here", [row.id for row in rows],
        [f"{row.first_name} {row.last_name} ({row.status.word.lower()})" for row in rows],
        _number(len(rows), "patient still here", "patients still here"),
        "They may still pay. Check them out first (F6), or say why you close now.",
    )  # fmt: skip


def _without_charges(read: Read, session: TillSession) -> OpenItem | None:
    reverse = aliased(JournalEntry)
    standing = (
        select(Charge.visit_id)
        .outerjoin(reverse, reverse.reverses_id == Charge.entry_id)
        .where(Charge.visit_id.is_not(None), reverse.id.is_(None))
    )
    rows = read.session.execute(
        select(Visit.id, Visit.start_minute, Patient.first_name, Patient.last_name)
        .join(Patient, Patient.id == Visit.patient_id)
        .where(
            Visit.day == session.business_date, Visit.status == Status.DONE, Visit.no_charge_reason == "",
            Visit.id.not_in(standing),
        )
        .order_by(Visit.start_minute, Visit.id)
    ).all()  # fmt: skip
    return _item(
        "no_charges", [row.id for row in rows],
        [f"{format_time(row.start_minute)} {row.first_name} {row.last_name}" for row in rows],
        _number(len(rows), "visit without charges", "visits without charges"),
        "Enter the charges from the visit, or say there why none are charged.",
    )  # fmt: skip
