"""`psc-desk screens OUT`: every page and dialog of the demo clinic as PNG, to be looked at."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from psc_desk.errors import InputError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("screens", help="render every page and dialog to PNG")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for the pictures")
    parser.add_argument("--data", type=Path, metavar="DIR", help="a demo clinic; without it a fresh one is made")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--lang", choices=("en", "es"), default="en", help="language of the window")
    parser.add_argument("--scale", type=float, default=1.0, metavar="F", help="1.0 to 2.0")
    parser.add_argument("--size", default="1680x945", metavar="WxH", help="window size in pixels")
    parser.add_argument("--json", action="store_true", help="print the list of pictures as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Render the pictures and list them."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    width, height = _size(args.size)
    if not 1.0 <= args.scale <= 2.0:
        raise InputError("The scale goes from 1.0 to 2.0.")
    from psc_desk.screens import Look, render

    look = Look(args.theme, args.lang, args.scale, width, height)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.data is not None:
        pictures = render(args.data, args.out, look)
    else:
        folder = Path(tempfile.mkdtemp(prefix="psc-desk-screens-"))
        try:
            pictures = render(folder / "demo", args.out, look)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps([str(path) for path in pictures]) if args.json else "\n".join(map(str, pictures)), file=sys.stdout)
    return 0


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 640 <= int(width) <= 7680 and 480 <= int(height) <= 4320):
        raise InputError("Write the size as 1680x945.")
    return int(width), int(height)
