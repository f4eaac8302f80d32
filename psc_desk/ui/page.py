"""What every page of the window is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QWidget

from psc_desk.ui.context import Context


class Page(QWidget):
    """A page states NAME (key and objectName), TITLE, ICON, SHORTCUT and what makes it stale; it implements `reload`.

    `offer` adds an action to the page and to Ctrl+K; `handle` answers one of the window's function keys (see
    `jobs.JOBS`) while the page is shown.
    """

    NAME: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    ICON: ClassVar[str] = "circle"
    SHORTCUT: ClassVar[str] = ""
    refresh_on: ClassVar[tuple[type, ...]] = ()

    patient_wanted = Signal(int)
    """Patient id: the window shows this patient's chart on the Desk."""
    page_wanted = Signal(str)
    """NAME of the page to go to."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._stale = True
        self._jobs: dict[str, Callable[[], Any]] = {}
        self.setObjectName(f"page_{self.NAME}")
        self.setAccessibleName(self.title())
        if self.refresh_on:
            context.bus.subscribe(self, self.refresh_on, self._changed)

    @classmethod
    def title(cls) -> str:
        """Return the page's word in the language of the window."""
        return QCoreApplication.translate(cls.__name__, cls.TITLE)

    def reload(self) -> None:
        """Ask for the rows again. Called when first shown, and when stale and visible."""

    def retranslate(self) -> None:
        """Set every visible text again; called when the language changes."""

    def show_patient(self, patient_id: int) -> bool:
        """Show this patient if the page can; return False when it cannot."""
        return False

    def remember(self, memory: QSettings) -> None:
        """Write what should come back as it was left (splitters, chosen view) when the window closes."""

    def recall(self, memory: QSettings) -> None:
        """Read what `remember` wrote; called once, when the page was built."""

    def offer(self, text: str, run: Callable[[], Any], shortcut: str = "", icon: str = "") -> QAction:
        """Add an action: listed in Ctrl+K while this page is built, its shortcut works inside the page."""
        action = QAction(text, self)
        action.setObjectName("action_" + text.lower().replace(" ", "_"))
        action.setData(icon or self.ICON)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked=False: run())
        self.addAction(action)
        return action

    def handle(self, job: str, run: Callable[[], Any]) -> None:
        """Answer the function key of `job` (e.g. "check_in") while this page is shown."""
        self._jobs[job] = run

    def do_job(self, job: str) -> bool:
        """Run the handler of `job`; return False when this page has none."""
        run = self._jobs.get(job)
        if run is None:
            return False
        run()
        return True

    def refresh(self) -> None:
        """Reload now when visible, else when next shown."""
        self._stale = True
        if self.isVisible():
            self._reload_if_stale()

    def showEvent(self, event: QShowEvent) -> None:
        """Reload when something happened while the page was hidden."""
        super().showEvent(event)
        self._reload_if_stale()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(self.title())
            self.retranslate()

    def _changed(self, _event: object) -> None:
        self.refresh()

    def _reload_if_stale(self) -> None:
        if self._stale:
            self._stale = False
            self.reload()


@dataclass(frozen=True)
class LaterPage:
    """Stands for a page in the rail until `load` imports it; says of it what the window needs before."""

    NAME: str
    kind: str
    """Name of the page's class, under which its title is translated."""
    TITLE: str
    ICON: str
    SHORTCUT: str
    load: Callable[[], type[Page]]

    def title(self) -> str:
        """Return the page's word in the language of the window."""
        return QCoreApplication.translate(self.kind, self.TITLE)

    def __call__(self, context: Context) -> Page:
        """Import the page and build it."""
        return self.load()(context)
