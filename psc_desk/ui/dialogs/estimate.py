"""Good-faith estimates: a patient asks what it costs, an estimate is given, or is not owed after all."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.money import format_money
from psc_desk.queries.estimates import AskForm, EstimateForm, EstimateRow, ask_form, estimate_form
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import ReasonDialog
from psc_desk.ui.dialogs.document import open_paper
from psc_desk.ui.dialogs.estimate_lines import EstimateLines
from psc_desk.ui.dialogs.posting import PostingDialog, banner_of
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import DateEdit
from psc_desk.usecases.estimates import (
    HOW_GIVEN,
    EstimateDone,
    EstimateInput,
    ask_estimate,
    give_estimate,
    withdraw_estimate,
)

translate = QCoreApplication.translate


def open_ask_estimate(context: Context, parent: QWidget, patient_id: int) -> None:
    """Note what a patient asks a price for, then go on to the estimate."""

    def show(form: AskForm) -> None:
        AskDialog(context, parent, form).open()

    context.ask(parent, ask_form, patient_id, then=show)


def open_estimate(context: Context, parent: QWidget, request_id: int) -> None:
    """Open the form of a new version."""

    def show(form: EstimateForm) -> None:
        EstimateDialog(context, parent, form).open()

    context.ask(parent, estimate_form, request_id, then=show)


def ask_withdraw(context: Context, parent: QWidget, row: EstimateRow) -> None:
    """Ask why no estimate is owed, and note it."""
    question = translate("Estimates", "Why is no estimate owed to {0}?").format(row.patient)
    reasons = [
        ("covered", translate("Estimates", "Insurance will be used")),
        ("no_more", translate("Estimates", "The patient asks no more")),
        ("other", translate("Estimates", "Other")),
    ]
    answer = ReasonDialog.ask(
        parent,
        translate("Estimates", "No estimate owed"),
        question,
        reasons=reasons,
        verb=translate("Estimates", "Not owed"),
    )
    if answer is not None:
        said = translate("Estimates", "no estimate is owed to {0}").format(row.patient)
        context.do(
            parent, withdraw_estimate, row.request_id, answer.sentence, then=lambda _none: context.report.done(said)
        )


class AskDialog(PostingDialog[int]):
    """A booked visit, a type of visit, or words."""

    def __init__(self, context: Context, parent: QWidget | None, form: AskForm) -> None:
        super().__init__(context, parent, "Cost estimate", verb="Go on to the estimate", who=form.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Cost estimate"))
        self.facts, self.window_below = form, parent
        words = theme.label(
            self.tr("Whoever asks what it costs gets a good-faith estimate within three business days."),
            look="secondary",
        )
        words.setWordWrap(True)
        self.form.wide(words)
        visits: list[tuple[str, object]] = [(title, visit_id) for visit_id, title in form.visits]
        kinds: list[tuple[str, object]] = [(kind.name, kind.name) for kind in form.types]
        choices = [*visits, *kinds, (self.tr("Something else"), "")]
        self.what = self.form.choice(self.tr("&For"), "visit", choices)
        self.service = self.form.text(self.tr("In &words"), "service")
        self.what.currentIndexChanged.connect(self._follow)
        self._follow()

    def submit(self) -> None:
        """Note the request and open the estimate."""
        chosen = self.what.currentData()
        visit_id = chosen if isinstance(chosen, int) else None
        service = "" if visit_id is not None else str(chosen) or self.service.text()
        self.post(ask_estimate, self.facts.who.patient_id, visit_id=visit_id, service=service, then=self._asked)

    def value(self) -> int:
        """Return the request (see `submit`)."""
        assert self.answer is not None
        return self.answer

    def _asked(self, request_id: int) -> None:
        below = self.window_below
        self.finish(request_id)
        if below is not None:
            open_estimate(self.context, below, request_id)

    def _follow(self, *_args: object) -> None:
        self.service.setEnabled(self.what.currentData() == "")


class EstimateDialog(PostingDialog[EstimateDone]):
    """The lines expected, who provides them and when; its paper is filed and shown."""

    def __init__(self, context: Context, parent: QWidget | None, form: EstimateForm) -> None:
        super().__init__(context, parent, "Good-faith estimate", verb="Give the estimate", who=form.who)
        self.setWindowTitle("PSC Desk - " + self.tr("Good-faith estimate"))
        self.facts, self.window_below = form, parent
        self.lines = EstimateLines(form.fees)
        self.service_on = DateEdit("service_on", self.tr("Date of service"), lambda: form.who.today)
        self.separately = QPlainTextEdit(form.separately)
        self.total = theme.label("", "big", bold=True)
        self._build_facts()
        self._build_lines()
        self._build_rest()
        self.lines.changed.connect(self._follow)
        self.lines.show_lines(form.lines)
        self._follow()
        self.resize(theme.px(900), theme.px(600))

    def submit(self) -> None:
        """Give it: the paper is filed, then shown to print or send."""
        provider = self.provider.currentData()
        if provider is None:
            raise InputError(self.tr("Choose who provides it."), "provider")
        version = EstimateInput(
            self.key, self.facts.row.request_id, int(provider), self.service_on.day_or_none(), self.lines.inputs(),
            str(self.given_how.currentData()), self.separately.toPlainText(), bool(self.facts.discount),
        )  # fmt: skip
        self.post(give_estimate, version, then=self._given)

    def value(self) -> EstimateDone:
        """Return what was given (see `submit`)."""
        assert self.answer is not None
        return self.answer

    def _given(self, done: EstimateDone) -> None:
        who, below = self.facts.who, self.window_below
        words = self.tr("the estimate of {0} for {1} is in the chart")
        self.context.report.done(words.format(format_money(done.total_cents), who.name))
        self.finish(done)
        if below is not None:
            open_paper(self.context, below, banner_of(who), done.document_id)

    def _follow(self) -> None:
        self.total.setText(self.tr("Expected in all {0}").format(format_money(self.lines.total())))

    def _build_facts(self) -> None:
        row = self.facts.row
        due = self.tr("{0} · owed by {1} · version {2}").format(
            row.service or self.tr("Service"), format_date(row.due_on), row.version + 1
        )
        self.form.wide(theme.label(due, bold=True))
        people: list[tuple[str, object]] = [(one.name, one.id) for one in self.facts.providers]
        if self.facts.provider_id is None:
            people.insert(0, (self.tr("Choose"), None))
        self.provider = self.form.choice(self.tr("&Provider"), "provider", people, self.facts.provider_id)
        self.service_on.setPlaceholderText(self.tr("not scheduled yet"))
        self.form.add(self.tr("&Date of service"), self.service_on, "service_on")
        self.service_on.set_day(row.service_on)
        if row.visit_id is not None:
            self.provider.setEnabled(False)
            self.service_on.setEnabled(False)

    def _build_lines(self) -> None:
        room = QScrollArea()
        room.setObjectName("estimate_lines")
        room.setAccessibleName(self.tr("Expected items and services"))
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.setWidgetResizable(True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addWidget(self.lines)
        column.addStretch()
        room.setWidget(inside)
        theme.set_look(room, "bare")
        self.body.addWidget(room, 1)
        for sentence in self._notes():
            note = theme.label(sentence, "small", look="secondary")
            note.setWordWrap(True)
            self.body.addWidget(note)

    def _notes(self) -> list[str]:
        without = [one.name for one in self.facts.providers if one.id == self.facts.provider_id and not one.npi]
        lacking = [*self.facts.missing, *(self.tr("the NPI of {0}").format(name) for name in without)]
        words = self.tr("The paper should name {0}: add it in Settings.")
        lacks = [words.format(self.tr(" and ").join(lacking))] if lacking else []
        return [*filter(None, [self.facts.discount]), *lacks]

    def _build_rest(self) -> None:
        form = Form()
        self.separately.setTabChangesFocus(True)
        self.separately.setFixedHeight(theme.px(54))
        self.separately.setPlaceholderText(self.tr("a line each, such as: MRI at the imaging center"))
        form.add(self.tr("&Scheduled separately"), self.separately, "separately")
        ways: list[tuple[str, object]] = [(word, word) for word in HOW_GIVEN]
        self.given_how = form.choice(self.tr("Given &how"), "given_how", ways)
        self.total.setObjectName("estimate_total")
        across = QHBoxLayout()
        across.addWidget(form, 1)
        across.addWidget(self.total, 0, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(across)
