"""The composition root: builds everything, knows everybody, is imported by nobody but the command line.

The sign-in page is painted first; SQLAlchemy, the papers and the pages are imported afterwards, in the database's lane.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QStyle, QWidget

from psc_desk.clock import Clock
from psc_desk.demo_people import DEMO_PEOPLE
from psc_desk.errors import AccessError, DeskError
from psc_desk.ui import theme
from psc_desk.ui.after_paint import AfterPaint
from psc_desk.ui.bus import EventBus
from psc_desk.ui.first_look import remembered_look
from psc_desk.ui.idle import IdleWatch
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.preload import DESK_AFTER_MS, REST_AFTER_MS, import_desk, import_rest
from psc_desk.ui.report import Report
from psc_desk.ui.sign_in import LockPage, PassphrasePage, SignInPage
from psc_desk.vault import FolderLock, KeyNeededError, Vault, is_vault, open_vault
from psc_desk.vault_file import ClinicKind

if TYPE_CHECKING:
    from psc_desk.opening import OpenedDesk
    from psc_desk.ui.desk_devices import DeskDevices
    from psc_desk.ui.main_window import MainWindow
    from psc_desk.ui.program import Start

Then = Callable[[Any], Any]
_TITLE_HEIGHT = QStyle.PixelMetric.PM_TitleBarHeight
Failed = Callable[[Exception], Any]
_GARBAGE_THRESHOLDS = (50_000, 20, 20)
"""A sixth of the start went into looking for garbage among classes that stay (by default each 700 new objects)."""


def run_window(folder: Path, *, demo: bool = False, training: bool = False) -> int:
    """Open the window on a data folder; return the exit code."""
    app = make_application()
    program = Program(app, folder, demo=demo, training=training)
    program.start()
    try:
        return app.exec()
    finally:
        program.stop()


def make_application() -> QApplication:
    """Return the application, named and dressed; US formats whatever the computer's language."""
    gc.set_threshold(*_GARBAGE_THRESHOLDS)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("PSC Desk")
    app.setDesktopFileName("psc-desk")
    return app


class Shell(QMainWindow):
    """The window before anybody is signed in."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.setWindowTitle("PSC Desk")
        self.resize(1280, 800)

    def show_page(self, page: QWidget) -> None:
        """Show one page in the whole window."""
        self.setCentralWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)


class Program(QObject):
    """Leads from the first paint to the main window, and through lock and unlock."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        *,
        demo: bool = False,
        training: bool = False,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        self.app, self.folder, self.demo, self.training, self.clock = app, folder, demo, training, clock
        memory = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.memory = memory
        look, percent = remembered_look(memory)
        theme.apply(app, look, percent / 100)
        self.report, self.lanes, self.shell = Report(), Lanes(), Shell()
        self.bus = EventBus(self.report)
        self.folder_lock: FolderLock | None = None
        self.opened: OpenedDesk | None = None
        self.start_data: Start | None = None
        self.devices: DeskDevices | None = None
        self.window: MainWindow | None = None
        self.sign_in: SignInPage | None = None
        sys.excepthook = self._unexpected

    def start(self) -> None:
        """Paint the first page, then open the data."""
        if not self.demo and not self.training and not is_vault(self.folder):
            self._first_run()
        else:
            self._begin()
        self.shell.show()

    def _begin(self) -> None:
        self._show_sign_in()
        self._open(None)

    def stop(self) -> None:
        """End devices and lanes, give the folder back."""
        if self.devices is not None:
            self.devices.stop()
        self.lanes.stop()
        if self.opened is not None:
            self.opened.close()
        if self.folder_lock is not None:
            self.folder_lock.close()

    def _show_sign_in(self) -> None:
        self.sign_in = SignInPage(self.tr("PSC Desk"), self._verify)
        self.sign_in.signed_in.connect(self._enter)
        if self.demo:
            self.sign_in.set_demo(DEMO_PEOPLE)
        self.shell.show_page(self.sign_in)

    def _open(self, unlocked: Vault | None) -> None:
        def begin() -> None:
            self.lanes.submit("db", lambda: self._load(unlocked), self._loaded, self._locked_out)

        assert self.sign_in is not None
        AfterPaint(self.sign_in, begin)

    def _load(self, unlocked: Vault | None) -> Start:
        from psc_desk.ui.program import load

        return load(
            self.folder,
            unlocked,
            demo=self.demo,
            training=self.training,
            publish=self.bus.publish,
            clock=self.clock,
        )

    def _loaded(self, start: Start) -> None:
        self.start_data, self.opened, self.folder_lock = start, start.opened, start.folder_lock
        QTimer.singleShot(DESK_AFTER_MS, self, lambda: self._ahead(import_desk))
        assert self.sign_in is not None
        self.sign_in.heading.setText(start.clinic)
        self.sign_in.set_people(start.people)
        usual = min((one.id for one in start.people if one.role == "front_desk"), default=0)
        self.sign_in.choose(_number(self.memory.value("sign_in/person"), usual))
        if start.opened.vault.kind is not ClinicKind.REAL and not self.demo:
            self.sign_in.set_demo(DEMO_PEOPLE)

    def _ahead(self, run: Callable[[], None]) -> None:
        self.lanes.submit("reports", run, lambda _nothing: None, self.report)

    def _locked_out(self, error: Exception) -> None:
        if isinstance(error, KeyNeededError):
            page = PassphrasePage(self._unlock)
            page.opened.connect(self._unlocked)
            self.shell.show_page(page)
            return
        if not isinstance(error, DeskError):
            self.report(error)
        sentence = str(error) if isinstance(error, DeskError) else self.tr("The clinic's data could not be opened.")
        if self.sign_in is not None:
            self.sign_in.cannot_open(sentence, self._begin)

    def _unlock(self, text: str, then: Then, failed: Failed) -> None:
        self.lanes.submit("db", lambda: unlock(self.folder, text), then, failed)

    def _unlocked(self, vault: Vault) -> None:
        self._show_sign_in()
        self._open(vault)

    def _first_run(self) -> None:
        from psc_desk.ui.first_run_doors import first_run_wizard

        wizard = first_run_wizard(self.lanes, self.folder, self._unlocked, self._demo_instead)
        self.shell.show_page(wizard)

    def _demo_instead(self) -> None:
        self.demo, self.folder = True, self.folder.parent / "demo"
        self._show_sign_in()
        self._open(None)

    def _verify(self, staff_id: int, secret: str, then: Then, failed: Failed) -> None:
        opened = self.opened
        if opened is None:
            return

        def check() -> Any:
            from psc_desk.usecases.staff import sign_in

            result = opened.desk.do(sign_in, staff_id, secret, pin=secret.isdigit() and len(secret) <= 8)
            if result.person is None:
                raise AccessError(result.sentence)
            opened.desk.actor = result.person
            return result.person

        self.lanes.submit("db", check, then, failed)

    def _enter(self, person: Any) -> None:
        if self.window is None:
            self._build_window()
        assert self.window is not None
        self.memory.setValue("sign_in/person", person.id)
        self.lock_page.choose(person.id)
        self.window.unlock(person.name, person.role_word)
        self.window.show()
        self.shell.hide()

    def _build_window(self) -> None:
        from psc_desk.ui.program import build_window

        assert self.start_data is not None
        self.window, self.devices = build_window(self.start_data, self.bus, self.lanes, self.report, self.memory)
        self.lock_page = LockPage(self._verify, people=[] if self.sign_in is None else self.sign_in.people)
        self.lock_page.signed_in.connect(self._enter)
        self.window.set_lock_page(self.lock_page)
        fit_screen(self.window)
        self.window.locked.connect(self._lock)
        QTimer.singleShot(REST_AFTER_MS, self.window, lambda: self._ahead(import_rest))
        minutes = int(self.window.property("idle_minutes") or 10)
        self.idle = IdleWatch(self.app, minutes * 60)
        self.idle.idle.connect(self.window.lock)

    def _lock(self) -> None:
        opened = self.opened
        if opened is None:
            return

        def leave() -> Any:
            from psc_desk.queries.staff import people
            from psc_desk.usecases.staff import lock

            opened.desk.do(lock)
            opened.desk.actor = None
            return opened.desk.ask(people)

        self.lanes.submit("db", leave, self._show_who_may_unlock, self.report)

    def _show_who_may_unlock(self, people: Any) -> None:
        """Name also who was given an account since the start."""
        if people != self.lock_page.people:
            self.lock_page.set_people(people)
            self.lock_page.choose(_number(self.memory.value("sign_in/person"), 0))

    def _unexpected(self, kind: type[BaseException], error: BaseException, _trace: Any) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.app.quit()
            return
        self.report(error)


def fit_screen(window: QMainWindow) -> None:
    """Fill the screen where the window with its frame would not fit, so that nothing is cut."""
    room, title = window.screen().availableGeometry(), window.style().pixelMetric(_TITLE_HEIGHT, None, window)
    if window.width() > room.width() or window.height() + 2 * title > room.height():
        window.setWindowState(Qt.WindowState.WindowMaximized)


def unlock(folder: Path, text: str) -> Vault:
    """Open a folder with what was typed: a recovery code or a passphrase."""
    from psc_desk.keywrap import tidy_recovery_code

    try:
        code = tidy_recovery_code(text)
    except DeskError:
        return open_vault(folder, text)
    return open_vault(folder, recovery_code=code)


def _number(value: Any, default: int) -> int:
    text = str(value or "")
    return int(text) if text.isdigit() else default
