"""The SQLAlchemy engine over the encrypted database.

Every transaction begins with BEGIN IMMEDIATE: a deferred one that writes later fails at once when another desk wrote
meanwhile, and no time-out helps. The execution option `read_only=True` begins a plain one that refuses to write.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import QueuePool

from psc_desk.cipher import (
    is_refused_write,
    is_storage_error,
    problems,
    raw_connect,
    sentence_for,
)

__all__ = ["integrity", "make_engine", "raw_connect", "read_engine"]


def make_engine(path: Path, key: bytes) -> Engine:
    """Return the engine over the database file with its raw 32-byte key; the file is made when missing.

    A wrong key, damage, a full disk and a busy file come out of any statement as a `DeskError` with a sentence.
    """
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: raw_connect(path, key),
        poolclass=QueuePool,
        pool_size=3,
        max_overflow=5,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _say)
    return engine


def read_engine(engine: Engine) -> Engine:
    """Return the same engine and pool for reading only: several readers beside one writer."""
    return engine.execution_options(read_only=True)


def _begin(connection: Connection) -> None:
    read_only = bool(connection.get_execution_options().get("read_only", False))
    if connection.info.get("query_only", False) is not read_only:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.info["query_only"] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _say(context: ExceptionContext) -> None:
    error, connection = context.original_exception, context.connection
    if connection is not None and connection.info.get("query_only") and is_refused_write(error):
        return  # a query that writes is a mistake in the program, not in the folder
    if is_storage_error(error):
        raise sentence_for(error) from error


def integrity(engine: Engine) -> list[str]:
    """Return what is wrong with the database, in sentences; empty when it is sound."""
    connection: Any = engine.raw_connection()
    try:
        return problems(connection.driver_connection)
    finally:
        connection.close()
