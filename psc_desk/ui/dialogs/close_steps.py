"""The first steps of the guided close: open items, the card batch, the checks."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from psc_desk.errors import InputError
from psc_desk.money import format_money, plain_money
from psc_desk.queries.closing import CardTaken, CheckInDrawer, OpenItem
from psc_desk.ui import theme
from psc_desk.ui.dialogs.close_parts import Go, StepPage, sentence
from psc_desk.ui.dialogs.count_grid import OnwardEdit, PiecesEdit
from psc_desk.ui.rows_model import RIGHT, Column, RowsModel
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import MoneyEdit, TypedEdit
from psc_desk.ui.widgets.table import RowsTable
from psc_desk.ui.widgets.tick_table import TickTable
from psc_desk.usecases.closing import (
    ChecksInput,
    CloseState,
    check_difference,
    compare_checks,
    pass_open_items,
    type_card_batch,
)

_NAMED = 5


class ItemsPage(StepPage):
    """What is not finished: what blocks, and what may be left with a reason."""

    STEP: ClassVar[str] = "items"

    def __init__(self) -> None:
        super().__init__(self.tr("The drawer takes money until this step is passed. Put right what you can first."))
        self.reasons: dict[str, TypedEdit] = {}
        self._fields: dict[str, TypedEdit] = {}
        self._boxes: list[QWidget] = []
        self.body.addStretch()

    def show_state(self, state: CloseState) -> None:
        """Show the items afresh; reasons typed before stay where the item is the same."""
        before = {**state.typed("items").get("reasons", {}), **self.typed()["reasons"]}
        super().show_state(state)
        for box in self._boxes:
            box.setParent(None)
            box.deleteLater()
        self._boxes, self.reasons, self._fields = [], {}, {}
        for place, item in enumerate(state.items):
            box = self._build_item(item, str(before.get(item.key, "")))
            self._boxes.append(box)
            self.body.insertWidget(1 + place, box)

    def first_field(self) -> QWidget | None:
        """Return the first reason that is missing."""
        return next((field for field in self._fields.values() if not field.text().strip()), None)

    def typed(self) -> dict[str, Any]:
        """Return the reasons by item."""
        return {"reasons": {key: field.text() for key, field in self.reasons.items() if field.text().strip()}}

    def go(self) -> Go:
        """Begin the count."""
        return Go(pass_open_items, (self.typed()["reasons"],))

    def _build_item(self, item: OpenItem, reason: str) -> QWidget:
        box = QFrame()
        theme.set_look(box, "panel")
        inside = QVBoxLayout(box)
        sign = "✕" if item.blocking else "▲"
        title = sentence(f"{sign} {item.title}", "error" if item.blocking else "warning", bold=True)
        title.setObjectName(f"item_{item.kind}")
        inside.addWidget(title)
        more = len(item.details) - _NAMED
        named = " · ".join(item.details[:_NAMED]) + (self.tr(" · and {0} more").format(more) if more > 0 else "")
        inside.addWidget(sentence(named))
        inside.addWidget(sentence(item.what_to_do, "secondary", size="small"))
        if not item.blocking:
            words = self.tr("Why you leave it: {0}").format(item.title)
            field = TypedEdit(f"reason_{item.kind}", words)
            field.setPlaceholderText(self.tr("Put it right, or say why you leave it"))
            field.setText(reason)
            inside.addWidget(field)
            self.reasons[item.key] = self._fields[item.kind] = field
        return box


class CardsPage(StepPage):
    """The terminal's batch, typed blind; a difference shows the card payments to compare."""

    STEP: ClassVar[str] = "cards"

    def __init__(self) -> None:
        super().__init__(
            self.tr("Settle the terminal and type what its paper says. The desk's own total shows only afterwards.")
        )
        self.form = Form()
        self.batch = self.form.add(self.tr("&Batch number"), OnwardEdit("batch_no", self.tr("Batch number")))
        self.total = self.form.add(
            self.tr("Terminal's &total"), MoneyEdit("terminal_total", self.tr("Total of the terminal"))
        )
        self.batch.onward.connect(self.total.setFocus)
        self.outcome = sentence()
        self.outcome.setObjectName("cards_outcome")
        self.table: RowsTable[CardTaken] = RowsTable(
            RowsModel(_card_columns(self), key=lambda row: row.tender_id), "cards_taken", self.tr("Card payments")
        )
        self.table.setMinimumHeight(theme.px(170))
        self.why = Form()
        self.reason = self.why.add(self.tr("&Why they differ"), TypedEdit("batch_reason", self.tr("Why they differ")))
        for widget in (self.form, self.outcome, self.table, self.why):
            self.body.addWidget(widget)
        self.body.addStretch()

    def show_state(self, state: CloseState) -> None:
        """Show the comparison once the total was typed."""
        super().show_state(state)
        typed, cards = state.typed("cards"), state.cards
        self.batch.is_last = not state.till.card_count
        self.batch.setText(str(typed.get("batch_no", "")))
        if "total_text" in typed or not cards:
            self.total.setText(str(typed.get("total_text", "")))
        else:
            self.total.set_cents(cards.terminal_cents)
        self.reason.setText(str(typed.get("reason", "")))
        differs = cards is not None and cards.difference_cents != 0
        for widget in (self.outcome, self.table, self.why):
            widget.setVisible(differs)
        if cards is None or not differs:
            return
        self.table.rows.set_rows(cards.taken)
        more = self.tr("more") if cards.difference_cents > 0 else self.tr("less")
        words = self.tr(
            "The terminal has {0} {1} than the desk recorded ({2}). Compare each payment with the terminal's list, "
            "correct the total, or say why."
        )
        amount = format_money(abs(cards.difference_cents))
        self.outcome.setText(words.format(amount, more, format_money(cards.expected_cents)))
        theme.set_look(self.outcome, "error")

    def first_field(self) -> QWidget | None:
        """Return the batch number, or where the difference is explained."""
        return self.reason if self.why.isVisibleTo(self) else self.batch

    def typed(self) -> dict[str, Any]:
        """Return the fields as they stand."""
        return {"batch_no": self.batch.text(), "total_text": self.total.text(), "reason": self.reason.text()}

    def go(self) -> Go:
        """Compare."""
        reason = self.reason.text() if self.why.isVisibleTo(self) else ""
        cents = self.total.cents_or_none()
        if cents is None and self.state is not None and self.state.till.card_count:
            raise InputError(self.tr("Type the total of the terminal's paper, also when it is 0.00."), "terminal_total")
        return Go(type_card_batch, (self.batch.text(), cents or 0), {"reason": reason})


class ChecksPage(StepPage):
    """Each check is ticked; count and total of the paper strip are compared with the list."""

    STEP: ClassVar[str] = "checks"

    def __init__(self) -> None:
        super().__init__(self.tr("Take the checks in hand: Space ticks each one whose number and amount agree."))
        self.table: TickTable[CheckInDrawer] = TickTable(
            _check_columns(self), lambda row: row.tender_id, "checks_here", self.tr("Checks")
        )
        self.table.setMinimumHeight(theme.px(170))
        self.all_here = button("all_checks", self.tr("All are &here"), self._tick_all)
        self.sum = sentence(bold=True)
        self.sum.setObjectName("checks_sum")
        self.form = Form()
        self.count = self.form.add(self.tr("Checks c&ounted"), PiecesEdit("checks_count", self.tr("Checks counted")))
        self.total = self.form.add(self.tr("Their to&tal"), MoneyEdit("checks_total", self.tr("Total of the checks")))
        self.reason = self.form.add(
            self.tr("&Why they differ"), TypedEdit("checks_reason", self.tr("Why the checks differ"))
        )
        self.count.is_last = True
        self._build_checks()
        self.table.ticks_changed.connect(self._sum_up)

    def show_state(self, state: CloseState) -> None:
        """Show the list with what was ticked before."""
        super().show_state(state)
        typed = state.typed("checks")
        self.table.show_rows(state.checks)
        for row in state.checks:
            if row.tender_id in typed.get("ticked", ()):
                self.table.toggle(row)
        self.count.setText(str(typed.get("count_text", typed.get("count") or "")))
        cents = typed.get("cents")
        self.total.setText(str(typed.get("total_text", "" if cents is None else plain_money(cents))))
        self.reason.setText(str(typed.get("reason", "")))
        for part in (self.lead, self.table, self.all_here):
            part.setVisible(bool(state.checks))
        self._sum_up()

    def first_field(self) -> QWidget | None:
        """Return the list, or the count where none is expected."""
        if self.state is not None and not self.state.checks:
            return self.count
        if not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        return self.table

    def typed(self) -> dict[str, Any]:
        """Return ticks and fields as they stand."""
        return {
            "ticked": [row.tender_id for row in self.table.ticked()], "count_text": self.count.text(),
            "total_text": self.total.text(), "reason": self.reason.text(),
        }  # fmt: skip

    def go(self) -> Go:
        """Compare; a difference without a reason is named first."""
        there = ChecksInput(
            tuple(row.tender_id for row in self.table.ticked()),
            int(self.count.text()) if self.count.text() else None,
            self.total.cents_or_none(),
            self.reason.text(),
        )
        listed = self.state.checks if self.state else ()
        missing = [row for row in listed if row.tender_id not in there.ticked]
        said = check_difference(listed, missing, there)
        if said and not there.reason.strip():
            raise InputError(self.tr("{0} Tick it when it is there, or say why it is not.").format(said), "checks_here")
        return Go(compare_checks, (there,))

    def _tick_all(self) -> None:
        ticked = self.table.ticked()
        for row in self.table.rows.rows:
            if row not in ticked:
                self.table.toggle(row)
        self.count.setFocus(Qt.FocusReason.TabFocusReason)

    def _sum_up(self) -> None:
        if self.state is None or not self.state.checks:
            self.sum.setText(self.tr("No check was taken. Enter goes on; type what you found if there is one."))
            return
        ticked = self.table.ticked()
        words = self.tr("{0} of {1} checks are here, {2}.")
        total = format_money(sum(row.cents for row in ticked))
        self.sum.setText(words.format(len(ticked), len(self.state.checks), total))
        theme.set_look(self.sum, "good" if len(ticked) == len(self.state.checks) else "")

    def _build_checks(self) -> None:
        self.body.addWidget(self.table)
        self.body.addWidget(self.all_here, alignment=Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.sum)
        self.body.addWidget(self.form)
        self.body.addStretch()


def _card_columns(page: QWidget) -> list[Column[CardTaken]]:
    return [
        Column(page.tr("Receipt"), lambda row: str(row.receipt_no), sort=lambda row: row.receipt_no, width=90),
        Column(page.tr("At"), lambda row: row.at, width=90),
        Column(page.tr("Card"), lambda row: row.card, width=-1),
        Column(page.tr("Reference"), lambda row: row.reference, width=110),
        Column(page.tr("Amount"), lambda row: format_money(row.cents), RIGHT, sort=lambda row: row.cents, width=100),
    ]


def _check_columns(page: QWidget) -> list[Column[CheckInDrawer]]:
    return [
        Column(page.tr("Check"), lambda row: row.check_no, bold=True, width=100),
        Column(page.tr("Bank"), lambda row: row.bank, width=-1),
        Column(page.tr("Receipt"), lambda row: str(row.receipt_no), sort=lambda row: row.receipt_no, width=90),
        Column(page.tr("Amount"), lambda row: format_money(row.cents), RIGHT, sort=lambda row: row.cents, width=100),
    ]
