"""Adjustments: less is owed on a charge without money, each with its kind, reason and account (front-desk.md M1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.errors import InputError, NotFoundError, RefusedError
from psc_desk.events import AdjustmentPosted, ListExported
from psc_desk.models.charging import Adjustment, AdjustmentKind
from psc_desk.models.ledger import Account, Charge, Line
from psc_desk.models.sliding import SlidingAssessment
from psc_desk.models.staff import Right
from psc_desk.money import Cents, format_money
from psc_desk.papers.adjustment_journal import adjustment_journal_pdf
from psc_desk.privacy import check_no_card_number
from psc_desk.queries.adjustments import journal_data
from psc_desk.queries.money import ChargeRow, account, open_charges, unapplied
from psc_desk.settings import ADJUST_SECOND_CENTS, SMALL_BALANCE_CENTS
from psc_desk.usecases.allocation import settle
from psc_desk.usecases.ledger import post, posted, reverse
from psc_desk.usecases.staff import Approval, approve
from psc_desk.work import Work

_ABOVE_OPEN = frozenset({AdjustmentKind.SLIDING_FEE, AdjustmentKind.CONTRACTUAL})
_LONGEST = 200


def adjust(
    work: Work,
    charge_id: int,
    cents: Cents,
    kind: AdjustmentKind,
    *,
    key: str,
    reason: str,
    reason_code: str = "",
    approval: Approval | None = None,
    assessment_id: int | None = None,
) -> int:
    """Take `cents` off a charge and return the adjustment's id; the same key posts once.

    Never more than is open, except a sliding fee or contractual one, which may reach into what was paid: that money
    becomes unapplied credit. Above the clinic's limit a second person approves, unless an assessment of the
    household's income says how much.
    """
    work.require(Right.ADJUST)
    done = posted(work, key)
    if done is not None:
        return work.session.scalars(select(Adjustment.id).where(Adjustment.entry_id == done)).one()
    why = _reason(reason)
    row = _standing(work, charge_id)
    _check_amount(row, cents, kind)
    _check_small(work, cents, kind)
    _check_assessment(work, charge_id, kind, assessment_id)
    if cents > work.setting(ADJUST_SECOND_CENTS) and assessment_id is None:
        second: int | None = approve(work, approval, f"{kind.word} of {format_money(cents)} is above the limit.").id
    else:
        second = None
    return _post(
        work,
        Adjustment(
            kind=kind, charge_id=charge_id, cents=cents, reason=why, reason_code=_code(reason_code),
            assessment_id=assessment_id,
        ),
        key=key, approved_by=second,
    )  # fmt: skip


def take_back_adjustment(
    work: Work, adjustment_id: int, *, key: str, reason: str, approval: Approval | None = None
) -> int:
    """Owe again what an adjustment took off, by an equal and opposite one; return its id. The same key posts once."""
    work.require(Right.ADJUST)
    done = posted(work, key)
    if done is not None:
        return work.session.scalars(select(Adjustment.id).where(Adjustment.entry_id == done)).one()
    why = _reason(reason)
    found = work.get(Adjustment, adjustment_id, "adjustment")
    if found.cents < 0:
        raise RefusedError("This takes an adjustment back already. Adjust the charge again instead.")
    if found.cents > work.setting(ADJUST_SECOND_CENTS) and found.assessment_id is None:
        approve(work, approval, f"Taking back {format_money(found.cents)} is above the limit.")
    return _undo(work, found, key=key, reason=why)


def take_back_all(work: Work, charge_id: int, *, key: str, reason: str) -> None:
    """Take back every adjustment that stands on a charge, because the charge itself is taken back."""
    taken = select(Adjustment.of_adjustment_id).where(Adjustment.of_adjustment_id.is_not(None))
    standing = select(Adjustment).where(
        Adjustment.charge_id == charge_id, Adjustment.cents > 0, Adjustment.id.not_in(taken)
    )
    for found in work.session.scalars(standing.order_by(Adjustment.id)).all():
        _undo(work, found, key=f"{key}:adjustment{found.id}", reason=reason)


def write_off_small_balances(
    work: Work, patient_ids: Sequence[int], *, key: str, reason: str, approval: Approval | None = None
) -> int:
    """Write off what is open on these accounts, an entry per charge; return the cents. The same key posts once.

    Unapplied money is put against the charges first by the desk: an account above the clinic's limit, or one that has
    such money, is refused, and then nothing is written off.
    """
    work.require(Right.ADJUST)
    why = _reason(reason)
    if not patient_ids:
        raise InputError("Tick at least one account to write off.", "accounts")
    if _written_off_already(work, patient_ids, key):
        return 0
    total = 0
    for patient_id in patient_ids:
        for row in _small(work, patient_id):
            adjust(
                work, row.charge_id, row.open_cents, AdjustmentKind.SMALL_BALANCE, key=f"{key}:{row.charge_id}",
                reason=why, reason_code="SMALL", approval=approval,
            )  # fmt: skip
            total += row.open_cents
    return total


def _written_off_already(work: Work, patient_ids: Sequence[int], key: str) -> bool:
    charge_ids = work.session.scalars(select(Charge.id).where(Charge.patient_id.in_(patient_ids)))
    return any(posted(work, f"{key}:{charge_id}") is not None for charge_id in charge_ids)


def _small(work: Work, patient_id: int) -> list[ChargeRow]:
    rows = open_charges(work, patient_id)
    total, limit = sum(row.open_cents for row in rows), work.setting(SMALL_BALANCE_CENTS)
    if not rows or total > limit:
        raise RefusedError(
            f"An account owes {format_money(total)} now, which is not a small balance (up to {format_money(limit)}). "
            "Look at the list again; nothing was written off."
        )
    if unapplied(work, patient_id):
        raise RefusedError(
            "An account has unapplied money. Put it against the open charges first; nothing was written off."
        )
    return rows


def _undo(work: Work, found: Adjustment, *, key: str, reason: str) -> int:
    entry_id = reverse(work, found.entry_id, "adjustment", key=key, reason=reason)
    back = Adjustment(
        kind=found.kind, patient_id=found.patient_id, charge_id=found.charge_id, cents=-found.cents, reason=reason,
        reason_code=found.reason_code, of_adjustment_id=found.id, assessment_id=found.assessment_id,
        entry_id=entry_id, posted_at=work.now, staff_id=work.actor.id,
    )  # fmt: skip
    work.session.add(back)
    work.session.flush()
    charge = work.get(Charge, found.charge_id, "charge")
    work.announce(
        AdjustmentPosted(patient_id=found.patient_id, visit_id=charge.visit_id),
        f"took back the {found.kind.word.lower()} of {format_money(found.cents)} on {charge.code}",
        reason=reason,
        after={"adjustment_id": back.id, "cents": back.cents},
    )
    return back.id


def _post(work: Work, made: Adjustment, *, key: str, approved_by: int | None) -> int:
    charge = work.get(Charge, made.charge_id, "charge")
    about = (charge.patient_id, charge.visit_id, charge.id)
    lines = [Line(Account.PATIENT_AR, -made.cents, *about), Line(made.kind.account, made.cents, *about)]
    made.entry_id = post(work, "adjustment", lines, key=key, reason=made.reason, approved_by=approved_by)
    made.patient_id, made.posted_at, made.staff_id = charge.patient_id, work.now, work.actor.id
    work.session.add(made)
    work.session.flush()
    settle(work, charge.patient_id, key=key, reason=made.reason)
    work.announce(
        AdjustmentPosted(patient_id=charge.patient_id, visit_id=charge.visit_id),
        f"took {format_money(made.cents)} off {charge.code} as {made.kind.word.lower()}",
        reason=made.reason,
        after={"adjustment_id": made.id, "cents": made.cents, "kind": made.kind.value},
    )
    return made.id


def _standing(work: Work, charge_id: int) -> ChargeRow:
    charge = work.get(Charge, charge_id, "charge")
    row = next(row for row in account(work, charge.patient_id).charges if row.charge_id == charge_id)
    if row.taken_back:
        raise RefusedError(f"The charge {row.code} was taken back. Nothing is owed on it.")
    return row


def _check_amount(row: ChargeRow, cents: Cents, kind: AdjustmentKind) -> None:
    if cents <= 0:
        raise InputError("The amount must be above $0.00.", "amount")
    if kind in _ABOVE_OPEN:
        if cents > row.limit_cents:
            raise InputError(
                f"{row.code} is {format_money(row.limit_cents)} after its adjustments. Lower the amount.", "amount"
            )
    elif cents > row.open_cents:
        raise InputError(f"Only {format_money(row.open_cents)} of {row.code} is open. Lower the amount.", "amount")


def _check_small(work: Work, cents: Cents, kind: AdjustmentKind) -> None:
    limit = work.setting(SMALL_BALANCE_CENTS)
    if kind is AdjustmentKind.SMALL_BALANCE and cents > limit:
        raise InputError(f"A small balance is {format_money(limit)} at most. Choose another kind.", "kind")


def _check_assessment(work: Work, charge_id: int, kind: AdjustmentKind, assessment_id: int | None) -> None:
    if assessment_id is None:
        return
    found = work.session.get(SlidingAssessment, assessment_id)
    if found is None:
        raise NotFoundError("That income assessment is no longer there. Look for it again.")
    charge = work.get(Charge, charge_id, "charge")
    if kind is not AdjustmentKind.SLIDING_FEE or found.patient_id != charge.patient_id or found.tier is None:
        raise RefusedError("This income assessment gives no discount on this charge. Look at the sliding fee.")


def _reason(text: str) -> str:
    tidy = " ".join(text.split())
    if not tidy:
        raise InputError("Say why less is owed, so that others understand it later.", "reason")
    if len(tidy) > _LONGEST:
        raise InputError(f"The reason is longer than {_LONGEST} letters. Shorten it.", "reason_text")
    check_no_card_number(tidy, "reason_text")
    return tidy


def _code(text: str) -> str:
    tidy = text.strip().upper()
    if len(tidy) > 10 or not all(c.isascii() and (c.isalnum() or c == "-") for c in tidy):
        raise InputError("A reason code has up to 10 letters and digits, such as CO-45. Correct it.", "reason_code")
    return tidy


def make_adjustment_journal(work: Work, first: date, last: date) -> bytes:
    """Return the adjustments of some days as PDF; a list of patients that leaves the program is audited."""
    work.require(Right.ADJUST)
    if last < first:
        raise InputError("The last day lies before the first. Correct one of them.", "last_day")
    data = journal_data(work, first, last)
    days = f"{format_date(first)} to {format_date(last)}"
    work.announce(ListExported(), f"made the adjustment journal of {days} with {counted(len(data.rows), 'adjustment')}")
    return adjustment_journal_pdf(data)
