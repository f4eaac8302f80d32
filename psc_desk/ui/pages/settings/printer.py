"""Printer and drawer of this desk: what it says of itself, its set-up, the logo on receipts, and each setting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.queries.settings import SettingRow, all_settings
from psc_desk.settings import PRINTER_PAPERS, TILL_ID
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.pages.settings.desk import SettingsList, is_of_devices
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.flow import FlowLayout
from psc_desk.usecases.devices import remove_logo, set_logo
from psc_desk.usecases.print_queue import print_test_page
from psc_desk.usecases.till import pulse_drawer
from psc_desk.work import Read


def printer_settings(read: Read) -> list[SettingRow]:
    """Return the settings of this desk's printer and drawer; page printers and the drawer are chosen elsewhere."""
    elsewhere = (PRINTER_PAPERS.key, TILL_ID.key)
    return [row for row in all_settings(read) if is_of_devices(row) and row.key not in elsewhere]


class PrinterSection(QWidget):
    """The printer's settings, what it says of itself, its set-up, a test page, and the drawer's spring."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.status = theme.label(bold=True)
        self.status.setObjectName("printer_status")
        self.status.setWordWrap(True)
        self.list = SettingsList(context, "printer_settings", self.tr("Receipt printer and drawer"), printer_settings)
        self._build()
        if context.devices is not None:
            context.devices.status_changed.connect(self._show)

    def reload(self) -> None:
        """Ask for the settings and show what the printer last said."""
        self.list.reload()
        self.show_status()

    def show_status(self) -> None:
        """Ask the printer how it is and show what it last said."""
        if self.context.devices is not None:
            self.context.devices.ask_status()
        self._show(getattr(self.context.devices, "status", None))

    def _build(self) -> None:
        edge = theme.px(14)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        top.setContentsMargins(edge, edge, edge, 0)
        top.addWidget(self.status, 1)
        layout.addLayout(top)
        row = QWidget()
        flow = FlowLayout(row)
        flow.setSpacing(theme.px(8))
        for name, words, run in self._actions():
            flow.addWidget(button(name, words, run, look="primary" if name == "set_up_printer" else ""))
        middle = QHBoxLayout()
        middle.setContentsMargins(edge, theme.px(4), edge, theme.px(4))
        middle.addWidget(row)
        layout.addLayout(middle)
        layout.addWidget(self.list, 1)

    def _actions(self) -> list[tuple[str, str, Callable[[], Any]]]:
        return [
            ("set_up_printer", self.tr("&Set up the printer …"), self._set_up),
            ("ask_status", self.tr("Ask the printer"), self.show_status),
            ("test_page", self.tr("Print a test page"), self._test_page),
            ("test_drawer", self.tr("Open the drawer"), self._kick),
            ("choose_logo", self.tr("&Logo on receipts …"), self.choose_logo),
            ("remove_logo", self.tr("No logo"), self._no_logo),
            ("device_health", self.tr("Device &health …"), self._health),
        ]

    def _show(self, status: object) -> None:
        words = getattr(status, "words", None)
        self.status.setText(words() if words is not None else self.tr("The printer has not answered yet."))

    def _set_up(self) -> None:
        from psc_desk.ui.dialogs.printer_wizard import open_printer_wizard

        open_printer_wizard(self.context, self)

    def _health(self) -> None:
        from psc_desk.ui.dialogs.device_health import open_device_health

        open_device_health(self.context, self)

    def _test_page(self) -> None:
        said = self.tr("the test page was sent to the printer")
        self.context.do(self, print_test_page, then=lambda _job: self.context.report.done(said))

    def _kick(self) -> None:
        self.context.ask(self, _till_id, then=self._pulse)

    def _pulse(self, till_id: int) -> None:
        said = self.tr("the drawer was told to open")
        self.context.do(self, pulse_drawer, till_id, then=lambda _none: self.context.report.done(said))

    def choose_logo(self) -> None:
        """Ask for the picture with the computer's own dialog and keep it."""
        title, kinds = self.tr("PSC Desk - Logo on receipts"), self.tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif)")
        path, _kind = QFileDialog.getOpenFileName(self, title, "", kinds)
        if path:
            self.keep_logo(Path(path))

    def keep_logo(self, path: Path) -> None:
        """Keep the picture of a file as the logo."""
        try:
            content = path.read_bytes()
        except OSError:
            self.context.report(InputError(self.tr("The file cannot be read. Choose another one.")))
            return
        said = self.tr("receipts now begin with the logo")
        self.context.do(self, set_logo, content, then=lambda _none: self.context.report.done(said))

    def _no_logo(self) -> None:
        said = self.tr("receipts have no logo any more")
        self.context.do(self, remove_logo, then=lambda _none: self.context.report.done(said))


def _till_id(read: Read) -> int:
    return read.setting(TILL_ID)
