"""Each check of the books finds the damage it is there for, and only a damaged book is called wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from psc_desk.engine import raw_connect
from psc_desk.models.payment import PaymentKind
from psc_desk.queries.verify import book_checks
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.payments import refund_payment, void_payment
from psc_desk.usecases.till import begin_count, close_till, open_till, record_count
from psc_desk.work import Read
from tests.money.support import card, cash, charged_visit, check, key, pay
from tests.support.clinic import KEY, LEO, MAYA, SmallClinic, small_clinic

FLOAT = {2000: 5, 500: 8, 100: 10}

DAMAGE = {
    "every entry balances": "UPDATE journal_line SET cents = cents + 1 WHERE id = 1",
    "every line has its entry": "DELETE FROM journal_entry WHERE id = (SELECT MAX(id) FROM journal_entry)",
    "every entry has lines": "DELETE FROM journal_line WHERE entry_id = 2",
    "charges equal the journal": "UPDATE charge SET amount_cents = amount_cents + 1, unit_cents = unit_cents + 1",
    "what is open on a charge is within its amount": "UPDATE journal_line SET cents = cents + 1"
    " WHERE account = 'patient_ar'",
    "receivables belong to charges": "UPDATE journal_line SET charge_id = NULL WHERE account = 'patient_ar'",
    "unapplied money is never negative": "UPDATE journal_line SET cents = -cents WHERE account = 'unapplied_credit'",
    "payments equal the journal": "UPDATE payment SET amount_cents = amount_cents + 1 WHERE id = 1",
    "payments equal their tenders": "UPDATE tender SET cents = cents + 1 WHERE id = 1",
    "money lies where it was paid": "UPDATE tender SET kind = 'card' WHERE kind = 'cash'",
    "receipt numbers have no gap": "UPDATE payment SET receipt_no = receipt_no + 50"
    " WHERE id = (SELECT MAX(id) FROM payment)",
    "refunds never exceed payments": "UPDATE payment SET amount_cents = -999999 WHERE kind = 'refund'",
    "only payments are given back": "UPDATE payment SET kind = 'void' WHERE id = 1",
    "reversing entries are the exact opposite": "UPDATE journal_line SET cents = cents + 1 WHERE entry_id ="
    " (SELECT id FROM journal_entry WHERE reverses_id IS NOT NULL)",
    "drawer accounts equal their sessions": "UPDATE till_session SET float_left_cents = float_left_cents + 1",
    "no drawer is below zero": "UPDATE journal_line SET cents = -cents - 100000 WHERE account = 'drawer:1'",
    "closes agree with their counts": "UPDATE till_session SET over_short_cents = over_short_cents + 1",
    "deposits equal their items": "UPDATE deposit_item SET cents = cents + 1",
    "the safe equals what waits for the bank": "DELETE FROM deposit_item WHERE session_id IS NOT NULL",
}
"""For each check, what somebody with the key and a tool could do to the tables once the triggers are gone."""


@pytest.fixture
def banked(tmp_path: Path) -> SmallClinic:
    """A day with charges, money of every kind, a refund, a void, a close and a deposit."""
    clinic = small_clinic(tmp_path)
    desk = clinic.desk
    desk.do(open_till, 1, FLOAT)
    charged_visit(clinic, "OV", "LAB")
    refunded = pay(clinic, cash(4000), card(2500)).payment_id
    pay(clinic, check(3000))
    pay(clinic, cash(700), kind=PaymentKind.PREPAYMENT)
    voided = pay(clinic, cash(1000)).payment_id
    desk.do(void_payment, voided, key=key(), reason="Twice")
    desk.do(refund_payment, refunded, 500, key=key(), reason="Overpaid")
    desk.do(begin_count, 1)
    desk.do(record_count, 1, FLOAT | {2000: 7, 100: 17}, checks_cents=3000, cards_cents=2000)
    done = desk.do(close_till, 1, float_left_cents=15000)
    assert done.over_short_cents == 0
    desk.actor_id = LEO
    (tender,) = desk.ask(_checks)
    desk.do(make_deposit, DepositInput(key(), (1,), (tender,), {2000: 2, 100: 7}))
    desk.actor_id = MAYA
    return clinic


def _checks(read: Read) -> list[int]:
    return [row[0] for row in read.session.connection().exec_driver_sql("SELECT id FROM tender WHERE kind = 'check'")]


def _damage(clinic: SmallClinic, statement: str) -> None:
    """Do what the triggers forbid."""
    connection = raw_connect(clinic.folder / "desk.db", KEY)
    run = connection.execute
    run("PRAGMA foreign_keys = OFF")
    run("PRAGMA ignore_check_constraints = ON")
    for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        run(f"DROP TRIGGER {name}")
    assert run(statement).rowcount > 0
    connection.commit()
    connection.close()


def test_a_sound_book_passes_every_check(banked: SmallClinic) -> None:
    assert [one for one in banked.desk.ask(book_checks) if not one.ok] == []


@pytest.mark.parametrize("name", DAMAGE)
def test_each_check_finds_its_damage(banked: SmallClinic, name: str) -> None:
    _damage(banked, DAMAGE[name])
    found = {one.name: one for one in banked.desk.ask(book_checks)}
    assert not found[name].ok
    assert found[name].detail
