"""Dates and times as the desk types them."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psc_desk.dates import age_words, format_date, format_day, format_time, parse_date, parse_time
from psc_desk.errors import InputError

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("03/04/2026", TODAY),
        ("3/4/26", TODAY),
        ("3-4", TODAY),
        ("3 4 2026", TODAY),
        ("03042026", TODAY),
        ("030426", TODAY),
        ("2026-03-04", TODAY),
        ("today", TODAY),
        ("T", TODAY),
        ("tomorrow", date(2026, 3, 5)),
        ("t+7", date(2026, 3, 11)),
        ("t - 1", date(2026, 3, 3)),
        ("t+2w", date(2026, 3, 18)),
        ("t+6m", date(2026, 9, 4)),
        ("t+1y", date(2027, 3, 4)),
        ("2/29/2028", date(2028, 2, 29)),
    ],
)
def test_what_is_typed_becomes_a_date(typed: str, expected: date) -> None:
    assert parse_date(typed, TODAY) == expected


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2/30/2026", "There is no February 30"),
        ("2/29/2026", "There is no February 29 in 2026"),
        ("13/1/2026", "There is no month 13"),
        ("0/5/2026", "There is no month 0"),
        ("4/31", "There is no April 31"),
        ("soon", "That is not a date"),
        ("", "That is not a date"),
        ("3/4/20266", "That is not a date"),
        ("1/1/0000", "There is no year 0"),
    ],
)
def test_an_impossible_date_is_named(typed: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as error:
        parse_date(typed, TODAY, "birth_date")
    assert error.value.field == "birth_date"


def test_a_birth_date_is_never_in_the_future_and_never_absurd() -> None:
    assert parse_date("4/18/87", TODAY, past=True) == date(1987, 4, 18)
    assert parse_date("4/18/27", TODAY, past=True) == date(1927, 4, 18)
    assert parse_date("1/5/26", TODAY, past=True) == date(2026, 1, 5)
    with pytest.raises(InputError, match="in the future"):
        parse_date("3/5/2026", TODAY, past=True)
    with pytest.raises(InputError, match="more than 125 years ago"):
        parse_date("1/1/1870", TODAY, past=True)


def test_a_month_later_from_the_31st_is_the_last_day() -> None:
    assert parse_date("t+1m", date(2026, 1, 31)) == date(2026, 2, 28)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_what_is_written_can_be_read(day: date) -> None:
    assert parse_date(format_date(day), TODAY) == day


@given(st.text(max_size=12))
def test_anything_typed_is_a_date_or_a_sentence(text: str) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(parse_date(text, TODAY), date)


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("9", 540),
        ("930", 570),
        ("9:30", 570),
        ("2:15 pm", 855),
        ("2:15", 855),
        ("14:15", 855),
        ("12 am", 0),
        ("noon", 720),
    ],
)
def test_what_is_typed_becomes_a_time(typed: str, minute: int) -> None:
    assert parse_time(typed) == minute


@pytest.mark.parametrize("typed", ["25:00", "9:60", "13 pm", "0 am", "half past", "", "-1"])
def test_an_impossible_time_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        parse_time(typed)


@given(st.integers(min_value=0, max_value=1439))
def test_a_time_written_can_be_read(minute: int) -> None:
    assert parse_time(format_time(minute)) == minute


def test_words_for_days_and_ages() -> None:
    assert format_day(TODAY) == "Wednesday, March 4"
    assert age_words(date(1987, 4, 18), TODAY) == "38 y"
    assert age_words(date(2025, 3, 5), TODAY) == "11 mo"
    assert age_words(date(2026, 2, 20), TODAY) == "12 d"
