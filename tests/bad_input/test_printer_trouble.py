"""A printer that is off, out of paper, stalled or cut off mid-receipt: the money is right and no paper comes twice."""

from __future__ import annotations

import re

import pytest

from psc_desk.devices.jobs import JobState
from psc_desk.devices.printer import KickRefusedError
from psc_desk.devices.virtual import Roll
from psc_desk.queries.money import payments
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.payments import reprint_receipt
from psc_desk.usecases.print_queue import recover_jobs, settle_unknown
from tests.bad_input.printing import Chain
from tests.money.support import card, cash, pay, wrong


def receipts_on_paper(chain: Chain) -> list[str]:
    """The receipt numbers of the papers cut off, in order."""
    numbers = [re.findall(r"\b(10\d\d)\b", paper.text) for paper in chain.printer.papers()]
    return [found[0] for found in numbers if found]


def money_is_right(chain: Chain, *cents: int) -> None:
    """The payments are there once each, and the books prove themselves."""
    rows = chain.clinic.desk.ask(payments)
    assert [row.amount_cents for row in reversed(rows)] == list(cents)
    assert [row.receipt_no for row in reversed(rows)] == list(range(1001, 1001 + len(cents)))
    assert wrong(chain.clinic.desk) == []


def test_off_then_on_prints_by_itself_once_and_opens_no_drawer_late(chain: Chain) -> None:
    chain.switch_off()
    first = pay(chain.clinic, cash(2500, 4000))
    second = pay(chain.clinic, card(1000))
    row = chain.wait(first.job_id, JobState.FAILED_BEFORE_FIRST_BYTE)
    assert "receipt printer" in row.detail
    assert re.search(r"Check that|Switch|cable", row.detail)
    with pytest.raises(KickRefusedError, match="Open the drawer with its key"):
        chain.kicks[0].result(5)
    money_is_right(chain, 2500, 1000)
    assert chain.clinic.desk.ask(account_balances)["drawer:1"] == 17500
    chain.switch_on()
    chain.wake()
    chain.wait(second.job_id, JobState.PRINTED)
    assert receipts_on_paper(chain) == ["1001", "1002"]
    assert chain.printer.pulses() == []
    assert [chain.sent(done.job_id) for done in (first, second)] == [1, 1]


def test_out_of_paper_waits_for_a_roll(chain: Chain) -> None:
    chain.printer.set_roll(Roll.OUT)
    done = pay(chain.clinic, cash(2500))
    chain.until(lambda: (done.job_id, JobState.QUEUED) in chain.history)
    assert "out of paper" in chain.job(done.job_id).detail
    assert "Load a roll" in chain.job(done.job_id).detail
    money_is_right(chain, 2500)
    chain.printer.set_roll(Roll.OK)
    chain.wake()
    chain.wait(done.job_id, JobState.PRINTED)
    assert receipts_on_paper(chain) == ["1001"]


@pytest.mark.parametrize(
    "fault",
    [
        "at byte 60: stop reading",
        "at byte 300: stop reading",
        "at byte 300: reset connection",
        "at byte 900: reset connection",
        "at line 5: paper out",
        "at line 5: cover open",
        "at byte 300: power cycle",
        "at line 2: drop replies",
    ],
)
def test_trouble_in_the_middle_is_unknown_and_never_sent_again_by_itself(chain: Chain, fault: str) -> None:
    chain.printer.inject(fault)
    done = pay(chain.clinic, card(2500))
    row = chain.wait(done.job_id, JobState.UNKNOWN)
    assert "came out" in row.detail
    assert row.words == "unknown: did it come out?"
    money_is_right(chain, 2500)
    for _ in range(3):
        chain.wake()
    assert chain.clinic.desk.do(recover_jobs) == 0
    assert chain.sent(done.job_id) == 1
    assert len(receipts_on_paper(chain)) <= 1


def test_a_stalled_printer_holds_up_no_money(chain: Chain) -> None:
    chain.printer.inject("at byte 300: stop reading")
    done = [pay(chain.clinic, card(1000)) for _ in range(4)]
    chain.wait(done[0].job_id, JobState.UNKNOWN)
    money_is_right(chain, 1000, 1000, 1000, 1000)
    waiting = chain.wait(done[1].job_id, JobState.FAILED_BEFORE_FIRST_BYTE)
    assert "Switch it off and on" in waiting.detail
    chain.printer.resume_reading()
    chain.wake()
    chain.wait(done[3].job_id, JobState.PRINTED)
    assert [chain.sent(one.job_id) for one in done] == [1, 1, 1, 1]
    assert [row.state for row in reversed(chain.clinic.desk.ask(print_jobs))] == [JobState.UNKNOWN] + [
        JobState.PRINTED
    ] * 3
    assert sorted(receipts_on_paper(chain)) == ["1001", "1002", "1003", "1004"]


def test_a_receipt_cut_off_is_torn_off_before_the_next_and_sent_again_when_a_person_says_so(chain: Chain) -> None:
    chain.printer.inject("at byte 300: reset connection")
    torn = pay(chain.clinic, card(2500))
    chain.wait(torn.job_id, JobState.UNKNOWN)
    after = pay(chain.clinic, card(1000))
    chain.wait(after.job_id, JobState.PRINTED)
    assert receipts_on_paper(chain)[-1] == "1002"
    assert "25.00" not in chain.printer.papers()[-1].text
    copy = chain.clinic.desk.do(settle_unknown, torn.job_id, came_out=False)
    assert copy is not None
    chain.wake()
    chain.wait(copy, JobState.PRINTED)
    assert receipts_on_paper(chain)[-1] == "1001"
    assert "COPIA 1" in chain.printer.papers()[-1].text
    assert chain.sent(torn.job_id) == 1
    money_is_right(chain, 2500, 1000)


def test_a_receipt_that_did_come_out_is_reprinted_only_as_a_copy(chain: Chain) -> None:
    chain.printer.inject("at byte 300: stop reading")
    done = pay(chain.clinic, card(2500))
    chain.wait(done.job_id, JobState.UNKNOWN)
    chain.printer.resume_reading()
    assert [paper.number for paper in chain.printer.wait_for_papers(1, 5)] == [1]
    chain.clinic.desk.do(settle_unknown, done.job_id, came_out=True)
    copy = chain.clinic.desk.do(reprint_receipt, done.payment_id)
    row = chain.wait(copy, JobState.PRINTED)
    assert row.copy_no == 1
    assert ["COPIA 1" in paper.text for paper in chain.printer.papers() if paper.text.strip()] == [False, True]
    assert chain.sent(done.job_id) == 1
    money_is_right(chain, 2500)
