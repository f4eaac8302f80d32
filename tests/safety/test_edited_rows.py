"""Whoever has the key and edits the tables behind the program's back is found by `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from psc_desk.engine import raw_connect
from psc_desk.models.payment import PaymentKind
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.payments import refund_payment, void_payment
from psc_desk.usecases.till import begin_count, close_till, open_till, record_count
from tests.money.support import card, cash, charged_visit, check, key, pay, wrong
from tests.support.clinic import KEY, LEO, SmallClinic, small_clinic

FLOAT = {2000: 5, 500: 8, 100: 10}


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    """A day with every kind of entry, closed and taken to the bank; the next day begun."""
    made = small_clinic(tmp_path)
    desk = made.desk
    desk.do(open_till, 1, FLOAT)
    charged_visit(made, "LAB", "OV")
    first = pay(made, cash(5000), check(3000), kind=PaymentKind.BALANCE)
    second = pay(made, card(2000))
    desk.do(refund_payment, second.payment_id, 500, key=key(), reason="Overpaid")
    third = pay(made, cash(1000))
    desk.do(void_payment, third.payment_id, key=key(), reason="Typed twice")
    assert first.receipt_no == 1001
    desk.do(begin_count, 1)
    desk.do(record_count, 1, FLOAT | {2000: 7, 500: 9, 100: 15}, checks_cents=3000)
    closed = desk.do(close_till, 1, float_left_cents=15000)
    desk.actor_id = LEO
    desk.do(make_deposit, DepositInput(key(), (closed.session_id,), (2,), {2000: 2, 500: 1, 100: 5}))
    desk.do(open_till, 1, FLOAT)
    pay(made, cash(700))
    assert wrong(desk) == []
    return made


def edit(clinic: SmallClinic, *statements: str) -> None:
    """Take the triggers away and run statements on the file itself."""
    clinic.desk.engine.dispose()
    connection: Any = raw_connect(clinic.folder / "desk.db", KEY)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()]
    connection.execute("PRAGMA foreign_keys = OFF")
    for statement in (*(f"DROP TRIGGER {name}" for name in names), *statements):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE journal_line SET cents = cents + 1 WHERE id = 4",),
        ("DELETE FROM journal_line WHERE id = 5",),
        ("DELETE FROM journal_entry WHERE id = 3",),
        ("UPDATE journal_line SET account = 'bank' WHERE account = 'drawer:1' AND cents = 700",),
        ("UPDATE tender SET kind = 'cash' WHERE kind = 'check'",),
        ("UPDATE charge SET units = units + 1, amount_cents = amount_cents + unit_cents WHERE id = 1",),
        ("UPDATE payment SET amount_cents = 4000 WHERE id = 1",),
        ("UPDATE tender SET cents = cents - 100 WHERE id = 1",),
        ("DELETE FROM payment WHERE id = 2", "DELETE FROM tender WHERE payment_id = 2"),
        ("UPDATE payment SET receipt_no = 1099 WHERE id = 6",),
        ("UPDATE till_session SET to_bank_cents = to_bank_cents - 500 WHERE id = 1",),
        ("UPDATE till_session SET counted_cents = counted_cents - 500 WHERE id = 1",),
        ("UPDATE deposit SET cash_cents = cash_cents - 500",),
        ("DELETE FROM deposit_item WHERE id = 1",),
        ("UPDATE journal_line SET charge_id = NULL WHERE charge_id IS NOT NULL",),
    ],
    ids=lambda statements: statements[0].split(" WHERE")[0],
)
def test_an_edited_row_is_found(clinic: SmallClinic, statements: tuple[str, ...]) -> None:
    edit(clinic, *statements)
    assert wrong(clinic.desk), "the books say that nothing is wrong"


def test_taking_the_triggers_away_alone_changes_no_figure(clinic: SmallClinic) -> None:
    edit(clinic)
    assert wrong(clinic.desk) == []


def test_the_file_itself_is_searched_not_a_copy(clinic: SmallClinic) -> None:
    edit(clinic, "UPDATE payment SET amount_cents = 1 WHERE id = 1")
    cents = clinic.desk.ask(lambda read: read.session.scalar(text("SELECT amount_cents FROM payment WHERE id = 1")))
    assert cents == 1
