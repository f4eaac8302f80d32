"""What may go to the bank, and the deposits made (front-desk.md M9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from psc_desk.dates import format_date
from psc_desk.models.card import BankConfirmation, CardBatch
from psc_desk.models.clinic import Clinic
from psc_desk.models.ledger import Account, JournalEntry, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import Deposit, DepositItem, SessionStatus, Till, TillCount, TillSession
from psc_desk.money import Cents
from psc_desk.papers.deposit_slip import CardBatch as CardBatchLine
from psc_desk.papers.deposit_slip import CashLine, CheckLine, DepositSlipData, DepositSource
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.queries.staff import PersonRow, approvers
from psc_desk.queries.tills import last_count, pieces_rows
from psc_desk.work import Read


@dataclass(frozen=True)
class BankableCash:
    """Cash of a closed session that lies in the safe: drops and what the close took out.

    `pieces` are the notes and coin of it that are known; those of a drop are only when they were typed.
    """

    session_id: int
    till: str
    business_date: date
    z_no: int
    closed_by_id: int
    cents: Cents
    pieces: dict[int, int]


@dataclass(frozen=True)
class BankableCheck:
    """A check not yet deposited."""

    tender_id: int
    payer: str
    check_no: str
    bank: str
    receipt_no: int
    cents: Cents
    till: str
    business_date: date


@dataclass(frozen=True)
class Bankable:
    """All that waits to go to the bank."""

    cash: tuple[BankableCash, ...]
    checks: tuple[BankableCheck, ...]


@dataclass(frozen=True)
class DepositStart:
    """What the deposit form begins with: what waits, who prepares it, and who may verify it."""

    waiting: Bankable
    own_id: int | None
    verifiers: tuple[PersonRow, ...]


@dataclass(frozen=True)
class DepositRow:
    """A deposit made."""

    deposit_id: int
    made_at: datetime
    business_date: date
    cash_cents: Cents
    checks_cents: Cents
    check_count: int
    bag_no: str
    prepared_by: str
    prepared_by_id: int
    verified_by: str
    exception_reason: str
    booked_on: date | None
    booked_cents: Cents
    variance_cents: Cents

    @property
    def total_cents(self) -> Cents:
        """What the bank should book."""
        return self.cash_cents + self.checks_cents


def bankable(read: Read) -> Bankable:
    """Return the cash and the checks of closed sessions that no deposit holds yet, by drawer and day."""
    return Bankable(tuple(_cash(read)), tuple(_checks(read)))


def deposit_start(read: Read) -> DepositStart:
    """Return what the deposit form begins with."""
    return DepositStart(bankable(read), read.actor_id, tuple(approvers(read)))


def deposits(read: Read, limit: int = 60) -> list[DepositRow]:
    """Return the newest deposits with what the bank booked for them."""
    checks = (
        select(DepositItem.deposit_id, func.count().label("n"))
        .where(DepositItem.tender_id.is_not(None))
        .group_by(DepositItem.deposit_id)
        .subquery()
    )
    verifier = aliased(StaffMember)
    rows = read.session.execute(
        select(
            Deposit.id, Deposit.made_at, Deposit.business_date, Deposit.cash_cents, Deposit.checks_cents,
            func.coalesce(checks.c.n, 0), Deposit.bag_no, StaffMember.name, Deposit.prepared_by,
            func.coalesce(verifier.name, ""), Deposit.exception_reason, BankConfirmation.booked_on,
            func.coalesce(BankConfirmation.cents, 0), func.coalesce(BankConfirmation.variance_cents, 0),
        )
        .join(StaffMember, StaffMember.id == Deposit.prepared_by)
        .outerjoin(verifier, verifier.id == Deposit.verified_by)
        .outerjoin(checks, checks.c.deposit_id == Deposit.id)
        .outerjoin(BankConfirmation, BankConfirmation.deposit_id == Deposit.id)
        .order_by(Deposit.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [DepositRow(*row) for row in rows]


def deposit_slip_data(read: Read, deposit_id: int) -> DepositSlipData:
    """Return what stands on the bank deposit slip, with the bank's word once it is written down."""
    made = read.get(Deposit, deposit_id, "deposit")
    clinic = read.get(Clinic, 1, "clinic")
    pieces = [CashLine(row.label, row.count, row.cents) for row in pieces_rows(made.denominations)]
    word = read.session.scalar(select(BankConfirmation).where(BankConfirmation.deposit_id == deposit_id))
    return DepositSlipData(
        clinic=clinic_block(read),
        mark=print_mark(read),
        deposit_no=str(made.id),
        day=made.business_date,
        bank=clinic.bank_name or "Bank",
        account_ending=clinic.bank_account_ending or "----",
        bag_no=made.bag_no,
        notes=tuple(line for line in pieces if line.label.startswith("$")),
        coins=tuple(line for line in pieces if not line.label.startswith("$")),
        checks=tuple(_deposited_checks(read, deposit_id)),
        card_batches=tuple(_batches_beside(read, deposit_id)),
        sources=tuple(_sources(read, deposit_id)),
        prepared_by=_person(read, made.prepared_by),
        verified_by=_person(read, made.verified_by),
        exception=made.exception_reason,
        booked_on=word.booked_on if word else None,
        booked_cents=word.cents if word else None,
        bank_reason=word.reason if word else "",
    )


def _sessions_of(read: Read, deposit_id: int) -> dict[int, tuple[int, int]]:
    """Return {session: (cash, checks)} of a deposit, in the order of the sessions."""
    found: dict[int, tuple[int, int]] = {}
    rows = read.session.execute(
        select(func.coalesce(DepositItem.session_id, Payment.session_id), DepositItem.tender_id, DepositItem.cents)
        .outerjoin(Tender, Tender.id == DepositItem.tender_id)
        .outerjoin(Payment, Payment.id == Tender.payment_id)
        .where(DepositItem.deposit_id == deposit_id)
    )
    for session_id, tender_id, cents in rows:
        cash, checks = found.get(session_id, (0, 0))
        found[session_id] = (cash + cents, checks) if tender_id is None else (cash, checks + cents)
    return dict(sorted(found.items()))


def _sources(read: Read, deposit_id: int) -> Iterator[DepositSource]:
    for session_id, (cash, checks) in _sessions_of(read, deposit_id).items():
        session = read.get(TillSession, session_id, "drawer session")
        till = read.get(Till, session.till_id, "drawer").name
        closer = _person(read, session.closed_by)
        yield DepositSource(till, session.business_date, str(session.z_no or ""), closer, cash, checks)


def _batches_beside(read: Read, deposit_id: int) -> Iterator[CardBatchLine]:
    """The card batches of the same sessions: the bank books them, but not with this deposit."""
    rows = read.session.execute(
        select(Till.name, CardBatch.business_date, CardBatch.batch_no, CardBatch.terminal_cents)
        .join(TillSession, TillSession.id == CardBatch.session_id)
        .join(Till, Till.id == TillSession.till_id)
        .where(CardBatch.session_id.in_(list(_sessions_of(read, deposit_id))))
        .order_by(CardBatch.session_id)
    )
    for till, day, number, cents in rows:
        yield CardBatchLine(f"{till}, {format_date(day)}", f"Batch {number}" if number else "Batch", cents)


def _deposited_checks(read: Read, deposit_id: int) -> list[CheckLine]:
    rows = read.session.execute(
        select(Patient.first_name, Patient.last_name, Tender.check_no, Tender.bank, Tender.cents)
        .select_from(DepositItem)
        .join(Tender, Tender.id == DepositItem.tender_id)
        .join(Payment, Payment.id == Tender.payment_id)
        .outerjoin(Patient, Patient.id == Payment.patient_id)
        .where(DepositItem.deposit_id == deposit_id)
        .order_by(Tender.id)
    )
    return [CheckLine(_payer(first, last), number, bank, cents) for first, last, number, bank, cents in rows]


def _payer(first: str | None, last: str | None) -> str:
    return f"{first} {last}" if last else "Counter sale"


def _person(read: Read, staff_id: int | None) -> str:
    found = None if staff_id is None else read.session.get(StaffMember, staff_id)
    return found.name if found else ""


def _cash(read: Read) -> list[BankableCash]:
    in_safe = (
        select(JournalEntry.session_id, func.sum(JournalLine.cents).label("cents"))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalLine.account == Account.SAFE, JournalEntry.session_id.is_not(None))
        .group_by(JournalEntry.session_id)
        .subquery()
    )
    rows = read.session.execute(
        select(
            TillSession.id,
            Till.name,
            TillSession.business_date,
            TillSession.z_no,
            TillSession.closed_by,
            in_safe.c.cents,
        )
        .join(Till, Till.id == TillSession.till_id)
        .join(in_safe, in_safe.c.session_id == TillSession.id)
        .outerjoin(DepositItem, DepositItem.session_id == TillSession.id)
        .where(TillSession.status == SessionStatus.CLOSED, DepositItem.id.is_(None), in_safe.c.cents > 0)
        .order_by(TillSession.id)
    )
    return [
        BankableCash(i, name, day, z or 0, who or 0, cents, _pieces(read, i)) for i, name, day, z, who, cents in rows
    ]


def _pieces(read: Read, session_id: int) -> dict[int, int]:
    """Return the pieces known to lie in the safe: those counted at the close less the float left, and those dropped."""
    known: Counter[str] = Counter()
    rows = read.session.execute(
        select(TillCount.kind, TillCount.denominations).where(
            TillCount.session_id == session_id, TillCount.kind.in_(("drop", "float"))
        )
    )
    for kind, pieces in rows:
        count = last_count(read, session_id) if kind == "float" else None
        if count is None:
            known.update(pieces)
        else:
            known.update(count.denominations)
            known.subtract(pieces)
    return {int(piece): n for piece, n in known.items() if n}


def _checks(read: Read) -> list[BankableCheck]:
    """Checks of closed sessions only: one of an open session may still be voided."""
    back = aliased(Payment)
    undone = (PaymentKind.VOID, PaymentKind.RETURNED)
    rows = read.session.execute(
        select(Tender.id, Patient.first_name, Patient.last_name, Tender.check_no, Tender.bank, Payment.receipt_no,
               Tender.cents, Till.name, TillSession.business_date)
        .join(Payment, Payment.id == Tender.payment_id)
        .join(TillSession, TillSession.id == Payment.session_id)
        .join(Till, Till.id == TillSession.till_id)
        .outerjoin(Patient, Patient.id == Payment.patient_id)
        .outerjoin(DepositItem, DepositItem.tender_id == Tender.id)
        .outerjoin(back, (back.of_payment_id == Payment.id) & back.kind.in_(undone))
        .where(
            Tender.kind == TenderKind.CHECK, Tender.cents > 0, Payment.kind.not_in(undone),
            TillSession.status == SessionStatus.CLOSED, DepositItem.id.is_(None), back.id.is_(None),
        )
        .order_by(TillSession.id, Tender.id)
    )  # fmt: skip
    return [
        BankableCheck(tender_id, _payer(first, last), no, bank, receipt, cents, till, day)
        for tender_id, first, last, no, bank, receipt, cents, till, day in rows
    ]
