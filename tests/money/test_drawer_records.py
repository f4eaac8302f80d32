"""What stays of each thing done to a drawer: its slip, who did it and when, and that the drawer sprang open for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from psc_desk.errors import NotFoundError
from psc_desk.models.ledger import JournalEntry
from psc_desk.models.print_job import PrintJob
from psc_desk.models.till import TillHandover, TillOpening, TillTransfer
from psc_desk.usecases.handover import count_for_handover, hand_over
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import open_till, reprint_z_report
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
from tests.money.support import key
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


HEAD = ["At 03/04/2026 12:00 PM", "By Maya Okafor"]
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
        "Transfer accepted", "Drawer Drawer 2", "Number 1", "At 03/04/2026 12:01 PM", "By Maya Okafor", *WAY,
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
        "Transfer declined", "Drawer Drawer 2", "Number 1", "At 03/04/2026 12:01 PM", "By Maya Okafor", *WAY,
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
        "Transfer returned", "Drawer Drawer 1", "Number 1", "At 03/04/2026 12:01 PM", "By Maya Okafor", *WAY,
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
        "Hand-over", "Drawer Drawer 1", "Number 1", "At 03/04/2026 12:01 PM", "By Maya Okafor",
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
