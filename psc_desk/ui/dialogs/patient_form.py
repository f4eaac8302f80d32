"""Register a patient (search first) and change what is known about one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from psc_desk.dates import format_date, parse_date
from psc_desk.errors import DeskError, InputError, OverridableError
from psc_desk.models.patient_input import PatientInput
from psc_desk.queries.patients import FormStart, form_start, nearest_duplicates
from psc_desk.queries.search import HitRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.chart_dialog import ChartDialog
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.chart.lines import LineList
from psc_desk.ui.widgets.chart.patient_fields import PatientFields
from psc_desk.ui.widgets.chart.words import chart_banner, hit_line
from psc_desk.ui.widgets.form import Form
from psc_desk.usecases.patients import (
    change_patient,
    register_patient,
    register_patient_anyway,
    verify_demographics,
)

Then = Callable[[int], Any]
_PAUSE_MS = 120
"""Typing settles this long before likely doubles are looked up."""


def open_registration(context: Context, parent: QWidget, *, typed: str = "", then: Then | None = None) -> None:
    """Register a patient; `typed` is what was searched for. `then` hears the id, also of a chart chosen instead."""

    def show(start: FormStart) -> None:
        RegistrationDialog(context, parent, start, typed, then).open()

    context.ask(parent, form_start, then=show)


def open_patient_form(context: Context, parent: QWidget, patient_id: int, *, then: Then | None = None) -> None:
    """Change what is known about a patient; `then` hears the id."""

    def show(start: FormStart) -> None:
        PatientFormDialog(context, parent, start, then).open()

    context.ask(parent, form_start, patient_id, then=show)


class _FormDialog(ChartDialog[int]):
    """The fields in a scroll area; the field that an error names is brought into view."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        title: str,
        *,
        verb: str,
        start: FormStart,
        then: Then | None,
    ) -> None:
        who = chart_banner(start.banner, start.today) if start.banner else None
        super().__init__(context, parent, title, verb=verb, who=who, then=then)
        self.start = start
        self.fields = PatientFields(self._today)
        self.area = QScrollArea()
        self.area.setObjectName("patient_fields")
        self.area.setAccessibleName(self.tr("Fields of the patient"))
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.fields)
        self.form.hide()

    def show_error(self, error: Exception) -> None:
        """Bring the field into view."""
        super().show_error(error)
        field = self.findChild(QWidget, error.field) if isinstance(error, InputError) and error.field else None
        if field is not None and self.fields.isAncestorOf(field):
            self.area.ensureWidgetVisible(field)

    def fit(self, width: int) -> None:
        """Take the room there is, up to `width` by 760."""
        parent = self.parentWidget()
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        most = max(room.width() - theme.px(40), theme.px(720)), max(room.height() - theme.px(60), theme.px(480))
        self.resize(min(theme.px(width), most[0]), min(theme.px(760), most[1]))

    def _today(self) -> date:
        return self.start.today


class RegistrationDialog(_FormDialog):
    """At the right whoever the typing may already describe; Enter there opens that chart instead."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        start: FormStart,
        typed: str = "",
        then: Then | None = None,
    ) -> None:
        super().__init__(
            context, parent, self.tr("Register a patient"), verb=self.tr("Register"), start=start, then=then
        )
        self._asked = 0
        self._overriding: PatientInput | None = None
        self.matches: LineList[HitRow] = LineList(
            "matches", self.tr("Patients who are here already"), hit_line, lambda row: row.patient_id
        )
        self.hint = theme.label(look="secondary")
        self.anyway = Form()
        self.because = self.anyway.text(self.tr("Register &anyway, because"), "reason")
        self.because.setPlaceholderText(self.tr("twins: Ana is the sister"))
        self.anyway.hide()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build_halves()
        self._pause.timeout.connect(self._look)
        self.fields.identity_changed.connect(self._identity_changed)
        self.matches.opened.connect(self._open)
        self.fit(1080)
        self._begin(guessed(typed, start.today))

    def submit(self) -> None:
        """Register; a likely double needs a reason."""
        typed = self.fields.input()
        self.said = self.tr("{0} registered.").format(typed.called)
        if self._overriding is not None and not self.anyway.isHidden():
            self.run(self.context, register_patient_anyway, typed, self.because.text())
            return
        self.run(self.context, register_patient, typed)

    def refused(self, error: DeskError) -> bool:
        """Offer the reason for a likely double."""
        if not isinstance(error, OverridableError):
            return False
        self._overriding = self.fields.draft()
        self.anyway.show()
        self.primary.setText(self.tr("Register anyway"))
        self.show_error(error)
        self.because.setFocus(Qt.FocusReason.TabFocusReason)
        self._look()
        return True

    def _build_halves(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(theme.px(6))
        right.addWidget(theme.label(self.tr("Here already?"), bold=True))
        self.hint.setWordWrap(True)
        right.addWidget(self.hint)
        frame = QFrame()
        theme.set_look(frame, "panel")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.matches)
        right.addWidget(frame, 1)
        self.open_chart = button("open_chart", self.tr("&Open that chart"), lambda: self._open(None))
        right.addWidget(self.open_chart)
        across = QHBoxLayout()
        across.setSpacing(theme.px(16))
        across.addWidget(self.area, 5)
        across.addLayout(right, 2)
        self.body.addLayout(across, 1)
        self.body.addWidget(self.anyway)
        self.open_chart.setEnabled(False)

    def _begin(self, typed: PatientInput) -> None:
        self.fields.set_input(typed)
        self._show([])
        first = next((name for name in ("first_name", "last_name") if not getattr(typed, name)), "birth_date")
        start = self.fields.birth_date if first == "birth_date" else self.fields.edits[first]
        start.setFocus(Qt.FocusReason.TabFocusReason)
        self._look()

    def _identity_changed(self) -> None:
        if self._overriding is not None:
            self._overriding = None
            self.anyway.hide()
            self.error_line.hide()
            self.primary.setText(self.tr("Register"))
        self._pause.start()

    def _look(self) -> None:
        self._asked += 1
        number = self._asked

        def show(rows: list[HitRow]) -> None:
            if number == self._asked:
                self._show(rows)

        self.context.ask(self, nearest_duplicates, self.fields.draft(), then=show)

    def _show(self, rows: list[HitRow]) -> None:
        self.matches.set_rows(rows)
        self.open_chart.setEnabled(bool(rows))
        if rows:
            self.matches.choose(rows[0].patient_id)
            first = rows[0]
            words = self.tr("This may be {0}, born {1}, #{2}. Ask before you register.")
            self.hint.setText(words.format(first.called, format_date(first.birth_date), first.record_no))
            theme.set_look(self.hint, "warning")
            return
        draft = self.fields.draft()
        known = draft.birth_date is not None and draft.last_name
        self.hint.setText(
            self.tr("Nobody like this is here yet.")
            if known
            else self.tr("Type name and birth date: whoever may be the same person is shown here.")
        )
        theme.set_look(self.hint, "secondary")

    def _open(self, row: HitRow | None) -> None:
        chosen = row or self.matches.current_row()
        if chosen is None:
            return
        self.said = ""
        self.context.report.note(self.tr("Nobody was registered: the chart of {0} is open.").format(chosen.called))
        self.finish(chosen.patient_id)


class PatientFormDialog(_FormDialog):
    """What is known about a patient; saving says what changed and keeps what was before in the audit."""

    def __init__(self, context: Context, parent: QWidget | None, start: FormStart, then: Then | None = None) -> None:
        assert start.form is not None
        super().__init__(
            context, parent, self.tr("Change patient"), verb=self.tr("Save patient"), start=start, then=then
        )
        self._form = start.form
        self.body.addWidget(self.area, 1)
        self.verified = theme.label(look="secondary")
        self.verified.setObjectName("verified_on")
        self.read_back = button("read_back", self.tr("Read back &today"), self._read_back)
        self._build_foot()
        self.fields.set_input(start.form.input)
        self._show_verified(start.form.verified_on)
        self.fit(860)
        self.fields.edits["first_name"].setFocus(Qt.FocusReason.TabFocusReason)

    def submit(self) -> None:
        """Save it."""
        typed = self.fields.input()
        self.said = self.tr("{0} saved.").format(typed.called)
        self.run(self.context, change_patient, self._form.patient_id, typed, self._form.version)

    def finish(self, answer: Any) -> None:
        """Close with the patient's id."""
        super().finish(self._form.patient_id)

    def _build_foot(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.verified)
        foot.addWidget(self.read_back)
        foot.addStretch()
        self.body.addLayout(foot)

    def _show_verified(self, day: date | None) -> None:
        if day is None:
            self.verified.setText(self.tr("Address and phone were never read back to the patient."))
            return
        self.verified.setText(self.tr("Address and phone read back on {0}.").format(format_date(day)))

    def _read_back(self) -> None:
        self.read_back.setEnabled(False)

        def done(_none: None) -> None:
            self._show_verified(self.start.today)
            name = self._form.input.called
            self.context.report.done(self.tr("address and phone of {0} read back today.").format(name))

        self.context.do(self, verify_demographics, self._form.patient_id, then=done, failed=self._not_read_back)

    def _not_read_back(self, error: Exception) -> None:
        self.read_back.setEnabled(True)
        self.show_error(error) if isinstance(error, DeskError) else self.context.report(error)


def guessed(typed: str, today: date) -> PatientInput:
    """Return name and birth date from what was typed into a search: "Castillo, Inés 4/18/1987"."""
    born, names = None, []
    for word in typed.split():
        try:
            born = parse_date(word, today, past=True) if any(c.isdigit() for c in word) else born
        except InputError:
            continue
        if not any(c.isdigit() for c in word):
            names.append(word)
    text = re.sub(r"\s+", " ", " ".join(names))
    last, comma, first = (part.strip() for part in text.partition(","))
    if not comma:
        first, _, last = text.partition(" ")
    return PatientInput(first_name=_cased(first), last_name=_cased(last), birth_date=born)


def _cased(name: str) -> str:
    return name.title() if name.islower() else name
