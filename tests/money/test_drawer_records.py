"""What stays of each thing done to a drawer: its slip, who did it and when, and that the drawer sprang open for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from psc_desk.errors import InputError, NotFoundError, RefusedError
from psc_desk.models.card import CardBatch
from psc_desk.models.ledger import JournalEntry
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import (
    Investigation,
    SessionStatus,
    TillCount,
    TillHandover,
    TillOpening,
    TillSession,
    TillTransfer,
)
from psc_desk.money import LIMIT
from psc_desk.usecases.closing import (
    ChecksInput,
    choose_float,
    close_state,
    compare_checks,
    count_cash,
    finish_close,
    pass_open_items,
    type_card_batch,
)
from psc_desk.usecases.handover import count_for_handover, hand_over
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import (
    begin_count,
    close_till,
    drop,
    no_sale,
    open_for_count,
    open_till,
    pay_in,
    pay_out,
    print_x_report,
    pulse_drawer,
    record_count,
    reprint_z_report,
    spot_check,
)
from psc_desk.usecases.tills import TillInput, change_till, end_till, use_till
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)
from psc_desk.usecases.variance import end_investigation
from psc_desk.work import Read, Work
from tests.money.conftest import FLOAT
from tests.money.support import card, check, key, pay
from tests.support.clinic import LEO, MANAGER, MAYA, NOON, SmallClinic

OF_LEO, OF_ANA = Approval(LEO, "2345"), Approval(MANAGER, "3456")
FORTY = {2000: 2, 1000: 0}


def send(two: SmallClinic, comment: str = " Small notes ") -> int:
    return two.desk.do(send_transfer, TransferInput(key(), 1, 2, FORTY, comment))


def slip(read: Read) -> tuple[str, int, int | None, list[str]]:
    """The newest slip: its title, drawer and session, and the rows below the rule of the head."""
    job = read.session.scalars(select(PrintJob).order_by(PrintJob.id.desc())).first()
    assert job is not None
    rows = [
        " ".join(row.replace(".", " ").replace("_", " ").split()) for row in job.text.split("=" * 42)[1].split("\n")
    ]
    assert (job.kind, bool(job.content)) == ("slip", True)
    return job.title, job.till_id, job.session_id, [row for row in rows if row.strip("- ")]


def newest_opening(read: Read) -> tuple[int, int | None, int, str, str]:
    row = read.session.scalars(select(TillOpening).order_by(TillOpening.id.desc())).first()
    assert row is not None
    return row.till_id, row.session_id, row.staff_id, row.kind, row.reason


def openings(read: Read) -> int:
    return len(read.session.scalars(select(TillOpening.id)).all())


def transfer(read: Read) -> TillTransfer:
    return read.session.scalars(select(TillTransfer)).one()


def entry(read: Read, entry_id: int | None) -> JournalEntry:
    row = read.session.get(JournalEntry, entry_id)
    assert row is not None
    return row


HEAD = ["At 03/04/2026 12:00 pm", "By Maya Okafor"]
WAY = ["From Drawer 1", "To Drawer 2"]


def test_sent_cash_leaves_a_slip_for_both_to_sign(two: SmallClinic) -> None:
    send(two)
    assert two.desk.ask(slip) == ("Transfer sent slip", 1, 1, [
        "Transfer sent", "Drawer Drawer 1", "Number 1", *HEAD, *WAY, "Reason Small notes", "2 x $20 $40 00",
        "AMOUNT $40 00", "Sent by", "Accepted by",
    ])  # fmt: skip
    assert two.desk.ask(newest_opening) == (1, 1, MAYA, "transfer", "Transfer 1")
    row = two.desk.ask(transfer)
    assert (row.sent_by, row.sent_at, row.comment, row.denominations) == (MAYA, NOON, "Small notes", {"2000": 2})
    posted = two.desk.ask(entry, row.entry_id)
    assert (posted.kind, posted.session_id, posted.reason) == ("transfer", 1, "To Drawer 2")


def test_accepted_cash_leaves_a_slip_and_the_name_of_who_counted_it(two: SmallClinic) -> None:
    done = send(two)
    two.clock.advance(minutes=1)
    two.desk.do(accept_transfer, done, FORTY, key=key(), reason=" Came by hand ", witness=OF_LEO)
    assert two.desk.ask(slip) == ("Transfer accepted slip", 2, 2, [
        "Transfer accepted", "Drawer Drawer 2", "Number 1", "At 03/04/2026 12:01 pm", "By Maya Okafor", *WAY,
        "Accepted by Leo Marsh", "Reason Came by hand", "2 x $20 $40 00", "AMOUNT $40 00", "Accepted by",
    ])  # fmt: skip
    assert two.desk.ask(newest_opening) == (2, 2, MAYA, "transfer", "Transfer 1")
    row = two.desk.ask(transfer)
    assert (row.answered_by, row.answered_at, row.answer) == (LEO, NOON + timedelta(minutes=1), "Came by hand")
    posted = two.desk.ask(entry, row.answer_entry_id)
    assert (posted.session_id, posted.reason, posted.approved_by) == (2, "From Drawer 1", LEO)


def test_declined_cash_leaves_a_slip_and_the_drawer_stays_shut(two: SmallClinic) -> None:
    done = send(two)
    before = two.desk.ask(openings)
    two.clock.advance(minutes=1)
    two.desk.do(decline_transfer, done, reason=" Torn note ", witness=OF_LEO)
    assert two.desk.ask(slip) == ("Transfer declined slip", 2, 2, [
        "Transfer declined", "Drawer Drawer 2", "Number 1", "At 03/04/2026 12:01 pm", "By Maya Okafor", *WAY,
        "Declined by Leo Marsh", "Reason Torn note", "2 x $20 $40 00", "AMOUNT $40 00", "Declined by",
    ])  # fmt: skip
    assert two.desk.ask(openings) == before
    row = two.desk.ask(transfer)
    assert (row.answered_by, row.answered_at, row.answer) == (LEO, NOON + timedelta(minutes=1), "Torn note")
    assert row.answer_entry_id is None


def test_cash_counted_back_in_leaves_a_slip_with_the_difference(two: SmallClinic) -> None:
    done = send(two)
    two.desk.do(decline_transfer, done, reason="Torn note", witness=OF_LEO)
    two.clock.advance(minutes=1)
    again = key()
    back = {2000: 1, 1000: 1}
    for _ in range(2):
        short = two.desk.do(
            take_back_transfer, done, back, key=again, reason=" Lost one ", approval=OF_LEO,
        )  # fmt: skip
        assert short == -1000
    assert two.desk.ask(slip) == ("Transfer returned slip", 1, 1, [
        "Transfer returned", "Drawer Drawer 1", "Number 1", "At 03/04/2026 12:01 pm", "By Maya Okafor", *WAY,
        "Declined by Leo Marsh", "Reason Lost one", "AMOUNT $30 00", "SHORT $10 00", "Taken back by",
    ])  # fmt: skip
    assert two.desk.ask(newest_opening) == (1, 1, MAYA, "transfer", "Transfer 1")
    row = two.desk.ask(transfer)
    assert (row.returned_by, row.returned_at, row.returned_cents) == (MAYA, NOON + timedelta(minutes=1), 3000)
    assert row.return_reason == "Lost one"
    posted = two.desk.ask(entry, row.return_entry_id)
    assert (posted.session_id, posted.reason, posted.approved_by) == (1, "Back in Drawer 1", LEO)


def test_a_drawer_handed_over_leaves_a_slip_and_a_record(clinic: SmallClinic) -> None:
    count = clinic.desk.do(count_for_handover, 1, {2000: 5, 500: 6, 100: 0})
    clinic.clock.advance(minutes=1)
    done = clinic.desk.do(hand_over, count.count_id, OF_ANA, reason=" Not known ", approval=OF_LEO)
    assert (done.counted_cents, done.over_short_cents, done.receiver) == (13000, -2000, "Ana Ruiz")
    assert clinic.desk.ask(slip) == ("Hand-over slip", 1, 1, [
        "Hand-over", "Drawer Drawer 1", "Number 1", "At 03/04/2026 12:01 pm", "By Maya Okafor",
        "Given by Maya Okafor", "Taken by Ana Ruiz", "Approved by Leo Marsh", "Reason Not known",
        "5 x $20 $100 00", "6 x $5 $30 00", "AMOUNT $130 00", "SHORT $20 00", "Given by", "Taken by",
    ])  # fmt: skip
    row = clinic.desk.ask(lambda read: read.session.scalars(select(TillHandover)).one())
    assert (row.given_by, row.received_by, row.approved_by, row.at) == (MAYA, MANAGER, LEO, NOON + timedelta(minutes=1))
    assert (row.expected_cents, row.counted_cents, row.over_short_cents) == (15000, 13000, -2000)
    assert row.reason == "Not known"
    posted = clinic.desk.ask(entry, row.entry_id)
    assert (posted.kind, posted.session_id, posted.reason, posted.approved_by) == ("handover", 1, "Not known", LEO)


@pytest.mark.parametrize(
    ("verb", "word"),
    [
        (lambda work: open_till(work, 9, {}), "drawer"),
        (lambda work: change_till(work, 9, TillInput("Two", 0)), "drawer"),
        (lambda work: end_till(work, 9), "drawer"),
        (lambda work: use_till(work, 9), "drawer"),
        (lambda work: send_transfer(work, TransferInput("k", 1, 9, FORTY)), "drawer"),
        (lambda work: reprint_z_report(work, 9), "drawer session"),
        (lambda work: accept_transfer(work, 9, FORTY, key="k"), "transfer"),
        (lambda work: decline_transfer(work, 9, reason="Torn"), "transfer"),
        (lambda work: take_back_transfer(work, 9, FORTY, key="k"), "transfer"),
        (lambda work: hand_over(work, 9, OF_LEO), "count"),
        (lambda work: end_investigation(work, 9, "Found"), "investigation"),
    ],
)
def test_what_is_gone_is_named(clinic: SmallClinic, verb: Callable[[Work], Any], word: str) -> None:
    clinic.desk.actor_id = MANAGER
    with pytest.raises(NotFoundError, match=f"^That {word} is no longer there"):
        clinic.desk.do(verb)


MOVES = [
    (lambda work: pay_in(work, 1, 500, key="k", reason="Change"), "Pay-in", "Change", "$5 00"),
    (lambda work: pay_out(work, 1, 1250, key="k", reason="Postage"), "Pay-out", "Postage", "$12 50"),
    (lambda work: drop(work, 1, 2000, key="k", pieces={2000: 1, 500: 0}), "Drop", "Safe drop", "$20 00"),
]


@pytest.mark.parametrize(("verb", "word", "reason", "cents"), MOVES, ids=[move[1] for move in MOVES])
def test_moved_cash_leaves_one_slip_to_sign_and_opens_the_drawer_once(
    clinic: SmallClinic, verb: Callable[[Work], None], word: str, reason: str, cents: str
) -> None:
    before, kind = clinic.desk.ask(openings), word.lower().replace("-", "_")
    for _ in range(2):
        clinic.desk.do(verb)
    assert clinic.desk.ask(slip) == (
        f"{word} slip", 1, 1, [word, "Drawer Drawer 1", *HEAD, f"Reason {reason}", f"AMOUNT {cents}", "Signature"]
    )  # fmt: skip
    assert clinic.desk.ask(newest_opening) == (1, 1, MAYA, kind, reason)
    assert clinic.desk.ask(openings) == before + 1
    posted = clinic.desk.ask(
        lambda read: read.session.scalars(select(JournalEntry).where(JournalEntry.kind == kind)).all()
    )
    assert [(row.session_id, row.reason, row.idempotency_key) for row in posted] == [(1, reason, "k")]


def test_an_opening_without_a_sale_leaves_a_slip_without_an_amount(clinic: SmallClinic) -> None:
    clinic.desk.do(no_sale, 1, "Make change")
    assert clinic.desk.ask(slip) == (
        "No sale slip", 1, 1, ["No sale", "Drawer Drawer 1", *HEAD, "Reason Make change"]
    )  # fmt: skip
    assert clinic.desk.ask(newest_opening) == (1, 1, MAYA, "no_sale", "Make change")


def test_each_count_of_the_drawer_opens_it_and_says_for_what(clinic: SmallClinic) -> None:
    clinic.desk.do(open_for_count, 1, "Noon count")
    assert clinic.desk.ask(newest_opening) == (1, 1, MAYA, "count", "Noon count")
    clinic.desk.do(begin_count, 1)
    assert clinic.desk.ask(newest_opening) == (1, 1, MAYA, "count", "Closing count")
    before = clinic.desk.ask(openings)
    clinic.desk.do(begin_count, 1)
    assert clinic.desk.ask(openings) == before


def test_the_spring_is_tried_without_a_session(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(pulse_drawer, 1)
    assert clinic.desk.ask(newest_opening) == (1, None, MANAGER, "test", "Printer settings")


def test_a_close_keeps_who_closed_when_with_what_and_why(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, {2000: 5, 500: 6, 100: 0}, checks_cents=700, cards_cents=900)
    clinic.clock.advance(minutes=1)
    done = clinic.desk.do(close_till, 1, float_left_cents=10000, reason="Not known", approval=OF_LEO)
    row = clinic.desk.ask(lambda read: read.get(TillSession, done.session_id))
    assert (row.closed_by, row.closed_at, row.status) == (MAYA, NOON + timedelta(minutes=1), SessionStatus.CLOSED)
    assert (row.expected_cents, row.counted_cents, row.over_short_cents) == (15000, 13000, -2000)
    assert (row.float_left_cents, row.to_bank_cents, row.z_no) == (10000, 3000, 1)
    assert (row.variance_reason, row.approved_by) == ("Not known", LEO)
    assert (done.expected_cents, done.counted_cents, done.over_short_cents) == (15000, 13000, -2000)
    assert (done.float_left_cents, done.to_bank_cents, done.z_no) == (10000, 3000, 1)
    entries = clinic.desk.ask(
        lambda read: read.session.scalars(select(JournalEntry).where(JournalEntry.kind == "close")).all()
    )
    assert [(one.session_id, one.reason, one.approved_by) for one in entries] == [(1, "Not known", LEO)]
    counts = clinic.desk.ask(lambda read: read.session.scalars(select(TillCount).order_by(TillCount.id)).all())
    assert [(one.kind, one.denominations, one.cash_cents) for one in counts] == [
        ("opening", {"2000": 5, "500": 8, "100": 10}, 15000), ("closing", {"2000": 5, "500": 6}, 13000),
        ("float", {"2000": 4, "500": 4}, 10000),
    ]  # fmt: skip
    assert [(one.counted_by, one.counted_at) for one in counts[1:]] == [
        (MAYA, NOON), (MAYA, NOON + timedelta(minutes=1)),
    ]  # fmt: skip


def test_the_reports_of_a_drawer_are_numbered_and_copies_counted(clinic: SmallClinic) -> None:
    clinic.desk.do(print_x_report, 1)
    for z_no in (1, 2):
        clinic.desk.do(begin_count, 1)
        clinic.desk.do(record_count, 1, FLOAT)
        assert clinic.desk.do(close_till, 1, float_left_cents=15000).z_no == z_no
        clinic.desk.do(open_till, 1, FLOAT)
    with pytest.raises(RefusedError, match="Print an X report instead"):
        clinic.desk.do(reprint_z_report, 3)
    for _ in range(2):
        clinic.desk.do(reprint_z_report, 1)
    jobs = clinic.desk.ask(lambda read: read.session.scalars(select(PrintJob).order_by(PrintJob.id)).all())
    assert [(job.title, job.kind, job.till_id, job.session_id, job.copy_no) for job in jobs] == [
        ("X report", "x_report", 1, 1, 0), ("Z report 1", "z_report", 1, 1, 0), ("Z report 2", "z_report", 1, 2, 0),
        ("Z report 1 copy 1", "z_report", 1, 1, 1), ("Z report 1 copy 2", "z_report", 1, 1, 2),
    ]  # fmt: skip
    assert "COPY 2" in jobs[-1].text
    assert "Z REPORT 1" in jobs[-1].text
    assert all(job.content for job in jobs)


def test_the_change_to_order_is_printed_after_the_close(clinic: SmallClinic) -> None:
    clinic.desk.do(pass_open_items, 1, {})
    clinic.desk.do(type_card_batch, 1, "77", 0)
    clinic.desk.do(compare_checks, 1, ChecksInput(()))
    clinic.desk.do(count_cash, 1, FLOAT)
    clinic.desk.do(choose_float, 1, 10000, print_order=True)
    done = clinic.desk.do(finish_close, 1, deposit_now=True)
    assert (done.deposit_now, done.checks, done.batch_id) == (True, 0, 1)
    assert clinic.desk.ask(slip) == ("Float and bank slip", 1, 1, [
        "Float and bank", "Drawer Drawer 1", *HEAD, "Leave in the drawer", "3 x $20 $60 00", "6 x $5 $30 00",
        "10 x $1 $10 00", "Total $100 00", "Take out for the bank", "2 x $20 $40 00", "2 x $5 $10 00", "Total $50 00",
        "Ask the bank for", "4 x $10 $40 00", "2 x $5 $10 00", "10 x $1 $10 00", "1 roll of quarters $10 00",
        "1 roll of dimes $5 00", "1 roll of nickels $2 00", "1 roll of pennies $0 50", "Total $77 50", "Received",
    ])  # fmt: skip
    assert [line.words for line in done.order] == [
        "4 × $10", "2 × $5", "10 × $1", "1 roll of quarters", "1 roll of dimes", "1 roll of nickels",
        "1 roll of pennies",
    ]  # fmt: skip


@pytest.mark.parametrize(("checks", "cards"), [(-1, 0), (0, -1), (LIMIT + 1, 0), (0, LIMIT + 1)])
def test_sums_of_checks_and_cards_that_cannot_be_are_refused(clinic: SmallClinic, checks: int, cards: int) -> None:
    clinic.desk.do(begin_count, 1)
    with pytest.raises(InputError, match="cannot be negative or so large") as refused:
        clinic.desk.do(record_count, 1, FLOAT, checks_cents=checks, cards_cents=cards)
    assert refused.value.field == "checks"
    done = clinic.desk.do(record_count, 1, FLOAT, checks_cents=LIMIT, cards_cents=LIMIT)
    assert (done.checks_cents, done.cards_cents) == (LIMIT, LIMIT)


def test_counts_of_the_day_before_do_not_count(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    for _ in range(2):
        clinic.desk.do(record_count, 1, FLOAT)
    clinic.desk.do(close_till, 1, float_left_cents=15000)
    clinic.desk.do(open_till, 1, FLOAT)
    clinic.desk.do(begin_count, 1)
    assert clinic.desk.do(record_count, 1, FLOAT).may_recount
    assert clinic.desk.ask(lambda read: read.session.scalars(select(Investigation)).all()) == []


def test_an_empty_drawer_is_expected_to_be_empty(clinic: SmallClinic) -> None:
    clinic.desk.do(pay_out, 1, 15000, key=key(), reason="Courier")
    clinic.desk.actor_id = LEO
    seen = clinic.desk.do(spot_check, 1, {}, reason="Noon count")
    assert (seen.counted_cents, seen.expected_cents, seen.over_short_cents) == (0, 0, 0)
    clinic.desk.actor_id = MAYA
    given = clinic.desk.do(count_for_handover, 1, {})
    assert (given.counted_cents, given.expected_cents, given.needs_reason) == (0, 0, False)


def test_a_count_stands_beside_what_checks_and_cards_should_be(clinic: SmallClinic) -> None:
    for tender in (check(4000), check(2500, "77"), card(1500)):
        pay(clinic, tender)
    clinic.desk.do(begin_count, 1)
    done = clinic.desk.do(record_count, 1, FLOAT, checks_cents=6000, cards_cents=1000)
    assert (done.checks_expected, done.checks_expected_cents, done.checks_cents) == (2, 6500, 6000)
    assert (done.cards_expected_cents, done.cards_cents) == (1500, 1000)


@pytest.mark.parametrize(("cents", "fits"), [(LIMIT, True), (-LIMIT, True), (LIMIT + 1, False), (-LIMIT - 1, False)])
def test_the_terminals_total_has_a_limit_both_ways(clinic: SmallClinic, cents: int, fits: bool) -> None:
    clinic.desk.do(pass_open_items, 1, {})
    if fits:
        cards = clinic.desk.do(type_card_batch, 1, "77", cents).cards
        assert cards is not None
        assert cards.terminal_cents == cents
        return
    with pytest.raises(InputError, match="larger than") as refused:
        clinic.desk.do(type_card_batch, 1, "77", cents)
    assert refused.value.field == "terminal_total"


def test_a_close_says_whether_somebody_else_works_here(clinic: SmallClinic) -> None:
    assert clinic.desk.ask(close_state, 1).others

    def alone(work: Work) -> None:
        for staff_id in (LEO, MANAGER):
            work.get(StaffMember, staff_id).active = False

    clinic.desk.do(alone)
    assert not clinic.desk.ask(close_state, 1).others


def test_a_drawers_name_has_forty_letters_at_most(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(change_till, 1, TillInput("D" * 40, 0))
    with pytest.raises(InputError, match="40 letters at most"):
        clinic.desk.do(change_till, 1, TillInput("D" * 41, 0))


@pytest.mark.parametrize(("cents", "fits"), [(0, True), (1_000_000, True), (-1, False), (1_000_001, False)])
def test_the_float_of_a_drawer_has_bounds(clinic: SmallClinic, cents: int, fits: bool) -> None:
    clinic.desk.actor_id = MANAGER
    if fits:
        clinic.desk.do(change_till, 1, TillInput("Drawer 1", cents))
        return
    with pytest.raises(InputError) as refused:
        clinic.desk.do(change_till, 1, TillInput("Drawer 1", cents))
    assert refused.value.field == "float"


def test_the_card_batch_keeps_why_it_differs(clinic: SmallClinic) -> None:
    clinic.desk.do(pass_open_items, 1, {})
    clinic.desk.do(type_card_batch, 1, "77", 100, reason=" Tip was split ")
    clinic.desk.do(compare_checks, 1, ChecksInput(()))
    clinic.desk.do(count_cash, 1, FLOAT)
    clinic.desk.do(choose_float, 1, 15000, print_order=False)
    clinic.desk.do(finish_close, 1, deposit_now=False)
    batch = clinic.desk.ask(lambda read: read.session.scalars(select(CardBatch)).one())
    assert (batch.batch_no, batch.terminal_cents, batch.expected_cents) == ("77", 100, 0)
    assert batch.reason == "Tip was split"
