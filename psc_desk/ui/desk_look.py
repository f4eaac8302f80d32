"""How the window looks at this desk: the settings decide, `window.ini` remembers it for the next first paint."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QCoreApplication, QObject, QSettings
from PySide6.QtWidgets import QApplication

from psc_desk.events import SettingChanged
from psc_desk.settings import SCALE, THEME
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.first_look import Look, remembered_look
from psc_desk.work import Read


def chosen_look(read: Read) -> Look:
    """Return the look that this desk's settings ask for."""
    return read.setting(THEME), read.setting(SCALE)


def wear(look: Look, memory: QSettings) -> None:
    """Dress the application so and remember it; nothing happens when it looks so already."""
    if remembered_look(memory) == look:
        return
    name, percent = look
    memory.setValue("window/theme", name)
    memory.setValue("window/scale", percent)
    memory.sync()
    theme.apply(cast(QApplication, QApplication.instance()), name, percent / 100)


def follow_settings(owner: QObject, context: Context, memory: QSettings) -> None:
    """Look as the settings say, now and whenever they change."""

    def again(_event: object = None) -> None:
        context.ask(owner, chosen_look, then=change)

    def change(look: Look) -> None:
        resized = remembered_look(memory)[1] != look[1]
        wear(look, memory)
        if resized:
            words = QCoreApplication.translate(
                "DeskLook", "Open PSC Desk again to have everything in the new text size."
            )
            context.report.note(words)

    context.bus.subscribe(owner, (SettingChanged,), again)
    again()
