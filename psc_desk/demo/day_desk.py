"""Who plays the demo day and with what: the desk, its clock, the people with their PINs, and the cash in the drawer."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from psc_desk.clock import FixedClock, wall_clock
from psc_desk.dates import format_time
from psc_desk.demo.day_devices import DayPrinter
from psc_desk.demo_people import DEMO_PEOPLE
from psc_desk.errors import NotFoundError, RefusedError
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.money import Cents, format_money
from psc_desk.queries.staff import people
from psc_desk.usecases.payments import PaymentDone, PaymentInput, TenderInput, take_payment
from psc_desk.usecases.staff import Approval, sign_in
from psc_desk.vault_file import write_private
from psc_desk.work import Desk, Work

TILL = 1
P = ParamSpec("P")
R = TypeVar("R")
Step = Callable[["DayDesk"], None]


class DayDesk:
    """A desk at which a day is played: events wait for their minute, `cash` is what lies in the drawer."""

    def __init__(self, desk: Desk, clock: FixedClock, printer: DayPrinter, *, rng: Random, out: Path) -> None:
        self.desk, self.clock, self.printer, self.rng, self.out = desk, clock, printer, rng, out
        self.ask = desk.ask
        self.cash: Cents = 0
        self.checks: Cents = 0
        self.cards: Cents = 0
        self.papers: list[Path] = []
        self.story: list[str] = []
        self.minute = 0
        self._events: list[tuple[int, int, Step]] = []
        self._count = 0
        self._check_no = 3000

    @property
    def day(self) -> date:
        """The business date."""
        return self.ask(lambda read: read.today)

    def at(self, minute: int, step: Step) -> None:
        """Plan a step for a minute of the day, never before now."""
        self._count += 1
        heapq.heappush(self._events, (max(minute, self.minute), self._count, step))

    def play(self) -> None:
        """Play all that is planned; after each step what was printed lies there."""
        while self._events:
            minute, _, step = heapq.heappop(self._events)
            self.stand_at(minute)
            step(self)
            self.printer.settle(self.desk)

    def stand_at(self, minute: int) -> None:
        """Set the clock to a minute of the day."""
        self.minute = minute
        self.clock.instant = wall_clock(self.day, minute, self.desk.zone)

    def do(self, usecase: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a use case."""
        return self.desk.do(usecase, *args, **kwargs)

    def say(self, sentence: str) -> None:
        """Add a line to the story."""
        self.story.append(f"{format_time(self.minute):>8}  {sentence}")

    def key(self) -> str:
        """Return a new idempotency key; it differs from day to day, and is the same when the day is played again."""
        return UUID(int=self.rng.getrandbits(128) ^ self.day.toordinal(), version=4).hex

    def sign_in(self, name: str) -> None:
        """Let one of the demo people take over with the PIN."""
        found = self.do(sign_in, self.staff_id(name), _pin(name), pin=True)
        if found.person is None:
            raise RefusedError(found.sentence)
        self.desk.actor = found.person

    def staff_id(self, name: str) -> int:
        """Return the id of one of the demo people."""
        for row in self.ask(people):
            if row.name == name:
                return row.id
        raise NotFoundError(f"{name} does not work here any more. Make a new demo clinic to play the day.")

    def approval(self, name: str) -> Approval:
        """Return a second person's word."""
        return Approval(self.staff_id(name), _pin(name))

    def tender(self, kind: TenderKind, cents: Cents) -> TenderInput:
        """Return a way of paying; cash is handed over in twenties."""
        if kind is TenderKind.CASH:
            return TenderInput(kind, cents, -(-cents // 2000) * 2000)
        if kind is TenderKind.CHECK:
            self._check_no += 1
            return TenderInput(kind, cents, check_no=str(self._check_no), bank="Harbor Savings (DEMO)")
        reference = f"T{self.rng.randrange(10**6):06d}"
        return TenderInput(kind, cents, card_brand="Visa", card_last4="4242", terminal_ref=reference)

    def payment(self, kind: PaymentKind, patient_id: int, visit_id: int | None, *tenders: TenderInput) -> PaymentInput:
        """Return a payment to take."""
        return PaymentInput(self.key(), TILL, patient_id, kind, tenders, visit_id)

    def take(self, payment: PaymentInput) -> PaymentDone:
        """Take a payment and put it where it belongs."""
        done = self.do(take_payment, payment)
        self.took(payment.tenders)
        return done

    def took(self, tenders: tuple[TenderInput, ...], sign: int = 1) -> None:
        """Put money into the drawer, or with `sign` -1 out of it: what a person would count."""
        for tender in tenders:
            if tender.kind is TenderKind.CASH:
                self.cash += sign * tender.cents
            elif tender.kind is TenderKind.CHECK:
                self.checks += sign * tender.cents
            else:
                self.cards += sign * tender.cents

    def save(self, name: str, content: bytes) -> None:
        """Keep a paper in the folder of the day."""
        path = self.out / name
        write_private(path, content)
        self.papers.append(path)


def money_words(tenders: tuple[TenderInput, ...]) -> str:
    """Return "$25.00 in cash and $10.00 by card"."""
    words = {TenderKind.CASH: "in cash", TenderKind.CHECK: "by check", TenderKind.CARD: "by card"}
    return " and ".join(f"{format_money(tender.cents)} {words[tender.kind]}" for tender in tenders)


def _pin(name: str) -> str:
    return next(person.pin for person in DEMO_PEOPLE if person.name == name)
