"""What each line of the journal says it belongs to: the receipt, the visit, the charge, and who approved."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from psc_desk.errors import RefusedError
from psc_desk.models.ledger import Account, JournalEntry, JournalLine, Line
from psc_desk.models.payment import Payment, PaymentKind
from psc_desk.usecases.allocation import apply_credit
from psc_desk.usecases.ledger import post, reverse
from psc_desk.usecases.payments import void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import open_till
from psc_desk.work import Read
from tests.money.support import card, cash, charged_visit, key, pay
from tests.support.clinic import INES, LEO, SmallClinic, small_clinic


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    made = small_clinic(tmp_path)
    made.desk.do(open_till, 1, {2000: 5, 500: 8, 100: 10})
    return made


def entry_of(read: Read, payment_id: int) -> JournalEntry:
    entry = read.session.get(JournalEntry, read.get(Payment, payment_id).entry_id)
    assert entry is not None
    return entry


def lines(read: Read, entry_id: int) -> list[tuple[str, int, int | None, int | None, int | None]]:
    columns = (
        JournalLine.account, JournalLine.cents, JournalLine.visit_id, JournalLine.charge_id, JournalLine.payment_id,
    )  # fmt: skip
    return [tuple(row) for row in read.session.execute(select(*columns).where(JournalLine.entry_id == entry_id))]  # type: ignore[misc]


def test_a_void_carries_its_own_receipt_and_who_approved_it(clinic: SmallClinic) -> None:
    charged_visit(clinic, "OV")
    paid = pay(clinic, cash(6000))
    voided = clinic.desk.do(
        void_payment, paid.payment_id, key=key(), reason="Wrong patient", approval=Approval(LEO, "2345")
    )
    entry = clinic.desk.ask(entry_of, voided.payment_id)
    assert entry.approved_by == LEO
    assert entry.reverses_id == clinic.desk.ask(entry_of, paid.payment_id).id
    assert {row[4] for row in clinic.desk.ask(lines, entry.id)} == {voided.payment_id}
    assert {row[4] for row in clinic.desk.ask(lines, entry.reverses_id)} == {paid.payment_id}


def test_credit_put_against_a_charge_stands_at_its_visit_and_is_put_once(clinic: SmallClinic) -> None:
    pay(clinic, card(5000), kind=PaymentKind.PREPAYMENT)
    visit_id, (charge_id,) = charged_visit(clinic, "LAB")
    again = key()
    assert clinic.desk.do(apply_credit, INES, key=again) == 4550
    assert clinic.desk.do(apply_credit, INES, key=again) == 0

    def applied(read: Read) -> JournalEntry:
        return read.session.scalars(select(JournalEntry).where(JournalEntry.idempotency_key == again)).one()

    entry = clinic.desk.ask(applied)
    assert (entry.kind, entry.reason, entry.session_id, entry.approved_by) == ("apply", "", None, None)
    posted = clinic.desk.ask(lines, entry.id)
    assert sorted(posted) == [
        ("patient_ar", -4550, visit_id, charge_id, None), ("unapplied_credit", 4550, visit_id, None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("cents", [(), (0, 0), (500, -400)], ids=["nothing", "zeros", "out of balance"])
def test_an_entry_needs_lines_that_balance(clinic: SmallClinic, cents: tuple[int, ...]) -> None:
    lines = [Line(account, one) for account, one in zip((Account.SAFE, Account.BANK), cents, strict=False)]
    with pytest.raises(ValueError, match="must have lines and balance"):
        clinic.desk.do(post, "deposit", lines, key=key())


def test_lines_of_one_account_and_subject_are_added_up_and_zeros_left_out(clinic: SmallClinic) -> None:
    parts = [(Account.SAFE, 300), (Account.SAFE, 200), (Account.CARDS, 70), (Account.CARDS, -70), (Account.BANK, -500)]
    entry_id = clinic.desk.do(post, "deposit", [Line(account, cents) for account, cents in parts], key=key())
    assert [row[:2] for row in clinic.desk.ask(lines, entry_id)] == [("safe", 500), ("bank", -500)]


def test_each_entry_is_taken_back_once(clinic: SmallClinic) -> None:
    both = [clinic.desk.do(post, "deposit", [Line(Account.BANK, 500), Line(Account.SAFE, -500)], key=key())
            for _ in range(2)]  # fmt: skip
    for entry_id in both:
        clinic.desk.do(reverse, entry_id, "deposit", key=key(), reason="Counted wrong")
    for entry_id in both:
        with pytest.raises(RefusedError, match="taken back already"):
            clinic.desk.do(reverse, entry_id, "deposit", key=key(), reason="Again")
