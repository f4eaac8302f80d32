"""The guided close of the drawer, step by step; it goes on where it stopped, for anybody, also after a crash."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from psc_desk.dates import format_clock, format_date
from psc_desk.devices.jobs import JobState
from psc_desk.events import PrintJobChanged
from psc_desk.queries.closing import STEPS
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.close_count import CountPage, DifferencePage, FloatPage
from psc_desk.ui.dialogs.close_end import DepositPage, DonePage
from psc_desk.ui.dialogs.close_parts import StepList, StepPage, sentence, step_title
from psc_desk.ui.dialogs.close_steps import CardsPage, ChecksPage, ItemsPage
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.widgets.basic import button
from psc_desk.usecases.closing import (
    CloseState,
    GuidedDone,
    autosave,
    close_state,
    count_again,
    keep_typing,
    pass_open_items,
)
from psc_desk.usecases.till import cancel_count, over_short_words

_READ_MS = 300
"""A second Enter of the same stroke must not close the drawer before anyone read what closing does."""
_KEEP_MS = 3000
_BACK = {"checks": "cards", "count": "checks", "deposit": "float"}


def open_close_drawer(context: Context, parent: QWidget, till_id: int) -> None:
    """Begin the close, or go on with it. With nothing open the count begins at once."""

    def show(state: CloseState) -> None:
        CloseDrawerDialog(context, parent, state).open()

    def begin(state: CloseState) -> None:
        if state.step == "items" and not state.items:
            context.do(parent, pass_open_items, till_id, {}, then=show)
        else:
            show(state)

    context.ask(parent, close_state, till_id, then=begin)


class CloseDrawerDialog(PostingDialog[GuidedDone]):
    """Progress at the left, the step at hand at the right. Enter goes on; Esc leaves with everything kept."""

    def __init__(self, context: Context, parent: QWidget | None, state: CloseState) -> None:
        super().__init__(context, parent, "Close the drawer", verb="Continue")
        self.setWindowTitle("PSC Desk - " + self.tr("Close the drawer"))
        self.state, self.step = state, state.step
        self.head = theme.label("", "heading", bold=True)
        self.note = sentence(look="warning")
        self.progress, self.stack, self.done_page = StepList(), QStackedWidget(), DonePage()
        self.items, self.cards, self.checks, self.count = ItemsPage(), CardsPage(), ChecksPage(), CountPage()
        self.difference = DifferencePage(self._why, self._count_again)
        self.float, self.deposit = FloatPage(), DepositPage()
        pages = (self.items, self.cards, self.checks, self.count, self.difference, self.float, self.deposit)
        self.pages: dict[str, StepPage] = {page.STEP: page for page in pages}
        self.give_up = button("give_up_count", self.tr("Go on with the &day"), self._give_up, look="link")
        self.back = button("back", self.tr("&Back"), self._back)
        self._kept: dict[str, Any] = {}
        self._build_close()
        self.show_state(state)
        self._keeper = QTimer(self, interval=_KEEP_MS)
        self._keeper.timeout.connect(self.keep)
        self._keeper.start()
        context.bus.subscribe(self, (PrintJobChanged,), self._printed)

    def show_state(self, state: CloseState) -> None:
        """Show the step at which the close waits."""
        self.state = state
        self._show_step(state.step)

    def submit(self) -> None:
        """Do the step at hand."""
        if self.answer is not None:
            self.accept()
            return
        go = self.pages[self.step].go()
        then = self._closed if self.step == "deposit" else self._moved
        self.post(go.usecase, self.state.till.till_id, *go.args, then=then, **go.named)

    def reject(self) -> None:
        """Leave with everything kept; the close goes on with F8."""
        if self.answer is not None:
            self.accept()
            return
        if not self.primary.isEnabled():
            return
        self.primary.setEnabled(False)
        self.context.do(
            self, keep_typing, self.state.till.till_id, self.step, self.pages[self.step].typed(),
            then=self._left, failed=self._left,
        )  # fmt: skip

    def accept(self) -> None:
        """Close; the deposit form follows where it was asked for."""
        answer, parent = self.answer, self.parentWidget()
        super().accept()
        if answer is not None and answer.deposit_now and parent is not None:
            from psc_desk.ui.dialogs.deposit import open_deposit

            open_deposit(self.context, parent)

    def keep(self) -> None:
        """Keep what is typed when it changed, so that a crash or a power cut loses a few seconds at most."""
        typed = self.pages[self.step].typed()
        if self.answer is None and self.primary.isEnabled() and typed != self._kept:
            self._kept = typed
            self.context.do(self, autosave, self.state.till.till_id, self.step, typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """An Enter that is held does one step, not all of them."""
        if event.isAutoRepeat() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(event)

    def _printed(self, event: PrintJobChanged) -> None:
        if self.answer is not None and event.job_id == self.answer.close.job_id:
            self.done_page.show_print(self.answer.close.z_no, JobState(event.state))

    def _left(self, _none: object) -> None:
        waits = self.tr("the close of {0} waits at step {1} of {2}; go on with F8")
        open_still = self.tr("{0} still takes money; what you typed is kept for its close")
        words = open_still if self.state.till.status == "open" else waits
        self.context.report.done(words.format(self.state.till.name, STEPS.index(self.step) + 1, len(STEPS)))
        QDialog.reject(self)

    def _moved(self, state: CloseState) -> None:
        self.primary.setEnabled(True)
        self.show_state(state)

    def _closed(self, done: GuidedDone) -> None:
        self.answer = done
        self.primary.setEnabled(True)
        words = self.tr("{0} closed, {1}, Z report {2}")
        said = over_short_words(done.close.over_short_cents)
        self.context.report.done(words.format(self.state.till.name, said, done.close.z_no))
        self.done_page.show_done(self.state.till.name, done)
        self._say_where("z_report")
        self.note.hide()
        self.stack.setCurrentWidget(self.done_page)
        self._say(self.tr("Prepare the deposit") if done.deposit_now else self.tr("Done"))
        for one in (self.give_up, self.back, self.cancel):
            one.hide()
        self.primary.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_step(self, step: str) -> None:
        self.step = step
        self.error_line.hide()
        page = self.pages[step]
        self._say_where(step)
        page.show_state(self.state)
        self.stack.setCurrentWidget(self._scrolls[step])
        self._say(page.verb)
        self.back.setVisible(step in _BACK or (step == "float" and self._differs()))
        self.give_up.setVisible(step != "items")
        self._show_note()
        self._kept = page.typed()
        if step == "deposit":
            self.primary.setEnabled(False)
            QTimer.singleShot(_READ_MS, self, lambda: self.primary.setEnabled(True))
        QTimer.singleShot(0, self, self._begin_typing)

    def _begin_typing(self) -> None:
        field = self.pages[self.step].first_field() if self.answer is None else self.primary
        (field or self.primary).setFocus(Qt.FocusReason.TabFocusReason)

    def _show_note(self) -> None:
        notes = []
        till, kept = self.state.till, self.state.draft
        if till.stale and till.business_date is not None:
            words = self.tr("This is still the drawer of {0}. Close it before you take money for today.")
            notes.append(words.format(format_date(till.business_date)))
        me = getattr(self.context.desk.actor, "name", None)
        if kept is not None and me is not None and kept.saved_by != me:
            at = format_clock(kept.saved_at)
            notes.append(self.tr("{0} got this far at {1}.").format(kept.saved_by, at))
        self.note.setText(" ".join(notes))
        self.note.setVisible(bool(notes))

    def _differs(self) -> bool:
        return self.state.count is not None and self.state.count.needs_reason

    def _say_where(self, step: str) -> None:
        self.head.setText(f"{self.state.till.name} · {step_title(step)}")
        self.progress.show_step(step)

    def _say(self, verb: str) -> None:
        self.primary.setText(verb)
        self.primary.setAccessibleName(verb)

    def _back(self) -> None:
        before = "difference" if self.step == "float" else _BACK[self.step]
        self._show_step(before)

    def _count_again(self) -> None:
        self.post(count_again, self.state.till.till_id, then=self._moved)

    def _why(self) -> None:
        from psc_desk.ui.dialogs.close_why import open_why_off

        open_why_off(self.context, self, self.state.session_id)

    def _give_up(self) -> None:
        self.post(cancel_count, self.state.till.till_id, then=self._given_up)

    def _given_up(self, _none: None) -> None:
        words = self.tr("{0} takes money again; counts and what you typed are kept")
        self.context.report.done(words.format(self.state.till.name))
        QDialog.accept(self)

    def _build_close(self) -> None:
        self.form.hide()
        self.banner.hide()
        self.cancel.setText(self.tr("Leave it for later"))
        self.cancel.setAccessibleName(self.tr("Leave it for later, everything is kept"))
        self._scrolls = {step: _scroll(page) for step, page in self.pages.items()}
        for widget in (*self._scrolls.values(), self.done_page):
            self.stack.addWidget(widget)
        right, across = QVBoxLayout(), QHBoxLayout()
        for widget in (self.head, self.note):
            right.addWidget(widget)
        right.addWidget(self.stack, 1)
        across.setSpacing(theme.px(20))
        across.addWidget(self.progress)
        across.addLayout(right, 1)
        self.body.addLayout(across, 1)
        self.buttons.insertWidget(0, self.give_up)
        self.buttons.insertWidget(2, self.back)
        self.checks.table.row_opened.connect(lambda _row: self._press())
        self.resize(theme.px(860), theme.px(620))


def _scroll(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
