"""The drawer as a strip under the chart: counts, never totals, because the close is blind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from psc_desk.dates import format_clock, format_day
from psc_desk.events import (
    CashTransferred,
    DrawerClosed,
    DrawerCounted,
    DrawerHandedOver,
    DrawerMoved,
    DrawerOpened,
    PaymentPosted,
    PaymentReversed,
    SettingChanged,
    SignedIn,
    TillsChanged,
)
from psc_desk.models.staff import Right
from psc_desk.money import format_money
from psc_desk.queries.closing import STEPS, close_progress
from psc_desk.queries.counter import DrawerRow, own_drawer
from psc_desk.queries.transfers import TransferRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.panels import PanelHeader
from psc_desk.ui.widgets.basic import button, line
from psc_desk.ui.widgets.flow import FlowLayout
from psc_desk.ui.widgets.key_button import KeyButton
from psc_desk.ui.widgets.sections import rights_here

_STALE = (
    DrawerOpened, DrawerClosed, DrawerCounted, DrawerMoved, DrawerHandedOver, CashTransferred, PaymentPosted,
    PaymentReversed, SettingChanged, TillsChanged,
)  # fmt: skip


class DrawerStrip(QWidget):
    """Shows the drawer of this desk; `open_dialog` is what F8 does."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.row: DrawerRow | None = None
        self._guided: int | None = None  # the session left open that was spoken of since the sign-in
        self.setObjectName("drawer_strip")
        self.setAccessibleName(self.tr("Cash drawer"))
        self.head = PanelHeader(self.tr("Drawer"))
        self.open_part, self.closed_part = QWidget(), QWidget()
        self.figures: dict[str, QLabel] = {}
        self._build()
        self._show(None)
        context.bus.subscribe(self, _STALE, self._changed)
        context.bus.subscribe(self, (SignedIn,), self._signed_in)
        self.reload()  # also when it is folded away in a small window: it may have to say something

    def reload(self) -> None:
        """Ask again."""
        self.context.ask(self, own_drawer, then=self._show)

    def open_dialog(self) -> None:
        """Do what F8 does: open the drawer, show its menu, or go on with its close."""
        from psc_desk.ui.dialogs.drawer import open_drawer_dialog

        self.context.ask(self, own_drawer, then=lambda row: open_drawer_dialog(self.context, self, row.till.till_id))

    def _changed(self, _event: object) -> None:
        self.reload()

    def _signed_in(self, _event: object) -> None:
        self._guided = None
        self.reload()

    def _guide(self, rights: frozenset[Right]) -> None:
        """Say at once, and once for each sign-in, that the drawer was left open on an earlier day."""
        quiet = QApplication.activeModalWidget() is None and self.window().isVisible()
        if quiet and Right.OPEN_DRAWER in rights and self.row is not None and self._guided != self.row.till.session_id:
            self._guided = self.row.till.session_id
            self.open_dialog()

    def _show_pending(self, pending: Sequence[TransferRow]) -> None:
        self.pending_part.setVisible(bool(pending))
        if pending:
            self.pending_words.setText(f"▲ {pending[0].waits_for}")

    def _answer(self) -> None:
        if self.row is not None and self.row.till.pending:
            from psc_desk.ui.dialogs.transfer import open_transfer

            open_transfer(self.context, self, self.row.till.pending[0].transfer_id)

    def _show(self, row: DrawerRow | None) -> None:
        self.row = row
        is_open = row is not None and row.till.status != "closed"
        self.open_part.setVisible(is_open)
        self.closed_part.setVisible(row is not None and not is_open)
        if row is None:
            return
        self.head.title.setText(row.till.name)
        self.head.subtitle.setText(self._since(row))
        theme.set_look(self.head.subtitle, "warning" if row.till.stale else "secondary")
        texts = {
            "float": format_money(row.till.float_cents),
            "cash": str(row.till.cash_count),
            "checks": str(row.till.check_count),
            "cards": str(row.till.card_count),
        }
        for name, text in texts.items():
            self.figures[name].setText(text)
        counting = row.till.status == "counting"
        self.drop_due.setVisible(row.till.drop_due and not counting)
        for one in (self.pay_out, self.drop, self.x_report):
            one.setEnabled(not counting)
        self._show_pending(row.till.pending)
        if row.till.stale and not counting:
            self.context.ask(self, rights_here, then=self._guide)
        self.close_button.setText(self.tr("Count") if counting else self.tr("Close"))
        if counting:
            self.context.ask(self, close_progress, row.till.till_id, then=self._show_progress)

    def _show_progress(self, step: int) -> None:
        if step and self.row is not None and self.row.till.status == "counting":
            words = self.tr("being counted, step {0} of {1} · go on with F8")
            self.head.subtitle.setText(words.format(step, len(STEPS)))

    def _since(self, row: DrawerRow) -> str:
        if row.till.status == "closed" or row.opened_at is None:
            return self.tr("closed")
        at = format_clock(row.opened_at)
        if row.till.stale and row.till.business_date is not None:
            return self.tr("▲ left open on {0} · F8").format(format_day(row.till.business_date))
        word = self.tr("being counted") if row.till.status == "counting" else self.tr("open since {0}").format(at)
        return f"{word} · {row.till.holder}"

    def _move(self, kind: str) -> None:
        if self.row is not None:
            from psc_desk.ui.dialogs.drawer import open_move

            open_move(self.context, self, self.row.till.till_id, kind)

    def _x_report(self) -> None:
        if self.row is not None:
            from psc_desk.ui.dialogs.drawer import print_x

            print_x(self.context, self, self.row.till.till_id)

    def _close(self) -> None:
        if self.row is not None:
            from psc_desk.ui.dialogs.close_drawer import open_close_drawer

            open_close_drawer(self.context, self, self.row.till.till_id)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.head, line(), self.open_part, self.closed_part):
            layout.addWidget(widget)
        layout.addStretch()
        self._build_open()
        self._build_closed()

    def _build_open(self) -> None:
        inside = QVBoxLayout(self.open_part)
        inside.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(12))
        inside.setSpacing(theme.px(10))
        figures = QHBoxLayout()
        words = (
            ("float", self.tr("Float")),
            ("cash", self.tr("Cash")),
            ("checks", self.tr("Checks")),
            ("cards", self.tr("Cards")),
        )
        for number, (name, word) in enumerate(words):
            if number:
                figures.addStretch()
            figures.addLayout(self._figure(name, word))
        self.drop_due = theme.label(self.tr("▲ There is much cash in it: drop some into the safe."), look="warning")
        self.drop_due.setObjectName("strip_drop_due")
        self.drop_due.setWordWrap(True)
        self.drop_due.hide()
        inside.addLayout(figures)
        inside.addWidget(self.drop_due)
        inside.addWidget(self._build_pending())
        inside.addWidget(self._build_buttons())

    def _build_pending(self) -> QWidget:
        self.pending_part = QWidget()
        row = QHBoxLayout(self.pending_part)
        row.setContentsMargins(0, 0, 0, 0)
        self.pending_words = theme.label("", look="warning")
        self.pending_words.setObjectName("strip_pending")
        self.pending_words.setWordWrap(True)
        row.addWidget(self.pending_words, 1)
        row.addWidget(button("strip_answer", self.tr("Show"), self._answer))
        self.pending_part.hide()
        return self.pending_part

    def _build_buttons(self) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row)
        flow.setSpacing(theme.px(8))
        self.pay_out = button("strip_pay_out", self.tr("Pay out"), partial(self._move, "pay_out"))
        self.drop = button("strip_drop", self.tr("Drop"), partial(self._move, "drop"))
        self.x_report = button("strip_x_report", self.tr("X report"), self._x_report)
        self.close_button = KeyButton("strip_close", self.tr("Close"), "F8", self._close)
        for one in (self.pay_out, self.drop, self.x_report, self.close_button):
            flow.addWidget(one)
        return row

    def _build_closed(self) -> None:
        inside = QVBoxLayout(self.closed_part)
        inside.setContentsMargins(theme.px(14), theme.px(12), theme.px(14), theme.px(12))
        inside.setSpacing(theme.px(10))
        words = theme.label(self.tr("Count the float and open it before you take money."), look="secondary")
        words.setWordWrap(True)
        inside.addWidget(words)
        opener = KeyButton("strip_open", self.tr("Open the drawer"), "F8", self.open_dialog, look="primary")
        inside.addWidget(opener, alignment=Qt.AlignmentFlag.AlignLeft)

    def _figure(self, name: str, word: str) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(theme.label(word, "small", look="secondary"))
        figure = theme.label("", "big", bold=True)
        figure.setObjectName(f"strip_{name}_figure")
        self.figures[name] = figure
        lines.addWidget(figure)
        return lines
