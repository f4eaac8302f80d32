"""`psc-desk backup DIR FILE`: one encrypted file, made while others work."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from psc_desk.commands.unlocking import add_key_option, fail, unlock
from psc_desk.errors import DeskError


def add_parser(subparsers: Any) -> None:
    """Add the subcommand; `args.run(args)` runs it."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "backup", help="write an encrypted backup while others work", description=__doc__
    )
    parser.add_argument("data", type=Path, metavar="DIR", help="the data folder")
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup to write; replaced when it exists")
    parser.add_argument("--json", action="store_true", help="print one JSON object: path, bytes, sha256")
    add_key_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the backup: 0 when done, 2 with one sentence when it could not be made."""
    from psc_desk.backup import backup

    try:
        done = backup(unlock(args.data, args.key_file), args.file)
    except DeskError as error:
        return fail(error, as_json=args.json)
    if args.json:
        print(json.dumps({"path": str(done.path), "bytes": done.bytes, "sha256": done.sha256, "rows": done.rows}))
    else:
        print(f"Backed up to {done.path} ({done.bytes:,} bytes, SHA-256 {done.sha256}).", file=sys.stderr)
    return 0
