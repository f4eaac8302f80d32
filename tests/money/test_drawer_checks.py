"""Each check of drawers, transfers, hand-overs and counts finds the damage it is there for."""

from __future__ import annotations

import pytest

from psc_desk.engine import raw_connect
from psc_desk.queries.verify import book_checks
from psc_desk.queries.verify_drawer import CHECKS
from psc_desk.usecases.handover import count_for_handover, hand_over
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, close_till, drop, open_till, record_count
from psc_desk.usecases.tills import TillInput, add_till
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)
from tests.money.conftest import FLOAT
from tests.money.support import cash, key, pay, wrong
from tests.support.clinic import KEY, LEO, MANAGER, MAYA, SmallClinic

OF_LEO = Approval(LEO, "2345")
DAMAGE = {
    "cash in transit equals the transfers under way": "UPDATE till_transfer SET status = 'accepted' WHERE id = 3",
    "cash that was sent left its drawer": "UPDATE till_transfer SET denominations = '{\"2000\": 3}' WHERE id = 1",
    "cash that was accepted came into its drawer": "UPDATE till_transfer SET to_till_id = 7 WHERE id = 1",
    "cash that was declined came back": "UPDATE till_transfer SET returned_cents = 1000 WHERE id = 2",
    "a transfer takes two people": "UPDATE till_transfer SET answered_by = sent_by WHERE id = 1",
    "no drawer closed over cash on its way": "UPDATE till_session SET status = 'closed' WHERE till_id = 2",
    "hand-overs agree with their counts": "UPDATE till_handover SET counted_cents = 1",
    "the holder of a drawer opened it or took it over": "UPDATE till_session SET holder_id = 3 WHERE till_id = 1",
    "no drawer was ever below zero": "UPDATE journal_line SET cents = cents - 90000 WHERE account = 'drawer:2'",
    "counts are what their pieces come to": "UPDATE till_count SET expected_cents = NULL WHERE kind = 'handover'",
    "the pieces of a float are those that were left": "UPDATE till_count SET denominations"
    " = '{\"10000\": 1}', cash_cents = 10000 WHERE kind = 'float'",
    "the pieces of drops are no more than was dropped": "UPDATE till_count SET cash_cents = 2600 WHERE kind = 'drop'",
    "each session begins with what the last left": "UPDATE till_session SET opening_expected_cents = 1 WHERE id = 2",
    "over and short is told to the cent": "UPDATE journal_line SET cents = cents + 1 WHERE account = 'cash_over_short'",
}
"""For each check, what somebody with the key and a tool could do to the tables once the triggers are gone."""


@pytest.fixture
def busy(clinic: SmallClinic) -> SmallClinic:
    """Two drawers with a close, a hand-over that was short, and transfers accepted, returned short, and under way."""
    desk = clinic.desk
    pay(clinic, cash(2500))
    desk.do(drop, 1, 2500, key=key(), pieces={2000: 1, 500: 1})
    desk.do(begin_count, 1)
    desk.do(record_count, 1, FLOAT)
    desk.do(close_till, 1, float_left_cents=15000)
    desk.do(open_till, 1, FLOAT)
    count = desk.do(count_for_handover, 1, FLOAT | {100: 9})
    desk.do(hand_over, count.count_id, OF_LEO, reason="Wrong change given")
    desk.actor_id = MANAGER
    desk.do(add_till, TillInput("Drawer 2", 5000))
    desk.do(open_till, 2, {500: 10})
    desk.actor_id = MAYA
    desk.do(accept_transfer, _send(clinic, {2000: 2}), {2000: 2}, key=key(), witness=OF_LEO)
    back = _send(clinic, {2000: 1})
    desk.do(decline_transfer, back, reason="Not needed", witness=OF_LEO)
    desk.do(take_back_transfer, back, {1000: 1, 100: 9}, key=key(), reason="Miscounted")
    _send(clinic, {500: 2})
    return clinic


def test_a_sound_book_is_called_right(busy: SmallClinic) -> None:
    assert wrong(busy.desk) == []


@pytest.mark.parametrize("name", DAMAGE)
def test_each_check_finds_its_damage(busy: SmallClinic, name: str) -> None:
    connection = raw_connect(busy.folder / "desk.db", KEY)
    connection.execute("PRAGMA foreign_keys = OFF")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    assert connection.execute(DAMAGE[name]).rowcount > 0
    connection.commit()
    connection.close()
    assert name in {one.name for one in busy.desk.ask(book_checks) if not one.ok}


def test_no_check_is_without_its_damage() -> None:
    assert set(DAMAGE) == set(CHECKS)


def _send(clinic: SmallClinic, pieces: dict[int, int]) -> int:
    return clinic.desk.do(send_transfer, TransferInput(key(), 1, 2, pieces))
