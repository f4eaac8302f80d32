"""The counts made during the day, with what was expected: for a lead."""

from __future__ import annotations

from psc_desk.dates import format_moment
from psc_desk.money import format_money
from psc_desk.queries.counter import own_drawer
from psc_desk.queries.spot_checks import SpotCheckRow, spot_checks
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.spot_check import open_spot_check
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab
from psc_desk.usecases.till import over_short_words


class SpotChecksSection(ListTab[SpotCheckRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Counted"), lambda row: format_moment(row.at), sort=lambda row: row.count_id, width=160),
                Column(self.tr("Drawer"), lambda row: row.till, width=100),
                Column(self.tr("Counted by"), lambda row: row.counted_by, width=140),
                Column(self.tr("Cash"), lambda row: format_money(row.counted_cents), RIGHT, _counted, width=100),
                Column(self.tr("Expected"), lambda row: format_money(row.expected_cents), RIGHT, _expected, width=100),
                Column(self.tr("Over or short"), _difference, RIGHT, _cents, status=_side, width=130),
                Column(self.tr("Reason"), lambda row: row.reason, tooltip=lambda row: row.reason, width=-1),
            ],
            lambda row: row.count_id,
            name="spot_checks",
            words=self.tr("Spot checks"),
            ask=spot_checks,
            empty=self.tr("No drawer was counted during the day yet. F8 and S count one."),
        )
        self.add_button("spot_check", self.tr("Spot check ..."), self._count)

    def _count(self) -> None:
        self.context.ask(self, own_drawer, then=lambda row: open_spot_check(self.context, self, row.till.till_id))


def _counted(row: SpotCheckRow) -> int:
    return row.counted_cents


def _expected(row: SpotCheckRow) -> int:
    return row.expected_cents


def _cents(row: SpotCheckRow) -> int:
    return row.over_short_cents


def _difference(row: SpotCheckRow) -> str:
    return over_short_words(row.over_short_cents)


def _side(row: SpotCheckRow) -> str:
    return "missed" if row.over_short_cents < 0 else "late" if row.over_short_cents else "arrived"
