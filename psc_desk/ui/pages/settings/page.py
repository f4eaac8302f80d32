"""Settings: a list of sections at the left, the chosen one at the right."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from psc_desk import events
from psc_desk.models.staff import Right
from psc_desk.ui.pages.settings.absences import AbsencesSection
from psc_desk.ui.pages.settings.clinic import (
    ClinicSection,
    HolidaysSection,
    ProvidersSection,
    RoomsSection,
)
from psc_desk.ui.pages.settings.desk import (
    SettingsList,
    clinic_settings,
    look_settings,
)
from psc_desk.ui.pages.settings.drawers import DrawersSection
from psc_desk.ui.pages.settings.fees import FeesSection
from psc_desk.ui.pages.settings.people import OwnAccountSection, PeopleSection
from psc_desk.ui.pages.settings.printer import PrinterSection
from psc_desk.ui.pages.settings.sliding import SlidingSection
from psc_desk.ui.pages.settings.types import VisitTypesSection
from psc_desk.ui.widgets.sections import Section, SectionsPage


class SettingsPage(SectionsPage):
    """What the clinic, this desk and the person signed in may set."""

    NAME: ClassVar[str] = "settings"
    TITLE: ClassVar[str] = "Settings"
    ICON: ClassVar[str] = "settings"
    SHORTCUT: ClassVar[str] = "Alt+0"
    refresh_on = (events.SettingChanged, events.TillsChanged, events.StaffChanged, events.SignedIn)

    def sections(self) -> tuple[Section, ...]:
        """Return the sections of the settings."""
        look = partial(SettingsList, name="look", words=self.tr("Look of the window"), ask=look_settings)
        rules = partial(SettingsList, name="rules", words=self.tr("Rules and lists"), ask=clinic_settings)
        return (
            Section("look", self.tr("Look of the window"), look, about=self.tr("Light or dark, size of everything")),
            Section("own", self.tr("My password and PIN"), OwnAccountSection,
                    about=self.tr("Change your own password and PIN")),
            Section("clinic", self.tr("Clinic and hours"), ClinicSection, Right.SETTINGS,
                    about=self.tr("Name, address, opening hours")),
            Section("people", self.tr("People"), PeopleSection, Right.MANAGE_STAFF,
                    about=self.tr("Accounts, roles, new PINs")),
            Section("providers", self.tr("Providers"), ProvidersSection, Right.SETTINGS),
            Section("absences", self.tr("Absences and extra hours"), AbsencesSection, Right.SCHEDULE),
            Section("rooms", self.tr("Rooms"), RoomsSection, Right.SETTINGS),
            Section("types", self.tr("Visit types"), VisitTypesSection, Right.SETTINGS,
                    about=self.tr("Length, color, rules, what is charged")),
            Section("fees", self.tr("Fee schedule"), FeesSection, Right.SETTINGS,
                    about=self.tr("Fees and from when they hold; import and export")),
            Section("sliding", self.tr("Sliding fee"), SlidingSection, Right.SETTINGS,
                    about=self.tr("Poverty guidelines and discounts")),
            Section("holidays", self.tr("Holidays"), HolidaysSection, Right.SETTINGS),
            Section("rules", self.tr("Rules and lists"), rules, Right.SETTINGS),
            Section("drawers", self.tr("Cash drawers"), DrawersSection, Right.SETTINGS,
                    about=self.tr("Add or end a drawer; limits and rules")),
            Section("printer", self.tr("Printer and drawer"), PrinterSection, Right.SETTINGS,
                    about=self.tr("Test page, set-up, paper, logo, drawer; support file")),
        )  # fmt: skip
