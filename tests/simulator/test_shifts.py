"""Simulated shifts: whatever the order of the day, the books prove themselves, and a seed repeats to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulator.shift import Shift, audit_is_whole
from tests.support.sizes import size

SEEDS = range(1, size(4, 100, 10_000) + 1)
VISITS = size(6, 8, 60)


@pytest.mark.proof
@pytest.mark.parametrize("seed", SEEDS)
def test_a_shift_balances_after_every_step(seed: int, tmp_path: Path) -> None:
    shift = Shift(seed, tmp_path)
    shift.run(VISITS)
    assert audit_is_whole(shift) == []


@pytest.mark.proof
def test_a_seed_repeats_to_the_byte(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first, second = (Shift(47, tmp_path / name).run(VISITS) for name in ("first", "second"))
    assert first == second
