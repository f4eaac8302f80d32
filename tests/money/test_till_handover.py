"""Shift change: the giver counts blind, the receiver confirms, and each answers for her own hours."""

from __future__ import annotations

import pytest

from psc_desk.errors import InputError, RefusedError, SecondPersonNeeded
from psc_desk.models.print_job import PrintJob
from psc_desk.queries.tills import till
from psc_desk.queries.variance import variance_report
from psc_desk.queries.verify import account_balances
from psc_desk.settings import VARIANCE_REPEATS
from psc_desk.usecases.handover import HandoverCount, count_for_handover, counted_for_handover, hand_over
from psc_desk.usecases.settings import set_setting
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, close_till, open_till, print_x_report, record_count
from psc_desk.usecases.variance import end_investigation
from psc_desk.work import Read
from tests.money.conftest import FLOAT
from tests.money.support import cash, pay, wrong
from tests.support.clinic import LEO, MANAGER, MAYA, SmallClinic

TO_LEO, TO_ANA, TO_MAYA = Approval(LEO, "2345"), Approval(MANAGER, "3456"), Approval(MAYA, "1234")
DOLLAR_SHORT = FLOAT | {100: 9}


def counted(clinic: SmallClinic, pieces: dict[int, int] | None = None) -> HandoverCount:
    return clinic.desk.do(count_for_handover, 1, FLOAT if pieces is None else pieces)


def text_of(read: Read, job_id: int) -> str:
    return read.get(PrintJob, job_id).text


def test_the_drawer_goes_to_the_next_person(clinic: SmallClinic) -> None:
    count = counted(clinic)
    assert (count.over_short_cents, count.needs_reason) == (0, False)
    done = clinic.desk.do(hand_over, count.count_id, TO_LEO)
    assert (done.receiver, done.over_short_cents) == ("Leo Marsh", 0)
    assert clinic.desk.ask(till, 1).holder == "Leo Marsh"
    assert clinic.desk.do(hand_over, count.count_id, TO_LEO) == done
    assert clinic.desk.ask(counted_for_handover, 1) is None
    slip = clinic.desk.ask(lambda read: read.session.query(PrintJob).order_by(PrintJob.id.desc()).first().text)
    assert "Given by" in slip
    assert "Maya Okafor" in slip
    assert "EXACT" in slip
    assert wrong(clinic.desk) == []


def test_the_difference_is_the_givers_and_booked_at_once(clinic: SmallClinic) -> None:
    count = counted(clinic, DOLLAR_SHORT)
    with pytest.raises(InputError, match="Say why"):
        clinic.desk.do(hand_over, count.count_id, TO_LEO)
    clinic.desk.do(hand_over, count.count_id, TO_LEO, reason="Wrong change given")
    balances = clinic.desk.ask(account_balances)
    assert (balances["drawer:1"], balances["cash_over_short"]) == (14900, 100)
    clinic.desk.actor_id = LEO
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, DOLLAR_SHORT)
    assert clinic.desk.do(close_till, 1, float_left_cents=14900).over_short_cents == 0
    people = {one.person: one.net_cents for one in clinic.desk.ask(variance_report).people}
    assert people == {"Maya Okafor": -100, "Leo Marsh": 0}
    assert wrong(clinic.desk) == []


def test_a_large_difference_takes_a_second_person_and_is_looked_into(clinic: SmallClinic) -> None:
    count = counted(clinic, FLOAT | {2000: 3, 500: 7})
    assert (count.over_short_cents, count.needs_approval) == (-4500, True)
    with pytest.raises(SecondPersonNeeded):
        clinic.desk.do(hand_over, count.count_id, TO_ANA, reason="Not known")
    clinic.desk.do(hand_over, count.count_id, TO_ANA, reason="Not known", approval=TO_LEO)
    (row,) = clinic.desk.ask(variance_report).differences
    assert (row.kind, row.why, row.investigation) == ("handover", "Above $20.00", "open")
    assert wrong(clinic.desk) == []


def test_one_recount_is_kept_and_no_third(clinic: SmallClinic) -> None:
    assert counted(clinic, DOLLAR_SHORT).may_recount
    assert not counted(clinic).may_recount
    with pytest.raises(RefusedError, match="counted twice already"):
        counted(clinic)
    going_on = clinic.desk.ask(counted_for_handover, 1)
    assert going_on is not None
    assert (going_on.counted_cents, going_on.pieces) == (15000, FLOAT)


def test_cash_that_moved_since_asks_for_a_new_count(clinic: SmallClinic) -> None:
    count = counted(clinic)
    pay(clinic, cash(2500))
    with pytest.raises(RefusedError, match="Cash moved in the drawer"):
        clinic.desk.do(hand_over, count.count_id, TO_LEO)
    assert clinic.desk.ask(counted_for_handover, 1) is None
    again = counted(clinic, FLOAT | {2000: 6, 500: 9})
    assert clinic.desk.do(hand_over, again.count_id, TO_LEO).over_short_cents == 0


def test_nobody_hands_a_drawer_to_herself_or_without_the_receivers_pin(clinic: SmallClinic) -> None:
    count = counted(clinic)
    with pytest.raises(InputError, match="to someone else"):
        clinic.desk.do(hand_over, count.count_id, TO_MAYA)
    with pytest.raises(InputError, match="not the PIN of Leo Marsh"):
        clinic.desk.do(hand_over, count.count_id, Approval(LEO, "1234"))
    assert clinic.desk.ask(till, 1).holder == "Maya Okafor"


def test_only_the_holder_gives_it_away_or_a_lead_for_her(clinic: SmallClinic) -> None:
    clinic.desk.do(hand_over, counted(clinic).count_id, TO_LEO)
    with pytest.raises(RefusedError, match="Leo Marsh answers for this drawer"):
        counted(clinic)
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(hand_over, counted(clinic).count_id, TO_ANA)
    assert clinic.desk.ask(till, 1).holder == "Ana Ruiz"
    assert wrong(clinic.desk) == []


def test_the_reports_name_who_had_the_drawer(clinic: SmallClinic) -> None:
    clinic.desk.do(hand_over, counted(clinic, DOLLAR_SHORT).count_id, TO_LEO, reason="Wrong change given")
    report = clinic.desk.ask(text_of, clinic.desk.do(print_x_report, 1))
    assert "Maya Okafor to Leo Marsh" in " ".join(report.split())
    assert "-$1.00" in report


def test_the_third_difference_within_thirty_days_is_looked_into(clinic: SmallClinic) -> None:
    for person, receiver in ((MAYA, TO_LEO), (LEO, TO_MAYA)) * 2:
        clinic.desk.actor_id = person
        _short_again(clinic, receiver)
    assert clinic.desk.ask(_open_ones) == []
    clinic.desk.actor_id = MAYA
    _short_again(clinic, TO_LEO)
    assert clinic.desk.ask(_open_ones) == [("Maya Okafor", "Difference 3 within 30 days")]
    clinic.desk.actor_id = LEO
    _short_again(clinic, TO_MAYA)
    clinic.desk.actor_id = MAYA
    _short_again(clinic, TO_LEO)
    assert [who for who, _ in clinic.desk.ask(_open_ones)] == ["Leo Marsh", "Maya Okafor"]


def test_after_the_outcome_differences_are_counted_anew(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(set_setting, VARIANCE_REPEATS, 2)
    for _ in range(2):
        clinic.desk.actor_id = MAYA
        _short_again(clinic, TO_LEO)
        clinic.desk.actor_id = LEO
        held = clinic.desk.ask(account_balances)["drawer:1"]
        clinic.desk.do(hand_over, clinic.desk.do(count_for_handover, 1, {100: held // 100}).count_id, TO_MAYA)
    (row,) = clinic.desk.ask(variance_report).differences[:1]
    assert row.investigation_id is not None
    clinic.desk.actor_id = MANAGER
    clinic.clock.advance(minutes=5)
    clinic.desk.do(end_investigation, row.investigation_id, "Trained anew")
    clinic.clock.advance(minutes=5)
    clinic.desk.actor_id = MAYA
    _short_again(clinic, TO_LEO)
    assert clinic.desk.ask(_open_ones) == []


def test_an_old_difference_no_longer_counts(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(set_setting, VARIANCE_REPEATS, 2)
    clinic.desk.actor_id = MAYA
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, DOLLAR_SHORT)
    clinic.desk.do(close_till, 1, float_left_cents=14900, reason="Not known")
    clinic.clock.advance(days=31)
    clinic.desk.do(open_till, 1, DOLLAR_SHORT)
    count = counted(clinic, FLOAT)
    clinic.desk.do(hand_over, count.count_id, TO_LEO, reason="Found it")
    assert clinic.desk.ask(_open_ones) == []
    assert [row.kind for row in clinic.desk.ask(variance_report).differences] == ["handover"]


def test_the_outcome_is_written_once_and_by_someone_else(clinic: SmallClinic) -> None:
    clinic.desk.do(hand_over, counted(clinic, {}).count_id, TO_LEO, reason="Robbed", approval=TO_ANA)
    (row,) = clinic.desk.ask(variance_report).differences
    assert row.investigation_id is not None
    clinic.desk.actor_id = LEO
    with pytest.raises(InputError, match="Write in a sentence"):
        clinic.desk.do(end_investigation, row.investigation_id, " ")
    clinic.desk.do(end_investigation, row.investigation_id, "Reported to the police")
    with pytest.raises(RefusedError, match="written already"):
        clinic.desk.do(end_investigation, row.investigation_id, "Found")
    assert [one.outcome for one in clinic.desk.ask(variance_report).differences] == ["Reported to the police"]


def test_nobody_looks_into_her_own_difference(clinic: SmallClinic) -> None:
    clinic.desk.do(hand_over, counted(clinic).count_id, TO_LEO)
    clinic.desk.actor_id = LEO
    clinic.desk.do(hand_over, counted(clinic, {}).count_id, TO_MAYA, reason="Not known", approval=TO_ANA)
    (row,) = clinic.desk.ask(variance_report).differences
    assert row.investigation_id is not None
    with pytest.raises(RefusedError, match="your own"):
        clinic.desk.do(end_investigation, row.investigation_id, "Nothing")


def _short_again(clinic: SmallClinic, receiver: Approval) -> None:
    held = clinic.desk.ask(account_balances)["drawer:1"] - 100
    count = clinic.desk.do(count_for_handover, 1, {100: held // 100})
    clinic.desk.do(hand_over, count.count_id, receiver, reason="Wrong change given")


def _open_ones(read: Read) -> list[tuple[str, str]]:
    return [(row.person, row.why) for row in variance_report(read).differences if row.investigation == "open"]
