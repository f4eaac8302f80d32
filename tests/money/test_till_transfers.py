"""Cash between two drawers: sent, accepted or declined by someone else, and counted back in."""

from __future__ import annotations

import pytest

from psc_desk.errors import AccessError, InputError, RefusedError, SecondPersonNeeded
from psc_desk.models.staff import Right, StaffMember
from psc_desk.models.till import TillTransfer
from psc_desk.queries.transfers import answer_start, pending_transfers, send_start, transfers
from psc_desk.queries.variance import variance_report
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, close_till, print_x_report, record_count
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)
from psc_desk.work import Work
from tests.money.conftest import FLOAT
from tests.money.support import cash, key, pay, wrong
from tests.support.clinic import LEO, MANAGER, MAYA, SmallClinic

FORTY = {2000: 2}
OF_LEO = Approval(LEO, "2345")


def send(clinic: SmallClinic, pieces: dict[int, int] | None = None, with_key: str = "") -> int:
    return clinic.desk.do(send_transfer, TransferInput(with_key or key(), 1, 2, pieces or FORTY, "Small notes"))


def held(clinic: SmallClinic) -> tuple[int, int, int]:
    balances = clinic.desk.ask(account_balances)
    return balances.get("drawer:1", 0), balances.get("drawer:2", 0), balances.get("cash_in_transit", 0)


def test_sent_cash_is_in_transit_until_the_other_counts_it_in(two: SmallClinic) -> None:
    done = send(two)
    assert held(two) == (11000, 5000, 4000)
    assert wrong(two.desk) == []
    two.desk.actor_id = LEO
    two.desk.do(accept_transfer, done, FORTY, key=key())
    assert held(two) == (11000, 9000, 0)
    assert two.desk.ask(transfers)[0].answered_by == "Leo Marsh"
    assert wrong(two.desk) == []


def test_a_double_click_sends_and_accepts_once(two: SmallClinic) -> None:
    again = key()
    assert send(two, with_key=again) == send(two, with_key=again)
    two.desk.actor_id = LEO
    for _ in range(2):
        two.desk.do(accept_transfer, 1, FORTY, key="once")
    assert held(two) == (11000, 9000, 0)
    with pytest.raises(RefusedError, match="accepted already"):
        two.desk.do(accept_transfer, 1, FORTY, key=key())


def test_the_sender_needs_the_pin_of_someone_else(two: SmallClinic) -> None:
    done = send(two)
    assert two.desk.ask(answer_start, done).own
    with pytest.raises(InputError, match="Someone else must answer"):
        two.desk.do(accept_transfer, done, FORTY, key=key(), reason="I carry it")
    with pytest.raises(InputError, match="Someone else must answer"):
        two.desk.do(accept_transfer, done, FORTY, key=key(), witness=Approval(MAYA, "1234"))
    with pytest.raises(InputError, match="not the PIN of Leo Marsh"):
        two.desk.do(accept_transfer, done, FORTY, key=key(), witness=Approval(LEO, "0000"))
    two.desk.do(accept_transfer, done, FORTY, key=key(), witness=OF_LEO)
    assert held(two) == (11000, 9000, 0)


def test_a_person_alone_accepts_with_a_reason(two: SmallClinic) -> None:
    done = send(two)

    def only_maya(work: Work) -> None:
        for staff_id in (LEO, MANAGER):
            work.get(StaffMember, staff_id).active = False

    two.desk.do(only_maya)
    with pytest.raises(InputError, match="Nobody else works a drawer"):
        two.desk.do(accept_transfer, done, FORTY, key=key())
    two.desk.do(accept_transfer, done, FORTY, key=key(), reason="Alone on Saturday")
    assert wrong(two.desk) == []


def test_a_count_that_differs_is_declined_and_counted_back_in(two: SmallClinic) -> None:
    done = send(two)
    two.desk.actor_id = LEO
    with pytest.raises(InputError, match=r"You counted \$20.00, but \$40.00 was sent"):
        two.desk.do(accept_transfer, done, {2000: 1}, key=key())
    with pytest.raises(InputError, match="Say why it is declined"):
        two.desk.do(decline_transfer, done, reason=" ")
    two.desk.do(decline_transfer, done, reason="I counted $39.00")
    assert held(two) == (11000, 5000, 4000)
    two.desk.actor_id = MAYA
    with pytest.raises(InputError, match=r"You counted \$39.00, \$40.00 was sent"):
        two.desk.do(take_back_transfer, done, {2000: 1, 1000: 1, 500: 1, 100: 4}, key=key())
    short = two.desk.do(take_back_transfer, done, {2000: 1, 1000: 1, 500: 1, 100: 4}, key=key(), reason="Miscounted")
    assert short == -100
    assert held(two) == (14900, 5000, 0)
    told = two.desk.ask(variance_report).differences
    assert [(row.kind, row.person, row.over_short_cents) for row in told] == [("transfer", "Maya Okafor", -100)]
    assert wrong(two.desk) == []


def test_a_large_loss_on_the_way_takes_a_second_person_and_is_looked_into(two: SmallClinic) -> None:
    done = send(two)
    two.desk.actor_id = LEO
    two.desk.do(decline_transfer, done, reason="The envelope is empty")
    two.desk.actor_id = MAYA
    with pytest.raises(SecondPersonNeeded):
        two.desk.do(take_back_transfer, done, {}, key=key(), reason="Lost")
    two.desk.do(take_back_transfer, done, {}, key=key(), reason="Lost", approval=OF_LEO)
    assert [row.investigation for row in two.desk.ask(variance_report).differences] == ["open"]
    assert wrong(two.desk) == []


def test_only_the_sender_or_a_lead_counts_it_back_in(two: SmallClinic) -> None:
    two.desk.actor_id = LEO
    done = two.desk.do(send_transfer, TransferInput(key(), 2, 1, {500: 2}))
    two.desk.actor_id = MAYA
    two.desk.do(decline_transfer, done, reason="Not needed")
    with pytest.raises(RefusedError, match="Leo Marsh sent this cash"):
        two.desk.do(take_back_transfer, done, {500: 2}, key=key())


def test_neither_drawer_closes_while_cash_is_on_its_way(two: SmallClinic) -> None:
    done = send(two)
    for till_id in (1, 2):
        with pytest.raises(RefusedError, match=r"\$40.00 sent from Drawer 1 by Maya Okafor waits to be accepted"):
            two.desk.do(begin_count, till_id)
    two.desk.do(decline_transfer, done, reason="Not needed", witness=OF_LEO)
    with pytest.raises(RefusedError, match="waits to be counted back into Drawer 1"):
        two.desk.do(begin_count, 2)
    two.desk.do(take_back_transfer, done, FORTY, key=key())
    two.desk.do(begin_count, 1)
    two.desk.do(record_count, 1, FLOAT)
    assert two.desk.do(close_till, 1, float_left_cents=15000).over_short_cents == 0


def test_the_database_itself_refuses_a_close_over_cash_on_its_way(two: SmallClinic) -> None:
    send(two)

    def by_force(work: Work) -> None:
        work.session.connection().exec_driver_sql("UPDATE till_session SET status = 'closed' WHERE till_id = 2")

    with pytest.raises(RefusedError, match="cannot be closed while cash is on its way"):
        two.desk.do(by_force)


def test_an_answered_transfer_cannot_be_changed(two: SmallClinic) -> None:
    done = send(two)
    two.desk.do(accept_transfer, done, FORTY, key=key(), witness=OF_LEO)

    def by_force(work: Work) -> None:
        work.get(TillTransfer, done).cents = 1
        work.session.flush()

    with pytest.raises(RefusedError, match="cannot be changed"):
        two.desk.do(by_force)


def test_more_than_the_drawer_holds_is_not_sent(two: SmallClinic) -> None:
    with pytest.raises(RefusedError, match="does not hold that much"):
        send(two, {10000: 2})
    with pytest.raises(InputError, match="Count what you send"):
        two.desk.do(send_transfer, TransferInput(key(), 1, 2, {2000: 0}))


def test_cash_goes_only_to_another_open_drawer(two: SmallClinic) -> None:
    with pytest.raises(InputError, match="another drawer"):
        two.desk.do(send_transfer, TransferInput(key(), 1, 1, FORTY))
    two.desk.actor_id = LEO
    two.desk.do(begin_count, 2)
    with pytest.raises(RefusedError, match="being counted"):
        two.desk.do(send_transfer, TransferInput(key(), 1, 2, FORTY))
    assert two.desk.ask(send_start, 1).receivers == ()
    two.desk.do(record_count, 2, {500: 10})
    two.desk.do(close_till, 2, float_left_cents=5000)
    with pytest.raises(RefusedError, match="Drawer 2 is closed"):
        two.desk.do(send_transfer, TransferInput(key(), 1, 2, FORTY))


def test_somebody_without_the_right_sends_nothing(two: SmallClinic) -> None:
    def provider(work: Work) -> None:
        work.get(StaffMember, MAYA).role = "provider"  # type: ignore[assignment]  # stored as its text

    two.desk.do(provider)
    with pytest.raises(AccessError, match=Right.OPEN_DRAWER.value):
        send(two)


def test_sent_cash_waiting_over_midnight_can_still_be_answered(two: SmallClinic) -> None:
    done = send(two)
    two.clock.advance(hours=14)
    with pytest.raises(RefusedError, match="left open on Wednesday"):
        pay(two, cash(100))
    two.desk.do(accept_transfer, done, FORTY, key=key(), witness=OF_LEO)
    assert two.desk.ask(pending_transfers) == []
    assert wrong(two.desk) == []


def test_the_x_report_shows_what_was_sent_and_taken(two: SmallClinic) -> None:
    done = send(two)
    two.desk.do(accept_transfer, done, FORTY, key=key(), witness=OF_LEO)
    texts = [two.desk.ask(_text_of, two.desk.do(print_x_report, till_id)) for till_id in (1, 2)]
    assert "Transfer: To Drawer 2" in texts[0]
    assert "-$40.00" in texts[0]
    assert "Transfer: From Drawer 1" in texts[1]


def _text_of(read: object, job_id: int) -> str:
    from psc_desk.models.print_job import PrintJob

    return read.get(PrintJob, job_id).text  # type: ignore[attr-defined, no-any-return]  # a Read
