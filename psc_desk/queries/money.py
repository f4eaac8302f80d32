"""What the accounts say. Every figure is a sum over the journal; nothing is stored twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select
from sqlalchemy.orm import QueryableAttribute, aliased

from psc_desk.errors import NotFoundError
from psc_desk.models.charging import Adjustment
from psc_desk.models.ledger import Account, Charge, JournalEntry, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, Tender
from psc_desk.models.plan import PaymentPlan, PlanCharge, PlanStatus
from psc_desk.models.staff import StaffMember
from psc_desk.work import Read


@dataclass(frozen=True)
class ChargeRow:
    """A charge and what of it is still open, in cents. `taken_back` when it was reversed."""

    charge_id: int
    visit_id: int | None
    service_date: date
    code: str
    label: str
    units: int
    amount_cents: int
    open_cents: int
    taken_back: bool
    diagnoses: str = ""
    modifiers: str = ""
    plan_id: int | None = None  # the active payment plan that it stands in
    adjusted_cents: int = 0
    insured_cents: int = 0

    @property
    def limit_cents(self) -> int:
        """The most that can be open on it: its amount less its adjustments and what the insurance owes of it."""
        return 0 if self.taken_back else self.amount_cents - self.adjusted_cents - self.insured_cents


@dataclass(frozen=True)
class PaymentRow:
    """A receipt. `amount_cents` is negative for refunds and voids; `refundable_cents` can still be given back."""

    payment_id: int
    till_id: int
    receipt_no: int
    kind: PaymentKind
    word: str
    amount_cents: int
    posted_at: datetime
    business_date: date
    tender: str
    staff: str
    patient_id: int | None
    patient: str
    visit_id: int | None
    session_id: int
    of_receipt_no: int | None
    voided: bool
    refundable_cents: int
    reason: str
    till: str = ""
    """the drawer's name, where receipts of several drawers are listed"""


@dataclass(frozen=True)
class AccountRow:
    """A patient's account: `balance_cents` = open charges minus unapplied credit; negative means the clinic owes."""

    patient_id: int
    balance_cents: int
    open_charges_cents: int
    unapplied_cents: int
    charges: tuple[ChargeRow, ...]
    payments: tuple[PaymentRow, ...]


def balance(read: Read, patient_id: int) -> int:
    """Return what the patient owes in cents; negative when the clinic owes the patient."""
    return balances(read, [patient_id]).get(patient_id, 0)


def balances(read: Read, patient_ids: list[int]) -> dict[int, int]:
    """Return the balance of several patients; those without entries are absent."""
    rows = read.session.execute(_BALANCES, {"ids": patient_ids})
    return {patient_id: cents for patient_id, cents in rows if patient_id is not None}


def unapplied(read: Read, patient_id: int) -> int:
    """Return the patient's money not yet put against charges, as a positive number of cents."""
    return -_sum(read, JournalLine.patient_id == patient_id, _on(Account.UNAPPLIED))


def account(read: Read, patient_id: int) -> AccountRow:
    """Return charges, payments and sums of one patient, newest first."""
    open_cents = _sum(read, JournalLine.patient_id == patient_id, _on(Account.PATIENT_AR))
    credit = unapplied(read, patient_id)
    return AccountRow(
        patient_id,
        open_cents - credit,
        open_cents,
        credit,
        tuple(all_charges(read, patient_id)),
        tuple(payments(read, patient_id=patient_id)),
    )


def all_charges(read: Read, patient_id: int) -> list[ChargeRow]:
    """Return a patient's charges, newest first, those taken back too."""
    return _charges(read, _CHARGES_OF_PATIENT, patient_id)


def visit_charges(read: Read, visit_id: int) -> list[ChargeRow]:
    """Return the charges of a visit that stand."""
    return [row for row in _charges(read, _CHARGES_OF_VISIT, visit_id) if not row.taken_back]


def open_charges(read: Read, patient_id: int, first_visit_id: int | None = None) -> list[ChargeRow]:
    """Return charges with something open: of `first_visit_id` first, then outside of payment plans, oldest first."""
    rows = [row for row in all_charges(read, patient_id) if row.open_cents > 0]
    return sorted(
        rows, key=lambda row: (row.visit_id != first_visit_id, row.plan_id is not None, row.service_date, row.charge_id)
    )


def payments(
    read: Read,
    *,
    patient_id: int | None = None,
    session_id: int | None = None,
    visit_id: int | None = None,
    receipt_no: int | None = None,
    since: date | None = None,
) -> list[PaymentRow]:
    """Return the receipts of a patient, a drawer session, a visit, a number (one a drawer) or since a business date.

    Newest first.
    """
    chosen = _payment_rows()
    if since is not None:
        chosen = chosen.where(JournalEntry.business_date >= since)
    if receipt_no is not None:
        chosen = chosen.where(Payment.receipt_no == receipt_no)
    if patient_id is not None:
        chosen = chosen.where(Payment.patient_id == patient_id)
    if session_id is not None:
        chosen = chosen.where(Payment.session_id == session_id)
    if visit_id is not None:
        chosen = chosen.where(Payment.visit_id == visit_id)
    return _payment_list(read, chosen)


def payment_row(read: Read, payment_id: int) -> PaymentRow:
    """Return one receipt, or raise NotFoundError."""
    rows = _payment_list(read, _payment_rows().where(Payment.id == payment_id))
    if not rows:
        raise NotFoundError("That receipt is no longer there. Look for it again.")
    return rows[0]


def _payment_list(read: Read, chosen: Select[*tuple[object, ...]]) -> list[PaymentRow]:
    rows = read.session.execute(chosen.order_by(Payment.id.desc())).all()
    ids = [row.id for row in rows]
    given_back = _given_back(read, ids)
    words = tender_words(read, ids)
    return [_payment_row(row, words.get(row.id, ""), given_back.get(row.id, (0, False))) for row in rows]


def refundable(read: Read, paid: Payment) -> int:
    """Return how much of a receipt may still be given back: see `_left`."""
    return _left(paid.kind, paid.amount_cents, _given_back(read, [paid.id]).get(paid.id))


def _left(kind: PaymentKind, cents: int, back: tuple[int, bool] | None) -> int:
    """Of money taken what did not go back yet; 0 once voided, and for what took no money."""
    gone, voided = back or (0, False)
    return 0 if voided or not kind.takes else max(0, cents - gone)


def tender_words(read: Read, payment_ids: list[int]) -> dict[int, str]:
    """Return how each payment was made, in words: "cash", "check 1042", "Visa ····4242"."""
    words: dict[int, list[str]] = {}
    for tender in read.session.scalars(select(Tender).where(Tender.payment_id.in_(payment_ids)).order_by(Tender.id)):
        words.setdefault(tender.payment_id, []).append(tender.detail or tender.kind.value)
    return {payment_id: ", ".join(parts) for payment_id, parts in words.items()}


def _charges(read: Read, chosen: Select[*tuple[Any, ...]], whose: int) -> list[ChargeRow]:
    return [ChargeRow(*row) for row in read.session.execute(chosen, {"whose": whose})]


def _charges_of(column: QueryableAttribute[int] | QueryableAttribute[int | None]) -> Select[*tuple[Any, ...]]:
    """Return the statement for the charges whose `column` is `whose`; built once, because building takes longest."""
    which = column == bindparam("whose")
    opened = (
        select(
            JournalLine.charge_id,
            _sum_on(Account.PATIENT_AR).label("open"),
            _sum_on(Account.INSURANCE_AR).label("insured"),
        )
        .where(_on(Account.PATIENT_AR, Account.INSURANCE_AR))
        .group_by(JournalLine.charge_id)
        .where(JournalLine.charge_id.in_(select(Charge.id).where(which)))
        .subquery()
    )
    adjusted = (
        select(func.coalesce(func.sum(Adjustment.cents), 0)).where(Adjustment.charge_id == Charge.id).scalar_subquery()
    )
    in_plan = (
        select(PlanCharge.plan_id)
        .join(PaymentPlan, PaymentPlan.id == PlanCharge.plan_id)
        .where(PlanCharge.charge_id == Charge.id, PaymentPlan.status == PlanStatus.ACTIVE)
        .limit(1)
        .scalar_subquery()
    )
    reversal = aliased(JournalEntry)
    return (
        select(
            Charge.id, Charge.visit_id, Charge.service_date, Charge.code, Charge.label, Charge.units,
            Charge.amount_cents, func.coalesce(opened.c.open, 0), reversal.id.is_not(None), Charge.diagnoses,
            Charge.modifiers, in_plan, adjusted, func.coalesce(opened.c.insured, 0),
        )
        .outerjoin(opened, opened.c.charge_id == Charge.id)
        .outerjoin(reversal, reversal.reverses_id == Charge.entry_id)
        .where(which)
        .order_by(Charge.service_date.desc(), Charge.id.desc())
    )  # fmt: skip


def _payment_rows() -> Select[*tuple[object, ...]]:
    other = aliased(Payment)
    return (
        select(
            Payment.id, Payment.till_id, Payment.receipt_no, Payment.kind, Payment.amount_cents, Payment.posted_at,
            JournalEntry.business_date, StaffMember.name.label("staff"), Payment.patient_id, Payment.visit_id,
            Payment.session_id, other.receipt_no.label("of_receipt_no"), Payment.reason, Patient.last_name,
            Patient.first_name,
        )
        .join(JournalEntry, JournalEntry.id == Payment.entry_id)
        .join(StaffMember, StaffMember.id == Payment.staff_id)
        .outerjoin(Patient, Patient.id == Payment.patient_id)
        .outerjoin(other, other.id == Payment.of_payment_id)
    )  # fmt: skip


def _payment_row(row: object, tender: str, back: tuple[int, bool]) -> PaymentRow:
    r: PaymentRow = row  # type: ignore[assignment]  # a SQLAlchemy row with these names
    kind: PaymentKind = r.kind
    left, voided = _left(kind, r.amount_cents, back), back[1]
    return PaymentRow(
        row.id, r.till_id, r.receipt_no, kind, kind.word, r.amount_cents, r.posted_at, r.business_date, tender, r.staff,  # type: ignore[attr-defined]
        r.patient_id, _sort_name(row), r.visit_id, r.session_id, r.of_receipt_no, voided, left,
        r.reason,
    )  # fmt: skip


def _sort_name(row: Any) -> str:
    """A sale may be to someone who is no patient."""
    return f"{row.last_name}, {row.first_name}" if row.last_name is not None else ""


def _given_back(read: Read, payment_ids: list[int]) -> dict[int, tuple[int, bool]]:
    """For each payment: cents refunded or returned (less what was voided of that), and whether it was voided."""
    undone = aliased(Payment)
    void = Payment.kind == PaymentKind.VOID
    found = read.session.execute(
        select(
            Payment.of_payment_id,
            func.sum(case((void, 0), else_=-Payment.amount_cents)),
            func.max(case((void, 1), else_=0)),
        )
        .where(Payment.of_payment_id.in_(payment_ids))
        .where(~select(undone.id).where(undone.of_payment_id == Payment.id, undone.kind == PaymentKind.VOID).exists())
        .group_by(Payment.of_payment_id)
    )
    return {of_id: (cents, bool(voided)) for of_id, cents, voided in found if of_id is not None}


def _sum(read: Read, *which: ColumnElement[bool]) -> int:
    return read.session.scalar(select(func.coalesce(func.sum(JournalLine.cents), 0)).where(*which)) or 0


def _sum_on(account: Account) -> ColumnElement[int]:
    return func.sum(case((JournalLine.account == account.value, JournalLine.cents), else_=0))


def _on(*accounts: Account) -> ColumnElement[bool]:
    return JournalLine.account.in_([a.value for a in accounts])


_BALANCES = (
    select(JournalLine.patient_id, func.sum(JournalLine.cents))
    .where(JournalLine.patient_id.in_(bindparam("ids", expanding=True)), _on(Account.PATIENT_AR, Account.UNAPPLIED))
    .group_by(JournalLine.patient_id)
)
_CHARGES_OF_PATIENT = _charges_of(Charge.patient_id)
_CHARGES_OF_VISIT = _charges_of(Charge.visit_id)
