"""Passwords, PINs and lock-out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from psc_desk.errors import InputError
from psc_desk.keywrap import Cost
from psc_desk.passwords import (
    PASSWORD_COST,
    PIN_COST,
    check_password_strength,
    check_pin,
    hash_password,
    hash_pin,
    is_weaker,
    lockout_until,
    matches,
)

QUICK = Cost(1, 64, 1)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_hash_matches_its_password_only_and_never_repeats() -> None:
    hashed = hash_password("plum lantern crossing", QUICK)
    assert matches(hashed, "plum lantern crossing")
    assert not matches(hashed, "plum lantern crossings")
    assert "plum" not in hashed
    assert hashed != hash_password("plum lantern crossing", QUICK)


def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    assert matches(hash_password("Zürich am Morgen", QUICK), "Zu\u0308rich am Morgen")


@pytest.mark.parametrize("damaged", ["", "x", "$argon2id$v=19$m=64,t=1,p=1$AAAA", "$argon2id$v=19$m=64,t=1,p=1$é$é"])
def test_a_damaged_hash_matches_nothing(damaged: str) -> None:
    assert not matches(damaged, "anything")


def test_what_ships_costs_at_least_the_owasp_minimum() -> None:
    for cost in (PASSWORD_COST, PIN_COST):
        assert cost.memory_kib >= 19 * 1024
        assert cost.passes >= 2
    assert not is_weaker(hash_pin("2580"), PIN_COST)
    assert is_weaker(hash_pin("2580", QUICK), PIN_COST)


@pytest.mark.parametrize(
    "weak",
    ["short one", "x" * 201, "aaaaaaaaaaaa", "1234567890", "qwertyuiop", "Password123!", "0987654321", "abcabcabcabc"],
)
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(InputError) as refused:
        check_password_strength(weak)
    assert refused.value.field == "password"


def test_known_names_are_refused_and_a_good_password_is_not() -> None:
    check_password_strength("plum lantern crossing", names=("Rosa Marsh", "Rosa"))
    with pytest.raises(InputError, match="name"):
        check_password_strength("marshmallow9", names=("Marsh",))


@pytest.mark.parametrize("weak", ["123", "123456789", "12a4", "1111", "1234", "8765", "²³⁴⁵", "12 34", "٣٤٥٦", ""])
def test_bad_pins_are_refused(weak: str) -> None:
    with pytest.raises(InputError) as refused:
        check_pin(weak)
    assert refused.value.field == "pin"


def test_good_pins_are_taken() -> None:
    for pin in ("2580", "90417", "19283746"):
        check_pin(pin)


def test_lock_out_grows_from_the_fifth_failure_to_half_an_hour() -> None:
    assert [lockout_until(n, NOON) for n in (0, 4)] == [None, None]
    assert lockout_until(9, None) is None
    waits = [lockout_until(n, NOON) for n in (5, 6, 7, 8)]
    assert waits == [NOON + timedelta(seconds=s) for s in (30, 60, 120, 240)]
    assert lockout_until(11, NOON) == lockout_until(10**9, NOON) == NOON + timedelta(minutes=30)
