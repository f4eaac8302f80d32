"""Charges from the encounter form, and to an account without a visit (front-desk.md M1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import ChargePosted
from psc_desk.models.charging import LETTERS, ClosedMonth, tidy_modifiers, tidy_pointers
from psc_desk.models.ledger import Account, Charge, JournalLine, Line
from psc_desk.models.patient import Patient
from psc_desk.models.staff import Right
from psc_desk.models.visit import FREES_SLOT, Status, Visit
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.queries.clinic import FeeRow, fee_on
from psc_desk.queries.encounter import diagnoses_of, schedule_of
from psc_desk.usecases.adjustments import take_back_all
from psc_desk.usecases.allocation import apply_visit_credit, settle
from psc_desk.usecases.encounter import save_diagnoses
from psc_desk.usecases.ledger import post, posted, reverse
from psc_desk.usecases.sliding import apply_sliding_fee
from psc_desk.work import Work


@dataclass(frozen=True)
class ChargeInput:
    """A line of the encounter form. `unit_cents` overrides the fee schedule (price on request).

    `modifiers` are up to four of two characters; `pointers` are letters into the visit's diagnoses, such as "AC".
    """

    code: str
    units: int = 1
    modifiers: str = ""
    pointers: str = ""
    unit_cents: Cents | None = None


@dataclass(frozen=True)
class _Bearer:
    """Who and what a charge is for."""

    patient_id: int
    visit_id: int | None
    provider_id: int | None
    day: date
    schedule: str = ""
    diagnoses: tuple[str, ...] = ()
    reason: str = ""


def post_charges(
    work: Work,
    visit_id: int,
    lines: Sequence[ChargeInput],
    *,
    key: str,
    diagnoses: Sequence[str] | None = None,
    reason: str = "",
) -> list[int]:
    """Charge `lines` to the visit at the fees in force on its day; return the charges' ids.

    `diagnoses` are kept on the encounter form first; None leaves them as they are. A visit of a closed month takes a
    charge only with a reason, dated today. The same key posts once: a repeat returns the charges of the first time.
    """
    work.require(Right.CHARGE)
    visit = work.get(Visit, visit_id, "visit")
    done = _posted_before(work, key, len(lines))
    if done:
        return done
    if not lines:
        raise InputError("Choose at least one line of the encounter form.", "charges")
    if visit.status in FREES_SLOT or visit.status is Status.BOOKED:
        raise RefusedError("Only a visit that took place can be charged. Check the patient in first.")
    if diagnoses is not None:
        save_diagnoses(work, visit_id, diagnoses)
    bearer = _Bearer(
        visit.patient_id, visit.id, visit.provider_id, visit.day, schedule_of(work, visit),
        diagnoses_of(work, visit_id), _late_reason(work, visit.day, reason),
    )  # fmt: skip
    charge_ids = [_post_one(work, bearer, line, f"{key}:{n}") for n, line in enumerate(lines)]
    visit.no_charge_reason = ""
    apply_sliding_fee(work, visit.id, key=key)
    apply_visit_credit(work, visit.patient_id, visit.id, key=f"{key}:apply")
    return charge_ids


def charge_account(
    work: Work, patient_id: int, line: ChargeInput, *, key: str, day: date | None = None, reason: str = ""
) -> int:
    """Charge something that belongs to no visit, such as a form filled in; return the charge's id. Posts once a key.

    `day` is the day of the service, today when None.
    """
    work.require(Right.CHARGE)
    done = _posted_before(work, key, 1)
    if done:
        return done[0]
    patient = work.get(Patient, patient_id, "patient")
    on = day or work.today
    if on > work.today:
        raise InputError("The day of the service lies ahead. Type today or an earlier day.", "day")
    bearer = _Bearer(patient.id, None, None, on, reason=_late_reason(work, on, reason))
    return _post_one(work, bearer, line, f"{key}:0")


def void_charge(work: Work, charge_id: int, *, key: str, reason: str) -> None:
    """Take a charge back by a reversing entry, its adjustments first; money put against it becomes unapplied."""
    work.require(Right.CHARGE)
    if posted(work, key) is not None:
        return
    if not reason.strip():
        raise InputError("Say why the charge is taken back.", "reason")
    charge = work.get(Charge, charge_id, "charge")
    _back_from_plan(work, charge, key=key, reason=reason)
    take_back_all(work, charge_id, key=key, reason=reason)
    reverse(work, charge.entry_id, "charge_void", key=key, reason=reason)
    settle(work, charge.patient_id, key=key, reason=reason)
    work.announce(
        ChargePosted(patient_id=charge.patient_id, visit_id=charge.visit_id),
        f"took back the charge {charge.code} of {format_money(charge.amount_cents)}",
        reason=reason,
    )
    if charge.visit_id is not None and apply_sliding_fee(work, charge.visit_id, key=key):
        apply_visit_credit(work, charge.patient_id, charge.visit_id, key=f"{key}:apply")


def _back_from_plan(work: Work, charge: Charge, *, key: str, reason: str) -> None:
    """What the plan owes of the charge is first moved back to the patient, or it would become credit."""
    owed = work.session.scalar(
        select(func.coalesce(func.sum(JournalLine.cents), 0)).where(
            JournalLine.charge_id == charge.id, JournalLine.account == Account.INSURANCE_AR
        )
    )
    if owed:
        line = Line(Account.PATIENT_AR, owed, charge.patient_id, charge.visit_id, charge.id)
        post(
            work, "bill_plan", [line, replace(line, account=Account.INSURANCE_AR, cents=-owed)], key=f"{key}:plan",
            reason=reason,
        )  # fmt: skip


def _posted_before(work: Work, key: str, lines: int) -> list[int]:
    done = posted(work, f"{key}:0") if lines else None
    if done is None:
        return []
    first = work.session.scalars(select(Charge.id).where(Charge.entry_id == done)).one()
    return list(range(first, first + lines))


def _late_reason(work: Work, day: date, reason: str) -> str:
    month = work.session.get(ClosedMonth, f"{day:%Y-%m}")
    if month is not None and not reason.strip():
        raise InputError(
            f"The books of {day:%B %Y} are closed. Say why this is charged now; it is entered with today's date.",
            "late_reason",
        )
    return " ".join(reason.split())


def _fee(work: Work, code: str, bearer: _Bearer) -> FeeRow:
    fee = fee_on(work, code, bearer.day, bearer.schedule)
    if fee is None:
        raise InputError(
            f"The fee schedule has no price for “{code}” on {bearer.day:%m/%d/%Y}. Add it in Settings.", "code"
        )
    return fee


def _pointed(fee: FeeRow, line: ChargeInput, bearer: _Bearer) -> str:
    """Return the letters of a line; InputError, naming the line's field, when one is wrong or needed."""
    try:
        pointers = tidy_pointers(line.pointers, bearer.diagnoses)
    except InputError as error:
        raise InputError(f"{fee.code}: {error}", f"pointers_{fee.code}") from error
    if fee.needs_diagnosis and bearer.visit_id is None:
        raise InputError(f"{fee.code} {fee.label} needs a diagnosis and so a visit. Charge it to the visit.", "code")
    if fee.needs_diagnosis and not pointers:
        raise InputError(
            f"{fee.code} {fee.label} needs a diagnosis. Type it in the list and its letter, such as A, in the line.",
            f"pointers_{fee.code}" if bearer.diagnoses else "diagnoses",
        )
    return pointers


def _post_one(work: Work, bearer: _Bearer, line: ChargeInput, key: str) -> int:
    fee = _fee(work, line.code, bearer)
    unit_cents = fee.cents if line.unit_cents is None else line.unit_cents
    if not 1 <= line.units <= 999:
        raise InputError("Units go from 1 to 999.", "units")
    if not 0 < unit_cents * line.units <= LIMIT:
        raise InputError(
            f"The price of {line.code} must be above $0.00 and at most {format_money(LIMIT)}. Type the price in its "
            "line.",
            f"price_{fee.code}",
        )
    pointers, modifiers = _pointed(fee, line, bearer), _modifiers(fee, line)
    charge_id = (work.session.scalar(select(func.max(Charge.id))) or 0) + 1
    amount = unit_cents * line.units
    owed = Line(Account.PATIENT_AR, amount, bearer.patient_id, bearer.visit_id, charge_id)
    entry_id = post(
        work, "charge", [owed, replace(owed, account=Account.CHARGES, cents=-amount)], key=key, reason=bearer.reason
    )
    work.session.add(
        Charge(
            id=charge_id, visit_id=bearer.visit_id, patient_id=bearer.patient_id, provider_id=bearer.provider_id,
            code=fee.code, label=fee.label, modifiers=modifiers, pointers=pointers,
            diagnoses=", ".join(bearer.diagnoses[LETTERS.index(letter)] for letter in pointers), units=line.units,
            unit_cents=unit_cents, amount_cents=amount, service_date=bearer.day, entry_id=entry_id,
        )
    )  # fmt: skip
    work.announce(
        ChargePosted(patient_id=bearer.patient_id, visit_id=bearer.visit_id),
        f"charged {fee.code} {fee.label}, {format_money(amount)}",
        reason=bearer.reason,
        after={"charge_id": charge_id, "cents": amount},
    )
    return charge_id


def _modifiers(fee: FeeRow, line: ChargeInput) -> str:
    try:
        return tidy_modifiers(line.modifiers) if line.modifiers.strip() else ""
    except InputError as error:
        raise InputError(f"{fee.code}: {error}", f"modifiers_{fee.code}") from error
