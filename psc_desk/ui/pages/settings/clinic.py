"""Settings of the clinic: its details and hours, providers, rooms, fees, holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from psc_desk.dates import format_date, format_time
from psc_desk.errors import DeskError
from psc_desk.queries.clinic import (
    ClinicRow,
    HolidayRow,
    HoursRow,
    ProviderRow,
    RoomRow,
    clinic,
    holidays,
    providers,
    rooms,
)
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.pages.settings.fields import Field, Fields, FieldsDialog, Values
from psc_desk.ui.pages.settings.hours import WeekHours
from psc_desk.ui.rows_model import Column
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.clinic import (
    ClinicDetails,
    ProviderInput,
    RoomInput,
    add_holiday,
    add_provider,
    add_room,
    change_clinic,
    change_provider,
    change_room,
    remove_holiday,
    set_clinic_hours,
)
from psc_desk.work import Read

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


class ClinicSection(QWidget):
    """Name, address and numbers at the left, opening hours at the right; one Save for both."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._row: ClinicRow | None = None
        self.fields: Fields | None = None
        self.hours: WeekHours | None = None
        self.error_line = theme.label(look="error")
        self.error_line.setObjectName("clinic_error")
        self.error_line.setWordWrap(True)
        self.save_button = button("save_clinic", self.tr("Save"), self.save, look="primary")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setObjectName("clinic_scroll")
        self._scroll.setAccessibleName(self.tr("The clinic"))
        layout = QVBoxLayout(self)
        edge = theme.px(14)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.addWidget(self._scroll, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.error_line, 1)
        foot.addWidget(self.save_button)
        layout.addLayout(foot)

    def reload(self) -> None:
        """Ask again, unless something is half typed."""
        if self._row is None:
            self.context.ask(self, clinic, then=self._show)

    def save(self) -> None:
        """Save the details, then the hours."""
        if self._row is None or self.fields is None or self.hours is None:
            return
        try:
            typed = ClinicDetails(**self.fields.values())
            hours = self.hours.hours()
        except DeskError as error:
            self._refuse(error)
            return
        self.error_line.setText("")
        then = partial(self._save_hours, hours)
        self.context.do(self, change_clinic, typed, self._row.version, then=then, failed=self._refuse)

    def _save_hours(self, hours: tuple[HoursRow, ...], _none: None) -> None:
        self.context.do(self, set_clinic_hours, hours, then=self._saved, failed=self._refuse)

    def _saved(self, _none: None) -> None:
        self.context.report.done(self.tr("the clinic's details and hours were saved"))
        self._row = None
        self.reload()

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, DeskError):
            self.error_line.setText(str(error))
        self.context.report(error)

    def _show(self, row: ClinicRow) -> None:
        self._row = row
        form = Form()
        self.fields = Fields(form, _clinic_fields(row, self.tr), lambda: date.max)
        self.hours = WeekHours(row.hours, "open")
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(0, 0, theme.px(12), 0)
        across.setSpacing(theme.px(32))
        column = QVBoxLayout()
        column.addWidget(self.hours)
        column.addStretch()
        left = QVBoxLayout()
        left.addWidget(form)
        left.addStretch(1)
        across.addLayout(left, 1)
        across.addLayout(column)
        self._scroll.setWidget(inside)


def _clinic_fields(row: ClinicRow, tr: Any) -> list[Field]:
    return [
        Field("name", tr("&Name"), row.name),
        Field("address", tr("&Address"), "\n".join(row.address_lines), "lines"),
        Field("phone", tr("&Phone"), row.phone),
        Field("fax", tr("&Fax"), row.fax),
        Field("tax_id", tr("&Tax ID"), row.tax_id),
        Field("bank_name", tr("&Bank"), row.bank_name),
        Field("bank_account_ending", tr("Account, last four"), row.bank_account_ending),
    ]


class ProviderDialog(FieldsDialog):
    """A provider with the week's hours; a new one begins with those of the clinic, `house`."""

    def __init__(
        self, context: Context, parent: QWidget, row: ProviderRow | None, house: tuple[HoursRow, ...] = ()
    ) -> None:
        title = row.name if row is not None else "Add a provider"
        fields = [
            Field("name", "&Name", row.name if row else ""),
            Field("short_name", "&Short name", row.short_name if row else ""),
            Field("specialty", "Sp&ecialty", row.specialty if row else ""),
            Field("npi", "NP&I", row.npi if row else ""),
            Field("position", "P&lace in the calendar", row.position if row else 0, "number"),
            Field("active", "Sees &patients here", row.active if row else True, "yes"),
        ]
        super().__init__(
            context,
            parent,
            title,
            fields,
            partial(self._call_for, row),
            said="the provider was saved",
            today=lambda: date.max,
        )
        whole_days = tuple(replace(one, kind="work") for one in house)
        self.hours = WeekHours(row.hours if row is not None else whole_days, "work")
        self.body.addWidget(self.hours)
        self.setMinimumWidth(theme.px(800))

    def _call_for(self, row: ProviderRow | None, typed: Values) -> tuple[Any, ...]:
        asked = ProviderInput(**typed, hours=self.hours.hours())
        return (add_provider, asked) if row is None else (change_provider, row.id, asked)


class ProvidersSection(ListTab[ProviderRow]):
    """Who sees patients, and when."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Name"), lambda row: row.name, bold=True, width=220),
                Column(self.tr("Specialty"), lambda row: row.specialty, width=180),
                Column(self.tr("Works"), _works, tooltip=_works, width=-1),
                Column(self.tr("Here"), lambda row: yes_word(row.active), width=80),
            ],
            lambda row: row.id,
            name="providers",
            words=self.tr("Providers"),
            ask=partial(providers, ended=True),
            empty=self.tr("Add who sees patients here."),
            actions=[RowAction("change_provider", self.tr("Change ..."), self._change)],
        )
        self.add_button("add_provider", self.tr("Add a provider"), lambda: self._change(None), look="primary")

    def _change(self, row: ProviderRow | None) -> None:
        if row is not None:
            ProviderDialog(self.context, self, row).open()
            return
        self.context.ask(self, clinic, then=lambda house: ProviderDialog(self.context, self, None, house.hours).open())


class RoomsSection(ListTab[RoomRow]):
    """Rooms and equipment."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Name"), lambda row: row.name, bold=True, width=-1),
                Column(self.tr("Kind"), lambda row: row.kind, width=160),
                Column(self.tr("Own column"), lambda row: yes_word(row.column), width=110),
                Column(self.tr("In use"), lambda row: yes_word(row.active), width=80),
            ],
            lambda row: row.id,
            name="rooms",
            words=self.tr("Rooms"),
            ask=partial(rooms, ended=True),
            empty=self.tr("Add the rooms that visits take place in."),
            actions=[RowAction("change_room", self.tr("Change ..."), self._change)],
        )
        self.add_button("add_room", self.tr("Add a room"), lambda: self._change(None), look="primary")

    def _change(self, row: RoomRow | None) -> None:
        fields = [
            Field("name", self.tr("&Name"), row.name if row else ""),
            Field("kind", self.tr("&Kind"), row.kind if row else "exam"),
            Field("column", self.tr("&Own column in the calendar"), row.column if row else False, "yes"),
            Field("active", self.tr("&In use"), row.active if row else True, "yes"),
        ]

        def call(typed: Values) -> tuple[Any, ...]:
            return (add_room, RoomInput(**typed)) if row is None else (change_room, row.id, RoomInput(**typed))

        title = row.name if row is not None else self.tr("Add a room")
        FieldsDialog(
            self.context, self, title, fields, call, said=self.tr("the room was saved"), today=lambda: date.max
        ).open()


def holidays_ahead(read: Read) -> list[HolidayRow]:
    """Return the holidays of a year back and three ahead."""
    return holidays(read, read.today - timedelta(days=366), read.today + timedelta(days=1100))


def _today(read: Read) -> date:
    return read.today


class HolidaysSection(ListTab[HolidayRow]):
    """Days on which the clinic is closed."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Day"), lambda row: format_date(row.day), sort=lambda row: row.day, width=140),
                Column(self.tr("Holiday"), lambda row: row.label, bold=True, width=-1),
            ],
            lambda row: row.day,
            name="holidays",
            words=self.tr("Holidays"),
            ask=holidays_ahead,
            empty=self.tr("No holiday is entered. Visits cannot be booked on holidays."),
            actions=[RowAction("remove_holiday", self.tr("Remove"), self._remove, look="danger")],
        )
        self.add_button("add_holiday", self.tr("Add a holiday"), self._ask_today, look="primary")

    def _ask_today(self) -> None:
        self.context.ask(self, _today, then=self._add)

    def _add(self, today: date) -> None:
        fields = [Field("day", self.tr("&Day"), None, "date"), Field("label", self.tr("&Holiday"))]

        def call(typed: Values) -> tuple[Any, ...]:
            return add_holiday, typed["day"], typed["label"]

        said = self.tr("the holiday was entered")
        FieldsDialog(self.context, self, self.tr("Add a holiday"), fields, call, said=said, today=lambda: today).open()

    def _remove(self, row: HolidayRow) -> None:
        said = self.tr("{0} is a working day again").format(format_date(row.day))
        self.context.do(self, remove_holiday, row.day, then=lambda _none: self.context.report.done(said))


def yes_word(value: bool) -> str:
    """Return yes or no."""
    return "yes" if value else "no"


def _works(row: ProviderRow) -> str:
    parts = [
        f"{_DAYS[one.weekday]} {format_time(one.start_minute, half=False)}–{format_time(one.end_minute, half=False)}"
        for one in row.hours
        if one.kind == "work"
    ]
    return ", ".join(parts)
