"""The program killed at any moment: what was acknowledged is there, the books balance, no print is sent twice.

PSC_DESK_KILLS says how often it is killed (15 by default); PSC_DESK_SEED repeats a run.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from psc_desk.devices.jobs import JobState
from psc_desk.engine import integrity
from psc_desk.models.ledger import JournalEntry
from psc_desk.models.payment import Payment
from psc_desk.models.print_job import PrintJob
from psc_desk.queries.audit import check_chain
from psc_desk.queries.money import payments
from psc_desk.usecases.print_queue import IN_FLIGHT, recover_jobs
from psc_desk.usecases.till import open_till
from psc_desk.work import Read
from tests.crash.till_worker import post_for_ever
from tests.money.support import cash, pay, wrong
from tests.support.clinic import KEY, MAYA, NOON, SmallClinic, small_clinic

KILLS = int(os.environ.get("PSC_DESK_KILLS", "15"))
SEED = int(os.environ.get("PSC_DESK_SEED", "0")) or random.randrange(1, 10**9)
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.crash.till_worker"])
KINDS = ("payment", "void", "refund")


def killed_run(folder: Path, acknowledged: int, more_ms: float) -> list[str]:
    """Let a process post, kill it some milliseconds after so many acknowledgements, return the keys it sent."""
    heard, told = NURSERY.Pipe(duplex=False)
    worker = NURSERY.Process(target=post_for_ever, args=(folder, told))
    worker.start()
    told.close()
    keys = [heard.recv() for _ in range(acknowledged)]
    until = time.perf_counter() + more_ms / 1000
    while time.perf_counter() < until:
        pass
    worker.kill()
    worker.join(30)
    assert worker.exitcode == -signal.SIGKILL
    with contextlib.suppress(EOFError, OSError):
        while True:
            keys.append(heard.recv())
    heard.close()
    return keys


def reopened(folder: Path) -> SmallClinic:
    """The same data in a new process's place: a new engine and desk."""
    from psc_desk.audit_head import AuditHead
    from psc_desk.clock import FixedClock
    from psc_desk.engine import make_engine
    from psc_desk.work import Desk

    clock = FixedClock(NOON)
    desk = Desk(make_engine(folder / "desk.db", KEY), clock, head=AuditHead(folder / "audit.head", KEY))
    desk.actor_id = MAYA
    return SmallClinic(desk, clock, folder)


def posted_keys(read: Read) -> list[str]:
    return list(read.session.scalars(select(JournalEntry.idempotency_key).where(JournalEntry.kind.in_(KINDS))))


def receipt_numbers(read: Read) -> list[int]:
    return list(read.session.scalars(select(Payment.receipt_no).order_by(Payment.id)))


def jobs_in(read: Read, *states: JobState) -> list[int]:
    return list(read.session.scalars(select(PrintJob.id).where(PrintJob.state.in_(states))))


def check_after_kill(clinic: SmallClinic, acknowledged: list[str], before: int) -> int:
    """Check everything; return how many postings are there that nobody was told of."""
    desk = clinic.desk
    assert integrity(desk.engine) == []
    assert wrong(desk) == []
    keys = desk.ask(posted_keys)
    assert len(keys) == len(set(keys))
    assert set(acknowledged) <= set(keys), "an acknowledged posting is lost"
    numbers = desk.ask(receipt_numbers)
    assert numbers == list(range(1001, 1001 + len(numbers)))
    assert len(desk.ask(jobs_in, *JobState)) == len(numbers)
    assert desk.head is not None
    assert desk.ask(check_chain, desk.head.read()) == []
    return len(keys) - before - len(acknowledged)


@pytest.mark.slow
def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    print(f"PSC_DESK_SEED={SEED}")
    rng = random.Random(SEED)
    clinic = small_clinic(tmp_path)
    clinic.desk.do(open_till, 1, {2000: 5, 500: 8, 100: 10})
    clinic.desk.engine.dispose()
    before = in_flight = 0
    for _ in range(KILLS):
        acknowledged = killed_run(tmp_path, rng.randrange(1, 12), rng.uniform(0, 60))
        clinic = reopened(tmp_path)
        assert check_after_kill(clinic, acknowledged, before) <= 1
        flying = clinic.desk.ask(jobs_in, *IN_FLIGHT)
        in_flight += len(flying)
        assert clinic.desk.do(recover_jobs) == len(flying) <= 1
        assert set(flying) <= set(clinic.desk.ask(jobs_in, JobState.UNKNOWN))
        assert clinic.desk.ask(jobs_in, *IN_FLIGHT) == []
        done = pay(clinic, cash(100))
        assert clinic.desk.ask(payments)[0].receipt_no == done.receipt_no
        before = len(clinic.desk.ask(posted_keys))
        clinic.desk.engine.dispose()
    if KILLS >= 10:
        assert in_flight, "no kill met a job under way: the test does not see what it should"


@pytest.mark.slow
def test_a_posting_that_nobody_was_told_of_is_found_by_its_key(tmp_path: Path) -> None:
    """The window repeats with the key of its form: whether the first try was written or not, it is posted once."""
    clinic = small_clinic(tmp_path)
    clinic.desk.do(open_till, 1, {2000: 5, 500: 8, 100: 10})
    clinic.desk.engine.dispose()
    acknowledged = killed_run(tmp_path, 3, 10)
    clinic = reopened(tmp_path)
    count = len(clinic.desk.ask(payments))
    pay(clinic, cash(500), with_key=acknowledged[0])
    assert len(clinic.desk.ask(payments)) == count
    clinic.desk.engine.dispose()
