"""The disk is full at any byte: a sentence, nothing half written, and work goes on when there is room (REL-07).

Postings on a disk that is really full; backups, saved papers and upgrades where a file may not grow beyond a limit.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from psc_desk.audit_head import AuditHead
from psc_desk.engine import integrity
from psc_desk.errors import DataError
from psc_desk.queries.money import payments
from tests.faults.support import disk, worked
from tests.money.support import cash, key, pay, wrong
from tests.support.clinic import KEY
from tests.support.faults import digest
from tests.support.sizes import size

pytestmark = pytest.mark.proof
PAGE = 4096
ROOT = Path(__file__).parents[2]


def test_a_disk_that_is_really_full_refuses_postings_and_loses_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """However much room is left, a posting is in the books or was refused in words; no mark stops one that is."""
    with disk(tmp_path / "disk", "-o", "size=24m") as place:
        (place / "clinic").mkdir()
        clinic = worked(place / "clinic")
        posted = len(clinic.desk.ask(payments))
        for left in range(size(5, 15, 50)):
            ballast = place / "ballast"
            with ballast.open("wb", buffering=0) as out:
                fill(out.fileno())
                out.truncate(max(ballast.stat().st_size - left * PAGE, 0))
            refused = ""
            while not refused:
                again = key()
                before = clinic.desk.ask(digest)
                try:
                    pay(clinic, cash(100), with_key=again)
                    posted += 1
                except DataError as error:
                    refused = str(error)
            assert refused == "The disk is full, so nothing was written. Free some space and try again."
            assert clinic.desk.ask(digest) == before
            assert len(clinic.desk.ask(payments)) == posted
            ballast.unlink()
            pay(clinic, cash(100), with_key=again)
            posted += 1
            assert len(clinic.desk.ask(payments)) == posted
            assert wrong(clinic.desk) == []
        assert integrity(clinic.desk.engine) == []
        assert sorted(path.name for path in (place / "clinic").iterdir() if path.name.startswith("audit")) == [
            "audit.head"
        ]
        clinic.desk.engine.dispose()
    assert all("was not written" in line.message for line in caplog.records)


def fill(handle: int) -> None:
    """Write until the disk takes no more."""
    try:
        while True:
            os.write(handle, bytes(PAGE))
    except OSError:
        return


def test_a_mark_that_the_disk_does_not_take_undoes_no_posting(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The money is in the books by then; the next posting writes the mark again."""
    clinic = worked(tmp_path)
    head = AuditHead(clinic.folder / "audit.head", KEY)
    before, crumbs = head.receipts(), blocked(clinic.folder)
    done = pay(clinic, cash(1500))
    assert head.receipts() == before
    assert [line.levelno for line in caplog.records] == [logging.WARNING]
    crumbs.rmdir()
    assert pay(clinic, cash(1500)).receipt_no == done.receipt_no + 1
    assert head.receipts() == {1: done.receipt_no + 1}
    assert wrong(clinic.desk) == []


def blocked(folder: Path) -> Path:
    """Put something in the way of the mark's new file."""
    place = folder / f"audit.{os.getpid()}-{threading.get_ident()}"
    place.mkdir()
    return place


def run(program: str, *words: str) -> None:
    """Run a program of this page in a process of its own: a limit on the size of files holds for all of it."""
    ended = subprocess.run(
        [sys.executable, "-c", _LIMITED + program, *words], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "all well\n")


_LIMITED = """
import resource, signal, sys
from contextlib import contextmanager
from pathlib import Path
from psc_desk.errors import DataError, DeskError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def cap(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
@contextmanager
def limited(limit):
    cap(limit)
    try:
        yield
    finally:
        cap(resource.RLIM_INFINITY)
place, points = Path(sys.argv[1]), int(sys.argv[2])
"""

_BACKUP = """
from psc_desk.backup import backup, restore
from psc_desk.vault import ClinicKind, create
vault = create(place / "clinic", ClinicKind.DEMO).vault
from psc_desk.opening import open_desk
open_desk(vault).close()
out = place / "out"
out.mkdir()
file = backup(vault, out / "a.pscbackup").path
whole = file.read_bytes()
for point in range(points):
    with limited(len(whole) * point // points):
        try:
            backup(vault, file)
            sys.exit(f"went through at {point}")
        except DataError as error:
            assert str(error).endswith("."), error
    assert file.read_bytes() == whole, "the backup before is gone"
    assert list(out.iterdir()) == [file], list(out.iterdir())
backup(vault, file)
restore(file, place / "back").problems == ()
print("all well")
"""

_SAVED = """
from psc_desk.exchange.saved_file import save_file
path, old, new = place / "statement.pdf", b"%PDF old", bytes(range(256)) * 400
save_file(path, old)
for point in range(points):
    with limited(len(new) * point // points):
        try:
            save_file(path, new)
            sys.exit(f"went through at {point}")
        except DeskError as error:
            assert "statement.pdf could not be saved there (" in str(error), error
    assert path.read_bytes() == old, "the paper before is gone"
    assert list(place.iterdir()) == [path], list(place.iterdir())
save_file(path, new)
assert path.read_bytes() == new
print("all well")
"""

_UPGRADE = """
from psc_desk.engine import integrity, make_engine
from psc_desk.models.migrations import HEAD, revision, upgrade
def size_of(folder):
    return max(path.stat().st_size for path in folder.iterdir())
(place / "whole").mkdir()
engine = make_engine(place / "whole" / "desk.db", bytes(32))
upgrade(engine)
largest = size_of(place / "whole")
engine.dispose()
for point in range(points):
    folder = place / str(point)
    folder.mkdir()
    engine = make_engine(folder / "desk.db", bytes(32))
    with limited(largest * point // points):
        try:
            upgrade(engine)
            sys.exit(f"went through at {point}")
        except DataError as error:
            assert str(error).endswith("."), error
    engine.dispose()
    engine = make_engine(folder / "desk.db", bytes(32))
    assert revision(engine) is None, "between the old schema and the new one"
    upgrade(engine)
    assert revision(engine) == HEAD
    assert integrity(engine) == []
    engine.dispose()
print("all well")
"""

_LOG = """
import os
from psc_desk.ui.report import Report
os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
report, said = Report(), []
report.said.connect(lambda message: said.append(message.text))
for point in range(points):
    report(ValueError("Maya Okafor"))
assert len(said) == points and all("report number" in text for text in said), said
print("all well")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file on Windows")
@pytest.mark.parametrize(
    ("program", "points"),
    [
        pytest.param(_BACKUP, size(4, 50, 50), id="backup"),
        pytest.param(_SAVED, size(50, 50, 50), id="paper"),
        pytest.param(_UPGRADE, size(2, 20, 50), id="upgrade"),
        pytest.param(_LOG, size(50, 50, 50), id="log"),
    ],
)
def test_a_file_that_may_not_grow_leaves_no_half_file_and_is_written_when_it_may(
    program: str, points: int, tmp_path: Path
) -> None:
    """The points lie evenly over the size of what is written."""
    run(program, str(tmp_path), str(points))
