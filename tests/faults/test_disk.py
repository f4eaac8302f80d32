"""A disk that is full, that tears its last writes, that turns bits over (REL-05 to REL-07)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from psc_desk.audit_head import AuditHead
from psc_desk.cipher import raw_connect
from psc_desk.clock import FixedClock
from psc_desk.engine import integrity
from psc_desk.errors import DataError, DeskError
from psc_desk.queries.lost_receipts import lost_receipts
from psc_desk.queries.money import payments
from psc_desk.queries.verify import book_checks
from psc_desk.usecases.lost_receipts import note_lost_receipts, settle_lost_receipts
from psc_desk.work import Desk, Read
from tests.faults.support import copied, postings, worked
from tests.money.support import cash, key, pay, wrong
from tests.support.clinic import KEY, LEO, NOON, SmallClinic, reopened
from tests.support.faults import digest
from tests.support.sizes import seed, size

pytestmark = pytest.mark.proof


def receipts(read: Read) -> list[int]:
    return sorted(row.receipt_no for row in payments(read))


def limit_pages(desk: Desk, more: int) -> None:
    """Leave room for so many pages on every connection of the pool, none of which may grow the file further."""
    desk.engine.dispose()
    connection = desk.engine.raw_connection()
    raw = connection.driver_connection
    assert raw is not None
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count = {pages + more}")
    connection.close()


@pytest.mark.parametrize("room", range(size(4, 50, 50)))
def test_a_full_disk_refuses_in_words_and_nothing_is_lost(room: int, tmp_path: Path) -> None:
    clinic = worked(tmp_path)
    limit_pages(clinic.desk, room)
    posted: list[str] = []
    refused = ""
    while not refused:
        again = key()
        before = clinic.desk.ask(digest)
        try:
            pay(clinic, cash(100), with_key=again)
            posted.append(again)
        except DataError as error:
            refused = str(error)
            assert clinic.desk.ask(digest) == before
    assert "The disk is full, so nothing was written." in refused
    for _ in range(3):
        with pytest.raises(DataError):
            pay(clinic, cash(100), with_key=again)
    assert wrong(clinic.desk) == []
    limit_pages(clinic.desk, 100_000)
    done = pay(clinic, cash(100), with_key=again)
    assert done.receipt_no == 1005 + len(posted)
    assert wrong(clinic.desk) == []
    assert integrity(clinic.desk.engine) == []


def torn(data: bytes, kind: str, rng: random.Random) -> bytes:
    """Return a write-ahead log as a failing disk leaves it."""
    at = rng.randrange(32, len(data))
    if kind == "cut":
        return data[:at]
    if kind == "zeros":
        return data[:at] + bytes(min(512, len(data) - at)) + data[at + 512 :]
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _keep_the_log(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint = 0").fetchall()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> SmallClinic:
    """Forty payments, all still in the write-ahead log."""
    clinic = worked(tmp_path_factory.mktemp("busy"))
    connection = raw_connect(clinic.folder / "desk.db", KEY)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    clinic.desk.engine.dispose()
    event.listen(clinic.desk.engine, "connect", _keep_the_log)
    for number in range(40):
        pay(clinic, cash(100 + number))
    return clinic


@pytest.mark.parametrize("kind", ["cut", "zeros", "bit"])
def test_a_torn_log_leaves_an_earlier_state_and_says_which_receipts_are_missing(
    busy: SmallClinic, kind: str, tmp_path: Path
) -> None:
    """SQLite keeps whole transactions; how many are gone is told by the mark beside the database."""
    rng = random.Random(seed())
    full = busy.desk.ask(receipts)
    losses = 0
    for number in range(size(6, 100, 300)):
        folder = copied(busy, tmp_path / f"{kind}{number}")
        wal = folder / "desk.db-wal"
        wal.write_bytes(torn(wal.read_bytes(), kind, rng))
        desk = reopened(folder).desk
        assert integrity(desk.engine) == []
        assert wrong(desk) == []
        kept = desk.ask(receipts)
        assert kept == full[: len(kept)]
        assert desk.head is not None
        assert desk.do(note_lost_receipts, desk.head.receipts()) == len(full) - len(kept)
        assert desk.do(note_lost_receipts, desk.head.receipts()) == 0
        missing = desk.ask(lost_receipts)
        assert [(row.first_no, row.last_no) for row in missing] == ([(kept[-1] + 1, full[-1])] if kept != full else [])
        losses += kept != full
        clinic = SmallClinic(desk, busy.clock, folder)
        assert pay(clinic, cash(500)).receipt_no == full[-1] + 1
        assert wrong(desk) == []
        desk.engine.dispose()
    assert losses, "no damage met a payment: the test does not see what it should"


def test_lost_receipts_are_settled_by_a_second_person(busy: SmallClinic, tmp_path: Path) -> None:
    folder = copied(busy, tmp_path / "gone")
    (folder / "desk.db-wal").unlink()
    desk = reopened(folder).desk
    assert desk.head is not None
    assert desk.do(note_lost_receipts, desk.head.receipts()) == 40
    (row,) = desk.ask(lost_receipts)
    assert row.sentence.startswith("Receipts 1005 to 1044 of Drawer 1 are not in the books")
    with pytest.raises(DeskError):
        desk.do(settle_lost_receipts, row.lost_id, "Taken again")
    desk.actor_id = LEO
    desk.do(settle_lost_receipts, row.lost_id, "Taken again as 1045 to 1084")
    assert [one.outcome for one in desk.ask(lost_receipts)] == ["Taken again as 1045 to 1084"]
    with pytest.raises(DeskError, match="settled already"):
        desk.do(settle_lost_receipts, row.lost_id, "Once more")
    desk.engine.dispose()


def test_an_edited_mark_is_noticed(busy: SmallClinic, tmp_path: Path) -> None:
    folder = copied(busy, tmp_path / "edited")
    path = folder / "audit.head"
    path.write_text(path.read_text().replace("1044", "1043"))
    with pytest.raises(DataError, match="seal"):
        AuditHead(path, KEY).receipts()


def test_every_bit_that_turned_over_is_found(tmp_path: Path) -> None:
    """Damage anywhere in the file is found by the check at the start, and the posting that meets it is refused."""
    (tmp_path / "sound").mkdir()
    clinic = worked(tmp_path / "sound")
    connection = raw_connect(clinic.folder / "desk.db", KEY)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    clinic.desk.engine.dispose()
    good = (clinic.folder / "desk.db").read_bytes()
    rng = random.Random(seed())
    said: list[str] = []
    for number in range(size(20, 100, 300)):
        folder = copied(clinic, tmp_path / f"flip{number}")
        at = rng.randrange(len(good))
        (folder / "desk.db").write_bytes(good[:at] + bytes([good[at] ^ 1 << rng.randrange(8)]) + good[at + 1 :])
        found, sentence = worked_on_damage(folder)
        assert found, f"bit flip at byte {at} of {len(good)} was not noticed"
        said += [sentence] * bool(sentence)
    assert said, "no posting met the damage: the test does not see what it should"
    assert all("restore the last backup" in sentence for sentence in said)


def worked_on_damage(folder: Path) -> tuple[bool, str]:
    """Check damaged data and post on it; say whether the damage was found, and what was said of the posting."""
    desk, found = None, False
    try:
        desk = reopened(folder).desk
        found = bool(integrity(desk.engine)) or any(not one.ok for one in desk.ask(book_checks))
        pay(SmallClinic(desk, FixedClock(NOON), folder), cash(100))
    except DataError as error:
        return True, str(error)
    finally:
        if desk is not None:
            desk.engine.dispose()
    return found, ""


def test_a_posting_works_after_every_kind(tmp_path: Path) -> None:
    """The postings that the fault tests use do run when nothing fails."""
    clinic = worked(tmp_path)
    for do in postings(clinic).values():
        do(clinic.desk)
        assert wrong(clinic.desk) == []
    assert clinic.clock.instant == NOON
