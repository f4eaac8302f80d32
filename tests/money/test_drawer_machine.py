"""Two drawers and three people through random days: after every step the model, the books and the screens agree."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import event
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from psc_desk.clock import local
from psc_desk.errors import DeskError, RefusedError
from psc_desk.models.payment import PaymentKind
from psc_desk.models.till import TransferStatus
from psc_desk.queries.deposits import bankable
from psc_desk.queries.tills import tills
from psc_desk.queries.transfers import transfers
from psc_desk.queries.variance import variance_report
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.handover import count_for_handover, hand_over
from psc_desk.usecases.payments import PaymentInput, take_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import (
    begin_count,
    cancel_count,
    close_till,
    drop,
    go_on_past_midnight,
    open_till,
    pay_in,
    pay_out,
    record_count,
    spot_check,
)
from psc_desk.usecases.tills import TillInput, add_till
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)
from tests.money.support import cash, key, wrong
from tests.money.test_machine import pieces_for
from tests.support.clinic import INES, LEO, MANAGER, MAYA, small_clinic
from tests.support.sizes import machine

PINS = {MAYA: "1234", LEO: "2345", MANAGER: "3456"}
PERSON = st.sampled_from([MAYA, LEO, MANAGER])
TILL = st.sampled_from([1, 2])
CENTS = st.integers(1, 9000)
OFF = st.sampled_from([0, 0, 0, 0, -100, 250, -2500])


@dataclass
class Drawer:
    """What a person watching a drawer would say of it."""

    cash: int = 0
    state: str = "closed"
    day: date = date.min
    went_on: date | None = None
    holder: int = 0
    ever: bool = False

    def stale(self, today: date) -> bool:
        return self.state != "closed" and self.day < today and self.went_on != today


@dataclass
class Sent:
    """Cash on its way."""

    source: int
    target: int
    cents: int
    sender: int
    status: TransferStatus = TransferStatus.SENT


@dataclass
class Model:
    """All of it; `lost` is what is over or short so far, negative is short."""

    drawers: dict[int, Drawer] = field(default_factory=lambda: {1: Drawer(), 2: Drawer()})
    sent: dict[int, Sent] = field(default_factory=dict)
    safe: int = 0
    bank: int = 0
    over: int = 0
    by_person: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PINS, 0))

    def waiting(self, till_id: int) -> bool:
        return any(one.status.pending and till_id in (one.source, one.target) for one in self.sent.values())


class Drawers(RuleBasedStateMachine):
    """Each rule says first whether the desk must refuse."""

    @initialize()
    def morning(self) -> None:
        """Two drawers, both closed and never opened."""
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name), MANAGER)
        self.desk = self.clinic.desk
        self.desk.do(add_till, TillInput("Drawer 2", 5000))
        self.model = Model()

    def teardown(self) -> None:
        """Remove the database."""
        if hasattr(self, "folder"):
            self.desk.engine.dispose()
            self.folder.cleanup()

    @property
    def today(self) -> date:
        """The date on the clinic's wall."""
        return local(self.clinic.clock.now(), self.desk.zone).date()

    def second(self, person: int) -> Approval:
        """Somebody else who may approve."""
        other = MANAGER if person == LEO else LEO
        return Approval(other, PINS[other])

    def does(self, allowed: bool, person: int, usecase: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Do it as `person`; it must be refused unless allowed. Return its result, None when refused."""
        self.desk.actor_id = person
        if allowed:
            return self.desk.do(usecase, *args, **named)
        with pytest.raises(DeskError):
            self.desk.do(usecase, *args, **named)
        return None

    def takes(self, till_id: int) -> bool:
        """Say whether a drawer takes money now."""
        drawer = self.model.drawers[till_id]
        return drawer.state == "open" and not drawer.stale(self.today)

    def differs(self, cents: int, whose: int) -> None:
        """Book a difference in the model."""
        self.model.over += cents
        if whose:
            self.model.by_person[whose] += cents

    @rule(till_id=TILL, person=PERSON, off=OFF)
    def open(self, till_id: int, person: int, off: int) -> None:
        """A session begins with what was left, or with a difference that is told."""
        drawer = self.model.drawers[till_id]
        counted = max(0, drawer.cash + off) if drawer.ever else 15000
        named = {"reason": "Not known", "approval": self.second(person)}
        self.does(drawer.state == "closed", person, open_till, till_id, pieces_for(counted), **named)
        if drawer.state == "closed":
            if drawer.ever:
                self.differs(counted - drawer.cash, 0)
            self.model.drawers[till_id] = Drawer(counted, "open", self.today, None, person, ever=True)

    @rule(till_id=TILL, person=PERSON, cents=CENTS, twice=st.booleans())
    def take(self, till_id: int, person: int, cents: int, *, twice: bool) -> None:
        """A patient pays cash, sometimes with a double click."""
        again = key()
        for _ in range(2 if twice else 1):
            paid = PaymentInput(again, till_id, INES, PaymentKind.PREPAYMENT, (cash(cents),))
            self.does(self.takes(till_id), person, take_payment, paid)
        if self.takes(till_id):
            self.model.drawers[till_id].cash += cents

    @rule(till_id=TILL, person=PERSON, cents=CENTS, what=st.sampled_from([pay_in, pay_out, drop]))
    def move(self, till_id: int, person: int, cents: int, what: Callable[..., Any]) -> None:
        """Cash goes in, out or to the safe; never more than is there."""
        drawer = self.model.drawers[till_id]
        change = cents if what is pay_in else -cents
        fits = self.takes(till_id) and drawer.cash + change >= 0
        self.does(fits, person, what, till_id, cents, key=key(), reason="Change")
        if fits:
            drawer.cash += change
            self.model.safe += cents if what is drop else 0

    @rule(source=TILL, person=PERSON, cents=CENTS)
    def send(self, source: int, person: int, cents: int) -> None:
        """Cash leaves for the other drawer."""
        target, drawer = 3 - source, self.model.drawers[source]
        fits = self.takes(source) and self.model.drawers[target].state == "open" and drawer.cash >= cents
        sent = self.does(fits, person, send_transfer, TransferInput(key(), source, target, pieces_for(cents)))
        if fits:
            drawer.cash -= cents
            self.model.sent[sent] = Sent(source, target, cents, person)

    @rule(nth=st.integers(0, 5), person=PERSON, witness=PERSON, right=st.booleans())
    def accept(self, nth: int, person: int, witness: int, *, right: bool) -> None:
        """The other drawer takes it, if somebody else than the sender counted the same."""
        found = self.chosen(nth)
        if found is None:
            return
        sent_id, one = found
        two = person != one.sender or witness != one.sender
        fits = one.status is TransferStatus.SENT and two and right
        counted = pieces_for(one.cents if right else one.cents + 1)
        by = Approval(witness, PINS[witness])
        self.does(fits, person, accept_transfer, sent_id, counted, key=key(), witness=by)
        if fits:
            one.status = TransferStatus.ACCEPTED
            self.model.drawers[one.target].cash += one.cents

    @rule(nth=st.integers(0, 5), person=PERSON, witness=PERSON)
    def decline(self, nth: int, person: int, witness: int) -> None:
        """It goes back."""
        found = self.chosen(nth)
        if found is None:
            return
        sent_id, one = found
        fits = one.status is TransferStatus.SENT and (person != one.sender or witness != one.sender)
        by = Approval(witness, PINS[witness])
        self.does(fits, person, decline_transfer, sent_id, reason="Not needed", witness=by)
        if fits:
            one.status = TransferStatus.DECLINED

    @rule(nth=st.integers(0, 5), person=PERSON, off=OFF)
    def take_back(self, nth: int, person: int, off: int) -> None:
        """The sender, or a lead, counts it in again; what is missing is the sender's."""
        found = self.chosen(nth)
        if found is None:
            return
        sent_id, one = found
        counted = max(0, one.cents + off)
        fits = one.status is TransferStatus.DECLINED and (person == one.sender or person in (LEO, MANAGER))
        named = {"reason": "Miscounted", "approval": self.second(person)}
        self.does(fits, person, take_back_transfer, sent_id, pieces_for(counted), key=key(), **named)
        if fits:
            one.status = TransferStatus.RETURNED
            self.model.drawers[one.source].cash += counted
            self.differs(counted - one.cents, one.sender)

    @rule(till_id=TILL, person=PERSON, receiver=PERSON, off=OFF)
    def give(self, till_id: int, person: int, receiver: int, off: int) -> None:
        """The drawer goes to the next person; the difference is the giver's."""
        drawer = self.model.drawers[till_id]
        counted = max(0, drawer.cash + off)
        fits = self.takes(till_id) and not self.model.waiting(till_id) and person in (drawer.holder, LEO, MANAGER)
        self.desk.actor_id = person
        try:
            count = self.desk.do(count_for_handover, till_id, pieces_for(counted))
        except RefusedError as refused:
            event("counted twice" if fits else "hand-over refused")
            if fits and "counted twice" not in str(refused):
                raise
            return
        assert fits
        assert (count.expected_cents, count.counted_cents) == (drawer.cash, counted)
        named = {"reason": "Wrong change given", "approval": self.second(person)}
        by = Approval(receiver, PINS[receiver])
        self.does(receiver != drawer.holder, person, hand_over, count.count_id, by, **named)
        if receiver != drawer.holder:
            self.differs(counted - drawer.cash, drawer.holder)
            drawer.cash, drawer.holder = counted, receiver

    @rule(till_id=TILL, person=PERSON, off=OFF)
    def look(self, till_id: int, person: int, off: int) -> None:
        """A count during the day changes nothing, and tells the difference only to a lead."""
        drawer = self.model.drawers[till_id]
        pieces = pieces_for(max(0, drawer.cash + off))
        seen = self.does(drawer.state == "open", person, spot_check, till_id, pieces, reason="Noon count")
        if seen is not None:
            assert seen.expected_cents == (None if person == MAYA else drawer.cash)

    @rule(till_id=TILL, person=PERSON)
    def begin(self, till_id: int, person: int) -> None:
        """The close begins, unless cash is on its way."""
        drawer = self.model.drawers[till_id]
        fits = drawer.state != "closed" and not self.model.waiting(till_id)
        self.does(fits, person, begin_count, till_id)
        drawer.state = "counting" if fits else drawer.state

    @rule(till_id=TILL, person=PERSON)
    def go_on(self, till_id: int, person: int) -> None:
        """The close is given up."""
        self.does(True, person, cancel_count, till_id)
        drawer = self.model.drawers[till_id]
        drawer.state = "open" if drawer.state == "counting" else drawer.state

    @rule(till_id=TILL, person=PERSON, off=OFF, left=st.integers(0, 15000))
    def close(self, till_id: int, person: int, off: int, left: int) -> None:
        """The drawer is counted, rightly or wrongly, and closed; the difference is the holder's."""
        drawer = self.model.drawers[till_id]
        counted = max(0, drawer.cash + off)
        self.desk.actor_id = person
        try:
            self.desk.do(record_count, till_id, pieces_for(counted))
        except RefusedError:
            assert drawer.state != "counting"
            return
        left, named = min(left, counted), {"reason": "Not known", "approval": self.second(person)}
        done = self.desk.do(close_till, till_id, float_left_cents=left, **named)
        assert (done.expected_cents, done.over_short_cents) == (drawer.cash, counted - drawer.cash)
        self.differs(counted - drawer.cash, drawer.holder)
        self.model.safe += counted - left
        drawer.cash, drawer.state = left, "closed"

    @rule(person=PERSON)
    def deposit(self, person: int) -> None:
        """The bag goes to the bank with all that closed sessions left in the safe."""
        waiting = self.desk.ask(bankable)
        cents = sum(one.cents for one in waiting.cash)
        if not cents:
            return
        chosen = tuple(one.session_id for one in waiting.cash)
        bag = DepositInput(key(), chosen, (), pieces_for(cents), exception_reason="Alone today")
        self.does(True, person, make_deposit, bag)
        self.model.safe -= cents
        self.model.bank += cents

    @rule(hours=st.sampled_from([1, 5, 13]))
    def wait(self, hours: int) -> None:
        """Time passes, sometimes over midnight."""
        self.clinic.clock.advance(hours=hours)

    @rule(till_id=TILL, person=PERSON)
    def past_midnight(self, till_id: int, person: int) -> None:
        """Somebody goes on with the drawer of yesterday."""
        drawer = self.model.drawers[till_id]
        fits = drawer.stale(self.today) and self.today - drawer.day == timedelta(days=1)
        self.does(fits, person, go_on_past_midnight, till_id, "Late clinic")
        drawer.went_on = self.today if fits else drawer.went_on

    @invariant()
    def everything_agrees(self) -> None:
        """The books prove themselves, and say what the model says."""
        if not hasattr(self, "model"):
            return
        assert wrong(self.desk) == []
        balances, model = self.desk.ask(account_balances), self.model
        on_way = sum(one.cents for one in model.sent.values() if one.status.pending)
        told = {f"drawer:{n}": one.cash for n, one in model.drawers.items()}
        told |= {"cash_in_transit": on_way, "safe": model.safe, "bank": model.bank, "cash_over_short": -model.over}
        assert {account: balances.get(account, 0) for account in told} == told
        for row in self.desk.ask(tills):
            drawer = model.drawers[row.till_id]
            assert (row.status, row.stale) == (drawer.state, drawer.stale(self.today))
            assert row.holder_id == (drawer.holder if drawer.state != "closed" else None)
        assert {one.transfer_id: one.status for one in self.desk.ask(transfers)} == {
            sent_id: one.status for sent_id, one in model.sent.items()
        }
        report = {one.staff_id: one.net_cents for one in self.desk.ask(variance_report).people}
        assert {person: report.get(person, 0) for person in PINS} == model.by_person

    def chosen(self, nth: int) -> tuple[int, Sent] | None:
        """Pick a transfer of the past, rather one under way."""
        found = sorted(self.model.sent.items(), key=lambda pair: (not pair[1].status.pending, pair[0]))
        return found[nth % len(found)] if found else None


TestDrawers = Drawers.TestCase
TestDrawers.settings = machine()
TestDrawers.pytestmark = [pytest.mark.proof]
