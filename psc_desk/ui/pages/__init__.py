"""One module per page; `PAGES` is their order in the rail. The window builds a page when it is first shown.

Only the Desk is imported with them: the others follow when they are wanted, so that the Desk is there sooner.
"""

from __future__ import annotations

from psc_desk.ui.page import LaterPage, Page
from psc_desk.ui.pages.desk.page import DeskPage


def _calendar() -> type[Page]:
    from psc_desk.ui.pages.calendar import CalendarPage

    return CalendarPage


def _patients() -> type[Page]:
    from psc_desk.ui.pages.patients import PatientsPage

    return PatientsPage


def _money() -> type[Page]:
    from psc_desk.ui.pages.money.page import MoneyPage

    return MoneyPage


def _settings() -> type[Page]:
    from psc_desk.ui.pages.settings.page import SettingsPage

    return SettingsPage


PAGES: tuple[type[Page] | LaterPage, ...] = (
    DeskPage,
    LaterPage("calendar", "CalendarPage", "Calendar", "calendar-event", "Alt+2", _calendar),
    LaterPage("patients", "PatientsPage", "Patients", "users", "Alt+3", _patients),
    LaterPage("money", "MoneyPage", "Money", "coin", "Alt+4", _money),
    LaterPage("settings", "SettingsPage", "Settings", "settings", "Alt+0", _settings),
)
