"""Random payments against a plain model: split tenders, cards, voids, refunds, returned checks, credit applied."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from psc_desk.errors import ConflictError, DeskError, InputError, OverridableError, RefusedError
from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.queries.cards import open_card_slips
from psc_desk.queries.deposits import bankable
from psc_desk.queries.money import balance, payments
from psc_desk.queries.refunds_owed import refunds_owed
from psc_desk.queries.unshown import unshown_postings
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.cards import (
    CardAnswer,
    begin_card,
    finish_card,
    post_held,
    post_late_approval,
    recover_cards,
    take_back_held,
    void_late_approval,
)
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.payment_change import correct_payment
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment, take_payment, void_payment
from psc_desk.usecases.refunds_owed import mail_refund, pay_refund_in_cash, take_mailed_back
from psc_desk.usecases.returned_checks import ReturnedCheck, return_check
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, close_till, open_till, record_count
from psc_desk.usecases.unshown import mark_shown
from tests.money.support import charged_visit, key, wrong
from tests.money.test_machine import pieces_for
from tests.support.clinic import INES, JONAH, LEO, MAYA, small_clinic
from tests.support.sizes import machine

LEAD = Approval(LEO, "2345")
WHO = st.sampled_from([INES, JONAH])
KINDS = st.sampled_from([PaymentKind.BALANCE, PaymentKind.PREPAYMENT])
CENTS = st.integers(1, 9000)
PART = st.tuples(st.sampled_from([TenderKind.CASH, TenderKind.CHECK]), CENTS)
PARTS, REST = st.lists(PART, min_size=1, max_size=2), st.lists(PART, max_size=2)
ENDS = st.sampled_from([CardState.APPROVED, CardState.DECLINED, CardState.CANCELLED, CardState.CHECK_TERMINAL])


@dataclass
class Held:
    """What a person with a pencil would note: `waiting` cards by attempt, `over` those not charged."""

    cash: int = 15000
    cards: int = 0
    owed: dict[int, int] = field(default_factory=lambda: {INES: 0, JONAH: 0})
    waiting: dict[int, PaymentInput] = field(default_factory=dict)
    over: dict[int, PaymentInput] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)


class Door(RuleBasedStateMachine):
    """Money through the one door; after each step every check of the books, the drawer, the cards, what is owed."""

    @initialize()
    def morning(self) -> None:
        """Open the drawer with $150."""
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name))
        self.desk = self.clinic.desk
        self.desk.watched = True
        self.held = Held()
        self.checks = 0
        self.desk.do(open_till, 1, pieces_for(15000))

    def teardown(self) -> None:
        """Remove the database."""
        if hasattr(self, "folder"):
            self.desk.engine.dispose()
            self.folder.cleanup()

    @rule(who=WHO, code=st.sampled_from(["OV", "LAB", "INJ"]))
    def charge(self, who: int, code: str) -> None:
        """A visit is charged."""
        charged_visit(self.clinic, code, patient_id=who)
        self.held.owed[who] += {"OV": 12000, "LAB": 4550, "INJ": 3000}[code]

    @rule(who=WHO, kind=KINDS, parts=PARTS, twice=st.booleans())
    def take(self, who: int, kind: PaymentKind, parts: list[tuple[TenderKind, int]], *, twice: bool) -> None:
        """Cash and checks, sometimes by a double click."""
        typed = PaymentInput(key(), 1, who, kind, self._tenders(parts))
        for _ in range(2 if twice else 1):
            self.desk.do(take_payment, typed)
        self._took(typed)

    @rule(who=WHO, kind=KINDS, cents=CENTS, parts=REST)
    def ask_terminal(self, who: int, kind: PaymentKind, cents: int, parts: list[tuple[TenderKind, int]]) -> None:
        """A card, alone or with others; refused while one of the patient waits."""
        typed = PaymentInput(key(), 1, who, kind, (TenderInput(TenderKind.CARD, cents), *self._tenders(parts)))
        if any(one.patient_id == who for one in self.held.waiting.values()):
            try:
                self.desk.do(begin_card, typed)
            except ConflictError:
                return
            raise AssertionError("a second card was asked for before the first was answered")
        done = self.desk.do(begin_card, typed)
        assert self.desk.do(begin_card, typed) == done
        self.held.waiting[done.row.attempt_id] = typed

    @precondition(lambda self: self.held.waiting)
    @rule(nth=st.integers(0, 3), end=ENDS, crash=st.booleans())
    def answer(self, nth: int, end: CardState, *, crash: bool) -> None:
        """The terminal answers, at once, twice, or after the program was started again."""
        attempt = sorted(self.held.waiting)[nth % len(self.held.waiting)]
        if crash:
            self.desk.do(recover_cards)
        said = CardAnswer(end, "Visa", "4242", f"A{attempt}")
        first = self.desk.do(finish_card, attempt, said)
        assert self.desk.do(finish_card, attempt, said) == first
        if end is CardState.CHECK_TERMINAL:
            assert first.payment is None
            return
        typed = self.held.waiting.pop(attempt)
        if end is CardState.APPROVED:
            self._took(typed)
        else:
            self.held.over[attempt] = typed

    @rule(who=WHO, cents=st.tuples(CENTS, CENTS), end=ENDS, rest=st.sampled_from(["cash", "alone", "back"]))
    def two_cards(self, who: int, cents: tuple[int, int], end: CardState, rest: str) -> None:
        """The first is approved; after a second that was not charged the rest is cash, or the first stands alone."""
        if any(one.patient_id == who for one in self.held.waiting.values()):
            return
        one, two = (TenderInput(TenderKind.CARD, part) for part in cents)
        kind = PaymentKind.BALANCE
        typed = PaymentInput(key(), 1, who, kind, (one, two))
        first = self.desk.do(begin_card, typed).row.attempt_id
        said = CardAnswer(CardState.APPROVED, "Visa", "4242", f"F{first}")
        assert self.desk.do(finish_card, first, said).row.state is CardState.HELD
        ways = (replace(one, attempt_id=first), two)
        second = self.desk.do(begin_card, replace(typed, key=key(), tenders=ways)).row.attempt_id
        answer = CardAnswer(end, "Visa", "1881", f"S{second}")
        done = self.desk.do(finish_card, second, answer)
        if end is CardState.CHECK_TERMINAL:
            done = self.desk.do(finish_card, second, replace(answer, state=CardState.APPROVED))
        if done.payment is not None:
            self._took(typed)
            return
        cash = TenderInput(TenderKind.CASH, two.cents)
        if rest == "cash":
            self.desk.do(begin_card, replace(typed, key=key(), tenders=(ways[0], cash)))
            self._took(replace(typed, tenders=(one, cash)))
        elif rest == "alone":
            self.desk.do(post_held, first)
            self._took(replace(typed, tenders=(one,)))
        else:
            self.desk.do(take_back_held, first)
        self.held.over[second] = replace(typed, tenders=(two,))

    @precondition(lambda self: self.held.over)
    @rule(nth=st.integers(0, 3), posts=st.booleans())
    def late(self, nth: int, *, posts: bool) -> None:
        """The terminal says approved after all: posted or voided there, the first of the two counts."""
        attempt = sorted(self.held.over)[nth % len(self.held.over)]
        said = CardAnswer(CardState.APPROVED, "Visa", "4242", f"L{attempt}")
        if attempt not in self.held.late:
            try:
                self.desk.do(finish_card, attempt, said)
            except OverridableError:
                pass
            else:
                raise AssertionError("a late approval went through unasked")
        if posts:
            self.desk.do(post_late_approval, attempt, said)
        else:
            self.desk.do(void_late_approval, attempt)
        if posts and attempt not in self.held.late:
            typed = self.held.over[attempt]  # of which only the card: the rest was paid otherwise, or not at all
            self._took(replace(typed, tenders=typed.tenders[:1]))
        self.held.late.add(attempt)

    @rule(nth=st.integers(0, 8))
    def void(self, nth: int) -> None:
        """A receipt of any kind is voided, or refused."""
        self._undo(nth, lambda row_id: self.desk.do(void_payment, row_id, key=key(), reason="Wrong", approval=LEAD))

    @rule(nth=st.integers(0, 8), cents=CENTS)
    def refund(self, nth: int, cents: int) -> None:
        """Part of a payment goes back the way it came."""
        self._undo(
            nth, lambda row_id: self.desk.do(refund_payment, row_id, cents, key=key(), reason="Over", approval=LEAD)
        )

    @rule(nth=st.integers(0, 8), cents=CENTS, kind=KINDS)
    def correct(self, nth: int, cents: int, kind: PaymentKind) -> None:
        """A payment is typed anew: void and payment in one, or neither."""
        rows = self.desk.ask(payments)
        if not rows:
            return
        row = rows[nth % len(rows)]
        typed = PaymentInput(key(), 1, row.patient_id or INES, kind, self._tenders([(TenderKind.CASH, cents)]))
        count = len(rows)
        self._undo(
            nth, lambda row_id: self.desk.do(correct_payment, row_id, typed, reason="Wrong amount", approval=LEAD)
        )
        assert len(self.desk.ask(payments)) in (count, count + 2)

    @rule(who=WHO)
    def apply(self, who: int) -> None:
        """Credit is put against open charges: nobody owes more or less for it."""
        self.desk.do(apply_credit, who, key=key())

    @rule()
    def next_day(self) -> None:
        """The drawer is counted, the checks go to the bank, the next session opens with all the cash."""
        pieces = pieces_for(self.held.cash)
        self.desk.do(begin_count, 1)
        self.desk.do(record_count, 1, pieces)
        self.desk.do(close_till, 1, float_left_cents=self.held.cash)
        checks = tuple(row.tender_id for row in self.desk.ask(bankable).checks)
        if checks:
            self.desk.actor_id = LEO
            self.desk.do(make_deposit, DepositInput(key(), (), checks, {}))
            self.desk.actor_id = MAYA
        self.desk.do(open_till, 1, pieces)

    @rule(nth=st.integers(0, 40), fee=st.sampled_from([0, 2500]))
    def bounce(self, nth: int, fee: int) -> None:
        """A check comes back, or is refused because it cannot have been at the bank or went back already."""
        tender_id = 1 + nth
        returned = ReturnedCheck(tender_id, key(), "Insufficient funds", fee)
        try:
            done = self.desk.do(return_check, returned)
        except (DeskError, ConflictError):
            return
        assert self.desk.do(return_check, returned) == done
        row = next(one for one in self.desk.ask(payments) if one.payment_id == done.payment_id)
        assert row.patient_id is not None
        self.held.owed[row.patient_id] += -done.amount_cents + fee

    @rule(nth=st.integers(0, 3), how=st.sampled_from(["mail", "cash", "back"]))
    def pay_out(self, nth: int, how: str) -> None:
        """A refund that is owed is mailed or paid in cash, once; a mailed check may come back."""
        rows = [row for row in self.desk.ask(refunds_owed) if row.owed or row.mailed]
        if not rows:
            return
        row, call = rows[nth % len(rows)], {"key": key(), "reason": "Asked"}
        verb = {"mail": mail_refund, "cash": pay_refund_in_cash, "back": take_mailed_back}[how]
        more = ("5012",) if how == "mail" else ()
        try:
            done = self.desk.do(verb, row.payment_id, *more, **call, **({} if how == "back" else {"approval": LEAD}))
        except RefusedError:
            assert row.owed == (how == "back") or how == "cash"
            return
        assert self.desk.do(verb, row.payment_id, *more, **call) == done
        assert row.owed == (how != "back")
        self.held.cash -= row.owed_cents if how == "cash" else 0

    @rule()
    def tell(self) -> None:
        """The window tells what was posted."""
        rows = [row for row in self.desk.ask(unshown_postings) if not row.shown]
        assert len({row.entry_id for row in rows}) == len(rows)
        self.desk.do(mark_shown, [row.entry_id for row in rows])
        assert [row for row in self.desk.ask(unshown_postings) if not row.shown] == []

    @invariant()
    def the_books_prove_themselves(self) -> None:
        """Every check, the drawer, the cards, what each patient owes, and which cards wait."""
        if not hasattr(self, "desk"):
            return
        assert wrong(self.desk) == []
        sums = self.desk.ask(account_balances)
        assert (sums.get("drawer:1", 0), sums.get("card_clearing", 0)) == (self.held.cash, self.held.cards)
        assert {who: self.desk.ask(balance, who) for who in self.held.owed} == self.held.owed
        assert {row.attempt_id for row in self.desk.ask(open_card_slips)} == set(self.held.waiting)

    def _tenders(self, parts: list[tuple[TenderKind, int]]) -> tuple[TenderInput, ...]:
        made = []
        for kind, cents in parts:
            self.checks += 1
            number = str(100 + self.checks) if kind is TenderKind.CHECK else ""
            made.append(TenderInput(kind, cents, check_no=number))
        return tuple(made)

    def _took(self, typed: PaymentInput) -> None:
        self.held.owed[typed.patient_id] -= sum(one.cents for one in typed.tenders)
        self.held.cash += sum(one.cents for one in typed.tenders if one.kind is TenderKind.CASH)
        self.held.cards += sum(one.cents for one in typed.tenders if one.kind is TenderKind.CARD)

    def _undo(self, nth: int, verb: object) -> None:
        """Do it to the nth receipt and note what the journal's new receipts say of cash, cards and the account."""
        rows = self.desk.ask(payments)
        if not rows:
            return
        assert callable(verb)
        try:
            verb(rows[nth % len(rows)].payment_id)
        except (InputError, RefusedError):
            return
        for row in self.desk.ask(payments)[: len(self.desk.ask(payments)) - len(rows)]:
            assert row.patient_id is not None
            self.held.owed[row.patient_id] -= row.amount_cents
            cash, cards = self._moved(row.payment_id)
            self.held.cash += cash
            self.held.cards += cards

    def _moved(self, payment_id: int) -> tuple[int, int]:
        """What the receipt's tenders say, which is not what the journal says."""
        statement = "SELECT COALESCE(SUM(cents), 0) FROM tender WHERE payment_id = ? AND kind = ?"

        def read(read: object) -> tuple[int, int]:
            run = read.session.connection().exec_driver_sql  # type: ignore[attr-defined]
            cash, cards = (run(statement, (payment_id, kind)).scalar() for kind in ("cash", "card"))
            return int(cash), int(cards)

        return self.desk.ask(read)


TestDoor = Door.TestCase
TestDoor.settings = machine()
TestDoor.pytestmark = [pytest.mark.proof]
