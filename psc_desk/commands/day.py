"""`psc-desk day DIR`: one whole day at the desk, through the same use cases and devices as the window."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psc_desk.commands.unlocking import add_key_option, unlock

if TYPE_CHECKING:
    from psc_desk.demo.day import DayResult


def add_parser(subparsers: Any) -> None:
    """Add the subcommand; `args.run(args)` runs it."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "day", help="play a whole day on a demo clinic, and balance it", description=__doc__
    )
    parser.add_argument("data", type=Path, metavar="DIR", help="the folder of a demo or training clinic")
    parser.add_argument("--out", type=Path, metavar="OUT", help="where papers go (default: DIR/day-DATE)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="same seed and clinic, same day (default 1)")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object: visits, receipts, drawer, deposit, papers, balanced"
    )
    add_key_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play the day: 0 when it balances, 1 when not; a DeskError when it could not be played."""
    from psc_desk.demo.clinic import business_day
    from psc_desk.demo.day import play_day

    out = args.out or args.data / f"day-{business_day().isoformat()}"
    result = play_day(unlock(args.data, args.key_file), out, seed=args.seed)
    if args.json:
        print(json.dumps(_as_json(result)))
    else:
        _tell(result, out)
    for check in result.checks:
        if not check.ok:
            print(f"WRONG  {check.name}: {check.detail}", file=sys.stderr)
    return 0 if result.balanced else 1


def _as_json(result: DayResult) -> dict[str, Any]:
    return {
        "visits": result.visits,
        "receipts": result.receipts,
        "drawer": {"expected": result.expected, "counted": result.counted, "over_short": result.over_short},
        "deposit": result.deposit,
        "papers": [str(path) for path in result.papers],
        "balanced": result.balanced,
    }


def _tell(result: DayResult, out: Path) -> None:
    from psc_desk.money import format_money
    from psc_desk.usecases.till import over_short_words

    print(*result.story, sep="\n")
    print(
        f"\n{result.visits} visits, {result.receipts} receipts. The drawer should hold {format_money(result.expected)} "
        f"and held {format_money(result.counted)}: {over_short_words(result.over_short)}. "
        f"To the bank: {format_money(result.deposit)}."
    )
    print("The books balance and all reports agree." if result.balanced else "The books do NOT balance.")
    print(f"{len(result.papers)} papers are in {out}.")
