"""Settings of the sliding fee: the poverty guidelines as dated data, and the clinic's schedules of discounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.models.sliding import guideline_income
from psc_desk.money import format_money
from psc_desk.queries.sliding import GuidelineRow, ScheduleRow, guidelines, schedules
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.sliding_setup import open_guideline, open_import, open_schedule, tiers_words
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.sliding import load_shipped_guidelines, remove_guideline, remove_schedule

translate = QCoreApplication.translate


class SlidingSection(QWidget):
    """What ships with the program is added when the section is opened."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.guidelines, self.schedules = GuidelineList(context), ScheduleList(context)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.px(10), 0, 0)
        layout.setSpacing(theme.px(6))
        for words, part in (
            (self.tr("Schedules of discounts"), self.schedules), (self.tr("Poverty guidelines"), self.guidelines),
        ):  # fmt: skip
            title = theme.label(words, bold=True)
            title.setContentsMargins(theme.px(14), 0, 0, 0)
            layout.addWidget(title)
            layout.addWidget(part, 1)

    def reload(self) -> None:
        """Add what ships and is not there yet, then show both lists."""
        self.context.do(self, load_shipped_guidelines, then=self._loaded)

    def _loaded(self, _count: int) -> None:
        self.guidelines.reload()
        self.schedules.reload()


class GuidelineList(ListTab[GuidelineRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Region"), lambda row: row.region_word, bold=True, width=170),
                Column(self.tr("In force from"), lambda row: format_date(row.effective_from),
                       sort=lambda row: row.effective_from, width=120),
                Column(self.tr("One person"), lambda row: format_money(row.base_cents), RIGHT, width=110),
                Column(self.tr("Each more"), lambda row: format_money(row.per_person_cents), RIGHT, width=110),
                Column(self.tr("Family of four"), _four, RIGHT, width=120),
                Column(self.tr("Source"), lambda row: row.source, width=-1),
                _state(lambda row: self.tr("add the new one") if row.old else ""),
            ],
            lambda row: row.id,
            name="guidelines",
            words=self.tr("Poverty guidelines"),
            ask=guidelines,
            empty=self.tr("No guideline yet. Add one from the notice of the year."),
            actions=[
                RowAction("remove_guideline", self.tr("Take out"), self._remove, lambda row: not row.used, "danger"),
            ],
        )  # fmt: skip
        self.add_button("add_guideline", self.tr("Add by hand ..."), lambda: open_guideline(context, self))
        self.add_button("import_guidelines", self.tr("Import a file ..."), lambda: open_import(context, self))

    def _remove(self, row: GuidelineRow) -> None:
        words = self.tr("the guideline for {0} from {1} was taken out")
        self.do_and_say(words.format(row.region_word, format_date(row.effective_from)), remove_guideline, row.id)


class ScheduleList(ListTab[ScheduleRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Schedule"), lambda row: row.name, bold=True, width=160),
                Column(self.tr("In force from"), lambda row: format_date(row.effective_from),
                       sort=lambda row: row.effective_from, width=120),
                Column(self.tr("Approved"), lambda row: format_date(row.approved_on), width=110),
                Column(self.tr("Holds"), lambda row: counted(row.valid_months, self.tr("month")), width=100),
                Column(self.tr("The patient pays"), lambda row: tiers_words(row.tiers), width=-1),
                _state(lambda row: self.tr("evaluate again") if row.evaluate else ""),
            ],
            lambda row: row.id,
            name="schedules",
            words=self.tr("Schedules of discounts"),
            ask=schedules,
            empty=self.tr("No schedule yet. Add the one your board approved; an example is filled in."),
            actions=[
                RowAction("remove_schedule", self.tr("Take out"), self._remove, lambda row: not row.used, "danger"),
            ],
        )  # fmt: skip
        self.add_button(
            "add_schedule", self.tr("Add a schedule ..."), lambda: open_schedule(context, self), look="primary"
        )

    def _remove(self, row: ScheduleRow) -> None:
        self.do_and_say(self.tr("the schedule {0} was taken out").format(row.name), remove_schedule, row.id)


def _state(due: Callable[[Any], str]) -> Column[Any]:
    """In force or not; `due` says what is to be done about the one in force, or nothing."""
    title, in_force = translate("Sliding", "State"), translate("Sliding", "in force")

    def words(row: Any) -> str:
        return "" if not row.current else f"▲ {due(row)}" if due(row) else f"✓ {in_force}"

    return Column(
        title, words, status=lambda row: "" if not row.current else "late" if due(row) else "arrived", width=130
    )


def _four(row: GuidelineRow) -> str:
    return format_money(guideline_income(row.base_cents, row.per_person_cents, 4))
