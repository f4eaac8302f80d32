"""The check of the books by night, the audit trail of a day, and who may read what others did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from psc_desk.engine import raw_connect
from psc_desk.errors import AccessError
from psc_desk.papers.audit_trail import audit_trail_pdf
from psc_desk.queries.audit import AuditFilters
from psc_desk.queries.audit_trail import audit_trail_data
from psc_desk.queries.books import all_checks, books_due, books_runs, last_run
from psc_desk.usecases.audit import begin_audit_trail, look_at_audit
from psc_desk.usecases.books import check_books, check_books_when_due
from psc_desk.usecases.clinic import add_holiday
from psc_desk.usecases.search import rebuild_search
from tests.money.support import cash, pay
from tests.money.test_agreement import a_day
from tests.money.test_deposit_bank import close
from tests.papers.pdf_samples import seen
from tests.support.clinic import INES, KEY, LEO, MANAGER, MAYA, TODAY, SmallClinic


@pytest.fixture
def clinic(clinic: SmallClinic) -> SmallClinic:
    """The open drawer in a clinic whose search box knows its patients."""
    clinic.desk.do(rebuild_search)
    return clinic


def damage(clinic: SmallClinic, statement: str) -> None:
    """Do what the triggers forbid."""
    connection = raw_connect(clinic.folder / "desk.db", KEY)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()


def at(clinic: SmallClinic, day: int, hour: int, minute: int = 0) -> bool:
    """Whether the check is due on a day of March 2026 at an hour in New York (EST)."""
    clinic.clock.instant = datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour + 5, minutes=minute)
    return clinic.desk.ask(books_due)


def test_a_clean_run_is_written_down_too(clinic: SmallClinic) -> None:
    a_day(clinic)
    clinic.desk.actor_id = None
    done = check_books(clinic.desk)
    assert done.ok
    assert done.words == f"All {len(all_checks(clinic.desk))} checks hold."
    assert clinic.desk.ask(books_runs) == [done]


def test_a_fault_is_named_and_kept(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    clinic.desk.actor_id = None
    damage(clinic, "UPDATE payment SET amount_cents = amount_cents + 1")
    done = check_books(clinic.desk)
    failed = dict(done.failed)
    assert "payments equal the journal" in failed
    assert "Ledger $25.00" in failed["six reports agree on every day"]
    assert "checks fail: " in done.words
    assert clinic.desk.ask(last_run) == done


def test_an_edited_audit_and_a_changed_paper_fail_too(clinic: SmallClinic) -> None:
    damage(clinic, "UPDATE audit_row SET sentence = 'Nobody did nothing' WHERE seq = 1")
    assert [one.name for one in all_checks(clinic.desk) if not one.ok] == ["the audit is whole"]


def test_the_check_is_due_after_closing_and_at_the_start_when_it_was_missed(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = None
    assert at(clinic, 4, 12), "never checked"
    check_books(clinic.desk)
    assert not at(clinic, 4, 16, 59)
    assert at(clinic, 4, 17), "the clinic closed"
    check_books(clinic.desk)
    assert not at(clinic, 4, 23)
    assert not at(clinic, 5, 8), "after last closing nothing was missed"
    assert at(clinic, 5, 17, 1)
    assert at(clinic, 6, 8), "switched off before closing: at the next start"


def test_a_weekend_and_a_holiday_have_no_closing_but_no_day_goes_by_unchecked(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(add_holiday, TODAY, "Founders' day")
    clinic.desk.actor_id = None
    at(clinic, 3, 18)
    check_books(clinic.desk)
    assert not at(clinic, 4, 17, 30)
    assert at(clinic, 4, 18, 1), "a whole day"


def test_a_run_that_is_not_due_is_not_repeated(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = None
    first = check_books_when_due(clinic.desk)
    assert first is not None
    clinic.clock.advance(minutes=5)
    assert check_books_when_due(clinic.desk) == first
    assert len(clinic.desk.ask(books_runs)) == 1


def test_a_person_checks_the_books_only_with_the_right_to_see_reports(clinic: SmallClinic) -> None:
    with pytest.raises(AccessError, match="money reports"):
        check_books(clinic.desk)
    clinic.desk.actor_id = LEO
    assert check_books(clinic.desk).ok


def test_the_audit_trail_tells_the_day_in_sentences_and_proves_the_chain(clinic: SmallClinic) -> None:
    a_day(clinic)
    close(clinic.desk, 1, 15000 + 4700 - 500 + 2000 - 450 - 1000 - 100)
    clinic.desk.actor_id = LEO
    clinic.desk.do(begin_audit_trail, TODAY)
    data = clinic.desk.ask(audit_trail_data, TODAY)
    said = [row.what for row in data.rows]
    assert "Took $65.00 (balance, cash and card), receipt 1001" in said
    assert "Closed the drawer, $1.00 short" in said
    assert {row.patient for row in data.rows} == {"", "Castillo, Inés #10001"}
    void = next(row for row in data.rows if row.what.startswith("Voided"))
    assert (void.amount, void.reason, void.person) == (-999, "Twice", "Maya Okafor")
    assert sum(one.debits for one in data.accounts) == sum(one.credits for one in data.accounts)
    assert data.faults == ()
    text = seen(audit_trail_pdf(data))
    for words in ("The chain of the audit was verified", data.last_hash, "Debits equal credits", "Drawer 1", "Twice"):
        assert words in text


def test_the_trail_of_an_edited_audit_says_so(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    damage(clinic, "UPDATE audit_row SET reason = 'nothing' WHERE seq = 2")
    clinic.desk.actor_id = LEO
    text = seen(audit_trail_pdf(clinic.desk.ask(audit_trail_data, TODAY)))
    assert "The audit is not whole" in text
    assert "Row 2 of the audit was edited." in text


def test_a_day_without_money_has_an_empty_trail(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = LEO
    text = seen(audit_trail_pdf(clinic.desk.ask(audit_trail_data, TODAY - timedelta(days=9))))
    assert "Nothing was done with money or drawers on this day." in text


def test_who_may_not_read_the_audit_sees_nothing_of_others(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    with pytest.raises(AccessError, match="read the audit"):
        clinic.desk.do(look_at_audit, AuditFilters())
    with pytest.raises(AccessError, match="read the audit"):
        clinic.desk.ask(audit_trail_data, TODAY)
    clinic.desk.actor_id = LEO
    found = clinic.desk.do(look_at_audit, AuditFilters(first=TODAY, last=TODAY, staff_id=MAYA, patient_id=INES))
    assert {row.staff_name for row in found} == {"Maya Okafor"}
    newest = clinic.desk.do(look_at_audit, AuditFilters(event="AuditRead"))[1]
    assert newest.sentence.startswith("Leo Marsh searched the audit (03/04/2026, Maya Okafor)")
