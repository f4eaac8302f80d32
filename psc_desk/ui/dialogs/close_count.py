"""The middle of the guided close: the blind count, the difference, the float and what goes to the bank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.models.till import DENOMINATIONS
from psc_desk.money import format_money
from psc_desk.queries.float_helper import FloatPlan, change_order, plan_float
from psc_desk.ui import theme
from psc_desk.ui.dialogs.close_parts import Go, StepPage, fact, sentence, verdict
from psc_desk.ui.dialogs.count_grid import CountGrid
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.basic import button, line
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import MoneyEdit
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.usecases.closing import CloseState, choose_float, count_cash, explain_difference
from psc_desk.usecases.till import CountDone, over_short_words


class CountPage(StepPage):
    """Notes and coin, counted before anything tells what should be there."""

    STEP: ClassVar[str] = "count"

    def __init__(self) -> None:
        super().__init__(self.tr("Count without looking anything up: how many of each note and coin. Enter goes on."))
        self.again = sentence(look="warning")
        self.again.setObjectName("count_again_words")
        self.grid = CountGrid(self.tr("Cash counted"))
        self.grid.end_here()
        self.body.addWidget(self.again)
        self.body.addWidget(self.grid)
        self.body.addStretch()

    @property
    def verb(self) -> str:
        """What the primary button says."""
        return self.tr("Record the count")

    def show_state(self, state: CloseState) -> None:
        """Show what was typed when the count was left, else an empty grid: a recount is a new count."""
        super().show_state(state)
        half = state.typed("count").get("half", {})
        self.grid.set_pieces({int(piece): int(n) for piece, n in half.items()})
        moved = bool(state.pieces) and state.count is None
        self.again.setVisible(moved or state.count is not None)
        self.again.setText(
            self.tr("Cash moved since the drawer was counted. The earlier count is kept; count once more.")
            if moved
            else self.tr("This is the recount. Both counts are kept, and this one holds.")
        )

    def first_field(self) -> QWidget | None:
        """Return the piece to go on with."""
        return self.grid.next_edit()

    def typed(self) -> dict[str, Any]:
        """Return the pieces typed so far."""
        return {"half": {str(piece): n for piece, n in self.grid.pieces().items()}}

    def go(self) -> Go:
        """Record the count."""
        pieces = self.grid.pieces()
        if not pieces:
            raise InputError(self.tr("Count the drawer: type how many of each note and coin."), "pieces_10000")
        return Go(count_cash, (pieces,))


class DifferencePage(StepPage):
    """Counted against expected, and why; shown only when they differ."""

    STEP: ClassVar[str] = "difference"

    def __init__(self, why: Callable[[], Any], recount: Callable[[], Any]) -> None:
        super().__init__("")
        self.lead.hide()
        self.verdict = theme.label("", "big", bold=True, look="error")
        self.verdict.setObjectName("fact_over_short")
        names = ("expected", "counted", "checks", "cards")
        self.facts = {name: theme.label("", bold=True) for name in names}
        self.why = button("why_off", self.tr("Why is it o&ff?"), why)
        self.recount = button("recount", self.tr("Count once &more"), recount)
        self.form = Form()
        self.reason: ReasonField | None = None
        self.second = sentence(look="warning")
        self.second.setObjectName("second_person_words")
        self._build_difference()

    def show_state(self, state: CloseState) -> None:
        """Show the figures; the reason is asked with the clinic's list."""
        super().show_state(state)
        if self.reason is None:
            self.reason = ReasonField(
                self.form, state.variance_reasons, self.tr("&Reason"), self.tr("In your &words"),
                unsaid=self.tr("Choose"),
            )  # fmt: skip
            typed = state.typed("difference")
            place = self.reason.list.findData(typed.get("word") or "")
            self.reason.list.setCurrentIndex(max(0, place))
            self.reason.text.setText(str(typed.get("text") or typed.get("reason") or ""))
        if state.count is not None:
            self._show_count(state.count)

    def first_field(self) -> QWidget | None:
        """Return the list of reasons."""
        return self.reason.list if self.reason else None

    def typed(self) -> dict[str, Any]:
        """Return the reason so far."""
        if self.reason is None:
            return {}
        return {"word": self.reason.list.currentData() or "", "text": self.reason.text.text()}

    def go(self) -> Go:
        """Take the reason."""
        words = self.tr("Say in a few words why it differs.")
        if self.reason is None:
            raise InputError(words, "reason")
        return Go(explain_difference, (self.reason.sentence(words),))

    def _show_count(self, count: CountDone) -> None:
        self.verdict.setText(over_short_words(count.over_short_cents))
        two = self.tr("{0} of {1}")
        texts = {
            "expected": format_money(count.expected_cents),
            "counted": format_money(count.counted_cents),
            "checks": two.format(format_money(count.checks_cents), format_money(count.checks_expected_cents)),
            "cards": two.format(format_money(count.cards_cents), format_money(count.cards_expected_cents)),
        }
        for name, text in texts.items():
            self.facts[name].setText(text)
        theme.set_look(self.facts["checks"], verdict(count.checks_cents, count.checks_expected_cents))
        theme.set_look(self.facts["cards"], verdict(count.cards_cents, count.cards_expected_cents))
        self.recount.setVisible(count.may_recount)
        self.second.setVisible(count.needs_approval)
        self.second.setText(self.tr("A difference this large needs a second person, who signs when you close."))

    def _build_difference(self) -> None:
        titles = (
            ("expected", self.tr("Cash expected")),
            ("counted", self.tr("Cash counted")),
            ("checks", self.tr("Checks counted")),
            ("cards", self.tr("Card slips")),
        )
        self.body.addWidget(self.verdict)
        for name, title in titles:
            self.facts[name].setObjectName(f"fact_{name}")
            self.body.addLayout(fact(title, self.facts[name]))
        self.body.addWidget(line())
        across = QHBoxLayout()
        across.addWidget(self.why)
        across.addWidget(self.recount)
        across.addStretch()
        self.body.addLayout(across)
        self.body.addWidget(self.form)
        self.body.addWidget(self.second)
        self.body.addStretch()


@dataclass(frozen=True)
class PieceRow:
    """One note or coin at the close."""

    word: str
    cents: int
    counted: int
    leave: int
    bank: int
    par: int


class FloatPage(StepPage):
    """Which pieces stay, which go to the bank, which change to ask for."""

    STEP: ClassVar[str] = "float"

    def __init__(self) -> None:
        super().__init__(self.tr("Leave these pieces in the drawer; the rest goes into the bag."))
        self.form = Form()
        self.float_left = self.form.add(self.tr("&Float to leave"), MoneyEdit("float", self.tr("Float to leave")))
        self.told = sentence()
        self.told.setObjectName("float_told")
        self.table: RowsTable[PieceRow] = RowsTable(
            RowsModel(self._columns(), key=lambda row: row.cents), "float_pieces", self.tr("Pieces")
        )
        self.table.verticalHeader().setDefaultSectionSize(theme.px(24))
        self.table.setMinimumHeight(theme.px(210))
        self.to_bank = theme.label("", "big", bold=True)
        self.to_bank.setObjectName("to_bank")
        self.order = sentence()
        self.order.setObjectName("change_order")
        self.print_order = QCheckBox(self.tr("&Print the slip: what to leave, what to bank, what change to ask for"))
        self.print_order.setObjectName("print_order")
        self.print_order.setChecked(True)
        self._build_float()
        self.float_left.textChanged.connect(self._show_plan)

    def show_state(self, state: CloseState) -> None:
        """Preset the standard float, or the nearest that the pieces can make."""
        super().show_state(state)
        typed = state.typed("float")
        wanted = state.till.standard_float_cents if "cents" not in typed else int(typed["cents"])
        if typed.get("text"):
            self.float_left.setText(str(typed["text"]))
        else:
            self.float_left.set_cents(plan_float(state.pieces, wanted, state.pars).left_cents)
        self.print_order.setChecked(bool(typed.get("print_order", True)))
        self._show_plan()

    def first_field(self) -> QWidget | None:
        """Return the float."""
        return self.float_left

    def typed(self) -> dict[str, Any]:
        """Return the float as typed."""
        return {"text": self.float_left.text(), "print_order": self.print_order.isChecked()}

    def go(self) -> Go:
        """Take the float."""
        return Go(choose_float, (self.float_left.cents(),), {"print_order": self.print_order.isChecked()})

    def _show_plan(self) -> None:
        state = self.state
        if state is None or state.count is None:
            return
        try:
            wanted = self.float_left.cents_or_none() or 0
        except InputError:
            return
        plan = plan_float(state.pieces, wanted, state.pars)
        self.table.rows.set_rows(_piece_rows(state, plan))
        self.to_bank.setText(format_money(state.count.counted_cents - plan.left_cents))
        told, look = self._words(state, wanted, plan)
        self.told.setText(told)
        theme.set_look(self.told, look)
        order = change_order(plan.leave, state.pars)
        words = ", ".join(row.words for row in order)
        total = format_money(sum(row.cents for row in order))
        asked = self.tr("Ask the bank for {0} ({1}).").format(words, total)
        self.order.setText(asked if order else self.tr("There is enough change: nothing to ask the bank for."))

    def _words(self, state: CloseState, wanted: int, plan: FloatPlan) -> tuple[str, str]:
        nearest, standard = format_money(plan.left_cents), state.till.standard_float_cents
        if plan.left_cents != wanted:
            return self.tr("The pieces cannot make this. The nearest is {0}.").format(nearest), "warning"
        if wanted != standard:
            words = self.tr("The drawer's float is {0}; these pieces leave {1}.")
            return words.format(format_money(standard), nearest), "warning"
        return self.tr("Exact: the float is {0}.").format(nearest), "good"

    def _columns(self) -> list[Column[PieceRow]]:
        def number(title: str, of: Callable[[PieceRow], int], *, bold: bool = False) -> Column[PieceRow]:
            return Column(title, lambda row: str(of(row) or ""), RIGHT, sort=of, bold=bold, width=96)

        return [
            Column(self.tr("Piece"), lambda row: row.word, sort=lambda row: row.cents, bold=True, width=-1),
            number(self.tr("Counted"), lambda row: row.counted),
            number(self.tr("Leave"), lambda row: row.leave, bold=True),
            number(self.tr("Take out"), lambda row: row.bank),
            number(self.tr("Should hold"), lambda row: row.par),
        ]

    def _build_float(self) -> None:
        for widget in (self.form, self.told):
            self.body.addWidget(widget)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(fact(self.tr("Taken out for the bank"), self.to_bank))
        self.body.addWidget(self.order)
        self.body.addWidget(self.print_order)


def _piece_rows(state: CloseState, plan: FloatPlan) -> list[PieceRow]:
    rows = [
        PieceRow(
            word, cents, state.pieces.get(cents, 0), plan.leave.get(cents, 0), plan.bank.get(cents, 0),
            state.pars.get(cents, 0),
        )
        for word, cents in DENOMINATIONS
    ]  # fmt: skip
    return [row for row in rows if row.counted or row.par]
