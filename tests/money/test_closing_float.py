"""Which pieces stay: exact whenever they can be, never more than was counted, the small ones first."""

from __future__ import annotations

from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import given

from psc_desk.errors import InputError
from psc_desk.models.till import DENOMINATIONS
from psc_desk.queries.float_helper import change_order, parse_pars, pieces_words, plan_float
from psc_desk.settings import CHANGE_PARS
from psc_desk.usecases.settings import set_setting
from tests.support.clinic import MANAGER, SmallClinic

PARS = {1000: 4, 500: 8, 100: 20, 25: 40}
PIECES = [cents for _word, cents in DENOMINATIONS]
few = st.dictionaries(st.sampled_from(PIECES), st.integers(0, 3), max_size=6)
many = st.dictionaries(st.sampled_from(PIECES), st.integers(0, 400), max_size=12)
pars = st.dictionaries(st.sampled_from(PIECES), st.integers(0, 60), max_size=6)


def worth(pieces: dict[int, int]) -> int:
    return sum(piece * n for piece, n in pieces.items())


def all_sums(counted: dict[int, int]) -> set[int]:
    """Every sum that some of the pieces make, the slow way."""
    ways = product(*(range(n + 1) for n in counted.values()))
    return {sum(piece * n for piece, n in zip(counted, way, strict=True)) for way in ways}


@given(counted=few, wanted=st.integers(0, 60000), pars=pars)
def test_it_is_exact_whenever_the_pieces_allow_and_nearest_otherwise(
    counted: dict[int, int], wanted: int, pars: dict[int, int]
) -> None:
    plan = plan_float(counted, wanted, pars)
    wanted = min(wanted, worth(counted))
    nearest = min(all_sums(counted), key=lambda cents: (abs(cents - wanted), cents))
    assert plan.left_cents == nearest
    assert plan.exact == (nearest == wanted)


@given(counted=many, wanted=st.integers(0, 90000), pars=pars)
def test_what_stays_and_what_goes_is_what_was_counted(
    counted: dict[int, int], wanted: int, pars: dict[int, int]
) -> None:
    plan = plan_float(counted, wanted, pars)
    both = {piece: plan.leave.get(piece, 0) + plan.bank.get(piece, 0) for piece in counted}
    assert both == counted
    assert min([*plan.leave.values(), *plan.bank.values()], default=1) > 0
    assert worth(plan.leave) == plan.left_cents


@pytest.mark.parametrize(
    ("counted", "wanted", "leave"),
    [
        ({2000: 6, 500: 9, 100: 10}, 15000, {2000: 5, 500: 8, 100: 10}),
        ({10000: 1, 5000: 2, 2000: 8, 1000: 4, 500: 8, 100: 20}, 15000, {2000: 3, 1000: 3, 500: 8, 100: 20}),
        ({100: 200, 500: 8, 2000: 10}, 15000, {2000: 4, 500: 8, 100: 30}),
        ({10000: 3}, 10000, {10000: 1}),
        ({5000: 2, 100: 100}, 10000, {100: 100}),
        ({2000: 8}, 4000, {2000: 2}),
        ({2000: 8}, 12000, {2000: 6}),
        ({2000: 3}, 0, {}),
    ],
)
def test_useful_change_stays(counted: dict[int, int], wanted: int, leave: dict[int, int]) -> None:
    assert plan_float(counted, wanted, PARS).leave == leave


def test_twenties_alone_cannot_make_thirty_and_it_says_so() -> None:
    plan = plan_float({2000: 3}, 3000, PARS)
    assert (plan.exact, plan.left_cents, plan.leave) == (False, 2000, {2000: 1})


def test_no_piece_is_thought_to_be_there_twice() -> None:
    plan = plan_float({5000: 1, 2000: 3}, 8000, {2000: 1})
    assert (plan.left_cents, plan.leave) == (7000, {5000: 1, 2000: 1})


def test_a_huge_float_is_still_never_above_the_count() -> None:
    plan = plan_float({10000: 500, 1: 3}, 4_000_000, {})
    assert (plan.left_cents, plan.bank) == (4_000_000, {10000: 100, 1: 3})
    plan = plan_float({10000: 500, 2000: 1, 100: 3}, 4_000_250, {})
    assert (plan.exact, plan.leave) == (False, {10000: 400, 100: 2})


def test_coin_is_ordered_in_rolls_and_notes_by_the_piece() -> None:
    order = change_order({500: 5, 100: 20, 25: 3, 10: 45}, {500: 8, 100: 20, 25: 60, 10: 50, 5: 40})
    assert [line.words for line in order] == ["3 × $5", "2 rolls of quarters", "1 roll of nickels"]
    assert sum(line.cents for line in order) == 1500 + 2000 + 200


@pytest.mark.parametrize(
    ("here", "par", "words"),
    [
        (41, 60, []), (40, 60, ["1 roll of quarters"]), (20, 60, ["1 roll of quarters"]),
        (19, 60, ["2 rolls of quarters"]), (6, 10, []), (5, 10, ["1 roll of quarters"]), (10, 10, []), (12, 10, []),
    ],
)  # fmt: skip
def test_coin_is_ordered_once_half_a_roll_or_half_the_par_is_missing(here: int, par: int, words: list[str]) -> None:
    assert [line.words for line in change_order({25: here}, {25: par})] == words


def test_the_shipped_pars_and_what_people_type_are_read() -> None:
    shipped = parse_pars(CHANGE_PARS.default)
    assert len(shipped) == len(CHANGE_PARS.default)
    assert parse_pars(["$5 x 8", " 25¢ = 40", "$7 x 3", "many quarters", "$1: 20"]) == {500: 8, 25: 40, 100: 20}
    assert pieces_words({25: 2, 2000: 5}) == "5 × $20, 2 × 25¢"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["$5 × 8", "$7 × 3"], "“\\$7 × 3” is no number of a note or coin"),
        (["$50"], "“\\$50” is no number"),
        (["many quarters"], "like \\$5 × 8 or 25¢ × 40"),
        (["$5 × 8", "$5 × 9"], "“\\$5 × 9” names a piece a second time"),
    ],
)
def test_pieces_that_cannot_be_read_are_refused_in_the_settings(
    clinic: SmallClinic, lines: list[str], sentence: str
) -> None:
    clinic.desk.actor_id = MANAGER
    with pytest.raises(InputError, match=sentence) as refused:
        clinic.desk.do(set_setting, CHANGE_PARS, lines)
    assert refused.value.field == "change.pars"
    clinic.desk.do(set_setting, CHANGE_PARS, ["$5 x 8", "25¢=40"])
    assert parse_pars(clinic.desk.ask(lambda read: read.setting(CHANGE_PARS))) == {500: 8, 25: 40}
