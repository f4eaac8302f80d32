"""The months of the books: close one, see which are closed."""

from __future__ import annotations

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.months import MonthRow, months
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Confirm
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.months import close_month


class MonthsSection(ListTab[MonthRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Month"), lambda row: f"{row.first:%B %Y}", sort=lambda row: row.month, bold=True,
                       width=130),
                Column(self.tr("State"), _state, status=_status, tooltip=_state, width=-1),
                Column(self.tr("Entries"), lambda row: f"{row.entries:,}", RIGHT, lambda row: row.entries, width=70),
                Column(self.tr("Charged"), lambda row: format_money(row.charges_cents), RIGHT,
                       lambda row: row.charges_cents, width=110),
                Column(self.tr("Received"), lambda row: format_money(row.received_cents), RIGHT,
                       lambda row: row.received_cents, width=110),
                Column(self.tr("Adjusted"), lambda row: format_money(row.adjustments_cents), RIGHT,
                       lambda row: row.adjustments_cents, width=100),
                Column(self.tr("Visits to charge"), lambda row: str(row.uncharged or ""), RIGHT,
                       lambda row: row.uncharged, width=120),
            ],
            lambda row: row.month,
            name="months",
            words=self.tr("Months"),
            ask=months,
            empty=self.tr("Nothing was posted yet."),
            actions=[RowAction("close_month", self.tr("Close the month ..."), self.close_one, _can_close, "primary")],
        )  # fmt: skip

    def close_one(self, row: MonthRow) -> None:
        """Ask once more: a closed month is never opened again."""
        question = self.tr(
            "Close {0}? Its books then take no more entries; what is found later is corrected with the date of the day "
            "it is found. This cannot be undone."
        ).format(f"{row.first:%B %Y}")
        if row.uncharged:
            visits = counted(row.uncharged, self.tr("visit"))
            question += " " + self.tr("Not charged yet: {0} of the month.").format(visits)
        if Confirm.ask(self, self.tr("Close the month"), question, verb=self.tr("Close {0}").format(f"{row.first:%B}")):
            self.do_and_say(self.tr("{0} is closed").format(f"{row.first:%B %Y}"), close_month, row.month)


def _can_close(row: MonthRow) -> bool:
    return row.closed_on is None and not row.holds_up


def _state(row: MonthRow) -> str:
    if row.closed_on is not None:
        return f"✓ closed by {row.closed_by} on {format_date(row.closed_on)}"
    return f"open, {row.holds_up}" if row.holds_up else "can be closed"


def _status(row: MonthRow) -> str:
    return "arrived" if row.closed_on is not None else "" if row.holds_up == "not over" else "late"
