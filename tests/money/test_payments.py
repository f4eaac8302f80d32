"""Taking, voiding and refunding money."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from psc_desk.dates import format_moment
from psc_desk.errors import InputError, RefusedError, SecondPersonNeeded
from psc_desk.events import DrawerKicked, PaymentPosted
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.queries.counter import RECEIPT_DAYS, receipts_of_drawers
from psc_desk.queries.money import account, balance, payments, unapplied
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.charges import void_charge
from psc_desk.usecases.payments import TenderInput, refund_payment, reprint_receipt, void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count
from tests.money.support import card, cash, charged_visit, check, key, pay, wrong
from tests.support.clinic import INES, JONAH, LEO, MAYA, SmallClinic


def test_cash_gives_change_and_only_the_price_stays_in_the_drawer(clinic: SmallClinic) -> None:
    done = pay(clinic, cash(2500, 4000), kind=PaymentKind.COPAY, visit_id=clinic.visit())
    assert (done.amount_cents, done.change_cents, done.receipt_no) == (2500, 1500, 1001)
    assert clinic.desk.ask(account_balances)["drawer:1"] == 17500
    assert any(isinstance(event, DrawerKicked) for event in clinic.happened)


def test_the_receipt_is_queued_in_the_same_transaction(clinic: SmallClinic) -> None:
    done = pay(clinic, cash(2500))
    job = next(j for j in clinic.desk.ask(print_jobs) if j.job_id == done.job_id)
    assert "25.00" in job.text
    assert "1001" in job.text
    assert job.state == "queued"


def test_the_same_key_posts_once(clinic: SmallClinic) -> None:
    again = key()
    first = pay(clinic, cash(2500, 3000), with_key=again)
    assert pay(clinic, cash(2500, 3000), with_key=again) == first
    assert len(clinic.desk.ask(payments, patient_id=INES)) == 1


def test_a_card_payment_does_not_open_the_drawer(clinic: SmallClinic) -> None:
    clinic.happened.clear()
    pay(clinic, card(2500))
    assert [e for e in clinic.happened if isinstance(e, PaymentPosted)]
    assert not [e for e in clinic.happened if isinstance(e, DrawerKicked)]


@pytest.mark.parametrize(
    ("tender", "field"),
    [
        (TenderInput(TenderKind.CHECK, 2500), "check_no"),
        (TenderInput(TenderKind.CHECK, 2500, check_no="12a"), "check_no"),
        (TenderInput(TenderKind.CARD, 2500, card_last4="42421", terminal_ref="1"), "card_last4"),
        (TenderInput(TenderKind.CARD, 2500, card_last4="4242"), "terminal_ref"),
        (TenderInput(TenderKind.CARD, 2500, card_last4="4242", terminal_ref="4111111111111111"), "terminal_ref"),
        (TenderInput(TenderKind.CASH, 2500, 2000), "tendered"),
        (TenderInput(TenderKind.CASH, 0), "amount"),
        (TenderInput(TenderKind.CASH, -100), "amount"),
    ],
)
def test_a_wrong_tender_names_its_field_and_posts_nothing(clinic: SmallClinic, tender: TenderInput, field: str) -> None:
    with pytest.raises(InputError) as refused:
        pay(clinic, tender)
    assert refused.value.field == field
    assert clinic.desk.ask(payments) == []


def test_a_closed_or_counted_drawer_takes_no_money(clinic: SmallClinic) -> None:
    clinic.desk.do(begin_count, 1)
    with pytest.raises(RefusedError, match="being counted"):
        pay(clinic, cash(2500))


def test_a_co_pay_before_the_charge_goes_to_the_visit_when_it_is_charged(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500), kind=PaymentKind.PREPAYMENT)
    assert clinic.desk.ask(unapplied, INES) == 2500
    charged_visit(clinic, "OV")
    assert clinic.desk.ask(balance, INES) == 9500
    assert clinic.desk.do(apply_credit, INES, key=key()) == 2500
    assert clinic.desk.ask(account, INES).open_charges_cents == 9500


def test_a_split_payment_goes_to_the_oldest_charges_and_the_rest_is_visible(clinic: SmallClinic) -> None:
    charged_visit(clinic, "LAB", "INJ")
    pay(clinic, cash(5000), check(3000))
    state = clinic.desk.ask(account, INES)
    assert (state.open_charges_cents, state.unapplied_cents, state.balance_cents) == (0, 450, -450)


def test_void_is_the_opposite_and_opens_the_charge_again(clinic: SmallClinic) -> None:
    charged_visit(clinic, "LAB")
    done = pay(clinic, cash(4550))
    voided = clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong patient")
    assert voided.amount_cents == -4550
    assert voided.receipt_no == 1002
    assert clinic.desk.ask(balance, INES) == 4550
    assert clinic.desk.ask(account_balances)["drawer:1"] == 15000
    with pytest.raises(RefusedError, match="already"):
        clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Again")


def test_a_large_void_needs_another_person_with_the_right_pin(clinic: SmallClinic) -> None:
    done = pay(clinic, cash(6000))
    for approval in (None, Approval(MAYA, "1234"), Approval(LEO, "9999")):
        with pytest.raises(SecondPersonNeeded):
            clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Entered twice", approval=approval)
    clinic.desk.do(void_payment, done.payment_id, key=key(), reason="Entered twice", approval=Approval(LEO, "2345"))
    assert clinic.desk.ask(balance, INES) == 0


def test_a_refund_follows_the_payment_and_stops_at_what_was_paid(clinic: SmallClinic) -> None:
    done = pay(clinic, card(3000), cash(1000))
    clinic.desk.do(refund_payment, done.payment_id, 3500, key=key(), reason="Overpaid")
    sums = clinic.desk.ask(account_balances)
    assert "card_clearing" not in {a for a, c in sums.items() if c}
    assert sums["drawer:1"] == 15500
    with pytest.raises(InputError, match=r"Only \$5.00"):
        clinic.desk.do(refund_payment, done.payment_id, 501, key=key(), reason="More")
    clinic.desk.do(refund_payment, done.payment_id, 500, key=key(), reason="Rest")
    with pytest.raises(InputError, match="in full already"):
        clinic.desk.do(refund_payment, done.payment_id, 1, key=key(), reason="More")


def test_the_void_of_a_refund_is_no_payment_and_is_not_refunded(clinic: SmallClinic) -> None:
    paid = pay(clinic, cash(4000))
    back = clinic.desk.do(refund_payment, paid.payment_id, 1500, key=key(), reason="Overpaid")
    undone = clinic.desk.do(void_payment, back.payment_id, key=key(), reason="Wrong patient")
    assert clinic.desk.ask(payments)[0].refundable_cents == 0
    with pytest.raises(RefusedError, match="Only a payment can be refunded"):
        clinic.desk.do(refund_payment, undone.payment_id, 500, key=key(), reason="Overpaid")
    assert wrong(clinic.desk) == []


def test_refunding_applied_money_opens_the_charge(clinic: SmallClinic) -> None:
    charged_visit(clinic, "LAB")
    done = pay(clinic, card(4550))
    clinic.desk.do(refund_payment, done.payment_id, 1000, key=key(), reason="Insurance paid")
    assert clinic.desk.ask(account, INES).charges[0].open_cents == 1000


def test_taking_a_paid_charge_back_leaves_the_money_as_credit(clinic: SmallClinic) -> None:
    _, (charge_id,) = charged_visit(clinic, "LAB")
    pay(clinic, cash(4550))
    clinic.desk.do(void_charge, charge_id, key=key(), reason="Not done")
    assert clinic.desk.ask(balance, INES) == -4550
    assert wrong(clinic.desk) == []


def test_a_reprint_is_marked_copy(clinic: SmallClinic) -> None:
    done = pay(clinic, cash(2500))
    job_id = clinic.desk.do(reprint_receipt, done.payment_id)
    job = next(j for j in clinic.desk.ask(print_jobs) if j.job_id == job_id)
    assert job.copy_no == 1
    assert "COPIA 1" in job.text


@pytest.mark.parametrize("table", ["journal_entry", "journal_line", "payment", "tender", "audit_row", "till_opening"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET reason = ''", "DELETE FROM {}"])
def test_posted_rows_cannot_be_edited(clinic: SmallClinic, table: str, verb: str) -> None:
    pay(clinic, cash(2500))
    column = {"journal_line": "account", "tender": "bank"}.get(table, "reason")
    with pytest.raises(RefusedError, match="cannot be"):
        clinic.desk.do(lambda work: work.session.execute(text(verb.format(table).replace("reason", column))))


def test_an_entry_that_does_not_balance_is_refused_by_the_database(clinic: SmallClinic) -> None:
    def cook(work: object) -> None:
        run = work.session.execute  # type: ignore[attr-defined]
        run(text("INSERT INTO journal_line (entry_id, account, cents) VALUES (999, 'bank', 100)"))
        run(text("INSERT INTO journal_entry (id, kind, posted_at, business_date, staff_id, idempotency_key, reason) "
                 "VALUES (999, 'x', '2026', '2026-03-04', 1, 'k', '')"))  # fmt: skip

    with pytest.raises(RefusedError, match="must balance"):
        clinic.desk.do(cook)


def test_another_patients_visit_is_refused(clinic: SmallClinic) -> None:
    with pytest.raises(RefusedError, match="another patient"):
        pay(clinic, cash(2500), patient_id=JONAH, visit_id=clinic.visit(INES))


def test_the_list_of_receipts_reaches_back_two_weeks_and_says_the_local_time(clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    clinic.clock.instant += timedelta(days=RECEIPT_DAYS)
    [row] = clinic.desk.ask(receipts_of_drawers)
    assert (row.receipt_no, row.till, format_moment(row.posted_at)) == (1001, "Drawer 1", "03/04/2026 12:00 pm")
    clinic.clock.instant += timedelta(days=1)
    assert clinic.desk.ask(receipts_of_drawers) == []
