"""Data folders for the tests: real encrypted files, cheap key stretching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from psc_desk.cipher import raw_connect
from psc_desk.engine import make_engine
from psc_desk.key_store import MemoryKeyStore, NoKeyStore
from psc_desk.vault import ClinicKind, Created, create
from tests.vault.samples import PASSPHRASE, QUICK, SECRETS


@pytest.fixture
def key_store() -> MemoryKeyStore:
    return MemoryKeyStore()


@pytest.fixture
def locked(tmp_path: Path) -> Created:
    """A real clinic on a computer without a key store."""
    return create(tmp_path / "clinic", ClinicKind.REAL, PASSPHRASE, key_store=NoKeyStore(), cost=QUICK)


@pytest.fixture
def filled(locked: Created) -> Created:
    """The same with rows of people in it."""
    with closing(raw_connect(locked.vault.database, locked.vault.key)) as connection:
        connection.execute("CREATE TABLE patient (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        connection.execute("CREATE TABLE visit (id INTEGER PRIMARY KEY, patient INTEGER NOT NULL REFERENCES patient)")
        connection.execute("CREATE VIRTUAL TABLE names USING fts5(name)")
        for text in SECRETS * 8:
            row = connection.execute("INSERT INTO patient (name) VALUES (?) RETURNING id", (text,)).fetchone()[0]
            connection.execute("INSERT INTO visit (patient) VALUES (?)", (row,))
            connection.execute("INSERT INTO names (name) VALUES (?)", (text,))
    return locked


@pytest.fixture
def engine(filled: Created) -> Iterator[Engine]:
    engine = make_engine(filled.vault.database, filled.vault.key)
    yield engine
    engine.dispose()
