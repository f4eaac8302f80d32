"""Imports ahead of need, in a lane: the Desk while the person types the PIN, the rest while they look at the Desk."""

from __future__ import annotations

import gc

DESK_AFTER_MS, REST_AFTER_MS = 300, 1500
"""Whoever types the PIN at once must not share the interpreter with imports ahead of need."""


def import_desk() -> None:
    """Import what the main window is built from."""
    import psc_desk.ui.pages  # noqa: F401


def import_rest() -> None:
    """Import what opens with a key, and the other pages, so that their first time is as quick as their second."""
    import holidays.countries.united_states  # noqa: F401

    import psc_desk.ui.dialogs.booking
    import psc_desk.ui.dialogs.check_in
    import psc_desk.ui.dialogs.check_out
    import psc_desk.ui.dialogs.drawer
    import psc_desk.ui.dialogs.patient_form
    import psc_desk.ui.dialogs.payment
    import psc_desk.ui.pages.calendar
    import psc_desk.ui.pages.money.page
    import psc_desk.ui.pages.patients
    import psc_desk.ui.pages.settings.page  # noqa: F401

    gc.freeze()  # what was imported stays: no pause of the window goes into looking through it again
