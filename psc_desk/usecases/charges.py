"""Charges from the encounter form (front-desk.md M1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import ChargePosted
from psc_desk.models.clinic import Fee
from psc_desk.models.ledger import Account, Charge, Line
from psc_desk.models.staff import Right
from psc_desk.models.visit import FREES_SLOT, Status, Visit
from psc_desk.money import LIMIT, format_money
from psc_desk.usecases.adjustments import take_back_all
from psc_desk.usecases.allocation import apply_visit_credit, settle
from psc_desk.usecases.ledger import post, posted, reverse
from psc_desk.work import Read, Work


@dataclass(frozen=True)
class ChargeInput:
    """A line of the encounter form. `unit_cents` overrides the fee schedule (price on request)."""

    code: str
    units: int = 1
    modifiers: str = ""
    diagnoses: str = ""
    unit_cents: int | None = None


def post_charges(work: Work, visit_id: int, lines: Sequence[ChargeInput], *, key: str) -> list[int]:
    """Charge `lines` to the visit at the fees in force on its day; return the charges' ids.

    The same key posts once: a repeat returns the charges of the first time.
    """
    work.require(Right.CHARGE)
    visit = work.get(Visit, visit_id, "visit")
    done = posted(work, f"{key}:0") if lines else None
    if done is not None:
        first = work.session.scalars(select(Charge.id).where(Charge.entry_id == done)).one()
        return list(range(first, first + len(lines)))
    if not lines:
        raise InputError("Choose at least one line of the encounter form.", "charges")
    if visit.status in FREES_SLOT or visit.status is Status.BOOKED:
        raise RefusedError("Only a visit that took place can be charged. Check the patient in first.")
    charge_ids = [_post_one(work, visit, line, f"{key}:{n}") for n, line in enumerate(lines)]
    apply_visit_credit(work, visit.patient_id, visit.id, key=f"{key}:apply")
    return charge_ids


def void_charge(work: Work, charge_id: int, *, key: str, reason: str) -> None:
    """Take a charge back by a reversing entry, its adjustments first; money put against it becomes unapplied."""
    work.require(Right.CHARGE)
    if posted(work, key) is not None:
        return
    if not reason.strip():
        raise InputError("Say why the charge is taken back.", "reason")
    charge = work.get(Charge, charge_id, "charge")
    take_back_all(work, charge_id, key=key, reason=reason)
    reverse(work, charge.entry_id, "charge_void", key=key, reason=reason)
    settle(work, charge.patient_id, key=key, reason=reason)
    work.announce(
        ChargePosted(patient_id=charge.patient_id, visit_id=charge.visit_id),
        f"took back the charge {charge.code} of {format_money(charge.amount_cents)}",
        reason=reason,
    )


def fee_on(read: Read, code: str, visit: Visit) -> Fee:
    """Return the fee in force on the visit's day, or raise InputError when the code has none."""
    fee = read.session.scalar(
        select(Fee)
        .where(Fee.code == code, Fee.effective_from <= visit.day)
        .order_by(Fee.effective_from.desc())
        .limit(1)
    )
    if fee is None:
        raise InputError(
            f"The fee schedule has no price for “{code}” on {visit.day:%m/%d/%Y}. Add it in Settings.", "code"
        )
    return fee


def _post_one(work: Work, visit: Visit, line: ChargeInput, key: str) -> int:
    fee = fee_on(work, line.code, visit)
    unit_cents = fee.cents if line.unit_cents is None else line.unit_cents
    if not 1 <= line.units <= 999:
        raise InputError("Units go from 1 to 999.", "units")
    if not 0 < unit_cents * line.units <= LIMIT:
        raise InputError(f"The price of {line.code} must be above $0.00 and at most {format_money(LIMIT)}.", "price")
    charge_id = (work.session.scalar(select(func.max(Charge.id))) or 0) + 1
    amount = unit_cents * line.units
    owed = Line(Account.PATIENT_AR, amount, visit.patient_id, visit.id, charge_id)
    entry_id = post(work, "charge", [owed, replace(owed, account=Account.CHARGES, cents=-amount)], key=key)
    work.session.add(
        Charge(
            id=charge_id, visit_id=visit.id, patient_id=visit.patient_id, provider_id=visit.provider_id, code=fee.code,
            label=fee.label, modifiers=line.modifiers, diagnoses=line.diagnoses, units=line.units,
            unit_cents=unit_cents, amount_cents=amount, service_date=visit.day, entry_id=entry_id,
        )
    )  # fmt: skip
    work.announce(
        ChargePosted(patient_id=visit.patient_id, visit_id=visit.id),
        f"charged {fee.code} {fee.label}, {format_money(amount)}",
        after={"charge_id": charge_id, "cents": amount},
    )
    return charge_id
