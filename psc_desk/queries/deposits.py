"""What may go to the bank, and the deposits made (front-desk.md M9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from psc_desk.models.clinic import Clinic
from psc_desk.models.ledger import Account, JournalEntry, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import Deposit, DepositItem, SessionStatus, Till, TillSession
from psc_desk.money import Cents
from psc_desk.papers.deposit_slip import CashLine, CheckLine, DepositSlipData
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.queries.staff import PersonRow, approvers
from psc_desk.queries.tills import pieces_rows
from psc_desk.work import Read


@dataclass(frozen=True)
class BankableCash:
    """Cash of a closed session that lies in the safe: drops and what the close took out."""

    session_id: int
    till: str
    business_date: date
    z_no: int
    closed_by_id: int
    cents: Cents


@dataclass(frozen=True)
class BankableCheck:
    """A check not yet deposited."""

    tender_id: int
    payer: str
    check_no: str
    bank: str
    receipt_no: int
    cents: Cents


@dataclass(frozen=True)
class Bankable:
    """All that waits to go to the bank."""

    cash: tuple[BankableCash, ...]
    checks: tuple[BankableCheck, ...]


@dataclass(frozen=True)
class DepositStart:
    """What the deposit form begins with: what waits, and who may verify it."""

    waiting: Bankable
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


def bankable(read: Read) -> Bankable:
    """Return the cash of closed sessions and the checks that no deposit holds yet."""
    return Bankable(tuple(_cash(read)), tuple(_checks(read)))


def deposit_start(read: Read) -> DepositStart:
    """Return what the deposit form begins with."""
    return DepositStart(bankable(read), tuple(approvers(read)))


def deposits(read: Read, limit: int = 60) -> list[DepositRow]:
    """Return the newest deposits."""
    checks = (
        select(DepositItem.deposit_id, func.count(DepositItem.tender_id).label("n"))
        .group_by(DepositItem.deposit_id)
        .subquery()
    )
    rows = read.session.execute(
        select(
            Deposit.id, Deposit.made_at, Deposit.business_date, Deposit.cash_cents, Deposit.checks_cents,
            func.coalesce(checks.c.n, 0), Deposit.bag_no, StaffMember.name,
        )
        .join(StaffMember, StaffMember.id == Deposit.prepared_by)
        .outerjoin(checks, checks.c.deposit_id == Deposit.id)
        .order_by(Deposit.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [DepositRow(*row) for row in rows]


def deposit_slip_data(read: Read, deposit_id: int) -> DepositSlipData:
    """Return what stands on the bank deposit slip."""
    made = read.get(Deposit, deposit_id, "deposit")
    clinic = read.get(Clinic, 1, "clinic")
    pieces = [CashLine(row.label, row.count, row.cents) for row in pieces_rows(made.denominations)]
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
        prepared_by=_person(read, made.prepared_by),
        verified_by=_person(read, made.verified_by),
    )


def _deposited_checks(read: Read, deposit_id: int) -> list[CheckLine]:
    rows = read.session.execute(
        select(Patient.first_name, Patient.last_name, Tender.check_no, Tender.bank, Tender.cents)
        .join(Payment, Payment.patient_id == Patient.id)
        .join(Tender, Tender.payment_id == Payment.id)
        .join(DepositItem, DepositItem.tender_id == Tender.id)
        .where(DepositItem.deposit_id == deposit_id)
        .order_by(Tender.id)
    )
    return [CheckLine(f"{first} {last}", number, bank, cents) for first, last, number, bank, cents in rows]


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
    return [BankableCash(i, name, day, z or 0, who or 0, cents) for i, name, day, z, who, cents in rows]


def _checks(read: Read) -> list[BankableCheck]:
    void = aliased(Payment)
    rows = read.session.execute(
        select(Tender.id, Patient.first_name, Patient.last_name, Tender.check_no, Tender.bank, Payment.receipt_no,
               Tender.cents)
        .join(Payment, Payment.id == Tender.payment_id)
        .join(Patient, Patient.id == Payment.patient_id)
        .outerjoin(DepositItem, DepositItem.tender_id == Tender.id)
        .outerjoin(void, (void.of_payment_id == Payment.id) & (void.kind == PaymentKind.VOID))
        .where(
            Tender.kind == TenderKind.CHECK, Tender.cents > 0, Payment.kind.not_in((PaymentKind.VOID,)),
            DepositItem.id.is_(None), void.id.is_(None),
        )
        .order_by(Tender.id)
    )  # fmt: skip
    return [BankableCheck(i, f"{first} {last}", no, bank, receipt, c) for i, first, last, no, bank, receipt, c in rows]
