"""A report as CSV (RFC 4180): what was asked, then each table under its title. UTF-8 with mark, CRLF.

A cell that a spreadsheet would run is written with ' before it (OWASP, CSV injection); amounts stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms run too
_NUMBER = re.compile(r"-?\d+(\.\d\d)?", re.ASCII)


def write_report(lines: Iterable[Sequence[str]]) -> bytes:
    """Return the file; an empty line parts the tables."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in lines:
        writer.writerow([_cell(value) for value in line])
    return ("\ufeff" + out.getvalue()).encode()


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_RISKY) and not _NUMBER.fullmatch(value) else value
