"""Settings of people: accounts and roles, one's own password and PIN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from psc_desk.models.staff import Role
from psc_desk.queries.staff import PersonRow, people
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import ReasonDialog
from psc_desk.ui.pages.settings.fields import Call, Field, FieldsDialog
from psc_desk.ui.rows_model import Column
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.staff import (
    PersonInput,
    add_person,
    change_password,
    change_pin,
    change_role,
    end_person,
    reset_person,
)
from psc_desk.work import Read

_ROLES = tuple((role.word, role) for role in Role)


def everyone(read: Read) -> list[PersonRow]:
    """Return all accounts, ended ones too."""
    return people(read, ended=True)


class PeopleSection(ListTab[PersonRow]):
    """Add people, change roles, give new secrets, end accounts."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Name"), lambda row: row.name, bold=True, width=-1),
                Column(self.tr("Role"), lambda row: row.role_word, width=160),
                Column(self.tr("Account"), _state, status=lambda row: "" if row.active else "missed", width=140),
            ],
            lambda row: row.id,
            name="people",
            words=self.tr("People"),
            ask=everyone,
            empty=self.tr("Nobody has an account yet."),
            actions=[
                RowAction("change_role", self.tr("Role ..."), self._role, _active),
                RowAction("reset_person", self.tr("New password and PIN ..."), self._reset, _active),
                RowAction("end_person", self.tr("End account ..."), self._end, _active, "danger"),
            ],
        )
        self.add_button("add_person", self.tr("Add a person"), self._add, look="primary")

    def _show(self, title: str, fields: Sequence[Field], call: Call, said: str, note: str = "") -> None:
        FieldsDialog(self.context, self, title, fields, call, said=said, today=_never, note=note).open()

    def _add(self) -> None:
        fields = [
            Field("name", self.tr("&Name")),
            Field("role", self.tr("&Role"), Role.FRONT_DESK, "choice", _ROLES),
            Field("password", self.tr("&Password"), "", "secret"),
            Field("pin", self.tr("P&IN"), "", "pin"),
        ]

        def call(typed: Any) -> tuple[Any, ...]:
            return add_person, PersonInput(typed["name"], typed["role"], typed["password"], typed["pin"])

        note = self.tr("The person changes password and PIN in Settings after the first sign-in.")
        self._show(self.tr("Add a person"), fields, call, self.tr("the account was made"), note)

    def _role(self, row: PersonRow) -> None:
        fields = [Field("role", self.tr("&Role"), Role(row.role), "choice", _ROLES)]
        said = self.tr("the role of {0} was changed").format(row.name)
        self._show(row.name, fields, lambda typed: (change_role, row.id, typed["role"]), said)

    def _reset(self, row: PersonRow) -> None:
        fields = [
            Field("password", self.tr("New &password"), "", "secret"),
            Field("pin", self.tr("New P&IN"), "", "pin"),
        ]
        said = self.tr("{0} has a new password and PIN").format(row.name)
        self._show(row.name, fields, lambda typed: (reset_person, row.id, typed["password"], typed["pin"]), said)

    def _end(self, row: PersonRow) -> None:
        question = self.tr("End the account of {0}? What the person did stays in the books.").format(row.name)
        reasons = [("left", self.tr("Left the clinic")), ("other", self.tr("Other"))]
        reason = ReasonDialog.ask(self, self.tr("End account"), question, reasons=reasons, verb=self.tr("End account"))
        if reason is None:
            return
        said = self.tr("the account of {0} was ended").format(row.name)
        self.context.do(
            self, end_person, row.id, reason=reason.sentence, then=lambda _none: self.context.report.done(said)
        )


class OwnAccountSection(QWidget):
    """Everyone changes the own password and PIN."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        layout = QVBoxLayout(self)
        edge = theme.px(14)
        layout.setContentsMargins(edge, edge, edge, edge)
        words = theme.label(self.tr("Your password signs you in; your PIN is for switching and approving."), "small")
        words.setWordWrap(True)
        layout.addWidget(words)
        for name, text, run in (
            ("own_password", self.tr("Change my password ..."), self._password),
            ("own_pin", self.tr("Change my PIN ..."), self._pin),
        ):
            layout.addWidget(button(name, text, run))
        layout.addStretch()

    def reload(self) -> None:
        """Nothing to ask for."""

    def _password(self) -> None:
        fields = [
            Field("old", self.tr("&Present password"), "", "secret"),
            Field("password", self.tr("&New password"), "", "secret"),
        ]
        self._show(
            self.tr("Change my password"),
            fields,
            lambda typed: (change_password, typed["old"], typed["password"]),
            self.tr("your password was changed"),
        )

    def _pin(self) -> None:
        fields = [
            Field("password", self.tr("Your &password"), "", "secret"),
            Field("pin", self.tr("New P&IN"), "", "pin"),
        ]
        self._show(
            self.tr("Change my PIN"),
            fields,
            lambda typed: (change_pin, typed["password"], typed["pin"]),
            self.tr("your PIN was changed"),
        )

    def _show(self, title: str, fields: Sequence[Field], call: Call, said: str) -> None:
        FieldsDialog(self.context, self, title, fields, call, said=said, today=_never).open()


def _active(row: PersonRow) -> bool:
    return row.active


def _state(row: PersonRow) -> str:
    return "may sign in" if row.active else "✕ ended"


def _never() -> date:
    return date.max
