"""Alembic migrations: `upgrade(engine)` brings a database to the newest schema."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text

from psc_desk.errors import DataError

HEAD = "0001"
"""The newest revision; a test proves that it is Alembic's head."""


def revision(engine: Engine) -> str | None:
    """Return the revision that the database stands at, None for an empty one."""
    with engine.connect() as connection:
        found = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if found else None


def upgrade(engine: Engine) -> None:
    """Upgrade to HEAD; does nothing, and imports nothing, when already there."""
    at = revision(engine)
    if at == HEAD:
        return
    if at is not None and at > HEAD:
        raise DataError("This data was made by a newer PSC Desk. Install the newest version, then open it again.")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
