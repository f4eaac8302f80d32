"""The clinic's cash drawers: add, rename, end, which one this desk uses; and the rules of every drawer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from psc_desk.money import format_money
from psc_desk.queries.settings import SettingRow, all_settings
from psc_desk.queries.tills import TillRow, all_tills
from psc_desk.settings import DESK, TILL_ID
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Confirm
from psc_desk.ui.pages.settings.desk import SettingsList
from psc_desk.ui.pages.settings.fields import Call, Field, FieldsDialog
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.tills import TillInput, add_till, change_till, end_till, use_till
from psc_desk.work import Read


@dataclass(frozen=True)
class DrawerOfDesk:
    """A drawer, and whether this desk uses it."""

    till: TillRow
    here: bool


def drawers_of_clinic(read: Read) -> list[DrawerOfDesk]:
    """Return every drawer, ended ones last."""
    own = read.setting(TILL_ID)
    return [DrawerOfDesk(row, row.till_id == own) for row in all_tills(read)]


def drawer_rules(read: Read) -> list[SettingRow]:
    """Return the clinic's rules for all drawers."""
    return [row for row in all_settings(read) if row.key.startswith("drawer.") and row.scope != DESK]


class DrawersSection(QWidget):
    """The drawers above, their rules below."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.drawers = DrawersList(context)
        self.rules = SettingsList(context, "drawer_rules", self.tr("Rules of every drawer"), drawer_rules)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.drawers, 1)
        head = theme.label(self.tr("Rules of every drawer"), "heading", bold=True)
        head.setContentsMargins(theme.px(14), theme.px(6), 0, 0)
        layout.addWidget(head)
        layout.addWidget(self.rules, 1)

    def reload(self) -> None:
        """Ask for both again."""
        self.drawers.reload()
        self.rules.reload()


class DrawersList(ListTab[DrawerOfDesk]):
    """Each drawer as it stands."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Drawer"), lambda row: row.till.name, bold=True, width=-1),
                Column(self.tr("Standard float"), _float, RIGHT, _cents, width=130),
                Column(self.tr("State"), _state, status=_status, width=220),
                Column(self.tr("This desk"), _here, width=110),
            ],
            lambda row: row.till.till_id,
            name="drawers",
            words=self.tr("Cash drawers"),
            ask=drawers_of_clinic,
            empty=self.tr("There is no drawer yet."),
            actions=[
                RowAction("change_drawer", self.tr("Change ..."), self._change, _active),
                RowAction(
                    "use_drawer", self.tr("Use at this desk"), self._use, lambda row: not row.here and _active(row)
                ),
                RowAction("end_drawer", self.tr("End ..."), self._end, _active, "danger"),
            ],
        )
        self.add_button("add_drawer", self.tr("Add a drawer"), self._add, look="primary")

    def _add(self) -> None:
        def call(typed: Any) -> tuple[Any, ...]:
            return add_till, TillInput(typed["name"], typed["float"])

        self._show(self.tr("Add a drawer"), _fields("", 15000, self.tr), call, self.tr("the drawer was added"))

    def _change(self, row: DrawerOfDesk) -> None:
        till = row.till

        def call(typed: Any) -> tuple[Any, ...]:
            return change_till, till.till_id, TillInput(typed["name"], typed["float"])

        said = self.tr("{0} was changed").format(till.name)
        self._show(till.name, _fields(till.name, till.standard_float_cents, self.tr), call, said)

    def _show(self, title: str, fields: Sequence[Field], call: Call, said: str) -> None:
        FieldsDialog(self.context, self, title, fields, call, said=said, today=lambda: date.max).open()

    def _use(self, row: DrawerOfDesk) -> None:
        self.do_and_say(self.tr("this desk uses {0}").format(row.till.name), use_till, row.till.till_id)

    def _end(self, row: DrawerOfDesk) -> None:
        name = row.till.name
        question = self.tr("End {0}? It must be closed and empty. What was done with it stays in the books.").format(
            name
        )
        if Confirm.ask(self, self.tr("End a drawer"), question, verb=self.tr("End {0}").format(name), danger=True):
            self.do_and_say(self.tr("{0} was ended").format(name), end_till, row.till.till_id)


def _fields(name: str, cents: int, tr: Any) -> list[Field]:
    return [Field("name", tr("&Name"), name), Field("float", tr("Standard &float"), cents, "money")]


def _float(row: DrawerOfDesk) -> str:
    return format_money(row.till.standard_float_cents)


def _cents(row: DrawerOfDesk) -> int:
    return row.till.standard_float_cents


def _active(row: DrawerOfDesk) -> bool:
    return row.till.active


def _state(row: DrawerOfDesk) -> str:
    if not row.till.active:
        return "✕ ended"
    if row.till.status == "closed":
        return "closed"
    state = "▲ left open" if row.till.stale else "being counted" if row.till.status == "counting" else "open"
    return f"{state} · {row.till.holder}"


def _status(row: DrawerOfDesk) -> str:
    return "missed" if not row.till.active else "late" if row.till.stale else ""


def _here(row: DrawerOfDesk) -> str:
    return "✓ this desk" if row.here else ""
