"""`psc-desk demo`."""

from __future__ import annotations

import argparse
from typing import Any

from psc_desk.errors import RefusedError


def add_parser(subparsers: Any) -> None:
    """Add the subcommand; `args.run(args)` runs it."""
    parser: argparse.ArgumentParser = subparsers.add_parser("demo", description=__doc__)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Not part of this version."""
    raise RefusedError("This command is not part of this version yet.")
