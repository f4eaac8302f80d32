"""Things sold over the counter: to the cent with tax, with their stock, and back again."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psc_desk.errors import ConflictError, DeskError, InputError, OverridableError, RefusedError
from psc_desk.models.card import CardState
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.retail import rate_words, sales_tax, tax_given_back
from psc_desk.papers.till_report import till_report_pdf
from psc_desk.papers.till_slips import till_report_text
from psc_desk.queries.cards import card_slips
from psc_desk.queries.deposits import bankable
from psc_desk.queries.money import balance, payments
from psc_desk.queries.receipts import receipt_data
from psc_desk.queries.retail import (
    all_items,
    items,
    low_stock,
    matching,
    moves,
    return_form,
    sale_form,
    sale_lines,
    stock,
    sums,
)
from psc_desk.queries.session_retail import session_retail
from psc_desk.queries.tills import till, till_report
from psc_desk.queries.verify import account_balances
from psc_desk.settings import SALES_TAX
from psc_desk.usecases.cards import CardAnswer, begin_card, finish_card, post_late_approval
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.payments import PaymentDone, refund_payment, reprint_receipt, void_payment
from psc_desk.usecases.retail import (
    ItemInput,
    SaleInput,
    add_item,
    change_item,
    count_stock,
    receive_stock,
    return_items,
    sell,
    sell_anyway,
    use_stock,
)
from psc_desk.usecases.settings import set_setting
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.tenders import TenderInput
from psc_desk.usecases.till import begin_count, close_till, open_till, record_count
from psc_desk.work import Work
from tests.money.support import card, cash, key, wrong
from tests.money.support import check as by_check
from tests.support.clinic import INES, LEO, MANAGER, MAYA, SmallClinic, small_clinic

BRACE, CREAM, GUIDE = 1, 2, 3
ITEMS = (
    ItemInput("0123456789012", "Wrist brace", 1899, "Muñequera", par=4),
    ItemInput("CR-1", "Skin cream", 749, "Crema para la piel"),
    ItemInput("BK", "Diabetes guide", 500, taxable=False),
)
LEAD = Approval(LEO, "2345")
YES = CardAnswer(CardState.APPROVED, "Visa", "4242", "A8812")


def stocked(clinic: SmallClinic, tax: int = 6250) -> SmallClinic:
    """Add three items, ten of each, and a sales tax of 6.25 %."""
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(set_setting, SALES_TAX, tax)
    for item in ITEMS:
        clinic.desk.do(receive_stock, clinic.desk.do(add_item, item), 10)
    clinic.desk.actor_id = MAYA
    return clinic


@pytest.fixture
def shop(clinic: SmallClinic) -> SmallClinic:
    """The small clinic with something to sell."""
    return stocked(clinic)


def basket(units: dict[int, int], *tenders: TenderInput, patient_id: int | None = None) -> SaleInput:
    """A sale at drawer 1."""
    return SaleInput(key(), 1, units, tenders, patient_id)


def total(clinic: SmallClinic, units: dict[int, int]) -> int:
    """What a basket comes to."""
    known = {row.id: row for row in clinic.desk.ask(items)}
    rate = clinic.desk.ask(sale_form).tax_rate
    return sums([(known[item_id], count) for item_id, count in units.items()], rate).total_cents


def sold(clinic: SmallClinic, units: dict[int, int], patient_id: int | None = None) -> PaymentDone:
    """Sell for cash."""
    return clinic.desk.do(sell, basket(units, cash(total(clinic, units)), patient_id=patient_id))


def held(clinic: SmallClinic, account: str) -> int:
    """The balance of an account."""
    return clinic.desk.ask(account_balances).get(account, 0)


def left(clinic: SmallClinic) -> list[int]:
    """The stock of the three items."""
    return [clinic.desk.ask(stock, item_id) for item_id in (BRACE, CREAM, GUIDE)]


def test_the_tax_is_rounded_half_up_on_the_taxable_total() -> None:
    assert sales_tax([3798, 749, 0], 6250) == [237, 47, 0]
    assert sum(sales_tax([8], 6250)) == 1
    assert sum(sales_tax([7], 6250)) == 0
    assert sales_tax([0, 0], 6250) == [0, 0]
    assert sales_tax([100], 0) == [0]
    assert [rate_words(rate) for rate in (6250, 0, 20_000, 7_375)] == ["6.25 %", "0 %", "20 %", "7.375 %"]


def test_a_sale_books_money_sales_and_tax_and_moves_the_stock(shop: SmallClinic) -> None:
    done = shop.desk.do(sell, basket({BRACE: 2, CREAM: 1, GUIDE: 3}, cash(6331, 7000)))
    assert (done.amount_cents, done.change_cents, done.receipt_no) == (6331, 669, 1001)
    assert held(shop, "drawer:1") == 15000 + 6331
    assert (held(shop, "retail_sales"), held(shop, "sales_tax_payable")) == (-6047, -284)
    assert left(shop) == [8, 9, 7]
    assert shop.desk.ask(session_retail, 1) == (6047, 284)
    assert wrong(shop.desk) == []


def test_a_sale_is_paid_in_parts(shop: SmallClinic) -> None:
    shop.desk.do(sell, basket({GUIDE: 2}, cash(300), by_check(300), card(400)))
    assert [held(shop, name) for name in ("undeposited_checks", "card_clearing")] == [300, 400]
    assert wrong(shop.desk) == []


def test_a_double_click_sells_once(shop: SmallClinic) -> None:
    sale = basket({GUIDE: 1}, cash(500))
    first, second = (shop.desk.do(sell, sale) for _ in range(2))
    assert first == second
    assert left(shop)[2] == 9


def test_a_sale_to_a_patient_leaves_the_account_alone(shop: SmallClinic) -> None:
    done = sold(shop, {GUIDE: 1}, INES)
    assert shop.desk.ask(balance, INES) == 0
    assert [row.payment_id for row in shop.desk.ask(payments, patient_id=INES)] == [done.payment_id]


@pytest.mark.parametrize(
    ("sale", "sentence"),
    [
        (basket({}, cash(500)), "Scan an item"),
        (basket({GUIDE: 1}, cash(499)), r"The sale comes to \$5.00, what is paid to \$4.99"),
        (basket({GUIDE: 1}), r"what is paid to \$0.00"),
        (basket({GUIDE: 0}, cash(500)), "1 to 999 units"),
        (basket({99: 1}, cash(500)), "no longer sold"),
        (basket({GUIDE: 1}, cash(500, 400)), r"\$1.00 short"),
    ],
)
def test_what_cannot_be_sold_is_refused_in_words(shop: SmallClinic, sale: SaleInput, sentence: str) -> None:
    with pytest.raises(DeskError, match=sentence):
        shop.desk.do(sell, sale)
    assert left(shop) == [10, 10, 10]


def by_terminal(cents: int) -> TenderInput:
    """A card as it is chosen, before the terminal was asked."""
    return TenderInput(TenderKind.CARD, cents)


def test_a_sale_by_card_is_posted_once_at_the_prices_it_was_asked_for(shop: SmallClinic) -> None:
    sale = basket({BRACE: 2, GUIDE: 1}, cash(500, 1000), by_terminal(4035))
    begun = shop.desk.do(begin_card, sale)
    assert (begun.row.kind, begun.row.cents, begun.payment) == (PaymentKind.SALE, 4035, None)
    assert shop.desk.do(begin_card, sale) == begun
    assert left(shop) == [10, 10, 10]
    shop.desk.actor_id = MANAGER
    shop.desk.do(change_item, BRACE, replace(ITEMS[0], price_cents=9900, active=False), 1)
    shop.desk.do(set_setting, SALES_TAX, 0)
    shop.desk.actor_id = MAYA
    done = shop.desk.do(finish_card, begun.row.attempt_id, YES)
    assert done.payment is not None
    assert (done.payment.amount_cents, done.payment.change_cents) == (4535, 500)
    assert shop.desk.do(finish_card, begun.row.attempt_id, YES) == done
    assert shop.desk.do(begin_card, sale) == done
    assert [row.tender for row in shop.desk.ask(payments)] == ["cash, Visa ····4242 ref A8812"]
    assert left(shop) == [8, 10, 9]
    assert wrong(shop.desk) == []


def test_a_sale_by_card_without_an_answer_waits_for_a_person(shop: SmallClinic) -> None:
    sale = basket({GUIDE: 1}, by_terminal(500))
    attempt = shop.desk.do(begin_card, sale).row.attempt_id
    shop.desk.do(finish_card, attempt, CardAnswer(CardState.CHECK_TERMINAL))
    with pytest.raises(ConflictError, match="no answer yet"):
        shop.desk.do(begin_card, basket({GUIDE: 1}, by_terminal(500)))
    assert shop.desk.do(begin_card, basket({GUIDE: 1}, by_terminal(500), patient_id=INES)).payment is None
    assert shop.desk.ask(payments) == []
    shop.desk.do(finish_card, attempt, CardAnswer(CardState.DECLINED))
    late = shop.desk.do(post_late_approval, attempt, YES)
    assert late.payment is not None
    assert left(shop) == [10, 10, 9]
    assert wrong(shop.desk) == []


@pytest.mark.parametrize(
    ("sale", "sentence"),
    [
        (basket({GUIDE: 1}, by_terminal(499)), r"what is paid to \$4.99"),
        (basket({GUIDE: 1}, by_terminal(200), by_terminal(200)), r"what is paid to \$4.00"),
        (basket({99: 1}, by_terminal(500)), "no longer sold"),
        (basket({GUIDE: 11}, by_terminal(5500)), "only 10 of Diabetes guide left"),
    ],
)
def test_a_sale_by_card_is_refused_before_the_terminal_is_asked(
    shop: SmallClinic, sale: SaleInput, sentence: str
) -> None:
    with pytest.raises(DeskError, match=sentence):
        shop.desk.do(begin_card, sale)
    assert shop.desk.ask(card_slips) == []


def test_more_than_is_left_is_sold_by_card_when_a_person_says_so(shop: SmallClinic) -> None:
    sale = basket({GUIDE: 11}, by_terminal(5500))
    attempt = shop.desk.do(begin_card, sale, anyway=True).row.attempt_id
    shop.desk.do(finish_card, attempt, YES)
    assert left(shop) == [10, 10, -1]


def test_a_closed_drawer_sells_nothing(tmp_path: Path) -> None:
    closed = stocked(small_clinic(tmp_path))
    with pytest.raises(RefusedError, match="drawer is closed"):
        sold(closed, {GUIDE: 1})


def test_more_than_the_count_says_is_asked_about_and_then_sold(shop: SmallClinic) -> None:
    with pytest.raises(OverridableError, match="only 10 of Diabetes guide left"):
        sold(shop, {GUIDE: 11})
    shop.desk.do(sell_anyway, basket({GUIDE: 11}, cash(5500)))
    assert left(shop)[2] == -1
    with pytest.raises(OverridableError, match="only none of Diabetes guide"):
        sold(shop, {GUIDE: 1})


def test_a_void_brings_everything_back(shop: SmallClinic) -> None:
    done = sold(shop, {BRACE: 2, GUIDE: 1})
    shop.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong item")
    assert left(shop) == [10, 10, 10]
    assert [held(shop, name) for name in ("drawer:1", "retail_sales", "sales_tax_payable")] == [15000, 0, 0]
    assert [line.left for line in shop.desk.ask(sale_lines, done.payment_id)] == [0, 0]
    assert wrong(shop.desk) == []


def test_chosen_items_come_back_with_their_tax_to_the_cent(shop: SmallClinic) -> None:
    done = sold(shop, {BRACE: 3, GUIDE: 2})
    tax = shop.desk.ask(sale_lines, done.payment_id)[0].tax_cents
    assert tax == 356
    back = [
        shop.desk.do(return_items, done.payment_id, {BRACE: 1}, key=key(), reason="Wrong size").amount_cents
        for _ in range(3)
    ]
    assert back == [-1899 - 119, -1899 - 118, -1899 - 119]
    assert left(shop) == [10, 10, 8]
    assert held(shop, "sales_tax_payable") == 0
    with pytest.raises(InputError, match="0 can still come back"):
        shop.desk.do(return_items, done.payment_id, {BRACE: 1}, key=key(), reason="Again")
    assert wrong(shop.desk) == []


def test_a_void_of_a_return_lets_the_item_come_back_again(shop: SmallClinic) -> None:
    done = sold(shop, {GUIDE: 2})
    back = shop.desk.do(return_items, done.payment_id, {GUIDE: 2}, key=key(), reason="Not wanted")
    shop.desk.do(void_payment, back.payment_id, key=key(), reason="Wrong receipt")
    assert left(shop)[2] == 8
    assert shop.desk.ask(return_form, done.payment_id).lines[0].left == 2
    shop.desk.do(return_items, done.payment_id, {GUIDE: 1}, key=key(), reason="Not wanted")
    assert wrong(shop.desk) == []


def test_a_return_goes_back_as_it_was_paid_and_a_large_one_takes_two(shop: SmallClinic) -> None:
    amount = total(shop, {BRACE: 5})
    done = shop.desk.do(sell, basket({BRACE: 5}, card(amount)))
    with pytest.raises(DeskError, match=r"A return above \$50.00 needs two people"):
        shop.desk.do(return_items, done.payment_id, {BRACE: 5}, key=key(), reason="Closed")
    shop.desk.do(return_items, done.payment_id, {BRACE: 5}, key=key(), reason="Closed", approval=LEAD)
    assert held(shop, "card_clearing") == 0


def test_a_sale_is_not_refunded_by_amount(shop: SmallClinic) -> None:
    done = sold(shop, {GUIDE: 1})
    with pytest.raises(RefusedError, match="which of them come back"):
        shop.desk.do(refund_payment, done.payment_id, 100, key=key(), reason="Overpaid")
    with pytest.raises(InputError, match="how many of which item"):
        shop.desk.do(return_items, done.payment_id, {GUIDE: 0}, key=key(), reason="Why")
    with pytest.raises(InputError, match="why the items"):
        shop.desk.do(return_items, done.payment_id, {GUIDE: 1}, key=key(), reason=" ")
    with pytest.raises(RefusedError, match="no such item"):
        shop.desk.do(return_items, done.payment_id, {BRACE: 1}, key=key(), reason="Why")


def test_stock_is_received_used_and_counted(shop: SmallClinic) -> None:
    assert shop.desk.do(receive_stock, BRACE, 5, reason="Invoice 77") == 15
    assert shop.desk.do(use_stock, BRACE, 2, reason="Shown to patients") == 13
    assert shop.desk.do(count_stock, BRACE, 13) == 0
    with pytest.raises(InputError, match="1 below what the moves say"):
        shop.desk.do(count_stock, BRACE, 12)
    assert shop.desk.do(count_stock, BRACE, 12, reason="One is missing") == -1
    rows = shop.desk.ask(moves, BRACE)
    assert [(row.word, row.units, row.left) for row in rows] == [
        ("Counted", -1, 12), ("Used", -2, 13), ("Received", 5, 15), ("Received", 10, 10),
    ]  # fmt: skip
    for bad in (0, -1):
        with pytest.raises(InputError, match="whole number above 0"):
            shop.desk.do(receive_stock, BRACE, bad)
    with pytest.raises(InputError, match="what became of them"):
        shop.desk.do(use_stock, BRACE, 1, reason="")


def test_what_is_below_its_par_is_listed(shop: SmallClinic) -> None:
    assert shop.desk.ask(low_stock) == []
    shop.desk.do(count_stock, BRACE, 3, reason="Found 3")
    assert [row.id for row in shop.desk.ask(low_stock)] == [BRACE]
    assert shop.desk.ask(all_items)[0].id == BRACE


def test_a_scan_finds_the_code_and_typing_finds_the_name_in_both_languages(shop: SmallClinic) -> None:
    rows = shop.desk.ask(sale_form).items
    assert [[row.id for row in matching(rows, typed)] for typed in ("cr-1", "munequera", "a brace", "", "xyz")] == [
        [CREAM], [BRACE], [BRACE], [], [],
    ]  # fmt: skip


def test_an_item_is_changed_once_and_a_code_belongs_to_one_item(shop: SmallClinic) -> None:
    shop.desk.actor_id = MANAGER
    shop.desk.do(change_item, GUIDE, replace(ITEMS[2], price_cents=600), 1)
    with pytest.raises(ConflictError):
        shop.desk.do(change_item, GUIDE, ITEMS[2], 1)
    with pytest.raises(InputError, match="Wrist brace has this code"):
        shop.desk.do(add_item, replace(ITEMS[0], name="Other"))
    for bad, field in ((replace(ITEMS[2], sku=" "), "sku"), (replace(ITEMS[2], name=""), "name"),
                       (replace(ITEMS[2], sku="N", price_cents=-1), "price_cents")):  # fmt: skip
        with pytest.raises(InputError) as caught:
            shop.desk.do(add_item, bad)
        assert caught.value.field == field


def test_the_receipt_of_a_sale_without_a_patient(shop: SmallClinic) -> None:
    done = shop.desk.do(sell, basket({BRACE: 2, GUIDE: 1}, cash(4535, 5000)))
    data = shop.desk.ask(receipt_data, done.payment_id)
    assert [(line.label, line.cents) for line in data.lines] == [
        ("2 × Wrist brace @ $18.99", 3798), ("Diabetes guide", 500),
    ]  # fmt: skip
    assert (data.tax, data.total, data.tendered, data.change) == (237, 4535, 5000, 465)
    assert (data.patient_name, data.record_no, data.balance_after, data.language) == ("", "", None, "en")


def test_the_receipt_of_a_sale_to_a_patient_is_in_her_language(shop: SmallClinic) -> None:
    done = sold(shop, {BRACE: 1, GUIDE: 1}, INES)
    data = shop.desk.ask(receipt_data, done.payment_id)
    assert [line.label for line in data.lines] == ["Muñequera", "Diabetes guide"]
    assert data.patient_name
    back = shop.desk.do(return_items, done.payment_id, {BRACE: 1}, key=key(), reason="Wrong size")
    returned = shop.desk.ask(receipt_data, back.payment_id)
    assert (returned.total, returned.tax, returned.original_no) == (1899 + 119, 119, done.receipt_no)


def test_the_drawer_counts_a_sale_like_any_money(shop: SmallClinic) -> None:
    sold(shop, {GUIDE: 1})
    row = shop.desk.ask(till, 1)
    assert (row.cash_count, row.expected_opening_cents) == (1, 15500)
    assert [row.kind for row in shop.desk.ask(payments, session_id=1)] == [PaymentKind.SALE]


def test_the_report_of_the_drawer_names_items_and_tax_but_not_to_who_counts_blind(shop: SmallClinic) -> None:
    done = sold(shop, {BRACE: 1, GUIDE: 1})
    shop.desk.do(return_items, done.payment_id, {GUIDE: 1}, key=key(), reason="Not wanted")
    assert shop.desk.ask(till_report, 1, "X").retail is None
    assert "Of it" not in till_report_text(shop.desk.ask(till_report, 1, "X"))
    shop.desk.actor_id = LEO
    data = shop.desk.ask(till_report, 1, "X")
    assert (data.retail, data.sales_tax) == (1899, 119)
    assert data.expected == 15000 + 1899 + 119
    printed = till_report_text(data)
    assert "Of it items sold" in printed
    assert "$1.19" in printed


@settings(deadline=None)
@given(tax=st.integers(0, 10**6), parts=st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_tax_that_comes_back_in_parts_sums_to_the_tax(tax: int, parts: list[int]) -> None:
    units = sum(parts)
    back = [tax_given_back(tax, units, sum(parts[:n]), part) for n, part in enumerate(parts)]
    assert sum(back) == tax
    assert all(cents >= 0 for cents in back)


BASKETS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from([BRACE, CREAM, GUIDE]), st.integers(1, 4), min_size=1),
        st.integers(0, 2), st.booleans(),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(baskets=BASKETS, tax=st.integers(0, 20_000))
def test_after_any_sales_returns_and_voids_the_books_prove_themselves(
    baskets: list[tuple[dict[int, int], int, bool]], tax: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = stocked(small_clinic(Path(folder)), tax)
        shop.desk.do(open_till, 1, {2000: 5, 500: 8, 100: 10})
        there = dict.fromkeys((BRACE, CREAM, GUIDE), 10)
        money = 15000
        for units, back, void in baskets:
            done = shop.desk.do(sell_anyway, basket(units, cash(total(shop, units))))
            if void:
                shop.desk.do(void_payment, done.payment_id, key=key(), reason="Wrong", approval=LEAD)
                continue
            money += done.amount_cents
            some = {item_id: min(back, count) for item_id, count in units.items()}
            for item_id, count in units.items():
                there[item_id] -= count - some[item_id]
            if back:
                money += shop.desk.do(
                    return_items, done.payment_id, some, key=key(), reason="Back", approval=LEAD
                ).amount_cents
            assert wrong(shop.desk) == []
        assert {item_id: shop.desk.ask(stock, item_id) for item_id in there} == there
        assert held(shop, "drawer:1") == money
        assert money - 15000 == -held(shop, "retail_sales") - held(shop, "sales_tax_payable")
        shop.desk.engine.dispose()


@pytest.mark.parametrize(
    ("table", "damage", "check"),
    [
        ("sale_line", "UPDATE sale_line SET tax_cents = tax_cents + 1 WHERE id = 1", "sales equal their lines"),
        ("sale_line", "UPDATE sale_line SET unit_cents = 1, amount_cents = units WHERE id = 1", "sales and sales tax"),
        ("sale_line", "DELETE FROM sale_line WHERE payment_id = 2", "what takes a sale back"),
        ("sale_line", "UPDATE sale_line SET units = -9, amount_cents = -9 * unit_cents WHERE id = 3", "no more comes"),
        ("stock_move", "UPDATE stock_move SET units = -5 WHERE payment_id = 1", "stock moves with its sale"),
    ],
)
def test_each_check_of_the_books_finds_its_damage(shop: SmallClinic, table: str, damage: str, check: str) -> None:
    done = sold(shop, {BRACE: 2, GUIDE: 1})
    shop.desk.do(return_items, done.payment_id, {BRACE: 1}, key=key(), reason="Wrong size")
    assert wrong(shop.desk) == []

    def harm(work: Work) -> None:
        run = work.session.connection().exec_driver_sql
        for verb in ("update", "delete"):
            run(f"DROP TRIGGER {table}_no_{verb}")
        run(damage)

    shop.desk.do(harm)
    assert any(check in one.name for one in wrong(shop.desk))


def test_a_check_of_somebody_who_is_no_patient_goes_to_the_bank_and_its_receipt_is_copied(shop: SmallClinic) -> None:
    done = shop.desk.do(sell, basket({GUIDE: 2}, by_check(1000)))
    shop.desk.do(reprint_receipt, done.payment_id)
    shop.desk.do(begin_count, 1)
    shop.desk.do(record_count, 1, {2000: 5, 500: 8, 100: 10})
    shop.desk.do(close_till, 1, float_left_cents=15000)
    found = shop.desk.ask(bankable).checks
    assert [(row.payer, row.cents) for row in found] == [("Counter sale", 1000)]
    shop.desk.do(make_deposit, DepositInput(key(), (), (found[0].tender_id,), {}, exception_reason="Alone today"))
    assert held(shop, "bank") == 1000
    assert wrong(shop.desk) == []
    shop.desk.actor_id = LEO
    assert b"%PDF" in till_report_pdf(shop.desk.ask(till_report, 1, "Z"))[:8]
