"""Every setting with its value at this desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from psc_desk.models.clinic import Setting
from psc_desk.settings import ALL, DESK, SPOT_CHECK_REASONS
from psc_desk.work import Read

Value = int | str | list[str]


@dataclass(frozen=True)
class SettingRow:
    """A setting: `scope` is clinic or desk, `kind` is number, text, yes_no or list."""

    key: str
    title: str
    value: Value
    default: Value
    scope: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_default(self) -> bool:
        """Say whether nothing else was chosen."""
        return self.value == self.default


def all_settings(read: Read) -> list[SettingRow]:
    """Return every declared setting, in the order of declaration, with its value at this desk."""
    chosen = select(Setting).where(Setting.desk.in_(("", read.desk)))
    kept = {(row.key, row.desk): row.value["v"] for row in read.session.scalars(chosen)}
    return [
        SettingRow(
            declared.key,
            declared.title,
            kept.get((declared.key, read.desk if declared.scope == DESK else ""), declared.default),
            declared.default,
            declared.scope,
            _kind(declared.default),
            declared.unit,
            declared.choices,
        )
        for declared in ALL
    ]


def spot_check_reasons(read: Read) -> tuple[str, ...]:
    """Return the clinic's reasons to count a drawer during the day."""
    return tuple(read.setting(SPOT_CHECK_REASONS))


def _kind(default: Value) -> str:
    if isinstance(default, bool):
        return "yes_no"
    return {int: "number", str: "text"}.get(type(default), "list")
