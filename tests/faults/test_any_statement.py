"""The nth statement fails, for each n: what is stored is the old state or the new one, never between (REL-02)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from psc_desk.work import Desk
from tests.faults.support import Do, digest, postings, worked
from tests.money.support import wrong

NAMES = ("payment", "void", "refund", "charge", "take back", "adjust", "drop", "deposit")


class Cut(Exception):
    """The fault."""


def fails_at(desk: Desk, nth: int, do: Do) -> bool:
    """Run it with the nth statement failing; say whether it came to that statement."""
    left = nth

    def fail(*_about: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Cut

    event.listen(desk.engine, "before_cursor_execute", fail)
    try:
        do(desk)
    except Cut:
        return True
    finally:
        event.remove(desk.engine, "before_cursor_execute", fail)
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
