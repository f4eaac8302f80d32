"""A closed month takes only correcting entries, dated later."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from psc_desk.errors import AccessError, InputError, RefusedError
from psc_desk.models.ledger import JournalEntry
from psc_desk.queries.months import months
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.charges import ChargeInput, post_charges, void_charge
from psc_desk.usecases.months import close_month
from psc_desk.usecases.till import begin_count, close_till, open_till, record_count
from psc_desk.work import Work
from tests.money.conftest import FLOAT
from tests.money.support import cash, charged_visit, key, pay, wrong
from tests.support.clinic import MANAGER, SmallClinic

MARCH = "2026-03"


def close_the_drawer(clinic: SmallClinic) -> None:
    """Count what was opened with, and close."""
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT)
    clinic.desk.do(close_till, 1, float_left_cents=15000)


@pytest.fixture
def march(clinic: SmallClinic) -> tuple[SmallClinic, int, int]:
    """March with a charge, its drawer closed; it is April 1 and the manager is signed in."""
    visit_id, (charge_id,) = charged_visit(clinic, "OV")
    close_the_drawer(clinic)
    clinic.clock.advance(days=28)
    clinic.desk.actor_id = MANAGER
    return clinic, visit_id, charge_id


def test_a_month_is_closed_and_says_who_and_what(march: tuple[SmallClinic, int, int]) -> None:
    clinic, *_ = march
    row = clinic.desk.ask(months)[0]
    assert (row.month, row.charges_cents, row.holds_up, row.closed_on) == (MARCH, 12000, "", None)
    clinic.desk.do(close_month, MARCH)
    row = clinic.desk.ask(months)[0]
    assert (row.closed_by, row.closed_on) == ("Ana Ruiz", date(2026, 4, 1))
    with pytest.raises(RefusedError, match="March 2026 is closed already"):
        clinic.desk.do(close_month, MARCH)


def test_a_charge_in_a_closed_month_needs_a_reason_and_is_dated_today(march: tuple[SmallClinic, int, int]) -> None:
    clinic, visit_id, charge_id = march
    clinic.desk.do(close_month, MARCH)
    with pytest.raises(InputError, match="books of March 2026 are closed") as refused:
        clinic.desk.do(post_charges, visit_id, [ChargeInput("LAB")], key=key())
    assert refused.value.field == "late_reason"
    clinic.desk.do(post_charges, visit_id, [ChargeInput("LAB")], key="late", reason="The slip came late")
    clinic.desk.do(void_charge, charge_id, key="back", reason="Not done")
    dates = clinic.desk.ask(
        lambda read: (
            read.session.query(JournalEntry.business_date, JournalEntry.reason)
            .filter(JournalEntry.idempotency_key.in_(["late:0", "back"]))
            .order_by(JournalEntry.id)
            .all()
        )
    )
    assert [tuple(row) for row in dates] == [
        (date(2026, 4, 1), "The slip came late"), (date(2026, 4, 1), "Not done"),
    ]  # fmt: skip
    assert wrong(clinic.desk) == []


def test_the_database_itself_refuses_an_entry_of_a_closed_month(march: tuple[SmallClinic, int, int]) -> None:
    clinic, *_ = march
    clinic.desk.do(close_month, MARCH)
    before = clinic.desk.ask(account_balances)

    def backdate(work: Work) -> None:
        work.session.execute(text("INSERT INTO journal_line (entry_id, account, cents) VALUES (99, 'a', 1)"))
        work.session.execute(text("INSERT INTO journal_line (entry_id, account, cents) VALUES (99, 'b', -1)"))
        work.session.execute(
            text(
                "INSERT INTO journal_entry (id, kind, posted_at, business_date, staff_id, idempotency_key, reason) "
                "VALUES (99, 'charge', '2026-04-01T17:00:00.000000', '2026-03-31', 1, 'x', '')"
            )
        )

    with pytest.raises(RefusedError, match="A closed month takes no entry"):
        clinic.desk.do(backdate)
    assert clinic.desk.ask(account_balances) == before


def test_a_month_that_is_not_over_or_has_an_open_drawer_stays_open(clinic: SmallClinic) -> None:
    charged_visit(clinic, "OV")
    clinic.desk.actor_id = MANAGER
    with pytest.raises(RefusedError, match=r"not over. Close it from 04/01/2026"):
        clinic.desk.do(close_month, MARCH)
    clinic.clock.advance(days=28)
    assert clinic.desk.ask(months)[0].holds_up == "Drawer 1 of 03/04/2026 is not closed"
    with pytest.raises(RefusedError, match=r"Drawer 1 of 03/04/2026 was not closed"):
        clinic.desk.do(close_month, MARCH)


@pytest.mark.parametrize("month", ["2026-13", "26-03", "March", "", "2026-3"])
def test_what_is_no_month_is_refused(clinic: SmallClinic, month: str) -> None:
    clinic.desk.actor_id = MANAGER
    with pytest.raises(InputError):
        clinic.desk.do(close_month, month)


def test_an_empty_month_has_nothing_to_close(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    with pytest.raises(RefusedError, match="nothing to close"):
        clinic.desk.do(close_month, "2026-01")


def test_the_front_desk_does_not_close_a_month(march: tuple[SmallClinic, int, int]) -> None:
    clinic, *_ = march
    clinic.desk.actor_id = 1
    with pytest.raises(AccessError):
        clinic.desk.do(close_month, MARCH)


def test_the_next_month_goes_on(march: tuple[SmallClinic, int, int]) -> None:
    clinic, *_ = march
    clinic.desk.do(close_month, MARCH)
    clinic.desk.do(open_till, 1, FLOAT)
    pay(clinic, cash(5000))
    rows = clinic.desk.ask(months)
    assert [(row.month, row.received_cents) for row in rows] == [("2026-04", 5000), (MARCH, 0)]
    assert wrong(clinic.desk) == []
