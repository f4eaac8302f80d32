"""Renders every page and dialog of the demo clinic to PNG, so that whoever changes a screen looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from psc_desk.app import Program, make_application
from psc_desk.clock import FixedClock
from psc_desk.errors import DataError
from psc_desk.ui import theme
from psc_desk.ui.first_run_doors import first_run_wizard
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.page import Page
from psc_desk.ui.widgets.sections import SectionsPage
from psc_desk.vault import is_vault

PATIENCE_MS = 15_000
QUIET_TICKS = 8
SOMEBODY = 1
AT_WORK = datetime(2026, 3, 4, 15, 12, tzinfo=UTC)
"""The moment of the demo day that the pictures show: 10:12 am in New York."""


@dataclass(frozen=True)
class Look:
    """How to render: theme, language of the window, scale 1.0 to 2.0, window size in pixels."""

    theme: str = "light"
    language: str = "en"
    scale: float = 1.0
    width: int = 1680
    height: int = 945


def render(folder: Path, out: Path, look: Look) -> list[Path]:
    """Render into `out` and return the pictures in order; a missing demo clinic is made in `folder`."""
    app = make_application()
    if not is_vault(folder):
        from psc_desk.demo.clinic import make_demo

        make_demo(folder, at_work=True, today=AT_WORK.date())
    camera = Camera(app, out, look)
    program = Program(app, folder, demo=True, clock=FixedClock(AT_WORK))
    theme.apply(app, look.theme, look.scale)
    try:
        camera.before_sign_in(program)
        camera.window(program)
    finally:
        program.stop()
    return camera.pictures


class Camera:
    """Takes the pictures; `wait` runs the window until something is so, within PATIENCE_MS."""

    def __init__(self, app: QApplication, out: Path, look: Look) -> None:
        self._app, self._out, self._look = app, out, look
        self._busy: Callable[[], bool] = lambda: False
        self.pictures: list[Path] = []

    def shoot(self, widget: QWidget, name: str) -> None:
        """Save one picture once the widget has settled."""
        self.settle()
        self._save(widget, name)

    def settle(self, until: Callable[[], bool] = lambda: True) -> None:
        """Let what is on its way arrive."""
        timer = QElapsedTimer()
        timer.start()
        while timer.elapsed() < PATIENCE_MS and (timer.elapsed() < 250 or self._busy() or not until()):
            QCoreApplication.processEvents()

    def before_sign_in(self, program: Program) -> None:
        """First run and sign-in."""
        self._busy = partial(getattr, program.lanes, "busy")
        wizard = first_run_wizard(program.lanes, program.folder.parent / "none", _nothing, _nothing)
        wizard.resize(self._look.width, self._look.height)
        wizard.show()
        for step in range(wizard.count()):
            wizard.setCurrentIndex(step)
            self.shoot(wizard, f"first-run-{step + 1}")
        wizard.close()
        program.start()
        program.shell.resize(self._look.width, self._look.height)
        self.shoot(program.shell, "sign-in")

    def window(self, program: Program) -> None:
        """Sign in as the manager, who sees every section, then every page, section and dialog."""
        page = program.sign_in
        if page is None or not page.people:
            raise DataError("The demo clinic could not be opened; see what the sign-in page says.")
        page.choose(next(one.id for one in page.people if one.name.startswith("Gordon")))
        page.secret.setText("5678")
        page.primary.click()
        self.settle(lambda: program.window is not None)
        window = program.window
        assert window is not None
        window.resize(self._look.width, self._look.height)
        for name in window.page_names():
            shown = window.go(name)
            self.settle()
            self._choose_somebody(shown)
            self.shoot(window, f"page-{name}")
            if isinstance(shown, SectionsPage):
                self._sections(window, shown)
        window.go(window.page_names()[0])
        for name, open_it in dialogs(window):
            self._dialog(name, open_it)
        window.lock()
        self.shoot(window, "locked")

    def _sections(self, window: MainWindow, page: SectionsPage) -> None:
        for section in list(page.model.rows)[1:]:
            page.choose(section.key)
            self.shoot(window, f"page-{page.NAME}-{section.key}")

    def _choose_somebody(self, page: Page) -> None:
        """Show the chart of a patient who has arrived, so that the page and the dialogs have somebody."""
        page.show_patient(SOMEBODY)

    def _dialog(self, name: str, open_it: Callable[[], Any]) -> None:
        """Open a dialog, which may hold the caller until it is answered, take its picture and close it."""
        done: list[str] = []
        quiet = 0

        def look() -> None:
            nonlocal quiet
            shown = self._app.activeModalWidget()
            quiet = quiet + 1 if isinstance(shown, QDialog) and not self._busy() else 0
            if quiet > QUIET_TICKS and isinstance(shown, QDialog):
                quiet = 0
                self._save(shown, f"dialog-{name}" if not done else f"dialog-{name}-{len(done) + 1}")
                done.append(name)
                shown.done(QDialog.DialogCode.Rejected)

        watch = QTimer(interval=50)
        watch.timeout.connect(look)
        watch.start()
        QTimer.singleShot(0, open_it)
        timer = QElapsedTimer()
        timer.start()
        while timer.elapsed() < (700 if done else 4000) and (not done or self._app.activeModalWidget()):
            QCoreApplication.processEvents()
        watch.stop()

    def _save(self, widget: QWidget, name: str) -> None:
        path = self._out / f"{len(self.pictures) + 1:02d}-{name}.png"
        widget.grab().save(str(path))
        self.pictures.append(path)


def dialogs(window: MainWindow) -> list[tuple[str, Callable[[], Any]]]:
    """Return each dialog's name and how the window opens it, on the patient chosen on the Desk."""
    jobs = ("help", "book", "check_in", "pay", "check_out", "drawer")
    return [(job, partial(window.do_job, job)) for job in jobs]


def _nothing(*_anything: object) -> None:
    """Take no notice."""
