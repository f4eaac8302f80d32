"""Random charges, adjustments and what takes them back, with money between: the books prove themselves each step."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from psc_desk.errors import DeskError
from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.ledger import Account, Line
from psc_desk.queries.adjustments import AdjustmentRow, adjustments
from psc_desk.queries.money import ChargeRow, account, balance, open_charges, payments
from psc_desk.usecases.adjustments import adjust, take_back_adjustment, write_off_small_balances
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.charges import ChargeInput, charge_account, void_charge
from psc_desk.usecases.ledger import post
from psc_desk.usecases.payments import refund_payment, void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import open_till
from psc_desk.work import Work
from tests.money.support import cash, charged_visit, key, pay, wrong
from tests.support.clinic import INES, LEO, TODAY, small_clinic
from tests.support.sizes import machine

LEAD = Approval(LEO, "2345")
PRICES = {"OV": 12000, "LAB": 4550, "INJ": 3000}
CENTS = st.one_of(st.integers(1, 13000), st.sampled_from([1, 499, 500, 2999, 3000, 3001, 4550, 12000]))
NTH = st.integers(0, 8)


class Charges(RuleBasedStateMachine):
    """`owed` is what a person with pencil and paper would say that the patient owes, `plan` what insurance does."""

    @initialize()
    def morning(self) -> None:
        """Open the drawer."""
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name))
        self.desk = self.clinic.desk
        self.desk.do(open_till, 1, {10000: 50})
        self.owed = 0

    def teardown(self) -> None:
        """Remove the database."""
        if hasattr(self, "folder"):
            self.desk.engine.dispose()
            self.folder.cleanup()

    @rule(codes=st.lists(st.sampled_from(list(PRICES)), min_size=1, max_size=3))
    def charge(self, codes: list[str]) -> None:
        """A visit is charged."""
        charged_visit(self.clinic, *codes)
        self.owed += sum(PRICES[code] for code in codes)

    @rule(units=st.integers(1, 3), twice=st.booleans())
    def charge_the_account(self, units: int, *, twice: bool) -> None:
        """Something without a visit, sometimes by a double click."""
        again = key()
        for _ in range(2 if twice else 1):
            self.desk.do(charge_account, INES, ChargeInput("INJ", units), key=again)
        self.owed += 3000 * units

    @rule(cents=CENTS)
    def pay(self, cents: int) -> None:
        """Cash is taken."""
        pay(self.clinic, cash(cents))
        self.owed -= cents

    @rule(nth=NTH, cents=CENTS, kind=st.sampled_from(list(AdjustmentKind)), twice=st.booleans())
    def take_off(self, nth: int, cents: int, kind: AdjustmentKind, *, twice: bool) -> None:
        """A charge is adjusted, or refused when it would be too much."""
        row = self._charge(nth)
        if row is None:
            return
        into_paid = kind in (AdjustmentKind.SLIDING_FEE, AdjustmentKind.CONTRACTUAL)
        most = row.limit_cents if into_paid else row.open_cents
        most = min(most, 499) if kind is AdjustmentKind.SMALL_BALANCE else most
        again = key()
        for _ in range(2 if twice else 1):
            try:
                self.desk.do(adjust, row.charge_id, cents, kind, key=again, reason="Hardship", approval=LEAD)
            except DeskError:
                assert cents > most
                return
        assert cents <= most
        self.owed -= cents

    @rule(nth=NTH)
    def take_adjustment_back(self, nth: int) -> None:
        """An adjustment is taken back, once."""
        rows = self.desk.ask(adjustments, TODAY, TODAY)
        if not rows:
            return
        row: AdjustmentRow = rows[nth % len(rows)]
        try:
            self.desk.do(take_back_adjustment, row.adjustment_id, key=key(), reason="Wrong", approval=LEAD)
        except DeskError:
            assert row.taken_back or row.cents < 0
            return
        assert row.cents > 0
        assert not row.taken_back
        self.owed += row.cents

    @rule(nth=NTH, share=st.integers(1, 100))
    def bill_the_plan(self, nth: int, share: int) -> None:
        """Part of what is open goes to the insurance."""
        row = self._charge(nth)
        cents = row.open_cents * share // 100 if row is not None else 0
        if row is None or cents <= 0:
            return

        def bill(work: Work) -> None:
            about = (INES, row.visit_id, row.charge_id)
            lines = [Line(Account.INSURANCE_AR, cents, *about), Line(Account.PATIENT_AR, -cents, *about)]
            post(work, "bill_plan", lines, key=key())

        self.desk.do(bill)
        self.owed -= cents

    @rule(nth=NTH)
    def take_charge_back(self, nth: int) -> None:
        """A charge is taken back, and with it its adjustments and what the insurance was billed."""
        row = self._charge(nth)
        if row is None:
            return
        self.desk.do(void_charge, row.charge_id, key=key(), reason="Not done")
        self.owed -= row.limit_cents

    @rule(nth=NTH)
    def void(self, nth: int) -> None:
        """A receipt is voided, or refused."""
        rows = self.desk.ask(payments)
        if rows:
            row = rows[nth % len(rows)]
            try:
                self.desk.do(void_payment, row.payment_id, key=key(), reason="Wrong", approval=LEAD)
            except DeskError:
                return
            self.owed += row.amount_cents

    @rule(nth=NTH, cents=CENTS)
    def refund(self, nth: int, cents: int) -> None:
        """Part of a payment goes back, or is refused."""
        rows = [row for row in self.desk.ask(payments) if row.amount_cents > 0]
        if rows:
            row = rows[nth % len(rows)]
            try:
                self.desk.do(refund_payment, row.payment_id, cents, key=key(), reason="Overpaid", approval=LEAD)
            except DeskError:
                return
            self.owed += cents

    @rule()
    def apply(self) -> None:
        """Unapplied money is put against charges."""
        self.desk.do(apply_credit, INES, key=key())

    @rule()
    def write_off(self) -> None:
        """What little is left is written off, or refused because it is not little."""
        opened = sum(row.open_cents for row in self.desk.ask(open_charges, INES))
        try:
            gone = self.desk.do(write_off_small_balances, [INES], key=key(), reason="Too small to bill")
        except DeskError:
            return
        assert gone == opened
        assert 0 < gone <= 499
        self.owed -= gone

    @invariant()
    def the_books_prove_themselves(self) -> None:
        """Every check of the books, and what the patient owes."""
        if hasattr(self, "desk"):
            assert wrong(self.desk) == []
            assert self.desk.ask(balance, INES) == self.owed

    def _charge(self, nth: int) -> ChargeRow | None:
        rows = [row for row in self.desk.ask(account, INES).charges if not row.taken_back]
        return rows[nth % len(rows)] if rows else None


TestCharges = Charges.TestCase
TestCharges.settings = machine(20)
TestCharges.pytestmark = [pytest.mark.proof]
