"""Adjustments: what was taken off charges, by date and kind with its sum; small balances; the journal on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtWidgets import QComboBox

from psc_desk.dates import format_date
from psc_desk.models.charging import AdjustmentKind
from psc_desk.money import format_money
from psc_desk.queries.adjustments import AdjustmentRow, adjustments, totals
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.adjust import JournalDialog, open_adjust, open_small_balances, open_take_back
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.work import Read


class AdjustmentsSection(ListTab[AdjustmentRow]):
    """Newest first; the days and the kind are chosen above."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Day"), lambda row: format_date(row.day), sort=_place, width=105),
                Column(self.tr("Kind"), lambda row: row.kind.word, status=_status, width=140),
                Column(self.tr("Patient"), lambda row: row.patient, bold=True, width=170),
                Column(self.tr("Charge"), _charge, width=170),
                Column(self.tr("Amount"), lambda row: format_money(row.cents), RIGHT, lambda row: row.cents, width=95),
                Column(self.tr("Reason"), _reason, tooltip=_reason, width=-1),
                Column(self.tr("By"), _by, width=190),
            ],
            lambda row: row.adjustment_id,
            name="adjustments",
            words=self.tr("Adjustments"),
            ask=adjustments,
            empty=self.tr("Nothing was taken off a charge on these days."),
            actions=[
                RowAction("adjustment_patient", self.tr("Show patient"),
                          lambda row: self.patient_wanted.emit(row.patient_id)),
                RowAction("adjustment_back", self.tr("Take back ..."), self._take_back,
                          lambda row: row.cents > 0 and not row.taken_back, "danger"),
            ],
        )  # fmt: skip
        self.days, self.kind = QComboBox(), QComboBox()
        self.sums = theme.label(look="secondary")
        self._build_head()

    def reload(self) -> None:
        """Ask for the chosen days and kind again."""
        kind = self.kind.currentData()
        chosen = AdjustmentKind(kind) if kind else None  # Qt keeps an enum of strings as a string
        self.context.ask(self, _of_days, self.days.currentData(), chosen, then=self.show_rows)

    def show_rows(self, rows: Sequence[AdjustmentRow]) -> None:
        """Show these rows and the sum of each kind."""
        parts = [f"{kind.word} {format_money(cents)} ({number})" for kind, number, cents in totals(rows)]
        self.sums.setText(" · ".join(parts))
        super().show_rows(rows)

    def adjust(self) -> None:
        """Choose a patient and a charge."""
        open_adjust(self.context, self)

    def journal(self) -> None:
        """Ask for the days and show the paper."""
        self.context.ask(self, _today, then=lambda today: JournalDialog(self.context, self, today).open())

    def _take_back(self, row: AdjustmentRow) -> None:
        open_take_back(self.context, self, row)

    def _build_head(self) -> None:
        self.add_button("adjust_charge", self.tr("Adjust a charge ..."), self.adjust, look="primary")
        self.add_button(
            "small_balances", self.tr("Small balances ..."), lambda: open_small_balances(self.context, self)
        )
        self.add_button("adjustment_journal", self.tr("Journal ..."), self.journal)
        self._build_choices()
        self.sums.setObjectName("adjustment_sums")
        self.sums.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        self.sums.setWordWrap(True)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.sums)

    def _build_choices(self) -> None:
        days = (self.tr("Today"), 1), (self.tr("7 days"), 7), (self.tr("31 days"), 31), (self.tr("12 months"), 366)
        for words, data in days:
            self.days.addItem(words, data)
        self.days.setCurrentIndex(2)
        self.kind.addItem(self.tr("All kinds"), None)
        for kind in AdjustmentKind:
            self.kind.addItem(kind.word, kind)
        boxes = (self.days, "adjustment_days", self.tr("Days")), (self.kind, "adjustment_kind", self.tr("Kind"))
        for box, name, words in boxes:
            box.setObjectName(name)
            box.setAccessibleName(words)
            box.currentIndexChanged.connect(lambda _place: self.reload())
            self.head.addWidget(box)


def _of_days(read: Read, days: int, kind: AdjustmentKind | None) -> list[AdjustmentRow]:
    return adjustments(read, read.today - timedelta(days=days - 1), read.today, kind)


def _today(read: Read) -> date:
    return read.today


def _place(row: AdjustmentRow) -> tuple[date, int]:
    return row.day, row.adjustment_id


def _charge(row: AdjustmentRow) -> str:
    return f"{row.code}, {format_date(row.service_date)}"


def _reason(row: AdjustmentRow) -> str:
    return " ".join(filter(None, (row.reason_code, row.reason)))


def _by(row: AdjustmentRow) -> str:
    return f"{row.staff}, {row.approved_by}" if row.approved_by else row.staff


def _status(row: AdjustmentRow) -> str:
    return "missed" if row.taken_back or row.cents < 0 else ""
