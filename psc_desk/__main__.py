"""`psc-desk`, also `python -m psc_desk`: the window, or one of the commands that need none.

Exit 0: done; 1: done, and something is wrong; 2: could not run, and one sentence on standard error says why.
A command's module is imported when it is asked for, so that the window starts without what it does not need.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from psc_desk.errors import DataError, DeskError

COMMANDS = {
    "demo": "demo",
    "day": "day",
    "verify": "verify",
    "backup": "backup",
    "restore": "restore",
    "export": "export",
    "bench": "bench",
    "printer": "printer",
    "screens": "screens",
    "virtual-printer": "virtual_printer",
}
"""Each command and its module in psc_desk.commands, which has `add_parser(subparsers)` and sets `run`."""
COULD_NOT_RUN = 2


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in a sentence."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and exit with 2."""
        sentence = message[:1].upper() + message[1:].rstrip(".")
        self.exit(COULD_NOT_RUN, f"{sentence}. Type “{self.prog} --help” for how it is written.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    args = make_parser(words).parse_args(words)
    as_json = bool(getattr(args, "json", False))
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except DeskError as error:
        return _refuse(str(error), as_json=as_json)
    except BrokenPipeError:
        _silence_output()
        return COULD_NOT_RUN
    except OSError as error:
        what = f"The computer refused {error.filename or 'that'} ({error.strerror or error})."
        return _refuse(f"{what} Check the path, the disk and your rights to it.", as_json=as_json)
    except KeyboardInterrupt:
        return _refuse("Stopped by the keyboard. Start it again when you are ready.", as_json=as_json)
    return code


def make_parser(words: Sequence[str]) -> Parser:
    """Return the parser for these words; only the commands they name are imported, all of them for help."""
    parser = Parser(
        prog="psc-desk", description="The front desk of an outpatient clinic. Without a command it opens the window."
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: the user's data folder)")
    parser.add_argument("--demo", action="store_true", help="open the demo clinic, made on first use")
    parser.add_argument("--training", action="store_true", help="open the training clinic, made on first use")
    parser.set_defaults(run=open_window)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in _named(words):
        module = importlib.import_module(f"psc_desk.commands.{COMMANDS[name]}")
        module.add_parser(subparsers, **_extras(name))
    return parser


def _named(words: Sequence[str]) -> Sequence[str]:
    named = [word for word in words if word in COMMANDS][:1]
    if named or not words or words[0].partition("=")[0] in ("--data", "--demo", "--training"):
        return named
    return list(COMMANDS)


def _extras(name: str) -> dict[str, object]:
    """Return what a command is given by the house: a restored folder proves itself by `verify`."""
    if name != "restore":
        return {}
    from psc_desk.commands.verify import problems_in

    return {"verify": problems_in}


def open_window(args: argparse.Namespace) -> int:
    """Open the window on the folder asked for, or on the user's own."""
    if args.demo and args.training:
        raise DataError("Choose the demo clinic or the training clinic, not both.")
    _need_a_screen()
    from psc_desk.app import run_window

    return run_window(args.data or default_folder(args), demo=args.demo, training=args.training)


def default_folder(args: argparse.Namespace) -> Path:
    """Return where the platform keeps a user's data, with a folder of its own for each kind of clinic."""
    from platformdirs import user_data_dir

    name = "demo" if args.demo else "training" if args.training else "clinic"
    return Path(user_data_dir("psc-desk", appauthor=False)) / name


def _need_a_screen() -> None:
    """Say so where there is none: Qt itself would abort."""
    known = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in known):
        raise DataError("There is no screen to open the window on. Start PSC Desk from a desktop, or name a command.")


def _refuse(sentence: str, *, as_json: bool) -> int:
    from psc_desk.commands.unlocking import fail

    with suppress(BrokenPipeError):
        return fail(DeskError(sentence), as_json=as_json)
    _silence_output()
    return COULD_NOT_RUN


def _silence_output() -> None:
    """Nobody reads any more: let the interpreter's last flush go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
