"""A morning under way: today's schedule played up to 10:12 am, for pictures of the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from psc_desk.clock import FixedClock, wall_clock
from psc_desk.demo.history import Past, pieces_of
from psc_desk.demo.house import FLOAT_CENTS, MAYA, TYPE_IDS, ZONE
from psc_desk.demo.population import CAST_IDS
from psc_desk.models.coverage import Coverage
from psc_desk.models.ledger import drawer_account
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.visit import Visit
from psc_desk.queries.check_in import check_in
from psc_desk.queries.money import open_charges, visit_charges
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.check_in import check_in_with_copay
from psc_desk.usecases.coverage import verify_coverage
from psc_desk.usecases.ledger import account_total
from psc_desk.usecases.payments import PaymentInput, TenderInput, take_payment
from psc_desk.usecases.schedule import mark_missed
from psc_desk.usecases.till import open_till
from psc_desk.usecases.visits import arrive, finish, room, to_checkout, with_provider
from psc_desk.work import Desk, Read, Work

AT_WORK_MINUTE = 612
"""10:12 am."""
_MORNING = """
7:48 open
7:51 arrive Grant, Otis|Results
7:52 arrive Baptiste, Noé|Well child
7:53 arrive Tran, Michelle|Annual
7:54 check-in Grant, Otis|Results|cash
7:56 check-in Baptiste, Noé|Well child|card
7:58 check-in Tran, Michelle|Annual
8:01 room Grant, Otis|Results
8:02 room Baptiste, Noé|Well child
8:05 room Tran, Michelle|Annual
8:06 provider Grant, Otis|Results
8:08 provider Baptiste, Noé|Well child
8:12 provider Tran, Michelle|Annual
8:14 balance card
8:20 arrive Nguyễn, Thảo|Blood pressure
8:24 arrive Baptiste, Zoé|Well child
8:25 checkout Baptiste, Noé|Well child|WELL
8:27 done Baptiste, Noé|Well child
8:28 check-in Baptiste, Zoé|Well child|card
8:30 checkout Grant, Otis|Results|OV15
8:32 done Grant, Otis|Results
8:33 check-in Nguyễn, Thảo|Blood pressure|cash
8:36 room Baptiste, Zoé|Well child
8:40 provider Baptiste, Zoé|Well child
8:44 balance check
8:52 arrive Iverson, Teddy|Asthma
8:56 arrive Tran, Michelle|Ultrasound
8:57 check-in Tran, Michelle|Ultrasound
8:58 check-in Iverson, Teddy|Asthma|no
9:00 checkout Baptiste, Zoé|Well child|WELL
9:02 room Tran, Michelle|Ultrasound
9:03 done Baptiste, Zoé|Well child
9:05 balance cash
9:12 balance card
9:20 balance cash
9:26 checkout Tran, Michelle|Ultrasound|
9:28 done Tran, Michelle|Ultrasound
9:33 balance check
9:41 arrive Malik, Hana|Vaccines
9:44 copay Malik, Hana|Vaccines|card
9:50 room Iverson, Teddy|Asthma
9:52 missed Duarte, Paula|Follow-up
9:55 balance card
10:00 arrive Castillo, Inés|New patient
10:01 verify Castillo, Inés
10:03 room Nguyễn, Thảo|Blood pressure
10:06 balance cash
10:08 checkout Tran, Michelle|Annual|LAB
"""


def at_work_clock(today: date) -> FixedClock:
    """Return a clock that stands at 10:12 am of `today` in the demo clinic."""
    return FixedClock(at_work_instant(today))


def at_work_instant(today: date) -> datetime:
    """Return 10:12 am of `today`."""
    return wall_clock(today, AT_WORK_MINUTE, ZoneInfo(ZONE))


def play_morning(desk: Desk, clock: FixedClock, day: date) -> None:
    """Play the morning through the use cases; the clock stands at 10:12 am afterwards."""
    desk.actor_id = MAYA
    past = Past(Random(day.toordinal()), {})
    for line in _MORNING.strip().splitlines():
        time, verb, *rest = line.split(" ", 2)
        hour, minute = (int(part) for part in time.split(":"))
        clock.instant = wall_clock(day, hour * 60 + minute, desk.zone)
        desk.do(_play, past, verb, rest[0] if rest else "")
    clock.instant = at_work_instant(day)


def _play(work: Work, past: Past, verb: str, subject: str) -> None:
    if verb == "open":
        open_till(work, 1, pieces_of(account_total(work, drawer_account(1)) or FLOAT_CENTS))
    elif verb == "balance":
        _pay_balance(work, past, TenderKind(subject))
    elif verb == "verify":
        chosen = select(Coverage.id).where(Coverage.patient_id == CAST_IDS[subject])
        verify_coverage(work, work.session.scalars(chosen).one(), "electronic")
    else:
        name, kind, how = (*subject.split("|"), "")[:3]
        _VERBS[verb](work, past, _visit(work, name, kind), how)


def _done(work: Work, _past: Past, visit_id: int, _how: str) -> None:
    charged = bool(visit_charges(work, visit_id))
    finish(work, visit_id, no_charge_reason="" if charged else "Charged with the other visit")


def _check_out(work: Work, past: Past, visit_id: int, code: str) -> None:
    to_checkout(work, visit_id)
    if code:
        post_charges(work, visit_id, [ChargeInput(code)], key=past.key())


def _visit(read: Read, name: str, kind: str) -> int:
    chosen = select(Visit.id).where(
        Visit.patient_id == CAST_IDS[name], Visit.type_id == TYPE_IDS[kind], Visit.day == read.today
    )
    return read.session.scalars(chosen).one()


def _check_in(work: Work, past: Past, visit_id: int, how: str) -> None:
    if how in ("", "no"):
        reason = "Will pay at check-out" if how else ""
        check_in_with_copay(work, visit_id, None, reason)
    else:
        check_in_with_copay(work, visit_id, _copay(work, past, visit_id, how))


def _copay(work: Work, past: Past, visit_id: int, how: str) -> PaymentInput:
    row = check_in(work, visit_id)
    tender = _tender(past, TenderKind(how), row.copay_open_cents)
    return PaymentInput(past.key(), 1, row.patient_id, PaymentKind.COPAY, (tender,), visit_id)


def _pay_balance(work: Work, past: Past, kind: TenderKind) -> None:
    """Take what somebody owes who comes by; the first in order of record who owes something and is not booked today."""
    busy = set(work.session.scalars(select(Visit.patient_id).where(Visit.day == work.today)))
    for patient_id in range(len(CAST_IDS) + 1, len(CAST_IDS) + 400):
        rows = [] if patient_id in busy else open_charges(work, patient_id)
        if rows:
            tender = _tender(past, kind, sum(row.open_cents for row in rows))
            take_payment(work, PaymentInput(past.key(), 1, patient_id, PaymentKind.BALANCE, (tender,)))
            return


def _tender(past: Past, kind: TenderKind, cents: int) -> TenderInput:
    if kind is TenderKind.CASH:
        return TenderInput(kind, cents, -(-cents // 2000) * 2000)
    if kind is TenderKind.CHECK:
        past.check_no += 1
        return TenderInput(kind, cents, check_no=str(past.check_no), bank="Harbor Savings (DEMO)")
    reference = f"M{past.rng.randrange(10**5):05d}"
    return TenderInput(kind, cents, card_brand="Visa", card_last4="4242", terminal_ref=reference)


_VERBS: dict[str, Callable[[Work, Past, int, str], object]] = {
    "arrive": lambda work, _past, visit_id, _how: arrive(work, visit_id),
    "room": lambda work, _past, visit_id, _how: room(work, visit_id),
    "provider": lambda work, _past, visit_id, _how: with_provider(work, visit_id),
    "missed": lambda work, _past, visit_id, _how: mark_missed(work, visit_id, "Did not come"),
    "copay": lambda work, past, visit_id, how: take_payment(work, _copay(work, past, visit_id, how)),
    "check-in": _check_in,
    "checkout": _check_out,
    "done": _done,
}
