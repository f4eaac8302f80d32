"""What the other desks and the audit are told of what is done to a drawer."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from psc_desk.devices.jobs import JobState
from psc_desk.errors import RefusedError
from psc_desk.events import CashTransferred, DrawerKicked, Event
from psc_desk.models.audit import AuditRow
from psc_desk.models.print_job import PrintJob
from psc_desk.models.till import TillCount, TillOpening, TransferStatus
from psc_desk.queries.variance import variance_report
from psc_desk.usecases.closing import (
    ChecksInput,
    choose_float,
    close_state,
    compare_checks,
    count_cash,
    explain_difference,
    pass_open_items,
    type_card_batch,
)
from psc_desk.usecases.handover import count_for_handover, counted_for_handover, hand_over
from psc_desk.usecases.print_queue import mark_job
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import no_sale, pay_out, pulse_drawer, spot_check
from psc_desk.usecases.tills import TillInput, add_till, change_till, end_till, use_till
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)
from psc_desk.usecases.variance import end_investigation
from psc_desk.work import Desk, Read
from tests.money.conftest import FLOAT
from tests.money.support import check, key, pay
from tests.support.clinic import LEO, MANAGER, SmallClinic

OF_LEO, OF_ANA = Approval(LEO, "2345"), Approval(MANAGER, "3456")
FORTY = {2000: 2}


def send(two: SmallClinic) -> int:
    return two.desk.do(send_transfer, TransferInput(key(), 1, 2, FORTY))


def to_the_count(clinic: SmallClinic) -> None:
    clinic.desk.do(pass_open_items, 1, {})
    clinic.desk.do(type_card_batch, 1, "", 0)
    clinic.desk.do(compare_checks, 1, ChecksInput(()))


def told(clinic: SmallClinic) -> list[Event]:
    """What was published since it was last asked, without the details."""
    found = [event for event in clinic.happened if isinstance(event, CashTransferred)]
    clinic.happened.clear()
    return found


def sentences(read: Read) -> list[str]:
    return list(read.session.scalars(select(AuditRow.sentence).order_by(AuditRow.seq.desc())))


def test_both_desks_hear_of_each_step_of_a_transfer(two: SmallClinic) -> None:
    way = [CashTransferred(from_till_id=1, to_till_id=2)]
    done = send(two)
    assert told(two) == way
    two.desk.do(decline_transfer, done, reason="Torn note", witness=OF_LEO)
    assert told(two) == way
    two.desk.do(take_back_transfer, done, FORTY, key=key())
    assert told(two) == way
    two.desk.do(accept_transfer, send(two), FORTY, key=key(), witness=OF_LEO)
    assert told(two) == way * 2


def test_the_audit_says_who_stood_by(two: SmallClinic) -> None:
    done = send(two)
    two.desk.do(accept_transfer, done, FORTY, key=key(), witness=OF_LEO)
    took = "Maya Okafor took $40.00 from Drawer 1 into Drawer 2, Leo Marsh standing by with a PIN"
    assert took in two.desk.ask(sentences)
    two.desk.do(decline_transfer, send(two), reason="Torn note", witness=OF_LEO)
    said = "Maya Okafor declined $40.00 from Drawer 1, Leo Marsh standing by with a PIN"
    assert said in two.desk.ask(sentences)
    done = send(two)
    two.desk.actor_id = LEO
    two.desk.do(accept_transfer, done, FORTY, key=key())
    assert "Leo Marsh took $40.00 from Drawer 1 into Drawer 2" in two.desk.ask(sentences)


ANSWERED = {
    TransferStatus.SENT: "It is still on its way. Accept or decline it at the other drawer first.",
    TransferStatus.ACCEPTED: "It was accepted already.",
    TransferStatus.DECLINED: "It was declined and goes back to the sender's drawer.",
    TransferStatus.RETURNED: "It is back in the sender's drawer already.",
}


@pytest.mark.parametrize("status", ANSWERED)
def test_a_transfer_that_cannot_be_answered_says_where_it_stands(two: SmallClinic, status: TransferStatus) -> None:
    done = send(two)
    if status is TransferStatus.ACCEPTED:
        two.desk.do(accept_transfer, done, FORTY, key=key(), witness=OF_LEO)
    elif status is not TransferStatus.SENT:
        two.desk.do(decline_transfer, done, reason="Torn note", witness=OF_LEO)
    if status is TransferStatus.RETURNED:
        two.desk.do(take_back_transfer, done, FORTY, key=key())
    verb = (
        partial(take_back_transfer, pieces=FORTY, key=key())
        if status is TransferStatus.SENT
        else partial(decline_transfer, reason="Again", witness=OF_LEO)
    )
    with pytest.raises(RefusedError) as refused:
        two.desk.do(verb, done)
    assert str(refused.value) == ANSWERED[status]


def test_cash_that_never_came_back_is_short_in_full_on_the_slip(two: SmallClinic) -> None:
    done = send(two)
    two.desk.do(decline_transfer, done, reason="The envelope is empty", witness=OF_LEO)
    assert two.desk.do(take_back_transfer, done, {}, key=key(), reason="Lost", approval=OF_LEO) == -4000
    slip = two.desk.ask(lambda read: read.session.scalars(select(PrintJob.text).order_by(PrintJob.id.desc())).first())
    assert slip is not None
    rows = [" ".join(row.split()) for row in slip.split("\n")]
    assert "AMOUNT $0.00" in rows
    assert "SHORT $40.00" in rows


def test_the_outcome_of_a_difference_names_whose_it_is(clinic: SmallClinic) -> None:
    count = clinic.desk.do(count_for_handover, 1, {})
    clinic.desk.do(hand_over, count.count_id, OF_LEO, reason="Robbed", approval=OF_ANA)
    (row,) = clinic.desk.ask(variance_report).differences
    assert row.investigation_id is not None
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(end_investigation, row.investigation_id, " Told the police ")
    assert clinic.desk.ask(sentences)[0] == ("Ana Ruiz wrote the outcome for the difference of -$150.00 of Maya Okafor")
    (row,) = clinic.desk.ask(variance_report).differences
    assert row.outcome == "Told the police"


@pytest.mark.parametrize(("count", "said"), [(None, 1), (3, 3)])
def test_the_audit_says_how_many_checks_there_were(clinic: SmallClinic, count: int | None, said: int) -> None:
    pay(clinic, check(4000, "1042"))
    pay(clinic, check(2500, "77"))
    clinic.desk.do(pass_open_items, 1, {})
    first = clinic.desk.do(type_card_batch, 1, "", 0).checks[0].tender_id
    clinic.desk.do(compare_checks, 1, ChecksInput((first,), count=count, reason="Given back"))
    assert f"Maya Okafor compared the checks: {said} of 2" in clinic.desk.ask(sentences)


def test_a_drawer_that_another_desk_uses_is_not_ended(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    other = clinic.desk.do(add_till, TillInput("Drawer 2", 0))
    second = Desk(clinic.desk.engine, clinic.clock, name="Desk 2", head=clinic.desk.head)
    second.actor_id = MANAGER
    second.do(use_till, other)
    with pytest.raises(RefusedError, match=r"Drawer 2 is the drawer of Desk 2\. Choose"):
        clinic.desk.do(end_till, other)
    second.do(use_till, 1)
    clinic.desk.do(end_till, other)


def test_a_count_of_another_kind_is_not_handed_over(clinic: SmallClinic) -> None:
    clinic.desk.do(spot_check, 1, FLOAT, reason="Noon count")
    assert clinic.desk.ask(counted_for_handover, 1) is None
    spot = clinic.desk.ask(
        lambda read: read.session.scalars(select(TillCount.id).order_by(TillCount.id.desc())).first()
    )
    assert spot is not None
    with pytest.raises(RefusedError, match="Count it again"):
        clinic.desk.do(hand_over, spot, OF_LEO)
    assert clinic.desk.do(count_for_handover, 1, FLOAT).may_recount


def test_a_count_that_still_holds_is_found_again(clinic: SmallClinic) -> None:
    count = clinic.desk.do(count_for_handover, 1, FLOAT | {100: 9})
    assert count.may_recount
    assert clinic.desk.ask(counted_for_handover, 1) == count


def test_a_count_of_another_drawer_or_of_before_the_last_hand_over_does_not_hold(two: SmallClinic) -> None:
    two.desk.do(pay_out, 1, 10000, key=key(), reason="Courier")
    count = two.desk.do(count_for_handover, 1, {500: 10})
    assert two.desk.ask(counted_for_handover, 2) is None
    two.desk.do(hand_over, count.count_id, OF_LEO)
    two.desk.actor_id = LEO
    for given in (1, 2):
        assert two.desk.ask(counted_for_handover, given) is None
    assert two.desk.do(count_for_handover, 2, {500: 10}).may_recount
    assert two.desk.ask(counted_for_handover, 1) is None
    first = two.desk.do(count_for_handover, 1, {500: 10})
    assert first.may_recount
    two.desk.do(hand_over, first.count_id, OF_ANA)
    assert two.desk.ask(counted_for_handover, 1) is None
    held = two.desk.ask(counted_for_handover, 2)
    assert held is not None
    assert held.counted_cents == 5000


def test_what_was_left_open_keeps_its_reason(clinic: SmallClinic) -> None:
    clinic.desk.do(mark_job, pay(clinic, check(4000)).job_id, JobState.UNKNOWN)
    (item,) = clinic.desk.ask(close_state, 1).items
    state = clinic.desk.do(pass_open_items, 1, {item.key: "It came out"})
    assert state.typed("items") == {"reasons": {item.key: "It came out"}}


def test_the_devices_hear_of_each_spring_once(clinic: SmallClinic) -> None:
    clinic.happened.clear()
    clinic.desk.do(no_sale, 1, "Make change")
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(pulse_drawer, 1)
    ids = clinic.desk.ask(lambda read: read.session.scalars(select(TillOpening.id).order_by(TillOpening.id)).all())
    kicked = [event for event in clinic.happened if isinstance(event, DrawerKicked)]
    assert kicked == [DrawerKicked(till_id=1, opening_id=one) for one in ids[-2:]]


def test_the_audit_says_what_a_reason_explains_and_what_changed(clinic: SmallClinic) -> None:
    to_the_count(clinic)
    clinic.desk.do(count_cash, 1, {2000: 5, 500: 8})
    clinic.desk.do(explain_difference, 1, "Not known")
    assert clinic.desk.ask(sentences)[0] == "Maya Okafor gave the reason why the drawer is $10.00 short"
    clinic.desk.do(choose_float, 1, 10000, print_order=False)
    newest = clinic.desk.ask(lambda read: read.session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first())
    assert newest is not None
    assert (newest.sentence, newest.data) == (
        "Maya Okafor chose $100.00 as the float to leave", {"after": {"leave": "3 × $20, 8 × $5"}}
    )  # fmt: skip


def test_the_audit_keeps_what_a_drawer_was_called_before(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(change_till, 1, TillInput("Front", 20000))
    seen = len(clinic.desk.ask(sentences))
    clinic.desk.do(change_till, 1, TillInput("Front", 20000))
    assert len(clinic.desk.ask(sentences)) == seen
    newest = clinic.desk.ask(lambda read: read.session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first())
    assert newest is not None
    assert newest.data == {
        "before": {"name": "Drawer 1", "float": 15000}, "after": {"name": "Front", "float": 20000}
    }  # fmt: skip
