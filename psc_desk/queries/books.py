"""Everything that must hold in the data, and when it was proved last (interop.md 6.3, REL-27)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, text

from psc_desk.clock import local, wall_clock
from psc_desk.engine import integrity
from psc_desk.errors import DataError
from psc_desk.models.clinic import ClinicHours, Holiday
from psc_desk.models.ledger import BooksCheck
from psc_desk.models.patient import Document
from psc_desk.queries.audit import check_chain
from psc_desk.queries.verify import Check, book_checks
from psc_desk.work import Desk, Read

_USUAL_CLOSING = 19 * 60
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class BooksRow:
    """A run of all checks; `at` is the clinic's wall clock, `failed` the checks that failed with what they found."""

    run_id: int
    at: datetime
    checks: int
    failed: tuple[tuple[str, str], ...]

    @property
    def ok(self) -> bool:
        """True when everything held."""
        return not self.failed

    @property
    def words(self) -> str:
        """The result in a sentence."""
        if self.ok:
            return f"All {self.checks} checks hold."
        names = "; ".join(name for name, _ in self.failed)
        return f"{len(self.failed)} of {self.checks} checks fail: {names}."


def all_checks(desk: Desk) -> list[Check]:
    """Return every check of the data; of a damaged database only what is damaged. Slow, and only reads."""
    sound = checked("the database is sound", integrity(desk.engine))
    if not sound.ok:
        return [sound]
    return [
        sound,
        *desk.ask(book_checks),
        checked("the audit is whole", _audit_faults(desk)),
        checked("papers are what was filed", desk.ask(_damaged_papers)),
        checked("the search box knows every patient", desk.ask(_not_found)),
    ]


def checked(name: str, faults: list[str]) -> Check:
    """Return the check called `name` with the first ten of its faults."""
    more = f" (and {len(faults) - 10} more)" if len(faults) > 10 else ""
    return Check(name, not faults, " ".join(faults[:10]) + more)


def books_runs(read: Read, limit: int = 60) -> list[BooksRow]:
    """Return the newest runs of all checks."""
    rows = read.session.scalars(select(BooksCheck).order_by(BooksCheck.id.desc()).limit(limit))
    return [
        BooksRow(row.id, local(row.at, read.zone), row.checks, tuple((k, str(v)) for k, v in row.failed.items()))
        for row in rows
    ]


def last_run(read: Read) -> BooksRow | None:
    """Return the newest run, if there was one."""
    return next(iter(books_runs(read, 1)), None)


def books_due(read: Read) -> bool:
    """Say whether it is time: no run since the clinic closed last, or none within a day."""
    last = read.session.scalar(select(BooksCheck.at).order_by(BooksCheck.id.desc()).limit(1))
    return last is None or last < _last_closing(read) or read.now - last > _A_DAY


def _last_closing(read: Read) -> datetime:
    """The last time the clinic's hours ended; holidays and weekdays without hours count not at all."""
    hours = {row.weekday: row.close_minute for row in read.session.scalars(select(ClinicHours))}
    holidays = set(read.session.scalars(select(Holiday.day)))
    for day in _days_back(read.today):
        minute = hours.get(day.weekday()) if hours else _USUAL_CLOSING
        if minute is None or day in holidays:
            continue
        closing = wall_clock(day, minute, read.zone)
        if closing <= read.now:
            return closing
    return read.now - _A_DAY


def _days_back(today: date) -> Iterator[date]:
    return (today - timedelta(days=back) for back in range(15))


def _audit_faults(desk: Desk) -> list[str]:
    if desk.head is None:
        return desk.ask(check_chain)
    try:
        head = desk.head.read()
    except DataError as error:
        return [str(error), *desk.ask(check_chain)]
    return desk.ask(check_chain, head)


def _damaged_papers(read: Read) -> list[str]:
    rows = read.session.execute(select(Document.id, Document.title, Document.sha256, Document.size, Document.content))
    return [
        f"Paper {row.id} “{row.title}” is not what was filed."
        for row in rows
        if row.size != len(row.content) or hashlib.sha256(row.content).hexdigest() != row.sha256
    ]


def _not_found(read: Read) -> list[str]:
    missing = read.session.execute(_UNKNOWN).scalars()
    strays = read.session.execute(_STRAYS).scalars()
    return [f"Record #{number} is not in the search index." for number in missing] + [
        f"The search index holds {rowid}, which is no patient." for rowid in strays
    ]


_UNKNOWN = text("SELECT record_no FROM patient WHERE id NOT IN (SELECT rowid FROM patient_search) ORDER BY record_no")
_STRAYS = text("SELECT rowid FROM patient_search WHERE rowid NOT IN (SELECT id FROM patient) ORDER BY rowid")
