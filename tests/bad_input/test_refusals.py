"""What cannot be is refused by the use cases with a sentence, whoever calls them, and nothing is written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from psc_desk.dates import parse_date, parse_time
from psc_desk.errors import ConflictError, DeskError, InputError, OverridableError, RefusedError
from psc_desk.models.audit import AuditRow
from psc_desk.models.ledger import JournalLine
from psc_desk.models.patient_input import PatientInput
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.print_job import PrintJob
from psc_desk.models.visit import Visit
from psc_desk.money import parse_money
from psc_desk.queries.money import payments
from psc_desk.schedule_rules import BookingInput
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.coverage import CoverageInput, add_coverage, end_coverage
from psc_desk.usecases.patients import register_patient
from psc_desk.usecases.payments import TenderInput, refund_payment
from psc_desk.usecases.schedule import book, book_anyway, move, resize
from psc_desk.usecases.till import begin_count, drop, open_till, pay_in, pay_out, record_count
from psc_desk.work import Desk, Read, Work
from tests.bad_input.conftest import FLOAT
from tests.money.support import cash, charged_visit, check, key, pay, wrong
from tests.support.clinic import INES, JONAH, LEO, MAYA, OFFICE_VISIT, OSEI, TODAY, SmallClinic, small_clinic

SPRING = date(2026, 3, 8)
"""On this day the clocks of New York go from 2 am to 3 am."""
AUTUMN = date(2026, 11, 1)
"""On this day the hour from 1 am to 2 am comes twice."""


def size(clinic: SmallClinic) -> list[int]:
    """How many rows the books, the schedule, the audit and the print queue hold."""

    def count(read: Read) -> list[int]:
        tables = (JournalLine, Visit, AuditRow, PrintJob)
        return [read.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    return clinic.desk.ask(count)


def refused(clinic: SmallClinic, usecase: Callable[..., Any], *args: Any, **named: Any) -> DeskError:
    """Run a use case that must be refused; nothing at all is written, not even to the audit."""
    before = size(clinic)
    with pytest.raises(DeskError) as found:
        clinic.desk.do(usecase, *args, **named)
    assert size(clinic) == before
    assert wrong(clinic.desk) == []
    assert is_sentence(str(found.value))
    return found.value


def is_sentence(words: str) -> bool:
    """Say whether a message begins like a sentence, ends like one, and shows no inner names."""
    return (
        (words[:1].isupper() or words[:1].isdigit())
        and words.endswith((".", "?"))
        and "_" not in words
        and "Error" not in words
    )


def wish(day: date, start: int, **other: Any) -> BookingInput:
    return BookingInput(JONAH, OSEI, OFFICE_VISIT, day, start, **other)


@pytest.mark.parametrize(
    "typed", ["-5", "(5.00)", "−5", "5.005", "0.001", "1e3", "five", "", ".", "$", "1,00", "99999999999"]
)
def test_what_is_no_amount_is_never_read_as_one(typed: str) -> None:
    with pytest.raises(InputError) as found:
        parse_money(typed, "amount")
    assert found.value.field == "amount"
    assert is_sentence(str(found.value))


@pytest.mark.parametrize(
    "typed", ["2/30/2026", "13/1/2026", "2/29/2026", "0/5/2026", "1/0/2026", "2026-02-31", "1/1/0000", "soon", ""]
)
def test_what_is_no_date_is_never_read_as_one(typed: str) -> None:
    with pytest.raises(InputError) as found:
        parse_date(typed, TODAY, "day")
    assert is_sentence(str(found.value))


@pytest.mark.parametrize("typed", ["25:00", "9:60", "13 pm", "0 am", "x", "9:5", "-1", ""])
def test_what_is_no_time_is_never_read_as_one(typed: str) -> None:
    with pytest.raises(InputError) as found:
        parse_time(typed, "time")
    assert is_sentence(str(found.value))


@pytest.mark.parametrize(
    ("day", "start", "minutes", "says"),
    [
        (SPRING, 150, 30, "There is no 2:30 am on 03/08/2026: the clocks go forward"),
        (SPRING, 120, 30, "the clocks go forward"),
        (date(2026, 3, 3), 540, 30, "is in the past"),
        (TODAY, -1, 30, "not a time of day"),
        (TODAY, 1440, 30, "not a time of day"),
        (TODAY, 840, 0, "lasts from 5 minutes"),
        (TODAY, 840, -30, "lasts from 5 minutes"),
        (TODAY, 840, 601, "lasts from 5 minutes"),
        (TODAY, 1430, 30, "after midnight"),
    ],
)
def test_no_reason_books_an_impossible_time(
    clinic: SmallClinic, day: date, start: int, minutes: int, says: str
) -> None:
    for error in (
        refused(clinic, book, wish(day, start, minutes=minutes)),
        refused(clinic, book_anyway, wish(day, start, minutes=minutes), "The doctor asked for it"),
    ):
        assert says in str(error)
        assert not isinstance(error, OverridableError)


def test_a_visit_is_neither_moved_nor_stretched_into_what_cannot_be(clinic: SmallClinic) -> None:
    visit_id = clinic.visit(JONAH, 15 * 60)
    assert "clocks go forward" in str(refused(clinic, move, visit_id, SPRING, 150))
    assert "in the past" in str(refused(clinic, move, visit_id, date(2026, 3, 3), 540))
    assert "lasts from 5 minutes" in str(refused(clinic, resize, visit_id, 0))


def test_an_hour_that_comes_twice_is_booked_once_and_a_time_beside_the_gap_as_it_is(clinic: SmallClinic) -> None:
    booked = clinic.desk.do(book_anyway, wish(AUTUMN, 90), "Emergency")
    assert (booked.day, booked.start_minute) == (AUTUMN, 90)
    assert "is booked 1:30 am" in str(refused(clinic, book, BookingInput(INES, OSEI, OFFICE_VISIT, AUTUMN, 90)))
    spring = clinic.desk.do(book_anyway, wish(SPRING, 180), "Emergency")
    assert spring.start_minute == 180


@pytest.mark.parametrize("born", [date(2026, 3, 5), date(1879, 12, 31), None])
def test_nobody_is_born_tomorrow_or_before_1880(clinic: SmallClinic, born: date | None) -> None:
    error = refused(clinic, register_patient, PatientInput("Noe", "Baptiste", born))  # type: ignore[arg-type]
    assert isinstance(error, InputError)
    assert error.field == "birth_date"


def test_a_coverage_does_not_end_before_it_begins(clinic: SmallClinic) -> None:
    backwards = CoverageInput(date(2026, 3, 1), payer="Blue Harbor", member_id="X1", ends_on=date(2026, 2, 1))
    refused(clinic, add_coverage, JONAH, backwards)
    assert "cannot end before" in str(refused(clinic, end_coverage, 1, date(2025, 12, 31)))


def test_a_check_without_a_number_posts_nothing(clinic: SmallClinic) -> None:
    for number in ("", "   ", "12a", "1" * 13, "\x1bp"):
        error = refused(clinic, _pay, check(2500, number))
        assert isinstance(error, InputError)
        assert error.field == "check_no"


def test_no_amount_at_or_below_nothing_or_beyond_all_is_taken(clinic: SmallClinic) -> None:
    for cents in (0, -1, 1_000_000_000):
        refused(clinic, _pay, cash(cents))
        refused(clinic, _pay, cash(2500), check(cents))
        for move_cash in (pay_in, pay_out, drop):
            refused(clinic, move_cash, 1, cents, key=key(), reason="Change")
    assert "short" in str(refused(clinic, _pay, TenderInput(TenderKind.CASH, 2500, 2499)))
    refused(clinic, _pay, TenderInput(TenderKind.CASH, 2500, -2500))
    refused(clinic, _pay)


def test_a_count_that_cannot_be_is_refused(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    for pieces in ({2000: -1}, {3000: 1}, {10000: 10**18}):
        assert "count" in str(refused(clinic, record_count, 1, pieces))
    refused(clinic, record_count, 1, FLOAT, checks_cents=-1)
    refused(clinic, record_count, 1, FLOAT, cards_cents=10**12)


def test_no_charge_of_a_negative_number_or_price(clinic: SmallClinic) -> None:
    visit_id, _ = charged_visit(clinic, "LAB")
    for line in (ChargeInput("OV", -1), ChargeInput("OV", 0), ChargeInput("OV", unit_cents=-1), ChargeInput("NO")):
        refused(clinic, post_charges, visit_id, [line], key=key())


def test_a_refund_is_never_above_what_was_paid_in_one_or_many_steps(clinic: SmallClinic) -> None:
    done = pay(clinic, cash(3000))
    assert "Only $30.00" in str(refused(clinic, refund_payment, done.payment_id, 3001, key=key(), reason="Overpaid"))
    for cents in (0, -100):
        refused(clinic, refund_payment, done.payment_id, cents, key=key(), reason="Overpaid")
    clinic.desk.do(refund_payment, done.payment_id, 2000, key=key(), reason="Overpaid")
    assert "Only $10.00" in str(refused(clinic, refund_payment, done.payment_id, 1001, key=key(), reason="Overpaid"))
    refused(clinic, refund_payment, done.payment_id, 1000, key=key(), reason=" ")
    back = clinic.desk.do(refund_payment, done.payment_id, 1000, key=key(), reason="Rest")
    refused(clinic, refund_payment, done.payment_id, 1, key=key(), reason="More")
    refused(clinic, refund_payment, back.payment_id, 1, key=key(), reason="A refund of a refund")


def test_a_closed_or_counted_drawer_takes_no_money_and_gives_none(clinic: SmallClinic, tmp_path: Path) -> None:
    done = pay(clinic, cash(3000))
    clinic.desk.do(begin_count, 1)
    assert "counted" in str(refused(clinic, _pay, cash(2500)))
    assert "counted" in str(refused(clinic, refund_payment, done.payment_id, 100, key=key(), reason="Overpaid"))
    (tmp_path / "closed").mkdir()
    closed = small_clinic(tmp_path / "closed")
    assert "F8" in str(refused(closed, _pay, cash(2500)))
    assert closed.desk.ask(payments) == []


def test_of_two_people_who_open_the_drawer_one_is_told_it_is_open(tmp_path: Path) -> None:
    clinic = small_clinic(tmp_path)
    results = race(clinic, lambda desk, _n: desk.do(open_till, 1, FLOAT))
    assert sorted(type(one) for one in results if isinstance(one, Exception)) == [RefusedError]
    assert wrong(clinic.desk) == []


def test_of_two_people_taking_the_last_opening_one_gets_it_and_the_other_is_told(clinic: SmallClinic) -> None:
    for round_no in range(12):
        start = 13 * 60 + 15 * round_no
        results = race(
            clinic,
            lambda desk, n, at=start: desk.do(
                book, BookingInput((INES, JONAH)[n], OSEI, OFFICE_VISIT, date(2026, 3, 5), at, minutes=15)
            ),
        )
        errors = [one for one in results if isinstance(one, Exception)]
        assert len(errors) == 1, results
        assert isinstance(errors[0], ConflictError)
        assert "was just taken by" in str(errors[0])
        assert is_sentence(str(errors[0]))

    def at_once(read: Read) -> int:
        return len(set(read.session.scalars(select(Visit.start_minute)))) - len(
            list(read.session.scalars(select(Visit.id)))
        )

    assert clinic.desk.ask(at_once) == 0


def test_two_people_with_the_same_form_post_it_once(clinic: SmallClinic) -> None:
    for _ in range(6):
        same = key()
        race(clinic, lambda desk, _n, k=same: pay(_at(clinic, desk), cash(100), with_key=k))
    rows = clinic.desk.ask(payments)
    assert [row.receipt_no for row in reversed(rows)] == [1001, 1002, 1003, 1004, 1005, 1006]
    assert wrong(clinic.desk) == []


def test_two_refunds_at_once_never_give_back_more_than_was_paid(clinic: SmallClinic) -> None:
    for _ in range(5):
        done = pay(clinic, cash(3000))
        results = race(
            clinic,
            lambda desk, _n, paid=done.payment_id: desk.do(refund_payment, paid, 2000, key=key(), reason="Overpaid"),
        )
        assert [type(one) for one in results if isinstance(one, Exception)] == [InputError]
    assert wrong(clinic.desk) == []


def race(clinic: SmallClinic, act: Callable[[Desk, int], object]) -> list[object]:
    """Let Maya and Leo do the same thing at the same moment at two desks; return what each got."""
    gate = threading.Barrier(2)
    results: list[object] = [None, None]

    def run(number: int) -> None:
        desk = Desk(clinic.desk.engine, clinic.clock, name=f"Desk {number + 1}", head=clinic.desk.head)
        desk.actor_id = (MAYA, LEO)[number]
        gate.wait()
        try:
            results[number] = act(desk, number)
        except DeskError as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert None not in results
    return results


def _at(clinic: SmallClinic, desk: Desk) -> SmallClinic:
    return SmallClinic(desk, clinic.clock, clinic.folder)


def _pay(work: Work, *tenders: TenderInput) -> object:
    from psc_desk.usecases.payments import PaymentInput, take_payment

    return take_payment(work, PaymentInput(key(), 1, INES, PaymentKind.BALANCE, tenders))
