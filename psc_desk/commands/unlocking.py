"""What the commands share that open a data folder: `--key-file`, and a question at the terminal."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from psc_desk.errors import DeskError, InputError
from psc_desk.keywrap import tidy_recovery_code
from psc_desk.vault import KeyNeededError, Vault, open_vault

T = TypeVar("T")


def add_key_option(parser: argparse.ArgumentParser) -> None:
    """Add `--key-file`."""
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="text file with the passphrase or the recovery code of the data; demo and training data need none",
    )


def unlock(folder: Path, key_file: Path | None = None) -> Vault:
    """Open a data folder for a command, asking at the terminal when it is locked; errors as `open_vault`."""
    if key_file is not None:
        return open_vault(folder, key_file=key_file)
    return asking(lambda passphrase, code: open_vault(folder, passphrase, recovery_code=code))


def asking(attempt: Callable[[str | None, str | None], T]) -> T:
    """Call `attempt(passphrase, recovery_code)` with neither, then with what was typed when the data is locked."""
    try:
        return attempt(None, None)
    except KeyNeededError as locked:
        if not (locked.by and sys.stdin.isatty()):
            raise
        # the question goes to the terminal, never to standard output
        typed = getpass.getpass(f"{' or '.join(locked.by).capitalize()}: ")
    try:
        return attempt(None, tidy_recovery_code(typed))
    except InputError:
        return attempt(typed, None)


def fail(error: DeskError, *, as_json: bool) -> int:
    """Say on standard error, and as JSON when asked, why the command could not run; return exit code 2."""
    print(error, file=sys.stderr)
    if as_json:
        print(json.dumps({"error": str(error)}))
    return 2
