"""The demo clinic's second drawer: change sent there and back, cash declined, and a hand-over a dollar short."""

from __future__ import annotations

from sqlalchemy import func, select, update

from psc_desk.demo.history import at, pieces_of
from psc_desk.demo.house import GORDON, LUIS, MAYA
from psc_desk.demo_people import DEMO_PEOPLE
from psc_desk.devices.jobs import JobState
from psc_desk.models.ledger import drawer_account
from psc_desk.models.print_job import PrintJob
from psc_desk.models.till import TillSession
from psc_desk.usecases.handover import count_for_handover, hand_over
from psc_desk.usecases.ledger import account_total
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, close_till, open_till, record_count, spot_check
from psc_desk.usecases.tills import TillInput, add_till
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)
from psc_desk.work import Work

_FLOAT = 8000


def open_second_drawer(work: Work) -> None:
    """Add the drawer, and play a late hour of the last day on which the first one was worked."""
    actor, now = work.actor_id, work.now
    work.actor_id = GORDON
    second = add_till(work, TillInput("Drawer 2", _FLOAT))
    day = work.session.scalar(select(func.max(TillSession.business_date)))
    if day is not None:
        at(work, day, 1060)
        _late_hour(work, second)
        printed = update(PrintJob).where(PrintJob.state == JobState.QUEUED)
        work.session.execute(printed.values(state=JobState.PRINTED.value, state_at=work.now))
    work.actor_id, work.now = actor, now


def _late_hour(work: Work, second: int) -> None:
    work.actor_id = LUIS
    open_till(work, second, pieces_of(_FLOAT))
    work.actor_id = MAYA
    open_till(work, 1, pieces_of(account_total(work, drawer_account(1))))
    twenty, five = {100: 20}, {500: 1}
    sent = send_transfer(work, TransferInput("demo-sent-1", 1, second, twenty, "Ones for change"))
    _as(work, LUIS)
    accept_transfer(work, sent, twenty, key="demo-taken-1")
    back = send_transfer(work, TransferInput("demo-sent-2", second, 1, {2000: 1}, "A twenty for the ones"))
    _as(work, MAYA)
    accept_transfer(work, back, {2000: 1}, key="demo-taken-2")
    third = send_transfer(work, TransferInput("demo-sent-3", 1, second, five))
    _as(work, LUIS)
    decline_transfer(work, third, reason="Nobody here needs it")
    _as(work, MAYA)
    take_back_transfer(work, third, five, key="demo-back-3")
    spot_check(work, 1, pieces_of(account_total(work, drawer_account(1))), reason="Before a drop")
    _as(work, LUIS)
    count = count_for_handover(work, second, pieces_of(_FLOAT - 100))
    pin = next(one.pin for one in DEMO_PEOPLE if one.name.startswith("Maya"))
    hand_over(work, count.count_id, Approval(MAYA, pin), reason="Wrong change given")
    for till_id in (second, 1):
        _as(work, MAYA)
        held = account_total(work, drawer_account(till_id))
        begin_count(work, till_id)
        record_count(work, till_id, pieces_of(held))
        close_till(work, till_id, float_left_cents=held)


def _as(work: Work, staff_id: int) -> None:
    work.actor_id = staff_id
