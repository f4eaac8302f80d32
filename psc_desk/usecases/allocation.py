"""Which money stands against which charge, and how that is put right after something was taken back."""

from __future__ import annotations

from sqlalchemy import func, select

from psc_desk.events import CreditApplied
from psc_desk.models.ledger import Account, JournalLine, Line
from psc_desk.models.staff import Right
from psc_desk.money import format_money, share_out
from psc_desk.queries.money import ChargeRow, all_charges, open_charges, unapplied
from psc_desk.usecases.ledger import post, posted
from psc_desk.work import Work


def apply_credit(work: Work, patient_id: int, *, key: str) -> int:
    """Put the patient's unapplied money against open charges, oldest first; return the cents applied."""
    work.require(Right.TAKE_MONEY)
    if posted(work, key) is not None:
        return 0
    return _apply(work, patient_id, open_charges(work, patient_id), unapplied(work, patient_id), key)


def apply_visit_credit(work: Work, patient_id: int, visit_id: int, *, key: str) -> int:
    """Put what was paid for this visit before it was charged against its charges; return the cents applied."""
    at_visit = (JournalLine.account == Account.UNAPPLIED, JournalLine.visit_id == visit_id)
    taken = -(work.session.scalar(select(func.sum(JournalLine.cents)).where(*at_visit)) or 0)
    charges = [row for row in open_charges(work, patient_id) if row.visit_id == visit_id]
    return _apply(work, patient_id, charges, min(taken, unapplied(work, patient_id)), key)


def settle(work: Work, patient_id: int | None, *, key: str, reason: str, prefer: frozenset[int] = frozenset()) -> None:
    """Bring the account back into order after a void, refund or taken-back charge.

    Nothing may stay open on a taken-back charge, no charge may be open above its amount less its adjustments, and
    unapplied money may not be negative: what is missing is taken from paid charges, those in `prefer` first, then the
    newest. Only money is taken back from a charge, never an adjustment.
    """
    if patient_id is None:  # a sale to someone who is no patient
        return
    rows, credit = all_charges(work, patient_id), unapplied(work, patient_id)
    lines: list[Line] = []
    paid: dict[int, int] = {}
    for row in rows:
        should = min(max(row.open_cents, 0), row.limit_cents)
        lines += _shift(patient_id, row, should - row.open_cents)
        credit += should - row.open_cents
        paid[row.charge_id] = row.limit_cents - should
    for row in sorted(rows, key=lambda row: (row.charge_id not in prefer, -row.charge_id)):
        back = min(max(-credit, 0), paid[row.charge_id])
        lines += _shift(patient_id, row, back)
        credit += back
    if any(line.cents for line in lines):
        post(work, "settle", lines, key=f"{key}:settle", reason=reason)


def _shift(patient_id: int, row: ChargeRow, cents: int) -> list[Line]:
    """Lines that raise what is open on a charge by `cents` and unapplied credit with it (or lower both)."""
    if not cents:
        return []
    return [
        Line(Account.PATIENT_AR, cents, patient_id, row.visit_id, row.charge_id),
        Line(Account.UNAPPLIED, -cents, patient_id, row.visit_id),
    ]


def _apply(work: Work, patient_id: int, charges: list[ChargeRow], credit: int, key: str) -> int:
    shares = share_out(credit, [row.open_cents for row in charges])
    used = sum(shares)
    if not used:
        return 0
    lines = [line for row, share in zip(charges, shares, strict=True) for line in _shift(patient_id, row, -share)]
    post(work, "apply", lines, key=key)
    work.announce(CreditApplied(patient_id=patient_id), f"put {format_money(used)} of unapplied money against charges")
    return used
