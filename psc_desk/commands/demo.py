"""`psc-desk demo DIR`: a demo clinic with patients, past and booked visits, money and drawer history."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Add the subcommand; `args.run(args)` runs it."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "demo", help="make a demo clinic; everybody in it is invented", description=__doc__
    )
    parser.add_argument("data", type=Path, metavar="DIR", help="the folder to make; it must be missing or empty")
    parser.add_argument("--patients", type=int, default=400, metavar="N", help="how many patients (default 400)")
    parser.add_argument("--days", type=int, default=30, metavar="N", help="how many days of past (default 30)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="same seed and day, same clinic (default 1)")
    parser.add_argument("--at-work", action="store_true", help="stop at 10:12 am of the day, not before it begins")
    parser.add_argument("--json", action="store_true", help="print one JSON object: counts by kind")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the clinic: 0 when done; a DeskError when it could not be made."""
    from psc_desk.demo.clinic import DemoSize, counts_as_words, make_demo

    counts = make_demo(args.data, size=DemoSize(args.patients, args.days, args.seed), at_work=args.at_work)
    if args.json:
        print(json.dumps({"path": str(args.data), **asdict(counts)}))
    else:
        print(f"Made a demo clinic in {args.data}: {counts_as_words(counts)}.", file=sys.stderr)
    return 0
