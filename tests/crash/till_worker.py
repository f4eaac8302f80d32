"""A desk that takes money and prints until it is killed; it sends the key of each posting once that is written."""

from __future__ import annotations

import threading
import uuid
from multiprocessing.connection import Connection
from pathlib import Path

from psc_desk.audit_head import AuditHead
from psc_desk.clock import FixedClock
from psc_desk.devices.jobs import JobState
from psc_desk.engine import make_engine
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.print_store import DatabaseStore
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment, take_payment, void_payment
from psc_desk.work import Desk
from tests.support.clinic import INES, KEY, MAYA, NOON


def post_for_ever(folder: Path, told: Connection) -> None:
    """Post payments, every third followed by a void or a refund."""
    engine = make_engine(folder / "desk.db", KEY)
    head = AuditHead(folder / "audit.head", KEY)
    desk = Desk(engine, FixedClock(NOON), head=head)
    desk.actor_id = MAYA
    printing = threading.Thread(target=_print_for_ever, args=(Desk(engine, FixedClock(NOON), head=head),), daemon=True)
    printing.start()
    number = 0
    while True:
        number += 1
        key = uuid.uuid4().hex
        tenders = (
            TenderInput(TenderKind.CASH, 500),
            TenderInput(TenderKind.CARD, 700, 0, "", "", "Visa", "4242", "A1"),
        )
        done = desk.do(take_payment, PaymentInput(key, 1, INES, PaymentKind.BALANCE, tenders))
        told.send(key)
        if number % 3 == 0:
            told.send(_give_back(desk, done.payment_id, void=number % 2 == 0))


def _give_back(desk: Desk, payment_id: int, *, void: bool) -> str:
    key = uuid.uuid4().hex
    if void:
        desk.do(void_payment, payment_id, key=key, reason="Typed twice")
    else:
        desk.do(refund_payment, payment_id, 300, key=key, reason="Overpaid")
    return key


def _print_for_ever(desk: Desk) -> None:
    """Move every print job through its states, as the spooler does, without a printer."""
    store = DatabaseStore(desk)
    while True:
        job = store.next_job()
        if job is not None:
            for state in (JobState.SENDING, JobState.AWAITING_PROOF, JobState.PRINTED):
                store.mark(job.id, state, "")
