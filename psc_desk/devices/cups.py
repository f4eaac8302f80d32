"""The programs of CUPS, `lp`, `lpstat` and `cancel`, on Linux and macOS: they speak English here, in any locale."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

SECONDS = 15.0


class NoCupsError(Exception):
    """This computer has no print system, or the program is missing."""


class SilentError(Exception):
    """The print system did not answer in time."""


@dataclass(frozen=True)
class Said:
    """What a program said; `ok` when it did what it was asked."""

    ok: bool
    words: str


def ask(program: str, *words: str, given: bytes = b"", seconds: float = SECONDS) -> Said:
    """Run a program of CUPS on `given`; raises NoCupsError and SilentError."""
    found = shutil.which(program)
    if found is None:
        raise NoCupsError(program)
    try:
        done = subprocess.run(
            [found, *words], input=given, capture_output=True, timeout=seconds, check=False,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise SilentError(program) from error
    return Said(done.returncode == 0, done.stdout.decode("utf-8", "replace"))


def is_stopped(queue: str, told: str) -> bool:
    """Say whether `lpstat -p` tells that somebody stopped the queue."""
    return re.search(rf"^printer {re.escape(queue)} disabled", told, re.MULTILINE) is not None
