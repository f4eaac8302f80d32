"""The sliding fee: by household and income alone, rounded against nobody, and a line of its own in the books."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psc_desk.errors import DeskError, InputError, RefusedError
from psc_desk.exchange.guidelines_csv import GuidelineLine, read_guidelines
from psc_desk.models.sliding import (
    EXAMPLE_TIERS,
    TierTerms,
    annual_income,
    check_tiers,
    guideline_income,
    percent_of_guideline,
    schedule_warnings,
    tier_for,
)
from psc_desk.models.visit import CheckIn, Status, Visit
from psc_desk.money import spread
from psc_desk.queries.money import balance, unapplied, visit_charges
from psc_desk.queries.sliding import (
    assessments_to_renew,
    guidelines,
    schedules,
    sliding_discounts,
    usual_visit_cents,
    visit_sliding,
)
from psc_desk.queries.verify import account_balances
from psc_desk.queries.visit import visit_summary_data
from psc_desk.settings import SLIDING_REGION
from psc_desk.usecases.charges import ChargeInput, post_charges, void_charge
from psc_desk.usecases.settings import set_setting
from psc_desk.usecases.sliding import (
    AssessmentInput,
    ScheduleInput,
    add_guideline,
    add_schedule,
    assess,
    import_guidelines,
    load_shipped_guidelines,
    make_sliding_card,
    print_sliding_card,
    remove_guideline,
    remove_schedule,
)
from psc_desk.usecases.till import open_till
from psc_desk.work import Read, Work
from tests.money.support import cash, charged_visit, key, pay, wrong
from tests.support.clinic import INES, JONAH, MANAGER, MAYA, NOON, TODAY, SmallClinic, small_clinic

BASE, MORE = 1596000, 568000
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def sliding(clinic: SmallClinic) -> SmallClinic:
    """The small clinic with the guidelines that ship and the example schedule."""
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(load_shipped_guidelines)
    clinic.desk.do(add_schedule, ScheduleInput("2026", NEW_YEAR, NEW_YEAR, 12, EXAMPLE_TIERS))
    clinic.desk.actor_id = MAYA
    return clinic


def told(clinic: SmallClinic, annual: int, household: int = 1, patient_id: int = JONAH) -> str:
    """Assess a yearly income and return the name of the tier, "" for none."""
    asked = AssessmentInput(patient_id, household, annual, "yearly", "tax return")
    row = clinic.desk.do(assess, asked, key=key())
    return row.tier.name if row.tier else ""


def off(clinic: SmallClinic, charge_ids: list[int]) -> list[int]:
    """What the sliding fee takes off each of these charges."""
    found = clinic.desk.ask(sliding_discounts, charge_ids)
    return [found.get(charge_id, 0) for charge_id in charge_ids]


@pytest.mark.parametrize(
    ("people", "income"), [(1, 15960), (2, 21640), (5, 38680), (8, 55720), (9, 61400), (14, 89800)]
)
def test_the_2026_guideline_that_ships_is_the_published_one(sliding: SmallClinic, people: int, income: int) -> None:
    current = next(row for row in sliding.desk.ask(guidelines) if row.current)
    assert current.effective_from == date(2026, 1, 13)
    assert guideline_income(current.base_cents, current.per_person_cents, people) == income * 100


@pytest.mark.parametrize(("people", "income"), [(1, 15650), (4, 32150), (8, 54150), (9, 59650)])
def test_the_2025_guideline_ships_too(sliding: SmallClinic, people: int, income: int) -> None:
    row = next(row for row in sliding.desk.ask(guidelines) if row.effective_from.year == 2025)
    assert guideline_income(row.base_cents, row.per_person_cents, people) == income * 100


@pytest.mark.parametrize("people", [1, 8, 9, 14])
def test_a_cent_above_the_edge_of_a_tier_is_above_it(sliding: SmallClinic, people: int) -> None:
    full = BASE + MORE * (people - 1)
    assert percent_of_guideline(full, full) == 10_000
    assert percent_of_guideline(full + 1, full) == 10_001
    assert told(sliding, full, people) == "A"
    assert told(sliding, full + 1, people) == "B"
    assert told(sliding, 2 * full, people) == "D"
    assert told(sliding, 2 * full + 1, people) == ""


def test_the_hundredths_of_a_percent_are_rounded_up() -> None:
    assert percent_of_guideline(1595999, BASE) == 10_000
    assert percent_of_guideline(1596159, BASE) == 10_001
    assert percent_of_guideline(1596160, BASE) == 10_002
    assert percent_of_guideline(0, BASE) == 0


@pytest.mark.parametrize(
    ("period", "times"), [("weekly", 52), ("biweekly", 26), ("twice_monthly", 24), ("monthly", 12), ("yearly", 1)]
)
def test_an_income_is_brought_to_a_year(period: str, times: int) -> None:
    assert annual_income(100_00, period) == 100_00 * times


def test_an_income_that_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="how often"):
        annual_income(100, "daily")
    with pytest.raises(InputError, match="larger than"):
        annual_income(99_999_999, "weekly")
    with pytest.raises(InputError, match="1 to 99 people"):
        guideline_income(BASE, MORE, 0)


def test_the_guideline_of_the_assessment_day_counts_not_that_of_the_visit(sliding: SmallClinic) -> None:
    sliding.clock.instant = datetime(2026, 1, 12, 17, 0, tzinfo=UTC)
    between = 1_580_000  # above 100 % in 2025, below it in 2026
    assert told(sliding, between) == "B"
    sliding.clock.instant = datetime(2026, 1, 13, 17, 0, tzinfo=UTC)
    assert told(sliding, between, patient_id=INES) == "A"
    sliding.clock.instant = NOON
    visit_id, charges = charged_visit(sliding, "OV", patient_id=JONAH)
    assert off(sliding, charges) == [9000]
    assert sliding.desk.ask(visit_sliding, visit_id).assessment.percent_bp == 10_096


def test_a_nominal_charge_is_paid_once_for_the_visit(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000)
    _, charges = charged_visit(sliding, "OV", "LAB", "INJ", patient_id=JONAH)
    assert off(sliding, charges) == [12000 - 1228, 4550 - 465, 3000 - 307]
    assert sliding.desk.ask(balance, JONAH) == 2000
    assert sliding.desk.ask(account_balances)["sliding_fee_adjustment"] == 19550 - 2000
    assert wrong(sliding.desk) == []


def test_lines_charged_later_in_the_same_visit_cost_nothing_more(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000)
    visit_id, first = charged_visit(sliding, "OV", patient_id=JONAH)
    later = sliding.desk.do(post_charges, visit_id, [ChargeInput("LAB")], key=key())
    assert off(sliding, first + later) == [10000, 4550]
    assert sliding.desk.ask(balance, JONAH) == 2000


def test_a_nominal_charge_that_a_small_line_did_not_fill_goes_on_to_the_next(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000)
    visit_id, first = charged_visit(sliding, "INJ", patient_id=JONAH)
    sliding.desk.do(void_charge, first[0], key=key(), reason="Not done")
    assert sliding.desk.ask(balance, JONAH) == 0
    sliding.desk.do(post_charges, visit_id, [ChargeInput("OV"), ChargeInput("LAB")], key=key())
    assert sliding.desk.ask(balance, JONAH) == 2000
    assert wrong(sliding.desk) == []


def test_the_nominal_charge_is_shared_anew_when_a_line_is_taken_back_and_what_was_paid_stays(
    sliding: SmallClinic,
) -> None:
    told(sliding, 1_000_000)
    visit_id, charges = charged_visit(sliding, "OV", "LAB", patient_id=JONAH)
    pay(sliding, cash(2000), patient_id=JONAH, visit_id=visit_id)
    assert sliding.desk.ask(balance, JONAH) == 0
    sliding.desk.do(void_charge, charges[1], key=key(), reason="Not done")
    assert off(sliding, charges) == [10000, 0]
    assert (sliding.desk.ask(balance, JONAH), sliding.desk.ask(unapplied, JONAH)) == (0, 0)
    assert wrong(sliding.desk) == []


@pytest.mark.parametrize(("annual", "pays"), [(2_000_000, 25), (2_600_000, 50), (3_100_000, 75)])
def test_a_share_is_computed_on_each_line(sliding: SmallClinic, annual: int, pays: int) -> None:
    told(sliding, annual)
    _, charges = charged_visit(sliding, "OV", "LAB", patient_id=JONAH)
    assert off(sliding, charges) == [12000 * (100 - pays) // 100, (4550 * (100 - pays) + 50) // 100]


def test_half_a_cent_is_rounded_up() -> None:
    assert TierTerms(1, "C", 16_700, None, 50).discounts([4551, 1, 0]) == [2276, 1, 0]


def test_a_posting_that_is_repeated_discounts_once(sliding: SmallClinic) -> None:
    told(sliding, 2_000_000)
    visit_id, charges = charged_visit(sliding, "OV", patient_id=JONAH)
    again = key()
    for _ in range(2):
        more = sliding.desk.do(post_charges, visit_id, [ChargeInput("LAB")], key=again)
    assert off(sliding, charges + more) == [9000, 3413]
    assert len(sliding.desk.ask(visit_charges, visit_id)) == 2


def test_an_assessment_made_at_check_out_reaches_what_was_charged_and_paid_today(sliding: SmallClinic) -> None:
    visit_id, charges = charged_visit(sliding, "OV", patient_id=JONAH)
    pay(sliding, cash(12000), patient_id=JONAH, visit_id=visit_id)
    told(sliding, 2_000_000)
    assert off(sliding, charges) == [9000]
    assert sliding.desk.ask(unapplied, JONAH) == 9000
    assert wrong(sliding.desk) == []


def test_a_plan_is_charged_in_full_and_self_pay_chosen_at_check_in_is_discounted(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000, patient_id=INES)
    _, charges = charged_visit(sliding, "OV")
    assert off(sliding, charges) == [0]
    visit_id = sliding.visit(INES, 15 * 60)

    def self_pay(work: Work) -> None:
        work.session.add(CheckIn(visit_id=visit_id, started_at=work.now, self_pay=True))

    sliding.desk.do(self_pay)
    facts = sliding.desk.ask(visit_sliding, visit_id)
    assert facts.terms is not None
    assert facts.preview([12000, 4550]) == 14550


def test_an_assessment_holds_through_its_last_day(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000)
    row = sliding.desk.ask(visit_sliding, sliding.visit(JONAH)).assessment
    assert row.expires_on == date(2027, 3, 4)

    def on(read: Read, day: date) -> bool:
        from psc_desk.queries.sliding import assessment_on

        return assessment_on(read, JONAH, day) is not None

    assert [sliding.desk.ask(on, day) for day in (date(2026, 3, 3), date(2027, 3, 4), date(2027, 3, 5))] == [
        False, True, False,
    ]  # fmt: skip
    assert sliding.desk.ask(assessments_to_renew) == []
    sliding.clock.instant = NOON + timedelta(days=340)
    assert [row.ended for row in sliding.desk.ask(assessments_to_renew)] == [False]
    sliding.clock.instant = NOON + timedelta(days=366)
    assert [row.ended for row in sliding.desk.ask(assessments_to_renew)] == [True]


def test_a_new_assessment_replaces_and_declining_gives_no_discount(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000)
    row = sliding.desk.do(assess, AssessmentInput(JONAH, declined=True), key=key())
    assert (row.declined, row.tier, row.result) == (True, None, "declined to say")
    _, charges = charged_visit(sliding, "OV", patient_id=JONAH)
    assert off(sliding, charges) == [0]
    assert sliding.desk.ask(assessments_to_renew) == []


def test_the_same_said_twice_is_one_assessment(sliding: SmallClinic) -> None:
    asked = AssessmentInput(JONAH, 2, 0, "yearly", "tax return")
    first, second = (sliding.desk.do(assess, asked, key=key()) for _ in range(2))
    assert first.id == second.id
    other = sliding.desk.do(assess, replace(asked, income_cents=100), key=key())
    assert other.id == first.id + 1
    sliding.clock.instant = NOON + timedelta(days=1)
    assert sliding.desk.do(assess, replace(asked, income_cents=100), key=key()).id == other.id + 1


def test_a_corrected_assessment_of_the_same_day_corrects_what_was_charged(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000)
    _, charges = charged_visit(sliding, "OV", "LAB", patient_id=JONAH)
    told(sliding, 3_100_000)
    assert off(sliding, charges) == [3000, 1138]
    sliding.desk.do(assess, AssessmentInput(JONAH, declined=True), key=key())
    assert off(sliding, charges) == [0, 0]
    assert sliding.desk.ask(balance, JONAH) == 16550
    assert wrong(sliding.desk) == []


def test_an_assessment_cannot_be_changed(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000)

    def change(work: Work) -> None:
        work.session.connection().exec_driver_sql("UPDATE sliding_assessment SET household = 9")

    with pytest.raises(RefusedError, match="An assessment cannot be changed"):
        sliding.desk.do(change)


def test_without_guideline_or_schedule_the_sentence_says_where_to_add_them(clinic: SmallClinic) -> None:
    with pytest.raises(RefusedError, match=r"poverty guideline .* Settings"):
        told(clinic, 1_000_000)
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(load_shipped_guidelines)
    with pytest.raises(RefusedError, match=r"no sliding fee schedule yet.* Settings"):
        told(clinic, 1_000_000)
    clinic.desk.do(set_setting, SLIDING_REGION, "AK")
    with pytest.raises(RefusedError, match="for Alaska yet"):
        told(clinic, 1_000_000)


def test_what_ships_is_loaded_once(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = MANAGER
    assert [clinic.desk.do(load_shipped_guidelines) for _ in range(2)] == [2, 0]
    rows = {row.effective_from.year: row.id for row in clinic.desk.ask(guidelines)}
    clinic.desk.do(remove_guideline, rows[2025])
    assert clinic.desk.do(load_shipped_guidelines) == 0
    clinic.desk.do(remove_guideline, rows[2026])
    assert clinic.desk.do(load_shipped_guidelines) == 2


def test_what_an_assessment_stands_on_stays(sliding: SmallClinic) -> None:
    told(sliding, 1_000_000)
    sliding.desk.actor_id = MANAGER
    rows = {row.effective_from.year: row.id for row in sliding.desk.ask(guidelines)}
    with pytest.raises(RefusedError, match="Assessments stand on this guideline"):
        sliding.desk.do(remove_guideline, rows[2026])
    sliding.desk.do(remove_guideline, rows[2025])
    with pytest.raises(RefusedError, match="Assessments stand on this schedule"):
        sliding.desk.do(remove_schedule, 1)
    other = ScheduleInput("2027", date(2027, 1, 1), NEW_YEAR, 12, EXAMPLE_TIERS)
    sliding.desk.do(remove_schedule, sliding.desk.do(add_schedule, other))
    with pytest.raises(InputError, match="from that date already"):
        sliding.desk.do(add_schedule, ScheduleInput("Again", NEW_YEAR, NEW_YEAR, 12, EXAMPLE_TIERS))


FILE = b"""\xef\xbb\xbfregion,effective_from,first_person,each_more,source
AK,2026-01-13,"19,950",7100,HHS
Hawaii,2026-01-13,18350.00,6530,
XX,2026-01-13,1,1,
48,13/01/2026,15960,5680,
48,2027-01-12,0,5680,
48,2027-01-12,much,5680,
48,2027-01-12,16000

AK,2026-01-13,1,1,
"""


def test_a_file_is_read_line_by_line_and_each_bad_line_is_named() -> None:
    found = read_guidelines(FILE)
    assert found.lines == (
        GuidelineLine("AK", date(2026, 1, 13), 1_995_000, 710_000, "HHS"),
        GuidelineLine("HI", date(2026, 1, 13), 1_835_000, 653_000, "Imported"),
    )
    assert [problem.split(":")[0] for problem in found.problems] == [f"Line {n}" for n in (4, 5, 6, 7, 8, 10)]
    assert "“XX” is no region" in found.problems[0]
    with pytest.raises(InputError, match="first line must name"):
        read_guidelines(b"a,b\n1,2\n")
    with pytest.raises(InputError, match="CSV in UTF-8"):
        read_guidelines(b"\xff\xfe")


def test_a_file_adds_what_is_new_and_refuses_what_says_otherwise(sliding: SmallClinic) -> None:
    sliding.desk.actor_id = MANAGER
    lines = read_guidelines(FILE).lines
    assert [sliding.desk.do(import_guidelines, lines) for _ in range(2)] == [2, 0]
    with pytest.raises(RefusedError, match="other figures"):
        sliding.desk.do(import_guidelines, [GuidelineLine("AK", date(2026, 1, 13), 1, 1, "")])
    with pytest.raises(InputError, match="Alaska from 01/13/2026 already"):
        sliding.desk.do(add_guideline, lines[0])


@pytest.mark.parametrize(
    ("tiers", "field"),
    [
        ((), "tier_1"),
        ((TierTerms(1, " ", 10_000, 2000),), "tier_1"),
        ((TierTerms(1, "A", 10_000, 2000), TierTerms(2, "B", 10_000, None, 50)), "tier_2"),
        ((TierTerms(1, "A", 10_000, None, 101),), "tier_1"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_at_its_line(tiers: tuple[TierTerms, ...], field: str) -> None:
    with pytest.raises(InputError) as caught:
        check_tiers(tiers)
    assert caught.value.field == field


def test_a_schedule_that_departs_from_the_rules_is_warned_of() -> None:
    assert schedule_warnings(EXAMPLE_TIERS, 12000) == []
    few = schedule_warnings(EXAMPLE_TIERS[:3], 12000)
    assert few == ["There are 2 partial tiers above 100 %; the rules ask for at least three."]
    dear = (TierTerms(1, "A", 10_000, 4000), *EXAMPLE_TIERS[1:])
    assert "more than the lowest partial fee of $30.00" in schedule_warnings(dear, 12000)[0]
    assert "above 200 %" in schedule_warnings((*EXAMPLE_TIERS, TierTerms(5, "E", 30_000, None, 90)), 12000)[0]
    share = (TierTerms(1, "A", 10_000, None, 10), *EXAMPLE_TIERS[1:])
    assert schedule_warnings(share, 12000) == [
        "Tier A takes a share of the fee at or below 100 %, where only a flat charge may be taken."
    ]


def test_what_is_to_be_renewed_is_said(sliding: SmallClinic) -> None:
    """The guideline of 01/13/2026 is old once that of 2027 is out; a schedule is evaluated after three years."""

    def due() -> tuple[list[bool], list[bool]]:
        rows = sliding.desk.ask(guidelines), sliding.desk.ask(schedules)
        return [row.old for row in rows[0] if row.current], [row.evaluate for row in rows[1]]

    assert due() == ([False], [False])
    sliding.clock.advance(days=(date(2027, 1, 31) - TODAY).days)
    assert due() == ([False], [False])
    sliding.clock.advance(days=1)
    assert due() == ([True], [False])
    sliding.clock.advance(days=(date(2029, 1, 1) - date(2027, 2, 1)).days)
    assert due() == ([True], [True])


def test_the_usual_visit_is_the_usual_service(sliding: SmallClinic) -> None:
    assert sliding.desk.ask(usual_visit_cents) == 12000


def test_the_card_is_in_the_patients_language_and_never_states_the_income(sliding: SmallClinic) -> None:
    asked = AssessmentInput(INES, 3, 123_456, "monthly", "pay stubs")
    row = sliding.desk.do(assess, asked, key=key())
    job_id = sliding.desk.do(print_sliding_card, row.id)

    def text(read: Read) -> str:
        return str(read.session.connection().exec_driver_sql(
            "SELECT text FROM print_job WHERE id = ?", (job_id,)).scalar())  # fmt: skip

    printed = sliding.desk.ask(text)
    assert "Usted paga $20.00 por cada visita." in " ".join(printed.split())
    assert "03/04/2027" in printed
    assert "1,234" not in printed
    assert "14,814" not in printed
    assert sliding.desk.do(make_sliding_card, row.id).startswith(b"%PDF")


@pytest.mark.parametrize(("patient_id", "words"), [(JONAH, "Sliding fee discount"), (INES, "Descuento según ingresos")])
def test_the_visit_summary_adds_up_with_the_discount(sliding: SmallClinic, patient_id: int, words: str) -> None:
    told(sliding, 1_000_000, patient_id=patient_id)
    visit_id = sliding.visit(patient_id, 15 * 60)

    def self_pay(work: Work) -> None:
        work.session.add(CheckIn(visit_id=visit_id, started_at=work.now, self_pay=True))
        work.get(Visit, visit_id).status = Status.CHECKOUT

    sliding.desk.do(self_pay)
    sliding.desk.do(post_charges, visit_id, [ChargeInput("OV"), ChargeInput("LAB")], key=key())
    data = sliding.desk.ask(visit_summary_data, visit_id)
    assert data.charges[-1] == (words, -14550)
    assert sum(cents for _words, cents in data.charges) == data.balance == 2000


AMOUNTS = st.lists(st.integers(1, 50_000), min_size=1, max_size=8)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(amounts=AMOUNTS, nominal=st.integers(0, 30_000), pays=st.integers(0, 100))
def test_no_discount_is_above_its_line_and_the_nominal_charge_comes_out_to_the_cent(
    amounts: list[int], nominal: int, pays: int
) -> None:
    flat = TierTerms(1, "A", 10_000, nominal).discounts(amounts)
    assert all(0 <= cents <= amount for cents, amount in zip(flat, amounts, strict=True))
    assert sum(amounts) - sum(flat) == min(nominal, sum(amounts))
    share = TierTerms(1, "B", 10_000, None, pays).discounts(amounts)
    assert all(abs(cents * 100 - amount * (100 - pays)) <= 50 for cents, amount in zip(share, amounts, strict=True))


@settings(deadline=None)
@given(total=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_a_spread_sums_to_its_total_and_stays_within_a_cent_of_the_share(total: int, weights: list[int]) -> None:
    shares = spread(total, weights)
    whole = sum(weights)
    assert sum(shares) == (total if whole else 0)
    assert all(abs(share * whole - total * weight) < whole for share, weight in zip(shares, weights, strict=True)) or (
        not whole
    )


@settings(deadline=None)
@given(annual=st.integers(0, 20_000_000), people=st.integers(1, 20))
def test_a_larger_income_never_gets_a_better_tier(annual: int, people: int) -> None:
    full = guideline_income(BASE, MORE, people)
    names = [tier.name if tier else "Z" for tier in (
        tier_for(EXAMPLE_TIERS, percent_of_guideline(cents, full)) for cents in (annual, annual + 1)
    )]  # fmt: skip
    assert names == sorted(names)


def test_every_refusal_is_a_sentence(sliding: SmallClinic) -> None:
    with pytest.raises(DeskError, match=r"how the income is proved.*\.$"):
        sliding.desk.do(assess, AssessmentInput(JONAH, 1, 1, "yearly", " "), key=key())


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE sliding_assessment SET percent_bp = 9000", "assessments say what"),
        ("UPDATE sliding_assessment SET tier = 2", "assessments say what"),
        ("UPDATE sliding_assessment SET household = 2", "assessments say what"),
        ("UPDATE sliding_assessment SET declined = 1", "who declined"),
        ("UPDATE sliding_assessment SET expires_on = '2026-03-03'", "in force on the day"),
        ("UPDATE sliding_assessment SET patient_id = 1", "in force on the day"),
    ],
)
def test_each_check_of_the_books_finds_its_damage(sliding: SmallClinic, damage: str, check: str) -> None:
    told(sliding, 1_000_000)
    charged_visit(sliding, "OV", patient_id=JONAH)
    assert wrong(sliding.desk) == []

    def harm(work: Work) -> None:
        run = work.session.connection().exec_driver_sql
        run("DROP TRIGGER sliding_assessment_no_update")
        run(damage)

    sliding.desk.do(harm)
    assert any(check in one.name for one in wrong(sliding.desk))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("charge"), st.sampled_from(["OV", "LAB", "INJ"])),
        st.tuples(st.just("void"), st.integers(0, 5)),
        st.tuples(st.just("pay"), st.integers(1, 6000)),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, nominal=st.integers(1, 15000))
def test_whatever_is_charged_taken_back_and_paid_the_visit_costs_its_nominal_charge(
    steps: list[tuple[str, object]], nominal: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clinic = small_clinic(Path(folder), MANAGER)
        desk = clinic.desk
        desk.do(open_till, 1, {2000: 5, 500: 8, 100: 10})
        desk.do(load_shipped_guidelines)
        tiers = (TierTerms(1, "A", 10_000, nominal), *EXAMPLE_TIERS[1:])
        desk.do(add_schedule, ScheduleInput("2026", NEW_YEAR, NEW_YEAR, 12, tiers))
        told(clinic, 1_000_000)
        visit_id, _charges = charged_visit(clinic, "INJ", patient_id=JONAH)
        paid = 0
        for what, value in steps:
            rows = desk.ask(visit_charges, visit_id)
            if what == "charge":
                desk.do(post_charges, visit_id, [ChargeInput(str(value))], key=key())
            elif what == "void" and rows:
                desk.do(void_charge, rows[int(str(value)) % len(rows)].charge_id, key=key(), reason="Not done")
            elif what == "pay":
                pay(clinic, cash(int(str(value))), patient_id=JONAH, visit_id=visit_id)
                paid += int(str(value))
            rows = desk.ask(visit_charges, visit_id)
            gross = sum(row.amount_cents for row in rows)
            discounts = desk.ask(sliding_discounts, [row.charge_id for row in rows])
            assert gross - sum(discounts.values()) == min(nominal, gross)
            assert desk.ask(balance, JONAH) == min(nominal, gross) - paid
            assert wrong(desk) == []
        desk.engine.dispose()
