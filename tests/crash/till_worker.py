"""A desk that works until it is killed: it sends the key of each posting once that is written, as a window shows it."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from psc_desk.audit_head import AuditHead
from psc_desk.clock import FixedClock
from psc_desk.devices.jobs import JobState
from psc_desk.engine import make_engine
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.till import SessionStatus
from psc_desk.print_store import DatabaseStore
from psc_desk.queries.deposits import bankable
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.ledger import open_session
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment, take_payment, void_payment
from psc_desk.usecases.till import begin_count, close_till, drop, open_till, record_count
from psc_desk.usecases.unshown import mark_shown
from psc_desk.work import Desk
from tests.money.support import pieces_for
from tests.support.clinic import INES, KEY, LEO, MAYA, NOON


def post_for_ever(folder: Path, told: Connection) -> None:
    """Work: every third payment is given back, every fifth precedes a drop, every eighth the close and the bank."""
    engine = make_engine(folder / "desk.db", KEY)
    head = AuditHead(folder / "audit.head", KEY)
    desk = Desk(engine, FixedClock(NOON), head=head, watched=True)
    desk.actor_id = MAYA
    tell = _Tell(desk, told)
    printer = DatabaseStore(Desk(engine, FixedClock(NOON), head=head))
    _begin_day(desk, tell)
    number = 0
    while True:
        number += 1
        done = tell(_pay(desk))
        if number % 3 == 0:
            tell(_give_back(desk, done, void=number % 2 == 0))
        if number % 5 == 0:
            tell(_drop(desk))
        if number % 8 == 0:
            _close(desk, tell)
            _bank(desk, tell)
            _begin_day(desk, tell)
        _print(printer)


class _Tell:
    """Sends the key that was posted, then notes that it was shown."""

    def __init__(self, desk: Desk, told: Connection) -> None:
        self.desk, self.told, self.rng = desk, told, random.Random()

    def __call__(self, posted: tuple[str, Callable[[], Any]]) -> Any:
        key, post = posted
        done = post()
        entries = self.desk.last_posted
        painted = time.perf_counter() + self.rng.uniform(0, 0.04)
        while time.perf_counter() < painted:  # the window paints the result: a kill in here leaves it untold
            pass
        self.told.send(key)
        self.desk.do(mark_shown, entries)
        return done


def _begin_day(desk: Desk, tell: _Tell) -> None:
    session = desk.ask(open_session, 1)
    if session is not None and session.status is SessionStatus.COUNTING:
        _close(desk, tell)
        session = None
    if session is None:
        desk.do(open_till, 1, pieces_for(desk.ask(account_balances).get("drawer:1", 15000)))


def _pay(desk: Desk) -> tuple[str, Callable[[], Any]]:
    key = uuid.uuid4().hex
    tenders = (
        TenderInput(TenderKind.CASH, 500),
        TenderInput(TenderKind.CHECK, 300, check_no="1042"),
        TenderInput(TenderKind.CARD, 700, 0, "", "", "Visa", "4242", "A1"),
    )
    return key, lambda: desk.do(take_payment, PaymentInput(key, 1, INES, PaymentKind.BALANCE, tenders))


def _give_back(desk: Desk, done: Any, *, void: bool) -> tuple[str, Callable[[], Any]]:
    key = uuid.uuid4().hex
    if void:
        return key, lambda: desk.do(void_payment, done.payment_id, key=key, reason="Typed twice")
    return key, lambda: desk.do(refund_payment, done.payment_id, 300, key=key, reason="Overpaid")


def _drop(desk: Desk) -> tuple[str, Callable[[], Any]]:
    key = uuid.uuid4().hex
    return key, lambda: desk.do(drop, 1, 100, key=key, reason="Safe")


def _close(desk: Desk, tell: _Tell) -> None:
    """Count a dollar short, so that the close posts, and leave what there is up to the float."""
    session = desk.ask(open_session, 1)
    assert session is not None
    desk.do(begin_count, 1)
    counted = desk.ask(account_balances).get("drawer:1", 0) - 100
    desk.do(record_count, 1, pieces_for(counted))
    left = min(15000, counted)
    tell((f"close:{session.id}", lambda: desk.do(close_till, 1, float_left_cents=left, reason="Not known")))


def _bank(desk: Desk, tell: _Tell) -> None:
    waiting = desk.ask(bankable)
    key = uuid.uuid4().hex
    deposit = DepositInput(
        key, tuple(one.session_id for one in waiting.cash), tuple(one.tender_id for one in waiting.checks),
        pieces_for(sum(one.cents for one in waiting.cash)),
    )  # fmt: skip
    desk.actor_id = LEO
    tell((key, lambda: desk.do(make_deposit, deposit)))
    desk.actor_id = MAYA


def _print(store: DatabaseStore) -> None:
    """Move every print job through its states, as the spooler does, without a printer."""
    while (job := store.next_job()) is not None:
        for state in (JobState.SENDING, JobState.AWAITING_PROOF, JobState.PRINTED):
            store.mark(job.id, state, "")
