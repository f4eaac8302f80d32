"""The audit: who read and changed what, by day, person and patient; and the trail of a day on paper."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from psc_desk.dates import format_date, format_moment
from psc_desk.errors import DeskError
from psc_desk.papers.audit_trail import audit_trail_pdf
from psc_desk.queries.audit import AuditFilters, AuditLine
from psc_desk.queries.audit_trail import audit_trail_data, patient_by_record
from psc_desk.queries.staff import PersonRow, people
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.print_preview import open_print
from psc_desk.ui.rows_model import Column
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.inputs import DateEdit, TypedEdit
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.audit import begin_audit_trail, look_at_audit
from psc_desk.work import Read


def _begin(read: Read) -> tuple[list[PersonRow], date]:
    return people(read, ended=True), read.today


class AuditSection(QWidget):
    """Filters above, sentences below, 100 at a time."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._today, self._page = date.min, 0
        self._rows: list[AuditLine] = []
        self.first = DateEdit("audit_first", self.tr("First day"), lambda: self._today)
        self.last = DateEdit("audit_last", self.tr("Last day"), lambda: self._today)
        self.person = QComboBox()
        self.person.setObjectName("audit_person")
        self.patient = TypedEdit("audit_patient", self.tr("Record number of a patient"))
        self.words = TypedEdit("audit_words", self.tr("Words in the sentence"))
        self.list = self._list()
        self.patient_wanted = self.list.patient_wanted
        self._build()

    def reload(self) -> None:
        """Ask who can be chosen, once; a search is a person's decision and is told to the audit."""
        if self._today == date.min:
            self.context.ask(self, _begin, then=self._fill)

    def search(self) -> None:
        """Show the newest lines that fit."""
        self._page, self._rows = 0, []
        typed = self.patient.text().strip().lstrip("#")
        if typed:
            self.context.ask(self, patient_by_record, typed, then=self._search_for)
        else:
            self._search_for(None)

    def more(self) -> None:
        """Show a hundred lines more."""
        self._page += 1
        self.context.do(self, look_at_audit, self._filters, self._page, then=self._add)

    def make_trail(self) -> None:
        """Make the paper of the first day; the chain is verified in the lane for long work."""
        try:
            day = self.first.day()
        except DeskError as error:
            self.context.report(error)
            return
        self.context.do(self, begin_audit_trail, day, then=lambda _none: self._read_trail(day))

    def _read_trail(self, day: date) -> None:
        title = self.tr("Audit trail of {0}").format(format_date(day))
        make = partial(_trail, self.context, day)
        show = partial(open_print, self.context, self, title=title, kind="audit_trail")
        self.context.run(self, "reports", make, then=show)

    def _search_for(self, patient_id: int | None) -> None:
        try:
            first, last = self.first.day_or_none(), self.last.day_or_none()
        except DeskError as error:
            self.context.report(error)
            return
        self._filters = AuditFilters(
            first, last, self.person.currentData(), patient_id, words=self.words.text().strip()
        )
        self.context.do(self, look_at_audit, self._filters, then=self._add)

    def _add(self, rows: list[AuditLine]) -> None:
        self._rows = [*self._rows, *rows]
        self.list.show_rows(self._rows)
        self.list.buttons["audit_more"].setEnabled(len(rows) == 100)
        if not self._rows:
            self.context.report.note(self.tr("Nothing in the audit fits. Choose other days or fewer words."))

    def _fill(self, begin: tuple[list[PersonRow], date]) -> None:
        rows, self._today = begin
        self.person.addItem(self.tr("Everyone"), None)
        for row in rows:
            self.person.addItem(row.name, row.id)
        self.first.set_day(self._today)
        self.last.set_day(self._today)

    def _list(self) -> ListTab[AuditLine]:
        made = ListTab[AuditLine](
            self.context,
            [
                Column(self.tr("Row"), lambda row: str(row.seq), sort=lambda row: row.seq, width=64),
                Column(self.tr("When"), _when, sort=lambda row: row.seq, width=160),
                Column(self.tr("What"), lambda row: row.sentence, tooltip=_all, width=-1),
                Column(self.tr("Reason"), lambda row: row.reason, tooltip=lambda row: row.reason, width=170),
            ],
            lambda row: row.seq,
            name="audit_rows",
            words=self.tr("The audit"),
            ask=lambda _read: (),
            empty=self.tr("Choose days, a person, a patient or words, then press Search."),
            actions=[RowAction("audit_patient_open", self.tr("Show patient"), self._show, _of_patient)],
        )
        made.add_button("audit_trail", self.tr("Audit trail of the first day ..."), self.make_trail)
        made.add_button("audit_more", self.tr("Show more"), self.more).setEnabled(False)
        return made

    def _show(self, row: AuditLine) -> None:
        if row.patient_id is not None:
            self.list.patient_wanted.emit(row.patient_id)

    def _build(self) -> None:
        edge = theme.px(14)
        fields = QHBoxLayout()
        fields.setContentsMargins(edge, theme.px(10), edge, 0)
        fields.setSpacing(theme.px(10))
        named: tuple[tuple[str, QWidget, int], ...] = (
            (self.tr("&From"), self.first, 2), (self.tr("&To"), self.last, 2), (self.tr("&Person"), self.person, 3),
            (self.tr("Patient's record &no."), self.patient, 2), (self.tr("&Words"), self.words, 4),
        )  # fmt: skip
        for words, field, share in named:
            column = QVBoxLayout()
            label = theme.label(words, "small", look="secondary")
            label.setBuddy(field)
            if not field.accessibleName():
                field.setAccessibleName(words.replace("&", ""))
            column.addWidget(label)
            column.addWidget(field)
            fields.addLayout(column, share)
            if isinstance(field, QLineEdit):
                field.returnPressed.connect(self.search)
        search = QVBoxLayout()
        search.addStretch()
        search.addWidget(button("audit_search", self.tr("&Search"), self.search, look="primary"))
        fields.addLayout(search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(fields)
        layout.addWidget(self.list, 1)


def _trail(context: Context, day: date) -> bytes:
    return audit_trail_pdf(context.desk.ask(audit_trail_data, day))


def _when(row: AuditLine) -> str:
    return format_moment(row.at)


def _all(row: AuditLine) -> str:
    changes = [f"{field}: {before or 'nothing'} → {after or 'nothing'}" for field, before, after in row.data]
    return "\n".join([row.sentence, *changes])


def _of_patient(row: AuditLine) -> bool:
    return row.patient_id is not None
