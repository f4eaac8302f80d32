"""The one main window: rail, top bar, pages, device bar and message bar. It knows no business verb."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.hold import Hold
from psc_desk.ui.jobs import JOBS, Job
from psc_desk.ui.page import LaterPage, Page
from psc_desk.ui.widgets.foot import Foot
from psc_desk.ui.widgets.rail import Rail
from psc_desk.ui.widgets.search_box import Hit, listed
from psc_desk.ui.widgets.top_bar import TopBar


class MainWindow(QMainWindow):
    """Builds each page when first shown; sends function keys to the page, then to `handle`d answers of its own."""

    locked = Signal()
    """the window was locked: ask for the PIN on the page given to `set_lock_page`"""

    def __init__(
        self,
        context: Context,
        pages: Sequence[type[Page] | LaterPage],
        *,
        clinic: str,
        now: Callable[[], datetime],
        memory: QSettings | None = None,
        training: bool = False,
        look_only: bool = False,
    ) -> None:
        super().__init__()
        self.context = context
        self._kinds = {kind.NAME: kind for kind in pages}
        self._pages: dict[str, Page] = {}
        self._here = pages[0].NAME
        self._jobs: dict[str, Callable[[], Any]] = {}
        self._now = now
        self._memory = memory
        self._hidden: list[QWidget] = []
        self.rail, self.top, self.foot = Rail(), TopBar(clinic), Foot(now)
        self.stack, self.layers = QStackedWidget(), QStackedWidget()
        self.hold = Hold(self)
        self.setObjectName("main_window")
        self.setWindowTitle("PSC Desk")
        mark = self.tr("TRAINING - nothing here is real") if training else ""
        self._build(self.tr("LOOKING ONLY - nothing can be saved") if look_only else mark)
        self._connect()
        self._tick()
        self._recall()

    @property
    def current(self) -> Page:
        """The page that is shown."""
        return self.page(self._here)

    @property
    def is_locked(self) -> bool:
        """True while the lock page covers everything."""
        return self.layers.currentIndex() == 1

    def page_names(self) -> list[str]:
        """Return the NAMEs of the pages in the rail's order."""
        return list(self._kinds)

    def page(self, name: str) -> Page:
        """Return a page, building it when it was not needed before."""
        if name not in self._pages:
            page = self._kinds[name](self.context)
            page.patient_wanted.connect(self.open_patient)
            page.page_wanted.connect(self.go)
            if self._memory is not None:
                page.recall(self._memory)
            self._pages[name] = page
            self.stack.addWidget(page)
        return self._pages[name]

    def go(self, name: str) -> Page:
        """Show a page; the keys go to what it begins with, e.g. its list of sections."""
        page = self.page(name)
        self._here = name
        self.stack.setCurrentWidget(page)
        self.rail.choose(name)
        self.setWindowTitle(f"PSC Desk - {page.title()}")
        if page.focusProxy() is not None:
            page.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return page

    def open_patient(self, patient_id: int) -> None:
        """Show a patient on the page in view if it can, else on the first page that can."""
        if self.current.show_patient(patient_id):
            return
        for name in self._kinds:
            if self.page(name).show_patient(patient_id):
                self.go(name)
                return

    def handle(self, job: str, run: Callable[[], Any]) -> None:
        """Answer a function key wherever the page in view has no answer of its own."""
        self._jobs[job] = run

    def do_job(self, job: str) -> None:
        """Do what a function key stands for: the page in view first, then the window."""
        if self.is_locked or self.current.do_job(job):
            return
        run = self._jobs.get(job)
        if run is not None:
            run()
            return
        words = next(one for one in JOBS if one.name == job)
        self.context.report.note(self.tr("{0} has nothing to work on here.").format(f"{words.key} {words.title()}"))

    def lock(self) -> None:
        """Cover everything; what is half done stays as it is underneath."""
        if self.layers.count() < 2 or self.is_locked:
            return
        self.hold.remember_focus()
        self._hidden = [one for one in QApplication.topLevelWidgets() if one is not self and one.isVisible()]
        for one in self._hidden:
            one.hide()
        self.setWindowTitle(self.tr("PSC Desk - locked"))
        self.layers.setCurrentIndex(1)
        self.locked.emit()

    def unlock(self, name: str, role: str) -> None:
        """Uncover; `name` and `role` are of whoever unlocked."""
        self.top.show_person(name, role)
        self.layers.setCurrentIndex(0)
        self.setWindowTitle(f"PSC Desk - {self.current.title()}")
        for one in self._hidden:
            one.show()
        self._hidden = []
        self.hold.return_focus()

    def set_lock_page(self, page: QWidget) -> None:
        """Give the page that the lock shows."""
        self.layers.addWidget(page)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember size, place and what each page wants remembered."""
        if self._memory is not None:
            self._memory.setValue("window/geometry", self.saveGeometry())
            for page in self._pages.values():
                page.remember(self._memory)
            self._memory.sync()
        super().closeEvent(event)

    def _build(self, mark: str) -> None:
        content, right = QWidget(), QVBoxLayout()
        theme.set_look(content, "window")
        across = QHBoxLayout(content)
        for layout in (across, right):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        right.addWidget(self.top)
        right.addWidget(self.stack, 1)
        right.addWidget(self.foot)
        across.addWidget(self.rail)
        across.addLayout(right, 1)
        self.layers.addWidget(content)
        self.setCentralWidget(self._framed(mark) if mark else self.layers)

    def _framed(self, mark: str) -> QFrame:
        frame = QFrame()
        frame.setObjectName("training_frame")
        theme.set_look(frame, "training")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        inside.setSpacing(0)
        words = theme.label(mark, bold=True, look="training")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(words)
        inside.addWidget(self.layers, 1)
        return frame

    def _connect(self) -> None:
        for kind in self._kinds.values():
            self.rail.add(kind.NAME, kind.title(), kind.ICON, kind.SHORTCUT)
            if kind.SHORTCUT:
                self._action(f"go_{kind.NAME}", kind.title(), kind.SHORTCUT, partial(self.go, kind.NAME))
        for job in JOBS:
            self._action(f"job_{job.name}", job.title(), job.key, partial(self.do_job, job.name))
        self._action("search", self.tr("Search"), "Ctrl+K", self.top.search.enter)
        self._action("undo", self.tr("Undo"), "Ctrl+Z", self.foot.messages.undo)
        self._jobs |= {"hold": self.hold.toggle, "lock": self.lock, "find": self.top.search.enter}
        self.top.hold.clicked.connect(lambda: self.do_job("hold"))
        self.top.lock.clicked.connect(lambda: self.do_job("lock"))
        self.top.search.providers += [listed(self._page_hits), listed(self._action_hits)]
        self.rail.chosen.connect(self.go)
        self.context.report.said.connect(self.foot.show_message)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    def _action(self, name: str, text: str, key: str, run: Callable[[], Any]) -> None:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(lambda _checked=False: None if self.is_locked else run())
        self.addAction(action)

    def _page_hits(self) -> list[Hit]:
        go = self.tr("Go to this page")
        return [
            Hit(kind.title(), partial(self.go, name), go, kind.ICON, kind.SHORTCUT)
            for name, kind in self._kinds.items()
        ]

    def _action_hits(self) -> list[Hit]:
        jobs = [Hit(job.title(), partial(self.do_job, job.name), job.detail(), job.icon, job.key) for job in JOBS]
        return jobs + [_hit(page, action) for page in self._pages.values() for action in page.actions()]

    def _tick(self) -> None:
        self.top.show_time(self._now())

    def _recall(self) -> None:
        geometry = self._memory.value("window/geometry") if self._memory is not None else None
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(QSize(1680, 945).boundedTo(self.screen().availableSize() - QSize(0, 32)))


def _hit(page: Page, action: QAction) -> Hit:
    icon = str(action.data() or page.ICON)
    return Hit(action.text().replace("&", ""), action.trigger, page.title(), icon, action.shortcut().toString())


__all__ = ["JOBS", "Job", "MainWindow"]
