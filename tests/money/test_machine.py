"""Random days at the counter against a plain model: after every step the books prove themselves."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from psc_desk.errors import DeskError, InputError, RefusedError
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.queries.money import account, balance, payments
from psc_desk.queries.tills import till
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.charges import void_charge
from psc_desk.usecases.payments import TenderInput, refund_payment, void_payment
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
from tests.money.support import charged_visit, key, pay, pieces_for, wrong
from tests.support.clinic import INES, JONAH, LEO, small_clinic
from tests.support.sizes import machine

CENTS = st.integers(1, 20000)
PART = st.tuples(st.sampled_from(list(TenderKind)), CENTS, st.integers(0, 5000))
LEAD = Approval(LEO, "2345")


class Counter(RuleBasedStateMachine):
    """`cash` is what a person watching the drawer would say it holds; `owed` what each patient owes."""

    @initialize()
    def morning(self) -> None:
        """Open the drawer with $150."""
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name))
        self.desk = self.clinic.desk
        self.cash, self.state = 15000, "open"
        self.owed = {INES: 0, JONAH: 0}
        self.desk.do(open_till, 1, pieces_for(15000))

    def teardown(self) -> None:
        """Remove the database."""
        if hasattr(self, "folder"):
            self.desk.engine.dispose()
            self.folder.cleanup()

    @rule(
        codes=st.lists(st.sampled_from(["OV", "LAB", "INJ"]), min_size=1, max_size=2),
        who=st.sampled_from([INES, JONAH]),
    )
    def charge(self, codes: list[str], who: int) -> None:
        """A visit is charged."""
        charged_visit(self.clinic, *codes, patient_id=who)
        self.owed[who] += sum({"OV": 12000, "LAB": 4550, "INJ": 3000}[code] for code in codes)

    @rule(
        parts=st.lists(PART, min_size=1, max_size=2),
        who=st.sampled_from([INES, JONAH]), kind=st.sampled_from([PaymentKind.BALANCE, PaymentKind.PREPAYMENT]),
        twice=st.booleans(),
    )  # fmt: skip
    def take(self, parts: list[tuple[TenderKind, int, int]], who: int, kind: PaymentKind, *, twice: bool) -> None:
        """Money is taken, sometimes by a double click."""
        tenders = tuple(_tender(*part) for part in parts)
        again = key()
        if self.state != "open":
            with _refused():
                pay(self.clinic, *tenders, kind=kind, patient_id=who)
            return
        for _ in range(2 if twice else 1):
            pay(self.clinic, *tenders, kind=kind, patient_id=who, with_key=again)
        self.cash += sum(t.cents for t in tenders if t.kind is TenderKind.CASH)
        self.owed[who] -= sum(t.cents for t in tenders)

    @precondition(lambda self: self.state == "open")
    @rule(nth=st.integers(0, 8))
    def void(self, nth: int) -> None:
        """A receipt of any kind is voided, or refused."""
        rows = self.desk.ask(payments)
        if not rows:
            return
        row = rows[nth % len(rows)]
        cash = self._cash_of(row.payment_id)
        try:
            self.desk.do(void_payment, row.payment_id, key=key(), reason="Wrong", approval=LEAD)
        except DeskError:
            return
        self.cash -= cash
        self.owed[row.patient_id] += row.amount_cents

    @precondition(lambda self: self.state == "open")
    @rule(nth=st.integers(0, 8), cents=CENTS)
    def refund(self, nth: int, cents: int) -> None:
        """Part of a payment goes back, or is refused when it is more than was paid."""
        rows = [row for row in self.desk.ask(payments) if row.amount_cents > 0]
        if not rows:
            return
        row = rows[nth % len(rows)]
        before = self.desk.ask(account_balances).get("drawer:1", 0)
        try:
            self.desk.do(refund_payment, row.payment_id, cents, key=key(), reason="Overpaid", approval=LEAD)
        except (InputError, RefusedError):
            return
        assert cents <= row.refundable_cents
        self.cash -= before - self.desk.ask(account_balances).get("drawer:1", 0)
        self.owed[row.patient_id] += cents

    @rule(who=st.sampled_from([INES, JONAH]))
    def apply(self, who: int) -> None:
        """Unapplied money is put against charges: nobody owes more or less for it."""
        self.desk.do(apply_credit, who, key=key())

    @rule(who=st.sampled_from([INES, JONAH]), nth=st.integers(0, 8))
    def take_back(self, who: int, nth: int) -> None:
        """A charge is taken back."""
        rows = [row for row in self.desk.ask(account, who).charges if not row.taken_back]
        if rows:
            row = rows[nth % len(rows)]
            self.desk.do(void_charge, row.charge_id, key=key(), reason="Not done")
            self.owed[who] -= row.amount_cents

    @rule(cents=CENTS, what=st.sampled_from([pay_in, pay_out, drop]))
    def move(self, cents: int, what: object) -> None:
        """Cash is moved; never more than is there."""
        sign = 1 if what is pay_in else -1
        if self.state != "open" or self.cash + sign * cents < 0:
            with _refused():
                self.desk.do(what, 1, cents, key=key(), reason="Change")
            return
        self.desk.do(what, 1, cents, key=key(), reason="Change")
        self.cash += sign * cents

    @precondition(lambda self: self.state != "closed")
    @rule()
    def look(self) -> None:
        """The drawer is opened without a sale."""
        self.desk.do(no_sale, 1, "Make change")

    @precondition(lambda self: self.state == "open")
    @rule()
    def begin(self) -> None:
        """The close begins."""
        self.desk.do(begin_count, 1)
        self.state = "counting"

    @precondition(lambda self: self.state == "counting")
    @rule()
    def go_on(self) -> None:
        """The close is given up."""
        self.desk.do(cancel_count, 1)
        self.state = "open"

    @precondition(lambda self: self.state == "counting")
    @rule(off=st.sampled_from([0, 0, 0, -500, 125, 2000]), left=st.integers(0, 15000))
    def close(self, off: int, left: int) -> None:
        """The drawer is counted, rightly or wrongly, and closed."""
        counted = max(0, self.cash + off)
        try:
            self.desk.do(record_count, 1, pieces_for(counted))
        except RefusedError:
            return
        left = min(left, counted)
        done = self.desk.do(close_till, 1, float_left_cents=left, reason="Not known", approval=LEAD)
        assert (done.expected_cents, done.over_short_cents) == (self.cash, counted - self.cash)
        self.cash, self.state = left, "closed"

    @precondition(lambda self: self.state == "closed")
    @rule(off=st.sampled_from([0, 0, 100]))
    def reopen(self, off: int) -> None:
        """The next session begins with what was left, or a difference."""
        self.cash += off
        self.desk.do(open_till, 1, pieces_for(self.cash), reason="Found a dollar" if off else "")
        self.state = "open"

    @invariant()
    def the_books_prove_themselves(self) -> None:
        """Every check of the books, the drawer and what each patient owes."""
        if not hasattr(self, "desk"):
            return
        assert wrong(self.desk) == []
        assert self.desk.ask(account_balances).get("drawer:1", 0) == self.cash
        assert {who: self.desk.ask(balance, who) for who in self.owed} == self.owed
        assert self.desk.ask(till, 1).status == self.state

    def _cash_of(self, payment_id: int) -> int:
        rows = self.desk.ask(lambda read: read.session.connection().exec_driver_sql(
            "SELECT COALESCE(SUM(cents), 0) FROM journal_line WHERE payment_id = ? AND account = 'drawer:1'",
            (payment_id,)).scalar())  # fmt: skip
        return int(rows or 0)


def _tender(kind: TenderKind, cents: int, more: int) -> TenderInput:
    if kind is TenderKind.CASH:
        return TenderInput(kind, cents, cents + more)
    if kind is TenderKind.CHECK:
        return TenderInput(kind, cents, check_no="1042")
    return TenderInput(kind, cents, card_brand="Visa", card_last4="4242", terminal_ref="A1")


class _refused:
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> bool:
        assert kind is not None
        return issubclass(kind, DeskError)


TestCounter = Counter.TestCase
TestCounter.settings = machine()
TestCounter.pytestmark = [pytest.mark.proof]
