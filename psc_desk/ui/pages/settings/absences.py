"""Days on which a provider is away, blocked or here in addition (front-desk.md S1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psc_desk.dates import format_date, format_time
from psc_desk.queries.clinic import ExceptionRow, ProviderRow, exceptions, providers
from psc_desk.ui.context import Context
from psc_desk.ui.pages.settings.fields import Field, FieldsDialog, Values
from psc_desk.ui.rows_model import Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.clinic import ExceptionInput, add_exceptions, remove_exception
from psc_desk.work import Read

_KINDS = (("Absent", "absent"), ("Blocked", "blocked"), ("Works in addition", "extra"))
_AHEAD = timedelta(days=1100)


@dataclass(frozen=True)
class AbsenceStart:
    """What the form begins with."""

    today: date
    providers: tuple[ProviderRow, ...]


def exceptions_ahead(read: Read) -> list[ExceptionRow]:
    """Return what is entered from today on."""
    return exceptions(read, read.today, read.today + _AHEAD)


def absence_start(read: Read) -> AbsenceStart:
    """Return today and who sees patients."""
    return AbsenceStart(read.today, tuple(providers(read)))


class AbsencesSection(ListTab[ExceptionRow]):
    """What differs from the providers' weeks, from today on."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Day"), lambda row: format_date(row.day), sort=lambda row: row.day, width=120),
                Column(self.tr("From"), lambda row: format_time(row.start_minute), width=100),
                Column(self.tr("To"), lambda row: format_time(row.end_minute), width=100),
                Column(self.tr("Provider"), lambda row: row.provider_name, bold=True, width=220),
                Column(self.tr("What"), _kind, width=160),
                Column(self.tr("Why"), lambda row: row.label, width=-1),
            ],
            lambda row: row.id,
            name="absences",
            words=self.tr("Absences and extra hours"),
            ask=exceptions_ahead,
            empty=self.tr("Nobody is entered as away. Everybody works as the week says."),
            actions=[RowAction("remove_absence", self.tr("Take back"), self._remove, look="danger")],
        )
        self.add_button("add_absence", self.tr("Add an absence or extra hours"), self._begin, look="primary")

    def _begin(self) -> None:
        self.context.ask(self, absence_start, then=self._add)

    def _add(self, start: AbsenceStart) -> None:
        if not start.providers:
            self.context.report.not_done(self.tr("There are no providers yet. Add one under Providers first."))
            return
        fields = [
            Field("provider_id", self.tr("&Provider"), None, "choice", tuple((p.name, p.id) for p in start.providers)),
            Field("kind", self.tr("&What"), "absent", "choice", _KINDS),
            Field("day", self.tr("&Day"), start.today, "date"),
            Field("last", self.tr("&Last day, when it is another"), None, "maybe_date"),
            Field("start_minute", self.tr("&From"), 8 * 60, "time"),
            Field("end_minute", self.tr("&To"), 17 * 60, "time"),
            Field("label", self.tr("W&hy")),
        ]
        title, said = self.tr("Absence or extra hours"), self.tr("it was entered; booked visits stay where they are")
        FieldsDialog(self.context, self, title, fields, _call, said=said, today=lambda: start.today).open()

    def _remove(self, row: ExceptionRow) -> None:
        said = self.tr("{0} works on {1} as the week says").format(row.provider_name, format_date(row.day))
        self.context.do(self, remove_exception, row.id, then=lambda _none: self.context.report.done(said))


def _call(typed: Values) -> tuple[Any, ...]:
    kept = dict(typed)
    last = kept.pop("last")
    return add_exceptions, ExceptionInput(**kept), last or kept["day"]


def _kind(row: ExceptionRow) -> str:
    return next((word for word, kind in _KINDS if kind == row.kind), row.kind)
