"""Who pays: add or change a coverage, end it, and note that it was verified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from psc_desk.models.patient_input import format_phone
from psc_desk.queries.chart import CoverageForm, coverage_form
from psc_desk.queries.coverage import CoverageRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.chart_dialog import ChartDialog
from psc_desk.ui.rows_model import fold
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.ui.widgets.chart.words import chart_banner
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import DateEdit, MoneyEdit
from psc_desk.usecases.coverage import (
    HOW_VERIFIED,
    PLAN_KINDS,
    CoverageInput,
    add_coverage,
    change_coverage,
    end_coverage,
    verify_coverage,
)

Then = Callable[[Any], Any]


def open_coverage(
    context: Context,
    parent: QWidget,
    patient_id: int,
    coverage_id: int | None = None,
    *,
    then: Then | None = None,
) -> None:
    """Add a coverage, or change the one with `coverage_id`; `then` hears the new id (None for a change)."""

    def show(start: CoverageForm) -> None:
        CoverageDialog(context, parent, start, then).open()

    context.ask(parent, coverage_form, patient_id, coverage_id, then=show)


def open_end_coverage(
    context: Context, parent: QWidget, who: BannerData, row: CoverageRow, *, then: Then | None = None
) -> EndCoverageDialog:
    """Ask for the last day of a coverage."""
    dialog = EndCoverageDialog(context, parent, who, row, then)
    dialog.open()
    return dialog


def open_verify_coverage(
    context: Context, parent: QWidget, who: BannerData, row: CoverageRow, *, then: Then | None = None
) -> VerifyCoverageDialog:
    """Ask how a coverage was verified today."""
    dialog = VerifyCoverageDialog(context, parent, who, row, then)
    dialog.open()
    return dialog


class CoverageDialog(ChartDialog[Any]):
    """Payer and plan, whose it is, from when to when, and the co-pay. Without a payer it is self-pay."""

    def __init__(self, context: Context, parent: QWidget | None, start: CoverageForm, then: Then | None = None) -> None:
        title = self.tr("Change coverage") if start.row else self.tr("Add coverage")
        who = chart_banner(start.banner, start.today)
        verb = self.tr("Save coverage") if start.row else self.tr("Add coverage")
        super().__init__(context, parent, title, verb=verb, who=who, then=then)
        self._start = start
        self.left, self.right = Form(), Form()
        self._build_columns()
        self._build_plan()
        self._build_dates()
        self._build_subscriber()
        self._fill(start.row)
        self.payer.currentTextChanged.connect(lambda _text: self._payer_changed())
        self.relation.currentIndexChanged.connect(lambda _row: self._relation_changed())
        self._payer_changed()
        self._relation_changed()
        self.payer.setFocus(Qt.FocusReason.TabFocusReason)

    def value(self) -> CoverageInput:
        """Return what was typed."""
        return CoverageInput(
            effective_on=self.effective_on.day(),
            payer=self.payer.currentText(),
            plan=self.plan.currentText(),
            plan_kind=self.plan_kind.currentText(),
            payer_phone=self.payer_phone.text(),
            position=self.position.currentData(),
            member_id=self.member_id.text(),
            group_no=self.group_no.text(),
            subscriber_name=self.subscriber_name.text(),
            subscriber_birth_date=self.subscriber_birth_date.day_or_none(),
            relation=self.relation.currentData(),
            copay_cents=self.copay_cents.cents_or_none() or 0,
            cost_share_forbidden=self.qmb.isChecked(),
            ends_on=self.ends_on.day_or_none(),
        )

    def submit(self) -> None:
        """Save it."""
        typed = self.value()
        typed.check(self._start.today)
        title = self.tr("self-pay") if typed.self_pay else f"{typed.payer.strip()} {typed.plan.strip()}"
        name = self._start.banner.called
        row = self._start.row
        if row is None:
            self.said = self.tr("{0} added for {1}.").format(title, name)
            self.run(self.context, add_coverage, self._start.banner.patient_id, typed)
            return
        self.said = self.tr("coverage {0} of {1} saved.").format(title, name)
        self.run(self.context, change_coverage, row.id, typed, row.version)

    def _build_columns(self) -> None:
        across = QHBoxLayout()
        across.setSpacing(theme.px(24))
        across.addWidget(self.left, 1, Qt.AlignmentFlag.AlignTop)
        across.addWidget(self.right, 1, Qt.AlignmentFlag.AlignTop)
        self.form.hide()
        self.body.addLayout(across)
        self.setMinimumWidth(theme.px(760))

    def _build_plan(self) -> None:
        self.payer = self.left.add(self.tr("&Payer"), _editable(), "payer")
        self.plan = self.left.add(self.tr("P&lan"), _editable(), "plan")
        kinds: list[tuple[str, object]] = [(kind, kind) for kind in PLAN_KINDS]
        self.plan_kind = self.left.choice(self.tr("&Kind"), "plan_kind", kinds, "PPO")
        self.member_id = self.left.text(self.tr("&Member ID"), "member_id")
        self.group_no = self.left.text(self.tr("&Group"), "group_no")
        self.payer_phone = self.left.text(self.tr("Payer p&hone"), "payer_phone")
        self.payer.addItem("")
        for name in dict.fromkeys(row.payer for row in self._start.plans):
            self.payer.addItem(name)
        line = self.payer.lineEdit()
        assert line is not None
        line.setPlaceholderText(self.tr("empty: self-pay"))

    def _build_dates(self) -> None:
        places: list[tuple[str, object]] = [
            (self.tr("Primary"), 1), (self.tr("Secondary"), 2), (self.tr("Tertiary"), 3),
        ]  # fmt: skip
        self.position = self.right.choice(self.tr("Pl&ace"), "position", places, 1)
        began = DateEdit("effective_on", self.tr("First day"), self._today)
        self.effective_on = self.right.add(self.tr("&From"), began)
        self.ends_on = self.right.add(self.tr("&To"), DateEdit("ends_on", self.tr("Last day"), self._today))
        self.ends_on.setPlaceholderText(self.tr("empty: still in force"))
        self.copay_cents = self.right.add(self.tr("&Co-pay"), MoneyEdit("copay_cents", self.tr("Co-pay")))
        self.qmb = QCheckBox(self.tr("&No cost share may be asked (QMB)"))
        self.qmb.setObjectName("cost_share_forbidden")
        self.qmb.setToolTip(self.tr("Qualified Medicare Beneficiary: federal law forbids asking for a co-pay."))
        self.right.wide(self.qmb)

    def _build_subscriber(self) -> None:
        whose: list[tuple[str, object]] = [
            (self.tr("the patient"), "self"), (self.tr("spouse"), "spouse"), (self.tr("parent (patient is the child)"),
            "child"), (self.tr("someone else"), "other"),
        ]  # fmt: skip
        self.relation = self.right.choice(self.tr("&Whose plan"), "relation", whose, "self")
        self.subscriber_name = self.right.text(self.tr("&Subscriber"), "subscriber_name")
        born = DateEdit("subscriber_birth_date", self.tr("Birth date of the subscriber"), self._today, past=True)
        self.subscriber_birth_date = self.right.add(self.tr("&Born"), born)

    def _fill(self, row: CoverageRow | None) -> None:
        if row is None:
            self.effective_on.set_day(date(self._start.today.year, 1, 1))
            return
        self.payer.setCurrentText(row.payer)
        self._show_plans()
        self.plan.setCurrentText(row.plan)
        self.plan_kind.setCurrentText(row.plan_kind or "PPO")
        for edit, text in (
            (self.member_id, row.member_id), (self.group_no, row.group_no), (self.payer_phone, row.payer_phone),
            (self.subscriber_name, row.subscriber_name),
        ):  # fmt: skip
            edit.setText(text)
        self.position.setCurrentIndex(row.position - 1)
        self.relation.setCurrentIndex(max(self.relation.findData(row.relation), 0))
        self.subscriber_birth_date.set_day(row.subscriber_birth_date)
        self.effective_on.set_day(row.effective_on)
        self.ends_on.set_day(row.ends_on)
        self.copay_cents.set_cents(row.copay_cents or None)
        self.qmb.setChecked(row.cost_share_forbidden)

    def _payer_changed(self) -> None:
        insured = bool(self.payer.currentText().strip())
        for field in (self.plan, self.plan_kind, self.member_id, self.group_no, self.payer_phone, self.copay_cents):
            field.setEnabled(insured)
        self.relation.setEnabled(insured)
        self.qmb.setEnabled(insured)
        self._show_plans()
        self._relation_changed()

    def _show_plans(self) -> None:
        payer, typed = fold(self.payer.currentText().strip()), self.plan.currentText()
        names = dict.fromkeys(row.plan for row in self._start.plans if fold(row.payer) == payer)
        if [self.plan.itemText(n) for n in range(self.plan.count())] == list(names):
            return
        self.plan.clear()
        self.plan.addItems(list(names))
        self.plan.setCurrentText(typed or next(iter(names), ""))

    def _relation_changed(self) -> None:
        other = self.relation.isEnabled() and self.relation.currentData() != "self"
        self.subscriber_name.setEnabled(other)
        self.subscriber_birth_date.setEnabled(other)

    def _today(self) -> date:
        return self._start.today


class EndCoverageDialog(ChartDialog[None]):
    """The last day in force, and why."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        who: BannerData,
        row: CoverageRow,
        then: Then | None = None,
    ) -> None:
        title = self.tr("End coverage")
        super().__init__(context, parent, title, verb=self.tr("End coverage"), who=who, then=then)
        self._who, self._row = who, row
        self.form.wide(theme.label(self.tr("{0} · member {1}").format(row.title, row.member_id or "-"), bold=True))
        self.ends_on = self.form.add(self.tr("&Last day"), DateEdit("ends_on", self.tr("Last day"), self._today))
        self.ends_on.set_day(who.today)
        self.reason = self.form.text(self.tr("&Reason"), "reason")
        self.reason.setPlaceholderText(self.tr("new employer"))

    def submit(self) -> None:
        """Save it."""
        day = self.ends_on.day()
        self.said = self.tr("{0} of {1} ends on {2}.").format(self._row.title, self._who.name, self.ends_on.text())
        self.run(self.context, end_coverage, self._row.id, day, self.reason.text().strip())

    def _today(self) -> date:
        return self._who.today


class VerifyCoverageDialog(ChartDialog[None]):
    """How the benefits were verified today."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        who: BannerData,
        row: CoverageRow,
        then: Then | None = None,
    ) -> None:
        title = self.tr("Verify coverage")
        super().__init__(context, parent, title, verb=self.tr("Verified today"), who=who, then=then)
        self._who, self._row = who, row
        words = theme.label(
            " · ".join(
                filter(None, [row.title, self.tr("member {0}").format(row.member_id), format_phone(row.payer_phone)])
            )
        )
        words.setWordWrap(True)
        self.form.wide(words)
        named = {
            "phone": self.tr("Called the payer"), "portal": self.tr("Looked at the payer's portal"),
            "card": self.tr("Saw the card"), "electronic": self.tr("Electronic eligibility answer"),
            "patient": self.tr("Asked the patient"),
        }  # fmt: skip
        choices: list[tuple[str, object]] = [(named[how], how) for how in HOW_VERIFIED]
        self.how = self.form.choice(self.tr("&How"), "how", choices, row.verified_how or "phone")

    def submit(self) -> None:
        """Save it."""
        self.said = self.tr("{0} of {1} is verified today.").format(self._row.title, self._who.name)
        self.run(self.context, verify_coverage, self._row.id, self.how.currentData())


def _editable() -> QComboBox:
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return box
