"""`psc-desk export patients FILE --data DIR`: the patient list as CSV, recorded in the audit."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from psc_desk.commands.unlocking import add_key_option, fail, unlock
from psc_desk.errors import DeskError

KINDS = ("patients",)


def add_parser(subparsers: Any) -> None:
    """Add the subcommand; `args.run(args)` runs it."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "export", help="write the patient list as a CSV file", description=__doc__
    )
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help="what to write: patients")
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to write; replaced when it exists")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data folder")
    parser.add_argument("--bom", action="store_true", help="mark the file as UTF-8 for spreadsheets that need it")
    parser.add_argument("--json", action="store_true", help="print one JSON object: kind, path, patients")
    add_key_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the file: 0 when done, 2 with one sentence when it could not be written."""
    try:
        count = export_patients_file(args.data, args.file, key_file=args.key_file, bom=args.bom)
    except DeskError as error:
        return fail(error, as_json=args.json)
    if args.json:
        print(json.dumps({"kind": args.kind, "path": str(args.file), "patients": count}))
    else:
        print(f"Wrote {count:,} patients to {args.file}. Keep the file as safe as the charts.", file=sys.stderr)
    return 0


def export_patients_file(data: Path, file: Path, *, key_file: Path | None = None, bom: bool = False) -> int:
    """Write the patients of a data folder to a file that only its owner may read; return how many."""
    from psc_desk.exchange.patients_csv import write_csv
    from psc_desk.opening import open_desk
    from psc_desk.usecases.patients import export_patients_unattended
    from psc_desk.vault_file import write_private

    with open_desk(unlock(data, key_file), name="Command line") as opened:
        rows = opened.desk.do(export_patients_unattended)
        write_private(file, write_csv(rows, bom=bom))
    return len(rows)
