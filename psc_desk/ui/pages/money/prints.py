"""The print queue: what waits, what came out, and what nobody knows of."""

from __future__ import annotations

from psc_desk.devices.jobs import JobState
from psc_desk.queries.print_jobs import PrintJobRow, print_jobs
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.print_queue import PaperText, ask_came_out
from psc_desk.ui.rows_model import Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.print_queue import cancel_job, settle_unknown

_WAITING = (JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE, JobState.UNKNOWN)


class PrintsSection(ListTab[PrintJobRow]):
    """Newest first."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Print"), lambda row: row.title, bold=True, width=200),
                Column(self.tr("State"), lambda row: row.words, status=_job_status, width=280),
                Column(self.tr("Detail"), lambda row: row.detail, tooltip=lambda row: row.detail, width=-1),
            ],
            lambda row: row.job_id,
            name="print_jobs",
            words=self.tr("Print queue"),
            ask=print_jobs,
            empty=self.tr("Nothing was printed yet. Receipts and drawer slips stand here."),
            actions=[
                RowAction("came_out", self.tr("Did it come out?"), self.settle, _is_unknown, "primary"),
                RowAction("show_print", self.tr("Show"), lambda row: PaperText(self, row).open()),
                RowAction(
                    "cancel_print", self.tr("Do not print"), self.cancel_print, lambda row: row.state in _WAITING
                ),
            ],
        )

    def settle(self, row: PrintJobRow) -> None:
        """Ask whether a print of unknown fate came out."""
        came_out = ask_came_out(self, row)
        if came_out is not None:
            words = self.tr("{0} is settled") if came_out else self.tr("{0} was sent to the printer again")
            self.do_and_say(words.format(row.title), settle_unknown, row.job_id, came_out=came_out)

    def cancel_print(self, row: PrintJobRow) -> None:
        """Take a print out of the queue."""
        self.do_and_say(self.tr("{0} will not be printed").format(row.title), cancel_job, row.job_id)


def _is_unknown(row: PrintJobRow) -> bool:
    return row.state is JobState.UNKNOWN


def _job_status(row: PrintJobRow) -> str:
    return {JobState.UNKNOWN: "late", JobState.PRINTED: "arrived", JobState.FAILED_BEFORE_FIRST_BYTE: "late"}.get(
        row.state, ""
    )
