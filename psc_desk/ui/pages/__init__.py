"""One module per page; `PAGES` is their order in the rail. The window builds a page when it is first shown."""

from __future__ import annotations

from psc_desk.ui.page import Page
from psc_desk.ui.pages.calendar import CalendarPage
from psc_desk.ui.pages.desk.page import DeskPage
from psc_desk.ui.pages.money import MoneyPage
from psc_desk.ui.pages.patients import PatientsPage
from psc_desk.ui.pages.settings.page import SettingsPage

PAGES: tuple[type[Page], ...] = (DeskPage, CalendarPage, PatientsPage, MoneyPage, SettingsPage)
