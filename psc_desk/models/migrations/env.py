"""Alembic's entry: runs on the connection handed over by `upgrade`."""

from __future__ import annotations

from alembic import context

import psc_desk.models  # noqa: F401 - fills the metadata
from psc_desk.models.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_object=lambda thing, name, kind, reflected, other: not (name or "").startswith("patient_search"),
)
with context.begin_transaction():
    context.run_migrations()
