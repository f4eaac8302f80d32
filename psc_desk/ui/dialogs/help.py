"""F1: what to do when, in short pages with search, and the key map, which prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from psc_desk import resources
from psc_desk.errors import InputError
from psc_desk.exchange.saved_file import save_file
from psc_desk.papers.key_map import KeyRow, key_map_pdf
from psc_desk.papers.pdf import ClinicBlock, PrintMark
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.print_preview import open_print
from psc_desk.ui.jobs import JOBS
from psc_desk.ui.rows_model import fold
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.chart.lines import Line, LineList
from psc_desk.work import Read

TOPICS = ("start", "keys", "patients", "calendar", "check-in", "money", "drawer", "printers", "privacy", "when")
"""The pages in the order in which they are listed; "keys" is made from the keys themselves."""
_CALENDAR = (
    ("Arrows", "Walk from time to time and from provider to provider"), ("D  W  M", "Day, week, month"),
    ("T", "Today"), ("G", "Go to a date"), ("N", "New visit at the chosen time"), ("Enter", "Open the chosen visit"),
    ("A", "Arrived"), ("B", "Break: cancelled or missed"), ("C", "Copy the visit"),
    ("X  then  V", "Cut the visit and put it down elsewhere"),
)  # fmt: skip
_QUEUE = (
    ("A", "Arrived"), ("Enter", "Check in"), ("R", "In room"), ("P", "With the provider"), ("O", "Check out"),
    ("D", "Done"), ("L", "Left without being seen"), ("Shift+F3", "Take the chosen patient, who has no appointment"),
    ("Ctrl+1  Ctrl+7", "A tab of the chart, from Today to Audit"),
)  # fmt: skip
_EVERYWHERE = (
    ("Ctrl+K", "Find a patient, a page or an action"), ("Ctrl+Z", "Undo the last change of status (ten minutes)"),
    ("Tab", "Next field; Shift+Tab the one before"), ("Enter", "Go on; in a form: do it, Ctrl+Enter from any field"),
    ("Esc", "Back out; typing is never lost without a question"),
    ("Alt+letter", "Press the button or go to the field with that letter underlined"),
)  # fmt: skip
_PATIENTS = (
    ("Ctrl+F", "Go to the search line"), ("Up  Down", "Walk in what was found"), ("Enter", "Open the chart"),
    ("F2", "Register a patient"), ("Ctrl+E", "Change the patient"),
)  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True)
class Topic:
    """A page of the help: `key` names its file, `title` is its first line."""

    key: str
    title: str
    text: str


def open_help(context: Context, parent: QWidget | None, topic: str = "start") -> HelpDialog:
    """Show the help at `topic`, one of TOPICS."""
    dialog = HelpDialog(context, parent, topic)
    dialog.show()
    return dialog


def key_rows() -> list[KeyRow]:
    """Return every key of the desk, by group."""
    rows = [KeyRow(_tr("Everywhere"), job.key, f"{job.title()}: {job.detail().lower()}") for job in JOBS]
    for group, keys in (
        ("Everywhere", _EVERYWHERE), ("Queue", _QUEUE), ("Calendar", _CALENDAR), ("Patients", _PATIENTS),
    ):  # fmt: skip
        rows += [KeyRow(_tr(group), key, _tr(does)) for key, does in keys]
    return rows


def topics() -> list[Topic]:
    """Return the pages of the help."""
    return [_key_topic() if key == "keys" else _read(key) for key in TOPICS]


def _read(key: str) -> Topic:
    text = resources.path("help", f"{key}.md").read_text(encoding="utf-8")
    return Topic(key, text.splitlines()[0].lstrip("# "), text)


def _key_topic() -> Topic:
    parts = [f"# {_tr('All keys')}", _tr("Press Print the key map below to put it beside the keyboard.")]
    group = ""
    for row in key_rows():
        if row.group != group:
            group = row.group
            parts += [f"\n## {group}\n", f"| {_tr('Key')} | {_tr('Does')} |\n|---|---|"]
        parts.append(f"| **{row.keys}** | {row.does} |")
    return Topic("keys", _tr("All keys"), "\n".join(parts))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Help", text)


class HelpDialog(DeskDialog[bool]):
    """Topics at the left, the page at the right; the search line narrows the topics and marks the words."""

    def __init__(self, context: Context, parent: QWidget | None, topic: str = "start") -> None:
        super().__init__(parent, self.tr("Help"), verb=self.tr("Close"))
        self.context = context
        self.topics = topics()
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.finished.connect(self.deleteLater)
        self.form.hide()
        self.cancel.hide()
        self.search = HelpSearch(self.tr("Search the help"))
        self.list: LineList[Topic] = LineList(
            "help_topics", self.tr("Topics"), lambda one: Line(one.title), lambda one: one.key
        )
        self.page = QTextBrowser()
        self._build_parts()
        self._build_buttons()
        self._connect()
        self.list.set_rows(self.topics)
        self.show_topic(topic)
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        self.resize(min(theme.px(980), room.width() - 40), min(theme.px(720), room.height() - 40))
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Close."""
        self.finish(True)

    def reject(self) -> None:
        """Esc empties the search first, then closes."""
        if self.search.text():
            self.search.clear()
            return
        self.done(0)

    def show_topic(self, key: str) -> None:
        """Show a page."""
        self.list.choose(key)

    def print_keys(self) -> None:
        """Show the key map with the printers."""
        self._with_key_map(lambda pdf: pdf, self._preview)

    def save_keys(self) -> None:
        """Save the key map as PDF where the person says."""
        path, _kind = QFileDialog.getSaveFileName(self, self.tr("PSC Desk - Save the key map"), "key map.pdf", "*.pdf")
        if path:
            self.save_keys_to(Path(path))

    def save_keys_to(self, path: Path) -> None:
        """Save the key map as PDF at `path`."""

        def write(pdf: bytes) -> str:
            save_file(path, pdf)
            return self.tr("key map saved as {0}.").format(path.name)

        self._with_key_map(write, self.context.report.done)

    def _preview(self, pdf: bytes) -> None:
        open_print(self.context, self, pdf, self.tr("Key map"), kind="key_map")

    def _with_key_map(self, use: Callable[[bytes], T], then: Callable[[T], object]) -> None:
        rows = key_rows()

        def work() -> T:
            clinic, mark = self.context.desk.ask(_paper_head)
            return use(key_map_pdf(rows, clinic, mark))

        self.context.run(self, "reports", work, then=then, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self.show_error(error) if isinstance(error, InputError) else self.context.report(error)

    def _build_parts(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        self.page.setObjectName("help_page")
        self.page.setAccessibleName(self.tr("Page of the help"))
        self.page.setOpenLinks(False)
        self.page.document().setDocumentMargin(theme.px(16))
        across = QHBoxLayout()
        across.setSpacing(theme.px(12))
        across.addLayout(left, 1)
        across.addWidget(self.page, 3)
        self.body.addLayout(across, 1)

    def _build_buttons(self) -> None:
        self.buttons.insertWidget(0, button("print_keys", self.tr("&Print the key map"), self.print_keys))
        self.buttons.insertWidget(1, button("save_keys", self.tr("&Save it as PDF …"), self.save_keys))

    def _connect(self) -> None:
        self.search.textChanged.connect(self._narrow)
        self.search.stepped.connect(self.list.step)
        self.search.next_wanted.connect(self._find)
        self.list.chosen.connect(self._show)
        self.page.anchorClicked.connect(lambda url: self.show_topic(Path(url.path()).stem))

    def _narrow(self, text: str) -> None:
        wanted = fold(text).split()
        found = [one for one in self.topics if all(word in fold(one.text) for word in wanted)]
        self.list.set_rows(found)
        if found and self.list.current_row() is None:
            self.list.choose(found[0].key)
        self._mark()

    def _show(self, topic: Topic | None) -> None:
        if topic is not None:
            self.page.setMarkdown(topic.text)
            self._mark()

    def _mark(self) -> None:
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        if self.search.text().strip():
            self._find()

    def _find(self) -> None:
        word = next(iter(self.search.text().split()), "")
        if word and not self.page.find(word, QTextDocument.FindFlag(0)):
            self.page.moveCursor(QTextCursor.MoveOperation.Start)
            self.page.find(word)


class HelpSearch(QLineEdit):
    """Down and Up walk in the topics, Enter goes to the next place where the word stands."""

    stepped = Signal(int)
    next_wanted = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setObjectName("help_search")
        self.setAccessibleName(words)
        self.setPlaceholderText(words)
        theme.set_look(self, "search")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave arrows and Enter to the list and the page."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.next_wanted.emit()
        else:
            super().keyPressEvent(event)


def _paper_head(read: Read) -> tuple[ClinicBlock, PrintMark]:
    return clinic_block(read), print_mark(read)
