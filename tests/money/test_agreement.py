"""Six reports tell the same day: whatever happens at the counter, to the cent; and a difference is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from psc_desk.engine import raw_connect
from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.payment import PaymentKind
from psc_desk.models.till import DepositItem
from psc_desk.queries.agreement import FIGURES, REPORTS, agreement, days_touched, six_reports
from psc_desk.queries.verify import account_balances, book_checks
from psc_desk.usecases.adjustments import adjust, take_back_adjustment
from psc_desk.usecases.bank import BankWord, confirm_card_batch, record_card_batch
from psc_desk.usecases.charges import void_charge
from psc_desk.usecases.handover import count_for_handover, hand_over
from psc_desk.usecases.payments import refund_payment, void_payment
from psc_desk.usecases.retail import ItemInput, SaleInput, add_item, receive_stock, return_items, sell
from psc_desk.usecases.returned_checks import ReturnedCheck, return_check
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import drop, go_on_past_midnight, open_till, pay_in, pay_out
from psc_desk.usecases.transfers import (
    TransferInput,
    accept_transfer,
    decline_transfer,
    send_transfer,
    take_back_transfer,
)
from tests.money.conftest import FLOAT
from tests.money.support import card, cash, charged_visit, check, key, pay
from tests.money.test_deposit_bank import LEAD, close, deposit_all, second_drawer
from tests.money.test_machine import pieces_for
from tests.simulator.shift import Shift
from tests.support.clinic import INES, KEY, LEO, MANAGER, MAYA, TODAY, SmallClinic
from tests.support.sizes import size


def told(clinic: SmallClinic, figure: str) -> dict[str, int]:
    """What each report says about a figure of today."""
    found = next(one for one in clinic.desk.ask(six_reports, TODAY).figures if one.name == figure)
    return {who: value for who, value in zip(REPORTS, found.values, strict=True) if value is not None}


def a_day(clinic: SmallClinic) -> None:
    """Charges of $195.50, $30 taken back, $20 off; money of every kind, a refund, a void, moves; $1 short."""
    _, charges = charged_visit(clinic, "OV", "LAB", "INJ")
    clinic.desk.do(void_charge, charges[2], key=key(), reason="Not done")
    clinic.desk.do(adjust, charges[0], 2000, AdjustmentKind.COURTESY, key=key(), reason="Agreed")
    off = clinic.desk.do(adjust, charges[1], 500, AdjustmentKind.COURTESY, key=key(), reason="Agreed")
    clinic.desk.do(take_back_adjustment, off, key=key(), reason="Wrong line")
    split = pay(clinic, cash(4000, 5000), card(2500))
    pay(clinic, check(3000))
    pay(clinic, cash(700), kind=PaymentKind.PREPAYMENT)
    clinic.desk.do(void_payment, pay(clinic, check(999)).payment_id, key=key(), reason="Twice")
    clinic.desk.do(refund_payment, split.payment_id, 3000, key=key(), reason="Overpaid")
    clinic.desk.do(pay_in, 1, 2000, key=key(), reason="Change")
    clinic.desk.do(pay_out, 1, 450, key=key(), reason="Stamps")
    clinic.desk.do(drop, 1, 1000, key=key())


def test_a_day_with_everything_is_told_alike_by_all_six(clinic: SmallClinic) -> None:
    a_day(clinic)
    assert clinic.desk.ask(six_reports, TODAY).differences == []
    close(clinic.desk, 1, 15000 + 4700 - 500 + 2000 - 450 - 1000 - 100)
    assert clinic.desk.ask(six_reports, TODAY).differences == []
    assert told(clinic, "charges") == {"Day sheet": 16550, "Ledger": 16550}
    assert told(clinic, "adjustments") == {"Day sheet": 2000, "Ledger": 2000}
    assert told(clinic, "taken") == {"Day sheet": 7200, "Receipts": 7200, "Ledger": 7200}
    assert told(clinic, "cash") == {"Receipts": 4200, "Drawer counts": 4200, "Ledger": 4200}
    assert told(clinic, "checks") == {"Receipts": 3000, "Deposits": 3000, "Ledger": 3000}
    assert told(clinic, "cards") == {"Receipts": 0, "Deposits": 0, "Ledger": 0}
    assert told(clinic, "receivable") == {"Day sheet": 7350, "Receivable": 7350, "Ledger": 7350}
    assert told(clinic, "to_bank") == {"Drawer counts": 5650, "Deposits": 5650, "Ledger": 5650}
    assert told(clinic, "over_short") == {"Drawer counts": -100, "Ledger": -100}
    deposit_all(clinic)
    assert clinic.desk.ask(six_reports, TODAY).differences == []


def test_sales_transfers_hand_overs_and_returned_checks_are_told_alike(clinic: SmallClinic) -> None:
    desk = clinic.desk
    other = desk.do(second_drawer)
    desk.do(open_till, other, FLOAT)
    desk.actor_id = MANAGER
    item = desk.do(add_item, ItemInput("BK", "Diabetes guide", 500, taxable=False))
    desk.do(receive_stock, item, 10)
    desk.actor_id = MAYA
    sold = desk.do(sell, SaleInput(key(), 1, {item: 3}, (cash(1000), card(500))))
    desk.do(return_items, sold.payment_id, {item: 1}, key=key(), reason="Not needed")
    desk.do(void_payment, desk.do(sell, SaleInput(key(), 1, {item: 1}, (check(500),), INES)).payment_id,
            key=key(), reason="Wrong item")  # fmt: skip
    sent = desk.do(send_transfer, TransferInput(key(), 1, other, {2000: 1}))
    desk.do(decline_transfer, sent, reason="A twenty is missing", witness=LEAD)
    desk.do(take_back_transfer, sent, {1000: 1, 500: 1}, key=key(), reason="Lost", approval=LEAD)
    sent = desk.do(send_transfer, TransferInput(key(), 1, other, {500: 2}))
    desk.do(accept_transfer, sent, {500: 2}, key=key(), witness=LEAD)
    held = desk.ask(account_balances)[f"drawer:{other}"]
    given = desk.do(count_for_handover, other, pieces_for(held - 200))
    desk.do(hand_over, given.count_id, LEAD, reason="Miscounted", approval=Approval(MANAGER, "3456"))
    assert desk.ask(six_reports, TODAY).differences == []
    assert told(clinic, "sales") == {"Day sheet": 1000, "Ledger": 1000}
    assert told(clinic, "over_short") == {"Drawer counts": -700, "Ledger": -700}
    pay(clinic, check(4000))
    for till_id in (1, other):
        close(desk, till_id, desk.ask(account_balances)[f"drawer:{till_id}"], left=1000)
    deposit_all(clinic)
    desk.do(open_till, 1, {500: 2})
    returned = desk.ask(
        lambda read: read.session.scalar(select(DepositItem.tender_id).where(DepositItem.tender_id > 0))
    )
    assert returned is not None
    desk.do(return_check, ReturnedCheck(returned, key(), "No funds", 2500))
    assert desk.ask(six_reports, TODAY).differences == []
    assert told(clinic, "checks") == {"Receipts": 4000, "Deposits": 4000, "Ledger": 4000}


def test_the_bank_s_word_of_a_later_day_leaves_the_day_as_it_was(clinic: SmallClinic) -> None:
    pay(clinic, card(5000))
    session_id = close(clinic.desk, 1, 15000)
    batch = clinic.desk.do(record_card_batch, session_id, "7", 5000)
    clinic.clock.advance(days=2)
    clinic.desk.actor_id = LEO
    clinic.desk.do(confirm_card_batch, batch, BankWord(TODAY, 4850, 150), key=key())
    days = clinic.desk.ask(agreement)
    assert [(one.day, one.differences) for one in days] == [(TODAY, [])]
    assert told(clinic, "cards") == {"Receipts": 5000, "Deposits": 5000, "Ledger": 5000}


def test_a_session_past_midnight_keeps_its_day(clinic: SmallClinic) -> None:
    clinic.clock.advance(hours=13)
    clinic.desk.do(go_on_past_midnight, 1, "Late clinic")
    pay(clinic, cash(2500))
    close(clinic.desk, 1, 17600)
    assert told(clinic, "cash")["Receipts"] == 2500
    assert clinic.desk.ask(six_reports, TODAY).differences == []
    clinic.desk.do(open_till, 1, FLOAT | {100: 11}, reason="Found a dollar")
    assert [one.differences for one in clinic.desk.ask(agreement)] == [[], []]


def test_days_touched_are_those_with_an_entry_since(clinic: SmallClinic) -> None:
    start = clinic.clock.now()
    assert clinic.desk.ask(days_touched, start) is None
    clinic.clock.advance(minutes=1)
    pay(clinic, cash(2500))
    assert clinic.desk.ask(days_touched, start) == (TODAY, TODAY)
    assert clinic.desk.ask(days_touched, None) == (TODAY, TODAY)


DAMAGE = {
    "charges": "UPDATE journal_line SET cents = cents - 1 WHERE account = 'charges'",
    "adjustments": "UPDATE adjustment SET cents = cents + 1 WHERE cents > 0",
    "taken": "UPDATE payment SET amount_cents = amount_cents + 1 WHERE id = 1",
    "cash": "UPDATE tender SET kind = 'card' WHERE kind = 'cash'",
    "checks": "UPDATE deposit_item SET cents = cents + 1 WHERE tender_id IS NOT NULL",
    "cards": "UPDATE journal_line SET cents = cents + 1 WHERE account = 'card_clearing'",
    "receivable": "UPDATE journal_line SET cents = cents + 1 WHERE account = 'unapplied_credit'",
    "to_bank": "UPDATE till_session SET to_bank_cents = to_bank_cents + 1",
    "over_short": "UPDATE journal_line SET cents = cents + 1 WHERE account = 'cash_over_short'",
}
"""What somebody with the key and a tool could do, by the figure that gives it away."""


@pytest.mark.parametrize("figure", DAMAGE)
def test_a_changed_row_is_named_with_who_says_what(clinic: SmallClinic, figure: str) -> None:
    a_day(clinic)
    close(clinic.desk, 1, 15000 + 4700 - 500 + 2000 - 450 - 1000 - 100)
    deposit_all(clinic)
    clinic.desk.actor_id = MAYA
    connection = raw_connect(clinic.folder / "desk.db", KEY)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    assert connection.execute(DAMAGE[figure]).rowcount > 0
    connection.commit()
    connection.close()
    wrong = clinic.desk.ask(six_reports, TODAY).differences
    assert any(FIGURES[figure] in sentence for sentence in wrong), wrong
    failed = {one.name for one in clinic.desk.ask(book_checks) if not one.ok}
    assert "six reports agree on every day" in failed


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(500, 500 + size(3, 10, 1000)))
def test_every_simulated_day_is_told_alike(seed: int, tmp_path: Path) -> None:
    shift = Shift(seed, tmp_path)
    digest = shift.run(size(6, 12, 60))
    assert digest
    again = shift.clinic.desk
    days = again.ask(agreement)
    assert days
    assert [sentence for one in days for sentence in one.differences] == []
    again.engine.dispose()
