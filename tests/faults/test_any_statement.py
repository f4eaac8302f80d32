"""The nth statement fails, for each n: what is stored is the old state or the new one, never between (REL-02)."""

from __future__ import annotations

from pathlib import Path

import pytest

from psc_desk.work import Desk
from tests.faults.support import Do, postings, worked
from tests.money.support import wrong
from tests.support.faults import Cut, cut_at, digest

NAMES = ("payment", "void", "refund", "charge", "take back", "adjust", "drop", "deposit")


def fails_at(desk: Desk, nth: int, do: Do) -> bool:
    """Run it with the nth statement failing; say whether it came to that statement."""
    try:
        with cut_at(desk, nth):
            do(desk)
    except Cut:
        return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_half_done_whichever_statement_fails(name: str, tmp_path: Path) -> None:
    clinic = worked(tmp_path)
    do = postings(clinic)[name]
    before = clinic.desk.ask(digest)
    nth = 1
    while fails_at(clinic.desk, nth, do):
        assert clinic.desk.ask(digest) == before, f"statement {nth} of {name} left something behind"
        nth += 1
    assert nth > 8
    after = clinic.desk.ask(digest)
    assert after != before
    do(clinic.desk)
    assert clinic.desk.ask(digest) == after, "the same key posted twice"
    assert wrong(clinic.desk) == []
