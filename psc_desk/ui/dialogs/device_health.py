"""Device health: how each device is (yes, no or unknown, and how old that is), what to do, tests, and help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from psc_desk.devices.diary import Note
from psc_desk.devices.page_printer import PageState, page_state
from psc_desk.devices.printer import Answer, PrinterStatus
from psc_desk.devices.support import bundle
from psc_desk.exchange.saved_file import save_file
from psc_desk.models.staff import Right
from psc_desk.queries.devices import FailureRow, QueueCounts, SupportFacts, queue_counts, recent_failures
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.queries.print_jobs import WORDS
from psc_desk.settings import NO_SALE_REASONS, TILL_ID
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog, Reason, ReasonDialog
from psc_desk.ui.rows_model import Column, RowsModel
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.flow import FlowLayout
from psc_desk.ui.widgets.sections import rights_here
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.devices import make_device_report, try_drawer
from psc_desk.usecases.print_queue import print_test_page
from psc_desk.work import Read

_SECOND_MS = 1000
_COLORS = {Answer.YES: "arrived", Answer.NO: "missed", Answer.UNKNOWN: "late"}


@dataclass(frozen=True)
class Health:
    """One thing about a device. `asked_at` None: it cannot be asked."""

    key: str
    name: str
    answer: Answer
    words: str
    advice: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """What the database knows for this page."""

    counts: QueueCounts
    failures: list[FailureRow]
    rights: frozenset[Right]
    till_id: int
    reasons: list[str]
    at: datetime


def health_facts(read: Read) -> Facts:
    """Return what the page shows beside what the devices say themselves."""
    return Facts(
        queue_counts(read), recent_failures(read, 8), rights_here(read), read.setting(TILL_ID),
        read.setting(NO_SALE_REASONS), read.now,
    )  # fmt: skip


def page_test(read: Read) -> bytes:
    """Return the page by which a person judges a page printer."""
    from psc_desk.papers.page_test import page_test_pdf

    return page_test_pdf(clinic_block(read), print_mark(read))


def printer_health(status: PrinterStatus | None, url: str) -> list[Health]:
    """Return the rows of the receipt printer and its drawer: what it said, or that it did not."""
    if not url:
        todo = "Set it up with “Set up the printer”."
        return [Health("printer", "Receipt printer", Answer.NO, "None is set up.", todo)]
    if status is None:
        return [Health("printer", "Receipt printer", Answer.UNKNOWN, "It has not answered yet.", "Press Read status.")]
    at, silent = status.asked_at, "The printer did not say."
    works = Answer.NO if not status.ready else status.paper
    first, _, todo = status.words().partition(". ")
    rows = [
        Health("printer", "Receipt printer", works, first.rstrip("."), todo or _silent(works), at),
        Health("paper", "Paper loaded", status.paper, _paper(status), _do(status.paper, "Load a roll."), at),
        Health("cover", "Cover closed", status.cover_closed, _said(status.cover_closed, "closed", "open", silent),
               _do(status.cover_closed, "Close the cover."), at),
        Health("online", "Printer online", status.online, _said(status.online, "online", "offline", silent),
               _do(status.online, "Press its feed or online button, and check its cables."), at),
    ]  # fmt: skip
    if Answer.NO in (status.paper, status.cover_closed):
        rows[-1] = replace(rows[-1], advice="")
    closed = status.drawer_closed
    drawer = _said(closed, "shut", "stands open", "It has no switch, or it was not calibrated.")
    advice = {Answer.NO: "Shut the drawer.", Answer.UNKNOWN: "Calibrate it in “Set up the printer”."}.get(closed, "")
    return [*rows, Health("drawer", "Cash drawer shut", closed, drawer, advice, at)]


def age_words(asked_at: datetime | None, now: datetime) -> str:
    """Say how old an answer is: "12 s", "3 min 5 s"."""
    if asked_at is None:
        return ""
    seconds = max(int((now - asked_at).total_seconds()), 0)
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"


def open_device_health(context: Context, parent: QWidget) -> DeviceHealth:
    """Open the page."""
    dialog = DeviceHealth(context, parent)
    dialog.open()
    return dialog


class DeviceHealth(DeskDialog[bool]):
    """A table of devices, the last troubles under it, and a row of tests."""

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent, "Device health", verb="Close")
        self.context = context
        self._facts: Facts | None = None
        self._page = Health("page_printer", self.tr("Page printer"), Answer.UNKNOWN, self.tr("Asking ..."))
        self.table = RowsTable(RowsModel(self._columns(), key=lambda row: row.key), "devices", self.tr("Devices"))
        self.troubles = RowsTable(
            RowsModel(self._trouble_columns(), key=lambda note: (note.at, note.words)), "troubles",
            self.tr("What went wrong lately"),
        )  # fmt: skip
        self.tests: dict[str, QWidget] = {}
        self._build_page()
        self.finished.connect(self.deleteLater)
        self._clock = QTimer(self, interval=_SECOND_MS)
        self._clock.timeout.connect(self._show)
        self._clock.start()
        if context.devices is not None:
            context.devices.status_changed.connect(self._show)
        self.reload()

    def reload(self) -> None:
        """Ask every device and the database again."""
        if self.context.devices is not None:
            self.context.devices.ask_status()
        self.context.ask(self, health_facts, then=self._know)
        self.context.run(self, "device", page_state, then=self._know_page)

    def value(self) -> bool:
        """Return yes."""
        return True

    def _columns(self) -> list[Column[Health]]:
        return [
            Column(self.tr("Device"), lambda row: row.name, bold=True, width=160),
            Column(self.tr("State"), lambda row: row.answer.value, status=lambda row: _COLORS[row.answer], width=80),
            Column(self.tr("Age"), lambda row: age_words(row.asked_at, self._now()), width=90),
            Column(self.tr("What it says"), lambda row: row.words, tooltip=lambda row: row.words, width=300),
            Column(self.tr("What to do"), lambda row: row.advice, tooltip=lambda row: row.advice, width=-1),
        ]

    def _trouble_columns(self) -> list[Column[Note]]:
        return [
            Column(self.tr("Age"), lambda note: age_words(note.at, self._now()), width=110),
            Column(self.tr("What went wrong lately"), lambda n: n.words, tooltip=lambda n: n.words, width=-1),
        ]

    def _build_page(self) -> None:
        self.form.hide()
        self.cancel.hide()
        self.body.addWidget(theme.label(self.tr("Device health"), "heading", bold=True))
        self.table.setMinimumHeight(theme.px(304))
        self.body.addWidget(self.table, 3)
        self.body.addWidget(self.troubles, 1)
        row = QWidget()
        flow = FlowLayout(row)
        flow.setSpacing(theme.px(8))
        for name, words, run in self._actions():
            self.tests[name] = button(name, words, run)
            flow.addWidget(self.tests[name])
        self.body.addWidget(row)
        self.resize(theme.px(1060), theme.px(640))

    def _actions(self) -> list[tuple[str, str, Callable[[], Any]]]:
        return [
            ("read_status", self.tr("&Read status"), self.reload),
            ("health_test_page", self.tr("Print a &test page"), self._test_page),
            ("health_drawer", self.tr("&Open the drawer …"), self._drawer),
            ("health_page", self.tr("Test the &page printer …"), self._page_test),
            ("health_set_up", self.tr("&Set up the printer …"), self._set_up),
            ("support_bundle", self.tr("Save a support &bundle …"), self._bundle),
        ]

    def _now(self) -> datetime:
        if self.context.devices is not None:
            now: datetime = self.context.devices.now()
            return now
        return self._facts.at if self._facts is not None else datetime.min.replace(tzinfo=UTC)

    def _know(self, facts: Facts) -> None:
        self._facts = facts
        for name, right in (
            ("health_set_up", Right.SETTINGS),
            ("health_test_page", Right.OPEN_DRAWER),
            ("health_drawer", Right.OPEN_DRAWER),
            ("support_bundle", Right.OPEN_DRAWER),
        ):
            self.tests[name].setEnabled(right in facts.rights)
        self._show()

    def _know_page(self, state: PageState) -> None:
        at = self.context.devices.now() if self.context.devices is not None else None
        self._page = Health("page_printer", self.tr("Page printer"), state.works, state.words, state.advice, at)
        self._show()

    def _show(self, _status: object = None) -> None:
        devices = self.context.devices
        rows = printer_health(getattr(devices, "status", None), getattr(devices, "url", ""))
        rows += [self._queue(), self._page, self._scanner()]
        self.table.rows.set_rows(rows)
        self.troubles.rows.set_rows(self._lately())
        self.table.viewport().update()
        self.troubles.viewport().update()

    def _queue(self) -> Health:
        name, counts = self.tr("Print queue"), self._facts.counts if self._facts else QueueCounts(0, 0)
        if counts.unknown:
            words = self.tr("{0} of unknown fate").format(counts.unknown)
            return Health(
                "queue", name, Answer.UNKNOWN, words,
                self.tr("Look at the paper, then answer in Money, Print queue."),
            )  # fmt: skip
        if counts.waiting:
            words = self.tr("{0} waiting").format(counts.waiting)
            return Health("queue", name, Answer.NO, words, self.tr("They print by themselves once the printer works."))
        return Health("queue", name, Answer.YES, self.tr("Nothing waits."))

    def _scanner(self) -> Health:
        return Health(
            "scanner", self.tr("Card scanner"), Answer.UNKNOWN, self.tr("None is set up."),
            self.tr("Attach the picture of a card from a file in check-in."),
        )  # fmt: skip

    def _lately(self) -> list[Note]:
        diary = getattr(self.context.devices, "diary", None)
        notes = list(diary.troubles()) if diary is not None else []
        failures = self._facts.failures if self._facts else []
        told = {note.words for note in notes}
        notes += [
            Note(row.at, words, trouble=True)
            for row in failures
            if (words := f"print {row.job_id} ({row.kind}): {WORDS[row.state]}. {row.words}") not in told
        ]
        return sorted(notes, key=lambda note: note.at, reverse=True)[:12]

    def _test_page(self) -> None:
        self.context.do(self, print_test_page, then=lambda _job: self._said(self.tr("the test page was sent")))

    def _drawer(self) -> None:
        if self._facts is None:
            return
        reasons = [(word, word) for word in self._facts.reasons]
        title, question = self.tr("Open the drawer"), self.tr("Each opening is logged with who did it and why.")
        reason: Reason | None = ReasonDialog.ask(self, title, question, reasons=reasons, verb=self.tr("Open it"))
        if reason is not None:
            done = self.tr("the drawer was told to open")
            self.context.do(
                self, try_drawer, self._facts.till_id, reason.sentence, then=lambda _none: self._said(done),
                failed=self.show_error,
            )  # fmt: skip

    def _page_test(self) -> None:
        from psc_desk.ui.dialogs.print_preview import open_print

        title = self.tr("Page printer test")
        show = lambda pdf: open_print(self.context, self, pdf, title, kind="test")  # noqa: E731
        self.context.ask(self, page_test, then=show, lane="reports")

    def _set_up(self) -> None:
        from psc_desk.ui.dialogs.printer_wizard import open_printer_wizard

        open_printer_wizard(self.context, self, then=self.reload)

    def _bundle(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(
            self, self.tr("PSC Desk - Save the support bundle"), "psc-desk-devices.zip", self.tr("Zip (*.zip)")
        )
        if path:
            self.save_bundle(Path(path))

    def save_bundle(self, path: Path) -> None:
        """Write what support needs to know into a file; nothing in it is about a patient."""
        self.context.do(self, make_device_report, then=lambda facts: self._write(path, facts))

    def _write(self, path: Path, facts: SupportFacts) -> None:
        devices = self.context.devices
        notes = devices.diary.notes() if devices is not None else []
        status, at = getattr(devices, "status", None), self._now()
        said = self.tr("the support bundle is in {0}").format(path.name)
        self.context.run(
            self, "reports", lambda: save_file(path, bundle(at, asdict(facts), status, notes)),
            then=lambda _none: self._said(said),
        )  # fmt: skip

    def _said(self, words: str) -> None:
        self.context.report.done(words)
        self.reload()


def _said(answer: Answer, yes: str, no: str, silent: str) -> str:
    return {Answer.YES: f"It is {yes}.", Answer.NO: f"It is {no}."}.get(answer, silent)


def _paper(status: PrinterStatus) -> str:
    if status.paper is Answer.YES and status.paper_near_end is Answer.YES:
        return "The roll is nearly out: have one at hand."
    return _said(status.paper, "loaded", "out", "The printer did not say.")


def _do(answer: Answer, advice: str) -> str:
    return advice if answer is Answer.NO else ""


def _silent(works: Answer) -> str:
    return "" if works is Answer.YES else "Print a test page and look at the paper."
