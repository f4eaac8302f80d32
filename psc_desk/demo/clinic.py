"""Makes the demo or training clinic in a new folder: same seed and same day, same clinic."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from psc_desk.clock import FixedClock, local, wall_clock
from psc_desk.demo.at_work import play_morning
from psc_desk.demo.bank import bank_day
from psc_desk.demo.cards import file_cards
from psc_desk.demo.charging import charge_oddly
from psc_desk.demo.drawers import open_second_drawer
from psc_desk.demo.history import Past, past_day
from psc_desk.demo.house import DESK, MAYA, ZONE, build_house
from psc_desk.demo.plans import agree_plans, owe_estimates
from psc_desk.demo.population import Person, write_people
from psc_desk.demo.schedule import drawn_visits, todays_visits, write_visits
from psc_desk.demo.shelf import fill_shelf
from psc_desk.demo.slips import give_reasons, leave_loose_ends
from psc_desk.errors import InputError
from psc_desk.models.ledger import Charge
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment
from psc_desk.models.till import TillSession
from psc_desk.models.visit import Visit
from psc_desk.opening import OpenedDesk, business_clock, open_desk
from psc_desk.usecases.search import rebuild_search
from psc_desk.vault import create, refuse_used
from psc_desk.vault_file import ClinicKind
from psc_desk.work import Read, Work

MOST_PATIENTS, MOST_DAYS = 20_000, 366
_BUSY_PAST, _BUSY_COMING = 0.33, 0.3
_MAKING = ".making"


@dataclass(frozen=True)
class DemoSize:
    """How large a demo clinic is; `days` are days of past and as many, at most 45, of booked visits."""

    patients: int = 400
    days: int = 30
    seed: int = 1

    def check(self) -> None:
        """Raise InputError for a size that cannot be."""
        if not 1 <= self.patients <= MOST_PATIENTS:
            raise InputError(f"A demo clinic has 1 to {MOST_PATIENTS:,} patients. Choose another number.", "patients")
        if not 0 <= self.days <= MOST_DAYS:
            raise InputError(f"A demo clinic has 0 to {MOST_DAYS} days of past. Choose another number.", "days")


@dataclass(frozen=True)
class DemoCounts:
    """What a demo clinic holds."""

    patients: int
    visits: int
    charges: int
    payments: int
    drawer_sessions: int


def make_demo(
    folder: Path,
    *,
    training: bool = False,
    size: DemoSize | None = None,
    at_work: bool = False,
    today: date | None = None,
) -> DemoCounts:
    """Make the clinic as it stands before the desk opens; with `at_work` at 10:12 am of a day under way.

    The folder appears only when all of it is made. `today` is by default PSC_DESK_TODAY, else the computer's date.
    """
    size = size or DemoSize()
    size.check()
    refuse_used(folder)
    day = today or business_day()
    place = folder.with_name(folder.name + _MAKING)
    shutil.rmtree(place, ignore_errors=True)
    vault = create(place, ClinicKind.TRAINING if training else ClinicKind.DEMO).vault
    clock = FixedClock(wall_clock(day - timedelta(days=size.days + 1), 420, ZoneInfo(ZONE)))
    with open_desk(vault, clock=clock, name=DESK) as opened:
        _fill(opened, clock, day, size)
        if at_work:
            play_morning(opened.desk, clock, day)
            opened.desk.do(leave_loose_ends)
        counts = opened.desk.ask(_counts)
    if folder.exists():
        folder.rmdir()
    place.rename(folder)
    return counts


def business_day() -> date:
    """Return the demo clinic's today: PSC_DESK_TODAY, else the computer's date."""
    zone = ZoneInfo(ZONE)
    return local(business_clock(ClinicKind.DEMO, zone).now(), zone).date()


def _fill(opened: OpenedDesk, clock: FixedClock, day: date, size: DemoSize) -> None:
    desk, rng = opened.desk, Random(size.seed)
    mark = opened.vault.kind.value
    desk.do(build_house, mark, day)
    desk.actor_id = MAYA

    everybody = desk.do(_write_everybody, rng, size.patients, day, mark.upper())
    past = Past(rng, {person.id: person for person in everybody})
    for back in range(size.days, 0, -1):
        when = day - timedelta(days=back)
        planned = drawn_visits(rng, everybody, when, _BUSY_PAST)
        if planned:
            clock.instant = wall_clock(when, 440, desk.zone)
            desk.do(past_day, past, when, planned)
            desk.do(bank_day, when)
        desk.do(charge_oddly, back)
        desk.do(agree_plans, back)
    desk.do(open_second_drawer)
    clock.instant = wall_clock(day - timedelta(days=1), 1110, desk.zone)
    desk.do(_write_coming, past, everybody, day, min(size.days, 45))
    desk.do(give_reasons)
    desk.do(owe_estimates)
    desk.do(fill_shelf)
    desk.do(file_cards)
    desk.do(rebuild_search)


def _write_everybody(work: Work, rng: Random, count: int, day: date, mark: str) -> list[Person]:
    """Write the people as known on the morning of `day`."""
    now = work.now
    work.now = wall_clock(day, 0, work.zone) - timedelta(hours=4)
    found = write_people(work, rng, count, mark=mark)
    work.now = now
    return found


def _write_coming(work: Work, past: Past, everybody: list[Person], day: date, days: int) -> None:
    """Write today's visits and those of the coming weeks, the near ones better booked than the far."""
    past.next_visit_id += len(write_visits(work, todays_visits(day), past.next_visit_id))
    for ahead in range(1, days + 1):
        share = _BUSY_COMING * (1 - ahead / (days + 15))
        planned = drawn_visits(past.rng, everybody, day + timedelta(days=ahead), share)
        past.next_visit_id += len(write_visits(work, planned, past.next_visit_id))


def _counts(read: Read) -> DemoCounts:
    from sqlalchemy import func, select

    tables = (Patient, Visit, Charge, Payment, TillSession)
    return DemoCounts(*(read.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables))


def counts_as_words(counts: DemoCounts) -> str:
    """Return "400 patients, 612 visits, ..."."""
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in asdict(counts).items())
