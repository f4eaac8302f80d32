"""The only place where a transaction starts and ends.

`Desk.do(usecase, ...)` runs a use case in one immediate transaction, commits, then publishes what was announced.
`Desk.ask(query, ...)` reads. A use case receives a `Work`, a query a `Read`; neither ever commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from psc_desk.audit_head import AuditHead
from psc_desk.clock import Clock, local
from psc_desk.errors import (
    AccessError,
    ConflictError,
    DeskError,
    NotFoundError,
    RefusedError,
)
from psc_desk.events import LOOKS, Event
from psc_desk.models.audit import GENESIS, AuditRow
from psc_desk.models.clinic import Clinic, Setting
from psc_desk.models.staff import Right, StaffMember
from psc_desk.settings import DESK, Declared

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M")
T = TypeVar("T", int, str, bool, list[str])
Publish = Callable[[list[Event]], None]

_ADD_AUDIT = insert(inspect(AuditRow).local_table)  # type: ignore[arg-type]  # the mapper's table is a Table
_AUDIT_COLUMNS = tuple(AuditRow.__mapper__.column_attrs.keys())
_SETTINGS = select(Setting.key, Setting.desk, Setting.value)
_LAST_AUDIT = select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)


class Person(Protocol):
    """Someone signed in: queries.staff.PersonRow."""

    @property
    def id(self) -> int:
        """Staff id."""
        ...


@dataclass(frozen=True)
class Acting:
    """A person known by id only: the command line and the demo day."""

    id: int


@dataclass
class Read:
    """What a query reads with: a session, the instant of asking (UTC), the clinic's zone, the desk's name."""

    session: Session
    now: datetime
    zone: ZoneInfo
    desk: str
    actor_id: int | None = None
    _kept: list[Any] = field(default_factory=list, repr=False)  # the session itself holds rows weakly
    _settings: dict[tuple[str, str], Any] | None = field(default=None, repr=False)

    @property
    def today(self) -> date:
        """Today on the clinic's wall clock."""
        return local(self.now, self.zone).date()

    @property
    def minute(self) -> int:
        """Minutes since local midnight."""
        moment = local(self.now, self.zone)
        return moment.hour * 60 + moment.minute

    @property
    def actor(self) -> StaffMember:
        """The person signed in; AccessError when nobody is."""
        found = self._person()
        if found is None or not found.active:
            raise AccessError("Nobody is signed in. Sign in first.")
        return found

    def _person(self) -> StaffMember | None:
        found = None if self.actor_id is None else self.session.get(StaffMember, self.actor_id)
        self._kept.append(found)
        return found

    def require(self, right: Right) -> StaffMember:
        """Return the acting person, or raise AccessError when the role lacks `right`."""
        person = self.actor
        person.require(right)
        return person

    def get(self, model: type[M], key: Any, what: str = "record") -> M:
        """Load one row or raise NotFoundError."""
        found = self.session.get(model, key)
        if found is None:
            raise NotFoundError(f"That {what} is no longer there. Look for it again.")
        self._kept.append(found)
        return found

    def setting(self, declared: Declared[T]) -> T:
        """Return the value of a declared setting for this desk or the clinic."""
        if self._settings is None:
            self._settings = {(key, desk): value["v"] for key, desk, value in self.session.execute(_SETTINGS)}
        value: T = self._settings.get((declared.key, self.desk if declared.scope == DESK else ""), declared.default)
        return value


@dataclass
class Work(Read):
    """What a use case works with; adds the person acting and the announcements."""

    events: list[Event] = field(default_factory=list)
    audit_end: tuple[int, str] | None = None
    """Number and hash of the newest audit row, once this transaction has added one."""
    watched: bool = False
    """True at a window: a posting of money is noted as unshown until the window has said it."""
    posted: list[int] = field(default_factory=list)
    """The entries of this transaction that were noted as unshown."""
    numbered: dict[int, int] = field(default_factory=dict)
    """The highest receipt number that this transaction gave out, by drawer."""

    def announce(
        self,
        event: Event,
        did: str,
        *,
        reason: str = "",
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Record `event` in the audit and publish it after the commit.

        `did` completes the sentence that begins with the person's name: "opened the chart".
        `before` and `after` hold JSON values of what changed.
        """
        self.session.flush()
        last_seq, last_hash = self.audit_end or _last_audit(self.session)
        person = self._person()
        name = person.name if person else "PSC Desk"
        row = AuditRow(  # filled in and hashed here, written below without the cost of a flush
            seq=last_seq + 1,
            at=self.now,
            staff_id=self.actor_id,
            staff_name=name,
            desk=self.desk,
            event=type(event).__name__,
            sentence=f"{name} {did}",
            patient_id=event.patient_id,
            visit_id=event.visit_id,
            data={key: value for key, value in (("before", before), ("after", after)) if value},
            reason=reason,
            prev_hash=last_hash,
        )
        row.hash = row.digest()
        self.session.execute(_ADD_AUDIT, {key: getattr(row, key) for key in _AUDIT_COLUMNS})
        self.audit_end = row.seq, row.hash
        self.events.append(event)


class Desk:
    """One desk at work on one database.

    `actor` is the person signed in, None while locked. `publish` is told, after each commit, what happened; it must
    not raise. `watched` is for the desk of a window: what it posts is listed after a crash until it was shown.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        name: str = "Desk 1",
        publish: Publish = lambda events: None,
        head: AuditHead | None = None,
        watched: bool = False,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.name = name
        self.publish = publish
        self.head = head
        self.watched = watched
        self.look_only = False  # True on a copy of data that cannot be written: see opening.open_to_look
        self.last_posted: tuple[int, ...] = ()
        """Money posted by the last `do` and noted as unshown: the window clears it once the person has read it."""
        self.actor: Person | None = None
        self._reader = engine.execution_options(read_only=True)
        self._zone: ZoneInfo | None = None

    @property
    def actor_id(self) -> int | None:
        """The id of the person signed in."""
        return None if self.actor is None else self.actor.id

    @actor_id.setter
    def actor_id(self, staff_id: int | None) -> None:
        self.actor = None if staff_id is None else Acting(staff_id)

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone (UTC until a clinic exists)."""
        if self._zone is None:
            with Session(self._reader) as session:
                name = session.scalar(select(Clinic.time_zone))
            if name is None:
                return ZoneInfo("UTC")
            self._zone = ZoneInfo(name)
        return self._zone

    def do(
        self,
        usecase: Callable[Concatenate[Work, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run a use case in one transaction; commit, then publish. On any error nothing is written."""
        self.last_posted = ()
        with _in_words(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            work = Work(session, self.clock.now(), self.zone, self.name, self.actor_id, watched=self.watched)
            result = usecase(work, *args, **kwargs)
            session.flush()
            if self.look_only and not all(isinstance(one, LOOKS) for one in work.events):
                raise RefusedError(LOOK_ONLY)
        self.last_posted = tuple(work.posted)
        if self.head is not None and work.audit_end is not None:
            self.head.write(*work.audit_end, work.numbered)
        self.publish(work.events)
        return result

    def ask(
        self,
        query: Callable[Concatenate[Read, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run a query on one consistent state of the database."""
        with _in_words(), Session(self._reader) as session:
            return query(
                Read(session, self.clock.now(), self.zone, self.name, self.actor_id),
                *args,
                **kwargs,
            )


LOOK_ONLY = (
    "The data folder cannot be written, so PSC Desk is open for looking only and nothing was saved. Write it on paper, "
    "and have the disk looked at."
)
"""Said at the start and to whoever tries to change something while the data cannot be written."""


def _last_audit(session: Session) -> tuple[int, str]:
    """Return number and hash of the newest audit row; the hash before the first is all zeros."""
    last = session.execute(_LAST_AUDIT).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what the tables' own rules refuse into sentences."""
    try:
        yield
    except IntegrityError as error:
        raise _refusal(str(error.orig)) from error


def _refusal(text: str) -> DeskError:
    if (text.startswith(("A ", "An ", "The ")) and "cannot" in text) or "takes no" in text or "must balance" in text:
        return RefusedError(f"{text}. Correct it with a new entry; nothing was saved.")
    return ConflictError("This clashes with something saved a moment ago. Look again and repeat; nothing was saved.")
