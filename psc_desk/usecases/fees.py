"""Prices: set one, end one, or import a whole schedule (front-desk.md M1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import SettingChanged
from psc_desk.models.clinic import Fee
from psc_desk.models.staff import Right
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.queries.clinic import STANDARD
from psc_desk.queries.fees import CHANGED, NEW, SAME, WRONG, PreviewRow, check_schedule, preview_fees
from psc_desk.work import Work

_CODE = re.compile(r"[A-Z0-9][A-Z0-9._\-]{0,11}", re.ASCII)


@dataclass(frozen=True)
class FeeInput:
    """The price of a code in one schedule from a day on; $0.00 is a price on request."""

    code: str
    label: str
    cents: Cents
    effective_from: date
    label_es: str = ""
    needs_diagnosis: bool = False
    schedule: str = STANDARD


@dataclass(frozen=True)
class FeesImported:
    """What an import did, in lines."""

    schedule: str
    new: int
    changed: int
    same: int
    left_out: int

    @property
    def words(self) -> str:
        """Return it as “3 new prices, 1 changed, 0 the same, 1 line left out”."""
        new, left_out = counted(self.new, "new price"), counted(self.left_out, "line")
        return f"{new}, {self.changed} changed, {self.same} the same, {left_out} left out"


def add_fee(work: Work, typed: FeeInput) -> int:
    """Add a price from a day on; prices are never overwritten, so that old charges can be explained."""
    work.require(Right.SETTINGS)
    code = _required(typed.code, "code", "Type the code.").upper()
    if _CODE.fullmatch(code) is None:
        raise InputError("A code has up to 12 letters and digits. Correct it.", "code")
    if not 0 <= typed.cents <= LIMIT:
        raise InputError(f"A price lies between $0.00 and {format_money(LIMIT)}. Correct it.", "cents")
    schedule = check_schedule(typed.schedule)
    same = select(Fee).where(Fee.schedule == schedule, Fee.code == code, Fee.effective_from == typed.effective_from)
    if work.session.scalar(same) is not None:
        raise InputError(
            f"{code} already has a price from {format_date(typed.effective_from)}. Choose a later day.",
            "effective_from",
        )
    fee = Fee(
        schedule=schedule, code=code, label=_required(typed.label, "label", "Type what the code stands for, in the "
        "clinic's words."), label_es=typed.label_es.strip(), cents=typed.cents, effective_from=typed.effective_from,
        needs_diagnosis=typed.needs_diagnosis,
    )  # fmt: skip
    work.session.add(fee)
    since = format_date(typed.effective_from)
    where = "" if schedule == STANDARD else f" in {schedule}"
    work.announce(SettingChanged(), f"set the price of {code}{where} to {format_money(typed.cents)} from {since}")
    return fee.id


def end_fee(work: Work, fee_id: int, last_day: date) -> None:
    """End a code: after `last_day` the schedule has no price for it."""
    work.require(Right.SETTINGS)
    fee = work.get(Fee, fee_id, "price")
    if last_day < fee.effective_from:
        raise InputError(f"The last day lies before {format_date(fee.effective_from)}, its first.", "last_day")
    before, fee.effective_to = fee.effective_to, last_day
    work.announce(
        SettingChanged(),
        f"ended {fee.code} of the fee schedule {fee.schedule} after {format_date(last_day)}",
        before={"effective_to": before.isoformat() if before else ""},
        after={"effective_to": last_day.isoformat()},
    )


def import_fees(work: Work, data: bytes, schedule: str, effective_from: date) -> FeesImported:
    """Import every line of a file, or nothing: RefusedError when a line is wrong."""
    work.require(Right.SETTINGS)
    rows = preview_fees(work, data, check_schedule(schedule), effective_from).rows
    wrong = [row for row in rows if row.state == WRONG]
    if wrong:
        raise RefusedError(
            f"Line {wrong[0].line_no}: {wrong[0].sentence} {len(wrong)} of the lines cannot be imported. Correct the "
            "file, or leave those lines out."
        )
    return _import(work, check_schedule(schedule), rows)


def import_fees_without_wrong(work: Work, data: bytes, schedule: str, effective_from: date) -> FeesImported:
    """Import the lines of a file that are right, and leave the others out."""
    work.require(Right.SETTINGS)
    name = check_schedule(schedule)
    return _import(work, name, preview_fees(work, data, name, effective_from).rows)


def _import(work: Work, schedule: str, rows: tuple[PreviewRow, ...]) -> FeesImported:
    taken = [row for row in rows if row.state in (NEW, CHANGED)]
    for row in taken:
        fee = Fee(schedule=schedule, code=row.code) if row.fee_id is None else work.get(Fee, row.fee_id, "price")
        assert row.effective_from is not None
        assert row.cents is not None
        fee.label, fee.label_es, fee.cents = row.label, row.label_es, row.cents
        fee.effective_from, fee.needs_diagnosis = row.effective_from, row.needs_diagnosis
        fee.effective_to = row.effective_to or (fee.effective_to if row.fee_id is not None else None)
        work.session.add(fee)
    counts = {state: sum(row.state == state for row in rows) for state in (NEW, CHANGED, SAME, WRONG)}
    done = FeesImported(schedule, counts[NEW], counts[CHANGED], counts[SAME], counts[WRONG])
    work.announce(
        SettingChanged(),
        f"imported the fee schedule {schedule}: {done.words}",
        after={"codes": [row.code for row in taken[:200]]},
    )
    return done


def _required(text: str, field: str, missing: str) -> str:
    tidy = " ".join(text.split())
    if not tidy:
        raise InputError(missing, field)
    if len(tidy) > 100:
        raise InputError("This is longer than 100 letters. Shorten it.", field)
    return tidy
