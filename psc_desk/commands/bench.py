"""`psc-desk bench`: how fast the desk is, each figure beside its limit, measured in the same run."""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psc_desk.clock import SystemClock
from psc_desk.errors import DataError, InputError

if TYPE_CHECKING:
    from psc_desk.opening import OpenedDesk
    from psc_desk.work import Work

_RUNS = 5
_POSTINGS = 60
_DAY = date(2026, 3, 4)


@dataclass(frozen=True)
class Figure:
    """A measured value and its limit; `ratio` is to be at most `aim`."""

    name: str
    value: float
    limit: float
    ratio: float
    unit: str
    aim: float


def add_parser(subparsers: Any) -> None:
    """Add the subcommand; `args.run(args)` runs it."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "bench", help="measure how fast the desk is, each figure beside its limit", description=__doc__
    )
    parser.add_argument("--patients", type=int, default=100_000, metavar="N", help="for the search (default 100,000)")
    parser.add_argument("--appointments", type=int, default=20_000, metavar="N", help="booked beside them (20,000)")
    parser.add_argument("--json", action="store_true", help="print one JSON object: figures")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure: 0 when every figure keeps its limit, 1 when one does not."""
    if not (30 <= args.patients <= 1_000_000 and 0 <= args.appointments <= 1_000_000):
        raise InputError("The bench takes 30 to 1,000,000 patients and up to 1,000,000 appointments.")
    place = Path(tempfile.mkdtemp(prefix="psc-desk-bench-"))
    try:
        figures = measure(place, args.patients, args.appointments)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    slow = [figure for figure in figures if figure.ratio > figure.aim]
    if args.json:
        print(json.dumps({"figures": [asdict(figure) for figure in figures]}))
    else:
        print(*(_line(figure) for figure in figures), sep="\n")
    for figure in slow:
        print(f"Too slow: {figure.name}, {figure.ratio:.2f} where {figure.aim:g} is the aim.", file=sys.stderr)
    return 1 if slow else 0


def measure(place: Path, patients: int, appointments: int) -> list[Figure]:
    """Return every figure; the data are made in `place`."""
    from psc_desk.demo.clinic import make_demo

    _say("making the demo clinic ...")
    make_demo(place / "demo", today=_DAY)
    _say("measuring the window ...")
    for warm_up in (("sign-in", place / "demo"), ("desk", place / "demo")):
        _child(*warm_up)  # writes the byte code that an installed program comes with
    window = [
        _ratio("sign-in page painted, against a bare window", ("sign-in", place / "demo"), ("bare",), 1.5),
        _ratio(
            "Desk usable, against a bare window with SQLAlchemy", ("desk", place / "demo"), ("bare-with-database",), 1.5
        ),
    ]
    changed, repaint = (statistics.median(_child(what)) for what in ("day-view", "day-repaint"))
    _say(f"making {patients:,} patients and {appointments:,} appointments ...")
    make_crowd(place / "crowd", patients, appointments)
    _say("measuring the search and a payment ...")
    keys = sorted(_child("search", place / "crowd"))
    slowest = keys[min(len(keys) - 1, int(len(keys) * 0.95))]
    return [
        *window,
        _limited(f"search keystroke to painted rows, {patients:,} patients, p95", slowest, 16.0),
        _limited("day view of 8 providers with 60 visits each, painted again, median", repaint, 8.0),
        _limited("the same day view after one visit changed, median", changed, 8.0),
        _payment(place / "crowd"),
    ]


def make_crowd(folder: Path, patients: int, appointments: int) -> None:
    """Make a demo clinic without a past, with many patients and booked visits."""
    from random import Random

    from psc_desk.demo.house import MAYA, build_house
    from psc_desk.demo.population import write_people
    from psc_desk.opening import open_desk
    from psc_desk.usecases.search import rebuild_search
    from psc_desk.vault import create
    from psc_desk.vault_file import ClinicKind

    with open_desk(create(folder, ClinicKind.DEMO).vault) as opened:
        desk = opened.desk
        desk.do(build_house, "demo", _DAY)
        desk.actor_id = MAYA
        everybody = desk.do(write_people, Random(1), patients)  # noqa: S311 - a seed gives the same crowd
        desk.do(_write_appointments, [person.id for person in everybody], appointments)
        desk.do(rebuild_search)


def _write_appointments(work: Work, ids: list[int], count: int) -> None:
    from datetime import timedelta

    from psc_desk.demo.schedule import Planned, write_visits

    times = range(480, 1020, 30)
    a_day = 3 * len(times)
    planned = [
        Planned(
            ids[number * 7919 % len(ids)], 1 + number % 3, "Follow-up", work.today + timedelta(days=number // a_day),
            times[number // 3 % len(times)], 30,
        )
        for number in range(count)
    ]  # fmt: skip
    for start in range(0, count, 5000):
        write_visits(work, planned[start : start + 5000], start + 1)


def _payment(folder: Path) -> Figure:
    """A payment with journal, audit and receipt in one transaction, against the commit of one row."""
    from psc_desk.opening import open_desk
    from psc_desk.vault import open_vault

    with open_desk(open_vault(folder)) as opened:
        opened.desk.actor_id = 1
        value = statistics.median(_timed(_poster(opened)))
        limit = statistics.median(_timed(_raw_commit(opened)))
    return Figure("payment posted, against the commit of one row", value, limit, value / limit, "ms", 10.0)


def _poster(opened: OpenedDesk) -> Callable[[int], object]:
    from psc_desk.models.payment import PaymentKind, TenderKind
    from psc_desk.usecases.payments import PaymentInput, TenderInput, take_payment
    from psc_desk.usecases.till import open_till

    desk = opened.desk
    desk.do(open_till, 1, {1000: 15})
    tenders = (TenderInput(TenderKind.CASH, 2500, 4000),)
    return lambda number: desk.do(
        take_payment, PaymentInput(f"bench-{number}", 1, number + 1, PaymentKind.PREPAYMENT, tenders)
    )


def _raw_commit(opened: OpenedDesk) -> Callable[[int], object]:
    from psc_desk.engine import raw_connect

    connection = raw_connect(opened.vault.database, opened.vault.key)
    connection.execute("CREATE TABLE bench_row (id INTEGER PRIMARY KEY, word TEXT)")

    def one_row(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bench_row (word) VALUES (?)", (f"row {number}",))
        connection.execute("COMMIT")

    return one_row


def _timed(work: Callable[[int], object]) -> list[float]:
    times = []
    for number in range(_POSTINGS):
        begin = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - begin) * 1000)
    return times[_POSTINGS // 6 :]


def _ratio(name: str, what: tuple[object, ...], against: tuple[object, ...], aim: float) -> Figure:
    """Measure both in turn, so that a busy moment of the computer meets both."""
    pairs = [(_child(*what)[0], _child(*against)[0]) for _ in range(_RUNS)]
    value, limit = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Figure(name, value, limit, value / limit, "ms", aim)


def _limited(name: str, value: float, limit: float) -> Figure:
    return Figure(name, value, limit, value / limit, "ms", 1.0)


def _child(*words: object) -> list[float]:
    """Measure in a fresh process, without a screen."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PSC_DESK_TODAY": _DAY.isoformat()}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(_byte_code())
    environment["BENCH_STARTED"] = str(SystemClock().now().timestamp())
    done = subprocess.run(
        [sys.executable, "-m", "psc_desk.bench_window", *map(str, words)], capture_output=True, text=True,
        timeout=300, check=False, env=environment,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        raise DataError(f"The measurement “{words[0]}” did not come to its end: {last}")
    times: list[float] = json.loads(done.stdout.splitlines()[-1])
    return times


@lru_cache(maxsize=1)
def _byte_code() -> Path:
    """Return where the measured processes keep their byte code: a checkout may not be allowed to hold it."""
    place = Path(tempfile.mkdtemp(prefix="psc-desk-bench-code-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _line(figure: Figure) -> str:
    kept = "ok  " if figure.ratio <= figure.aim else "SLOW"
    return (
        f"{kept} {figure.name}: {figure.value:.1f} {figure.unit} to {figure.limit:.1f} {figure.unit}, "
        f"ratio {figure.ratio:.2f} (aim {figure.aim:g})"
    )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
