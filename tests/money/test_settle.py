"""An account is put right after money was taken back: which charges open again, and that the journal says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from psc_desk.models.ledger import JournalEntry, JournalLine, UnshownPosting
from psc_desk.models.payment import PaymentKind
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.money import account
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.charges import ChargeInput, post_charges, void_charge
from psc_desk.usecases.payments import refund_payment, void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, open_till
from psc_desk.work import Read, Work
from tests.money.conftest import FLOAT
from tests.money.support import card, charged_visit, key, pay, wrong
from tests.support.clinic import INES, LEO, NOON, SmallClinic, small_clinic

OF_LEO = Approval(LEO, "2345")


def open_cents(clinic: SmallClinic) -> list[int]:
    """What is open on each charge of Inés, oldest first, and then her unapplied money."""
    state = clinic.desk.ask(account, INES)
    return [row.open_cents for row in sorted(state.charges, key=lambda row: row.charge_id)] + [state.unapplied_cents]


def newest(read: Read) -> tuple[str, str, list[tuple[str, int, int | None, int | None, int | None]]]:
    entry = read.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    lines = read.session.scalars(select(JournalLine).where(JournalLine.entry_id == entry.id))
    rows = [(line.account, line.cents, line.patient_id, line.visit_id, line.charge_id) for line in lines]
    return entry.kind, entry.reason, sorted(rows, key=str)


def void(clinic: SmallClinic, payment_id: int) -> None:
    clinic.desk.do(void_payment, payment_id, key=key(), reason="Wrong patient", approval=OF_LEO)


def test_what_is_missing_is_taken_from_the_newest_charge_first(clinic: SmallClinic) -> None:
    pay(clinic, card(5000), kind=PaymentKind.PREPAYMENT)
    second = pay(clinic, card(6000), kind=PaymentKind.PREPAYMENT)
    visit_id, (_, newer) = charged_visit(clinic, "LAB", "INJ")
    assert clinic.desk.do(apply_credit, INES, key=key()) == 7550
    assert open_cents(clinic) == [0, 0, 3450]
    void(clinic, second.payment_id)
    assert open_cents(clinic) == [0, 2550, 0]
    assert clinic.desk.ask(newest) == (
        "settle", "Wrong patient",
        [("patient_ar", 2550, INES, visit_id, newer), ("unapplied_credit", -2550, INES, visit_id, None)],
    )  # fmt: skip
    assert wrong(clinic.desk) == []


def test_a_loss_larger_than_the_newest_charge_goes_on_to_the_one_before(clinic: SmallClinic) -> None:
    first = pay(clinic, card(7550), kind=PaymentKind.PREPAYMENT)
    pay(clinic, card(1000), kind=PaymentKind.PREPAYMENT)
    charged_visit(clinic, "LAB", "INJ")
    clinic.desk.do(apply_credit, INES, key=key())
    void(clinic, first.payment_id)
    assert open_cents(clinic) == [3550, 3000, 0]
    assert wrong(clinic.desk) == []


def test_a_charge_paid_in_part_opens_to_its_amount_and_no_further(clinic: SmallClinic) -> None:
    charged_visit(clinic, "INJ")
    charged_visit(clinic, "LAB")
    paid = pay(clinic, card(5550), kind=PaymentKind.PREPAYMENT)
    clinic.desk.do(apply_credit, INES, key=key())
    assert open_cents(clinic) == [0, 2000, 0]
    void(clinic, paid.payment_id)
    assert open_cents(clinic) == [3000, 4550, 0]
    assert wrong(clinic.desk) == []


def test_a_void_opens_the_charge_it_had_paid_and_no_other(clinic: SmallClinic) -> None:
    charged_visit(clinic, "LAB", "INJ")
    first = pay(clinic, card(4550))
    pay(clinic, card(3000))
    assert open_cents(clinic) == [0, 0, 0]
    void(clinic, first.payment_id)
    assert open_cents(clinic) == [4550, 0, 0]
    assert wrong(clinic.desk) == []


def test_a_refund_opens_the_charge_it_had_paid_before_any_newer_one(clinic: SmallClinic) -> None:
    charged_visit(clinic, "LAB", "INJ")
    first = pay(clinic, card(4550))
    pay(clinic, card(3000))
    clinic.desk.do(refund_payment, first.payment_id, 4000, key=key(), reason="Overpaid")
    assert open_cents(clinic) == [4000, 0, 0]
    assert wrong(clinic.desk) == []


def test_a_paid_charge_taken_back_leaves_its_money_unapplied(clinic: SmallClinic) -> None:
    visit_id, (charge_id, _) = charged_visit(clinic, "LAB", "INJ")
    pay(clinic, card(4550))
    pay(clinic, card(3000))
    clinic.desk.do(void_charge, charge_id, key=key(), reason="Not done")
    assert open_cents(clinic)[-2:] == [0, 4550]
    assert clinic.desk.ask(newest) == (
        "settle", "Not done",
        [("patient_ar", 4550, INES, visit_id, charge_id), ("unapplied_credit", -4550, INES, visit_id, None)],
    )  # fmt: skip
    assert wrong(clinic.desk) == []


def test_what_was_paid_for_a_visit_goes_to_its_charges_and_not_to_others(clinic: SmallClinic) -> None:
    charged_visit(clinic, "LAB")
    pay(clinic, card(1000), kind=PaymentKind.PREPAYMENT)
    visit_id = clinic.visit(minute=15 * 60)
    pay(clinic, card(2500), kind=PaymentKind.COPAY, visit_id=visit_id)
    assert open_cents(clinic) == [4550, 3500]
    clinic.desk.do(_checked_out, visit_id)
    clinic.desk.do(post_charges, visit_id, [ChargeInput("INJ")], key=key())
    assert open_cents(clinic) == [4550, 500, 1000]
    assert wrong(clinic.desk) == []


def test_the_last_cent_of_credit_is_put_against_a_charge(clinic: SmallClinic) -> None:
    pay(clinic, card(1), kind=PaymentKind.PREPAYMENT)
    charged_visit(clinic, "LAB")
    assert [clinic.desk.do(apply_credit, INES, key=key()) for _ in range(2)] == [1, 0]
    assert open_cents(clinic) == [4549, 0]


def _checked_out(work: Work, visit_id: int) -> None:
    work.get(Visit, visit_id).status = Status.CHECKOUT


def test_entries_are_numbered_from_one_without_a_gap(clinic: SmallClinic) -> None:
    pay(clinic, card(5000))
    charged_visit(clinic, "LAB")
    ids = clinic.desk.ask(lambda read: read.session.scalars(select(JournalEntry.id).order_by(JournalEntry.id)).all())
    assert ids == list(range(1, len(ids) + 1))


@pytest.mark.parametrize("watched", [True, False])
def test_what_a_window_posts_waits_to_be_shown(tmp_path: Path, watched: bool) -> None:
    clinic = small_clinic(tmp_path)
    clinic.desk.watched = watched
    clinic.desk.do(open_till, 1, FLOAT)
    pay(clinic, card(5000))
    last = clinic.desk.last_posted
    charged_visit(clinic, "LAB")
    clinic.desk.do(begin_count, 1)
    waiting = clinic.desk.ask(lambda read: read.session.scalars(select(UnshownPosting)).all())
    payment = clinic.desk.ask(lambda read: read.session.scalars(
        select(JournalEntry.id).where(JournalEntry.kind == "payment")).one())  # fmt: skip
    assert [(row.entry_id, row.desk, row.at) for row in waiting] == [(payment, "Desk 1", NOON)] * watched
    assert last == (payment,) * watched
