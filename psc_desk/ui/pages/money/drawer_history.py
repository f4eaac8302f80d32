"""The drawer sessions: who opened and closed, what was over or short, the Z report again."""

from __future__ import annotations

from functools import partial

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.counter import own_drawer
from psc_desk.queries.tills import SessionRow, sessions
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.drawer import open_drawer_dialog
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.till import over_short_words, reprint_z_report


class DrawerHistorySection(ListTab[SessionRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Day"), _day, sort=lambda row: (row.business_date, row.session_id), width=110),
                Column(self.tr("Drawer"), lambda row: row.till, width=110),
                Column(self.tr("Z"), lambda row: str(row.z_no or ""), RIGHT, lambda row: row.z_no or 0, width=60),
                Column(self.tr("Opened by"), lambda row: row.opened_by, width=140),
                Column(self.tr("Closed by"), lambda row: row.closed_by or self.tr("still open"), width=140),
                Column(self.tr("Counted"), lambda row: _cents(row.counted_cents), RIGHT, _counted, width=110),
                Column(self.tr("Over or short"), _over_short, RIGHT, status=_over_short_status, width=130),
                Column(self.tr("Taken out"), lambda row: _cents(row.to_bank_cents), RIGHT, width=110),
                Column(self.tr("Reason"), lambda row: row.reason, tooltip=lambda row: row.reason, width=-1),
            ],
            lambda row: row.session_id,
            name="sessions",
            words=self.tr("Drawer history"),
            ask=sessions,
            empty=self.tr("No drawer was opened yet. F8 opens it and counts the float."),
            actions=[
                RowAction("z_page", self.tr("Z report as a page ..."), self.show_z, lambda row: row.z_no is not None),
                RowAction(
                    "reprint_z", self.tr("Print Z report again"), self.reprint_z, lambda row: row.z_no is not None
                ),
                RowAction("why_off", self.tr("Why was it off?"), self.why_off, lambda row: bool(row.over_short_cents)),
            ],
        )
        self.add_button("money_drawer", self.tr("Cash drawer"), self.open_drawer)

    def open_drawer(self) -> None:
        """Do what F8 does."""
        self.context.ask(self, own_drawer, then=lambda row: open_drawer_dialog(self.context, self, row.till.till_id))

    def why_off(self, row: SessionRow) -> None:
        """Show what the session's own entries say about its difference."""
        from psc_desk.ui.dialogs.close_why import open_why_off

        open_why_off(self.context, self, row.session_id)

    def reprint_z(self, row: SessionRow) -> None:
        """Print a Z report again, marked COPY."""
        words = self.tr("a copy of Z report {0} was sent to the printer").format(row.z_no)
        self.do_and_say(words, reprint_z_report, row.session_id)

    def show_z(self, row: SessionRow) -> None:
        """Show a Z report as a page, to print or save."""
        from psc_desk.ui.dialogs.print_preview import open_print
        from psc_desk.usecases.z_report import z_report_page

        title = self.tr("Z report {0} of {1}").format(row.z_no, row.till)
        show = partial(open_print, self.context, self, title=title, kind="z_report")
        self.context.do(self, z_report_page, row.session_id, then=show)


def _day(row: SessionRow) -> str:
    return format_date(row.business_date)


def _cents(cents: int | None) -> str:
    return "" if cents is None else format_money(cents)


def _counted(row: SessionRow) -> int:
    return row.counted_cents or 0


def _over_short(row: SessionRow) -> str:
    return "" if row.over_short_cents is None else over_short_words(row.over_short_cents)


def _over_short_status(row: SessionRow) -> str:
    return "" if row.over_short_cents is None else "missed" if row.over_short_cents else "arrived"
