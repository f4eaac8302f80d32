"""What follows the first paint: the data are opened in a lane, then the main window is built on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSettings

from psc_desk.backup import BackupResult, scheduled_backup
from psc_desk.clock import Clock, local
from psc_desk.dates import format_time
from psc_desk.events import PrintJobChanged
from psc_desk.opening import OpenedDesk, can_write, open_desk, open_to_look, sweep_copies
from psc_desk.queries.clinic import clinic
from psc_desk.queries.lost_receipts import lost_receipts
from psc_desk.queries.staff import PersonRow, people
from psc_desk.settings import BACKUP_FOLDER, IDLE_LOCK_MINUTES, TILL_ID
from psc_desk.ui.after_crash import look_back
from psc_desk.ui.bus import EventBus
from psc_desk.ui.context import Context
from psc_desk.ui.desk_devices import DeskDevices
from psc_desk.ui.desk_look import follow_settings
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.nightly import BooksWatch
from psc_desk.ui.report import Report
from psc_desk.usecases.cards import recover_cards
from psc_desk.usecases.lost_receipts import note_lost_receipts
from psc_desk.usecases.print_queue import recover_jobs
from psc_desk.vault import FolderLock, Vault, is_vault, open_vault
from psc_desk.work import LOOK_ONLY, Publish


@dataclass(frozen=True)
class Start:
    """The data, opened, and what the sign-in page shows."""

    opened: OpenedDesk
    folder_lock: FolderLock | None
    clinic: str
    people: list[PersonRow]
    torn: bool = False


def load(
    folder: Path, unlocked: Vault | None, *, demo: bool, training: bool, publish: Publish, clock: Clock | None = None
) -> Start:
    """Unlock, lock for this copy, bring to the newest schema; runs in the database's lane."""
    if (demo or training) and not is_vault(folder):
        from psc_desk.demo.clinic import make_demo

        make_demo(folder, training=training)
    sweep_copies()
    vault = unlocked or open_vault(folder)
    if not can_write(vault.folder):
        looking = open_to_look(vault, clock=clock)
        return Start(looking, None, looking.desk.ask(clinic).name, looking.desk.ask(people))
    folder_lock = vault.lock()
    opened = open_desk(vault, clock=clock, publish=publish)
    mending = opened.another(publish)
    torn = mending.do(recover_jobs) > 0
    mending.do(recover_cards)
    mending.do(note_lost_receipts, opened.head.receipts())
    opened.desk.watched = True
    return Start(opened, folder_lock, opened.desk.ask(clinic).name, opened.desk.ask(people), torn)


def build_window(
    start: Start, bus: EventBus, lanes: Lanes, report: Report, memory: QSettings
) -> tuple[MainWindow, DeskDevices]:
    """Build the main window with its pages, devices and bars."""
    from psc_desk.ui.pages import PAGES

    opened, desk = start.opened, start.opened.desk
    devices = DeskDevices(opened.another(bus.publish), bus, till_id=desk.ask(lambda read: read.setting(TILL_ID)))
    context = Context(desk=desk, bus=bus, lanes=lanes, devices=devices, report=report)
    row = desk.ask(clinic)
    window = MainWindow(
        context, PAGES, clinic=row.name, now=_wall_clock(opened), memory=memory, training=row.kind == "training",
        look_only=opened.desk.look_only,
    )  # fmt: skip
    window.setProperty("idle_minutes", desk.ask(lambda read: read.setting(IDLE_LOCK_MINUTES)))
    follow_settings(window, context, memory)
    _join_search_and_help(window)
    join_devices(window, devices)
    if opened.desk.look_only:
        report.not_done(LOOK_ONLY)
        window.foot.devices.set_device("printer", "unknown", window.tr("Receipt printer: not used"))
    else:
        _backup(window, opened)
        BooksWatch(context, opened.another(bus.publish), window.foot.devices.set_device, window)
        devices.start(torn=start.torn)
        _say_lost(window, opened)
        look_back(context, window)
    window.go(PAGES[0].NAME)
    return window, devices


def _join_search_and_help(window: MainWindow) -> None:
    from psc_desk.ui.dialogs.help import open_help
    from psc_desk.ui.dialogs.patient_form import open_registration
    from psc_desk.ui.patient_search import patient_provider, register_offer
    from psc_desk.ui.receipt_search import receipt_provider
    from psc_desk.ui.section_search import section_provider

    def register(typed: str) -> None:
        open_registration(window.context, window, typed=typed, then=window.open_patient)

    search = window.top.search
    search.providers.insert(0, patient_provider(window.context, window, window.open_patient))
    search.providers.insert(1, receipt_provider(window.context, window, window.open_patient))
    search.providers.append(section_provider(window, ("money", "settings")))
    search.nothing = register_offer(register)
    window.handle("help", lambda: open_help(window.context, window))


def join_devices(window: MainWindow, devices: DeskDevices) -> None:
    """Let the bars at the foot say how the devices are."""
    bar = window.foot.devices
    bar.set_device("printer", "unknown", window.tr("Receipt printer: asking ..."))
    bar.set_device("drawer", "unknown", window.tr("Drawer"))
    bar.set_device("scanner", "unknown", window.tr("Card scanner: none, attach a file"))
    devices.status_changed.connect(lambda status: _show_status(window, status))
    devices.trouble.connect(lambda sentence: _show_trouble(window, sentence))
    devices.drawer_left_open.connect(window.context.report.note)
    window.context.bus.subscribe(window, (PrintJobChanged,), lambda event: _say_unknown(window, event))
    bar.clicked.connect(lambda key: _clicked(window, devices, key))


def _show_status(window: MainWindow, status: object) -> None:
    from psc_desk.devices.printer import Answer, PrinterStatus

    assert isinstance(status, PrinterStatus)
    bar = window.foot.devices
    state = "ok" if status.ready and status.paper is Answer.YES else "warn" if status.ready else "bad"
    if state == "ok":
        window.foot.messages.trouble_over()
    bar.set_device("printer", state, status.words().split(". ")[0].rstrip("."), status.words())
    closed = status.drawer_closed
    bar.set_device("drawer", "ok" if closed is Answer.YES else "warn", status.drawer_words())


def _show_trouble(window: MainWindow, sentence: str) -> None:
    window.foot.devices.set_device("printer", "bad", sentence.split(". ", maxsplit=1)[0].rstrip("."), sentence)
    window.context.report.trouble(sentence)


def _say_unknown(window: MainWindow, event: PrintJobChanged) -> None:
    if event.state == "unknown":
        words = window.tr("A paper may not have come out whole. Look at the printer and answer in Money, Print queue.")
        window.context.report.not_done(words)


def _clicked(window: MainWindow, devices: DeskDevices, key: str) -> None:
    window.context.report.note(_advice(window, devices, key))
    if key != "backup":
        from psc_desk.ui.dialogs.device_health import open_device_health

        open_device_health(window.context, window)


def _advice(window: MainWindow, devices: DeskDevices, key: str) -> str:
    if key == "printer" and devices.status is not None:
        return devices.status.words()
    if key == "drawer":
        return window.tr("Open the drawer with F8; each opening is logged with its reason.")
    if key == "scanner":
        return window.tr("Attach the picture of a card from a file in check-in.")
    return window.foot.devices.words(key)


def _backup(window: MainWindow, opened: OpenedDesk) -> None:
    """Make the day's backup when it is due, in the lane for long work."""

    def shown(result: BackupResult | None) -> None:
        at = local(opened.desk.clock.now(), opened.desk.zone)
        time = format_time(at.hour * 60 + at.minute)
        window.foot.devices.set_device(
            "backup", "ok", window.tr("Backup {0}").format(time) if result else window.tr("Backup of today is there")
        )

    def failed(error: Exception) -> None:
        window.foot.devices.set_device("backup", "bad", window.tr("Backup failed"), str(error))

    chosen = opened.desk.ask(lambda read: read.setting(BACKUP_FOLDER))
    window.context.run(window, "reports", lambda: _next_backup(opened, chosen), then=shown, failed=failed)


def _next_backup(opened: OpenedDesk, chosen: str) -> BackupResult | None:
    data = opened.vault.folder
    folder = Path(chosen) if chosen else data.with_name(f"{data.name}-backups")
    if not chosen:
        folder.mkdir(mode=0o700, exist_ok=True)
    return scheduled_backup(opened.vault, folder, now=opened.desk.clock.now())


def _say_lost(window: MainWindow, opened: OpenedDesk) -> None:
    for row in opened.desk.ask(lost_receipts):
        if not row.outcome:
            window.context.report.not_done(row.sentence)


def _wall_clock(opened: OpenedDesk) -> Callable[[], datetime]:
    zone, clock = opened.desk.zone, opened.desk.clock
    return lambda: local(clock.now(), zone)
