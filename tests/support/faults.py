"""What the tests of faults share: a statement that fails, and the database's digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from psc_desk.work import Desk, Read


class Cut(Exception):
    """A fault in the middle of a transaction: the power is gone, the disk does not answer."""


@contextmanager
def cut_at(desk: Desk, nth: int) -> Iterator[None]:
    """Let the nth statement that the desk runs raise `Cut`."""
    left = nth

    def fail(*_about: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Cut

    event.listen(desk.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(desk.engine, "before_cursor_execute", fail)


def digest(read: Read) -> str:
    """Return the digest of every row of every table."""
    run = read.session.connection().exec_driver_sql
    names = [name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found = hashlib.sha256()
    for name in names:
        if not name.startswith(("sqlite_", "patient_search")):
            found.update(repr(list(run(f'SELECT * FROM "{name}"'))).encode())
    return found.hexdigest()
