"""A small demo clinic made once by the command itself, and the command line in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
TODAY = "2026-03-04"


def psc_desk(*words: object, today: str = TODAY) -> subprocess.CompletedProcess[str]:
    """Run `psc-desk` and return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "psc_desk", *map(str, words)], capture_output=True, text=True, timeout=120, check=False,
        stdin=subprocess.DEVNULL, env={**os.environ, "PSC_DESK_TODAY": today},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def run() -> Run:
    return psc_desk


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "demo"
    done = psc_desk("demo", folder, "--patients", 30, "--days", 3)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Path:
    """A copy of the demo clinic to work on."""
    return Path(shutil.copytree(made, tmp_path / "demo"))
