"""A real window on a virtual screen, driven by key presses from outside the program."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

NEEDED = ("Xvfb", "openbox", "xdotool")
PATIENCE = 60.0
"""Seconds within which anything awaited must happen, on a busy machine too."""


def missing() -> list[str]:
    """The programs that are not installed here."""
    return [name for name in NEEDED if shutil.which(name) is None]


class RealWindow:
    """PSC Desk in a real X window. `title()` is the active window's title; `keys` presses, `type` writes text."""

    def __init__(self, *arguments: str, home: Path, size: str = "1680x945") -> None:
        self._arguments, self._home, self._size = arguments, home, size
        self._running: list[subprocess.Popen[bytes]] = []
        self.display = ""

    def __enter__(self) -> Self:
        read, write = os.pipe()
        self._start(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{self._size}x24", "-nolisten", "tcp"], write)
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = ":" + answer.readline().strip()
        self._manager = self._start(["openbox"])
        # a window that is there before its manager is never given the keys
        wait_until(lambda: self._xdotool("get_num_desktops", check=False) not in ("", "0"), "the window manager")
        self.program = self._start([sys.executable, *self._arguments])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._running):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def keys(self, *keys: str) -> None:
        """Press keys one after the other, e.g. "F4", "Return", "ctrl+k"."""
        self._xdotool("key", "--clearmodifiers", "--delay", "60", *keys)

    def type(self, text: str) -> None:
        """Write text as a keyboard would."""
        self._xdotool("type", "--delay", "60", text)

    def title(self) -> str:
        """The title of the window that takes the keys now; empty when there is none."""
        return self._xdotool("getactivewindow", "getwindowname", check=False)

    def wait_for_title(self, part: str) -> None:
        """Wait until the active window's title contains `part`."""
        wait_until(lambda: part in self.title(), f"a window titled … {part} …, the active one is “{self.title()}”")

    def wait_for_log(self, words: str) -> None:
        """Wait until the program wrote `words`."""
        log = self._home / f"{Path(sys.executable).name}.log"
        wait_until(lambda: words in log.read_text(encoding="utf-8", errors="replace"), f"“{words}” in {log}")

    def settle(self) -> None:
        """Give the window the time that a person needs to look."""
        threading.Event().wait(1.2)

    def while_the_manager_sleeps(self, *keys: str) -> None:
        """Press keys while the window manager is too busy to look; it then sees all that they did at once."""
        self._manager.send_signal(signal.SIGSTOP)
        try:
            self.keys(*keys)
            self.settle()
        finally:
            self._manager.send_signal(signal.SIGCONT)

    def picture(self, path: Path) -> None:
        """Save what the screen shows, for whoever reads a failure."""
        shown = self._xdotool("search", "--onlyvisible", "--name", "PSC Desk", check=False).split()
        path.with_suffix(".txt").write_text(f"active: {self.title()}\nwindows: {shown}\n", encoding="utf-8")
        if shutil.which("import"):
            subprocess.run(["import", "-window", "root", str(path)], env=self._env(), check=False)

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self._env(), check=check, capture_output=True, text=True, timeout=30
        )
        return done.stdout.strip()

    def _env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "WAYLAND", "XDG_"))}
        home = {"HOME": str(self._home), "XDG_DATA_HOME": str(self._home / "data"), "XDG_RUNTIME_DIR": str(self._home)}
        return {**kept, **home, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def _start(self, command: list[str], *kept: int) -> subprocess.Popen[bytes]:
        log = (self._home / f"{Path(command[0]).name}.log").open("wb")
        process = subprocess.Popen(command, env=self._env(), stdout=log, stderr=log, pass_fds=kept)
        log.close()
        self._running.append(process)
        return process


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Look again and again until it is so; fail saying what was awaited."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        pause.wait(0.1)
