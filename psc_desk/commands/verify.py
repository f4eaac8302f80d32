"""`psc-desk verify DIR`: the books, the audit, the database, the papers and the search index prove themselves."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psc_desk.commands.unlocking import add_key_option, unlock

if TYPE_CHECKING:
    from psc_desk.queries.verify import Check
    from psc_desk.vault import Vault


def add_parser(subparsers: Any) -> None:
    """Add the subcommand; `args.run(args)` runs it."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "verify", help="prove books, audit, database and papers", description=__doc__
    )
    parser.add_argument("data", type=Path, metavar="DIR", help="the data folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object: ok, checks")
    add_key_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check everything: 0 when all holds, 1 when something is wrong and named."""
    from psc_desk.opening import open_desk
    from psc_desk.queries.books import all_checks

    with open_desk(unlock(args.data, args.key_file)) as opened:
        checks = all_checks(opened.desk)
    wrong = [check for check in checks if not check.ok]
    if args.json:
        rows = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks]
        print(json.dumps({"ok": not wrong, "checks": rows}))
    for check in checks if not args.json else wrong:
        print(_line(check), file=sys.stderr if args.json else sys.stdout)
    if not args.json:
        print(f"{len(checks)} checks, all hold." if not wrong else f"{len(wrong)} of {len(checks)} checks fail.")
    return 1 if wrong else 0


def _line(check: Check) -> str:
    return f"ok     {check.name}" if check.ok else f"WRONG  {check.name}: {check.detail}"


def problems_in(vault: Vault) -> list[str]:
    """Return what is wrong in a folder, a line each; empty when all holds."""
    from psc_desk.opening import open_desk
    from psc_desk.queries.books import all_checks

    with open_desk(vault) as opened:
        return [f"{check.name}: {check.detail}" for check in all_checks(opened.desk) if not check.ok]
