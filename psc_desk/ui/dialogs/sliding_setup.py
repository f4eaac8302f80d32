"""Set up the sliding fee: a guideline by hand or from a file, and a schedule of discounts with its warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QSpinBox, QWidget

from psc_desk.dates import format_date
from psc_desk.errors import DeskError, InputError, RefusedError
from psc_desk.exchange.guidelines_csv import GuidelineFile, GuidelineLine, read_guidelines
from psc_desk.models.sliding import EXAMPLE_TIERS, REGIONS, TierTerms, schedule_warnings
from psc_desk.money import Cents, format_money, parse_money, plain_money
from psc_desk.queries.sliding import ScheduleRow, schedules, usual_visit_cents
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.inputs import DateEdit, MoneyEdit, TypedEdit
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.sliding import ScheduleInput, add_guideline, add_schedule, import_guidelines
from psc_desk.work import Read

_ROWS = 6
_NOMINAL, _PERCENT = "nominal", "percent"


@dataclass(frozen=True)
class ScheduleForm:
    """What the schedule form begins with: the newest schedule, or the example."""

    newest: ScheduleRow | None
    usual_cents: Cents
    today: date

    @property
    def tiers(self) -> tuple[TierTerms, ...]:
        """The tiers to begin with."""
        return self.newest.tiers if self.newest else EXAMPLE_TIERS


def schedule_form(read: Read) -> ScheduleForm:
    """Return what the schedule form shows."""
    return ScheduleForm(next(iter(schedules(read)), None), usual_visit_cents(read), read.today)


def open_guideline(context: Context, parent: QWidget) -> None:
    """Add a guideline typed by hand."""

    def show(today: date) -> None:
        GuidelineDialog(context, parent, today).open()

    context.ask(parent, _today, then=show)


def open_schedule(context: Context, parent: QWidget) -> None:
    """Add a schedule of discounts."""

    def show(form: ScheduleForm) -> None:
        ScheduleDialog(context, parent, form).open()

    context.ask(parent, schedule_form, then=show)


def open_import(context: Context, parent: QWidget, path: Path | None = None) -> None:
    """Choose a file of guidelines, show what it says, and add what is new."""
    if path is None:
        name, _kind = QFileDialog.getOpenFileName(parent, "PSC Desk - Poverty guidelines", "", "CSV (*.csv)")
        if not name:
            return
        path = Path(name)

    def show(found: GuidelineFile) -> None:
        ImportDialog(context, parent, found).open()

    context.run(parent, "reports", partial(_read, path), then=show)


class GuidelineDialog(PostingDialog[None]):
    """Region, date and the two amounts of the notice."""

    def __init__(self, context: Context, parent: QWidget | None, today: date) -> None:
        super().__init__(context, parent, "Poverty guideline", verb="Add guideline")
        self.setWindowTitle("PSC Desk - " + self.tr("Poverty guideline"))
        words = self.tr("Type the figures of the notice: yearly dollars for one person, and for each person more.")
        note = theme.label(words, look="secondary")
        note.setWordWrap(True)
        self.form.wide(note)
        regions: list[tuple[str, object]] = [(word, region) for region, word in REGIONS.items()]
        self.region = self.form.choice(self.tr("&Region"), "region", regions)
        self.since = self.form.add(self.tr("In force &from"), _date("effective_from", self.tr("In force from"), today))
        self.base = self.form.add(self.tr("&One person"), MoneyEdit("base_cents", self.tr("One person")))
        self.more = self.form.add(self.tr("Each &more"), MoneyEdit("per_person_cents", self.tr("Each more")))
        self.source = self.form.text(self.tr("&Source"), "source")
        self.setMinimumWidth(theme.px(480))

    def submit(self) -> None:
        """Add it."""
        line = GuidelineLine(
            str(self.region.currentData()), self.since.day(), self.base.cents(), self.more.cents(), self.source.text()
        )
        self.post(add_guideline, line, then=self._added)

    def _added(self, _none: None) -> None:
        self.context.report.done(self.tr("the guideline from {0} was added").format(self.since.text()))
        self.finish(None)


class ImportDialog(PostingDialog[int]):
    """What the file says before anything is added, with a sentence for each line that cannot be taken."""

    def __init__(self, context: Context, parent: QWidget | None, found: GuidelineFile) -> None:
        super().__init__(context, parent, "Import guidelines", verb="Import")
        self.setWindowTitle("PSC Desk - " + self.tr("Import guidelines"))
        self.found = found
        columns: list[Column[GuidelineLine]] = [
            Column(self.tr("Region"), lambda row: REGIONS[row.region], bold=True, width=170),
            Column(self.tr("In force from"), lambda row: format_date(row.effective_from), width=120),
            Column(self.tr("One person"), lambda row: format_money(row.base_cents), RIGHT, width=110),
            Column(self.tr("Each more"), lambda row: format_money(row.per_person_cents), RIGHT, width=110),
            Column(self.tr("Source"), lambda row: row.source, width=-1),
        ]
        self.table = RowsTable(RowsModel(columns, found.lines), "guideline_lines", self.tr("Guidelines in the file"))
        self.table.setMinimumHeight(theme.px(180))
        self.problems = theme.label("\n".join(found.problems), look="warning")
        self.problems.setObjectName("problems")
        self.problems.setWordWrap(True)
        self.problems.setVisible(bool(found.problems))
        self.form.hide()
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.problems)
        self.primary.setEnabled(bool(found.lines))
        self.setMinimumWidth(theme.px(720))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where Enter goes on."""
        super().showEvent(event)
        (self.primary if self.found.lines else self.cancel).setFocus(Qt.FocusReason.TabFocusReason)

    def submit(self) -> None:
        """Add what is new."""
        self.post(import_guidelines, list(self.found.lines), then=self._imported)

    def _imported(self, count: int) -> None:
        words = self.tr("guidelines: {0} imported, {1} stood here already")
        self.context.report.done(words.format(count, len(self.found.lines) - count))
        self.finish(count)


class TierRow:
    """The controls of one tier; a row without a name is left out."""

    def __init__(self, number: int, tr: Callable[[str], str]) -> None:
        self.name = TypedEdit(f"tier_{number}", tr("Name of tier {0}").format(number))
        self.up_to = TypedEdit(f"up_to_{number}", tr("Up to percent of the guideline, tier {0}").format(number))
        self.kind, self.amount = QComboBox(), TypedEdit(f"amount_{number}", tr("What tier {0} pays").format(number))
        self.kind.setObjectName(f"kind_{number}")
        self.kind.setAccessibleName(tr("How tier {0} pays").format(number))
        self.kind.addItem(tr("$ for the visit"), _NOMINAL)
        self.kind.addItem(tr("% of the fee"), _PERCENT)
        self.name.setMaximumWidth(theme.px(90))
        for edit in (self.up_to, self.amount):
            edit.setMaximumWidth(theme.px(110))

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """In reading order."""
        return (self.name, self.up_to, self.kind, self.amount)

    def show_terms(self, tier: TierTerms) -> None:
        """Fill the row."""
        self.name.setText(tier.name)
        whole, part = divmod(tier.up_to_bp, 100)
        self.up_to.setText(f"{whole}.{part:02d}" if part else str(whole))
        self.kind.setCurrentIndex(0 if tier.nominal_cents is not None else 1)
        nominal = tier.nominal_cents
        self.amount.setText(plain_money(nominal) if nominal is not None else str(tier.pays_percent))

    def terms(self, position: int) -> TierTerms:
        """Return what was typed; raise InputError at the field that cannot be read."""
        up_to = parse_money(self.up_to.text(), self.up_to.objectName())  # two decimals at most, as money has
        if self.kind.currentData() == _NOMINAL:
            cents = parse_money(self.amount.text(), self.amount.objectName())
            return TierTerms(position, self.name.text().strip(), up_to, cents)
        text = self.amount.text().strip().removesuffix("%").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 3:
            raise InputError("Type the percent of the fee that the patient pays: 0 to 100.", self.amount.objectName())
        return TierTerms(position, self.name.text().strip(), up_to, None, int(text))


class ScheduleDialog(PostingDialog[int]):
    """Begins with the newest schedule, or with an example; says at once what departs from the rules."""

    def __init__(self, context: Context, parent: QWidget | None, facts: ScheduleForm) -> None:
        super().__init__(context, parent, "Sliding fee schedule", verb="Add schedule")
        self.setWindowTitle("PSC Desk - " + self.tr("Sliding fee schedule"))
        self.facts = facts
        self.name = self.form.text(self.tr("&Name"), "name")
        since, approved = self.tr("In force &from"), self.tr("&Approved by the board on")
        self.since = self.form.add(since, _date("effective_from", self.tr("In force from"), facts.today))
        self.approved = self.form.add(approved, _date("approved_on", self.tr("Approved on"), facts.today))
        self.name.setText(str(facts.today.year))
        self.since.set_day(facts.today)
        self.months = self.form.add(self.tr("Assessments hold (&months)"), QSpinBox(), "valid_months")
        self.months.setRange(1, 36)
        self.months.setValue(facts.newest.valid_months if facts.newest else 12)
        self.rows = [TierRow(number, self.tr) for number in range(1, _ROWS + 1)]
        self.warning = theme.label(look="warning")
        self._build_tiers()
        for row, tier in zip(self.rows, facts.tiers, strict=False):
            row.show_terms(tier)
        self._connect()
        self._warn()
        self.setMinimumWidth(theme.px(560))

    def submit(self) -> None:
        """Add it."""
        typed = ScheduleInput(
            self.name.text(), self.since.day(), self.approved.day(), self.months.value(), tuple(self.tiers())
        )
        self.post(add_schedule, typed, then=self._added)

    def tiers(self) -> list[TierTerms]:
        """Return the tiers typed."""
        used = [row for row in self.rows if row.name.text().strip() or row.up_to.text().strip()]
        return [row.terms(position) for position, row in enumerate(used, 1)]

    def _added(self, schedule_id: int) -> None:
        self.context.report.done(self.tr("the schedule from {0} was added").format(self.since.text()))
        self.finish(schedule_id)

    def _warn(self, *_typed: object) -> None:
        try:
            found = schedule_warnings(self.tiers(), self.facts.usual_cents)
        except DeskError:
            found = []
        self.warning.setText("\n".join(found))
        self.warning.setVisible(bool(found))

    def _connect(self) -> None:
        for row in self.rows:
            for edit in (row.name, row.up_to, row.amount):
                edit.textChanged.connect(self._warn)
            row.kind.currentIndexChanged.connect(self._warn)

    def _build_tiers(self) -> None:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.px(6))
        titles = (self.tr("Tier"), self.tr("Up to % of guideline"), self.tr("The patient pays"), "")
        for place, words in enumerate(titles):
            grid.addWidget(theme.label(words, "small", look="secondary"), 0, place)
        for number, row in enumerate(self.rows, 1):
            for place, widget in enumerate(row.widgets):
                grid.addWidget(widget, number, place)
        self.warning.setObjectName("schedule_warning")
        self.warning.setWordWrap(True)
        above = self.tr("Above the last tier the full fee is paid. Empty lines are left out.")
        self.body.addWidget(box)
        self.body.addWidget(theme.label(above, "small", look="secondary"))
        self.body.addWidget(self.warning)


def tiers_words(tiers: Sequence[TierTerms]) -> str:
    """Return "A $20.00 · B 25 % · C 50 %"."""
    return " · ".join(
        f"{tier.name} {format_money(tier.nominal_cents)}"
        if tier.nominal_cents is not None
        else f"{tier.name} {tier.pays_percent} %"
        for tier in tiers
    )


def _date(name: str, words: str, today: date) -> DateEdit:
    return DateEdit(name, words, lambda: today)


def _today(read: Read) -> date:
    return read.today


def _read(path: Path) -> GuidelineFile:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RefusedError(f"{path.name} could not be read. Choose the file again.") from error
    return read_guidelines(content)
