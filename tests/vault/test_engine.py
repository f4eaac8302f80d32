"""The encrypted database: what lies on the disk, damage, wrong keys, readers and writers."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from psc_desk.cipher import problems, raw_connect, sentence_for
from psc_desk.engine import integrity, make_engine, read_engine
from psc_desk.errors import ConflictError, DataError
from psc_desk.vault import Created
from tests.vault.samples import SECRETS


def test_nothing_that_a_person_said_lies_on_the_disk(filled: Created, engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO patient (name) VALUES (:n)"), [{"n": secret} for secret in SECRETS])
        connection.commit()
        files = {path: path.read_bytes() for path in filled.vault.folder.rglob("*") if path.is_file()}
    assert {"desk.db", "desk.db-wal", "desk.db-shm"} <= {path.name for path in files}
    for path, data in files.items():
        found = [secret for secret in [*SECRETS, "CREATE TABLE", "SQLite format"] if secret.encode() in data]
        assert not found, path


def test_the_settings_of_the_house_hold_on_every_connection(engine: Engine) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "cache_size": -65536,
    }
    with engine.connect() as one, engine.execution_options(read_only=True).connect() as other:
        for connection in (one, other):
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted


def test_a_wrong_key_is_a_sentence_and_nothing_leaks(filled: Created, capfd: pytest.CaptureFixture[str]) -> None:
    engine = make_engine(filled.vault.database, bytes(32))
    with pytest.raises(DataError, match="key does not fit"):
        engine.connect()
    with pytest.raises(DataError, match="key does not fit"):
        raw_connect(filled.vault.database, bytes(32))
    assert capfd.readouterr().err == ""


def test_fifty_bit_flips_are_fifty_findings(filled: Created, tmp_path: Path) -> None:
    good, chance = filled.vault.database.read_bytes(), random.Random(7)
    flipped = tmp_path / "flipped.db"
    missed = []
    for _ in range(50):
        at, bit = chance.randrange(len(good)), chance.randrange(8)
        data = bytearray(good)
        data[at] ^= 1 << bit
        flipped.write_bytes(data)
        try:
            with closing(raw_connect(flipped, filled.vault.key)) as connection:
                if not problems(connection):
                    missed.append(at)
        except DataError:
            continue
    assert missed == []


def test_a_sound_database_has_no_problems_and_a_lost_parent_is_one(engine: Engine) -> None:
    assert integrity(engine) == []
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("INSERT INTO visit (patient) VALUES (424242)")
        raw.execute("PRAGMA foreign_keys = ON")
    assert integrity(engine) == ["Row 401 of visit refers to a row of patient that does not exist."]


def test_damage_met_in_the_middle_of_work_is_a_sentence(filled: Created) -> None:
    data = bytearray(filled.vault.database.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 + 100] ^= 1
    filled.vault.database.write_bytes(data)
    engine = make_engine(filled.vault.database, filled.vault.key)
    with pytest.raises(DataError, match=r"damaged|key does not fit"), engine.connect() as connection:
        connection.execute(text("SELECT * FROM patient")).all()
    engine.dispose()


def test_readers_do_not_wait_for_a_writer_and_cannot_write(engine: Engine) -> None:
    with engine.connect() as writer, read_engine(engine).connect() as reader:
        writer.execute(text("INSERT INTO patient (name) VALUES ('new')"))
        assert reader.execute(text("SELECT count(*) FROM patient")).scalar() == 400
        with pytest.raises(OperationalError, match="readonly"):
            reader.execute(text("DELETE FROM patient"))
        writer.commit()
        assert reader.execute(text("SELECT count(*) FROM patient")).scalar() == 400
        reader.rollback()
        assert reader.execute(text("SELECT count(*) FROM patient")).scalar() == 401
    for _ in range(4):  # a connection that served a reader serves a writer again
        with engine.begin() as writer:
            writer.execute(text("INSERT INTO patient (name) VALUES ('next')"))


def test_a_writer_that_waits_too_long_is_told_to_repeat(engine: Engine) -> None:
    with engine.connect() as first, engine.connect() as second:
        first.rollback()
        raw = second.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA busy_timeout = 10")
        first.execute(text("INSERT INTO patient (name) VALUES ('a')"))
        with pytest.raises(ConflictError, match="Try again"):
            second.execute(text("SELECT 1"))


def test_a_rolled_back_savepoint_takes_only_its_own_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO patient (name) VALUES ('kept')"))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("INSERT INTO visit (patient) VALUES (999999)"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM patient WHERE name = 'kept'")).scalar() == 1


def test_a_full_disk_writes_nothing_and_work_goes_on(engine: Engine) -> None:
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DataError, match="disk is full"):
            connection.execute(text("INSERT INTO patient (name) VALUES (:n)"), {"n": "x" * 100_000})
        connection.rollback()
        raw.execute("PRAGMA max_page_count = 1000000")
        connection.execute(text("INSERT INTO patient (name) VALUES ('after')"))
        connection.commit()
    assert integrity(engine) == []


def test_a_folder_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be opened"):
        raw_connect(tmp_path / "gone" / "desk.db", bytes(32))
    assert isinstance(sentence_for(ValueError("x")), DataError)


def test_a_killed_writer_leaves_whole_transactions(filled: Created) -> None:
    program = (
        "import sys; from pathlib import Path; from psc_desk.cipher import raw_connect\n"
        "c = raw_connect(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))\n"
        "for n in range(100000):\n"
        "    c.execute('BEGIN IMMEDIATE')\n"
        "    c.execute('INSERT INTO patient (id, name) VALUES (?, ?)', (n + 1000, 'x'))\n"
        "    c.execute('INSERT INTO visit (patient) VALUES (?)', (n + 1000,))\n"
        "    c.execute('COMMIT'); print(n, flush=True)\n"
    )
    for lines in (1, 7, 40):
        command = [sys.executable, "-c", program, str(filled.vault.database), filled.vault.key.hex()]
        with closing(raw_connect(filled.vault.database, filled.vault.key)) as connection:
            connection.execute("DELETE FROM visit WHERE patient >= 1000")
            connection.execute("DELETE FROM patient WHERE id >= 1000")
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            for _ in range(lines):
                writer.stdout.readline()
            writer.kill()
        with closing(raw_connect(filled.vault.database, filled.vault.key)) as connection:
            assert problems(connection) == []
            patients, visits = (
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("patient", "visit")
            )
            assert patients == visits >= 400 + lines


@pytest.mark.skipif(os.name != "posix", reason="modes exist on POSIX only")
def test_a_new_database_is_private(tmp_path: Path) -> None:
    with closing(raw_connect(tmp_path / "new.db", bytes(32))) as connection:
        connection.execute("CREATE TABLE t (x)")
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
