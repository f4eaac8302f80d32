"""`psc-desk verify DIR`: the books, the audit, the database, the papers and the search index prove themselves."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psc_desk.commands.unlocking import add_key_option, unlock
from psc_desk.errors import DataError

if TYPE_CHECKING:
    from psc_desk.opening import OpenedDesk
    from psc_desk.queries.verify import Check
    from psc_desk.vault import Vault
    from psc_desk.work import Read


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

    with open_desk(unlock(args.data, args.key_file)) as opened:
        checks = verify_checks(opened)
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


def verify_checks(opened: OpenedDesk) -> list[Check]:
    """Return every check of an open data folder; of a damaged database only what is damaged."""
    from psc_desk.engine import integrity
    from psc_desk.queries.verify import book_checks

    sound = _check("the database is sound", integrity(opened.engine))
    if not sound.ok:
        return [sound]
    ask = opened.desk.ask
    return [
        sound,
        *ask(book_checks),
        _check("the audit is whole", _audit_faults(opened)),
        _check("papers are what was filed", ask(_damaged_papers)),
        _check("the search box knows every patient", ask(_not_found)),
    ]


def problems_in(vault: Vault) -> list[str]:
    """Return what is wrong in a folder, a line each; empty when all holds."""
    from psc_desk.opening import open_desk

    with open_desk(vault) as opened:
        return [f"{check.name}: {check.detail}" for check in verify_checks(opened) if not check.ok]


def _check(name: str, faults: list[str]) -> Check:
    from psc_desk.queries.verify import Check

    more = f" (and {len(faults) - 10} more)" if len(faults) > 10 else ""
    return Check(name, not faults, " ".join(faults[:10]) + more)


def _audit_faults(opened: OpenedDesk) -> list[str]:
    from psc_desk.queries.audit import check_chain

    try:
        head = opened.head.read()
    except DataError as error:
        return [str(error), *opened.desk.ask(check_chain)]
    return opened.desk.ask(check_chain, head)


def _damaged_papers(read: Read) -> list[str]:
    from sqlalchemy import select

    from psc_desk.models.patient import Document

    rows = read.session.execute(select(Document.id, Document.title, Document.sha256, Document.size, Document.content))
    return [
        f"Paper {row.id} “{row.title}” is not what was filed."
        for row in rows
        if row.size != len(row.content) or hashlib.sha256(row.content).hexdigest() != row.sha256
    ]


def _not_found(read: Read) -> list[str]:
    from sqlalchemy import text

    session = read.session
    missing = session.execute(
        text("SELECT record_no FROM patient WHERE id NOT IN (SELECT rowid FROM patient_search) ORDER BY record_no")
    ).scalars()
    strays = session.execute(
        text("SELECT rowid FROM patient_search WHERE rowid NOT IN (SELECT id FROM patient) ORDER BY rowid")
    ).scalars()
    return [f"Record #{number} is not in the search index." for number in missing] + [
        f"The search index holds {rowid}, which is no patient." for rowid in strays
    ]
