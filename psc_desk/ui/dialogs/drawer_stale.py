"""The drawer was left open on an earlier day: close that day, or go on because the shift crossed midnight."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from psc_desk.dates import format_day
from psc_desk.errors import InputError
from psc_desk.queries.counter import DrawerRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.close_drawer import open_close_drawer
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.dialogs.refund import ReasonField
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.usecases.till import go_on_past_midnight


class StaleDrawerDialog(PostingDialog[None]):
    """Until one of the two is chosen the drawer takes no money."""

    def __init__(self, context: Context, parent: QWidget, row: DrawerRow) -> None:
        super().__init__(context, parent, "Drawer left open", verb="Close")
        self.setWindowTitle("PSC Desk - " + self.tr("Drawer left open"))
        self.over, self.row = parent, row
        self.day = format_day(row.till.business_date) if row.till.business_date else ""
        weekday = self.day.split(",")[0]
        self.primary.setText(self.tr("Count it now and close {0}").format(weekday))
        self.primary.setAccessibleName(self.primary.text())
        self.cancel.setText(self.tr("Later"))
        self.form.hide()
        self.reason_form = Form()
        reasons = (self.tr("The shift crossed midnight"), self.tr("Other"))
        self.reason = ReasonField(self.reason_form, reasons, self.tr("&Reason"), self.tr("In your &words"))
        self.go_on = button("go_on", self.tr("&Go on with {0}'s date").format(weekday), self._go_on)
        self._build_words()
        self._build_go_on()
        self.body.addStretch(1)
        self.setMinimumWidth(theme.px(520))

    def submit(self) -> None:
        """Begin the close of that day."""
        self.finish(None)
        open_close_drawer(self.context, self.over, self.row.till.till_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the words of why you go on goes on; elsewhere it counts."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.reason.text.hasFocus():
            self.go_on.click()
            return
        super().keyPressEvent(event)

    def _go_on(self) -> None:
        try:
            reason = self.reason.sentence(self.tr("Say in a few words why you go on with that date."))
        except InputError as error:
            self.show_error(error)
            return
        self.post(go_on_past_midnight, self.row.till.till_id, reason, then=self._gone_on)

    def _gone_on(self, _none: None) -> None:
        words = self.tr("{0} takes money under the date of {1}")
        self.context.report.done(words.format(self.row.till.name, self.day))
        self.finish(None)

    def _build_words(self) -> None:
        till = self.row.till
        head = theme.label(self.tr("{0} was left open on {1}").format(till.name, self.day), "heading", bold=True)
        head.setObjectName("stale_head")
        words = self.tr("{0} answers for its cash. It takes no money for today until you choose.").format(till.holder)
        told = [words, *(one.waits_for for one in till.pending)]
        self.body.insertWidget(0, head)
        for place, sentence in enumerate(told):
            label = theme.label(sentence, look="warning" if place else "secondary")
            label.setWordWrap(True)
            self.body.insertWidget(place + 1, label)

    def _build_go_on(self) -> None:
        if not self.row.till.may_go_on:
            words = self.tr("It stood open longer than a shift, so that day must be counted and closed now.")
            label = theme.label(words)
            label.setWordWrap(True)
            self.body.addWidget(label)
            self.primary.setFocus()
            return
        frame = QFrame()
        theme.set_look(frame, "raised")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12))
        inside.setSpacing(theme.px(8))
        words = self.tr("Are you still in the same shift? Then go on; what you take is booked on {0}.").format(self.day)
        label = theme.label(words)
        label.setWordWrap(True)
        for widget in (label, self.reason_form, self.go_on):
            inside.addWidget(widget)
        self.body.addWidget(frame)
        QWidget.setTabOrder(self.reason.text, self.go_on)
