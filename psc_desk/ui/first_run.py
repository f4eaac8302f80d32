"""The first start: a clinic of one's own in three short steps, or the demo clinic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import available_timezones

from PySide6.QtCore import Qt, QTimeZone, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from psc_desk.dates import parse_time
from psc_desk.errors import InputError
from psc_desk.ui import theme
from psc_desk.ui.start_page import StartPage
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import PinEdit, TimeEdit, TypedEdit

US_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)


@dataclass(frozen=True)
class FirstRun:
    """What the wizard asked. Minutes count from local midnight; weekdays are 0 (Monday) to 6."""

    clinic_name: str
    address: str
    phone: str
    time_zone: str
    open_minute: int
    close_minute: int
    weekdays: tuple[int, ...]
    person_name: str
    password: str
    pin: str
    passphrase: str = ""


@dataclass(frozen=True)
class FirstRunDoors:
    """What the wizard calls. `create(answers, then(recovery_code), failed)` makes the data, at once or later;
    the checks raise InputError; `save_code(code)` and `print_code(code)` return a sentence of what was done."""

    create: Callable[[FirstRun, Callable[[str], Any], Callable[[Exception], Any]], Any]
    check_password: Callable[[str], None]
    check_pin: Callable[[str], None]
    save_code: Callable[[str], str]
    print_code: Callable[[str], str]
    passphrase_needed: bool = False


class FirstRunWizard(QStackedWidget):
    """Clinic, hours, first person, recovery code. `finished` carries the answers once the data exist."""

    finished = Signal(object)
    demo_wanted = Signal()

    def __init__(self, doors: FirstRunDoors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("first_run")
        self.doors = doors
        self.answers: FirstRun | None = None
        self.clinic, self.hours = ClinicStep(), HoursStep()
        self.person, self.code = PersonStep(doors), CodeStep(doors)
        for step in (self.clinic, self.hours, self.person, self.code):
            self.addWidget(step)
        self.clinic.add_button("demo_button", self.tr("Open the demo clinic"), self.demo_wanted.emit)
        self.hours.add_button("back_button", self.tr("Back"), lambda: self._go(self.clinic))
        self.person.add_button("back_button", self.tr("Back"), lambda: self._go(self.hours))
        self.clinic.passed.connect(lambda: self._go(self.hours))
        self.hours.passed.connect(lambda: self._go(self.person))
        self.person.passed.connect(self._create)
        self.code.passed.connect(lambda: self.finished.emit(self.answers))

    def _create(self) -> None:
        self.answers = FirstRun(**self.clinic.value(), **self.hours.value(), **self.person.value())
        self.person.set_busy(True, self.tr("Making the encrypted data folder ..."))
        self.doors.create(self.answers, self._created, self.person.show_error)

    def _created(self, recovery_code: str) -> None:
        self.person.set_busy(False)
        self.code.show_code(recovery_code)
        self._go(self.code)

    def _go(self, step: StartPage) -> None:
        self.setCurrentWidget(step)
        first = step.findChild(QLineEdit) or step.primary
        first.setFocus(Qt.FocusReason.TabFocusReason)


class Step(StartPage):
    """One page of the wizard; `value()` raises InputError until it is complete."""

    passed = Signal()

    def value(self) -> dict[str, Any]:
        """Return the answers of this page by field of FirstRun."""
        return {}

    def press(self) -> None:
        """Go on when everything is right."""
        self.value()
        self.passed.emit()


class ClinicStep(Step):
    """Name, address, phone, time zone."""

    def __init__(self) -> None:
        super().__init__(
            "clinic_step",
            self.tr("Welcome to PSC Desk"),
            self.tr("Three short steps set up your clinic. Everything stays on this computer, encrypted."),
            self.tr("Next"),
            width=520,
        )
        self.name = self.form.text(self.tr("Clinic &name"), "clinic_name")
        self.street = self.form.text(self.tr("&Street"), "clinic_street")
        self.city = self.form.text(self.tr("&City, state, ZIP"), "clinic_city")
        self.phone = self.form.text(self.tr("&Phone"), "clinic_phone")
        zones = zone_names()
        self.zone = self.form.choice(self.tr("&Time zone"), "time_zone", [(name, name) for name in zones], _here(zones))

    def value(self) -> dict[str, Any]:
        """Return name, address, phone and zone."""
        name = self.name.text().strip()
        if not name:
            raise InputError(self.tr("Type the clinic's name; it stands on every receipt."), "clinic_name")
        lines = [self.street.text().strip(), self.city.text().strip()]
        return {
            "clinic_name": name,
            "address": "\n".join(line for line in lines if line),
            "phone": self.phone.text().strip(),
            "time_zone": self.zone.currentText(),
        }


class HoursStep(Step):
    """Opening hours, the same for each chosen day; Settings has each day by itself."""

    def __init__(self) -> None:
        super().__init__(
            "hours_step",
            self.tr("When is the clinic open?"),
            self.tr("Each day can have its own hours later, in Settings."),
            self.tr("Next"),
            width=520,
        )
        self.opens = self.form.add(self.tr("&Opens"), TimeEdit("opens", self.tr("Opens")))
        self.closes = self.form.add(self.tr("&Closes"), TimeEdit("closes", self.tr("Closes")))
        self.opens.set_minute(8 * 60)
        self.closes.set_minute(17 * 60)
        names = (self.tr("Mon"), self.tr("Tue"), self.tr("Wed"), self.tr("Thu"), self.tr("Fri"))
        self.days = [QCheckBox(name) for name in (*names, self.tr("Sat"), self.tr("Sun"))]
        self.form.wide(self._build_days())

    def value(self) -> dict[str, Any]:
        """Return opening and closing minute and the days."""
        opens, closes = self.opens.minute(), parse_time(self.closes.text(), "closes")
        if closes <= opens:
            raise InputError(self.tr("The clinic closes before it opens. Check am and pm."), "closes")
        days = tuple(number for number, box in enumerate(self.days) if box.isChecked())
        if not days:
            raise InputError(self.tr("Choose the days on which the clinic is open."), "day_0")
        return {"open_minute": opens, "close_minute": closes, "weekdays": days}

    def _build_days(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        for number, box in enumerate(self.days):
            box.setObjectName(f"day_{number}")
            box.setChecked(number < 5)
            layout.addWidget(box)
        return row


class PersonStep(Step):
    """The first person, who becomes manager: name, password twice, PIN, and a passphrase where one is needed."""

    def __init__(self, doors: FirstRunDoors) -> None:
        super().__init__(
            "person_step",
            self.tr("Who manages this clinic?"),
            self.tr("This person can add everyone else. The password signs in; the PIN switches and unlocks quickly."),
            self.tr("Create the clinic"),
            width=520,
        )
        self._doors = doors
        self.name = self.form.text(self.tr("Your &name"), "person_name")
        self.password = self.form.add(self.tr("&Password"), _hidden("password", self.tr("Password")))
        self.again = self.form.add(self.tr("Password &again"), _hidden("password_again", self.tr("Password again")))
        self.pin = self.form.add(self.tr("P&IN, 4 digits or more"), PinEdit("pin", self.tr("PIN")))
        self.passphrase = _hidden("passphrase", self.tr("Passphrase of the data"))
        if doors.passphrase_needed:
            self.form.add(self.tr("Passphrase of the &data"), self.passphrase)

    def value(self) -> dict[str, Any]:
        """Return name, password, PIN and passphrase."""
        if not self.name.text().strip():
            raise InputError(self.tr("Type your first and last name."), "person_name")
        self._doors.check_password(self.password.text())
        if self.password.text() != self.again.text():
            raise InputError(self.tr("The two passwords differ. Type the password again."), "password_again")
        self._doors.check_pin(self.pin.text())
        if self._doors.passphrase_needed and not self.passphrase.text().strip():
            words = self.tr(
                "This computer keeps no keys: choose a passphrase that opens the clinic's data at each start."
            )
            raise InputError(words, "passphrase")
        return {
            "person_name": self.name.text().strip(),
            "password": self.password.text(),
            "pin": self.pin.text(),
            "passphrase": self.passphrase.text(),
        }


class CodeStep(Step):
    """Shows the recovery code once; goes on only when it was printed, saved or written down."""

    def __init__(self, doors: FirstRunDoors) -> None:
        super().__init__(
            "code_step",
            self.tr("Keep the recovery code"),
            self.tr(
                "It opens the clinic's data when this computer breaks or the password is lost. "
                "PSC Desk shows it only now and keeps no copy: without it nobody can help."
            ),
            self.tr("Open PSC Desk"),
            width=520,
        )
        self._doors = doors
        self.code = theme.label(size="heading", bold=True)
        self.code.setObjectName("recovery_code")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said = theme.label(look="good")
        self.kept = QCheckBox(self.tr("The code is printed, saved elsewhere, or written down"))
        self.kept.setObjectName("code_kept")
        self.body.insertWidget(2, self._build_code())
        self.form.hide()

    def show_code(self, code: str) -> None:
        """Show the code."""
        self.code.setText(code)

    def value(self) -> dict[str, Any]:
        """Refuse until the box is checked."""
        if not self.kept.isChecked():
            raise InputError(self.tr("Print, save or write down the code first, then check the box."), "code_kept")
        return {}

    def _build_code(self) -> QWidget:
        box, row = QWidget(), QHBoxLayout()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        for name, text, run in (
            ("print_code", self.tr("Print"), self._doors.print_code),
            ("save_code", self.tr("Save to a file"), self._doors.save_code),
        ):
            row.addWidget(button(name, text, partial(self._keep, run)))
        row.addStretch()
        layout.addWidget(self.code)
        layout.addLayout(row)
        layout.addWidget(self.said)
        layout.addWidget(self.kept)
        return box

    def _keep(self, run: Callable[[str], str]) -> None:
        self.said.setText(run(self.code.text()))


def zone_names() -> list[str]:
    """Return the time zones: those of the United States first, then every other of the continents."""
    others = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )
    return [*US_ZONES, *(name for name in others if name not in US_ZONES)]


def _here(zones: Sequence[str]) -> str:
    here = bytes(QTimeZone.systemTimeZoneId().data()).decode()
    return here if here in zones else US_ZONES[0]


def _hidden(name: str, words: str) -> TypedEdit:
    edit = TypedEdit(name, words)
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit
