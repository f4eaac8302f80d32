"""Random plans, payments and what takes them back: each step the books hold and each plan says what its charges say."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from psc_desk.errors import DeskError
from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.payment import PaymentKind
from psc_desk.models.plan import Frequency, PlanStatus
from psc_desk.queries.money import account, balance, open_charges, payments
from psc_desk.queries.plans import PaymentPlanRow, active_plans, plans_of
from psc_desk.usecases.adjustments import adjust
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.charges import void_charge
from psc_desk.usecases.payments import PaymentInput, refund_payment, take_payment, void_payment
from psc_desk.usecases.plans import PlanInput, agree_plan, close_plan, reopen_plan
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import open_till
from tests.money.support import cash, charged_visit, key, pay, wrong
from tests.support.clinic import JONAH, LEO, TODAY, small_clinic
from tests.support.sizes import machine

LEAD = Approval(LEO, "2345")
CENTS = st.integers(1, 20000)
NTH = st.integers(0, 6)


class Plans(RuleBasedStateMachine):
    """`covered` remembers, per plan, which charges it was agreed for and with how much."""

    @initialize()
    def morning(self) -> None:
        """Open the drawer; something is owed."""
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name))
        self.desk = self.clinic.desk
        self.desk.do(open_till, 1, {10000: 50})
        self.covered: dict[int, dict[int, int]] = {}
        charged_visit(self.clinic, "OV", "LAB", patient_id=JONAH)

    def teardown(self) -> None:
        """Remove the database."""
        if hasattr(self, "folder"):
            self.desk.engine.dispose()
            self.folder.cleanup()

    @rule(codes=st.lists(st.sampled_from(["OV", "LAB", "INJ"]), min_size=1, max_size=2))
    def charge(self, codes: list[str]) -> None:
        """A visit is charged; its charges join no plan."""
        before = {row.charge_id for row in self.desk.ask(open_charges, JONAH)}
        charged_visit(self.clinic, *codes, patient_id=JONAH)
        assert all(row.plan_id is None for row in self.desk.ask(open_charges, JONAH) if row.charge_id not in before)

    @rule(take=st.integers(1, 3), count=st.integers(1, 6), often=st.sampled_from(Frequency), down=st.integers(0, 5000))
    def agree(self, take: int, count: int, often: Frequency, down: int) -> None:
        """A plan over some of what is open outside of plans, twice with the same key."""
        free = [row for row in self.desk.ask(open_charges, JONAH) if row.plan_id is None][:take]
        rest = sum(row.open_cents for row in free) - down
        if not free or rest < count:
            return
        plan = PlanInput(
            key(), JONAH, tuple(row.charge_id for row in free), "Jonah", count, often, TODAY + timedelta(days=1),
            "printed", 1, (cash(down),) if down else (),
        )  # fmt: skip
        done = self.desk.do(agree_plan, plan, approval=LEAD)
        assert self.desk.do(agree_plan, plan, approval=LEAD).plan_id == done.plan_id
        opened = {row.charge_id: row.open_cents for row in self.desk.ask(open_charges, JONAH)}
        self.covered[done.plan_id] = {row.charge_id: opened.get(row.charge_id, 0) for row in free}
        assert sum(self.covered[done.plan_id].values()) == rest

    @rule(nth=NTH, cents=CENTS)
    def pay_installment(self, nth: int, cents: int) -> None:
        """An installment lowers its plan by just that, as far as the plan goes."""
        plans = self.desk.ask(active_plans, JONAH)
        if not plans:
            return
        plan = plans[nth % len(plans)]
        opened = {row.charge_id: row.open_cents for row in self.desk.ask(open_charges, JONAH)}
        most = sum(opened.get(one, 0) for one in self.covered[plan.plan_id])
        self.desk.do(
            take_payment, PaymentInput(key(), 1, JONAH, PaymentKind.PLAN, (cash(cents),), plan_id=plan.plan_id)
        )
        left = {row.charge_id: row.open_cents for row in self.desk.ask(open_charges, JONAH)}
        assert sum(left.get(one, 0) for one in self.covered[plan.plan_id]) == max(0, most - cents)

    @rule(cents=CENTS, kind=st.sampled_from([PaymentKind.BALANCE, PaymentKind.PREPAYMENT]))
    def pay_otherwise(self, cents: int, kind: PaymentKind) -> None:
        """A balance payment touches a plan only when all else is paid."""
        pay(self.clinic, cash(cents), patient_id=JONAH, kind=kind)

    @rule()
    def apply(self) -> None:
        """Credit goes to open charges."""
        self.desk.do(apply_credit, JONAH, key=key())

    @rule(nth=NTH, void=st.booleans(), cents=CENTS)
    def give_back(self, nth: int, cents: int, *, void: bool) -> None:
        """A payment is voided or refunded, or that is refused."""
        paid = [row for row in self.desk.ask(payments, patient_id=JONAH) if row.refundable_cents > 0]
        if not paid:
            return
        row = paid[nth % len(paid)]
        with suppress(DeskError):
            if void:
                self.desk.do(void_payment, row.payment_id, key=key(), reason="Wrong", approval=LEAD)
            else:
                part = min(cents, row.refundable_cents)
                self.desk.do(refund_payment, row.payment_id, part, key=key(), reason="Wrong", approval=LEAD)

    @rule(nth=NTH, cents=CENTS, back=st.booleans())
    def lower_a_charge(self, nth: int, cents: int, *, back: bool) -> None:
        """A charge is taken back or partly written off, or that is refused."""
        charges = [row for row in self.desk.ask(account, JONAH).charges if not row.taken_back]
        if not charges:
            return
        row = charges[nth % len(charges)]
        with suppress(DeskError):
            if back:
                self.desk.do(void_charge, row.charge_id, key=key(), reason="Not done")
            else:
                part = min(cents, max(1, row.open_cents))
                self.desk.do(
                    adjust, row.charge_id, part, AdjustmentKind.COURTESY, key=key(), reason="Hardship", approval=LEAD
                )

    @rule(nth=NTH)
    def close_or_reopen(self, nth: int) -> None:
        """An active plan is closed; a closed one goes on, or that is refused."""
        plans = self.desk.ask(plans_of, JONAH)
        if not plans:
            return
        plan = plans[nth % len(plans)]
        with suppress(DeskError):
            self.desk.do(close_plan if plan.status is PlanStatus.ACTIVE else reopen_plan, plan.plan_id, "Asked to")

    @invariant()
    def the_books_hold(self) -> None:
        """Every check holds."""
        if hasattr(self, "desk"):
            assert wrong(self.desk) == []

    @invariant()
    def each_plan_says_what_its_charges_say(self) -> None:
        """What is left of a plan is what is open on its charges, each up to what was agreed; its parts add up."""
        if not hasattr(self, "desk"):
            return
        opened = {row.charge_id: row.open_cents for row in self.desk.ask(account, JONAH).charges}
        for plan in self.desk.ask(plans_of, JONAH):
            left = sum(min(opened[one], cents) for one, cents in self.covered[plan.plan_id].items())
            assert plan.left_cents == left
            _check_parts(plan)
            if plan.status is not PlanStatus.CLOSED:
                assert (plan.status is PlanStatus.COMPLETED) == (left == 0)
        assert self.desk.ask(balance, JONAH) == sum(opened.values()) - self.desk.ask(account, JONAH).unapplied_cents


def _check_parts(plan: PaymentPlanRow) -> None:
    assert sum(one.cents for one in plan.instalments) == plan.total_cents
    assert sum(one.paid_cents for one in plan.instalments) == plan.paid_cents
    assert sum(one.open_cents for one in plan.instalments) == plan.left_cents
    full = [one.open_cents == 0 for one in plan.instalments]
    assert full == sorted(full, reverse=True)
    assert plan.late_cents <= plan.due_cents <= plan.left_cents


TestPlans = Plans.TestCase
TestPlans.settings = machine(20)
TestPlans.pytestmark = [pytest.mark.proof]
