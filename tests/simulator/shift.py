"""A whole shift from one seed: two desks, two drawers, everything that happens at a counter, and faults in between.

Every choice comes from the seed, so that a seed that failed fails again, to the byte. After each step the books are
checked; at the end of the day a plain list of what was done must agree with them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from psc_desk.audit_head import AuditHead
from psc_desk.devices.jobs import JobState
from psc_desk.errors import DeskError, RefusedError
from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.clinic import Setting
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.retail import RetailItem
from psc_desk.models.till import Till
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.agreement import agreement
from psc_desk.queries.audit import check_chain
from psc_desk.queries.deposits import bankable
from psc_desk.queries.money import account, balances, payments
from psc_desk.queries.print_jobs import next_job
from psc_desk.queries.refunds_owed import refunds_owed
from psc_desk.queries.retail import items, sale_lines, sums
from psc_desk.queries.tills import till
from psc_desk.queries.verify import account_balances, book_checks
from psc_desk.settings import SALES_TAX
from psc_desk.usecases.adjustments import adjust
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.cards import recover_cards
from psc_desk.usecases.charges import ChargeInput, post_charges, void_charge
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.handover import count_for_handover, hand_over
from psc_desk.usecases.ledger import open_session
from psc_desk.usecases.payments import (
    PaymentInput,
    TenderInput,
    refund_payment,
    reprint_receipt,
    take_payment,
    void_payment,
)
from psc_desk.usecases.print_queue import mark_job, recover_jobs, settle_unknown
from psc_desk.usecases.refunds_owed import mail_refund, pay_refund_in_cash
from psc_desk.usecases.retail import SaleInput, return_items, sell_anyway
from psc_desk.usecases.returned_checks import ReturnedCheck, return_check
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import (
    begin_count,
    cancel_count,
    close_till,
    drop,
    no_sale,
    open_till,
    pay_in,
    pay_out,
    record_count,
)
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)
from psc_desk.work import Desk, Read, Work
from tests.money.support import pieces_for
from tests.simulator.terminal import Terminal
from tests.support.clinic import (
    INES,
    JONAH,
    KEY,
    LEO,
    MANAGER,
    MAYA,
    OFFICE_VISIT,
    OSEI,
    THAO,
    TODAY,
    engine_on,
    small_clinic,
)
from tests.support.faults import Cut, cut_at, digest

LEAD, BOSS = Approval(LEO, "2345"), Approval(MANAGER, "3456")
FEES = {"OV": 12000, "LAB": 4550, "INJ": 3000}
PATIENTS = (INES, JONAH, THAO)


@dataclass
class Shift:
    """`cash` and `owed` are what a person watching would say: cents by drawer, cents by patient."""

    seed: int
    folder: Path
    rng: random.Random = field(init=False)
    cash: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})
    state: dict[int, str] = field(default_factory=lambda: {1: "closed", 2: "closed"})
    owed: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PATIENTS, 0))
    told: list[str] = field(default_factory=list)
    keys: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.clinic = small_clinic(self.folder)
        self.clock = self.clinic.clock
        self.clinic.desk.do(_second_drawer)
        self.clinic.desk.engine.dispose()
        self.desks = [self._desk(number) for number in (1, 2)]
        self.terminal = Terminal(self)

    def run(self, visits: int) -> str:
        """Work the day; return the digest of everything that the database then holds."""
        for till_id in (1, 2):
            self.open(till_id)
        actions = [name for name, weight in _ACTIONS.items() for _ in range(weight)]
        for _ in range(visits):
            self.visit()
            for _ in range(self.rng.randrange(1, 6)):
                getattr(self, self.rng.choice(actions))()
                self.check()
        for till_id in (1, 2):
            self.close(till_id)
            self.check()
        self.bank()
        self.check()
        self.next_morning()
        assert [words for one in self.ask(agreement) for words in one.differences] == [], (self.seed, self.told)
        return self.end()

    def next_morning(self) -> None:
        """The bank sends a check back."""
        self.clock.instant += timedelta(hours=20)
        self.open(1)
        for tender_id, patient_id, cents, of_sale in self.ask(_deposited_checks):
            fee = self.rng.choice((0, 2500)) if patient_id is not None else 0
            returned = ReturnedCheck(tender_id, self.key(), "No funds", fee)
            self.twice_at_most(return_check, returned, desk=self.desks[0])
            if patient_id is not None:
                self.owed[patient_id] += fee + (0 if of_sale == cents else cents)
            self.check()
            self.refused(return_check, ReturnedCheck(tender_id, self.key(), "No funds"))
        self.close(1)
        self.check()

    def end(self) -> str:
        """Return the digest and let go of the database."""
        last = self.ask(digest)
        for desk in self.desks:
            desk.engine.dispose()
        return last

    def check(self) -> None:
        """Every check of the books, the drawers, the accounts and the audit's last link."""
        wrong = [one for one in self.ask(book_checks) if not one.ok]
        assert wrong == [], (self.seed, self.told[-8:], wrong)
        held = self.ask(account_balances)
        assert {number: held.get(f"drawer:{number}", 0) for number in self.cash} == self.cash, (self.seed, self.told)
        owed = dict.fromkeys(PATIENTS, 0) | self.ask(balances, list(PATIENTS))
        assert owed == self.owed, (self.seed, self.told[-8:])

    # what happens at the counter

    def visit(self) -> None:
        """Somebody is seen and charged."""
        patient_id = self.rng.choice(PATIENTS)
        codes = self.rng.sample(list(FEES), self.rng.randrange(1, 4))
        desk = self.any_desk()
        visit_id = desk.do(_seen, patient_id, 480 + self.rng.randrange(100) * 5)
        lines = [ChargeInput(code, self.rng.randrange(1, 3)) for code in codes]
        before = self.owed[patient_id]
        self.owed[patient_id] = before + sum(FEES[line.code] * line.units for line in lines)
        self.twice_at_most(post_charges, visit_id, lines, key=self.key())
        self.clock.instant += timedelta(seconds=self.rng.randrange(5, 200))

    def pay(self) -> None:
        """Money is taken, often by a double click or from both desks at once."""
        till_id, patient_id = self.rng.choice((1, 2)), self.rng.choice(PATIENTS)
        tenders = tuple(self.tender() for _ in range(self.rng.choice((1, 1, 1, 2, 3))))
        kind = self.rng.choice((PaymentKind.BALANCE, PaymentKind.PREPAYMENT, PaymentKind.BALANCE))
        payment = PaymentInput(self.key(), till_id, patient_id, kind, tenders)
        if self.state[till_id] != "open":
            self.refused(take_payment, payment)
            return
        if any(one.kind is TenderKind.CARD for one in tenders):
            self.terminal.pay(payment)
        else:
            self.twice_at_most(take_payment, payment)
            self.took(payment, tenders)

    def void(self) -> None:
        """A receipt is voided, or refused because it may not be."""
        self.give_back(void_payment, "Wrong patient")

    def refund(self) -> None:
        """Part of a payment goes back, or is refused."""
        self.give_back(refund_payment, "Overpaid", self.rng.randrange(1, 9000))

    def took(self, typed: PaymentInput | SaleInput, ways: tuple[TenderInput, ...]) -> None:
        """Note what was paid in these ways; a sale leaves what the patient owes alone."""
        self.cash[typed.till_id] += sum(one.cents for one in ways if one.kind is TenderKind.CASH)
        if typed.patient_id is not None and isinstance(typed, PaymentInput):
            self.owed[typed.patient_id] -= sum(one.cents for one in ways)

    def pay_out_refund(self) -> None:
        """A refund of a check that is owed is mailed, or paid in cash at the first drawer."""
        rows = [row for row in self.ask(refunds_owed) if row.owed]
        if not rows:
            return
        row, call = self.rng.choice(rows), {"key": self.key(), "reason": "Agreed", "approval": LEAD}
        if self.rng.random() < 0.5:
            self.twice_at_most(mail_refund, row.payment_id, "5012", **call)
        elif self.state[1] != "open" or self.cash[1] < row.owed_cents:
            self.refused(pay_refund_in_cash, row.payment_id, **call)
        else:
            self.twice_at_most(pay_refund_in_cash, row.payment_id, **call)
            self.cash[1] -= row.owed_cents

    def sell(self) -> None:
        """Something is sold over the counter, and now and then comes back."""
        till_id, units = self.rng.choice((1, 2)), {1: self.rng.randrange(1, 4), 2: 1}
        who, ways = self.rng.choice((None, *PATIENTS)), self.ways(self.ask(_sale_total, units))
        sale = SaleInput(self.key(), till_id, units, ways, who)
        if self.state[till_id] != "open":
            self.refused(sell_anyway, sale)
            return
        if any(one.kind is TenderKind.CARD for one in ways):
            done = self.terminal.pay(sale)
        else:
            done = self.twice_at_most(sell_anyway, sale)
            self.took(sale, ways)
        if done is not None and self.rng.random() < 0.3:
            before = self.ask(account_balances)
            self.twice_at_most(return_items, done.payment_id, {2: 1}, key=self.key(), reason="Broken", approval=LEAD)
            place = f"drawer:{till_id}"
            self.cash[till_id] += self.ask(account_balances).get(place, 0) - before.get(place, 0)

    def ways(self, total: int) -> tuple[TenderInput, ...]:
        """Return a sale's ways to pay: one, or two kinds that share it."""
        kinds = self.rng.sample(list(TenderKind), self.rng.choice((1, 1, 2)))
        parts = (total,) if len(kinds) == 1 else (total // 3, total - total // 3)
        number = str(self.rng.randrange(100, 9999))
        return tuple(
            TenderInput(kind, cents, check_no=number if kind is TenderKind.CHECK else "")
            for kind, cents in zip(kinds, parts, strict=True)
        )

    def send(self) -> None:
        """Cash goes to the other drawer and is taken there, or comes back."""
        source, target = self.rng.choice(((1, 2), (2, 1)))
        cents = self.rng.choice((2000, 500, 100))
        sent = TransferInput(self.key(), source, target, pieces_for(cents))
        if self.state[source] != "open" or self.state[target] != "open" or self.cash[source] < cents:
            self.refused(send_transfer, sent)
            return
        transfer_id = self.twice_at_most(send_transfer, sent, desk=self.desks[0])
        self.cash[source] -= cents
        self.check()
        if self.rng.random() < 0.7:
            self.twice_at_most(
                accept_transfer, transfer_id, pieces_for(cents), key=self.key(), witness=LEAD, desk=self.desks[0]
            )
            self.cash[target] += cents
            return
        self.desks[0].do(decline_transfer, transfer_id, reason="Not needed", witness=LEAD)
        self.twice_at_most(take_back_transfer, transfer_id, pieces_for(cents), key=self.key(), desk=self.desks[0])
        self.cash[source] += cents

    def hand_over(self) -> None:
        """The drawer goes to somebody else, counted; now and then a dollar is missing."""
        till_id = self.rng.choice((1, 2))
        if self.state[till_id] != "open":
            return
        counted = max(0, self.cash[till_id] + self.rng.choice((0, 0, -100, 300)))
        holder = self.desks[0].actor_id = self.ask(_holder, till_id)
        count = self.desks[0].do(count_for_handover, till_id, pieces_for(counted))
        taker = Approval(MAYA, "1234") if holder != MAYA else LEAD
        self.twice_at_most(hand_over, count.count_id, taker, reason="Not known", approval=BOSS, desk=self.desks[0])
        self.desks[0].actor_id = MAYA
        self.cash[till_id] = counted

    def apply(self) -> None:
        """Unapplied money is put against charges: nobody owes more or less."""
        self.any_desk().do(apply_credit, self.rng.choice(PATIENTS), key=self.key())

    def take_back(self) -> None:
        """A charge is taken back with what was taken off it."""
        patient_id = self.rng.choice(PATIENTS)
        rows = [row for row in self.ask(account, patient_id).charges if not row.taken_back]
        if rows:
            self.twice_at_most(void_charge, self.rng.choice(rows).charge_id, key=self.key(), reason="Not done")
            self.owed[patient_id] = self.ask(balances, [patient_id]).get(patient_id, 0)

    def adjust(self) -> None:
        """Something is taken off a charge, or refused because less is open."""
        patient_id = self.rng.choice(PATIENTS)
        rows = [row for row in self.ask(account, patient_id).charges if not row.taken_back]
        if rows:
            cents = self.rng.randrange(1, 4000)
            done = self.tried(
                adjust, self.rng.choice(rows).charge_id, cents, self.rng.choice(list(AdjustmentKind)), key=self.key(),
                reason="Agreed", approval=LEAD,
            )  # fmt: skip
            self.owed[patient_id] -= cents if done else 0

    def move(self) -> None:
        """Cash goes in or out, never more than is there."""
        till_id, cents = self.rng.choice((1, 2)), self.rng.randrange(1, 30000)
        what, sign = self.rng.choice(((pay_in, 1), (pay_out, -1), (drop, -1)))
        call = {"key": self.key(), "reason": "Stamps"}
        if self.state[till_id] != "open" or self.cash[till_id] + sign * cents < 0:
            self.refused(what, till_id, cents, **call)
            return
        self.twice_at_most(what, till_id, cents, **call)
        self.cash[till_id] += sign * cents

    def look(self) -> None:
        """The drawer is opened without a sale."""
        self.tried(no_sale, self.rng.choice((1, 2)), "Make change")

    def print_something(self) -> None:
        """The oldest print goes out, is lost on the way, or is asked for again."""
        job = self.ask(next_job)
        if job is None:
            return
        fate = self.rng.choice((JobState.PRINTED, JobState.PRINTED, JobState.SENT_UNCONFIRMED, JobState.UNKNOWN))
        for state in (JobState.SENDING, JobState.AWAITING_PROOF, fate):
            self.any_desk().do(mark_job, job.id, state)
        if fate is JobState.UNKNOWN:
            self.any_desk().do(settle_unknown, job.id, came_out=self.rng.random() < 0.5)

    def copy(self) -> None:
        """A receipt is printed again."""
        rows = self.ask(payments)
        if rows:
            self.any_desk().do(reprint_receipt, self.rng.choice(rows).payment_id)

    def count(self) -> None:
        """Somebody begins to close and goes back to work."""
        till_id = self.rng.choice((1, 2))
        if self.state[till_id] == "open":
            self.any_desk().do(begin_count, till_id)
            self.refused(pay_in, till_id, 100, key=self.key(), reason="Coins")
            self.any_desk().do(cancel_count, till_id)

    def close_and_open(self) -> None:
        """A drawer is closed in the middle of the day and opened again."""
        till_id = self.rng.choice((1, 2))
        self.close(till_id)
        self.open(till_id)

    def crash(self) -> None:
        """A desk stops without a word and is started again."""
        number = self.rng.choice((0, 1))
        self.desks[number].engine.dispose()
        self.desks[number] = self._desk(number + 1)
        self.desks[number].do(recover_jobs)
        self.desks[number].do(recover_cards)

    # the drawer

    def open(self, till_id: int) -> None:
        """Count the float: now and then it differs from what was left."""
        float_cents = 15000 if self.ask(till, till_id).session_id is None and not self.cash[till_id] else 0
        counted = (self.cash[till_id] or float_cents) + self.rng.choice((0, 0, 0, 125))
        self.any_desk().do(open_till, till_id, pieces_for(counted), reason="Found at opening", **self.second())
        self.cash[till_id], self.state[till_id] = counted, "open"

    def close(self, till_id: int) -> None:
        """Count blind, sometimes wrong, and leave a float."""
        desk = self.any_desk()
        desk.do(begin_count, till_id)
        counted = max(0, self.cash[till_id] + self.rng.choice((0, 0, 0, -500, 75, 2000, -1)))
        for one in (counted,) if self.rng.random() < 0.7 else (counted + 100, counted):
            desk.do(record_count, till_id, pieces_for(one))
        left = min(15000, counted)
        done = desk.do(close_till, till_id, float_left_cents=left, reason="Not known", approval=LEAD)
        assert (done.expected_cents, done.over_short_cents) == (self.cash[till_id], counted - self.cash[till_id])
        self.cash[till_id], self.state[till_id] = left, "closed"

    def bank(self) -> None:
        """Everything that waits goes to the bank; the lead did not close the drawers."""
        waiting = self.ask(bankable)
        cash = sum(one.cents for one in waiting.cash)
        if not waiting.cash and not waiting.checks:
            return
        deposit = DepositInput(
            self.key(), tuple(one.session_id for one in waiting.cash), tuple(one.tender_id for one in waiting.checks),
            pieces_for(cash),
        )  # fmt: skip
        self.desks[0].actor_id = LEO
        self.twice_at_most(make_deposit, deposit, desk=self.desks[0])
        self.desks[0].actor_id = MAYA
        assert self.ask(bankable).checks == ()

    # how it is done

    def any_desk(self) -> Desk:
        """One of the two."""
        return self.rng.choice(self.desks)

    def ask(self, query: Callable[..., Any], *args: Any) -> Any:
        """Ask at the first desk."""
        return self.desks[0].ask(query, *args)

    def key(self) -> str:
        """A key that the seed repeats."""
        self.keys += 1
        return f"{self.seed}-{self.keys}"

    def second(self) -> dict[str, Any]:
        """What a use case takes that may need a second person."""
        return {}

    def tried(self, usecase: Callable[..., Any], *args: Any, **named: Any) -> bool:
        """Do it; say whether it was done or refused in words."""
        try:
            self.any_desk().do(usecase, *args, **named)
        except DeskError as error:
            self.told.append(f"{usecase.__name__} refused: {error}")
            return False
        self.told.append(usecase.__name__)
        return True

    def refused(self, usecase: Callable[..., Any], *args: Any, **named: Any) -> None:
        """It must be refused."""
        assert not self.tried(usecase, *args, **named), (self.seed, usecase.__name__)

    def twice_at_most(self, usecase: Callable[..., Any], *args: Any, desk: Desk | None = None, **named: Any) -> Any:
        """Do it once, twice with the same key, or after a fault in the middle of it."""
        desk = desk or self.any_desk()
        self.told.append(usecase.__name__)
        if self.rng.random() < 0.15:
            self.cut_short(desk, usecase, *args, **named)
        first = desk.do(usecase, *args, **named)
        if self.rng.random() < 0.3:
            again = (desk if desk.actor_id == LEO else self.any_desk()).do(usecase, *args, **named)
            assert again == first
        return first

    def cut_short(self, desk: Desk, usecase: Callable[..., Any], *args: Any, **named: Any) -> None:
        """Let the nth statement fail: nothing of it may stay."""
        before = self.ask(digest)
        try:
            with cut_at(desk, self.rng.randrange(1, 20)):
                desk.do(usecase, *args, **named)
        except Cut:
            assert self.ask(digest) == before, (self.seed, usecase.__name__)

    def give_back(self, usecase: Callable[..., Any], reason: str, *args: Any) -> None:
        """Void or refund one of the newest receipts; what is refused changes nothing."""
        rows = self.ask(payments)[:12]
        if not rows:
            return
        row = self.rng.choice(rows)
        before = self.ask(account_balances)
        if self.tried(usecase, row.payment_id, *args, key=self.key(), reason=reason, approval=LEAD):
            after = self.ask(account_balances)
            place = f"drawer:{row.till_id}"
            self.cash[row.till_id] += after.get(place, 0) - before.get(place, 0)
            if row.patient_id is not None and not self.ask(sale_lines, row.payment_id):
                self.owed[row.patient_id] += args[0] if args else row.amount_cents

    def tender(self) -> TenderInput:
        """One way of paying, with a likely amount."""
        cents = self.rng.choice((1000, 1500, 2000, 2500, 4000, self.rng.randrange(1, 20000)))
        kind = self.rng.choice(list(TenderKind))
        if kind is TenderKind.CASH:
            return TenderInput(kind, cents, cents + self.rng.choice((0, 0, 500, 1001)))
        if kind is TenderKind.CHECK:
            return TenderInput(kind, cents, check_no=str(self.rng.randrange(100, 9999)))
        return TenderInput(kind, cents)

    def _desk(self, number: int) -> Desk:
        made = Desk(
            engine_on(self.folder / "desk.db"), self.clock, name=f"Desk {number}",
            head=AuditHead(self.folder / "audit.head", KEY),
        )  # fmt: skip
        made.actor_id = MAYA
        return made


_ACTIONS = {
    "pay": 16, "sell": 3, "send": 2, "hand_over": 1, "void": 3, "refund": 3, "apply": 2, "pay_out_refund": 2,
    "take_back": 2, "adjust": 2, "move": 3, "look": 1, "print_something": 6, "copy": 1, "count": 1, "close_and_open": 1,
    "crash": 1,
}  # fmt: skip
"""What may happen, and how often."""


def audit_is_whole(shift: Shift) -> list[str]:
    """Return what is wrong with the audit's chain."""
    desk = shift._desk(1)
    assert desk.head is not None
    found: list[str] = desk.ask(check_chain, desk.head.read())
    desk.engine.dispose()
    return found


def _second_drawer(work: Work) -> None:
    work.session.add(Till(name="Drawer 2", float_cents=15000))
    work.session.add(Setting(key=SALES_TAX.key, desk="", value={"v": 8875}))
    work.session.add(RetailItem(sku="100", name="Brace", price_cents=2450, taxable=True))
    work.session.add(RetailItem(sku="200", name="Vitamin", price_cents=1199, taxable=False))


def _deposited_checks(read: Read) -> list[tuple[int, int | None, int, int]]:
    """Return up to two checks, with what the sale comes to that each paid, 0 for others."""
    run = read.session.connection().exec_driver_sql
    return [
        tuple(row)
        for row in run(
            "SELECT t.id, p.patient_id, t.cents, CASE p.kind WHEN 'sale' THEN p.amount_cents ELSE 0 END"
            " FROM tender t JOIN payment p ON p.id = t.payment_id"
            " JOIN deposit_item i ON i.tender_id = t.id"
            " WHERE NOT EXISTS (SELECT 1 FROM payment b WHERE b.of_payment_id = p.id) ORDER BY t.id LIMIT 2"
        )
    ]


def _sale_total(read: Read, units: dict[int, int]) -> int:
    basket = [(row, units[row.id]) for row in items(read) if row.id in units]
    return sums(basket, read.setting(SALES_TAX)).total_cents


def _holder(read: Read, till_id: int) -> int:
    session = open_session(read, till_id)
    assert session is not None
    return session.holder_id


def _seen(work: Work, patient_id: int, minute: int) -> int:
    visit = Visit(
        patient_id=patient_id, provider_id=OSEI, type_id=OFFICE_VISIT, day=TODAY, start_minute=minute, minutes=5,
        status=Status.CHECKOUT, status_since=work.now, booked_at=work.now, booked_by=MAYA,
    )  # fmt: skip
    work.session.add(visit)
    work.session.flush()
    return visit.id


__all__ = ["RefusedError", "Shift", "audit_is_whole"]
