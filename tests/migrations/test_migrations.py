"""The migrations make exactly the tables of the models, and old data are never opened by an older program."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from psc_desk.engine import make_engine
from psc_desk.errors import DataError
from psc_desk.models import migrations
from psc_desk.models.base import Base
from psc_desk.models.ledger import TRIGGERS

KEY = b"\x01" * 32


def _not_search(_thing: object, name: str | None, *_rest: object) -> bool:
    return not (name or "").startswith("patient_search")


def test_head_equals_the_models(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "desk.db", KEY)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _not_search, "target_metadata": Base.metadata}
        )
        assert compare_metadata(context, Base.metadata) == []
        checks = {
            table: {check["name"] for check in inspect(connection).get_check_constraints(table)}
            for table in Base.metadata.tables
        }
        triggers = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    for table in Base.metadata.sorted_tables:
        declared = {c.name for c in table.constraints if c.__visit_name__ == "check_constraint" and c.name}
        assert declared <= checks[table.name], table.name
    assert triggers == {statement.split()[2] for statement in TRIGGERS}


def test_the_named_head_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "desk.db", KEY)
    migrations.upgrade(engine)
    migrations.upgrade(engine)
    assert migrations.revision(engine) == migrations.HEAD


def test_data_of_a_newer_program_are_refused(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "desk.db", KEY)
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DataError, match="newer PSC Desk"):
        migrations.upgrade(engine)
