"""Adjustments and write-offs, and what becomes of money already paid."""

from __future__ import annotations

import pytest

from psc_desk.errors import InputError, RefusedError, SecondPersonNeeded
from psc_desk.models.charging import AdjustmentKind
from psc_desk.queries.money import ChargeRow, account, balance, unapplied
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.adjustments import adjust, take_back_adjustment, write_off_small_balances
from psc_desk.usecases.charges import void_charge
from psc_desk.usecases.payments import void_payment
from psc_desk.usecases.staff import Approval
from tests.money.support import cash, charged_visit, key, pay, wrong
from tests.support.clinic import INES, JONAH, LEO, SmallClinic

LEAD = Approval(LEO, "2345")


def the_charge(clinic: SmallClinic, charge_id: int, patient_id: int = INES) -> ChargeRow:
    """The charge as it stands."""
    return next(row for row in clinic.desk.ask(account, patient_id).charges if row.charge_id == charge_id)


def take_off(clinic: SmallClinic, charge_id: int, cents: int, kind: AdjustmentKind, **kw: object) -> int:
    """Adjust with a lead's approval."""
    named: dict[str, object] = {"key": key(), "reason": "Hardship", "approval": LEAD, **kw}
    return clinic.desk.do(adjust, charge_id, cents, kind, **named)  # type: ignore[arg-type]  # named by keyword


@pytest.mark.parametrize("kind", list(AdjustmentKind))
def test_an_adjustment_lowers_what_is_owed_on_the_account_of_its_kind(
    clinic: SmallClinic, kind: AdjustmentKind
) -> None:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    take_off(clinic, charge_id, 400, kind)
    row = the_charge(clinic, charge_id)
    assert (row.open_cents, row.adjusted_cents, row.limit_cents) == (11600, 400, 11600)
    assert clinic.desk.ask(account_balances)[kind.account] == 400
    assert wrong(clinic.desk) == []


def test_the_same_key_adjusts_once(clinic: SmallClinic) -> None:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    again = key()
    first = take_off(clinic, charge_id, 2000, AdjustmentKind.COURTESY, key=again)
    assert take_off(clinic, charge_id, 2000, AdjustmentKind.COURTESY, key=again) == first
    assert the_charge(clinic, charge_id).adjusted_cents == 2000


@pytest.mark.parametrize("kind", [AdjustmentKind.COURTESY, AdjustmentKind.BAD_DEBT, AdjustmentKind.SMALL_BALANCE])
def test_a_write_off_never_exceeds_what_is_open(clinic: SmallClinic, kind: AdjustmentKind) -> None:
    visit_id, (charge_id,) = charged_visit(clinic, "OV")
    pay(clinic, cash(11600), visit_id=visit_id)
    with pytest.raises(InputError, match=r"Only \$4\.00 of OV is open"):
        take_off(clinic, charge_id, 401, kind)
    take_off(clinic, charge_id, 400, kind)
    assert clinic.desk.ask(balance, INES) == 0


def test_what_is_not_small_is_no_small_balance_whoever_approves(clinic: SmallClinic) -> None:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    with pytest.raises(InputError, match=r"A small balance is \$4\.99 at most") as refused:
        take_off(clinic, charge_id, 500, AdjustmentKind.SMALL_BALANCE)
    assert refused.value.field == "kind"


@pytest.mark.parametrize("kind", [AdjustmentKind.SLIDING_FEE, AdjustmentKind.CONTRACTUAL])
def test_a_discount_reaches_into_what_was_paid_and_the_money_becomes_credit(
    clinic: SmallClinic, kind: AdjustmentKind
) -> None:
    visit_id, (charge_id,) = charged_visit(clinic, "OV")
    pay(clinic, cash(9000), visit_id=visit_id)
    take_off(clinic, charge_id, 10000, kind)
    assert the_charge(clinic, charge_id).open_cents == 0
    assert clinic.desk.ask(unapplied, INES) == 7000
    with pytest.raises(InputError, match=r"is \$20\.00 after its adjustments"):
        take_off(clinic, charge_id, 2001, kind)
    assert wrong(clinic.desk) == []


def test_a_large_adjustment_needs_a_second_person(clinic: SmallClinic) -> None:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    take_off(clinic, charge_id, 5000, AdjustmentKind.COURTESY, approval=None)
    with pytest.raises(SecondPersonNeeded):
        take_off(clinic, charge_id, 5001, AdjustmentKind.COURTESY, approval=None)
    take_off(clinic, charge_id, 5001, AdjustmentKind.COURTESY)
    assert the_charge(clinic, charge_id).open_cents == 1999


@pytest.mark.parametrize(
    ("named", "field"),
    [({"reason": "  "}, "reason"), ({"reason_code": "CO 45 !"}, "reason_code"), ({"reason": "x" * 201}, "reason_text")],
)
def test_what_was_typed_wrongly_names_its_field(clinic: SmallClinic, named: dict[str, object], field: str) -> None:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    with pytest.raises(InputError) as refused:
        take_off(clinic, charge_id, 100, AdjustmentKind.COURTESY, **named)
    assert refused.value.field == field
    assert the_charge(clinic, charge_id).adjusted_cents == 0


@pytest.mark.parametrize("cents", [0, -1])
def test_nothing_and_less_than_nothing_is_no_adjustment(clinic: SmallClinic, cents: int) -> None:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    with pytest.raises(InputError, match="above"):
        take_off(clinic, charge_id, cents, AdjustmentKind.COURTESY)


def test_an_adjustment_is_taken_back_once(clinic: SmallClinic) -> None:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    made = take_off(clinic, charge_id, 2000, AdjustmentKind.COURTESY)
    again = key()
    back = clinic.desk.do(take_back_adjustment, made, key=again, reason="Wrong charge")
    assert clinic.desk.do(take_back_adjustment, made, key=again, reason="Wrong charge") == back
    assert the_charge(clinic, charge_id).open_cents == 12000
    with pytest.raises(RefusedError, match="taken back already"):
        clinic.desk.do(take_back_adjustment, made, key=key(), reason="Wrong charge")
    with pytest.raises(RefusedError, match="Adjust the charge again"):
        clinic.desk.do(take_back_adjustment, back, key=key(), reason="Wrong charge")
    assert wrong(clinic.desk) == []


def test_a_charge_taken_back_takes_its_adjustments_with_it(clinic: SmallClinic) -> None:
    visit_id, (charge_id,) = charged_visit(clinic, "OV")
    take_off(clinic, charge_id, 2000, AdjustmentKind.COURTESY)
    take_off(clinic, charge_id, 1000, AdjustmentKind.BAD_DEBT)
    pay(clinic, cash(9000), visit_id=visit_id)
    clinic.desk.do(void_charge, charge_id, key=key(), reason="Not done")
    row = the_charge(clinic, charge_id)
    assert (row.open_cents, row.adjusted_cents) == (0, 0)
    assert clinic.desk.ask(unapplied, INES) == 9000
    with pytest.raises(RefusedError, match="was taken back"):
        take_off(clinic, charge_id, 100, AdjustmentKind.COURTESY)
    assert wrong(clinic.desk) == []


def test_a_voided_payment_opens_only_what_money_had_paid(clinic: SmallClinic) -> None:
    visit_id, (charge_id,) = charged_visit(clinic, "OV")
    paid = pay(clinic, cash(12000), visit_id=visit_id)
    take_off(clinic, charge_id, 5000, AdjustmentKind.SLIDING_FEE)
    assert clinic.desk.ask(unapplied, INES) == 5000
    clinic.desk.do(void_payment, paid.payment_id, key=key(), reason="Wrong amount", approval=LEAD)
    assert (the_charge(clinic, charge_id).open_cents, clinic.desk.ask(unapplied, INES)) == (7000, 0)
    assert wrong(clinic.desk) == []


def test_small_balances_are_written_off_in_one_go_an_entry_per_charge(clinic: SmallClinic) -> None:
    for who in (INES, JONAH):
        visit_id, _charges = charged_visit(clinic, "OV", "INJ", patient_id=who)
        pay(clinic, cash(14600), patient_id=who, visit_id=visit_id)
    again = key()
    assert clinic.desk.do(write_off_small_balances, [INES, JONAH], key=again, reason="Too small to bill") == 800
    assert clinic.desk.do(write_off_small_balances, [INES, JONAH], key=again, reason="Too small to bill") == 0
    assert [clinic.desk.ask(balance, who) for who in (INES, JONAH)] == [0, 0]
    assert wrong(clinic.desk) == []


def test_one_balance_that_is_not_small_keeps_all_as_it_was(clinic: SmallClinic) -> None:
    visit_id, _charges = charged_visit(clinic, "OV", patient_id=INES)
    pay(clinic, cash(11600), visit_id=visit_id)
    charged_visit(clinic, "INJ", patient_id=JONAH)
    with pytest.raises(RefusedError, match="not a small balance"):
        clinic.desk.do(write_off_small_balances, [INES, JONAH], key=key(), reason="Too small to bill")
    assert clinic.desk.ask(balance, INES) == 400
