"""Random closes: steps in any order, left, taken back, gone on with by another person, with money in between."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from psc_desk.errors import InputError, RefusedError
from psc_desk.queries.closing import STEPS, close_progress
from psc_desk.queries.tills import sessions, till
from psc_desk.queries.why_off import why_off
from psc_desk.usecases.closing import (
    ChecksInput,
    choose_float,
    close_state,
    compare_checks,
    count_again,
    count_cash,
    explain_difference,
    finish_close,
    keep_typing,
    pass_open_items,
    type_card_batch,
)
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import cancel_count, open_till
from psc_desk.work import Desk
from tests.money.support import card, cash, check, pay, wrong
from tests.money.test_machine import pieces_for
from tests.support.clinic import LEO, MANAGER, MAYA, small_clinic
from tests.support.sizes import machine, size

OFF = st.sampled_from([0, 0, 0, -100, 2500, -4000])


class Close(RuleBasedStateMachine):
    """`cash` is what lies in the drawer, `off` what was counted beside it; None is not counted since cash moved."""

    @initialize()
    def morning(self) -> None:
        """Open the drawer with $150."""
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name))
        self.desk = self.clinic.desk
        self.desk.do(open_till, 1, pieces_for(15000))
        self.cash, self.cards, self.checks, self.closed = 15000, 0, 0, 0
        self.off: int | None = None

    def teardown(self) -> None:
        """Remove the database."""
        if hasattr(self, "folder"):
            self.desk.engine.dispose()
            self.folder.cleanup()

    def tried(self, usecase: object, *args: object, **named: object) -> bool:
        """Do a step and say whether it was taken; a refusal is a sentence that says what to do."""
        try:
            self.desk.do(usecase, 1, *args, **named)  # type: ignore[arg-type]  # any step
        except (InputError, RefusedError) as refused:
            return str(refused) == ""
        return True

    @rule(cents=st.integers(1, 9000), tender=st.sampled_from([cash, card, check]))
    def money(self, cents: int, tender: object) -> None:
        """A patient pays, unless the drawer is being counted."""
        if self.desk.ask(till, 1).status != "open":
            return
        pay(self.clinic, tender(cents))  # type: ignore[operator]  # one of three
        if tender is cash:
            self.cash, self.off = self.cash + cents, None
        elif tender is card:
            self.cards += cents
        else:
            self.checks += cents

    @rule()
    def begin(self) -> None:
        """Pass the open items."""
        self.tried(pass_open_items, {})

    @rule(off=OFF, reason=st.sampled_from(["", "Tip"]))
    def terminal(self, off: int, reason: str) -> None:
        """Type the terminal's total, rightly or not."""
        self.tried(type_card_batch, "7", self.cards + off, reason=reason)

    @rule(there=st.booleans(), reason=st.sampled_from(["", "Lost"]))
    def strip_of_checks(self, there: bool, reason: str) -> None:
        """Tick all or none."""
        ticked = tuple(row.tender_id for row in self.desk.ask(close_state, 1).checks) if there else ()
        self.tried(compare_checks, ChecksInput(ticked, reason=reason))

    @rule(off=OFF)
    def count(self, off: int) -> None:
        """Count, rightly or not."""
        if self.tried(count_cash, pieces_for(max(0, self.cash + off))):
            self.off = max(0, self.cash + off) - self.cash
            session_id = self.desk.ask(close_state, 1).session_id
            assert self.desk.ask(why_off, session_id).difference_cents == self.off

    @rule()
    def again(self) -> None:
        """Ask for the recount."""
        self.tried(count_again)

    @rule()
    def explain(self) -> None:
        """Give the reason."""
        self.tried(explain_difference, "Not known")

    @rule(left=st.sampled_from([0, 10000, 15000, 15001]))
    def leave(self, left: int) -> None:
        """Choose the float."""
        self.tried(choose_float, left, print_order=True)

    @rule(step=st.sampled_from(STEPS[:4]))
    def phone_rings(self, step: str) -> None:
        """Leave at a step; another person comes."""
        self.tried(keep_typing, step, {"note": "half"})
        self.desk.actor_id = LEO if self.desk.actor_id == MAYA else MAYA

    @rule()
    def crash(self) -> None:
        """The program starts again on the same data."""
        actor, self.clinic.desk = self.desk.actor_id, Desk(self.desk.engine, self.clinic.clock, head=self.desk.head)
        self.desk = self.clinic.desk
        self.desk.actor_id = actor

    @rule()
    def day_goes_on(self) -> None:
        """Give the count up."""
        self.tried(cancel_count)

    @rule(off=OFF, left=st.sampled_from([0, 10000, 15000]))
    def straight_through(self, off: int, left: int) -> None:
        """Somebody finishes it without a break, from wherever it waits."""
        self.begin()
        self.terminal(0, "")
        self.strip_of_checks(there=True, reason="")
        self.count(off)
        self.explain()
        self.leave(left)
        self.finish(now=False)

    @rule(now=st.booleans())
    def finish(self, now: bool) -> None:
        """Close; the figures are those of the last count, and the next day begins with the float."""
        left = self.desk.ask(close_state, 1).typed("float").get("cents")
        if not self.tried(finish_close, deposit_now=now, approval=Approval(MANAGER, "3456")):
            return
        self.closed += 1
        row = self.desk.ask(sessions)[0]
        assert self.off is not None
        assert (row.expected_cents, row.over_short_cents) == (self.cash, self.off)
        assert row.to_bank_cents == self.cash + self.off - left
        assert wrong(self.desk) == []
        self.clinic.clock.advance(hours=24)
        self.desk.do(open_till, 1, pieces_for(left))
        self.cash, self.cards, self.checks, self.off = left, 0, 0, None

    @precondition(lambda self: hasattr(self, "desk"))
    @invariant()
    def a_step_never_runs_ahead(self) -> None:
        """Behind the count only with a count that holds; the difference is told only then; the books agree."""
        state, row = self.desk.ask(close_state, 1), self.desk.ask(till, 1)
        if STEPS.index(state.step) > STEPS.index("count"):
            assert state.count is not None
        if state.count is not None:
            assert state.count.over_short_cents == self.off
        assert (state.step == "items") == (row.status == "open")
        assert self.desk.ask(close_progress) == (STEPS.index(state.step) + 1 if row.status == "counting" else 0)


TestClose = Close.TestCase
TestClose.settings = settings(machine(), max_examples=size(6, 12, 2000))
TestClose.pytestmark = [pytest.mark.proof]
