"""Settings declared in `psc_desk.settings`."""

from __future__ import annotations

from datetime import date
from typing import Any

from psc_desk.devices import FORMS
from psc_desk.money import format_money
from psc_desk.queries.settings import SettingRow, all_settings
from psc_desk.settings import ALL, DESK, SCALE, THEME, Declared
from psc_desk.ui.context import Context
from psc_desk.ui.pages.settings.fields import Field, FieldsDialog
from psc_desk.ui.rows_model import Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.settings import set_setting
from psc_desk.work import Read

_PRINTER = ("printer.", "drawer.")
_LOOKS = (THEME.key, SCALE.key)
_DECLARED: dict[str, Declared[Any]] = {one.key: one for one in ALL}


def clinic_settings(read: Read) -> list[SettingRow]:
    """Return all settings but those of this desk's devices, of the drawers, and the look."""
    rows = [row for row in all_settings(read) if not is_of_devices(row) and row.key not in _LOOKS]
    return [row for row in rows if not row.key.startswith("drawer.")]


def is_of_devices(row: SettingRow) -> bool:
    """Say whether a setting describes the printer or drawer of this desk."""
    return row.scope == DESK and row.key.startswith(_PRINTER)


def look_settings(read: Read) -> list[SettingRow]:
    """Return how the window looks at this desk."""
    return [row for row in all_settings(read) if row.key in _LOOKS]


class SettingsList(ListTab[SettingRow]):
    """A list of settings; Enter changes one, Back to default takes the choice back."""

    def __init__(self, context: Context, name: str, words: str, ask: Any) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Setting"), lambda row: row.title, bold=True, width=-1),
                Column(self.tr("Value"), value_words, tooltip=value_words, width=260),
                Column(self.tr("Holds for"), _scope, width=120),
            ],
            lambda row: row.key,
            name=name,
            words=words,
            ask=ask,
            empty=self.tr("There is nothing to set here."),
            actions=[
                RowAction("change_setting", self.tr("Change ..."), self._change),
                RowAction("default_setting", self.tr("Back to default"), self._default, lambda row: not row.is_default),
            ],
        )

    def _change(self, row: SettingRow) -> None:
        lines = row.kind == "list" and not row.choices
        note = FORMS if row.key == "printer.url" else self.tr("One to a line.") if lines else ""
        dialog = FieldsDialog(
            self.context,
            self,
            row.title,
            [_field(row)],
            lambda typed: (set_setting, _DECLARED[row.key], _plain(typed[row.key])),
            said=self.tr("“{0}” was changed").format(row.title),
            today=lambda: date.max,
            note=f"{self.tr('Such as')} {note}" if row.key == "printer.url" else note,
        )
        dialog.open()

    def _default(self, row: SettingRow) -> None:
        said = self.tr("“{0}” is {1} again").format(row.title, value_words(row, row.default))
        done = self.context.report.done
        self.context.do(self, set_setting, _DECLARED[row.key], row.default, then=lambda _none: done(said))


def value_words(row: SettingRow, value: object = None) -> str:
    """Say a setting's value: "10 minutes", "$50.00", "Patient ill, Conflict"."""
    shown = row.value if value is None else value
    if isinstance(shown, list):
        return ", ".join(shown)
    if row.unit == "cents" and isinstance(shown, int):
        return format_money(shown)
    return f"{shown} {row.unit}".strip() or "–"


def _plain(typed: object) -> Any:
    return list(typed) if isinstance(typed, tuple) else typed


def _scope(row: SettingRow) -> str:
    return "this desk" if row.scope == "desk" else "the clinic"


def _field(row: SettingRow) -> Field:
    words = row.title if row.unit in ("", "cents") else f"{row.title} ({row.unit})"
    if row.choices:
        kind = "many" if row.kind == "list" else "choice"
        return Field(row.key, words, row.value, kind, tuple((one, one) for one in row.choices))
    if row.unit == "cents":
        return Field(row.key, words, row.value, "money")
    kinds = {"number": "number", "list": "lines", "yes_no": "yes"}
    return Field(row.key, words, row.value, kinds.get(row.kind, "text"))
