"""What every table shares: the declarative base and the column types for instants."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON, Enum, String, TypeDecorator

from psc_desk.errors import ConflictError


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as ISO 8601 text with microseconds so that text order is time order."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Refuse a time without a zone, else give it in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its time zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Give it back aware, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Base(DeclarativeBase):
    """Declarative base; constraint names follow one convention so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: Instant,
        dict[str, Any]: JSON,
        StrEnum: Enum(
            StrEnum,
            values_callable=lambda kind: [m.value for m in kind],
            native_enum=False,
            length=20,
        ),
    }


class Versioned:
    """A row edited at several desks: a write from an old version becomes a ConflictError."""

    version: Mapped[int] = mapped_column(default=1)

    def check_version(self, seen: int | None) -> None:
        """Raise ConflictError when `seen`, the version the person was looking at, is not the current one."""
        if seen is not None and seen != self.version:
            raise ConflictError(
                "Someone else changed this meanwhile. Look at it again, then repeat your change; nothing was saved."
            )
        self.version += 1
