"""The fee schedules: their names, prices over time, and what a file would change (front-desk.md M1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.exchange.fees_csv import FeeLine, read_fees, write_fees
from psc_desk.models.clinic import Fee
from psc_desk.models.ledger import Charge
from psc_desk.money import Cents
from psc_desk.queries.clinic import STANDARD, FeeRow
from psc_desk.settings import SELF_PAY_SCHEDULE
from psc_desk.work import Read

NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"


@dataclass(frozen=True)
class ScheduleList:
    """The prices of one schedule that stand or are to come, and the names of all schedules."""

    rows: tuple[FeeRow, ...]
    names: tuple[str, ...]
    today: date


@dataclass(frozen=True)
class PreviewRow:
    """A line of a file: what it would do to the schedule. `fee_id` is the price it would correct in its place."""

    line_no: int
    state: str
    code: str
    label: str
    old_cents: Cents | None
    cents: Cents | None
    effective_from: date | None
    sentence: str = ""
    label_es: str = ""
    effective_to: date | None = None
    needs_diagnosis: bool = False
    fee_id: int | None = None


@dataclass(frozen=True)
class FeePreview:
    """What an import would do, wrong lines first."""

    schedule: str
    rows: tuple[PreviewRow, ...]

    def count(self, state: str) -> int:
        """Return how many lines are in this state."""
        return sum(row.state == state for row in self.rows)


def schedule_names(read: Read) -> tuple[str, ...]:
    """Return the names of the fee schedules, Standard first."""
    found = read.session.scalars(select(Fee.schedule).distinct().order_by(Fee.schedule))
    return tuple(dict.fromkeys((STANDARD, *found, *filter(None, [read.setting(SELF_PAY_SCHEDULE)]))))


def schedule_list(read: Read, schedule: str) -> ScheduleList:
    """Return the prices of one schedule in force today or later, by code and day."""
    found = read.session.scalars(
        select(Fee).where(Fee.schedule == schedule).order_by(Fee.code, Fee.effective_from)
    ).all()
    begun = {fee.code: fee.id for fee in found if fee.effective_from <= read.today}
    rows = tuple(_row(fee) for fee in found if fee.effective_from > read.today or begun.get(fee.code) == fee.id)
    return ScheduleList(rows, schedule_names(read), read.today)


def fees_file(read: Read, schedule: str) -> bytes:
    """Return the prices of a schedule that stand today as CSV."""
    rows = [row for row in schedule_list(read, schedule).rows if row.effective_from <= read.today]
    return write_fees(
        FeeLine(0, row.code, row.label, row.label_es, row.cents, row.effective_from, row.effective_to,
                row.needs_diagnosis)
        for row in rows if row.effective_to is None or read.today <= row.effective_to
    )  # fmt: skip


def preview_fees(read: Read, data: bytes, schedule: str, effective_from: date) -> FeePreview:
    """Return what importing the file would do; lines without a day hold from `effective_from`.

    InputError when it is no such file at all.
    """
    file = read_fees(data, read.today)
    stands: dict[str, list[Fee]] = {}
    for fee in read.session.scalars(select(Fee).where(Fee.schedule == schedule).order_by(Fee.effective_from)):
        stands.setdefault(fee.code, []).append(fee)
    rows = [PreviewRow(one.line_no, WRONG, "", one.text, None, None, None, one.sentence) for one in file.wrong]
    rows += [_judged(read, line, stands.get(line.code, []), line.effective_from or effective_from)
             for line in file.lines]  # fmt: skip
    order = {WRONG: 0, CHANGED: 1, NEW: 2, SAME: 3}
    return FeePreview(schedule, tuple(sorted(rows, key=lambda row: (order[row.state], row.line_no))))


def _judged(read: Read, line: FeeLine, stands: list[Fee], first: date) -> PreviewRow:
    """Compare a line with the price of its code in force on its first day."""
    old = next((fee for fee in reversed(stands) if fee.effective_from <= first), None)
    label = line.label or (old.label if old else "")
    label_es = line.label_es or (old.label_es if old else "")
    needs = line.needs_diagnosis if line.needs_diagnosis is not None else bool(old and old.needs_diagnosis)
    state, sentence = _state(read, line, old, (first, label, label_es, needs))
    place = old.id if old is not None and state == CHANGED and old.effective_from == first else None
    return PreviewRow(
        line.line_no, state, line.code, label, old.cents if old else None, line.cents, first, sentence, label_es,
        line.effective_to, needs, place,
    )  # fmt: skip


def _state(read: Read, line: FeeLine, old: Fee | None, new: tuple[date, str, str, bool]) -> tuple[str, str]:
    first, label, label_es, needs = new
    if not label:
        return WRONG, "A new code needs the clinic's wording of the service."
    if line.effective_to is not None and line.effective_to < first:
        return WRONG, "The last day lies before the first."
    if old is None:
        return NEW, ""
    last = line.effective_to or (old.effective_to if old.effective_from == first else None)
    same = (line.cents, label, label_es, needs, last) == (
        old.cents, old.label, old.label_es, old.needs_diagnosis, old.effective_to
    )  # fmt: skip
    if same:
        return SAME, ""
    if old.effective_from == first and is_used(read, old):
        return WRONG, f"{line.code} was charged at the price from {format_date(first)}. Choose a later day."
    return CHANGED, ""


def is_used(read: Read, fee: Fee) -> bool:
    """Say whether something was charged on or after the day from which a price holds."""
    used = exists().where(Charge.code == fee.code, Charge.service_date >= fee.effective_from)
    return bool(read.session.scalar(select(used)))


def check_schedule(name: str) -> str:
    """Return the name of a schedule as it is kept; InputError when it is empty or too long."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 40:
        raise InputError("Type the name of the fee schedule, up to 40 letters, such as Standard.", "schedule")
    return tidy


def _row(fee: Fee) -> FeeRow:
    return FeeRow(
        fee.id, fee.code, fee.label, fee.label_es, fee.cents, fee.effective_from, fee.effective_to,
        fee.needs_diagnosis, fee.schedule,
    )  # fmt: skip
