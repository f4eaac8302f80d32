"""Charging: pointers, modifiers, prices by schedule and day, accounts without a visit, and the daily lists."""

from __future__ import annotations

from datetime import date

import pytest

from psc_desk.errors import InputError, RefusedError
from psc_desk.models.clinic import Fee, Setting
from psc_desk.models.coverage import Coverage, Payer, Plan
from psc_desk.models.ledger import Account, Charge, Line
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.charge_lists import charges_to_do, todo_counts, uncharged_visits
from psc_desk.queries.encounter import encounter
from psc_desk.queries.money import account, balance, unapplied, visit_charges
from psc_desk.settings import SELF_PAY_SCHEDULE
from psc_desk.usecases.charges import ChargeInput, charge_account, post_charges, void_charge
from psc_desk.usecases.check_out import say_no_charge
from psc_desk.usecases.encounter import save_diagnoses
from psc_desk.usecases.ledger import post
from psc_desk.work import Read, Work
from tests.money.support import charged_visit, key, wrong
from tests.support.clinic import INES, JONAH, TODAY, SmallClinic

LIST = ["j069", "R05.9", "M54.50"]


def seen(clinic: SmallClinic, patient_id: int = INES, status: Status = Status.CHECKOUT) -> int:
    """A visit that took place."""
    visit_id = clinic.visit(patient_id)

    def went_through(work: Work) -> None:
        work.get(Visit, visit_id).status = status

    clinic.desk.do(went_through)
    return visit_id


def change_fee(clinic: SmallClinic, code: str, **values: object) -> None:
    """Change a price as Settings would."""

    def change(work: Work) -> None:
        fee = work.session.query(Fee).filter_by(code=code, schedule="Standard").one()
        for name, value in values.items():
            setattr(fee, name, value)

    clinic.desk.do(change)


def charge(clinic: SmallClinic, visit_id: int, *lines: ChargeInput, diagnoses: list[str] | None = None) -> Charge:
    """Charge the visit and return the first charge as stored."""
    ids = clinic.desk.do(post_charges, visit_id, lines, key=key(), diagnoses=diagnoses)

    def stored(read: Read) -> Charge:
        return read.get(Charge, ids[0])

    return clinic.desk.ask(stored)


def test_a_line_keeps_units_modifiers_letters_and_codes(clinic: SmallClinic) -> None:
    visit_id = seen(clinic)
    made = charge(clinic, visit_id, ChargeInput("INJ", 3, "25-rt", "c a"), diagnoses=LIST)
    assert (made.units, made.modifiers, made.pointers, made.diagnoses) == (3, "25 RT", "CA", "M54.50, J06.9")
    assert clinic.desk.ask(encounter, visit_id).diagnoses == ("J06.9", "R05.9", "M54.50")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (ChargeInput("OV", pointers="D"), "pointers_OV"),
        (ChargeInput("OV", pointers="AA"), "pointers_OV"),
        (ChargeInput("OV", modifiers="2"), "modifiers_OV"),
        (ChargeInput("OV", modifiers="25 59 RT LT 76"), "modifiers_OV"),
        (ChargeInput("OV", modifiers="25 25"), "modifiers_OV"),
        (ChargeInput("OV", unit_cents=0), "price_OV"),
        (ChargeInput("XX"), "code"),
    ],
)
def test_a_wrong_line_names_its_field_and_nothing_is_charged(
    clinic: SmallClinic, line: ChargeInput, field: str
) -> None:
    visit_id = seen(clinic)
    with pytest.raises(InputError) as refused:
        charge(clinic, visit_id, ChargeInput("LAB"), line, diagnoses=LIST)
    assert refused.value.field == field
    assert clinic.desk.ask(encounter, visit_id).diagnoses == ()
    assert clinic.desk.ask(balance, INES) == 0


@pytest.mark.parametrize("code", ["J0", "069", "J06.", "J06.12345", "06J.9", "JJ6.9", "flu"])
def test_what_has_not_the_shape_of_a_diagnosis_is_refused(clinic: SmallClinic, code: str) -> None:
    if code == "J06.":
        assert clinic.desk.do(save_diagnoses, seen(clinic), [code]) == ("J06",)
        return
    with pytest.raises(InputError, match="not a diagnosis code"):
        clinic.desk.do(save_diagnoses, seen(clinic), [code])


def test_twelve_diagnoses_at_most_and_each_once(clinic: SmallClinic) -> None:
    visit_id = seen(clinic)
    twelve = [f"R{n}.1" for n in range(10, 22)]
    assert len(clinic.desk.do(save_diagnoses, visit_id, twelve)) == 12
    with pytest.raises(InputError, match="12 diagnoses at most"):
        clinic.desk.do(save_diagnoses, visit_id, [*twelve, "R50.9"])
    with pytest.raises(InputError, match="stands twice"):
        clinic.desk.do(save_diagnoses, visit_id, ["J06.9", "j069"])


def test_a_fee_that_needs_a_diagnosis_is_refused_without(clinic: SmallClinic) -> None:
    change_fee(clinic, "LAB", needs_diagnosis=True)
    visit_id = seen(clinic)
    with pytest.raises(InputError, match="LAB Blood test needs a diagnosis") as refused:
        charge(clinic, visit_id, ChargeInput("LAB"))
    assert refused.value.field == "diagnoses"
    assert charge(clinic, visit_id, ChargeInput("LAB", pointers="A"), diagnoses=["Z00.00"]).diagnoses == "Z00.00"


def test_a_diagnosis_that_is_charged_for_keeps_its_letter(clinic: SmallClinic) -> None:
    visit_id = seen(clinic)
    made = charge(clinic, visit_id, ChargeInput("OV", pointers="B"), diagnoses=LIST)
    with pytest.raises(RefusedError, match=r"diagnosis B, R05\.9"):
        clinic.desk.do(save_diagnoses, visit_id, ["J06.9"])
    clinic.desk.do(save_diagnoses, visit_id, ["I10", "R05.9"])
    clinic.desk.do(void_charge, made.id, key=key(), reason="Not done")
    assert clinic.desk.do(save_diagnoses, visit_id, []) == ()


def test_a_price_on_request_must_be_typed(clinic: SmallClinic) -> None:
    change_fee(clinic, "INJ", cents=0)
    visit_id = seen(clinic)
    with pytest.raises(InputError) as refused:
        charge(clinic, visit_id, ChargeInput("INJ"))
    assert refused.value.field == "price_INJ"
    assert charge(clinic, visit_id, ChargeInput("INJ", unit_cents=1234)).amount_cents == 1234


def test_the_price_is_that_of_the_visits_day_and_ends_with_its_last(clinic: SmallClinic) -> None:
    change_fee(clinic, "LAB", effective_to=date(2026, 3, 3))
    with pytest.raises(InputError, match=r"no price for “LAB” on 03/04/2026"):
        charge(clinic, seen(clinic), ChargeInput("LAB"))
    change_fee(clinic, "LAB", effective_to=TODAY)
    assert charge(clinic, seen(clinic), ChargeInput("LAB")).amount_cents == 4550


def _self_pay_prices(work: Work) -> None:
    work.session.add(Fee(schedule="Self-pay", code="OV", label="Office visit", cents=8000, effective_from=TODAY))
    work.session.add(Setting(key=SELF_PAY_SCHEDULE.key, desk="", value={"v": "Self-pay"}))


def test_who_pays_alone_pays_by_the_schedule_for_it(clinic: SmallClinic) -> None:
    clinic.desk.do(_self_pay_prices)
    alone, insured = seen(clinic, JONAH), seen(clinic, INES)
    assert [charge(clinic, alone, ChargeInput(code)).amount_cents for code in ("OV", "LAB")] == [8000, 4550]
    assert charge(clinic, insured, ChargeInput("OV")).amount_cents == 12000
    assert next(row for row in clinic.desk.ask(encounter, alone).codes if row.code == "OV").cents == 8000


def test_an_account_is_charged_without_a_visit_once(clinic: SmallClinic) -> None:
    again = key()
    first = clinic.desk.do(charge_account, JONAH, ChargeInput("LAB"), key=again)
    assert clinic.desk.do(charge_account, JONAH, ChargeInput("LAB"), key=again) == first
    assert clinic.desk.ask(balance, JONAH) == 4550
    with pytest.raises(InputError, match="lies ahead"):
        clinic.desk.do(charge_account, JONAH, ChargeInput("LAB"), key=key(), day=date(2026, 3, 5))
    assert wrong(clinic.desk) == []


def test_what_needs_a_diagnosis_is_charged_to_a_visit(clinic: SmallClinic) -> None:
    change_fee(clinic, "LAB", needs_diagnosis=True)
    with pytest.raises(InputError, match="Charge it to the visit"):
        clinic.desk.do(charge_account, JONAH, ChargeInput("LAB"), key=key())


def test_visits_without_charges_are_listed_until_charged_or_explained(clinic: SmallClinic) -> None:
    charged, explained, open_still = seen(clinic), seen(clinic, JONAH), seen(clinic, status=Status.WITH_PROVIDER)
    assert [row.visit_id for row in clinic.desk.ask(uncharged_visits)] == [charged, explained]
    charge(clinic, charged, ChargeInput("OV"))
    clinic.desk.do(say_no_charge, explained, "Nurse only")
    assert clinic.desk.ask(uncharged_visits) == []
    clinic.clock.advance(days=1)
    assert [(row.visit_id, row.why) for row in clinic.desk.ask(uncharged_visits)] == [
        (open_still, "No charge, still “with provider”")
    ]


def test_a_visit_whose_charge_was_taken_back_is_listed_again(clinic: SmallClinic) -> None:
    visit_id, (charge_id,) = charged_visit(clinic, "OV")
    clinic.desk.do(void_charge, charge_id, key=key(), reason="Not done")
    assert [row.visit_id for row in clinic.desk.ask(uncharged_visits)] == [visit_id]


def test_charges_without_a_visit_are_listed_with_what_is_odd(clinic: SmallClinic) -> None:
    lone = clinic.desk.do(charge_account, JONAH, ChargeInput("LAB"), key=key())
    visit_id, (gone,) = charged_visit(clinic, "OV")

    def cancelled(work: Work) -> None:
        work.get(Visit, visit_id).status = Status.CANCELLED

    clinic.desk.do(cancelled)
    assert {row.charge_id: row.why for row in clinic.desk.ask(charges_to_do)} == {
        lone: "Charged without a visit", gone: "Its visit is “cancelled”",
    }  # fmt: skip
    assert clinic.desk.ask(todo_counts).charges_without_visit == 2
    clinic.clock.advance(days=7)
    assert [row.charge_id for row in clinic.desk.ask(charges_to_do)] == [gone]


def test_a_charge_billed_to_the_plan_leaves_no_credit_when_taken_back(clinic: SmallClinic) -> None:
    visit_id, (charge_id,) = charged_visit(clinic, "OV")

    def bill(work: Work) -> None:
        about = (INES, visit_id, charge_id)
        lines = [Line(Account.INSURANCE_AR, 9500, *about), Line(Account.PATIENT_AR, -9500, *about)]
        post(work, "bill_plan", lines, key=key())

    clinic.desk.do(bill)
    row = next(row for row in clinic.desk.ask(account, INES).charges)
    assert (row.open_cents, row.insured_cents, row.limit_cents) == (2500, 9500, 2500)
    clinic.desk.do(void_charge, charge_id, key=key(), reason="Not done")
    assert (clinic.desk.ask(balance, INES), clinic.desk.ask(unapplied, INES)) == (0, 0)
    assert clinic.desk.ask(visit_charges, visit_id) == []
    assert wrong(clinic.desk) == []


def test_a_coverage_that_ended_is_no_coverage(clinic: SmallClinic) -> None:
    clinic.desk.do(_self_pay_prices)

    def end(work: Work) -> None:
        cover = work.session.query(Coverage).filter_by(patient_id=INES).one()
        cover.ends_on = date(2026, 3, 3)
        assert work.session.query(Plan).join(Payer).count() == 1

    clinic.desk.do(end)
    assert charge(clinic, seen(clinic), ChargeInput("OV")).amount_cents == 8000
