"""Several drawers, counts during the day, nights, daylight saving, and what makes a drawer spring open."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from psc_desk.errors import AccessError, InputError, RefusedError, SecondPersonNeeded
from psc_desk.models.ledger import Account, JournalEntry, Line
from psc_desk.models.till import TillCount, TillOpening
from psc_desk.queries.counter import own_drawer
from psc_desk.queries.money import payments
from psc_desk.queries.spot_checks import spot_checks
from psc_desk.queries.tills import sessions, till, tills
from psc_desk.queries.variance import variance_report
from psc_desk.queries.verify import account_balances
from psc_desk.settings import DRAWER_OPENS_FOR, DROP_PROMPT_CENTS
from psc_desk.usecases.ledger import post
from psc_desk.usecases.payments import TenderInput, refund_payment, void_payment
from psc_desk.usecases.settings import set_setting
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import (
    begin_count,
    close_till,
    drop,
    go_on_past_midnight,
    open_till,
    pay_in,
    record_count,
    spot_check,
)
from psc_desk.usecases.tills import TillInput, add_till, change_till, end_till, use_till
from psc_desk.work import Desk, Read, Work
from tests.money.conftest import FLOAT
from tests.money.support import card, cash, check, key, pay, wrong
from tests.support.clinic import LEO, MANAGER, MAYA, SmallClinic

ANA = Approval(MANAGER, "3456")
TUESDAY_LATE = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)
"""11:30 pm of Tuesday 2026-03-03 in New York."""


def close(clinic: SmallClinic, pieces: dict[int, int], left: int = 0, till_id: int = 1) -> None:
    clinic.desk.do(begin_count, till_id)
    clinic.desk.do(record_count, till_id, pieces)
    clinic.desk.do(close_till, till_id, float_left_cents=left, reason="Not known", approval=ANA)


def managed(clinic: SmallClinic) -> Desk:
    clinic.desk.actor_id = MANAGER
    return clinic.desk


# several drawers


def test_two_drawers_have_a_session_each(clinic: SmallClinic) -> None:
    other = managed(clinic).do(add_till, TillInput("Back drawer", 5000))
    clinic.desk.do(open_till, other, {500: 10})
    assert [(row.name, row.status, row.float_cents) for row in clinic.desk.ask(tills)] == [
        ("Drawer 1", "open", 15000), ("Back drawer", "open", 5000),
    ]  # fmt: skip
    close(clinic, {500: 10}, 5000, other)
    assert clinic.desk.ask(till, 1).status == "open"
    assert wrong(clinic.desk) == []


def test_each_desk_chooses_its_drawer_and_two_may_share_one(clinic: SmallClinic) -> None:
    other = managed(clinic).do(add_till, TillInput("Back drawer", 5000))
    second = Desk(clinic.desk.engine, clinic.clock, name="Desk 2", head=clinic.desk.head)
    second.actor_id = MANAGER
    second.do(use_till, other)
    assert (clinic.desk.ask(own_drawer).till.name, second.ask(own_drawer).till.name) == ("Drawer 1", "Back drawer")
    second.do(use_till, 1)
    pay(clinic, cash(1000))
    assert second.ask(own_drawer).till.cash_count == 1


def test_a_drawer_is_renamed_and_its_float_changed(clinic: SmallClinic) -> None:
    managed(clinic).do(change_till, 1, TillInput(" Front  desk ", 20000))
    row = clinic.desk.ask(till, 1)
    assert (row.name, row.standard_float_cents, row.float_cents) == ("Front desk", 20000, 15000)


@pytest.mark.parametrize(("name", "cents", "field"), [("", 0, "name"), ("drawer 1", 0, "name"), ("Two", -1, "float")])
def test_a_drawer_needs_a_name_of_its_own_and_a_float(clinic: SmallClinic, name: str, cents: int, field: str) -> None:
    with pytest.raises(InputError) as refused:
        managed(clinic).do(add_till, TillInput(name, cents))
    assert refused.value.field == field


def test_only_a_closed_empty_unused_drawer_is_ended(clinic: SmallClinic) -> None:
    desk = managed(clinic)
    with pytest.raises(RefusedError, match="is open"):
        desk.do(end_till, 1)
    close(clinic, FLOAT, 15000)
    with pytest.raises(RefusedError, match=r"holds a float of \$150.00"):
        desk.do(end_till, 1)
    desk.do(open_till, 1, FLOAT)
    close(clinic, FLOAT, 0)
    with pytest.raises(RefusedError, match="the drawer of Desk 1"):
        desk.do(end_till, 1)
    desk.do(use_till, desk.do(add_till, TillInput("Drawer 2", 5000)))
    desk.do(end_till, 1)
    assert [row.name for row in desk.ask(tills)] == ["Drawer 2"]
    assert [row.till for row in desk.ask(sessions)] == ["Drawer 1", "Drawer 1"]
    for again in (open_till, use_till):
        with pytest.raises(RefusedError, match="was ended"):
            desk.do(again, 1, *([FLOAT] if again is open_till else []))


def test_the_last_drawer_stays(clinic: SmallClinic) -> None:
    desk = managed(clinic)
    other = desk.do(add_till, TillInput("Drawer 2", 5000))
    desk.do(end_till, other)
    with pytest.raises(RefusedError, match="was ended already"):
        desk.do(end_till, other)
    close(clinic, FLOAT, 0)
    with pytest.raises(RefusedError, match="the drawer of Desk 1"):
        desk.do(end_till, 1)


# opening


def test_a_large_opening_difference_takes_a_second_person(clinic: SmallClinic) -> None:
    close(clinic, FLOAT, 15000)
    short = FLOAT | {2000: 4}
    with pytest.raises(SecondPersonNeeded):
        clinic.desk.do(open_till, 1, short, reason="A note is missing")
    clinic.desk.do(open_till, 1, short, reason="A note is missing", approval=Approval(LEO, "2345"))
    entry = clinic.desk.ask(lambda read: read.session.scalars(
        select(JournalEntry).where(JournalEntry.kind == "float").order_by(JournalEntry.id.desc())).first())  # fmt: skip
    assert entry is not None
    assert (entry.approved_by, entry.reason) == (LEO, "A note is missing")
    assert [(row.kind, row.over_short_cents) for row in clinic.desk.ask(variance_report).differences] == [
        ("opening", -2000)
    ]
    assert wrong(clinic.desk) == []


def test_every_count_keeps_what_was_expected_and_why(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    clinic.desk.do(spot_check, 1, FLOAT, reason="Noon count")
    close(clinic, FLOAT, 15000)
    assert clinic.desk.ask(_counts) == [
        ("opening", 0, 15000, ""), ("mid", 17500, 15000, "Noon count"), ("closing", 17500, 15000, ""),
        ("float", 15000, 15000, ""),
    ]  # fmt: skip


# during the day


def test_a_count_during_the_day_is_blind_and_moves_nothing(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    seen = clinic.desk.do(spot_check, 1, FLOAT, reason="Unannounced count")
    assert (seen.counted_cents, seen.expected_cents, seen.over_short_cents) == (15000, None, None)
    clinic.desk.actor_id = LEO
    assert clinic.desk.do(spot_check, 1, FLOAT, reason="Noon count").over_short_cents == -2500
    assert clinic.desk.ask(account_balances)["drawer:1"] == 17500
    with pytest.raises(InputError, match="Say why"):
        clinic.desk.do(spot_check, 1, FLOAT, reason=" ")
    assert wrong(clinic.desk) == []


def test_counts_during_the_day_are_listed_for_who_may_see_what_was_expected(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    clinic.desk.do(spot_check, 1, FLOAT, reason="Unannounced count")
    with pytest.raises(AccessError, match="see the expected cash"):
        clinic.desk.ask(spot_checks)
    clinic.desk.actor_id = LEO
    clinic.desk.do(spot_check, 1, FLOAT | {2000: 6, 500: 9}, reason="Noon count")
    assert [(row.counted_by, row.till, row.at.hour, row.over_short_cents, row.reason)
            for row in clinic.desk.ask(spot_checks)] == [
        ("Leo Marsh", "Drawer 1", 12, 0, "Noon count"), ("Maya Okafor", "Drawer 1", 12, -2500, "Unannounced count"),
    ]  # fmt: skip


def test_much_cash_prompts_for_a_drop(clinic: SmallClinic) -> None:
    managed(clinic).do(set_setting, DROP_PROMPT_CENTS, 14000)
    clinic.desk.actor_id = MAYA
    assert clinic.desk.do(spot_check, 1, FLOAT, reason="Noon count").drop_due
    assert not clinic.desk.do(spot_check, 1, {2000: 7}, reason="Noon count").drop_due


# nights


def overnight(clinic: SmallClinic) -> None:
    """The drawer of Tuesday, and it is half past midnight of Wednesday."""
    close(clinic, FLOAT, 15000)
    clinic.clock.instant = TUESDAY_LATE
    clinic.desk.do(open_till, 1, FLOAT)
    pay(clinic, cash(1000))
    clinic.clock.advance(hours=1)


def test_a_drawer_left_open_takes_no_money_until_somebody_goes_on(clinic: SmallClinic) -> None:
    overnight(clinic)
    assert (clinic.desk.ask(till, 1).stale, clinic.desk.ask(till, 1).may_go_on) == (True, True)
    for use in (lambda: pay(clinic, card(500)), lambda: clinic.desk.do(drop, 1, 100, key=key())):
        with pytest.raises(RefusedError, match="left open on Tuesday, March 3 and takes no money"):
            use()
    with pytest.raises(InputError, match="under the date of Tuesday"):
        clinic.desk.do(go_on_past_midnight, 1, " ")
    clinic.desk.do(go_on_past_midnight, 1, "The clinic is open until one")
    done = pay(clinic, cash(500))
    assert not clinic.desk.ask(till, 1).stale
    with pytest.raises(RefusedError, match="needs no such choice"):
        clinic.desk.do(go_on_past_midnight, 1, "Again")
    row = next(one for one in clinic.desk.ask(payments) if one.payment_id == done.payment_id)
    assert row.amount_cents == 500
    assert clinic.desk.ask(_days_of_entries) == {date(2026, 3, 3), date(2026, 3, 4)}
    assert clinic.desk.ask(_day_of_newest) == date(2026, 3, 3)
    close(clinic, FLOAT | {500: 11}, 15000)
    assert clinic.desk.ask(sessions)[0].business_date == date(2026, 3, 3)
    assert wrong(clinic.desk) == []


def test_a_drawer_left_open_is_counted_and_closed_under_its_own_date(clinic: SmallClinic) -> None:
    overnight(clinic)
    close(clinic, FLOAT | {500: 10}, 15000)
    clinic.desk.do(open_till, 1, FLOAT)
    assert [row.business_date for row in clinic.desk.ask(sessions)][:2] == [date(2026, 3, 4), date(2026, 3, 3)]


def test_a_drawer_left_open_for_days_can_only_be_closed(clinic: SmallClinic) -> None:
    overnight(clinic)
    clinic.desk.do(go_on_past_midnight, 1, "Late clinic")
    clinic.clock.advance(days=1)
    assert (clinic.desk.ask(till, 1).stale, clinic.desk.ask(till, 1).may_go_on) == (True, False)
    with pytest.raises(RefusedError, match="longer than a shift"):
        clinic.desk.do(go_on_past_midnight, 1, "Forgotten")
    with pytest.raises(RefusedError, match="left open on Tuesday"):
        pay(clinic, cash(100))


@pytest.mark.parametrize(
    ("before", "after", "day"),
    [
        (datetime(2026, 3, 8, 4, 59, tzinfo=UTC), datetime(2026, 3, 8, 5, 1, tzinfo=UTC), date(2026, 3, 7)),
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), datetime(2026, 3, 9, 4, 1, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), datetime(2026, 11, 2, 5, 1, tzinfo=UTC), date(2026, 11, 1)),
    ],
    ids=["before the spring change", "after the spring change", "after the autumn change"],
)
def test_the_day_ends_at_midnight_of_the_wall_clock(
    clinic: SmallClinic, before: datetime, after: datetime, day: date
) -> None:
    close(clinic, FLOAT, 15000)
    clinic.clock.instant = before
    clinic.desk.do(open_till, 1, FLOAT)
    assert not clinic.desk.ask(till, 1).stale
    clinic.clock.instant = after
    row = clinic.desk.ask(till, 1)
    assert (row.stale, row.business_date) == (True, day)


def test_the_hour_that_comes_twice_is_one_day(clinic: SmallClinic) -> None:
    close(clinic, FLOAT, 15000)
    clinic.clock.instant = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    clinic.desk.do(open_till, 1, FLOAT)
    clinic.clock.advance(hours=1)
    pay(clinic, cash(100))
    clinic.clock.advance(hours=22)
    assert not clinic.desk.ask(till, 1).stale


# springs


@pytest.mark.parametrize(
    ("tender", "opens_for", "springs"),
    [
        (cash(1000), ["cash", "check"], True), (check(1000), ["cash", "check"], True),
        (card(1000), ["cash", "check"], False), (card(1000), ["card"], True), (cash(1000), ["card"], False),
    ],
)  # fmt: skip
def test_the_drawer_opens_for_the_tenders_of_the_rule(
    clinic: SmallClinic, tender: TenderInput, opens_for: list[str], springs: bool
) -> None:
    managed(clinic).do(set_setting, DRAWER_OPENS_FOR, opens_for)
    pay(clinic, tender)
    assert clinic.desk.ask(_springs, "payment") == int(springs)


@pytest.mark.parametrize(("tender", "springs"), [(cash(1000), 1), (card(1000), 0), (check(1000), 0)])
def test_money_given_back_opens_the_drawer_for_cash_only(
    clinic: SmallClinic, tender: TenderInput, springs: int
) -> None:
    managed(clinic).do(set_setting, DRAWER_OPENS_FOR, ["card"])
    done = pay(clinic, tender)
    clinic.desk.do(refund_payment, done.payment_id, 400, key=key(), reason="Overpaid")
    assert clinic.desk.ask(_springs, "refund") == springs


@pytest.mark.parametrize("typed", [["cash", "gold"], [], ["  "]])
def test_the_rule_knows_only_cash_check_and_card(clinic: SmallClinic, typed: list[str]) -> None:
    with pytest.raises(InputError, match="The drawer opens for"):
        managed(clinic).do(set_setting, DRAWER_OPENS_FOR, typed)


# never below zero


def test_a_void_never_takes_more_than_the_drawer_holds(clinic: SmallClinic) -> None:
    done = pay(clinic, cash(4000))
    clinic.desk.do(drop, 1, 17000, key=key())
    with pytest.raises(RefusedError, match="not that much cash in the drawer"):
        clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong amount")
    clinic.desk.do(pay_in, 1, 2000, key=key(), reason="Change")
    clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong amount")
    assert clinic.desk.ask(account_balances)["drawer:1"] == 0
    assert wrong(clinic.desk) == []


def test_the_database_itself_refuses_a_drawer_below_zero(clinic: SmallClinic) -> None:
    def by_force(work: Work) -> None:
        post(work, "pay_out", [Line("drawer:1", -15001), Line(Account.SAFE, 15001)], key=key())

    with pytest.raises(RefusedError, match="cannot give more cash than it holds"):
        clinic.desk.do(by_force)


def _counts(read: Read) -> list[tuple[str, int | None, int, str]]:
    return [(c.kind, c.expected_cents, c.cash_cents, c.reason) for c in read.session.scalars(select(TillCount))]


def _springs(read: Read, kind: str) -> int:
    return read.session.scalar(select(func.count()).where(TillOpening.kind == kind)) or 0


def _days_of_entries(read: Read) -> set[date]:
    return set(read.session.scalars(select(JournalEntry.business_date)))


def _day_of_newest(read: Read) -> date | None:
    return read.session.scalar(select(JournalEntry.business_date).order_by(JournalEntry.id.desc()).limit(1))
