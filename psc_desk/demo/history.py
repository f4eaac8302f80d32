"""The weeks before today: visits that took place or did not, their money, the drawer of each day and its deposit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from psc_desk.clock import wall_clock
from psc_desk.demo.house import FLOAT_CENTS, KINDS, LUIS, MAYA, RENATA
from psc_desk.demo.population import Person
from psc_desk.demo.schedule import Planned, write_visits
from psc_desk.devices.jobs import JobState
from psc_desk.events import ChartOpened, VisitStatusChanged
from psc_desk.models.ledger import Account, Line, drawer_account
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.print_job import PrintJob
from psc_desk.models.till import DENOMINATIONS
from psc_desk.models.visit import CheckIn, Status, Visit, VisitChange
from psc_desk.money import Cents
from psc_desk.queries.deposits import bankable
from psc_desk.queries.money import visit_charges
from psc_desk.queries.tills import till_report
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.ledger import account_total, post
from psc_desk.usecases.payments import PaymentInput, TenderInput, take_payment
from psc_desk.usecases.till import begin_count, close_till, open_till, pay_out, record_count
from psc_desk.work import Work

_CODES = {kind.name: kind.codes.split() for kind in KINDS}
_WAY = (Status.ARRIVED, Status.CHECKED_IN, Status.IN_ROOM, Status.WITH_PROVIDER, Status.CHECKOUT, Status.DONE)
_AT = (-9, -4, 1, 9, 24, 28)
"""Minutes from the booked time at which each status is reached, for a visit of half an hour."""
_TILL = 1


@dataclass
class Past:
    """Draws and counts while the past is written; `key` gives the keys of postings."""

    rng: Random
    everybody: dict[int, Person]
    next_visit_id: int = 1
    check_no: int = 2100

    def key(self) -> str:
        """Return a new idempotency key, the same for the same seed."""
        return UUID(int=self.rng.getrandbits(128), version=4).hex

    def tender(self, cents: Cents) -> TenderInput:
        """Return a way of paying."""
        draw = self.rng.random()
        if draw < 0.45:
            return TenderInput(TenderKind.CASH, cents, -(-cents // 2000) * 2000)
        if draw < 0.58:
            self.check_no += 1
            return TenderInput(TenderKind.CHECK, cents, check_no=str(self.check_no), bank="Harbor Savings (DEMO)")
        brand, last4 = self.rng.choice((("Visa", "4242"), ("Mastercard", "4444"), ("Amex", "0005")))
        reference = f"D{self.rng.randrange(10**6):06d}"
        return TenderInput(TenderKind.CARD, cents, card_brand=brand, card_last4=last4, terminal_ref=reference)


def pieces_of(cents: Cents) -> dict[int, int]:
    """Return notes and coin that make up an amount, few of each but no hundreds or fifties."""
    found, left = {}, cents
    for _, piece in DENOMINATIONS:
        if piece in (10000, 5000, 200, 50):
            continue
        found[piece], left = divmod(left, piece)
    return {piece: count for piece, count in found.items() if count}


def past_day(work: Work, past: Past, day: date, planned: Sequence[Planned]) -> int:
    """Write one day of the past in one transaction, its clock going from morning to evening; return how many visits."""
    at(work, day, 465)
    work.actor_id = MAYA
    ids = write_visits(work, planned, past.next_visit_id)
    past.next_visit_id += len(ids)
    open_till(work, _TILL, pieces_of(account_total(work, drawer_account(_TILL)) or FLOAT_CENTS))
    fates = {visit_id: _fate(past.rng, visit) for visit_id, visit in zip(ids, planned, strict=True)}
    _write_fates(work, ids, planned, fates)
    for visit_id, visit in zip(ids, planned, strict=True):
        if fates[visit_id] is Status.DONE:
            _seen(work, past, visit_id, visit)
    if day.toordinal() % 4 == 0:
        at(work, day, 960)
        pay_out(work, _TILL, 1240, key=past.key(), reason="Postage")
    _close(work, past, day)
    _printed(work)
    return len(ids)


def at(work: Work, day: date, minute: int) -> None:
    """Set the clock of the transaction."""
    work.now = wall_clock(day, minute, work.zone)


def _fate(rng: Random, visit: Planned) -> Status:
    draw = rng.random()
    if draw < 0.84:
        return Status.DONE
    return Status.MISSED if draw < 0.91 else Status.CANCELLED if draw < 0.97 else Status.LATE_CANCELLED


def _write_fates(work: Work, ids: list[int], planned: Sequence[Planned], fates: dict[int, Status]) -> None:
    changes, check_ins = [], []
    for visit_id, visit in zip(ids, planned, strict=True):
        steps = list(_steps(work, visit, fates[visit_id]))
        changes += [_change(visit_id, before, step) for before, step in pairwise(steps)]
        arrived = next((since for status, since, _ in steps if status is Status.ARRIVED), None)
        last, since, _ = steps[-1]
        work.session.execute(
            update(Visit).where(Visit.id == visit_id).values(status=last, status_since=since, arrived_at=arrived)
        )
        if arrived is not None:
            check_ins.append({
                "visit_id": visit_id, "started_at": arrived, "name_checked": True, "birth_date_checked": True,
                "demographics_at": steps[2][1], "coverage_at": steps[2][1], "finished_at": steps[2][1],
            })  # fmt: skip
    for model, rows in ((VisitChange, changes), (CheckIn, check_ins)):
        if rows:
            work.session.execute(insert(model), rows)


Step = tuple[Status, Any, str]
"""A status, since when, and why."""


def _steps(work: Work, visit: Planned, fate: Status) -> Iterator[Step]:
    yield Status.BOOKED, wall_clock(visit.day, 0, work.zone), ""
    if fate is Status.DONE:
        for status, offset in zip(_WAY, _AT, strict=True):
            minute = visit.start + offset + (visit.minutes - 30 if offset > 20 else 0) + visit.patient_id % 4
            yield status, wall_clock(visit.day, minute, work.zone), ""
        return
    minute = visit.start + 20 if fate is Status.MISSED else 480
    yield fate, wall_clock(visit.day, minute, work.zone), "Did not come" if fate is Status.MISSED else "Patient ill"


def _change(visit_id: int, before: Step, after: Step) -> dict[str, Any]:
    return {
        "visit_id": visit_id, "at": after[1], "staff_id": MAYA, "what": "status", "reason": after[2],
        "before": {"status": before[0].value, "since": before[1].isoformat(), "arrived": None},
        "after": {"status": after[0].value, "since": after[1].isoformat(), "arrived": None},
    }  # fmt: skip


def _seen(work: Work, past: Past, visit_id: int, visit: Planned) -> None:
    """Take the co-pay, charge the visit, and let the plan take its part."""
    person = past.everybody[visit.patient_id]
    work.actor_id = LUIS if visit.patient_id % 3 == 0 else MAYA
    at(work, visit.day, visit.start - 5)
    work.announce(ChartOpened(patient_id=visit.patient_id, visit_id=visit_id), "opened the chart")
    if person.copay_cents and past.rng.random() < 0.93:
        _pay(work, past, (visit.patient_id, visit_id), PaymentKind.COPAY, person.copay_cents)
    at(work, visit.day, visit.end)
    usual, *others = _CODES[visit.type_name]
    codes = [usual, *(code for code in others if past.rng.random() < 0.25)]
    post_charges(work, visit_id, [ChargeInput(code) for code in codes], key=past.key())
    if person.copay_cents is not None:
        _billed_to_plan(work, past, visit, visit_id)
    elif past.rng.random() < 0.85:
        due = sum(row.open_cents for row in visit_charges(work, visit_id))
        _pay(work, past, (visit.patient_id, visit_id), PaymentKind.BALANCE, due)
    done = VisitStatusChanged(patient_id=visit.patient_id, visit_id=visit_id, status=Status.DONE.value)
    work.announce(done, "marked the visit as done")


def _pay(work: Work, past: Past, who: tuple[int, int], kind: PaymentKind, cents: Cents) -> None:
    """Take a payment of a patient for a visit."""
    tenders = (past.tender(cents),)
    take_payment(work, PaymentInput(past.key(), _TILL, who[0], kind, tenders, who[1], print_receipt=False))


def _billed_to_plan(work: Work, past: Past, visit: Planned, visit_id: int) -> None:
    """Move what the plan owes away from the patient; now and then part of it stays: the deductible."""
    lines: list[Line] = []
    for row in visit_charges(work, visit_id):
        own = row.code == "LAB" and past.rng.random() < 0.3
        if row.open_cents and not own:
            owed = Line(Account.INSURANCE_AR, row.open_cents, visit.patient_id, visit_id, row.charge_id)
            lines += [owed, replace(owed, account=Account.PATIENT_AR, cents=-row.open_cents)]
    if lines:
        post(work, "bill_plan", lines, key=past.key(), reason="Billed to the plan (DEMO)")


def _close(work: Work, past: Past, day: date) -> None:
    """Count and close as one person, take the bag to the bank as another."""
    at(work, day, 1025)
    work.actor_id = LUIS
    session_id = begin_count(work, _TILL)
    expected = account_total(work, drawer_account(_TILL))
    counted = expected + past.rng.choice((0, 0, 0, 0, -25, 100, -100, 0))
    sums = {row.word: row.cents or 0 for row in till_report(work, session_id, "Z").tenders}
    record_count(work, _TILL, pieces_of(counted), checks_cents=sums["Check"], cards_cents=sums["Card"])
    at(work, day, 1029)
    reason = "" if counted == expected else "Wrong change given"
    close_till(work, _TILL, float_left_cents=min(FLOAT_CENTS, counted), reason=reason)
    at(work, day, 1035)
    work.actor_id = RENATA if day.toordinal() % 5 == 0 else MAYA
    waiting = bankable(work)
    cash = sum(bag.cents for bag in waiting.cash)
    if waiting.cash or waiting.checks:
        chosen = tuple(bag.session_id for bag in waiting.cash), tuple(check.tender_id for check in waiting.checks)
        make_deposit(work, DepositInput(past.key(), *chosen, pieces_of(cash), bag_no=f"DEMO-{day:%m%d}"))


def _printed(work: Work) -> None:
    """What was printed in the past is not printed again when a window opens."""
    waiting = select(PrintJob.id).where(PrintJob.state == JobState.QUEUED)
    work.session.execute(
        update(PrintJob).where(PrintJob.id.in_(waiting)).values(state=JobState.PRINTED.value, state_at=work.now)
    )
