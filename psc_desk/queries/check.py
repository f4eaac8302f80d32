"""How a check of the books is written: one statement that finds what is wrong, and the words for it."""

from __future__ import annotations

from collections.abc import Callable

from psc_desk.work import Read

Check = Callable[[Read], str]
"""Returns what is wrong in a sentence, or nothing."""


def none(what: str, sql: str) -> Check:
    """Return the check that `sql` finds nothing; its first column names what is wrong: "2 entries: 4, 7"."""

    def find(read: Read) -> str:
        rows = read.session.connection().exec_driver_sql(sql)  # the checks run after every step of the machines
        found = sorted({str(row[0]) for row in rows})
        return f"{len(found)} {what}: {', '.join(found[:10])}" if found else ""

    return find
