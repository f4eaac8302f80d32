"""The function keys: each is one job of the front desk."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


@dataclass(frozen=True)
class Job:
    """A job, its key and icon; `words` and `more` are English, to be read through `title()` and `detail()`."""

    name: str
    key: str
    words: str
    more: str
    icon: str

    def title(self) -> str:
        """Return the job's words in the language of the window."""
        return QCoreApplication.translate("Jobs", self.words)

    def detail(self) -> str:
        """Return one more sentence."""
        return QCoreApplication.translate("Jobs", self.more)


def _noop(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Jobs", text))


JOBS = (
    Job("help", "F1", _noop("Help and key map"), _noop("All keys, and what to do when"), "help"),
    Job("find", "F2", _noop("Find or add a patient"), _noop("Search first, then register"), "user-search"),
    Job("book", "F3", _noop("Book a visit"), _noop("First opening or a chosen time"), "calendar-plus"),
    Job("check_in", "F4", _noop("Check in"), _noop("The selected patient"), "user-check"),
    Job("pay", "F5", _noop("Take a payment"), _noop("The selected patient"), "cash"),
    Job("check_out", "F6", _noop("Check out"), _noop("Charges, balance, next visit"), "door-exit"),
    Job("drawer", "F8", _noop("Cash drawer"), _noop("Open, pay in, pay out, drop, close"), "cash-register"),
    Job("hold", "F9", _noop("Hold"), _noop("Park this and come back to the same field"), "player-pause"),
    Job("lock", "F12", _noop("Lock"), _noop("Work stays as it is"), "lock"),
)
