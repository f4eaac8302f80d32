"""Import a fee schedule from CSV: look at what each line would do, then import all of it or nothing."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QFileDialog, QWidget

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.errors import DeskError, InputError, RefusedError
from psc_desk.exchange.fees_csv import MOST_BYTES
from psc_desk.money import format_money
from psc_desk.queries.fees import CHANGED, NEW, SAME, WRONG, FeePreview, PreviewRow, preview_fees
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.inputs import DateEdit, TypedEdit
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.fees import FeesImported, import_fees, import_fees_without_wrong


def choose_fees_file(context: Context, parent: QWidget, schedule: str, today: date) -> None:
    """Ask for the file and show what it would do."""
    kinds = "CSV (*.csv *.txt *.tsv)"
    path, _kind = QFileDialog.getOpenFileName(parent, parent.tr("PSC Desk - Choose the fee schedule"), "", kinds)
    if path:
        open_import_fees(context, parent, Path(path), schedule, today)


def open_import_fees(context: Context, parent: QWidget, path: Path, schedule: str, today: date) -> None:
    """Read a file and show what it would do to the schedule."""

    def show(content: bytes) -> None:
        ImportFeesDialog(context, parent, content, path.name, schedule, today=today).open()

    context.run(parent, "reports", partial(_read, path), then=show)


class ImportFeesDialog(PostingDialog[FeesImported]):
    """Wrong lines stand on top with what is wrong; nothing is imported before the button is pressed."""

    def __init__(
        self, context: Context, parent: QWidget | None, content: bytes, name: str, schedule: str, *, today: date
    ) -> None:
        super().__init__(context, parent, "Import fees", verb="Import")
        self.setWindowTitle("PSC Desk - " + self.tr("Import a fee schedule"))
        self.content = content
        self.preview: FeePreview | None = None
        self.form.wide(theme.label(name, bold=True))
        self.schedule = self.form.add(self.tr("&Into schedule"), TypedEdit("schedule", self.tr("Into schedule")))
        self.schedule.setText(schedule)
        self.first = self.form.add(
            self.tr("&From, where the file names no day"), DateEdit("effective_from", self.tr("From"), lambda: today)
        )
        self.first.set_day(today)
        self.table = RowsTable(self._model(), "fee_preview", self.tr("What the file would do"))
        self.summary = theme.label(look="secondary")
        self.summary.setObjectName("fee_summary")
        self.leave_out = QCheckBox(self.tr("&Leave the wrong lines out"))
        self.leave_out.setObjectName("leave_out")
        self.leave_out.toggled.connect(lambda _on: self._show_verb())
        self.sentence = theme.label(look="error")
        self.sentence.setObjectName("fee_sentence")
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        self.table.row_selected.connect(self._say)
        for part in (self.table, self.sentence, self.summary, self.leave_out):
            self.body.addWidget(part)
        self.schedule.editingFinished.connect(self.look)
        self.first.editingFinished.connect(self.look)
        self.resize(theme.px(1000), theme.px(600))
        self.look()

    def look(self) -> None:
        """Ask what the file would do now."""
        try:
            day = self.first.day()
        except InputError as error:
            self.show_error(error)
            return
        name = self.schedule.text()
        self.context.ask(self, preview_fees, self.content, name, day, then=self._show, failed=self._cannot)

    def submit(self) -> None:
        """Import."""
        usecase = import_fees_without_wrong if self.leave_out.isChecked() else import_fees
        self.post(usecase, self.content, self.schedule.text(), self.first.day(), then=self._imported)

    def _imported(self, done: FeesImported) -> None:
        self.context.report.done(f"{done.schedule}: {done.words}")
        self.finish(done)

    def _cannot(self, error: Exception) -> None:
        self.primary.setEnabled(False)
        self.leave_out.hide()
        if isinstance(error, DeskError):
            self.show_error(error)
        else:
            self.context.report(error)

    def _show(self, preview: FeePreview) -> None:
        self.preview = preview
        self.error_line.hide()
        self.table.rows.set_rows(preview.rows)
        if preview.rows:
            self.table.setCurrentIndex(self.table.rows.index(0, 0))
        words = self.tr("{0} new · {1} changed · {2} the same · {3} wrong")
        counts = [preview.count(state) for state in (NEW, CHANGED, SAME, WRONG)]
        self.summary.setText(words.format(*counts))
        self.leave_out.setVisible(bool(preview.count(WRONG)))
        self._show_verb()

    def _say(self, row: PreviewRow | None) -> None:
        """Say in full what is wrong with the selected line."""
        wrong = row is not None and row.state == WRONG
        self.sentence.setVisible(wrong)
        if row is not None and wrong:
            self.sentence.setText(self.tr("Line {0}: {1}").format(row.line_no, row.sentence))

    def _show_verb(self) -> None:
        if self.preview is None:
            return
        prices = self.preview.count(NEW) + self.preview.count(CHANGED)
        blocked = self.preview.count(WRONG) and not self.leave_out.isChecked()
        self.primary.setText(self.tr("Import {0}").format(counted(prices, self.tr("price"))))
        self.primary.setEnabled(bool(prices) and not blocked)

    def _model(self) -> RowsModel[PreviewRow]:
        return RowsModel(
            (
                Column(self.tr("Line"), lambda row: str(row.line_no), RIGHT, lambda row: row.line_no, width=52),
                Column(self.tr("State"), lambda row: _WORDS[row.state], status=_status, width=96),
                Column(self.tr("Code"), lambda row: row.code, bold=True, width=84),
                Column(self.tr("Service"), lambda row: row.label, tooltip=lambda row: row.label, width=180),
                Column(self.tr("Was"), _was, RIGHT, lambda row: row.old_cents or 0, width=80),
                Column(self.tr("Price"), _price, RIGHT, lambda row: row.cents or 0, width=80),
                Column(self.tr("From"), _first, width=96),
                Column(self.tr("What is wrong"), lambda row: row.sentence, tooltip=lambda row: row.sentence, width=-1),
            ),
            key=lambda row: row.line_no,
        )


_WORDS = {NEW: "+ new", CHANGED: "▲ changed", SAME: "same", WRONG: "✕ wrong"}


def _status(row: PreviewRow) -> str:
    return {NEW: "arrived", CHANGED: "late", WRONG: "missed"}.get(row.state, "")


def _was(row: PreviewRow) -> str:
    return "" if row.old_cents is None else format_money(row.old_cents)


def _price(row: PreviewRow) -> str:
    return "" if row.cents is None else format_money(row.cents)


def _first(row: PreviewRow) -> str:
    return "" if row.effective_from is None else format_date(row.effective_from)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path.name} is larger than 4 MB, too large for a fee schedule. Choose another.", "file")
        return path.read_bytes()
    except OSError as error:
        raise RefusedError(f"{path.name} could not be read. Check that it is there and choose it again.") from error
