"""The chart's tabs after the first: each a list of lines with the few things one does there below it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QVBoxLayout, QWidget

from psc_desk.models.payment import PaymentKind
from psc_desk.money import format_money
from psc_desk.queries.audit import AuditLine, chart_readers
from psc_desk.queries.chart import ChartRow, ChartVisitRow, NoteRow
from psc_desk.queries.coding import QuestionRow
from psc_desk.queries.coverage import CoverageRow
from psc_desk.queries.documents import DocumentRow
from psc_desk.queries.money import ChargeRow, PaymentRow
from psc_desk.queries.patients import AlertRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.ui.widgets.basic import EmptyState, button
from psc_desk.ui.widgets.chart import words
from psc_desk.ui.widgets.chart.facts import Fact, FactList
from psc_desk.ui.widgets.chart.lines import Line, LineList
from psc_desk.ui.widgets.flow import FlowLayout
from psc_desk.usecases.patients import end_alert

R = TypeVar("R")
MoneyRow = ChargeRow | PaymentRow
TalkRow = AlertRow | QuestionRow | NoteRow


class ListTab(QWidget, Generic[R]):
    """A list, what to say when it is empty, and buttons; `show_chart` fills it."""

    def __init__(
        self,
        context: Context,
        name: str,
        title: str,
        *,
        line: Callable[[R], Line],
        key: Callable[[R], Hashable],
        empty: str,
    ) -> None:
        super().__init__()
        self.context = context
        self.chart: ChartRow | None = None
        self.who: BannerData | None = None
        self.setObjectName(f"chart_{name}")
        self.setAccessibleName(title)
        self.list: LineList[R] = LineList(f"{name}_list", title, line, key)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(EmptyState(empty))
        self.top = QVBoxLayout()
        self.foot = QWidget()
        self._flow = FlowLayout()
        self._needs_row: list[QAbstractButton] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self.top)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.foot)
        around = QVBoxLayout(self.foot)
        around.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(10))
        around.addLayout(self._flow)
        self._flow.setSpacing(theme.px(6))
        self.list.chosen.connect(self.row_chosen)
        self.setFocusProxy(self.list)

    def show_chart(self, row: ChartRow) -> None:
        """Show the rows of one chart."""
        self.chart = row
        self.who = words.chart_banner(row.banner, row.today)
        self.set_rows(self.rows_of(row))

    def rows_of(self, row: ChartRow) -> Sequence[R]:
        """Return what of the chart is listed here."""
        raise NotImplementedError

    def row_chosen(self, row: R | None) -> None:
        """Enable what can be done with the chosen row."""
        for one in self._needs_row:
            one.setEnabled(row is not None)

    def set_rows(self, rows: Sequence[R]) -> None:
        """List these."""
        self.list.set_rows(rows)
        self.stack.setCurrentIndex(0 if rows else 1)
        self.row_chosen(self.list.current_row())

    def offer(self, name: str, text: str, run: Callable[[], Any], *, row: bool = False) -> QAbstractButton:
        """Put a button under the list; with `row` it works on the chosen row."""
        made = button(name, text, run)
        self._flow.addWidget(made)
        if row:
            self._needs_row.append(made)
            made.setEnabled(False)
        return made


class VisitsTab(ListTab[ChartVisitRow]):
    """Visits ahead, then those before."""

    visit_wanted = Signal(int)
    """visit id: look at the chart from this visit"""
    book_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(
            context, "visits", self.tr("Visits"), line=self._line, key=lambda row: row.visit_id,
            empty=self.tr("No visits yet. Press F3 to book the first one."),
        )  # fmt: skip
        self.offer("visit_show", self.tr("Show this visit"), self._show, row=True)
        self.offer("visit_book", self.tr("Book a visit"), self.book_wanted.emit)
        self.list.opened.connect(lambda row: self.visit_wanted.emit(row.visit_id))

    def rows_of(self, row: ChartRow) -> Sequence[ChartVisitRow]:
        """Return every visit."""
        return row.all_visits

    def _line(self, row: ChartVisitRow) -> Line:
        assert self.chart is not None
        return words.visit_line(row, self.chart.today)

    def _show(self) -> None:
        row = self.list.current_row()
        if row is not None:
            self.visit_wanted.emit(row.visit_id)


class CoverageTab(ListTab[CoverageRow]):
    """Who pays, since when."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context, "coverage", self.tr("Coverage"), line=words.coverage_line, key=lambda row: row.id,
            empty=self.tr("No coverage is known. Add the plan from the card, or self-pay."),
        )  # fmt: skip
        self.offer("coverage_add", self.tr("Add"), self.add)
        self.offer("coverage_change", self.tr("Change"), self._change, row=True)
        self.verify = self.offer("coverage_verify", self.tr("Verify"), self._verify, row=True)
        self.offer("coverage_end", self.tr("End"), self._end, row=True)
        self.offer("sliding_fee", self.tr("Sliding fee"), self._assess)
        self.list.opened.connect(lambda _row: self._change())
        self.sliding = FactList("coverage_sliding", self.tr("Sliding fee"))
        self.sliding.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        self.top.addWidget(self.sliding)

    def show_chart(self, row: ChartRow) -> None:
        """Show what the income assessment came to, too."""
        self.sliding.show_facts([words.sliding_fact(row.sliding)])
        super().show_chart(row)

    def rows_of(self, row: ChartRow) -> Sequence[CoverageRow]:
        """Return every coverage, those in force first."""
        return row.coverages

    def row_chosen(self, row: CoverageRow | None) -> None:
        """Self-pay needs no verification."""
        super().row_chosen(row)
        self.verify.setEnabled(row is not None and not row.self_pay)

    def add(self) -> None:
        """Add a coverage."""
        from psc_desk.ui.dialogs.coverage import open_coverage

        if self.who is not None:
            open_coverage(self.context, self.window(), self.who.patient_id)

    def _change(self) -> None:
        from psc_desk.ui.dialogs.coverage import open_coverage

        row = self.list.current_row()
        if row is not None:
            open_coverage(self.context, self.window(), row.patient_id, row.id)

    def _assess(self) -> None:
        from psc_desk.ui.dialogs.assessment import open_assessment

        if self.who is not None:
            open_assessment(self.context, self.window(), self.who.patient_id)

    def _verify(self) -> None:
        from psc_desk.ui.dialogs.coverage import open_verify_coverage

        row = self.list.current_row()
        if row is not None and self.who is not None:
            open_verify_coverage(self.context, self.window(), self.who, row)

    def _end(self) -> None:
        from psc_desk.ui.dialogs.coverage import open_end_coverage

        row = self.list.current_row()
        if row is not None and self.who is not None:
            open_end_coverage(self.context, self.window(), self.who, row)


class MoneyTab(ListTab[MoneyRow]):
    """Sums, then charges and receipts, newest first."""

    pay_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(
            context, "money", self.tr("Money"), line=self._line, key=self._key,
            empty=self.tr("No charges and no payments yet. F5 takes a payment."),
        )  # fmt: skip
        self.sums = FactList("money_sums", self.tr("Account"))
        self.sums.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        self.top.addWidget(self.sums)
        self.offer("money_pay", self.tr("Take a payment"), self.pay_wanted.emit)
        self.offer("money_plan", self.tr("Payment plan"), self._plan)
        self.offer("money_estimate", self.tr("Cost estimate"), self._estimate)
        self.adjust = self.offer("money_adjust", self.tr("Adjust charge"), self._adjust)
        self.refund = self.offer("money_refund", self.tr("Refund"), lambda: self._reverse(void=False))
        self.void = self.offer("money_void", self.tr("Void"), lambda: self._reverse(void=True))

    def show_chart(self, row: ChartRow) -> None:
        """Show the sums, too."""
        account = row.account
        facts = [Fact(self.tr("Balance"), words.owed_words(account.balance_cents), strong=True)]
        if account.unapplied_cents:
            facts.append(Fact(self.tr("Open charges"), format_money(account.open_charges_cents)))
            facts.append(Fact(self.tr("Credit not yet applied"), format_money(account.unapplied_cents)))
        facts += [words.plan_fact(plan) for plan in row.plans]
        self.sums.show_facts(facts)
        super().show_chart(row)

    def rows_of(self, row: ChartRow) -> Sequence[MoneyRow]:
        """Return charges and payments together."""
        both: list[MoneyRow] = [*row.account.payments, *row.account.charges]
        return sorted(both, key=_day_of, reverse=True)

    def row_chosen(self, row: MoneyRow | None) -> None:
        """Only a payment that stands can be given back."""
        stands = isinstance(row, PaymentRow) and row.refundable_cents > 0
        self.adjust.setEnabled(isinstance(row, ChargeRow) and row.limit_cents > 0)
        self.refund.setEnabled(stands)
        self.void.setEnabled(stands)

    def _line(self, row: MoneyRow) -> Line:
        return words.payment_line(row) if isinstance(row, PaymentRow) else words.charge_line(row)

    def _key(self, row: MoneyRow) -> Hashable:
        return ("p", row.payment_id) if isinstance(row, PaymentRow) else ("c", row.charge_id)

    def _plan(self) -> None:
        from psc_desk.ui.dialogs.plan import open_plan

        if self.who is not None:
            open_plan(self.context, self.window(), self.who.patient_id)

    def _estimate(self) -> None:
        from psc_desk.ui.dialogs.estimate import open_ask_estimate

        if self.who is not None:
            open_ask_estimate(self.context, self.window(), self.who.patient_id)

    def _adjust(self) -> None:
        from psc_desk.ui.dialogs.adjust import open_adjust

        row = self.list.current_row()
        if isinstance(row, ChargeRow) and self.chart is not None:
            open_adjust(self.context, self.window(), self.chart.banner.patient_id, row.charge_id)

    def _reverse(self, *, void: bool) -> None:
        from psc_desk.ui.dialogs.refund import open_refund, open_void

        row = self.list.current_row()
        if isinstance(row, PaymentRow) and row.kind is PaymentKind.SALE and not void:
            from psc_desk.ui.dialogs.sale import open_return

            open_return(self.context, self.window(), row.payment_id)
        elif isinstance(row, PaymentRow):
            (open_void if void else open_refund)(self.context, self.window(), row.payment_id)


class PapersTab(ListTab[DocumentRow]):
    """Filed papers."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context, "papers", self.tr("Papers"), line=words.document_line, key=lambda row: row.id,
            empty=self.tr("No papers yet. Attach the insurance card, a letter or a consent."),
        )  # fmt: skip
        self.offer("paper_attach", self.tr("Attach a paper"), self.attach)
        self.offer("paper_open", self.tr("Open"), self._open, row=True)
        self.list.opened.connect(lambda _row: self._open())

    def rows_of(self, row: ChartRow) -> Sequence[DocumentRow]:
        """Return every paper, newest first."""
        return row.documents

    def attach(self) -> None:
        """File a paper."""
        from psc_desk.ui.dialogs.document import open_attach

        if self.who is not None:
            open_attach(self.context, self.window(), self.who)

    def _open(self) -> None:
        from psc_desk.ui.dialogs.document import open_paper

        row = self.list.current_row()
        if row is not None and self.who is not None:
            open_paper(self.context, self.window(), self.who, row.id)


class NotesTab(ListTab[TalkRow]):
    """Alerts in force, coding questions that wait for their answer, then notes."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context, "notes", self.tr("Notes"), line=self._line, key=_talk_key,
            empty=self.tr("No notes and no alerts. Write what the next person should know."),
        )  # fmt: skip
        self.offer("note_add", self.tr("New note"), self.add_note)
        self.offer("alert_add", self.tr("New alert"), self.add_alert)
        self.end = self.offer("alert_end", self.tr("End alert"), self._end_alert)
        self.answer = self.offer("question_answer", self.tr("Answer"), self._answer)
        self.list.opened.connect(lambda _row: self._answer())

    def rows_of(self, row: ChartRow) -> Sequence[TalkRow]:
        """Return alerts, questions, then notes."""
        return (*row.banner.alerts, *row.questions, *row.notes)

    def row_chosen(self, row: TalkRow | None) -> None:
        """Only alerts end, and only questions are answered."""
        self.end.setEnabled(isinstance(row, AlertRow))
        self.answer.setEnabled(isinstance(row, QuestionRow))

    def _line(self, row: TalkRow) -> Line:
        if isinstance(row, QuestionRow):
            assert self.chart is not None
            return words.question_line(row, self.chart.today)
        return words.alert_line(row) if isinstance(row, AlertRow) else words.note_line(row)

    def add_note(self) -> None:
        """Write a note."""
        from psc_desk.ui.dialogs.note import open_note

        if self.who is not None:
            open_note(self.context, self.window(), self.who)

    def add_alert(self) -> None:
        """Add an alert."""
        from psc_desk.ui.dialogs.alert import open_alert

        if self.who is not None:
            open_alert(self.context, self.window(), self.who)

    def _answer(self) -> None:
        from psc_desk.ui.dialogs.coding import open_answer_coding

        row = self.list.current_row()
        if isinstance(row, QuestionRow):
            open_answer_coding(self.context, self.window(), row)

    def _end_alert(self) -> None:
        row = self.list.current_row()
        if not isinstance(row, AlertRow):
            return
        said = self.tr("alert ended: {0}.").format(row.text)
        self.context.do(self, end_alert, row.id, then=lambda _none: self.context.report.done(said))


class AuditTab(ListTab[AuditLine]):
    """Who saw and changed this chart, in sentences; asked for when the tab is shown."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context, "audit", self.tr("Who saw and changed this chart"), line=words.audit_line,
            key=lambda row: row.seq, empty=self.tr("Nobody opened this chart before."),
        )  # fmt: skip
        self.foot.hide()

    def show_chart(self, row: ChartRow) -> None:
        """Ask again when it is in view."""
        if self.chart is None or self.chart.banner.patient_id != row.banner.patient_id:
            self.set_rows([])
        self.chart = row
        if self.isVisible():
            self.ask()

    def rows_of(self, row: ChartRow) -> Sequence[AuditLine]:
        """Return nothing: the sentences are asked for."""
        return ()

    def ask(self) -> None:
        """Ask for the sentences."""
        if self.chart is None:
            return
        wanted = self.chart.banner.patient_id

        def show(rows: list[AuditLine]) -> None:
            if self.chart is not None and self.chart.banner.patient_id == wanted:
                self.set_rows(rows)

        self.context.ask(self, chart_readers, wanted, then=show)


def _talk_key(row: TalkRow) -> Hashable:
    return type(row).__name__, row.question_id if isinstance(row, QuestionRow) else row.id


def _day_of(row: MoneyRow) -> Any:
    if isinstance(row, PaymentRow):
        return row.business_date, 1, row.payment_id
    return row.service_date, 0, row.charge_id
