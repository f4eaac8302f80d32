"""Runs PSC Desk from a checkout: `python3 installer/run.py`.

On a screen it opens the window on the demo clinic; without one it plays a whole demo day and says where the papers are.
Arguments go to the program: `python3 installer/run.py --data DIR`, `python3 installer/run.py verify DIR`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Mapping, Sequence

import setup_venv as setup

OUT = setup.ROOT / "out" / "run"


def x_server_answers(display: str) -> bool:
    """Tell whether the X server of a local display (":0") takes connections; a remote one is believed."""
    host, _, number = display.rpartition(":")
    if host not in ("", "unix"):
        return True
    address = "/tmp/.X11-unix/X" + number.split(".")[0]  # noqa: S108 - where X servers listen
    for name in ("\0" + address, address):
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(name) == 0:
                return True
    return False


def has_screen(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Tell whether a window can be shown."""
    if not platform.startswith("linux"):
        return True
    display = environ.get("DISPLAY", "")
    return bool(environ.get("WAYLAND_DISPLAY")) or bool(display and x_server_answers(display))


def is_window_wanted(args: Sequence[str]) -> bool:
    """Tell whether the arguments open the window rather than run a subcommand or show the help."""
    return not args or (args[0].startswith("-") and not {"-h", "--help", "--version"} & set(args))


def window_arguments(args: Sequence[str]) -> list[str]:
    """Return the arguments for the window: the demo clinic, unless another data folder is named."""
    named = any(arg.split("=")[0] in ("--data", "--demo", "--training") for arg in args)
    return list(args) if named else ["--demo", *args]


def libraries_for(window: bool, environ: Mapping[str, str] = os.environ) -> setup.Needs:
    """Return the libraries that the program needs on this screen."""
    needs = dict(setup.OFFSCREEN_LIBRARIES)
    if window and environ.get("DISPLAY"):
        needs.update(setup.WINDOW_LIBRARIES)
    elif window and environ.get("WAYLAND_DISPLAY"):
        needs.update(setup.WAYLAND_LIBRARIES)
    return needs


def desk(python: Path, args: Sequence[str]) -> int:
    """Run the program and return its exit code; Ctrl+C goes to it."""
    with subprocess.Popen([str(python), "-m", "psc_desk", *args]) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:
                continue


def play_the_day(python: Path) -> int:
    """Make a demo clinic, play a day at its desk and say where the papers are."""
    clinic, papers = OUT / "clinic", OUT / "papers"
    setup.say("There is no screen here, so PSC Desk plays a demo day at the desk instead of opening its window.")
    for folder in (clinic, papers):
        shutil.rmtree(str(folder), ignore_errors=True)
    clinic.parent.mkdir(parents=True, exist_ok=True)
    code = desk(python, ["demo", str(clinic)]) or desk(python, ["day", str(clinic), "--out", str(papers)])
    if code == 0:
        setup.say(f"The day's receipts and papers are in {papers}\nThe demo clinic is in {clinic}")
    return code


def main(args: Sequence[str]) -> int:
    """Set up what is missing, then run; returns the exit code of the program."""
    setup.ensure_python()
    window = is_window_wanted(args)
    screen = has_screen()
    setup.require_system(libraries_for(window and screen))
    python = setup.ensure_venv()
    if not window:
        return desk(python, args)
    if not screen:
        return play_the_day(python)
    return desk(python, window_arguments(args))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
