"""The guided close on the real clinic: what blocks, what is kept, who goes on, what is posted at the end."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from psc_desk.devices.jobs import JobState
from psc_desk.engine import raw_connect
from psc_desk.errors import AccessError, InputError, RefusedError, SecondPersonNeeded
from psc_desk.models.audit import AuditRow
from psc_desk.models.card import CardAttempt, CardBatch
from psc_desk.models.print_job import PrintJob
from psc_desk.models.till import CloseDraft, TillCount
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.closing import close_progress
from psc_desk.queries.tills import sessions
from psc_desk.usecases.closing import (
    ChecksInput,
    CloseState,
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
from psc_desk.usecases.print_queue import mark_job
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import cancel_count
from psc_desk.work import Read, Work
from tests.money.conftest import FLOAT
from tests.money.support import card, cash, check, pay, wrong
from tests.support.clinic import KEY, LEO, MANAGER, MAYA, SmallClinic


def to_the_count(clinic: SmallClinic) -> CloseState:
    """Pass the first three steps without a difference."""
    clinic.desk.do(pass_open_items, 1, {})
    state = clinic.desk.do(type_card_batch, 1, "77", clinic.desk.ask(_cards_expected))
    return clinic.desk.do(compare_checks, 1, ChecksInput(tuple(row.tender_id for row in state.checks)))


def _cards_expected(read: Read) -> int:
    from psc_desk.queries.closing import cards_expected

    return cards_expected(read, close_state(read, 1).session_id)


def rows(clinic: SmallClinic, model: type) -> list:  # type: ignore[type-arg]  # any table
    return clinic.desk.ask(lambda read: list(read.session.scalars(select(model))))


def test_a_day_goes_through_all_steps_and_is_closed_once(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    pay(clinic, check(4000))
    pay(clinic, card(1500))
    state = clinic.desk.ask(close_state, 1)
    assert (state.step, state.items, state.count) == ("items", (), None)
    state = to_the_count(clinic)
    assert (state.step, state.cards.difference_cents if state.cards else None) == ("count", 0)
    assert clinic.desk.ask(close_progress) == 4
    state = clinic.desk.do(count_cash, 1, FLOAT | {2000: 6, 500: 9})
    assert (state.step, state.count.over_short_cents if state.count else None) == ("float", 0)
    clinic.desk.do(choose_float, 1, 15000, print_order=True)
    done = clinic.desk.do(finish_close, 1, deposit_now=False)
    assert (done.close.z_no, done.close.to_bank_cents, done.close.plan.bank) == (1, 2500, {2000: 1, 500: 1})
    assert [(row.batch_no, row.terminal_cents, row.expected_cents) for row in rows(clinic, CardBatch)] == [
        ("77", 1500, 1500)
    ]
    (count,) = [row for row in rows(clinic, TillCount) if row.kind == "closing"]
    assert (count.checks_cents, count.cards_cents) == (4000, 1500)
    assert rows(clinic, CloseDraft) == []
    assert [job.title for job in rows(clinic, PrintJob)][-2:] == ["Z report 1", "Float and bank slip"]
    assert wrong(clinic.desk) == []
    with pytest.raises(RefusedError, match="closed already"):
        clinic.desk.do(finish_close, 1, deposit_now=False)


def test_another_person_goes_on_where_the_first_left(clinic: SmallClinic) -> None:
    pay(clinic, card(1500))
    clinic.desk.do(pass_open_items, 1, {})
    clinic.desk.do(keep_typing, 1, "cards", {"batch_no": "12", "total_text": "15."})
    clinic.desk.actor_id = LEO
    state = clinic.desk.ask(close_state, 1)
    assert state.draft is not None
    assert (state.step, state.draft.saved_by, state.cards) == ("cards", "Maya Okafor", None)
    assert state.typed("cards") == {"batch_no": "12", "total_text": "15."}
    assert clinic.desk.do(type_card_batch, 1, "12", 1500).step == "checks"
    clinic.desk.actor_id = MAYA
    assert clinic.desk.ask(close_state, 1).step == "checks"


def test_an_unanswered_card_payment_blocks_and_other_things_need_a_reason(clinic: SmallClinic) -> None:
    done = pay(clinic, cash(2500))
    clinic.desk.do(mark_job, done.job_id, JobState.UNKNOWN)
    clinic.visit()
    clinic.desk.do(_a_visit_is(Status.CHECKOUT))
    items = clinic.desk.ask(close_state, 1).items
    assert [(item.kind, item.blocking) for item in items] == [("prints", False), ("still_here", False)]
    with pytest.raises(InputError, match="print of unknown fate") as refused:
        clinic.desk.do(pass_open_items, 1, {items[1].key: "They pay tomorrow"})
    assert refused.value.field == "reason_prints"
    clinic.desk.do(_card_asked)
    reasons = {item.key: "Looked at it" for item in items}
    with pytest.raises(RefusedError, match="Look at the terminal"):
        clinic.desk.do(pass_open_items, 1, reasons)
    clinic.desk.do(_card_answered)
    assert clinic.desk.do(pass_open_items, 1, reasons).step == "cards"
    audit = [row.data for row in rows(clinic, AuditRow) if "still open" in row.sentence]
    assert audit == [{"after": {"1 print of unknown fate": "Looked at it", "1 patient still here": "Looked at it"}}]


def test_a_visit_without_charges_is_an_open_item_until_a_reason_stands(clinic: SmallClinic) -> None:
    clinic.visit()
    clinic.desk.do(_a_visit_is(Status.DONE))
    (item,) = clinic.desk.ask(close_state, 1).items
    assert (item.kind, item.details) == ("no_charges", ("1:00 pm Inés Castillo",))
    clinic.desk.do(_a_visit_is(Status.DONE, "Free check"))
    assert clinic.desk.ask(close_state, 1).items == ()


def test_the_card_total_is_blind_and_a_difference_needs_a_reason(clinic: SmallClinic) -> None:
    pay(clinic, card(1500))
    assert clinic.desk.do(pass_open_items, 1, {}).cards is None
    state = clinic.desk.do(type_card_batch, 1, "5", 1000)
    assert state.step == "cards"
    assert state.cards is not None
    assert (state.cards.difference_cents, [one.cents for one in state.cards.taken]) == (-500, [1500])
    state = clinic.desk.do(type_card_batch, 1, "5", 1400, reason="Tip was split")
    assert (state.step, state.typed("cards")["totals"]) == ("checks", [1000, 1400])


def test_a_missing_check_is_named(clinic: SmallClinic) -> None:
    pay(clinic, check(4000, "1042"))
    pay(clinic, check(2500, "77"))
    clinic.desk.do(pass_open_items, 1, {})
    state = clinic.desk.do(type_card_batch, 1, "", 0)
    first = state.checks[0].tender_id
    with pytest.raises(InputError, match=r"Check 77 \(\$25.00\) is missing"):
        clinic.desk.do(compare_checks, 1, ChecksInput((first,)))
    with pytest.raises(InputError, match="You counted 3 checks, the list has 2"):
        clinic.desk.do(compare_checks, 1, ChecksInput(tuple(row.tender_id for row in state.checks), count=3))
    with pytest.raises(InputError, match=r"\$5.00 less than the list"):
        clinic.desk.do(compare_checks, 1, ChecksInput(tuple(row.tender_id for row in state.checks), 2, 6000))
    with pytest.raises(InputError, match=r"\$5.00 more than the list"):
        clinic.desk.do(compare_checks, 1, ChecksInput(tuple(row.tender_id for row in state.checks), 2, 7000))
    clinic.desk.do(compare_checks, 1, ChecksInput((first,), reason="Given back to the patient"))
    assert clinic.desk.do(count_cash, 1, FLOAT).count is not None
    assert [row.checks_cents for row in rows(clinic, TillCount)][-1] == 4000


def test_a_difference_needs_reason_second_person_and_allows_one_recount(clinic: SmallClinic) -> None:
    to_the_count(clinic)
    state = clinic.desk.do(count_cash, 1, {2000: 5, 500: 8})
    assert (state.step, state.count.over_short_cents if state.count else None) == ("difference", -1000)
    assert clinic.desk.do(count_again, 1).step == "count"
    clinic.desk.do(count_cash, 1, {2000: 5, 500: 8})
    with pytest.raises(RefusedError, match="twice"):
        clinic.desk.do(count_again, 1)
    with pytest.raises(InputError, match="why it differs"):
        clinic.desk.do(explain_difference, 1, " ")
    clinic.desk.do(explain_difference, 1, "Not known")
    with pytest.raises(InputError, match=r"cannot make \$139.99"):
        clinic.desk.do(choose_float, 1, 13999, print_order=False)
    clinic.desk.do(choose_float, 1, 14000, print_order=False)
    with pytest.raises(SecondPersonNeeded):
        clinic.desk.do(finish_close, 1, deposit_now=True)
    done = clinic.desk.do(finish_close, 1, deposit_now=True, approval=Approval(MANAGER, "3456"))
    assert done.close.over_short_cents == -1000
    assert [row.kind for row in rows(clinic, TillCount)] == ["opening", "closing", "recount", "float"]
    assert clinic.desk.ask(sessions)[0].reason == "Not known"
    assert wrong(clinic.desk) == []


def test_going_on_with_the_day_keeps_the_counts_and_asks_for_a_new_one_when_cash_moved(clinic: SmallClinic) -> None:
    to_the_count(clinic)
    clinic.desk.do(count_cash, 1, FLOAT)
    clinic.desk.do(count_again, 1)
    clinic.desk.do(count_cash, 1, FLOAT)
    clinic.desk.do(cancel_count, 1)
    assert clinic.desk.ask(close_progress) == 0
    clinic.desk.do(pass_open_items, 1, {})
    pay_again = clinic.desk.ask(close_state, 1)
    assert pay_again.count is not None
    clinic.desk.do(cancel_count, 1)
    pay(clinic, cash(500))
    state = to_the_count(clinic)
    assert (state.count, state.pieces) == (None, FLOAT)
    state = clinic.desk.do(count_cash, 1, FLOAT | {500: 9})
    assert state.count is not None
    assert (state.count.over_short_cents, state.count.may_recount) == (0, True)
    assert len(rows(clinic, TillCount)) == 4


def test_no_step_is_skipped(clinic: SmallClinic) -> None:
    with pytest.raises(RefusedError, match="not being counted"):
        clinic.desk.do(type_card_batch, 1, "", 0)
    to_the_count(clinic)
    with pytest.raises(RefusedError, match="Count the drawer first"):
        clinic.desk.do(choose_float, 1, 15000, print_order=False)
    with pytest.raises(RefusedError, match="waits at step 4"):
        clinic.desk.do(finish_close, 1, deposit_now=False)
    with pytest.raises(RefusedError, match="no such step"):
        clinic.desk.do(keep_typing, 1, "elsewhere", {})
    clinic.desk.actor_id = None
    with pytest.raises(AccessError):
        clinic.desk.do(keep_typing, 1, "count", {})


def _a_visit_is(status: Status, reason: str = ""):  # type: ignore[no-untyped-def]  # a use case of the test
    def become(work: Work) -> None:
        visit = work.session.scalars(select(Visit)).one()
        visit.status, visit.no_charge_reason = status, reason

    return become


def _card_asked(work: Work) -> None:
    work.session.add(
        CardAttempt(
            idempotency_key="a", till_id=1, session_id=1, cents=2500, payment={}, asked_at=work.now, asked_by=MAYA
        )
    )


def _card_answered(work: Work) -> None:
    attempt = work.session.scalars(select(CardAttempt)).one()
    attempt.state, attempt.ended_at, attempt.ended_by = "declined", work.now, MAYA  # type: ignore[assignment]


DAMAGE = {
    "a closed drawer waits at no step": "INSERT INTO close_draft VALUES (1, 'count', '{}', '2026-03-04T17:00:00', 1)",
    "a close stands on its last count": "UPDATE till_count SET cash_cents = cash_cents + 1 WHERE kind = 'closing'",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_check_of_the_close_finds_its_damage(clinic: SmallClinic, name: str) -> None:
    to_the_count(clinic)
    clinic.desk.do(count_cash, 1, FLOAT)
    clinic.desk.do(choose_float, 1, 15000, print_order=False)
    clinic.desk.do(finish_close, 1, deposit_now=False)
    assert wrong(clinic.desk) == []
    connection = raw_connect(clinic.folder / "desk.db", KEY)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    assert connection.execute(DAMAGE[name]).rowcount > 0
    connection.commit()
    connection.close()
    assert name in {check.name for check in wrong(clinic.desk)}


def test_the_first_step_is_over_once_the_count_began(clinic: SmallClinic) -> None:
    clinic.desk.do(pass_open_items, 1, {})
    clinic.desk.do(keep_typing, 1, "items", {})
    assert clinic.desk.ask(close_state, 1).step == "cards"
    assert clinic.desk.ask(close_progress) == 2
