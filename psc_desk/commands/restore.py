"""`psc-desk restore FILE DIR`: a backup into an empty folder, which then proves itself."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from psc_desk.commands.unlocking import add_key_option, asking, fail
from psc_desk.errors import DeskError
from psc_desk.vault import Vault


def add_parser(subparsers: Any, verify: Callable[[Vault], Sequence[str]] | None = None) -> None:
    """Add the subcommand; `verify` returns what is wrong in the books of a restored folder."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "restore", help="restore a backup into an empty folder", description=__doc__
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument("data", type=Path, metavar="DIR", help="the folder to make; it must be missing or empty")
    parser.add_argument("--json", action="store_true", help="print one JSON object: path, bytes, sha256, problems")
    add_key_option(parser)
    parser.set_defaults(run=run, verify=verify)


def run(args: argparse.Namespace) -> int:
    """Restore: 0 when done and right, 1 when the books are wrong (each named), 2 when it could not be done."""
    from psc_desk.backup import restore

    def attempt(passphrase: str | None, code: str | None) -> Any:
        return restore(args.file, args.data, passphrase, recovery_code=code, key_file=args.key_file, verify=args.verify)

    try:
        done = asking(attempt)
    except DeskError as error:
        return fail(error, as_json=args.json)
    if args.json:
        content = {"path": str(done.path), "bytes": done.bytes, "sha256": done.sha256, "made": done.made_at}
        print(json.dumps(content | {"problems": list(done.problems)}))
    else:
        print(f"Restored to {done.path} as it was at {done.made_at} ({done.bytes:,} bytes).", file=sys.stderr)
    for problem in done.problems:
        print(problem, file=sys.stderr)
    return 1 if done.problems else 0
